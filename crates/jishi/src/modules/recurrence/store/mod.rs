//! SQL of clusters and topics.

mod clusters;
mod told;

pub use clusters::{Days, cases_in, count_unscoped, entries_unscoped, months_unscoped, put_entries};
pub use told::{retell, tell, told_in_unscoped, told_unscoped, untell};

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Instant, Level, Page, RegionCode, Result};

use super::model::{Note, Topic, TopicState};
use crate::platform::access::Scope;

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// A topic with how many cases it has, and how many came after it ended.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The topic.
    pub topic: Topic,
    /// From its first day until it ended.
    pub found: i64,
    /// Since it ended.
    pub after: i64,
    /// When it was last decided on: what lists go by.
    pub sort_at: Instant,
}

impl FromRow for Counted {
    fn from_row(row: &Row) -> Result<Self> {
        let (found, after, sort_at) = (row.get("found")?, row.get("after_end")?, row.get("sort_at")?);
        Ok(Self { topic: Topic::from_row(row)?, found, after, sort_at })
    }
}

/// Each count is a range of the key of `recurring_cases`: a page costs as many steps as its topics have cases.
fn counted() -> Sql {
    sql!(
        "SELECT t.id, t.cluster, t.matter, t.item, t.village, t.state, t.since, t.proposed_at, t.unit, t.person, t.goal,
             t.measures, t.begins_on, t.due_on, t.ended_on, t.outcome, t.month, t.sort_at, t.version, t.counted,
             t.rule_cases, t.rule_days, t.before, t.decided_by,
             (SELECT CAST(count(*) AS BIGINT)
              FROM recurring_cases r
              WHERE r.cluster = t.cluster
                AND r.day >= t.since
                AND r.day <= coalesce(t.ended_on, '9999-12-31')) AS found,
             (SELECT CAST(count(*) AS BIGINT)
              FROM recurring_cases r
              WHERE r.cluster = t.cluster
                AND r.day > coalesce(t.ended_on, '9999-12-31')) AS after_end
         FROM topics t
         WHERE TRUE"
    )
}

fn topics() -> Sql {
    sql!(
        "SELECT t.id, t.cluster, t.matter, t.item, t.village, t.state, t.since, t.proposed_at, t.unit, t.person, t.goal,
             t.measures, t.begins_on, t.due_on, t.ended_on, t.outcome, t.month, t.sort_at, t.version, t.counted,
             t.rule_cases, t.rule_days, t.before, t.decided_by
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

fn lies_in(sql: Sql, place: &RegionCode) -> Sql {
    let own = place.at(Level::Village).unwrap_or_else(|| place.clone());
    sql.push_value(column_is(own.level()), own)
}

/// Topics of one's places, and those that are one's unit's.
fn within(sql: Sql, scope: &Scope) -> Sql {
    let sql = scope.places.iter().fold(sql.push(" AND (FALSE"), |sql, place| lies_in(sql.push(" OR "), place));
    let sql = if scope.units.is_empty() { sql } else { sql.push_list(" OR t.unit IN", scope.units.iter().copied()) };
    sql.push(")")
}

/// The last topic of a cluster.
pub async fn last_unscoped(db: &mut Conn, cluster: &str) -> Result<Option<Topic>> {
    let sql = topics().push_value(" AND t.cluster = ", cluster);
    db.optional(sql.push(" ORDER BY t.proposed_at DESC LIMIT 1")).await
}

/// The last topic of each of some clusters, as far as it is one's own.
pub async fn last_of(db: &mut Conn, scope: &Scope, clusters: &[String]) -> Result<Vec<Counted>> {
    if clusters.is_empty() {
        return Ok(Vec::new());
    }
    let sql = counted().push_list(" AND t.cluster IN", clusters.iter().map(String::as_str));
    let newer =
        " AND NOT EXISTS (SELECT 1 FROM topics n WHERE n.cluster = t.cluster AND n.proposed_at > t.proposed_at)";
    db.all(within(sql.push(newer), scope).push(" ORDER BY t.cluster, t.id")).await
}

/// Proposes a topic; false where there is an open one already.
pub async fn propose(tx: &mut Tx, topic: &Topic) -> Result<bool> {
    let at = |level| topic.cluster.village.at(level);
    let inserted = tx
        .execute(sql!(
            "INSERT INTO topics (id, cluster, matter, item, city, county, township, village, state, since, proposed_at,
                 sort_at, version, counted, rule_cases, rule_days)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 1, $12, $13, $14)
             ON CONFLICT DO NOTHING",
            topic.id,
            &topic.cluster.key,
            &topic.cluster.matter,
            topic.cluster.item,
            at(Level::City),
            at(Level::County),
            at(Level::Township),
            at(Level::Village),
            topic.state.as_str(),
            topic.since,
            topic.proposed_at,
            topic.why.map(|why| why.cases),
            topic.why.map(|why| why.needed),
            topic.why.map(|why| why.days),
        ))
        .await?;
    Ok(inserted == 1)
}

