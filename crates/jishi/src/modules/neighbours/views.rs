//! What a page shows of registrations, needs and projects; the same record to the community and to the own unit.

use std::collections::HashMap;

use db::Conn;
use kernel::{Cursor, Day, Error, Id, Lang, Level, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    actions::{answers_for, speaks_for, whose},
    model::{Need, NeedState, NeighbourKind, Project, ProjectState, Registration, RegistrationState},
    rules,
    store::{self, NeedFilter, ProjectFilter, PublicNeed, RegistrationFilter},
};
use crate::{
    modules::{
        App, SharedApp,
        links::OfferRef,
        regions::{self, RegionRef},
    },
    platform::{
        access::Actor,
        book::{self, Cell, Column, Rows},
    },
};

/// Matches proposed at once.
const PROPOSED: usize = 10;

type Places = HashMap<RegionCode, RegionRef>;

fn place(places: &Places, code: &RegionCode) -> Result<RegionRef> {
    places.get(code).cloned().ok_or_else(|| Error::internal("a community that nobody knows"))
}

fn offer(app: &App, code: &str) -> OfferRef {
    app.links.get().offer_ref(code)
}

/// 报到
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Registration)]
pub(super) struct RegistrationView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Registration>,
    /// With which community.
    region: RegionRef,
    /// Of what.
    kind: NeighbourKind,
    /// What it is called.
    name: String,
    /// What is offered.
    offers: Vec<OfferRef>,
    /// When it is free.
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<String>,
    /// Where it stands.
    state: RegistrationState,
    /// What the community answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// Since when.
    registered_on: Day,
    /// Whether the reader may accept it or not.
    may_answer: bool,
    /// Whether the reader may change what is offered.
    may_change: bool,
    /// Whether the reader may end it.
    may_end: bool,
    /// Whether the reader may promise something for it.
    may_promise: bool,
    /// Counts every change.
    version: i64,
}

fn registration_view(app: &App, actor: &Actor, places: &Places, one: &Registration) -> Result<RegistrationView> {
    let is_own = speaks_for(actor, one.kind, one.unit, one.person == Some(actor.person));
    let is_community = answers_for(actor, &one.region);
    let is_outside = matches!(one.kind, NeighbourKind::Enterprise | NeighbourKind::Social);
    let stands = rules::may_change(one).is_ok();
    Ok(RegistrationView {
        id: one.id,
        region: place(places, &one.region)?,
        kind: one.kind,
        name: one.name.clone(),
        offers: one.offers.iter().map(|code| offer(app, code)).collect(),
        free: one.free.clone(),
        state: one.state,
        answer: one.answer.clone(),
        registered_on: one.registered_on,
        may_answer: is_community && rules::may_answer(one).is_ok(),
        may_change: stands && (is_own || is_outside && is_community),
        may_end: stands && (is_own || is_community),
        may_promise: one.state == RegistrationState::Accepted && (is_own || is_community),
        version: one.version,
    })
}

/// A page of registrations.
pub(super) async fn registrations(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &RegistrationFilter,
    page: &Page,
) -> Result<Listing<RegistrationView>> {
    let whose = whose(actor)?;
    let found = store::registration_page(db, &whose, filter, page).await?;
    let count = store::registration_count(db, &whose, filter).await?;
    let places = regions::refs_unscoped(db, found.iter().map(|one| &one.region)).await?;
    let rows: Result<Vec<_>> = found.iter().map(|one| registration_view(app, actor, &places, one)).collect();
    Ok(Listing::new(rows?, page, count, |row| Cursor::pack(&row.id)))
}

/// One registration.
pub(super) async fn registration(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    id: Id<Registration>,
) -> Result<RegistrationView> {
    let one = store::registration(db, &whose(actor)?, id).await?;
    let places = regions::refs_unscoped(db, [&one.region]).await?;
    registration_view(app, actor, &places, &one)
}

/// 需求
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CommunityNeed)]
pub(super) struct NeedView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Need>,
    /// Of which community.
    region: RegionRef,
    /// What is needed.
    kind: OfferRef,
    /// In a few words.
    title: String,
    /// In more.
    words: String,
    /// By which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_on: Option<Day>,
    /// Where it stands.
    state: NeedState,
    /// Since when it is public.
    published_on: Day,
    /// Whether the reader may change it or take it down.
    may_change: bool,
    /// Counts every change.
    version: i64,
}

