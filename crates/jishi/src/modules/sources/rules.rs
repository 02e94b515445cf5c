//! What an order says, read from its cells. Pure.

use std::collections::HashMap;

use jiff::{
    civil,
    fmt::strtime::{self, BrokenDownTime},
    tz::TimeZone,
};
use kernel::{Code, Error, Instant, Names, Result};

use super::{
    fields::{FieldDef, Goes, NEEDED},
    model::Source,
};

/// The cells of an order by their columns' keys; empty ones are left out.
pub type Cells = HashMap<&'static str, String>;

/// How long ago an order may have come in at its source: older files are brought in by mistake.
const OLDEST_DAYS: i64 = 366;
/// Clocks of two systems differ by so much.
const CLOCKS_DIFFER_SECONDS: i64 = 300;
/// Digits from which on something is meant to be a telephone number and not an account.
const PHONE_DIGITS: usize = 7;

/// 来源工单: what an order says.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its number at the source.
    pub number: String,
    /// What is asked for: title, content and company.
    pub text: String,
    /// Who called.
    pub name: Option<String>,
    /// Their telephone number; an account of another platform is none.
    pub phone: Option<String>,
    /// Whether something else stood there: who called cannot be reached by it.
    pub is_phone_left_out: bool,
    /// When it came in at the source, if that is said.
    pub received_at: Option<Instant>,
    /// The place in words.
    pub spot: Option<String>,
    /// The parts of its category.
    pub category: Vec<String>,
    /// What goes back as it came.
    pub cells: Cells,
}

/// Reads an order; all mistakes are told at once.
///
/// # Errors
/// Field errors by the keys of the columns.
pub fn said(source: &Source, cells: &Cells, now: Instant, zone: &TimeZone) -> Result<Said> {
    let mut mistakes: Vec<Error> = lengths(cells);
    for key in NEEDED {
        if cell(cells, key).is_none() {
            mistakes.push(Error::field(key, Code::Required));
        }
    }
    let phone = phone(cell(cells, "phone")).unwrap_or_else(|error| {
        mistakes.push(error);
        None
    });
    let received_at = received(source, cells, now, zone).unwrap_or_else(|error| {
        mistakes.push(error);
        None
    });
    if let Some(all) = mistakes.into_iter().reduce(Error::and) {
        return Err(all);
    }
    let goes_back = |(key, _): &(&&'static str, &String)| {
        super::fields::field_of(key).is_some_and(|field| field.goes == Goes::Both)
    };
    Ok(Said {
        number: cell(cells, "number").unwrap_or_default().to_owned(),
        text: words(cells),
        name: cell(cells, "name").map(str::to_owned),
        is_phone_left_out: phone.is_none() && cell(cells, "phone").is_some(),
        phone,
        received_at,
        spot: cell(cells, "spot").map(str::to_owned),
        category: path(cell(cells, "category").unwrap_or_default()),
        cells: cells.iter().filter(goes_back).map(|(key, text)| (*key, text.clone())).collect(),
    })
}

/// A cell that says something.
pub fn cell<'c>(cells: &'c Cells, key: &str) -> Option<&'c str> {
    cells.get(key).map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn lengths(cells: &Cells) -> Vec<Error> {
    let too_long = |field: &&FieldDef| cell(cells, field.key).is_some_and(|text| text.chars().count() > field.max);
    let incoming = super::fields::FIELDS.iter().filter(|field| field.comes_in());
    let told = |field: &FieldDef| {
        Error::field(field.key, Code::TooLong).with("max", i64::try_from(field.max).unwrap_or(i64::MAX))
    };
    incoming.filter(too_long).map(told).collect()
}

