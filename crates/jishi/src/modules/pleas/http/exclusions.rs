//! 剔除清单: `/api/exclusions`.

use axum::{Json, extract::State, response::Response};
use kernel::{Day, Id, Listing, Names, Page};
use serde::{Deserialize, Serialize};

use crate::{
    http::{
        export::Exporter,
        extract::{Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        App, SharedApp,
        pleas::{
            exclusions::{self, ExclusionRow},
            model::{PleaFilter, PleaKind, PleaState},
        },
    },
    platform::access::Unit,
};

/// Which exclusions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExclusionQuery {
    state: Option<PleaState>,
    /// 剔除原因, by its code.
    code: Option<String>,
    /// The unit that asked.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// Asked for on this day or later.
    from: Option<Day>,
    /// Asked for on this day or earlier.
    to: Option<Day>,
    cursor: Option<String>,
    limit: Option<i64>,
}

impl ExclusionQuery {
    fn filter(&self, app: &App) -> PleaFilter {
        let midnight = |day: Day| day.at(jiff::civil::Time::midnight(), &app.settings.zone);
        PleaFilter {
            kind: Some(PleaKind::Exclusion),
            state: self.state,
            code: self.code.clone(),
            unit: self.unit,
            from: self.from.map(midnight),
            until: self.to.map(|day| midnight(day.plus(1))),
            now: app.now(),
            ..PleaFilter::default()
        }
    }
}

/// What was left out of the count, or shall be: for auditors, and for those who read the cases. No resident's words.
#[utoipa::path(get, path = "/api/exclusions", operation_id = "list_exclusions",
    tag = "staff", params(ExclusionQuery), responses((status = 200, body = Listing<ExclusionRow>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ExclusionQuery>,
) -> Answer<Json<Listing<ExclusionRow>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    Ok(Json(exclusions::listing(&mut db, &app, &actor, &query.filter(&app), &page).await?))
}

/// A reason for which a case may be left out of the count.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ExclusionReason {
    /// Its code.
    code: String,
    /// Its names.
    names: Names,
}

/// 剔除原因
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ExclusionReasons {
    /// In the order of the list.
    rows: Vec<ExclusionReason>,
}

/// The reasons in force, to choose from.
#[utoipa::path(get, path = "/api/exclusions/reasons", operation_id = "list_exclusion_reasons",
    tag = "staff", responses((status = 200, body = ExclusionReasons)))]
pub(super) async fn reasons(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<ExclusionReasons>> {
    exclusions::seen_by(&actor)?;
    let reason = |entry: &crate::modules::pleas::limits::Entry| ExclusionReason {
        code: entry.code.clone(),
        names: entry.names.clone(),
    };
    Ok(Json(ExclusionReasons { rows: app.pleas.get().exclusions.iter().map(reason).collect() }))
}

/// The same list as a file.
#[utoipa::path(get, path = "/api/exclusions.csv", operation_id = "export_exclusions",
    tag = "staff", params(ExclusionQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ExclusionQuery>,
) -> Answer<Response> {
    exclusions::seen_by(&actor)?;
    let filter = query.filter(&app);
    Ok(sheet::lines(export, "exclusions", exclusions::columns(lang), move |rows| {
        exclusions::batches(app, (actor, filter), lang, rows)
    }))
}

/// The same list as a workbook.
#[utoipa::path(get, path = "/api/exclusions.xlsx", operation_id = "export_exclusions_as_workbook",
    tag = "staff", params(ExclusionQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<ExclusionQuery>,
) -> Answer<Response> {
    exclusions::seen_by(&actor)?;
    let filter = query.filter(&app);
    let title = Names::new("剔除清单", "Left out of the count").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "exclusions", title, exclusions::columns(lang), move |rows| {
        exclusions::batches(app, (actor, filter), lang, rows)
    }))
}
