use jiff::{civil::Time, tz::TimeZone};
use kernel::{Day, Instant, Names};
use proptest::prelude::*;

use super::*;

const DOCS: &str = include_str!("../../../../../docs/deadlines.md");
const FILES: [(&str, &str); 3] = [
    ("cn-2024.toml", include_str!("../../../../../catalog/calendars/cn-2024.toml")),
    ("cn-2025.toml", include_str!("../../../../../catalog/calendars/cn-2025.toml")),
    ("cn-2026.toml", include_str!("../../../../../catalog/calendars/cn-2026.toml")),
];
const CLOSE: Time = Time::constant(18, 0, 0, 0);

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn calendar() -> WorkCalendar {
    WorkCalendar::new(FILES.map(|(file, text)| parse(file, text).unwrap()))
}

fn limit(kind: LimitKind, amount: i64) -> TimeLimit {
    TimeLimit::new(kind, amount).unwrap()
}

/// `2026-02-13 16:00` on the wall of the examples.
fn wall(text: &str) -> Instant {
    let (day, time) = text.split_once(' ').unwrap();
    day.parse::<Day>().unwrap().at(time.parse().unwrap(), &zone())
}

struct Example<'a> {
    start: Instant,
    limit: TimeLimit,
    due: Instant,
    skipped: Vec<&'a str>,
    assumed: Vec<i64>,
}

fn words(cell: &str) -> Vec<&str> {
    cell.split_whitespace().filter(|word| *word != "–").collect()
}

fn example(row: &str) -> Example<'_> {
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    let (amount, kind) = cells[1].split_once(' ').unwrap();
    let kind = serde_json::from_value(kind.into()).unwrap();
    Example {
        start: wall(cells[0]),
        limit: limit(kind, amount.parse().unwrap()),
        due: wall(cells[2]),
        skipped: words(cells[3]),
        assumed: words(cells[4]).iter().map(|year| year.parse().unwrap()).collect(),
    }
}

#[test]
fn every_worked_example_of_the_docs_comes_out_as_written() {
    let calendar = calendar();
    let rows: Vec<&str> = DOCS.lines().filter(|line| line.starts_with("| 20")).collect();
    assert!(rows.len() >= 12, "only {} examples", rows.len());
    for row in rows {
        let wanted = example(row);
        let got = deadline(wanted.start, wanted.limit, &calendar, CLOSE, &zone());
        let skipped: Vec<String> = got
            .skipped
            .iter()
            .filter(|day| day.reason != SkipReason::StartDay)
            .map(|day| day.date.to_string())
            .collect();
        assert_eq!(got.due_at.zoned(&zone()).to_string(), wanted.due.zoned(&zone()).to_string(), "{row}");
        assert_eq!(skipped, wanted.skipped, "{row}");
        assert_eq!(got.assumes_unpublished, wanted.assumed, "{row}");
    }
}

#[test]
fn the_explanation_names_the_start_the_weekend_and_the_holiday() {
    let got = deadline(wall("2026-04-03 10:00"), limit(LimitKind::WorkingDays, 1), &calendar(), CLOSE, &zone());
    let reasons: Vec<_> = got.skipped.iter().map(|day| (day.reason, day.name.as_ref().map(Names::zh))).collect();
    let festival = (SkipReason::Holiday, Some("清明节"));
    assert_eq!(reasons, [(SkipReason::StartDay, None), festival, festival, festival]);
    let weekend = deadline(wall("2026-11-20 10:00"), limit(LimitKind::WorkingDays, 1), &calendar(), CLOSE, &zone());
    assert_eq!(weekend.skipped[1].reason, SkipReason::Weekend);
}

#[test]
fn a_deadline_reads_in_json_as_the_client_expects() {
    let got = deadline(wall("2026-04-03 10:00"), limit(LimitKind::Days, 1), &calendar(), CLOSE, &zone());
    let json = serde_json::to_value(&got).unwrap();
    assert_eq!(json["clock"], serde_json::json!({"kind": "days", "amount": 1}));
    assert_eq!(json["skipped"][0], serde_json::json!({"date": "2026-04-03", "reason": "start_day"}));
    assert_eq!(json["skipped"][1]["name"]["en"], "Tomb-Sweeping Day");
    assert_eq!(serde_json::from_value::<Deadline>(json).unwrap(), got);
}

