//! Places beside one another: which differences are more than chance, and which are not. Small places are put together, and
//! nobody stands in a row by their figure unless the county has switched that on (domain rule 14, 防止滥用排名).

use std::collections::HashMap;

use db::Conn;
use kernel::{Code, Error, Level, RegionCode, Result};
use serde::Serialize;

use super::{
    overview::{PeriodView, usual},
    peers::children,
    value::{At, Defined, Sums, ValueView, headline, sample, value},
    who::Chosen,
};
use crate::modules::{
    App,
    indicators::{
        model::{Sort, Tally},
        shelf,
        stats::{self, Sample},
        store::{self, Grouping},
    },
    regions::{self, RegionRef},
};

/// One place of a comparison.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorComparedPlace)]
pub struct PlaceView {
    /// Which.
    pub place: RegionRef,
    /// Its value; of a place that is put together with others only how many it has.
    pub value: ValueView,
    /// The rate, the number, or the median of times in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<f64>,
    /// Whether it has too few and is put together with others.
    pub is_pooled: bool,
    /// Codes of places whose rate is higher, and not by chance.
    pub below: Vec<RegionCode>,
    /// Codes of places whose rate is lower, and not by chance.
    pub above: Vec<RegionCode>,
}

/// Small places put together.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorPool)]
pub struct PoolView {
    /// How many places.
    pub places: i64,
    /// Of how many.
    pub n: i64,
    /// Their rate together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// The lower end of its interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// 比较
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorComparison)]
pub struct ComparisonView {
    /// What is looked at.
    pub chosen: Chosen,
    /// The period.
    pub period: PeriodView,
    /// What it is.
    pub sort: Sort,
    /// In the order of their codes; of their rates where the county has switched that on.
    pub places: Vec<PlaceView>,
    /// Small places put together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolView>,
    /// Places with fewer are put together.
    pub pool_below: i64,
    /// How many pairs of places truly differ.
    pub differing: i64,
    /// Of how many pairs.
    pub pairs: i64,
    /// The middle of the places that are not put together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median: Option<f64>,
    /// Whether places stand in the order of their rates.
    pub league: bool,
}

/// The level of the places within what is looked at.
pub fn level_below(chosen: &Chosen) -> Option<Level> {
    match chosen.selection.place.as_ref()?.level() {
        Level::Province => Some(Level::City),
        Level::City => Some(Level::County),
        Level::County => Some(Level::Township),
        Level::Township => Some(Level::Village),
        Level::Village | Level::Grid | Level::MicroGrid => None,
    }
}

/// The places within what is chosen, beside one another.
pub async fn comparison(db: &mut Conn, app: &App, chosen: Chosen, code: &str) -> Result<ComparisonView> {
    let volumes = app.indicators.at(&chosen.home);
    let not_found = || Error::new(Code::NotFound);
    let defined = Defined::find(&volumes, code).ok_or_else(not_found)?;
    let Defined::One(one) = &defined else { return Err(not_found()) };
    let (level, place) = level_below(&chosen).zip(chosen.selection.place.clone()).ok_or_else(not_found)?;
    let rules = shelf::comparison(&volumes);
    let period = chosen.period.unwrap_or_else(|| usual(&defined)).of(chosen.on);
    let codes = children(db, app, &place).await?;
    let matter = chosen.selection.matter.clone();
    let grouping = if chosen.selection.unit.is_none() && matter.as_ref().is_none_or(|code| !code.contains('.')) {
        Grouping::Whose(codes.clone(), matter.unwrap_or_default())
    } else {
        Grouping::Level(level, chosen.selection.clone())
    };
    let sums = store::sums_by(db, &grouping, one.it.basis, period).await?;
    let codes: Vec<RegionCode> = codes.iter().filter_map(|code| RegionCode::parse(code).ok()).collect();
    let names = regions::refs_unscoped(db, &codes).await?;
    let (samples, places) = beside(&defined, &sums, codes, &names, &chosen, (period, rules.pool_below));
    let mut view = ComparisonView {
        period: PeriodView::of(period, app.today()),
        sort: one.it.sort,
        pool: pool(&places, &samples),
        pool_below: rules.pool_below,
        differing: 0,
        pairs: 0,
        median: stats::median(places.iter().filter(|it| !it.is_pooled).filter_map(|it| it.headline).collect()),
        league: rules.league && one.it.sort == Sort::Rate,
        places,
        chosen,
    };
    if one.it.sort == Sort::Rate {
        tell_apart(&mut view, &samples);
    }
    if view.league {
        let key = |it: &PlaceView| (it.is_pooled, it.headline.map_or(i64::MAX, |rate| -(rate * 1e9) as i64));
        view.places.sort_by_key(key);
    }
    Ok(view)
}