fn need_view(app: &App, actor: &Actor, places: &Places, need: &Need) -> Result<NeedView> {
    Ok(NeedView {
        id: need.id,
        region: place(places, &need.region)?,
        kind: offer(app, &need.kind),
        title: need.title.clone(),
        words: need.words.clone(),
        by_on: need.by_on,
        state: need.state,
        published_on: need.published_on,
        may_change: answers_for(actor, &need.region) && rules::may_mend(need).is_ok(),
        version: need.version,
    })
}

/// A page of needs.
pub(super) async fn needs(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &NeedFilter,
    page: &Page,
) -> Result<Listing<NeedView>> {
    let whose = whose(actor)?;
    let (found, count) =
        (store::need_page(db, &whose, filter, page).await?, store::need_count(db, &whose, filter).await?);
    let places = regions::refs_unscoped(db, found.iter().map(|need| &need.region)).await?;
    let rows: Result<Vec<_>> = found.iter().map(|need| need_view(app, actor, &places, need)).collect();
    Ok(Listing::new(rows?, page, count, |row| Cursor::pack(&row.id)))
}

/// 匹配: who may answer a need, and why.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct NeedMatch {
    /// Who.
    #[schema(value_type = uuid::Uuid)]
    registration: Id<Registration>,
    /// What it is called.
    name: String,
    /// Of what.
    kind: NeighbourKind,
    /// Why it is proposed, in a sentence.
    why: Names,
}

/// 需求, with who may answer it and what was promised for it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CommunityNeedDetail)]
pub(super) struct NeedDetail {
    /// What a list shows of it.
    #[serde(flatten)]
    need: NeedView,
    /// Who may answer it, those of this community first; for the community while it is open.
    matches: Vec<NeedMatch>,
    /// What the reader's own unit or the reader may take it up with.
    own: Vec<RegistrationView>,
    /// What was promised for it.
    projects: Vec<ProjectView>,
}

/// One need.
pub(super) async fn need(db: &mut Conn, app: &App, actor: &Actor, id: Id<Need>) -> Result<NeedDetail> {
    let whose = whose(actor)?;
    let need = store::need(db, &whose, id).await?;
    let is_open = need.state == NeedState::Open;
    let filter = ProjectFilter { need: Some(id), ..ProjectFilter::default() };
    let projects = projects(db, app, actor, &filter, &Page { limit: 20, cursor: None }).await?.rows;
    let near = match need.region.at(Level::Township) {
        Some(township) if is_open => store::accepted_near(db, &township).await?,
        _ => Vec::new(),
    };
    let mut fitting: Vec<Registration> = near.into_iter().filter(|one| rules::fits(&need, one)).collect();
    fitting.sort_by_key(|one| rules::order(&need, one));
    let places = fitting.iter().map(|one| &one.region).chain([&need.region]);
    let places = regions::refs_unscoped(db, places).await?;
    let speaks = |one: &Registration| speaks_for(actor, one.kind, one.unit, one.person == Some(actor.person));
    let own: Result<Vec<_>> = fitting
        .iter()
        .filter(|one| one.region == need.region && speaks(one))
        .map(|one| registration_view(app, actor, &places, one))
        .collect();
    let kind = offer(app, &need.kind).names;
    let mut matches = Vec::new();
    if answers_for(actor, &need.region) {
        for one in fitting.iter().take(PROPOSED) {
            let at = place(&places, &one.region)?;
            let why = rules::reason(&need, one, (&kind, &at.names));
            matches.push(NeedMatch { registration: one.id, name: one.name.clone(), kind: one.kind, why });
        }
    }
    Ok(NeedDetail { need: need_view(app, actor, &places, &need)?, matches, own: own?, projects })
}

/// 项目
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CommunityProject)]
pub(super) struct ProjectView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Project>,
    /// In which community.
    region: RegionRef,
    /// The need it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    need: Option<Id<Need>>,
    /// Who does it.
    name: String,
    /// What is done.
    kind: OfferRef,
    /// In a few words.
    title: String,
    /// What is promised.
    promise: String,
    /// By which day.
    due_on: Day,
    /// Where it stands.
    state: ProjectState,
    /// What was done, or why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    /// On which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    done_on: Option<Day>,
    /// Whether it helped.
    #[serde(skip_serializing_if = "Option::is_none")]
    helped: Option<bool>,
    /// The community's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    word: Option<String>,
    /// Whether the reader may report what was done.
    may_report: bool,
    /// Whether the reader may say whether it helped.
    may_judge: bool,
    /// Whether the reader may give it up.
    may_drop: bool,
    /// Counts every change.
    version: i64,
}

