//! 派单建议: to whom a case should go, and why; who may be given it.

use db::Conn;
use kernel::{Code, Error, Id, Level, Names, RegionCode, Result};
use serde::Serialize;

use super::{model::Case, store};
use crate::{
    modules::{
        App,
        people::{self, UnitRef},
        regions::{self, RegionRef},
        routing::{self, Asked, Route, Why},
    },
    platform::access::{Actor, Permission, Unit},
};

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
    /// Places around the case for which its reader may keep a correction as a rule, the narrowest first.
    keep_for: Vec<RegionRef>,
}

/// Where the case would go by the rules and the catalogue.
pub(super) async fn proposal(db: &mut Conn, app: &App, case: &Case) -> Result<Route> {
    let asked =
        Asked { matter: case.matter.as_deref(), place: &case.place, registered: case.registered_region.as_ref() };
    routing::route(db, app, &asked).await
}

/// The proposal as shown, with how much each unit has in hand.
pub(super) async fn proposal_view(db: &mut Conn, app: &App, actor: &Actor, case: &Case) -> Result<ProposalView> {
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
        keep_for: keep_for(db, actor, case).await?,
        candidates,
    })
}

async fn keep_for(db: &mut Conn, actor: &Actor, case: &Case) -> Result<Vec<RegionRef>> {
    let Ok(scope) = actor.require(Permission::RoutingEdit) else { return Ok(Vec::new()) };
    if case.matter.is_none() {
        return Ok(Vec::new());
    }
    let levels = [Level::Village, Level::Township, Level::County];
    let own = levels.into_iter().filter_map(|level| case.place.at(level)).filter(|place| scope.covers(place));
    let own: Vec<RegionCode> = own.collect();
    let mut names = regions::refs_unscoped(db, &own).await?;
    Ok(own.iter().filter_map(|place| names.remove(place)).collect())
}

/// 派单建议 in short: for a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ShortProposal)]
pub struct ProposedView {
    /// Which case.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Case>,
    /// The unit proposed to lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<UnitRef>,
    /// The units proposed to assist.
    assists: Vec<UnitRef>,
    /// Whether a correction that was kept proposes it.
    by_rule: bool,
    /// Why no unit is proposed: `no_matter`, `signpost`, `no_unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_none: Option<&'static str>,
}

/// What is proposed for a case, in short.
pub(super) async fn proposed_view(db: &mut Conn, app: &App, case: &Case) -> Result<ProposedView> {
    let found = proposal(db, app, case).await?;
    let (assisting, rest): (Vec<UnitRef>, Vec<UnitRef>) =
        found.units.into_iter().partition(|unit| found.assists.contains(&unit.id));
    let why_none =
        found.why.iter().map(|why| why.step).rfind(|step| ["no_matter", "signpost", "no_unit"].contains(step));
    Ok(ProposedView {
        id: case.id,
        why_none: why_none.filter(|_| found.lead.is_none()),
        lead: rest.into_iter().find(|unit| Some(unit.id) == found.lead),
        assists: assisting,
        by_rule: found.rule.is_some(),
    })
}

/// Checks that the units exist, each named once, and work in the county of the case, around it or above it.
///
/// # Errors
/// `unknown_unit` on `field`.
pub(super) async fn units_that_may_assist(
    db: &mut Conn,
    case: &Case,
    asked: &[Id<Unit>],
    field: &str,
) -> Result<Vec<UnitRef>> {
    let mut found = people::placed_units_unscoped(db, asked).await?;
    let county = case.place.at(Level::County);
    let mut units = Vec::new();
    for id in asked {
        // Taken out, so that one named twice is not found again.
        let (unit, region) = found.remove(id).ok_or_else(|| Error::field(field, Code::UnknownUnit))?;
        if !region.covers(&case.place) && region.at(Level::County) != county {
            return Err(Error::field(field, Code::UnknownUnit));
        }
        units.push(unit);
    }
    Ok(units)
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

/// What a unit is called, for the history.
pub(super) async fn unit_names(db: &mut Conn, unit: Id<Unit>) -> Result<Names> {
    let found = people::units_unscoped(db, &[unit]).await?.remove(&unit);
    Ok(found.map(|unit| unit.names).unwrap_or_default())
}
