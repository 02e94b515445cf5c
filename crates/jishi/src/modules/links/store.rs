//! SQL of links, their cards and households. What is public stands in `public.rs`'s tables, written at the end of this file.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Id, Level, Names, Page, RegionCode, Result};

use super::model::{Disclosed, Household, Link, NeedStage, PublicLink};
use crate::{
    modules::{
        cases::{ClosedHow, Status},
        regions,
    },
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

fn households() -> Sql {
    sql!(
        "SELECT h.id, h.post, h.person, p.name, h.region, h.door, h.item, h.begins_on, h.ends_on, h.version
         FROM household_links h
         JOIN people p ON p.id = h.person
         WHERE TRUE"
    )
}

fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(h.city, 1, 2) = ",
        Level::City => "h.city = ",
        Level::County => "h.county = ",
        Level::Township => "h.township = ",
        Level::Village => "h.village = ",
        Level::Grid | Level::MicroGrid => "h.grid = ",
    }
}

fn lying_in(sql: Sql, scope: &Scope) -> Sql {
    let mut sql = sql.push(" AND (FALSE");
    for place in &scope.places {
        sql = sql.push(" OR ").push_value(column_is(place.level()), place.at(Level::Grid).as_ref().unwrap_or(place));
    }
    sql.push(")")
}

/// Which households: those of a place, and those that are over or those that are not.
#[derive(Clone, Debug, Default)]
pub struct HouseholdFilter {
    /// In this place.
    pub region: Option<RegionCode>,
    /// Those that are over, instead.
    pub is_ended: bool,
}

fn filtered(sql: Sql, scope: &Scope, filter: &HouseholdFilter) -> Sql {
    let sql = lying_in(sql, scope).push_some(filter.region.as_ref(), |sql, region| {
        sql.push(" AND ").push_value(column_is(region.level()), region.at(Level::Grid).as_ref().unwrap_or(region))
    });
    sql.push(if filter.is_ended { " AND h.ends_on IS NOT NULL" } else { " AND h.ends_on IS NULL" })
}

/// A page of households and one more, the newest first, by `household_links_<level>`.
pub async fn household_page(
    db: &mut Conn,
    scope: &Scope,
    filter: &HouseholdFilter,
    page: &Page,
) -> Result<Vec<Household>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<Id<Household>>()).transpose()?;
    let sql = filtered(households(), scope, filter).push_some(after, |sql, id| sql.push_value(" AND h.id < ", id));
    db.all(sql.push_value(" ORDER BY h.id DESC LIMIT ", page.limit + 1)).await
}

