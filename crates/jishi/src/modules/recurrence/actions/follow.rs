//! What happened is folded: each case has a row that says where it lies, and a cluster that grew to its number is proposed. The
//! trail is read behind a cursor, each case looked at as it is now, so that reading twice changes nothing; since an entry may be
//! committed after a later one, the last two minutes are read again each time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use db::Tx;
use kernel::{Id, Level, RegionCode, Result};
use serde_json::json;

use super::super::{
    model::{Entry, Topic, TopicState},
    rules::{self, Verdict},
    store,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case},
        register::Item,
    },
    platform::{
        live::Topic as Hint,
        trail::{self, By},
    },
};

const SUBSCRIBER: &str = "recurrence";
/// No action takes longer than this until its entries are committed.
const SETTLED_SECONDS: i64 = 120;
/// Entries read at once.
const PAGE: i64 = 500;
/// Cases written in one transaction.
const TOGETHER: usize = 100;

/// Steps after which a case may lie elsewhere, or nowhere.
const STEPS: [&str; 13] = [
    "case.received",
    "case.answered",
    "case.redirected",
    "case.refused",
    "case.merged",
    "case.split",
    "case.split_off",
    "case.settled",
    "case.reopened",
    "case.withdrawn",
    "case.reclassified",
    "case.moved",
    "case.linked",
];

/// Brings the clusters up to date; returns how many topics were proposed.
///
/// # Errors
/// `internal` when the database fails.
pub async fn follow(app: &SharedApp) -> Result<usize> {
    let settled = app.now().plus_seconds(-SETTLED_SECONDS);
    let mut read = trail::cursor_unscoped(&mut app.db.read().await?, SUBSCRIBER).await?;
    let (mut known, mut proposed) = (read, 0);
    loop {
        let page = trail::after_unscoped(&mut app.db.read().await?, &STEPS, read, PAGE).await?;
        let ids: BTreeSet<Id<Case>> = page.iter().filter_map(|event| event.object_id.parse().ok()).collect();
        proposed += look_at(app, &ids.into_iter().collect::<Vec<_>>()).await?;
        let (old, last) = (known, page.last().map_or(read, |event| event.seq));
        known = page.iter().filter(|event| event.at <= settled).map(|event| event.seq).max().unwrap_or(known);
        if known > old {
            app.db.write(async move |mut tx: Tx| trail::advance(&mut tx, SUBSCRIBER, known).await).await?;
        }
        read = last;
        if i64::try_from(page.len()).unwrap_or(PAGE) < PAGE {
            return Ok(proposed);
        }
    }
}

/// Looks at every case anew. May be broken off and repeated.
///
/// # Errors
/// `internal` when the database fails.
pub async fn rebuild(app: &SharedApp) -> Result<usize> {
    let (mut after, mut proposed) = (None, 0);
    loop {
        let page = cases::walk_unscoped(&mut app.db.read().await?, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(proposed) };
        after = Some(last.id);
        proposed += look_at(app, &page.iter().map(|case| case.id).collect::<Vec<_>>()).await?;
    }
}

/// Writes where these cases lie now, and looks at the clusters that this touches.
async fn look_at(app: &SharedApp, ids: &[Id<Case>]) -> Result<usize> {
    let mut touched: BTreeMap<String, (String, RegionCode, Option<Id<Item>>)> = BTreeMap::new();
    for ids in ids.chunks(TOGETHER) {
        let mut db = app.db.read().await?;
        let known: HashMap<Id<Case>, Entry> =
            store::entries_unscoped(&mut db, ids).await?.into_iter().map(|entry| (entry.case, entry)).collect();
        let (mut put, mut gone) = (Vec::new(), Vec::new());
        for case in cases::some_unscoped(&mut db, ids).await? {
            let new = rules::entry(&case, &app.settings.zone);
            let old = known.get(&case.id);
            if new.as_ref() == old {
                continue;
            }
            match &new {
                Some(entry) => {
                    let village = case.place.at(Level::Village).unwrap_or_else(|| case.place.clone());
                    let matter = case.matter.clone().unwrap_or_default();
                    touched.insert(entry.cluster.clone(), (matter.clone(), village.clone(), None));
                    if let Some(cluster) = &entry.item_cluster {
                        touched.insert(cluster.clone(), (matter, village, case.item));
                    }
                    put.push(entry.clone());
                }
                None => gone.push(case.id),
            }
        }
        drop(db);
        if put.is_empty() && gone.is_empty() {
            continue;
        }
        let write = async move |mut tx: Tx| {
            for entry in &put {
                store::put_entry(&mut tx, entry).await?;
            }
            for case in gone {
                store::remove_entry(&mut tx, case).await?;
            }
            Ok(())
        };
        app.db.write(write).await?;
    }
    let mut proposed = 0;
    for (cluster, what) in touched {
        proposed += usize::from(weigh(app, cluster, what).await?);
    }
    Ok(proposed)
}

