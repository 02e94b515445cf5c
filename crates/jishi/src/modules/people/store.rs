//! SQL of units, people and posts.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Day, Id, Instant, Lang, Level, Page, RegionCode, Result};

use super::model::{PersonFilter, PersonRecord, PersonRef, PostRecord, PostRow, UnitFilter, UnitRecord, UnitRef};
use crate::platform::access::{Person, Post, Role, Scope, Unit};

/// A count of rows.
pub(super) struct Count(pub i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// A text that `LIKE` finds anywhere; what the reader typed has no special signs.
fn anywhere(text: &str) -> String {
    format!("%{}%", escaped(&text.trim().to_lowercase()))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn below(place: &RegionCode) -> String {
    format!("{place}%")
}

// Units --------------------------------------------------------------------------------------------------------------

/// These units, by id. Offices are public.
///
/// # Errors
/// `internal` when the database fails.
pub async fn units_unscoped(db: &mut Conn, ids: &[Id<Unit>]) -> Result<HashMap<Id<Unit>, UnitRef>> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<UnitRef> =
        db.all(sql!("SELECT id, names, duty, level FROM units WHERE id").push_list(" IN", ids)).await?;
    Ok(rows.into_iter().map(|unit| (unit.id, unit)).collect())
}

struct Placed(UnitRef, RegionCode);

impl FromRow for Placed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(UnitRef::from_row(row)?, row.get("region")?))
    }
}

/// These units and the places they work for, by id, also those that are over.
///
/// # Errors
/// `internal` when the database fails.
pub async fn placed_units_unscoped(
    db: &mut Conn,
    ids: &[Id<Unit>],
) -> Result<HashMap<Id<Unit>, (UnitRef, RegionCode)>> {
    let sql = sql!("SELECT id, names, duty, level, region FROM units WHERE id").push_list(" IN", ids.iter().copied());
    Ok(db.all(sql).await?.into_iter().map(|Placed(unit, region)| (unit.id, (unit, region))).collect())
}

/// One unit with all that is known of it, also one that is over.
pub(super) async fn unit_record_unscoped(db: &mut Conn, id: Id<Unit>) -> Result<Option<UnitRecord>> {
    db.optional(sql!(
        "SELECT id, names, duty, level, region, parent, phone, valid_until, version
         FROM units
         WHERE id = $1",
        id,
    ))
    .await
}

/// The unit that has this duty on this level for the place that `place` lies in; the oldest if there are several.
///
/// # Errors
/// `internal` when the database fails.
pub async fn find_unit_unscoped(
    db: &mut Conn,
    duty: &str,
    level: Level,
    place: &RegionCode,
    today: Day,
) -> Result<Option<UnitRef>> {
    let Some(region) = place.at(level) else { return Ok(None) };
    // Served by units_region.
    db.optional(sql!(
        "SELECT id, names, duty, level
         FROM units
         WHERE region = $1
           AND duty = $2
           AND (valid_until IS NULL OR valid_until > $3)
         ORDER BY id
         LIMIT 1",
        region,
        duty,
        today,
    ))
    .await
}

fn filtered_units(sql: Sql, filter: &UnitFilter, today: Day) -> Sql {
    sql.push(" WHERE (1 = 1")
        .push_some((!filter.with_ended).then_some(today), |sql, day| {
            sql.push_value(" AND (valid_until IS NULL OR valid_until > ", day).push(")")
        })
        .push(")")
        .push_some(filter.region.as_ref(), |sql, place| sql.push_value(" AND region LIKE ", below(place)))
        .push_some(filter.duty.as_ref(), |sql, duty| sql.push_value(" AND duty = ", duty))
        .push_some(filter.q.as_ref(), |sql, q| {
            sql.push_value(" AND lower(name) LIKE ", anywhere(q)).push(" ESCAPE '\\'")
        })
}

/// The key of a list of units.
pub(super) type UnitKey = (RegionCode, String, Id<Unit>);

/// One page of units and one row more.
pub(super) async fn list_units(
    db: &mut Conn,
    filter: &UnitFilter,
    today: Day,
    page: &Page,
) -> Result<(Vec<UnitRecord>, i64)> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<UnitKey>()).transpose()?;
    let rows = sql!("SELECT id, names, duty, level, region, parent, phone, valid_until, version FROM units");
    let rows = filtered_units(rows, filter, today)
        .push_some(after, |sql, (region, duty, id)| {
            sql.push_value(" AND (region, duty, id) > (", region).push_value(", ", duty).push_value(", ", id).push(")")
        })
        .push_value(" ORDER BY region, duty, id LIMIT ", page.limit + 1);
    let rows = db.all(rows).await?;
    let count = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 FROM units");
    let Count(count) = db.one(filtered_units(count, filter, today).push(" LIMIT 10001) x")).await?;
    Ok((rows, count))
}

