//! Definitions as they are shown.

use kernel::{Day, Names, RegionCode};
use serde::Serialize;

use super::value::Defined;
use crate::modules::{
    App,
    indicators::{
        expression::Expression,
        model::{Better, Indicator, Scheme, Sort},
        periods::Rule,
        shelf::Volume,
    },
};

/// A definition in words.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorDefinition)]
pub struct DefinitionView {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// What it says.
    pub explain: Names,
    /// 为什么看这个数
    pub why: Names,
    /// Where the definition comes from.
    pub source: Names,
    /// What it is; a scheme is a rate.
    pub sort: Sort,
    /// Which way is good.
    pub better: Better,
    /// Whether it weighs others.
    pub is_scheme: bool,
    /// The numerator in words, with its weights.
    pub numerator: Names,
    /// The denominator in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<Names>,
    /// What is left out, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<Names>,
    /// The day that counts.
    pub day: Names,
    /// How periods go unless its reader says otherwise.
    pub period: String,
    /// The version of its file; 0 is the one that came with the program.
    pub version: i64,
    /// Since when that is in force.
    pub valid_from: Day,
}

/// A way in which periods go.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorPeriodRule)]
pub struct RuleView {
    /// Its name in addresses.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// A set with its definitions.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorSet)]
pub struct SetView {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Schemes first, then indicators.
    pub definitions: Vec<DefinitionView>,
}

/// What is defined for a place.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorDefinitions)]
pub struct DefinitionsView {
    /// By set.
    pub sets: Vec<SetView>,
    /// Ways in which periods may go.
    pub periods: Vec<RuleView>,
}

/// What is in force for a place.
pub fn definitions(app: &App, home: &RegionCode) -> DefinitionsView {
    let volumes = app.indicators.at(home);
    let set = |volume: &Volume| SetView {
        code: volume.set.code.clone(),
        names: volume.set.names.clone(),
        definitions: all(&volumes, volume).iter().map(definition).collect(),
    };
    let mut rules = vec![
        Rule::Month { from: 1 },
        Rule::Month { from: 19 },
        Rule::Week,
        Rule::Day,
        Rule::NoonDay,
        Rule::Quarter,
        Rule::Year,
    ];
    for volume in &volumes {
        for indicator in &volume.set.indicators {
            if !rules.contains(&indicator.period) {
                rules.push(indicator.period);
            }
        }
    }
    let rule = |rule: Rule| RuleView { code: rule.name(), names: rule.names() };
    DefinitionsView { sets: volumes.iter().map(set).collect(), periods: rules.into_iter().map(rule).collect() }
}

/// Everything a set defines, schemes first.
pub fn all(volumes: &[Volume], volume: &Volume) -> Vec<Defined> {
    let schemes = volume.set.schemes.iter().map(|scheme| scheme.code.as_str());
    let codes = schemes.chain(volume.set.indicators.iter().map(|indicator| indicator.code.as_str()));
    codes.filter_map(|code| Defined::find(volumes, code)).collect()
}

/// One of them in words.
pub fn definition(defined: &Defined) -> DefinitionView {
    match defined {
        Defined::One(one) => {
            let Indicator { code, names, explain, why, source, sort, better, basis, period, .. } = one.it.clone();
            let left_out: Vec<Names> = one.it.exclude.iter().map(|measure| measure.names()).collect();
            DefinitionView {
                code,
                names,
                explain,
                why,
                source,
                sort,
                better,
                is_scheme: false,
                numerator: in_words(&one.it.numerator),
                denominator: one.it.denominator.as_ref().map(in_words),
                left_out: (!left_out.is_empty()).then(|| joined(&left_out, ("、", ", "))),
                day: basis.names(),
                period: period.name(),
                version: one.version,
                valid_from: one.valid_from,
            }
        }
        Defined::Many(scheme, parts) => {
            let Scheme { code, names, explain, why, source, .. } = scheme.it.clone();
            let part = |(part, weight): &(Indicator, f64)| {
                Names::new(
                    format!("{weight}×{}", part.names.zh()),
                    format!("{weight} × {}", part.names.in_lang(kernel::Lang::En)),
                )
            };
            let parts_in_words: Vec<Names> = parts.iter().map(part).collect();
            DefinitionView {
                code,
                names,
                explain,
                why,
                source,
                sort: Sort::Rate,
                better: Better::Higher,
                is_scheme: true,
                numerator: joined(&parts_in_words, ("＋", " + ")),
                denominator: None,
                left_out: None,
                day: parts.first().map(|(part, _)| part.basis.names()).unwrap_or_default(),
                period: scheme.it.period.name(),
                version: scheme.version,
                valid_from: scheme.valid_from,
            }
        }
    }
}

fn joined(all: &[Names], (zh, en): (&str, &str)) -> Names {
    let list = |lang, between: &str| all.iter().map(|names| names.in_lang(lang)).collect::<Vec<_>>().join(between);
    Names::new(list(kernel::Lang::Zh, zh), list(kernel::Lang::En, en))
}

fn in_words(expression: &Expression) -> Names {
    let terms: Vec<Names> = expression
        .0
        .iter()
        .map(|term| {
            let names = term.measure.names();
            if term.weight == 1.0 {
                return names;
            }
            let weight = term.weight;
            Names::new(format!("{weight}×{}", names.zh()), format!("{weight} × {}", names.in_lang(kernel::Lang::En)))
        })
        .collect();
    joined(&terms, ("＋", " + "))
}
