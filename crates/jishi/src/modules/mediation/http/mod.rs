//! Addresses of mediation.

mod disputes;
mod hearings;

use utoipa_axum::router::OpenApiRouter;

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    disputes::routes().merge(hearings::routes())
}
