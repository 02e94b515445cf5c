//! Pure rules of units, people and posts.

use kernel::{Code, Day, Error, Id, Level, Names, RegionCode, Result};

use super::model::{PostDraft, PostRecord, UnitDraft};
use crate::platform::access::{Person, Post, Role};

const MAX_NAME: usize = 60;

/// A name with its Chinese text, none of its texts empty or endless.
pub(super) fn check_names(field: &str, names: &Names) -> Result<()> {
    if names.zh().trim().is_empty() {
        return Err(Error::field(format!("{field}.zh"), Code::Required));
    }
    for (lang, text) in names.iter() {
        check_length(&format!("{field}.{lang}"), text, MAX_NAME * 2)?;
    }
    Ok(())
}

/// A person's name.
pub(super) fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::field("name", Code::Required));
    }
    check_length("name", name, MAX_NAME)
}

fn check_length(field: &str, text: &str, max: usize) -> Result<()> {
    if text.chars().count() <= max {
        return Ok(());
    }
    Err(Error::field(field, Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX)))
}

/// The level a unit for this place works on; units work for cities, counties, townships, villages and grids.
pub(super) fn unit_level(region: &RegionCode) -> Result<Level> {
    let level = region.level();
    if matches!(level, Level::City | Level::County | Level::Township | Level::Village | Level::Grid) {
        return Ok(level);
    }
    Err(Error::field("region", Code::BadFormat).with(
        "expected",
        Names::new("市、县、乡镇、村或网格的代码", "the code of a city, county, township, village or grid"),
    ))
}

/// Everything a unit can have wrong by itself; its duty is compared with the catalogue.
pub(super) fn check_unit(draft: &UnitDraft) -> Result<Level> {
    check_names("names", &draft.names)?;
    if let Some(phone) = &draft.phone {
        check_phone(phone)?;
    }
    unit_level(&draft.region)
}

/// An office telephone as people write it.
pub(super) fn check_phone(phone: &str) -> Result<()> {
    let digits = phone.bytes().filter(u8::is_ascii_digit).count();
    let fits =
        (3..=20).contains(&digits) && phone.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b' ' | b'+'));
    if fits { Ok(()) } else { Err(Error::field("phone", Code::BadPhone)) }
}

/// The post that a draft becomes. A deputy's post is like the one stood in for and never outlasts it.
pub(super) fn post(
    id: Id<Post>,
    person: Id<Person>,
    draft: &PostDraft,
    principal: Option<&PostRecord>,
    today: Day,
) -> Result<PostRecord> {
    let PostDraft { role, ref region, unit, from, until, deputy_for } = *draft;
    if role.sees_unit_only() && unit.is_none() {
        return Err(Error::field("unit", Code::Required));
    }
    let from = from.unwrap_or(today);
    if until.is_some_and(|until| until <= from) {
        let expected = Names::new("晚于开始日期的日期", "a day after the first");
        return Err(Error::field("until", Code::BadFormat).with("expected", expected));
    }
    let mut post = PostRecord { id, person, role, region: region.clone(), unit, from, until, deputy_for };
    if let Some(principal) = principal {
        let alike = (role, region, unit) == (principal.role, &principal.region, principal.unit);
        if !alike || principal.deputy_for.is_some() || principal.person == person {
            return Err(Error::field("deputy_for", Code::DeputyDiffers));
        }
        post.until = [post.until, principal.until].into_iter().flatten().min();
        if post.until.is_some_and(|until| until <= from) {
            return Err(Error::new(Code::PostEnded));
        }
    }
    Ok(post)
}

/// 请假代理: the longest that somebody may arrange by themselves, in days.
pub(super) const COVER_DAYS: i64 = 92;

/// The post of a colleague who stands in for the holder of `own` from one day to another. Its holder arranges this alone, so
/// it gives no more than the colleague has in kind: the same role in the same unit.
pub(super) fn cover(
    id: Id<Post>,
    own: &PostRecord,
    (colleague, held): (Id<Person>, &[PostRecord]),
    (from, until): (Day, Day),
    today: Day,
) -> Result<PostRecord> {
    if own.role.is_separated() || own.unit.is_none() {
        return Err(Error::field("person", Code::NotAlike));
    }
    if from < today {
        let expected = Names::new("今天或以后的日期", "today or a later day");
        return Err(Error::field("from", Code::BadFormat).with("expected", expected));
    }
    if until > from.plus(COVER_DAYS) {
        let expected = Names::new("三个月以内的日期", "a day within three months");
        return Err(Error::field("until", Code::BadFormat).with("expected", expected));
    }
    let alike = |post: &PostRecord| post.deputy_for.is_none() && (post.role, post.unit) == (own.role, own.unit);
    let lasts = |post: &PostRecord| post.from <= from && post.until.is_none_or(|end| end >= until);
    if !held.iter().any(|post| alike(post) && lasts(post)) {
        return Err(Error::field("person", Code::NotAlike));
    }
    let draft = PostDraft {
        role: own.role,
        region: own.region.clone(),
        unit: own.unit,
        from: Some(from),
        until: Some(until),
        deputy_for: Some(own.id),
    };
    post(id, colleague, &draft, Some(own), today)
}

