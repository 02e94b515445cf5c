//! A class's file of kinds: read strictly, every mistake with its line and its mend. What would make the register one of
//! persons is refused here, so that no office can ask for it by editing a text.

use std::collections::HashSet;

use kernel::Names;
use rust_embed::RustEmbed;
use serde::Deserialize;
use toml::Spanned;

use super::model::{Choice, Class, Field, FieldType, Geometry, ItemKind};
use crate::platform::toml_check::{Check, Mistake};

/// The kind of such a file in the catalogue.
pub const KIND: &str = "register";

/// The packaged classes, inside the binary.
#[derive(RustEmbed)]
#[folder = "../../catalog/register"]
struct Packaged;

/// The packaged files in order: name and text.
pub fn packaged() -> Vec<(String, String)> {
    let text = |name: &str| Packaged::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    let mut files: Vec<_> =
        Packaged::iter().filter_map(|name| text(&name).map(|text| (name.into_owned(), text))).collect();
    files.sort();
    files
}

/// Where a class stands among the packaged ones; others come behind.
pub fn position(class: &str) -> (usize, String) {
    let is_it = |name: &str| name.split_once('-').map_or(name, |(_, rest)| rest) == format!("{class}.toml");
    let at = packaged().iter().position(|(name, _)| is_it(name));
    (at.unwrap_or(usize::MAX), class.to_owned())
}

/// Days a fact may stay fresh at most: ten years.
const FRESH_MAX: i64 = 3_653;

