//! Places as a table: reading a CSV file, with every mistake by line and column.

use std::collections::{HashMap, HashSet};

use csv::{ReaderBuilder, StringRecord, Trim};
use kernel::{Code, Day, Error, Names, RegionCode, Result};

use super::{
    model::Kind,
    rules::{fits, kind_of},
};
use crate::platform::{import::RowError, sheet::line_of};

/// Mistakes told at once; beyond, the file is not what it was meant to be.
const TOLD: usize = 200;
/// The longest name, in characters.
pub(super) const NAME_MAX: i64 = 80;
/// The longest note, in characters.
const NOTE_MAX: i64 = 500;
const COLUMNS: [&str; 10] =
    ["code", "kind", "name_zh", "name", "name_en", "pinyin", "lon", "lat", "valid_from", "note"];

/// A place as someone wrote it down; what is left out stays as it is, or is found out.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) line: i64,
    pub(super) code: RegionCode,
    pub(super) kind: Option<Kind>,
    pub(super) zh: String,
    pub(super) en: Option<String>,
    pub(super) pinyin: Option<String>,
    pub(super) point: Option<(f64, f64)>,
    pub(super) valid_from: Option<Day>,
    pub(super) note: Option<String>,
}

impl Draft {
    /// The names it gives; the English of before stays while the Chinese does.
    pub(super) fn names(&self, before: Option<&Names>) -> Names {
        let kept = before.filter(|names| names.zh() == self.zh).and_then(Names::en);
        match self.en.as_deref().or(kept) {
            Some(en) => Names::new(&self.zh, en),
            None => Names::zh_only(&self.zh),
        }
    }

    /// Its kind: as written, as it was, or as its name tells.
    pub(super) fn kind(&self, before: Option<Kind>) -> Kind {
        self.kind.or(before).unwrap_or_else(|| kind_of(&self.code, &self.zh))
    }
}

/// A file as it was read.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    /// The rows that are in order.
    pub(super) drafts: Vec<Draft>,
    /// What is to be mended in the others.
    pub(super) errors: Vec<RowError>,
    /// The codes of the others: they come, once that is mended.
    pub(super) spoiled: HashSet<RegionCode>,
}

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Drafts {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().trim(Trim::All).flexible(true).from_reader(bytes);
    let head = match reader.headers().map_err(|error| broken(&error)).and_then(Head::read) {
        Ok(head) => head,
        Err(error) => return Drafts { errors: RowError::all(1, &error), ..Drafts::default() },
    };
    let (mut drafts, mut errors, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    let mut spoiled = HashSet::new();
    for record in reader.records() {
        let position = match &record {
            Ok(record) => record.position(),
            Err(error) => error.position(),
        };
        let line = line_of(bytes, position);
        let record = record.map_err(|error| broken(&error));
        let code = record.as_ref().ok().and_then(|record| head.code(record).ok());
        match record.and_then(|record| head.draft(&record, line)) {
            Ok(draft) if !seen.insert(draft.code.clone()) => {
                let twice = Error::field("code", Code::Duplicate).with("value", draft.code.as_str());
                errors.extend(RowError::all(line, &twice));
            }
            Ok(draft) => drafts.push(draft),
            Err(error) => {
                errors.extend(RowError::all(line, &error));
                spoiled.extend(code);
            }
        }
        if errors.len() >= TOLD {
            break;
        }
    }
    Drafts { drafts, errors, spoiled }
}

fn broken(error: &csv::Error) -> Error {
    let expected = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => Names::new("UTF-8 编码的 CSV", "CSV in UTF-8"),
        _ => Names::new("CSV", "CSV"),
    };
    Error::field("file", Code::BadFormat).with("expected", expected)
}

/// Where each column stands.
struct Head(HashMap<&'static str, usize>);

impl Head {
    fn read(names: &StringRecord) -> Result<Self> {
        let mut places = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            let name = name.to_lowercase();
            let known = COLUMNS.into_iter().find(|column| *column == name);
            let known = known.ok_or_else(|| Error::field("header", Code::UnknownValue).with("value", name.as_str()))?;
            places.insert(if known == "name" { "name_zh" } else { known }, index);
        }
        for needed in ["code", "name_zh"] {
            if !places.contains_key(needed) {
                return Err(Error::field(needed, Code::Required));
            }
        }
        Ok(Self(places))
    }

    fn cell<'r>(&self, record: &'r StringRecord, column: &str) -> Option<&'r str> {
        self.0.get(column).and_then(|index| record.get(*index)).filter(|text| !text.is_empty())
    }

    fn draft(&self, record: &StringRecord, line: i64) -> Result<Draft> {
        let cell = |column| self.cell(record, column);
        if let Some(column) =
            COLUMNS.into_iter().find(|column| cell(column).is_some_and(|text| text.chars().any(char::is_control)))
        {
            return Err(Error::field(column, Code::ForbiddenCharacter));
        }
        let code = self.code(record);
        let kind = code.clone().and_then(|code| kind(cell("kind"), &code));
        let zh = text("name_zh", cell("name_zh"), NAME_MAX);
        let zh = zh.and_then(|zh| zh.ok_or_else(|| Error::field("name_zh", Code::Required)));
        let en = text("name_en", cell("name_en"), 2 * NAME_MAX);
        let pinyin = text("pinyin", cell("pinyin"), 8 * NAME_MAX);
        let point = both(number("lon", cell("lon")), number("lat", cell("lat"))).and_then(|(lon, lat)| point(lon, lat));
        let valid_from = cell("valid_from").map(day).transpose();
        let note = text("note", cell("note"), NOTE_MAX);
        let mistakes = [
            // Of a kind without a code nothing is known.
            if code.is_err() { code.as_ref().err() } else { kind.as_ref().err() },
            zh.as_ref().err(),
            en.as_ref().err(),
            pinyin.as_ref().err(),
            point.as_ref().err(),
            valid_from.as_ref().err(),
            note.as_ref().err(),
        ];
        if let Some(all) = mistakes.into_iter().flatten().cloned().reduce(Error::and) {
            return Err(all);
        }
        let (kind, zh, en, pinyin, point) = (kind?, zh?, en?, pinyin?, point?);
        Ok(Draft { line, code: code?, kind, zh, en, pinyin, point, valid_from: valid_from?, note: note? })
    }

    fn code(&self, record: &StringRecord) -> Result<RegionCode> {
        let code = self.cell(record, "code").ok_or_else(|| Error::field("code", Code::Required))?;
        RegionCode::parse(code).map_err(|_| Error::field("code", Code::BadRegionCode))
    }
}

