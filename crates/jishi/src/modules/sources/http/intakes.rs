//! Files of orders that were brought in.

use std::collections::HashMap;

use axum::{Json, extract::State};
use kernel::{Cursor, Id, Instant, Listing, Page};
use serde::{Deserialize, Serialize};

use super::{CaseView, carrier};
use crate::{
    http::{
        extract::{Operation, Path, Query},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::Intake,
        people::{self, PersonRef},
        sources::{actions, model::IntakeRow, store},
    },
};

/// Which page of a list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// 导入: a file of orders that was brought in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderIntake)]
pub(super) struct IntakeView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Intake>,
    /// When.
    at: Instant,
    /// By whom.
    person: Option<PersonRef>,
    /// The file's name.
    file: String,
    /// Orders that were new.
    fresh: i64,
    /// Orders that were here already.
    known: i64,
    /// Orders that were here with other content.
    differing: i64,
    /// Rows with mistakes.
    mistaken: i64,
    /// When its last row was done; null while it comes in, or when it broke off.
    ended_at: Option<Instant>,
    /// When it was undone.
    undone_at: Option<Instant>,
    /// Cases withdrawn then.
    withdrawn: Option<i64>,
}

/// Files of orders that were brought in by colleagues of one's own places, the newest first.
#[utoipa::path(get, path = "/api/sources/{code}/intakes", operation_id = "list_order_intakes", tag = "staff", params(("code" = String, Path), PageQuery), responses((status = 200, body = Listing<IntakeView>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<String>,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Listing<IntakeView>>> {
    let carrier = carrier(&app, &actor)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    actions::find(&mut db, &app, &code, &carrier.home).await?;
    let rows = store::intakes_page(&mut db, &carrier, &code, &page).await?;
    let count = store::intakes_count(&mut db, &carrier, &code).await?;
    let ids: Vec<_> = rows.iter().filter_map(|intake| intake.person).collect();
    let people: HashMap<_, PersonRef> = people::people_unscoped(&mut db, &ids).await?;
    let view = |intake: IntakeRow| IntakeView {
        id: intake.id,
        at: intake.at,
        person: intake.person.and_then(|person| people.get(&person).cloned()),
        file: intake.file,
        fresh: intake.fresh,
        known: intake.known,
        differing: intake.differing,
        mistaken: intake.mistaken,
        ended_at: intake.ended_at,
        undone_at: intake.undone_at,
        withdrawn: intake.withdrawn,
    };
    Ok(Json(Listing::new(rows, &page, count, |intake| Cursor::pack(&(intake.at, intake.id))).map(view)))
}

/// What became of an intake that was undone.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderUndone)]
pub(super) struct UndoneView {
    /// Cases withdrawn.
    withdrawn: i64,
    /// Cases that stay, because somebody has worked on them.
    kept: Vec<CaseView>,
}

/// Takes an intake back: cases that nobody has touched are withdrawn, the others are named and stay.
#[utoipa::path(delete, path = "/api/sources/{code}/intakes/{id}", operation_id = "undo_order_intake", tag = "staff", params(("code" = String, Path), ("id" = String, Path)), responses((status = 200, body = UndoneView)))]
pub(super) async fn undo(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path((code, id)): Path<(String, Id<Intake>)>,
    operation: Operation,
) -> Answer<Json<UndoneView>> {
    let carrier = carrier(&app, &actor)?;
    let key = operation.by(actor.person, "sources.undo")?;
    let done = actions::undo(&app, carrier, code, id, key).await?;
    Ok(Json(UndoneView { withdrawn: done.withdrawn, kept: done.kept.into_iter().map(CaseView::new).collect() }))
}
