//! Addresses of the log: for everyone, and a proof for whoever has a receipt. Head and tree lie below `/log` at the addresses
//! of C2SP tlog-tiles, so that mirrors of others can copy them.

use axum::{
    Json, Router,
    extract::{Path as Parts, State},
    http::header,
    response::{IntoResponse, Response},
    routing,
};
use kernel::{Code, Error, Listing, Page};
use serde::Deserialize;
use tlog_tiles::tile::Tile;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions,
    proof::ProofFile,
    store,
    views::{self, Consistency, HeadView, LogView},
};
use crate::{
    http::{extract::Query, problem::Answer},
    modules::{SharedApp, cases::Resident},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(log)).routes(routes!(heads)).routes(routes!(consistency)).routes(routes!(proof))
}

/// The log as mirrors read it; a tile's address has as many parts as its place has digits by three.
pub fn mirrored() -> Router<SharedApp> {
    Router::new().route("/log/checkpoint", routing::get(checkpoint)).route("/log/tile/{*path}", routing::get(tile))
}

/// The log in short: its key and its newest head.
#[utoipa::path(get, path = "/api/log", operation_id = "log", tag = "public", responses((status = 200, body = LogView)))]
async fn log(State(app): State<SharedApp>) -> Answer<Json<LogView>> {
    Ok(Json(views::log(&app).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct HeadsQuery {
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// All heads that were signed, the newest first.
#[utoipa::path(get, path = "/api/log/heads", operation_id = "log_heads",
    tag = "public", params(HeadsQuery), responses((status = 200, body = Listing<HeadView>)))]
async fn heads(State(app): State<SharedApp>, Query(query): Query<HeadsQuery>) -> Answer<Json<Listing<HeadView>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    Ok(Json(views::heads(&mut app.db.read().await?, &page).await?))
}

/// The newest head alone, signed.
async fn checkpoint(State(app): State<SharedApp>) -> Answer<Response> {
    let note = actions::head(&app).await?.note;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], note)
        .into_response())
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ConsistencyQuery {
    /// Leaves of the older head.
    from: u64,
    /// Leaves of the newer.
    to: u64,
}

/// What proves that one head is the beginning of another.
#[utoipa::path(get, path = "/api/log/consistency", operation_id = "log_consistency",
    tag = "public", params(ConsistencyQuery), responses((status = 200, body = Consistency)))]
async fn consistency(State(app): State<SharedApp>, Query(query): Query<ConsistencyQuery>) -> Answer<Json<Consistency>> {
    Ok(Json(views::consistency(&app, query.from, query.to).await?))
}

/// A file by which a resident checks, without trusting us, that nothing was altered.
#[utoipa::path(get, path = "/api/receipt/proof", operation_id = "receipt_proof",
    tag = "receipt", responses((status = 200, body = ProofFile)))]
async fn proof(State(app): State<SharedApp>, asker: Resident) -> Answer<Json<ProofFile>> {
    Ok(Json(views::proof(&app, asker.report()).await?))
}

async fn tile(State(app): State<SharedApp>, Parts(path): Parts<String>) -> Answer<Response> {
    let wanted = asked_for(&path).ok_or_else(|| Error::new(Code::NotFound))?;
    let at = (wanted.level(), wanted.level_index());
    let found = store::tile_unscoped(&mut app.db.read().await?, at).await?;
    let width = usize::try_from(wanted.width()).unwrap_or_default() * 32;
    let bytes = found.and_then(|hashes| hashes.get(..width).map(<[u8]>::to_vec));
    let bytes = bytes.ok_or_else(|| Error::new(Code::NotFound))?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, bytes).into_response())
}

/// The tile of an address; none for what names none.
fn asked_for(path: &str) -> Option<Tile> {
    // The crate takes a level that no tree has, and a width of nothing, for a mistake of the program.
    let (level, _) = path.split_once('/')?;
    if level.parse::<u8>().ok()? >= 8 || path.ends_with(".p/0") {
        return None;
    }
    // C2SP leaves out the height, which is always 8.
    Tile::from_path(&format!("tile/8/{path}")).ok()
}
