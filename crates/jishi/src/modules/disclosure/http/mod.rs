//! Addresses of what is public, and of the summaries behind it.

mod data;
mod fresh;
mod public;
mod staff;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(public::list))
        .routes(routes!(public::one))
        .routes(routes!(public::parked))
        .routes(routes!(public::figures))
        .routes(routes!(public::map))
        .routes(routes!(data::about))
        .routes(routes!(data::csv))
        .routes(routes!(data::json))
        .routes(routes!(data::geojson))
        .routes(routes!(staff::read))
        .routes(routes!(staff::propose))
        .routes(routes!(staff::approve))
        .routes(routes!(staff::take_down))
        .routes(routes!(staff::list))
        .routes(routes!(staff::export))
        .routes(routes!(staff::export_workbook))
        .routes(routes!(staff::approve_all))
}
