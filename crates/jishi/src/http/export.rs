//! A list on its way out of the platform: who takes it stands in it and in the trail.

use axum::{extract::FromRequestParts, http::request::Parts};
use db::Tx;
use kernel::{Names, RegionCode, Result};
use serde_json::json;

use super::{extract::Reader, problem::Refusal, staff::Staff};
use crate::{
    modules::{SharedApp, people},
    platform::{
        access::Actor,
        mark::{ExportNumber, Mark},
        trail::{self, By, Entry},
    },
};

/// A member of staff who takes a list out, and what marks it as theirs; without a session the answer is 401.
#[derive(Debug)]
pub struct Exporter(pub Actor, pub Export);

/// What is taken out, and by whom.
#[derive(Debug)]
pub struct Export {
    app: SharedApp,
    by: By,
    place: Option<RegionCode>,
    mark: Mark,
}

impl Export {
    /// The mark that the file carries.
    pub fn mark(&self) -> Mark {
        self.mark.clone()
    }

    /// Writes into the trail that the list `file` is taken out; before its first row.
    pub(super) async fn record(self, file: String) -> Result<()> {
        let Self { app, by, place, mark } = self;
        let now = app.now();
        app.db
            .write(async move |mut tx: Tx| {
                let entry = Entry {
                    kind: "export.made",
                    object_kind: "export",
                    object_id: mark.number.to_string(),
                    place: place.as_ref(),
                    params: json!({"file": file}),
                };
                trail::record(&mut tx, now, &by, entry).await
            })
            .await
    }
}

impl FromRequestParts<SharedApp> for Exporter {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Refusal> {
        let Staff(actor) = Staff::from_request_parts(parts, app).await?;
        let Ok(Reader(lang)) = Reader::from_request_parts(parts, app).await;
        let post = actor.posts.first();
        let unit = match post.and_then(|post| post.unit) {
            Some(unit) => people::units_unscoped(&mut app.db.read().await?, &[unit]).await?.remove(&unit),
            None => None,
        };
        let unit: Option<Names> = unit.map(|unit| unit.names);
        let mark = Mark {
            number: ExportNumber::new(&app.chance),
            name: actor.name.clone(),
            unit: unit.map(|names| names.in_lang(lang).to_owned()).unwrap_or_default(),
            at: app.now().zoned(&app.settings.zone).strftime("%Y-%m-%d %H:%M").to_string(),
            lang,
        };
        let (by, place) = (By::actor(&actor, post), post.map(|post| post.region.clone()));
        Ok(Self(actor, Export { app: SharedApp::clone(app), by, place, mark }))
    }
}