/// Nobody stands in on a day when somebody else does already.
pub(super) fn check_uncovered(covers: &[PostRecord], new: &PostRecord) -> Result<()> {
    if covers.iter().any(|post| overlap(post, new)) {
        let value = Names::new("这几天的代理", "a stand-in for these days");
        return Err(Error::field("from", Code::Duplicate).with("value", value));
    }
    Ok(())
}

/// Nobody combines two of the three separated administrators, not even as a deputy (等保 8.1.4).
pub(super) fn check_separation(held: &[PostRecord], new: &PostRecord) -> Result<()> {
    let clash = |post: &&PostRecord| {
        new.role.is_separated() && post.role.is_separated() && post.role != new.role && overlap(post, new)
    };
    if held.iter().any(|post| clash(&post)) { Err(Error::new(Code::SeparatedDuties)) } else { Ok(()) }
}

fn overlap(a: &PostRecord, b: &PostRecord) -> bool {
    a.until.is_none_or(|until| until > b.from) && b.until.is_none_or(|until| until > a.from)
}

/// Whether the person holds the same post already.
pub(super) fn is_held(held: &[PostRecord], new: &PostRecord) -> bool {
    held.iter().any(|post| {
        (post.role, &post.region, post.unit, post.deputy_for) == (new.role, &new.region, new.unit, new.deputy_for)
            && overlap(post, new)
    })
}

/// A place is never left without one of the three administrators: from the day the post is to end until it would have
/// ended, others hold the role there or above, without a gap. Two who leave on different days do not count on one another.
pub(super) fn check_not_last(ending: &PostRecord, from: Day, others: &[PostRecord]) -> Result<()> {
    let is_needed = ending.role.is_separated() && ending.deputy_for.is_none();
    if !is_needed || is_held_throughout(ending, from, others) {
        return Ok(());
    }
    Err(Error::new(Code::LastAdministrator).with("role", Role::names(ending.role)))
}

