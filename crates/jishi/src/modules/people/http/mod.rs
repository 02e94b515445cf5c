//! Addresses of units, people and posts.

mod cover;
mod people;
mod units;

use utoipa_axum::router::OpenApiRouter;

use super::{import, login};
use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .merge(login::http::routes())
        .merge(import::http::routes())
        .merge(units::routes())
        .merge(people::routes())
        .merge(cover::routes())
}

/// An empty parameter is none.
fn some(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).cloned()
}
