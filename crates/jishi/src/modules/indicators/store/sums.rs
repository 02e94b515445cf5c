//! Sums: by the counts where there are any, else over the rows of a unit, a township or a matter, of which there are few.

use std::collections::{BTreeMap, HashMap};

use db::{Conn, FromRow, Row, Sql, sql};
use kernel::{Id, Level, RegionCode, Result};

use super::{push_matter, push_place};
use crate::{
    modules::indicators::{
        measures::Basis,
        model::{Selection, Tally},
        periods::{Period, Piece},
    },
    platform::access::Unit,
};

/// From where a selection is summed.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Kept counts: whose, and of which class.
    Counts(String, String),
    /// The rows themselves.
    Rows(Selection),
}

impl Source {
    /// Counts are kept of places down to the village and of units, for all matters and for classes.
    pub fn of(selection: &Selection) -> Self {
        let class = match &selection.matter {
            None => Some(String::new()),
            Some(matter) => Some(matter.clone()).filter(|matter| !matter.contains('.')),
        };
        let whose = match (&selection.place, selection.unit) {
            (Some(place), None) if place.level() <= Level::Village => Some(place.to_string()),
            (None, Some(unit)) => Some(unit.to_string()),
            _ => None,
        };
        match (whose, class) {
            (Some(whose), Some(class)) => Self::Counts(whose, class),
            _ => Self::Rows(selection.clone()),
        }
    }
}

struct Found {
    nth: i64,
    tally: Tally,
}

impl FromRow for Found {
    fn from_row(row: &Row) -> Result<Self> {
        let tally = Tally { marks: row.get("marks")?, cases: row.get("cases")?, amount: row.get("amount")? };
        Ok(Self { nth: row.get("nth")?, tally })
    }
}

/// Sums of some periods, in their order.
pub async fn sums(db: &mut Conn, source: &Source, basis: Basis, periods: &[Period]) -> Result<Vec<Vec<Tally>>> {
    let mut sums = vec![Vec::new(); periods.len()];
    if periods.is_empty() {
        return Ok(sums);
    }
    let mut sql = sql!("");
    let mut is_first = true;
    for (nth, period) in periods.iter().enumerate() {
        let nth = i64::try_from(nth).unwrap_or(i64::MAX);
        let pieces = match source {
            Source::Counts(..) => period.pieces(),
            Source::Rows(_) => vec![Piece { is_months: false, from: period.from, until: period.until }],
        };
        for piece in pieces {
            sql = sql.push(if is_first { "" } else { " UNION ALL " });
            is_first = false;
            sql = match source {
                Source::Counts(whose, part) => {
                    of_counts(sql.push_value("SELECT CAST(", nth), whose, part, basis, piece)
                }
                Source::Rows(selection) => of_rows(sql.push_value("SELECT CAST(", nth), selection, basis, piece),
            };
        }
    }
    let found: Vec<Found> = db.all(sql).await?;
    for Found { nth, tally } in found {
        if let Some(sum) = usize::try_from(nth).ok().and_then(|nth| sums.get_mut(nth)) {
            sum.push(tally);
        }
    }
    Ok(sums)
}

fn of_counts(sql: Sql, whose: &str, part: &str, basis: Basis, piece: Piece) -> Sql {
    sql.push(
        " AS BIGINT) AS nth, c.marks AS marks, CAST(sum(c.cases) AS BIGINT) AS cases,
          CAST(sum(c.amount) AS BIGINT) AS amount FROM indicator_counts c",
    )
    .push_value(" WHERE c.whose = ", whose)
    .push_value(" AND c.part = ", part)
    .push_value(" AND c.basis = ", basis.as_str())
    .push_value(" AND c.span = ", if piece.is_months { "month" } else { "half" })
    .push_value(" AND c.at >= ", piece.from)
    .push_value(" AND c.at < ", piece.until)
    .push(" GROUP BY c.marks")
}

fn of_rows(sql: Sql, selection: &Selection, basis: Basis, piece: Piece) -> Sql {
    sql.push(
        " AS BIGINT) AS nth, m.marks AS marks, CAST(count(*) AS BIGINT) AS cases,
          CAST(sum(m.amount) AS BIGINT) AS amount FROM indicator_marks m",
    )
    .push_value(" WHERE m.basis = ", basis.as_str())
    .push_value(" AND m.slot >= ", piece.from)
    .push_value(" AND m.slot < ", piece.until)
    .push_some(selection.place.as_ref(), push_place)
    .push_some(selection.unit, |sql, unit| sql.push_value(" AND m.unit = ", unit))
    .push_some(selection.matter.as_deref(), push_matter)
    .push(" GROUP BY m.marks")
}

