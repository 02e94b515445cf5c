//! Addresses of the record of processing, for everyone, and of impact assessments.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Id, Listing, Page};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions,
    model::{Assessment, ProcessingRecord},
    store,
    views::{self, AssessmentRow},
};
use crate::{
    http::{
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::SharedApp,
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(record)).routes(routes!(list, assess)).routes(routes!(file))
}

/// What personal data is kept here, why, on what basis, how long, and who sees it.
#[utoipa::path(get, path = "/api/processing", operation_id = "read_processing",
    tag = "public", responses((status = 200, body = ProcessingRecord)))]
async fn record(State(app): State<SharedApp>) -> Answer<Json<ProcessingRecord>> {
    Ok(Json(views::record(&app)))
}

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct AssessmentsQuery {
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// Impact assessments that were made, the newest first.
#[utoipa::path(get, path = "/api/assessments", operation_id = "list_assessments",
    tag = "staff", params(AssessmentsQuery), responses((status = 200, body = Listing<AssessmentRow>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<AssessmentsQuery>,
) -> Answer<Json<Listing<AssessmentRow>>> {
    views::may_read(&app, &actor)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    Ok(Json(views::assessments(&mut app.db.read().await?, &page).await?))
}

/// Nothing is said: it is made of what is in force.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct AssessmentWish {}

/// An assessment was made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AssessmentMade {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Assessment>,
}

/// Makes an impact assessment of what is in force now; it is kept, and its hash stands on the trail.
#[utoipa::path(post, path = "/api/assessments", operation_id = "make_assessment",
    tag = "staff", request_body = AssessmentWish, responses((status = 201, body = AssessmentMade)))]
async fn assess(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Input { operation, .. }: Input<AssessmentWish>,
) -> Answer<(StatusCode, Json<AssessmentMade>)> {
    let key = operation.by(actor.person, "assessments.make")?;
    let id = actions::assess(&app, &actor, lang, key).await?;
    Ok((StatusCode::CREATED, Json(AssessmentMade { id })))
}

/// An impact assessment, as it was made.
#[utoipa::path(get, path = "/api/assessments/{id}", operation_id = "read_assessment",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
async fn file(State(app): State<SharedApp>, Staff(actor): Staff, Path(id): Path<Id<Assessment>>) -> Answer<Response> {
    views::may_read(&app, &actor)?;
    let (year, number, paper) = store::pdf(&mut app.db.read().await?, id).await?;
    Ok(sheet::pdf(&format!("impact-assessment-{year}-{number:03}.pdf"), paper))
}
