//! Members of staff as they would act today, without a session: for the demonstration, which plays cases through the
//! same actions as people do, and for the digest, which counts what waits for them. Nothing that answers a request may
//! use this.

use kernel::{Code, Error, Id, Result};

use super::store;
use crate::{
    modules::App,
    platform::access::{Actor, HeldPost, Person},
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
        covers: post.deputy_for.map(|person| person.id),
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
