//! 派单建议: to whom a case should go, and why; who may be given it.

use db::Conn;
use kernel::{Code, Error, Id, Level, Result};
use serde::Serialize;
use serde_json::json;

use super::{
    ground::{self, Matter},
    model::Case,
    store,
};
use crate::{
    modules::{
        App,
        matters::Duty,
        people::{self, UnitRef},
    },
    platform::access::Unit,
};

/// 派单建议: who should take a case, step by step.
#[derive(Clone, Debug, Default)]
pub(super) struct Proposal {
    pub(super) lead: Option<Id<Unit>>,
    assists: Vec<Id<Unit>>,
    units: Vec<UnitRef>,
    why: Vec<Why>,
}

/// One step of the reasoning.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Why {
    /// `no_matter`, `matter`, `no_unit`, `lead`, `assist`, `registered`.
    step: &'static str,
    /// Names of what the step speaks of.
    #[schema(value_type = Object)]
    params: serde_json::Value,
}

/// A unit that could take it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Candidate {
    unit: UnitRef,
    /// `lead`, `assist` or `fallback`.
    why: &'static str,
    /// Cases it leads now.
    open_cases: i64,
}

/// 派单建议 as shown.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ProposalView {
    /// The unit proposed to lead.
    lead: Option<Candidate>,
    /// The units proposed to assist.
    assists: Vec<Candidate>,
    /// All that the catalogue names for this place.
    candidates: Vec<Candidate>,
    /// The reasoning.
    why: Vec<Why>,
    /// The deadline it would have.
    #[schema(value_type = Option<crate::modules::calendar::Deadline>)]
    deadline: Option<serde_json::Value>,
}

impl ProposalView {
    /// The proposed lead and assistants.
    pub(super) fn units(&self) -> (Option<Id<Unit>>, Vec<Id<Unit>>) {
        let id = |candidate: &Candidate| candidate.unit.id;
        (self.lead.as_ref().map(id), self.assists.iter().map(id).collect())
    }
}

/// Goes down the matter's chain until a unit of that duty and level answers for the place.
pub(super) async fn proposal(db: &mut Conn, app: &App, case: &Case) -> Result<Proposal> {
    let mut found = Proposal::default();
    let known = case.matter.as_deref().and_then(|code| ground::matter(app, code, &case.place));
    let Some(matter) = known.as_ref().map(Matter::entry) else {
        found.why.push(Why { step: "no_matter", params: json!({}) });
        return Ok(found);
    };
    found.why.push(Why { step: "matter", params: json!({"names": matter.names}) });
    for duty in &matter.lead {
        let Some(unit) = people::find_unit_unscoped(db, &duty.duty, duty.level, &case.place, app.today()).await? else {
            found.why.push(Why { step: "no_unit", params: duty_params(app, duty) });
            continue;
        };
        if found.lead.is_none() {
            found.lead = Some(unit.id);
            found.why.push(Why { step: "lead", params: json!({"names": unit.names, "duty": duty_params(app, duty)}) });
        }
        found.units.push(unit);
    }
    for duty in &matter.assist {
        let unit = people::find_unit_unscoped(db, &duty.duty, duty.level, &case.place, app.today()).await?;
        // Whoever leads does not assist themselves.
        if let Some(unit) = unit.filter(|unit| found.lead != Some(unit.id)) {
            found.why.push(Why { step: "assist", params: json!({"names": unit.names}) });
            found.assists.push(unit.id);
            found.units.push(unit);
        }
    }
    if matter.asks_registered_place
        && let Some(registered) = &case.registered_region
        && let Some(unit) =
            people::find_unit_unscoped(db, "government", Level::Village, registered, app.today()).await?
        && found.lead != Some(unit.id)
    {
        found.why.push(Why { step: "registered", params: json!({"names": unit.names}) });
        found.assists.push(unit.id);
        found.units.push(unit);
    }
    Ok(found)
}

fn duty_params(app: &App, duty: &Duty) -> serde_json::Value {
    json!({"duty": app.matters.catalogue().duty_names(&duty.duty), "level": duty.level})
}

/// The proposal as shown, with how much each unit has in hand.
pub(super) async fn proposal_view(db: &mut Conn, app: &App, case: &Case) -> Result<ProposalView> {
    let found = proposal(db, app, case).await?;
    let mut candidates: Vec<Candidate> = Vec::new();
    for unit in found.units {
        if candidates.iter().any(|known| known.unit.id == unit.id) {
            continue;
        }
        let open_cases = store::open_of_unit_unscoped(db, unit.id).await?;
        let why = if found.lead == Some(unit.id) {
            "lead"
        } else if found.assists.contains(&unit.id) {
            "assist"
        } else {
            "fallback"
        };
        candidates.push(Candidate { unit, why, open_cases });
    }
    Ok(ProposalView {
        lead: candidates.iter().find(|candidate| candidate.why == "lead").cloned(),
        assists: candidates.iter().filter(|candidate| candidate.why == "assist").cloned().collect(),
        why: found.why,
        deadline: case.deadline.clone(),
        candidates,
    })
}

/// Checks that the units exist and may be given the case: the lead works in the county or above it, none twice.
pub(super) async fn units_that_may_take(
    db: &mut Conn,
    case: &Case,
    lead: Id<Unit>,
    assists: &[Id<Unit>],
) -> Result<Vec<UnitRef>> {
    let asked: Vec<Id<Unit>> = std::iter::once(lead).chain(assists.iter().copied()).collect();
    let mut found = people::placed_units_unscoped(db, &asked).await?;
    let mut units = Vec::new();
    for (index, id) in asked.iter().enumerate() {
        let field = if index == 0 { "lead" } else { "assists" };
        // Taken out, so that one named twice is not found again.
        let (unit, region) = found.remove(id).ok_or_else(|| Error::field(field, Code::UnknownUnit))?;
        let county = case.place.at(Level::County);
        let is_near = region.covers(&case.place) || region.at(Level::County) == county;
        if index == 0 && !is_near {
            return Err(Error::field(field, Code::UnknownUnit));
        }
        units.push(unit);
    }
    Ok(units)
}
