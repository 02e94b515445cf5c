//! SQL of what everyone may read: `disclosed_topics` alone.

use db::{Conn, Sql, Tx, sql};
use kernel::{RegionCode, Result};

use crate::modules::recurrence::model::{Told, TopicState};

/// Tells the topic of a county's month; false where the month has another one.
pub async fn tell(tx: &mut Tx, told: &Told) -> Result<bool> {
    let inserted = tx
        .execute(sql!(
            "INSERT INTO disclosed_topics (county, month, village, matter, goal, result, is_finished, cases)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT DO NOTHING",
            &told.county,
            &told.month,
            &told.village,
            &told.matter,
            &told.goal,
            told.result.as_ref(),
            told.is_finished,
            told.cases,
        ))
        .await?;
    Ok(inserted == 1)
}

/// Takes it back.
pub async fn untell(tx: &mut Tx, county: &RegionCode, month: &str) -> Result<()> {
    tx.execute(sql!("DELETE FROM disclosed_topics WHERE county = $1 AND month = $2", county, month)).await?;
    Ok(())
}

/// Tells how far it is.
pub async fn retell(tx: &mut Tx, county: &RegionCode, month: &str, state: TopicState) -> Result<()> {
    tx.execute(sql!(
        "UPDATE disclosed_topics SET is_finished = $1 WHERE county = $2 AND month = $3",
        state == TopicState::Finished,
        county,
        month
    ))
    .await?;
    Ok(())
}

fn select() -> Sql {
    sql!("SELECT county, month, village, matter, goal, result, is_finished, cases FROM disclosed_topics WHERE ")
}

/// The topic of a county's month.
pub async fn told_unscoped(db: &mut Conn, county: &RegionCode, month: &str) -> Result<Option<Told>> {
    db.optional(select().push_value("county = ", county).push_value(" AND month = ", month)).await
}

/// The topics of a county's months, the newest first.
pub async fn told_in_unscoped(db: &mut Conn, county: &RegionCode, limit: i64) -> Result<Vec<Told>> {
    db.all(select().push_value("county = ", county).push_value(" ORDER BY month DESC LIMIT ", limit)).await
}
