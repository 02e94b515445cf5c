//! Making and ending rules, keeping examples, asking where something would go.

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Instant, Level, RegionCode, Result};
use serde_json::json;

use super::{
    deadline::deadline,
    model::{Asked, Example, Expected, Route, Rule},
    route::route,
    rules, store,
};
use crate::{
    modules::{
        App, SharedApp,
        calendar::Deadline,
        people::{self, UnitRef},
        regions,
    },
    platform::{
        access::{Actor, Permission, Person, Scope, Unit},
        idempotency::{self, Key},
        import::Mode,
        live::Topic,
        masking,
        trail::{self, By, Entry},
    },
};

/// The longest reason of a rule and name of an example, in characters.
const REASON_MAX: usize = 200;
const NAME_MAX: usize = 60;
/// Examples of a county: each is reckoned whenever the list is read.
const EXAMPLES_MAX: i64 = 200;

/// A rule to be made.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// Code of the matter.
    pub matter: String,
    /// The place it shall hold for: a county or narrower.
    pub region: RegionCode,
    /// The unit that leads.
    pub lead: Id<Unit>,
    /// Why.
    pub reason: String,
    /// Number of the case it was learned from.
    pub case_number: Option<String>,
}

/// A rule that was made or tried, with the examples that come out otherwise by it.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) rule: Rule,
    pub(super) replaced: Option<Rule>,
    pub(super) differing: Vec<Run>,
}

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

    fn expected(&self) -> Expected {
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

/// Makes a rule in place of the one that stood, in the transaction of whoever asks.
///
/// # Errors
/// Field errors: `unknown_matter`, `unknown_region`, `place_too_wide`, `unknown_unit`, `required`, `too_long`;
/// `record_changed` when somebody made one at the same moment.
pub async fn make_rule_in(tx: &mut Tx, app: &App, by: &By, person: Id<Person>, new: NewRule) -> Result<Rule> {
    Ok(replace_rule(tx, app, by, person, new).await?.0)
}

async fn replace_rule(
    tx: &mut Tx,
    app: &App,
    by: &By,
    person: Id<Person>,
    new: NewRule,
) -> Result<(Rule, Option<Rule>)> {
    let now = app.now();
    let reason = masking::mask(&words("reason", &new.reason, REASON_MAX)?, None).text;
    checked(tx, app, &new).await?;
    let NewRule { matter, region, lead, case_number, .. } = new;
    let standing = store::standing_unscoped(tx, &matter, &region).await?;
    let replaced = standing.into_iter().find(|rule| rule.region == region);
    if let Some(rule) = &replaced {
        store::end_rule(tx, rule.id, now, person).await?;
    }
    let id = Id::new(now, &app.chance);
    let rule = Rule {
        id,
        matter,
        region,
        lead,
        reason,
        case_number,
        made_at: now,
        made_by: person,
        ended_at: None,
        unit_until: None,
    };
    if !store::insert_rule(tx, &rule).await? {
        return Err(Error::new(Code::RecordChanged));
    }
    on_trail(tx, by, "routing.rule_made", &rule, now).await?;
    Ok((rule, replaced))
}

async fn on_trail(tx: &mut Tx, by: &By, kind: &'static str, rule: &Rule, at: Instant) -> Result<()> {
    let params = json!({"matter": rule.matter, "lead": rule.lead});
    let object_id = rule.id.to_string();
    let entry = Entry { kind, object_kind: "routing_rule", object_id, place: Some(&rule.region), params };
    trail::record(tx, at, by, entry).await
}

fn words(field: &'static str, text: &str, max: usize) -> Result<String> {
    match text.trim().chars().count() {
        0 => Err(Error::field(field, Code::Required)),
        n if n > max => Err(Error::field(field, Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX))),
        _ => Ok(text.trim().to_owned()),
    }
}

/// A rule is about a matter that is handled here, in a county or less, and names a unit that works there or above.
async fn checked(db: &mut Conn, app: &App, new: &NewRule) -> Result<()> {
    if new.region.level() < Level::County {
        return Err(Error::field("region", Code::PlaceTooWide));
    }
    if regions::names_unscoped(db, &new.region).await?.is_none() {
        return Err(Error::field("region", Code::UnknownRegion));
    }
    let matter = app.matters.catalogue().matter(&new.matter, &new.region);
    if matter.is_none_or(|(matter, _)| matter.route.is_some()) {
        return Err(Error::field("matter", Code::UnknownMatter));
    }
    let county = new.region.at(Level::County);
    let unit = people::unit_record_unscoped(db, new.lead).await?;
    let can_lead = unit.is_some_and(|unit| {
        let is_near = unit.region.covers(&new.region) || unit.region.at(Level::County) == county;
        is_near && unit.until.is_none_or(|until| until > app.today())
    });
    if can_lead { Ok(()) } else { Err(Error::field("lead", Code::UnknownUnit)) }
}

/// Makes a rule, or says what it would change.
///
/// # Errors
/// `forbidden`; `not_found` outside the actor's places; as [`make_rule_in`].
pub(super) async fn make_rule(app: &SharedApp, actor: &Actor, new: NewRule, mode: Mode) -> Result<Made> {
    let scope = actor.require(Permission::RoutingEdit)?;
    if !scope.covers(&new.region) {
        return Err(Error::new(Code::NotFound));
    }
    let (shared, person) = (SharedApp::clone(app), actor.person);
    let by = By::actor(actor, actor.acting(Permission::RoutingEdit, Some(&new.region), None));
    match mode {
        Mode::Dry => app.db.rehearse(async move |mut tx: Tx| make(&mut tx, &shared, &by, person, new).await).await,
        Mode::Write(key) => {
            let made = app
                .db
                .write(async move |mut tx: Tx| {
                    if let Some(earlier) = idempotency::claim(&mut tx, &key, "", shared.now()).await? {
                        return again(&mut tx, &shared, &earlier).await;
                    }
                    let made = make(&mut tx, &shared, &by, person, new).await?;
                    idempotency::conclude(&mut tx, &key, &made.rule.id.to_string()).await?;
                    Ok(made)
                })
                .await?;
            app.live.hint(Topic::Cases);
            Ok(made)
        }
    }
}

