//! A plan played through the actions of the rooms below, in the order of its times: many people act side by side, so that
//! steps that have nothing to do with one another share a commit.

mod people;
mod stage;

use std::collections::BTreeMap;

use kernel::{Clock, Day, Error, Instant, Result};

use self::stage::Stage;
use super::{
    city::City,
    corpus::Corpus,
    dice::Dice,
    plan::{Input, Plan, Traits},
};
use crate::modules::{App, SharedApp, cases, matters::MatterKind, routing};

/// How many days a season has.
pub const SEASON_DAYS: i64 = 90;

/// What was played.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// Stories that began.
    pub stories: i64,
    /// Steps taken.
    pub steps: i64,
    /// Stories that broke off because a step was refused: which, and why.
    pub broken: Vec<String>,
}

/// Plans a season that ends at `now` and plays it; nothing if there are cases already. `cases` are planned beside the
/// scripted ones.
///
/// # Errors
/// `internal` when a file of the demo city is wrong or the database fails.
pub async fn fill(app: &SharedApp, seed: u64, cases: usize, now: Instant) -> Result<Played> {
    if cases::demo::any(app).await? {
        return Ok(Played::default());
    }
    let plan = plan(app, seed, cases, now)?;
    Stage::new(app, &plan, seed, now).play().await
}

/// The plan of a season by the catalogue and the calendar in force.
///
/// # Errors
/// `internal` when a file of the demo city is wrong.
pub fn plan(app: &App, seed: u64, cases: usize, now: Instant) -> Result<Plan> {
    let (corpus, city) = (Corpus::read()?, City::read()?);
    let (catalogue, calendar) = (app.matters.catalogue(), app.calendar.get());
    let region = app.settings.region.clone();
    let matter = |code: &str| catalogue.matter(code, &region).map(|(matter, _)| matter);
    Plan::make(&Input {
        seed,
        now,
        zone: app.settings.zone.clone(),
        days: SEASON_DAYS,
        cases,
        corpus: &corpus,
        city: &city,
        traits: traits(app),
        is_working: &|day: Day| calendar.is_working(day),
        due: &|code, from| routing::deadline(app, matter(code).as_deref(), from).due_at,
        again: &|code, from| routing::half_deadline(app, matter(code).as_deref(), from).due_at,
        guess: &|text| catalogue.propose(text, &region).0.first().map(|found| found.matter.code.clone()),
    })
}

fn traits(app: &App) -> BTreeMap<String, Traits> {
    let all = app.matters.catalogue().all(&app.settings.region);
    let of = |matter: &crate::modules::matters::Matter| Traits {
        is_signpost: matter.kind == MatterKind::Signpost,
        is_question: matter.kind == MatterKind::Question,
        has_answer: matter.answer.is_some(),
        is_settled_on_the_spot: matter.grid_settles,
        is_shared: matter.publicity.as_str() != "none",
    };
    all.into_iter().map(|(matter, _)| (matter.code.clone(), of(&matter))).collect()
}

/// An application whose clock stands at the season's beginning, for what has to be there before it.
///
/// # Errors
/// `internal` when the database cannot be read.
pub fn before(now: Instant) -> Clock {
    Clock::moved(now.plus_days(-SEASON_DAYS - 1))
}

/// Randomness of one step: the same whatever else happens at the same time.
fn chance(seed: u64, index: usize, at: Instant) -> kernel::Chance {
    Dice::new(seed, &format!("step {index} {}", at.millis())).chance()
}

/// What is wrong with a story, for whoever mends its words.
fn broken(index: usize, what: &str, error: &Error) -> String {
    format!("story {}: {what}: {error}", index + 1)
}
