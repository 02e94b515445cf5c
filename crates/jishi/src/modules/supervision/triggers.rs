//! The rules in force.

use std::ops::Deref;

use kernel::Names;

use super::model::INSTRUCTION;
use crate::modules::cases::Grade;

/// When a case is put under supervision by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// So many hours past its deadline.
    Late(i64),
    /// Sent back by its residents so often.
    Redone(i64),
    /// So many residents behind it.
    Reports(i64),
    /// A re-check found its result untrue.
    FalseResult,
}

/// 督办情形
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// The grade it leads to.
    pub grade: Grade,
    /// Working days to answer.
    pub days: i64,
    /// When it holds.
    pub when: When,
}

/// All rules of a file, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Triggers(pub(super) Vec<Trigger>);

impl Deref for Triggers {
    type Target = [Trigger];

    fn deref(&self) -> &[Trigger] {
        &self.0
    }
}

impl Triggers {
    /// What a trigger is called; one that is no longer a rule is told by its code.
    pub fn names(&self, code: &str) -> Names {
        if code == INSTRUCTION {
            return Names::new("领导批示督办", "A leader's instruction");
        }
        let found = self.iter().find(|trigger| trigger.code == code);
        found.map_or_else(|| Names::zh_only(code), |trigger| trigger.names.clone())
    }
}
