//! 首页: what the first page of a village and of a community is made of. Text of the catalogue (`catalog/first_pages/`), because
//! what a place lives by differs from one to the next.

mod file;
mod shelf;

pub use file::{KIND, Known, packaged, parse};
pub use shelf::Shelf;

use kernel::Names;

use crate::modules::{cases::Matters, regions};

/// Codes of the pages there are: a place has the one of its kind.
pub const CODES: [&str; 2] = ["village", "community"];

/// The code of the page of a place of that kind, if there is one.
pub fn code_of(kind: regions::Kind) -> Option<&'static str> {
    match kind {
        regions::Kind::Village => Some("village"),
        // What has members and no land has services and things to share all the same.
        regions::Kind::Community | regions::Kind::LandlessCommunity => Some("community"),
        _ => None,
    }
}

/// 首页
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstPage {
    /// Which.
    pub code: String,
    /// What it calls the place: 本村, 本社区.
    pub names: Names,
    /// Its sections, in order.
    pub sections: Vec<Section>,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its code, unique within the page.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Groups of matters.
    pub groups: Vec<Group>,
    /// Codes of kinds of the register.
    pub kinds: Vec<String>,
    /// Things of a kind of which something is known.
    pub known: Vec<KnownThings>,
    /// Whether what patrols still have to look at stands here.
    pub has_patrols: bool,
}

/// A group of matters, counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its code, unique within the section.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Of which a case is about one.
    pub matters: Matters,
}

/// Things of a kind of the register of which something is known: compounds that nobody manages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownThings {
    /// Code of the kind.
    pub kind: String,
    /// Code of the field.
    pub field: String,
    /// What was chosen there.
    pub value: String,
    /// What they are called.
    pub names: Names,
}
