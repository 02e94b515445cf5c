//! Rules, examples, routes. Types only.

use db::{FromRow, Row};
use kernel::{Day, Error, Id, Instant, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

use crate::{
    modules::people::UnitRef,
    platform::access::{Person, Unit},
};

/// 派单规则: in this place, that matter goes to that unit.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Which.
    pub id: Id<Rule>,
    /// Code of the matter.
    pub matter: String,
    /// The place it holds for, with all in it.
    pub region: RegionCode,
    /// The unit that leads.
    pub lead: Id<Unit>,
    /// Why, in the words of whoever made it.
    pub reason: String,
    /// Number of the case it was learned from.
    pub case_number: Option<String>,
    /// When it was made.
    pub made_at: Instant,
    /// By whom.
    pub made_by: Id<Person>,
    /// When it was ended, or another took its place.
    pub ended_at: Option<Instant>,
    /// The last day of its unit; a rule whose unit is over is passed by.
    pub unit_until: Option<Day>,
}

impl FromRow for Rule {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            matter: row.get("matter")?,
            region: row.get("region")?,
            lead: row.get("lead")?,
            reason: row.get("reason")?,
            case_number: row.opt("case_number")?,
            made_at: row.get("made_at")?,
            made_by: row.get("made_by")?,
            ended_at: row.opt("ended_at")?,
            unit_until: row.opt("unit_until")?,
        })
    }
}

/// What a list of rules is narrowed by; all of it holds together.
#[derive(Clone, Debug, Default)]
pub struct RuleFilter {
    /// Rules that hold in this place or in part of it.
    pub region: Option<RegionCode>,
    /// Code of one matter.
    pub matter: Option<String>,
    /// Ended ones too.
    pub with_ended: bool,
}

/// Where to: a matter in a place.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Code of the matter, if one is known.
    pub matter: Option<&'a str>,
    /// Where it is.
    pub place: &'a RegionCode,
    /// 户籍地: joins for rights tied to it.
    pub registered: Option<&'a RegionCode>,
}

/// 去向: who should take it, step by step.
#[derive(Clone, Debug, Default)]
pub struct Route {
    /// The unit proposed to lead.
    pub lead: Option<Id<Unit>>,
    /// The units proposed to assist.
    pub assists: Vec<Id<Unit>>,
    /// All units the rule and the catalogue name for this place; the lead first.
    pub units: Vec<UnitRef>,
    /// The reasoning.
    pub why: Vec<Why>,
    /// The rule that was followed.
    pub rule: Option<Id<Rule>>,
}

/// One step of the reasoning.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Why {
    /// `no_matter`, `matter`, `signpost`, `rule`, `rule_over`, `no_unit`, `lead`, `assist`, `registered`;
    /// of a case that a unit sent back also `sent_back` and `next`.
    pub step: &'static str,
    /// Names of what the step speaks of.
    #[schema(value_type = Object)]
    pub params: serde_json::Value,
}

/// 算例: a place, a matter and a moment, with what must come of them.
#[derive(Clone, Debug)]
pub struct Example {
    /// Which.
    pub id: Id<Example>,
    /// What it is called.
    pub name: String,
    /// The place chosen, or the one the point lay in.
    pub region: RegionCode,
    /// Longitude and latitude in WGS-84 degrees, where a point was given.
    pub point: Option<(f64, f64)>,
    /// Code of the matter.
    pub matter: String,
    /// The moment it comes in.
    pub start_at: Instant,
    /// What must come of it.
    pub expected: Expected,
    /// When it was made, or last put right.
    pub made_at: Instant,
    /// By whom.
    pub made_by: Id<Person>,
}

/// What an example must come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The place found.
    pub place: RegionCode,
    /// The unit proposed to lead.
    pub lead: Option<Id<Unit>>,
    /// Its names then, for when it has gone.
    pub lead_names: Option<Names>,
    /// The deadline; none for what belongs elsewhere.
    pub due_at: Option<Instant>,
}

impl FromRow for Example {
    fn from_row(row: &Row) -> Result<Self> {
        let expected: serde_json::Value = row.get("expected")?;
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            region: row.get("region")?,
            point: row.opt("lon")?.zip(row.opt("lat")?),
            matter: row.get("matter")?,
            start_at: row.get("start_at")?,
            expected: serde_json::from_value(expected).map_err(Error::internal)?,
            made_at: row.get("made_at")?,
            made_by: row.get("made_by")?,
        })
    }
}