#[test]
fn a_limit_of_nothing_or_of_years_is_refused() {
    for json in [r#"{"kind":"days","amount":0}"#, r#"{"kind":"days","amount":1001}"#, r#"{"kind":"weeks","amount":1}"#]
    {
        assert!(serde_json::from_str::<TimeLimit>(json).is_err(), "{json}");
    }
}

#[test]
fn a_year_nobody_imported_is_not_published_and_says_so() {
    let year = calendar().year(2027);
    assert!(!year.is_published && year.days.is_empty());
    assert!(calendar().year(2026).is_published);
}

fn mistakes(text: &str) -> Vec<(i64, String)> {
    parse("cn-2026.toml", text).unwrap_err().into_iter().map(|mistake| (mistake.line, mistake.message)).collect()
}

#[test]
fn every_mistake_of_a_calendar_file_is_told_with_its_line() {
    let text = r#"year = 2026
published = true
source = "notice"
[[day]]
date = "2026-02-30"
kind = "holiday"
name = { zh = "春节" }
[[day]]
date = "2027-01-01"
kind = "free"
name = { zh = "元旦" }
[[day]]
date = "2026-02-24"
kind = "workday"
name = { en = "Spring Festival" }
[[day]]
date = "2026-02-24"
kind = "holiday"
name = { zh = "春节" }
"#;
    let lines: Vec<i64> = mistakes(text).iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [5, 10, 9, 15, 13, 17]);
}

#[test]
fn a_file_that_is_no_calendar_is_told_where_it_breaks() {
    assert_eq!(mistakes("year = 2026\npublished = maybe\n")[0].0, 2);
    assert_eq!(mistakes("year = 2026\npublished = true\nsource = \"x\"\ncolour = 1\n")[0].0, 4);
    assert_eq!(mistakes("year = 1900\npublished = false\n")[0].0, 1);
    assert_eq!(mistakes("year = 2027\npublished = true\n").len(), 1);
    let unpublished =
        "year = 2027\npublished = false\n[[day]]\ndate = \"2027-01-01\"\nkind = \"holiday\"\nname = { zh = \"元旦\" }";
    assert_eq!(mistakes(unpublished).len(), 1);
}

fn kinds() -> impl Strategy<Value = LimitKind> {
    prop_oneof![Just(LimitKind::Hours), Just(LimitKind::Days), Just(LimitKind::WorkingDays)]
}

/// Any second from 2023 to the end of 2027: published years and both sides of them.
fn starts() -> impl Strategy<Value = Instant> {
    (1_672_502_400_i64..1_830_268_800).prop_map(|second| Instant::from_millis(second * 1_000))
}

