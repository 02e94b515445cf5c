//! 待办: what waits in a list, as a digest tells it.

use kernel::Names;
use serde::{Deserialize, Serialize};

/// One list with something in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingList {
    /// What it is called.
    pub names: Names,
    /// How many stand in it.
    pub count: i64,
    /// The address of its page, from the instance's root.
    pub page: String,
    /// Whether each of them stands in another list too: then it does not count once more.
    #[serde(default)]
    pub is_part: bool,
}

impl WaitingList {
    /// Lists of one page.
    pub fn on(page: &str, lists: Vec<(Names, i64)>) -> Vec<Self> {
        let on = |(names, count)| Self { names, count, page: page.to_owned(), is_part: false };
        lists.into_iter().map(on).collect()
    }

    /// How much waits in some lists, each thing once.
    pub fn total(lists: &[Self]) -> i64 {
        lists.iter().filter(|list| !list.is_part).map(|list| list.count).sum()
    }
}
