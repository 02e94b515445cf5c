//! 核实办法: how results are verified, as text of the catalogue (`catalog/verification/`): how often residents may be asked,
//! which words a handler does not use with them, what share of closed cases is looked at again. And the stratified draw
//! that call-backs of withdrawn cases and re-checks have in common.
//!
//! Must hold: a draw is made by the system from a seed that is kept; the same seed over the same cases gives the same draw.

mod actions;
mod draw;
mod file;

pub use actions::{counties_unscoped, import_packaged, refresh};
pub use draw::{Draw, SEEDS, draw};
pub use file::{KIND, parse};

/// 核实办法
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// 回访
    pub call_backs: CallBacks,
    /// Words about ratings, in small letters.
    pub rating_words: Vec<String>,
    /// 抽查复核
    pub rechecks: Rechecks,
}

impl Verification {
    /// The first word about ratings in a text, if there is one.
    pub fn word_about_ratings(&self, text: &str) -> Option<&str> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        // Words of Latin letters stand between others; within one they mean nothing ("moderate users" rates nobody).
        let apart = |c: char| if c.is_ascii_alphanumeric() { c } else { ' ' };
        let latin: String = text.to_lowercase().chars().map(apart).collect();
        let latin = format!(" {} ", latin.split_whitespace().collect::<Vec<_>>().join(" "));
        let stands = |word: &&String| match word.is_ascii() {
            true => latin.contains(&format!(" {word} ")),
            false => plain.contains(word.as_str()),
        };
        self.rating_words.iter().find(stands).map(String::as_str)
    }
}

/// 回访
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallBacks {
    /// Working days after the result within which the resident is asked.
    pub due_working_days: i64,
    /// How often one resident may be tried, by telephone and at the door together.
    pub attempts: i64,
    /// How often at the door.
    pub visits: i64,
    /// Hours between two attempts.
    pub hours_apart: i64,
    /// Days a link is good for.
    pub link_days: i64,
    /// Of a hundred withdrawn cases of a unit, how many are asked about.
    pub withdrawn_share: i64,
    /// How many of a unit and day at least.
    pub withdrawn_minimum: i64,
}

/// How often there is a draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// 每周
    Week,
    /// 每月
    Month,
}

/// 抽查复核
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rechecks {
    /// How often.
    pub every: Rhythm,
    /// Of a hundred closed cases of a stratum, how many.
    pub share: i64,
    /// How many of a stratum at least.
    pub minimum: i64,
    /// How many of a county and draw at most.
    pub most: i64,
    /// How many one unit is asked to look at in a draw at most.
    pub per_checker: i64,
    /// Working days until it was looked at.
    pub due_working_days: i64,
    /// Working days in which the unit may answer.
    pub answer_working_days: i64,
}
