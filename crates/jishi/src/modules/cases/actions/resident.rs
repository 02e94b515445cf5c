//! What a resident does with their receipt.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Names, Result};
use serde_json::json;

use super::{
    Step, optional, pauses, record, required,
    search::save,
    told, touch,
    unit::{again, follow, said},
};
use crate::{
    modules::{
        App, SharedApp,
        calendar::PauseReason,
        cases::{
            model::{AssignmentState, Case, Report, Solved, Status, Verdict},
            rules, store,
        },
        contacts, photos,
    },
    platform::{
        idempotency::{self, Key},
        masking,
        trail::{self, By},
    },
};

/// A resident's step.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the form the step is taken with")]
pub enum ResidentStep {
    /// Adds something.
    Remark { text: String, photos: Vec<String> },
    /// Answers a question.
    Reply { text: String, photos: Vec<String> },
    /// 评价
    Rate { verdict: Verdict, text: Option<String> },
    /// 重开, within 30 days
    Reopen { text: String, photos: Vec<String> },
    /// 撤回
    Withdraw { text: Option<String> },
}

impl ResidentStep {
    fn checked(self) -> Result<Self> {
        let masked = |text: &str| masking::mask(text, None).text;
        Ok(match self {
            Self::Remark { text, photos } => Self::Remark { text: masked(&required("text", &text)?), photos },
            Self::Reply { text, photos } => Self::Reply { text: masked(&required("text", &text)?), photos },
            Self::Reopen { text, photos } => Self::Reopen { text: masked(&required("text", &text)?), photos },
            Self::Rate { verdict, text } => {
                Self::Rate { verdict, text: optional("text", text.as_deref())?.map(|t| masked(&t)) }
            }
            Self::Withdraw { text } => Self::Withdraw { text: optional("text", text.as_deref())?.map(|t| masked(&t)) },
        })
    }

    fn photos(&self) -> &[String] {
        match self {
            Self::Remark { photos, .. } | Self::Reply { photos, .. } | Self::Reopen { photos, .. } => photos,
            Self::Rate { .. } | Self::Withdraw { .. } => &[],
        }
    }
}

/// Takes a step on one's own report. Residents carry no version: the row is locked and the step decided on what is.
///
/// # Errors
/// `verdict_given`, `nothing_asked`, `reopen_too_late`, `wrong_status`, field errors.
pub async fn resident_step(app: &SharedApp, report: Id<Report>, step: ResidentStep, key: Key) -> Result<()> {
    let step = step.checked()?;
    let shared = SharedApp::clone(app);
    let urgency = app
        .db
        .write(async move |mut tx| {
            let app = &*shared;
            let now = app.now();
            if idempotency::claim(&mut tx, &key, &report.to_string(), now).await?.is_some() {
                return Ok(None);
            }
            let (mut case, voices) = lock(&mut tx, report).await?;
            photos::attach(&mut tx, case.id, step.photos()).await?;
            let steps = apply(&mut tx, app, &mut case, &voices, step, now).await?;
            if let Some(last) = steps.last() {
                touch(&mut case, &Names::new("诉求人", "The resident"), last.kind, now);
            }
            for step in steps {
                record(&mut tx, app, &By::nobody(), &case, step, now).await?;
            }
            save(&mut tx, app, &mut case).await?;
            Ok(Some(case.urgency))
        })
        .await?;
    told(app, urgency);
    Ok(())
}

/// Begins or ends telling a resident of steps; nothing of the case changes by it, so its history does not tell of it.
///
/// # Errors
/// `bad_phone` when they left no telephone number.
pub async fn wish_messages(app: &SharedApp, report: Id<Report>, wants: bool, key: Key) -> Result<()> {
    let now = app.now();
    app.db
        .write(async move |mut tx: Tx| {
            if idempotency::claim(&mut tx, &key, &report.to_string(), now).await?.is_some() {
                return Ok(());
            }
            if !contacts::has_phone(&mut tx, report).await? {
                return Err(Error::field("wants", Code::BadPhone));
            }
            store::set_wants_messages(&mut tx, report, wants).await?;
            on_trail(&mut tx, "report.messages_wished", report, json!({"wants": wants}), now).await
        })
        .await
}

/// What a resident did with their own report that is no step of the case: on the trail, and nobody is named.
pub(super) async fn on_trail(
    tx: &mut Tx,
    kind: &'static str,
    report: Id<Report>,
    params: serde_json::Value,
    at: Instant,
) -> Result<()> {
    let case = store::report_unscoped(tx, report).await?.case;
    let place = store::get_unscoped(tx, case).await?.place;
    let entry =
        trail::Entry { kind, object_kind: "report", object_id: report.to_string(), place: Some(&place), params };
    trail::record(tx, at, &By::nobody(), entry).await
}