/// All units of a list, for an export.
pub(super) fn units_export(filter: &UnitFilter, today: Day) -> Sql {
    let rows = sql!("SELECT id, names, duty, level, region, parent, phone, valid_until, version FROM units");
    filtered_units(rows, filter, today).push(" ORDER BY region, duty, id")
}

/// Writes a new unit.
pub(super) async fn insert_unit(db: &mut Tx, unit: &UnitRecord) -> Result<()> {
    insert_units(db, &[(None, unit.clone())]).await
}

/// Writes new units, each with the name it has in imported files.
pub(super) async fn insert_units(db: &mut Tx, units: &[(Option<String>, UnitRecord)]) -> Result<()> {
    for chunk in units.chunks(500) {
        let mut insert = sql!(
            "INSERT INTO units (id, code, names, name, duty, level, region, parent, phone, valid_until, version) VALUES"
        );
        for (index, (code, unit)) in chunk.iter().enumerate() {
            insert = insert
                .push_value(if index == 0 { " (" } else { ", (" }, unit.id)
                .push_value(", ", code.as_ref())
                .push_value(", ", &unit.names)
                .push_value(", ", unit.names.zh())
                .push_value(", ", &unit.duty)
                .push_value(", ", unit.level.as_str())
                .push_value(", ", &unit.region)
                .push_value(", ", unit.parent)
                .push_value(", ", unit.phone.as_ref())
                .push_value(", ", unit.until)
                .push_value(", ", unit.version)
                .push(")");
        }
        db.execute(insert).await?;
    }
    Ok(())
}

/// Writes a unit over the version that was seen; false when it has another by now.
pub(super) async fn update_unit(db: &mut Tx, unit: &UnitRecord) -> Result<bool> {
    let updated = db
        .execute(sql!(
            "UPDATE units
             SET names = $3, name = $4, duty = $5, parent = $6, phone = $7, valid_until = $8, version = version + 1
             WHERE id = $1
               AND version = $2",
            unit.id,
            unit.version,
            &unit.names,
            unit.names.zh(),
            &unit.duty,
            unit.parent,
            unit.phone.as_ref(),
            unit.until,
        ))
        .await?;
    Ok(updated == 1)
}

/// How many hold a post in the unit on or after a day.
pub(super) async fn holders_from(db: &mut Conn, unit: Id<Unit>, day: Day) -> Result<i64> {
    let count: Count = db
        .one(sql!(
            "SELECT CAST(count(DISTINCT person) AS BIGINT) AS n
             FROM posts
             WHERE unit = $1
               AND (valid_until IS NULL OR valid_until > $2)",
            unit,
            day,
        ))
        .await?;
    Ok(count.0)
}

/// A unit with its name in imported files.
pub(super) struct CodedUnit {
    pub code: String,
    pub unit: UnitRecord,
}

impl FromRow for CodedUnit {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { code: row.get("code")?, unit: UnitRecord::from_row(row)? })
    }
}

/// The units that have these names in imported files.
pub(super) async fn units_by_code(db: &mut Conn, codes: &[&str]) -> Result<HashMap<String, UnitRecord>> {
    let mut found = HashMap::new();
    for chunk in codes.chunks(500) {
        let rows: Vec<CodedUnit> = db
            .all(
                sql!(
                    "SELECT id, code, names, duty, level, region, parent, phone, valid_until, version
                     FROM units
                     WHERE code"
                )
                .push_list(" IN", chunk.iter().copied()),
            )
            .await?;
        found.extend(rows.into_iter().map(|row| (row.code, row.unit)));
    }
    Ok(found)
}

// People -------------------------------------------------------------------------------------------------------------

/// These people, by id. Names of staff go with what they did, for everyone who may see that.
///
/// # Errors
/// `internal` when the database fails.
pub async fn people_unscoped(db: &mut Conn, ids: &[Id<Person>]) -> Result<HashMap<Id<Person>, PersonRef>> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<PersonRef> = db.all(sql!("SELECT id, name FROM people WHERE id").push_list(" IN", ids)).await?;
    Ok(rows.into_iter().map(|person| (person.id, person)).collect())
}

