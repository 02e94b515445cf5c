//! Counts beside the rows: changed together with them, and counted anew from them, place by place.

use std::collections::BTreeMap;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Id, Level, RegionCode, Result};

use crate::modules::{
    cases::Case,
    indicators::{model::Mark, periods},
};

/// What is counted under: whose, part, basis, whether by the month, when, bits.
type Key = (String, String, &'static str, bool, i64, i64);

/// How counts change, gathered before they are written: many cases of one place are one change. In order, so that two who
/// write at once wait for one another and not for each other.
#[derive(Debug)]
pub struct Change {
    /// Places wider than the instance's are not counted.
    widest: Level,
    by: BTreeMap<Key, (i64, i64)>,
}

/// Levels of places that are counted.
const LEVELS: [Level; 5] = [Level::Province, Level::City, Level::County, Level::Township, Level::Village];

impl Change {
    /// No change, for an instance that serves `root`.
    pub fn new(root: &RegionCode) -> Self {
        Self { widest: root.level(), by: BTreeMap::new() }
    }

    /// Counts a row in, or with -1 out again: for each place around it and for its unit, among all matters and in its class,
    /// on its half day and in its month.
    pub fn add(&mut self, mark: &Mark, times: i64) {
        let places = LEVELS.into_iter().filter(|level| *level >= self.widest);
        let places: Vec<String> = places.filter_map(|level| mark.place.at(level)).map(|at| at.to_string()).collect();
        let class = Some(mark.class()).filter(|class| !class.is_empty());
        for whose in places.into_iter().chain(mark.unit.map(|unit| unit.to_string())) {
            for part in [Some(""), class].into_iter().flatten() {
                for (is_month, at) in [(false, mark.slot), (true, periods::month_of_slot(mark.slot))] {
                    let key = (whose.clone(), part.to_owned(), mark.basis.as_str(), is_month, at, mark.marks);
                    let (cases, amount) = self.by.entry(key).or_default();
                    *cases += times;
                    *amount += times * mark.amount;
                }
            }
        }
    }
}

fn span(is_month: bool) -> &'static str {
    if is_month { "month" } else { "half" }
}

/// Rows of one statement.
const TOGETHER: usize = 500;

/// Writes the changes.
pub async fn change_counts(tx: &mut Tx, change: Change) -> Result<()> {
    let all: Vec<(Key, (i64, i64))> = change.by.into_iter().filter(|(_, by)| *by != (0, 0)).collect();
    for changes in all.chunks(TOGETHER) {
        let mut upsert =
            sql!("INSERT INTO indicator_counts (whose, part, basis, span, at, marks, cases, amount) VALUES");
        for (index, ((whose, part, basis, is_month, at, marks), (cases, amount))) in changes.iter().enumerate() {
            upsert = upsert
                .push_value(if index == 0 { " (" } else { ", (" }, whose)
                .push_value(", ", part)
                .push_value(", ", *basis)
                .push_value(", ", span(*is_month))
                .push_value(", ", *at)
                .push_value(", ", *marks)
                .push_value(", ", *cases)
                .push_value(", ", *amount)
                .push(")");
        }
        tx.execute(upsert.push(
            " ON CONFLICT (whose, part, basis, span, at, marks)
              DO UPDATE SET cases = indicator_counts.cases + excluded.cases,
                            amount = indicator_counts.amount + excluded.amount",
        ))
        .await?;
    }
    for ((whose, part, basis, is_month, at, marks), _) in all.into_iter().filter(|(_, (cases, _))| *cases < 0) {
        tx.execute(sql!(
            "DELETE FROM indicator_counts
             WHERE whose = $1 AND part = $2 AND basis = $3 AND span = $4 AND at = $5 AND marks = $6 AND cases = 0",
            whose,
            part,
            basis,
            span(is_month),
            at,
            marks,
        ))
        .await?;
    }
    Ok(())
}

/// Waits for whoever else writes marks or counts, and has them wait until this transaction ends.
pub async fn take_turn(tx: &mut Tx) -> Result<()> {
    tx.execute(sql!("UPDATE indicator_state SET turn = turn + 1 WHERE name = 'marks'")).await?;
    Ok(())
}

/// How far everything has been looked at: whether it has, and up to which case.
pub async fn filled_unscoped(db: &mut Conn) -> Result<(bool, Option<Id<Case>>)> {
    struct State(bool, Option<Id<Case>>);
    impl FromRow for State {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("is_whole")?, row.opt("filled")?))
        }
    }
    let State(is_whole, filled) =
        db.one(sql!("SELECT is_whole, filled FROM indicator_state WHERE name = 'marks'")).await?;
    Ok((is_whole, filled))
}

