//! Members of staff as they would act today, without a session: for the demonstration, which plays cases through the
//! same actions as people do. Nothing that answers a request may use this.

use db::{Conn, FromRow, Row, sql};
use kernel::{Code, Day, Error, Id, RegionCode, Result};

use super::store;
use crate::{
    modules::App,
    platform::access::{Actor, HeldPost, Person, Role},
};

/// Someone with the posts they hold today.
///
/// # Errors
/// `unknown_person` when nobody has this id.
pub async fn actor_unscoped(app: &App, person: Id<Person>) -> Result<Actor> {
    let mut db = app.db.read().await?;
    let name = store::people_unscoped(&mut db, &[person]).await?.remove(&person).map(|found| found.name);
    let name = name.ok_or_else(|| Error::new(Code::UnknownPerson))?;
    let rows = store::posts_unscoped(&mut db, &[person], app.today()).await?;
    let held = rows.into_iter().map(|post| HeldPost {
        id: post.id,
        role: post.role,
        region: post.region,
        unit: post.unit.map(|unit| unit.id),
    });
    Ok(Actor {
        person,
        name,
        session: Id::new(app.now(), &app.chance),
        posts: held.collect(),
        address: String::new(),
        must_change_password: false,
    })
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
