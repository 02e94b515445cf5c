//! The file of delegated items: read strictly, every mistake with its line and its mend.

use std::{collections::HashSet, ops::Range};

use kernel::{Day, Level, Names, RegionCode};
use rust_embed::RustEmbed;
use serde::Deserialize;
use toml::Spanned;

use super::{Basis, Class, DelegatedItem, Procedure, Remedy};
use crate::platform::toml_check::{Check, Mistake};

/// The kind of such a file in the catalogue.
pub const KIND: &str = "enforcement";

/// Fields that may be listed as unsure.
const FIELDS: [&str; 6] = ["basis", "penalty", "document", "from", "procedure", "range"];

/// The packaged files, inside the binary.
#[derive(RustEmbed)]
#[folder = "../../catalog/enforcement"]
struct Packaged;

/// The packaged files: name and text.
pub fn packaged() -> Vec<(String, String)> {
    let text = |name: &str| Packaged::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    let mut files: Vec<(String, String)> =
        Packaged::iter().filter_map(|name| text(&name).map(|text| (name.into_owned(), text))).collect();
    files.sort();
    files
}

/// Where a class stands among the packaged ones; those of a place alone come after them.
pub fn position(code: &str) -> usize {
    let all = packaged();
    all.iter().position(|(name, text)| parse(name, text).is_ok_and(|file| file.class.code == code)).unwrap_or(all.len())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    class: RawClass,
    delegation: Spanned<RawDelegation>,
    #[serde(default)]
    item: Vec<RawItem>,
    #[serde(default)]
    remedy: Vec<RawRemedy>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRemedy {
    county: Spanned<String>,
    review: Spanned<Names>,
    court: Spanned<Names>,
    bank: Spanned<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClass {
    code: Spanned<String>,
    name: Spanned<Names>,
}

/// What delegates the items of a file, unless one says otherwise.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDelegation {
    document: Spanned<String>,
    date: Spanned<String>,
    from: Spanned<String>,
    until: Option<Spanned<String>>,
    #[serde(default)]
    unsure: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    code: Spanned<String>,
    name: Spanned<Names>,
    basis: Spanned<Basis>,
    penalty: Option<Spanned<Basis>>,
    procedure: Procedure,
    range: Spanned<Names>,
    delegation: Option<Spanned<RawDelegation>>,
    #[serde(default)]
    unsure: Vec<Spanned<String>>,
}

/// A file as read.
#[derive(Clone, Debug)]
pub struct Delegated {
    /// Of what.
    pub class: Class,
    /// Its items.
    pub items: Vec<DelegatedItem>,
    /// Whom parties turn to, by county; any file may say it.
    pub remedies: Vec<Remedy>,
}

/// Reads a file.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str) -> Result<Delegated, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    check.code(&raw.class.code, 1, "class");
    check.both_languages(&raw.class.name);
    let common = delegation(&mut check, raw.delegation.get_ref());
    let mut seen = HashSet::new();
    let mut items = Vec::new();
    for item in raw.item {
        check.code(&item.code, 2, "class.item");
        let code = item.code.get_ref();
        if !code.starts_with(&format!("{}.", raw.class.code.get_ref())) {
            let mend = format!("以“{}.”开头 · begin with it", raw.class.code.get_ref());
            check.note(&item.code.span(), "编码不属于这个大类 · the code is of another class", mend);
        }
        if !seen.insert(code.clone()) {
            let message = format!("编码“{code}”重复 · {code:?} stands twice");
            check.note(&item.code.span(), message, "换一个编码，或删去一个 · choose another code or remove one");
        }
        let own = item.delegation.as_ref().map(|own| delegation(&mut check, own.get_ref()));
        items.extend(read(&mut check, item, own.unwrap_or_else(|| common.clone())));
    }
    let mut remedies = Vec::new();
    for one in raw.remedy {
        remedies.extend(remedy(&mut check, one, &remedies));
    }
    check.done()?;
    let class = Class { code: raw.class.code.into_inner(), names: raw.class.name.into_inner() };
    Ok(Delegated { class, items, remedies })
}

