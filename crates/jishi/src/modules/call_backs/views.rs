//! What a page shows of call-backs. Names and numbers stay in the vault: only masks are told, and opening one is a step of
//! its own.

use std::collections::{BTreeSet, HashMap};

use db::Conn;
use kernel::{Code, Cursor, Error, Id, Instant, Lang, Listing, Names, Page, Result};
use serde::Serialize;

use super::{
    actions::{phones, to_ask},
    model::{Attempt, AttemptOutcome, CallBack, CallBackFilter, CallBackKind, CallBackState, Way},
    rules::{self, Tried},
    store,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case, CaseRow, Report, actions::Held},
        contacts::{self, Mask},
        people::{self, PersonRef, UnitRef},
        regions::{self, RegionRef},
    },
    platform::{
        access::{Actor, Permission},
        book::{self, Cell, Column, Rows},
    },
};

/// Why the reader may not ask, or not now.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct WhyNot {
    /// The code of the refusal.
    code: &'static str,
    /// In words.
    names: Names,
}

impl From<Error> for WhyNot {
    fn from(error: Error) -> Self {
        Self { code: error.code().as_str(), names: Names::new(error.sentence(Lang::Zh), error.sentence(Lang::En)) }
    }
}

/// 回访
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CallBackRow)]
pub(super) struct RowView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<CallBack>,
    /// What is asked.
    kind: CallBackKind,
    /// The case.
    case: CaseRow,
    /// The place whose desk asks.
    desk: Option<RegionRef>,
    /// Whether somebody behind it left a number.
    has_phone: bool,
    /// When the result was filed, or the case withdrawn.
    began_at: Instant,
    /// By when somebody is to be asked.
    due_at: Instant,
    /// Whether that is over and nobody was reached.
    is_late: bool,
    /// When the next attempt may be made.
    next_at: Instant,
    /// Calls and visits so far.
    attempts: i64,
    /// How far it is.
    state: CallBackState,
    /// When it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// Why the reader does not ask; nothing where they may.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_not: Option<WhyNot>,
    /// Counts every change.
    version: i64,
}

/// A page of call-backs.
pub(super) async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &CallBackFilter,
    page: &Page,
) -> Result<Listing<RowView>> {
    let scope = actor.require(Permission::CaseCallBack)?;
    let found = store::page(db, &scope, filter, page).await?;
    let count = store::count(db, &scope, filter).await?;
    let is_over = filter.is_over;
    let key = move |row: &RowView| {
        let time = if is_over { row.ended_at.unwrap_or(row.due_at) } else { row.due_at };
        Cursor::pack(&(time.millis(), row.id))
    };
    Ok(Listing::new(rows(db, app, actor, &found).await?, page, count, key))
}

async fn rows(db: &mut Conn, app: &App, actor: &Actor, found: &[CallBack]) -> Result<Vec<RowView>> {
    let ids: Vec<Id<Case>> = found.iter().map(|it| it.case).collect();
    let all = cases::some_unscoped(db, &ids).await?;
    let case_rows = cases::rows(db, app, &all).await?;
    let parts = cases::parts_by_case(db, &ids).await?;
    let desks = regions::refs_unscoped(db, found.iter().map(|it| &it.desk)).await?;
    let by_case: HashMap<Id<Case>, (&Case, CaseRow)> =
        all.iter().zip(case_rows).map(|(case, row)| (case.id, (case, row))).collect();
    let row = |it: &CallBack| {
        let (case, row) = by_case.get(&it.case)?;
        let own = parts.get(&it.case).map(Vec::as_slice).unwrap_or_default();
        Some(RowView {
            id: it.id,
            kind: it.kind,
            case: row.clone(),
            desk: desks.get(&it.desk).cloned(),
            has_phone: it.has_phone,
            began_at: it.began_at,
            due_at: it.due_at,
            is_late: it.is_open() && it.due_at < app.now(),
            next_at: it.next_at,
            attempts: it.attempts,
            state: it.state,
            ended_at: it.ended_at,
            why_not: cases::may_call_back(case, own, actor).err().map(WhyNot::from),
            version: it.version,
        })
    };
    Ok(found.iter().filter_map(row).collect())
}

