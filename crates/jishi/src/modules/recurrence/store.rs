//! SQL of clusters and topics.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Id, Instant, Level, Page, RegionCode, Result};

use super::{
    model::{Entry, Note, Topic, TopicState},
    rules::Last,
};
use crate::{modules::cases::Case, platform::access::Scope};

/// Keeps where a case lies.
pub async fn put_entry(tx: &mut Tx, entry: &Entry) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO recurring_cases (case_id, cluster, item_cluster, day)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (case_id) DO UPDATE
         SET cluster = excluded.cluster, item_cluster = excluded.item_cluster, day = excluded.day",
        entry.case,
        &entry.cluster,
        entry.item_cluster.as_ref(),
        entry.day,
    ))
    .await?;
    Ok(())
}

/// Forgets where a case lay.
pub async fn remove_entry(tx: &mut Tx, case: Id<Case>) -> Result<()> {
    tx.execute(sql!("DELETE FROM recurring_cases WHERE case_id = $1", case)).await?;
    Ok(())
}

struct KeptEntry(Entry);

impl FromRow for KeptEntry {
    fn from_row(row: &Row) -> Result<Self> {
        let (case, cluster) = (row.get("case_id")?, row.get("cluster")?);
        Ok(Self(Entry { case, cluster, item_cluster: row.opt("item_cluster")?, day: row.get("day")? }))
    }
}

/// Where some cases lie.
pub async fn entries_unscoped(db: &mut Conn, cases: &[Id<Case>]) -> Result<Vec<Entry>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("SELECT case_id, cluster, item_cluster, day FROM recurring_cases WHERE TRUE");
    let rows: Vec<KeptEntry> = db.all(sql.push_list(" AND case_id IN", cases.iter().copied())).await?;
    Ok(rows.into_iter().map(|KeptEntry(entry)| entry).collect())
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

fn of(sql: Sql, cluster: &str) -> Sql {
    if cluster.starts_with("item:") {
        sql.push_value(" AND r.item_cluster = ", cluster)
    } else {
        sql.push_value(" AND r.cluster = ", cluster)
    }
}

/// How many cases of a cluster came from a day on.
pub async fn count_since_unscoped(db: &mut Conn, cluster: &str, from: Day) -> Result<i64> {
    let sql = of(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM recurring_cases r WHERE TRUE"), cluster);
    let Count(n) = db.one(sql.push_value(" AND r.day >= ", from)).await?;
    Ok(n)
}

struct Month(String, i64);

impl FromRow for Month {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("month")?, row.get("n")?))
    }
}

/// The cases of a cluster by month, from a day on.
pub async fn months_unscoped(db: &mut Conn, cluster: &str, from: Day) -> Result<Vec<(String, i64)>> {
    let sql =
        sql!("SELECT substr(r.day, 1, 7) AS month, CAST(count(*) AS BIGINT) AS n FROM recurring_cases r WHERE TRUE");
    let sql = of(sql, cluster).push_value(" AND r.day >= ", from);
    let rows: Vec<Month> = db.all(sql.push(" GROUP BY substr(r.day, 1, 7) ORDER BY month")).await?;
    Ok(rows.into_iter().map(|Month(month, n)| (month, n)).collect())
}

struct Of(Id<Case>, String);

impl FromRow for Of {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("case_id")?, row.get("day")?))
    }
}

/// The cases of a cluster from a day on, the newest first; the caller reads them within the reader's scope.
pub async fn cases_of(db: &mut Conn, cluster: &str, from: Day, page: &Page) -> Result<Vec<(Id<Case>, String)>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(String, Id<Case>)>()).transpose()?;
    let sql = of(sql!("SELECT r.case_id, r.day FROM recurring_cases r WHERE TRUE"), cluster);
    let sql = sql.push_value(" AND r.day >= ", from).push_some(after, |sql, (day, id)| {
        sql.push_value(" AND (r.day, r.case_id) < (", day).push_value(", ", id).push(")")
    });
    let rows: Vec<Of> = db.all(sql.push_value(" ORDER BY r.day DESC, r.case_id DESC LIMIT ", page.limit + 1)).await?;
    Ok(rows.into_iter().map(|Of(id, day)| (id, day)).collect())
}

