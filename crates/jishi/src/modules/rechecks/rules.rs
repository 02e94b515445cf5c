//! Which period is drawn, who looks at what, and what may follow. Pure.

use std::collections::BTreeMap;

use kernel::{Code, Day, Error, Id, Instant, Level, RegionCode, Result};

use super::model::{Recheck, RecheckFinding, RecheckState};
use crate::{
    modules::{cases::Outcome, verification::Rhythm},
    platform::access::Unit,
};

/// Longest words of a finding, an answer, a decision, in characters.
pub const WORDS_MAX: i64 = 1_000;

/// The last whole period before `today`: its first and last day.
pub fn period_before(today: Day, every: Rhythm) -> (Day, Day) {
    match every {
        Rhythm::Week => {
            let monday = today.plus(-i64::from(today.date().weekday().to_monday_zero_offset()));
            (monday.plus(-7), monday.plus(-1))
        }
        Rhythm::Month => {
            let last = today.plus(-i64::from(today.date().day()));
            (last.plus(1 - i64::from(last.date().day())), last)
        }
    }
}

/// Where the unit that did the work belongs, as far as the choice of a checker asks.
#[derive(Clone, Debug)]
pub struct Work {
    /// The place that unit works for.
    pub unit_place: RegionCode,
    /// Where the case is.
    pub place: RegionCode,
}

/// An office that can look at a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Which.
    pub unit: Id<Unit>,
    /// The place it answers for: a township or a village.
    pub place: RegionCode,
}

/// Who may look at a case, the first choice first: the work of a township and its villages is looked at by the townships
/// beside it (in the order of codes, round the county); that of a department by the village where it lies, which sees it every
/// day, then by the township. Never an office of the place whose unit did it.
pub fn checkers<'o>(
    work: &Work,
    townships: &'o [Office],
    villages: &'o BTreeMap<RegionCode, Office>,
) -> Vec<&'o Office> {
    let own = work.place.at(Level::Township);
    if work.unit_place.level() >= Level::Township {
        let own = work.unit_place.at(Level::Township);
        let after = townships.iter().position(|office| Some(&office.place) > own.as_ref()).unwrap_or(0);
        let round = townships.iter().cycle().skip(after).take(townships.len());
        return round.filter(|office| Some(&office.place) != own.as_ref()).collect();
    }
    let village = work.place.at(Level::Village).and_then(|village| villages.get(&village));
    village.into_iter().chain(townships.iter().filter(|office| Some(&office.place) == own.as_ref())).collect()
}

/// Gives each work its checker, none more than `most`; nothing where nobody has room.
pub fn assign(
    works: &[Work],
    townships: &[Office],
    villages: &BTreeMap<RegionCode, Office>,
    most: i64,
) -> Vec<Option<Id<Unit>>> {
    let mut load: BTreeMap<Id<Unit>, i64> = BTreeMap::new();
    let give = |work: &Work| {
        let has_room = |office: &&Office| load.get(&office.unit).copied().unwrap_or(0) < most;
        let unit = checkers(work, townships, villages).into_iter().find(has_room)?.unit;
        *load.entry(unit).or_default() += 1;
        Some(unit)
    };
    works.iter().map(give).collect()
}

/// Words as they are kept.
///
/// # Errors
/// `required` or `too_long` on `words`.
pub fn words(text: &str) -> Result<String> {
    let text = crate::platform::masking::mask(text.trim(), None).text;
    match i64::try_from(text.chars().count()).unwrap_or(i64::MAX) {
        0 => Err(Error::field("words", Code::Required)),
        n if n > WORDS_MAX => Err(Error::field("words", Code::TooLong).with("max", WORDS_MAX)),
        _ => Ok(text),
    }
}

/// What follows from a finding; only what is not as claimed is put to the unit.
pub fn after_finding(finding: RecheckFinding) -> RecheckState {
    match finding {
        RecheckFinding::AsClaimed | RecheckFinding::Partly => RecheckState::Confirmed,
        RecheckFinding::NotAsClaimed => RecheckState::Contested,
    }
}

/// Whether it can be looked at now.
///
/// # Errors
/// `recheck_over`.
pub fn may_find(it: &Recheck) -> Result<()> {
    if it.state == RecheckState::Waiting { Ok(()) } else { Err(over(it)) }
}

/// The unit may answer once, in time.
///
/// # Errors
/// `recheck_over`; `answer_too_late`.
pub fn may_answer(it: &Recheck, now: Instant) -> Result<()> {
    if it.state != RecheckState::Contested {
        return Err(over(it));
    }
    if it.answer_due.is_some_and(|due| now > due) { Err(Error::new(Code::AnswerTooLate)) } else { Ok(()) }
}

