//! The desk that asks.

use axum::{Json, extract::State, response::Response};
use kernel::{Id, Instant, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};

use super::super::{
    actions::{self, Said},
    model::{AttemptOutcome, CallBack, CallBackFilter, CallBackKind, CallBackState, Way},
    views::{self, CountsView, DetailView, RowView},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        App, SharedApp,
        cases::{self, Case, CaseDetail, Report, VerdictView},
    },
    platform::access::{Actor, Permission, Unit},
};

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CallBackQuery {
    /// Those that are over, instead of those that are open.
    #[serde(default)]
    over: bool,
    /// Only what the reader's own desk asks about.
    #[serde(default)]
    own: bool,
    /// Those whose next attempt may be made now, or only later.
    ready: Option<bool>,
    /// What is asked.
    kind: Option<CallBackKind>,
    /// How it ended.
    state: Option<CallBackState>,
    /// With a number that was left, or without.
    phone: Option<bool>,
    /// Past the day, or not.
    late: Option<bool>,
    /// A place with all in it.
    region: Option<RegionCode>,
    /// The unit that led.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl CallBackQuery {
    fn filter(&self, app: &App, actor: &Actor) -> kernel::Result<CallBackFilter> {
        let scope = actor.require(Permission::CaseCallBack)?;
        Ok(CallBackFilter {
            is_over: self.over,
            desks: self.own.then_some(scope.places),
            kind: self.kind,
            state: self.state,
            has_phone: self.phone,
            is_late: self.late,
            is_ready: self.ready,
            region: self.region.clone(),
            unit: self.unit,
            now: app.now(),
        })
    }
}

/// Results and withdrawals about which residents are to be asked in one's places, the oldest first; or that were.
#[utoipa::path(get, path = "/api/call-backs", operation_id = "list_call_backs",
    tag = "staff", params(CallBackQuery), responses((status = 200, body = Listing<RowView>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<CallBackQuery>,
) -> Answer<Json<Listing<RowView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let filter = query.filter(&app, &actor)?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &actor, &filter, &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/call-backs.csv", operation_id = "export_call_backs",
    tag = "staff", params(CallBackQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<CallBackQuery>,
) -> Answer<Response> {
    let filter = query.filter(&app, &actor)?;
    Ok(sheet::lines(export, "call-backs", views::columns(lang), move |rows| {
        views::batches(app, (actor, filter), lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/call-backs.xlsx", operation_id = "export_call_backs_as_workbook",
    tag = "staff", params(CallBackQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<CallBackQuery>,
) -> Answer<Response> {
    let filter = query.filter(&app, &actor)?;
    let title = Names::new("回访", "Call-backs").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "call-backs", title, views::columns(lang), move |rows| {
        views::batches(app, (actor, filter), lang, rows)
    }))
}

/// What waits for one's own desk now.
#[utoipa::path(get, path = "/api/call-backs/counts", operation_id = "count_call_backs",
    tag = "staff", responses((status = 200, body = CountsView)))]
pub(super) async fn counts(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<CountsView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::counts(&mut db, &app, &actor).await?))
}

/// One call-back: who is to be asked, and how they were tried.
#[utoipa::path(get, path = "/api/call-backs/{id}", operation_id = "read_call_back",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = DetailView)))]
pub(super) async fn detail(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<CallBack>>,
) -> Answer<Json<DetailView>> {
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, id).await?))
}

/// What came of a call or a visit.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct AttemptBody {
    /// The version that was seen.
    version: i64,
    /// Who was tried.
    #[schema(value_type = uuid::Uuid)]
    report: Id<Report>,
    /// `phone` or `visit`.
    channel: Way,
    /// What came of it.
    outcome: AttemptOutcome,
    /// About a result, where they were reached: the three answers.
    verdict: Option<VerdictView>,
    /// About a withdrawal, where they were reached: whether it was their own wish.
    own_wish: Option<bool>,
    /// A note.
    text: Option<String>,
}

