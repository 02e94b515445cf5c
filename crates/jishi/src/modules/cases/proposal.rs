//! 派单建议: to whom a case should go, and why; who may be given it.

use std::collections::BTreeSet;

use db::Conn;
use kernel::{Code, Error, Id, Instant, Level, Names, RegionCode, Result};
use serde::Serialize;
use serde_json::json;

use super::{
    conflict,
    model::{AssignmentKind, AssignmentState, Case},
    store,
};
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
    /// `lead`, `rule`, `assist`, `fallback`, or `returned` for one that sent it back.
    why: &'static str,
    /// Cases it leads now.
    open_cases: i64,
}

/// 退单: a unit that sent the case back, and why.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SentBack {
    unit: UnitRef,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Instant>,
    /// Its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
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
    /// The units that sent it back, the last one last.
    sent_back: Vec<SentBack>,
    /// The deadline it would have.
    #[schema(value_type = Option<crate::modules::calendar::Deadline>)]
    deadline: Option<serde_json::Value>,
    /// Places around the case for which its reader may keep a correction as a rule, the narrowest first.
    keep_for: Vec<RegionRef>,
}

/// Where the case would go by the rules and the catalogue. A unit that sent it back is passed by.
pub(super) async fn proposal(db: &mut Conn, app: &App, case: &Case) -> Result<Route> {
    let back = sent_back(db, case).await?;
    route(db, app, case, &back).await
}

/// The same, where it is known who sent it back.
pub(super) async fn route(db: &mut Conn, app: &App, case: &Case, back: &[SentBack]) -> Result<Route> {
    let asked =
        Asked { matter: case.matter.as_deref(), place: case.true_place(), registered: case.registered_region.as_ref() };
    let mut found = routing::route(db, app, &asked).await?;
    pass_by(&mut found, back);
    leave_out(&mut found, case);
    Ok(found)
}

/// A unit is never proposed for a case about itself: the next that is named leads.
fn leave_out(found: &mut Route, case: &Case) {
    let Some(about) = case.about_unit else { return };
    let passed = found.units.iter().find(|unit| unit.id == about).cloned();
    found.units.retain(|unit| unit.id != about);
    found.assists.retain(|unit| *unit != about);
    if found.lead == Some(about) {
        found.why.push(Why { step: "about", params: json!({"names": passed.map(|unit| unit.names)}) });
        let next = found.units.iter().min_by_key(|unit| found.assists.contains(&unit.id)).cloned();
        (found.lead, found.rule) = (next.as_ref().map(|unit| unit.id), None);
        if let Some(unit) = next {
            found.assists.retain(|assist| *assist != unit.id);
            found.why.push(Why { step: "next", params: json!({"names": unit.names}) });
        }
    }
}

/// The units that led the case and sent it back.
pub(super) async fn sent_back(db: &mut Conn, case: &Case) -> Result<Vec<SentBack>> {
    if case.returns == 0 {
        return Ok(Vec::new());
    }
    let mut parts = store::assignments_of(db, case.id).await?;
    parts.retain(|part| part.kind == AssignmentKind::Lead && part.state == AssignmentState::Returned);
    let ids: Vec<Id<Unit>> = parts.iter().map(|part| part.unit).collect();
    let units = people::units_unscoped(db, &ids).await?;
    let told = |part: super::model::Assignment| {
        Some(SentBack { unit: units.get(&part.unit)?.clone(), at: part.done_at, reason: part.reason })
    };
    Ok(parts.into_iter().filter_map(told).collect())
}

/// Whether a unit sent the case back.
pub(super) fn is_among(back: &[SentBack], unit: Id<Unit>) -> bool {
    back.iter().any(|one| one.unit.id == unit)
}

/// The next unit that is named leads in place of one that said it is not theirs: it may not say so again.
fn pass_by(found: &mut Route, back: &[SentBack]) {
    let Some(passed) = back.iter().rev().find(|one| found.lead == Some(one.unit.id)) else { return };
    found.why.push(Why { step: "sent_back", params: json!({"names": passed.unit.names, "reason": passed.reason}) });
    let others = found.units.iter().filter(|unit| !is_among(back, unit.id));
    // Those in the chain come before those that would only assist.
    let next = others.min_by_key(|unit| found.assists.contains(&unit.id)).cloned();
    (found.lead, found.rule) = (next.as_ref().map(|unit| unit.id), None);
    if let Some(unit) = next {
        found.assists.retain(|assist| *assist != unit.id);
        found.why.push(Why { step: "next", params: json!({"names": unit.names}) });
    }
}

