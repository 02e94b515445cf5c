//! Rules, examples and outcomes with the names of what they speak of.

use std::collections::HashMap;

use db::Conn;
use futures::StreamExt;
use kernel::{Cursor, Id, Instant, Lang, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    model::{Example, Expected, Rule, RuleFilter, Why},
    rules,
    simulator::{Outcome, Run},
    store,
};
use crate::{
    modules::{
        App, SharedApp,
        calendar::Deadline,
        matters::MatterRef,
        people::{self, PersonRef, UnitRef},
        regions::{self, Place, PlaceSource, RegionRef, Whereabouts},
    },
    platform::{
        access::{Scope, Unit},
        book::{self, Cell, Column, Rows},
    },
};

/// 派单规则 as shown.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RoutingRule)]
pub(super) struct RuleView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Rule>,
    /// What it is about.
    matter: MatterRef,
    /// Where it holds.
    region: RegionRef,
    /// The unit that leads.
    lead: UnitRef,
    /// Why.
    reason: String,
    /// Number of the case it was learned from.
    #[serde(skip_serializing_if = "Option::is_none")]
    case_number: Option<String>,
    /// When it was made.
    made_at: Instant,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<PersonRef>,
    /// When it was ended, or another took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// True when its unit is over: it is passed by until it is made anew.
    is_over: bool,
}

/// What the simulator finds.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Simulation)]
pub(super) struct OutcomeView {
    /// Where it would be handled.
    place: Place,
    /// What it is about.
    matter: MatterRef,
    /// The unit that would lead; none for what belongs elsewhere, or where no unit is.
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<UnitRef>,
    /// The units that would assist.
    assists: Vec<UnitRef>,
    /// Other units the catalogue names for this place.
    others: Vec<UnitRef>,
    /// The reasoning.
    why: Vec<Why>,
    /// When it would be due, with the explanation.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<Deadline>,
}

/// 算例 as shown, with what comes of it now.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RoutingExample)]
pub(super) struct ExampleView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Example>,
    /// What it is called.
    name: String,
    /// The place chosen.
    region: RegionCode,
    /// Longitude, WGS-84 degrees, where a point was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    lon: Option<f64>,
    /// Latitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    lat: Option<f64>,
    /// The moment it comes in.
    start_at: Instant,
    /// What must come of it.
    expected: ExpectedView,
    /// What comes of it now.
    found: OutcomeView,
    /// In what that differs: `place`, `lead`, `due_at`; empty when it is as it must be.
    differs: Vec<&'static str>,
    /// When it was kept or last put right.
    made_at: Instant,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<PersonRef>,
}

/// What must come of an example.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RoutingExpected)]
pub(super) struct ExpectedView {
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<RegionRef>,
    /// Names of the unit that leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<Names>,
    /// The deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Instant>,
}

fn region_ref(places: &HashMap<RegionCode, RegionRef>, code: &RegionCode) -> Option<RegionRef> {
    places.get(code).cloned()
}

/// Rules as shown; names are read with three statements whatever their number.
pub(super) async fn rules(db: &mut Conn, app: &App, rules: Vec<Rule>) -> Result<Vec<RuleView>> {
    let places = regions::refs_unscoped(db, rules.iter().map(|rule| &rule.region)).await?;
    let units: Vec<Id<Unit>> = rules.iter().map(|rule| rule.lead).collect();
    let units = people::units_unscoped(db, &units).await?;
    let makers: Vec<_> = rules.iter().map(|rule| rule.made_by).collect();
    let makers = people::people_unscoped(db, &makers).await?;
    let view = |rule: Rule| {
        Some(RuleView {
            matter: app.matters.catalogue().matter_ref(&rule.matter, &rule.region),
            region: region_ref(&places, &rule.region)?,
            lead: units.get(&rule.lead)?.clone(),
            made_by: makers.get(&rule.made_by).cloned(),
            is_over: rules::is_over(&rule, app.today()),
            id: rule.id,
            reason: rule.reason,
            case_number: rule.case_number,
            made_at: rule.made_at,
            ended_at: rule.ended_at,
        })
    };
    Ok(rules.into_iter().filter_map(view).collect())
}

