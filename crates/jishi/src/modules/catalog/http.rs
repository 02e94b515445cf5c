//! Addresses of the catalogue's files.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Code, Day, Error, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, Brought},
    model::{CatalogFile, CatalogRow, Draft, Kind},
};
use crate::{
    http::{
        extract::{Input, Path, Query, Reader},
        problem::{Answer, Mistaken, mistaken},
        staff::Staff,
    },
    modules::SharedApp,
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(file, put)).routes(routes!(versions))
}

/// All files of a kind.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CatalogRows {
    /// Versions without their texts.
    rows: Vec<CatalogRow>,
}

/// Which kind.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct KindQuery {
    /// `duties`, `matters`, `calendars`, `sources`, `register`, `first_pages`, `indicators`, `pleas`, `supervision`,
    /// `whistles`, `enforcement`, `mediation`, `recurrence`, `links`, `signs` or `verification`; all of them if not said.
    kind: Option<String>,
}

/// Which version.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct VersionQuery {
    /// The place it is valid for; the whole instance if not said.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// The newest if not said.
    version: Option<i64>,
}

/// A version to come.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct CatalogNew {
    /// The place it shall be valid for; the whole instance if not said.
    region: Option<RegionCode>,
    /// The file.
    toml: String,
    /// From which day on; today if not said.
    valid_from: Option<Day>,
    /// The version that was changed, 0 for a place's first; refused when there is a newer one by now. Not asked if not
    /// said.
    seen: Option<i64>,
}

fn kind(text: &str) -> Result<Kind, Error> {
    Kind::parse(text).ok_or_else(|| Error::new(Code::NotFound))
}

/// The files in force and to come.
#[utoipa::path(get, path = "/api/catalog", operation_id = "list_catalog",
    tag = "staff", params(KindQuery), responses((status = 200, body = CatalogRows)))]
async fn list(State(app): State<SharedApp>, _: Staff, Query(query): Query<KindQuery>) -> Answer<Json<CatalogRows>> {
    let wanted = query.kind.as_deref().filter(|text| !text.is_empty()).map(kind).transpose()?;
    Ok(Json(CatalogRows { rows: actions::list(&app, wanted).await? }))
}

/// One file.
#[utoipa::path(get, path = "/api/catalog/{kind}/{code}", operation_id = "read_catalog_file", tag = "staff",
    params(("kind" = String, Path), ("code" = String, Path), VersionQuery), responses((status = 200, body = CatalogFile)))]
async fn file(
    State(app): State<SharedApp>,
    _: Staff,
    Path((of, code)): Path<(String, String)>,
    Query(query): Query<VersionQuery>,
) -> Answer<Json<CatalogFile>> {
    Ok(Json(actions::file(&app, kind(&of)?, &code, query.region, query.version).await?))
}

/// All versions of a file, the newest first, for every place.
#[utoipa::path(get, path = "/api/catalog/{kind}/{code}/versions", operation_id = "list_catalog_versions", tag = "staff", params(("kind" = String, Path), ("code" = String, Path)), responses((status = 200, body = CatalogRows)))]
async fn versions(
    State(app): State<SharedApp>,
    _: Staff,
    Path((of, code)): Path<(String, String)>,
) -> Answer<Json<CatalogRows>> {
    Ok(Json(CatalogRows { rows: actions::versions(&app, kind(&of)?, &code).await? }))
}

/// Brings a version in; all mistakes are told at once.
#[utoipa::path(put, path = "/api/catalog/{kind}/{code}", operation_id = "put_catalog_file",
    tag = "staff", params(("kind" = String, Path), ("code" = String, Path)),
    request_body = CatalogNew, responses((status = 200, body = CatalogRow), (status = 422, body = Mistaken)))]
async fn put(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path((of, code)): Path<(String, String)>,
    Reader(lang): Reader,
    Input { body, operation }: Input<CatalogNew>,
) -> Answer<Response> {
    let key = operation.by(actor.person, "catalog.put")?;
    let CatalogNew { region, toml, valid_from, seen } = body;
    let draft = Draft { kind: kind(&of)?, code, region, toml, valid_from, seen };
    Ok(match actions::put(&app, &actor, draft, key).await? {
        Brought::Done(row) => Json(row).into_response(),
        Brought::Mistaken(mistakes) => mistaken(mistakes, lang),
    })
}
