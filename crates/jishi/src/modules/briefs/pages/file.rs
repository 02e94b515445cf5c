//! The file of a first page: read strictly, every mistake with its line and its mend.

use std::collections::HashSet;

use kernel::Names;
use rust_embed::RustEmbed;
use serde::Deserialize;
use toml::Spanned;

use super::{CODES, FirstPage, Group, KnownThings, Section};
use crate::{
    modules::cases::Matters,
    platform::toml_check::{Check, Mistake},
};

/// The kind of such a file in the catalogue.
pub const KIND: &str = "first_pages";

/// The packaged pages, inside the binary.
#[derive(RustEmbed)]
#[folder = "../../catalog/first_pages"]
struct Packaged;

/// The packaged files: name and text.
pub fn packaged() -> Vec<(String, String)> {
    let text = |name: &str| Packaged::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    Packaged::iter().filter_map(|name| text(&name).map(|text| (name.into_owned(), text))).collect()
}

/// What a page may name; where a set is empty it is not asked.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// Codes of matters.
    pub matters: &'k HashSet<&'k str>,
    /// Codes of kinds of the register.
    pub kinds: &'k HashSet<&'k str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    page: RawPage,
    section: Vec<RawSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPage {
    code: Spanned<String>,
    name: Spanned<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSection {
    code: Spanned<String>,
    name: Spanned<Names>,
    #[serde(default)]
    group: Vec<RawGroup>,
    #[serde(default)]
    kinds: Vec<Spanned<String>>,
    #[serde(default)]
    known: Vec<RawKnown>,
    #[serde(default)]
    patrols: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKnown {
    kind: Spanned<String>,
    fact: Spanned<String>,
    name: Spanned<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    code: Spanned<String>,
    name: Spanned<Names>,
    matters: Spanned<Vec<Spanned<String>>>,
}

/// Reads a page's file. Without `known` it is not asked whether there is what it names, as of a file that is in force.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str, known: Option<Known<'_>>) -> Result<FirstPage, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    if !CODES.contains(&raw.page.code.get_ref().as_str()) {
        let code = raw.page.code.get_ref();
        let message = format!("没有“{code}”这样的首页 · there is no first page {code:?}");
        check.note(&raw.page.code.span(), message, "写 village 或 community · write village or community");
    }
    check.both_languages(&raw.page.name);
    let mut codes = HashSet::new();
    let mut sections = Vec::new();
    for section in raw.section {
        unique(&mut check, &section.code, &mut codes);
        sections.push(read_section(&mut check, section, known));
    }
    check.done()?;
    Ok(FirstPage { code: raw.page.code.into_inner(), names: raw.page.name.into_inner(), sections })
}

fn read_section(check: &mut Check<'_>, raw: RawSection, known: Option<Known<'_>>) -> Section {
    check.code(&raw.code, 1, "section");
    check.both_languages(&raw.name);
    if raw.group.is_empty() && raw.kinds.is_empty() && raw.known.is_empty() && !raw.patrols {
        let mend = "写 [[section.group]]、kinds、[[section.known]] 或 patrols = true，或删去这一节 · write one of them, or remove the section";
        check.note(&raw.code.span(), "这一节是空的 · the section is empty", mend);
    }
    let mut kinds = HashSet::new();
    for kind in &raw.kinds {
        unique(check, kind, &mut kinds);
        check_kind(check, kind, known);
    }
    let things = raw.known.into_iter().filter_map(|it| read_known(check, it, known)).collect();
    let mut codes = HashSet::new();
    let mut groups = Vec::new();
    for group in raw.group {
        unique(check, &group.code, &mut codes);
        groups.extend(read_group(check, group, known));
    }
    Section {
        code: raw.code.into_inner(),
        names: raw.name.into_inner(),
        groups,
        kinds: raw.kinds.into_iter().map(Spanned::into_inner).collect(),
        known: things,
        has_patrols: raw.patrols,
    }
}

fn check_kind(check: &mut Check<'_>, kind: &Spanned<String>, known: Option<Known<'_>>) {
    let code = kind.get_ref().as_str();
    if known.is_some_and(|known| !known.kinds.is_empty() && !known.kinds.contains(code)) {
        let message = format!("没有台账类别“{code}” · there is no kind of the register {code:?}");
        check.note(&kind.span(), message, "对照 catalog/register/ 改正 · compare with catalog/register/");
    }
}

fn read_known(check: &mut Check<'_>, raw: RawKnown, known: Option<Known<'_>>) -> Option<KnownThings> {
    check_kind(check, &raw.kind, known);
    check.both_languages(&raw.name);
    let fact = raw.fact.get_ref().split_once('=').filter(|(field, value)| !field.is_empty() && !value.is_empty());
    if fact.is_none() {
        let mend = "写成 字段=选项，如 managed=nobody · write field=choice, e.g. managed=nobody";
        check.note(&raw.fact.span(), "情况没有写对 · the fact is not well formed", mend);
    }
    let (field, value) = fact.map(|(field, value)| (field.to_owned(), value.to_owned()))?;
    Some(KnownThings { kind: raw.kind.into_inner(), field, value, names: raw.name.into_inner() })
}