fn remedy(check: &mut Check<'_>, raw: RawRemedy, earlier: &[Remedy]) -> Option<Remedy> {
    for names in [&raw.review, &raw.court, &raw.bank] {
        check.both_languages(names);
    }
    let code = raw.county.get_ref();
    let county = RegionCode::parse(code).ok().filter(|county| county.level() == Level::County);
    if county.is_none() {
        let message = format!("“{code}”不是县（区）的区划代码 · {code:?} is no county");
        check.note(&raw.county.span(), message, "写六位区划代码 · write the six digits of a county");
    }
    if earlier.iter().any(|it| Some(&it.county) == county.as_ref()) {
        let message = format!("“{code}”写了两次 · {code:?} stands twice");
        check.note(&raw.county.span(), message, "一个县（区）只写一段 · one section a county");
    }
    Some(Remedy {
        county: county?,
        review: raw.review.into_inner(),
        court: raw.court.into_inner(),
        bank: raw.bank.into_inner(),
    })
}

/// 赋权 as read.
#[derive(Clone)]
struct Delegation {
    document: String,
    date: Option<Day>,
    from: Option<Day>,
    until: Option<Day>,
    unsure: Vec<String>,
}

fn delegation(check: &mut Check<'_>, raw: &RawDelegation) -> Delegation {
    wanted(check, &raw.document.span(), raw.document.get_ref(), "写明赋权文件 · name the document");
    let (date, from) = (day(check, &raw.date), day(check, &raw.from));
    let until = raw.until.as_ref().map(|until| day(check, until));
    if let (Some(date), Some(from)) = (date, from)
        && from < date
    {
        let mend = "写不早于文件日期的一天（行政处罚法第二十四条） · write a day not before that of the document";
        check.note(&raw.from.span(), "赋权早于文件 · delegated before its document", mend);
    }
    if let (Some(from), Some(Some(until)), Some(span)) = (from, until, raw.until.as_ref().map(Spanned::span))
        && until <= from
    {
        check.note(&span, "终止早于开始 · it ends before it begins", "写开始以后的一天 · write a later day");
    }
    let unsure = marks(check, &raw.unsure);
    Delegation { document: raw.document.get_ref().trim().to_owned(), date, from, until: until.flatten(), unsure }
}

fn read(check: &mut Check<'_>, raw: RawItem, by: Delegation) -> Option<DelegatedItem> {
    check.both_languages(&raw.name);
    check.both_languages(&raw.range);
    for basis in std::iter::once(&raw.basis).chain(&raw.penalty) {
        let mend = "写明法律法规和条款（行政处罚法第三十九条） · name statute and article";
        let Basis { title, article } = basis.get_ref();
        wanted(check, &basis.span(), title, mend);
        wanted(check, &basis.span(), article, mend);
    }
    let mut unsure = by.unsure;
    unsure.extend(marks(check, &raw.unsure));
    unsure.sort();
    unsure.dedup();
    let basis = raw.basis.into_inner();
    Some(DelegatedItem {
        code: raw.code.into_inner(),
        names: raw.name.into_inner(),
        penalty_basis: raw.penalty.map_or_else(|| basis.clone(), Spanned::into_inner),
        basis,
        document: by.document,
        document_date: by.date?,
        from: by.from?,
        until: by.until,
        procedure: raw.procedure,
        range: raw.range.into_inner(),
        unsure,
    })
}

fn marks(check: &mut Check<'_>, marks: &[Spanned<String>]) -> Vec<String> {
    for mark in marks.iter().filter(|mark| !FIELDS.contains(&mark.get_ref().as_str())) {
        let message = format!("没有“{}”这个字段 · there is no field {:?}", mark.get_ref(), mark.get_ref());
        check.note(&mark.span(), message, format!("可以写 {} · write one of them", FIELDS.join("、")));
    }
    marks.iter().map(|mark| mark.get_ref().clone()).collect()
}

