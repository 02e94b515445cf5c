//! SQL of rules and examples.

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Instant, Page, RegionCode, Result};

use super::model::{Example, Expected, Rule, RuleFilter};
use crate::{
    modules::regions,
    platform::access::{Person, Scope},
};

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

fn select_rules() -> Sql {
    sql!(
        "SELECT r.id, r.matter, r.region, r.lead, r.reason, r.case_number, r.made_at, r.made_by, r.ended_at,
                u.valid_until AS unit_until
         FROM routing_rules r
         JOIN units u ON u.id = r.lead
         WHERE TRUE"
    )
}

/// The rules that stand for a matter in a place and in those it lies in. Served by routing_rules_standing.
/// For everyone who may see the thing that is routed.
///
/// # Errors
/// `internal` when the database fails.
pub async fn standing_unscoped(db: &mut Conn, matter: &str, place: &RegionCode) -> Result<Vec<Rule>> {
    let sql = select_rules().push(" AND r.ended_at IS NULL").push_value(" AND r.matter = ", matter);
    db.all(sql.push_list(" AND r.region IN", regions::ancestry(place))).await
}

/// Keeps a rule. False when another stands for the same matter and place.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_rule(tx: &mut Tx, rule: &Rule) -> Result<bool> {
    let inserted = tx
        .execute(sql!(
            "INSERT INTO routing_rules (id, matter, region, lead, reason, case_number, made_at, made_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (matter, region) WHERE ended_at IS NULL DO NOTHING",
            rule.id,
            &rule.matter,
            &rule.region,
            rule.lead,
            &rule.reason,
            rule.case_number.as_ref(),
            rule.made_at,
            rule.made_by,
        ))
        .await?;
    Ok(inserted == 1)
}

/// Ends a rule that stands; false when it has ended already.
///
/// # Errors
/// `internal` when the database fails.
pub async fn end_rule(tx: &mut Tx, id: Id<Rule>, at: Instant, by: Id<Person>) -> Result<bool> {
    let ended = tx
        .execute(sql!(
            "UPDATE routing_rules SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL",
            id,
            at,
            by,
        ))
        .await?;
    Ok(ended == 1)
}

/// A rule whose maker is told of it again.
///
/// # Errors
/// `not_found`.
pub async fn rule_unscoped(db: &mut Conn, id: Id<Rule>) -> Result<Rule> {
    let rule: Option<Rule> = db.optional(select_rules().push_value(" AND r.id = ", id)).await?;
    rule.ok_or_else(|| Error::new(Code::NotFound))
}

/// A rule for a place in the scope.
///
/// # Errors
/// `not_found`.
pub async fn rule(db: &mut Conn, scope: &Scope, id: Id<Rule>) -> Result<Rule> {
    let rule = rule_unscoped(db, id).await?;
    if scope.covers(&rule.region) { Ok(rule) } else { Err(Error::new(Code::NotFound)) }
}

/// Rules for places in the scope, or around it: those hold there too.
fn narrowed(sql: Sql, scope: &Scope, filter: &RuleFilter) -> Sql {
    let touches = |sql: Sql, place: &RegionCode| {
        sql.push_value("r.region LIKE ", format!("{place}%")).push_list(" OR r.region IN", regions::ancestry(place))
    };
    let sql = sql.push(" AND ").push_any(&scope.places, touches);
    let sql = sql.push_some(filter.region.as_ref(), |sql, place| sql.push(" AND ").push_any([place], touches));
    let sql = sql.push_some(filter.matter.as_ref(), |sql, matter| sql.push_value(" AND r.matter = ", matter));
    if filter.with_ended { sql } else { sql.push(" AND r.ended_at IS NULL") }
}

/// A page of rules and one more, the newest first; and how many there are. Rules are few: hundreds in a county.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn rules(db: &mut Conn, scope: &Scope, filter: &RuleFilter, page: &Page) -> Result<(Vec<Rule>, i64)> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Instant, Id<Rule>)>()).transpose()?;
    let sql = narrowed(select_rules(), scope, filter)
        .push_some(after, |sql, (at, id)| {
            sql.push_value(" AND (r.made_at, r.id) < (", at).push_value(", ", id).push(")")
        })
        .push_value(" ORDER BY r.made_at DESC, r.id DESC LIMIT ", page.limit + 1);
    let rows = db.all(sql).await?;
    let count = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM routing_rules r WHERE TRUE");
    let count = narrowed(count, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted");
    let Count(count) = db.one(count).await?;
    Ok((rows, count))
}

/// All rules of a list, for its file.
pub fn export(scope: &Scope, filter: &RuleFilter) -> Sql {
    narrowed(select_rules(), scope, filter).push(" ORDER BY r.made_at DESC, r.id DESC")
}

fn select_examples() -> Sql {
    sql!(
        "SELECT id, name, region, lon, lat, matter, start_at, expected, made_at, made_by
         FROM routing_examples
         WHERE TRUE"
    )
}

/// Keeps an example.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_example(tx: &mut Tx, example: &Example) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO routing_examples (id, name, region, lon, lat, matter, start_at, expected, made_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        example.id,
        &example.name,
        &example.region,
        example.point.map(|(lon, _)| lon),
        example.point.map(|(_, lat)| lat),
        &example.matter,
        example.start_at,
        serde_json::to_value(&example.expected).map_err(Error::internal)?,
        example.made_at,
        example.made_by,
    ))
    .await?;
    Ok(())
}

/// What comes of an example now is what must come of it from now on.
///
/// # Errors
/// `internal` when the database fails.
pub async fn set_expected(tx: &mut Tx, example: &Example, expected: &Expected, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "UPDATE routing_examples SET expected = $2, made_at = $3 WHERE id = $1",
        example.id,
        serde_json::to_value(expected).map_err(Error::internal)?,
        at,
    ))
    .await?;
    Ok(())
}

/// Forgets an example.
///
/// # Errors
/// `internal` when the database fails.
pub async fn delete_example(tx: &mut Tx, id: Id<Example>) -> Result<()> {
    tx.execute(sql!("DELETE FROM routing_examples WHERE id = $1", id)).await?;
    Ok(())
}

/// An example of a place in the scope.
///
/// # Errors
/// `not_found`.
pub async fn example(db: &mut Conn, scope: &Scope, id: Id<Example>) -> Result<Example> {
    let found: Option<Example> = db.optional(select_examples().push_value(" AND id = ", id)).await?;
    found.filter(|example| scope.covers(&example.region)).ok_or_else(|| Error::new(Code::NotFound))
}

/// How many examples a place and what lies in it have.
///
/// # Errors
/// `internal` when the database fails.
pub async fn examples_count(db: &mut Conn, region: &RegionCode) -> Result<i64> {
    let Count(n) = db
        .one(sql!(
            "SELECT CAST(count(*) AS BIGINT) AS n FROM routing_examples WHERE region LIKE $1",
            format!("{region}%")
        ))
        .await?;
    Ok(n)
}

/// The examples of places in the scope, by place; all of them, since each is reckoned anew.
///
/// # Errors
/// `internal` when the database fails.
pub async fn examples(db: &mut Conn, scope: &Scope, within: Option<&RegionCode>) -> Result<Vec<Example>> {
    let below = |sql: Sql, place: &RegionCode| sql.push_value("region LIKE ", format!("{place}%"));
    let sql = select_examples().push(" AND ").push_any(&scope.places, below);
    let sql = sql.push_some(within, |sql, place| below(sql.push(" AND "), place));
    db.all(sql.push(" ORDER BY region, made_at, id")).await
}
