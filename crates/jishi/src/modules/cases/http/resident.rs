//! What a resident sees and does with their receipt: `Authorization: Receipt 1234567890123456`.

use std::convert::Infallible;

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{header, request::Parts},
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use db::Conn;
use futures::{Stream, StreamExt};
use kernel::{Code, Error};
use serde::Deserialize;
use tokio_stream::wrappers::BroadcastStream;

use crate::{
    http::{
        extract::{Input, Query},
        problem::{Answer, Refusal},
    },
    modules::{
        SharedApp,
        cases::{
            actions::{self, ResidentStep},
            model::Report,
            resident::{self, Followed},
            shapes::VerdictView,
            store,
        },
    },
};

/// A resident who proved with their receipt which report is theirs.
#[derive(Debug)]
pub struct Resident {
    report: Report,
    secret: Vec<u8>,
    part: i64,
}

/// Which of the cases that a report was split into; the first where nothing is said.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct PartQuery {
    /// Its number, from 1.
    part: Option<i64>,
}

impl Resident {
    /// Their report.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// A repetition is one of the same part.
    pub fn marked(&self) -> Vec<u8> {
        let part = if self.part > 1 { self.part.to_be_bytes().to_vec() } else { Vec::new() };
        [self.secret.clone(), part].concat()
    }
}

impl FromRequestParts<SharedApp> for Resident {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let receipt =
            header.and_then(|value| value.strip_prefix("Receipt ")).map(|digits| digits.replace([' ', '-'], ""));
        let receipt = receipt.ok_or_else(|| Error::new(Code::BadReceipt))?;
        let secret = app.keys.receipt(&receipt);
        // One that is no number is refused: it must not lead to the first part.
        let Query(query) = Query::<PartQuery>::from_request_parts(parts, app).await?;
        let part = query.part.unwrap_or(1);
        let report = find(&mut app.db.read().await?, secret.clone(), part).await?;
        Ok(Self { report, secret, part })
    }
}

/// The part of a report that a receipt opens.
async fn find(db: &mut Conn, secret: Vec<u8>, part: i64) -> kernel::Result<Report> {
    let report = store::report_by_receipt(db, secret).await?;
    if part == 1 { Ok(report) } else { store::part_of(db, report.id, part).await }
}

/// The page after a step: the report as it stands now.
async fn page(app: &SharedApp, resident: &Resident) -> Answer<Json<Followed>> {
    let mut db = app.db.read().await?;
    let report = find(&mut db, resident.secret.clone(), resident.part).await?;
    Ok(Json(resident::followed(&mut db, app, &report).await?))
}

/// Where one's report stands, step by step.
#[utoipa::path(get, path = "/api/receipt", operation_id = "follow_report",
    tag = "receipt", params(PartQuery), responses((status = 200, body = Followed)))]
pub(super) async fn follow(State(app): State<SharedApp>, asker: Resident) -> Answer<Json<Followed>> {
    let mut db = app.db.read().await?;
    Ok(Json(resident::followed(&mut db, &app, &asker.report).await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct WordsBody {
    text: String,
    #[serde(default)]
    photos: Vec<String>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct WithdrawBody {
    text: Option<String>,
}

/// Adds a remark or photos.
#[utoipa::path(post, path = "/api/receipt/remarks", operation_id = "remark_on_report",
    tag = "receipt", params(PartQuery), request_body = WordsBody, responses((status = 200, body = Followed)))]
pub(super) async fn remark(
    State(app): State<SharedApp>,
    resident: Resident,
    Input { body, operation }: Input<WordsBody>,
) -> Answer<Json<Followed>> {
    let key = operation.by_secret(&app.keys, &resident.marked(), "receipt.remark")?;
    let step = ResidentStep::Remark { text: body.text, photos: body.photos };
    actions::resident_step(&app, resident.report.id, step, key).await?;
    page(&app, &resident).await
}

/// Answers the question that is open.
#[utoipa::path(post, path = "/api/receipt/reply", operation_id = "reply_to_question",
    tag = "receipt", params(PartQuery), request_body = WordsBody, responses((status = 200, body = Followed)))]
