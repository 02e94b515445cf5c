//! What the office keeps of a case that is public in some way, and the public row made from it.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Cursor, Id, Instant, Listing, Page, RegionCode, Result};

use super::{Count, column_is};
use crate::{
    modules::{
        cases::Case,
        disclosure::model::{DeskList, Disclosure, NotFixedReason, PublicState, Shown, SummaryState},
    },
    platform::access::Scope,
};

fn select() -> Sql {
    sql!(
        "SELECT case_id, public_key, shown, matter, class, city, county, township, village, grid, received_day, due_day,
                done_day, state, reason, is_late, days, late_at, done_at, summary_state, summary, withdrawn_because,
                version
         FROM disclosures
         WHERE TRUE"
    )
}

/// What is kept of these cases, as far as there is something; for the platform itself.
pub async fn of_cases_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Disclosure>> {
    db.all(select().push_list(" AND case_id IN", cases.iter().copied())).await
}

/// Makes room for a case of which nothing is kept yet.
pub async fn ensure(tx: &mut Tx, disclosure: &Disclosure) -> Result<()> {
    let standing = &disclosure.standing;
    tx.execute(sql!(
        "INSERT INTO disclosures (case_id, public_key, shown, matter, class, received_day, state, reason, is_late,
                                  summary_state, desk, version)
         VALUES ($1, $2, 'hidden', '', '', $3, 'open', '', $4, 'none', '', 0)
         ON CONFLICT (case_id) DO NOTHING",
        disclosure.case,
        &disclosure.public_key,
        standing.received_day,
        false,
    ))
    .await?;
    Ok(())
}

/// What is kept of a case, which nobody else changes until this transaction ends.
pub async fn lock(tx: &mut Tx, case: Id<Case>) -> Result<Disclosure> {
    let sql = select().push_value(" AND case_id = ", case);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE") } else { sql };
    tx.one(sql).await
}

/// On which list of the office it is.
fn desk(disclosure: &Disclosure) -> &'static str {
    if disclosure.standing.shown != Shown::Listed || disclosure.standing.done_at.is_none() {
        return "";
    }
    match disclosure.summary_state {
        SummaryState::None | SummaryState::Proposed => DeskList::Waiting.as_str(),
        SummaryState::Approved => DeskList::Approved.as_str(),
        SummaryState::Withdrawn => DeskList::Withdrawn.as_str(),
    }
}

/// Keeps it as it is now.
pub async fn put(tx: &mut Tx, it: &Disclosure) -> Result<()> {
    let (standing, place) = (&it.standing, &it.standing.place);
    tx.execute(sql!(
        "UPDATE disclosures
         SET shown = $2, matter = $3, class = $4, city = $5, county = $6, township = $7, village = $8, grid = $9,
             received_day = $10, due_day = $11, done_day = $12, state = $13, reason = $14, is_late = $15, days = $16,
             late_at = $17, done_at = $18, summary_state = $19, summary = $20, withdrawn_because = $21, desk = $22,
             version = $23
         WHERE case_id = $1",
        it.case,
        standing.shown.as_str(),
        &standing.matter,
        &standing.class,
        place.city.as_ref(),
        place.county.as_ref(),
        place.township.as_ref(),
        place.village.as_ref(),
        place.grid.as_ref(),
        standing.received_day,
        standing.due_day,
        standing.done_day,
        standing.state.as_str(),
        standing.reason.map_or("", NotFixedReason::as_str),
        standing.is_late,
        standing.days,
        standing.late_at,
        standing.done_at,
        it.summary_state.as_str(),
        it.summary.as_ref(),
        it.withdrawn_because.as_ref(),
        desk(it),
        it.version,
    ))
    .await?;
    Ok(())
}

/// Puts the public row of a case where it belongs: nothing but what may be public.
pub async fn put_public(tx: &mut Tx, it: &Disclosure) -> Result<()> {
    let (standing, place) = (&it.standing, &it.standing.place);
    let summary = it.summary.as_ref().filter(|_| it.summary_state == SummaryState::Approved);
    tx.execute(sql!(
        "INSERT INTO disclosed_cases (public_key, matter, class, city, county, township, village, grid, received_day,
                                      due_day, done_day, state, reason, is_late, summary)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (public_key) DO UPDATE
         SET matter = excluded.matter, class = excluded.class, city = excluded.city, county = excluded.county,
             township = excluded.township, village = excluded.village, grid = excluded.grid,
             received_day = excluded.received_day, due_day = excluded.due_day, done_day = excluded.done_day,
             state = excluded.state, reason = excluded.reason, is_late = excluded.is_late, summary = excluded.summary",
        &it.public_key,
        &standing.matter,
        &standing.class,
        place.city.as_ref(),
        place.county.as_ref(),
        place.township.as_ref(),
        place.village.as_ref(),
        place.grid.as_ref(),
        standing.received_day,
        standing.due_day,
        standing.done_day,
        standing.state.as_str(),
        standing.reason.map_or("", NotFixedReason::as_str),
        standing.is_late,
        summary,
    ))
    .await?;
    Ok(())
}

