//! Definitions, and what is chosen to be looked at. Types only.

use kernel::{Day, Id, Instant, Names, RegionCode};

use super::{
    expression::Expression,
    measures::{Basis, Measure},
    periods::{Period, Rule},
};
use crate::{
    modules::cases::Case,
    platform::{access::Unit, words::words},
};

words! {
    /// 指标的样子
    Sort {
        Rate "rate" "比率" "A rate";
        Count "count" "数量" "A number";
        Duration "duration" "用时" "A time";
    }
}

words! {
    /// 好坏方向
    Better {
        Higher "higher" "越高越好" "The higher the better";
        Lower "lower" "越低越好" "The lower the better";
        Neither "neither" "两头都要看" "Neither high nor low is good by itself";
    }
}

/// 指标
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Its code: `set.name`.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// What it says, in a sentence.
    pub explain: Names,
    /// 为什么看这个数, in a sentence.
    pub why: Names,
    /// Where the definition comes from.
    pub source: Names,
    /// What it is.
    pub sort: Sort,
    /// Which way is good.
    pub better: Better,
    /// The day that counts.
    pub basis: Basis,
    /// How periods go unless its reader says otherwise.
    pub period: Rule,
    /// 分子; of a number and of a time the whole of it.
    pub numerator: Expression,
    /// 分母, of a rate.
    pub denominator: Option<Expression>,
    /// What is left out, and told.
    pub exclude: Vec<&'static Measure>,
    /// What went unanswered, told beside it.
    pub unanswered: Option<&'static Measure>,
}

impl Indicator {
    /// The bits of what is left out.
    pub fn left_out(&self) -> i64 {
        self.exclude.iter().fold(0, |mask, measure| mask | measure.mask)
    }
}

/// 方案: indicators weighed into one figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheme {
    /// Its code: `set.name`.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// What it says, in a sentence.
    pub explain: Names,
    /// 为什么看这个数, in a sentence.
    pub why: Names,
    /// Where the weights come from.
    pub source: Names,
    /// How periods go unless its reader says otherwise.
    pub period: Rule,
    /// Codes of rates with their weights, which make 1 together.
    pub parts: Vec<(String, f64)>,
}

/// A file of the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Its indicators.
    pub indicators: Vec<Indicator>,
    /// Its schemes.
    pub schemes: Vec<Scheme>,
    /// How places are compared, where the file says so.
    pub comparison: Option<Comparison>,
}

/// How places are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// 排名: places in the order of their figures. Off unless the county has switched it on (防止滥用排名).
    pub league: bool,
    /// Places with fewer are put together.
    pub pool_below: i64,
}

impl Default for Comparison {
    fn default() -> Self {
        Self { league: false, pool_below: 30 }
    }
}

/// A definition as it is in force, with the version of its file.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// The definition.
    pub it: T,
    /// The version of the file it stands in.
    pub version: i64,
    /// Since when that is in force.
    pub valid_from: Day,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// A place with all in it; none where a unit's work is looked at wherever it is.
    pub place: Option<RegionCode>,
    /// What one unit was given.
    pub unit: Option<Id<Unit>>,
    /// A class, a group or a matter.
    pub matter: Option<String>,
}

/// What one case adds to the figures on one of its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Whose.
    pub case: Id<Case>,
    /// Which day.
    pub basis: Basis,
    /// Which of several.
    pub nth: i64,
    /// The half day.
    pub slot: i64,
    /// Where.
    pub place: RegionCode,
    /// Whose work.
    pub unit: Option<Id<Unit>>,
    /// What it is about; empty while unknown.
    pub matter: String,
    /// What is true of it.
    pub marks: i64,
    /// Minutes, of a time.
    pub amount: i64,
}

impl Mark {
    /// The class of its matter; empty while unknown.
    pub fn class(&self) -> &str {
        self.matter.split('.').next().unwrap_or_default()
    }
}

/// All that a case adds, and when that changes by the clock alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reckoned {
    /// What it adds.
    pub marks: Vec<Mark>,
    /// When it is to be looked at again.
    pub again_at: Option<Instant>,
}

/// Rows with the same bits, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The bits.
    pub marks: i64,
    /// How many rows.
    pub cases: i64,
    /// Their minutes together.
    pub amount: i64,
}

/// The rows behind a figure.
#[derive(Clone, Debug)]
pub struct RowFilter {
    /// Whose.
    pub selection: Selection,
    /// Which days.
    pub period: Period,
    /// Which day counts.
    pub basis: Basis,
    /// Any of these bits.
    pub any: i64,
    /// And any of these, unless it is zero.
    pub also: i64,
    /// None of these.
    pub none: i64,
}
