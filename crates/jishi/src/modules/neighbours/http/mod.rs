//! Addresses of registrations, needs and projects.

mod needs;
mod projects;
mod registrations;

use axum::response::Response;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::views::{self, Sheet};
use crate::{
    http::{export::Exporter, problem::Answer, sheet},
    modules::SharedApp,
    platform::access::Permission,
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(registrations::offers))
        .routes(routes!(registrations::list, registrations::register))
        .routes(routes!(registrations::export))
        .routes(routes!(registrations::export_workbook))
        .routes(routes!(registrations::change))
        .routes(routes!(registrations::answer))
        .routes(routes!(registrations::end))
        .routes(routes!(needs::list_needs, needs::publish))
        .routes(routes!(needs::export_needs))
        .routes(routes!(needs::export_needs_workbook))
        .routes(routes!(needs::read_need, needs::change_need))
        .routes(routes!(needs::withdraw_need))
        .routes(routes!(projects::list_projects, projects::promise))
        .routes(routes!(projects::export_projects))
        .routes(routes!(projects::export_projects_workbook))
        .routes(routes!(projects::report))
        .routes(routes!(projects::judge))
        .routes(routes!(projects::give_up))
        .routes(routes!(needs::open_needs))
}

fn lines(
    app: SharedApp,
    Exporter(actor, export): Exporter,
    name: &str,
    of: Sheet,
    lang: kernel::Lang,
) -> Answer<Response> {
    actor.require(Permission::NeighbourRead)?;
    Ok(sheet::lines(export, name, of.columns(lang), move |rows| views::batches(app, (actor, of), lang, rows)))
}

fn workbook(
    app: SharedApp,
    Exporter(actor, export): Exporter,
    name: &str,
    of: Sheet,
    lang: kernel::Lang,
) -> Answer<Response> {
    actor.require(Permission::NeighbourRead)?;
    let title = of.title().in_lang(lang).to_owned();
    Ok(sheet::workbook(export, name, title, of.columns(lang), move |rows| views::batches(app, (actor, of), lang, rows)))
}

/// Which version of a record.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct NeighbourSeen {
    /// The version that was seen.
    version: i64,
}