/// By what sums are told apart.
#[derive(Clone, Debug)]
pub enum Grouping {
    /// Places or units by the text they are counted under, of all matters or a class.
    Whose(Vec<String>, String),
    /// The places of a level in a selection that the counts cannot answer.
    Level(Level, Selection),
}

struct Grouped {
    whose: String,
    tally: Tally,
}

impl FromRow for Grouped {
    fn from_row(row: &Row) -> Result<Self> {
        let tally = Tally { marks: row.get("marks")?, cases: row.get("cases")?, amount: row.get("amount")? };
        Ok(Self { whose: row.get("whose")?, tally })
    }
}

/// Sums of one period for each of several places or units.
pub async fn sums_by(
    db: &mut Conn,
    grouping: &Grouping,
    basis: Basis,
    period: Period,
) -> Result<HashMap<String, Vec<Tally>>> {
    let rows: Vec<Grouped> = match grouping {
        Grouping::Whose(whose, _) if whose.is_empty() => Vec::new(),
        Grouping::Whose(whose, part) => {
            let mut rows = Vec::new();
            for piece in period.pieces() {
                let sql = sql!(
                    "SELECT c.whose AS whose, c.marks AS marks, CAST(sum(c.cases) AS BIGINT) AS cases,
                            CAST(sum(c.amount) AS BIGINT) AS amount
                     FROM indicator_counts c WHERE c.whose"
                )
                .push_list(" IN", whose.iter().map(String::as_str))
                .push_value(" AND c.part = ", part)
                .push_value(" AND c.basis = ", basis.as_str())
                .push_value(" AND c.span = ", if piece.is_months { "month" } else { "half" })
                .push_value(" AND c.at >= ", piece.from)
                .push_value(" AND c.at < ", piece.until);
                rows.extend(db.all::<Grouped>(sql.push(" GROUP BY c.whose, c.marks")).await?);
            }
            rows
        }
        Grouping::Level(level, selection) => {
            let column = match level {
                Level::Province | Level::City => "m.city",
                Level::County => "m.county",
                Level::Township => "m.township",
                Level::Village | Level::Grid | Level::MicroGrid => "m.village",
            };
            let sql = sql!("SELECT ")
                .push(column)
                .push(" AS whose, m.marks AS marks, CAST(count(*) AS BIGINT) AS cases, CAST(sum(m.amount) AS BIGINT) AS amount")
                .push_value(" FROM indicator_marks m WHERE m.basis = ", basis.as_str())
                .push_value(" AND m.slot >= ", period.from)
                .push_value(" AND m.slot < ", period.until)
                .push_some(selection.place.as_ref(), push_place)
                .push_some(selection.unit, |sql, unit| sql.push_value(" AND m.unit = ", unit))
                .push_some(selection.matter.as_deref(), push_matter)
                .push(" AND ")
                .push(column)
                .push(" IS NOT NULL GROUP BY 1, 2");
            db.all(sql).await?
        }
    };
    let mut sums: HashMap<String, Vec<Tally>> = HashMap::new();
    for Grouped { whose, tally } in rows {
        sums.entry(whose).or_default().push(tally);
    }
    Ok(sums)
}

/// Of each unit of a county in a period: how many rows have the bits of a share, and how many have those of all.
pub async fn share_by_unit(
    db: &mut Conn,
    county: &RegionCode,
    period: Period,
    (basis, all, hits): (Basis, i64, i64),
) -> Result<BTreeMap<Id<Unit>, (i64, i64)>> {
    struct OfUnit(Id<Unit>, i64, i64);
    impl FromRow for OfUnit {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("unit")?, row.get("hits")?, row.get("among")?))
        }
    }
    let rows: Vec<OfUnit> = db
        .all(sql!(
            "SELECT m.unit AS unit, CAST(count(*) AS BIGINT) AS among,
                    CAST(sum(CASE WHEN (m.marks & $1) <> 0 THEN 1 ELSE 0 END) AS BIGINT) AS hits
             FROM indicator_marks m
             WHERE m.county = $2
               AND m.basis = $3
               AND m.slot >= $4
               AND m.slot < $5
               AND (m.marks & $6) <> 0
               AND m.unit IS NOT NULL
             GROUP BY m.unit",
            hits,
            county,
            basis.as_str(),
            period.from,
            period.until,
            all,
        ))
        .await?;
    Ok(rows.into_iter().map(|OfUnit(unit, hits, among)| (unit, (hits, among))).collect())
}
