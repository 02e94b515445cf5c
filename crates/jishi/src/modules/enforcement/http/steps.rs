//! Filing a case, its steps, its party, its documents.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Code, Error, Id, Instant, RegionCode};
use serde::{Deserialize, Serialize};

use super::some;
use crate::{
    http::{
        extract::{Input, Path, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        enforcement::{
            actions::{self, NewCase, Opening, Step},
            model::{Case, Check, PartyField, PartyKind, PartyPurpose, Whistle},
            paper::DocumentKind,
            views::{self, CaseDetail},
        },
        register::Item,
    },
    platform::access::Person,
};

/// A case to be filed; whoever files it is one of the two officers.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementCaseNew)]
pub(super) struct New {
    /// The narrowest place.
    place: RegionCode,
    /// Where, in words.
    place_text: Option<String>,
    /// The thing of the register.
    #[schema(value_type = Option<uuid::Uuid>)]
    thing: Option<Id<Item>>,
    /// Code of the delegated item.
    item: String,
    /// The other officer.
    #[schema(value_type = Option<uuid::Uuid>)]
    second: Option<Id<Person>>,
    /// What it is about.
    cause: String,
    /// What the party is.
    party_kind: PartyKind,
    /// Its name; a person's is encrypted.
    party_name: String,
    /// Its telephone, encrypted.
    party_phone: Option<String>,
    /// Its address, encrypted.
    party_address: Option<String>,
    /// The check it comes from.
    #[schema(value_type = Option<uuid::Uuid>)]
    check: Option<Id<Check>>,
    /// Number of the resident's case it comes from.
    report: Option<String>,
    /// The whistle it comes from.
    #[schema(value_type = Option<uuid::Uuid>)]
    whistle: Option<Id<Whistle>>,
}

/// Files a case by two certified officers.
#[utoipa::path(post, path = "/api/enforcement/cases", operation_id = "file_enforcement_case",
    tag = "staff", request_body = New, responses((status = 201, body = CaseDetail)))]
pub(super) async fn file(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<New>,
) -> Answer<(StatusCode, Json<CaseDetail>)> {
    let key = operation.by(actor.person, "enforcement.file")?;
    let new = NewCase {
        place: body.place,
        place_text: some(body.place_text),
        thing: body.thing,
        item: body.item,
        second: body.second.ok_or_else(|| Error::field("second", Code::Required))?,
        cause: body.cause,
        party_kind: body.party_kind,
        party_name: body.party_name,
        party_phone: some(body.party_phone),
        party_address: some(body.party_address),
        check: body.check,
        report: some(body.report),
        whistle: body.whistle,
    };
    let id = actions::file(&app, &actor, new, key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::case_detail(&mut db, &app, &actor, id).await?)))
}

/// A step to be taken.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementStepNew)]
pub(super) struct StepNew {
    /// Which, with what it says.
    step: Step,
    /// The version of the case that was seen.
    version: i64,
}

/// Takes a step on a case.
#[utoipa::path(post, path = "/api/enforcement/cases/{id}/steps", operation_id = "take_enforcement_step",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = StepNew, responses((status = 200, body = CaseDetail)))]
pub(super) async fn act(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<StepNew>,
) -> Answer<Json<CaseDetail>> {
    let key = operation.by(actor.person, "enforcement.step")?;
    actions::act(&app, actor.clone(), (id, body.version), body.step, key).await?;
    Ok(Json(views::case_detail(&mut app.db.read().await?, &app, &actor, id).await?))
}

/// Which detail is opened, and why.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementPartyOpening)]
pub(super) struct OpeningNew {
    /// Which.
    field: PartyField,
    /// Why.
    purpose: PartyPurpose,
    /// In words.
    words: String,
}

/// A detail in the open, for a minute.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementPartyOpened)]
pub(super) struct Opened {
    /// The detail.
    value: String,
    /// Until when it may stay on the screen.
    until: Instant,
}

/// Opens a detail of a case's party; who, when and why stand on the case.
#[utoipa::path(post, path = "/api/enforcement/cases/{id}/party", operation_id = "open_enforcement_party",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = OpeningNew, responses((status = 200, body = Opened)))]
pub(super) async fn open(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<OpeningNew>,
) -> Answer<Json<Opened>> {
    let key = operation.by(actor.person, "enforcement.open")?;
    let OpeningNew { field, purpose, words } = body;
    let (value, until) = actions::open_party(&app, &actor, id, Opening { field, purpose, words }, key).await?;
    Ok(Json(Opened { value, until }))
}

/// What is to be printed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementPrint)]
pub(super) struct Print {
    /// Which document.
    document: DocumentKind,
}

/// A document of a case as PDF. A write, because it names the party and so stands on record.
#[utoipa::path(post, path = "/api/enforcement/cases/{id}/print", operation_id = "print_enforcement_document",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = Print, responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub(super) async fn print(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<Print>,
) -> Answer<Response> {
    let key = operation.by(actor.person, "enforcement.print")?;
    let name = format!("{}.pdf", body.document.as_str());
    Ok(sheet::pdf(&name, actions::print(&app, actor, (id, body.document), lang, key).await?))
}
