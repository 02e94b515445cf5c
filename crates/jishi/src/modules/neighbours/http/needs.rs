//! What a community needs, and what everyone reads of it.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Day, Id, Listing, Page, RegionCode};
use serde::Deserialize;

use super::{
    super::{
        actions::{self, NeedDraft, NeedStep},
        model::{Need, NeedState},
        store::NeedFilter,
        views::{self, NeedDetail, NeedView, OpenNeed, Sheet},
    },
    NeighbourSeen, lines, workbook,
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        staff::Staff,
    },
    modules::SharedApp,
};

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct NeedsQuery {
    /// In this place.
    region: Option<RegionCode>,
    /// Code of what is needed.
    kind: Option<String>,
    /// Where they stand.
    state: Option<NeedState>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl NeedsQuery {
    fn filter(&self) -> NeedFilter {
        let kind = self.kind.clone().filter(|kind| !kind.is_empty());
        NeedFilter { region: self.region.clone(), kind, state: self.state }
    }
}

/// 需求清单: what one's communities need, and those with which one has registered; the newest first.
#[utoipa::path(get, path = "/api/community-needs", operation_id = "list_community_needs",
    tag = "staff", params(NeedsQuery), responses((status = 200, body = Listing<NeedView>)))]
pub(super) async fn list_needs(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<NeedsQuery>,
) -> Answer<Json<Listing<NeedView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::needs(&mut db, &app, &actor, &query.filter(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/community-needs.csv", operation_id = "export_community_needs",
    tag = "staff", params(NeedsQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export_needs(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<NeedsQuery>,
) -> Answer<Response> {
    lines(app, exporter, "needs", Sheet::Needs(query.filter()), lang)
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/community-needs.xlsx", operation_id = "export_community_needs_as_workbook",
    tag = "staff", params(NeedsQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_needs_workbook(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<NeedsQuery>,
) -> Answer<Response> {
    workbook(app, exporter, "needs", Sheet::Needs(query.filter()), lang)
}

/// A need to be published. Nothing in it is about a person.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NeedNew {
    /// Of which village or community.
    region: RegionCode,
    /// Code of what is needed.
    kind: String,
    /// In a few words.
    title: String,
    /// In more.
    words: String,
    /// By which day.
    by_on: Option<Day>,
}

/// Publishes a need.
#[utoipa::path(post, path = "/api/community-needs", operation_id = "publish_community_need",
    tag = "staff", request_body = NeedNew, responses((status = 201, body = NeedDetail)))]
pub(super) async fn publish(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<NeedNew>,
) -> Answer<(StatusCode, Json<NeedDetail>)> {
    let key = operation.by(actor.person, "neighbours.publish")?;
    let NeedNew { region, kind, title, words, by_on } = body;
    let id = actions::publish(&app, &actor, NeedDraft { region, kind, title, words, by_on }, key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::need(&mut db, &app, &actor, id).await?)))
}

/// One need, with who may answer it and why.
#[utoipa::path(get, path = "/api/community-needs/{id}", operation_id = "read_community_need",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = NeedDetail)))]
pub(super) async fn read_need(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Need>>,
) -> Answer<Json<NeedDetail>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::need(&mut db, &app, &actor, id).await?))
}

/// A need as it shall read.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NeedChange {
    /// The version that was seen.
    version: i64,
    /// Code of what is needed.
    kind: String,
    /// In a few words.
    title: String,
    /// In more.
    words: String,
    /// By which day.
    by_on: Option<Day>,
}

/// Changes a need that nobody has taken up.
#[utoipa::path(put, path = "/api/community-needs/{id}", operation_id = "change_community_need",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = NeedChange, responses((status = 200, body = NeedDetail)))]
pub(super) async fn change_need(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Need>>,
    Input { body, operation }: Input<NeedChange>,
) -> Answer<Json<NeedDetail>> {
    let key = operation.by(actor.person, "neighbours.change_need")?;
    let NeedChange { version, kind, title, words, by_on } = body;
    let region = app.settings.region.clone(); // stays the need's own
    let step = NeedStep::Change(NeedDraft { region, kind, title, words, by_on });
    actions::step_need(&app, &actor, (id, version), step, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::need(&mut db, &app, &actor, id).await?))
}

/// Takes a need down that nobody has taken up.
#[utoipa::path(post, path = "/api/community-needs/{id}/withdraw", operation_id = "withdraw_community_need",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = NeighbourSeen, responses((status = 200, body = NeedDetail)))]
pub(super) async fn withdraw_need(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Need>>,
    Input { body, operation }: Input<NeighbourSeen>,
) -> Answer<Json<NeedDetail>> {
    let key = operation.by(actor.person, "neighbours.withdraw_need")?;
    actions::step_need(&app, &actor, (id, body.version), NeedStep::Withdraw, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::need(&mut db, &app, &actor, id).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OpenNeedsQuery {
    /// The village or community.
    place: RegionCode,
    /// Where they stand.
    state: Option<NeedState>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// What a community needs, and what was done; the newest first.
#[utoipa::path(get, path = "/api/open/needs", operation_id = "list_open_needs",
    tag = "public", params(OpenNeedsQuery), responses((status = 200, body = Listing<OpenNeed>)))]
pub(super) async fn open_needs(
    State(app): State<SharedApp>,
    Query(query): Query<OpenNeedsQuery>,
) -> Answer<Json<Listing<OpenNeed>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::open_needs(&mut db, &app, (&query.place, query.state), &page).await?))
}
