//! Orders that a source hands over: taken in like any other report, known again by their number, taken back with the file
//! they came in by.

use db::Tx;
use kernel::{Code, Error, Id, Names, Result};
use serde_json::json;

use super::{
    Step,
    prepare::{Prepared, prepare},
    record,
    report::{NewReport, Origin, Reporter, open},
    search::save,
    touch,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{
            model::{AssignmentState, Case, Status, Urgency},
            orders::{Alias, Intake, Known},
            store,
        },
    },
    platform::{live::Topic, trail::By},
};

/// An order that was looked at and found good; not yet written.
#[derive(Debug)]
pub struct Order {
    prepared: Prepared,
    origin: Origin,
}

/// Looks at an order as it will be taken in.
///
/// # Errors
/// All field errors at once, as of a report; `outside_place` on `place` when it lies outside the origin's scope.
pub async fn look_at_order(app: &App, origin: Origin, new: NewReport) -> Result<Order> {
    let reporter = Reporter::Source(Box::new(origin));
    let prepared = prepare(app, &reporter, new).await?;
    let Reporter::Source(origin) = reporter else { return Err(Error::internal("an order has an origin")) };
    Ok(Order { prepared, origin: *origin })
}

/// Takes an order in: some ten rows in one transaction.
///
/// # Errors
/// `duplicate` on `number` when someone was faster with the same number.
pub async fn take_order(app: &SharedApp, order: Order, alias: Alias) -> Result<Id<Case>> {
    let (shared, urgency) = (SharedApp::clone(app), order.prepared.case.urgency);
    let case = app
        .db
        .write(async move |mut tx| {
            let (report, place) = (order.prepared.report.id, order.prepared.case.place.clone());
            let county = place.at(kernel::Level::County).unwrap_or(place);
            let case = open(&mut tx, &shared, &order.origin.by, order.prepared).await?;
            if store::insert_alias(&mut tx, report, &county, &alias).await? {
                Ok(case)
            } else {
                Err(Error::field("number", Code::Duplicate).with("value", alias.number))
            }
        })
        .await?;
    if urgency == Urgency::Emergency {
        app.live.press();
    }
    Ok(case)
}

/// Orders of an import taken back in one transaction.
const TOGETHER: i64 = 50;

/// What became of an import that was taken back.
#[derive(Debug, Default)]
pub struct TakenBack {
    /// Cases that were withdrawn.
    pub withdrawn: i64,
    /// Those somebody had worked on, which stay.
    pub kept: Vec<Known>,
}

/// Withdraws the cases of an import that nobody has touched, each with an entry in its history; their numbers are free for
/// the mended file. Done in small steps, so that others are not kept waiting, and harmless when done again.
///
/// # Errors
/// `internal` when the database fails.
pub async fn take_back_orders(app: &SharedApp, by: &By, source: &str, intake: Id<Intake>) -> Result<TakenBack> {
    let (mut back, mut after) = (TakenBack::default(), String::new());
    loop {
        let orders = store::of_intake_unscoped(&mut app.db.read().await?, intake, &after, TOGETHER).await?;
        let Some(last) = orders.last() else { break };
        after.clone_from(&last.number);
        let (shared, by, source) = (SharedApp::clone(app), by.clone(), source.to_owned());
        let step = app.db.write(async move |mut tx| withdraw_untouched(&mut tx, &shared, &by, &source, orders).await);
        let done = step.await?;
        back.withdrawn += done.withdrawn;
        back.kept.extend(done.kept);
    }
    app.live.hint(Topic::Cases);
    Ok(back)
}

async fn withdraw_untouched(tx: &mut Tx, app: &App, by: &By, source: &str, orders: Vec<Known>) -> Result<TakenBack> {
    let mut back = TakenBack::default();
    for order in orders {
        let mut case = store::lock_unscoped(tx, order.case.id).await?;
        if is_untouched(&case) {
            withdraw(tx, app, by, &mut case, source, &order.number).await?;
            back.withdrawn += 1;
        } else {
            back.kept.push(Known { case, ..order });
        }
    }
    Ok(back)
}

/// Every step counts the version up.
fn is_untouched(case: &Case) -> bool {
    case.status == Status::Received && case.version == 1 && case.reports == 1
}

async fn withdraw(tx: &mut Tx, app: &App, by: &By, case: &mut Case, source: &str, number: &str) -> Result<()> {
    let now = app.now();
    for report in store::reports_of(tx, case.id).await? {
        store::withdraw_report(tx, report.id).await?;
    }
    case.reports = 0;
    case.status = Status::Withdrawn;
    case.ended_at = Some(now);
    store::end_assignments(tx, case.id, AssignmentState::Ended, now).await?;
    store::free_alias(tx, source, number).await?;
    touch(case, &Names::new("导入人", "Whoever brought it in"), "withdrawn", now);
    let step = Step::new("withdrawn").params(json!({"left": 0, "by": "import", "number": number}));
    record(tx, app, by, case, step, now).await?;
    save(tx, app, case).await
}