/// Who holds a post in the unit today.
///
/// # Errors
/// `internal` when the database fails.
pub async fn members_unscoped(db: &mut Conn, unit: Id<Unit>, today: Day) -> Result<Vec<PersonRef>> {
    db.all(sql!(
        "SELECT p.id, p.name
         FROM people p
         WHERE (p.valid_until IS NULL OR p.valid_until > $2)
           AND EXISTS (SELECT 1 FROM posts o
                       WHERE o.person = p.id
                         AND o.unit = $1
                         AND o.valid_from <= $2
                         AND (o.valid_until IS NULL OR o.valid_until > $2))
         ORDER BY p.name, p.id",
        unit,
        today,
    ))
    .await
}

/// One person, if their account is kept in the scope.
pub(super) async fn person(db: &mut Conn, scope: &Scope, id: Id<Person>) -> Result<Option<PersonRecord>> {
    let found: Option<PersonRecord> =
        db.optional(sql!("SELECT id, name, login, region, valid_until, version FROM people WHERE id = $1", id)).await?;
    Ok(found.filter(|person| scope.covers(&person.region)))
}

fn filtered_people(sql: Sql, scope: &Scope, filter: &PersonFilter, today: Day) -> Sql {
    let mut sql = sql.push(" WHERE (1 = 0");
    for place in &scope.places {
        sql = sql.push_value(" OR p.region LIKE ", below(place));
    }
    sql = sql.push(")");
    if !filter.with_left {
        sql = sql.push_value(" AND (p.valid_until IS NULL OR p.valid_until > ", today).push(")");
    }
    if let Some(q) = &filter.q {
        sql = sql.push_value(" AND (lower(p.name) LIKE ", anywhere(q)).push(" ESCAPE '\\'");
        sql = sql.push_value(" OR p.login LIKE ", anywhere(q)).push(" ESCAPE '\\')");
    }
    if filter.region.is_none() && filter.unit.is_none() && filter.role.is_none() {
        return sql;
    }
    sql.push(" AND EXISTS (SELECT 1 FROM posts o WHERE o.person = p.id")
        .push_value(" AND (o.valid_until IS NULL OR o.valid_until > ", today)
        .push(")")
        .push_some(filter.region.as_ref(), |sql, place| sql.push_value(" AND o.region LIKE ", below(place)))
        .push_some(filter.unit, |sql, unit| sql.push_value(" AND o.unit = ", unit))
        .push_some(filter.role, |sql, role| sql.push_value(" AND o.role = ", role.as_str()))
        .push(")")
}

/// The key of a list of people.
pub(super) type PersonKey = (String, Id<Person>);

/// One page of people and one row more.
pub(super) async fn list_people(
    db: &mut Conn,
    scope: &Scope,
    filter: &PersonFilter,
    today: Day,
    page: &Page,
) -> Result<(Vec<PersonRecord>, i64)> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<PersonKey>()).transpose()?;
    let rows = sql!("SELECT p.id, p.name, p.login, p.region, p.valid_until, p.version FROM people p");
    let rows = filtered_people(rows, scope, filter, today)
        .push_some(after, |sql, (name, id)| {
            sql.push_value(" AND (p.name, p.id) > (", name).push_value(", ", id).push(")")
        })
        .push_value(" ORDER BY p.name, p.id LIMIT ", page.limit + 1);
    let rows = db.all(rows).await?;
    let count = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 FROM people p");
    let Count(count) = db.one(filtered_people(count, scope, filter, today).push(" LIMIT 10001) x")).await?;
    Ok((rows, count))
}

/// All people of a list, for an export.
pub(super) fn people_export(scope: &Scope, filter: &PersonFilter, today: Day) -> Sql {
    let rows = sql!("SELECT p.id, p.name, p.login, p.region, p.valid_until, p.version FROM people p");
    filtered_people(rows, scope, filter, today).push(" ORDER BY p.name, p.id")
}

/// A person to be written, with how they log in first.
pub(super) struct NewPerson<'a> {
    pub id: Id<Person>,
    pub name: &'a str,
    pub login: &'a str,
    pub region: &'a RegionCode,
    /// None: nobody can log in with a password until one is set.
    pub password_hash: Option<&'a str>,
    pub at: Instant,
}

