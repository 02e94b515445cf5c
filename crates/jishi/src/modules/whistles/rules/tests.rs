//! Rules of whistles, by table and by property.

use jiff::tz::TimeZone;
use kernel::{Id, Instant, RegionCode};
use proptest::prelude::*;

use super::*;
use crate::{
    modules::{
        calendar::{self, Deadline, TimeLimit},
        whistles::{
            model::{CallStanding, WhistleCall, WhistleKind, WhistleReply},
            packaged, parse,
        },
    },
    platform::access::Unit,
};

fn at(local: &str) -> Instant {
    format!("{local}+08:00").parse().unwrap()
}

fn reckon(limit: TimeLimit, start: Instant) -> Deadline {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let close = jiff::civil::Time::constant(18, 0, 0, 0);
    calendar::deadline(start, limit, &calendar::WorkCalendar::default(), close, &zone)
}

fn rule(kind: WhistleKind) -> KindRule {
    parse("whistles.toml", &packaged()).unwrap().rule(kind).unwrap().clone()
}

#[track_caller]
fn check_limits(kind: WhistleKind, called: &str, meets: &str, (reply, arrive): (&str, &str)) {
    let limits = limits(&rule(kind), at(called), at(meets), reckon);
    assert_eq!((limits.reply_due_at, limits.arrive_due_at), (at(reply), at(arrive)));
}

#[test]
fn each_kind_has_its_own_time_and_nobody_answers_later_than_they_meet() {
    use WhistleKind::{Emergency, Enforcement, KeyWork};
    let monday = "2026-11-16T09:00:00";
    // At once: a quarter of an hour to answer, an hour to be there.
    check_limits(Emergency, monday, monday, ("2026-11-16T09:15:00", "2026-11-16T10:00:00"));
    // Called before the meeting began, they are there when it begins.
    check_limits(Emergency, monday, "2026-11-16T14:00:00", ("2026-11-16T09:15:00", "2026-11-16T14:00:00"));
    // One working day to answer, but not after the meeting.
    check_limits(Enforcement, monday, "2026-11-18T09:00:00", ("2026-11-17T18:00:00", "2026-11-18T09:00:00"));
    check_limits(Enforcement, monday, "2026-11-16T15:00:00", ("2026-11-16T15:00:00", "2026-11-16T15:00:00"));
    check_limits(KeyWork, monday, "2026-11-20T09:00:00", ("2026-11-20T09:00:00", "2026-11-20T09:00:00"));
    // A further unit called after the meeting has no limit in the past.
    check_limits(KeyWork, "2026-11-20T15:00:00", monday, ("2026-11-20T15:00:00", "2026-11-20T15:00:00"));
}

fn call() -> WhistleCall {
    let id = "01234567-89ab-7def-8123-456789abcdef";
    WhistleCall {
        id: id.parse().unwrap(),
        whistle: id.parse().unwrap(),
        unit: id.parse().unwrap(),
        assignment: None,
        task: None,
        called_at: at("2026-11-16T09:00:00"),
        reply_due_at: at("2026-11-16T10:00:00"),
        arrive_due_at: at("2026-11-16T15:00:00"),
        due_at: at("2026-11-20T18:00:00"),
        reply: None,
        reason: None,
        answered_at: None,
        arrived_at: None,
        arrived_said_by: None,
        result: None,
        done_at: None,
        counts: true,
        awaits_office: false,
        awaits_unit: false,
        grade: None,
        grade_words: None,
        justified: None,
        prepared: None,
        rating_words: None,
        reminded: 0,
        version: 1,
    }
}

