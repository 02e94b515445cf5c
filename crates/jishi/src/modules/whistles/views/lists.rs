//! Rows of lists, and what waits.

use std::collections::HashMap;

use db::Conn;
use kernel::{Cursor, Id, Instant, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use crate::{
    modules::{
        App,
        cases::{Case, Outcome},
        people::{self, UnitRef},
        regions::{self, RegionRef},
        whistles::{
            model::{CallStanding, Whistle, WhistleCall, WhistleKind, WhistleReply, WhistleState},
            rules,
            store::{self, CallFilter, CalledRow, ListFilter, WhistleView},
        },
    },
    platform::access::{Actor, Permission, Scope, Unit},
};

/// How the units of a whistle stand.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleTally)]
pub struct TallyView {
    /// Units called.
    pub(super) called: i64,
    /// They have not answered yet.
    pub(super) silent: i64,
    /// They said that they come, and are not there yet.
    pub(super) coming: i64,
    /// They said that they cannot.
    pub(super) cannot: i64,
    /// They are or were there.
    pub(super) there: i64,
    /// Of them, too late.
    pub(super) late: i64,
    /// They did not come, and their time is over.
    pub(super) absent: i64,
    /// They have filed what came of their part.
    pub(super) done: i64,
}

impl TallyView {
    pub(super) fn of<'c>(calls: impl Iterator<Item = &'c WhistleCall>, now: Instant) -> Self {
        let mut tally = Self::default();
        for call in calls {
            let standing = rules::standing(call, now);
            tally.called += 1;
            tally.done += i64::from(call.done_at.is_some());
            tally.there += i64::from(call.arrived_at.is_some());
            tally.late += i64::from(standing == CallStanding::Late);
            tally.absent += i64::from(standing == CallStanding::Absent);
            tally.silent += i64::from(call.reply.is_none());
            tally.cannot += i64::from(standing == CallStanding::Cannot);
            tally.coming += i64::from(call.reply == Some(WhistleReply::Coming) && call.arrived_at.is_none());
        }
        tally
    }
}

/// A whistle in a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct WhistleRow {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub(super) id: Id<Whistle>,
    /// Which of the three.
    pub(super) kind: WhistleKind,
    /// What that is called here.
    pub(super) kind_names: Names,
    /// Where it came from.
    pub(super) source_names: Names,
    /// How far it is.
    pub(super) state: WhistleState,
    /// How it came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<Outcome>,
    /// What is to be reached.
    pub(super) goal: String,
    /// Where it is.
    pub(super) region: RegionRef,
    /// Where to meet, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place_text: Option<String>,
    /// The case it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub(super) case: Option<Id<Case>>,
    /// That case's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) case_number: Option<String>,
    /// 牵头单位
    pub(super) lead_unit: UnitRef,
    /// When it was raised.
    pub(super) raised_at: Instant,
    /// When they meet.
    pub(super) meets_at: Instant,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ended_at: Option<Instant>,
    /// The one answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<String>,
    /// How its units stand.
    pub(super) tally: TallyView,
}

/// Names that rows need, read at once.
pub(super) struct Known {
    units: HashMap<Id<Unit>, UnitRef>,
    places: HashMap<RegionCode, RegionRef>,
}

impl Known {
    pub(super) async fn read<'r>(
        db: &mut Conn,
        units: impl Iterator<Item = Id<Unit>>,
        places: impl Iterator<Item = &'r RegionCode>,
    ) -> Result<Self> {
        let units: Vec<Id<Unit>> = units.collect();
        let places: Vec<&RegionCode> = places.collect();
        Ok(Self { units: people::units_unscoped(db, &units).await?, places: regions::refs_unscoped(db, places).await? })
    }

    pub(super) fn unit(&self, id: Id<Unit>) -> Result<UnitRef> {
        self.units.get(&id).cloned().ok_or_else(|| kernel::Error::internal("a unit that is not there"))
    }

    pub(super) fn place(&self, code: &RegionCode) -> Result<RegionRef> {
        self.places.get(code).cloned().ok_or_else(|| kernel::Error::internal("a place that is not there"))
    }
}

pub(super) fn row(app: &App, known: &Known, whistle: &Whistle, tally: TallyView) -> Result<WhistleRow> {
    let catalogue = app.whistles.get();
    Ok(WhistleRow {
        id: whistle.id,
        kind: whistle.kind,
        kind_names: catalogue.rule(whistle.kind)?.names.clone(),
        source_names: catalogue.source_names(&whistle.source),
        state: whistle.state,
        outcome: whistle.outcome,
        goal: whistle.goal.clone(),
        region: known.place(&whistle.region)?,
        place_text: whistle.place_text.clone(),
        case: whistle.case,
        case_number: whistle.case_number.clone(),
        lead_unit: known.unit(whistle.lead_unit)?,
        raised_at: whistle.raised_at,
        meets_at: whistle.meets_at,
        ended_at: whistle.ended_at,
        answer: whistle.answer.clone(),
        tally,
    })
}

