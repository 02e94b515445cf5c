//! 一个单位的一份: a part in a case beside the lead's, given, finished and ended: for whoever is called together by a whistle,
//! assists, or works for the lead. Whoever has one sees the case. It changes neither the case's status nor its version: the
//! lead goes on meanwhile.
//!
//! Rows written: one a part, one entry of the history for all of them, the trail, what the case is found by.

use db::Tx;
use kernel::{Id, Instant, Result};
use serde_json::json;

use super::{Step, optional, record, search::renew_words};
use crate::{
    modules::{
        App,
        cases::{
            model::{Assignment, AssignmentKind, AssignmentState, Case},
            proposal, rules, store,
        },
    },
    platform::{access::Unit, trail::By},
};

/// A part to be given.
#[derive(Clone, Copy, Debug)]
pub struct GivenPart {
    /// To whom.
    pub unit: Id<Unit>,
    /// By when its part is done; the case's own deadline where nothing is said.
    pub due_at: Option<Instant>,
}

/// Gives units their parts in an open case, inside a transaction that holds the case. Whoever has a part in it already keeps
/// that one and gets no other: none stands in its place of the answer.
///
/// # Errors
/// `wrong_status` once a result was filed; `unknown_unit` on `units` for one of another county.
pub async fn give_parts(
    tx: &mut Tx,
    app: &App,
    by: &By,
    case: &Case,
    kind: AssignmentKind,
    parts: &[GivenPart],
) -> Result<Vec<Option<Id<Assignment>>>> {
    rules::may_give_parts(case)?;
    let asked: Vec<Id<Unit>> = parts.iter().map(|part| part.unit).collect();
    let units = proposal::units_that_may_assist(tx, case, &asked, "units").await?;
    let held = store::assignments_of(tx, case.id).await?;
    let (mut given, mut told) = (Vec::new(), Vec::new());
    for (part, unit) in parts.iter().zip(units) {
        if held.iter().any(|held| held.unit == part.unit && held.state.is_owed()) {
            given.push(None);
            continue;
        }
        let due_at = part.due_at.or(case.due_at);
        let new = Assignment {
            id: Id::new(app.now(), &app.chance),
            kind,
            unit: part.unit,
            unit_place: None,
            person: None,
            state: AssignmentState::Open,
            due_at,
            assigned_at: app.now(),
            signed_at: None,
            done_at: None,
            reason: None,
            disputed_at: None,
        };
        store::insert_assignment(tx, case, &new).await?;
        given.push(Some(new.id));
        told.push(json!({"unit": unit.id, "names": unit.names, "due_at": due_at}));
    }
    if !told.is_empty() {
        let step = Step::new("part_given").params(json!({"kind": kind, "parts": told})).internal();
        record(tx, app, by, case, step, app.now()).await?;
        renew_words(tx, app, case).await?;
    }
    Ok(given)
}

/// A unit has done its part and says what it did. A part that has ended meanwhile stays as it is: false.
///
/// # Errors
/// `too_long` on `text`; `internal` when the database fails.
pub async fn finish_part(
    tx: &mut Tx,
    app: &App,
    by: &By,
    case: &Case,
    part: Id<Assignment>,
    text: Option<&str>,
) -> Result<bool> {
    let text = optional("text", text)?;
    if !store::move_part(tx, case.id, part, AssignmentState::Done, (by.person, None), app.now()).await? {
        return Ok(false);
    }
    let step = Step::new("part_done").text(text).internal();
    record(tx, app, by, case, step, app.now()).await.map(|_| true)
}

/// A part is owed no more: its unit cannot, or is not needed. It no longer sees the case. False when it has ended already.
///
/// # Errors
/// `internal` when the database fails.
pub async fn end_part(
    tx: &mut Tx,
    app: &App,
    by: &By,
    case: &Case,
    (part, unit): (Id<Assignment>, Id<Unit>),
    reason: Option<&str>,
) -> Result<bool> {
    if !store::move_part(tx, case.id, part, AssignmentState::Ended, (None, reason), app.now()).await? {
        return Ok(false);
    }
    let params = json!({"unit": unit, "names": proposal::unit_names(tx, unit).await?});
    let step = Step::new("part_ended").params(params).text(reason.map(str::to_owned)).internal();
    record(tx, app, by, case, step, app.now()).await?;
    renew_words(tx, app, case).await.map(|()| true)
}
