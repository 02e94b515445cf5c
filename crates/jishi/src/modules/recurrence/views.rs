//! What is shown of topics.

use std::collections::HashMap;

use db::Conn;
use kernel::{Cursor, Day, Id, Instant, Lang, Level, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    actions::{decides, sets_month},
    model::{Topic, TopicState},
    rules, store,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case, CaseRow},
        matters::MatterRef,
        people::{self, PersonRef, UnitRef},
        regions::{self, RegionRef},
    },
    platform::{
        access::{Actor, Permission, Scope},
        sheet::Sheet,
    },
};

/// Fewer than this many are not told apart in public, as in the public ledger.
const FEW: i64 = 5;
/// Months of the chart.
const MONTHS: i64 = 12;
/// Rows of a page of an export.
const TOGETHER: i64 = 100;

/// 课题, as a line of a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TopicRow {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Topic>,
    /// The matter.
    matter: MatterRef,
    /// Whether it is about one thing of the register, and not about a place.
    is_of_item: bool,
    /// The thing.
    #[schema(value_type = Option<uuid::Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Id<crate::modules::register::Item>>,
    /// The township and the village.
    place: Vec<RegionRef>,
    /// How it stands.
    state: TopicState,
    /// The first day of the window that proposed it.
    since: Day,
    /// How many cases it had when it was last looked at.
    found: i64,
    /// How many came after it was finished.
    relapses: i64,
    /// When it was proposed.
    proposed_at: Instant,
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

