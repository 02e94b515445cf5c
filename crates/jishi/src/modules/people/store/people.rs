//! People and their accounts.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Day, Id, Instant, Lang, Page, RegionCode, Result};

use super::{
    super::model::{PersonFilter, PersonRecord, PersonRef, locale_of},
    Count, anywhere, below,
};
use crate::platform::access::{Person, Scope, Unit};

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

/// How somebody is reached for work.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Who.
    pub person: Id<Person>,
    /// Their telephone.
    pub phone: Option<String>,
    /// The language they read.
    pub lang: Lang,
    /// The place their account is kept in.
    pub region: RegionCode,
}

impl FromRow for Reach {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { person: row.get("id")?, phone: row.opt("phone")?, lang: locale_of(row)?, region: row.get("region")? })
    }
}

/// How these people are reached, those who left excepted. For the platform's own messages.
///
/// # Errors
/// `internal` when the database fails.
pub async fn reach_unscoped(db: &mut Conn, ids: &[Id<Person>], today: Day) -> Result<Vec<Reach>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!(
        "SELECT id, phone, locale, region
         FROM people
         WHERE (valid_until IS NULL OR valid_until > $1)
           AND id",
        today,
    );
    db.all(sql.push_list(" IN", ids.iter().copied()).push(" ORDER BY id")).await
}

/// One person, if their account is kept in the scope.
pub async fn person(db: &mut Conn, scope: &Scope, id: Id<Person>) -> Result<Option<PersonRecord>> {
    let found: Option<PersonRecord> = db
        .optional(sql!("SELECT id, name, login, phone, region, valid_until, version FROM people WHERE id = $1", id))
        .await?;
    Ok(found.filter(|person| scope.covers(&person.region)))
}

fn filtered_people(sql: Sql, scope: &Scope, filter: &PersonFilter, today: Day) -> Sql {
    let own = |sql: Sql, place| sql.push_value("p.region LIKE ", below(place));
    let mut sql = sql.push(" WHERE ").push_any(&scope.places, own);
    if !filter.with_left {
        sql = sql.push_value(" AND (p.valid_until IS NULL OR p.valid_until > ", today).push(")");
    }
    if filter.without_password {
        sql = sql.push(" AND p.password_hash IS NULL");
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
pub type PersonKey = (String, Id<Person>);

/// One page of people and one row more.
pub async fn list_people(
    db: &mut Conn,
    scope: &Scope,
    filter: &PersonFilter,
    today: Day,
    page: &Page,
) -> Result<(Vec<PersonRecord>, i64)> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<PersonKey>()).transpose()?;
    let rows = sql!("SELECT p.id, p.name, p.login, p.phone, p.region, p.valid_until, p.version FROM people p");
    let rows = filtered_people(rows, scope, filter, today)
        .push_some(after, |sql, (name, id)| {
            sql.push_value(" AND (p.name, p.id) > (", name).push_value(", ", id).push(")")
        })
        .push_value(" ORDER BY p.name, p.id LIMIT ", page.limit + 1);
    let rows = db.all(rows).await?;
    let count = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 FROM people p");
    let Count(count) =
        db.one(filtered_people(count, scope, filter, today).push_value(" LIMIT ", COUNT_CAP + 1).push(") x")).await?;
    Ok((rows, count))
}

/// All people of a list, for an export.
pub fn people_export(scope: &Scope, filter: &PersonFilter, today: Day) -> Sql {
    let rows = sql!("SELECT p.id, p.name, p.login, p.phone, p.region, p.valid_until, p.version FROM people p");
    filtered_people(rows, scope, filter, today).push(" ORDER BY p.name, p.id")
}

/// A person to be written, with how they log in first.
pub struct NewPerson<'a> {
    pub id: Id<Person>,
    pub name: &'a str,
    pub login: &'a str,
    pub phone: Option<&'a str>,
    pub region: &'a RegionCode,
    /// None: nobody can log in with a password until one is set.
    pub password_hash: Option<&'a str>,
    pub at: Instant,
}

