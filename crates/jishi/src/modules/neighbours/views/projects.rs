//! What is shown of a project.

use db::Conn;
use kernel::{Cursor, Day, Error, Id, Listing, Page, Result};
use serde::Serialize;

use super::{
    super::{
        actions::{answers_for, speaks_for, whose},
        model::{Need, NeighbourKind, Project, ProjectState, Registration},
        rules,
        store::{self, ProjectFilter},
    },
    Places, offer, place,
};
use crate::{
    modules::{
        App,
        links::OfferRef,
        regions::{self, RegionRef},
    },
    platform::access::Actor,
};

/// 项目
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CommunityProject)]
pub(in super::super) struct ProjectView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Project>,
    /// In which community.
    pub(super) region: RegionRef,
    /// The need it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    need: Option<Id<Need>>,
    /// Who does it.
    pub(super) name: String,
    /// What is done.
    kind: OfferRef,
    /// In a few words.
    pub(super) title: String,
    /// What is promised.
    pub(super) promise: String,
    /// By which day.
    pub(super) due_on: Day,
    /// Where it stands.
    pub(super) state: ProjectState,
    /// What was done, or why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<String>,
    /// On which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    done_on: Option<Day>,
    /// Whether it helped.
    #[serde(skip_serializing_if = "Option::is_none")]
    helped: Option<bool>,
    /// The community's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) word: Option<String>,
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
pub(in super::super) async fn projects(
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
pub(in super::super) async fn project(db: &mut Conn, app: &App, actor: &Actor, id: Id<Project>) -> Result<ProjectView> {
    let one = store::project(db, &whose(actor)?, id).await?;
    let found = project_views(db, app, actor, &[one]).await?.pop();
    found.ok_or_else(|| Error::internal("a project that was read is gone"))
}
