//! Pure decisions: what is told to whom, when, and how often it is tried.

use std::net::IpAddr;

use jiff::{civil::Time, tz::TimeZone};
use kernel::{Code, Error, Id, Instant, Names, RegionCode, Result};

use super::model::{Gateway, GatewayKind, News, Want, Wishes};
use crate::modules::cases::Urgency;

/// Tries before a message is given up; whoever looks after the gateway can send it again.
pub const MAX_TRIES: i64 = 6;
/// Residents are not woken either, whatever the step.
pub const RESIDENT_QUIET: (Time, Time) = (Time::constant(21, 0, 0, 0), Time::constant(8, 0, 0, 0));
/// News older than this is no news: it is not sent any more, e.g. after a long stop.
pub const STALE_HOURS: i64 = 24;

/// 验证码 is valid so long, in minutes.
pub const CODE_MINUTES: i64 = 10;
/// Wrong tries before a code is worth nothing.
pub const CODE_TRIES: i64 = 5;
/// One telephone gets a code no sooner than this, in seconds ..
pub const CODE_EVERY_SECONDS: i64 = 60;
/// .. and no more than this many a day.
pub const CODES_A_DAY: i64 = 5;

/// Who among the staff hears of a step, and how pressing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The office that answers for the place: it has to dispatch.
    Office,
    /// The units the case was given to.
    Assigned,
    /// The unit that leads the case.
    Lead,
}

/// What a step of a case is to the staff. Ordinary new work is no news: it stands in the digest and on the desk, so that
/// nobody has to answer at once (domain: no instant-reply duty).
pub fn staff_news(step: &str, urgency: Urgency) -> Option<(News, Audience)> {
    match (step, urgency) {
        ("case.received" | "case.split_off", Urgency::Emergency) => Some((News::Emergency, Audience::Office)),
        ("case.dispatched", Urgency::Emergency | Urgency::Urgent) => Some((News::Assigned, Audience::Assigned)),
        ("case.redo", _) => Some((News::Redo, Audience::Assigned)),
        // 催办 is said to whoever answers for the case; it waits for the morning like everything that is no emergency.
        ("case.urged", _) => Some((News::Urged, Audience::Lead)),
        _ => None,
    }
}

/// What a step of a whistle is, to whom it is told is said by what it is: the units called, or the county.
pub fn whistle_news(step: &str) -> Option<News> {
    match step {
        "whistle.raised" | "whistle.called" => Some(News::Whistle),
        "whistle.reminded" => Some(News::WhistleReminder),
        "whistle.withdrawn" => Some(News::WhistleWithdrawn),
        "whistle.escalated" => Some(News::WhistleEscalated),
        _ => None,
    }
}

/// The steps of whistles that are told.
pub const WHISTLE_STEPS: [&str; 5] =
    ["whistle.raised", "whistle.called", "whistle.reminded", "whistle.withdrawn", "whistle.escalated"];
/// The steps that the staff may hear of.
pub const STAFF_STEPS: [&str; 5] = ["case.received", "case.split_off", "case.dispatched", "case.redo", "case.urged"];
/// The steps that a resident who wished it is told of.
pub const RESIDENT_STEPS: [&str; 15] = [
    "case.split_off",
    "case.dispatched",
    "case.asked",
    "case.result_filed",
    "case.reminded",
    "case.redo",
    "case.closed",
    "case.reopened",
    "case.answered",
    "case.redirected",
    "case.refused",
    "case.extended",
    "case.paused",
    "case.parked",
    "case.taken_up",
];

/// What is told to the one resident it is about.
pub const OBJECTION_STEPS: [&str; 1] = ["objection.answered"];

/// Whether somebody who wants `want` hears of it.
pub fn wants(want: Want, is_emergency: bool) -> bool {
    match want {
        Want::None => false,
        Want::Emergency => is_emergency,
        Want::All => true,
    }
}

/// When something may leave: now, or when the quiet hours are over. Only an emergency breaks them.
pub fn send_at(now: Instant, quiet: (Time, Time), is_emergency: bool, zone: &TimeZone) -> Instant {
    let (from, until) = quiet;
    let time = now.zoned(zone).time();
    let is_quiet = if from <= until { from <= time && time < until } else { from <= time || time < until };
    if is_emergency || !is_quiet {
        return now;
    }
    let today = now.day(zone);
    let day = if time < until { today } else { today.plus(1) };
    day.at(until, zone)
}