fn topics() -> Sql {
    sql!(
        "SELECT t.id, t.cluster, t.matter, t.item, t.village, t.state, t.since, t.found, t.relapses, t.proposed_at, t.reason,
             t.unit, t.person, t.goal, t.measures, t.begins_on, t.due_on, t.changed, t.ended_on, t.month, t.public_goal,
             t.public_result, t.version
         FROM topics t
         WHERE TRUE"
    )
}

fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(t.city, 1, 2) = ",
        Level::City => "t.city = ",
        Level::County => "t.county = ",
        Level::Township => "t.township = ",
        Level::Village | Level::Grid | Level::MicroGrid => "t.village = ",
    }
}

/// Topics of one's places, and those that are one's unit's.
fn within(sql: Sql, scope: &Scope) -> Sql {
    let mut sql = sql.push(" AND (FALSE");
    for place in &scope.places {
        let own = place.at(Level::Village).unwrap_or_else(|| place.clone());
        sql = sql.push(" OR ").push_value(column_is(own.level()), own);
    }
    sql.push_list(" OR t.unit IN", scope.units.iter().copied()).push(")")
}

/// The last topic of a cluster.
pub async fn last_unscoped(db: &mut Conn, cluster: &str) -> Result<Option<Topic>> {
    let sql = topics().push_value(" AND t.cluster = ", cluster);
    db.optional(sql.push(" ORDER BY t.proposed_at DESC LIMIT 1")).await
}

/// A topic for the platform itself.
pub async fn by_id_unscoped(db: &mut Conn, id: Id<Topic>) -> Result<Option<Topic>> {
    db.optional(topics().push_value(" AND t.id = ", id)).await
}

/// The same, as far as it matters to the next.
pub fn last_of(topic: &Topic) -> Last {
    Last { state: topic.state, found: topic.found, ended_on: topic.ended_on }
}

/// Proposes a topic; false where there is an open one already.
pub async fn propose(tx: &mut Tx, topic: &Topic) -> Result<bool> {
    let at = |level| topic.village.at(level);
    let inserted = tx
        .execute(sql!(
            "INSERT INTO topics (id, cluster, matter, item, city, county, township, village, state, since, found, relapses,
                 proposed_at, sort_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)
             ON CONFLICT DO NOTHING",
            topic.id,
            &topic.cluster,
            &topic.matter,
            topic.item,
            at(Level::City),
            at(Level::County),
            at(Level::Township),
            at(Level::Village),
            topic.state.as_str(),
            topic.since,
            topic.found,
            topic.relapses,
            topic.proposed_at,
            topic.proposed_at,
        ))
        .await?;
    Ok(inserted == 1)
}

/// Says anew how many cases a topic has, and how many came afterwards.
pub async fn recount(tx: &mut Tx, id: Id<Topic>, found: i64, relapses: i64) -> Result<()> {
    tx.execute(sql!("UPDATE topics SET found = $1, relapses = $2 WHERE id = $3", found, relapses, id)).await?;
    Ok(())
}

