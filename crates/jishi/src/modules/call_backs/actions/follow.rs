//! What happens to cases becomes the queue. The trail is read behind a cursor, and each case it names is looked at as it is
//! now, so that reading an entry twice changes nothing; since an entry may be committed after a later one, the last two
//! minutes are read again each time.

use std::collections::BTreeSet;

use db::{Conn, Tx};
use kernel::{Error, Id, Instant, Result};

use super::super::{
    model::{CallBack, CallBackKind, CallBackState},
    rules, store,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case, Identity, Report, Status, actions::Held},
        contacts::{self, Field},
    },
    platform::{live::Topic, trail},
};

const SUBSCRIBER: &str = "call_backs";
/// Cases written in one transaction.
const TOGETHER: usize = 50;

/// Steps after which somebody is to be asked, or no longer.
const STEPS: [&str; 8] = [
    "case.result_filed",
    "case.verified",
    "case.redo",
    "case.closed",
    "case.reopened",
    "case.withdrawn",
    "case.moved",
    "case.changed",
];

/// Brings the queue up to date; returns how many cases were looked at more closely.
///
/// # Errors
/// `internal` when the database fails.
pub async fn follow(app: &SharedApp) -> Result<usize> {
    let changed = trail::follow(&app.db, (SUBSCRIBER, &STEPS), app.now(), async |page| {
        bring_up_to_date(app, &trail::objects(&page)).await
    })
    .await?;
    if changed > 0 {
        app.live.hint(Topic::Records);
    }
    Ok(changed)
}

/// Looks at cases as they are now, and writes for those of which the queue knows something else.
async fn bring_up_to_date(app: &SharedApp, ids: &[Id<Case>]) -> Result<usize> {
    let mut stale = Vec::new();
    let mut db = app.db.read().await?;
    for ids in ids.chunks(TOGETHER) {
        let known = store::of_cases_unscoped(&mut db, ids).await?;
        for case in cases::some_unscoped(&mut db, ids).await? {
            let own: Vec<&CallBack> = known.iter().filter(|it| it.case == case.id).collect();
            if is_stale(&case, &own) {
                stale.push(case.id);
            }
        }
    }
    drop(db);
    for ids in stale.chunks(TOGETHER) {
        let (shared, mut ids) = (SharedApp::clone(app), ids.to_vec());
        // In one order, so that whoever else writes waits and does not wait for us.
        ids.sort_unstable();
        let write = async move |mut tx: Tx| {
            for id in &ids {
                settle(&mut tx, &shared, *id).await?;
            }
            Ok(())
        };
        app.db.write(write).await?;
    }
    Ok(stale.len())
}

/// Whether the queue may know something else of a case than what is.
fn is_stale(case: &Case, known: &[&CallBack]) -> bool {
    let began = case.result_at.filter(|_| case.status == Status::Verifying);
    let is_missing = began.is_some_and(|began| known.iter().all(|it| it.began_at != began));
    let is_over = |it: &&&CallBack| it.is_open() && rules::overtaken(case, &[], it.began_at).is_some();
    let is_elsewhere = |it: &&&CallBack| it.is_open() && (it.place != at_grid(case) || it.unit != case.lead_unit);
    is_missing || known.iter().any(|it| is_over(&it) || is_elsewhere(&it))
}

/// A call-back knows no place narrower than the grid.
fn at_grid(case: &Case) -> kernel::RegionCode {
    case.place.at(kernel::Level::Grid).unwrap_or_else(|| case.place.clone())
}

async fn settle(tx: &mut Tx, app: &App, id: Id<Case>) -> Result<()> {
    let held = Held::unscoped(tx, id).await?;
    let phones = phones(tx, &held.reports).await?;
    if let Some(new) = fresh(app, &held, &phones)
        && is_askable(&held.reports, &phones)
    {
        store::insert(tx, &new).await?;
    }
    for mut it in store::of_cases_unscoped(tx, &[id]).await?.into_iter().filter(CallBack::is_open) {
        let before = it.clone();
        it.place = at_grid(&held.case);
        it.unit = held.case.lead_unit;
        it.desk = cases::asking_desk(&held.case, &held.parts);
        if let Some(state) = rules::overtaken(&held.case, &held.reports, it.began_at) {
            it.state = state;
            it.ended_at = Some(app.now());
        }
        if it != before && !store::update(tx, &it).await? {
            return Err(Error::internal("a call-back changed while its case was held"));
        }
    }
    Ok(())
}

/// The call-back about the result that waits now.
pub(super) fn fresh(app: &App, held: &Held, phones: &BTreeSet<Id<Report>>) -> Option<CallBack> {
    let began = held.case.result_at.filter(|_| held.case.status == Status::Verifying)?;
    Some(begun(app, held, CallBackKind::Result, began, phones))
}

/// A call-back that begins.
pub(super) fn begun(
    app: &App,
    held: &Held,
    kind: CallBackKind,
    began_at: Instant,
    phones: &BTreeSet<Id<Report>>,
) -> CallBack {
    CallBack {
        id: Id::new(app.now(), &app.chance),
        case: held.case.id,
        kind,
        began_at,
        desk: cases::asking_desk(&held.case, &held.parts),
        place: at_grid(&held.case),
        unit: held.case.lead_unit,
        has_phone: held
            .reports
            .iter()
            .filter(|report| is_asked(kind, report))
            .any(|report| phones.contains(&report.whose())),
        due_at: cases::call_back_due(app, began_at),
        next_at: began_at,
        attempts: 0,
        state: CallBackState::Waiting,
        ended_at: None,
        version: 1,
    }
}

/// Which of the reports left a number; a part of a split report has that of the one it was made of.
pub(in super::super) async fn phones(db: &mut Conn, reports: &[Report]) -> Result<BTreeSet<Id<Report>>> {
    let whose: Vec<Id<Report>> = reports.iter().map(Report::whose).collect();
    let masks = contacts::masks(db, &whose).await?;
    let has = |(report, masks): (Id<Report>, Vec<contacts::Mask>)| {
        masks.iter().any(|mask| mask.field == Field::Phone).then_some(report)
    };
    Ok(masks.into_iter().filter_map(has).collect())
}

/// A number was erased: where nobody who is to be asked has one any more, the desk is told.
///
/// # Errors
/// `internal` when the database fails.
pub async fn phone_erased(tx: &mut Tx, case: Id<Case>) -> Result<()> {
    let reports = cases::reports_of(tx, case).await?;
    let phones = phones(tx, &reports).await?;
    for kind in CallBackKind::ALL.iter().copied() {
        if !reports.iter().filter(|report| is_asked(kind, report)).any(|report| phones.contains(&report.whose())) {
            store::forget_phone(tx, case, kind).await?;
        }
    }
    Ok(())
}

/// Whether a call-back of this kind is to the reporter of `report`.
fn is_asked(kind: CallBackKind, report: &Report) -> bool {
    kind == CallBackKind::Withdrawn || report.is_voice()
}

/// Whether there is anybody to be asked: whoever left neither number nor name answers by receipt, or not at all.
pub(super) fn is_askable(reports: &[Report], phones: &BTreeSet<Id<Report>>) -> bool {
    reports.iter().any(|report| report.identity != Identity::Anonymous || phones.contains(&report.whose()))
}

/// The voices that are still to be asked.
pub(in super::super) fn to_ask(held: &Held, kind: CallBackKind) -> impl Iterator<Item = &Report> {
    held.reports.iter().filter(move |report| match kind {
        CallBackKind::Result => report.is_voice() && report.verdict.is_none(),
        CallBackKind::Withdrawn => report.is_withdrawn && !report.is_rejoined,
    })
}