/// Takes the public row of a case away.
pub async fn remove_public(tx: &mut Tx, public_key: &str) -> Result<()> {
    tx.execute(sql!("DELETE FROM disclosed_cases WHERE public_key = $1", public_key)).await?;
    Ok(())
}

struct Which(Id<Case>);

impl FromRow for Which {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("case_id")?))
    }
}

/// Cases that became late by the clock alone since they were looked at, by `disclosures_late`.
pub async fn late_unscoped(db: &mut Conn, now: Instant, limit: i64) -> Result<Vec<Id<Case>>> {
    let rows: Vec<Which> = db
        .all(sql!("SELECT case_id FROM disclosures WHERE late_at < $1 ORDER BY late_at LIMIT $2", now, limit))
        .await?;
    Ok(rows.into_iter().map(|Which(case)| case).collect())
}

/// How many cases of a place and a year are only counted: (class, state, cases). Whoever shows them folds them first.
pub async fn counts_unscoped(db: &mut Conn, place: &RegionCode, year: &str) -> Result<Vec<(String, PublicState, i64)>> {
    struct Row3(String, PublicState, i64);
    impl FromRow for Row3 {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("class")?, row.get("state")?, row.get("cases")?))
        }
    }
    let rows: Vec<Row3> = db
        .all(sql!(
            "SELECT class, state, cases FROM disclosure_counts WHERE place = $1 AND year = $2 ORDER BY class, state",
            place,
            year,
        ))
        .await?;
    Ok(rows.into_iter().map(|Row3(class, state, cases)| (class, state, cases)).collect())
}

/// How many cases of each place are only counted in a year; of places that have any. Whoever shows them folds them first.
pub async fn count_sums_unscoped(db: &mut Conn, places: &[RegionCode], year: &str) -> Result<Vec<(RegionCode, i64)>> {
    struct Sum(RegionCode, i64);
    impl FromRow for Sum {
        fn from_row(row: &Row) -> Result<Self> {
            Ok(Self(row.get("place")?, row.get("n")?))
        }
    }
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let sql =
        sql!("SELECT place, CAST(sum(cases) AS BIGINT) AS n FROM disclosure_counts WHERE year = $1 AND place", year);
    let rows: Vec<Sum> = db.all(sql.push_list(" IN", places).push(" GROUP BY place ORDER BY place")).await?;
    Ok(rows.into_iter().map(|Sum(place, cases)| (place, cases)).collect())
}

/// Which of the office's lists, and of which place.
#[derive(Clone, Debug)]
pub struct DeskFilter {
    /// The list.
    pub list: DeskList,
    /// A place with all in it.
    pub region: Option<RegionCode>,
}

/// A row of such a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What is kept.
    pub disclosure: Disclosure,
    /// When it was answered.
    pub done_at: Instant,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { disclosure: Disclosure::from_row(row)?, done_at: row.get("done_at")? })
    }
}

/// By `disclosures_<level>_desk`: within the scope, of the list.
fn filtered(sql: Sql, scope: &Scope, filter: &DeskFilter) -> Sql {
    sql.push_value(" AND desk = ", filter.list.as_str())
        .push(" AND desk <> '' AND ")
        .push_any(&scope.places, |sql, place| sql.push_value(column_is(place.level()), place))
        .push_some(filter.region.as_ref(), |sql, region| {
            sql.push(" AND ").push_value(column_is(region.level()), region)
        })
}

/// A page of the list: what has waited longest first.
pub async fn desk_list(db: &mut Conn, scope: &Scope, filter: &DeskFilter, page: &Page) -> Result<Listing<Listed>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, Id<Case>)>()).transpose()?;
    let sql = filtered(select(), scope, filter)
        .push_some(after, |sql, (at, id)| {
            sql.push_value(" AND (done_at, case_id) > (", at).push_value(", ", id).push(")")
        })
        .push_value(" ORDER BY done_at, case_id LIMIT ", page.limit + 1);
    let rows: Vec<Listed> = db.all(sql).await?;
    let count = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM disclosures WHERE TRUE");
    let count = filtered(count, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let Count(count) = db.one(count).await?;
    Ok(Listing::new(rows, page, count, |row| Cursor::pack(&(row.done_at, row.disclosure.case))))
}

/// The statement of the whole list, for a file.
pub fn export(scope: &Scope, filter: &DeskFilter) -> Sql {
    filtered(select(), scope, filter).push(" ORDER BY done_at, case_id")
}
