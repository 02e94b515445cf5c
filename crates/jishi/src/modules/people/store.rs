//! SQL of units, people and posts.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, sql};
use kernel::{Day, Id, RegionCode, Result};

use super::model::{PostRow, RegionRef, level_of};
use crate::platform::access::Person;

impl FromRow for RegionRef {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { code: row.get("code")?, level: level_of(row)?, kind: row.get("kind")?, names: row.get("names")? })
    }
}

/// The places of these codes. Names of places are for everyone.
pub(super) async fn places_unscoped(
    db: &mut Conn,
    codes: impl IntoIterator<Item = &RegionCode>,
) -> Result<HashMap<RegionCode, RegionRef>> {
    let rows: Vec<RegionRef> =
        db.all(sql!("SELECT code, level, kind, names FROM regions WHERE code").push_list(" IN", codes)).await?;
    Ok(rows.into_iter().map(|place| (place.code.clone(), place)).collect())
}

/// The posts these people hold on a day, by role as stored. Who holds which post is for all staff to know.
pub(super) async fn posts_unscoped(db: &mut Conn, people: &[Id<Person>], on: Day) -> Result<Vec<PostRow>> {
    db.all(
        sql!(
            "SELECT o.id, o.person, o.role, o.region, o.unit, u.names, u.duty, u.level, o.valid_from, o.valid_until,
                    d.person AS deputised, e.name AS deputised_name
             FROM posts o
             LEFT JOIN units u ON u.id = o.unit
             LEFT JOIN posts d ON d.id = o.deputy_for
             LEFT JOIN people e ON e.id = d.person
             WHERE o.valid_from <= $1
               AND (o.valid_until IS NULL OR o.valid_until > $1)",
            on,
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