/// Whether today's digest is due: on a working day, from its time on, and not so late that the day is over.
pub fn is_digest_due(now: Instant, wishes: &Wishes, is_working_day: bool, zone: &TimeZone) -> bool {
    let time = now.zoned(zone).time();
    is_working_day && wishes.digest_at.is_some_and(|at| at <= time) && time < Time::constant(18, 0, 0, 0)
}

/// How long to wait after try number `attempt` failed, in seconds; none when it is enough.
pub fn wait_seconds(attempt: i64) -> Option<i64> {
    const WAITS: [i64; 5] = [30, 120, 600, 1_800, 3_600];
    usize::try_from(attempt - 1).ok().and_then(|index| WAITS.get(index)).copied().filter(|_| attempt < MAX_TRIES)
}

/// How many seconds somebody has to wait for another code, given when codes were made in the last day, the newest first.
pub fn wait_for_code(made: &[Instant], now: Instant) -> Option<i64> {
    let since = |at: &Instant| (now.millis() - at.millis()) / 1_000;
    let soon = made.first().map(|at| CODE_EVERY_SECONDS - since(at));
    let day = made.get(usize::try_from(CODES_A_DAY - 1).unwrap_or(usize::MAX)).map(|at| 86_400 - since(at));
    soon.into_iter().chain(day).filter(|wait| *wait > 0).max()
}

/// The gateway of a kind that serves a place: the one of the narrowest place around it.
pub fn nearest<'g>(gateways: &'g [Gateway], kind: GatewayKind, place: &RegionCode) -> Option<&'g Gateway> {
    let serves = |gateway: &&Gateway| gateway.is_on && gateway.kind == kind && gateway.region.covers(place);
    gateways.iter().filter(serves).max_by_key(|gateway| (gateway.region.as_str().len(), gateway.id))
}

/// The robots that speak in a unit's group.
pub fn robots(gateways: &[Gateway], unit: Id<crate::platform::access::Unit>) -> impl Iterator<Item = &Gateway> {
    gateways.iter().filter(move |gateway| gateway.is_on && gateway.kind.is_robot() && gateway.unit == Some(unit))
}

/// Checks where a gateway is to lead: encrypted all the way, but on this very machine.
///
/// # Errors
/// A field error on `address`.
pub fn check_address(kind: GatewayKind, address: &str) -> Result<()> {
    let expected = match kind {
        GatewayKind::Mail => {
            Names::new("以 smtps:// 或 smtp:// 开头的地址", "an address that begins with smtps:// or smtp://")
        }
        _ => Names::new("以 https:// 开头的网址", "an address that begins with https://"),
    };
    let wrong = || Error::field("address", Code::BadFormat).with("expected", expected.clone());
    if address.trim().is_empty() {
        return Err(Error::field("address", Code::Required));
    }
    let (scheme, rest) = address.split_once("://").ok_or_else(wrong)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains('@') || address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(wrong());
    }
    let is_good = match (kind, scheme) {
        (GatewayKind::Mail, "smtps" | "smtp") | (GatewayKind::Sms, "https") => true,
        (GatewayKind::Wecom | GatewayKind::Dingtalk, "https") => true,
        (GatewayKind::Mail, _) => false,
        (_, "http") => is_loopback(authority),
        _ => false,
    };
    if is_good { Ok(()) } else { Err(wrong()) }
}

