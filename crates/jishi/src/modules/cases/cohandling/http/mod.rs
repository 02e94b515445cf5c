//! Addresses of co-handling: of a case's shares, of the list, of a contractor's link.

mod link;
mod list;
mod shares;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(shares::read, shares::give))
        .routes(routes!(shares::make_link))
        .routes(routes!(shares::agree))
        .routes(routes!(shares::sign))
        .routes(routes!(shares::answer))
        .routes(routes!(shares::decline))
        .routes(routes!(shares::accept))
        .routes(routes!(shares::send_back))
        .routes(routes!(shares::end))
        .routes(routes!(list::list))
        .routes(routes!(list::export))
        .routes(routes!(list::export_workbook))
        .routes(routes!(link::read))
        .routes(routes!(link::sign))
        .routes(routes!(link::note))
        .routes(routes!(link::answer))
}
