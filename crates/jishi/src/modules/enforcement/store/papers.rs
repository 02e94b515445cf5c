//! The full record of a case: papers and steps.

use db::{Conn, Tx, sql};
use kernel::{Id, Instant, Result};

use crate::{
    modules::enforcement::model::{Case, Paper, StepTaken},
    platform::access::Person,
};

/// The papers of a case, in the order they came. Whoever asks has the right to the case.
pub async fn papers_of(db: &mut Conn, case: Id<Case>) -> Result<Vec<Paper>> {
    db.all(sql!(
        "SELECT id, kind, made_on, words, photos, person, at, struck
         FROM enforcement_papers
         WHERE case_id = $1
         ORDER BY at, id",
        case,
    ))
    .await
}

/// Puts a paper in.
pub async fn add_paper(tx: &mut Tx, case: Id<Case>, paper: &Paper) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO enforcement_papers (id, case_id, kind, made_on, words, photos, person, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        paper.id,
        case,
        paper.kind.as_str(),
        paper.made_on,
        &paper.words,
        serde_json::json!(paper.photos),
        paper.person,
        paper.at,
    ))
    .await?;
    Ok(())
}

/// Strikes a paper; false when it is not there or was struck already.
pub async fn strike_paper(tx: &mut Tx, case: Id<Case>, paper: Id<Paper>, words: &str) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE enforcement_papers SET struck = $1 WHERE id = $2 AND case_id = $3 AND struck IS NULL",
            words,
            paper,
            case,
        ))
        .await?;
    Ok(changed == 1)
}

/// The steps of a case, in their order.
pub async fn steps_of(db: &mut Conn, case: Id<Case>) -> Result<Vec<StepTaken>> {
    db.all(sql!(
        "SELECT at, kind, person, words, params FROM enforcement_steps WHERE case_id = $1 ORDER BY at, id",
        case,
    ))
    .await
}

/// Writes a step down.
pub async fn add_step(
    tx: &mut Tx,
    (id, case): (Id<StepTaken>, Id<Case>),
    (at, kind, person): (Instant, &str, Id<Person>),
    (words, params): (Option<&str>, serde_json::Value),
) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO enforcement_steps (id, case_id, at, kind, person, words, params) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id,
        case,
        at,
        kind,
        person,
        words,
        params,
    ))
    .await?;
    Ok(())
}
