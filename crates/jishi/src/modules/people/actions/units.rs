//! Units: made, changed by version, over on a day. Their place stays.

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Result};
use serde_json::json;

use super::{
    super::{
        duties::Duties,
        model::{UnitDraft, UnitRecord},
        rules, store,
    },
    Write, not_found, require_place, require_region,
};
use crate::{
    modules::App,
    platform::{
        access::{Actor, Permission, Unit},
        idempotency::Key,
        live::Topic,
    },
};

/// Creates a unit; repeated, it answers with the one created before.
///
/// # Errors
/// Field errors; `not_found` when its place is outside the actor's.
pub async fn create_unit(app: &App, actor: &Actor, draft: UnitDraft, key: Key) -> Result<UnitRecord> {
    let scope = actor.require(Permission::UnitEdit)?;
    let level = rules::check_unit(&draft)?;
    require_place(&scope, &draft.region)?;
    Duties::in_force(app).await?.check(&draft.duty)?;
    let write = Write::new(app, actor, Permission::UnitEdit, Some(&draft.region), key);
    let UnitDraft { names, duty, region, parent, phone, until } = draft;
    let id = Id::new(write.now, &app.chance);
    let unit = UnitRecord { id, names, duty, level, region, parent, phone, until, version: 1 };
    let made = app
        .db
        .write(async move |mut tx: Tx| {
            if let Some(earlier) = write.earlier(&mut tx, unit.id).await? {
                return store::unit_record_unscoped(&mut tx, earlier).await?.ok_or_else(not_found);
            }
            require_region(&mut tx, "region", &unit.region).await?;
            require_parent(&mut tx, &unit).await?;
            store::insert_unit(&mut tx, &unit).await?;
            let params = json!({ "duty": unit.duty });
            write.record(&mut tx, "unit.created", ("unit", unit.id.to_string()), &unit.region, params).await?;
            Ok(unit)
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(made)
}

/// Changes a unit. Its place stays: a unit that moves is a new unit.
///
/// # Errors
/// Field errors; `not_found`; `record_changed`; `unit_in_use` when it is to end while people hold posts in it.
pub async fn change_unit(
    app: &App,
    actor: &Actor,
    id: Id<Unit>,
    seen: i64,
    draft: UnitDraft,
    key: Key,
) -> Result<UnitRecord> {
    let scope = actor.require(Permission::UnitEdit)?;
    let level = rules::check_unit(&draft)?;
    let duties = Duties::in_force(app).await?;
    let write = Write::new(app, actor, Permission::UnitEdit, Some(&draft.region), key);
    let UnitDraft { names, duty, region, parent, phone, until } = draft;
    let unit = UnitRecord { id, names, duty, level, region, parent, phone, until, version: seen };
    let changed = app
        .db
        .write(async move |mut tx: Tx| {
            let old = store::unit_record_unscoped(&mut tx, id)
                .await?
                .filter(|old| scope.covers(&old.region))
                .ok_or_else(not_found)?;
            if write.earlier(&mut tx, id).await?.is_some() {
                return Ok(old);
            }
            if old.region != unit.region {
                return Err(Error::field("region", Code::UnknownValue).with("value", unit.region.as_str()));
            }
            // What was right when it was made does not keep its other fields from being mended.
            if old.duty != unit.duty {
                duties.check(&unit.duty)?;
            }
            require_parent(&mut tx, &unit).await?;
            if let Some(until) = unit.until {
                let holders = store::holders_from(&mut tx, id, until).await?;
                if holders > 0 {
                    return Err(Error::new(Code::UnitInUse).with("count", holders));
                }
            }
            if !store::update_unit(&mut tx, &unit).await? {
                return Err(Error::new(Code::RecordChanged));
            }
            let params = json!({ "until": unit.until });
            write.record(&mut tx, "unit.changed", ("unit", id.to_string()), &unit.region, params).await?;
            store::unit_record_unscoped(&mut tx, id).await?.ok_or_else(not_found)
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(changed)
}

/// The unit above exists, and is not the unit itself or below it.
async fn require_parent(db: &mut Conn, unit: &UnitRecord) -> Result<()> {
    let mut above = unit.parent;
    let mut steps = 0;
    while let Some(id) = above {
        let parent = store::unit_record_unscoped(db, id).await?;
        let parent = parent.filter(|parent| parent.id != unit.id && steps < 10);
        above = parent.ok_or_else(|| Error::field("parent", Code::UnknownUnit))?.parent;
        steps += 1;
    }
    Ok(())
}
