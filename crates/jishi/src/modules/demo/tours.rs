//! 导览: the tours of the demo, told in `tours.toml`; and who of its staff are personas: those with a note.

use std::{collections::HashMap, sync::OnceLock};

use kernel::{Error, Names, Result};
use serde::{Deserialize, Serialize};

use super::{
    city::{self, StaffRow},
    scripts,
};

const NAME: &str = "tours.toml";

/// A tour.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tour {
    /// Its stable name.
    pub code: String,
    /// As whom it is made: the log-in name of a persona; none for a resident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// What it is called.
    pub name: Names,
    /// Who one is.
    pub who: Names,
    /// Its steps.
    #[serde(rename(deserialize = "step"))]
    pub steps: Vec<TourStep>,
}

/// A step of a tour.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TourStep {
    /// The page it begins on.
    pub path: String,
    /// What to do.
    #[serde(rename = "do")]
    pub todo: Names,
    /// What to notice.
    pub notice: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tour: Vec<Tour>,
}

/// The tours, in the order of the file.
///
/// # Errors
/// `internal` when the file is wrong.
pub fn tours() -> Result<Vec<Tour>> {
    let file: File = toml::from_str(&city::text(NAME)?)
        .map_err(|error| Error::internal(format!("demo/changzhi/{NAME}: {error}")))?;
    Ok(file.tour)
}

/// What is said of each persona, by log-in name.
fn notes() -> &'static HashMap<String, Names> {
    static NOTES: OnceLock<HashMap<String, Names>> = OnceLock::new();
    NOTES.get_or_init(|| {
        let rows: Vec<StaffRow> = city::rows("staff.csv").unwrap_or_default();
        let noted = rows.into_iter().filter(|row| !row.persona_note_zh.is_empty());
        noted.map(|row| (row.login, Names::new(row.persona_note_zh, row.persona_note_en))).collect()
    })
}

/// What is said of a member of staff of the demo city; only personas have a note.
pub fn note(login: &str) -> Option<&'static Names> {
    notes().get(login)
}

/// The log-in names of all personas.
pub fn noted() -> Vec<&'static str> {
    notes().keys().map(String::as_str).collect()
}

/// The receipt that the resident's tour names.
pub fn receipt() -> String {
    scripts::receipt(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tours_are_read_and_led_by_personas() {
        let tours = tours().unwrap();
        assert_eq!(tours.len(), 5);
        for tour in &tours {
            assert!(tour.steps.len() >= 6, "{}", tour.code);
            assert!(tour.login.as_deref().is_none_or(|login| note(login).is_some()), "{}", tour.code);
        }
    }
}
