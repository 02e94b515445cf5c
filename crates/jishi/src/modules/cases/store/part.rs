//! Assignments: the units' parts in a case.

use std::collections::HashMap;

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Id, Instant, Result};

use crate::{
    modules::cases::{
        cohandling,
        model::{Assignment, AssignmentState, Case},
    },
    platform::access::Person,
};

/// Gives a unit its part.
///
/// # Errors
/// `internal` when the database fails.
pub async fn insert_assignment(tx: &mut Tx, case: &Case, part: &Assignment) -> Result<()> {
    tx.later(sql!(
        "INSERT INTO assignments (id, case_id, kind, unit, person, state, is_open, due_at, assigned_at, signed_at,
             received_at, case_is_open)
         VALUES ($1, $2, $3, $4, $5, $6, TRUE, $7, $8, $9, $10, $11)",
        part.id,
        case.id,
        part.kind.as_str(),
        part.unit,
        part.person,
        part.state.as_str(),
        part.due_at,
        part.assigned_at,
        part.signed_at,
        case.received_at,
        case.status.is_open(),
    ))
    .await
}

/// All parts of a case, the oldest first; the caller has checked the right to the case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn assignments_of(db: &mut Conn, case: Id<Case>) -> Result<Vec<Assignment>> {
    db.all(sql!(
        "SELECT a.id, a.kind, a.unit, a.person, a.state, a.due_at, a.assigned_at, a.signed_at, a.done_at, a.reason,
                a.disputed_at, u.region AS unit_place
         FROM assignments a
         JOIN units u ON u.id = a.unit
         WHERE a.case_id = $1
         ORDER BY a.assigned_at, a.id",
        case,
    ))
    .await
}

struct Of(Id<Case>, Assignment);

impl FromRow for Of {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("case_id")?, Assignment::from_row(row)?))
    }
}

/// The parts of some cases, by case; the caller has checked the right to them.
///
/// # Errors
/// `internal` when the database fails.
pub async fn parts_by_case(db: &mut Conn, cases: &[Id<Case>]) -> Result<HashMap<Id<Case>, Vec<Assignment>>> {
    let sql = sql!(
        "SELECT a.case_id, a.id, a.kind, a.unit, a.person, a.state, a.due_at, a.assigned_at, a.signed_at, a.done_at,
                a.reason, a.disputed_at, u.region AS unit_place
         FROM assignments a
         JOIN units u ON u.id = a.unit
         WHERE TRUE"
    );
    let sql = sql.push_list(" AND a.case_id IN", cases.iter().copied());
    let mut parts: HashMap<Id<Case>, Vec<Assignment>> = HashMap::new();
    for Of(case, part) in db.all(sql.push(" ORDER BY a.case_id, a.assigned_at, a.id")).await? {
        parts.entry(case).or_default().push(part);
    }
    Ok(parts)
}

/// Moves the lead's open part on: signed, done, returned.
///
/// # Errors
/// `internal` when the database fails.
pub async fn move_lead(
    tx: &mut Tx,
    case: Id<Case>,
    state: AssignmentState,
    person: Option<Id<Person>>,
    reason: Option<&str>,
    at: Instant,
) -> Result<()> {
    let signed_at = (state == AssignmentState::Signed).then_some(at);
    let done_at = (state != AssignmentState::Signed).then_some(at);
    tx.execute(sql!(
        "UPDATE assignments
         SET state = $1, is_open = $2, person = COALESCE($3, person), reason = COALESCE($4, reason),
             signed_at = COALESCE($5, signed_at), done_at = COALESCE($6, done_at)
         WHERE case_id = $7 AND kind = 'lead' AND is_open",
        state.as_str(),
        matches!(state, AssignmentState::Open | AssignmentState::Signed),
        person,
        reason,
        signed_at,
        done_at,
        case,
    ))
    .await?;
    Ok(())
}

/// Moves one open part on, whoever's it is; false when it is not open any more.
///
/// # Errors
/// `internal` when the database fails.
pub async fn move_part(
    tx: &mut Tx,
    case: Id<Case>,
    part: Id<Assignment>,
    state: AssignmentState,
    (person, reason): (Option<Id<Person>>, Option<&str>),
    at: Instant,
) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE assignments
             SET state = $1, is_open = $2, person = COALESCE($3, person), reason = COALESCE($4, reason), done_at = $5
             WHERE id = $6
               AND case_id = $7
               AND is_open",
            state.as_str(),
            state.is_owed(),
            person,
            reason,
            at,
            part,
            case,
        ))
        .await?;
    Ok(changed == 1)
}

/// The lead's open part is due when its case is, and so is an assistant's or a share that was due with the case, at
/// `before`. What has a day of its own keeps it.
///
/// # Errors
/// `internal` when the database fails.
pub async fn move_due(tx: &mut Tx, case: &Case, before: Option<Instant>) -> Result<()> {
    tx.execute(sql!(
        "UPDATE assignments SET due_at = $1 WHERE case_id = $2 AND is_open AND (kind = 'lead' OR due_at = $3)",
        case.due_at,
        case.id,
        before,
    ))
    .await?;
    tx.execute(sql!(
        "UPDATE case_shares SET due_at = $1 WHERE case_id = $2 AND is_open AND due_at = $3",
        case.due_at,
        case.id,
        before,
    ))
    .await?;
    Ok(())
}

/// 派单异议: the lead's unit says that it should not have been given the case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn mark_disputed(tx: &mut Tx, case: Id<Case>, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "UPDATE assignments SET disputed_at = $1 WHERE case_id = $2 AND kind = 'lead' AND is_open",
        at,
        case,
    ))
    .await?;
    Ok(())
}

/// Ends every part still open: the case has ended, or goes back to be dispatched anew. A part that ends with the case and
/// was never signed for stays in its unit's lists as one of an ended case, and says that nobody took it up.
///
/// # Errors
/// `internal` when the database fails.
pub async fn end_assignments(tx: &mut Tx, case: Id<Case>, state: AssignmentState, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "UPDATE assignments SET state = $1, is_open = FALSE, done_at = $2 WHERE case_id = $3 AND is_open",
        state.as_str(),
        at,
        case,
    ))
    .await?;
    // What the parts are about ends with them.
    cohandling::close_shares(tx, case).await
}

/// Drops the part that was given at a moment and that nobody has touched.
///
/// # Errors
/// `internal` when the database fails.
pub async fn drop_part_given_at(tx: &mut Tx, case: Id<Case>, at: Instant) -> Result<()> {
    tx.execute(sql!("DELETE FROM assignments WHERE case_id = $1 AND assigned_at = $2 AND is_open", case, at)).await?;
    Ok(())
}

/// Names another person for the open parts of a case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn name_person(tx: &mut Tx, case: Id<Case>, from: Option<Id<Person>>, to: Id<Person>) -> Result<()> {
    let sql = sql!("UPDATE assignments SET person = $1 WHERE case_id = $2 AND is_open", to, case);
    tx.execute(sql.push_some(from, |sql, from| sql.push_value(" AND person = ", from))).await?;
    Ok(())
}