fn read_group(check: &mut Check<'_>, raw: RawGroup, known: Option<Known<'_>>) -> Option<Group> {
    check.code(&raw.code, 1, "group");
    check.both_languages(&raw.name);
    let span = raw.matters.span();
    let mut all = true;
    for matter in raw.matters.get_ref() {
        let code = matter.get_ref();
        let one = Matters::new(vec![code.clone()]);
        let names_one = |matters: &Matters| {
            known.is_none_or(|known| known.matters.is_empty() || known.matters.iter().any(|it| matters.holds(it)))
        };
        if !one.as_ref().is_some_and(names_one) {
            all = false;
            let message = format!("没有事项、小类或大类“{code}” · there is no matter, group or class {code:?}");
            check.note(&matter.span(), message, "对照 catalog/matters/ 改正 · compare with catalog/matters/");
        }
    }
    let codes = raw.matters.into_inner().into_iter().map(Spanned::into_inner).collect();
    let matters = Matters::new(codes);
    if all && matters.is_none() {
        let mend = "写 1 到 40 个编码 · write 1 to 40 codes";
        check.note(&span, "事项没有写，或太多 · matters are missing or too many", mend);
    }
    Some(Group { code: raw.code.into_inner(), names: raw.name.into_inner(), matters: matters? })
}

fn unique(check: &mut Check<'_>, code: &Spanned<String>, seen: &mut HashSet<String>) {
    if !seen.insert(code.get_ref().clone()) {
        let message = format!("编码“{}”重复 · {:?} stands twice", code.get_ref(), code.get_ref());
        check.note(&code.span(), message, "换一个编码，或删去一个 · choose another code or remove one");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"[page]
code = "village"
name = { zh = "本村", en = "Our village" }

[[section]]
code = "living"
name = { zh = "民生", en = "Living" }
kinds = ["village.well"]

[[section.group]]
code = "water"
name = { zh = "用水", en = "Water" }
matters = ["utilities.water", "rural.production.irrigation"]

[[section]]
code = "safety"
name = { zh = "安全", en = "Safety" }
patrols = true
"#;

    fn read(text: &str) -> Result<FirstPage, Vec<Mistake>> {
        let matters = HashSet::from(["utilities.water.no-water", "rural.production.irrigation"]);
        let kinds = HashSet::from(["village.well"]);
        parse("first_pages/village.toml", text, Some(Known { matters: &matters, kinds: &kinds }))
    }

    #[test]
    fn a_good_page_is_read() {
        let page = read(GOOD).unwrap();
        assert_eq!((page.code.as_str(), page.sections.len()), ("village", 2));
        assert!(page.sections[0].groups[0].matters.holds("utilities.water.no-water") && page.sections[1].has_patrols);
    }

    #[test]
    fn every_mistake_has_its_file_its_line_and_its_mend() {
        for (from, to, wanted) in [
            ("\"village\"", "\"hamlet\"", vec![2]),
            ("en = \"Our village\"", "en = \"\"", vec![3]),
            ("\"village.well\"", "\"village.mill\"", vec![8]),
            ("\"village.well\"", "\"village.well\", \"village.well\"", vec![8]),
            ("\"utilities.water\"", "\"utilities.wine\"", vec![13]),
            ("\"utilities.water\"", "\"用水\"", vec![13]),
            ("[\"utilities.water\", \"rural.production.irrigation\"]", "[]", vec![13]),
            ("code = \"safety\"", "code = \"living\"", vec![16]),
            (
                "patrols = true\n",
                "[[section.known]]\nkind = \"village.mill\"\nfact = \"deep\"\nname = { zh = \"井\" }\n",
                vec![19, 21, 20],
            ),
            ("patrols = true\n", "", vec![16]),
            ("patrols = true", "ranks = true", vec![18]),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let mistakes = read(&text).unwrap_err();
            assert!(mistakes.iter().all(|it| it.file == "first_pages/village.toml" && !it.mend.is_empty()));
            assert_eq!(mistakes.iter().map(|it| it.line).collect::<Vec<_>>(), wanted, "{from} → {to}");
        }
    }

    #[test]
    fn the_packaged_pages_have_no_mistake_and_each_kind_of_place_has_one() {
        let pages: Vec<FirstPage> = packaged().iter().map(|(name, text)| parse(name, text, None).unwrap()).collect();
        let codes: HashSet<&str> = pages.iter().map(|page| page.code.as_str()).collect();
        assert_eq!(codes, CODES.into_iter().collect());
    }
}
