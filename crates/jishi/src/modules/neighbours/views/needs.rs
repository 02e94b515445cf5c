//! What is shown of a need: in a list, with who may answer it and why, and to everyone.

use db::Conn;
use kernel::{Cursor, Day, Id, Level, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    super::{
        actions::{answers_for, speaks_for, whose},
        model::{Need, NeedState, NeighbourKind, Registration},
        rules,
        store::{self, NeedFilter, ProjectFilter, PublicNeed},
    },
    Places, offer, place,
    projects::{ProjectView, projects},
    registrations::{RegistrationView, registration_view},
};
use crate::{
    modules::{
        App,
        links::OfferRef,
        regions::{self, RegionRef},
    },
    platform::access::Actor,
};

/// Matches proposed at once.
const PROPOSED: usize = 10;

/// 需求
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CommunityNeed)]
pub(in super::super) struct NeedView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Need>,
    /// Of which community.
    pub(super) region: RegionRef,
    /// What is needed.
    pub(super) kind: OfferRef,
    /// In a few words.
    pub(super) title: String,
    /// In more.
    pub(super) words: String,
    /// By which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by_on: Option<Day>,
    /// Where it stands.
    pub(super) state: NeedState,
    /// Since when it is public.
    pub(super) published_on: Day,
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
pub(in super::super) async fn needs(
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
pub(in super::super) struct NeedMatch {
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
pub(in super::super) struct NeedDetail {
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
pub(in super::super) async fn need(db: &mut Conn, app: &App, actor: &Actor, id: Id<Need>) -> Result<NeedDetail> {
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

/// A need as everyone reads it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(in super::super) struct OpenNeed {
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
pub(in super::super) async fn open_needs(
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
