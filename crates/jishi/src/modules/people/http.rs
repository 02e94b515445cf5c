//! Addresses of units, people and posts.

use utoipa_axum::router::OpenApiRouter;

use super::login;
use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().merge(login::http::routes())
}