/// Remembers how far that is.
pub async fn fill_done(tx: &mut Tx, filled: Option<Id<Case>>, is_whole: bool) -> Result<()> {
    tx.execute(sql!("UPDATE indicator_state SET filled = $1, is_whole = $2 WHERE name = 'marks'", filled, is_whole))
        .await?;
    Ok(())
}

/// Begins anew.
pub async fn clear_filling(tx: &mut Tx) -> Result<()> {
    fill_done(tx, None, false).await
}

/// Counts anew from the rows.
pub async fn recount(tx: &mut Tx, what: &Recount) -> Result<()> {
    match what {
        Recount::Whole(root) => {
            forget(tx, root.to_string()).await?;
            let is_province = root.level() == Level::Province;
            count_anew(tx, if is_province { "substr(m.city, 1, 2)" } else { column(root.level()) }, Some(root)).await
        }
        Recount::Places(level, within) => {
            for place in places(tx, *level, within).await? {
                forget(tx, place).await?;
            }
            count_anew(tx, column(*level), Some(within)).await
        }
        Recount::Units => {
            tx.execute(sql!("DELETE FROM indicator_counts WHERE whose IN (SELECT CAST(id AS TEXT) FROM units)"))
                .await?;
            count_anew(tx, "CAST(m.unit AS TEXT)", None).await
        }
    }
}

/// What is counted anew in one transaction.
#[derive(Clone, Debug)]
pub enum Recount {
    /// The place of the instance.
    Whole(RegionCode),
    /// The places of a level in one.
    Places(Level, RegionCode),
    /// All units.
    Units,
}

fn column(level: Level) -> &'static str {
    match level {
        Level::Province | Level::City => "m.city",
        Level::County => "m.county",
        Level::Township => "m.township",
        Level::Village | Level::Grid | Level::MicroGrid => "m.village",
    }
}

async fn forget(tx: &mut Tx, whose: String) -> Result<()> {
    tx.execute(sql!("DELETE FROM indicator_counts WHERE whose = $1", whose)).await?;
    Ok(())
}

/// Places of a level that are or were counted: codes are as long as their level, so that those in one are a range.
async fn places(tx: &mut Tx, level: Level, within: &RegionCode) -> Result<Vec<String>> {
    struct Whose(String);
    impl FromRow for Whose {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("whose")?))
        }
    }
    let (from, until) = (within.to_string(), format!("{within}:"));
    let rows: Vec<Whose> = tx
        .all(sql!("SELECT DISTINCT whose FROM indicator_counts WHERE whose > $1 AND whose < $2", from, until))
        .await?;
    Ok(rows.into_iter().map(|Whose(whose)| whose).filter(|whose| whose.len() == level.digits()).collect())
}

/// The counties that have rows.
pub async fn counties_unscoped(db: &mut Conn) -> Result<Vec<RegionCode>> {
    struct County(RegionCode);
    impl FromRow for County {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("county")?))
        }
    }
    let rows: Vec<County> =
        db.all(sql!("SELECT DISTINCT county FROM indicator_marks WHERE county IS NOT NULL ORDER BY county")).await?;
    Ok(rows.into_iter().map(|County(code)| code).collect())
}

/// Half days and months, all matters and each class, of what `whose` says.
async fn count_anew(tx: &mut Tx, whose: &'static str, within: Option<&RegionCode>) -> Result<()> {
    for part in ["''", "m.class"] {
        for (span, at) in [("'half'", "m.slot"), ("'month'", "m.month")] {
            let sql = sql!("INSERT INTO indicator_counts (whose, part, basis, span, at, marks, cases, amount) SELECT ")
                .push(whose)
                .push(", ")
                .push(part)
                .push(", m.basis, ")
                .push(span)
                .push(", ")
                .push(at)
                .push(", m.marks, count(*), CAST(sum(m.amount) AS BIGINT) FROM indicator_marks m WHERE ")
                .push(whose)
                .push(" IS NOT NULL")
                .push(if part == "m.class" { " AND m.class <> ''" } else { "" })
                .push_some(within, |sql, place| sql.push(" AND ").push_value(super::column_is(place.level()), place));
            tx.execute(sql.push(" GROUP BY 1, 2, 3, 5, 6")).await?;
        }
    }
    Ok(())
}
