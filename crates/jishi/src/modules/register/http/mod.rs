//! Addresses of the register.

mod files;
mod items;
mod signs;
mod steps;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(items::kinds))
        .routes(routes!(items::list, steps::create))
        .routes(routes!(items::map))
        .routes(routes!(items::near))
        .routes(routes!(files::lines))
        .routes(routes!(files::workbook))
        .routes(routes!(files::template))
        .routes(routes!(files::import))
        .routes(routes!(items::detail, steps::change))
        .routes(routes!(steps::enter))
        .routes(routes!(steps::end))
        .routes(routes!(signs::give, signs::image))
        .routes(routes!(signs::read))
}
