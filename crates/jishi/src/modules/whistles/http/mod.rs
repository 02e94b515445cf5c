//! Addresses of whistles.

mod calls;
mod lists;
mod office;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(lists::list, office::raise))
        .routes(routes!(lists::export))
        .routes(routes!(lists::export_workbook))
        .routes(routes!(lists::waiting))
        .routes(routes!(lists::form))
        .routes(routes!(lists::figures))
        .routes(routes!(lists::calls))
        .routes(routes!(lists::export_calls))
        .routes(routes!(lists::export_calls_workbook))
        .routes(routes!(office::one))
        .routes(routes!(office::call_more))
        .routes(routes!(office::compose))
        .routes(routes!(office::escalate))
        .routes(routes!(office::decide))
        .routes(routes!(office::withdraw))
        .routes(routes!(calls::reply))
        .routes(routes!(calls::arrive))
        .routes(routes!(calls::result))
        .routes(routes!(calls::grade))
        .routes(routes!(calls::rate))
}
