//! What is public of the demo city: the summaries its dispatchers would have approved by now.

use std::collections::BTreeMap;

use db::Conn;
use kernel::{Id, Level, Names, Result};

use super::{
    super::{rules, store, views},
    follow::{fresh, rebuild},
    summaries::{Said, say},
};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Case},
        people, regions,
    },
    platform::{access::Role, idempotency::Key},
};

/// Of so many answered cases one is left waiting, so that there is something to approve.
const LEFT_WAITING: usize = 4;

/// Approves most of what is proposed, as the dispatchers of the places; nothing that is done already is done again.
///
/// # Errors
/// `internal` when the database fails; whatever the actions refuse.
pub async fn fill_demo(app: &SharedApp, abouts: &BTreeMap<String, String>) -> Result<()> {
    rebuild(app).await?;
    let mut after = None;
    loop {
        let page = cases::walk_unscoped(&mut app.db.read().await?, after, 200).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        for (index, case) in page.iter().enumerate() {
            if index % LEFT_WAITING != 0 {
                approve(app, case, abouts).await?;
            }
        }
    }
}

async fn approve(app: &SharedApp, case: &Case, abouts: &BTreeMap<String, String>) -> Result<()> {
    let mut db = app.db.read().await?;
    let kept = store::of_cases_unscoped(&mut db, &[case.id]).await?.pop();
    let it = fresh(app, case, kept.as_ref(), app.now());
    let Some(actor) = dispatcher(app, case).await? else { return Ok(()) };
    if it.version > 0 || !super::may(&actor, case, &it).approve {
        return Ok(());
    }
    let proposal: Names = views::proposal(&mut db, app, case, &it).await?;
    let about = case.matter.as_deref().and_then(|matter| abouts.get(matter));
    let done = cases::result_words(&mut db, case).await?;
    let own = village(&mut db, case).await?.map(|place| written(&place, about, done.as_deref(), &case.number));
    drop(db);
    // What an office wrote itself, where it may be public; else what the platform proposed.
    let own = own.flatten().and_then(|own| rules::checked_summary(&own, proposal.en()).ok());
    let text = own.map_or_else(|| rules::checked_summary(proposal.zh(), proposal.en()), Ok)?;
    let said = Said::Approved(text.clone());
    match say(app, &actor, case.id, 0, said, key(case.id)).await {
        // Too near to somebody's own words: the proposal is nobody's.
        Err(error) if !error.fields().is_empty() => {
            let text = rules::checked_summary(proposal.zh(), proposal.en())?;
            say(app, &actor, case.id, 0, Said::Approved(text), key(case.id)).await
        }
        other => other,
    }
}

async fn village(db: &mut Conn, case: &Case) -> Result<Option<String>> {
    let Some(code) = case.place.at(Level::Village) else { return Ok(None) };
    Ok(regions::names_unscoped(db, &code).await?.map(|names| names.zh().to_owned()))
}

/// A summary as a dispatcher would write it: where, what it is about, what was done, in one of a few shapes; the same for the
/// same case. None where nothing was done that could be told.
fn written(place: &str, about: Option<&String>, done: Option<&str>, number: &str) -> Option<String> {
    let done = done.and_then(first_sentence)?;
    let about = about.map(|about| about.trim_end_matches('。'));
    let what = about.and_then(|about| about.split('，').next()).map(|what| what.trim_start_matches('有'));
    let shape = number.bytes().map(usize::from).sum::<usize>() % 4;
    Some(match (shape, about, what) {
        (0, Some(about), _) => format!("{place}{about}。{done}。"),
        (1, _, Some(what)) => format!("{place}：{what}。办理情况：{done}。"),
        (2, _, Some(what)) => format!("{done}（{place}，{what}）。"),
        _ => format!("{place}：{done}。"),
    })
}

/// The first sentence of an answer, of which not too much is left out; none for what is written in another language.
fn first_sentence(text: &str) -> Option<&str> {
    let sentence =
        text.split(['。', '；']).next().map(str::trim).filter(|it| (6..=70).contains(&it.chars().count()))?;
    (sentence.bytes().filter(u8::is_ascii_alphabetic).count() < 8).then_some(sentence)
}

fn key(case: Id<Case>) -> Key {
    Key { actor: "demo".to_owned(), operation: "disclosure.approve", key: case.to_string(), body_hash: Vec::new() }
}

async fn dispatcher(app: &SharedApp, case: &Case) -> Result<Option<crate::platform::access::Actor>> {
    let Some(township) = case.place.at(Level::Township) else { return Ok(None) };
    let mut db = app.db.read().await?;
    let holders = people::holders_unscoped(&mut db, Role::TownshipDispatcher, &township, app.today()).await?;
    drop(db);
    match holders.first() {
        Some(person) => people::actor_unscoped(app, *person).await.map(Some),
        None => Ok(None),
    }
}
