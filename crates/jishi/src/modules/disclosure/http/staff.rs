//! Summaries, for staff.

use axum::{Json, extract::State, response::Response};
use kernel::{Code, Error, Id, Lang, Listing, Names, Page, RegionCode, Result};
use serde::{Deserialize, Serialize};

use crate::{
    http::{
        export::Exporter,
        extract::{Input, Operation, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{self, Case},
        disclosure::{
            actions::{self, Approval, Said},
            model::DeskList,
            rules,
            store::DeskFilter,
            views::{self, CaseDisclosure, DeskRow},
        },
    },
    platform::access::{Actor, Permission},
};

/// Most summaries that are approved together.
const TOGETHER: usize = 100;

async fn as_it_is(app: &SharedApp, actor: &Actor, id: Id<Case>) -> Answer<Json<CaseDisclosure>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let case = cases::get(&mut db, &scope, id).await?;
    Ok(Json(views::case_disclosure(&mut db, app, actor, &case).await?))
}

/// What is public of a case, and what the reader may do about it.
#[utoipa::path(get, path = "/api/cases/{id}/disclosure", operation_id = "read_case_disclosure",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = CaseDisclosure)))]
pub(super) async fn read(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<CaseDisclosure>> {
    as_it_is(&app, &actor, id).await
}

/// A summary, with the version of the one its writer saw.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct SummaryBody {
    version: i64,
    /// In Chinese, 8 to 120 characters.
    zh: String,
    /// In English, if it is there.
    en: Option<String>,
}

impl SummaryBody {
    fn checked(&self) -> Result<kernel::Names> {
        rules::checked_summary(&self.zh, self.en.as_deref())
    }
}

async fn say(
    app: &SharedApp,
    actor: &Actor,
    id: Id<Case>,
    (version, said): (i64, Said),
    (operation, name): (&Operation, &'static str),
) -> Answer<Json<CaseDisclosure>> {
    let key = operation.by(actor.person, name)?;
    actions::say(app, actor, id, version, said, key).await?;
    as_it_is(app, actor, id).await
}

/// Drafts the summary of a case that one's unit worked on.
#[utoipa::path(post, path = "/api/cases/{id}/disclosure/propose", operation_id = "propose_summary",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = SummaryBody,
    responses((status = 200, body = CaseDisclosure)))]
pub(super) async fn propose(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<SummaryBody>,
) -> Answer<Json<CaseDisclosure>> {
    let said = Said::Proposed(body.checked()?);
    say(&app, &actor, id, (body.version, said), (&operation, "disclosure.propose")).await
}

/// Makes a summary public, or corrects the one that is.
#[utoipa::path(post, path = "/api/cases/{id}/disclosure/approve", operation_id = "approve_summary",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = SummaryBody,
    responses((status = 200, body = CaseDisclosure)))]
pub(super) async fn approve(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<SummaryBody>,
) -> Answer<Json<CaseDisclosure>> {
    actor.require(Permission::CaseDisclose)?;
    let said = Said::Approved(body.checked()?);
    say(&app, &actor, id, (body.version, said), (&operation, "disclosure.approve")).await
}

/// Why a summary is taken down.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct TakeDownBody {
    version: i64,
    /// Only the office reads it.
    reason: String,
}

/// Takes a summary down; the case stays in the ledger without words.
#[utoipa::path(post, path = "/api/cases/{id}/disclosure/take-down", operation_id = "take_summary_down",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = TakeDownBody,
    responses((status = 200, body = CaseDisclosure)))]
pub(super) async fn take_down(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<TakeDownBody>,
) -> Answer<Json<CaseDisclosure>> {
    actor.require(Permission::CaseDisclose)?;
    let said = actions::take_down(&body.reason)?;
    say(&app, &actor, id, (body.version, said), (&operation, "disclosure.take_down")).await
}

