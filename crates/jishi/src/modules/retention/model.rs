//! Types of the room.

use kernel::Names;

/// The terms in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Days after a case has ended, where nothing else is said.
    pub days: i64,
    /// Other terms.
    pub matters: Vec<MatterTerm>,
}

/// A matter with a term of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterTerm {
    /// Code of a class, a group or a matter.
    pub of: String,
    /// Days after a case has ended.
    pub days: i64,
    /// Why, for everyone to read.
    pub why: Names,
}

impl Terms {
    /// The term of a matter: the narrowest that is written.
    pub fn of(&self, matter: Option<&str>) -> i64 {
        let holds = |term: &&MatterTerm| {
            matter.is_some_and(|matter| {
                matter.strip_prefix(term.of.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        self.matters.iter().filter(holds).max_by_key(|term| term.of.len()).map_or(self.days, |term| term.days)
    }
}