/// Writes a new person; false when the log-in name is taken.
pub(super) async fn insert_person(db: &mut Tx, new: &NewPerson<'_>) -> Result<bool> {
    let inserted = db
        .execute(sql!(
            "INSERT INTO people (id, name, login, region, password_hash, must_change_password, totp_secret, totp_last_step,
                                 failed_logins, locked_until, locale, valid_until, created_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL, 0, NULL, $7, NULL, $8, 1)
             ON CONFLICT (login) DO NOTHING",
            new.id,
            new.name,
            new.login,
            new.region,
            new.password_hash,
            new.password_hash.is_some(),
            Lang::default().tag(),
            new.at,
        ))
        .await?;
    Ok(inserted == 1)
}

/// The person with this log-in name; for imports and the command line.
///
/// # Errors
/// `internal` when the database fails.
pub async fn person_of_login_unscoped(db: &mut Conn, login: &str) -> Result<Option<PersonRecord>> {
    db.optional(sql!("SELECT id, name, login, region, valid_until, version FROM people WHERE login = $1", login)).await
}

/// Writes a person's name over the version that was seen; false when it has another by now.
pub(super) async fn rename_person(db: &mut Tx, person: Id<Person>, version: i64, name: &str) -> Result<bool> {
    let updated = db
        .execute(sql!(
            "UPDATE people SET name = $3, version = version + 1 WHERE id = $1 AND version = $2",
            person,
            version,
            name,
        ))
        .await?;
    Ok(updated == 1)
}

/// Gives a new first password, and opens what a forgotten password or a lost telephone closed.
pub(super) async fn reset_password(db: &mut Tx, person: Id<Person>, hash: &str) -> Result<()> {
    db.execute(sql!(
        "UPDATE people
         SET password_hash = $2, must_change_password = TRUE, totp_secret = NULL, totp_last_step = NULL,
             failed_logins = 0, locked_until = NULL, version = version + 1
         WHERE id = $1",
        person,
        hash,
    ))
    .await?;
    Ok(())
}

/// Says from which day on someone no longer works here.
pub(super) async fn end_person(db: &mut Tx, person: Id<Person>, until: Day) -> Result<()> {
    db.execute(sql!("UPDATE people SET valid_until = $2, version = version + 1 WHERE id = $1", person, until)).await?;
    Ok(())
}

// Posts --------------------------------------------------------------------------------------------------------------

/// The posts these people hold on a day or will hold after it. Who holds which post is for all staff to know.
pub(super) async fn posts_unscoped(db: &mut Conn, people: &[Id<Person>], from: Day) -> Result<Vec<PostRow>> {
    db.all(
        sql!(
            "SELECT o.id, o.person, o.role, o.region, o.unit, u.names, u.duty, u.level, o.valid_from, o.valid_until,
                    d.person AS deputised, e.name AS deputised_name
             FROM posts o
             LEFT JOIN units u ON u.id = o.unit
             LEFT JOIN posts d ON d.id = o.deputy_for
             LEFT JOIN people e ON e.id = d.person
             WHERE (o.valid_until IS NULL OR o.valid_until > $1)",
            from,
        )
        .push_list(" AND o.person IN", people.iter().copied())
        .push(" ORDER BY o.valid_from, o.id"),
    )
    .await
}

/// A post with its holder's names.
pub(super) struct PersonaRow {
    pub login: String,
    pub name: String,
    pub post: PostRow,
}

impl FromRow for PersonaRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { login: row.get("login")?, name: row.get("person_name")?, post: PostRow::from_row(row)? })
    }
}

/// Everyone who holds a post on a day; only the demonstration asks.
pub(super) async fn personas_unscoped(db: &mut Conn, on: Day) -> Result<Vec<PersonaRow>> {
    db.all(sql!(
        "SELECT p.login, p.name AS person_name, o.id, o.person, o.role, o.region, o.unit, u.names, u.duty, u.level,
                o.valid_from, o.valid_until, d.person AS deputised, e.name AS deputised_name
         FROM posts o
         JOIN people p ON p.id = o.person
         LEFT JOIN units u ON u.id = o.unit
         LEFT JOIN posts d ON d.id = o.deputy_for
         LEFT JOIN people e ON e.id = d.person
         WHERE o.valid_from <= $1
           AND (o.valid_until IS NULL OR o.valid_until > $1)
           AND (p.valid_until IS NULL OR p.valid_until > $1)
         ORDER BY o.region, p.login, o.id
         LIMIT 500",
        on,
    ))
    .await
}

