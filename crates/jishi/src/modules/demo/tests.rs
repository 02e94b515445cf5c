//! The plan as a function: the same seed gives the same season, and the season looks like life.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{civil::Weekday, tz::TimeZone};
use kernel::{Day, Instant, Level};

use super::{
    city::City,
    corpus::Corpus,
    deeds::{Deed, Said, Teller},
    plan::{Input, Plan, Planned, Story, Traits},
};

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

/// A Friday at noon, two weeks into the heating season.
fn now() -> Instant {
    "2026-11-27T12:00:00+08:00".parse().unwrap()
}

fn is_weekday(day: Day) -> bool {
    !matches!(day.date().weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn plan(seed: u64, cases: usize) -> Plan {
    let (corpus, city) = (Corpus::read().unwrap(), City::read().unwrap());
    let traits: BTreeMap<String, Traits> = corpus
        .words
        .iter()
        .map(|words| {
            let is_signpost = words.matter.starts_with("signposts.");
            let is_question = !is_signpost && !words.answers.is_empty();
            let of = Traits {
                is_signpost,
                is_question,
                has_answer: is_question,
                is_settled_on_the_spot: words.matter.starts_with("city."),
                is_shared: words.summary.is_some(),
            };
            (words.matter.clone(), of)
        })
        .collect();
    Plan::make(&Input {
        seed,
        now: now(),
        zone: zone(),
        days: 90,
        cases,
        corpus: &corpus,
        city: &city,
        traits,
        is_working: &is_weekday,
        due: &|_, from| from.plus_days(5),
        again: &|_, from| from.plus_days(3),
        guess: &|text| text.contains("室温").then(|| "utilities.heating.not-hot".to_owned()),
    })
    .unwrap()
}

/// Reports of residents as they come in, without the scripted stories.
fn reports(plan: &Plan) -> Vec<(Instant, &Said, &Planned)> {
    let mut found = Vec::new();
    for story in plan.stories.iter().filter(|story| story.story != Story::Scripted) {
        if let Some((at, Deed::Report(said))) = story.deeds.first() {
            found.push((*at, &**said, story));
        }
    }
    found
}

#[test]
fn the_same_seed_plans_the_same_season_and_another_another() {
    let one = plan(7, 200);
    assert_eq!(one, plan(7, 200));
    assert_ne!(one, plan(8, 200));
}

#[test]
fn without_more_cases_only_the_scripted_ones_are_planned() {
    let plan = plan(1, 0);
    let (scripted, again): (Vec<_>, Vec<_>) = plan.stories.iter().partition(|story| story.story == Story::Scripted);
    assert_eq!(scripted.len(), 42);
    let done = |story: &&Planned| matches!(story.story, Story::Confirmed | Story::Unverified);
    assert!(again.len() > 40 && again.iter().all(done), "and what comes again and again, long done");
}

#[test]
fn a_season_has_every_story_and_every_county_and_most_of_it_where_it_is_deep() {
    let plan = plan(1, 3_000);
    let stories: BTreeSet<Story> = plan.stories.iter().map(|story| story.story).collect();
    assert_eq!(stories.len(), 15, "{stories:?}");
    let counties: BTreeSet<_> = plan.stories.iter().filter_map(|story| story.place.at(Level::County)).collect();
    assert_eq!(counties.len(), 12);
    let of = |code: &str| plan.stories.iter().filter(|story| story.place.as_str().starts_with(code)).count();
    assert!(of("140403003") > 450 && of("140404102") > 300, "{} {}", of("140403003"), of("140404102"));
    assert!(
        plan.stories.iter().any(|story| story.place.level() == Level::Village),
        "communities without land report too"
    );
}

#[test]
fn deeds_are_in_order_none_after_the_end_and_what_follows_a_report_comes_after_it() {
    let plan = plan(2, 1_500);
    for story in &plan.stories {
        assert!(!story.deeds.is_empty(), "{story:?}");
        assert!(story.deeds.iter().all(|(at, _)| *at <= now()), "{story:?}");
        assert!(story.deeds.is_sorted_by_key(|(at, _)| *at), "{story:?}");
        assert!(matches!(story.deeds[0].1, Deed::Report(_) | Deed::Order(_)), "{story:?}");
    }
    for (at, _, deed) in plan.in_order() {
        if let Deed::Merge(into) = deed {
            assert!(plan.stories[*into].deeds[0].0 < at);
        }
    }
}

#[test]
fn people_report_by_day_and_on_working_days_noise_at_night_and_heating_when_it_is_on() {
    let plan = plan(3, 3_000);
    let all = reports(&plan);
    let hour = |at: Instant| at.zoned(&zone()).hour();
    let (mut working, mut free) = (0, 0);
    for (at, ..) in &all {
        if is_weekday(at.day(&zone())) { working += 1 } else { free += 1 }
    }
    assert!(working > 4 * free, "{working} {free}");
    let by_day = all.iter().filter(|(at, ..)| (8..20).contains(&hour(*at))).count();
    assert!(by_day * 100 > all.len() * 70, "{by_day} of {}", all.len());
    let of = |matter: &str| -> Vec<Instant> {
        all.iter().filter(|(.., story)| story.matter.as_deref() == Some(matter)).map(|(at, ..)| *at).collect()
    };
    let noise = of("environment.noise.construction");
    assert!(!noise.is_empty() && noise.iter().all(|at| hour(*at) >= 21 || hour(*at) < 6), "{noise:?}");
    let cold = of("utilities.heating.not-hot");
    let begin: Instant = "2026-10-15T00:00:00+08:00".parse().unwrap();
    assert!(cold.len() > 40 && cold.iter().all(|at| *at >= begin), "{}", cold.len());
}

#[test]
fn some_is_late_some_is_on_the_map_some_is_english_and_a_number_is_nobody_s() {
    let plan = plan(4, 3_000);
    let all = reports(&plan);
    let handled =
        plan.stories.iter().filter(|story| matches!(story.story, Story::Confirmed | Story::Unverified | Story::Redo));
    let (late, handled) = (plan.stories.iter().filter(|story| story.is_late).count(), handled.count());
    assert!((4..=11).contains(&(late * 100 / handled)), "{late} of {handled}");
    let pinned = all.iter().filter(|(_, said, _)| said.point.is_some()).count();
    assert!((55..=75).contains(&(pinned * 100 / all.len())), "{pinned} of {}", all.len());
    assert!(all.iter().any(|(_, said, _)| said.locale == "en"));
    assert!(all.iter().any(|(_, said, _)| said.teller == Teller::Officer));
    assert!(all.iter().filter_map(|(_, said, _)| said.phone.as_ref()).all(|phone| phone.starts_with("1990000")));
    let receipts: BTreeSet<&str> = all.iter().map(|(_, said, _)| said.receipt.as_str()).collect();
    assert_eq!(receipts.len(), all.len());
    let is = |wanted: fn(&Deed) -> bool| plan.in_order().iter().any(|(_, _, deed)| wanted(deed));
    assert!(is(|deed| matches!(deed, Deed::Order(_))) && is(|deed| matches!(deed, Deed::Join(_))));
    assert!(is(|deed| matches!(deed, Deed::Ask(_))) && is(|deed| matches!(deed, Deed::Reply(_))));
    assert!(is(|deed| matches!(deed, Deed::HandOver(_))) && is(|deed| matches!(deed, Deed::CallBack(_))));
}

#[test]
fn some_units_have_habits_that_make_figures_look_well_and_no_story_runs_backwards() {
    let plan = plan(7, 2_000);
    for story in &plan.stories {
        assert!(story.deeds.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{story:?}");
    }
    let in_town = |story: &&Planned, begins: &str| {
        story.place.as_str().starts_with("140403") && story.matter.as_ref().is_some_and(|it| it.starts_with(begins))
    };
    let results = |begins: &'static str| {
        let stories = plan.stories.iter().filter(move |story| in_town(story, begins));
        let first = |story: &Planned| story.deeds.iter().find(|(_, deed)| matches!(deed, Deed::Result(..))).cloned();
        stories.filter_map(move |story| Some((story.deeds.first()?.0, first(story)?.0))).collect::<Vec<_>>()
    };
    let mut city: Vec<Instant> = results("city.").into_iter().map(|(_, at)| at).collect();
    city.sort();
    assert!(city.windows(8).any(|many| many[7] <= many[0].plus_seconds(600)), "eight in ten minutes");
    let housing = results("housing.");
    let at_last =
        housing.iter().filter(|(from, at)| *at <= from.plus_days(5) && *at >= from.plus_days(5).plus_hours(-1));
    let at_last = at_last.count();
    assert!(at_last * 5 > housing.len(), "{at_last} of {} in the last hour", housing.len());
    let asked = |begins: &str| {
        let stories = plan.stories.iter().filter(|story| in_town(story, begins));
        stories.flat_map(|story| &story.deeds).filter(|(_, deed)| matches!(deed, Deed::CallBack(_))).count()
    };
    assert!(asked("market.") > asked("housing."), "{} {}", asked("market."), asked("housing."));
}
