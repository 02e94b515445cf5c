//! A list on its way out of the platform: who takes it stands in it and in the trail.

use axum::{extract::FromRequestParts, http::request::Parts};
use db::Tx;
use kernel::{Level, Names, RegionCode, Result};
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
    /// Where the person holds posts: one place a county, whose auditors find it.
    places: Vec<RegionCode>,
    mark: Mark,
}

impl Export {
    /// The mark that the file carries.
    pub fn mark(&self) -> Mark {
        self.mark.clone()
    }

    /// Writes into the trail that the list `file` is taken out; before its first row.
    pub(super) async fn record(self, file: String) -> Result<()> {
        let Self { app, by, places, mark } = self;
        let now = app.now();
        app.db
            .write(async move |mut tx: Tx| {
                for place in &places {
                    let entry = Entry {
                        kind: "export.made",
                        object_kind: "export",
                        object_id: mark.number.to_string(),
                        place: Some(place),
                        params: json!({"file": file}),
                    };
                    trail::record(&mut tx, now, &by, entry).await?;
                }
                Ok(())
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
        let mut places: Vec<RegionCode> = actor.posts.iter().map(|post| post.region.clone()).collect();
        places.sort_unstable_by_key(|place| place.at(Level::County));
        places.dedup_by_key(|place| place.at(Level::County));
        let by = By::actor(&actor, post);
        Ok(Self(actor, Export { app: SharedApp::clone(app), by, places, mark }))
    }
}
