//! A step of a share, whoever takes it: agree, sign, answer, decline; accept, send back, take back.

use db::Tx;
use kernel::{Code, Day, Error, Id, Instant, Result};
use serde_json::json;

use super::{and, give::assisting, holder, note};
use crate::{
    modules::{
        App, SharedApp,
        cases::{
            actions::{GivenPart, Step, end_part, finish_part, give_parts, optional, record, required},
            cohandling::{
                model::{Share, ShareState},
                rules::{self, ShareStep},
                store,
            },
            model::{AssignmentKind, Case},
            store as cases,
        },
        photos, routing,
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
        trail::By,
    },
};

/// What is said with a step.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Its words: the answer, the reason.
    pub text: Option<String>,
    /// Photos of an answer.
    pub photos: Vec<String>,
    /// The day on which it is due then, where it is sent back.
    pub due: Option<Day>,
}

impl Words {
    /// Trims the words, and refuses what a step needs and has not.
    fn checked(self, step: ShareStep) -> Result<Self> {
        let text = match step {
            ShareStep::Agree | ShareStep::Sign | ShareStep::Accept => optional("text", self.text.as_deref())?,
            ShareStep::Answer | ShareStep::Decline | ShareStep::SendBack | ShareStep::End => {
                Some(required("text", self.text.as_deref().unwrap_or_default())?)
            }
        };
        Ok(Self { text, ..self })
    }
}

/// Takes a step on a share as the reader saw it at version `seen`.
///
/// # Errors
/// `not_found` for who does not see it; `record_changed` when someone was faster; `not_your_unit`, `share_moved`,
/// `declined_already`, `decline_too_late`; field errors.
pub async fn take(
    app: &SharedApp,
    actor: &Actor,
    id: Id<Share>,
    (seen, step): (i64, ShareStep),
    words: Words,
    key: Key,
) -> Result<()> {
    let words = words.checked(step)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    app.db
        .write(async move |mut tx| {
            let (app, now) = (&*shared, shared.now());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            // The case first, as whoever else writes on it: two who change it wait for one another and not for each other.
            let case = store::get_unscoped(&mut tx, id).await?.case;
            let case = cases::lock_unscoped(&mut tx, case).await?;
            let mut share = store::lock(&mut tx, id).await?;
            if !rules::sees(&share, &case, &actor) {
                return Err(Error::new(Code::NotFound));
            }
            if share.version != seen {
                return Err(Error::new(Code::RecordChanged));
            }
            let (state, unit) = rules::decide(step, &share, &case, &actor)?;
            if step == ShareStep::Decline {
                let until = decline_until(app, &share);
                rules::may_decline(&share, &store::of_case(&mut tx, case.id).await?, (until, now), &app.settings.zone)?;
            }
            let permission = if unit.is_some() { Permission::CaseHandle } else { Permission::CaseDispatch };
            let by = By::actor(&actor, actor.acting(permission, Some(&case.place), unit));
            apply(&mut tx, app, &by, &case, &mut share, (step, words), now).await?;
            share.state = state;
            store::save(&mut tx, &share).await
        })
        .await?;
    app.live.hint(Topic::Cases);
    Ok(())
}

/// Until when a unit may decline: the catalogue's limit, from when it had the share.
pub(in super::super) fn decline_until(app: &App, share: &Share) -> Instant {
    let limit = app.matters.catalogue().assisting().decline_within;
    routing::reckon(app, limit, share.begun_at.unwrap_or(share.given_at), false).due_at
}

