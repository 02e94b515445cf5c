//! Results that were filed, and what their photos look like.

use std::collections::HashSet;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Id, Instant, RegionCode, Result};

use crate::{
    modules::{
        cases::{Case, TimelineRow},
        signs::model::{Filed, Pair},
    },
    platform::access::Unit,
};

/// Rows of one statement.
const TOGETHER: usize = 500;

/// Which of these results are known.
pub async fn known_entries(db: &mut Conn, cases: &[Id<Case>]) -> Result<HashSet<Id<TimelineRow>>> {
    struct Entry(Id<TimelineRow>);
    impl FromRow for Entry {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("entry")?))
        }
    }
    let sql = sql!("SELECT entry FROM sign_results WHERE case_id").push_list(" IN", cases.iter().copied());
    Ok(db.all(sql).await?.into_iter().map(|Entry(entry)| entry).collect())
}

/// Keeps results, each with its county.
pub async fn insert_results(tx: &mut Tx, results: &[(Filed, RegionCode)]) -> Result<()> {
    for results in results.chunks(TOGETHER) {
        let mut insert = sql!("INSERT INTO sign_results (entry, case_id, unit, county, at, due_at, words) VALUES");
        for (index, (filed, county)) in results.iter().enumerate() {
            insert = insert
                .push_value(if index == 0 { " (" } else { ", (" }, filed.entry)
                .push_value(", ", filed.case)
                .push_value(", ", filed.unit)
                .push_value(", ", county)
                .push_value(", ", filed.at)
                .push_value(", ", filed.due_at)
                .push_value(", ", &filed.words)
                .push(")");
        }
        tx.execute(insert.push(" ON CONFLICT (entry) DO NOTHING")).await?;
    }
    Ok(())
}

/// A band of a photo of a result.
#[derive(Clone, Debug)]
pub struct NewPrint {
    /// The result.
    pub filed: Filed,
    /// Where.
    pub county: RegionCode,
    /// The photo.
    pub sha: String,
    /// What it looks like.
    pub print: i64,
    /// Which band.
    pub band: i64,
    /// Its bits.
    pub value: i64,
}

/// Keeps what photos look like.
pub async fn insert_prints(tx: &mut Tx, prints: &[NewPrint]) -> Result<()> {
    for prints in prints.chunks(TOGETHER) {
        let mut insert =
            sql!("INSERT INTO sign_prints (entry, sha, band, value, print, county, at, case_id, unit) VALUES");
        for (index, it) in prints.iter().enumerate() {
            insert = insert
                .push_value(if index == 0 { " (" } else { ", (" }, it.filed.entry)
                .push_value(", ", &it.sha)
                .push_value(", ", it.band)
                .push_value(", ", it.value)
                .push_value(", ", it.print)
                .push_value(", ", &it.county)
                .push_value(", ", it.filed.at)
                .push_value(", ", it.filed.case)
                .push_value(", ", it.filed.unit)
                .push(")");
        }
        tx.execute(insert.push(" ON CONFLICT (entry, sha, band) DO NOTHING")).await?;
    }
    Ok(())
}

/// The results of a county in a span of time, by `sign_results_county`; for the platform's own looking.
pub async fn filed_in(db: &mut Conn, county: &RegionCode, (from, until): (Instant, Instant)) -> Result<Vec<Filed>> {
    db.all(sql!(
        "SELECT entry, case_id, unit, at, due_at, words
         FROM sign_results
         WHERE county = $1
           AND at >= $2
           AND at < $3
         ORDER BY at, entry",
        county,
        from,
        until,
    ))
    .await
}

/// Photos of results in a span of time beside earlier ones of other cases that share a band, by `sign_prints_county` and
/// `sign_prints_band`.
pub async fn pairs_in(
    db: &mut Conn,
    county: &RegionCode,
    (from, until): (Instant, Instant),
    since: Instant,
) -> Result<Vec<Pair>> {
    struct Row2(Pair);
    impl FromRow for Row2 {
        fn from_row(row: &Row) -> Result<Self> {
            let unit: Id<Unit> = row.get("unit")?;
            let later = Filed {
                entry: row.get("entry")?,
                case: row.get("case_id")?,
                unit,
                at: row.get("at")?,
                due_at: None,
                words: String::new(),
            };
            Ok(Self(Pair {
                later,
                sha: row.get("sha")?,
                print: row.get("print")?,
                earlier: row.get("earlier")?,
                earlier_sha: row.get("earlier_sha")?,
                earlier_print: row.get("earlier_print")?,
            }))
        }
    }
    let rows: Vec<Row2> = db
        .all(sql!(
            "SELECT p.entry, p.case_id, p.unit, p.at, p.sha, p.print,
                    q.case_id AS earlier, q.sha AS earlier_sha, q.print AS earlier_print
             FROM sign_prints p
             JOIN sign_prints q ON q.county = p.county AND q.band = p.band AND q.value = p.value
             WHERE p.county = $1
               AND p.at >= $2
               AND p.at < $3
               AND q.at >= $4
               AND q.at <= p.at
               AND q.entry < p.entry
               AND q.case_id <> p.case_id
             ORDER BY p.at, p.entry, p.sha, q.at, q.entry",
            county,
            from,
            until,
            since,
        ))
        .await?;
    Ok(rows.into_iter().map(|Row2(pair)| pair).collect())
}
