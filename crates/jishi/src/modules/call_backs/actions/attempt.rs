//! An attempt is written down, with what follows from it for the case.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{Code, Error, Id, Instant, Result};
use serde_json::json;

use super::{
    super::{
        model::{Attempt, AttemptOutcome, Before, CallBack, CallBackKind, CallBackState, Way},
        rules::{self, Tried},
        store,
    },
    follow::{begun, fresh, phones, to_ask},
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{
            self, Case, Report, Verdict,
            actions::{self, Doer, Held, Stood},
        },
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
        trail::By,
    },
};

/// Longest note to an attempt, in characters.
const TEXT_MAX: usize = 500;

/// What came of an attempt.
#[derive(Clone, Debug)]
pub struct Said {
    /// Who was tried.
    pub report: Id<Report>,
    /// By telephone or at the door.
    pub way: Way,
    /// What came of it.
    pub outcome: AttemptOutcome,
    /// Of a result: the three answers.
    pub verdict: Option<Verdict>,
    /// Of a withdrawal: whether it was their own wish.
    pub own_wish: Option<bool>,
    /// In their words, or a note.
    pub text: Option<String>,
}

impl Said {
    /// What does not depend on the call-back, before anything is read.
    fn checked(self) -> Result<Self> {
        let text = self.text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if text.as_ref().is_some_and(|text| text.chars().count() > TEXT_MAX) {
            return Err(Error::field("text", Code::TooLong).with("max", 500));
        }
        if self.way == Way::Link {
            return Err(Error::field("channel", Code::UnknownValue).with("value", self.way.as_str()));
        }
        if self.outcome == AttemptOutcome::Sent || (self.outcome, self.way) == (AttemptOutcome::WrongNumber, Way::Visit)
        {
            return Err(Error::field("outcome", Code::UnknownValue).with("value", self.outcome.as_str()));
        }
        Ok(Self { text, ..self })
    }

    /// Whoever was reached said something.
    fn fits(&self, kind: CallBackKind) -> Result<()> {
        match (self.outcome, kind) {
            (AttemptOutcome::Reached, CallBackKind::Result) if self.verdict.is_none() => {
                Err(Error::field("verdict", Code::Required))
            }
            (AttemptOutcome::Reached, CallBackKind::Withdrawn) if self.own_wish.is_none() => {
                Err(Error::field("own_wish", Code::Required))
            }
            _ => Ok(()),
        }
    }
}

/// Writes an attempt down.
///
/// # Errors
/// `not_found` outside the scope; `record_changed`, `call_back_over`, `calls_spent`; `own_work`, `own_unit_work`; what
/// [`rules::may_try`] refuses; field errors.
pub async fn attempt(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<CallBack>, i64),
    said: Said,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::CaseCallBack)?;
    let said = said.checked()?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        let mut it = store::get(&mut tx, &scope, id).await?;
        // The case first, as everywhere: two who wait for one another would wait for ever.
        let mut held = Held::unscoped(&mut tx, it.case).await?;
        it = store::lock(&mut tx, &scope, id).await?;
        must_be_open(&it, &held)?;
        if it.version != seen {
            return Err(Error::new(Code::RecordChanged));
        }
        cases::may_call_back(&held.case, &held.parts, &actor)?;
        said.fits(it.kind)?;
        if !to_ask(&held, it.kind).any(|report| report.id == said.report) {
            return Err(Error::field("report", Code::NotFound));
        }
        let with_phone = phones(&mut tx, &held.reports).await?;
        let attempts = store::attempts_of(&mut tx, &[it.case]).await?;
        let tried = Tried::of(&attempts, said.report, with_phone.contains(&held.voice(said.report)?.whose()));
        let limits = app.verification.get().call_backs;
        // Whoever does not want to be asked again is heard at any time.
        if said.outcome != AttemptOutcome::LeaveAlone {
            rules::may_try(&tried, said.way, (it.began_at, app.now()), &limits, &app.settings.zone)?;
        }
        let place = held.case.place.clone();
        let by = By::actor(&actor, actor.acting(Permission::CaseCallBack, Some(&place), None));
        let doer = Doer::staff(&actor, by);
        conclude(&mut tx, app, &doer, (&mut it, &mut held), said, &with_phone).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    app.live.hint(Topic::Records);
    Ok(())
}

fn must_be_open(it: &CallBack, held: &Held) -> Result<()> {
    let state = if it.is_open() { rules::overtaken(&held.case, &held.reports, it.began_at) } else { Some(it.state) };
    match state {
        None => Ok(()),
        Some(CallBackState::Unanswered) => Err(Error::new(Code::CallsSpent).with("count", it.attempts)),
        Some(state) => Err(Error::new(Code::CallBackOver).with("state", state.names())),
    }
}

