//! Addresses of the room.

mod finding;
mod gateways;
mod wishes;

use utoipa_axum::router::OpenApiRouter;

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().merge(gateways::routes()).merge(wishes::routes()).merge(finding::routes())
}