/// Whether a short message can go there: a mobile number of eleven digits, with or without the country's.
pub fn is_mobile(number: &str) -> bool {
    let own = number.strip_prefix("+86").unwrap_or(number);
    own.len() == 11 && own.starts_with('1') && own.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether an authority (`host:port`) is this machine itself.
pub fn is_loopback(authority: &str) -> bool {
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host).trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What of an address may be shown: robots carry their key behind the question mark.
pub fn shown(address: &str) -> String {
    address.split(['?', '#']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    fn at(local: &str) -> Instant {
        format!("{local}+08:00").parse().unwrap()
    }

    const NIGHT: (Time, Time) = (Time::constant(20, 0, 0, 0), Time::constant(8, 0, 0, 0));
    const NOON: (Time, Time) = (Time::constant(12, 0, 0, 0), Time::constant(14, 0, 0, 0));

    #[track_caller]
    fn check(now: &str, quiet: (Time, Time), leaves: &str) {
        assert_eq!(send_at(at(now), quiet, false, &zone()), at(leaves));
    }

    #[test]
    fn what_is_no_emergency_waits_through_the_quiet_hours() {
        check("2026-11-16T09:00:00", NIGHT, "2026-11-16T09:00:00");
        check("2026-11-16T20:00:00", NIGHT, "2026-11-17T08:00:00");
        check("2026-11-17T07:59:59", NIGHT, "2026-11-17T08:00:00");
        check("2026-11-17T08:00:00", NIGHT, "2026-11-17T08:00:00");
        check("2026-12-31T23:30:00", NIGHT, "2027-01-01T08:00:00");
        check("2026-11-16T13:00:00", NOON, "2026-11-16T14:00:00");
        check("2026-11-16T20:00:00", (Time::midnight(), Time::midnight()), "2026-11-16T20:00:00");
        let night = at("2026-11-16T23:00:00");
        assert_eq!(send_at(night, NIGHT, true, &zone()), night);
    }

    #[test]
    fn only_what_presses_is_news_and_the_rest_is_in_the_digest() {
        assert_eq!(staff_news("case.dispatched", Urgency::Normal), None);
        assert_eq!(staff_news("case.received", Urgency::Urgent), None);
        assert_eq!(staff_news("case.received", Urgency::Emergency), Some((News::Emergency, Audience::Office)));
        assert_eq!(staff_news("case.redo", Urgency::Normal), Some((News::Redo, Audience::Assigned)));
        assert_eq!(staff_news("case.urged", Urgency::Normal), Some((News::Urged, Audience::Lead)));
    }

    #[test]
    fn every_step_of_a_whistle_that_is_followed_is_news() {
        assert!(WHISTLE_STEPS.into_iter().all(|step| whistle_news(step).is_some()));
        assert_eq!(whistle_news("whistle.graded"), None);
    }

    #[test]
    fn a_digest_comes_on_working_days_from_its_time_to_the_close_of_the_day() {
        let wishes = Wishes::usual();
        let due = |now: &str, works| is_digest_due(at(now), &wishes, works, &zone());
        assert!(!due("2026-11-16T08:29:00", true));
        assert!(due("2026-11-16T08:30:00", true));
        assert!(!due("2026-11-16T18:00:00", true));
        assert!(!due("2026-11-15T09:00:00", false));
        assert!(!is_digest_due(at("2026-11-16T09:00:00"), &Wishes { digest_at: None, ..wishes }, true, &zone()));
    }

    #[test]
    fn the_waits_grow_and_end() {
        let waits: Vec<_> = (1..=MAX_TRIES).map(wait_seconds).collect();
        assert_eq!(waits, [Some(30), Some(120), Some(600), Some(1_800), Some(3_600), None]);
        assert_eq!(wait_seconds(0), None);
    }

    #[test]
    fn a_telephone_gets_one_code_a_minute_and_five_a_day() {
        let now = at("2026-11-16T09:00:00");
        let ago = |seconds: i64| now.plus_seconds(-seconds);
        assert_eq!(wait_for_code(&[], now), None);
        assert_eq!(wait_for_code(&[ago(20)], now), Some(40));
        assert_eq!(wait_for_code(&[ago(60)], now), None);
        let five = [ago(100), ago(200), ago(300), ago(400), ago(500)];
        assert_eq!(wait_for_code(&five, now), Some(86_400 - 500));
        assert_eq!(wait_for_code(&five[..4], now), None);
    }

    #[test]
    fn an_address_leads_through_an_encrypted_way_or_stays_on_this_machine() {
        use GatewayKind as K;
        for (kind, address, is_good) in [
            (K::Sms, "https://sms.example.cn/send", true),
            (K::Sms, "http://sms.example.cn/send", false),
            (K::Sms, "http://127.0.0.1:9000/send", true),
            (K::Sms, "http://[::1]:9000/send", true),
            (K::Sms, "http://127.0.0.1.example.cn/send", false),
            (K::Sms, "https://user:word@sms.example.cn/send", false),
            (K::Sms, "file:///etc/passwd", false),
            (K::Sms, "sms.example.cn", false),
            (K::Wecom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", true),
            (K::Mail, "smtps://mail.example.cn:465", true),
            (K::Mail, "smtp://mail.example.cn:587", true),
            (K::Mail, "https://mail.example.cn", false),
            (K::Mail, "smtp://", false),
        ] {
            assert_eq!(check_address(kind, address).is_ok(), is_good, "{kind:?} {address}");
        }
        assert!(is_mobile("13800000000") && is_mobile("+8613800000000"));
        assert!(!is_mobile("123") && !is_mobile("0355-0000101") && !is_mobile("23800000000"));
        assert_eq!(
            shown("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
        );
    }
}
