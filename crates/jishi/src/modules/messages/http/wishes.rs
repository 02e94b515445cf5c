//! What people and units wish to be told.

use axum::{Json, extract::State};
use jiff::civil::Time;
use kernel::{Code, Error, Id, Result};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::super::{
    actions,
    model::{Owner, Want, Wishes},
};
use crate::{
    http::{
        extract::{Input, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{SharedApp, people},
    platform::access::{Permission, Unit},
};

pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(own_wishes, put_own_wishes)).routes(routes!(unit_wishes, put_unit_wishes))
}

/// What somebody wishes to be told, and when not. Times of day as `HH:MM`.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
struct WishesBody {
    /// By short message, to the telephone kept with the person.
    sms: Want,
    /// By mail.
    mail: Want,
    /// Where to mail.
    address: Option<String>,
    /// Quiet from ..
    quiet_from: String,
    /// .. until; only emergencies break it.
    quiet_until: String,
    /// When the digest comes on working days; none for no digest.
    digest_at: Option<String>,
    /// The version that was seen; 0 while the usual holds.
    version: i64,
}

impl From<Wishes> for WishesBody {
    fn from(wishes: Wishes) -> Self {
        let time = |time: Time| time.strftime("%H:%M").to_string();
        Self {
            sms: wishes.sms,
            mail: wishes.mail,
            address: wishes.address,
            quiet_from: time(wishes.quiet_from),
            quiet_until: time(wishes.quiet_until),
            digest_at: wishes.digest_at.map(time),
            version: wishes.version,
        }
    }
}

impl WishesBody {
    fn wishes(self) -> Result<Wishes> {
        let time = |field: &str, text: &str| {
            let parsed = if text.len() == 5 { text.parse::<Time>().ok() } else { None };
            parsed.ok_or_else(|| Error::field(field, Code::BadFormat).with("expected", "08:30"))
        };
        Ok(Wishes {
            sms: self.sms,
            mail: self.mail,
            address: self.address,
            quiet_from: time("quiet_from", &self.quiet_from)?,
            quiet_until: time("quiet_until", &self.quiet_until)?,
            digest_at: self.digest_at.map(|text| time("digest_at", &text)).transpose()?,
            version: self.version,
        })
    }
}

/// What I wish to be told.
#[utoipa::path(get, path = "/api/session/wishes", operation_id = "read_own_wishes",
    tag = "staff", responses((status = 200, body = WishesBody)))]
async fn own_wishes(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<WishesBody>> {
    Ok(Json(actions::wishes_of(&app, Owner::Person(actor.person)).await?.into()))
}

/// Says what I wish to be told.
#[utoipa::path(put, path = "/api/session/wishes", operation_id = "write_own_wishes",
    tag = "staff", request_body = WishesBody, responses((status = 200, body = WishesBody)))]
async fn put_own_wishes(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<WishesBody>,
) -> Answer<Json<WishesBody>> {
    let key = operation.by(actor.person, "wishes.own")?;
    Ok(Json(actions::put_own_wishes(&app, &actor, body.wishes()?, key).await?.into()))
}

/// What a unit wishes to be told.
#[utoipa::path(get, path = "/api/units/{id}/wishes", operation_id = "read_unit_wishes",
    tag = "staff", params(("id" = String, Path)), responses((status = 200, body = WishesBody)))]
async fn unit_wishes(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Unit>>,
) -> Answer<Json<WishesBody>> {
    let scope = actor.require(Permission::GatewayEdit)?;
    let found = people::placed_units_unscoped(&mut app.db.read().await?, &[id]).await?.remove(&id);
    if !found.is_some_and(|(_, region)| scope.covers(&region)) {
        return Err(Error::new(Code::NotFound).into());
    }
    Ok(Json(actions::wishes_of(&app, Owner::Unit(id)).await?.into()))
}

/// Says what a unit wishes to be told.
#[utoipa::path(put, path = "/api/units/{id}/wishes", operation_id = "write_unit_wishes",
    tag = "staff", params(("id" = String, Path)), request_body = WishesBody, responses((status = 200, body = WishesBody)))]
async fn put_unit_wishes(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Unit>>,
    Input { body, operation }: Input<WishesBody>,
) -> Answer<Json<WishesBody>> {
    let key = operation.by(actor.person, "wishes.unit")?;
    Ok(Json(actions::put_unit_wishes(&app, &actor, id, body.wishes()?, key).await?.into()))
}