fn beside(
    defined: &Defined,
    sums: &HashMap<String, Vec<Tally>>,
    mut codes: Vec<RegionCode>,
    names: &HashMap<RegionCode, RegionRef>,
    chosen: &Chosen,
    (period, pool_below): (crate::modules::indicators::Period, i64),
) -> (Vec<Sample>, Vec<PlaceView>) {
    let Defined::One(one) = defined else { return (Vec::new(), Vec::new()) };
    codes.sort();
    let (mut samples, mut places) = (Vec::new(), Vec::new());
    for code in codes {
        let Some(place) = names.get(&code).cloned() else { continue };
        let tallies = sums.get(code.as_str()).cloned().unwrap_or_default();
        let own = sample(&one.it, &tallies);
        let mut there = chosen.clone();
        there.selection.place = Some(code);
        let full = value(defined, &Sums::from([(one.it.basis, vec![tallies])]), 0, &At { chosen: &there, period });
        let is_pooled = one.it.sort == Sort::Rate && own.n < pool_below;
        samples.push(own);
        places.push(PlaceView {
            place,
            headline: headline(defined, &full).filter(|_| !is_pooled),
            value: if is_pooled { ValueView { n: full.n, base: full.base, ..ValueView::default() } } else { full },
            is_pooled,
            below: Vec::new(),
            above: Vec::new(),
        });
    }
    (samples, places)
}

fn pool(places: &[PlaceView], samples: &[Sample]) -> Option<PoolView> {
    let small: Vec<Sample> = places.iter().zip(samples).filter(|(it, _)| it.is_pooled).map(|(_, it)| *it).collect();
    let all = small.iter().fold(Sample::default(), |sum, sample| sum.with(*sample));
    let interval = all.interval();
    (!small.is_empty()).then(|| PoolView {
        places: i64::try_from(small.len()).unwrap_or(i64::MAX),
        n: all.n,
        rate: all.rate(),
        low: interval.map(|it| it.low),
        high: interval.map(|it| it.high),
    })
}

fn tell_apart(view: &mut ComparisonView, samples: &[Sample]) {
    let large: Vec<usize> =
        (0..samples.len()).filter(|at| view.places.get(*at).is_some_and(|it| !it.is_pooled)).collect();
    let own: Vec<Sample> = large.iter().filter_map(|at| samples.get(*at).copied()).collect();
    let pairs = stats::differing(&own);
    view.pairs = i64::try_from(own.len() * own.len().saturating_sub(1) / 2).unwrap_or(i64::MAX);
    view.differing = i64::try_from(pairs.len()).unwrap_or(i64::MAX);
    for (i, j) in pairs {
        let (Some(a), Some(b)) = (large.get(i).copied(), large.get(j).copied()) else { continue };
        let rate = |at: usize| samples.get(at).and_then(|sample| sample.rate()).unwrap_or_default();
        let (low, high) = if rate(a) < rate(b) { (a, b) } else { (b, a) };
        let code = |at: usize| view.places.get(at).map(|it| it.place.code.clone());
        let (low_code, high_code) = (code(low), code(high));
        if let Some(it) = view.places.get_mut(low) {
            it.below.extend(high_code);
        }
        if let Some(it) = view.places.get_mut(high) {
            it.above.extend(low_code);
        }
    }
}
