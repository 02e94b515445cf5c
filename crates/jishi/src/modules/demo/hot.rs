//! What comes again and again: `recurring.toml` says which matter comes how often in which village. Part of every plan, so that
//! the topics of the demo city have cases behind them.

use kernel::{Day, Error, RegionCode, Result};
use serde::Deserialize;

use super::{dice::Dice, plan::Input};

const FILE: &str = include_str!("../../../../../demo/changzhi/recurring.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    hot: Vec<Row>,
}

/// So many cases between two days.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    matter: String,
    village: RegionCode,
    cases: usize,
    from_days_ago: i64,
    to_days_ago: i64,
}

/// One of them.
pub(super) struct Hot {
    pub matter: String,
    pub village: RegionCode,
    /// When it comes.
    pub day: Day,
}

/// All of them.
///
/// # Errors
/// `internal` when the file is broken.
pub(super) fn read(input: &Input<'_>) -> Result<Vec<Hot>> {
    let file: File = toml::from_str(FILE).map_err(Error::internal)?;
    let (dice, today) = (Dice::new(input.seed, "again"), input.now.day(&input.zone));
    let mut all = Vec::new();
    for row in &file.hot {
        let mut days: Vec<i64> = (0..row.cases).map(|_| dice.between(row.to_days_ago, row.from_days_ago)).collect();
        days.sort_unstable_by(|one, other| other.cmp(one));
        all.extend(days.into_iter().map(|ago| Hot {
            matter: row.matter.clone(),
            village: row.village.clone(),
            day: today.plus(-ago),
        }));
    }
    Ok(all)
}
