//! What staff see of cases, and what they enter.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use db::Conn;
use kernel::{Day, Id, Instant, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};

use super::public::ReportBody;
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{
            about::Matters,
            actions::{self, NewReport, Reporter, Settlement},
            export,
            filter::{CaseFilter, View},
            ground,
            model::{Case, Channel, ClosedHow, Report, Status},
            proposal::{self, ProposalView},
            shapes::{CaseDetail, CaseRow},
            store, views,
        },
        contacts::{Field, Purpose},
        phrases::Phrase,
        register::Item,
    },
    platform::access::{Actor, Permission, Person, Scope, Unit},
};

/// Filters of the list; all of them hold together.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct CaseQuery {
    view: Option<View>,
    status: Option<Status>,
    matter: Option<String>,
    /// Codes of matters, of groups or of classes with all in them, with commas between; a case is about one of them.
    #[param(value_type = Option<String>)]
    matters: Option<Matters>,
    region: Option<RegionCode>,
    /// The thing of the register they are about.
    #[param(value_type = Option<uuid::Uuid>)]
    item: Option<Id<Item>>,
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    q: Option<String>,
    channel: Option<Channel>,
    overdue: Option<bool>,
    from: Option<Day>,
    to: Option<Day>,
    /// Ended on this day or later; the list then goes by when they ended.
    ended_from: Option<Day>,
    /// Ended on this day or before.
    ended_to: Option<Day>,
    /// Due on this day or later.
    due_from: Option<Day>,
    /// Due on this day or before.
    due_to: Option<Day>,
    /// Who had the last word.
    closed_how: Option<ClosedHow>,
    /// Of what has ended: the clock stopped in time, or too late.
    in_time: Option<bool>,
    /// Sent back at least once by a resident who was not content.
    redone: Option<bool>,
    /// The clock stands still now.
    paused: Option<bool>,
    /// Does not count in assessments.
    excluded: Option<bool>,
    /// Watched over now.
    supervised: Option<bool>,
    /// Of those whom I stand in for, or my own alone.
    covered: Option<bool>,
    cursor: Option<String>,
    limit: Option<i64>,
}

impl CaseQuery {
    async fn into_filter(
        self,
        db: &mut Conn,
        app: &SharedApp,
        actor: &Actor,
        scope: &Scope,
    ) -> kernel::Result<CaseFilter> {
        let start = |day: Day| day.at(jiff::civil::Time::midnight(), &app.settings.zone);
        let mut filter = CaseFilter {
            view: self.view,
            status: self.status,
            matter: self.matter,
            matters: self.matters,
            region: self.region,
            item: self.item,
            unit: self.unit,
            text: self.q.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            channel: self.channel,
            is_overdue: self.overdue,
            from: self.from.map(start),
            before: self.to.map(|day| start(day.plus(1))),
            ended_from: self.ended_from.map(start),
            ended_before: self.ended_to.map(|day| start(day.plus(1))),
            due_from: self.due_from.map(start),
            due_before: self.due_to.map(|day| start(day.plus(1))),
            closed_how: self.closed_how,
            is_in_time: self.in_time,
            is_redone: self.redone,
            is_paused: self.paused,
            is_excluded: self.excluded,
            is_supervised: self.supervised,
            is_covered: self.covered,
            ..filter_of(app, actor)
        };
        ground::name_places(db, scope, &mut filter).await?;
        Ok(filter)
    }
}

fn filter_of(app: &SharedApp, actor: &Actor) -> CaseFilter {
    CaseFilter {
        now: app.now(),
        person: Some(actor.person),
        units: actor.posts.iter().filter_map(|post| post.unit).collect(),
        covers: actor.covers(),
        ..CaseFilter::default()
    }
}

/// One of the lists a day begins with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TodayView {
    /// Which list; `/api/cases?view=` opens it.
    code: View,
    /// Rows in it, exact up to 10,000.
    count: i64,
    /// True when there are more.
    count_capped: bool,
    /// Its first rows.
    rows: Vec<CaseRow>,
}

/// The lists a day begins with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Today {
    views: Vec<TodayView>,
}

/// What I must do now, by post: each count is that of the list it opens.
#[utoipa::path(get, path = "/api/today", operation_id = "read_today",
    tag = "staff", responses((status = 200, body = Today)))]
pub(super) async fn today(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<Today>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let page = Page { limit: 5, cursor: None };
    let mut views = Vec::new();
    for code in ground::views_for(&actor) {
        let filter = CaseFilter { view: Some(code), ..filter_of(&app, &actor) };
        let Listing { rows, count, count_capped, .. } = views::listing(&mut db, &app, &scope, &filter, &page).await?;
        views.push(TodayView { code, count, count_capped, rows });
    }
    Ok(Json(Today { views }))
}

