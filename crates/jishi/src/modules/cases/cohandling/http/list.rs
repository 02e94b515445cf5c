//! The list of shares.

use axum::{Json, extract::State, response::Response};
use kernel::{Id, Listing, Names, Page, Result};
use serde::Deserialize;

use crate::{
    http::{
        export::Exporter,
        extract::{Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::cohandling::{
            export as files,
            model::{ShareFilter, ShareState, Whose},
            shapes::ShareRow,
            views,
        },
    },
    platform::access::{Actor, Permission, Scope, Unit},
};

/// Whose shares.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WhoseShares {
    /// Those of my units.
    Mine,
    /// Those my units gave.
    Given,
    /// Those of cases in my places.
    Place,
}

/// Filters of the list; all of them hold together.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct ShareQuery {
    /// Mine where nothing is said, for whoever has a unit; those of my places otherwise.
    #[param(inline)]
    whose: Option<WhoseShares>,
    /// Something is still to be done about them.
    open: Option<bool>,
    /// Their answer is still owed.
    owed: Option<bool>,
    state: Option<ShareState>,
    /// Answered too late, or owed past their deadline.
    late: Option<bool>,
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    cursor: Option<String>,
    limit: Option<i64>,
}

impl ShareQuery {
    /// The list's scope and filter. Units' own lists are those of units one handles cases for.
    fn narrow(&self, app: &SharedApp, actor: &Actor) -> Result<(Scope, ShareFilter)> {
        let read = actor.require(Permission::CaseRead)?;
        let handled = actor.require(Permission::CaseHandle).unwrap_or_default();
        let whose = match self.whose {
            Some(WhoseShares::Mine) => Whose::Mine,
            Some(WhoseShares::Given) => Whose::Given,
            Some(WhoseShares::Place) => Whose::Place,
            None if handled.units.is_empty() => Whose::Place,
            None => Whose::Mine,
        };
        let scope = Scope { places: read.places, units: handled.units };
        let filter = ShareFilter {
            whose,
            is_open: self.open,
            is_owed: self.owed,
            state: self.state,
            is_late: self.late,
            unit: self.unit,
            now: app.now(),
        };
        Ok((scope, filter))
    }
}

/// Shares of the work, the newest first.
#[utoipa::path(get, path = "/api/shares", operation_id = "list_shares",
    tag = "staff", params(ShareQuery), responses((status = 200, body = Listing<ShareRow>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ShareQuery>,
) -> Answer<Json<Listing<ShareRow>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let (scope, filter) = query.narrow(&app, &actor)?;
    let mut db = app.db.read().await?;
    Ok(Json(views::listing(&mut db, &app, &actor, (&scope, &filter), &page).await?))
}

/// The same list as a file, streamed.
#[utoipa::path(get, path = "/api/shares.csv", operation_id = "export_shares",
    tag = "staff", params(ShareQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ShareQuery>,
) -> Answer<Response> {
    let of = query.narrow(&app, &actor)?;
    Ok(sheet::lines(export, "shares", files::columns(lang), move |rows| files::batches(app, of, lang, rows)))
}

/// The same list as a workbook.
#[utoipa::path(get, path = "/api/shares.xlsx", operation_id = "export_shares_as_workbook",
    tag = "staff", params(ShareQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ShareQuery>,
) -> Answer<Response> {
    let of = query.narrow(&app, &actor)?;
    let name = Names::new("分工", "Shares").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "shares", name, files::columns(lang), move |rows| files::batches(app, of, lang, rows)))
}