fn with_day(date: Day, kind: DayKind) -> WorkCalendar {
    let years = [2024, 2025, 2026].into_iter().map(|year| {
        let mut year = calendar().year(year);
        if date.year() == year.year {
            year.days.retain(|day| day.date != date);
            year.days.push(SpecialDay { date, kind, names: Names::zh_only("试") });
        }
        year
    });
    WorkCalendar::new(years)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_deadline_is_after_its_start_and_on_a_worked_day(start in starts(), kind in kinds(), amount in 1_i64..60) {
        let calendar = calendar();
        let got = deadline(start, limit(kind, amount), &calendar, CLOSE, &zone());
        prop_assert!(got.due_at > start);
        if kind != LimitKind::Hours {
            prop_assert!(calendar.is_working(got.due_at.day(&zone())));
            prop_assert_eq!(got.due_at.zoned(&zone()).time(), CLOSE);
        }
    }

    #[test]
    fn more_time_never_ends_sooner(start in starts(), kind in kinds(), amount in 1_i64..60) {
        let calendar = calendar();
        let due = |amount| deadline(start, limit(kind, amount), &calendar, CLOSE, &zone()).due_at;
        prop_assert!(due(amount + 1) >= due(amount));
    }

    #[test]
    fn a_later_start_never_ends_sooner(start in starts(), later in 0_i64..200_000, kind in kinds(), amount in 1_i64..40) {
        let calendar = calendar();
        let due = |start| deadline(start, limit(kind, amount), &calendar, CLOSE, &zone()).due_at;
        prop_assert!(due(start.plus_seconds(later)) >= due(start));
    }

    #[test]
    fn working_days_are_exactly_as_many_as_the_limit(start in starts(), amount in 1_i64..60) {
        let calendar = calendar();
        let got = deadline(start, limit(LimitKind::WorkingDays, amount), &calendar, CLOSE, &zone());
        let (mut day, mut worked) = (start.day(&zone()), 0);
        while day < got.due_at.day(&zone()) {
            day = day.plus(1);
            worked += i64::from(calendar.is_working(day));
        }
        prop_assert_eq!(worked, amount);
    }

    /// What publishing may do: a further holiday moves a deadline later or not at all, a further working day earlier or
    /// not at all, and hours are never touched.
    #[test]
    fn a_further_holiday_never_ends_a_limit_sooner(start in starts(), kind in kinds(), amount in 1_i64..40, offset in 0_i64..60) {
        let date = start.day(&zone()).plus(offset);
        let due = |calendar: &WorkCalendar| deadline(start, limit(kind, amount), calendar, CLOSE, &zone()).due_at;
        let (worked, free) = (due(&with_day(date, DayKind::Workday)), due(&with_day(date, DayKind::Holiday)));
        let plain = due(&calendar());
        prop_assert!(worked <= plain && plain <= free);
        prop_assert!(kind != LimitKind::Hours || worked == free);
    }

    #[test]
    fn a_deadline_names_an_unpublished_year_when_it_ends_in_one(start in starts(), amount in 1_i64..40) {
        let calendar = calendar();
        let got = deadline(start, limit(LimitKind::Days, amount), &calendar, CLOSE, &zone());
        let year = got.due_at.day(&zone()).year();
        prop_assert_eq!(got.assumes_unpublished.contains(&year), !calendar.is_published(year));
    }
}

fn on(calendar: &WorkCalendar) -> (&WorkCalendar, Time, TimeZone) {
    (calendar, CLOSE, zone())
}

fn pause(from: &str, until: &str) -> Pause {
    Pause { from: wall(from), until: wall(until), reason: PauseReason::Statutory, is_open: false }
}

fn again(start: &str, limit: TimeLimit, pauses: Vec<Pause>, extension: Option<Extension>) -> String {
    let (calendar, adjustments) = (calendar(), Adjustments { pauses, extension });
    let (calendar, close, zone) = on(&calendar);
    let got = adjusted(wall(start), limit, &adjustments, (calendar, close, &zone));
    got.due_at.zoned(&zone).strftime("%Y-%m-%d %H:%M").to_string()
}

#[test]
fn a_clock_that_stands_still_takes_its_time_with_it() {
    let (hours, days, worked) =
        (limit(LimitKind::Hours, 24), limit(LimitKind::Days, 7), limit(LimitKind::WorkingDays, 5));
    for (start, limit, pauses, due) in [
        // Hours are added as they stood still, over midnight too.
        ("2026-11-16 09:30", hours, vec![pause("2026-11-16 12:00", "2026-11-16 15:00")], "2026-11-17 12:30"),
        // Two pauses that overlap count once.
        (
            "2026-11-16 09:30",
            hours,
            vec![pause("2026-11-16 12:00", "2026-11-16 15:00"), pause("2026-11-16 14:00", "2026-11-16 16:00")],
            "2026-11-17 13:30",
        ),
        // One that begins after the end changes nothing.
        ("2026-11-16 09:30", hours, vec![pause("2026-11-18 12:00", "2026-11-19 15:00")], "2026-11-17 09:30"),
        // A pause within a day does not touch its close of business.
        ("2026-11-16 09:30", days, vec![pause("2026-11-18 09:00", "2026-11-18 17:00")], "2026-11-23 18:00"),
        // Wednesday and Thursday stand still at 18:00: two days more.
        ("2026-11-16 09:30", days, vec![pause("2026-11-18 09:00", "2026-11-20 09:00")], "2026-11-25 18:00"),
        // Over the Spring Festival: Friday the 13th and the make-up Saturday stand still, the festival did not count
        // anyway; the make-up Saturday of the 28th is the fifth day.
        ("2026-02-12 16:00", worked, vec![pause("2026-02-13 09:00", "2026-02-24 09:00")], "2026-02-28 18:00"),
        ("2026-02-25 09:00", worked, vec![pause("2026-02-26 09:00", "2026-02-27 09:00")], "2026-03-04 18:00"),
    ] {
        assert_eq!(again(start, limit, pauses, None), due, "{start}");
    }
}

