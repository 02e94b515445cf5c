//! Lists of cases, and a case.

use axum::{Json, extract::State, response::Response};
use kernel::{Day, Id, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};

use super::some;
use crate::{
    http::{
        export::Exporter,
        extract::{Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        App, SharedApp, cases,
        enforcement::{
            model::{Case, CaseStatus, Whistle},
            store::{self, CaseFilter, CaseView},
            views::{self, CaseDetail, CaseRow, LinkView},
        },
    },
    platform::access::{Actor, Permission},
};

/// Filters of the list; all of them hold together. There is none by party.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CaseQuery {
    /// Which list; all of them if not said.
    #[param(inline)]
    view: Option<CaseView>,
    /// In this place or below it.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// What was done last.
    status: Option<CaseStatus>,
    /// Code of a delegated item.
    item: Option<String>,
    /// That came of a whistle.
    #[param(value_type = Option<uuid::Uuid>)]
    whistle: Option<Id<Whistle>>,
    /// The whole number of a case.
    number: Option<String>,
    /// The first day of filing.
    from: Option<Day>,
    /// The last day of filing.
    to: Option<Day>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl CaseQuery {
    fn filter(self, app: &App, actor: &Actor) -> CaseFilter {
        let start = |day: Day| day.at(jiff::civil::Time::midnight(), &app.settings.zone);
        CaseFilter {
            view: self.view.unwrap_or(CaseView::All),
            person: actor.person,
            now: app.now(),
            region: self.region,
            status: self.status,
            item: some(self.item),
            whistle: self.whistle,
            number: some(self.number),
            from: self.from.map(start),
            before: self.to.map(|to| start(to.plus(1))),
        }
    }
}

/// Cases of one's places.
#[utoipa::path(get, path = "/api/enforcement/cases", operation_id = "list_enforcement_cases",
    tag = "staff", params(CaseQuery), responses((status = 200, body = Listing<CaseRow>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<CaseQuery>,
) -> Answer<Json<Listing<CaseRow>>> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let filter = query.filter(&app, &actor);
    let mut db = app.db.read().await?;
    Ok(Json(views::case_listing(&mut db, &app, (&scope, &filter), &page).await?))
}

/// The same as a file; persons stay masked.
#[utoipa::path(get, path = "/api/enforcement/cases.csv", operation_id = "export_enforcement_cases",
    tag = "staff", params(CaseQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<CaseQuery>,
) -> Answer<Response> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let what = (scope, query.filter(&app, &actor));
    Ok(sheet::lines(export, "enforcement", views::case_columns(lang), move |rows| {
        views::write_cases(app, what, lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/enforcement/cases.xlsx", operation_id = "export_enforcement_cases_as_workbook",
    tag = "staff", params(CaseQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<CaseQuery>,
) -> Answer<Response> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let what = (scope, query.filter(&app, &actor));
    let name = Names::new("执法案件", "Enforcement cases").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "enforcement", name, views::case_columns(lang), move |rows| {
        views::write_cases(app, what, lang, rows)
    }))
}

/// Cases by their numbers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementLinks)]
pub(super) struct Links {
    /// The oldest first.
    rows: Vec<LinkView>,
}

/// The enforcement cases that a resident's case led to; for whoever may see that one, and enforcement.
#[utoipa::path(get, path = "/api/cases/{id}/enforcement", operation_id = "list_enforcement_of_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = Links)))]
pub(super) async fn of_report(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<cases::Case>>,
) -> Answer<Json<Links>> {
    actor.require(Permission::EnforcementRead)?;
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let case = cases::get(&mut db, &scope, id).await?;
    let found = store::of_report_unscoped(&mut db, case.id).await?;
    Ok(Json(Links { rows: found.into_iter().map(|it| LinkView::new(it.id, it.number)).collect() }))
}

/// Everything about a case.
#[utoipa::path(get, path = "/api/enforcement/cases/{id}", operation_id = "read_enforcement_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = CaseDetail)))]
pub(super) async fn one(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<CaseDetail>> {
    Ok(Json(views::case_detail(&mut app.db.read().await?, &app, &actor, id).await?))
}