/// Cases in my scope: open lists by deadline, others newest first.
#[utoipa::path(get, path = "/api/cases", operation_id = "list_cases",
    tag = "staff", params(CaseQuery), responses((status = 200, body = Listing<CaseRow>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<CaseQuery>,
) -> Answer<Json<Listing<CaseRow>>> {
    let scope = actor.require(Permission::CaseRead)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    let filter = query.into_filter(&mut db, &app, &actor, &scope).await?;
    Ok(Json(views::listing(&mut db, &app, &scope, &filter, &page).await?))
}

/// The same list as a file, streamed.
#[utoipa::path(get, path = "/api/cases.csv", operation_id = "export_cases",
    tag = "staff", params(CaseQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<CaseQuery>,
) -> Answer<Response> {
    let scope = actor.require(Permission::CaseRead)?;
    let filter = query.into_filter(&mut app.db.read().await?, &app, &actor, &scope).await?;
    Ok(sheet::lines(export, "cases", export::columns(lang), move |rows| {
        export::batches(app, scope, filter, lang, rows)
    }))
}

/// The same list as a workbook: times are times, numbers stay text, the headings stand still.
#[utoipa::path(get, path = "/api/cases.xlsx", operation_id = "export_cases_as_workbook",
    tag = "staff", params(CaseQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<CaseQuery>,
) -> Answer<Response> {
    let scope = actor.require(Permission::CaseRead)?;
    let filter = query.into_filter(&mut app.db.read().await?, &app, &actor, &scope).await?;
    let name = Names::new("工单", "Cases").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "cases", name, export::columns(lang), move |rows| {
        export::batches(app, scope, filter, lang, rows)
    }))
}

async fn read(app: &SharedApp, actor: &Actor, id: Id<Case>) -> Answer<Json<CaseDetail>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let case = store::get(&mut db, &scope, id).await?;
    Ok(Json(views::detail(&mut db, app, actor, &case).await?))
}

/// Everything about a case.
#[utoipa::path(get, path = "/api/cases/{id}", operation_id = "read_case",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = CaseDetail)))]
pub(super) async fn detail(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<CaseDetail>> {
    read(&app, &actor, id).await
}

/// An entry for someone else, or a grid worker's own find.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct EntryBody {
    channel: EntryChannel,
    /// Settles it in the same breath.
    settle: Option<SettleBody>,
    /// "This lamp": the thing of the register it is about.
    #[schema(value_type = Option<uuid::Uuid>)]
    item: Option<Id<Item>>,
    #[serde(flatten)]
    report: ReportBody,
}

#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum EntryChannel {
    Phone,
    Paper,
    Visit,
    Grid,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct SettleBody {
    text: String,
    #[serde(default)]
    photos: Vec<String>,
    /// The phrase it began with.
    #[schema(value_type = Option<uuid::Uuid>)]
    phrase: Option<Id<Phrase>>,
}

/// Enters a report for a resident; the slip with the receipt is printed by the client that made it.
#[utoipa::path(post, path = "/api/cases", operation_id = "enter_case",
    tag = "staff", request_body = EntryBody, responses((status = 201, body = CaseDetail)))]
pub(super) async fn enter(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<EntryBody>,
) -> Answer<(StatusCode, Json<CaseDetail>)> {
    let channel = match body.channel {
        EntryChannel::Phone => Channel::Phone,
        EntryChannel::Paper => Channel::Paper,
        EntryChannel::Visit => Channel::Visit,
        EntryChannel::Grid => Channel::Grid,
    };
    let settlement = body.settle.map(|SettleBody { text, photos, phrase }| Settlement { text, photos, phrase });
    let key = operation.by(actor.person, "cases.enter")?;
    let reporter = Reporter::Staff(Box::new(actor.clone()), settlement);
    let new = NewReport { item: body.item, ..body.report.into_report(channel) };
    let reported = actions::report(&app, reporter, new, key).await?;
    let mut db = app.db.read().await?;
    let case = store::get_unscoped(&mut db, reported.case).await?;
    Ok((StatusCode::CREATED, Json(views::detail(&mut db, &app, &actor, &case).await?)))
}

/// To whom it should go, and why.
#[utoipa::path(get, path = "/api/cases/{id}/proposal", operation_id = "propose_units",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ProposalView)))]
pub(super) async fn proposal(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<ProposalView>> {
    let scope = actor.require(Permission::CaseDispatch)?;
    let mut db = app.db.read().await?;
    let case = store::get(&mut db, &scope, id).await?;
    Ok(Json(proposal::proposal_view(&mut db, &app, &actor, &case).await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct OpenBody {
    purpose: Purpose,
    /// Why, in words; the resident sees the purpose, the auditor these too.
    words: String,
}

/// A contact detail, open for a minute.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Opened {
    value: String,
    until: Instant,
}

/// Opens one contact detail; written down, and shown to the resident.
#[utoipa::path(post, path = "/api/reports/{id}/contact/{field}/open", tag = "staff", params(("id" = uuid::Uuid, Path), ("field" = Field, Path)), request_body = OpenBody, responses((status = 200, body = Opened)))]
pub(super) async fn open_contact(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path((id, field)): Path<(Id<Report>, Field)>,
    Input { body, operation }: Input<OpenBody>,
) -> Answer<Json<Opened>> {
    let key = operation.by(actor.person, "contacts.open")?;
    let (value, until) = actions::open_contact(&app, actor, id, field, body.purpose, &body.words, key).await?;
    Ok(Json(Opened { value, until }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct LeaveBody {
    /// The first day they are no longer here.
    until: Day,
    /// Who takes over what is open.
    #[schema(value_type = Option<uuid::Uuid>)]
    successor: Option<Id<Person>>,
}

/// How many cases changed hands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Left {
    handed_over: i64,
}

/// Lets a person leave: their posts and sessions end, and what is open goes to a colleague.
#[utoipa::path(post, path = "/api/people/{id}/leave", operation_id = "leave_person",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = LeaveBody, responses((status = 200, body = Left)))]
pub(super) async fn leave(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Person>>,
    Input { body, operation }: Input<LeaveBody>,
) -> Answer<Json<Left>> {
    let key = operation.by(actor.person, "people.leave")?;
    let handed_over = actions::leave(&app, actor, id, body.until, body.successor, key).await?;
    Ok(Json(Left { handed_over }))
}