#[test]
fn an_extension_names_a_day_that_is_worked_and_never_makes_it_earlier() {
    let days = limit(LimitKind::Days, 7);
    let granted = |until: &str| Some(Extension { until: until.parse().unwrap(), granted_at: wall("2026-11-18 10:00") });
    assert_eq!(again("2026-11-16 09:30", days, vec![], granted("2026-11-28")), "2026-11-30 18:00");
    assert_eq!(again("2026-11-16 09:30", days, vec![], granted("2026-11-20")), "2026-11-23 18:00");
    // What stood still before it was granted is in it; what stands still afterwards moves it on.
    let (before, after) =
        (pause("2026-11-17 09:00", "2026-11-18 09:00"), pause("2026-11-19 09:00", "2026-11-20 09:00"));
    assert_eq!(again("2026-11-16 09:30", days, vec![before], granted("2026-11-26")), "2026-11-26 18:00");
    assert_eq!(again("2026-11-16 09:30", days, vec![before, after], granted("2026-11-26")), "2026-11-27 18:00");
}

fn any_limit() -> impl Strategy<Value = TimeLimit> {
    (prop_oneof![Just(LimitKind::Hours), Just(LimitKind::Days), Just(LimitKind::WorkingDays)], 1_i64..40)
        .prop_map(|(kind, amount)| limit(kind, amount))
}

proptest! {
    /// Pauses and extensions never make a deadline earlier, a longer pause never less late, and two evaluations agree.
    #[test]
    fn clocks_never_go_backwards(
        start in 0_i64..400 * 24 * 60,
        limit in any_limit(),
        spans in prop::collection::vec((0_i64..60 * 24, 1_i64..20 * 24), 0..4),
        extended in prop::option::of(0_i64..60),
    ) {
        let (calendar, zone) = (calendar(), zone());
        let on = (&calendar, CLOSE, &zone);
        let start = wall("2025-01-01 00:00").plus_seconds(start * 60);
        let pause = |(from, hours): &(i64, i64)| Pause {
            from: start.plus_hours(*from),
            until: start.plus_hours(from + hours),
            reason: PauseReason::Resident,
            is_open: false,
        };
        let pauses: Vec<Pause> = spans.iter().map(pause).collect();
        let extension = extended.map(|days| Extension { until: start.day(&zone).plus(days), granted_at: start });
        let adjustments = Adjustments { pauses: pauses.clone(), extension };
        let got = adjusted(start, limit, &adjustments, on);
        prop_assert_eq!(&adjusted(got.start_at, got.clock, &got.adjustments(), on), &got);
        let plain = deadline(start, limit, &calendar, CLOSE, &zone);
        prop_assert!(got.due_at >= plain.due_at);
        let longer = pauses.iter().map(|pause| Pause { until: pause.until.plus_hours(30), ..*pause }).collect();
        let later = adjusted(start, limit, &Adjustments { pauses: longer, extension }, on);
        prop_assert!(later.due_at >= got.due_at);
        if limit.kind() != LimitKind::Hours && extension.is_none() {
            prop_assert!(calendar.is_working(got.due_at.day(&zone)));
            prop_assert!(!pauses.iter().any(|pause| pause.from <= got.due_at && got.due_at < pause.until));
        }
    }
}
