//! What is shown of topics.

mod cases;
mod export;
mod told;
mod why;

use std::collections::HashMap;

use db::Conn;
use kernel::{Cursor, Day, Id, Instant, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

pub(super) use self::{
    cases::{CaseTopics, Which, cases_of, of_case},
    export::{batches, columns},
    told::{MonthTopic, PublicTopics, month, open},
};
use super::{
    actions::{part, sees},
    model::{Note, Plan, Topic, TopicState},
    rules, store,
    store::Counted,
};
use crate::{
    modules::{
        App,
        matters::MatterRef,
        people::{self, PersonRef, UnitRef},
        regions::{self, RegionRef},
        register::{self, ItemRef},
    },
    platform::access::{Actor, Permission, Unit},
};

/// Months of the chart.
const MONTHS: i64 = 12;

/// 课题, as a line of a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TopicRow {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Topic>,
    /// The matter.
    matter: MatterRef,
    /// The thing, where it is about one thing of the register and not about a village.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<ItemRef>,
    /// The township and the village.
    place: Vec<RegionRef>,
    /// How it stands.
    state: TopicState,
    /// The first day of the window that proposed it.
    since: Day,
    /// How many cases came from that day until it ended.
    found: i64,
    /// How many came after it ended.
    after: i64,
    /// When it was proposed.
    proposed_at: Instant,
    /// Why, in a sentence with the rule and its numbers.
    why: Names,
    /// Whose task it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<UnitRef>,
    /// Who answers for it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonRef>,
    /// What shall be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<String>,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_on: Option<Day>,
    /// Whether that is over.
    is_late: bool,
    /// Of which month it is the topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<String>,
    /// Counts its changes.
    version: i64,
}

/// The township and the village.
fn steps(village: &RegionCode) -> impl Iterator<Item = RegionCode> {
    [village.at(kernel::Level::Township), Some(village.clone())].into_iter().flatten()
}

async fn rows(db: &mut Conn, app: &App, topics: &[Counted]) -> Result<Vec<TopicRow>> {
    let all = || topics.iter().map(|counted| &counted.topic);
    let plans = || all().filter_map(|topic| topic.plan.as_ref());
    let codes: Vec<RegionCode> = all().flat_map(|topic| steps(&topic.cluster.village)).collect();
    let places = regions::refs_unscoped(db, &codes).await?;
    let units = people::units_unscoped(db, &plans().map(|plan| plan.unit).collect::<Vec<_>>()).await?;
    let persons = people::people_unscoped(db, &plans().map(|plan| plan.person).collect::<Vec<_>>()).await?;
    let items: Vec<_> = all().filter_map(|topic| topic.cluster.item).collect();
    let items = register::refs_unscoped(db, app, &items).await?;
    let items: HashMap<_, ItemRef> = items.into_iter().map(|item| (item.id, item)).collect();
    let row = |Counted { topic, found, after, .. }: &Counted| {
        let (cluster, plan) = (&topic.cluster, topic.plan.as_ref());
        let is_over = plan.is_some_and(|plan| plan.due_on < app.today());
        TopicRow {
            id: topic.id,
            matter: app.matters.catalogue().matter_ref(&cluster.matter, &cluster.village),
            item: cluster.item.and_then(|item| items.get(&item).cloned()),
            place: steps(&cluster.village).filter_map(|code| places.get(&code).cloned()).collect(),
            state: topic.state,
            since: topic.since,
            found: *found,
            after: *after,
            proposed_at: topic.proposed_at,
            why: why::sentence(app, topic, places.get(&cluster.village), cluster.item.and_then(|it| items.get(&it))),
            unit: plan.and_then(|plan| units.get(&plan.unit).cloned()),
            person: plan.and_then(|plan| persons.get(&plan.person).cloned()),
            goal: plan.map(|plan| plan.goal.clone()),
            due_on: plan.map(|plan| plan.due_on),
            is_late: topic.state == TopicState::Active && is_over,
            month: topic.month.clone(),
            version: topic.version,
        }
    };
    Ok(topics.iter().map(row).collect())
}

/// A page of topics.
pub(super) async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &store::Filter,
    page: &Page,
) -> Result<Listing<TopicRow>> {
    let scope = actor.require(Permission::CaseRead)?;
    let topics = store::page(db, &scope, filter, page).await?;
    let count = store::count(db, &scope, filter).await?;
    let keys: Vec<Instant> = topics.iter().map(|counted| counted.sort_at).collect();
    let paired = rows(db, app, &topics).await?.into_iter().zip(keys).collect();
    let key = |(row, at): &(TopicRow, Instant)| Cursor::pack(&(at.millis(), row.id));
    Ok(Listing::new(paired, page, count, key).map(|(row, _)| row))
}