/// An attempt, as staff see it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CallBackAttempt)]
pub(super) struct AttemptView {
    /// When.
    at: Instant,
    /// How.
    channel: Way,
    /// What came of it.
    outcome: AttemptOutcome,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<PersonRef>,
    /// For which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<UnitRef>,
}

/// 诉求人: somebody who is to be asked.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CallBackVoice)]
pub(super) struct VoiceView {
    /// Their report.
    #[schema(value_type = uuid::Uuid)]
    report: Id<Report>,
    /// Their words, masked.
    text: Option<String>,
    /// What they left of themselves, masked.
    contact: Vec<Mask>,
    /// Whether they have given their word already.
    has_spoken: bool,
    /// How they were tried, the oldest first.
    attempts: Vec<AttemptView>,
    /// Why nobody calls them, or not now.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_call: Option<WhyNot>,
    /// Why nobody visits them, or not now.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_visit: Option<WhyNot>,
    /// Why no link is sent to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_link: Option<WhyNot>,
    /// Until when a link is good that they have.
    #[serde(skip_serializing_if = "Option::is_none")]
    link_until: Option<Instant>,
}

/// A call-back with whoever is to be asked.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CallBackDetail)]
pub(super) struct DetailView {
    /// As in the list.
    #[serde(flatten)]
    row: RowView,
    /// What the unit says it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    /// Who is to be asked.
    voices: Vec<VoiceView>,
    /// How often one of them may be tried.
    attempts_at_most: i64,
    /// How often at the door.
    visits_at_most: i64,
    /// Until when the reader may take back what they wrote down last; nothing where they may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    undo_until: Option<Instant>,
}

/// One call-back.
///
/// # Errors
/// `not_found` outside the scope.
pub(super) async fn detail(db: &mut Conn, app: &App, actor: &Actor, id: Id<CallBack>) -> Result<DetailView> {
    let scope = actor.require(Permission::CaseCallBack)?;
    let it = store::get(db, &scope, id).await?;
    let case = cases::some_unscoped(db, &[it.case]).await?.pop().ok_or_else(|| Error::new(Code::NotFound))?;
    let reports = cases::reports_of(db, it.case).await?;
    let held = Held { parts: Vec::new(), case, reports };
    let row = rows(db, app, actor, std::slice::from_ref(&it)).await?.pop().ok_or_else(|| Error::new(Code::NotFound))?;
    let limits = app.verification.get().call_backs;
    Ok(DetailView {
        row,
        result: cases::result_words(db, &held.case).await?.filter(|_| it.kind == CallBackKind::Result),
        voices: voices(db, app, &it, &held).await?,
        attempts_at_most: limits.attempts,
        visits_at_most: limits.visits,
        undo_until: undo_until(db, app, actor, &it, &held.case).await?,
    })
}

async fn undo_until(db: &mut Conn, app: &App, actor: &Actor, it: &CallBack, case: &Case) -> Result<Option<Instant>> {
    let last = store::attempts_of(db, &[it.case]).await?.pop().filter(|last| last.call_back == it.id);
    let Some(last) = last.filter(|last| last.person == Some(actor.person)) else { return Ok(None) };
    let Some(before) = store::before_of(db, last.id).await? else { return Ok(None) };
    let may = rules::may_take_back(&last, &before, (it.version, case.version), (actor.person, app.now()));
    Ok(may.ok().map(|()| last.at.plus_seconds(rules::UNDO_MINUTES * 60)))
}

