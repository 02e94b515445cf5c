//! An assessment is made: what is in force is read, set as a paper, kept with its hash, and told on the trail.

use db::Tx;
use kernel::{Code, Error, Id, Lang, Result};
use serde_json::json;

use super::{
    model::Assessment,
    paper::{self, Measures},
    store, views,
};
use crate::{
    modules::{App, SharedApp, contacts, vault},
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        keys::{hex, sha256},
        paper as press,
        trail::{self, By, Entry},
    },
};

/// Openings of the last year are counted.
const YEAR_DAYS: i64 = 365;

/// Makes an assessment of what is in force now. Sent again under the same key it makes no second one.
///
/// # Errors
/// `forbidden` to whoever does not keep the protection of the whole instance; `no_font`; `record_changed` when two are made
/// at once.
pub(super) async fn assess(app: &SharedApp, actor: &Actor, lang: Lang, key: Key) -> Result<Id<Assessment>> {
    let scope = actor.require(Permission::ProtectionKeep)?;
    if !scope.covers(&app.settings.region) {
        return Err(Error::new(Code::Forbidden));
    }
    let fonts = press::fonts_of(&app.settings);
    if fonts.is_empty() {
        return Err(Error::new(Code::NoFont));
    }
    let (now, measures) = (app.now(), measures(app).await?);
    let year = i64::from(app.today().date().year());
    let number = store::next_number(&mut app.db.read().await?, year).await?;
    let id: Id<Assessment> = Id::new(now, &app.chance);
    let (shared, printer) = (SharedApp::clone(app), actor.name.clone());
    let write = move || {
        let record = views::record(&shared);
        press::write(&paper::compose(&shared, &record, &measures, (lang, &printer), (year, number)), &fonts)
    };
    let printed = tokio::task::spawn_blocking(write).await.map_err(Error::internal)??;
    let made = Assessment {
        id,
        year,
        number,
        made_at: now,
        person: actor.person,
        lang: lang.tag().to_owned(),
        sha256: hex(&sha256(&printed.bytes)),
    };
    let by = By::actor(actor, actor.acting(Permission::ProtectionKeep, Some(&app.settings.region), None));
    let place = app.settings.region.clone();
    app.db
        .write(async move |mut tx: Tx| {
            if let Some(earlier) = idempotency::claim(&mut tx, &key, &made.id.to_string(), now).await? {
                return earlier.parse().map_err(Error::internal);
            }
            if !store::insert(&mut tx, &made, printed).await? {
                return Err(Error::new(Code::RecordChanged));
            }
            let params = json!({"year": made.year, "number": made.number, "sha256": made.sha256});
            let object_id = made.id.to_string();
            let entry =
                Entry { kind: "assessment.made", object_kind: "assessment", object_id, place: Some(&place), params };
            trail::record(&mut tx, now, &by, entry).await?;
            Ok(made.id)
        })
        .await
}

async fn measures(app: &App) -> Result<Measures> {
    let keys = vault::keys_unscoped(app).await?;
    let current = keys.into_iter().find(|held| held.is_current);
    let since = app.now().plus_days(-YEAR_DAYS);
    Ok(Measures {
        suite: current.as_ref().map(|held| held.key.suite),
        key_since: current.map(|held| held.key.since),
        openings: contacts::openings_by_purpose_unscoped(&mut app.db.read().await?, since).await?,
    })
}
