//! Printing cases: what leaves the platform on paper stands on the trail.

use kernel::{Code, Error, Id, Instant, Lang, Result};
use serde_json::json;

use crate::{
    modules::{
        SharedApp,
        cases::{
            model::Case,
            paper::{self, Kind, MOST},
            store,
        },
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        paper as press,
        trail::{self, By},
    },
};

/// Writes the sheets of some cases as one PDF. Sent again under the same key they bear the same time and stand on the trail
/// once.
///
/// # Errors
/// `not_found` outside the scope, `not_in_hand`, `not_reminded`, `no_font`; a field error for too many.
pub async fn print(
    app: &SharedApp,
    actor: Actor,
    kind: Kind,
    ids: Vec<Id<Case>>,
    lang: Lang,
    key: Key,
) -> Result<press::Printed> {
    let scope = actor.require(Permission::CaseRead)?;
    if ids.is_empty() || ids.len() > MOST {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        return Err(Error::field("cases", Code::OutOfRange).with("min", 1).with("max", most));
    }
    let mut db = app.db.read().await?;
    let (mut cases, mut sheets) = (Vec::new(), Vec::new());
    for id in ids {
        let case = store::get(&mut db, &scope, id).await?;
        sheets.push(paper::gather(&mut db, app, &actor, kind, &case).await?);
        cases.push(case);
    }
    drop(db);
    let fonts = press::fonts_of(&app.settings);
    if fonts.is_empty() {
        return Err(Error::new(Code::NoFont));
    }
    let printer = actor.name.clone();
    let at = note(app, actor, kind, cases, key).await?;
    let shared = SharedApp::clone(app);
    let write = move || press::write(&paper::compose(&shared, kind, &sheets, (lang, &printer), at), &fonts);
    tokio::task::spawn_blocking(write).await.map_err(Error::internal)?
}

/// Writes down that they were printed; returns when.
async fn note(app: &SharedApp, actor: Actor, kind: Kind, cases: Vec<Case>, key: Key) -> Result<Instant> {
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx| {
            let now = shared.now();
            if let Some(earlier) = idempotency::claim(&mut tx, &key, &now.to_string(), now).await? {
                return earlier.parse().map_err(Error::internal);
            }
            for case in &cases {
                let post = actor.acting(Permission::CaseRead, Some(&case.place), case.lead_unit);
                let event = trail::Entry {
                    kind: "case.printed",
                    object_kind: "case",
                    object_id: case.id.to_string(),
                    place: Some(&case.place),
                    params: json!({"number": case.number, "sheet": kind.as_str()}),
                };
                trail::record(&mut tx, now, &By::actor(&actor, post), event).await?;
            }
            Ok(now)
        })
        .await
}
