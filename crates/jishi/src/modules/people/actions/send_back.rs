//! What follows when a redrawing is taken back: posts, units and accounts that went over are where they were. Rows written:
//! as [`follow_in`](super::follow_in).

use std::collections::{BTreeMap, HashMap};

use db::Tx;
use kernel::{Chance, Code, Day, Error, Id, Instant, Lang, Names, RegionCode, Result};

use super::{
    super::{model::PostRecord, store},
    follow::{Followed, FollowedPost, FollowedUnit, Gone, give, record},
};
use crate::{
    modules::regions::{self, Ended, RegionRef},
    platform::{
        access::{Post, Unit},
        trail::By,
    },
};

/// What was sent back, and what was not.
#[derive(Debug, Default)]
pub struct SentBack {
    /// What went.
    pub followed: Followed,
    /// What somebody changed since, and stays as it is.
    pub kept: Vec<Names>,
    /// What stands at a place that ends and has nowhere to go.
    pub stranded: Vec<Names>,
}

/// Sends posts, units and accounts back to where they were, inside a transaction that does more. A post comes back only
/// where one that took over from it still stands: what somebody ended since stays ended. What came to the places that end
/// since then goes to what they took over from.
///
/// # Errors
/// `internal` when the database fails.
pub async fn send_back_in(
    tx: &mut Tx,
    by: &By,
    (gone, over): (&Gone, &[(RegionRef, Option<Ended>)]),
    at: (Instant, Day),
    chance: &Chance,
) -> Result<SentBack> {
    let mut sent = SentBack::default();
    posts(tx, (gone, over), at, chance, &mut sent).await?;
    units(tx, (gone, over), at.1, &mut sent).await?;
    accounts(tx, gone, over, &mut sent).await?;
    let ended: Vec<Ended> = over.iter().filter_map(|(_, ended)| ended.clone()).collect();
    record(tx, by, &ended, &sent.followed, at.0).await?;
    Ok(sent)
}

type Over<'a> = &'a [(RegionRef, Option<Ended>)];

/// The end of one of these places, if it is one of them.
fn end_of<'a>(over: Over<'a>, place: &RegionCode) -> Option<&'a (RegionRef, Option<Ended>)> {
    over.iter().find(|(known, _)| known.code == *place)
}