async fn rows(db: &mut Conn, app: &App, topics: &[Topic]) -> Result<Vec<TopicRow>> {
    let steps = |topic: &Topic| [topic.village.at(Level::Township), Some(topic.village.clone())];
    let codes: Vec<RegionCode> = topics.iter().flat_map(steps).flatten().collect();
    let places = regions::refs_unscoped(db, &codes).await?;
    let units: Vec<_> = topics.iter().filter_map(|topic| topic.unit).collect();
    let units = people::units_unscoped(db, &units).await?;
    let persons: Vec<_> = topics.iter().filter_map(|topic| topic.person).collect();
    let persons: HashMap<_, PersonRef> = people::people_unscoped(db, &persons).await?;
    let row = |topic: &Topic| TopicRow {
        id: topic.id,
        matter: app.matters.catalogue().matter_ref(&topic.matter, &topic.village),
        is_of_item: topic.item.is_some(),
        item: topic.item,
        place: steps(topic).into_iter().flatten().filter_map(|code| places.get(&code).cloned()).collect(),
        state: topic.state,
        since: topic.since,
        found: topic.found,
        relapses: topic.relapses,
        proposed_at: topic.proposed_at,
        unit: topic.unit.and_then(|unit| units.get(&unit).cloned()),
        person: topic.person.and_then(|person| persons.get(&person).cloned()),
        goal: topic.goal.clone(),
        due_on: topic.due_on,
        is_late: topic.state == TopicState::Active && topic.due_on.is_some_and(|due| due < app.today()),
        month: topic.month.clone(),
        version: topic.version,
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
    let (topics, keys): (Vec<Topic>, Vec<i64>) = store::page(db, &scope, filter, page).await?.into_iter().unzip();
    let count = store::count(db, &scope, filter).await?;
    let paired = rows(db, app, &topics).await?.into_iter().zip(keys).collect();
    Ok(Listing::new(paired, page, count, |(row, at)| Cursor::pack(&(at, row.id))).map(|(row, _)| row))
}

/// All topics of a list as a sheet.
pub(super) async fn write(
    app: SharedApp,
    actor: Actor,
    filter: store::Filter,
    lang: Lang,
    mut sheet: Sheet,
) -> Result<Sheet> {
    let heads = if lang == Lang::Zh {
        ["事项", "地点", "状态", "件数", "复发", "责任单位", "责任人", "目标", "期限", "月份"]
    } else {
        ["Matter", "Place", "State", "Cases", "Relapses", "Unit", "Answers for it", "Goal", "Due", "Month"]
    };
    sheet.line(&heads).await;
    let mut page = Some(Page { limit: TOGETHER, cursor: None });
    while let Some(current) = page.take() {
        let mut db = app.db.read().await?;
        let listing = listing(&mut db, &app, &actor, &filter, &current).await?;
        for row in &listing.rows {
            let place: Vec<&str> = row.place.iter().map(|region| region.names.in_lang(lang)).collect();
            let (state, found, relapses) = (row.state.names(), row.found.to_string(), row.relapses.to_string());
            let due = row.due_on.map(|day| day.to_string()).unwrap_or_default();
            let cells = [
                row.matter.names.in_lang(lang),
                &place.join(" "),
                state.in_lang(lang),
                &found,
                &relapses,
                row.unit.as_ref().map_or("", |unit| unit.names.in_lang(lang)),
                row.person.as_ref().map_or("", |person| person.name.as_str()),
                row.goal.as_deref().unwrap_or(""),
                &due,
                row.month.as_deref().unwrap_or(""),
            ];
            if !sheet.line(&cells).await {
                return Ok(sheet); // the reader has gone
            }
        }
        page = listing.next.map(|next| Page::parse(Some(TOGETHER), Some(&next))).transpose()?;
    }
    Ok(sheet)
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
    /// What: `accepted`, `rejected`, `noted`, `finished`, `of_month`.
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
    /// How.
    #[serde(skip_serializing_if = "Option::is_none")]
    measures: Option<String>,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Since when it is worked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    begins_on: Option<Day>,
    /// What changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<String>,
    /// When it was finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_on: Option<Day>,
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
}

/// The page of a topic.
pub(super) async fn detail(db: &mut Conn, app: &App, actor: &Actor, id: Id<Topic>) -> Result<TopicDetail> {
    let scope = actor.require(Permission::CaseRead)?;
    let topic = store::get(db, &scope, id).await?;
    let notes = store::notes(db, id).await?;
    let people: Vec<_> = notes.iter().map(|note| note.person).collect();
    let people = people::people_unscoped(db, &people).await?;
    let note = |note: super::model::Note| TopicNote {
        at: note.at,
        kind: note.kind,
        person: people.get(&note.person).cloned(),
        words: note.words,
    };
    let row = rows(db, app, std::slice::from_ref(&topic)).await?.pop();
    Ok(TopicDetail {
        row: row.ok_or_else(|| kernel::Error::internal("one in is one out"))?,
        months: months(db, app, &topic).await?,
        notes: notes.into_iter().map(note).collect(),
        allowed: rules::allowed(&topic, decides(actor, &topic), sets_month(actor, &topic)),
        measures: topic.measures,
        reason: topic.reason,
        begins_on: topic.begins_on,
        changed: topic.changed,
        ended_on: topic.ended_on,
        public_goal: topic.public_goal,
        public_result: topic.public_result,
    })
}

/// Every month of the last twelve, those without a case too.
async fn months(db: &mut Conn, app: &App, topic: &Topic) -> Result<Vec<TopicMonth>> {
    let first = app.today().date().first_of_month();
    let back = |n: i64| first.saturating_sub(jiff::Span::new().months(n)).strftime("%Y-%m").to_string();
    let from: Day = Day::from(first.saturating_sub(jiff::Span::new().months(MONTHS - 1)));
    let known: HashMap<String, i64> = store::months_unscoped(db, &topic.cluster, from).await?.into_iter().collect();
    let month = |n: i64| {
        let month = back(n);
        TopicMonth { cases: known.get(&month).copied().unwrap_or(0), month }
    };
    Ok((0..MONTHS).rev().map(month).collect())
}

/// The cases behind a topic, from the first day of its window; of them those the reader may see.
pub(super) async fn cases_of(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    (id, after_end): (Id<Topic>, bool),
    page: &Page,
) -> Result<Listing<CaseRow>> {
    let scope = actor.require(Permission::CaseRead)?;
    let topic = store::get(db, &scope, id).await?;
    let from = match topic.ended_on.filter(|_| after_end) {
        Some(day) => day.plus(1),
        None => topic.since,
    };
    let found = store::cases_of(db, &topic.cluster, from, page).await?;
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    let shown: Vec<Id<Case>> = found.iter().take(limit).map(|(id, _)| *id).collect();
    let mut seen = cases::seen_of(db, &scope, &shown).await?;
    seen.sort_by_key(|case| shown.iter().position(|id| *id == case.id));
    let rows = cases::rows(db, app, &seen).await?;
    // Whoever has the topic for their unit alone sees of its cases those of the unit: a part of one page, counted as such.
    if !scope.covers(&topic.village) {
        let count = i64::try_from(rows.len()).unwrap_or(0);
        return Ok(Listing { rows, next: None, count, count_capped: false });
    }
    let count = store::count_since_unscoped(db, &topic.cluster, from).await?;
    let last = found.get(limit.saturating_sub(1)).filter(|_| more);
    let next = last.map(|(id, day)| Cursor::pack(&(day, id)).into_string());
    Ok(Listing { rows, next, count, count_capped: false })
}

/// The topics a case is part of.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CaseTopics {
    /// The last topic of its cluster, and of its thing.
    rows: Vec<TopicRow>,
}

