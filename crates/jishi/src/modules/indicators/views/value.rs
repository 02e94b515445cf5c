//! One figure from what was counted, with all that makes it honest: number, interval, what was left out, what went
//! unanswered, and the list that each of its numbers opens.

use std::collections::{BTreeMap, HashMap};

use db::Conn;
use kernel::{Names, Result};
use serde::Serialize;

use super::who::Chosen;
use crate::modules::indicators::{
    expression::Expression,
    measures::{Basis, Measure, time},
    model::{Indicator, Scheme, Sort, Tally, Versioned},
    periods::Period,
    shelf::{self, Volume},
    stats::{self, Sample},
    store::{self, Source},
};

/// What opens the list behind a number: parameters of `/api/indicators/cases`.
pub type Opens = BTreeMap<&'static str, String>;

/// A measure within a figure.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorTerm)]
pub struct TermView {
    /// The measure.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// What each is worth.
    pub weight: f64,
    /// How many rows.
    pub count: i64,
    /// The list of them.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub opens: Opens,
}

/// A part of a scheme.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorPart)]
pub struct PartView {
    /// The indicator.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Its weight.
    pub weight: f64,
    /// Its value.
    #[schema(no_recursion)]
    pub value: ValueView,
}

/// 数值
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorValue)]
pub struct ValueView {
    /// The rate, between 0 and 1; none of nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// The lower end of its interval at 95 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// What the numerator is worth; of a number the number.
    pub numerator: f64,
    /// The denominator: of how many.
    pub n: i64,
    /// The middle of the times, in minutes; wrong by 6 % at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_minutes: Option<f64>,
    /// The lower end of the interval of the middle at 95 %, in minutes; none of fewer than six times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_minutes: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_minutes: Option<f64>,
    /// What nine in ten did not exceed, in minutes; wrong by 6 % at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90_minutes: Option<f64>,
    /// The mean of the times, in minutes; exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_minutes: Option<f64>,
    /// What the numerator is made of.
    pub top: Vec<TermView>,
    /// What the denominator is made of.
    pub base: Vec<TermView>,
    /// What was left out.
    pub left_out: Vec<TermView>,
    /// What went unanswered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<TermView>,
    /// Of a scheme: what it is made of.
    pub parts: Vec<PartView>,
}

/// What is defined under a code: an indicator, or a scheme with its indicators.
#[derive(Clone, Debug)]
pub enum Defined {
    /// An indicator.
    One(Versioned<Indicator>),
    /// A scheme.
    Many(Versioned<Scheme>, Vec<(Indicator, f64)>),
}

impl Defined {
    /// What is in force under a code.
    pub fn find(volumes: &[Volume], code: &str) -> Option<Self> {
        if let Some(one) = shelf::indicator(volumes, code) {
            return Some(Self::One(one));
        }
        let scheme = shelf::scheme(volumes, code)?;
        let part = |(code, weight): &(String, f64)| Some((shelf::indicator(volumes, code)?.it, *weight));
        let parts = scheme.it.parts.iter().map(part).collect::<Option<Vec<_>>>()?;
        Some(Self::Many(scheme, parts))
    }

    /// The days it needs.
    pub fn bases(&self) -> Vec<Basis> {
        match self {
            Self::One(one) => vec![one.it.basis],
            Self::Many(_, parts) => parts.iter().map(|(part, _)| part.basis).collect(),
        }
    }
}

/// Sums by the day that counts, for some periods in their order.
pub type Sums = HashMap<Basis, Vec<Vec<Tally>>>;

/// Reads what some bases need.
pub async fn read_sums(db: &mut Conn, source: &Source, bases: &[Basis], periods: &[Period]) -> Result<Sums> {
    let mut sums = Sums::new();
    for basis in bases {
        if !sums.contains_key(basis) {
            sums.insert(*basis, store::sums(db, source, *basis, periods).await?);
        }
    }
    Ok(sums)
}

/// What was counted for a rate.
pub fn sample(indicator: &Indicator, tallies: &[Tally]) -> Sample {
    let left_out = indicator.left_out();
    let base = indicator.denominator.as_ref().unwrap_or(&indicator.numerator);
    let counted = tallies.iter().filter(|tally| tally.marks & left_out == 0 && base.holds(tally.marks));
    counted.fold(Sample::default(), |sample, tally| sample.and(tally.cases, indicator.numerator.worth(tally.marks)))
}

/// The value of what is defined.
pub fn value(defined: &Defined, sums: &Sums, nth: usize, at: &At<'_>) -> ValueView {
    let tallies = |basis: Basis| sums.get(&basis).and_then(|all| all.get(nth)).map(Vec::as_slice).unwrap_or_default();
    match defined {
        Defined::One(one) => of_indicator(&one.it, tallies(one.it.basis), at),
        Defined::Many(_, parts) => {
            let parts: Vec<PartView> = parts
                .iter()
                .map(|(part, weight)| PartView {
                    code: part.code.clone(),
                    names: part.names.clone(),
                    weight: *weight,
                    value: of_indicator(part, tallies(part.basis), at),
                })
                .collect();
            together(parts)
        }
    }
}

/// The parts weighed. They are of the same residents and move together, so that the ends of the interval are weighed like
/// the values: it is at least as wide as it must be.
fn together(parts: Vec<PartView>) -> ValueView {
    let sum = |of: fn(&ValueView) -> Option<f64>| {
        parts.iter().try_fold(0.0, |sum, part| of(&part.value).map(|value| sum + part.weight * value))
    };
    let (rate, low, high) = (sum(|value| value.rate), sum(|value| value.low), sum(|value| value.high));
    let n = parts.iter().map(|part| part.value.n).min().unwrap_or_default();
    ValueView { rate, low, high, n, numerator: rate.unwrap_or_default(), parts, ..ValueView::default() }
}

