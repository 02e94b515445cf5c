//! Addresses of units.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Day, Id, Listing, Names, Page, RegionCode};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        actions,
        model::{UnitDraft, UnitFilter, UnitRef, UnitView},
        store, views,
    },
    some,
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::SharedApp,
    platform::access::Unit,
};

pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list_units, create_unit))
        .routes(routes!(units_to_name))
        .routes(routes!(export_units))
        .routes(routes!(export_units_workbook))
        .routes(routes!(change_unit))
}

/// What a list of units is narrowed by, and which page.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct UnitQuery {
    /// In this place or below it.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// Those that work for this place: its own, and those of the places it lies in.
    #[param(value_type = Option<String>)]
    serves: Option<RegionCode>,
    /// With this duty.
    duty: Option<String>,
    /// With this in the name.
    q: Option<String>,
    /// Those that are over, too.
    #[serde(default)]
    ended: bool,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl UnitQuery {
    fn filter(&self) -> UnitFilter {
        let (duty, q) = (some(self.duty.as_ref()), some(self.q.as_ref()));
        UnitFilter { region: self.region.clone(), serves: self.serves.clone(), duty, q, with_ended: self.ended }
    }
}

/// A unit to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct UnitNew {
    /// Its names; Chinese is needed.
    names: Names,
    /// A code of the catalogue's duties.
    duty: String,
    /// The place it works for; its level follows.
    region: RegionCode,
    /// The unit above it.
    #[schema(value_type = Option<uuid::Uuid>)]
    parent: Option<Id<Unit>>,
    /// An office telephone.
    phone: Option<String>,
}

/// A unit as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct UnitChange {
    /// All of it.
    #[serde(flatten)]
    unit: UnitNew,
    /// The day it is over.
    until: Option<Day>,
    /// The version that was seen.
    version: i64,
}

impl UnitNew {
    fn draft(self, until: Option<Day>) -> UnitDraft {
        let Self { names, duty, region, parent, phone } = self;
        UnitDraft { names, duty, region, parent, phone: phone.filter(|phone| !phone.trim().is_empty()), until }
    }
}

/// Units, by place. Offices are public among staff.
#[utoipa::path(get, path = "/api/units", tag = "staff", params(UnitQuery), responses((status = 200, body = Listing<UnitView>)))]
async fn list_units(
    State(app): State<SharedApp>,
    _: Staff,
    Query(query): Query<UnitQuery>,
) -> Answer<Json<Listing<UnitView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    Ok(Json(views::units(&mut app.db.read().await?, &query.filter(), app.today(), &page).await?))
}

/// Which place is asked about.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct AboutQuery {
    /// A village, township or county.
    region: RegionCode,
}

/// The offices of a place, of those around it up to its county, of whom a report may be: offices are public.
#[utoipa::path(get, path = "/api/units/about", operation_id = "units_to_name", tag = "public", params(AboutQuery),
    responses((status = 200, body = Vec<UnitRef>)))]
async fn units_to_name(State(app): State<SharedApp>, Query(query): Query<AboutQuery>) -> Answer<Json<Vec<UnitRef>>> {
    Ok(Json(store::units_around_unscoped(&mut app.db.read().await?, &query.region, app.today()).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/units.csv", tag = "staff", params(UnitQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export_units(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<UnitQuery>,
) -> Response {
    let filter = query.filter();
    sheet::lines(exporter.1, "units", views::unit_columns(lang), move |rows| {
        views::unit_batches(app, filter, lang, rows)
    })
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/units.xlsx", tag = "staff", params(UnitQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_units_workbook(
    State(app): State<SharedApp>,
    exporter: Exporter,
    Reader(lang): Reader,
    Query(query): Query<UnitQuery>,
) -> Response {
    let filter = query.filter();
    let title = Names::new("单位", "Units").in_lang(lang).to_owned();
    sheet::workbook(exporter.1, "units", title, views::unit_columns(lang), move |rows| {
        views::unit_batches(app, filter, lang, rows)
    })
}

/// Creates a unit.
#[utoipa::path(post, path = "/api/units", tag = "staff", request_body = UnitNew, responses((status = 201, body = UnitView)))]
async fn create_unit(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<UnitNew>,
) -> Answer<(StatusCode, Json<UnitView>)> {
    let key = operation.by(actor.person, "units.create")?;
    let unit = actions::create_unit(&app, &actor, body.draft(None), key).await?;
    Ok((StatusCode::CREATED, Json(views::unit(&mut app.db.read().await?, unit).await?)))
}

/// Changes a unit.
#[utoipa::path(put, path = "/api/units/{id}", tag = "staff", params(("id" = String, Path)), request_body = UnitChange, responses((status = 200, body = UnitView)))]
async fn change_unit(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Unit>>,
    Input { body, operation }: Input<UnitChange>,
) -> Answer<Json<UnitView>> {
    let key = operation.by(actor.person, "units.change")?;
    let unit = actions::change_unit(&app, &actor, id, body.version, body.unit.draft(body.until), key).await?;
    Ok(Json(views::unit(&mut app.db.read().await?, unit).await?))
}
