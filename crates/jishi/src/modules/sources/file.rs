//! A source's file: read strictly, every mistake with its line and its mend; and the one change that is made to it from
//! the page of an import, a further heading.

use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::{Names, RegionCode};
use rust_embed::RustEmbed;
use serde::Deserialize;
use toml::Spanned;

use super::{
    fields::{FieldDef, Goes, NEEDED, field_of},
    model::{Column, Source},
    rules,
};
use crate::{
    modules::cases::{Outcome, Satisfied, Solved, Status},
    platform::toml_check::{Check, Mistake},
};

/// The kind of a source's file in the catalogue.
pub const KIND: &str = "sources";

/// The packaged sources, inside the binary.
#[derive(RustEmbed)]
#[folder = "../../catalog/sources"]
struct Packaged;

/// The packaged files: name and text.
pub fn packaged() -> Vec<(String, String)> {
    let text = |name: &str| Packaged::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    let mut files: Vec<_> =
        Packaged::iter().filter_map(|name| text(&name).map(|text| (name.into_owned(), text))).collect();
    files.sort();
    files
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    source: RawSource,
    column: Vec<RawColumn>,
    #[serde(default)]
    words: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>>,
    #[serde(default)]
    category: Vec<RawCategory>,
    #[serde(default)]
    place: Vec<RawPlace>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    code: Spanned<String>,
    name: Spanned<Names>,
    times: Spanned<Vec<Spanned<String>>>,
    answers: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumn {
    field: Spanned<String>,
    headings: Spanned<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCategory {
    path: Spanned<String>,
    matter: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlace {
    name: Spanned<String>,
    code: Spanned<String>,
}

/// Reads a source's file. `matters` are the codes it may name; without them it is not asked whether there are such, as of
/// a file that is in force.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str, matters: Option<&HashSet<&str>>) -> Result<Source, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    check.code(&raw.source.code, 1, "source-code");
    check.both_languages(&raw.source.name);
    check_times(&mut check, &raw.source.times);
    let columns = columns(&mut check, &raw.column);
    check_needed(&mut check, &raw.source.code, &columns);
    let answers = answers(&mut check, &raw.source.answers);
    check_words(&mut check, &raw.words);
    let categories = categories(&mut check, &raw.category, matters);
    let places = places(&mut check, &raw.place);
    check.done()?;
    let plain = |(set, words): (Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>)| {
        let words = words.into_iter().map(|(word, text)| (word.into_inner(), text.into_inner()));
        (set.into_inner(), words.collect())
    };
    Ok(Source {
        code: raw.source.code.into_inner(),
        names: raw.source.name.into_inner(),
        times: raw.source.times.into_inner().into_iter().map(Spanned::into_inner).collect(),
        columns,
        words: raw.words.into_iter().map(plain).collect(),
        categories,
        places,
        answers,
    })
}

fn check_times(check: &mut Check<'_>, times: &Spanned<Vec<Spanned<String>>>) {
    if times.get_ref().is_empty() {
        let mend = "写成 times = [\"%Y-%m-%d %H:%M:%S\"] · write it so";
        check.note(&times.span(), "没有写时间的格式 · no way of writing times", mend);
    }
    for way in times.get_ref() {
        if !rules::is_way_of_time(way.get_ref()) {
            let message = format!("看不懂时间格式“{}” · {:?} is no way of writing times", way.get_ref(), way.get_ref());
            let mend = "用 %Y %m %d %H %M %S，至少有年月日 · use %Y %m %d %H %M %S, at least year, month and day";
            check.note(&way.span(), message, mend);
        }
    }
}

fn known_field(check: &mut Check<'_>, key: &Spanned<String>) -> Option<&'static FieldDef> {
    let field = field_of(key.get_ref());
    if field.is_none() {
        let message = format!("没有字段“{}” · there is no field {:?}", key.get_ref(), key.get_ref());
        check.note(&key.span(), message, "对照 catalog/README.md 的字段表 · see the fields in catalog/README.md");
    }
    field
}

fn columns(check: &mut Check<'_>, raw: &[RawColumn]) -> Vec<Column> {
    let (mut columns, mut seen, mut fields) = (Vec::new(), HashMap::new(), HashSet::new());
    for column in raw {
        let Some(field) = known_field(check, &column.field) else { continue };
        if !fields.insert(field.key) {
            let message = format!("字段“{}”写了两次 · the field {:?} stands twice", field.key, field.key);
            check.note(&column.field.span(), message, "把列名合在一处 · put the headings together");
        }
        let headings = column.headings.get_ref();
        if headings.is_empty() || headings.iter().any(|heading| heading.get_ref().trim().is_empty()) {
            let mend = "写上文件里的列名，或删去这一列 · write the headings of the files, or remove the column";
            check.note(&column.headings.span(), "没有列名 · a heading is missing", mend);
        }
        // What comes in must be told apart; what goes out may be called as one likes.
        for heading in headings.iter().filter(|_| field.comes_in()) {
            if let Some(other) = seen.insert(rules::folded(heading.get_ref()), field.key) {
                let message =
                    format!("列名“{}”在 {other} 里已经有了 · it stands in {other} already", heading.get_ref());
                check.note(&heading.span(), message, "只留在一个字段里 · keep it in one field");
            }
        }
        let headings = headings.iter().map(|heading| heading.get_ref().trim().to_owned()).collect();
        columns.push(Column { field, headings });
    }
    columns
}

fn check_needed(check: &mut Check<'_>, code: &Spanned<String>, columns: &[Column]) {
    for key in NEEDED {
        if !columns.iter().any(|column| column.field.key == key) {
            let message = format!("没有写字段“{key}”的列名 · the field {key:?} has no column");
            check.note(&code.span(), message, format!("加 [[column]] field = \"{key}\" · add it"));
        }
    }
}

fn answers(check: &mut Check<'_>, raw: &[Spanned<String>]) -> Vec<&'static FieldDef> {
    let mut answers: Vec<&'static FieldDef> = Vec::new();
    for key in raw {
        let Some(field) = known_field(check, key) else { continue };
        if field.goes == Goes::In {
            let message = format!("“{}”不交回 · {:?} does not go back", field.key, field.key);
            let mend = "从 answers 里删去：诉求人的话和联系方式来源那里有 · remove it from answers: the source has the person's words and contact details";
            check.note(&key.span(), message, mend);
        } else if answers.contains(&field) {
            check.note(&key.span(), "写了两次 · it stands twice", "删去一个 · remove one");
        }
        answers.push(field);
    }
    answers
}

/// The words of a closed set of ours.
fn set_of(name: &str) -> Option<Vec<&'static str>> {
    Some(match name {
        "yes_no" => vec!["yes", "no"],
        "status" => Status::ALL.iter().map(|word| word.as_str()).collect(),
        "outcome" => Outcome::ALL.iter().map(|word| word.as_str()).collect(),
        "solved" => Solved::ALL.iter().map(|word| word.as_str()).collect(),
        "satisfied" => Satisfied::ALL.iter().map(|word| word.as_str()).collect(),
        _ => return None,
    })
}

fn check_words(check: &mut Check<'_>, words: &BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>>) {
    for (name, words) in words {
        let Some(set) = set_of(name.get_ref()) else {
            let message = format!("没有词表“{}” · there is no set {:?}", name.get_ref(), name.get_ref());
            let mend = "用 yes_no、status、outcome、solved、satisfied · use yes_no, status, outcome, solved, satisfied";
            check.note(&name.span(), message, mend);
            continue;
        };
        for (word, text) in words {
            if !set.contains(&word.get_ref().as_str()) {
                let message = format!("“{}”不在词表里 · {:?} is not in the set", word.get_ref(), word.get_ref());
                check.note(&word.span(), message, format!("可以写：{} · these are", set.join("、")));
            }
            if text.get_ref().trim().is_empty() {
                check.note(
                    &text.span(),
                    "没有写来源的说法 · the source's word is missing",
                    "写上，或删去这一行 · write it, or remove the line",
                );
            }
        }
    }
}

fn categories(check: &mut Check<'_>, raw: &[RawCategory], matters: Option<&HashSet<&str>>) -> HashMap<String, String> {
    let mut categories = HashMap::new();
    for category in raw {
        let path = rules::path(category.path.get_ref()).join("/");
        if path.is_empty() {
            let mend = "写成 path = \"城市管理->市政设施->道路破损\" · write it so";
            check.note(&category.path.span(), "没有写分类 · the category is missing", mend);
        }
        if matters.is_some_and(|matters| !matters.contains(category.matter.get_ref().as_str())) {
            let matter = category.matter.get_ref();
            let message = format!("清单里没有事项“{matter}” · the catalogue has no matter {matter:?}");
            let mend = "对照事项清单改正，或删去这个分类 · mend it by the catalogue, or remove the category";
            check.note(&category.matter.span(), message, mend);
        }
        if categories.insert(path, category.matter.get_ref().clone()).is_some() {
            check.note(&category.path.span(), "分类写了两次 · the category stands twice", "删去一个 · remove one");
        }
    }
    categories
}

fn places(check: &mut Check<'_>, raw: &[RawPlace]) -> HashMap<String, RegionCode> {
    let mut places = HashMap::new();
    for place in raw {
        match RegionCode::parse(place.code.get_ref()) {
            Ok(code) => {
                places.insert(place.name.get_ref().trim().to_owned(), code);
            }
            Err(_) => {
                let message =
                    format!("区划代码“{}”不对 · {:?} is no region code", place.code.get_ref(), place.code.get_ref());
                let mend = "写 6、9、12 位数字 · write 6, 9 or 12 digits";
                check.note(&place.code.span(), message, mend);
            }
        }
    }
    places
}

/// The file with headings put first in their columns, and all else as it was written; the same where they stood first.
pub fn with_headings(text: &str, wanted: &BTreeMap<String, String>) -> String {
    let Ok(raw) = toml::from_str::<RawFile>(text) else { return text.to_owned() };
    let mut changes: Vec<(usize, usize, String)> = Vec::new();
    for (key, heading) in wanted {
        let line = |headings: &[&str]| {
            let quoted: Vec<String> = headings.iter().map(|text| toml::Value::from(*text).to_string()).collect();
            format!("[{}]", quoted.join(", "))
        };
        match raw.column.iter().find(|column| column.field.get_ref() == key) {
            Some(column) => {
                let known = column.headings.get_ref().iter().map(|known| known.get_ref().as_str());
                let mut headings = vec![heading.as_str()];
                headings.extend(known.filter(|known| rules::folded(known) != rules::folded(heading)));
                let span = column.headings.span();
                changes.push((span.start, span.end, line(&headings)));
            }
            None => {
                let added = format!("\n[[column]]\nfield = \"{key}\"\nheadings = {}\n", line(&[heading]));
                changes.push((text.len(), text.len(), added));
            }
        }
        // A heading belongs to one column.
        for column in raw.column.iter().filter(|column| column.field.get_ref() != key) {
            let is_other = |known: &&str| rules::folded(known) != rules::folded(heading);
            let known: Vec<&str> = column.headings.get_ref().iter().map(|known| known.get_ref().as_str()).collect();
            let kept: Vec<&str> = known.iter().copied().filter(is_other).collect();
            let is_in = field_of(column.field.get_ref()).is_some_and(FieldDef::comes_in);
            if is_in && kept.len() < known.len() && !kept.is_empty() && !wanted.contains_key(column.field.get_ref()) {
                let span = column.headings.span();
                changes.push((span.start, span.end, line(&kept)));
            }
        }
    }
    changes.sort();
    let mut out = text.to_owned();
    for (start, end, new) in changes.into_iter().rev() {
        out.replace_range(start..end, &new);
    }
    out
}
