//! Steps of the unit a case was given to, and the call-back that ends its work.

use db::Tx;
use kernel::{Code, Error, Id, Lang, Names, Result};
use serde_json::json;

use super::{Step, desk::back_to_desk, pauses, staff::Doing};
use crate::{
    modules::{
        cases::{
            cohandling, conflict, ground,
            model::{AssignmentState, Case, ClosedHow, Outcome, Report, Status, Verdict},
            rules::{self, AfterVerdict},
            store,
        },
        people,
    },
    platform::access::{Person, Unit},
};

/// 退单: once a unit, with a reason.
pub(super) async fn give_back(tx: &mut Tx, doing: &Doing<'_>, case: &mut Case, reason: String) -> Result<Step> {
    rules::may_return(case, doing.parts)?;
    store::move_lead(tx, case.id, AssignmentState::Returned, Some(doing.actor.person), Some(&reason), doing.now)
        .await?;
    store::end_assignments(tx, case.id, AssignmentState::Ended, doing.now).await?;
    case.returns += 1;
    pauses::resume(doing.app, case, doing.now);
    back_to_desk(case);
    conflict::keep_out_of_sight(tx, doing.app, case).await?;
    Ok(Step::new("returned").text(reason))
}

/// 签收: the signer is the person named for it until they hand over.
pub(super) async fn sign(tx: &mut Tx, doing: &Doing<'_>, case: &mut Case) -> Result<Step> {
    store::move_lead(tx, case.id, AssignmentState::Signed, Some(doing.actor.person), None, doing.now).await?;
    case.status = Status::Signed;
    case.handler = Some(doing.actor.person);
    case.signed_at = Some(doing.now);
    Ok(Step::new("signed"))
}

pub(super) fn work(case: &mut Case, text: Option<String>) -> Step {
    case.status = Status::Working;
    Step::new("working").text(text)
}

/// 询问诉求人; never about ratings.
pub(super) async fn ask(tx: &mut Tx, doing: &Doing<'_>, case: &mut Case, text: String) -> Result<Step> {
    if let Some(word) = doing.app.verification.get().word_about_ratings(&text) {
        return Err(Error::field("text", Code::AboutRatings).with("word", word));
    }
    case.asked_at = Some(doing.now);
    let before = case.due_at;
    let until = pauses::wait_for_resident(doing.app, case, doing.now);
    store::move_due(tx, case, before).await?;
    Ok(Step::new("asked").params(json!({"waits_until": until})).text(text))
}

/// The result waits for the shares of the work (分工), unless the lead says why not; the reason is on record.
///
/// # Errors
/// `shares_open` on `without_shares`.
pub(super) async fn leave_out(tx: &mut Tx, case: &Case, reason: Option<String>) -> Result<Option<Step>> {
    let shares = cohandling::of_case(tx, case.id).await?;
    let left_out = cohandling::left_out(&shares);
    if left_out.is_empty() {
        return Ok(None);
    }
    let units: Vec<Id<Unit>> = left_out.iter().filter_map(|share| share.unit).collect();
    let names = people::units_unscoped(tx, &units).await?;
    let name = |share: &&cohandling::Share| match share.unit {
        Some(unit) => names.get(&unit).map(|unit| unit.names.clone()).unwrap_or_default(),
        None => Names::zh_only(share.company.clone().unwrap_or_default()),
    };
    let names: Vec<Names> = left_out.iter().map(name).collect();
    match reason {
        Some(reason) => Ok(Some(Step::new("shares_left_out").params(json!({"of": names})).text(reason).internal())),
        None => {
            let all =
                |lang: Lang, comma: &str| names.iter().map(|names| names.in_lang(lang)).collect::<Vec<_>>().join(comma);
            let units = Names::new(all(Lang::Zh, "、"), all(Lang::En, ", "));
            Err(Error::field("without_shares", Code::SharesOpen).with("units", units))
        }
    }
}

/// 提交结果: what the handler claims; the residents now have the word.
pub(super) async fn file_result(
    tx: &mut Tx,
    doing: &Doing<'_>,
    case: &mut Case,
    text: String,
    outcome: Outcome,
    photos: &[String],
) -> Result<Step> {
    store::move_lead(tx, case.id, AssignmentState::Done, Some(doing.actor.person), None, doing.now).await?;
    // The lead answers for all; an assistant's part that is still open ends with it.
    store::end_assignments(tx, case.id, AssignmentState::Done, doing.now).await?;
    store::clear_verdicts(tx, case.id).await?;
    pauses::resume(doing.app, case, doing.now);
    case.status = Status::Verifying;
    case.result_at = Some(doing.now);
    case.result_outcome = Some(outcome);
    case.result_by = Some(doing.actor.person);
    case.reminders = 0;
    case.asked_at = None;
    Ok(Step::new("result_filed").params(json!({"outcome": outcome})).text(text).photos(photos))
}