/// Cases of a month.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TopicMonth {
    /// Which, e.g. `2026-11`.
    month: String,
    /// Cases received in it.
    cases: i64,
}

/// A line of a topic's history.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TopicNote {
    /// When.
    at: Instant,
    /// What: `accepted`, `rejected`, `revised`, `noted`, `finished`, `of_month`, `not_of_month`, `undone`.
    kind: String,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonRef>,
    /// In words.
    words: String,
}

/// A topic with everything.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TopicDetail {
    /// As in lists.
    #[serde(flatten)]
    row: TopicRow,
    /// How it shall be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    measures: Option<String>,
    /// Since when it is worked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    begins_on: Option<Day>,
    /// When it was finished or rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_on: Option<Day>,
    /// What changed, or why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// Its goal in public.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_goal: Option<Names>,
    /// Its result in public.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_result: Option<Names>,
    /// Cases by month, the twelve months until now.
    months: Vec<TopicMonth>,
    /// What was decided and done.
    notes: Vec<TopicNote>,
    /// What the reader may do now.
    allowed: Vec<&'static str>,
    /// Until when they may take the last decision back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undo_until: Option<Instant>,
}

/// The page of a topic.
pub(super) async fn detail(db: &mut Conn, app: &App, actor: &Actor, id: Id<Topic>) -> Result<TopicDetail> {
    let scope = actor.require(Permission::CaseRead)?;
    let counted = store::get(db, &scope, id).await?;
    let row = rows(db, app, std::slice::from_ref(&counted)).await?.pop();
    let topic = counted.topic;
    let county = topic.cluster.village.at(kernel::Level::County);
    let told = match county.zip(topic.month.as_ref()) {
        Some((county, month)) => store::told_unscoped(db, &county, month).await?,
        None => None,
    };
    let (public_goal, public_result) = told.map(|told| (told.goal, told.result)).unzip();
    Ok(TopicDetail {
        row: row.ok_or_else(|| kernel::Error::internal("one in is one out"))?,
        months: months(db, app, &topic).await?,
        notes: history(db, id).await?,
        undo_until: part(actor, &topic, app.now()).may_undo.then(|| rules::undo_until(&topic, actor.person)).flatten(),
        allowed: rules::allowed(&topic, part(actor, &topic, app.now())),
        measures: topic.plan.map(|Plan { measures, .. }| measures),
        begins_on: topic.begins_on,
        ended_on: topic.ended_on,
        outcome: topic.outcome,
        public_goal,
        public_result: public_result.flatten(),
    })
}

/// 责任人: who of a unit may answer for a topic.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TopicOwners {
    /// In the order of their names.
    rows: Vec<PersonRef>,
}

/// The people of a unit who see the topic, for whoever decides on it.
pub(super) async fn owners(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    id: Id<Topic>,
    unit: Id<Unit>,
) -> Result<TopicOwners> {
    let topic = store::get(db, &actor.require(Permission::TopicDecide)?, id).await?.topic;
    let mut rows = Vec::new();
    for member in people::members_unscoped(db, unit, app.today()).await? {
        if sees(app, &topic, unit, member.id).await? {
            rows.push(member);
        }
    }
    Ok(TopicOwners { rows })
}

async fn history(db: &mut Conn, id: Id<Topic>) -> Result<Vec<TopicNote>> {
    let notes = store::notes(db, id).await?;
    let people = people::people_unscoped(db, &notes.iter().map(|note| note.person).collect::<Vec<_>>()).await?;
    let line = |Note { at, kind, person, words }| TopicNote { at, kind, person: people.get(&person).cloned(), words };
    Ok(notes.into_iter().map(line).collect())
}

/// Every month of the last twelve, those without a case too.
async fn months(db: &mut Conn, app: &App, topic: &Topic) -> Result<Vec<TopicMonth>> {
    let first = app.today().date().first_of_month();
    let back = |n: i64| first.saturating_sub(jiff::Span::new().months(n));
    let known = store::months_unscoped(db, &topic.cluster.key, Day::from(back(MONTHS - 1))).await?;
    let known: HashMap<String, i64> = known.into_iter().collect();
    let month = |n: i64| {
        let month = back(n).strftime("%Y-%m").to_string();
        TopicMonth { cases: known.get(&month).copied().unwrap_or(0), month }
    };
    Ok((0..MONTHS).rev().map(month).collect())
}