/// The word of somebody who was reached from the page of a case: they called, or came. Written down as an attempt like any
/// other, so that nobody asks again.
///
/// # Errors
/// As a step of a case; `leave_alone`.
pub async fn from_case(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Case>, i64),
    said: Said,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::CaseRead)?;
    let text = said.text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > actions::TEXT_MAX) {
        return Err(Error::field("verdict.text", Code::TooLong).with("max", 2_000));
    }
    let said = Said { text, ..said };
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        cases::get(&mut tx, &scope, id).await?;
        let mut held = Held::unscoped(&mut tx, id).await?;
        cases::unchanged(&held.case, seen, &app.settings.zone)?;
        cases::may_call_back(&held.case, &held.parts, &actor)?;
        if held.case.status != cases::Status::Verifying {
            return Err(Error::new(Code::WrongStatus).with("status", held.case.status.names()));
        }
        if !held.reports.iter().any(|report| report.id == said.report && report.is_voice()) {
            return Err(Error::field("report", Code::NotFound));
        }
        let attempts = store::attempts_of(&mut tx, &[id]).await?;
        if Tried::of(&attempts, said.report, true).is_left_alone() {
            return Err(Error::new(Code::LeaveAlone));
        }
        let with_phone = phones(&mut tx, &held.reports).await?;
        let Some(new) = fresh(app, &held, &with_phone) else {
            return Err(Error::internal("a result that waits has a time"));
        };
        store::insert(&mut tx, &new).await?;
        let rows = store::of_cases_unscoped(&mut tx, &[id]).await?;
        let mut it =
            rows.into_iter().find(|row| row.began_at == new.began_at).ok_or_else(|| Error::internal("inserted"))?;
        let place = held.case.place.clone();
        let by = By::actor(&actor, actor.acting(Permission::CaseCallBack, Some(&place), None));
        let doer = Doer::staff(&actor, by);
        conclude(&mut tx, app, &doer, (&mut it, &mut held), said, &with_phone).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    app.live.hint(Topic::Records);
    Ok(())
}

/// Writes the attempt, what it means for the case, and where the call-back stands then.
pub(super) async fn conclude(
    tx: &mut Tx,
    app: &App,
    doer: &Doer,
    (it, held): (&mut CallBack, &mut Held),
    said: Said,
    with_phone: &BTreeSet<Id<Report>>,
) -> Result<()> {
    let now = app.now();
    let made = Attempt {
        id: Id::new(now, &app.chance),
        call_back: it.id,
        case: it.case,
        report: said.report,
        at: now,
        channel: said.way,
        outcome: said.outcome,
        person: doer.by.person,
        unit: doer.by.unit,
    };
    store::insert_attempt(tx, &made).await?;
    let (was, stood, case_version) = (it.clone(), Stood::of(&held.case), held.case.version);
    if said.way != Way::Link {
        it.attempts += 1;
    }
    let was_open = it.is_open();
    match (said.outcome, it.kind, said.verdict, said.own_wish) {
        (AttemptOutcome::Reached, CallBackKind::Result, Some(verdict), _) => {
            let words = (said.report, verdict, said.text, said.way.as_str());
            actions::word_given(tx, app, doer, held, words).await?;
            held.reports = cases::reports_of(tx, it.case).await?;
        }
        (AttemptOutcome::Reached, _, _, Some(false)) => {
            actions::not_withdrawn(tx, app, doer, held, (said.report, said.text)).await?;
        }
        (outcome, _, _, own_wish) => {
            let params = json!({"way": said.way, "attempt": outcome, "own_wish": own_wish});
            actions::word_sought(tx, app, doer, &held.case, (said.report, params, said.text)).await?;
        }
    }
    let is_done = matches!((said.outcome, it.kind), (AttemptOutcome::Reached, CallBackKind::Withdrawn));
    if is_done {
        it.state = CallBackState::Answered;
    } else {
        stand(tx, app, doer, (it, held), with_phone).await?;
    }
    if !it.is_open() {
        it.ended_at = it.ended_at.or(Some(now));
    }
    if was_open && !store::update(tx, it).await? {
        return Err(Error::new(Code::RecordChanged));
    }
    // What a resident said by themselves is nobody's slip.
    if made.person.is_none() {
        return Ok(());
    }
    let before = Before {
        state: was.state,
        next_at: was.next_at,
        attempts: was.attempts,
        ended_at: was.ended_at,
        case: stood,
        case_versions: (case_version, held.case.version),
        version: was.version + i64::from(was_open),
    };
    store::keep_before(tx, made.id, &before).await
}