/// Which list, of which place, and which page of it.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeskQuery {
    /// The list; what waits by default.
    #[param(inline)]
    list: Option<DeskList>,
    /// A place with all in it.
    region: Option<RegionCode>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl DeskQuery {
    fn filter(&self) -> DeskFilter {
        DeskFilter { list: self.list.unwrap_or(DeskList::Waiting), region: self.region.clone() }
    }
}

/// Summaries of my places: those that wait, those that are public, those taken down; what waited longest first.
#[utoipa::path(get, path = "/api/disclosures", operation_id = "list_disclosures",
    tag = "staff", params(DeskQuery), responses((status = 200, body = Listing<DeskRow>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<DeskQuery>,
) -> Answer<Json<Listing<DeskRow>>> {
    let scope = actor.require(Permission::CaseDisclose)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(views::desk_rows(&mut db, &app, &scope, &query.filter(), &page).await?))
}

/// The same list as a file.
#[utoipa::path(get, path = "/api/disclosures.csv", operation_id = "export_disclosures", tag = "staff",
    params(DeskQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<DeskQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::CaseDisclose)?, query.filter());
    Ok(sheet::lines(export, "disclosures", views::desk_columns(lang), move |rows| {
        views::desk_batches(app, what, lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/disclosures.xlsx", operation_id = "export_disclosures_as_workbook", tag = "staff",
    params(DeskQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<DeskQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::CaseDisclose)?, query.filter());
    let title = Names::new("公开", "Disclosure").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "disclosures", title, views::desk_columns(lang), move |rows| {
        views::desk_batches(app, what, lang, rows)
    }))
}

/// One of several summaries approved together.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct ApprovalBody {
    #[schema(value_type = uuid::Uuid)]
    case: Id<Case>,
    version: i64,
    zh: String,
    en: Option<String>,
}

/// Several summaries.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ApprovalsBody {
    /// At most 100.
    rows: Vec<ApprovalBody>,
}

/// What became of one of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ApprovalOutcome {
    #[schema(value_type = uuid::Uuid)]
    case: Id<Case>,
    /// Null when it is public now; otherwise why not, ready to show.
    refusal: Option<String>,
}

/// What became of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ApprovalOutcomes {
    /// How many are public now.
    approved: i64,
    rows: Vec<ApprovalOutcome>,
}

/// Makes several summaries public, each for itself: what is refused keeps nobody else back.
#[utoipa::path(post, path = "/api/disclosures/approve", operation_id = "approve_summaries", tag = "staff",
    request_body = ApprovalsBody, responses((status = 200, body = ApprovalOutcomes)))]
pub(super) async fn approve_all(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Input { body, operation }: Input<ApprovalsBody>,
) -> Answer<Json<ApprovalOutcomes>> {
    actor.require(Permission::CaseDisclose)?;
    if body.rows.is_empty() || body.rows.len() > TOGETHER {
        return Err(Error::field("rows", Code::OutOfRange).with("min", 1).with("max", 100).into());
    }
    let key = operation.by(actor.person, "disclosure.approve_all")?;
    let all = body.rows.into_iter().map(|row| Approval { case: row.case, seen: row.version, zh: row.zh, en: row.en });
    let outcomes = actions::approve_all(&app, &actor, all.collect(), &key).await;
    let rows: Vec<ApprovalOutcome> = outcomes
        .into_iter()
        .map(|(case, outcome)| ApprovalOutcome { case, refusal: outcome.err().map(|error| sentence(&error, lang)) })
        .collect();
    let approved = i64::try_from(rows.iter().filter(|row| row.refusal.is_none()).count()).unwrap_or(i64::MAX);
    Ok(Json(ApprovalOutcomes { approved, rows }))
}

/// What is wrong, in a sentence: of a field that needs mending its own.
fn sentence(error: &Error, lang: Lang) -> String {
    if error.code() == Code::Internal {
        tracing::error!(%error, "a summary could not be approved");
    }
    error.fields().first().map_or_else(|| error.sentence(lang), |field| field.sentence(lang))
}
