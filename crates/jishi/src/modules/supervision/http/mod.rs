//! Requests and answers.

mod case;
mod desk;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(case::read, case::impose))
        .routes(routes!(case::change))
        .routes(routes!(case::answer))
        .routes(routes!(case::release))
        .routes(routes!(desk::list))
        .routes(routes!(desk::export))
        .routes(routes!(desk::export_workbook))
        .routes(routes!(desk::triggers))
        .routes(routes!(desk::print))
        .routes(routes!(desk::circular))
}