/// A topic within the scope.
///
/// # Errors
/// `not_found`.
pub async fn get(db: &mut Conn, scope: &Scope, id: Id<Topic>) -> Result<Counted> {
    let sql = within(counted().push_value(" AND t.id = ", id), scope);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The same, which nobody else changes until this transaction ends.
///
/// # Errors
/// `not_found`.
pub async fn lock(tx: &mut Tx, scope: &Scope, id: Id<Topic>) -> Result<Counted> {
    let sql = within(counted().push_value(" AND t.id = ", id), scope);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF t") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Writes a topic as it shall be; false when somebody else changed it meanwhile.
pub async fn update(tx: &mut Tx, topic: &Topic, now: Instant) -> Result<bool> {
    let plan = topic.plan.as_ref();
    let changed = tx
        .execute(sql!(
            "UPDATE topics
             SET state = $1, unit = $2, person = $3, goal = $4, measures = $5, begins_on = $6, due_on = $7, ended_on = $8,
                 outcome = $9, month = $10, sort_at = $11, before = $12, decided_by = $13, version = version + 1
             WHERE id = $14
               AND version = $15",
            topic.state.as_str(),
            plan.map(|plan| plan.unit),
            plan.map(|plan| plan.person),
            plan.map(|plan| plan.goal.as_str()),
            plan.map(|plan| plan.measures.as_str()),
            topic.begins_on,
            plan.map(|plan| plan.due_on),
            topic.ended_on,
            topic.outcome.as_ref(),
            topic.month.as_ref(),
            now,
            topic.before.as_ref().map(|before| serde_json::to_value(before).unwrap_or_default()),
            topic.decided_by,
            topic.id,
            topic.version,
        ))
        .await?;
    Ok(changed == 1)
}

/// Which topic is that of a county's month, if it is one's own.
pub async fn of_month(db: &mut Conn, scope: &Scope, county: &RegionCode, month: &str) -> Result<Option<Topic>> {
    let sql = topics().push_value(" AND t.county = ", county).push_value(" AND t.month = ", month);
    db.optional(within(sql, scope).push(" LIMIT 1")).await
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In which state; proposals if not said.
    pub state: Option<TopicState>,
    /// Of a matter.
    pub matter: Option<String>,
    /// In a place.
    pub region: Option<RegionCode>,
}

fn filtered(sql: Sql, scope: &Scope, filter: &Filter) -> Sql {
    let state = filter.state.unwrap_or(TopicState::Proposed);
    within(sql.push_value(" AND t.state = ", state.as_str()), scope)
        .push_some(filter.matter.as_ref(), |sql, matter| sql.push_value(" AND t.matter = ", matter))
        .push_some(filter.region.as_ref(), |sql, place| lies_in(sql.push(" AND "), place))
}

/// A page of topics and one more, the last decided first.
pub async fn page(db: &mut Conn, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<Counted>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(i64, Id<Topic>)>()).transpose()?;
    let sql = filtered(counted(), scope, filter).push_some(after, |sql, (at, id)| {
        sql.push_value(" AND (t.sort_at, t.id) < (", at).push_value(", ", id).push(")")
    });
    db.all(sql.push_value(" ORDER BY t.sort_at DESC, t.id DESC LIMIT ", page.limit + 1)).await
}

/// How many rows [`page`] has in all.
pub async fn count(db: &mut Conn, scope: &Scope, filter: &Filter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM topics t WHERE TRUE");
    let sql = filtered(sql, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1);
    let Count(n) = db.one(sql.push(") AS counted")).await?;
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