async fn posts(
    tx: &mut Tx,
    (gone, over): (&Gone, Over<'_>),
    at: (Instant, Day),
    chance: &Chance,
    sent: &mut SentBack,
) -> Result<()> {
    let mut from: HashMap<Id<Post>, Vec<&RegionCode>> = HashMap::new();
    for post in &gone.posts {
        from.entry(post.id).or_default().push(&post.from);
    }
    let mut places: Vec<&RegionCode> = gone.posts.iter().map(|post| &post.to).collect();
    places.extend(over.iter().map(|(place, _)| &place.code));
    places.sort();
    places.dedup();
    let until: HashMap<Id<Post>, Option<Day>> = gone.posts.iter().map(|post| (post.id, post.until)).collect();
    let mut going: BTreeMap<RegionCode, Vec<PostRecord>> = BTreeMap::new();
    let mut touched: Vec<PostRecord> = Vec::new();
    let mut leaving: Vec<(PostRecord, Vec<RegionCode>)> = Vec::new();
    for place in places {
        for post in store::posts_at(tx, place, at.1).await? {
            let (end, was) = (end_of(over, place), from.remove(&post.id));
            if was.is_none() && end.is_none() {
                continue;
            }
            // What was changed since stays, as far as its place does.
            if end.is_none() && until.get(&post.id).is_some_and(|until| *until != post.until) {
                touched.push(post);
                continue;
            }
            let goals: Vec<RegionCode> = match (was, end) {
                (Some(was), _) => was.into_iter().cloned().collect(),
                (None, Some((_, Some(end)))) => end.successors.iter().map(|place| place.code.clone()).collect(),
                _ => Vec::new(),
            };
            leaving.push((post, goals));
        }
    }
    // What is left of the kept ones was ended since, or has run out by itself.
    for id in from.into_keys() {
        let still = store::post_unscoped(tx, id).await?;
        touched.extend(still.filter(|post| until.get(&id).is_some_and(|until| *until != post.until)));
    }
    // Whoever stands in goes where the one they stand in for goes.
    let own: HashMap<Id<Post>, Vec<RegionCode>> =
        leaving.iter().map(|(post, goals)| (post.id, goals.clone())).collect();
    for (post, goals) in &mut leaving {
        if let Some(principal) = post.deputy_for.and_then(|principal| own.get(&principal)) {
            goals.clone_from(principal);
        }
    }
    for (post, goals) in &leaving {
        store::end_post(tx, post.id, at.1).await?;
        for goal in goals {
            going.entry(goal.clone()).or_default().push(post.clone());
        }
    }
    let mut given = Vec::new();
    for (goal, posts) in &going {
        give(&mut given, posts, goal, at, chance);
    }
    store::insert_posts(tx, &given).await?;
    tell_posts(tx, &leaving, &touched, over, sent).await
}

async fn tell_posts(
    tx: &mut Tx,
    leaving: &[(PostRecord, Vec<RegionCode>)],
    touched: &[PostRecord],
    over: Over<'_>,
    sent: &mut SentBack,
) -> Result<()> {
    let ids: Vec<_> = leaving.iter().map(|(post, _)| post).chain(touched).map(|post| post.person).collect();
    let people = store::people_unscoped(tx, &ids).await?;
    let codes: Vec<&RegionCode> = leaving.iter().flat_map(|(post, goals)| goals.iter().chain([&post.region])).collect();
    let refs = regions::refs_unscoped(tx, codes).await?;
    for (post, goals) in leaving.iter().filter(|(post, _)| post.deputy_for.is_none()) {
        let (Some(person), Some(from)) = (people.get(&post.person), refs.get(&post.region)) else { continue };
        if goals.is_empty() {
            sent.stranded.push(at_place(&person.name, over, &post.region));
            continue;
        }
        let to = goals.iter().filter_map(|goal| refs.get(goal).cloned()).collect();
        let (person, from) = (person.clone(), from.clone());
        sent.followed.posts.push(FollowedPost { person, role: post.role, from, to });
    }
    let called = touched.iter().filter(|post| post.deputy_for.is_none()).filter_map(|post| people.get(&post.person));
    sent.kept.extend(called.map(|person| Names::zh_only(person.name.clone())));
    Ok(())
}

/// Who or what stands where there will be nothing.
fn at_place(name: &str, over: Over<'_>, place: &RegionCode) -> Names {
    let called = end_of(over, place).map(|(place, _)| place.names.clone()).unwrap_or_default();
    Names::new(
        format!("{name} 在“{}”，撤销后没有地方可去", called.zh()),
        format!("{name} is at {}, and nothing takes over from it", called.in_lang(Lang::En)),
    )
}

async fn units(tx: &mut Tx, (gone, over): (&Gone, Over<'_>), today: Day, sent: &mut SentBack) -> Result<()> {
    let mut back = gone.units.by_id();
    let mut places = gone.units.goals();
    places.extend(over.iter().map(|(place, _)| &place.code));
    places.sort();
    places.dedup();
    let mut moves: Vec<(Id<Unit>, Names, RegionCode, RegionCode)> = Vec::new();
    for place in places {
        for unit in store::units_at(tx, place, today).await? {
            let was = back.remove(unit.id.to_string().as_str());
            let to = match (was, end_of(over, place)) {
                (Some((from, to)), _) if to == place => from.clone(),
                (_, Some((_, Some(end)))) => end.heir.code.clone(),
                (_, Some((_, None))) => {
                    sent.stranded.push(at_place(unit.names.zh(), over, place));
                    continue;
                }
                (_, None) => continue,
            };
            moves.push((unit.id, unit.names, place.clone(), to));
        }
    }
    let elsewhere: Vec<Id<Unit>> = back.into_keys().filter_map(|id| id.parse().ok()).collect();
    let elsewhere = store::units_unscoped(tx, &elsewhere).await?;
    sent.kept.extend(elsewhere.into_values().map(|unit| unit.names));
    let codes: Vec<&RegionCode> = moves.iter().flat_map(|(_, _, from, to)| [from, to]).collect();
    let refs: HashMap<RegionCode, RegionRef> = regions::refs_unscoped(tx, codes).await?;
    for (unit, names, from, to) in moves {
        store::place_unit(tx, unit, &to).await?;
        let told = |code| refs.get(code).cloned().ok_or_else(|| Error::new(Code::NotFound));
        sent.followed.units.push(FollowedUnit { names, from: told(&from)?, to: told(&to)? });
    }
    Ok(())
}

/// Accounts stand where they stood; those that came to a place that ends go to its heir.
async fn accounts(tx: &mut Tx, gone: &Gone, over: Over<'_>, sent: &mut SentBack) -> Result<()> {
    for (id, (from, to)) in gone.accounts.by_id() {
        store::place_account(tx, id.parse().map_err(Error::internal)?, to, from).await?;
    }
    for (place, end) in over {
        match end {
            Some(end) => store::place_accounts(tx, &place.code, &end.heir.code).await?,
            None => {
                let left = store::accounts_at(tx, &place.code).await?;
                let people = store::people_unscoped(tx, &left).await?;
                sent.stranded.extend(people.values().map(|person| at_place(&person.name, over, &place.code)));
            }
        }
    }
    Ok(())
}
