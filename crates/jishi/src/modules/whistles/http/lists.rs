//! Lists, their files, what waits, the form, the figures.

use axum::{Json, extract::State, response::Response};
use kernel::{Code, Day, Error, Id, Listing, Names, Page, RegionCode};
use serde::Deserialize;

use crate::{
    http::{
        export::Exporter,
        extract::{Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        App, SharedApp,
        cases::{Case, Outcome},
        whistles::{
            model::{CallStanding, WhistleKind, WhistleState},
            store::{CallFilter, ListFilter, WhistleView},
            views::{self, CallRow, FiguresView, FormView, WaitingView, WhistleRow},
        },
    },
    platform::access::{Actor, Permission, Unit},
};

/// A figure of a place is asked for so many days at most.
const DAYS_MAX: i64 = 400;
/// Where nothing is said, figures are of the last days.
const DAYS_USUAL: i64 = 90;

fn midnight(app: &App, day: Day) -> kernel::Instant {
    day.at(jiff::civil::Time::midnight(), &app.settings.zone)
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhistleQuery {
    /// One of the lists a desk begins with.
    view: Option<WhistleView>,
    /// Which of the three kinds.
    kind: Option<WhistleKind>,
    /// How far.
    state: Option<WhistleState>,
    /// How it came out.
    outcome: Option<Outcome>,
    /// A place with all in it.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// About one case.
    #[param(value_type = Option<uuid::Uuid>)]
    case: Option<Id<Case>>,
    /// Whether they are about some case.
    has_case: Option<bool>,
    /// Only those that were not withdrawn.
    #[serde(default)]
    kept: bool,
    /// Only those that went to the county.
    #[serde(default)]
    escalated: bool,
    /// Raised on this day or later.
    #[param(value_type = Option<String>)]
    from: Option<Day>,
    /// Raised on this day or earlier.
    #[param(value_type = Option<String>)]
    to: Option<Day>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl WhistleQuery {
    fn filter(&self, app: &App, actor: &Actor) -> ListFilter {
        ListFilter {
            kind: self.kind,
            state: self.state,
            outcome: self.outcome,
            region: self.region.clone(),
            case: self.case,
            has_case: self.has_case,
            is_kept: self.kept,
            was_escalated: self.escalated,
            from: self.from.map(|day| midnight(app, day)),
            before: self.to.map(|day| midnight(app, day.plus(1))),
            ..of_view(actor, self.view)
        }
    }
}

/// A list by its view alone: whose units and places it asks for.
fn of_view(actor: &Actor, view: Option<WhistleView>) -> ListFilter {
    let units = actor.require(Permission::CaseHandle).map(|scope| scope.units).unwrap_or_default();
    let offices = actor.require(Permission::WhistleRaise).map(|scope| scope.places).unwrap_or_default();
    ListFilter { view, units, offices, ..ListFilter::default() }
}

/// Whistles of one's places, and those one's units were called to, the newest first.
#[utoipa::path(get, path = "/api/whistles", operation_id = "list_whistles",
    tag = "staff", params(WhistleQuery), responses((status = 200, body = Listing<WhistleRow>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<WhistleQuery>,
) -> Answer<Json<Listing<WhistleRow>>> {
    let scope = actor.require(Permission::WhistleRead)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &scope, &query.filter(&app, &actor), &page).await?))
}

/// The same list as a file.
#[utoipa::path(get, path = "/api/whistles.csv", operation_id = "export_whistles",
    tag = "staff", params(WhistleQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<WhistleQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::WhistleRead)?, query.filter(&app, &actor));
    Ok(sheet::lines(export, "whistles", views::whistle_columns(lang), move |rows| {
        views::write_whistles(app, what, lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/whistles.xlsx", operation_id = "export_whistles_as_workbook",
    tag = "staff", params(WhistleQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<WhistleQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::WhistleRead)?, query.filter(&app, &actor));
    let title = Names::new("吹哨", "Whistles").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "whistles", title, views::whistle_columns(lang), move |rows| {
        views::write_whistles(app, what, lang, rows)
    }))
}

/// What waits for the reader: whistles to answer, in hand, running or escalated, to rate. Empty lists are left out.
#[utoipa::path(get, path = "/api/whistles/waiting", operation_id = "read_waiting_whistles",
    tag = "staff", responses((status = 200, body = Vec<WaitingView>)))]