/// Takes back what was written down last of a call-back: the resident was not reached after all, or said something else.
///
/// # Errors
/// `not_found` outside the scope or where nothing was written down; `record_changed`; what [`rules::may_take_back`] refuses.
pub async fn take_back(app: &SharedApp, actor: &Actor, (id, seen): (Id<CallBack>, i64), key: Key) -> Result<()> {
    let scope = actor.require(Permission::CaseCallBack)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        let mut it = store::get(&mut tx, &scope, id).await?;
        // The case first, as everywhere.
        let mut held = Held::unscoped(&mut tx, it.case).await?;
        it = store::lock(&mut tx, &scope, id).await?;
        if it.version != seen {
            return Err(Error::new(Code::RecordChanged));
        }
        let last = store::attempts_of(&mut tx, &[it.case]).await?.pop().filter(|last| last.call_back == id);
        let last = last.ok_or_else(|| Error::new(Code::NotFound))?;
        let before = store::before_of(&mut tx, last.id).await?.ok_or_else(|| Error::new(Code::NotFound))?;
        let versions = (it.version, held.case.version);
        rules::may_take_back(&last, &before, versions, (actor.person, app.now()))?;
        store::take_attempt_back(&mut tx, last.id, app.now()).await?;
        let place = held.case.place.clone();
        let doer = Doer::staff(&actor, By::actor(&actor, actor.acting(Permission::CaseCallBack, Some(&place), None)));
        let spoke = last.outcome == AttemptOutcome::Reached;
        if before.case_versions.0 == before.case_versions.1 && !spoke {
            let params = json!({"way": last.channel, "attempt": last.outcome, "taken_back": true});
            actions::word_sought(&mut tx, app, &doer, &held.case, (last.report, params, None)).await?;
        } else {
            let stood = (last.report, last.at, before.case.clone());
            actions::take_word_back(&mut tx, app, &doer, &mut held, stood).await?;
        }
        (it.state, it.next_at, it.attempts, it.ended_at) =
            (before.state, before.next_at, before.attempts, before.ended_at);
        if store::update(&mut tx, &it).await? { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    app.live.hint(Topic::Records);
    Ok(())
}

/// Where a call-back stands after an attempt: somebody is still to be tried, from when; or it is over, and how.
async fn stand(
    tx: &mut Tx,
    app: &App,
    doer: &Doer,
    (it, held): (&mut CallBack, &mut Held),
    with_phone: &BTreeSet<Id<Report>>,
) -> Result<()> {
    if it.kind == CallBackKind::Result && (held.case.result_at != Some(it.began_at) || !held.case.status.is_open()) {
        it.state = CallBackState::Answered;
        return Ok(());
    }
    let limits = app.verification.get().call_backs;
    let attempts = store::attempts_of(tx, &[it.case]).await?;
    let silent: Vec<(&Report, Tried<'_>)> = to_ask(held, it.kind)
        .map(|report| (report, Tried::of(&attempts, report.id, with_phone.contains(&report.whose()))))
        .collect();
    let next = |tried: &Tried<'_>| {
        let last = tried.attempts.iter().rev().find(|one| one.channel != Way::Link && one.at >= it.began_at);
        let last = last.filter(|one| one.outcome == AttemptOutcome::NoAnswer);
        last.map_or(app.now(), |one| rules::next_after(one.at, &limits, &app.settings.zone))
    };
    let next: Option<Instant> =
        silent.iter().filter(|(_, tried)| tried.is_open(&limits, it.began_at)).map(|(_, tried)| next(tried)).min();
    if let Some(next) = next {
        it.next_at = next;
        return Ok(());
    }
    let in_vain = silent.iter().all(|(_, tried)| tried.in_vain(it.began_at) >= limits.attempts);
    it.state = match silent.as_slice() {
        [] => CallBackState::Answered,
        silent if silent.iter().all(|(_, tried)| tried.is_left_alone()) => CallBackState::LeftAlone,
        _ => CallBackState::Unanswered,
    };
    if it.kind == CallBackKind::Result && in_vain && !silent.is_empty() {
        let attempts = it.attempts;
        actions::nobody_reached(tx, app, doer, held, attempts).await?;
    }
    Ok(())
}

/// A call-back about a withdrawal that was drawn.
pub(super) fn about_withdrawal(app: &App, held: &Held, with_phone: &BTreeSet<Id<Report>>) -> Option<CallBack> {
    let began = held.case.ended_at.filter(|_| held.case.status == cases::Status::Withdrawn)?;
    Some(begun(app, held, CallBackKind::Withdrawn, began, with_phone))
}
