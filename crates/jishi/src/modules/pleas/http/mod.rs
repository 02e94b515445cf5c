//! Requests and answers.

mod case;
mod desk;
mod exclusions;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(case::read, case::ask))
        .routes(routes!(desk::list))
        .routes(routes!(desk::export))
        .routes(routes!(desk::export_workbook))
        .routes(routes!(desk::decide))
        .routes(routes!(desk::withdraw))
        .routes(routes!(desk::appeal))
        .routes(routes!(exclusions::list))
        .routes(routes!(exclusions::reasons))
        .routes(routes!(exclusions::export))
        .routes(routes!(exclusions::export_workbook))
}