/// How many rows [`household_page`] has in all.
pub async fn household_count(db: &mut Conn, scope: &Scope, filter: &HouseholdFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM household_links h WHERE TRUE");
    let sql = filtered(sql, scope, filter);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// The households of one person that are not over.
pub async fn households_of(db: &mut Conn, person: Id<Person>) -> Result<Vec<Household>> {
    let sql = households().push_value(" AND h.person = ", person);
    db.all(sql.push(" AND h.ends_on IS NULL ORDER BY h.id LIMIT 200")).await
}

/// A household within the scope.
pub async fn household(db: &mut Conn, scope: &Scope, id: Id<Household>) -> Result<Household> {
    let sql = lying_in(households().push_value(" AND h.id = ", id), scope);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// A household within the scope, which nobody else changes until this transaction ends.
pub async fn lock_household(tx: &mut Tx, scope: &Scope, id: Id<Household>) -> Result<Household> {
    let sql = lying_in(households().push_value(" AND h.id = ", id), scope);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF h") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Whether this post has this door already.
pub async fn has_door(db: &mut Conn, post: Id<Post>, region: &RegionCode, door: &str) -> Result<bool> {
    let found: Option<Household> = db
        .optional(
            households()
                .push_value(" AND h.post = ", post)
                .push_value(" AND h.door = ", door)
                .push_value(" AND h.region = ", region)
                .push(" AND h.ends_on IS NULL LIMIT 1"),
        )
        .await?;
    Ok(found.is_some())
}

/// Puts a household in.
pub async fn insert_household(tx: &mut Tx, household: &Household) -> Result<()> {
    let at = |level| household.region.at(level);
    tx.execute(sql!(
        "INSERT INTO household_links (id, post, person, region, city, county, township, village, grid, door, item, begins_on,
             version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)",
        household.id,
        household.post,
        household.person.id,
        &household.region,
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        at(Level::Grid),
        &household.door,
        household.item,
        household.begins_on,
    ))
    .await?;
    Ok(())
}

/// Ends a household, or takes its end back; false when somebody else changed it meanwhile.
pub async fn end_household(tx: &mut Tx, id: Id<Household>, ends_on: Option<Day>, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE household_links SET ends_on = $1, version = version + 1 WHERE id = $2 AND version = $3",
            ends_on,
            id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// The village a place lies in; of what is wider, the township.
pub fn home(region: &RegionCode) -> RegionCode {
    region.at(Level::Village).or_else(|| region.at(Level::Township)).unwrap_or_else(|| region.clone())
}

struct Shown(PublicLink);

impl FromRow for Shown {
    fn from_row(row: &Row) -> Result<Self> {
        let own: Option<String> = row.opt("phone")?;
        Ok(Self(PublicLink {
            name: row.get("name")?,
            unit: row.opt("names")?,
            phone: own.or(row.opt("unit_phone")?),
            since: row.get("valid_from")?,
        }))
    }
}

/// A place that is a village reaches all in it; one that is wider stands for itself.
fn of_home(sql: Sql, column: &'static str, place: &RegionCode) -> Sql {
    if place.level() < Level::Village {
        return sql.push(column).push_value(" = ", place);
    }
    let sql = sql.push(column).push_value(" >= ", place).push(" AND ").push(column);
    sql.push_value(" < ", format!("{place}{BEHIND}"))
}

/// Those whose card says that residents may read it. For the public tables alone.
pub async fn public_links_unscoped(db: &mut Conn, place: &RegionCode, today: Day) -> Result<Vec<PublicLink>> {
    let sql = sql!(
        "SELECT p.name, u.names, u.phone AS unit_phone, k.phone, o.valid_from
         FROM link_cards k
         JOIN posts o ON o.id = k.post
         JOIN people p ON p.id = o.person
         LEFT JOIN units u ON u.id = o.unit
         WHERE k.is_public
           AND o.role = 'linked_cadre'
           AND o.deputy_for IS NULL
           AND o.valid_from <= $1
           AND (o.valid_until IS NULL OR o.valid_until > $1)
           AND (p.valid_until IS NULL OR p.valid_until > $1)
           AND ",
        today
    );
    let rows: Vec<Shown> = db.all(of_home(sql, "o.region", place).push(" ORDER BY o.region, o.id LIMIT 50")).await?;
    Ok(rows.into_iter().map(|Shown(link)| link).collect())
}

/// A need raised in a visit: where its case stands, and its name in the public ledger if it is listed there.
pub struct Raised {
    /// Where the case stands, or the one it was merged into.
    pub case: Option<(Status, Option<ClosedHow>)>,
    /// Its name in public.
    pub public_key: Option<String>,
}

impl FromRow for Raised {
    fn from_row(row: &Row) -> Result<Self> {
        let status: Option<Status> = row.opt("status")?;
        let how = row.opt("closed_how")?;
        Ok(Self { case: status.map(|status| (status, how)), public_key: row.opt("public_key")? })
    }
}

/// The needs raised in a place since a day, by `visits_<level>`. For the public tables alone.
pub async fn raised_unscoped(db: &mut Conn, place: &RegionCode, since: Day) -> Result<Vec<Raised>> {
    let sql = sql!(
        "SELECT c.status, c.closed_how, d.public_key
         FROM visits v
         LEFT JOIN cases o ON o.id = v.case_id
         LEFT JOIN cases c ON c.id = COALESCE(o.merged_into, o.id)
         LEFT JOIN disclosures d ON d.case_id = c.id AND d.shown = 'listed'
         WHERE v.withdrawn_at IS NULL
           AND v.need IS NOT NULL
           AND v.visited_on >= $1
           AND ",
        since
    );
    db.all(visited_in(sql, place)).await
}

fn visited_in(sql: Sql, place: &RegionCode) -> Sql {
    if place.level() < Level::Village {
        // What lies in no village of it: a township linked as a whole.
        return sql.push_value("v.township = ", place).push(" AND v.village IS NULL");
    }
    sql.push_value("v.village = ", place)
}

struct Last(Option<Day>);

impl FromRow for Last {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("last_on")?))
    }
}

