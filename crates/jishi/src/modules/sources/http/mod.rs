//! Addresses of sources: for staff who carry orders and answers, for administrators of keys, for the sources' own systems.

mod answers;
mod exchange;
mod intakes;
mod keys;
mod orders;

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use kernel::{Error, Id, Names, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions,
    fields::{FIELDS, FieldDef, Goes, NEEDED},
    model::{Carrier, CaseMark, InForce},
};
use crate::{
    http::{
        extract::{Input, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::Case,
        regions::{self, RegionRef},
    },
    platform::{
        access::{Actor, Permission},
        sheet::XLSX,
    },
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(keep_columns))
        .routes(routes!(orders::bring_in))
        .routes(routes!(orders::mistakes))
        .routes(routes!(intakes::list))
        .routes(routes!(intakes::undo))
        .routes(routes!(answers::list))
        .routes(routes!(answers::file))
        .routes(routes!(answers::hand_backs, answers::hand_back))
        .routes(routes!(keys::list, keys::make))
        .routes(routes!(keys::end))
        .routes(routes!(exchange::give))
        .routes(routes!(exchange::changes))
        .routes(routes!(exchange::taken))
}

/// A column that orders and answers may have.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FieldView {
    /// Its key.
    key: &'static str,
    /// What it is called here.
    names: Names,
    /// Whether it comes in.
    comes_in: bool,
    /// Whether it must be in a file.
    is_needed: bool,
}

impl FieldView {
    fn new(field: &FieldDef) -> Self {
        Self {
            key: field.key,
            names: Names::new(field.name[0], field.name[1]),
            comes_in: field.goes != Goes::Out,
            is_needed: NEEDED.contains(&field.key),
        }
    }
}

/// 来源: a line or platform outside.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SourceView {
    /// Its code.
    code: String,
    /// Its names.
    names: Names,
    /// The place whose version is in force; none when that is the whole instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<RegionRef>,
    /// Its version there.
    version: i64,
    /// What answers are told in, in order.
    answers: Vec<AnswerColumn>,
}

/// A column of what goes out.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AnswerColumn {
    /// Which.
    key: &'static str,
    /// What stands above it.
    heading: String,
}

/// All sources in force where the reader carries.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Sources {
    /// The sources.
    rows: Vec<SourceView>,
    /// The columns there are.
    fields: Vec<FieldView>,
}

/// A case, to be opened.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderCase)]
struct CaseView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Case>,
    /// Its number.
    number: String,
}

impl CaseView {
    fn new(mark: CaseMark) -> Self {
        Self { id: mark.id, number: mark.number }
    }
}

/// Whoever carries orders and answers.
fn carrier(app: &SharedApp, actor: &Actor) -> Result<Carrier, Error> {
    actions::carrier(actor, Permission::SourceExchange, &app.settings.region)
}

/// Sources that hand orders over, as they are in force for the reader's places.
#[utoipa::path(get, path = "/api/sources", operation_id = "list_sources", tag = "staff", responses((status = 200, body = Sources)))]
async fn list(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<Sources>> {
    let root = &app.settings.region;
    let carrier = carrier(&app, &actor).or_else(|_| actions::carrier(&actor, Permission::SourceKeys, root))?;
    let mut db = app.db.read().await?;
    let known = actions::list(&mut db, &app, &carrier.home).await?;
    let places = regions::refs_unscoped(&mut db, known.iter().map(|one| &one.region)).await?;
    let view = |one: InForce| SourceView {
        answers: one
            .source
            .answers
            .iter()
            .map(|field| AnswerColumn { key: field.key, heading: one.source.heading(field).to_owned() })
            .collect(),
        region: places.get(&one.region).filter(|place| place.code != *root).cloned(),
        version: one.version,
        code: one.source.code,
        names: one.source.names,
    };
    Ok(Json(Sources {
        rows: known.into_iter().map(view).collect(),
        fields: FIELDS.iter().map(FieldView::new).collect(),
    }))
}

/// Headings chosen by hand.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct ColumnsBody {
    /// The heading of each column, by the column's key.
    columns: BTreeMap<String, String>,
}

/// Keeps headings that were chosen by hand, for the next file too: a new version of the source's file for one's places.
#[utoipa::path(put, path = "/api/sources/{code}/columns", operation_id = "keep_source_columns", tag = "staff", params(("code" = String, Path)), request_body = ColumnsBody, responses((status = 204)))]
async fn keep_columns(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<String>,
    Input { body, operation }: Input<ColumnsBody>,
) -> Answer<StatusCode> {
    let carrier = carrier(&app, &actor)?;
    let key = operation.by(actor.person, "sources.columns")?;
    actions::keep_headings(&app, &carrier, &code, body.columns, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A part of a file's name: what a header may carry.
fn safe_name(code: &str, end: &str) -> String {
    format!("attachment; filename=\"{}-{end}\"", plain(code))
}

/// What of a code a file's name may carry.
fn plain(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

/// The place said, or all of the reader's.
fn place_or_home(carrier: &Carrier, region: Option<RegionCode>) -> RegionCode {
    region.unwrap_or_else(|| carrier.home.clone())
}
