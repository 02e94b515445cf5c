//! Signs: given, printed, scanned.

use axum::{Json, extract::State, http::HeaderMap, response::IntoResponse};
use kernel::{Code, Error, Id};

use crate::{
    http::{
        extract::{Operation, Path},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp, regions,
        register::{
            actions,
            model::Item,
            store,
            views::{self, ItemDetail, SignView},
        },
    },
    platform::access::Permission,
};

/// Gives an item a sign, once.
#[utoipa::path(post, path = "/api/register/{id}/sign", operation_id = "give_sign",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ItemDetail)))]
pub(super) async fn give(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Item>>,
    operation: Operation,
) -> Answer<Json<ItemDetail>> {
    let key = operation.by(actor.person, "register.sign")?;
    actions::give_sign(&app, &actor, id, key).await?;
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let item = store::get(&mut db, &scope, id).await?;
    Ok(Json(views::detail(&mut db, &app, &actor, &item).await?))
}

/// The QR code of an item's sign, to be printed: it leads to the report page with everything known filled in.
#[utoipa::path(get, path = "/api/register/{id}/sign", operation_id = "sign_image",
    tag = "staff", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = String, content_type = "image/svg+xml")))]
pub(super) async fn image(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Item>>,
    headers: HeaderMap,
) -> Answer<impl IntoResponse> {
    let scope = actor.require(Permission::CaseRead)?;
    let item = store::get(&mut app.db.read().await?, &scope, id).await?;
    let sign = item.sign.ok_or_else(|| Error::new(Code::NotFound))?;
    Ok(regions::http::sign_image(&app, &headers, &sign)?)
}

/// What a scanned sign hangs on: a place, or a thing of the register. Of a thing no more is told than stands on it.
#[utoipa::path(get, path = "/api/signs/{qr}", operation_id = "read_sign",
    tag = "public", params(("qr" = String, Path)), responses((status = 200, body = SignView)))]
pub(super) async fn read(State(app): State<SharedApp>, Path(qr): Path<String>) -> Answer<Json<SignView>> {
    let mut db = app.db.read().await?;
    let Some(item) = actions::sign_unscoped(&mut db, &qr).await? else {
        let spot = regions::spot_unscoped(&mut db, &qr, app.today()).await?;
        return Ok(Json(SignView {
            code: spot.code,
            label: spot.label,
            region: spot.region,
            lon: spot.lon,
            lat: spot.lat,
            matters: Vec::new(),
            is_item: false,
        }));
    };
    let kinds = app.register.kinds();
    let named = regions::refs_unscoped(&mut db, [&item.place]).await?.remove(&item.place);
    let (lon, lat) = item.point.unzip();
    Ok(Json(SignView {
        label: views::label(&kinds.named(&item)),
        region: named.ok_or_else(|| Error::new(Code::NotFound))?,
        code: item.sign.clone().unwrap_or_default(),
        lon,
        lat,
        matters: kinds.kind(&item.kind).map(|kind| views::matters(&app, kind, &item.place)).unwrap_or_default(),
        is_item: true,
    }))
}
