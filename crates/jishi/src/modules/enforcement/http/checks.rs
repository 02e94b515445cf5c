//! Checks.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Code, Day, Error, Id, Instant, Listing, Names, Page, RegionCode, Result};
use serde::Deserialize;

use super::some;
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        App, SharedApp,
        enforcement::{
            actions::{self, NewCheck},
            model::{Check, CheckResult, CheckSource, Whistle},
            store::CheckFilter,
            views::{self, CheckRow},
        },
        register::Item,
    },
    platform::access::{Actor, Permission, Person},
};

/// Filters of the list; all of them hold together.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CheckQuery {
    /// In this place or below it.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// Only what waits to be looked at again, the soonest first.
    #[serde(default)]
    waiting: bool,
    /// Of them, those whose day is over.
    #[serde(default)]
    late: bool,
    /// With this result.
    result: Option<CheckResult>,
    /// From this source.
    source: Option<CheckSource>,
    /// Code of a delegated item.
    item: Option<String>,
    /// That came of a whistle.
    #[param(value_type = Option<uuid::Uuid>)]
    whistle: Option<Id<Whistle>>,
    /// One's own.
    #[serde(default)]
    mine: bool,
    /// The first day.
    from: Option<Day>,
    /// The last day.
    to: Option<Day>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl CheckQuery {
    fn filter(&self, app: &App, actor: &Actor) -> CheckFilter {
        let start = |day: Day| day.at(jiff::civil::Time::midnight(), &app.settings.zone);
        CheckFilter {
            region: self.region.clone(),
            is_waiting: self.waiting || self.late,
            overdue_by: self.late.then(|| app.today()),
            result: self.result,
            source: self.source,
            item: some(self.item.clone()),
            whistle: self.whistle,
            officer: self.mine.then_some(actor.person),
            from: self.from.map(start),
            before: self.to.map(|to| start(to.plus(1))),
        }
    }
}

/// Checks of one's places, the newest first.
#[utoipa::path(get, path = "/api/enforcement/checks", operation_id = "list_enforcement_checks",
    tag = "staff", params(CheckQuery), responses((status = 200, body = Listing<CheckRow>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<CheckQuery>,
) -> Answer<Json<Listing<CheckRow>>> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let filter = query.filter(&app, &actor);
    let mut db = app.db.read().await?;
    Ok(Json(views::check_listing(&mut db, &app, &actor, (&scope, &filter), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/enforcement/checks.csv", operation_id = "export_enforcement_checks",
    tag = "staff", params(CheckQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<CheckQuery>,
) -> Answer<Response> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let what = (actor.clone(), scope, query.filter(&app, &actor));
    Ok(sheet::lines(export, "checks", views::check_columns(lang), move |rows| {
        views::write_checks(app, what, lang, rows)
    }))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/enforcement/checks.xlsx", operation_id = "export_enforcement_checks_as_workbook",
    tag = "staff", params(CheckQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<CheckQuery>,
) -> Answer<Response> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let what = (actor.clone(), scope, query.filter(&app, &actor));
    let name = Names::new("执法检查", "Checks").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "checks", name, views::check_columns(lang), move |rows| {
        views::write_checks(app, what, lang, rows)
    }))
}

/// A check to be entered; whoever enters it is one of the two officers.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementCheckNew)]
pub(super) struct New {
    /// The narrowest place.
    place: RegionCode,
    /// Where, in words.
    place_text: Option<String>,
    /// The thing of the register.
    #[schema(value_type = Option<uuid::Uuid>)]
    thing: Option<Id<Item>>,
    /// Code of the delegated item.
    item: String,
    /// When; now if not said.
    checked_at: Option<Instant>,
    /// The other officer.
    #[schema(value_type = Option<uuid::Uuid>)]
    second: Option<Id<Person>>,
    /// What came of it.
    result: CheckResult,
    /// What was found.
    words: String,
    /// Photos, by the hashes they were uploaded under.
    #[serde(default)]
    photos: Vec<String>,
    /// By when it is mended.
    mend_by: Option<Day>,
    /// Number of the resident's case it follows.
    report: Option<String>,
    /// The whistle it follows.
    #[schema(value_type = Option<uuid::Uuid>)]
    whistle: Option<Id<Whistle>>,
    /// The check it looks at again.
    #[schema(value_type = Option<uuid::Uuid>)]
    recheck_of: Option<Id<Check>>,
}

/// Enters a check by two certified officers.
#[utoipa::path(post, path = "/api/enforcement/checks", operation_id = "create_enforcement_check",
    tag = "staff", request_body = New, responses((status = 201, body = CheckRow)))]
pub(super) async fn create(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<New>,
) -> Answer<(StatusCode, Json<CheckRow>)> {
    let key = operation.by(actor.person, "enforcement.check")?;
    let new = NewCheck {
        place: body.place,
        place_text: some(body.place_text),
        thing: body.thing,
        item: body.item,
        checked_at: body.checked_at,
        second: body.second.ok_or_else(|| Error::field("second", Code::Required))?,
        result: body.result,
        words: body.words,
        photos: body.photos,
        mend_by: body.mend_by,
        report: some(body.report),
        whistle: body.whistle,
        recheck_of: body.recheck_of,
    };
    let id = actions::check(&app, &actor, new, key).await?;
    Ok((StatusCode::CREATED, Json(read(&app, &actor, id).await?)))
}

async fn read(app: &App, actor: &Actor, id: Id<Check>) -> Result<CheckRow> {
    views::check_row(&mut app.db.read().await?, app, actor, id).await
}

/// One check.
#[utoipa::path(get, path = "/api/enforcement/checks/{id}", operation_id = "read_enforcement_check",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = CheckRow)))]
pub(super) async fn one(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Check>>,
) -> Answer<Json<CheckRow>> {
    Ok(Json(read(&app, &actor, id).await?))
}

/// Why a check does not count.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementStrike)]
pub(super) struct Strike {
    /// Why.
    words: String,
    /// The version that was seen.
    version: i64,
}

/// Strikes a check that was entered by mistake.
#[utoipa::path(post, path = "/api/enforcement/checks/{id}/strike", operation_id = "strike_enforcement_check",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = Strike, responses((status = 200, body = CheckRow)))]
pub(super) async fn strike(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Check>>,
    Input { body, operation }: Input<Strike>,
) -> Answer<Json<CheckRow>> {
    let key = operation.by(actor.person, "enforcement.strike")?;
    actions::strike(&app, &actor, (id, body.version), &body.words, key).await?;
    Ok(Json(read(&app, &actor, id).await?))
}
