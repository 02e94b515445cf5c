//! Reading the files, without a database.

use std::collections::{HashMap, HashSet};

use kernel::{Code, Error, FieldError, Level, Names, RegionCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::super::{duties::Duties, login::check_login_name, model::PostView, rules};
use crate::platform::{access::Role, import::RowError, sheet::line_of};

/// Mistakes told at once; beyond, the file is not what it was meant to be.
const TOLD: usize = 200;

/// Someone new, and what they log in with first.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Welcome {
    /// Their name.
    pub name: String,
    /// Their log-in name.
    pub login: String,
    /// What they log in with first; shown now and never again.
    pub first_password: String,
    /// The posts they begin with, so that a slip finds its reader.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<PostView>,
}

/// A row with the line it stands on.
pub(super) struct Line<T> {
    pub line: i64,
    pub row: T,
}

#[derive(Deserialize)]
struct UnitLine {
    id_hint: String,
    name_zh: String,
    #[serde(default)]
    name_en: String,
    duty: String,
    #[serde(default)]
    level: String,
    region: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    phone: String,
}

/// A unit as a file names it.
#[derive(Clone, Debug)]
pub(super) struct UnitRow {
    pub code: String,
    pub names: Names,
    pub duty: String,
    pub level: Level,
    pub region: RegionCode,
    pub parent: Option<String>,
    pub phone: Option<String>,
}

#[derive(Deserialize)]
struct StaffLine {
    login: String,
    name: String,
    role: String,
    region: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    phone: String,
}

/// A person with one post as a file names them.
#[derive(Clone, Debug)]
pub(super) struct StaffRow {
    pub login: String,
    pub name: String,
    pub role: Role,
    pub region: RegionCode,
    pub unit: Option<String>,
    /// Empty where the file does not say.
    pub phone: Option<String>,
}

/// Reads the rows of a file; a line that cannot be read is a mistake of its own, a missing column one of the head.
fn lines<T: DeserializeOwned>(csv: &[u8], needed: &[&str], mistakes: &mut Vec<RowError>) -> Vec<Line<T>> {
    let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
    let head = match reader.headers() {
        Ok(head) => head.clone(),
        Err(error) => {
            mistakes.push(RowError::new(1, &unreadable(&error, 0)));
            return Vec::new();
        }
    };
    let missing = needed.iter().filter(|column| !head.iter().any(|known| known == **column));
    mistakes.extend(missing.map(|column| RowError::new(1, &Error::field(*column, Code::Required))));
    if !mistakes.is_empty() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let position = match &record {
            Ok(record) => record.position().cloned(),
            Err(error) => error.position().cloned(),
        };
        let line = line_of(csv, position.as_ref());
        match record.and_then(|record| record.deserialize(Some(&head))) {
            Ok(row) => lines.push(Line { line, row }),
            Err(error) => mistakes.push(RowError::new(line, &unreadable(&error, head.len()))),
        }
        if mistakes.len() >= TOLD {
            break;
        }
    }
    lines
}

/// What a file has wrong as a file.
fn unreadable(error: &csv::Error, columns: usize) -> Error {
    let expected = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => {
            Names::new("UTF-8 编码（在 Excel 中另存为“CSV UTF-8”）", "UTF-8 (in Excel: save as \"CSV UTF-8\")")
        }
        csv::ErrorKind::UnequalLengths { .. } => {
            Names::new(format!("和表头一样有 {columns} 列"), format!("{columns} columns, as in the head"))
        }
        _ => Names::new("CSV", "CSV"),
    };
    Error::field("file", Code::BadFormat).with("expected", expected)
}

