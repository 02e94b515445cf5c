//! Habits that make figures look well, played once each so that auditors have something to find: a unit that files in the
//! last hour, one that files many at once, one whose residents are asked by staff for their word. Pure.

use jiff::civil::Time;
use kernel::{Instant, RegionCode};

use super::{
    deeds::Deed,
    plan::{Input, Plan, Planned},
};

/// Where the people of the demo work.
const COUNTY: &str = "140403";
/// 卡点办结: matters of one unit, and how many of a hundred results come in the last hour.
const LAST_HOUR: (&str, u64) = ("housing.", 42);
/// 代录评价: matters of one unit, and how many of a hundred verdicts staff write down.
const ASSISTED: (&str, u64) = ("market.", 80);
/// 批量办结: matters of one unit.
const BULK: [&str; 6] = [
    "city.lighting.",
    "city.roads.pothole",
    "city.drainage.",
    "city.cleanliness.",
    "city.greening.",
    "environment.air.dust",
];
/// Results filed together, and how many seconds apart.
const TOGETHER: usize = 14;
const APART: i64 = 38;
/// Among which days before the end of the season that may be, and how far ahead results are drawn.
const BULK_DAYS: (i64, i64) = (4, 20);
const AHEAD_DAYS: i64 = 9;
const MINUTE: i64 = 60;
/// Within so many seconds before it everything else of these cases is done.
const BEFORE: i64 = 100 * MINUTE;

fn is_at(place: &RegionCode, matter: &str, begins: &str) -> bool {
    place.as_str().starts_with(COUNTY) && matter.starts_with(begins)
}

/// Of a hundred results of a matter in a place, how many come in the last hour before they are due.
pub(super) fn last_hour(place: &RegionCode, matter: &str) -> u64 {
    if is_at(place, matter, LAST_HOUR.0) { LAST_HOUR.1 } else { 0 }
}

/// Of a hundred verdicts on a matter in a place, how many staff write down.
pub(super) fn assisted(place: &RegionCode, matter: &str, usual: u64) -> u64 {
    if is_at(place, matter, ASSISTED.0) { ASSISTED.1 } else { usual }
}

/// One afternoon on which a unit files what it would have filed in the days after.
pub(super) fn file_at_once(plan: &mut Plan, input: &Input<'_>) {
    let today = input.now.day(&input.zone);
    let days = (BULK_DAYS.0..=BULK_DAYS.1).map(|ago| today.plus(-ago)).filter(|day| (input.is_working)(*day));
    let afternoons = days.map(|day| day.at(Time::constant(16, 52, 0, 0), &input.zone));
    let found = afternoons.map(|at| (at, ready(plan, at))).max_by_key(|(at, ready)| (ready.len().min(TOGETHER), *at));
    let Some((from, ready)) = found else { return };
    for (turn, (story, result)) in (0_i64..).zip(ready.into_iter().take(TOGETHER)) {
        let Some(story) = plan.stories.get_mut(story) else { continue };
        let before = from.plus_seconds(-BEFORE);
        for (nth, (at, _)) in (0_i64..).zip(story.deeds.iter_mut().take(result)) {
            // What would have been done after that afternoon is done before it.
            *at = (*at).min(before.plus_seconds(nth * 6 * MINUTE));
        }
        if let Some((at, _)) = story.deeds.get_mut(result) {
            *at = from.plus_seconds(turn * APART);
        }
    }
}

/// Results that could be filed from a moment on: the story, and which of its deeds.
fn ready(plan: &Plan, at: Instant) -> Vec<(usize, usize)> {
    let stories = plan.stories.iter().enumerate().filter(|(_, story)| is_of_unit(story));
    stories.filter_map(|(index, story)| Some((index, result_after(story, at)?))).collect()
}

fn is_of_unit(story: &Planned) -> bool {
    let matter = story.matter.as_deref().unwrap_or_default();
    !story.is_late && BULK.iter().any(|begins| is_at(&story.place, matter, begins))
}

fn result_after(story: &Planned, at: Instant) -> Option<usize> {
    let deed = story.deeds.iter().position(|(_, deed)| matches!(deed, Deed::Result(..)))?;
    let signed = story.deeds.iter().take(deed).rposition(|(_, deed)| matches!(deed, Deed::Sign))?;
    let ((filed, _), (signed, _)) = (story.deeds.get(deed)?, story.deeds.get(signed)?);
    let end = at.plus_days(AHEAD_DAYS);
    (*signed < at.plus_seconds(-BEFORE) && *filed > at.plus_seconds(15 * MINUTE) && *filed < end).then_some(deed)
}
