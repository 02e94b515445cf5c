//! Making and ending rules, keeping examples.

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Instant, Level, RegionCode, Result};
use serde_json::json;

use super::{
    model::{Example, Rule},
    simulator::{Question, Run, differing, outcome, run},
    store,
};
use crate::{
    modules::{App, SharedApp, people, regions},
    platform::{
        access::{Actor, Permission, Person, Unit},
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