async fn apply(
    tx: &mut Tx,
    app: &App,
    by: &By,
    case: &Case,
    share: &mut Share,
    (step, words): (ShareStep, Words),
    now: Instant,
) -> Result<()> {
    let named = holder(tx, share).await?;
    let text = words.text.clone();
    match step {
        ShareStep::Agree => {
            agree(tx, app, by, case, share, now).await?;
            note(tx, app, by, case, ("share_agreed", named), text).await
        }
        ShareStep::Sign => {
            (share.signed_at, share.signed_by) = (Some(now), by.person);
            if let (Some(part), Some(person)) = (share.assignment, by.person) {
                store::sign_part(tx, part, person, now).await?;
            }
            note(tx, app, by, case, ("share_signed", named), text).await
        }
        ShareStep::Answer => answer(tx, app, by, (case, share), words, now).await,
        ShareStep::Decline => {
            share.words.clone_from(&words.text);
            note(tx, app, by, case, ("share_declined", named), text).await?;
            leave(tx, app, by, case, share, words.text.as_deref()).await
        }
        ShareStep::Accept => note(tx, app, by, case, ("share_accepted", named), text).await,
        ShareStep::SendBack => send_back(tx, app, by, (case, share), words, now).await,
        ShareStep::End => {
            share.words.clone_from(&words.text);
            note(tx, app, by, case, ("share_ended", named), text).await?;
            leave(tx, app, by, case, share, words.text.as_deref()).await
        }
    }
}

/// Whoever was asked now has its part in the case, and sees it.
async fn agree(tx: &mut Tx, app: &App, by: &By, case: &Case, share: &mut Share, now: Instant) -> Result<()> {
    rules::is_in_hand(case)?;
    let Some(unit) = share.unit else { return Ok(()) };
    let given = GivenPart { unit, due_at: Some(share.due_at) };
    let new = give_parts(tx, app, by, case, AssignmentKind::Assist, &[given]).await?.into_iter().next().flatten();
    share.assignment = match new {
        Some(part) => Some(part),
        None => assisting(&cases::assignments_of(tx, case.id).await?, unit),
    };
    share.begun_at = Some(now);
    Ok(())
}

/// 答复主办: to the lead, never to the resident.
pub(super) async fn answer(
    tx: &mut Tx,
    app: &App,
    by: &By,
    (case, share): (&Case, &mut Share),
    words: Words,
    now: Instant,
) -> Result<()> {
    photos::attach(tx, case.id, &words.photos).await?;
    (share.answered_at, share.answered_by) = (Some(now), by.person);
    share.signed_at = share.signed_at.or(Some(now));
    share.signed_by = share.signed_by.or(by.person);
    (share.answer, share.answer_photos) = (words.text.clone(), words.photos);
    share.words = None;
    let is_late = now > share.due_at;
    let kind = if share.unit.is_some() { "share_answered" } else { "link_answered" };
    let params = and(holder(tx, share).await?, json!({"late": is_late}));
    let step = Step::new(kind).params(params).text(words.text).photos(&share.answer_photos).internal();
    record(tx, app, by, case, step, now).await?;
    match share.assignment {
        Some(part) => finish_part(tx, app, by, case, part, None).await.map(drop),
        None => Ok(()),
    }
}

async fn send_back(
    tx: &mut Tx,
    app: &App,
    by: &By,
    (case, share): (&Case, &mut Share),
    words: Words,
    now: Instant,
) -> Result<()> {
    if let Some(due) = words.due {
        share.due_at = rules::due_on(case, due, now, (app.settings.close_of_business, &app.settings.zone))?;
    }
    share.rounds += 1;
    share.answered_at = None;
    share.words.clone_from(&words.text);
    if let Some(part) = share.assignment {
        store::reopen_part(tx, part, share.due_at).await?;
    }
    let params = and(holder(tx, share).await?, json!({"due_at": share.due_at, "round": share.rounds}));
    note(tx, app, by, case, ("share_sent_back", params), words.text).await
}

/// Its unit no longer has a part in the case, unless it answered before.
async fn leave(tx: &mut Tx, app: &App, by: &By, case: &Case, share: &Share, reason: Option<&str>) -> Result<()> {
    let (Some(part), Some(unit)) = (share.assignment, share.unit) else { return Ok(()) };
    if share.state == ShareState::Answered {
        return Ok(());
    }
    end_part(tx, app, by, case, (part, unit), reason).await.map(drop)
}