/// The title stands before the content unless the content begins with it; a company is named so that it can be found.
fn words(cells: &Cells) -> String {
    let text = cell(cells, "text").unwrap_or_default();
    let title = cell(cells, "title").filter(|title| !text.starts_with(*title));
    let company = cell(cells, "company").filter(|company| !text.contains(*company));
    let company = company.map(|company| format!("涉及企业：{company}"));
    [title, Some(text), company.as_deref()].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Hotlines write the account here of those who came by another platform: nobody can be called by it.
fn phone(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_number = text.chars().all(|c| c.is_ascii_digit() || "+-—－() （）*".contains(c));
    if !is_number || digits < PHONE_DIGITS {
        return if is_number { Err(Error::field("phone", Code::BadPhone)) } else { Ok(None) };
    }
    Ok(Some(text.to_owned()))
}

/// An order keeps the time it came in at its source: that is when its clock started.
fn received(source: &Source, cells: &Cells, now: Instant, zone: &TimeZone) -> Result<Option<Instant>> {
    let Some(text) = cell(cells, "received_at") else { return Ok(None) };
    let bad = || {
        let like: Vec<String> = source.times.iter().take(2).map(|way| shown(way)).collect();
        let (zh, en) = (like.join(" 或 "), like.join(" or "));
        Error::field("received_at", Code::BadFormat)
            .with("expected", Names::new(format!("时间，如 {zh}"), format!("a time such as {en}")))
    };
    let at = source.times.iter().find_map(|way| time(way, text, zone)).ok_or_else(bad)?;
    if at > now.plus_seconds(CLOCKS_DIFFER_SECONDS) || at < now.plus_days(-OLDEST_DAYS) {
        let day = |at: Instant| at.day(zone).to_string();
        return Err(Error::field("received_at", Code::OutOfRange)
            .with("min", day(now.plus_days(-OLDEST_DAYS)))
            .with("max", day(now)));
    }
    Ok(Some(at.min(now)))
}

/// A time as a source writes it, by an example.
fn shown(way: &str) -> String {
    let example = civil::date(2026, 11, 16).at(9, 30, 0, 0);
    strtime::format(way, example).unwrap_or_else(|_| way.to_owned())
}

fn time(way: &str, text: &str, zone: &TimeZone) -> Option<Instant> {
    let parsed = BrokenDownTime::parse(way, text).ok()?;
    let date = parsed.to_date().ok()?;
    let at = parsed.to_time().unwrap_or_else(|_| civil::Time::midnight());
    Some(Instant::from(date.to_datetime(at).to_zoned(zone.clone()).ok()?.timestamp()))
}

/// Whether times can be read that are written in this way.
pub fn is_way_of_time(way: &str) -> bool {
    time(way, &shown(way), &TimeZone::UTC).is_some()
}

/// The parts of a category: `城市管理->市政设施->道路破损`.
pub fn path(text: &str) -> Vec<String> {
    let plain = text.replace("->", "/").replace("－>", "/").replace("—>", "/");
    let parts = plain.split(['/', '／', '>', '＞', '→', '|', '、']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The matter of a category: of the whole path, or of as much of its beginning as the source's file knows.
pub fn matter<'s>(source: &'s Source, category: &[String]) -> Option<&'s str> {
    let beginnings = (1..=category.len()).rev().filter_map(|parts| category.get(..parts));
    beginnings.filter_map(|parts| source.categories.get(&parts.join("/"))).map(String::as_str).next()
}

/// A heading as it is compared: spaces, stars and the width of signs say nothing.
pub fn folded(heading: &str) -> String {
    let plain = |c: char| match c {
        '／' => '/',
        '（' => '(',
        '）' => ')',
        '：' => ':',
        other => other,
    };
    let is_kept = |c: &char| !c.is_whitespace() && !matches!(c, '*' | '＊' | '\u{FEFF}' | ':');
    heading.chars().map(plain).filter(is_kept).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn source() -> Source {
        Source {
            code: "12345".to_owned(),
            names: Names::zh_only("热线"),
            times: vec!["%Y-%m-%d %H:%M:%S".to_owned(), "%Y年%m月%d日".to_owned()],
            columns: Vec::new(),
            words: BTreeMap::new(),
            categories: HashMap::from([("城市管理/市政设施".to_owned(), "city.roads.pothole".to_owned())]),
            places: HashMap::new(),
            answers: Vec::new(),
        }
    }

    fn read(cells: &[(&'static str, &str)]) -> Result<Said> {
        let cells = cells.iter().map(|(key, text)| (*key, (*text).to_owned())).collect();
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        said(&source(), &cells, "2026-11-16T01:00:00Z".parse().unwrap(), &zone)
    }

    fn mistakes(cells: &[(&'static str, &str)]) -> Vec<(String, Code)> {
        read(cells).unwrap_err().fields().iter().map(|field| (field.field.clone(), field.code)).collect()
    }

    #[test]
    fn all_mistakes_of_an_order_are_told_at_once() {
        let told = mistakes(&[("title", "没有内容"), ("phone", "12345678*"), ("received_at", "昨天")]);
        let keys: Vec<(&str, Code)> = told.iter().map(|(key, code)| (key.as_str(), *code)).collect();
        assert_eq!(keys, [("number", Code::Required), ("text", Code::Required), ("received_at", Code::BadFormat)]);
        assert_eq!(mistakes(&[("number", "1"), ("text", "a"), ("phone", "12345")]), [("phone".into(), Code::BadPhone)]);
        for time in ["2026-11-16 09:06:00", "2025-11-14 09:00:00"] {
            let told = mistakes(&[("number", "1"), ("text", "a"), ("received_at", time)]);
            assert_eq!(told, [("received_at".into(), Code::OutOfRange)], "{time}");
        }
        let long = "长".repeat(2_001);
        assert_eq!(mistakes(&[("number", "1"), ("text", &long)]), [("text".into(), Code::TooLong)]);
    }

    #[test]
    fn the_clock_of_an_order_starts_when_it_came_in_there() {
        let at = |text| read(&[("number", "1"), ("text", "a"), ("received_at", text)]).unwrap().received_at.unwrap();
        assert_eq!(at("2026-11-15 20:30:05").to_string(), "2026-11-15T12:30:05Z");
        assert_eq!(at("2026年11月15日").to_string(), "2026-11-14T16:00:00Z");
        assert_eq!(at("2026-11-16 09:03:00").to_string(), "2026-11-16T01:00:00Z", "their clock is a little fast");
    }

    #[test]
    fn an_account_is_no_telephone_number_and_a_company_is_named() {
        let said = read(&[
            ("number", "1"),
            ("title", "噪声"),
            ("text", "夜里施工"),
            ("company", "某公司"),
            ("phone", "微信用户ab12"),
        ]);
        let said = said.unwrap();
        assert!(said.is_phone_left_out, "which whoever brings it in is told");
        assert_eq!((said.phone, said.text.as_str()), (None, "噪声\n夜里施工\n涉及企业：某公司"));
        assert!(said.cells.contains_key("number") && !said.cells.contains_key("text"), "words do not go back");
    }

    #[test]
    fn a_category_is_known_by_as_much_of_its_beginning_as_is_mapped() {
        let of = |text| matter(&source(), &path(text)).map(str::to_owned);
        assert_eq!(of("城市管理->市政设施->道路破损"), Some("city.roads.pothole".to_owned()));
        assert_eq!(of(" 城市管理 ＞ 市政设施 "), Some("city.roads.pothole".to_owned()));
        assert_eq!(of("城市管理"), None);
    }

    #[test]
    fn a_way_of_writing_times_has_a_day() {
        assert!(is_way_of_time("%Y-%m-%d") && is_way_of_time("%Y/%m/%d %H:%M"));
        assert!(!is_way_of_time("%H:%M") && !is_way_of_time("昨天") && !is_way_of_time("%Y-%m"));
    }
}