async fn voices(db: &mut Conn, app: &App, it: &CallBack, held: &Held) -> Result<Vec<VoiceView>> {
    let with_phone = phones(db, &held.reports).await?;
    let attempts = store::attempts_of(db, &[it.case]).await?;
    let links = store::links_of(db, it.id).await?;
    let people: Vec<_> = attempts.iter().filter_map(|attempt| attempt.person).collect();
    let units: Vec<_> = attempts.iter().filter_map(|attempt| attempt.unit).collect();
    let (people, units) = (people::people_unscoped(db, &people).await?, people::units_unscoped(db, &units).await?);
    let whose: Vec<Id<Report>> = held.reports.iter().map(Report::whose).collect();
    let masks = contacts::masks(db, &whose).await?;
    let asked: BTreeSet<Id<Report>> = to_ask(held, it.kind).map(|report| report.id).collect();
    let (limits, zone) = (app.verification.get().call_backs, &app.settings.zone);
    let seen = |attempt: &&Attempt| AttemptView {
        at: attempt.at,
        channel: attempt.channel,
        outcome: attempt.outcome,
        by: attempt.person.and_then(|person| people.get(&person).cloned()),
        unit: attempt.unit.and_then(|unit| units.get(&unit).cloned()),
    };
    let view = |report: &Report| {
        let tried = Tried::of(&attempts, report.id, with_phone.contains(&report.whose()));
        let refused =
            |way| rules::may_try(&tried, way, (it.began_at, app.now()), &limits, zone).err().map(WhyNot::from);
        let good =
            links.iter().find(|link| link.report == report.id && link.used_at.is_none() && link.expires_at > app.now());
        VoiceView {
            report: report.id,
            text: report.asked().map(str::to_owned),
            contact: masks.get(&report.whose()).cloned().unwrap_or_default(),
            has_spoken: report.verdict.is_some(),
            attempts: tried.attempts.iter().map(seen).collect(),
            no_call: refused(Way::Phone),
            no_visit: refused(Way::Visit),
            no_link: refused(Way::Link),
            link_until: good.map(|link| link.expires_at),
        }
    };
    let shown = |report: &&Report| {
        let was_tried = attempts.iter().any(|attempt| attempt.report == report.id);
        asked.contains(&report.id) || was_tried || it.kind == CallBackKind::Result && report.is_voice()
    };
    Ok(held.reports.iter().filter(shown).map(view).collect())
}

/// What the queue has for its reader, by the day.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CallBackCounts)]
pub(super) struct CountsView {
    /// To be asked now, by the reader's own desk.
    pub(super) ready: i64,
    /// Of those, past their day.
    late: i64,
}

/// What waits for the reader's own desk: as many as the list shows.
pub(super) async fn counts(db: &mut Conn, app: &App, actor: &Actor) -> Result<CountsView> {
    let scope = actor.require(Permission::CaseCallBack)?;
    let own = CallBackFilter {
        desks: Some(scope.places.clone()),
        is_ready: Some(true),
        now: app.now(),
        ..CallBackFilter::default()
    };
    let late = CallBackFilter { is_late: Some(true), ..own.clone() };
    Ok(CountsView { ready: store::count(db, &scope, &own).await?, late: store::count(db, &scope, &late).await? })
}

/// The columns of the list.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("工单编号", "Case", 24),
        ("回访什么", "About", 14),
        ("事项", "Matter", 24),
        ("地点", "Place", 18),
        ("主办单位", "Lead unit", 24),
        ("由谁回访", "Asked by", 18),
        ("有电话", "Has a number", 10),
        ("应在此前回访", "To be asked by", 17),
        ("已联系次数", "Attempts", 12),
        ("状态", "State", 14),
    ];
    book::columns(lang, heads)
}

/// Hands the list over in batches of rows; without anybody's words or contact details.
pub(super) async fn batches(
    app: SharedApp,
    (actor, filter): (Actor, CallBackFilter),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, actor, filter) = (&app, &actor, &filter);
        async move {
            let listing = listing(&mut app.db.read().await?, app, actor, filter, &page).await?;
            Ok((listing.rows.iter().map(|row| cells(app, row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn cells(app: &App, row: &RowView, lang: Lang) -> Vec<Cell> {
    let at = &row.case.place;
    let place = at.village.as_ref().or(at.township.as_ref()).or(at.county.as_ref());
    let yes = if row.has_phone { Names::new("是", "yes") } else { Names::new("否", "no") };
    vec![
        Cell::Text(row.case.number.clone()),
        Cell::called(Some(&row.kind.names()), lang),
        Cell::called(row.case.matter.as_ref().map(|matter| &matter.names), lang),
        Cell::called(place.map(|place| &place.names), lang),
        Cell::called(row.case.lead_unit.as_ref().map(|unit| &unit.names), lang),
        Cell::called(row.desk.as_ref().map(|desk| &desk.names), lang),
        Cell::called(Some(&yes), lang),
        Cell::at(Some(row.due_at), &app.settings.zone),
        Cell::Number(row.attempts),
        Cell::called(Some(&row.state.names()), lang),
    ]
}