pub(super) async fn reply(
    State(app): State<SharedApp>,
    resident: Resident,
    Input { body, operation }: Input<WordsBody>,
) -> Answer<Json<Followed>> {
    let key = operation.by_secret(&app.keys, &resident.marked(), "receipt.reply")?;
    let step = ResidentStep::Reply { text: body.text, photos: body.photos };
    actions::resident_step(&app, resident.report.id, step, key).await?;
    page(&app, &resident).await
}

/// Gives the verdict on the result.
#[utoipa::path(post, path = "/api/receipt/verdict", operation_id = "give_verdict",
    tag = "receipt", params(PartQuery), request_body = VerdictView, responses((status = 200, body = Followed)))]
pub(super) async fn verdict(
    State(app): State<SharedApp>,
    resident: Resident,
    Input { body, operation }: Input<VerdictView>,
) -> Answer<Json<Followed>> {
    let key = operation.by_secret(&app.keys, &resident.marked(), "receipt.verdict")?;
    let (verdict, text) = body.split();
    let step = ResidentStep::Rate { verdict, text };
    actions::resident_step(&app, resident.report.id, step, key).await?;
    page(&app, &resident).await
}

/// Reopens within 30 days.
#[utoipa::path(post, path = "/api/receipt/reopen", operation_id = "reopen_case",
    tag = "receipt", params(PartQuery), request_body = WordsBody, responses((status = 200, body = Followed)))]
pub(super) async fn reopen(
    State(app): State<SharedApp>,
    resident: Resident,
    Input { body, operation }: Input<WordsBody>,
) -> Answer<Json<Followed>> {
    let key = operation.by_secret(&app.keys, &resident.marked(), "receipt.reopen")?;
    let step = ResidentStep::Reopen { text: body.text, photos: body.photos };
    actions::resident_step(&app, resident.report.id, step, key).await?;
    page(&app, &resident).await
}

/// Takes the report back.
#[utoipa::path(post, path = "/api/receipt/withdraw", operation_id = "withdraw_report",
    tag = "receipt", params(PartQuery), request_body = WithdrawBody, responses((status = 200, body = Followed)))]
pub(super) async fn withdraw(
    State(app): State<SharedApp>,
    resident: Resident,
    Input { body, operation }: Input<WithdrawBody>,
) -> Answer<Json<Followed>> {
    let key = operation.by_secret(&app.keys, &resident.marked(), "receipt.withdraw")?;
    actions::resident_step(&app, resident.report.id, ResidentStep::Withdraw { text: body.text }, key).await?;
    page(&app, &resident).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct MessagesBody {
    /// Whether to be told.
    wants: bool,
}

/// Begins or ends being told of steps by short message.
#[utoipa::path(put, path = "/api/receipt/messages", operation_id = "wish_messages",
    tag = "receipt", params(PartQuery), request_body = MessagesBody, responses((status = 200, body = Followed)))]
pub(super) async fn messages(
    State(app): State<SharedApp>,
    resident: Resident,
    Input { body, operation }: Input<MessagesBody>,
) -> Answer<Json<Followed>> {
    let key = operation.by_secret(&app.keys, &resident.marked(), "receipt.messages")?;
    actions::wish_messages(&app, resident.report.whose(), body.wants, key).await?;
    page(&app, &resident).await
}

/// A stream of hints to read the page again.
#[utoipa::path(get, path = "/api/receipt/events", operation_id = "receipt_events",
    tag = "receipt", responses((status = 200, content_type = "text/event-stream", body = String)))]
pub(super) async fn events(
    State(app): State<SharedApp>,
    _resident: Resident,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let hints = BroadcastStream::new(app.live.listen()).map(|_| Ok(Event::default().event("changed").data("{}")));
    Sse::new(hints).keep_alive(KeepAlive::default())
}