/// Writes a new person; false when the log-in name is taken.
pub async fn insert_person(db: &mut Tx, new: &NewPerson<'_>) -> Result<bool> {
    let inserted = db
        .execute(sql!(
            "INSERT INTO people (id, name, login, region, password_hash, must_change_password, totp_secret, totp_last_step,
                                 failed_logins, locked_until, locale, valid_until, created_at, phone, version)
             VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL, 0, NULL, $7, NULL, $8, $9, 1)
             ON CONFLICT (login) DO NOTHING",
            new.id,
            new.name,
            new.login,
            new.region,
            new.password_hash,
            new.password_hash.is_some(),
            Lang::default().tag(),
            new.at,
            new.phone,
        ))
        .await?;
    Ok(inserted == 1)
}

/// The person with this log-in name; for imports and the command line.
///
/// # Errors
/// `internal` when the database fails.
pub async fn person_of_login_unscoped(db: &mut Conn, login: &str) -> Result<Option<PersonRecord>> {
    db.optional(sql!("SELECT id, name, login, phone, region, valid_until, version FROM people WHERE login = $1", login))
        .await
}

/// The people who are called so, by name or by log-in name, and work here today; for imports.
///
/// # Errors
/// `internal` when the database fails.
pub async fn people_named_unscoped(db: &mut Conn, called: &[&str], today: Day) -> Result<Vec<PersonRecord>> {
    let mut found = Vec::new();
    for chunk in called.chunks(500) {
        let sql = sql!("SELECT id, name, login, phone, region, valid_until, version FROM people WHERE (name");
        let sql = sql.push_list(" IN", chunk.iter().copied()).push(" OR login").push_list(" IN", chunk.iter().copied());
        let rows: Vec<PersonRecord> =
            db.all(sql.push_value(") AND (valid_until IS NULL OR valid_until > ", today).push(") ORDER BY id")).await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Writes a person's name and telephone over the version that was seen; false when it has another by now.
pub async fn update_person(
    db: &mut Tx,
    person: Id<Person>,
    version: i64,
    (name, phone): (&str, Option<&str>),
) -> Result<bool> {
    let updated = db
        .execute(sql!(
            "UPDATE people SET name = $3, phone = $4, version = version + 1 WHERE id = $1 AND version = $2",
            person,
            version,
            name,
            phone,
        ))
        .await?;
    Ok(updated == 1)
}

/// Gives a new first password, and opens what a forgotten password or a lost telephone closed.
pub async fn reset_password(db: &mut Tx, person: Id<Person>, hash: &str) -> Result<()> {
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

/// Gives a first password to someone who never had one; false when they have one by now.
pub async fn give_password(db: &mut Tx, person: Id<Person>, hash: &str) -> Result<bool> {
    let given = db
        .execute(sql!(
            "UPDATE people
             SET password_hash = $2, must_change_password = TRUE, version = version + 1
             WHERE id = $1
               AND password_hash IS NULL",
            person,
            hash,
        ))
        .await?;
    Ok(given == 1)
}

/// Says from which day on someone no longer works here.
pub async fn end_person(db: &mut Tx, person: Id<Person>, until: Day) -> Result<()> {
    db.execute(sql!("UPDATE people SET valid_until = $2, version = version + 1 WHERE id = $1", person, until)).await?;
    Ok(())
}

/// Whose accounts are kept at exactly this place.
pub async fn accounts_at(db: &mut Conn, place: &RegionCode) -> Result<Vec<Id<Person>>> {
    let rows: Vec<PersonRef> = db.all(sql!("SELECT id, name FROM people WHERE region = $1 ORDER BY id", place)).await?;
    Ok(rows.into_iter().map(|person| person.id).collect())
}

/// Lets one account be kept elsewhere, if it is still where it was.
pub async fn place_account(tx: &mut Tx, person: Id<Person>, from: &RegionCode, to: &RegionCode) -> Result<()> {
    tx.execute(sql!(
        "UPDATE people SET region = $1, version = version + 1 WHERE id = $2 AND region = $3",
        to,
        person,
        from,
    ))
    .await?;
    Ok(())
}

/// Lets the accounts kept at a place be kept at another.
pub async fn place_accounts(tx: &mut Tx, from: &RegionCode, to: &RegionCode) -> Result<()> {
    tx.execute(sql!("UPDATE people SET region = $1, version = version + 1 WHERE region = $2", to, from)).await?;
    Ok(())
}
