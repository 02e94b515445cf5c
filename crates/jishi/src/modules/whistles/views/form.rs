//! What the form of a whistle begins with: the kinds, the sources, and whom one would call.

use db::Conn;
use kernel::{Code, Error, Id, Instant, Level, Names, RegionCode, Result};
use serde::Serialize;

use crate::{
    modules::{
        App,
        cases::{self, Case},
        people::{self, UnitRef},
        regions::{self, RegionRef},
        routing::{self, Asked},
        whistles::{model::WhistleKind, rules, store},
    },
    platform::access::{Actor, Permission, Unit},
};

/// Whom a township called within so many days is offered again.
const USUAL_DAYS: i64 = 180;

/// What a new whistle can be.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleForm)]
pub struct FormView {
    /// The three kinds.
    kinds: Vec<KindView>,
    /// Where whistles come from.
    sources: Vec<SourceView>,
    /// Whom one would call.
    units: Vec<SuggestedView>,
    /// The reader's own units: they may lead without being called.
    own_units: Vec<UnitRef>,
    /// Where it would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<RegionRef>,
    /// The case it would be about.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<CaseView>,
}

/// A kind, with the limits it would have if it were raised now to meet now.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleKindView)]
pub struct KindView {
    /// Which.
    kind: WhistleKind,
    /// What it is called here.
    names: Names,
    /// When it is the right one.
    hint: Names,
    /// By when units would answer, if they meet later than that; none where that is when they meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_due_at: Option<Instant>,
    /// By when they would be there, if they meet now; none where that is when they meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    arrive_due_at: Option<Instant>,
    /// By when their part would be done, if they met now.
    due_at: Instant,
}

/// A source.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleSource)]
pub struct SourceView {
    code: String,
    names: Names,
}

/// A unit that is offered, and why.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = SuggestedUnit)]
pub struct SuggestedView {
    unit: UnitRef,
    /// `matter`: its duty stands with the case's matter; `usual`: the township called it before.
    why: &'static str,
}

/// The case in short.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WhistleCase)]
pub struct CaseView {
    #[schema(value_type = uuid::Uuid)]
    id: Id<Case>,
    number: String,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead_unit: Option<UnitRef>,
}

/// What the form begins with, for a case or from the desk.
///
/// # Errors
/// `not_found` on `case`; `conflict_of_interest` in a case about the reader's unit; `internal` when the database fails.
pub(in super::super) async fn form(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    case: Option<Id<Case>>,
) -> Result<FormView> {
    let scope = actor.require(Permission::WhistleRaise)?;
    let case = match case {
        Some(id) => {
            let reading = actor.require(Permission::CaseRead)?;
            let case = cases::get(db, &reading, id).await.map_err(|_| Error::field("case", Code::NotFound))?;
            cases::refuse_own(&case, actor)?;
            Some(case)
        }
        None => None,
    };
    let own = scope.places.iter().find(|place| place.level() >= Level::Township);
    let region = case.as_ref().map(|case| case.place.clone()).or_else(|| own.cloned());
    let region = region.map(|place| place.at(Level::Village).unwrap_or(place));
    let units = suggested(db, app, case.as_ref(), region.as_ref()).await?;
    let own_units = people::units_unscoped(db, &scope.units).await?;
    let catalogue = app.whistles.get();
    let lead = match case.as_ref().and_then(|case| case.lead_unit) {
        Some(unit) => people::units_unscoped(db, &[unit]).await?.remove(&unit),
        None => None,
    };
    let named = match &region {
        Some(region) => regions::refs_unscoped(db, [region]).await?.remove(region),
        None => None,
    };
    Ok(FormView {
        kinds: catalogue.kinds.iter().map(|rule| kind_view(app, rule)).collect(),
        sources: catalogue
            .sources
            .iter()
            .map(|source| SourceView { code: source.code.clone(), names: source.names.clone() })
            .collect(),
        units,
        own_units: scope.units.iter().filter_map(|unit| own_units.get(unit).cloned()).collect(),
        region: named,
        case: case.map(|case| CaseView {
            id: case.id,
            number: case.number,
            summary: case.summary,
            place_text: case.place_text,
            lead_unit: lead,
        }),
    })
}

fn kind_view(app: &App, rule: &rules::KindRule) -> KindView {
    let now = app.now();
    let limits = rules::limits(rule, now, now, |limit, start| routing::reckon(app, limit, start, false));
    // As if they met far ahead: then nothing is cut by the meeting.
    let open = rules::limits(rule, now, now.plus_days(60), |limit, start| routing::reckon(app, limit, start, false));
    let by_meeting = |limit| limit == rules::Limit::Meeting;
    KindView {
        kind: rule.kind,
        names: rule.names.clone(),
        hint: rule.hint.clone(),
        reply_due_at: (!by_meeting(rule.reply)).then_some(open.reply_due_at),
        arrive_due_at: (!by_meeting(rule.arrival)).then_some(limits.arrive_due_at),
        due_at: limits.due_at,
    }
}

/// Units by the duties of the case's matter, then those the township usually calls.
async fn suggested(
    db: &mut Conn,
    app: &App,
    case: Option<&Case>,
    region: Option<&RegionCode>,
) -> Result<Vec<SuggestedView>> {
    let mut units: Vec<SuggestedView> = Vec::new();
    if let Some(case) = case {
        let registered = case.registered_region.as_ref();
        let asked = Asked { matter: case.matter.as_deref(), place: &case.place, registered };
        let found = routing::route(db, app, &asked).await?.units;
        units.extend(found.into_iter().map(|unit| SuggestedView { unit, why: "matter" }));
    }
    if let Some(township) = region.and_then(|region| region.at(Level::Township)) {
        let usual: Vec<Id<Unit>> = store::usual_units_unscoped(db, &township, app.now().plus_days(-USUAL_DAYS)).await?;
        let found = people::units_unscoped(db, &usual).await?;
        for unit in usual.iter().filter_map(|unit| found.get(unit)) {
            if !units.iter().any(|known| known.unit.id == unit.id) {
                units.push(SuggestedView { unit: unit.clone(), why: "usual" });
            }
        }
    }
    // A unit has no part in a case about itself.
    units.retain(|known| case.is_none_or(|case| case.about_unit != Some(known.unit.id)));
    Ok(units)
}
