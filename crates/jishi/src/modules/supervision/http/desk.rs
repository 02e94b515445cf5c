//! The list of supervisions, and its letters: `/api/supervisions`.

use axum::{Json, extract::State, response::Response};
use kernel::{Day, Id, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};

use crate::{
    http::{
        export::Exporter,
        extract::{Input, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::Grade,
        supervision::{
            actions::{self, Letter},
            export,
            model::{Supervision, SupervisionFilter},
            views::{self, SupervisionRow, SupervisionTrigger},
        },
    },
    platform::access::{Actor, Permission, Scope, Unit},
};

/// Which supervisions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SupervisionQuery {
    /// Those that last, or those that were released.
    open: Option<bool>,
    grade: Option<Grade>,
    /// 情形, by its code.
    trigger: Option<String>,
    /// The unit that leads.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// A place of mine.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// Not answered in time.
    late: Option<bool>,
    /// Only those of my own units.
    ours: Option<bool>,
    cursor: Option<String>,
    limit: Option<i64>,
}

impl SupervisionQuery {
    fn read(self, app: &SharedApp, actor: &Actor) -> Answer<(Scope, SupervisionFilter)> {
        let mut scope = actor.require(Permission::CaseRead)?;
        if let Some(region) = self.region {
            let own = scope.places.iter().any(|place| place.covers(&region));
            scope = Scope { places: if own { vec![region] } else { Vec::new() }, units: Vec::new() };
        }
        if self.ours == Some(true) {
            scope.places.clear();
        }
        let filter = SupervisionFilter {
            is_open: self.open,
            grade: self.grade,
            trigger: self.trigger.filter(|code| !code.is_empty()),
            unit: self.unit,
            is_late: self.late == Some(true),
            now: app.now(),
        };
        Ok((scope, filter))
    }
}

/// Supervisions in my scope: those that last by when they are due, others newest first.
#[utoipa::path(get, path = "/api/supervisions", operation_id = "list_supervisions",
    tag = "staff", params(SupervisionQuery), responses((status = 200, body = Listing<SupervisionRow>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<SupervisionQuery>,
) -> Answer<Json<Listing<SupervisionRow>>> {
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let (scope, filter) = query.read(&app, &actor)?;
    Ok(Json(views::listing(&mut app.db.read().await?, &app, &actor, (&scope, &filter), &page).await?))
}

/// The same list as a file, streamed.
#[utoipa::path(get, path = "/api/supervisions.csv", operation_id = "export_supervisions",
    tag = "staff", params(SupervisionQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<SupervisionQuery>,
) -> Answer<Response> {
    let (scope, filter) = query.read(&app, &actor)?;
    Ok(sheet::lines(export, "supervisions", export::columns(lang), move |rows| {
        export::batches(app, (actor, scope), filter, lang, rows)
    }))
}

/// The same list as a workbook.
#[utoipa::path(get, path = "/api/supervisions.xlsx", operation_id = "export_supervisions_as_workbook",
    tag = "staff", params(SupervisionQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<SupervisionQuery>,
) -> Answer<Response> {
    let (scope, filter) = query.read(&app, &actor)?;
    let name = Names::new("督办", "Supervisions").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "supervisions", name, export::columns(lang), move |rows| {
        export::batches(app, (actor, scope), filter, lang, rows)
    }))
}

/// 督办情形
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TriggerList {
    rows: Vec<SupervisionTrigger>,
}

/// For what cases are put under supervision: the rules in force, and a leader's instruction.
#[utoipa::path(get, path = "/api/supervisions/triggers", operation_id = "list_supervision_triggers",
    tag = "staff", responses((status = 200, body = TriggerList)))]
pub(super) async fn triggers(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<TriggerList>> {
    actor.require(Permission::CaseRead)?;
    Ok(Json(TriggerList { rows: views::triggers(&app) }))
}

/// What is to be printed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct PrintSupervisions {
    /// Up to 50, in the order of the sheets.
    #[schema(value_type = Vec<uuid::Uuid>)]
    ids: Vec<Id<Supervision>>,
}

/// 督办通知单 as one PDF, in the reader's language. A write, because what leaves on paper stands on the trail.
#[utoipa::path(post, path = "/api/supervisions/print", operation_id = "print_supervisions",
    tag = "staff", request_body = PrintSupervisions, responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub(super) async fn print(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Input { body, operation }: Input<PrintSupervisions>,
) -> Answer<Response> {
    let key = operation.by(actor.person, "supervision.print")?;
    Ok(sheet::pdf("supervision.pdf", actions::print(&app, actor, Letter::Notices(body.ids), lang, key).await?))
}

/// Of which place and days.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CircularBody {
    /// A county or a township of mine.
    #[schema(value_type = String)]
    region: RegionCode,
    /// The first day.
    from: Day,
    /// The last day.
    to: Day,
}

/// 督办情况通报 as PDF: units with their figures, in the order of their names.
#[utoipa::path(post, path = "/api/supervisions/circular", operation_id = "print_circular",
    tag = "staff", request_body = CircularBody, responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
pub(super) async fn circular(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Input { body, operation }: Input<CircularBody>,
) -> Answer<Response> {
    let key = operation.by(actor.person, "supervision.circular")?;
    let letter = Letter::Circular(body.region, body.from, body.to);
    Ok(sheet::pdf("circular.pdf", actions::print(&app, actor, letter, lang, key).await?))
}
