//! 派单建议: the rule or the catalogue's chain, walked down to units that exist. The only file of this room that asks the
//! rooms below for units.

use db::Conn;
use kernel::{Id, Level, Names, RegionCode, Result};
use serde_json::json;

use super::{
    model::{Asked, Route, Rule, Why},
    rules, store,
};
use crate::{
    modules::{
        App,
        matters::{Duty, Matter},
        people::{self, UnitRef},
        regions,
    },
    platform::access::Unit,
};

impl Route {
    fn step(&mut self, step: &'static str, params: serde_json::Value) {
        self.why.push(Why { step, params });
    }

    fn leads(&mut self, unit: UnitRef, step: &'static str, params: serde_json::Value) {
        self.step(step, params);
        self.lead = Some(unit.id);
        self.units.push(unit);
    }

    /// Whoever leads does not assist themselves, and nobody assists twice.
    fn assists(&mut self, unit: UnitRef, step: &'static str) {
        if self.lead == Some(unit.id) || self.assists.contains(&unit.id) {
            return;
        }
        self.step(step, json!({"names": unit.names}));
        self.assists.push(unit.id);
        self.names(unit);
    }

    fn names(&mut self, unit: UnitRef) {
        if !self.knows(unit.id) {
            self.units.push(unit);
        }
    }

    fn knows(&self, id: Id<Unit>) -> bool {
        self.units.iter().any(|known| known.id == id)
    }
}

/// To which unit a matter goes in a place, and why: by the narrowest rule, or else down the matter's chain until a unit of
/// that duty and level answers for the place.
///
/// # Errors
/// `internal` when the database fails.
pub async fn route(db: &mut Conn, app: &App, asked: &Asked<'_>) -> Result<Route> {
    let mut found = Route::default();
    let known = asked.matter.and_then(|code| app.matters.catalogue().matter(code, asked.place));
    let Some((matter, _)) = known else {
        found.step("no_matter", json!({}));
        return Ok(found);
    };
    found.step("matter", json!({"names": matter.names}));
    if let Some(elsewhere) = &matter.route {
        found.step("signpost", json!({"names": elsewhere.name}));
        return Ok(found);
    }
    by_rule(db, app, asked, &mut found).await?;
    by_chain(db, app, asked, &matter, &mut found).await?;
    for duty in &matter.assist {
        if let Some(unit) = unit_of(db, app, &duty.duty, duty.level, asked.place).await? {
            found.assists(unit, "assist");
        }
    }
    if matter.asks_registered_place
        && let Some(registered) = asked.registered
        && let Some(unit) = unit_of(db, app, "government", Level::Village, registered).await?
    {
        found.assists(unit, "registered");
    }
    Ok(found)
}

/// A correction that was kept comes before the catalogue.
async fn by_rule(db: &mut Conn, app: &App, asked: &Asked<'_>, found: &mut Route) -> Result<()> {
    let Some(matter) = asked.matter else { return Ok(()) };
    let standing = store::standing_unscoped(db, matter, asked.place).await?;
    let leads: Vec<Id<Unit>> = standing.iter().map(|rule| rule.lead).collect();
    let leads = people::units_unscoped(db, &leads).await?;
    for over in standing.iter().filter(|rule| rules::is_over(rule, app.today())) {
        let params = rule_params(db, app, over, leads.get(&over.lead)).await?;
        found.step("rule_over", params);
    }
    if let Some(rule) = rules::to_follow(&standing, asked.place, app.today())
        && let Some(unit) = leads.get(&rule.lead)
    {
        let params = rule_params(db, app, rule, Some(unit)).await?;
        found.rule = Some(rule.id);
        found.leads(unit.clone(), "rule", params);
    }
    Ok(())
}

async fn rule_params(db: &mut Conn, app: &App, rule: &Rule, lead: Option<&UnitRef>) -> Result<serde_json::Value> {
    let place = regions::names_unscoped(db, &rule.region).await?;
    let place = place.unwrap_or_else(|| Names::zh_only(rule.region.as_str()));
    let (names, day) = (lead.map(|unit| &unit.names), rule.made_at.day(&app.settings.zone));
    Ok(json!({"names": names, "place": {"names": place}, "reason": rule.reason, "day": day, "rule": rule.id}))
}

/// The catalogue's chain: the first unit that exists leads unless a rule said otherwise; the rest could.
async fn by_chain(db: &mut Conn, app: &App, asked: &Asked<'_>, matter: &Matter, found: &mut Route) -> Result<()> {
    for duty in &matter.lead {
        match unit_of(db, app, &duty.duty, duty.level, asked.place).await? {
            None if found.rule.is_none() => found.step("no_unit", duty_params(app, duty)),
            None => {}
            Some(unit) if found.lead.is_none() => {
                let params = json!({"names": unit.names, "duty": duty_params(app, duty)});
                found.leads(unit, "lead", params);
            }
            Some(unit) => found.names(unit),
        }
    }
    Ok(())
}

/// 职责归属: the unit that has a duty in a place, the nearest to it first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn holder_of(db: &mut Conn, app: &App, duty: &str, place: &RegionCode) -> Result<Option<Id<Unit>>> {
    for level in [Level::Township, Level::County, Level::City] {
        if let Some(unit) = unit_of(db, app, duty, level, place).await? {
            return Ok(Some(unit.id));
        }
    }
    Ok(None)
}

async fn unit_of(db: &mut Conn, app: &App, duty: &str, level: Level, place: &RegionCode) -> Result<Option<UnitRef>> {
    people::find_unit_unscoped(db, duty, level, place, app.today()).await
}

fn duty_params(app: &App, duty: &Duty) -> serde_json::Value {
    json!({"duty": app.matters.catalogue().duty_names(&duty.duty), "level": duty.level})
}