/// The proposal as shown, with how much each unit has in hand.
pub(super) async fn proposal_view(db: &mut Conn, app: &App, actor: &Actor, case: &Case) -> Result<ProposalView> {
    let sent_back = sent_back(db, case).await?;
    let found = route(db, app, case, &sent_back).await?;
    let (is_next, is_by_rule) = (found.why.iter().any(|why| why.step == "next"), found.rule.is_some());
    let why = |unit: Id<Unit>| match () {
        () if found.lead == Some(unit) && is_by_rule => "rule",
        () if found.lead == Some(unit) && !is_next => "lead",
        () if is_among(&sent_back, unit) => "returned",
        () if found.assists.contains(&unit) => "assist",
        () => "fallback",
    };
    let mut candidates: Vec<Candidate> = Vec::new();
    for unit in &found.units {
        if candidates.iter().any(|known| known.unit.id == unit.id) {
            continue;
        }
        let open_cases = store::open_of_unit_unscoped(db, unit.id).await?;
        candidates.push(Candidate { unit: unit.clone(), why: why(unit.id), open_cases });
    }
    let among = |ids: &[Id<Unit>]| candidates.iter().filter(|one| ids.contains(&one.unit.id)).cloned().collect();
    Ok(ProposalView {
        lead: candidates.iter().find(|one| Some(one.unit.id) == found.lead).cloned(),
        assists: among(&found.assists),
        why: found.why,
        sent_back,
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

/// Where a case is drawn that has no point of its own: in the middle of its grid, or of its village.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AboutThere)]
pub struct Near {
    /// Degrees east.
    lon: f64,
    /// Degrees north.
    lat: f64,
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
    /// Why no unit is proposed: `no_matter`, `signpost`, `no_unit`, or `returned` where one has to be looked at by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_none: Option<&'static str>,
    /// About where it is, for a map.
    #[serde(skip_serializing_if = "Option::is_none")]
    near: Option<Near>,
}

/// What is proposed for some cases, in short.
pub(super) async fn proposed_views(db: &mut Conn, app: &App, cases: &[Case]) -> Result<Vec<ProposedView>> {
    let around = |case: &Case| [case.place.at(Level::Grid), case.place.at(Level::Village)];
    let codes: BTreeSet<RegionCode> = cases.iter().flat_map(around).flatten().collect();
    let points = regions::points_unscoped(db, &codes.into_iter().collect::<Vec<_>>()).await?;
    let mut views = Vec::new();
    for case in cases {
        let near = around(case).into_iter().flatten().find_map(|place| points.get(&place));
        let near = near.map(|(lon, lat)| Near { lon: *lon, lat: *lat });
        views.push(ProposedView { near, ..proposed_view(db, app, case).await? });
    }
    Ok(views)
}

async fn proposed_view(db: &mut Conn, app: &App, case: &Case) -> Result<ProposedView> {
    if case.returns > 0 {
        // Whoever sends out many at once does not read why one came back.
        let (lead, why_none) = (None, Some("returned"));
        return Ok(ProposedView { id: case.id, lead, assists: Vec::new(), by_rule: false, why_none, near: None });
    }
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
        near: None,
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
    let county = case.true_place().at(Level::County);
    let mut units = Vec::new();
    for id in asked {
        conflict::refuse_unit(case, *id, field)?;
        // Taken out, so that one named twice is not found again.
        let (unit, region) = found.remove(id).ok_or_else(|| Error::field(field, Code::UnknownUnit))?;
        if !region.covers(case.true_place()) && region.at(Level::County) != county {
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
        conflict::refuse_unit(case, *id, field)?;
        let county = case.true_place().at(Level::County);
        let is_near = region.covers(case.true_place()) || region.at(Level::County) == county;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(last: u8) -> UnitRef {
        let id = format!("01a03273-6837-7005-aa10-82fca6cb37{last:02x}").parse().unwrap();
        UnitRef { id, names: Names::zh_only("单位"), duty: "government".to_owned(), level: Level::Township }
    }

    fn back(unit: &UnitRef) -> SentBack {
        SentBack { unit: unit.clone(), at: None, reason: Some("不归我们".to_owned()) }
    }

    #[test]
    fn the_next_in_the_chain_leads_after_a_return_and_then_an_assistant() {
        let [lead, next, assist] = &[1, 2, 3].map(unit);
        let route = || Route {
            lead: Some(lead.id),
            assists: vec![assist.id],
            units: vec![lead.clone(), assist.clone(), next.clone()],
            ..Route::default()
        };
        let mut found = route();
        pass_by(&mut found, &[back(lead)]);
        assert_eq!((found.lead, found.assists), (Some(next.id), vec![assist.id]));
        let mut found = route();
        pass_by(&mut found, &[back(next), back(lead)]);
        assert_eq!((found.lead, found.assists.is_empty()), (Some(assist.id), true));
        let mut found = Route { units: vec![lead.clone()], assists: Vec::new(), ..route() };
        pass_by(&mut found, &[back(lead)]);
        assert_eq!(found.lead, None, "nobody else is named");
        let mut found = route();
        pass_by(&mut found, &[]);
        assert!(found.lead.is_some() && found.why.is_empty());
    }
}
