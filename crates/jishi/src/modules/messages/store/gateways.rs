//! Gateways: few, so that all of them are read at once.

use db::{Conn, Sql, Tx, sql};
use kernel::{Id, Instant, Result};

use crate::{modules::messages::model::Gateway, platform::access::Scope};

fn rows() -> Sql {
    sql!("SELECT id, kind, region, unit, name, shown, sealed, sender, is_on, version FROM gateways WHERE TRUE")
}

fn within(sql: Sql, scope: &Scope) -> Sql {
    sql.push(" AND ").push_any(&scope.places, |sql, place| sql.push_value("region LIKE ", format!("{place}%")))
}

/// Those of the actor's places, by place.
pub async fn list_gateways(db: &mut Conn, scope: &Scope) -> Result<Vec<Gateway>> {
    db.all(within(rows(), scope).push(" ORDER BY region, id")).await
}

/// One of them.
pub async fn gateway(db: &mut Conn, scope: &Scope, id: Id<Gateway>) -> Result<Option<Gateway>> {
    db.optional(within(rows().push_value(" AND id = ", id), scope)).await
}

/// All of them, to find the one that serves somebody: whoever writes is the platform.
pub async fn gateways_unscoped(db: &mut Conn) -> Result<Vec<Gateway>> {
    db.all(rows().push(" ORDER BY region, id")).await
}

/// Writes a new one.
pub async fn insert_gateway(tx: &mut Tx, new: &Gateway, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO gateways (id, kind, region, unit, name, shown, sealed, sender, is_on, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
        new.id,
        new.kind.as_str(),
        &new.region,
        new.unit,
        &new.name,
        &new.shown,
        new.sealed.clone(),
        new.sender.as_ref(),
        new.is_on,
        at,
    ))
    .await?;
    Ok(())
}

/// Writes one over the version that was seen; false when it has another by now. Kind, place and unit stay.
pub async fn update_gateway(tx: &mut Tx, changed: &Gateway) -> Result<bool> {
    let updated = tx
        .execute(sql!(
            "UPDATE gateways
             SET name = $3, shown = $4, sealed = $5, sender = $6, is_on = $7, version = version + 1
             WHERE id = $1
               AND version = $2",
            changed.id,
            changed.version,
            &changed.name,
            &changed.shown,
            changed.sealed.clone(),
            changed.sender.as_ref(),
            changed.is_on,
        ))
        .await?;
    Ok(updated == 1)
}
