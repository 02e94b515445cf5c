//! Rows put together with the names of their places.

use std::collections::HashMap;

use db::Conn;
use kernel::{Day, Id, RegionCode, Result};

use super::{
    model::{Persona, PostRow, PostView, RegionRef},
    store,
};
use crate::platform::access::Person;

/// The posts people hold on a day, by person.
pub(super) async fn posts_of(
    db: &mut Conn,
    people: &[Id<Person>],
    on: Day,
) -> Result<HashMap<Id<Person>, Vec<PostView>>> {
    let rows = store::posts_unscoped(db, people, on).await?;
    let places = store::places_unscoped(db, rows.iter().map(|row| &row.region)).await?;
    let mut posts: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        posts.entry(row.person).or_default().push(post_view(row, &places));
    }
    Ok(posts)
}

fn post_view(row: PostRow, places: &HashMap<RegionCode, RegionRef>) -> PostView {
    let PostRow { id, role, region, unit, from, until, deputy_for, .. } = row;
    PostView { id, role, region: place(places, &region), unit, from, until, deputy_for }
}

/// A place by its names, or by its bare code when it has none yet (posts may be given before places are imported).
pub(super) fn place(places: &HashMap<RegionCode, RegionRef>, code: &RegionCode) -> RegionRef {
    places.get(code).cloned().unwrap_or_else(|| RegionRef {
        code: code.clone(),
        level: code.level(),
        kind: code.level().as_str().to_owned(),
        names: kernel::Names::zh_only(code.as_str()),
    })
}

/// Everyone who holds a post, as personas of the demonstration; there they are for everyone to see.
pub(super) async fn personas_unscoped(db: &mut Conn, on: Day) -> Result<Vec<Persona>> {
    let rows = store::personas_unscoped(db, on).await?;
    let places = store::places_unscoped(db, rows.iter().map(|row| &row.post.region)).await?;
    let persona = |row: store::PersonaRow| {
        let post = post_view(row.post, &places);
        Persona { login: row.login, name: row.name, role: post.role, region: post.region, unit: post.unit }
    };
    Ok(rows.into_iter().map(persona).collect())
}