async fn make(tx: &mut Tx, app: &App, by: &By, person: Id<Person>, new: NewRule) -> Result<Made> {
    let (rule, replaced) = replace_rule(tx, app, by, person, new).await?;
    let differing = differing(tx, app, &rule.region).await?;
    Ok(Made { rule, replaced, differing })
}

/// The same write again: the rule as it stands.
async fn again(tx: &mut Tx, app: &App, id: &str) -> Result<Made> {
    let rule = store::rule_unscoped(tx, id.parse().map_err(Error::internal)?).await?;
    let differing = differing(tx, app, &rule.region).await?;
    Ok(Made { rule, replaced: None, differing })
}

/// Ends a rule: from now on the catalogue proposes, or a wider rule. Says which examples come out otherwise by that.
///
/// # Errors
/// `forbidden`; `not_found`; `record_changed` when it has ended already.
pub(super) async fn end_rule(app: &SharedApp, actor: &Actor, id: Id<Rule>, key: Key) -> Result<Vec<Run>> {
    let scope = actor.require(Permission::RoutingEdit)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let (app, now) = (&*shared, shared.now());
        let rule = store::rule(&mut tx, &scope, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_none() {
            if !store::end_rule(&mut tx, id, now, actor.person).await? {
                return Err(Error::new(Code::RecordChanged));
            }
            let by = By::actor(&actor, actor.acting(Permission::RoutingEdit, Some(&rule.region), None));
            on_trail(&mut tx, &by, "routing.rule_ended", &rule, now).await?;
        }
        differing(&mut tx, app, &rule.region).await
    };
    let differing = app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    Ok(differing)
}

/// The examples of a place and of all in it that come out otherwise now.
async fn differing(db: &mut Conn, app: &App, region: &RegionCode) -> Result<Vec<Run>> {
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
async fn run(db: &mut Conn, app: &App, example: Example) -> Result<Run> {
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

/// Keeps what the simulator finds now as an example.
///
/// # Errors
/// `forbidden`; `not_found` outside the actor's places; field errors as [`outcome`]; `out_of_range` on too many.
pub(super) async fn keep_example(app: &SharedApp, actor: &Actor, name: &str, asked: Question, key: Key) -> Result<Run> {
    let scope = actor.require(Permission::RoutingEdit)?;
    let name = words("name", name, NAME_MAX)?;
    let found = outcome(&mut app.db.read().await?, app, &asked).await?;
    if !scope.covers(&found.place) {
        return Err(Error::new(Code::NotFound));
    }
    let now = app.now();
    let example = Example {
        id: Id::new(now, &app.chance),
        name,
        region: asked.region.unwrap_or_else(|| found.place.clone()),
        point: asked.point,
        matter: asked.matter,
        start_at: asked.start_at,
        expected: found.expected(),
        made_at: now,
        made_by: actor.person,
    };
    let (kept, by) =
        (example.clone(), By::actor(actor, actor.acting(Permission::RoutingEdit, Some(&found.place), None)));
    let write = async move |mut tx: Tx| {
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &kept.id.to_string(), now).await? {
            return store::example(&mut tx, &scope, earlier.parse().map_err(Error::internal)?).await;
        }
        let county = kept.region.at(Level::County).unwrap_or_else(|| kept.region.clone());
        if store::examples_count(&mut tx, &county).await? >= EXAMPLES_MAX {
            return Err(Error::field("name", Code::OutOfRange).with("min", 0).with("max", EXAMPLES_MAX));
        }
        store::insert_example(&mut tx, &kept).await?;
        example_on_trail(&mut tx, &by, "routing.example_kept", &kept, now).await?;
        Ok(kept)
    };
    let example = app.db.write(write).await?;
    Ok(Run { example, found, differs: Vec::new() })
}

async fn example_on_trail(tx: &mut Tx, by: &By, kind: &'static str, example: &Example, at: Instant) -> Result<()> {
    let (object_id, place) = (example.id.to_string(), Some(&example.region));
    let params = json!({"name": example.name, "matter": example.matter});
    trail::record(tx, at, by, Entry { kind, object_kind: "routing_example", object_id, place, params }).await
}

/// What becomes of an example.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// What comes of it now is right from now on.
    Accept,
    /// It is of no use any more.
    Forget,
}

/// Puts an example right, or forgets it.
///
/// # Errors
/// `forbidden`; `not_found`.
pub(super) async fn change_example(
    app: &SharedApp,
    actor: &Actor,
    id: Id<Example>,
    change: Change,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::RoutingEdit)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let now = shared.now();
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        let example = store::example(&mut tx, &scope, id).await?;
        let by = By::actor(&actor, actor.acting(Permission::RoutingEdit, Some(&example.region), None));
        let kind = match change {
            Change::Accept => {
                let found = run(&mut tx, &shared, example.clone()).await?.found;
                store::set_expected(&mut tx, &example, &found.expected(), now).await?;
                "routing.example_accepted"
            }
            Change::Forget => {
                store::delete_example(&mut tx, id).await?;
                "routing.example_forgotten"
            }
        };
        example_on_trail(&mut tx, &by, kind, &example, now).await
    };
    app.db.write(write).await
}