/// A page of whistles.
pub(in super::super) async fn listing(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    filter: &ListFilter,
    page: &Page,
) -> Result<Listing<WhistleRow>> {
    let (whistles, count) = (store::page(db, scope, filter, page).await?, store::count(db, scope, filter).await?);
    let ids: Vec<Id<Whistle>> = whistles.iter().map(|whistle| whistle.id).collect();
    let calls = store::calls_of_all(db, &ids).await?;
    let leads = whistles.iter().map(|whistle| whistle.lead_unit);
    let known = Known::read(db, leads, whistles.iter().map(|whistle| &whistle.region)).await?;
    let mut rows = Vec::new();
    for whistle in &whistles {
        let own = calls.iter().filter(|call| call.whistle == whistle.id);
        rows.push(row(app, &known, whistle, TallyView::of(own, app.now()))?);
    }
    Ok(Listing::new(rows, page, count, |row| Cursor::pack(&(row.raised_at, row.id))))
}

/// One unit's part in a whistle, in a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleCallRow)]
pub struct CallRow {
    /// The call.
    #[schema(value_type = uuid::Uuid)]
    pub(super) id: Id<WhistleCall>,
    /// Its whistle.
    #[schema(value_type = uuid::Uuid)]
    pub(super) whistle: Id<Whistle>,
    /// Which of the three.
    pub(super) kind: WhistleKind,
    /// What that is called here.
    pub(super) kind_names: Names,
    /// What is to be reached.
    pub(super) goal: String,
    /// 乡镇（街道）
    pub(super) township: RegionRef,
    /// The unit.
    pub(super) unit: UnitRef,
    /// When the whistle was raised.
    pub(super) raised_at: Instant,
    /// When they meet.
    pub(super) meets_at: Instant,
    /// 应哨时限
    pub(super) reply_due_at: Instant,
    /// 到场时限
    pub(super) arrive_due_at: Instant,
    /// When it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answered_at: Option<Instant>,
    /// When it was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) arrived_at: Option<Instant>,
    /// When it filed what came of its part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) done_at: Option<Instant>,
    /// How it stands, by these times.
    pub(super) standing: CallStanding,
    /// Whether it answered too late, or has not though its time is over.
    pub(super) is_reply_late: bool,
    /// Why it cannot come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

fn call_row(app: &App, known: &Known, row: CalledRow) -> Result<CallRow> {
    let now = app.now();
    let CalledRow { call, kind, goal, township, raised_at, meets_at } = row;
    Ok(CallRow {
        id: call.id,
        whistle: call.whistle,
        kind,
        kind_names: app.whistles.get().rule(kind)?.names.clone(),
        goal,
        township: known.place(&township)?,
        unit: known.unit(call.unit)?,
        raised_at,
        meets_at,
        reply_due_at: call.reply_due_at,
        arrive_due_at: call.arrive_due_at,
        answered_at: call.answered_at,
        arrived_at: call.arrived_at,
        done_at: call.done_at,
        standing: rules::standing(&call, now),
        is_reply_late: rules::is_reply_late(&call, now),
        reason: call.reason,
    })
}

/// A page of calls.
pub(in super::super) async fn called(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    filter: &CallFilter,
    page: &Page,
) -> Result<Listing<CallRow>> {
    let (calls, count) =
        (store::calls_page(db, scope, filter, page).await?, store::calls_count(db, scope, filter).await?);
    let units = calls.iter().map(|row| row.call.unit);
    let known = Known::read(db, units, calls.iter().map(|row| &row.township)).await?;
    let rows: Vec<CallRow> = calls.into_iter().map(|row| call_row(app, &known, row)).collect::<Result<_>>()?;
    Ok(Listing::new(rows, page, count, |row| Cursor::pack(&(row.raised_at, row.id))))
}

/// One of the lists a day begins with.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistlesWaiting)]
pub struct WaitingView {
    /// Which list.
    view: WhistleView,
    /// Rows in it.
    count: i64,
    /// Whether there are more than are counted.
    count_capped: bool,
    /// Its first rows.
    rows: Vec<WhistleRow>,
}

/// What waits for the reader, by their posts; what is empty is left out.
pub(in super::super) async fn waiting(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: impl Fn(WhistleView) -> ListFilter,
) -> Result<Vec<WaitingView>> {
    let scope = actor.require(Permission::WhistleRead)?;
    let mut views = vec![WhistleView::ToAnswer, WhistleView::InHand];
    if let Ok(raising) = actor.require(Permission::WhistleRaise) {
        let is_county = raising.places.iter().any(|place| place.level() <= kernel::Level::County);
        views.push(if is_county { WhistleView::Escalated } else { WhistleView::Running });
    }
    views.push(WhistleView::ToRate);
    let page = Page { limit: 3, cursor: None };
    let mut lists = Vec::new();
    for view in views {
        let Listing { rows, count, count_capped, .. } = listing(db, app, &scope, &filter(view), &page).await?;
        if count > 0 {
            lists.push(WaitingView { view, count, count_capped, rows });
        }
    }
    Ok(lists)
}
