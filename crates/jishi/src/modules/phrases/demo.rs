//! The demo city's phrases: invented, as its people would say them.

use kernel::{Error, Names, RegionCode, Result};
use serde::Deserialize;

use super::{
    actions,
    model::{PhraseDraft, PhraseStep},
};
use crate::modules::{SharedApp, people};

const PHRASES: &str = include_str!("../../../../../demo/changzhi/phrases.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    unit: Vec<Speaker>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Speaker {
    duty: String,
    region: RegionCode,
    phrase: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    step: PhraseStep,
    matter: Option<String>,
    title: String,
    zh: String,
    en: String,
    #[serde(default)]
    is_shared: bool,
    uses: i64,
}

/// Writes the phrases of units that have none yet.
///
/// # Errors
/// `internal` when the file names a unit or a matter that the city does not have.
pub async fn fill(app: &SharedApp) -> Result<()> {
    let File { unit } = toml::from_str(PHRASES).map_err(Error::internal)?;
    for Speaker { duty, region, phrase } in unit {
        let mut db = app.db.read().await?;
        let found = people::find_unit_unscoped(&mut db, &duty, region.level(), &region, app.today()).await?;
        let unit = found.ok_or_else(|| Error::internal(format!("no unit with {duty} in {region}")))?;
        drop(db);
        actions::begin_with(app, unit.id, &region, phrase.into_iter().map(Line::draft).collect()).await?;
    }
    Ok(())
}

impl Line {
    fn draft(self) -> (PhraseDraft, i64) {
        let Self { step, matter, title, zh, en, is_shared, uses } = self;
        (PhraseDraft { step, matter, title, texts: Names::new(&zh, &en), is_shared }, uses)
    }
}