/// Both, or what is wrong with both.
fn both<T>(one: Result<T>, other: Result<T>) -> Result<(T, T)> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(one.and(other)),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

fn kind(text: Option<&str>, code: &RegionCode) -> Result<Option<Kind>> {
    let Some(text) = text else { return Ok(None) };
    let kind = Kind::parse(text).filter(|kind| fits(code, *kind));
    kind.map(Some).ok_or_else(|| Error::field("kind", Code::UnknownValue).with("value", text))
}

fn text(column: &'static str, text: Option<&str>, max: i64) -> Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    if i64::try_from(text.chars().count()).unwrap_or(i64::MAX) > max {
        return Err(Error::field(column, Code::TooLong).with("max", max));
    }
    Ok(Some(text.to_owned()))
}

fn number(column: &'static str, text: Option<&str>) -> Result<Option<f64>> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    let wrong = || Error::field(column, Code::BadFormat).with("expected", Names::new("十进制度数", "decimal degrees"));
    text.map(|text| number(text).ok_or_else(wrong)).transpose()
}

/// A seat has both coordinates or none, and lies on the globe.
pub(super) fn point(lon: Option<f64>, lat: Option<f64>) -> Result<Option<(f64, f64)>> {
    match (lon, lat) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(Error::field("lat", Code::Required)),
        (None, Some(_)) => Err(Error::field("lon", Code::Required)),
        (Some(lon), Some(_)) if !(-180.0..=180.0).contains(&lon) => {
            Err(Error::field("lon", Code::OutOfRange).with("min", -180).with("max", 180))
        }
        (Some(_), Some(lat)) if !(-90.0..=90.0).contains(&lat) => {
            Err(Error::field("lat", Code::OutOfRange).with("min", -90).with("max", 90))
        }
        (Some(lon), Some(lat)) => Ok(Some((lon, lat))),
    }
}

fn day(text: &str) -> Result<Day> {
    text.parse().map_err(|_| Error::field("valid_from", Code::BadFormat).with("expected", "YYYY-MM-DD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(csv: &str) -> Vec<(i64, String, Code)> {
        read(csv.as_bytes()).errors.into_iter().map(|error| (error.line, error.field.field, error.field.code)).collect()
    }

    #[test]
    fn a_row_needs_only_code_and_name() {
        let Drafts { drafts, errors, .. } = read("\u{FEFF}code,name\n140403001,东街街道\n".as_bytes());
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(drafts[0].kind(None), Kind::Subdistrict);
        assert_eq!(drafts[0].names(None), Names::zh_only("东街街道"));
    }

    #[test]
    fn every_mistake_is_told_with_line_and_column() {
        let csv = "code,kind,name_zh,lon,lat,valid_from\n\
            14040,,x,,,\n\
            140403001,town,,,,\n\
            140403002,city,某镇,,,\n\
            140403003,,某镇,113,,\n\
            140403004,,某镇,113,91,\n\
            140403005,,某镇,abc,36,\n\
            140403006,,某镇,113,36,2026-02-30\n\
            140403007,,某镇,113,36,\n\
            140403007,,某镇,113,36,\n";
        let wanted = [
            (2, "code", Code::BadRegionCode),
            (3, "name_zh", Code::Required),
            (4, "kind", Code::UnknownValue),
            (5, "lat", Code::Required),
            (6, "lat", Code::OutOfRange),
            (7, "lon", Code::BadFormat),
            (8, "valid_from", Code::BadFormat),
            (10, "code", Code::Duplicate),
        ];
        assert_eq!(mistakes(csv), wanted.map(|(line, column, code)| (line, column.to_owned(), code)));
    }

    #[test]
    fn a_foreign_table_is_refused_at_its_head() {
        assert_eq!(mistakes("id,title\n1,2\n"), [(1, "header".to_owned(), Code::UnknownValue)]);
        assert_eq!(mistakes("code\n14\n"), [(1, "name_zh".to_owned(), Code::Required)]);
        assert_eq!(mistakes(""), [(1, "code".to_owned(), Code::Required)]);
    }

    #[test]
    fn a_file_in_another_encoding_says_so() {
        let Drafts { errors, .. } = read(b"code,name\n14,\xC9\xBD\xCE\xF7\n");
        assert_eq!(errors[0].field.sentence(kernel::Lang::En), "Wrong format; expected CSV in UTF-8.");
    }

    #[test]
    fn mistakes_stop_at_a_bound() {
        let csv = format!("code,name\n{}", "x,y\n".repeat(1_000));
        assert_eq!(mistakes(&csv).len(), TOLD);
    }
}