fn is_held_throughout(ending: &PostRecord, from: Day, others: &[PostRecord]) -> bool {
    let mut day = from;
    while ending.until.is_none_or(|until| day < until) {
        let on_that_day = |other: &&PostRecord| other.from <= day && other.until.is_none_or(|until| until > day);
        let holders = others.iter().filter(|other| other.region.covers(&ending.region)).filter(on_that_day);
        let ends: Vec<Option<Day>> = holders.map(|holder| holder.until).collect();
        match ends.iter().flatten().max() {
            None => return !ends.is_empty(),
            Some(_) if ends.contains(&None) => return true,
            Some(last) => day = *last,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use kernel::{Chance, Instant};

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn id<T>() -> Id<T> {
        Id::new(Instant::from_millis(1), &Chance::system())
    }

    fn held(role: Role, region: &str, until: Option<&str>) -> PostRecord {
        PostRecord {
            id: id(),
            person: id(),
            role,
            region: RegionCode::parse(region).unwrap(),
            unit: None,
            from: day("2026-01-01"),
            until: until.map(day),
            deputy_for: None,
        }
    }

    fn draft(role: Role, region: &str) -> PostDraft {
        let region = RegionCode::parse(region).unwrap();
        PostDraft { role, region, unit: None, from: None, until: None, deputy_for: None }
    }

    #[test]
    fn only_a_colleague_with_the_same_post_in_the_unit_stands_in_and_not_for_long() {
        let (unit, today) = (Some(id()), day("2026-11-27"));
        let own = PostRecord { unit, ..held(Role::GridWorker, "140403001001001", None) };
        let alike = PostRecord { unit, ..held(Role::GridWorker, "140403001001002", Some("2027-06-01")) };
        let check = |own: &PostRecord, posts: &[PostRecord], from: &str, until: &str| {
            cover(id(), own, (id(), posts), (day(from), day(until)), today).map(|post| post.region.to_string())
        };
        let (from, until) = ("2026-12-01", "2026-12-08");
        assert_eq!(check(&own, from_ref(&alike), from, until).unwrap(), "140403001001001");
        assert!(check(&own, &[], from, until).is_err());
        for other in [
            PostRecord { unit: Some(id()), ..alike.clone() },
            PostRecord { role: Role::VillageOfficer, ..alike.clone() },
            PostRecord { until: Some(day("2026-12-05")), ..alike.clone() },
            PostRecord { deputy_for: Some(id()), ..alike.clone() },
        ] {
            assert!(check(&own, from_ref(&other), from, until).is_err());
        }
        assert!(check(&own, from_ref(&alike), "2026-11-26", until).is_err());
        assert!(check(&own, from_ref(&alike), from, from).is_err());
        assert!(check(&own, from_ref(&alike), from, "2027-03-04").is_err());
        let administrator = PostRecord { unit, ..held(Role::AuditAdmin, "1404", None) };
        assert!(
            check(&administrator, &[PostRecord { unit, ..held(Role::AuditAdmin, "1404", None) }], from, until).is_err()
        );
    }

    #[test]
    fn a_day_has_one_stand_in() {
        let covered =
            PostRecord { from: day("2026-12-01"), ..held(Role::GridWorker, "140403001001001", Some("2026-12-08")) };
        let new =
            |from, until| PostRecord { from: day(from), ..held(Role::GridWorker, "140403001001001", Some(until)) };
        assert!(check_uncovered(from_ref(&covered), &new("2026-12-07", "2026-12-09")).is_err());
        assert!(check_uncovered(from_ref(&covered), &new("2026-12-08", "2026-12-09")).is_ok());
    }

    #[test]
    fn nobody_combines_two_administrators_unless_one_has_ended_before() {
        let new = held(Role::AuditAdmin, "1404", None);
        assert!(check_separation(&[held(Role::SystemAdmin, "140403", None)], &new).is_err());
        assert!(check_separation(&[held(Role::SystemAdmin, "140403", Some("2026-01-01"))], &new).is_ok());
        assert!(check_separation(&[held(Role::AuditAdmin, "140403", None)], &new).is_ok());
        assert!(check_separation(&[held(Role::GridWorker, "140403001001001", None)], &new).is_ok());
    }

    #[test]
    fn the_last_administrator_stays_unless_one_above_remains() {
        let (today, ending) = (day("2026-11-22"), held(Role::SecurityAdmin, "140403", None));
        assert!(check_not_last(&ending, today, &[]).is_err());
        assert!(check_not_last(&ending, today, &[held(Role::SecurityAdmin, "140404", None)]).is_err());
        assert!(check_not_last(&ending, today, &[held(Role::SecurityAdmin, "1404", None)]).is_ok());
        assert!(check_not_last(&held(Role::GridWorker, "140403001001001", None), today, &[]).is_ok());
    }

    #[test]
    fn an_administrator_who_ends_later_leaves_no_gap_to_one_who_ends_today() {
        let today = day("2026-11-22");
        let check = |until: Option<&str>, others: &[(&str, Option<&str>)]| {
            let post = |(from, until): &(&str, Option<&str>)| PostRecord {
                from: day(from),
                ..held(Role::AuditAdmin, "140403", *until)
            };
            let others: Vec<PostRecord> = others.iter().map(post).collect();
            check_not_last(&held(Role::AuditAdmin, "140403", until), today, &others).is_ok()
        };
        assert!(!check(None, &[("2026-01-01", Some("2026-12-01"))]), "nobody is left in December");
        assert!(check(Some("2026-12-01"), &[("2026-01-01", Some("2026-12-01"))]));
        assert!(check(None, &[("2026-01-01", Some("2026-12-01")), ("2026-12-01", None)]));
        assert!(!check(None, &[("2026-01-01", Some("2026-12-01")), ("2026-12-02", None)]), "a day without");
        assert!(!check(None, &[("2026-11-23", None)]), "not yet there today");
    }

    #[test]
    fn a_deputy_is_like_the_one_stood_in_for_and_ends_with_them() {
        let today = day("2026-11-22");
        let principal = held(Role::TownshipLeader, "140403001", Some("2026-12-01"));
        let same = PostDraft { deputy_for: Some(principal.id), ..draft(Role::TownshipLeader, "140403001") };
        let post = post(id(), id(), &same, Some(&principal), today).unwrap();
        assert_eq!(post.until, Some(day("2026-12-01")));
        let other = PostDraft { deputy_for: Some(principal.id), ..draft(Role::TownshipLeader, "140403002") };
        assert!(super::post(id(), id(), &other, Some(&principal), today).is_err());
        assert!(super::post(id(), principal.person, &same, Some(&principal), today).is_err());
    }

    #[test]
    fn a_handler_needs_a_unit_and_a_post_ends_after_it_begins() {
        let today = day("2026-11-22");
        assert!(post(id(), id(), &draft(Role::DepartmentHandler, "140403"), None, today).is_err());
        let short = PostDraft { until: Some(today), ..draft(Role::CountyOffice, "140403") };
        assert!(post(id(), id(), &short, None, today).is_err());
    }

    #[test]
    fn a_unit_works_for_a_place_from_the_city_to_the_grid() {
        for (code, fits) in [
            ("14", false),
            ("1404", true),
            ("140403001001", true),
            ("140403001001001", true),
            ("14040300100100101", false),
        ] {
            assert_eq!(unit_level(&RegionCode::parse(code).unwrap()).is_ok(), fits, "{code}");
        }
        assert!(check_phone("0355-0000001").is_ok() && check_phone("12345").is_ok() && check_phone("call me").is_err());
        assert!(check_names("names", &Names::default()).is_err());
    }
}
