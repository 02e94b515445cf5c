//! Taking an intake back: what nobody has touched is withdrawn, the rest is named.

use db::Tx;
use kernel::{Code, Error, Id, Result};
use serde_json::json;

use crate::{
    modules::{
        SharedApp,
        cases::{Intake, actions::take_back_orders},
        sources::{
            model::{Carrier, CaseMark, IntakeRow},
            store,
        },
    },
    platform::{
        idempotency::{self, Key},
        live::Topic,
        trail::{self, Entry},
    },
};

/// What became of an intake that was undone.
#[derive(Debug)]
pub struct Undone {
    /// Cases withdrawn.
    pub withdrawn: i64,
    /// Cases that stay, because somebody has worked on them.
    pub kept: Vec<CaseMark>,
}

/// Undoes an intake. It goes on when the page is closed, and is done by doing it again.
///
/// # Errors
/// `not_found` when it is not the carrier's to see; `import_undone`.
pub async fn undo(app: &SharedApp, carrier: Carrier, code: String, id: Id<Intake>, key: Key) -> Result<Undone> {
    let shared = SharedApp::clone(app);
    tokio::spawn(async move { undo_all(&shared, carrier, code, id, key).await }).await.map_err(Error::internal)?
}

async fn undo_all(app: &SharedApp, carrier: Carrier, code: String, id: Id<Intake>, key: Key) -> Result<Undone> {
    let intake = begin(app, &carrier, &code, id, key).await?;
    let back = take_back_orders(app, &carrier.by, &intake.source, id).await?;
    let kept = back.kept.into_iter().map(|order| CaseMark { id: order.case.id, number: order.case.number }).collect();
    if let Some(withdrawn) = intake.withdrawn {
        return Ok(Undone { withdrawn, kept });
    }
    let (now, withdrawn) = (app.now(), back.withdrawn);
    let write = async move |mut tx: Tx| {
        let intake = store::lock_intake(&mut tx, &carrier, &code, id).await?;
        store::mark_undone(&mut tx, id, carrier.by.person, withdrawn, now).await?;
        let params = json!({ "source": intake.source, "file": intake.file, "count": withdrawn });
        let (kind, object_id, place) = ("source.undone", id.to_string(), Some(&intake.region));
        trail::record(&mut tx, now, &carrier.by, Entry { kind, object_kind: "intake", object_id, place, params }).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(Undone { withdrawn, kept })
}

/// The intake, unless it was undone by another operation than this one.
async fn begin(app: &SharedApp, carrier: &Carrier, code: &str, id: Id<Intake>, key: Key) -> Result<IntakeRow> {
    let (now, carrier, code) = (app.now(), carrier.clone(), code.to_owned());
    let write = async move |mut tx: Tx| {
        let intake = store::lock_intake(&mut tx, &carrier, &code, id).await?;
        let is_again = idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some();
        if intake.undone_at.is_some() && !is_again {
            return Err(Error::new(Code::ImportUndone));
        }
        Ok(intake)
    };
    app.db.write(write).await
}