/// The day a linked cadre last came to a place; which of them is not said. For the public tables alone.
pub async fn last_unscoped(db: &mut Conn, place: &RegionCode) -> Result<Option<Day>> {
    let sql = sql!(
        "SELECT max(v.visited_on) AS last_on
         FROM visits v
         JOIN posts o ON o.id = v.post
         WHERE v.withdrawn_at IS NULL
           AND o.role = 'linked_cadre'
           AND "
    );
    let Last(day) = db.one(visited_in(sql, place)).await?;
    Ok(day)
}

struct At(RegionCode);

impl FromRow for At {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("region")?))
    }
}

/// Every place of which something is public, or may come to be: those with a public card, those with a need of late, those that
/// are told of now. For the public tables alone.
pub async fn homes_unscoped(db: &mut Conn, since: Day) -> Result<Vec<RegionCode>> {
    let rows: Vec<At> = db
        .all(sql!(
            "SELECT o.region FROM link_cards k JOIN posts o ON o.id = k.post WHERE k.is_public
             UNION
             SELECT v.region FROM visits v WHERE v.withdrawn_at IS NULL AND v.visited_on >= $1
             UNION
             SELECT place AS region FROM disclosed_visits",
            since,
        ))
        .await?;
    let mut homes: Vec<RegionCode> = rows.into_iter().map(|At(region)| home(&region)).collect();
    homes.sort();
    homes.dedup();
    Ok(homes)
}

struct Told {
    last_on: Option<Day>,
    counts: [i64; 4],
}

impl FromRow for Told {
    fn from_row(row: &Row) -> Result<Self> {
        let counts = [row.get("collected")?, row.get("classified")?, row.get("solved")?, row.get("ended")?];
        Ok(Self { last_on: row.opt("last_on")?, counts })
    }
}

struct Listed(NeedStage, String);

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("stage")?, row.get("public_key")?))
    }
}

/// What everyone reads of a place, from the public tables alone.
pub async fn disclosed(db: &mut Conn, place: &RegionCode) -> Result<Disclosed> {
    let links = db
        .all(sql!("SELECT name, unit, phone, since FROM disclosed_links WHERE place = $1 ORDER BY ordinal", place,))
        .await?;
    let told: Option<Told> = db
        .optional(sql!(
            "SELECT last_on, collected, classified, solved, ended FROM disclosed_visits WHERE place = $1",
            place,
        ))
        .await?;
    let listed: Vec<Listed> = db
        .all(sql!(
            "SELECT stage, public_key FROM disclosed_visit_cases WHERE place = $1 ORDER BY stage, public_key",
            place,
        ))
        .await?;
    let Told { last_on, counts } = told.unwrap_or(Told { last_on: None, counts: [0; 4] });
    let cases = listed.into_iter().map(|Listed(stage, key)| (stage, key)).collect();
    Ok(Disclosed { links, last_on, counts, cases })
}

/// Writes what everyone reads of a place, in the place of what they read before.
pub async fn disclose(tx: &mut Tx, place: &RegionCode, now: &Disclosed) -> Result<()> {
    tx.execute(sql!("DELETE FROM disclosed_links WHERE place = $1", place)).await?;
    tx.execute(sql!("DELETE FROM disclosed_visits WHERE place = $1", place)).await?;
    tx.execute(sql!("DELETE FROM disclosed_visit_cases WHERE place = $1", place)).await?;
    for (ordinal, link) in (0_i64..).zip(&now.links) {
        let unit = link.unit.as_ref().map(names_json);
        tx.execute(sql!(
            "INSERT INTO disclosed_links (place, ordinal, name, unit, phone, since) VALUES ($1, $2, $3, $4, $5, $6)",
            place,
            ordinal,
            &link.name,
            unit,
            link.phone.clone(),
            link.since,
        ))
        .await?;
    }
    let [collected, classified, solved, ended] = now.counts;
    tx.execute(sql!(
        "INSERT INTO disclosed_visits (place, last_on, collected, classified, solved, ended)
         VALUES ($1, $2, $3, $4, $5, $6)",
        place,
        now.last_on,
        collected,
        classified,
        solved,
        ended,
    ))
    .await?;
    for (stage, key) in &now.cases {
        tx.execute(sql!(
            "INSERT INTO disclosed_visit_cases (place, stage, public_key) VALUES ($1, $2, $3)",
            place,
            stage.as_str(),
            key,
        ))
        .await?;
    }
    Ok(())
}

fn names_json(names: &Names) -> serde_json::Value {
    serde_json::to_value(names).unwrap_or_default()
}