fn wanted(check: &mut Check<'_>, span: &Range<usize>, text: &str, mend: &str) {
    if text.trim().is_empty() {
        check.note(span, "没有写 · it is empty", mend);
    }
}

fn day(check: &mut Check<'_>, text: &Spanned<String>) -> Option<Day> {
    let read = text.get_ref().parse().ok();
    if read.is_none() {
        let message = format!("“{}”不是日期 · {:?} is no day", text.get_ref(), text.get_ref());
        check.note(&text.span(), message, "写成 2026-01-31 · write it so");
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"[class]
code = "streets"
name = { zh = "市容", en = "Streets" }

[delegation]
document = "某省赋权决定"
date = "2024-01-10"
from = "2024-03-01"
unsure = ["document"]

[[item]]
code = "streets.stalls"
name = { zh = "占道经营", en = "Stalls on the road" }
basis = { title = "城市市容和环境卫生管理条例", article = "第十四条" }
procedure = "either"
range = { zh = "警告，可以并处罚款", en = "A warning, and a fine" }
unsure = ["range"]

[[remedy]]
county = "140403"
review = { zh = "某区人民政府", en = "The district government" }
court = { zh = "某区人民法院", en = "The district court" }
bank = { zh = "某银行", en = "A bank" }
"#;

    fn lines(text: &str) -> Vec<i64> {
        parse("enforcement/streets.toml", text).unwrap_err().iter().map(|mistake| mistake.line).collect()
    }

    #[test]
    fn a_good_file_is_read_with_its_marks() {
        let Delegated { class, items, remedies } = parse("streets.toml", GOOD).unwrap();
        assert_eq!((class.code.as_str(), items.len()), ("streets", 1));
        assert_eq!((remedies[0].county.as_str(), remedies[0].court.zh()), ("140403", "某区人民法院"));
        assert_eq!(items[0].unsure, ["document", "range"]);
        assert_eq!(items[0].penalty_basis, items[0].basis);
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert!(!items[0].is_in_force(day("2024-02-29")) && items[0].is_in_force(day("2024-03-01")));
    }

    #[test]
    fn every_mistake_has_its_line_and_its_mend() {
        for (from, to, wanted) in [
            ("code = \"streets\"\n", "code = \"Streets\"\n", vec![2, 12]),
            ("en = \"Streets\"", "en = \"\"", vec![3]),
            ("document = \"某省赋权决定\"", "document = \" \"", vec![6]),
            ("2024-01-10", "2024-13-10", vec![7]),
            ("from = \"2024-03-01\"", "from = \"2023-03-01\"", vec![8]),
            ("from = \"2024-03-01\"", "from = \"2024-03-01\"\nuntil = \"2024-03-01\"", vec![9]),
            ("\"document\"]", "\"paper\"]", vec![9]),
            ("streets.stalls", "city.stalls", vec![12]),
            ("第十四条", "", vec![14]),
            ("\"either\"", "\"none\"", vec![15]),
            ("unsure = [\"range\"]", "ranks = 1", vec![17]),
            ("\"140403\"", "\"1404\"", vec![20]),
            ("某区人民政府", "", vec![21]),
            ("en = \"The district court\"", "en = \" \"", vec![22]),
            ("bank =", "banks =", vec![23]),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            assert_eq!(lines(&text), wanted, "{from} → {to}");
        }
    }

    #[test]
    fn a_county_stands_once() {
        let section = GOOD.split("[[remedy]]").nth(1).unwrap();
        assert_eq!(lines(&format!("{GOOD}\n[[remedy]]{section}")), [26]);
    }

    #[test]
    fn the_packaged_items_have_no_mistake_and_are_thirty_eight() {
        let read: Vec<_> = packaged().iter().map(|(name, text)| parse(name, text).unwrap()).collect();
        let codes: HashSet<&str> = read.iter().flat_map(|file| &file.items).map(|item| item.code.as_str()).collect();
        assert_eq!(codes.len(), 38);
        assert_eq!(read.iter().map(|file| file.items.len()).sum::<usize>(), 38);
    }
}
