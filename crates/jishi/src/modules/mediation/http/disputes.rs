//! Disputes: the desk, lists, a page, steps, parties, papers, figures.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Code, Day, Error, Id, Instant, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{self, Case},
        mediation::{
            actions::{self, NewDispute, NewParty, Sheet},
            model::{
                Confirmation, Dispute, DisputeKind, DisputeOutcome, DisputePartyField, DisputePartyPurpose,
                DisputeSide, DisputeSource, Party, Performance,
            },
            rules::Step,
            store::{DisputeView, Filter},
            views::{self, CaseMediation, DisputeDetail, DisputeRow, MediationDesk, MediationFigures},
        },
    },
    platform::access::Permission,
};

/// The routes of disputes.
pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list, bring))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(desk))
        .routes(routes!(figures))
        .routes(routes!(one))
        .routes(routes!(step))
        .routes(routes!(print))
        .routes(routes!(open_party))
        .routes(routes!(of_case))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct DisputeQuery {
    /// Which list.
    view: Option<DisputeView>,
    /// A code of the classes.
    class: Option<String>,
    /// How it came out.
    outcome: Option<DisputeOutcome>,
    /// How its performance stands.
    performance: Option<Performance>,
    /// How its confirmation stands.
    confirmation: Option<Confirmation>,
    /// Only those that are late.
    #[serde(default)]
    late: bool,
    /// Only those the reader mediates.
    #[serde(default)]
    mine: bool,
    /// Taken in from that day on.
    from: Option<Day>,
    /// Taken in until that day.
    to: Option<Day>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl DisputeQuery {
    fn filter(self) -> (DisputeView, Filter) {
        let Self { view, class, outcome, performance, confirmation, late, mine, from, to, .. } = self;
        let filter = Filter { class, outcome, performance, confirmation, late, mine, from, to };
        (view.unwrap_or(DisputeView::Mediating), filter)
    }
}

/// Disputes of the reader's centre, or those the reader mediates. Nobody else's, and none by a party.
#[utoipa::path(get, path = "/api/disputes", operation_id = "list_disputes",
    tag = "staff", params(DisputeQuery), responses((status = 200, body = Listing<DisputeRow>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<DisputeQuery>,
) -> Answer<Json<Listing<DisputeRow>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let (view, filter) = query.filter();
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &actor, (view, &filter), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/disputes.csv", operation_id = "export_disputes",
    tag = "staff", params(DisputeQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<DisputeQuery>,
) -> Answer<Response> {
    actor.require(Permission::MediationRead)?;
    let (view, filter) = query.filter();
    Ok(sheet::lines(export, "disputes", views::columns(lang), move |rows| {
        views::batches(app, (actor, view, filter), lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/disputes.xlsx", operation_id = "export_disputes_as_workbook",
    tag = "staff", params(DisputeQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<DisputeQuery>,
) -> Answer<Response> {
    actor.require(Permission::MediationRead)?;
    let (view, filter) = query.filter();
    let title = Names::new("矛盾纠纷", "Disputes").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "disputes", title, views::columns(lang), move |rows| {
        views::batches(app, (actor, view, filter), lang, rows)
    }))
}

/// A party to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = NewDisputeParty)]
struct PartyBody {
    side: DisputeSide,
    /// A person's or a body's name; kept encrypted.
    name: String,
    /// A telephone; kept encrypted.
    phone: Option<String>,
}

/// A dispute to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = DisputeNew)]
struct NewBody {
    kind: DisputeKind,
    /// A code of the classes.
    class: String,
    /// Where: a county or a smaller place.
    region: RegionCode,
    /// Where there, in words.
    place_text: Option<String>,
    source: DisputeSource,
    /// The number of the case it came from.
    case: Option<String>,
    /// The number it has elsewhere.
    elsewhere: Option<String>,
    /// What it is about.
    words: String,
    /// At least one on each side.
    parties: Vec<PartyBody>,
    /// Both, where it is taken in at once.
    #[serde(default)]
    consents: Vec<DisputeSide>,
}

/// Brings a dispute; taken in at once where both sides want it.
#[utoipa::path(post, path = "/api/disputes", operation_id = "bring_dispute",
    tag = "staff", request_body = NewBody, responses((status = 201, body = DisputeDetail)))]
async fn bring(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<NewBody>,
) -> Answer<(StatusCode, Json<DisputeDetail>)> {
    let key = operation.by(actor.person, "disputes.bring")?;
    let NewBody { kind, class, region, place_text, source, case, elsewhere, words, parties, consents } = body;
    let parties = parties.into_iter().map(|PartyBody { side, name, phone }| NewParty { side, name, phone }).collect();
    let new = NewDispute { kind, class, region, place_text, source, case, elsewhere, words, parties, consents };
    let id = actions::take_in(&app, &actor, new, key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(views::detail(&mut db, &app, &actor, id).await?)))
}

/// The desk of a centre, or of a mediator: its lists counted, its rooms, the classes.
#[utoipa::path(get, path = "/api/disputes/desk", operation_id = "read_mediation_desk",
    tag = "staff", responses((status = 200, body = MediationDesk)))]