/// Whether a cluster is proposed now.
async fn weigh(
    app: &SharedApp,
    cluster: String,
    (matter, village, item): (String, RegionCode, Option<Id<Item>>),
) -> Result<bool> {
    let limits = app.limits.get();
    let limit = if item.is_some() { limits.of_item() } else { limits.of_matter(&matter) };
    let since = app.today().plus(-limit.days);
    let mut db = app.db.read().await?;
    let count = store::count_since_unscoped(&mut db, &cluster, since).await?;
    let last = store::last_unscoped(&mut db, &cluster).await?;
    let ended = last.as_ref().and_then(|topic| topic.ended_on);
    let after = match ended {
        Some(day) => store::count_since_unscoped(&mut db, &cluster, day.plus(1)).await?,
        None => 0,
    };
    drop(db);
    let verdict = rules::verdict(count, after, last.as_ref().map(store::last_of), limit);
    match (verdict, last) {
        (Verdict::Propose, _) => {
            let topic = made(app, (cluster, matter, village, item), since, count);
            propose(app, topic).await
        }
        (Verdict::Recount, Some(topic)) => recount(app, topic.id, (count, 0)).await,
        (Verdict::Nothing, Some(topic)) if topic.state == TopicState::Finished && topic.relapses != after => {
            recount(app, topic.id, (topic.found, after)).await
        }
        _ => Ok(false),
    }
}

async fn recount(app: &SharedApp, id: Id<Topic>, (found, relapses): (i64, i64)) -> Result<bool> {
    app.db.write(async move |mut tx: Tx| store::recount(&mut tx, id, found, relapses).await).await?;
    Ok(false)
}

fn made(
    app: &App,
    (cluster, matter, village, item): (String, String, RegionCode, Option<Id<Item>>),
    since: kernel::Day,
    found: i64,
) -> Topic {
    Topic {
        id: Id::new(app.now(), &app.chance),
        cluster,
        matter,
        item,
        village,
        state: TopicState::Proposed,
        since,
        found,
        relapses: 0,
        proposed_at: app.now(),
        reason: None,
        unit: None,
        person: None,
        goal: None,
        measures: None,
        begins_on: None,
        due_on: None,
        changed: None,
        ended_on: None,
        month: None,
        public_goal: None,
        public_result: None,
        version: 1,
    }
}

async fn propose(app: &SharedApp, topic: Topic) -> Result<bool> {
    let now = app.now();
    let write = async move |mut tx: Tx| {
        // Two nodes that look at once: the second finds it open.
        let is_new = store::propose(&mut tx, &topic).await?;
        if is_new {
            let params = json!({"matter": topic.matter, "cases": topic.found});
            let (object_id, place) = (topic.id.to_string(), Some(&topic.village));
            let entry = trail::Entry { kind: "topic.proposed", object_kind: "topic", object_id, place, params };
            trail::record(&mut tx, now, &By::nobody(), entry).await?;
        }
        Ok(is_new)
    };
    let is_new = app.db.write(write).await?;
    if is_new {
        app.live.hint(Hint::Records);
    }
    Ok(is_new)
}

/// Counts anew what came after a topic was finished.
///
/// # Errors
/// `internal` when the database fails.
pub(in super::super) async fn watch(app: &SharedApp, id: Id<Topic>) -> Result<()> {
    let mut db = app.db.read().await?;
    let Some(topic) = store::by_id_unscoped(&mut db, id).await? else { return Ok(()) };
    let Some(ended) = topic.ended_on else { return Ok(()) };
    let after = store::count_since_unscoped(&mut db, &topic.cluster, ended.plus(1)).await?;
    drop(db);
    recount(app, id, (topic.found, after)).await.map(|_| ())
}