/// A page of the list.
pub(super) async fn page(app: &App, scope: &Scope, filter: &RuleFilter, page: &Page) -> Result<Listing<RuleView>> {
    let mut db = app.db.read().await?;
    let (rows, count) = store::rules(&mut db, scope, filter, page).await?;
    let key = |rule: &Rule| Cursor::pack(&(rule.made_at, rule.id));
    let Listing { rows, next, count, count_capped } = Listing::new(rows, page, count, key);
    Ok(Listing { rows: rules(&mut db, app, rows).await?, next, count, count_capped })
}

/// Rows whose names are read together.
const TOGETHER: usize = 200;

/// The columns of the list.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("事项", "Matter", 24),
        ("地方", "Place", 18),
        ("地方代码", "Code of the place", 18),
        ("主办单位", "Lead unit", 24),
        ("理由", "Reason", 40),
        ("来自工单", "From case", 24),
        ("建立时间", "Made", 17),
        ("结束时间", "Ended", 17),
    ];
    book::columns(lang, heads)
}

/// Hands the list over in batches of rows.
pub(super) async fn batches(app: SharedApp, (scope, filter): (Scope, RuleFilter), lang: Lang, out: Rows) -> Result<()> {
    let mut names = app.db.read().await?;
    let mut chunks = std::pin::pin!(app.db.stream::<Rule>(store::export(&scope, &filter)).await?.chunks(TOGETHER));
    while let Some(chunk) = chunks.next().await {
        let found = rules(&mut names, &app, chunk.into_iter().collect::<Result<_>>()?).await?;
        if out.send(found.iter().map(|row| cells(&app, row, lang)).collect()).await.is_err() {
            break; // the reader has gone
        }
    }
    Ok(())
}

fn cells(app: &App, row: &RuleView, lang: Lang) -> Vec<Cell> {
    let zone = &app.settings.zone;
    vec![
        Cell::called(Some(&row.matter.names), lang),
        Cell::called(Some(&row.region.names), lang),
        Cell::Text(row.region.code.to_string()),
        Cell::called(Some(&row.lead.names), lang),
        Cell::Text(row.reason.clone()),
        Cell::words(row.case_number.as_ref()),
        Cell::at(Some(row.made_at), zone),
        Cell::at(row.ended_at, zone),
    ]
}

/// What the simulator found, as shown.
pub(super) async fn outcome(
    db: &mut Conn,
    app: &App,
    matter: &str,
    point: Option<(f64, f64)>,
    found: Outcome,
) -> Result<OutcomeView> {
    let matter = app.matters.catalogue().matter_ref(matter, &found.place);
    let at = Whereabouts {
        region: Some(found.place.clone()),
        text: None,
        lon: point.map(|(lon, _)| lon),
        lat: point.map(|(_, lat)| lat),
        source: if point.is_some() { PlaceSource::Pin } else { PlaceSource::Chosen },
        is_guess: found.is_guess,
    };
    let place = regions::place_of_unscoped(db, at).await?;
    let (lead, assists) = (found.route.lead, found.route.assists);
    let take = |wanted: &dyn Fn(Id<Unit>) -> bool| {
        found.route.units.iter().filter(|unit| wanted(unit.id)).cloned().collect::<Vec<_>>()
    };
    Ok(OutcomeView {
        place,
        matter,
        lead: take(&|id| Some(id) == lead).pop(),
        assists: take(&|id| assists.contains(&id)),
        others: take(&|id| Some(id) != lead && !assists.contains(&id)),
        why: found.route.why.clone(),
        deadline: found.deadline,
    })
}

/// Examples with what comes of them now.
pub(super) async fn examples(db: &mut Conn, app: &App, runs: Vec<Run>) -> Result<Vec<ExampleView>> {
    let places = regions::refs_unscoped(db, runs.iter().map(|run| &run.example.expected.place)).await?;
    let makers: Vec<_> = runs.iter().map(|run| run.example.made_by).collect();
    let makers = people::people_unscoped(db, &makers).await?;
    let mut views = Vec::with_capacity(runs.len());
    for Run { example, found, differs } in runs {
        let Expected { place, lead_names, due_at, .. } = example.expected;
        views.push(ExampleView {
            id: example.id,
            found: outcome(db, app, &example.matter, example.point, found).await?,
            expected: ExpectedView { place: region_ref(&places, &place), lead: lead_names, due_at },
            made_by: makers.get(&example.made_by).cloned(),
            name: example.name,
            region: example.region,
            lon: example.point.map(|(lon, _)| lon),
            lat: example.point.map(|(_, lat)| lat),
            start_at: example.start_at,
            differs,
            made_at: example.made_at,
        });
    }
    Ok(views)
}
