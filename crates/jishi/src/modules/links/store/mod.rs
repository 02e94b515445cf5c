//! SQL of links and their cards.

mod households;
mod public;

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Id, Level, Page, RegionCode, Result};

pub use self::{
    households::{
        HouseholdFilter, end_household, has_door, household, household_count, household_page, households_of,
        insert_household, lock_household,
    },
    public::{disclose, disclosed, homes_unscoped, last_unscoped, public_links_unscoped, raised_unscoped},
};
use super::model::Link;
use crate::{
    modules::regions,
    platform::access::{Person, Post, Scope},
};

/// Above all digits of a code: a place's own begin with it and end before it.
const BEHIND: char = '~';

/// Posts of linked cadres that are held on a day. Served by `posts_role`; a city has a few thousand, not millions. The last
/// visit by `visits_writer`: of this person in this place, newest first.
fn links(today: Day) -> Sql {
    sql!(
        "SELECT o.id, o.person, p.name, o.region, o.unit, u.phone AS unit_phone, o.valid_from, o.valid_until, k.phone,
                k.is_public, k.version,
                (SELECT max(v.visited_on)
                 FROM visits v
                 WHERE v.writer = o.person
                   AND v.withdrawn_at IS NULL
                   AND v.region >= o.region
                   AND v.region < o.region || '~') AS last_on
         FROM posts o
         JOIN people p ON p.id = o.person
         LEFT JOIN units u ON u.id = o.unit
         LEFT JOIN link_cards k ON k.post = o.id
         WHERE o.role = 'linked_cadre'
           AND o.deputy_for IS NULL
           AND o.valid_from <= $1
           AND (o.valid_until IS NULL OR o.valid_until > $1)
           AND (p.valid_until IS NULL OR p.valid_until > $1)",
        today
    )
}

/// Those linked to a place, to something in it, or from the township on to what holds it.
fn at(sql: Sql, place: &RegionCode) -> Sql {
    let above = regions::ancestry(place).into_iter().filter(|above| above.level() >= Level::Township);
    let sql = sql.push_value("(o.region >= ", place);
    sql.push_value(" AND o.region < ", format!("{place}{BEHIND}")).push_list(" OR o.region IN", above).push(")")
}

fn within(sql: Sql, scope: &Scope, region: Option<&RegionCode>) -> Sql {
    let mut sql = sql.push(" AND (FALSE");
    for place in &scope.places {
        sql = at(sql.push(" OR "), place);
    }
    let sql = sql.push(")");
    match region {
        Some(region) => at(sql.push(" AND "), region),
        None => sql,
    }
}

/// A page of links and one more, by place.
pub async fn page(
    db: &mut Conn,
    (scope, region): (&Scope, Option<&RegionCode>),
    today: Day,
    page: &Page,
) -> Result<Vec<Link>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(RegionCode, Id<Post>)>()).transpose()?;
    let sql = within(links(today), scope, region).push_some(after, |sql, (region, id)| {
        sql.push_value(" AND (o.region, o.id) > (", region).push_value(", ", id).push(")")
    });
    db.all(sql.push_value(" ORDER BY o.region, o.id LIMIT ", page.limit + 1)).await
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many rows [`page`] has in all.
pub async fn count(db: &mut Conn, (scope, region): (&Scope, Option<&RegionCode>), today: Day) -> Result<i64> {
    let sql = sql!(
        "SELECT CAST(count(*) AS BIGINT) AS n
         FROM (SELECT 1 AS one
               FROM posts o
               JOIN people p ON p.id = o.person
               WHERE o.role = 'linked_cadre'
                 AND o.deputy_for IS NULL
                 AND o.valid_from <= $1
                 AND (o.valid_until IS NULL OR o.valid_until > $1)
                 AND (p.valid_until IS NULL OR p.valid_until > $1)",
        today
    );
    let sql = within(sql, scope, region);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// The links of one person, by `posts_person`.
pub async fn of_person(db: &mut Conn, person: Id<Person>, today: Day) -> Result<Vec<Link>> {
    db.all(links(today).push_value(" AND o.person = ", person).push(" ORDER BY o.region, o.id")).await
}

/// A link within the scope.
pub async fn get(db: &mut Conn, scope: &Scope, today: Day, id: Id<Post>) -> Result<Link> {
    let sql = within(links(today).push_value(" AND o.id = ", id), scope, None);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Writes a card; false when somebody else changed it meanwhile.
pub async fn put_card(
    tx: &mut Tx,
    id: Id<Post>,
    (phone, is_public): (Option<String>, bool),
    seen: i64,
) -> Result<bool> {
    let written = tx
        .execute(sql!(
            "INSERT INTO link_cards (post, phone, is_public, version)
             VALUES ($1, $2, $3, 1)
             ON CONFLICT (post) DO UPDATE
             SET phone = excluded.phone, is_public = excluded.is_public, version = link_cards.version + 1
             WHERE link_cards.version = $4",
            id,
            phone,
            is_public,
            seen,
        ))
        .await?;
    Ok(written == 1)
}

/// How many days of a month one person was in a place. Told to that person and to nobody else.
pub async fn own_days(db: &mut Conn, person: Id<Person>, region: &RegionCode, (from, to): (Day, Day)) -> Result<i64> {
    let Count(n) = db
        .one(sql!(
            "SELECT CAST(count(DISTINCT visited_on) AS BIGINT) AS n
             FROM visits
             WHERE writer = $1
               AND withdrawn_at IS NULL
               AND visited_on >= $2
               AND visited_on <= $3
               AND region >= $4
               AND region < $5",
            person,
            from,
            to,
            region,
            format!("{region}{BEHIND}"),
        ))
        .await?;
    Ok(n)
}

/// The village a place lies in; of what is wider, the township.
pub fn home(region: &RegionCode) -> RegionCode {
    region.at(Level::Village).or_else(|| region.at(Level::Township)).unwrap_or_else(|| region.clone())
}
