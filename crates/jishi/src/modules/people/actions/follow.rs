//! What follows when places are redrawn: posts, units and accounts of a place that ends go over to those that take over
//! from it. Rows written: two a post and a successor, one a unit, two on the trail at most.

use std::collections::HashMap;

use db::Tx;
use kernel::{Chance, Day, Id, Instant, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::{
    model::{PersonRef, PostRecord},
    store,
};
use crate::{
    modules::regions::{Ended, Moves, RegionRef},
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

/// What went over, as kept: enough to send it back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Gone {
    /// Posts that were given, each with where one that it took over from was held.
    pub posts: Vec<GivenPost>,
    /// Units.
    pub units: Moves,
    /// Accounts.
    pub accounts: Moves,
}

/// A post that was given in place of one that ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GivenPost {
    /// Which.
    pub id: Id<Post>,
    /// Where the one before was held.
    pub from: RegionCode,
    /// Where it was given.
    pub to: RegionCode,
    /// Its last day then.
    pub until: Option<Day>,
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
) -> Result<(Followed, Gone)> {
    let (mut followed, mut gone) = (Followed::default(), Gone::default());
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
        for to in &place.successors {
            for post in give(&mut given, &posts, &to.code, (now, today), chance) {
                let (from, until) = (place.place.code.clone(), post.until);
                gone.posts.push(GivenPost { id: post.id, from, to: to.code.clone(), until });
            }
        }
        for unit in store::units_at(tx, &place.place.code, today).await? {
            store::place_unit(tx, unit.id, &place.heir.code).await?;
            gone.units.note(unit.id.to_string(), &place.place.code, &place.heir.code);
            let (from, to) = (place.place.clone(), place.heir.clone());
            followed.units.push(FollowedUnit { names: unit.names, from, to });
        }
        for person in store::accounts_at(tx, &place.place.code).await? {
            gone.accounts.note(person.to_string(), &place.place.code, &place.heir.code);
        }
        store::place_accounts(tx, &place.place.code, &place.heir.code).await?;
    }
    store::insert_posts(tx, &given).await?;
    record(tx, by, ended, &followed, now).await?;
    Ok((followed, gone))
}

/// The same posts at a place that takes over, those stood in for before their deputies; returns them. Whoever held the same
/// at two places that became one holds it once.
pub(super) fn give(
    given: &mut Vec<PostRecord>,
    posts: &[PostRecord],
    to: &RegionCode,
    (now, today): (Instant, Day),
    chance: &Chance,
) -> Vec<PostRecord> {
    let mut again: HashMap<Id<Post>, Id<Post>> = HashMap::new();
    let (own, deputies): (Vec<&PostRecord>, Vec<&PostRecord>) =
        posts.iter().partition(|post| post.deputy_for.is_none());
    let mut here = Vec::new();
    for post in own.into_iter().chain(deputies) {
        let principal = post.deputy_for.map(|principal| again.get(&principal).copied().unwrap_or(principal));
        let is_same = |known: &&PostRecord| {
            known.region == *to
                && (known.person, known.role, known.unit) == (post.person, post.role, post.unit)
                && (known.until, known.deputy_for) == (post.until, principal)
        };
        if let Some(known) = given.iter().find(is_same) {
            again.insert(post.id, known.id);
            here.push(known.clone());
            continue;
        }
        let id = Id::new(now, chance);
        again.insert(post.id, id);
        let (region, from) = (to.clone(), post.from.max(today));
        let new = PostRecord { id, region, from, deputy_for: principal, ..post.clone() };
        given.push(new.clone());
        here.push(new);
    }
    here
}

pub(super) async fn record(tx: &mut Tx, by: &By, ended: &[Ended], followed: &Followed, now: Instant) -> Result<()> {
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
