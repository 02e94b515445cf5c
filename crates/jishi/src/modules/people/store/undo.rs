//! Taking back what an import brought, as long as nobody has used it.

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Id, Names, RegionCode, Result};

use super::{Count, below};
use crate::platform::access::{Person, Post, Unit};

/// Ids asked for in one statement.
const AT_ONCE: usize = 400;

async fn counted<T>(db: &mut Conn, ids: &[Id<T>], ask: impl Fn(Vec<Id<T>>) -> Sql) -> Result<i64> {
    let mut all = 0;
    for chunk in ids.chunks(AT_ONCE) {
        let Count(n) = db.one(ask(chunk.to_vec())).await?;
        all += n;
    }
    Ok(all)
}

/// How many of these posts somebody stands in for.
pub(in super::super) async fn deputised(db: &mut Conn, posts: &[Id<Post>]) -> Result<i64> {
    let ask = |ids: Vec<Id<Post>>| {
        sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM posts WHERE deputy_for").push_list(" IN", ids)
    };
    counted(db, posts, ask).await
}

/// How many of these people have logged in or hold a post. A first password that nobody has used goes with them.
pub(in super::super) async fn active_people(db: &mut Conn, people: &[Id<Person>]) -> Result<i64> {
    let ask = |ids: Vec<Id<Person>>| {
        sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM people p WHERE p.id")
            .push_list(" IN", ids)
            .push(" AND ((p.password_hash IS NOT NULL AND NOT p.must_change_password)")
            .push(" OR EXISTS (SELECT 1 FROM sessions s WHERE s.person = p.id)")
            .push(" OR EXISTS (SELECT 1 FROM posts o WHERE o.person = p.id))")
    };
    counted(db, people, ask).await
}

struct Named(Names);

impl FromRow for Named {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("names")?))
    }
}

/// Which of these units somebody holds a post in.
pub(in super::super) async fn staffed_units(db: &mut Conn, units: &[Id<Unit>]) -> Result<Vec<Names>> {
    let mut staffed = Vec::new();
    for chunk in units.chunks(AT_ONCE) {
        let ask = sql!("SELECT u.names FROM units u WHERE u.id").push_list(" IN", chunk.iter().copied());
        let found: Vec<Named> = db.all(ask.push(" AND EXISTS (SELECT 1 FROM posts o WHERE o.unit = u.id)")).await?;
        staffed.extend(found.into_iter().map(|Named(names)| names));
    }
    Ok(staffed)
}

/// Whether other units stand below this one.
pub(in super::super) async fn has_units_below(db: &mut Conn, unit: Id<Unit>) -> Result<bool> {
    let found: Option<Count> =
        db.optional(sql!("SELECT CAST(1 AS BIGINT) AS n FROM units WHERE parent = $1 LIMIT 1", unit)).await?;
    Ok(found.is_some())
}

/// Removes posts.
pub(in super::super) async fn remove_posts(tx: &mut Tx, posts: &[Id<Post>]) -> Result<()> {
    for chunk in posts.chunks(AT_ONCE) {
        tx.execute(sql!("DELETE FROM posts WHERE id").push_list(" IN", chunk.iter().copied())).await?;
    }
    Ok(())
}

/// Removes people.
pub(in super::super) async fn remove_people(tx: &mut Tx, people: &[Id<Person>]) -> Result<()> {
    for chunk in people.chunks(AT_ONCE) {
        tx.execute(sql!("DELETE FROM people WHERE id").push_list(" IN", chunk.iter().copied())).await?;
    }
    Ok(())
}

/// Removes a unit.
pub(in super::super) async fn remove_unit(tx: &mut Tx, unit: Id<Unit>) -> Result<()> {
    tx.execute(sql!("DELETE FROM units WHERE id = $1", unit)).await?;
    Ok(())
}

/// How many units, people and posts a place and what lies in it have.
///
/// # Errors
/// `internal` when the database fails.
pub async fn uses_of_place_unscoped(db: &mut Conn, place: &RegionCode) -> Result<i64> {
    let mut all = 0;
    for count in [
        sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM units WHERE region LIKE $1", below(place)),
        sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM people WHERE region LIKE $1", below(place)),
        sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM posts WHERE region LIKE $1", below(place)),
    ] {
        let Count(n) = db.one(count).await?;
        all += n;
    }
    Ok(all)
}
