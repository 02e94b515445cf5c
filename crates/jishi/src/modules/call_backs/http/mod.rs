//! Addresses of call-backs: the desk's queue, the page of a case, and the link that a resident holds.

mod desk;
mod link;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(desk::list))
        .routes(routes!(desk::export))
        .routes(routes!(desk::export_workbook))
        .routes(routes!(desk::counts))
        .routes(routes!(desk::detail))
        .routes(routes!(desk::attempt))
        .routes(routes!(desk::take_back))
        .routes(routes!(desk::send_link))
        .routes(routes!(desk::from_case))
        .routes(routes!(link::open, link::speak))
}