pub(super) async fn hand_over(
    tx: &mut Tx,
    doing: &Doing<'_>,
    case: &mut Case,
    person: Id<Person>,
    reason: Option<String>,
) -> Result<Step> {
    let unit = case.lead_unit.ok_or_else(|| Error::field("person", Code::UnknownPerson))?;
    let name = ground::member(tx, doing.app, unit, person)
        .await?
        .ok_or_else(|| Error::field("person", Code::UnknownPerson))?;
    store::name_person(tx, case.id, case.handler, person).await?;
    case.handler = Some(person);
    Ok(Step::new("handed_over").params(json!({"person": person, "name": name})).text(reason).internal())
}

/// 回访: someone other than the handler asks a reporter by telephone and writes down what they say.
pub(super) async fn call_back(
    tx: &mut Tx,
    doing: &Doing<'_>,
    case: &mut Case,
    report: Id<Report>,
    verdict: Verdict,
    text: Option<String>,
) -> Result<Vec<Step>> {
    rules::may_call_back(case, doing.parts, doing.actor)?;
    let (found, others): (Vec<Report>, Vec<Report>) =
        store::reports_of(tx, case.id).await?.into_iter().partition(|found| found.id == report);
    if !found.iter().any(Report::is_voice) {
        return Err(Error::field("report", Code::NotFound));
    }
    store::set_verdict(tx, report, verdict, Some(doing.actor.person), doing.now).await?;
    let said = Step::new("verified").params(said(verdict, "phone")).text(text).of(report);
    Ok([Some(said), follow(tx, doing.app, case, verdict, &others, doing.now).await?].into_iter().flatten().collect())
}

/// A verdict as the history keeps it.
pub(super) fn said(verdict: Verdict, by: &str) -> serde_json::Value {
    json!({"contacted": verdict.contacted, "solved": verdict.solved, "satisfied": verdict.satisfied, "by": by})
}

/// What a verdict leads to: closed, done again in half the time, or waiting for the others.
pub(super) async fn follow(
    tx: &mut Tx,
    app: &crate::modules::App,
    case: &mut Case,
    verdict: Verdict,
    others: &[Report],
    now: kernel::Instant,
) -> Result<Option<Step>> {
    match rules::after_verdict(verdict, others) {
        AfterVerdict::Wait => Ok(None),
        AfterVerdict::Close => {
            close(tx, case, ClosedHow::Confirmed, now).await?;
            Ok(Some(Step::new("closed").params(json!({"how": ClosedHow::Confirmed}))))
        }
        AfterVerdict::Redo => {
            case.redos += 1;
            let deadline = again(tx, app, case, now).await?;
            Ok(Some(Step::new("redo").params(json!({"round": case.redos, "due_at": deadline}))))
        }
    }
}

/// Ends the case with the residents' word, or their silence.
pub(super) async fn close(tx: &mut Tx, case: &mut Case, how: ClosedHow, now: kernel::Instant) -> Result<()> {
    case.status = Status::Closed;
    case.closed_how = Some(how);
    case.ended_at = Some(now);
    store::end_assignments(tx, case.id, AssignmentState::Done, now).await
}

/// 重办: back to the same lead with half the time; without a lead, back to the desk with all of it.
pub(super) async fn again(
    tx: &mut Tx,
    app: &crate::modules::App,
    case: &mut Case,
    now: kernel::Instant,
) -> Result<Option<kernel::Instant>> {
    let matter = case.matter.as_deref().and_then(|code| ground::matter(app, code, &case.place));
    let deadline = match case.lead_unit {
        Some(_) => ground::half_deadline(app, matter.as_ref(), now),
        None => ground::deadline(app, matter.as_ref(), now),
    };
    ground::set_deadline(case, &deadline);
    case.closed_how = None;
    case.ended_at = None;
    case.result_at = None;
    case.reminders = 0;
    match case.lead_unit {
        Some(unit) => {
            case.status = Status::Working;
            ground::reassign(tx, app, case, unit, now).await?;
        }
        None => back_to_desk(case),
    }
    Ok(case.due_at)
}
