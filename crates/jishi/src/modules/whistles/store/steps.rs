//! What changes.

use db::{Conn, Tx, sql};
use kernel::{Id, Instant, Level, Result};

use super::CALL;
use crate::modules::{
    cases::Outcome,
    whistles::model::{CallGrade, SaidBy, Whistle, WhistleCall, WhistleReply},
};

/// Puts a whistle in.
pub async fn insert(tx: &mut Tx, whistle: &Whistle) -> Result<()> {
    let at = |level| whistle.region.at(level);
    tx.execute(sql!(
        "INSERT INTO whistles (id, kind, source, state, is_open, goal, region, city, county, township, village, place_text,
             case_id, lead_unit, raised_at, raised_by, raised_unit, meets_at, limits, version)
         VALUES ($1, $2, $3, $4, TRUE, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 1)",
        whistle.id,
        whistle.kind.as_str(),
        &whistle.source,
        whistle.state.as_str(),
        &whistle.goal,
        &whistle.region,
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        whistle.place_text.as_ref(),
        whistle.case,
        whistle.lead_unit,
        whistle.raised_at,
        whistle.raised_by,
        whistle.raised_unit,
        whistle.meets_at,
        whistle.limits.clone(),
    ))
    .await?;
    Ok(())
}

/// Writes a whistle as it is now; false when somebody else changed it meanwhile.
pub async fn save(tx: &mut Tx, whistle: &Whistle, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE whistles
             SET state = $1, is_open = $2, outcome = $3, answer = $4, answered_at = $5, escalated_at = $6, reason = $7,
                 decision = $8, ended_at = $9, version = version + 1
             WHERE id = $10
               AND version = $11",
            whistle.state.as_str(),
            whistle.is_open(),
            whistle.outcome.map(Outcome::as_str),
            whistle.answer.as_ref(),
            whistle.answered_at,
            whistle.escalated_at,
            whistle.reason.as_ref(),
            whistle.decision.as_ref(),
            whistle.ended_at,
            whistle.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// Puts a call in.
pub async fn insert_call(tx: &mut Tx, whistle: &Whistle, call: &WhistleCall, remind_at: Option<Instant>) -> Result<()> {
    let at = |level| whistle.region.at(level);
    tx.execute(sql!(
        "INSERT INTO whistle_calls (id, whistle, unit, assignment, task, city, county, township, raised_at, called_at,
             reply_due_at, arrive_due_at, due_at, is_open, counts, awaits_office, awaits_unit, reminded, remind_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, TRUE, TRUE, FALSE, FALSE, 0, $14, 1)",
        call.id,
        whistle.id,
        call.unit,
        call.assignment,
        call.task.as_ref(),
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        whistle.raised_at,
        call.called_at,
        call.reply_due_at,
        call.arrive_due_at,
        call.due_at,
        remind_at,
    ))
    .await?;
    Ok(())
}

/// A call as it shall be kept.
#[derive(Debug)]
pub struct SavedCall<'a> {
    /// The call.
    pub call: &'a WhistleCall,
    /// Whether something of it is still to be done.
    pub is_open: bool,
    /// When it is reminded next.
    pub remind_at: Option<Instant>,
}

/// Writes a call as it is now; false when somebody else changed it meanwhile.
pub async fn save_call(tx: &mut Tx, saved: SavedCall<'_>, seen: i64) -> Result<bool> {
    let SavedCall { call, is_open, remind_at } = saved;
    let changed = tx
        .execute(sql!(
            "UPDATE whistle_calls
             SET assignment = $1, reply = $2, reason = $3, answered_at = $4, arrived_at = $5, arrived_said_by = $6,
                 result = $7, done_at = $8, is_open = $9, awaits_office = $10, awaits_unit = $11, grade = $12,
                 grade_words = $13, justified = $14, prepared = $15, rating_words = $16, remind_at = $17,
                 version = version + 1
             WHERE id = $18
               AND version = $19",
            call.assignment,
            call.reply.map(WhistleReply::as_str),
            call.reason.as_ref(),
            call.answered_at,
            call.arrived_at,
            call.arrived_said_by.map(SaidBy::as_str),
            call.result.as_ref(),
            call.done_at,
            is_open,
            call.awaits_office,
            call.awaits_unit,
            call.grade.map(CallGrade::as_str),
            call.grade_words.as_ref(),
            call.justified.map(CallGrade::as_str),
            call.prepared.map(CallGrade::as_str),
            call.rating_words.as_ref(),
            remind_at,
            call.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// A whistle ends: nothing of its calls is to be done any more, and those whose time was not over count no more. Of one that
/// was withdrawn none counts.
pub async fn close_calls(tx: &mut Tx, whistle: Id<Whistle>, ended: Ended) -> Result<()> {
    let close = match ended {
        Ended::Over(at) => sql!(
            "UPDATE whistle_calls
             SET is_open = FALSE, remind_at = NULL, version = version + 1,
                 counts = (arrived_at IS NOT NULL OR COALESCE(reply, '') = 'cannot' OR arrive_due_at < $1)
             WHERE whistle = $2",
            at,
            whistle,
        ),
        Ended::Withdrawn => sql!(
            "UPDATE whistle_calls
             SET is_open = FALSE, remind_at = NULL, version = version + 1, counts = FALSE
             WHERE whistle = $1",
            whistle,
        ),
    };
    tx.execute(close).await?;
    Ok(())
}

/// How a whistle ended.
#[derive(Clone, Copy, Debug)]
pub enum Ended {
    /// It has its answer.
    Over(Instant),
    /// It was taken back.
    Withdrawn,
}

/// Both sides may rate each other now; whoever is not needed any more is not rated, and nobody rates what it raised itself.
pub async fn open_ratings(tx: &mut Tx, whistle: &Whistle) -> Result<()> {
    let sql = sql!(
        "UPDATE whistle_calls SET awaits_office = TRUE, awaits_unit = TRUE WHERE whistle = $1 AND counts",
        whistle.id
    );
    let own = |sql: db::Sql, unit| sql.push_value(" AND unit <> ", unit);
    tx.execute(sql.push_some(whistle.raised_unit, own)).await?;
    Ok(())
}

/// Calls whose reminder is due; served by whistle_calls_remind.
pub async fn due_reminders_unscoped(db: &mut Conn, now: Instant, limit: i64) -> Result<Vec<WhistleCall>> {
    let sql = sql!("").push(CALL).push(" FROM whistle_calls k WHERE k.remind_at IS NOT NULL");
    db.all(sql.push_value(" AND k.remind_at <= ", now).push_value(" ORDER BY k.remind_at, k.id LIMIT ", limit)).await
}

/// Notes that a reminder went out, and when the next is due; false when the call changed meanwhile.
pub async fn set_reminder(tx: &mut Tx, call: &WhistleCall, next: Option<Instant>) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE whistle_calls SET reminded = reminded + 1, remind_at = $1 WHERE id = $2 AND version = $3 AND is_open",
            next,
            call.id,
            call.version,
        ))
        .await?;
    Ok(changed == 1)
}
