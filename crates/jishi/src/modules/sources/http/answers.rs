//! Answers that go back to a source.

use std::collections::{BTreeMap, HashMap};

use axum::{Json, extract::State, response::Response};
use jiff::tz::TimeZone;
use kernel::{Day, Id, Instant, Listing, Page};
use serde::{Deserialize, Serialize};

use super::{CaseView, carrier};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{self, Answered, HandBack, OrderFilter},
        people::{self, PersonRef},
        sources::{
            actions::{self, FileKind},
            model::{CaseMark, HandBackRow, Source},
            store, writing,
        },
    },
};

/// Hand-backs that are listed.
const LATEST: i64 = 20;

/// Which answers; all conditions hold together.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AnswersQuery {
    /// Only those with something to hand back.
    #[serde(default)]
    waiting: bool,
    /// Only those that went out with this hand-back.
    #[param(value_type = Option<uuid::Uuid>)]
    hand_back: Option<Id<HandBack>>,
    /// Orders that came in at the source from this day on.
    from: Option<Day>,
    /// To the end of this day.
    to: Option<Day>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
    /// For a file: which sort.
    #[param(inline)]
    format: Option<FileKind>,
}

/// Days as times of the instance's zone.
fn period(app: &SharedApp, from: Option<Day>, to: Option<Day>) -> (Option<Instant>, Option<Instant>) {
    let start = |day: Day| day.at(jiff::civil::Time::midnight(), &app.settings.zone);
    (from.map(start), to.map(|day| start(day.plus(1))))
}

impl AnswersQuery {
    fn filter(&self, app: &SharedApp, code: &str) -> OrderFilter {
        let (from, before) = period(app, self.from, self.to);
        OrderFilter { source: code.to_owned(), is_waiting: self.waiting, hand_back: self.hand_back, from, before }
    }
}

/// An order with its answer, as it goes back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderAnswer)]
pub(super) struct AnswerView {
    /// The order's number at the source.
    pub(super) number: String,
    /// The case.
    pub(super) case: CaseView,
    /// When something last happened.
    pub(super) changed_at: Instant,
    /// When an answer last went back.
    pub(super) handed_at: Option<Instant>,
    /// Its cells in the source's words, by the columns' keys.
    pub(super) cells: BTreeMap<&'static str, String>,
}

impl AnswerView {
    pub(super) fn new(source: &Source, zone: &TimeZone, answer: Answered) -> Self {
        let cell = |field: &&'static super::FieldDef| (field.key, writing::cell(source, zone, &answer, field));
        let cells = source.answers.iter().map(cell).collect();
        let case = CaseView::new(CaseMark { id: answer.row.id, number: answer.row.number });
        Self { number: answer.number, case, changed_at: answer.changed_at, handed_at: answer.handed_at, cells }
    }
}

/// A source's orders with their answers, in its own words; the newest first.
#[utoipa::path(get, path = "/api/sources/{code}/answers", operation_id = "list_order_answers", tag = "staff", params(("code" = String, Path), AnswersQuery), responses((status = 200, body = Listing<AnswerView>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<String>,
    Query(query): Query<AnswersQuery>,
) -> Answer<Json<Listing<AnswerView>>> {
    let carrier = carrier(&app, &actor)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    let source = actions::find(&mut db, &app, &code, &carrier.home).await?.source;
    let listing = cases::answers(&mut db, &app, &carrier.scope, &query.filter(&app, &code), &page).await?;
    Ok(Json(listing.map(|answer| AnswerView::new(&source, &app.settings.zone, answer))))
}

/// The same as a file in the source's own columns; nobody's contact details are in it.
#[utoipa::path(get, path = "/api/sources/{code}/answers/file", operation_id = "export_order_answers", tag = "staff", params(("code" = String, Path), AnswersQuery), responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub(super) async fn file(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Path(code): Path<String>,
    Query(query): Query<AnswersQuery>,
) -> Answer<Response> {
    let carrier = carrier(&app, &actor)?;
    let source = actions::find(&mut app.db.read().await?, &app, &code, &carrier.home).await?.source;
    let filter = query.filter(&app, &code);
    let name = format!("{}-answers", super::plain(&code));
    if query.format == Some(FileKind::Csv) {
        let lines = move |sheet| actions::answers_lines(app, carrier, source, filter, sheet);
        return Ok(sheet::answer(Some(export), &name, lines));
    }
    let bytes = actions::answers_file(&app, &carrier, &source, &filter, &export.mark()).await?;
    Ok(sheet::whole(export, &name, bytes).await?)
}

/// What is handed back: the answers waiting, of a period if one is said.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct HandBackBody {
    /// Orders that came in at the source from this day on.
    from: Option<Day>,
    /// To the end of this day.
    to: Option<Day>,
}

/// 交回: answers that were given back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = HandBack)]
pub(super) struct HandBackView {
    /// Which; `/api/sources/{code}/answers/file?hand_back=` is its file.
    #[schema(value_type = uuid::Uuid)]
    pub(super) id: Id<HandBack>,
    /// When.
    pub(super) at: Instant,
    /// By whom; null where the source fetched them itself.
    pub(super) person: Option<PersonRef>,
    /// How many answers.
    pub(super) count: i64,
}

impl HandBackView {
    pub(super) fn new(row: HandBackRow, people: &HashMap<Id<crate::platform::access::Person>, PersonRef>) -> Self {
        let person = row.person.and_then(|person| people.get(&person).cloned());
        Self { id: row.id, at: row.at, person, count: row.count }
    }
}

/// The latest hand-backs.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct HandBacks {
    /// The newest first.
    rows: Vec<HandBackView>,
}

/// Marks the answers waiting as handed back, as they stand now; what changes later waits again.
#[utoipa::path(post, path = "/api/sources/{code}/hand-backs", operation_id = "hand_back_answers", tag = "staff", params(("code" = String, Path)), request_body = HandBackBody, responses((status = 200, body = HandBackView)))]
pub(super) async fn hand_back(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<String>,
    Input { body, operation }: Input<HandBackBody>,
) -> Answer<Json<HandBackView>> {
    let carrier = carrier(&app, &actor)?;
    let key = operation.by(actor.person, "sources.hand_back")?;
    actions::find(&mut app.db.read().await?, &app, &code, &carrier.home).await?;
    let (from, before) = period(&app, body.from, body.to);
    let filter = OrderFilter { source: code, from, before, ..OrderFilter::default() };
    let row = actions::hand_back(&app, &carrier, filter, None, key).await?;
    let people = people::people_unscoped(&mut app.db.read().await?, &[actor.person]).await?;
    Ok(Json(HandBackView::new(row, &people)))
}

/// The latest hand-backs of colleagues of one's own places.
#[utoipa::path(get, path = "/api/sources/{code}/hand-backs", operation_id = "list_hand_backs", tag = "staff", params(("code" = String, Path)), responses((status = 200, body = HandBacks)))]
pub(super) async fn hand_backs(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(code): Path<String>,
) -> Answer<Json<HandBacks>> {
    let carrier = carrier(&app, &actor)?;
    let mut db = app.db.read().await?;
    actions::find(&mut db, &app, &code, &carrier.home).await?;
    let rows = store::hand_backs(&mut db, &carrier, &code, LATEST).await?;
    let ids: Vec<_> = rows.iter().filter_map(|row| row.person).collect();
    let people = people::people_unscoped(&mut db, &ids).await?;
    Ok(Json(HandBacks { rows: rows.into_iter().map(|row| HandBackView::new(row, &people)).collect() }))
}