/// Writes down what came of a call or a visit; never by whoever worked on it.
#[utoipa::path(post, path = "/api/call-backs/{id}/attempts", operation_id = "note_call_back_attempt",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = AttemptBody, responses((status = 200, body = DetailView)))]
pub(super) async fn attempt(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<CallBack>>,
    Input { body, operation }: Input<AttemptBody>,
) -> Answer<Json<DetailView>> {
    let key = operation.by(actor.person, "call_backs.attempt")?;
    let (verdict, words) = body.verdict.map(VerdictView::split).unzip();
    let said = Said {
        report: body.report,
        way: body.channel,
        outcome: body.outcome,
        verdict,
        own_wish: body.own_wish,
        text: words.flatten().or(body.text),
    };
    actions::attempt(&app, &actor, (id, body.version), said, key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, id).await?))
}

/// Which version of it was seen.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CallBackSeen {
    /// The version that was seen.
    version: i64,
}

/// Takes back what the reader wrote down last, within ten minutes and before anybody acted on it.
#[utoipa::path(post, path = "/api/call-backs/{id}/take-back", operation_id = "take_call_back_attempt_back",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = CallBackSeen, responses((status = 200, body = DetailView)))]
pub(super) async fn take_back(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<CallBack>>,
    Input { body, operation }: Input<CallBackSeen>,
) -> Answer<Json<DetailView>> {
    let key = operation.by(actor.person, "call_backs.take_back")?;
    actions::take_back(&app, &actor, (id, body.version), key).await?;
    let mut db = app.db.read().await?;
    Ok(Json(views::detail(&mut db, &app, &actor, id).await?))
}

/// Whom a link is for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CallBackLinkBody {
    /// The version that was seen.
    version: i64,
    /// Whose verdict it opens.
    #[schema(value_type = uuid::Uuid)]
    report: Id<Report>,
}

/// A link that was sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct LinkSentView {
    /// Until when it is good.
    until: Instant,
    /// Where it leads; shown by the demonstration alone, which sends nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<String>,
    /// The call-back as it stands then.
    call_back: DetailView,
}

/// Sends a link to the telephone that was left, which opens one verdict, once.
#[utoipa::path(post, path = "/api/call-backs/{id}/link", operation_id = "send_verdict_link",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = CallBackLinkBody, responses((status = 200, body = LinkSentView)))]
pub(super) async fn send_link(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<CallBack>>,
    Input { body, operation }: Input<CallBackLinkBody>,
) -> Answer<Json<LinkSentView>> {
    let key = operation.by(actor.person, "call_backs.link")?;
    let sent = actions::send_link(&app, &actor, (id, body.version), body.report, key).await?;
    let mut db = app.db.read().await?;
    let call_back = views::detail(&mut db, &app, &actor, id).await?;
    Ok(Json(LinkSentView { until: sent.until, shown: sent.shown.map(|token| format!("/verdict#{token}")), call_back }))
}

/// What a reporter said.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CallBackStep {
    /// The version of the case that was seen.
    version: i64,
    /// The report whose reporter was asked.
    #[schema(value_type = uuid::Uuid)]
    report: Id<Report>,
    verdict: VerdictView,
}

/// Writes down on the page of a case what a reporter said who called or came; never by whoever worked on it.
#[utoipa::path(post, path = "/api/cases/{id}/call-back", operation_id = "call_back_resident",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    request_body = CallBackStep, responses((status = 200, body = CaseDetail)))]
pub(super) async fn from_case(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
    Input { body, operation }: Input<CallBackStep>,
) -> Answer<Json<CaseDetail>> {
    let key = operation.by(actor.person, "cases.call_back")?;
    let (verdict, text) = body.verdict.split();
    let said = Said {
        report: body.report,
        way: Way::Phone,
        outcome: AttemptOutcome::Reached,
        verdict: Some(verdict),
        own_wish: None,
        text,
    };
    actions::from_case(&app, &actor, (id, body.version), said, key).await?;
    let mut db = app.db.read().await?;
    let scope = actor.require(Permission::CaseRead)?;
    let case = cases::get(&mut db, &scope, id).await?;
    Ok(Json(cases::detail(&mut db, &app, &actor, &case).await?))
}