/// A topic within the scope.
///
/// # Errors
/// `not_found`.
pub async fn get(db: &mut Conn, scope: &Scope, id: Id<Topic>) -> Result<Topic> {
    db.optional(within(topics().push_value(" AND t.id = ", id), scope)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The same, which nobody else changes until this transaction ends.
///
/// # Errors
/// `not_found`.
pub async fn lock(tx: &mut Tx, scope: &Scope, id: Id<Topic>) -> Result<Topic> {
    let sql = within(topics().push_value(" AND t.id = ", id), scope);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF t") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Writes a topic as it shall be; false when somebody else changed it meanwhile.
pub async fn update(tx: &mut Tx, topic: &Topic, (seen, now): (i64, Instant)) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE topics
             SET state = $1, relapses = $2, reason = $3, unit = $4, person = $5, goal = $6, measures = $7, begins_on = $8,
                 due_on = $9, changed = $10, ended_on = $11, month = $12, public_goal = $13, public_result = $14, sort_at = $15,
                 version = version + 1
             WHERE id = $16
               AND version = $17",
            topic.state.as_str(),
            topic.relapses,
            topic.reason.as_ref(),
            topic.unit,
            topic.person,
            topic.goal.as_ref(),
            topic.measures.as_ref(),
            topic.begins_on,
            topic.due_on,
            topic.changed.as_ref(),
            topic.ended_on,
            topic.month.as_ref(),
            topic.public_goal.as_ref().map(|it| serde_json::json!(it)),
            topic.public_result.as_ref().map(|it| serde_json::json!(it)),
            now,
            topic.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// The topic of a county's month.
pub async fn of_month_unscoped(db: &mut Conn, county: &RegionCode, month: &str) -> Result<Option<Topic>> {
    let sql = topics().push_value(" AND t.county = ", county).push_value(" AND t.month = ", month);
    db.optional(sql.push(" LIMIT 1")).await
}

/// The topics of a county's months, the newest month first: what everyone may read of them.
pub async fn months_topics_unscoped(db: &mut Conn, county: &RegionCode, limit: i64) -> Result<Vec<Topic>> {
    let sql = topics().push_value(" AND t.county = ", county).push(" AND t.month IS NOT NULL");
    db.all(sql.push_value(" ORDER BY t.month DESC LIMIT ", limit)).await
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In which state.
    pub state: Option<TopicState>,
    /// Of a matter.
    pub matter: Option<String>,
    /// In a place.
    pub region: Option<RegionCode>,
}

fn filtered(sql: Sql, scope: &Scope, filter: &Filter) -> Sql {
    let sql = within(sql.push_value(" AND t.state = ", filter.state.unwrap_or(TopicState::Proposed).as_str()), scope);
    let sql = sql.push_some(filter.matter.as_ref(), |sql, matter| sql.push_value(" AND t.matter = ", matter));
    sql.push_some(filter.region.as_ref(), |sql, place| {
        let own = place.at(Level::Village).unwrap_or_else(|| place.clone());
        sql.push(" AND ").push_value(column_is(own.level()), own)
    })
}

struct Keyed(Topic, i64);

impl FromRow for Keyed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(Topic::from_row(row)?, row.get("sort_at")?))
    }
}

/// A page of topics and one more, the newest first.
pub async fn page(db: &mut Conn, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<(Topic, i64)>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(i64, Id<Topic>)>()).transpose()?;
    let sql = sql!(
        "SELECT t.id, t.cluster, t.matter, t.item, t.village, t.state, t.since, t.found, t.relapses, t.proposed_at, t.reason,
             t.unit, t.person, t.goal, t.measures, t.begins_on, t.due_on, t.changed, t.ended_on, t.month, t.public_goal,
             t.public_result, t.version, t.sort_at
         FROM topics t
         WHERE TRUE"
    );
    let sql = filtered(sql, scope, filter).push_some(after, |sql, (at, id)| {
        sql.push_value(" AND (t.sort_at, t.id) < (", at).push_value(", ", id).push(")")
    });
    let rows: Vec<Keyed> = db.all(sql.push_value(" ORDER BY t.sort_at DESC, t.id DESC LIMIT ", page.limit + 1)).await?;
    Ok(rows.into_iter().map(|Keyed(topic, at)| (topic, at)).collect())
}

/// How many rows [`page`] has in all.
pub async fn count(db: &mut Conn, scope: &Scope, filter: &Filter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM topics t WHERE TRUE");
    let Count(n) =
        db.one(filtered(sql, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// Adds a line to a topic's history.
pub async fn insert_note(tx: &mut Tx, (id, topic): (Id<Note>, Id<Topic>), note: &Note) -> Result<()> {
    tx.later(sql!(
        "INSERT INTO topic_notes (id, topic, at, kind, person, words) VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        topic,
        note.at,
        &note.kind,
        note.person,
        &note.words,
    ))
    .await
}

/// A topic's history, from its beginning; the caller has checked the right to it.
pub async fn notes(db: &mut Conn, topic: Id<Topic>) -> Result<Vec<Note>> {
    db.all(sql!("SELECT at, kind, person, words FROM topic_notes WHERE topic = $1 ORDER BY id", topic)).await
}

/// Whether there is a topic at all: for the demonstration.
pub async fn any_unscoped(db: &mut Conn) -> Result<bool> {
    let found: Option<Count> = db.optional(sql!("SELECT CAST(1 AS BIGINT) AS n FROM topics LIMIT 1")).await?;
    Ok(found.is_some())
}