/// The county decides once the unit was heard, or let its time go by. Who said honestly that it cannot be solved, or only in
/// part, did not say anything false.
///
/// # Errors
/// `recheck_over`; `unit_not_heard`; `honest_result`.
pub fn may_decide(it: &Recheck, outcome: Option<Outcome>, is_false: bool, now: Instant) -> Result<()> {
    match it.state {
        RecheckState::Answered => {}
        RecheckState::Contested if it.answer_due.is_some_and(|due| now > due) => {}
        RecheckState::Contested => return Err(Error::new(Code::UnitNotHeard)),
        _ => return Err(over(it)),
    }
    if is_false && outcome == Some(Outcome::Cannot) { Err(Error::new(Code::HonestResult)) } else { Ok(()) }
}

fn over(it: &Recheck) -> Error {
    Error::new(Code::RecheckOver).with("state", it.state.names())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    fn office(place: &str, number: u8) -> Office {
        Office { unit: format!("01234567-89ab-7def-8123-4567890000{number:02}").parse().unwrap(), place: code(place) }
    }

    fn places(found: Vec<&Office>) -> Vec<&str> {
        found.into_iter().map(|office| office.place.as_str()).collect()
    }

    #[test]
    fn the_last_whole_week_or_month_is_drawn() {
        for (today, every, first, last) in [
            ("2026-11-16", Rhythm::Week, "2026-11-09", "2026-11-15"),
            ("2026-11-22", Rhythm::Week, "2026-11-09", "2026-11-15"),
            ("2026-11-23", Rhythm::Week, "2026-11-16", "2026-11-22"),
            ("2027-01-01", Rhythm::Week, "2026-12-21", "2026-12-27"),
            ("2026-12-01", Rhythm::Month, "2026-11-01", "2026-11-30"),
            ("2026-03-31", Rhythm::Month, "2026-02-01", "2026-02-28"),
            ("2027-01-15", Rhythm::Month, "2026-12-01", "2026-12-31"),
        ] {
            assert_eq!(period_before(day(today), every), (day(first), day(last)), "{today} {every:?}");
        }
    }

    #[test]
    fn a_townships_work_is_looked_at_by_its_neighbour_and_a_departments_by_the_village() {
        let townships = [office("140403001", 1), office("140403002", 2), office("140403003", 3)];
        let villages = BTreeMap::from([(code("140403001001"), office("140403001001", 4))]);
        for (unit, place, wanted) in [
            ("140403001", "140403001001", vec!["140403002", "140403003"]),
            ("140403003", "140403003001", vec!["140403001", "140403002"]),
            ("140403002001", "140403002001", vec!["140403003", "140403001"]),
            ("140403", "140403001001001", vec!["140403001001", "140403001"]),
            ("140403", "140403002001", vec!["140403002"]),
            ("1404", "140403001001", vec!["140403001001", "140403001"]),
            ("140403", "140403", vec![]),
        ] {
            let work = Work { unit_place: code(unit), place: code(place) };
            assert_eq!(places(checkers(&work, &townships, &villages)), wanted, "{unit} at {place}");
        }
    }

    proptest! {
        #[test]
        fn nobody_looks_at_their_own_work_and_nobody_at_more_than_they_may(
            works in prop::collection::vec((0_usize..4, 0_usize..3), 0..60), most in 1_i64..9,
        ) {
            let townships: Vec<Office> = (1..=3).map(|n| office(&format!("14040300{n}"), n)).collect();
            let villages: BTreeMap<_, _> =
                (1..=3).map(|n| (code(&format!("14040300{n}001")), office(&format!("14040300{n}001"), 10 + n))).collect();
            let work = |(by, at): &(usize, usize)| Work {
                unit_place: if *by == 3 { code("140403") } else { code(&format!("14040300{}", by + 1)) },
                place: code(&format!("14040300{}001", at + 1)),
            };
            let works: Vec<Work> = works.iter().map(work).collect();
            let given = assign(&works, &townships, &villages, most);
            prop_assert_eq!(given.len(), works.len());
            let mut load: BTreeMap<Id<Unit>, i64> = BTreeMap::new();
            for (work, unit) in works.iter().zip(&given) {
                let Some(unit) = unit else { continue };
                *load.entry(*unit).or_default() += 1;
                let looks = townships.iter().chain(villages.values()).find(|office| office.unit == *unit).unwrap();
                prop_assert!(!looks.place.covers(&work.unit_place) && looks.place != work.unit_place);
            }
            prop_assert!(load.values().all(|held| *held <= most));
        }
    }
}
