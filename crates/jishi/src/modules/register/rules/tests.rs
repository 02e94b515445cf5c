use kernel::{Id, RegionCode};
use uuid::Uuid;

use super::*;
use crate::modules::register::model::Choice;

fn field(sort: FieldType) -> Field {
    let choices = vec![Choice { code: "led".into(), names: Names::new("发光二极管", "LED") }];
    Field { code: "f".into(), names: Names::new("字段", "Field"), sort, unit: None, min: None, max: None, choices }
}

fn lamp() -> ItemKind {
    ItemKind {
        code: "facilities.lamp".into(),
        names: Names::new("路灯", "Lamp"),
        geometry: Geometry::Point,
        fresh_for: 365,
        is_public: true,
        matters: Vec::new(),
        fields: vec![field(FieldType::Number)],
    }
}

#[test]
fn a_value_is_read_as_people_write_it() {
    for (sort, text, wanted) in [
        (FieldType::Number, " 12 ", Some("12")),
        (FieldType::Number, "1,200.5", Some("1200.5")),
        (FieldType::Number, "-3", Some("-3")),
        (FieldType::Number, "1e5", None),
        (FieldType::Number, "约 5", None),
        (FieldType::Number, ".5", None),
        (FieldType::Date, "2026/3/1", Some("2026-03-01")),
        (FieldType::Date, "2026年3月1日", Some("2026-03-01")),
        (FieldType::Date, "2026-03-01 00:00:00", Some("2026-03-01")),
        (FieldType::Date, "2026-02-30", None),
        (FieldType::YesNo, "是", Some("yes")),
        (FieldType::YesNo, "No", Some("no")),
        (FieldType::YesNo, "可能", None),
        (FieldType::Choice, "发光二极管", Some("led")),
        (FieldType::Choice, "led", Some("led")),
        (FieldType::Choice, "钠灯", None),
        (FieldType::Text, "  ", None),
    ] {
        assert_eq!(value(&field(sort), text).ok().as_deref(), wanted, "{sort:?} {text}");
    }
}

#[test]
fn a_number_keeps_to_its_bounds_and_no_text_holds_a_telephone() {
    let height = Field { min: Some(2), max: Some(40), ..field(FieldType::Number) };
    for (text, is_right) in [("2", true), ("40", true), ("8.5", true), ("-5", false), ("1.9", false), ("4,000", false)]
    {
        assert_eq!(value(&height, text).is_ok(), is_right, "{text}");
    }
    assert_eq!(value(&height, "41").unwrap_err().fields()[0].code, Code::OutOfRange);
    for text in ["值班 13900000000", "139-0000-0000", "0355-2034567", "140403199001011234"] {
        let error = value(&field(FieldType::Text), text).unwrap_err();
        assert_eq!(error.fields()[0].code, Code::PersonalInRegister, "{text}");
    }
    assert!(value(&field(FieldType::Text), "每天 8:00-20:00，3 号楼 2 单元").is_ok());
    let draft = Draft {
        kind: "facilities.lamp".into(),
        number: Some("YX-012".into()),
        name: "张三的家 13900000000".into(),
        place: RegionCode::parse("140403").unwrap(),
        place_text: Some("138 1234 5678".into()),
        point: Some((113.0, 36.0)),
        owner: None,
        begins_on: "2026-11-16".parse().unwrap(),
    };
    let error = check(&lamp(), &draft, "2026-11-16".parse().unwrap()).unwrap_err();
    let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["name", "place_text"]);
}

#[test]
fn nine_stands_before_ten_and_a_kind_is_a_range() {
    let key = |number: &str| sort_key("facilities.lamp", Some(number), "路灯");
    assert!(key("YX-9") < key("YX-10") && key("YX-10") < key("YX-010a"));
    let (from, until) = sort_range("facilities.lamp");
    assert!(from <= key("") && key("~~~") < until);
    assert!(sort_key("facilities.lamp-post", None, "") >= until || sort_key("facilities.lamp-post", None, "") < from);
}

fn fact(value: &str, as_of: &str) -> NewFact {
    NewFact { field: "f".into(), value: value.into(), source: "巡查".into(), as_of: as_of.parse().unwrap() }
}

#[test]
fn the_latest_day_is_in_force_and_the_oldest_makes_stale() {
    let kind = lamp();
    let facts = in_force(Facts::new(), &[fact("1", "2026-01-10"), fact("2", "2025-12-01")]);
    assert_eq!(facts["f"].value, "1", "what was true earlier does not replace what is true now");
    let facts = in_force(facts, &[fact("3", "2026-01-10")]);
    assert_eq!(facts["f"].value, "3", "of one day the last entered");
    let today = |day: &str| day.parse::<Day>().unwrap();
    assert_eq!(stale_on(Some(&kind), &facts), Some(today("2027-01-11")));
    assert!(!is_stale(&kind, today("2026-01-10"), today("2027-01-10")));
    assert!(is_stale(&kind, today("2026-01-10"), today("2027-01-11")));
    assert_eq!(stale_on(Some(&kind), &Facts::new()), None);
}

#[test]
fn all_mistakes_of_an_item_are_told_at_once() {
    let today: Day = "2026-11-16".parse().unwrap();
    let draft = Draft {
        kind: "facilities.lamp".into(),
        number: Some("x".repeat(41)),
        name: " ".into(),
        place: RegionCode::parse("1404").unwrap(),
        place_text: None,
        point: None,
        owner: None,
        begins_on: today.plus(1),
    };
    let error = check(&lamp(), &draft, today).unwrap_err();
    let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["name", "number", "region", "lon", "begins_on"]);
    let given = [("f".to_owned(), "x".to_owned()), ("g".to_owned(), "1".to_owned())];
    let error = facts(&lamp(), &given, " ", today.plus(1), today).unwrap_err();
    let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["source", "as_of", "f", "g"]);
}

#[test]
fn the_history_says_what_is_in_force() {
    let row = |value: &str, as_of: &str| FactRow {
        id: Id::from_uuid(Uuid::nil()),
        field: "f".into(),
        value: value.into(),
        source: String::new(),
        as_of: as_of.parse().unwrap(),
        person: None,
        at: kernel::Instant::from_millis(0),
    };
    let facts = in_force(Facts::new(), &[fact("1", "2026-01-10")]);
    assert!(is_in_force(&facts, &row("1", "2026-01-10"), &[]));
    assert!(!is_in_force(&facts, &row("1", "2026-01-10"), &[row("1", "2026-01-10")]));
    assert!(!is_in_force(&facts, &row("0", "2025-01-10"), &[]));
}
