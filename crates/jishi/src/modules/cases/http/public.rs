//! Anyone may report; nobody needs an account.

use axum::{Json, extract::State, http::StatusCode};
use kernel::{Id, RegionCode};
use serde::{Deserialize, Serialize};

use crate::{
    http::{
        extract::{Input, Query},
        problem::Answer,
    },
    modules::{
        SharedApp,
        cases::{
            actions::{self, NewContact, NewPlace, NewReport, Reporter},
            model::{Channel, Identity},
            resident::{self, Nearby, Taken},
        },
        regions::PlaceSource,
    },
    platform::access::Unit,
};

/// How to reach a person, if they say.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub(super) struct ContactBody {
    name: Option<String>,
    phone: Option<String>,
}

/// Where it is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct PlaceBody {
    /// How it is known.
    source: PlaceSource,
    lon: Option<f64>,
    lat: Option<f64>,
    region: Option<RegionCode>,
    text: Option<String>,
}

/// A resident's report.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ReportBody {
    /// 16 digits made by the client.
    receipt: String,
    text: String,
    matter: Option<String>,
    #[serde(default)]
    accepts_answer: bool,
    identity: Identity,
    #[serde(default)]
    contact: ContactBody,
    place: PlaceBody,
    registered_region: Option<RegionCode>,
    #[serde(default)]
    photos: Vec<String>,
    /// Number of the case joined.
    joins: Option<String>,
    /// Code of the QR spot it began at.
    qr: Option<String>,
    /// They wish to be told of steps by short message; needs a telephone.
    #[serde(default)]
    wants_messages: bool,
    locale: Option<String>,
    /// The unit it is about, itself or its people: it stays out of that unit's sight until another unit has it.
    #[schema(value_type = Option<uuid::Uuid>)]
    about: Option<Id<Unit>>,
}

impl ReportBody {
    pub(super) fn into_report(self, channel: Channel) -> NewReport {
        NewReport {
            receipt: self.receipt,
            channel,
            text: self.text,
            matter: self.matter,
            accepts_answer: self.accepts_answer,
            identity: self.identity,
            contact: self.contact.into(),
            place: self.place.into(),
            registered_region: self.registered_region,
            photos: self.photos,
            joins: self.joins,
            locale: self.locale.filter(|locale| locale == "en").unwrap_or_else(|| "zh".to_owned()),
            qr: self.qr,
            item: None,
            wants_messages: self.wants_messages,
            about: self.about,
        }
    }
}

impl From<ContactBody> for NewContact {
    fn from(body: ContactBody) -> Self {
        Self { name: body.name, phone: body.phone }
    }
}

impl From<PlaceBody> for NewPlace {
    fn from(body: PlaceBody) -> Self {
        Self { source: body.source, lon: body.lon, lat: body.lat, region: body.region, text: body.text }
    }
}

/// Takes a report. The receipt is the client's own and is not sent back.
#[utoipa::path(post, path = "/api/reports", operation_id = "send_report",
    tag = "public", request_body = ReportBody, responses((status = 201, body = Taken)))]
pub(super) async fn report(
    State(app): State<SharedApp>,
    Input { body, operation }: Input<ReportBody>,
) -> Answer<(StatusCode, Json<Taken>)> {
    let key = operation.by_secret(&app.keys, body.receipt.as_bytes(), "reports.report")?;
    let channel = if body.qr.is_some() { Channel::Qr } else { Channel::Web };
    let reported = actions::report(&app, Reporter::Resident, body.into_report(channel), key).await?;
    let mut db = app.db.read().await?;
    Ok((StatusCode::CREATED, Json(resident::taken(&mut db, &app, reported.case).await?)))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(super) struct NearbyQuery {
    matter: String,
    lon: Option<f64>,
    lat: Option<f64>,
    region: Option<RegionCode>,
}

/// Open cases of the same public matter nearby, so that a resident may say "me too". Places are rounded to the grid;
/// nobody's words are shown.
#[utoipa::path(get, path = "/api/nearby", operation_id = "list_nearby_cases",
    tag = "public", params(NearbyQuery), responses((status = 200, body = NearbyList)))]
pub(super) async fn nearby(State(app): State<SharedApp>, Query(query): Query<NearbyQuery>) -> Answer<Json<NearbyList>> {
    let mut db = app.db.read().await?;
    let rows = resident::nearby(&mut db, &app, &query.matter, query.lon.zip(query.lat), query.region).await?;
    Ok(Json(NearbyList { rows }))
}

/// Cases one may join.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct NearbyList {
    rows: Vec<Nearby>,
}