pub(super) async fn waiting(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<Vec<WaitingView>>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::waiting(&mut db, &app, &actor, |view| of_view(&actor, Some(view))).await?))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FormQuery {
    /// The case it would be about.
    #[param(value_type = Option<uuid::Uuid>)]
    case: Option<Id<Case>>,
}

/// What a new whistle can be, and whom one would call.
#[utoipa::path(get, path = "/api/whistles/form", operation_id = "read_whistle_form",
    tag = "staff", params(FormQuery), responses((status = 200, body = FormView)))]
pub(super) async fn form(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<FormQuery>,
) -> Answer<Json<FormView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::form(&mut db, &app, &actor, query.case).await?))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FiguresQuery {
    /// Where; one's own place where nothing is said.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// From this day; ninety days where nothing is said.
    #[param(value_type = Option<String>)]
    from: Option<Day>,
    /// To this day, itself in it; today where nothing is said.
    #[param(value_type = Option<String>)]
    to: Option<Day>,
}

/// 吹哨响应率、解决率、吹哨率 of a place and a time: counts, each of which opens its list.
#[utoipa::path(get, path = "/api/whistles/figures", operation_id = "read_whistle_figures",
    tag = "staff", params(FiguresQuery), responses((status = 200, body = FiguresView)))]
pub(super) async fn figures(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<FiguresQuery>,
) -> Answer<Json<FiguresView>> {
    let scope = actor.require(Permission::WhistleRead)?;
    let to = query.to.unwrap_or_else(|| app.today());
    let from = query.from.unwrap_or_else(|| to.plus(1 - DAYS_USUAL));
    if from > to || from.plus(DAYS_MAX) <= to {
        return Err(Error::field("from", Code::OutOfRange).with("min", 1).with("max", DAYS_MAX).into());
    }
    // A unit without a place of its own has its list of calls; figures are of places.
    let region = query.region.or_else(|| scope.places.first().cloned());
    let place = region.filter(|place| scope.covers(place)).ok_or_else(|| Error::new(Code::NotFound))?;
    let mut db = app.db.read().await?;
    Ok(Json(views::figures(&mut db, &app, &actor, &place, (from, to)).await?))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CallsQuery {
    /// How they stand.
    standing: Option<CallStanding>,
    /// Only those that count as called.
    #[serde(default)]
    due: bool,
    /// A place with all in it, down to a township.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// One unit.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// Raised on this day or later.
    #[param(value_type = Option<String>)]
    from: Option<Day>,
    /// Raised on this day or earlier.
    #[param(value_type = Option<String>)]
    to: Option<Day>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl CallsQuery {
    fn filter(&self, app: &App) -> CallFilter {
        CallFilter {
            standing: self.standing,
            is_due: self.due,
            region: self.region.clone(),
            unit: self.unit,
            from: self.from.map(|day| midnight(app, day)),
            before: self.to.map(|day| midnight(app, day.plus(1))),
            now: app.now(),
        }
    }
}

/// Units called, one row each: who was in time, late, absent, follows from times.
#[utoipa::path(get, path = "/api/whistle-calls", operation_id = "list_whistle_calls",
    tag = "staff", params(CallsQuery), responses((status = 200, body = Listing<CallRow>)))]
pub(super) async fn calls(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<CallsQuery>,
) -> Answer<Json<Listing<CallRow>>> {
    let scope = actor.require(Permission::WhistleRead)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::called(&mut db, &app, &scope, &query.filter(&app), &page).await?))
}

/// The same list as a file.
#[utoipa::path(get, path = "/api/whistle-calls.csv", operation_id = "export_whistle_calls",
    tag = "staff", params(CallsQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export_calls(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<CallsQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::WhistleRead)?, query.filter(&app));
    Ok(sheet::lines(export, "whistle-calls", views::call_columns(lang), move |rows| {
        views::write_calls(app, what, lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/whistle-calls.xlsx", operation_id = "export_whistle_calls_as_workbook",
    tag = "staff", params(CallsQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_calls_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<CallsQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::WhistleRead)?, query.filter(&app));
    let title = Names::new("报到", "Calls").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "whistle-calls", title, views::call_columns(lang), move |rows| {
        views::write_calls(app, what, lang, rows)
    }))
}