/// What no kind and no field may be about, with the words that give it away (个人信息保护法 §28, §6: no more than is needed).
const FORBIDDEN: [(&str, &[&str]); 9] = [
    (
        "居民个人 residents",
        &[
            "姓名",
            "户主",
            "业主姓名",
            "居民名",
            "租户",
            "家庭成员",
            "出生",
            "年龄",
            "性别",
            "resident's",
            "tenant",
            "birth",
        ],
    ),
    (
        "联系方式 contact details",
        &["电话", "手机", "微信", "联系方式", "住址", "telephone", "phone", "mobile", "e-mail"],
    ),
    ("证件号码 identity numbers", &["身份证", "证件号", "护照", "identity", "passport"]),
    ("宗教信仰 religion", &["宗教", "信教", "信众", "religio", "belief"]),
    ("民族身份 ethnicity", &["民族", "ethnic"]),
    ("政治观点 political views", &["政治", "political"]),
    ("健康状况 health", &["健康状况", "患病", "疾病", "残疾", "精神", "disease", "illness", "disab"]),
    ("信访经历 petition history", &["上访", "信访", "缠访", "petition"]),
    ("重点人员 watched people", &["重点人", "人员管控", "人员稳控", "行踪", "人脸", "key person", "watch list"]),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    class: RawClass,
    kind: Vec<RawKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClass {
    code: Spanned<String>,
    name: Spanned<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKind {
    code: Spanned<String>,
    name: Spanned<Names>,
    geometry: Geometry,
    fresh_for: Spanned<i64>,
    public: Option<Spanned<bool>>,
    #[serde(default)]
    matters: Vec<Spanned<String>>,
    #[serde(default)]
    field: Vec<RawField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawField {
    code: Spanned<String>,
    name: Spanned<Names>,
    #[serde(rename = "type")]
    sort: Spanned<FieldType>,
    unit: Option<Spanned<Names>>,
    min: Option<Spanned<i32>>,
    max: Option<Spanned<i32>>,
    #[serde(default)]
    choices: Vec<RawChoice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChoice {
    code: Spanned<String>,
    name: Spanned<Names>,
}

/// Reads a class's file. `matters` are the codes it may name; without them it is not asked whether there are such, as of a
/// file that is in force.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str, matters: Option<&HashSet<&str>>) -> Result<(Class, Vec<ItemKind>), Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    check.code(&raw.class.code, 1, "class");
    check.both_languages(&raw.class.name);
    let mut codes = HashSet::new();
    for kind in &raw.kind {
        check_kind(&mut check, kind, &raw.class.code, matters);
        unique(&mut check, &kind.code, &mut codes);
    }
    check.done()?;
    let class = Class { code: raw.class.code.into_inner(), names: raw.class.name.into_inner() };
    Ok((class, raw.kind.into_iter().map(RawKind::into_kind).collect()))
}

fn unique(check: &mut Check<'_>, code: &Spanned<String>, seen: &mut HashSet<String>) {
    if !seen.insert(code.get_ref().clone()) {
        let message = format!("编码“{}”重复 · {:?} stands twice", code.get_ref(), code.get_ref());
        check.note(&code.span(), message, "换一个编码，或删去一个 · choose another code or remove one");
    }
}

fn check_kind(check: &mut Check<'_>, kind: &RawKind, class: &Spanned<String>, matters: Option<&HashSet<&str>>) {
    check.code(&kind.code, 2, "class.kind");
    check.both_languages(&kind.name);
    if kind.code.get_ref().split('.').next() != Some(class.get_ref()) {
        let mend = format!("以 {}. 开头 · begin it with {}.", class.get_ref(), class.get_ref());
        check.note(&kind.code.span(), "类别不属于本文件的大类 · the kind is not of this file's class", mend);
    }
    if !(1..=FRESH_MAX).contains(kind.fresh_for.get_ref()) {
        let mend = format!("写 1 到 {FRESH_MAX} 天 · write 1 to {FRESH_MAX} days");
        check.note(&kind.fresh_for.span(), "保鲜天数不对 · fresh_for is not right", mend);
    }
    if let Some(public) = kind.public.as_ref().filter(|public| *public.get_ref())
        && kind.geometry == Geometry::Place
    {
        let mend = "删去 public，或写 geometry = \"point\" · remove public, or write geometry = \"point\"";
        check.note(&public.span(), "标牌要贴在一个点上 · a sign hangs at a point", mend);
    }
    check_matters(check, &kind.matters, matters);
    refuse_persons(check, &kind.name);
    let mut codes = HashSet::new();
    for field in &kind.field {
        check_field(check, field);
        unique(check, &field.code, &mut codes);
    }
}

fn check_matters(check: &mut Check<'_>, named: &[Spanned<String>], matters: Option<&HashSet<&str>>) {
    let Some(known) = matters else { return };
    for matter in named.iter().filter(|matter| !known.contains(matter.get_ref().as_str())) {
        let message = format!("没有事项“{}” · there is no matter {:?}", matter.get_ref(), matter.get_ref());
        check.note(&matter.span(), message, "对照 catalog/matters/ 改正 · compare with catalog/matters/");
    }
}

fn check_field(check: &mut Check<'_>, field: &RawField) {
    check.code(&field.code, 1, "field");
    check.both_languages(&field.name);
    refuse_persons(check, &field.name);
    let sort = *field.sort.get_ref();
    if let Some(unit) = &field.unit {
        check.both_languages(unit);
        if sort != FieldType::Number {
            check.note(&unit.span(), "只有数字才有单位 · only a number has a unit", "删去 unit · remove unit");
        }
    }
    check_bounds(check, field);
    if (sort == FieldType::Choice) == field.choices.is_empty() {
        let mend = "选择要写 choices，其他不写 · a choice has choices, nothing else does";
        check.note(&field.sort.span(), "可选项不对 · the choices are not right", mend);
    }
    let mut codes = HashSet::new();
    for choice in &field.choices {
        check.code(&choice.code, 1, "choice");
        check.both_languages(&choice.name);
        refuse_persons(check, &choice.name);
        unique(check, &choice.code, &mut codes);
    }
}

/// A number has both bounds or none; nothing else has any.
fn check_bounds(check: &mut Check<'_>, field: &RawField) {
    let (Some(min), Some(max)) = (&field.min, &field.max) else {
        if let Some(one) = field.min.as_ref().or(field.max.as_ref()) {
            let mend = "min 和 max 一起写，如 min = 0、max = 40 · write min and max together, e.g. min = 0, max = 40";
            check.note(&one.span(), "只写了一头 · only one bound is given", mend);
        }
        return;
    };
    if *field.sort.get_ref() != FieldType::Number {
        check.note(&min.span(), "只有数字才有上下限 · only a number has bounds", "删去 min、max · remove min and max");
    } else if min.get_ref() >= max.get_ref() {
        check.note(&max.span(), "max 不大于 min · max is not above min", "把两个数换过来 · exchange the two");
    }
}

fn refuse_persons(check: &mut Check<'_>, names: &Spanned<Names>) {
    let told = |text: &str, sign: &str| text.to_lowercase().contains(sign);
    let hit = |signs: &[&str]| names.get_ref().iter().any(|(_, text)| signs.iter().any(|sign| told(text, sign)));
    if let Some((topic, _)) = FORBIDDEN.iter().find(|(_, signs)| hit(signs)) {
        let mend =
            "删去；台账只记东西和地方，不记人 · remove it; the register is about things and places, never about people";
        check.note(&names.span(), format!("台账不能涉及“{topic}” · the register may not be about {topic}"), mend);
    }
}

impl RawKind {
    fn into_kind(self) -> ItemKind {
        ItemKind {
            code: self.code.into_inner(),
            names: self.name.into_inner(),
            geometry: self.geometry,
            fresh_for: self.fresh_for.into_inner(),
            is_public: self.public.is_some_and(Spanned::into_inner),
            matters: self.matters.into_iter().map(Spanned::into_inner).collect(),
            fields: self.field.into_iter().map(RawField::into_field).collect(),
        }
    }
}

impl RawField {
    fn into_field(self) -> Field {
        let choice = |raw: RawChoice| Choice { code: raw.code.into_inner(), names: raw.name.into_inner() };
        Field {
            code: self.code.into_inner(),
            names: self.name.into_inner(),
            sort: self.sort.into_inner(),
            unit: self.unit.map(Spanned::into_inner),
            min: self.min.map(Spanned::into_inner),
            max: self.max.map(Spanned::into_inner),
            choices: self.choices.into_iter().map(choice).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"[class]
code = "facilities"
name = { zh = "公共设施", en = "Facilities" }

[[kind]]
code = "facilities.lamp"
name = { zh = "路灯", en = "Lamp" }
geometry = "point"
fresh_for = 365
public = true
matters = ["city.lighting.street-lamp"]

[[kind.field]]
code = "height"
name = { zh = "高度", en = "Height" }
type = "number"
unit = { zh = "米", en = "m" }
min = 2
max = 40

[[kind.field]]
code = "lamp"
name = { zh = "光源", en = "Lamp" }
type = "choice"
choices = [{ code = "led", name = { zh = "LED", en = "LED" } }]
"#;

    /// The lines and mends of a file's mistakes after `from` was replaced.
    fn lines(from: &str, to: &str) -> Vec<i64> {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from} is not in the file");
        let known = HashSet::from(["city.lighting.street-lamp"]);
        let mistakes = parse("f.toml", &text, Some(&known)).unwrap_err();
        assert!(mistakes.iter().all(|mistake| !mistake.mend.is_empty() && mistake.file == "f.toml"));
        mistakes.into_iter().map(|mistake| mistake.line).collect()
    }

    #[test]
    fn a_good_file_is_read() {
        let known = HashSet::from(["city.lighting.street-lamp"]);
        let (class, kinds) = parse("f.toml", GOOD, Some(&known)).unwrap();
        assert_eq!((class.code.as_str(), kinds.len()), ("facilities", 1));
        assert_eq!(kinds[0].field("lamp").unwrap().choices[0].code, "led");
        assert!(kinds[0].is_public && kinds[0].fresh_for == 365);
    }

    #[test]
    fn every_mistake_has_its_line() {
        for (from, to, wanted) in [
            ("\"facilities.lamp\"", "\"lamp\"", vec![6, 6]),
            ("\"facilities.lamp\"", "\"shops.lamp\"", vec![6]),
            ("en = \"Lamp\" }\ngeometry", "en = \"\" }\ngeometry", vec![7]),
            ("fresh_for = 365", "fresh_for = 0", vec![9]),
            ("geometry = \"point\"", "geometry = \"place\"", vec![10]),
            ("street-lamp\"]", "no-such\"]", vec![11]),
            ("type = \"number\"", "type = \"text\"", vec![17, 18]),
            ("code = \"lamp\"", "code = \"height\"", vec![22]),
            ("choices = [{ code = \"led\", name = { zh = \"LED\", en = \"LED\" } }]\n", "", vec![24]),
            ("min = 2\n", "", vec![18]),
            ("max = 40", "max = 2", vec![19]),
            ("type = \"choice\"", "type = \"choice\"\nmin = 0\nmax = 1", vec![25]),
            ("geometry = \"point\"", "geometry = \"line\"", vec![8]),
            ("public = true", "colour = \"red\"", vec![10]),
        ] {
            assert_eq!(lines(from, to), wanted, "{from} → {to}");
        }
    }

    #[test]
    fn nothing_about_persons_comes_in() {
        for name in
            ["户主姓名", "联系电话", "身份证号", "宗教信仰", "民族", "政治面貌", "患病情况", "上访次数", "重点人员"]
        {
            assert_eq!(lines("zh = \"高度\"", &format!("zh = \"{name}\"")), [15], "{name}");
        }
        for name in ["Tenant", "Telephone", "Passport", "Religion", "Ethnic group", "Political views", "Disability"] {
            assert_eq!(lines("en = \"Height\"", &format!("en = \"{name}\"")), [15], "{name}");
        }
        assert_eq!(lines("zh = \"路灯\"", "zh = \"重点人员\""), [7], "nor as a kind");
        assert_eq!(lines("zh = \"LED\"", "zh = \"残疾人\""), [25], "nor as a choice");
    }

    #[test]
    fn the_packaged_files_have_no_mistake() {
        for (name, text) in packaged() {
            assert!(parse(&name, &text, None).is_ok(), "{:?}", parse(&name, &text, None).err());
        }
    }
}