/// Where and when a value is of, for the lists it opens.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// What is looked at.
    pub chosen: &'a Chosen,
    /// The period.
    pub period: Period,
}

impl At<'_> {
    fn opens(&self, basis: Basis, any: &[&Measure], also: &[&Measure], none: &[&Measure]) -> Opens {
        let codes = |of: &[&Measure]| of.iter().map(|measure| measure.code).collect::<Vec<_>>().join(",");
        let selection = &self.chosen.selection;
        let all = [
            ("day", Some(basis.as_str().to_owned())),
            ("any", Some(codes(any))),
            ("also", Some(codes(also))),
            ("without", Some(codes(none))),
            ("region", selection.place.as_ref().map(ToString::to_string)),
            ("unit", selection.unit.map(|unit| unit.to_string())),
            ("matter", selection.matter.clone()),
            ("period", Some(self.period.rule.name())),
            ("on", Some(self.period.last_day().to_string())),
        ];
        all.into_iter().filter_map(|(key, value)| Some((key, value.filter(|value| !value.is_empty())?))).collect()
    }
}

fn of_indicator(indicator: &Indicator, tallies: &[Tally], at: &At<'_>) -> ValueView {
    let base = indicator.denominator.as_ref().unwrap_or(&indicator.numerator);
    let look = Look { indicator, base, tallies, at };
    let sample = sample(indicator, tallies);
    let mut view = ValueView {
        n: sample.n,
        numerator: sample.sum,
        top: look.terms(&indicator.numerator),
        base: indicator.denominator.as_ref().map(|base| look.terms(base)).unwrap_or_default(),
        left_out: indicator.exclude.iter().map(|measure| look.left_out(measure)).collect(),
        unanswered: indicator.unanswered.map(|measure| look.beside(measure)),
        ..ValueView::default()
    };
    match indicator.sort {
        Sort::Count => {}
        Sort::Rate => {
            let interval = sample.interval();
            view.rate = sample.rate();
            (view.low, view.high) = (interval.map(|it| it.low), interval.map(|it| it.high));
        }
        Sort::Duration => look.times(&mut view),
    }
    view
}

struct Look<'a> {
    indicator: &'a Indicator,
    base: &'a Expression,
    tallies: &'a [Tally],
    at: &'a At<'a>,
}

impl Look<'_> {
    fn counted(&self) -> impl Iterator<Item = &Tally> {
        let left_out = self.indicator.left_out();
        self.tallies.iter().filter(move |tally| tally.marks & left_out == 0 && self.base.holds(tally.marks))
    }

    fn view(&self, measure: &Measure, weight: f64, count: i64, opens: Opens) -> TermView {
        TermView { code: measure.code.to_owned(), names: measure.names(), weight, count, opens }
    }

    fn base_measures(&self) -> Vec<&'static Measure> {
        self.base.0.iter().map(|term| term.measure).collect()
    }

    fn terms(&self, expression: &Expression) -> Vec<TermView> {
        let term = |term: &super::super::expression::Term| {
            let count = self.counted().filter(|tally| term.measure.holds(tally.marks)).map(|tally| tally.cases).sum();
            let also = self.base_measures();
            let also = if also == [term.measure] { Vec::new() } else { also };
            let opens = self.at.opens(self.indicator.basis, &[term.measure], &also, &self.indicator.exclude);
            self.view(term.measure, term.weight, count, opens)
        };
        expression.0.iter().map(term).collect()
    }

    /// Rows that would count but for this.
    fn left_out(&self, measure: &'static Measure) -> TermView {
        let rows = self.tallies.iter().filter(|tally| measure.holds(tally.marks) && self.base.holds(tally.marks));
        let opens = self.at.opens(self.indicator.basis, &[measure], &self.base_measures(), &[]);
        self.view(measure, 0.0, rows.map(|tally| tally.cases).sum(), opens)
    }

    /// Rows that do not count, told beside.
    fn beside(&self, measure: &'static Measure) -> TermView {
        let left_out = self.indicator.left_out();
        let rows = self.tallies.iter().filter(|tally| tally.marks & left_out == 0 && measure.holds(tally.marks));
        let opens = self.at.opens(self.indicator.basis, &[measure], &[], &self.indicator.exclude);
        self.view(measure, 0.0, rows.map(|tally| tally.cases).sum(), opens)
    }

    fn times(&self, view: &mut ValueView) {
        let mut drawers: BTreeMap<i64, i64> = BTreeMap::new();
        let mut minutes = 0;
        for tally in self.counted() {
            *drawers.entry(tally.marks >> time::DRAWER).or_default() += tally.cases;
            minutes += tally.amount;
        }
        let drawers: Vec<(i64, i64)> = drawers.into_iter().collect();
        view.median_minutes = stats::quantile(&drawers, 0.5);
        let interval = stats::median_interval(&drawers);
        (view.low_minutes, view.high_minutes) = (interval.map(|it| it.low), interval.map(|it| it.high));
        view.p90_minutes = stats::quantile(&drawers, 0.9);
        view.mean_minutes = (view.n > 0).then(|| minutes as f64 / view.n as f64);
    }
}

/// What of a value is put beside others: the rate, the number, or the median of times.
pub fn headline(defined: &Defined, value: &ValueView) -> Option<f64> {
    match defined {
        Defined::Many(..) => value.rate,
        Defined::One(one) => match one.it.sort {
            Sort::Rate => value.rate,
            Sort::Count => Some(value.numerator),
            Sort::Duration => value.median_minutes,
        },
    }
}
