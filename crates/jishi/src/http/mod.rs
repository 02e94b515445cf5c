//! The web: routes put together, errors turned into answers, who is asking read from a request.

pub mod assets;
pub mod export;
pub mod extract;
pub mod guard;
pub mod import;
pub mod limit;
pub mod live;
pub mod named;
pub mod problem;
pub mod sheet;
pub mod staff;
pub mod system;
pub mod tagged;
pub mod watch;

use axum::{Router, middleware};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer, limit::RequestBodyLimitLayer,
};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::modules::{
    SharedApp, audit, briefs, calendar, call_backs, cases, catalog, demo, disclosure, enforcement, erasures,
    indicators, links, matters, mediation, messages, neighbours, objections, patrols, people, photos, phrases, pleas,
    processing, rechecks, recurrence, redrawing, regions, register, retention, routing, saved_views, signs, sources,
    supervision, transparency, visits, whistles, workbook,
};

/// The largest request taken: a photo of 20 MB and a little around it.
const MAX_BODY: usize = 21 * 1024 * 1024;

/// The head of the API document; operations come from the modules. The tag of an operation is its audience:
/// `public` (no token), `receipt` (a resident with their receipt), `staff` (a session), `source` (the system of a line
/// outside with its key), `link` (a contractor with the link to a share of one case).
#[derive(OpenApi)]
#[openapi(info(
    title = "Jishi 基石",
    description = "The platform for grassroots governance. 基层治理开放平台。",
    license(name = "Apache-2.0 OR MulanPSL-2.0")
))]
struct Document;

fn api() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(system::routes())
        .merge(live::routes())
        .merge(people::http::routes())
        .merge(audit::http::routes())
        .merge(matters::http::routes())
        .merge(catalog::http::routes())
        .merge(calendar::http::routes())
        .merge(regions::http::routes())
        .merge(register::http::routes())
        .merge(photos::http::routes())
        .merge(phrases::http::routes())
        .merge(redrawing::http::routes())
        .merge(messages::http::routes())
        .merge(workbook::http::routes())
        .merge(sources::http::routes())
        .merge(routing::http::routes())
        .merge(disclosure::http::routes())
        .merge(enforcement::http::routes())
        .merge(cases::http::routes())
        .merge(pleas::http::routes())
        .merge(supervision::http::routes())
        .merge(call_backs::http::routes())
        .merge(rechecks::http::routes())
        .merge(briefs::http::routes())
        .merge(indicators::http::routes())
        .merge(signs::http::routes())
        .merge(objections::http::routes())
        .merge(saved_views::http::routes())
        .merge(patrols::http::routes())
        .merge(links::http::routes())
        .merge(visits::http::routes())
        .merge(neighbours::http::routes())
        .merge(whistles::http::routes())
        .merge(mediation::http::routes())
        .merge(recurrence::http::routes())
        .merge(transparency::http::routes())
        .merge(erasures::http::routes())
        .merge(retention::http::routes())
        .merge(processing::http::routes())
        .merge(demo::http::routes())
}

/// The API document, as served at `/openapi.json`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

/// Everything the binary serves.
pub fn router(app: &SharedApp) -> Router {
    let (routes, document) = api().split_for_parts();
    let routes = routes
        .route_layer(middleware::from_fn_with_state(named::Named::of(&document), named::only))
        .merge(system::document(&document))
        .merge(transparency::http::mirrored())
        .fallback(assets::serve)
        .method_not_allowed_fallback(problem::method_not_allowed);
    around(app, routes)
}

/// Puts around routes what every request and every answer has in common, whatever goes wrong inside.
pub fn around(app: &SharedApp, routes: Router<SharedApp>) -> Router {
    let mut router = routes.layer(RequestBodyLimitLayer::new(MAX_BODY)).layer(CsrfLayer::new());
    if app.settings.limits {
        let limiter = limit::Limiter::new(app.clock.clone());
        router = router.layer(middleware::from_fn_with_state((SharedApp::clone(app), limiter), limit::limit));
    }
    router
        .layer(middleware::from_fn(watch::timeout))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn(problem::render))
        .layer(middleware::from_fn_with_state(guard::Guard::of(&app.settings), guard::headers))
        .layer(middleware::from_fn(watch::log))
        .with_state(SharedApp::clone(app))
}