fn project_view(
    app: &App,
    actor: &Actor,
    places: &Places,
    (one, by): (&Project, NeighbourKind),
) -> Result<ProjectView> {
    let is_own = speaks_for(actor, by, one.unit, one.person == Some(actor.person));
    let is_community = answers_for(actor, &one.region);
    let is_outside = matches!(by, NeighbourKind::Enterprise | NeighbourKind::Social);
    let may_report = rules::may_report(one).is_ok();
    Ok(ProjectView {
        id: one.id,
        region: place(places, &one.region)?,
        need: one.need,
        name: one.name.clone(),
        kind: offer(app, &one.kind),
        title: one.title.clone(),
        promise: one.promise.clone(),
        due_on: one.due_on,
        state: one.state,
        result: one.result.clone(),
        done_on: one.done_on,
        helped: one.helped,
        word: one.word.clone(),
        may_report: may_report && (is_own || is_outside && is_community),
        may_judge: is_community && rules::may_judge(one).is_ok(),
        may_drop: may_report && (is_own || is_community),
        version: one.version,
    })
}

/// A page of projects.
pub(super) async fn projects(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &ProjectFilter,
    page: &Page,
) -> Result<Listing<ProjectView>> {
    let whose = whose(actor)?;
    let found = store::project_page(db, &whose, filter, page).await?;
    let count = store::project_count(db, &whose, filter).await?;
    let rows = project_views(db, app, actor, &found).await?;
    Ok(Listing::new(rows, page, count, |row| Cursor::pack(&row.id)))
}

async fn project_views(db: &mut Conn, app: &App, actor: &Actor, found: &[Project]) -> Result<Vec<ProjectView>> {
    let places = regions::refs_unscoped(db, found.iter().map(|one| &one.region)).await?;
    let ids: Vec<Id<Registration>> = found.iter().map(|one| one.registration).collect();
    let kinds = store::kinds_unscoped(db, &ids).await?;
    let kind = |one: &Project| kinds.get(&one.registration).copied().unwrap_or(NeighbourKind::Unit);
    found.iter().map(|one| project_view(app, actor, &places, (one, kind(one)))).collect()
}

/// One project.
pub(super) async fn project(db: &mut Conn, app: &App, actor: &Actor, id: Id<Project>) -> Result<ProjectView> {
    let one = store::project(db, &whose(actor)?, id).await?;
    let found = project_views(db, app, actor, &[one]).await?.pop();
    found.ok_or_else(|| Error::internal("a project that was read is gone"))
}

/// A need as everyone reads it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OpenNeed {
    /// Its name in public; it leads to nothing else.
    key: String,
    /// What is needed.
    kind: OfferRef,
    /// In a few words.
    title: String,
    /// In more.
    words: String,
    /// By which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_on: Option<Day>,
    /// Where it stands.
    state: NeedState,
    /// Since when.
    published_on: Day,
    /// Who did it; never a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    done_by: Option<String>,
    /// What was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    /// On which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    done_on: Option<Day>,
    /// Whether it helped, by the community's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    helped: Option<bool>,
}

/// What everyone reads of a community's needs.
pub(super) async fn open_needs(
    db: &mut Conn,
    app: &App,
    of: (&RegionCode, Option<NeedState>),
    page: &Page,
) -> Result<Listing<OpenNeed>> {
    let (found, count) = (store::open_needs(db, of, page).await?, store::open_count(db, of).await?);
    let view = |need: PublicNeed| OpenNeed {
        kind: offer(app, &need.kind),
        key: need.key,
        title: need.title,
        words: need.words,
        by_on: need.by_on,
        state: need.state,
        published_on: need.published_on,
        done_by: need.done_by,
        result: need.result,
        done_on: need.done_on,
        helped: need.helped,
    };
    let rows = found.into_iter().map(view).collect();
    Ok(Listing::new(rows, page, count, |row: &OpenNeed| Cursor::pack(&(row.published_on, &row.key))))
}

