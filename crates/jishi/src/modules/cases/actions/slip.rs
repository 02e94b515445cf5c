//! 撤销回访记录: a resident's word that was entered by a slip is taken back. The case stands again as it did before; the history
//! keeps both.

use db::Tx;
use kernel::{Id, Instant, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Step,
    held::{Doer, Held, write},
};
use crate::{
    modules::{
        App,
        cases::{
            model::{Case, ClosedHow, Report, Status},
            store,
        },
    },
    platform::access::{Person, Unit},
};

/// What of a case a word may change, as it was before it was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stood {
    status: Status,
    closed_how: Option<ClosedHow>,
    lead_unit: Option<Id<Unit>>,
    handler: Option<Id<Person>>,
    due_at: Option<Instant>,
    deadline: Option<Value>,
    signed_at: Option<Instant>,
    result_at: Option<Instant>,
    ended_at: Option<Instant>,
    reports: i64,
    redos: i64,
    reopens: i64,
    reminders: i64,
}

impl Stood {
    /// A case as it stands.
    pub fn of(case: &Case) -> Self {
        Self {
            status: case.status,
            closed_how: case.closed_how,
            lead_unit: case.lead_unit,
            handler: case.handler,
            due_at: case.due_at,
            deadline: case.deadline.clone(),
            signed_at: case.signed_at,
            result_at: case.result_at,
            ended_at: case.ended_at,
            reports: case.reports,
            redos: case.redos,
            reopens: case.reopens,
            reminders: case.reminders,
        }
    }

    fn restore(self, case: &mut Case) {
        case.status = self.status;
        case.closed_how = self.closed_how;
        case.lead_unit = self.lead_unit;
        case.handler = self.handler;
        case.due_at = self.due_at;
        case.deadline = self.deadline;
        case.signed_at = self.signed_at;
        case.result_at = self.result_at;
        case.ended_at = self.ended_at;
        case.reports = self.reports;
        case.redos = self.redos;
        case.reopens = self.reopens;
        case.reminders = self.reminders;
    }
}

/// Takes back what was entered at `at` for a report; the caller has checked that nothing happened since. The part that a redo
/// gave its lead goes, because nobody took it up.
///
/// # Errors
/// `internal` when the database fails.
pub async fn take_word_back(
    tx: &mut Tx,
    app: &App,
    doer: &Doer,
    held: &mut Held,
    (report, at, stood): (Id<Report>, Instant, Stood),
) -> Result<()> {
    let now = app.now();
    store::clear_verdict(tx, report).await?;
    store::drop_part_given_at(tx, held.case.id, at).await?;
    if stood.status == Status::Withdrawn {
        store::withdraw_report(tx, report).await?;
    }
    stood.restore(&mut held.case);
    let step = Step::new("word_taken_back").params(json!({"at": at})).of(report);
    write(tx, app, doer, &mut held.case, vec![step], now).await
}
