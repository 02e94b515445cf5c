//! What a resident does with a link: `Authorization: Link 0123456789abcdef0123`. The token stands in no address.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{header, request::Parts},
};
use kernel::{Code, Error, Instant, Names};
use serde::Serialize;

use super::super::actions;
use crate::{
    http::{
        extract::Input,
        problem::{Answer, Refusal},
    },
    modules::{
        SharedApp,
        cases::{self, Outcome, VerdictView},
        matters::MatterRef,
        people::UnitRef,
        regions::RegionRef,
    },
};

/// Whoever holds a link.
#[derive(Debug)]
pub(super) struct Holder(String);

impl FromRequestParts<SharedApp> for Holder {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Link ")).map(str::trim);
        let token = token.ok_or_else(|| Error::new(Code::BadLink))?.to_owned();
        // A link that is used up is told so by the write itself: a repetition of it has the same answer as the first time.
        if parts.method == axum::http::Method::GET {
            actions::opened(&mut app.db.read().await?, app, &token).await?;
        }
        Ok(Self(token))
    }
}

/// A result that waits for the holder's word: nothing of themselves, and nobody else's words.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct LinkedResult {
    /// The case's number.
    number: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    matter: Option<MatterRef>,
    /// Where: village or township.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<RegionRef>,
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<UnitRef>,
    /// What the unit says it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    /// What it claims, in one word.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    /// When it said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    filed_at: Option<Instant>,
    /// Until when the link is good.
    until: Instant,
    /// Whether the result still waits for a word.
    is_waiting: bool,
}

/// The result a link is about.
#[utoipa::path(get, path = "/api/verdict-link", operation_id = "open_verdict_link",
    tag = "receipt", responses((status = 200, body = LinkedResult)))]
pub(super) async fn open(State(app): State<SharedApp>, Holder(token): Holder) -> Answer<Json<LinkedResult>> {
    let mut db = app.db.read().await?;
    let opened = actions::opened(&mut db, &app, &token).await?;
    let rows = cases::rows(&mut db, &app, std::slice::from_ref(&opened.case)).await?;
    let row = rows.into_iter().next().ok_or_else(|| Error::new(Code::BadLink))?;
    Ok(Json(LinkedResult {
        number: row.number,
        matter: row.matter,
        place: row.place.village.or(row.place.township),
        unit: row.lead_unit,
        result: cases::result_words(&mut db, &opened.case).await?,
        outcome: opened.case.result_outcome,
        filed_at: opened.case.result_at,
        until: opened.until,
        is_waiting: opened.is_waiting,
    }))
}

/// What became of a word given by a link.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct LinkThanks {
    /// In one sentence.
    said: Names,
}

/// Gives the verdict; the link is used up by it.
#[utoipa::path(post, path = "/api/verdict-link", operation_id = "speak_by_link",
    tag = "receipt", request_body = VerdictView, responses((status = 200, body = LinkThanks)))]
pub(super) async fn speak(
    State(app): State<SharedApp>,
    Holder(token): Holder,
    Input { body, operation }: Input<VerdictView>,
) -> Answer<Json<LinkThanks>> {
    let key = operation.by_secret(&app.keys, token.as_bytes(), "call_backs.speak")?;
    let (verdict, text) = body.split();
    let is_solved = verdict.solved == cases::Solved::Yes;
    actions::speak(&app, &token, verdict, text, key).await?;
    let said = if is_solved {
        Names::new("谢谢。您说已经解决，已记下。", "Thank you. You say that it is solved; that is written down.")
    } else {
        Names::new(
            "谢谢。您说还没有解决，已退回重办，办好以后会再请您看。",
            "Thank you. You say that it is not solved: it goes back to be redone, and you will be asked again.",
        )
    };
    Ok(Json(LinkThanks { said }))
}
