//! The office of the catalogue: which files are in force where, and bringing a version in.
//!
//! What the files mean belongs to their own rooms (`matters`, `calendar`, `sources`, `register`, `briefs`, `enforcement`); here they are checked by those rooms, stored
//! by place and version, and read back as they were written.
//!
//! Must hold: a file with a mistake never comes into force; a version is never changed or removed; duties, calendars and
//! the kinds of the register and first pages are the whole instance's, a class of matters, a source and
//! a class of delegated items may be one place's.

mod actions;
pub mod http;
mod model;
