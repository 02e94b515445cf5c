//! Addresses of bringing in units and staff.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Welcome, import_staff, import_units};
use crate::{
    http::{
        extract::{Query, Reader, Upload},
        import::{ImportAnswer, ImportQuery, mode},
        problem::Answer,
        staff::Staff,
    },
    modules::SharedApp,
    platform::{access::Permission, import::Writer},
};

/// The addresses.
pub(in crate::modules::people) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(units)).routes(routes!(staff))
}

/// What an import of people did, or would do. With errors nothing was written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StaffImportAnswer {
    #[serde(flatten)]
    answer: ImportAnswer,
    /// Those who are new, with what they log in with first; shown now and never again.
    welcomed: Vec<Welcome>,
}

/// Imports a CSV file of units: all rows or none.
#[utoipa::path(post, path = "/api/units/import", operation_id = "import_units", tag = "staff", params(ImportQuery), request_body(content = String, content_type = "text/csv"), responses((status = 200, body = ImportAnswer)))]
async fn units(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<ImportQuery>,
    Upload { bytes, operation }: Upload,
) -> Answer<Json<ImportAnswer>> {
    let writer = Writer::staff(&actor, Permission::UnitEdit)?;
    let mode = mode(query.dry_run, &operation, &actor, "units.import")?;
    Ok(Json(ImportAnswer::new(&import_units(&app, writer, &bytes, mode).await?, lang)))
}

/// Imports a CSV file of people with their posts: all rows or none. Those who are new get a first password each.
#[utoipa::path(post, path = "/api/people/import", operation_id = "import_people", tag = "staff", params(ImportQuery), request_body(content = String, content_type = "text/csv"), responses((status = 200, body = StaffImportAnswer)))]
async fn staff(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<ImportQuery>,
    Upload { bytes, operation }: Upload,
) -> Answer<Json<StaffImportAnswer>> {
    actor.require(Permission::PersonEdit)?;
    let writer = Writer::staff(&actor, Permission::PostGrant)?;
    let mode = mode(query.dry_run, &operation, &actor, "people.import")?;
    let (report, welcomed) = import_staff(&app, writer, &bytes, mode).await?;
    Ok(Json(StaffImportAnswer { answer: ImportAnswer::new(&report, lang), welcomed }))
}
