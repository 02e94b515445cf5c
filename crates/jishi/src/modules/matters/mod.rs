//! 事项清单: what residents may ask, by whom it is done and within what time, and where to turn with what belongs elsewhere.
//!
//! Words: a *matter* 事项 stands in a *group* 小类 of a *class* 大类; a *duty* 职责 is what a unit is there for; a *signpost*
//! 告知途径 is a matter that is not done here. Files are text (`catalog/README.md`); what is in force lies in the database
//! by place and version, and is kept in memory. A narrower place's matter wins over its city's.
//!
//! Must hold: a file with a mistake never comes into force; no matter about religion, ethnicity, political views or
//! petition history, none that watches people ([`rules::is_forbidden`]).

pub mod actions;
mod file;
pub mod http;
mod model;
mod rules;
mod shelf;
#[cfg(test)]
mod tests;

pub use file::{parse_duties, parse_matters};
pub use model::{
    Assisting, Basis, Class, Duty, DutyName, Group, Matter, MatterFile, MatterKind, MatterRef, MatterUrgency, Openness,
    Route,
};
pub use shelf::{Catalogue, Proposed, Shelf};
