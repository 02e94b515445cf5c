//! Addresses of reports and cases: for the public, for residents with a receipt, for staff.

mod desk;
mod many;
mod print;
mod public;
mod resident;
mod split;
mod staff;
mod steps;
mod unit;

pub use resident::{PartQuery, Resident};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::modules::SharedApp;

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(public::report))
        .routes(routes!(public::nearby))
        .routes(routes!(resident::follow))
        .routes(routes!(resident::remark))
        .routes(routes!(resident::reply))
        .routes(routes!(resident::verdict))
        .routes(routes!(resident::reopen))
        .routes(routes!(resident::withdraw))
        .routes(routes!(resident::messages))
        .routes(routes!(resident::events))
        .routes(routes!(staff::today))
        .routes(routes!(staff::list, staff::enter))
        .routes(routes!(staff::export))
        .routes(routes!(staff::export_workbook))
        .routes(routes!(staff::detail))
        .routes(routes!(staff::proposal))
        .routes(routes!(staff::open_contact))
        .routes(routes!(staff::leave))
        .merge(desk::routes())
        .routes(routes!(split::take_out))
        .routes(routes!(split::split))
        .merge(many::routes())
        .merge(print::routes())
        .merge(unit::routes())
        .merge(super::cohandling::http::routes())
}