/// Whoever speaks, and the others behind the same case.
struct Voices {
    own: Report,
    others: Vec<Report>,
}

/// The case a report stands behind, locked, and the reports behind it.
async fn lock(tx: &mut Tx, report: Id<Report>) -> Result<(Case, Voices)> {
    loop {
        let case = store::report_unscoped(tx, report).await?.case;
        let case = store::lock_unscoped(tx, case).await?;
        let mut others = store::reports_of(tx, case.id).await?;
        // It is not there if a merger moved it while the lock was waited for.
        if let Some(at) = others.iter().position(|found| found.id == report) {
            return Ok((case, Voices { own: others.remove(at), others }));
        }
    }
}

async fn apply(
    tx: &mut Tx,
    app: &App,
    case: &mut Case,
    voices: &Voices,
    step: ResidentStep,
    now: Instant,
) -> Result<Vec<Step>> {
    let report = &voices.own;
    if report.is_withdrawn {
        return Err(Error::new(Code::WrongStatus).with("status", Status::Withdrawn.names()));
    }
    match step {
        ResidentStep::Remark { text, photos } => {
            must_be_open(case)?;
            Ok(vec![Step::new("remarked").text(text).photos(&photos).of(report.id)])
        }
        ResidentStep::Reply { text, photos } => {
            case.asked_at.take().ok_or_else(|| Error::new(Code::NothingAsked))?;
            let replied = Step::new("replied").text(text).photos(&photos).of(report.id);
            let waited = case.pause().is_some_and(|pause| pause.reason == PauseReason::Resident);
            if !waited {
                return Ok(vec![replied]);
            }
            let before = case.due_at;
            pauses::resume(app, case, now);
            store::move_due(tx, case, before).await?;
            Ok(vec![replied, Step::new("resumed").params(pauses::resumed(case, "replied"))])
        }
        ResidentStep::Rate { verdict, text } => rate(tx, app, case, voices, verdict, text, now).await,
        ResidentStep::Reopen { text, photos } => {
            rules::may_reopen(case, now)?;
            case.reopens += 1;
            store::clear_verdicts(tx, case.id).await?;
            again(tx, app, case, now).await?;
            let params = json!({"round": case.reopens, "due_at": case.due_at});
            Ok(vec![Step::new("reopened").params(params).text(text).photos(&photos).of(report.id)])
        }
        ResidentStep::Withdraw { text } => withdraw(tx, app, case, report, text, now).await,
    }
}

fn must_be_open(case: &Case) -> Result<()> {
    if case.status.is_open() { Ok(()) } else { Err(Error::new(Code::WrongStatus).with("status", case.status.names())) }
}

/// The resident's word on a result that is filed, or on one that closed the case without them: settled on the spot, or
/// closed after silence. Saying then that it is not solved reopens it.
async fn rate(
    tx: &mut Tx,
    app: &App,
    case: &mut Case,
    voices: &Voices,
    verdict: Verdict,
    text: Option<String>,
    now: Instant,
) -> Result<Vec<Step>> {
    let report = &voices.own;
    let closed_without_them = case.status == Status::Closed && report.verdict.is_none();
    if case.status != Status::Verifying && !closed_without_them {
        let code = if report.verdict.is_some() { Code::VerdictGiven } else { Code::WrongStatus };
        return Err(Error::new(code).with("status", case.status.names()));
    }
    store::set_verdict(tx, report.id, verdict, None, now).await?;
    let spoken = Step::new("verified").params(said(verdict, "resident")).text(text).of(report.id);
    if closed_without_them && verdict.solved == Solved::Yes {
        return Ok(vec![spoken]);
    }
    if closed_without_them {
        rules::may_reopen(case, now)?;
    }
    Ok([Some(spoken), follow(tx, app, case, verdict, &voices.others, now).await?].into_iter().flatten().collect())
}

async fn withdraw(
    tx: &mut Tx,
    app: &App,
    case: &mut Case,
    report: &Report,
    text: Option<String>,
    now: Instant,
) -> Result<Vec<Step>> {
    must_be_open(case)?;
    store::withdraw_report(tx, report.id).await?;
    case.reports -= 1;
    if case.reports <= 0 {
        pauses::resume(app, case, now);
        case.status = Status::Withdrawn;
        case.ended_at = Some(now);
        store::end_assignments(tx, case.id, AssignmentState::Ended, now).await?;
    }
    Ok(vec![Step::new("withdrawn").params(json!({"left": case.reports})).text(text).of(report.id)])
}
