//! What happened is counted. The trail is read behind a cursor, and each case it names is reckoned anew as it is now, so
//! that reading an entry twice changes nothing; since an entry may be committed after a later one, the last two minutes are
//! read again each time. A case is written only when it adds something else than before.

use std::collections::BTreeSet;

use db::{Conn, Tx};
use kernel::{Id, Instant, Result};

use super::{
    super::{
        marks::{self, KINDS},
        model::{Mark, Reckoned},
        store::{self, Change},
    },
    fill,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case},
        whistles::{self, Whistle},
    },
    platform::trail::{self, Happened},
};

const SUBSCRIBER: &str = "indicators";
/// Cases read at once.
const PAGE: i64 = 500;
/// Cases written in one transaction: some hundredths of a second, during which nobody else writes on SQLite.
const TOGETHER: usize = 100;

/// Steps after which a case may count otherwise.
const STEPS: [&str; 40] = [
    "case.received",
    "case.joined",
    "case.answered",
    "case.redirected",
    "case.refused",
    "case.merged",
    "case.split",
    "case.split_off",
    "case.rejoined",
    "case.settled",
    "case.unsettled",
    "case.dispatched",
    "case.returned",
    "case.signed",
    "case.result_filed",
    "case.verified",
    "case.redo",
    "case.closed",
    "case.reopened",
    "case.withdrawn",
    "case.reclassified",
    "case.moved",
    "case.deadline_moved",
    "case.asked",
    "case.extended",
    "case.excluded",
    "case.paused",
    "case.resumed",
    "case.parked",
    "case.taken_up",
    "case.changed",
    "whistle.raised",
    "whistle.called",
    "whistle.replied",
    "whistle.arrived",
    "whistle.arrival_taken_back",
    "whistle.answered",
    "whistle.escalated",
    "whistle.decided",
    "whistle.withdrawn",
];

/// Brings the counts up to date; returns how many cases count otherwise than before. The first time, all there are.
///
/// # Errors
/// `internal` when the database fails.
pub async fn follow(app: &SharedApp) -> Result<usize> {
    if !fill::is_whole(app).await? {
        return fill::go_on(app).await;
    }
    let changed = trail::follow(&app.db, (SUBSCRIBER, &STEPS), app.now(), async |page| {
        let ids = cases_of(&mut app.db.read().await?, &page).await?;
        bring_up_to_date(app, &ids.into_iter().collect::<Vec<_>>()).await
    })
    .await?;
    Ok(changed + watch_the_clock(app).await?)
}

/// The cases that entries of the trail are about, by themselves or through a whistle.
async fn cases_of(db: &mut Conn, page: &[Happened]) -> Result<BTreeSet<Id<Case>>> {
    let (whistled, own): (Vec<&Happened>, Vec<&Happened>) =
        page.iter().partition(|event| event.kind.starts_with("whistle."));
    let ids: Vec<Id<Whistle>> = whistled.iter().filter_map(|event| event.object_id.parse().ok()).collect();
    let mut cases: BTreeSet<Id<Case>> = own.iter().filter_map(|event| event.object_id.parse().ok()).collect();
    cases.extend(whistles::cases_of_unscoped(db, &ids).await?);
    Ok(cases)
}

/// What happened and was committed for sure is in the cases themselves.
pub(super) async fn skip_settled(tx: &mut Tx, now: Instant) -> Result<()> {
    trail::skip_settled(tx, SUBSCRIBER, now).await
}

/// What became overdue without anybody doing anything.
async fn watch_the_clock(app: &SharedApp) -> Result<usize> {
    let mut changed = 0;
    loop {
        let again = store::again_unscoped(&mut app.db.read().await?, app.now(), PAGE).await?;
        let written = bring_up_to_date(app, &again).await?;
        changed += written;
        if written == 0 {
            return Ok(changed);
        }
    }
}

/// Writes those of the cases that add something else now; the others cost no transaction.
async fn bring_up_to_date(app: &SharedApp, ids: &[Id<Case>]) -> Result<usize> {
    let mut changed = Vec::new();
    let mut db = app.db.read().await?;
    for ids in ids.chunks(TOGETHER) {
        let (known, clocks) = (store::marks_of(&mut db, ids).await?, store::clocks_of(&mut db, ids).await?);
        for (case, reckoned) in reckon(&mut db, app, ids).await? {
            let is_same = known.get(&case).map(Vec::as_slice).unwrap_or_default() == reckoned.marks;
            if !is_same || clocks.get(&case).copied() != reckoned.again_at {
                changed.push(case);
            }
        }
    }
    drop(db);
    for ids in changed.chunks(TOGETHER) {
        write(app, ids.to_vec()).await?;
    }
    Ok(changed.len())
}

/// What these cases add as they are now, in the order in which marks are kept.
pub(super) async fn reckon(db: &mut Conn, app: &App, ids: &[Id<Case>]) -> Result<Vec<(Id<Case>, Reckoned)>> {
    let mut cases = cases::some_unscoped(db, ids).await?;
    cases.sort_by_key(|case| case.id);
    let deeds = cases::deeds_unscoped(db, ids, &KINDS).await?;
    let whistles = whistles::about_cases_unscoped(db, ids).await?;
    let of = |case: &Case| {
        let own: Vec<_> = deeds.iter().filter(|deed| deed.case == case.id).cloned().collect();
        let whistles: Vec<_> = whistles.iter().filter(|(whistle, _)| whistle.case == Some(case.id)).cloned().collect();
        let mut reckoned = marks::reckon(case, &own, &whistles, app.now(), &app.settings.zone);
        reckoned.marks.iter_mut().for_each(narrow);
        reckoned.marks.sort_by_key(|mark| (mark.basis.as_str(), mark.nth));
        (case.id, reckoned)
    };
    Ok(cases.iter().map(of).collect())
}

/// Figures go down to the village.
fn narrow(mark: &mut Mark) {
    if let Some(village) = mark.place.at(kernel::Level::Village) {
        mark.place = village;
    }
}

async fn write(app: &SharedApp, ids: Vec<Id<Case>>) -> Result<()> {
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            // Read behind the turn: whoever came first has written what they saw before.
            store::take_turn(&mut tx).await?;
            let mut change = Change::new(&shared.settings.region);
            let known = store::marks_of(&mut tx, &ids).await?;
            known.values().flatten().for_each(|mark| change.add(mark, -1));
            let reckoned = reckon(&mut tx, &shared, &ids).await?;
            put(&mut tx, &ids, &reckoned, &mut change).await?;
            store::change_counts(&mut tx, change).await
        })
        .await
}

/// Keeps what some cases add; `change` learns of it.
pub(super) async fn put(
    tx: &mut Tx,
    ids: &[Id<Case>],
    reckoned: &[(Id<Case>, Reckoned)],
    change: &mut Change,
) -> Result<()> {
    let marks: Vec<Mark> = reckoned.iter().flat_map(|(_, reckoned)| reckoned.marks.iter().cloned()).collect();
    marks.iter().for_each(|mark| change.add(mark, 1));
    store::put_marks(tx, ids, &marks).await?;
    let clocks: Vec<_> = reckoned.iter().map(|(case, reckoned)| (*case, reckoned.again_at)).collect();
    store::set_clock(tx, &clocks).await
}
