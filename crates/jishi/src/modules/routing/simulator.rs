//! The simulator: where something would go and when it would be due, and what comes of the kept examples now. It reads only.

use db::Conn;
use kernel::{Code, Error, Instant, RegionCode, Result};

use super::{
    deadline::deadline,
    model::{Asked, Example, Expected, Route},
    route::route,
    rules, store,
};
use crate::{
    modules::{App, calendar::Deadline, people::UnitRef, regions},
    platform::access::Scope,
};

/// An example, and what comes of it now.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) example: Example,
    pub(super) found: Outcome,
    pub(super) differs: Vec<&'static str>,
}

/// Where, what and when, for the simulator.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) region: Option<RegionCode>,
    pub(super) point: Option<(f64, f64)>,
    pub(super) matter: String,
    pub(super) start_at: Instant,
    pub(super) registered: Option<RegionCode>,
}

/// What the simulator finds.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) place: RegionCode,
    pub(super) is_guess: bool,
    pub(super) route: Route,
    pub(super) deadline: Option<Deadline>,
}

impl Outcome {
    fn lead(&self) -> Option<&UnitRef> {
        self.route.units.iter().find(|unit| Some(unit.id) == self.route.lead)
    }

    /// As an example keeps it.
    pub(super) fn expected(&self) -> Expected {
        Expected {
            place: self.place.clone(),
            lead: self.route.lead,
            lead_names: self.lead().map(|unit| unit.names.clone()),
            due_at: self.deadline.as_ref().map(|deadline| deadline.due_at),
        }
    }
}

/// Where something would go, and when it would be due: by the functions the desk itself asks.
///
/// # Errors
/// Field errors: `required` without a place, `outside_place`, `unknown_region`, `unknown_matter`.
pub(super) async fn outcome(db: &mut Conn, app: &App, asked: &Question) -> Result<Outcome> {
    let (place, is_guess) = place_of(db, app, asked).await?;
    let found = app.matters.catalogue().matter(&asked.matter, &place);
    let (matter, _) = found.ok_or_else(|| Error::field("matter", Code::UnknownMatter))?;
    let about = Asked { matter: Some(&asked.matter), place: &place, registered: asked.registered.as_ref() };
    let route = route(db, app, &about).await?;
    let deadline = matter.route.is_none().then(|| deadline(app, Some(&matter), asked.start_at));
    Ok(Outcome { place, is_guess, route, deadline })
}

/// A point gives the grid; a place named beside it wins where the point lies elsewhere.
async fn place_of(db: &mut Conn, app: &App, asked: &Question) -> Result<(RegionCode, bool)> {
    let located = match asked.point {
        Some((lon, lat)) => regions::locate_unscoped(db, app, lon, lat).await?,
        None => None,
    };
    let Some(region) = &asked.region else {
        return located.ok_or_else(|| match asked.point {
            Some(_) => Error::field("point", Code::OutsidePlace).with("place", app.settings.name.clone()),
            None => Error::field("region", Code::Required),
        });
    };
    let standing = regions::standing_unscoped(db, region, app.today()).await?;
    let named = standing.filter(|code| app.settings.region.covers(code));
    let named = named.ok_or_else(|| Error::field("region", Code::UnknownRegion))?;
    Ok(located.filter(|(code, is_guess)| named.covers(code) && !is_guess).unwrap_or((named, false)))
}

/// The examples of a place and of all in it that come out otherwise now.
pub(super) async fn differing(db: &mut Conn, app: &App, region: &RegionCode) -> Result<Vec<Run>> {
    let scope = Scope { places: vec![region.clone()], units: Vec::new() };
    let examples = store::examples(db, &scope, None).await?;
    let runs = run_all(db, app, examples).await?;
    Ok(runs.into_iter().filter(|run| !run.differs.is_empty()).collect())
}

/// What comes of some examples now.
pub(super) async fn run_all(db: &mut Conn, app: &App, examples: Vec<Example>) -> Result<Vec<Run>> {
    let mut runs = Vec::with_capacity(examples.len());
    for example in examples {
        runs.push(run(db, app, example).await?);
    }
    Ok(runs)
}

/// A matter or a place that has gone makes an example differ; it does not break the list.
pub(super) async fn run(db: &mut Conn, app: &App, example: Example) -> Result<Run> {
    let found = match outcome(db, app, &question(&example)).await {
        Err(error) if error.fields().is_empty() => return Err(error),
        Err(_) => Outcome { place: example.region.clone(), is_guess: false, route: Route::default(), deadline: None },
        Ok(found) => found,
    };
    let differs = rules::differing(&example.expected, &found.expected());
    Ok(Run { example, found, differs })
}

fn question(example: &Example) -> Question {
    Question {
        region: Some(example.region.clone()),
        point: example.point,
        matter: example.matter.clone(),
        start_at: example.start_at,
        registered: None,
    }
}