/// Someone's posts that are not over on a day.
pub(super) async fn posts_of_person(db: &mut Conn, person: Id<Person>, from: Day) -> Result<Vec<PostRecord>> {
    db.all(sql!(
        "SELECT id, person, role, region, unit, valid_from, valid_until, deputy_for
         FROM posts
         WHERE person = $1
           AND (valid_until IS NULL OR valid_until > $2)
         ORDER BY id",
        person,
        from,
    ))
    .await
}

/// One post.
pub(super) async fn post_unscoped(db: &mut Conn, id: Id<Post>) -> Result<Option<PostRecord>> {
    db.optional(sql!(
        "SELECT id, person, role, region, unit, valid_from, valid_until, deputy_for FROM posts WHERE id = $1",
        id,
    ))
    .await
}

/// Writes new posts.
pub(super) async fn insert_posts(db: &mut Tx, posts: &[PostRecord]) -> Result<()> {
    for chunk in posts.chunks(500) {
        let mut insert = sql!(
            "INSERT INTO posts (id, person, role, region, unit, valid_from, valid_until, deputy_for, version) VALUES"
        );
        for (index, post) in chunk.iter().enumerate() {
            insert = insert
                .push_value(if index == 0 { " (" } else { ", (" }, post.id)
                .push_value(", ", post.person)
                .push_value(", ", post.role.as_str())
                .push_value(", ", &post.region)
                .push_value(", ", post.unit)
                .push_value(", ", post.from)
                .push_value(", ", post.until)
                .push_value(", ", post.deputy_for)
                .push(", 1)");
        }
        db.execute(insert).await?;
    }
    Ok(())
}

/// Ends a post and those of its deputies on a day; what ends earlier stays as it is.
pub(super) async fn end_post(db: &mut Tx, id: Id<Post>, until: Day) -> Result<()> {
    db.execute(sql!(
        "UPDATE posts
         SET valid_until = $2, version = version + 1
         WHERE (id = $1 OR deputy_for = $1)
           AND (valid_until IS NULL OR valid_until > $2)",
        id,
        until,
    ))
    .await?;
    Ok(())
}

/// Makes two who would end the last administrators at the same moment wait for one another, by touching the role's
/// first post; it works on both databases, and posts are never deleted.
pub(super) async fn lock_role(db: &mut Tx, role: Role) -> Result<()> {
    db.execute(sql!(
        "UPDATE posts
         SET version = version
         WHERE id = (SELECT o.id FROM posts o WHERE o.role = $1 ORDER BY o.id LIMIT 1)",
        role.as_str(),
    ))
    .await?;
    Ok(())
}

/// Makes two who give posts to the same person wait for one another.
pub(super) async fn lock_person(db: &mut Tx, person: Id<Person>) -> Result<()> {
    db.execute(sql!("UPDATE people SET version = version WHERE id = $1", person)).await?;
    Ok(())
}

/// Where a role is held by others than this person, on a day or later; nobody holds one for longer than they work here.
pub(super) async fn held_by_others(db: &mut Tx, role: Role, person: Id<Person>, from: Day) -> Result<Vec<PostRecord>> {
    db.all(sql!(
        "SELECT o.id, o.person, o.role, o.region, o.unit, o.valid_from, o.deputy_for,
                CASE WHEN o.valid_until IS NULL OR p.valid_until < o.valid_until
                     THEN p.valid_until
                     ELSE o.valid_until
                END AS valid_until
         FROM posts o
         JOIN people p ON p.id = o.person
         WHERE o.role = $1
           AND o.person <> $2
           AND o.deputy_for IS NULL
           AND (o.valid_until IS NULL OR o.valid_until > $3)
           AND (p.valid_until IS NULL OR p.valid_until > $3)",
        role.as_str(),
        person,
        from,
    ))
    .await
}

struct Holder(Id<Person>);

impl FromRow for Holder {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("person")?))
    }
}

/// Who holds a role exactly at a place on a day: the one with the oldest post.
///
/// # Errors
/// `internal` when the database fails.
pub async fn holder_unscoped(db: &mut Conn, role: Role, place: &RegionCode, day: Day) -> Result<Option<Id<Person>>> {
    let found: Option<Holder> = db
        .optional(sql!(
            "SELECT person
             FROM posts
             WHERE region = $1
               AND role = $2
               AND valid_from <= $3
               AND (valid_until IS NULL OR valid_until > $3)
             ORDER BY valid_from, id
             LIMIT 1",
            place,
            role.as_str(),
            day,
        ))
        .await?;
    Ok(found.map(|Holder(person)| person))
}