async fn desk(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<MediationDesk>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::desk(&mut db, &app, &actor).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SpanQuery {
    /// The first day; the first of the year if not said.
    from: Option<Day>,
    /// The last day; today if not said.
    to: Option<Day>,
}

/// What came of what was taken in between two days: numbers by place and class, with the lists they open for whoever may
/// see those.
#[utoipa::path(get, path = "/api/disputes/figures", operation_id = "read_mediation_figures",
    tag = "staff", params(SpanQuery), responses((status = 200, body = MediationFigures)))]
async fn figures(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<SpanQuery>,
) -> Answer<Json<MediationFigures>> {
    let to = query.to.unwrap_or_else(|| app.today());
    let from = query.from.unwrap_or_else(|| Day::from(to.date().first_of_year()));
    if from > to {
        return Err(Error::field("to", Code::BeforeBeginning).into());
    }
    let mut db = app.db.read().await?;
    Ok(Json(views::figures(&mut db, &app, &actor, (from, to)).await?))
}

/// One dispute, for its centre's people and its mediator. Parties are masked.
#[utoipa::path(get, path = "/api/disputes/{id}", operation_id = "read_dispute",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = DisputeDetail)))]
async fn one(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Dispute>>,
) -> Answer<Json<DisputeDetail>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, id).await?))
}

/// A step over the version that was seen.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = DisputeStepBody)]
struct StepBody {
    version: i64,
    step: Step,
}

/// Takes a step.
#[utoipa::path(post, path = "/api/disputes/{id}/steps", operation_id = "step_dispute",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = StepBody, responses((status = 200, body = Option<DisputeDetail>)))]
async fn step(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Dispute>>,
    Input { body, operation }: Input<StepBody>,
) -> Answer<Json<Option<DisputeDetail>>> {
    let key = operation.by(actor.person, "disputes.step")?;
    actions::step(&app, &actor, (id, body.version), body.step, key).await?;
    let mut db = app.db.read().await?;
    // A mediator who declined sees it no more.
    match views::detail(&mut db, &app, &actor, id).await {
        Ok(detail) => Ok(Json(Some(detail))),
        Err(error) if error.code() == Code::NotFound => Ok(Json(None)),
        Err(error) => Err(error.into()),
    }
}

/// Which paper.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = PrintDispute)]
struct PrintBody {
    sheet: Sheet,
}

/// A paper with the parties' names, to be signed, as PDF. A write: the names are opened for it, and that stands with the
/// dispute.
#[utoipa::path(post, path = "/api/disputes/{id}/print", operation_id = "print_dispute",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = PrintBody, responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
async fn print(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Path(id): Path<Id<Dispute>>,
    Input { body, operation }: Input<PrintBody>,
) -> Answer<Response> {
    let key = operation.by(actor.person, "disputes.print")?;
    Ok(sheet::pdf("mediation.pdf", actions::print(&app, &actor, (id, body.sheet), lang, key).await?))
}

/// Why a detail of a party is opened.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = OpenPartyBody)]
struct OpenBody {
    field: DisputePartyField,
    purpose: DisputePartyPurpose,
    /// Why, in words.
    words: String,
}

/// A detail, for a minute.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OpenedParty {
    value: String,
    /// Until when it may stay on the screen.
    until: Instant,
}

/// Opens a name or a telephone of a party; who, when and why stands with the dispute.
#[utoipa::path(post, path = "/api/parties/{id}/open", operation_id = "open_party",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = OpenBody, responses((status = 200, body = OpenedParty)))]
async fn open_party(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Party>>,
    Input { body, operation }: Input<OpenBody>,
) -> Answer<Json<OpenedParty>> {
    let key = operation.by(actor.person, "disputes.open_party")?;
    let OpenBody { field, purpose, words } = body;
    let (value, until) = actions::open(&app, &actor, id, (field, purpose, words), key).await?;
    Ok(Json(OpenedParty { value, until }))
}

/// Whether a case is in mediation: no more, except for whoever may see the dispute.
#[utoipa::path(get, path = "/api/cases/{id}/mediation", operation_id = "read_case_mediation",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = CaseMediation)))]
async fn of_case(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<CaseMediation>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let case = cases::get(&mut db, &scope, id).await?;
    Ok(Json(views::of_case(&mut db, &actor, (case.id, &case.place)).await?))
}