#[test]
fn late_and_missing_follow_from_times() {
    let (before, after) = (at("2026-11-16T12:00:00"), at("2026-11-16T15:00:01"));
    let arrived = |when: &str| WhistleCall { arrived_at: Some(at(when)), ..call() };
    let cannot = WhistleCall { reply: Some(WhistleReply::Cannot), ..call() };
    for (call, now, wanted) in [
        (call(), before, CallStanding::Waiting),
        (call(), after, CallStanding::Absent),
        (WhistleCall { counts: false, ..call() }, after, CallStanding::Released),
        (cannot.clone(), before, CallStanding::Cannot),
        (cannot, after, CallStanding::Cannot),
        (arrived("2026-11-16T15:00:00"), after, CallStanding::InTime),
        (arrived("2026-11-16T15:00:01"), after, CallStanding::Late),
    ] {
        assert_eq!(standing(&call, now), wanted);
    }
    assert!(!is_reply_late(&call(), at("2026-11-16T10:00:00")) && is_reply_late(&call(), before));
    let answered = WhistleCall { answered_at: Some(at("2026-11-16T09:30:00")), ..call() };
    assert!(!is_reply_late(&answered, after));
}

#[test]
fn reminders_come_before_each_limit_and_stop_when_the_unit_is_there() {
    let quarter = |call: &WhistleCall| remind_at(call, 15);
    assert_eq!(quarter(&call()), Some(at("2026-11-16T09:45:00")));
    assert_eq!(quarter(&WhistleCall { reminded: 1, ..call() }), Some(at("2026-11-16T14:45:00")));
    let coming = WhistleCall { reply: Some(WhistleReply::Coming), ..call() };
    assert_eq!(quarter(&coming), Some(at("2026-11-16T14:45:00")));
    assert_eq!(quarter(&WhistleCall { reminded: 2, ..coming.clone() }), None);
    assert_eq!(quarter(&WhistleCall { reply: Some(WhistleReply::Cannot), ..call() }), None);
    assert_eq!(quarter(&WhistleCall { arrived_at: Some(at("2026-11-16T14:00:00")), ..coming }), None);
    assert_eq!(remind_at(&call(), 60), None, "it would come with the call itself");
}

#[test]
fn all_mistakes_of_a_whistle_are_told_at_once() {
    let county = RegionCode::parse("140403").unwrap();
    let now = at("2026-11-16T09:00:00");
    let lead: Id<Unit> = "01234567-89ab-7def-8123-456789abcdef".parse().unwrap();
    let error = check((" ", None), &county, at("2026-11-15T09:00:00"), now, (&[], lead), &[]).unwrap_err();
    let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["goal", "region", "meets_at", "calls", "lead_unit"]);
    let town = RegionCode::parse("140403001").unwrap();
    assert!(check(("清理占道", None), &town, now, now, (&[lead], lead), &[]).is_ok());
    assert!(check_units("calls", &[lead, lead]).is_err());
}

#[test]
fn numbers_and_names_in_words_are_masked() {
    let text = optional("reason", Some("联系人：张伟 13800001234"), 100).unwrap().unwrap();
    assert!(!text.contains("13800001234") && !text.contains("张伟"), "{text}");
}

proptest! {
    #[test]
    fn no_limit_lies_before_its_call_and_the_reply_never_after_the_arrival(
        minutes in -10_000_i64..100_000, ahead in -1_000_i64..100_000, kind in 0_usize..3,
    ) {
        let called = at("2026-11-16T09:00:00").plus_seconds(minutes * 60);
        let meets = called.plus_seconds(ahead * 60);
        let limits = limits(&rule(WhistleKind::ALL[kind]), called, meets, reckon);
        prop_assert!(called <= limits.reply_due_at);
        prop_assert!(limits.reply_due_at <= limits.arrive_due_at);
        prop_assert!(limits.due_at >= called && limits.due_at >= meets);
    }

    #[test]
    fn every_call_stands_somewhere_and_an_arrival_is_never_unsaid_by_time(
        arrived in proptest::option::of(-500_i64..500), now in 0_i64..2_000, counts: bool, cannot: bool,
    ) {
        let base = call();
        let it = WhistleCall {
            arrived_at: arrived.map(|minutes| base.arrive_due_at.plus_seconds(minutes * 60)),
            counts,
            reply: cannot.then_some(WhistleReply::Cannot),
            ..base.clone()
        };
        let stands = standing(&it, base.called_at.plus_seconds(now * 60));
        match arrived {
            Some(minutes) => prop_assert_eq!(stands == CallStanding::InTime, minutes <= 0),
            None => prop_assert!(!matches!(stands, CallStanding::InTime | CallStanding::Late)),
        }
    }
}
