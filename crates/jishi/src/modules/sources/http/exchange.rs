//! What a source's own system does with its key: `Authorization: Bearer jishi_..`.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{StatusCode, header, request::Parts},
};
use kernel::{Code, Error, Id, Page};
use serde::{Deserialize, Serialize};

use super::answers::{AnswerView, HandBackView};
use crate::{
    http::{
        extract::{Input, Query},
        problem::{Answer, Refusal},
    },
    modules::{
        SharedApp,
        cases::Case,
        sources::{
            actions::{self, Holder},
            rules::Cells,
        },
    },
};

/// Whoever shows a key that has not been ended; without one the answer is 401.
#[derive(Debug)]
pub(super) struct Keyed {
    holder: Holder,
    token: String,
}

impl FromRequestParts<SharedApp> for Keyed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim).unwrap_or_default();
        if token.is_empty() {
            return Err(Error::new(Code::KeyEnded).into());
        }
        Ok(Self { holder: actions::holder(app, token).await?, token: token.to_owned() })
    }
}

/// An order as a source's system sends it: the same columns as in a file.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct OrderBody {
    /// Its number at the source.
    number: String,
    /// What is asked for.
    text: String,
    title: Option<String>,
    kind: Option<String>,
    /// The parts joined by `->`.
    category: Option<String>,
    label: Option<String>,
    /// Who called.
    name: Option<String>,
    /// Their telephone number.
    phone: Option<String>,
    /// 被反映区
    county: Option<String>,
    /// 被反映街乡镇
    township: Option<String>,
    /// 村/社区
    village: Option<String>,
    /// The place in words.
    spot: Option<String>,
    company: Option<String>,
    nature: Option<String>,
    way: Option<String>,
    /// When it came in, in a way the source's file says.
    received_at: Option<String>,
}

impl OrderBody {
    fn into_cells(self) -> Cells {
        let all: [(&'static str, Option<String>); 16] = [
            ("number", Some(self.number)),
            ("text", Some(self.text)),
            ("title", self.title),
            ("kind", self.kind),
            ("category", self.category),
            ("label", self.label),
            ("name", self.name),
            ("phone", self.phone),
            ("county", self.county),
            ("township", self.township),
            ("village", self.village),
            ("spot", self.spot),
            ("company", self.company),
            ("nature", self.nature),
            ("way", self.way),
            ("received_at", self.received_at),
        ];
        all.into_iter().filter_map(|(key, text)| Some((key, text?))).collect()
    }
}

/// What became of an order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OrderTaken {
    /// The case.
    #[schema(value_type = uuid::Uuid)]
    case: Id<Case>,
    /// The case's number here.
    number: String,
}

/// Takes an order in. The same order again is answered alike (200); other content under the same number is refused (409).
#[utoipa::path(post, path = "/api/exchange/orders", operation_id = "give_order", tag = "source", request_body = OrderBody, responses((status = 201, body = OrderTaken), (status = 200, body = OrderTaken)))]
pub(super) async fn give(
    State(app): State<SharedApp>,
    Keyed { holder, .. }: Keyed,
    Input { body, .. }: Input<OrderBody>,
) -> Answer<(StatusCode, Json<OrderTaken>)> {
    let given = actions::give(&app, &holder, body.into_cells()).await?;
    let status = if given.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(OrderTaken { case: given.case, number: given.number })))
}

/// Where to go on.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangesQuery {
    /// The `next` of the last answer; from the beginning if not said.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// Orders in the order of their last change.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OrderChanges {
    /// The orders, in the source's own words.
    rows: Vec<AnswerView>,
    /// Where to go on, also when nothing came: keep it. An order that changes again is told again.
    next: Option<String>,
}

/// The source's orders that changed since, each as it stands now; none of the last ten seconds.
#[utoipa::path(get, path = "/api/exchange/answers", operation_id = "list_order_changes", tag = "source", params(ChangesQuery), responses((status = 200, body = OrderChanges)))]
pub(super) async fn changes(
    State(app): State<SharedApp>,
    Keyed { holder, .. }: Keyed,
    Query(query): Query<ChangesQuery>,
) -> Answer<Json<OrderChanges>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let (answers, next) = actions::changes(&app, &holder, &page).await?;
    let zone = &app.settings.zone;
    let rows = answers.into_iter().map(|answer| AnswerView::new(&holder.source, zone, answer)).collect();
    Ok(Json(OrderChanges { rows, next }))
}

/// Answers the source has taken.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct TakenBody {
    /// The orders' numbers at the source, up to 100.
    numbers: Vec<String>,
}

/// Marks answers as handed back, so that the next file of the desk does not hold them again.
#[utoipa::path(post, path = "/api/exchange/answers/taken", operation_id = "take_order_answers", tag = "source", request_body = TakenBody, responses((status = 200, body = HandBackView)))]
pub(super) async fn taken(
    State(app): State<SharedApp>,
    Keyed { holder, token }: Keyed,
    Input { body, operation }: Input<TakenBody>,
) -> Answer<Json<HandBackView>> {
    if body.numbers.is_empty() || body.numbers.len() > 100 {
        return Err(Error::field("numbers", Code::OutOfRange).with("min", 1).with("max", 100).into());
    }
    let key = operation.by_secret(&app.keys, token.as_bytes(), "sources.taken")?;
    let row = actions::take_answers(&app, &holder, body.numbers, key).await?;
    Ok(Json(HandBackView::new(row, &HashMap::new())))
}