/// The topics a case is part of, those that were rejected excepted.
pub(super) async fn of_case(db: &mut Conn, app: &App, scope: &Scope, id: Id<Case>) -> Result<CaseTopics> {
    let case = cases::get(db, scope, id).await?;
    let mut found = Vec::new();
    if let Some(entry) = store::entries_unscoped(db, &[case.id]).await?.pop() {
        for cluster in [Some(entry.cluster), entry.item_cluster].into_iter().flatten() {
            let last = store::last_unscoped(db, &cluster).await?;
            found.extend(last.filter(|topic| topic.state != TopicState::Rejected));
        }
    }
    // A unit that has the case alone does not see a place's topics.
    found.retain(|topic| scope.covers(&topic.village) || topic.unit.is_some_and(|unit| scope.units.contains(&unit)));
    Ok(CaseTopics { rows: rows(db, app, &found).await? })
}

/// The topic of this month where the reader is; none where the county has marked none.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct MonthTopic {
    /// This month, e.g. `2026-11`.
    month: String,
    /// The topic, as everyone may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<PublicTopic>,
    /// Which, for whoever may open it.
    #[schema(value_type = Option<uuid::Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id<Topic>>,
}

/// The month's topic on a leader's morning.
pub(super) async fn month(db: &mut Conn, app: &App, actor: &Actor) -> Result<MonthTopic> {
    let scope = actor.require(Permission::CaseRead)?;
    let month = app.today().date().strftime("%Y-%m").to_string();
    let county = scope.home(&app.settings.region).at(Level::County);
    let topic = match county {
        Some(county) => store::of_month_unscoped(db, &county, &month).await?,
        None => None,
    };
    let id = topic.as_ref().filter(|topic| scope.covers(&topic.village)).map(|topic| topic.id);
    let topic = match &topic {
        Some(topic) => public(db, app, std::slice::from_ref(topic)).await?.pop(),
        None => None,
    };
    Ok(MonthTopic { month, topic, id })
}

/// 每月一题, as everyone may read it: the office's words and numbers of five and more.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PublicTopic {
    /// Of which month.
    month: String,
    /// The matter.
    matter: MatterRef,
    /// The township and the village.
    place: Vec<RegionRef>,
    /// What shall be reached.
    goal: Names,
    /// What was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Names>,
    /// Whether it is finished.
    is_finished: bool,
    /// How many cases led to it; none when there are fewer than five.
    #[serde(skip_serializing_if = "Option::is_none")]
    cases: Option<i64>,
}

async fn public(db: &mut Conn, app: &App, topics: &[Topic]) -> Result<Vec<PublicTopic>> {
    let rows = rows(db, app, topics).await?;
    let told = |(topic, row): (&Topic, TopicRow)| {
        Some(PublicTopic {
            month: topic.month.clone()?,
            goal: topic.public_goal.clone()?,
            result: topic.public_result.clone(),
            matter: row.matter,
            place: row.place,
            is_finished: topic.state == TopicState::Finished,
            cases: Some(topic.found).filter(|found| *found >= FEW),
        })
    };
    Ok(topics.iter().zip(rows).filter_map(told).collect())
}

/// The topics of a county's months, the newest first.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PublicTopics {
    /// Of the last two years.
    rows: Vec<PublicTopic>,
}

/// What everyone may read of the topics of a county's months.
pub(super) async fn open(db: &mut Conn, app: &App, county: &RegionCode) -> Result<PublicTopics> {
    let topics = store::months_topics_unscoped(db, county, 24).await?;
    Ok(PublicTopics { rows: public(db, app, &topics).await? })
}
