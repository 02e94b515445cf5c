//! What follows when places are redrawn: posts, units and accounts of a place that ends go over to those that take over
//! from it. Rows written: two a post and a successor, one a unit, two on the trail at most.

use std::collections::HashMap;

use db::Tx;
use kernel::{Chance, Day, Id, Instant, Names, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::{
    model::{PersonRef, PostRecord},
    store,
};
use crate::{
    modules::regions::{Ended, RegionRef},
    platform::{
        access::{Post, Role},
        trail::{self, By, Entry},
    },
};

/// What went over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// Posts, each with all places it is held at now.
    pub posts: Vec<FollowedPost>,
    /// Units.
    pub units: Vec<FollowedUnit>,
}

/// A post that went over to the successors of its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FollowedPost {
    /// Who holds it.
    pub person: PersonRef,
    /// What it lets them be.
    pub role: Role,
    /// Where it was.
    pub from: RegionRef,
    /// Where it is now.
    pub to: Vec<RegionRef>,
}

/// A unit that works for another place now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FollowedUnit {
    /// What it is called.
    pub names: Names,
    /// The place it was of.
    pub from: RegionRef,
    /// The place it is of now.
    pub to: RegionRef,
}

/// Lets posts, units and accounts of places that end go over to those that take over, inside a transaction that does more.
/// A post is held at every one of them, a unit and an account stand with the heir.
///
/// # Errors
/// `internal` when the database fails.
pub async fn follow_in(
    tx: &mut Tx,
    by: &By,
    ended: &[Ended],
    (now, today): (Instant, Day),
    chance: &Chance,
) -> Result<Followed> {
    let mut followed = Followed::default();
    let mut given: Vec<PostRecord> = Vec::new();
    for place in ended {
        let posts = store::posts_at(tx, &place.place.code, today).await?;
        let ids: Vec<_> = posts.iter().map(|post| post.person).collect();
        let people = store::people_unscoped(tx, &ids).await?;
        for post in &posts {
            store::end_post(tx, post.id, today).await?;
            let Some(person) = people.get(&post.person).filter(|_| post.deputy_for.is_none()) else { continue };
            let (role, to) = (post.role, place.successors.clone());
            followed.posts.push(FollowedPost { person: person.clone(), role, from: place.place.clone(), to });
        }
        give(&mut given, &posts, place, (now, today), chance);
        for unit in store::units_at(tx, &place.place.code, today).await? {
            store::place_unit(tx, unit.id, &place.heir.code).await?;
            let (from, to) = (place.place.clone(), place.heir.clone());
            followed.units.push(FollowedUnit { names: unit.names, from, to });
        }
        store::place_accounts(tx, &place.place.code, &place.heir.code).await?;
    }
    store::insert_posts(tx, &given).await?;
    record(tx, by, ended, &followed, now).await?;
    Ok(followed)
}

/// The same posts at every place that takes over, those stood in for before their deputies. Whoever held the same at two
/// places that became one holds it once.
fn give(
    given: &mut Vec<PostRecord>,
    posts: &[PostRecord],
    place: &Ended,
    (now, today): (Instant, Day),
    chance: &Chance,
) {
    for successor in &place.successors {
        let mut again: HashMap<Id<Post>, Id<Post>> = HashMap::new();
        let (own, deputies): (Vec<&PostRecord>, Vec<&PostRecord>) =
            posts.iter().partition(|post| post.deputy_for.is_none());
        for post in own.into_iter().chain(deputies) {
            let principal = post.deputy_for.map(|principal| again.get(&principal).copied().unwrap_or(principal));
            let is_same = |known: &&PostRecord| {
                known.region == successor.code
                    && (known.person, known.role, known.unit) == (post.person, post.role, post.unit)
                    && (known.until, known.deputy_for) == (post.until, principal)
            };
            if let Some(known) = given.iter().find(is_same) {
                again.insert(post.id, known.id);
                continue;
            }
            let id = Id::new(now, chance);
            again.insert(post.id, id);
            let (region, from) = (successor.code.clone(), post.from.max(today));
            given.push(PostRecord { id, region, from, deputy_for: principal, ..post.clone() });
        }
    }
}

async fn record(tx: &mut Tx, by: &By, ended: &[Ended], followed: &Followed, now: Instant) -> Result<()> {
    for place in ended {
        let own = followed.posts.iter().filter(|post| post.from == place.place);
        let people: Vec<Id<_>> = own.map(|post| post.person.id).collect();
        let units = followed.units.iter().filter(|unit| unit.from == place.place).count();
        if people.is_empty() && units == 0 {
            continue;
        }
        let to: Vec<_> = place.successors.iter().map(|successor| &successor.code).collect();
        let params = json!({ "people": people, "units": units, "to": to });
        let (kind, object_id) = ("posts.followed", place.place.code.to_string());
        let entry = Entry { kind, object_kind: "region", object_id, place: Some(&place.place.code), params };
        trail::record(tx, now, by, entry).await?;
    }
    Ok(())
}