/// Which of the three lists 三张清单 goes out as a file.
#[derive(Clone, Debug)]
pub(super) enum Sheet {
    /// 资源
    Registrations(RegistrationFilter),
    /// 需求
    Needs(NeedFilter),
    /// 项目
    Projects(ProjectFilter),
}

impl Sheet {
    /// What the sheet is called.
    pub(super) fn title(&self) -> Names {
        match self {
            Self::Registrations(_) => Names::new("资源清单", "Registered"),
            Self::Needs(_) => Names::new("需求清单", "Needs"),
            Self::Projects(_) => Names::new("项目清单", "Projects"),
        }
    }

    /// Its columns.
    pub(super) fn columns(&self, lang: Lang) -> Vec<Column> {
        match self {
            Self::Registrations(_) => book::columns(
                lang,
                [
                    ("社区", "Community", 18),
                    ("谁", "Who", 24),
                    ("种类", "Kind", 12),
                    ("能提供什么", "Offers", 30),
                    ("什么时候有空", "Free", 18),
                    ("状态", "State", 12),
                    ("报到日期", "Since", 12),
                ],
            ),
            Self::Needs(_) => book::columns(
                lang,
                [
                    ("社区", "Community", 18),
                    ("需求", "Need", 30),
                    ("种类", "Kind", 14),
                    ("说明", "In more words", 40),
                    ("希望日期", "By", 12),
                    ("状态", "State", 12),
                    ("发布日期", "Published", 12),
                ],
            ),
            Self::Projects(_) => book::columns(
                lang,
                [
                    ("社区", "Community", 18),
                    ("项目", "Project", 30),
                    ("谁来做", "Who", 24),
                    ("承诺", "Promise", 30),
                    ("约定日期", "Due", 12),
                    ("状态", "State", 16),
                    ("做了什么", "Result", 30),
                    ("社区的评价", "The community's word", 30),
                ],
            ),
        }
    }
}

/// Hands a list over in batches of rows.
pub(super) async fn batches(app: SharedApp, (actor, of): (Actor, Sheet), lang: Lang, out: Rows) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, actor, of) = (&app, &actor, &of);
        async move {
            let mut db = app.db.read().await?;
            Ok(match of {
                Sheet::Registrations(filter) => {
                    let listing = registrations(&mut db, app, actor, filter, &page).await?;
                    (listing.rows.iter().map(|row| registration_cells(row, lang)).collect(), listing.next)
                }
                Sheet::Needs(filter) => {
                    let listing = needs(&mut db, app, actor, filter, &page).await?;
                    (listing.rows.iter().map(|row| need_cells(row, lang)).collect(), listing.next)
                }
                Sheet::Projects(filter) => {
                    let listing = projects(&mut db, app, actor, filter, &page).await?;
                    (listing.rows.iter().map(|row| project_cells(row, lang)).collect(), listing.next)
                }
            })
        }
    })
    .await
}

fn registration_cells(row: &RegistrationView, lang: Lang) -> Vec<Cell> {
    let offers: Vec<&str> = row.offers.iter().map(|offer| offer.names.in_lang(lang)).collect();
    vec![
        Cell::called(Some(&row.region.names), lang),
        Cell::Text(row.name.clone()),
        Cell::called(Some(&row.kind.names()), lang),
        Cell::Text(offers.join("、")),
        Cell::words(row.free.as_ref()),
        Cell::called(Some(&row.state.names()), lang),
        Cell::Day(Some(row.registered_on)),
    ]
}

fn need_cells(row: &NeedView, lang: Lang) -> Vec<Cell> {
    vec![
        Cell::called(Some(&row.region.names), lang),
        Cell::Text(row.title.clone()),
        Cell::called(Some(&row.kind.names), lang),
        Cell::Text(row.words.clone()),
        Cell::Day(row.by_on),
        Cell::called(Some(&row.state.names()), lang),
        Cell::Day(Some(row.published_on)),
    ]
}

fn project_cells(row: &ProjectView, lang: Lang) -> Vec<Cell> {
    vec![
        Cell::called(Some(&row.region.names), lang),
        Cell::Text(row.title.clone()),
        Cell::Text(row.name.clone()),
        Cell::Text(row.promise.clone()),
        Cell::Day(Some(row.due_on)),
        Cell::called(Some(&row.state.names()), lang),
        Cell::words(row.result.as_ref()),
        Cell::words(row.word.as_ref()),
    ]
}
