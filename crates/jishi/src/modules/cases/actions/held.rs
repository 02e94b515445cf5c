//! Steps that other rooms take on a case within their own transaction: what came of asking the resident, or of looking at
//! it again. The decision who may do so is [`rules::may_call_back`]; here it is carried out.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Names, Result};
use serde_json::{Value, json};

use super::{
    Step, record,
    search::save,
    touch,
    unit::{again, close, follow, said},
};
use crate::{
    modules::{
        App,
        cases::{
            model::{Assignment, Case, Report, Status, Verdict},
            rules, store,
        },
    },
    platform::{access::Actor, trail::By},
};

/// A case that nobody else changes until the transaction ends, with its parts and the voices behind it.
#[derive(Clone, Debug)]
pub struct Held {
    /// The case.
    pub case: Case,
    /// The units' parts.
    pub parts: Vec<Assignment>,
    /// All reports behind it.
    pub reports: Vec<Report>,
}

impl Held {
    /// Holds a case; whoever calls has checked the right to it.
    ///
    /// # Errors
    /// `internal` when the database fails.
    pub async fn unscoped(tx: &mut Tx, id: Id<Case>) -> Result<Self> {
        let case = store::lock_unscoped(tx, id).await?;
        let (parts, reports) = (store::assignments_of(tx, id).await?, store::reports_of(tx, id).await?);
        Ok(Self { case, parts, reports })
    }

    /// A voice behind the case.
    ///
    /// # Errors
    /// `not_found` on `report`.
    pub fn voice(&self, report: Id<Report>) -> Result<&Report> {
        let found = self.reports.iter().find(|found| found.id == report);
        found.ok_or_else(|| Error::field("report", Code::NotFound))
    }
}

/// Who takes a step, as the history names them.
#[derive(Clone, Debug)]
pub struct Doer {
    /// For the trail.
    pub by: By,
    /// For whoever comes second.
    pub names: Names,
}

impl Doer {
    /// A member of staff.
    pub fn staff(actor: &Actor, by: By) -> Self {
        Self { by, names: Names::zh_only(actor.name.clone()) }
    }

    /// The resident.
    pub fn resident() -> Self {
        Self { by: By::nobody(), names: Names::new("诉求人", "The resident") }
    }

    /// The platform.
    pub fn platform() -> Self {
        Self { by: By::nobody(), names: Names::new("系统", "The platform") }
    }
}

pub(super) async fn write(
    tx: &mut Tx,
    app: &App,
    doer: &Doer,
    case: &mut Case,
    steps: Vec<Step>,
    now: Instant,
) -> Result<()> {
    if let Some(last) = steps.last() {
        touch(case, &doer.names, last.kind, now);
    }
    for step in steps {
        record(tx, app, &doer.by, case, step, now).await?;
    }
    save(tx, app, case).await
}

/// A resident's word, asked for by telephone, at the door or by a link.
///
/// # Errors
/// `wrong_status` when no result waits for it; `not_found` on `report` for no voice of the case.
pub async fn word_given(
    tx: &mut Tx,
    app: &App,
    doer: &Doer,
    held: &mut Held,
    (report, verdict, text, way): (Id<Report>, Verdict, Option<String>, &'static str),
) -> Result<()> {
    let now = app.now();
    if held.case.status != Status::Verifying {
        return Err(Error::new(Code::WrongStatus).with("status", held.case.status.names()));
    }
    if !held.voice(report)?.is_voice() {
        return Err(Error::field("report", Code::NotFound));
    }
    let others: Vec<Report> = held.reports.iter().filter(|other| other.id != report).cloned().collect();
    store::set_verdict(tx, report, verdict, doer.by.person, now).await?;
    let spoken = Step::new("verified").params(said(verdict, way)).text(text).of(report);
    let next = follow(tx, app, &mut held.case, verdict, &others, now).await?;
    write(tx, app, doer, &mut held.case, [Some(spoken), next].into_iter().flatten().collect(), now).await
}

/// An attempt that brought no answer, or a link that was sent: told in the history, to staff; nothing of the case changes.
///
/// # Errors
/// `internal` when the database fails.
pub async fn word_sought(
    tx: &mut Tx,
    app: &App,
    doer: &Doer,
    case: &Case,
    (report, params, text): (Id<Report>, Value, Option<String>),
) -> Result<()> {
    let step = Step::new("called").params(params).text(text).of(report).internal();
    record(tx, app, &doer.by, case, step, app.now()).await.map(|_| ())
}

/// 未核实: nobody could be reached, as often as it may be tried. Never counted as satisfied.
///
/// # Errors
/// `internal` when the database fails.
pub async fn nobody_reached(tx: &mut Tx, app: &App, doer: &Doer, held: &mut Held, attempts: i64) -> Result<()> {
    let (how, now) = (rules::after_silence(&held.reports), app.now());
    close(tx, &mut held.case, how, now).await?;
    let closed = Step::new("closed").params(json!({"how": how, "attempts": attempts}));
    write(tx, app, doer, &mut held.case, vec![closed], now).await
}

/// Someone says that it was not their own wish to withdraw: it is taken up again, with a whole new clock for nobody but
/// its lead, who has half of it.
///
/// # Errors
/// `wrong_status` when it is not withdrawn.
pub async fn not_withdrawn(
    tx: &mut Tx,
    app: &App,
    doer: &Doer,
    held: &mut Held,
    (report, text): (Id<Report>, Option<String>),
) -> Result<()> {
    let (case, now) = (&mut held.case, app.now());
    if case.status != Status::Withdrawn {
        return Err(Error::new(Code::WrongStatus).with("status", case.status.names()));
    }
    store::take_withdrawal_back(tx, report).await?;
    case.reports += 1;
    case.reopens += 1;
    again(tx, app, case, now).await?;
    let params = json!({"round": case.reopens, "due_at": case.due_at, "because": "not_own_wish"});
    let step = Step::new("reopened").params(params).text(text).of(report);
    write(tx, app, doer, case, vec![step], now).await
}

/// 虚假办结: looked at again, what was said to be done was not. The case is taken up again; its residents read why. One that is
/// open again anyway stays as it is.
///
/// # Errors
/// `internal` when the database fails.
pub async fn found_false(tx: &mut Tx, app: &App, doer: &Doer, held: &mut Held) -> Result<()> {
    let (case, now) = (&mut held.case, app.now());
    if case.status != Status::Closed {
        return Ok(());
    }
    case.reopens += 1;
    store::clear_verdicts(tx, case.id).await?;
    again(tx, app, case, now).await?;
    let params = json!({"round": case.reopens, "due_at": case.due_at, "because": "recheck"});
    let told = "经复核，这件事并没有像办理结果说的那样办好，已退回重办。办好以后会再请您看。";
    let step = Step::new("reopened").params(params).text(told.to_owned());
    write(tx, app, doer, case, vec![step], now).await
}