/// Checks every line and keeps the good ones; a code may stand once.
fn checked<L: DeserializeOwned, R>(
    csv: &[u8],
    needed: &[&str],
    check: impl Fn(L) -> kernel::Result<R>,
    key: (&'static str, impl Fn(&R) -> String),
) -> (Vec<Line<R>>, Vec<RowError>) {
    let mut mistakes = Vec::new();
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for Line { line, row } in lines::<L>(csv, needed, &mut mistakes) {
        match check(row) {
            Ok(row) if !seen.insert(key.1(&row)) => {
                let error = Error::field(key.0, Code::Duplicate).with("value", key.1(&row));
                mistakes.push(RowError::new(line, &error));
            }
            Ok(row) => rows.push(Line { line, row }),
            Err(error) => mistakes.extend(RowError::all(line, &error)),
        }
    }
    mistakes.sort_by_key(|mistake| mistake.line);
    mistakes.truncate(TOLD);
    (rows, mistakes)
}

/// Every mistake of a row, if there is any.
fn together<const N: usize>(checks: [kernel::Result<()>; N]) -> kernel::Result<()> {
    checks.into_iter().filter_map(Result::err).reduce(Error::and).map_or(Ok(()), Err)
}

fn checked_cell<T>(cell: &kernel::Result<T>) -> kernel::Result<()> {
    cell.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The units of a file.
pub(super) fn units(csv: &[u8], duties: &Duties) -> (Vec<Line<UnitRow>>, Vec<RowError>) {
    let unit = |line| unit(line, duties);
    checked(csv, &["id_hint", "name_zh", "duty", "region"], unit, ("id_hint", |row: &UnitRow| row.code.clone()))
}

fn unit(line: UnitLine, duties: &Duties) -> kernel::Result<UnitRow> {
    if line.id_hint.is_empty() {
        return Err(Error::field("id_hint", Code::Required));
    }
    let names =
        if line.name_en.is_empty() { Names::zh_only(line.name_zh) } else { Names::new(line.name_zh, line.name_en) };
    let region = RegionCode::parse(&line.region).map_err(|error| Error::field("region", error.code()));
    let level = region.clone().and_then(|region| rules::unit_level(&region));
    let is_level = match &level {
        Ok(level) if !line.level.is_empty() && line.level != level.as_str() => {
            Err(Error::field("level", Code::BadFormat).with("expected", level.as_str()))
        }
        level => checked_cell(level),
    };
    let phone = some(line.phone);
    together([
        check_names(&names),
        duties.check(&line.duty),
        is_level,
        phone.as_deref().map_or(Ok(()), rules::check_phone),
    ])?;
    let (region, level) = (region?, level?);
    Ok(UnitRow { code: line.id_hint, names, duty: line.duty, level, region, parent: some(line.parent), phone })
}

/// The names of a row, by the columns they stand in.
fn check_names(names: &Names) -> kernel::Result<()> {
    let column = |field: &FieldError| FieldError { field: field.field.replace('.', "_"), ..field.clone() };
    rules::check_names("name", names).map_err(|error| Error::of_fields(error.fields().iter().map(column).collect()))
}

/// The staff of a file. Someone with two posts stands on two lines.
pub(super) fn staff(csv: &[u8]) -> (Vec<Line<StaffRow>>, Vec<RowError>) {
    let key = |row: &StaffRow| format!("{} {} {}", row.login, row.role.as_str(), row.region);
    checked(csv, &["login", "name", "role", "region"], person, ("login", key))
}

fn person(line: StaffLine) -> kernel::Result<StaffRow> {
    let role = Role::called(&line.role);
    let unknown = || Error::field("role", Code::UnknownRole).with("value", line.role).with("choices", Role::choices());
    let role = role.ok_or_else(unknown);
    let region = RegionCode::parse(&line.region).map_err(|error| Error::field("region", error.code()));
    let (unit, phone) = (some(line.unit), some(line.phone));
    let lacks_unit = unit.is_none() && role.as_ref().is_ok_and(|role| role.sees_unit_only());
    together([
        check_login_name(&line.login),
        rules::check_name(&line.name),
        checked_cell(&role),
        checked_cell(&region),
        if lacks_unit { Err(Error::field("unit", Code::Required)) } else { Ok(()) },
        phone.as_deref().map_or(Ok(()), rules::check_phone),
    ])?;
    Ok(StaffRow { login: line.login, name: line.name, role: role?, region: region?, unit, phone })
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The order in which every unit comes after the one above it; those whose parent is neither in the file nor `known`,
/// or who stand above themselves, are mistakes.
pub(super) fn parents_first(rows: &[&Line<UnitRow>], known: &HashSet<String>) -> (Vec<usize>, Vec<RowError>) {
    let at: HashMap<&str, usize> =
        rows.iter().enumerate().map(|(index, line)| (line.row.code.as_str(), index)).collect();
    let mut placed = vec![false; rows.len()];
    let mut order = Vec::with_capacity(rows.len());
    let mut grew = true;
    while grew {
        grew = false;
        for (index, line) in rows.iter().enumerate() {
            let is_ready = line.row.parent.as_deref().is_none_or(|parent| match at.get(parent) {
                Some(above) => placed.get(*above).copied().unwrap_or(false),
                None => known.contains(parent),
            });
            if is_ready && !placed.get(index).copied().unwrap_or(true) {
                placed[index] = true;
                order.push(index);
                grew = true;
            }
        }
    }
    let stranded = rows.iter().zip(&placed).filter(|(_, placed)| !**placed).map(|(line, _)| line);
    let mistake = |line: &&Line<UnitRow>| RowError::new(line.line, &Error::field("parent", Code::UnknownUnit));
    (order, stranded.map(mistake).collect())
}

#[cfg(test)]
mod tests {
    use super::{super::super::duties::known, *};

    const HEAD: &str = "id_hint,name_zh,name_en,duty,level,region,parent,phone\n";

    fn duties() -> Duties {
        known(&["government", "water"])
    }

    fn codes(csv: &str) -> Vec<(i64, String, Code)> {
        let (_, mistakes) = units(csv.as_bytes(), &duties());
        mistakes.into_iter().map(|mistake| (mistake.line, mistake.field.field, mistake.field.code)).collect()
    }

    #[test]
    fn every_mistake_of_a_file_is_told_with_line_and_column() {
        let csv = format!(
            "{HEAD}a,甲,A,government,city,1404,,\na,乙,,government,,1404,,\n,丙,,government,,1404,,\nd,,,government,,1404,,\n\
             e,戊,,Water,,1404,,\nf,己,,water,county,1404,,\ng,庚,,water,,14x,,\nh,辛,,water,,1404,,ring\ni,壬\n"
        );
        let expected = [
            (3, "id_hint", Code::Duplicate),
            (4, "id_hint", Code::Required),
            (5, "name_zh", Code::Required),
            (6, "duty", Code::UnknownDuty),
            (7, "level", Code::BadFormat),
            (8, "region", Code::BadRegionCode),
            (9, "phone", Code::BadPhone),
            (10, "file", Code::BadFormat),
        ];
        assert_eq!(codes(&csv), expected.map(|(line, field, code)| (line, field.to_owned(), code)));
    }

    #[test]
    fn a_file_without_a_column_or_in_another_encoding_is_said_to_be_so_and_lines_are_those_of_the_file() {
        assert_eq!(codes("id_hint,name_zh,region\na,甲,1404\n"), [(1, "duty".to_owned(), Code::Required)]);
        let (_, mistakes) = units(b"id_hint,name_zh,duty,region\na,\xbc\xd7,water,1404\n", &duties());
        assert_eq!((mistakes[0].line, mistakes[0].field.field.as_str()), (2, "file"));
        let broken = format!("{HEAD}a,\"甲\n局\",,water,,1404,,\n\nb,乙,,Water,,1404,,\n");
        assert_eq!(codes(&broken), [(5, "duty".to_owned(), Code::UnknownDuty)]);
    }

    #[test]
    fn a_unit_comes_after_the_one_above_it_and_a_circle_is_a_mistake() {
        let csv = format!(
            "{HEAD}c,丙,,water,,1404,b,\nb,乙,,water,,1404,a,\na,甲,,water,,1404,old,\nx,子,,water,,1404,y,\ny,丑,,water,,1404,x,\n"
        );
        let (rows, _) = units(csv.as_bytes(), &duties());
        let (order, mistakes) = parents_first(&rows.iter().collect::<Vec<_>>(), &HashSet::from(["old".to_owned()]));
        assert_eq!(order, [2, 1, 0]);
        assert_eq!(mistakes.iter().map(|mistake| mistake.line).collect::<Vec<_>>(), [5, 6]);
    }

    #[test]
    fn a_handler_without_a_unit_is_a_mistake_and_two_posts_are_two_lines() {
        let csv = "login,name,role,region,unit\nwang,王,department_handler,140403,\nli,李,grid_worker,140403001001001,\n\
                   li,李,village_officer,140403001001,\nli,李,mayor,1404,\n";
        let (rows, mistakes) = staff(csv.as_bytes());
        assert_eq!((rows.len(), mistakes.len()), (2, 2));
        let (rows, _) = staff("login,name,role,region\nwu,吴,网格员,140403001001001\n".as_bytes());
        assert_eq!(rows[0].row.role, Role::GridWorker, "also by the name everyone uses");
    }
}
