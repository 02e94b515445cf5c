//! What happened is folded: each case has a row where it lies, and a cluster that grew to its number is proposed. The trail is
//! read behind a cursor, each case looked at as it is now, so that reading twice changes nothing; since an entry may be
//! committed after a later one, the last two minutes are read again each time. A new instance and an old one begin alike: with
//! the first entry, page by page, going on where they were broken off.

use std::collections::{BTreeMap, BTreeSet};

use db::Tx;
use kernel::{Id, Result};
use serde_json::json;

use super::super::{
    model::{Cluster, Entry, Topic, TopicState, Why},
    rules::{self, Counts},
    store::{self, Days},
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case},
        recurrence::limits::Limit,
    },
    platform::{
        live::Topic as Hint,
        trail::{self, By},
    },
};

const SUBSCRIBER: &str = "recurrence";
/// Cases written in one transaction.
const TOGETHER: usize = 100;

/// Steps after which a case may lie elsewhere, or nowhere.
const STEPS: [&str; 16] = [
    "case.received",
    "case.answered",
    "case.redirected",
    "case.refused",
    "case.merged",
    "case.split",
    "case.split_off",
    "case.rejoined",
    "case.settled",
    "case.unsettled",
    "case.reopened",
    "case.withdrawn",
    "case.reclassified",
    "case.moved",
    "case.item_linked",
    "case.item_unlinked",
];

/// Brings the clusters up to date; returns how many topics were proposed.
///
/// # Errors
/// `internal` when the database fails.
pub async fn follow(app: &SharedApp) -> Result<usize> {
    trail::follow(&app.db, (SUBSCRIBER, &STEPS), app.now(), async |page| look_at(app, &trail::objects(&page)).await)
        .await
}

/// Writes where these cases lie now, and weighs the clusters that this touches.
async fn look_at(app: &SharedApp, ids: &[Id<Case>]) -> Result<usize> {
    let mut touched = BTreeMap::new();
    for ids in ids.chunks(TOGETHER) {
        place(app, ids, &mut touched).await?;
    }
    let mut proposed = 0;
    for cluster in touched.into_values() {
        proposed += usize::from(weigh(app, cluster).await?);
    }
    Ok(proposed)
}

/// Writes those of the cases that lie elsewhere than before; `touched` learns which clusters have one of them lately. Those
/// that lie where they lay are weighed as well: what was broken off between the two is done the next time.
async fn place(app: &SharedApp, ids: &[Id<Case>], touched: &mut BTreeMap<String, Cluster>) -> Result<()> {
    let mut db = app.db.read().await?;
    let known = store::entries_unscoped(&mut db, ids).await?;
    let (mut moved, mut entries) = (Vec::new(), Vec::new());
    for case in cases::some_unscoped(&mut db, ids).await? {
        let (lies, day) = (rules::clusters(&case), case.received_at.day(&app.settings.zone));
        let entry = |cluster: &Cluster| Entry { case: case.id, cluster: cluster.key.clone(), day };
        let new: BTreeSet<Entry> = lies.iter().map(entry).collect();
        let old: BTreeSet<Entry> = known.iter().filter(|entry| entry.case == case.id).cloned().collect();
        if new != old {
            moved.push(case.id);
            entries.extend(new);
        }
        let recent = lies.into_iter().filter(|cluster| window(app, limit(app, cluster)).contains(&day));
        touched.extend(recent.map(|cluster| (cluster.key.clone(), cluster)));
    }
    drop(db);
    if moved.is_empty() {
        return Ok(());
    }
    app.db.write(async move |mut tx: Tx| store::put_entries(&mut tx, &moved, &entries).await).await
}

fn limit(app: &App, cluster: &Cluster) -> Limit {
    let limits = app.limits.get();
    if cluster.item.is_some() { limits.of_item() } else { limits.of_matter(&cluster.matter) }
}

fn window(app: &App, limit: Limit) -> Days {
    app.today().plus(1 - limit.days)..=app.today()
}

/// Proposes a cluster that grew to its number; whether it was.
async fn weigh(app: &SharedApp, cluster: Cluster) -> Result<bool> {
    let (limit, today) = (limit(app, &cluster), app.today());
    let days = window(app, limit);
    let mut since = *days.start();
    let mut db = app.db.read().await?;
    let mut counts = Counts { now: store::count_unscoped(&mut db, &cluster.key, &days).await?, ..Counts::default() };
    let last = store::last_unscoped(&mut db, &cluster.key).await?;
    if let Some(ended) = last.as_ref().and_then(|last| last.ended_on) {
        counts.then = store::count_unscoped(&mut db, &cluster.key, &(ended.plus(1 - limit.days)..=ended)).await?;
        counts.after = store::count_unscoped(&mut db, &cluster.key, &(ended.plus(1)..=today)).await?;
        since = since.max(ended.plus(1));
    }
    drop(db);
    let since_last = last.as_ref().and_then(|last| last.ended_on).map_or(0, |ended| ended.days_until(today));
    match rules::due(last.map(|last| last.state), counts, limit, since_last) {
        Some(why) => propose(app, cluster, since, why).await,
        None => Ok(false),
    }
}

async fn propose(app: &SharedApp, cluster: Cluster, since: kernel::Day, why: Why) -> Result<bool> {
    let now = app.now();
    let topic = Topic {
        id: Id::new(now, &app.chance),
        cluster,
        state: TopicState::Proposed,
        since,
        proposed_at: now,
        why: Some(why),
        before: None,
        decided_by: None,
        decided_at: now,
        plan: None,
        begins_on: None,
        ended_on: None,
        outcome: None,
        month: None,
        version: 1,
    };
    let write = async move |mut tx: Tx| {
        // Two nodes that look at once: the second finds it open.
        let is_new = store::propose(&mut tx, &topic).await?;
        if is_new {
            let params = json!({"matter": topic.cluster.matter});
            let (object_id, place) = (topic.id.to_string(), Some(&topic.cluster.village));
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
