//! Addresses of the township's enforcement.

mod cases;
mod checks;
mod people;
mod public;
mod steps;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(people::items))
        .routes(routes!(people::officers))
        .routes(routes!(people::certificate, people::certify))
        .routes(routes!(people::today))
        .routes(routes!(checks::list, checks::create))
        .routes(routes!(checks::export))
        .routes(routes!(checks::export_workbook))
        .routes(routes!(checks::one))
        .routes(routes!(checks::strike))
        .routes(routes!(cases::list, steps::file))
        .routes(routes!(cases::export))
        .routes(routes!(cases::export_workbook))
        .routes(routes!(cases::of_report))
        .routes(routes!(cases::one))
        .routes(routes!(steps::act))
        .routes(routes!(steps::open))
        .routes(routes!(steps::print))
        .routes(routes!(public::items))
        .routes(routes!(public::decisions))
        .routes(routes!(public::decision))
}

/// A text that says something.
fn some(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
