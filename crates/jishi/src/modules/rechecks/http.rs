//! Addresses of re-checks.

use axum::{Json, extract::State, response::Response};
use kernel::{Code, Error, Id, Listing, Names, Page};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions,
    model::{Draw, Recheck, RecheckFilter, RecheckFinding, RecheckState, Side},
    views::{self, DetailView, DrawView, RowView, UnitView},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{App, SharedApp},
    platform::access::{Actor, Permission, Unit},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(units))
        .routes(routes!(draws))
        .routes(routes!(detail))
        .routes(routes!(find))
        .routes(routes!(answer))
        .routes(routes!(decide))
}

/// Whose list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum RecheckSide {
    /// What one's units are to look at.
    #[default]
    Check,
    /// What was found of one's units' work.
    Own,
    /// What lies in one's places.
    County,
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct RecheckQuery {
    /// Whose list.
    #[serde(default)]
    #[param(inline)]
    side: RecheckSide,
    /// How far.
    state: Option<RecheckState>,
    /// What was found.
    finding: Option<RecheckFinding>,
    /// The unit that did the work.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// Of one draw.
    #[param(value_type = Option<uuid::Uuid>)]
    draw: Option<Id<Draw>>,
    /// Only what is past its day and was not looked at.
    #[serde(default)]
    late: bool,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl RecheckQuery {
    fn filter(&self, app: &App, actor: &Actor) -> kernel::Result<RecheckFilter> {
        let side = match self.side {
            RecheckSide::Check => Side::Checkers(actor.require(Permission::RecheckDo)?.units),
            RecheckSide::Own => Side::Units(actor.require(Permission::CaseHandle)?.units),
            RecheckSide::County => Side::Places(actor.require(Permission::RecheckDecide)?.places),
        };
        Ok(RecheckFilter {
            side,
            state: self.state,
            finding: self.finding,
            unit: self.unit,
            draw: self.draw,
            is_late: self.late,
            now: app.now(),
        })
    }
}

/// Re-checks by the day they are due: those one's units do, what was found of one's units' work, or those of one's places.
#[utoipa::path(get, path = "/api/rechecks", operation_id = "list_rechecks",
    tag = "staff", params(RecheckQuery), responses((status = 200, body = Listing<RowView>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<RecheckQuery>,
) -> Answer<Json<Listing<RowView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let filter = query.filter(&app, &actor)?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &filter, &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/rechecks.csv", operation_id = "export_rechecks",
    tag = "staff", params(RecheckQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<RecheckQuery>,
) -> Answer<Response> {
    let filter = query.filter(&app, &actor)?;
    Ok(sheet::lines(export, "rechecks", views::columns(lang), move |rows| views::batches(app, filter, lang, rows)))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/rechecks.xlsx", operation_id = "export_rechecks_as_workbook",
    tag = "staff", params(RecheckQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<RecheckQuery>,
) -> Answer<Response> {
    let filter = query.filter(&app, &actor)?;
    let title = Names::new("抽查复核", "Re-checks").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "rechecks", title, views::columns(lang), move |rows| {
        views::batches(app, filter, lang, rows)
    }))
}

/// What was found of the units of one's places.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RecheckUnits {
    /// By name: it is no ranking.
    rows: Vec<UnitView>,
}

/// What was found of each unit's work in one's places, with how many were drawn; each figure is a list.
#[utoipa::path(get, path = "/api/rechecks/units", operation_id = "count_rechecks_by_unit",
    tag = "staff", responses((status = 200, body = RecheckUnits)))]
async fn units(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<RecheckUnits>> {
    let query = RecheckQuery { side: RecheckSide::County, ..RecheckQuery::default() };
    let filter = query.filter(&app, &actor)?;
    let mut db = app.db.read().await?;
    Ok(Json(RecheckUnits { rows: views::units(&mut db, &filter).await? }))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct DrawQuery {
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// The draws of one's places with their seeds, the newest first; for the county's office and for auditors.
#[utoipa::path(get, path = "/api/recheck-draws", operation_id = "list_recheck_draws",
    tag = "staff", params(DrawQuery), responses((status = 200, body = Listing<DrawView>)))]
async fn draws(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<DrawQuery>,
) -> Answer<Json<Listing<DrawView>>> {
    let places = [Permission::RecheckDecide, Permission::AuditRead]
        .into_iter()
        .find_map(|permission| actor.require(permission).ok())
        .ok_or_else(|| Error::new(Code::Forbidden).with("permission", Permission::RecheckDecide.as_str()))?
        .places;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::draws(&mut db, &places, &page).await?))
}

/// One re-check, with what was found, answered and decided.
#[utoipa::path(get, path = "/api/rechecks/{id}", operation_id = "read_recheck",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = DetailView)))]
async fn detail(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Recheck>>,
) -> Answer<Json<DetailView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, id).await?))
}

/// What was found on the spot.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct FindingBody {
    /// The version that was seen.
    version: i64,
    finding: RecheckFinding,
    /// In words.
    words: String,
    /// Photos, if there are any.
    #[serde(default)]
    photos: Vec<String>,
}

/// Writes down what was found; only by the unit that was drawn for it.
#[utoipa::path(post, path = "/api/rechecks/{id}/finding", operation_id = "note_finding",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = FindingBody, responses((status = 200, body = DetailView)))]
async fn find(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Recheck>>,
    Input { body, operation }: Input<FindingBody>,
) -> Answer<Json<DetailView>> {
    let key = operation.by(actor.person, "rechecks.find")?;
    let found = (body.finding, body.words, body.photos);
    actions::find(&app, &actor, (id, body.version), found, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, id).await?))
}

/// What the unit says.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct RecheckAnswerBody {
    /// The version that was seen.
    version: i64,
    words: String,
}

/// The unit's one answer to a finding that its result is not as claimed.
#[utoipa::path(post, path = "/api/rechecks/{id}/answer", operation_id = "answer_finding",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = RecheckAnswerBody, responses((status = 200, body = DetailView)))]
async fn answer(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Recheck>>,
    Input { body, operation }: Input<RecheckAnswerBody>,
) -> Answer<Json<DetailView>> {
    let key = operation.by(actor.person, "rechecks.answer")?;
    actions::answer(&app, &actor, (id, body.version), &body.words, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, id).await?))
}

/// What the county decides.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct DecisionBody {
    /// The version that was seen.
    version: i64,
    /// Whether it is a false result.
    is_false: bool,
    /// Why.
    words: String,
}

/// Decides whether it is a false result: marked on the unit, and the case is taken up again.
#[utoipa::path(post, path = "/api/rechecks/{id}/decision", operation_id = "decide_recheck",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = DecisionBody, responses((status = 200, body = DetailView)))]
async fn decide(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Recheck>>,
    Input { body, operation }: Input<DecisionBody>,
) -> Answer<Json<DetailView>> {
    let key = operation.by(actor.person, "rechecks.decide")?;
    actions::decide(&app, &actor, (id, body.version), (body.is_false, body.words), key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, id).await?))
}
