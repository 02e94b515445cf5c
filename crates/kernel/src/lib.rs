//! Words that every part of Jishi shares: ids, time, region codes, names, errors, pages, words to search by.
//!
//! No async, no web, no SQL: whatever stands here can be used and tested by itself.

mod chance;
mod error;
mod id;
mod names;
mod page;
mod region_code;
mod terms;
mod time;
mod wish;

pub use chance::Chance;
pub use error::{Code, Error, FieldError, Lang, Param, Result};
pub use id::Id;
pub use names::Names;
pub use page::{COUNT_CAP, Cursor, Listing, Page};
pub use region_code::{Level, RegionCode};
pub use terms::{Term, terms, wanted};
pub use time::{Clock, Day, Instant};
pub use wish::Wish;
