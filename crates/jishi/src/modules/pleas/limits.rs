//! The limits and lists in force.

use kernel::Names;

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its code, unique within the list.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// 法定程序: a procedure whose time does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// What it is.
    pub entry: Entry,
    /// Which law says so.
    pub basis: Names,
    /// Longest, in days.
    pub days: i64,
}

/// What may be asked for, and from which lists is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pleas {
    /// 裁定时限, in working days.
    pub decide_days: i64,
    /// How often more time is granted in one case.
    pub extensions: i64,
    /// Longest extension, in days.
    pub extension_days: i64,
    /// How often the clock is paused in one case.
    pub pauses: i64,
    /// 复查期限, in days.
    pub review_days: i64,
    /// 法定程序
    pub procedures: Vec<Procedure>,
    /// 挂账原因
    pub obstacles: Vec<Entry>,
    /// 剔除原因
    pub exclusions: Vec<Entry>,
}

impl Pleas {
    /// 挂账原因 by its names; one that is no longer in the list is told by its code.
    pub fn obstacle(&self, code: &str) -> Names {
        find(&self.obstacles, code).map_or_else(|| Names::zh_only(code), |entry| entry.names.clone())
    }
}

/// The entry of a code.
pub fn find<'e>(entries: &'e [Entry], code: &str) -> Option<&'e Entry> {
    entries.iter().find(|entry| entry.code == code)
}
