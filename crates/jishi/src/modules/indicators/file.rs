//! The file of definitions: read strictly, every mistake with its line and its mend.

use std::collections::HashMap;

use kernel::Names;
use rust_embed::RustEmbed;
use serde::Deserialize;
use toml::Spanned;

use super::{
    expression::{self, Expression, Wrong},
    measures::Basis,
    model::{Better, Comparison, Indicator, Scheme, Set, Sort},
    periods::Rule,
};
use crate::platform::toml_check::{Check, Mistake};

/// The kind of such a file in the catalogue.
pub const KIND: &str = "indicators";

/// The packaged definitions, inside the binary.
#[derive(RustEmbed)]
#[folder = "../../catalog/indicators"]
struct Packaged;

/// The packaged files: name and text.
pub fn packaged() -> Vec<(String, String)> {
    let text = |name: &str| Packaged::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    Packaged::iter().filter_map(|name| text(&name).map(|text| (name.into_owned(), text))).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    set: RawSet,
    comparison: Option<RawComparison>,
    #[serde(default)]
    indicator: Vec<RawIndicator>,
    #[serde(default)]
    scheme: Vec<RawScheme>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSet {
    code: Spanned<String>,
    name: Spanned<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawComparison {
    #[serde(default)]
    league: bool,
    pool_below: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIndicator {
    code: Spanned<String>,
    name: Spanned<Names>,
    explain: Spanned<Names>,
    why: Spanned<Names>,
    source: Spanned<Names>,
    kind: Sort,
    better: Better,
    day: Spanned<String>,
    period: Spanned<String>,
    numerator: Spanned<String>,
    denominator: Option<Spanned<String>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    unanswered: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScheme {
    code: Spanned<String>,
    name: Spanned<Names>,
    explain: Spanned<Names>,
    why: Spanned<Names>,
    source: Spanned<Names>,
    period: Spanned<String>,
    parts: Spanned<Vec<RawPart>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPart {
    indicator: Spanned<String>,
    weight: f64,
}

/// How a file calls the day that counts.
const DAYS: [(&str, Basis); 8] = [
    ("received", Basis::In),
    ("dispatched", Basis::Out),
    ("due", Basis::Due),
    ("closed", Basis::End),
    ("called_back", Basis::Say),
    ("handled", Basis::Took),
    ("closing", Basis::Last),
    ("whistle", Basis::Whistle),
];

/// Reads a file.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str) -> Result<Set, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    check.code(&raw.set.code, 1, "set");
    check.both_languages(&raw.set.name);
    let comparison = raw.comparison.map(|raw| {
        if !(1..=10_000).contains(raw.pool_below.get_ref()) {
            check.note(
                &raw.pool_below.span(),
                "数目不对 · the number is not right",
                "写 1 到 10000 · write 1 to 10000",
            );
        }
        Comparison { league: raw.league, pool_below: raw.pool_below.into_inner() }
    });
    let code = raw.set.code.into_inner();
    let mut seen: HashMap<String, Sort> = HashMap::new();
    let mut indicators = Vec::new();
    for raw in raw.indicator {
        own(&mut check, &raw.code, &code, seen.contains_key(raw.code.get_ref()));
        seen.insert(raw.code.get_ref().clone(), raw.kind);
        indicators.extend(indicator(&mut check, raw));
    }
    let mut schemes: Vec<Scheme> = Vec::new();
    for raw in raw.scheme {
        let twice =
            seen.contains_key(raw.code.get_ref()) || schemes.iter().any(|known| known.code == *raw.code.get_ref());
        own(&mut check, &raw.code, &code, twice);
        schemes.extend(scheme(&mut check, raw, &seen));
    }
    check.done()?;
    Ok(Set { code, names: raw.set.name.into_inner(), indicators, schemes, comparison })
}

/// A code of this set that no other has.
fn own(check: &mut Check<'_>, code: &Spanned<String>, set: &str, is_twice: bool) {
    check.code(code, 2, "set.name");
    if code.get_ref().split('.').next() != Some(set) {
        let mend = format!("以 {set}. 开头 · begin it with {set}.");
        check.note(&code.span(), "编码不属于本文件 · the code is not of this file", mend);
    }
    if is_twice {
        let message = format!("编码“{}”重复 · {:?} stands twice", code.get_ref(), code.get_ref());
        check.note(&code.span(), message, "换一个编码，或删去一个 · choose another code or remove one");
    }
}

fn noted<T>(check: &mut Check<'_>, at: &Spanned<String>, read: Result<T, Wrong>) -> Option<T> {
    read.map_err(|(message, mend)| check.note(&at.span(), message, mend)).ok()
}

fn rule(check: &mut Check<'_>, name: &Spanned<String>) -> Option<Rule> {
    let found = Rule::parse(name.get_ref());
    if found.is_none() {
        let message = format!("没有“{}”这样的周期 · there is no period {:?}", name.get_ref(), name.get_ref());
        let mend = "写 day、noon_day、week、month、month_from_19（2 到 28）、quarter、year 之一 · write one of these";
        check.note(&name.span(), message, mend);
    }
    found
}

fn indicator(check: &mut Check<'_>, raw: RawIndicator) -> Option<Indicator> {
    for names in [&raw.name, &raw.explain, &raw.why, &raw.source] {
        check.both_languages(names);
    }
    let period = rule(check, &raw.period);
    let basis = DAYS.iter().find(|(name, _)| name == raw.day.get_ref()).map(|(_, basis)| *basis);
    let Some(basis) = basis else {
        let message = format!("没有“{}”这样的日子 · there is no day {:?}", raw.day.get_ref(), raw.day.get_ref());
        let days: Vec<&str> = DAYS.iter().map(|(name, _)| *name).collect();
        check.note(&raw.day.span(), message, format!("可写 {} · one of these", days.join("、")));
        return None;
    };
    let is_time = matches!(basis, Basis::Took | Basis::Last);
    if is_time != (raw.kind == Sort::Duration) {
        let mend =
            "duration 配 handled 或 closing，其余不配 · duration goes with handled or closing, the others do not";
        check.note(&raw.day.span(), "样子和日子不相配 · kind and day do not go together", mend);
    }
    if raw.denominator.is_some() != (raw.kind == Sort::Rate) {
        let mend = "rate 要写 denominator，其余不写 · a rate has a denominator, the others have none";
        check.note(&raw.code.span(), "分母多了或少了 · a denominator is missing or too much", mend);
    }
    let numerator = noted(check, &raw.numerator, Expression::parse(raw.numerator.get_ref(), basis));
    let denominator = raw
        .denominator
        .as_ref()
        .map(|text| noted(check, text, Expression::parse(text.get_ref(), basis).and_then(whole)));
    let mut exclude = Vec::new();
    for code in &raw.exclude {
        exclude.extend(noted(check, code, expression::measure(code.get_ref(), Some(basis))));
    }
    let unanswered =
        raw.unanswered.as_ref().and_then(|code| noted(check, code, expression::measure(code.get_ref(), Some(basis))));
    Some(Indicator {
        code: raw.code.into_inner(),
        names: raw.name.into_inner(),
        explain: raw.explain.into_inner(),
        why: raw.why.into_inner(),
        source: raw.source.into_inner(),
        sort: raw.kind,
        better: raw.better,
        basis,
        period: period?,
        numerator: numerator?,
        denominator: match denominator {
            None => None,
            Some(read) => Some(read?),
        },
        exclude,
        unanswered,
    })
}

/// A denominator counts whole things.
fn whole(expression: Expression) -> Result<Expression, Wrong> {
    if expression.0.iter().all(|term| term.weight == 1.0) {
        Ok(expression)
    } else {
        Err(("分母不能有权数 · a denominator has no weights".to_owned(), "删去权数 · remove the weight".to_owned()))
    }
}

fn scheme(check: &mut Check<'_>, raw: RawScheme, known: &HashMap<String, Sort>) -> Option<Scheme> {
    for names in [&raw.name, &raw.explain, &raw.why, &raw.source] {
        check.both_languages(names);
    }
    let period = rule(check, &raw.period);
    for part in raw.parts.get_ref() {
        let code = part.indicator.get_ref();
        if known.get(code) != Some(&Sort::Rate) {
            let message = format!("本文件没有比率“{code}” · there is no rate {code:?} in this file");
            check.note(&part.indicator.span(), message, "只能用本文件里的比率 · use the rates of this file");
        }
    }
    let sum: f64 = raw.parts.get_ref().iter().map(|part| part.weight).sum();
    if (sum - 1.0).abs() > 1e-9 || raw.parts.get_ref().iter().any(|part| part.weight <= 0.0) {
        let mend = "各部分的权数都大于 0，合起来是 1 · weights are above 0 and make 1 together";
        check.note(&raw.parts.span(), format!("权数合计 {sum} · the weights make {sum}"), mend);
    }
    Some(Scheme {
        code: raw.code.into_inner(),
        names: raw.name.into_inner(),
        explain: raw.explain.into_inner(),
        why: raw.why.into_inner(),
        source: raw.source.into_inner(),
        period: period?,
        parts: raw.parts.into_inner().into_iter().map(|part| (part.indicator.into_inner(), part.weight)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"[set]
code = "outcome"
name = { zh = "成效", en = "Outcomes" }

[comparison]
pool_below = 30

[[indicator]]
code = "outcome.solved"
name = { zh = "解决率", en = "Solved" }
explain = { zh = "说", en = "Says" }
why = { zh = "因", en = "Because" }
source = { zh = "源", en = "From" }
kind = "rate"
better = "higher"
day = "called_back"
period = "month_from_19"
numerator = "solved"
denominator = "valid"
exclude = ["excluded"]
unanswered = "unanswered"

[[scheme]]
code = "outcome.all"
name = { zh = "综合", en = "Together" }
explain = { zh = "说", en = "Says" }
why = { zh = "因", en = "Because" }
source = { zh = "源", en = "From" }
period = "month"
parts = [{ indicator = "outcome.solved", weight = 1.0 }]
"#;

    #[test]
    fn a_good_file_is_read() {
        let set = parse("indicators/outcome.toml", GOOD).unwrap();
        assert_eq!((set.indicators.len(), set.schemes.len()), (1, 1));
        assert_eq!(set.comparison, Some(Comparison { league: false, pool_below: 30 }));
        assert_eq!(set.indicators[0].period, Rule::Month { from: 19 });
    }

    #[test]
    fn every_mistake_has_its_file_its_line_and_its_mend() {
        for (from, to, wanted) in [
            ("pool_below = 30", "pool_below = 0", vec![6]),
            ("\"outcome.solved\"\nname", "\"other.solved\"\nname", vec![9, 31]),
            ("en = \"Solved\"", "en = \"\"", vec![10]),
            ("kind = \"rate\"", "kind = \"score\"", vec![14]),
            ("day = \"called_back\"", "day = \"birthday\"", vec![16]),
            ("\"month_from_19\"", "\"fortnight\"", vec![17]),
            ("\"solved\"\ndenominator", "\"photos\"\ndenominator", vec![18]),
            ("\"valid\"", "\"received\"", vec![19]),
            ("denominator = \"valid\"\n", "", vec![9]),
            ("\"excluded\"]", "\"exluded\"]", vec![20]),
            ("weight = 1.0", "weight = 0.5", vec![30]),
            ("indicator = \"outcome.solved\"", "indicator = \"outcome.gone\"", vec![30]),
            ("period = \"month\"\n", "period = \"month\"\nper_person = true\n", vec![30]),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let mistakes = parse("indicators/outcome.toml", &text).unwrap_err();
            assert!(mistakes.iter().all(|it| it.file == "indicators/outcome.toml" && !it.mend.is_empty()));
            let lines: Vec<i64> = mistakes.iter().map(|it| it.line).collect();
            assert!(lines == wanted || (wanted.len() > 1 && lines[0] == wanted[0]), "{from} → {to}: {mistakes:?}");
        }
    }

    #[test]
    fn the_packaged_files_have_no_mistake_and_their_rates_stay_between_0_and_1() {
        for (name, text) in packaged() {
            let set = parse(&name, &text).unwrap();
            assert_eq!(name, format!("{}.toml", set.code));
            for indicator in set.indicators.iter().filter(|indicator| indicator.sort == Sort::Rate) {
                assert!(indicator.denominator.is_some(), "{}", indicator.code);
            }
        }
    }
}
