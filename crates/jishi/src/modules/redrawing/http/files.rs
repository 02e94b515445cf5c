//! Addresses of files of boundaries.

use axum::{Json, extract::State};
use kernel::{Error, Lang, Names};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::actions::{self, BoundariesDone};
use crate::{
    http::{
        extract::{FILE, Input, Query, Reader, Upload},
        import::{ImportAnswer, ImportQuery, mode},
        problem::Answer,
        staff::Staff,
    },
    modules::{SharedApp, regions::Finding},
    platform::{
        access::{Actor, Permission},
        import::Writer,
    },
};

/// A member of staff who may change places, and their name.
fn writer(actor: &Actor) -> Result<(Writer, Names), Error> {
    Ok((Writer::staff(actor, Permission::RegionEdit)?, Names::zh_only(actor.name.clone())))
}

/// What a file of boundaries did, or would do. With mistakes nothing was written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct BoundariesAnswer {
    /// The numbers, or the mistakes.
    #[serde(flatten)]
    answer: ImportAnswer,
    /// Open cases that go to the place that answers for them now.
    cases: i64,
    /// Things of the register that lie in another place now.
    items: i64,
    /// Signs that stand in another place now.
    signs: i64,
    /// What does not fit: overlaps, gaps, ground outside; the largest first.
    findings: Vec<Finding>,
}

impl BoundariesAnswer {
    fn new(done: &BoundariesDone, lang: Lang) -> Self {
        let answer = ImportAnswer::new(&done.report, lang);
        let findings = done.findings.clone();
        Self { answer, cases: done.moved.cases, items: done.moved.items, signs: done.moved.signs, findings }
    }
}

/// Imports boundaries from a GeoJSON FeatureCollection with `code`, `synthetic` and `source` of each: all or none.
#[utoipa::path(post, path = "/api/boundaries/import", tag = "staff", params(ImportQuery), request_body = Object, responses((status = 200, body = BoundariesAnswer)))]
pub(super) async fn import_boundaries(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<ImportQuery>,
    Input { body, operation }: Input<Value, FILE>,
) -> Answer<Json<BoundariesAnswer>> {
    let (writer, mode) = (writer(&actor)?, mode(query.dry_run, &operation, &actor, "boundaries.import")?);
    Ok(Json(BoundariesAnswer::new(&actions::import_boundaries(&app, writer, body, mode).await?, lang)))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ShapefileQuery {
    /// Only say what the import would do.
    #[serde(default)]
    dry_run: bool,
    /// The column with the places' codes or names; found out when not given.
    column: Option<String>,
    /// The file's name, kept as where the boundaries come from.
    file: Option<String>,
}

/// What a Shapefile did, or would do. With mistakes nothing was written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ShapefileAnswer {
    /// What it did.
    #[serde(flatten)]
    done: BoundariesAnswer,
    /// Names of its columns.
    columns: Vec<String>,
    /// The column that leads to places; null when it could not be told.
    column: Option<String>,
}

/// Imports boundaries from a zip with a Shapefile (.shp, .dbf, .prj, .cpg) in CGCS2000 or WGS-84: all or none.
#[utoipa::path(post, path = "/api/boundaries/shapefile", operation_id = "import_shapefile",
    tag = "staff", params(ShapefileQuery),
    request_body(content = String, content_type = "application/zip"), responses((status = 200, body = ShapefileAnswer)))]
pub(super) async fn import_shapefile(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<ShapefileQuery>,
    Upload { bytes, operation }: Upload,
) -> Answer<Json<ShapefileAnswer>> {
    let (writer, mode) = (writer(&actor)?, mode(query.dry_run, &operation, &actor, "boundaries.shapefile")?);
    let file = query.file.unwrap_or_default().chars().take(200).collect();
    let (read, done) = actions::import_shapefile(&app, writer, (bytes.to_vec(), file), query.column, mode).await?;
    let done = BoundariesAnswer::new(&done, lang);
    Ok(Json(ShapefileAnswer { done, columns: read.columns, column: read.column }))
}
