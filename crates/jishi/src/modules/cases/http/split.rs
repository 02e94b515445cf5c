//! Taking a case apart.

use axum::{Json, extract::State};
use kernel::{Id, RegionCode};
use serde::Deserialize;

use super::steps::take;
use crate::{
    http::{
        extract::{Input, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{
            actions::{Command, NewPart, Part, SplitReport, TakeOut},
            model::{Case, Report},
            shapes::CaseDetail,
        },
    },
};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct TakeOutStep {
    version: i64,
    /// The reports that do not belong here; at least one stays.
    #[schema(value_type = Vec<uuid::Uuid>)]
    reports: Vec<Id<Report>>,
    /// What they are about; otherwise what they came in with.
    matter: Option<String>,
    /// Where; otherwise where they came in.
    region: Option<RegionCode>,
    /// Whether they are about the same thing of the register.
    #[serde(default)]
    keeps_item: bool,
    /// Why.
    reason: String,
}

/// Takes reports that do not belong behind a case out into a new one; their receipts follow it.
#[utoipa::path(post, path = "/api/cases/{id}/take-out", operation_id = "take_out_reports",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = TakeOutStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn take_out(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<TakeOutStep>,
) -> Answer<Json<CaseDetail>> {
    let TakeOutStep { version, reports, matter, region, keeps_item, reason } = body;
    let command = Command::TakeOut(TakeOut { reports, matter, region, keeps_item, reason });
    take(&app, actor, id, version, command, &operation, "cases.take_out").await
}

/// What stays in the case.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct KeptPart {
    /// What is asked.
    text: String,
    /// What it is about, if it is not what the case says; only before the case is dispatched.
    matter: Option<String>,
    /// Where, if it is elsewhere; only before the case is dispatched.
    region: Option<RegionCode>,
}

/// A matter that becomes a case of its own.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct FurtherPart {
    /// What is asked.
    text: String,
    /// What it is about.
    matter: Option<String>,
    /// Where, if it is elsewhere.
    region: Option<RegionCode>,
    /// Whether it is about the same thing of the register.
    #[serde(default)]
    keeps_item: bool,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct SplitStep {
    version: i64,
    /// The report that asks for several matters.
    #[schema(value_type = uuid::Uuid)]
    report: Id<Report>,
    kept: KeptPart,
    /// One to five.
    parts: Vec<FurtherPart>,
    /// Why.
    reason: String,
}

/// Makes a case of each further matter that one report asks for; its receipt opens all of them.
#[utoipa::path(post, path = "/api/cases/{id}/split", operation_id = "split_report",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = SplitStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn split(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<SplitStep>,
) -> Answer<Json<CaseDetail>> {
    let SplitStep { version, report, kept, parts, reason } = body;
    let further =
        |FurtherPart { text, matter, region, keeps_item }| NewPart { part: Part { text, matter, region }, keeps_item };
    let kept = Part { text: kept.text, matter: kept.matter, region: kept.region };
    let parts = parts.into_iter().map(further).collect();
    let command = Command::Split(SplitReport { report, kept, parts, reason });
    take(&app, actor, id, version, command, &operation, "cases.split").await
}
