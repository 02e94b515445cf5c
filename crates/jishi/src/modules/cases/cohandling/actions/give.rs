//! 分工: the lead gives a unit its share, or a contractor a link.

use jiff::civil::Time;
use kernel::{Code, Day, Error, Id, Instant, Result};
use serde_json::json;

use super::{and, holder, note};
use crate::{
    modules::{
        SharedApp,
        cases::{
            actions::required,
            cohandling::{
                model::{Share, ShareKind, ShareState},
                rules, store,
            },
            model::{Assignment, AssignmentKind, Case},
            proposal, store as cases,
        },
    },
    platform::{
        access::{Actor, Permission, Unit},
        idempotency::{self, Key},
        keys::{hex, sha256},
        live::Topic,
        trail::By,
    },
};

/// A unit's share, as the lead gives it.
#[derive(Clone, Debug)]
pub struct NewShare {
    /// To whom.
    pub unit: Id<Unit>,
    /// What is to be done.
    pub task: String,
    /// On which day it is due.
    pub due: Day,
}

/// A contractor's share, as the lead gives it.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The contractor's name.
    pub company: String,
    /// What is to be done.
    pub task: String,
    /// On which day it is due.
    pub due: Day,
    /// The last day on which the link opens.
    pub expires: Day,
    /// Photos of the case that the contractor sees.
    pub photos: Vec<String>,
}

fn fresh(app: &SharedApp, case: &Case, lead: Id<Unit>, actor: &Actor, (task, due): (String, Instant)) -> Share {
    let now = app.now();
    Share {
        id: Id::new(now, &app.chance),
        case: case.id,
        kind: ShareKind::Unit,
        state: ShareState::Open,
        unit: None,
        assignment: None,
        company: None,
        lead_unit: lead,
        task,
        photos: Vec::new(),
        due_at: due,
        given_at: now,
        given_by: actor.person,
        begun_at: None,
        signed_at: None,
        signed_by: None,
        answered_at: None,
        answer: None,
        answer_photos: Vec::new(),
        answered_by: None,
        words: None,
        rounds: 0,
        expires_at: None,
        version: 1,
    }
}

/// Gives a unit its share. Whoever was dispatched to as an assistant has it at once; another unit is asked, and owes nothing
/// until it agrees, or the dispatcher for it.
///
/// # Errors
/// `not_found` outside the scope; `not_your_unit`, `wrong_status`; field errors.
pub async fn give(app: &SharedApp, actor: &Actor, id: Id<Case>, new: NewShare, key: Key) -> Result<()> {
    let scope = actor.require(Permission::CaseRead)?;
    let task = required("task", &new.task)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    app.db
        .write(async move |mut tx| {
            let (app, now) = (&shared, shared.now());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let case = cases::lock(&mut tx, &scope, id).await?;
            let lead = rules::may_give(&case, &actor)?;
            let due = rules::due_on(&case, new.due, now, (app.settings.close_of_business, &app.settings.zone))?;
            proposal::units_that_may_assist(&mut tx, &case, &[new.unit], "unit").await?;
            rules::may_have(new.unit, &case, &store::of_case(&mut tx, id).await?)?;
            let part = assisting(&cases::assignments_of(&mut tx, id).await?, new.unit);
            let mut share = Share { unit: Some(new.unit), ..fresh(app, &case, lead, &actor, (task, due)) };
            match part {
                Some(part) => {
                    share.assignment = Some(part);
                    share.begun_at = Some(now);
                    store::set_due(&mut tx, part, due).await?;
                }
                None => share.state = ShareState::Asked,
            }
            store::insert(&mut tx, &share, &case.place, None).await?;
            let by = By::actor(&actor, actor.acting(Permission::CaseHandle, Some(&case.place), Some(lead)));
            let kind = if part.is_some() { "share_given" } else { "share_asked" };
            let params = and(holder(&mut tx, &share).await?, json!({"due_at": share.due_at}));
            note(&mut tx, app, &by, &case, (kind, params), Some(share.task.clone())).await
        })
        .await?;
    app.live.hint(Topic::Cases);
    Ok(())
}

/// Whether a part is that of an assistant who still owes it.
pub(in super::super) fn assists(part: &Assignment) -> bool {
    part.kind == AssignmentKind::Assist && part.state.is_owed()
}

/// The part in a case that a unit still has as an assistant.
pub(super) fn assisting(parts: &[Assignment], unit: Id<Unit>) -> Option<Id<Assignment>> {
    parts.iter().find(|part| assists(part) && part.unit == unit).map(|part| part.id)
}

/// Makes a link for a contractor. What is returned is shown this once.
///
/// # Errors
/// As [`give`]; `link_shown` when the operation is repeated.
pub async fn make_link(app: &SharedApp, actor: &Actor, id: Id<Case>, new: NewLink, key: Key) -> Result<String> {
    let scope = actor.require(Permission::CaseRead)?;
    let (task, company) = (required("task", &new.task)?, company(&new.company)?);
    let expires_at = expiry(app, new.expires)?;
    let token = hex(&app.chance.bytes::<24>());
    let (shared, actor, hash) = (SharedApp::clone(app), actor.clone(), sha256(token.as_bytes()));
    app.db
        .write(async move |mut tx| {
            let (app, now) = (&shared, shared.now());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Err(Error::new(Code::LinkShown));
            }
            let case = cases::lock(&mut tx, &scope, id).await?;
            let lead = rules::may_give(&case, &actor)?;
            let due = rules::due_on(&case, new.due, now, (app.settings.close_of_business, &app.settings.zone))?;
            if store::photos_of(&mut tx, id, &new.photos).await?.len() != new.photos.len() {
                return Err(Error::field("photos", Code::PhotoUnknown));
            }
            let share = Share {
                kind: ShareKind::Contractor,
                company: Some(company),
                photos: new.photos,
                expires_at: Some(expires_at),
                begun_at: Some(now),
                ..fresh(app, &case, lead, &actor, (task, due))
            };
            store::insert(&mut tx, &share, &case.place, Some(hash)).await?;
            let by = By::actor(&actor, actor.acting(Permission::CaseHandle, Some(&case.place), Some(lead)));
            let params = and(holder(&mut tx, &share).await?, json!({"due_at": share.due_at, "expires_at": expires_at}));
            note(&mut tx, app, &by, &case, ("link_made", params), Some(share.task.clone())).await
        })
        .await?;
    app.live.hint(Topic::Cases);
    Ok(token)
}

fn company(name: &str) -> Result<String> {
    let name = name.trim();
    let max = i64::try_from(rules::COMPANY_MAX).unwrap_or(i64::MAX);
    match name.chars().count() {
        0 => Err(Error::field("company", Code::Required)),
        n if n > rules::COMPANY_MAX => Err(Error::field("company", Code::TooLong).with("max", max)),
        _ => Ok(name.to_owned()),
    }
}

/// The end of the last day of a link, which lies within what the catalogue allows.
fn expiry(app: &SharedApp, last: Day) -> Result<Instant> {
    let (today, days) = (app.today(), app.matters.catalogue().assisting().link_days);
    if last < today || last > today.plus(days) {
        let range = (today.to_string(), today.plus(days).to_string());
        return Err(Error::field("expires", Code::OutOfRange).with("min", range.0).with("max", range.1));
    }
    Ok(last.plus(1).at(Time::midnight(), &app.settings.zone))
}
