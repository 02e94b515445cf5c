//! The plan of a season: who reports what, where and when, and how each story goes on. Pure: the same seed and the same
//! moment give the same plan.

mod ordered;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use kernel::{Day, Instant, RegionCode, Result};
use ordered::order;

use super::{
    city::{City, Spot},
    corpus::{Corpus, Filling, Side, Words, fitting},
    deeds::{Deed, Said, Teller},
    dice::Dice,
    habits,
    hot::{self, Hot},
    open::Open,
    orders::{self},
    rhythm, scripts,
    stories::Thread,
};
use crate::modules::cases::{Channel, Identity};

/// Of a hundred stories handled by a unit, how many are late.
const LATE: u64 = 7;
/// Of a hundred reports, how many carry a point on the map.
const WITH_POINT: u64 = 66;
/// How many times more often heating is reported in the first weeks it is on.
const COLD: u64 = 5;
/// Days over which the matter of a story that never moves may have come in.
const STUCK_DAYS: i64 = 9;
/// Tries to find a matter that is reported in a place on a day.
const TRIES: usize = 20;

/// What the plan has to know of a matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traits {
    /// A signpost: shown the way at once.
    pub is_signpost: bool,
    /// A question.
    pub is_question: bool,
    /// The catalogue has an answer.
    pub has_answer: bool,
    /// A grid worker may settle it.
    pub is_settled_on_the_spot: bool,
    /// Others may join it.
    pub is_shared: bool,
}

/// What a plan is made of.
pub struct Input<'a> {
    /// Decides whatever is open.
    pub seed: u64,
    /// The moment at which the season ends.
    pub now: Instant,
    /// The time zone of the city.
    pub zone: TimeZone,
    /// How many days it has.
    pub days: i64,
    /// How many cases are planned beside the scripted ones.
    pub cases: usize,
    /// The words.
    pub corpus: &'a Corpus,
    /// The places.
    pub city: &'a City,
    /// The matters, by code.
    pub traits: BTreeMap<String, Traits>,
    /// Whether offices work on a day.
    pub is_working: &'a (dyn Fn(Day) -> bool + Sync),
    /// When a matter reported at a moment is due.
    pub due: &'a (dyn Fn(&str, Instant) -> Instant + Sync),
    /// When one done again from a moment is due.
    pub again: &'a (dyn Fn(&str, Instant) -> Instant + Sync),
    /// The matter some words are most likely about.
    pub guess: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// How a story goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Story {
    /// The catalogue shows the way at once.
    Signposted,
    /// The catalogue's answer is enough.
    AnsweredAtOnce,
    /// The desk answers.
    Answered,
    /// The desk shows the way.
    Referred,
    /// Not accepted.
    Refused,
    /// Put to another case.
    Merged,
    /// Taken back.
    Withdrawn,
    /// Settled on the spot.
    Settled,
    /// Dispatched and never signed for.
    Stuck,
    /// Sent back once.
    Returned,
    /// The resident says it is solved.
    Confirmed,
    /// The resident stays silent.
    Unverified,
    /// The resident says it is not solved.
    Redo,
    /// It comes back.
    Reopened,
    /// As `cases.toml` has it.
    Scripted,
}

/// One story.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// How it goes.
    pub story: Story,
    /// Where.
    pub place: RegionCode,
    /// What about, if anybody will know.
    pub matter: Option<String>,
    /// For a public ledger: what it is about, in nobody's own words. Where the room of disclosure is told, it is here.
    pub summary: Option<String>,
    /// Whether its result comes after it is due.
    pub is_late: bool,
    /// What is done, in the order of time; what lies after the season's end is left out.
    pub deeds: Vec<(Instant, Deed)>,
}

/// A season of stories, in the order in which they begin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The stories; deeds name one another's by their place here.
    pub stories: Vec<Planned>,
}

impl Plan {
    /// Makes the plan.
    ///
    /// # Errors
    /// `internal` when a file of the demo city is wrong.
    pub fn make(input: &Input<'_>) -> Result<Self> {
        let mut plan = Self { stories: scripts::read(input.now)? };
        let mut open = Open::default();
        if input.cases > 0 {
            for (index, row) in orders::rows(input)?.into_iter().enumerate() {
                plan.stories.extend(order(input, index, row));
            }
        }
        for (number, start) in starts(input).into_iter().enumerate() {
            if let Some(story) = story(input, number, start, plan.stories.len(), &mut open) {
                plan.stories.push(story);
            }
        }
        for (number, hot) in hot::read(input)?.into_iter().enumerate() {
            let story = again(input, input.cases + number, &hot, plan.stories.len(), &mut open);
            plan.stories.extend(story);
        }
        if input.cases > 0 {
            habits::file_at_once(&mut plan, input);
        }
        Ok(plan)
    }

    /// All deeds with the story each belongs to, in the order of time.
    pub fn in_order(&self) -> Vec<(Instant, usize, &Deed)> {
        let of = |(index, story): (usize, &'_ Planned)| -> Vec<(Instant, usize, usize)> {
            story.deeds.iter().enumerate().map(|(step, (at, _))| (*at, index, step)).collect()
        };
        let mut all: Vec<(Instant, usize, usize)> = self.stories.iter().enumerate().flat_map(of).collect();
        all.sort();
        let deed = |(at, index, step): (Instant, usize, usize)| {
            self.stories.get(index).and_then(|story| story.deeds.get(step)).map(|(_, deed)| (at, index, deed))
        };
        all.into_iter().filter_map(deed).collect()
    }
}

/// When something comes in, and on which day: the oldest first.
fn starts(input: &Input<'_>) -> Vec<(Day, Dice)> {
    let dice = Dice::new(input.seed, "days");
    let today = input.now.day(&input.zone);
    let days: Vec<(Day, u64)> = (0..input.days)
        .map(|ago| today.plus(ago - input.days + 1))
        .map(|day| (day, rhythm::weight_of_day((input.is_working)(day))))
        .collect();
    let mut starts: Vec<Day> =
        (0..input.cases).filter_map(|_| dice.weighted(&days, |(_, weight)| *weight).map(|(day, _)| *day)).collect();
    starts.sort();
    starts
        .into_iter()
        .enumerate()
        .map(|(number, day)| (day, Dice::new(input.seed, &format!("case {number}"))))
        .collect()
}

/// The day of a year as seasons write it.
pub(super) fn day_of_year(day: Day) -> String {
    day.date().strftime("%m-%d").to_string()
}

/// What is reported in a place on a day.
fn topic<'a>(input: &'a Input<'_>, side: Side, day: Day, dice: &Dice) -> Option<&'a Words> {
    let day = day_of_year(day);
    let is_cold = ("11-15".."12-12").contains(&day.as_str());
    dice.weighted(&input.corpus.words, |words| {
        let is_there = words.is_of(side) && words.is_in_season(&day) && input.traits.contains_key(&words.matter);
        let often = if is_cold && words.matter.starts_with("utilities.heating") { COLD } else { 1 };
        if is_there { words.weight * often } else { 0 }
    })
}

fn story(input: &Input<'_>, number: usize, (day, dice): (Day, Dice), index: usize, open: &mut Open) -> Option<Planned> {
    let (spot, words) = (0..TRIES).find_map(|_| {
        let spot = input.city.somewhere(&dice)?;
        Some((spot, topic(input, spot.side, day, &dice)?))
    })?;
    let hour = rhythm::hour(words.hours, &dice);
    let from = rhythm::moment(day, hour, &input.zone, &dice);
    let from = if from < input.now { from } else { from.plus_days(-1) };
    told(input, Beginning { number, from, spot, words, story: None, dice }, index, open)
}

/// One of those that come again and again: each is done, and nothing changes.
fn again(input: &Input<'_>, number: usize, hot: &Hot, index: usize, open: &mut Open) -> Option<Planned> {
    let dice = Dice::new(input.seed, &format!("again {number}"));
    let (spot, words) = (dice.pick(&input.city.spots_in(&hot.village)).copied()?, input.corpus.of(&hot.matter)?);
    let from = rhythm::moment(hot.day, rhythm::hour(words.hours, &dice), &input.zone, &dice);
    let story = if dice.percent(80) { Story::Confirmed } else { Story::Unverified };
    told(input, Beginning { number, from, spot, words, story: Some(story), dice }, index, open)
}

/// How a story begins.
struct Beginning<'a> {
    number: usize,
    from: Instant,
    spot: &'a Spot,
    words: &'a Words,
    /// How it goes, where that is known.
    story: Option<Story>,
    dice: Dice,
}

fn told(input: &Input<'_>, beginning: Beginning<'_>, index: usize, open: &mut Open) -> Option<Planned> {
    let Beginning { number, from, spot, words, story, dice } = beginning;
    let traits = input.traits.get(&words.matter).copied().unwrap_or_default();
    let is_english = !words.en.is_empty() && dice.percent(14);
    let mut filling =
        Filling::new(&input.corpus.common, spot.side, is_english, Dice::new(input.seed, &format!("slots {number}")));
    let text =
        if is_english { dice.pick(&words.en)?.clone() } else { (*dice.pick(&words.reports(spot.side))?).to_owned() };
    let report = filling.fill(&text);
    let mut story = story.unwrap_or_else(|| choose(input, from, &traits, spot, &dice));
    let mut said = said(input, number, spot, words, report.clone(), is_english, &dice);
    let is_plain = matches!(story, Story::Confirmed | Story::Unverified | Story::Redo | Story::Returned);
    let matter_was_said = !is_plain || dice.percent(85);
    match story {
        Story::AnsweredAtOnce => said.accepts_answer = true,
        Story::Settled => {
            let settled = fitting(&words.results, &report, &dice).map(|text| filling.fill(text));
            said = Said { teller: Teller::Worker, channel: Channel::Grid, settled, ..said.unnamed_by_worker() };
        }
        _ if !matter_was_said => said.matter = None,
        _ => {}
    }
    if said.settled.is_none() && story == Story::Settled {
        story = Story::Confirmed;
    }
    let is_late = matches!(story, Story::Confirmed | Story::Unverified | Story::Redo) && dice.percent(LATE);
    let first = (from, Deed::Report(Box::new(said)));
    let mut thread = Thread::new(input, dice, words, filling, first, report);
    match story {
        Story::Answered if thread.answered() => {}
        Story::Referred => thread.referred(),
        Story::Refused => thread.refused(),
        Story::Withdrawn => thread.withdrawn(),
        Story::Merged => {
            let at = thread.merging_at();
            match open.find(&words.matter, &spot.code, at) {
                Some(into) => thread.merged(at, into),
                None => {
                    story = Story::Confirmed;
                    thread.handled(story, is_late, matter_was_said);
                }
            }
        }
        Story::Signposted | Story::AnsweredAtOnce | Story::Settled => {}
        Story::Answered => {
            story = Story::Confirmed;
            thread.handled(story, is_late, matter_was_said);
        }
        _ => thread.handled(story, is_late, matter_was_said),
    }
    let planned = finish(input, story, &spot.code, words, is_late, thread.deeds);
    open.note(index, &planned);
    Some(planned)
}

fn finish(
    input: &Input<'_>,
    story: Story,
    place: &RegionCode,
    words: &Words,
    is_late: bool,
    mut deeds: Vec<(Instant, Deed)>,
) -> Planned {
    deeds.retain(|(at, _)| *at < input.now);
    let (place, matter, summary) = (place.clone(), Some(words.matter.clone()), words.summary.clone());
    Planned { story, place, matter, summary, is_late, deeds }
}

/// How it goes, as often as it does in life.
fn choose(input: &Input<'_>, from: Instant, traits: &Traits, spot: &Spot, dice: &Dice) -> Story {
    use Story as S;
    if traits.is_signpost {
        return S::Signposted;
    }
    let is_recent = from > input.now.plus_days(-STUCK_DAYS);
    let may = |weight: u64, holds: bool| if holds { weight } else { 0 };
    let stories = [
        (S::AnsweredAtOnce, may(35, traits.has_answer && traits.is_question)),
        (S::Answered, may(60, traits.is_question)),
        (S::Settled, may(14, traits.is_settled_on_the_spot && spot.has_worker)),
        (S::Stuck, may(5, is_recent && !traits.is_question)),
        (S::Referred, 1),
        (S::Refused, 2),
        (S::Merged, 5),
        (S::Withdrawn, 3),
        (S::Returned, 6),
        (S::Confirmed, may(52, true)),
        (S::Unverified, 20),
        (S::Redo, 9),
        (S::Reopened, 3),
    ];
    dice.weighted(&stories, |(_, weight)| *weight).map_or(S::Confirmed, |(story, _)| *story)
}

/// The report as it comes in: by whom, how, and what they leave of themselves.
fn said(
    input: &Input<'_>,
    number: usize,
    spot: &Spot,
    words: &Words,
    text: String,
    is_english: bool,
    dice: &Dice,
) -> Said {
    let ways = [
        ((Teller::Resident, Channel::Web), 52),
        ((Teller::Resident, Channel::Qr), 20),
        ((Teller::Worker, Channel::Grid), if spot.has_worker && !is_english { 14 } else { 0 }),
        ((Teller::Officer, Channel::Visit), if spot.has_officer && !is_english { 8 } else { 0 }),
        ((Teller::Officer, Channel::Phone), if spot.has_officer && !is_english { 6 } else { 0 }),
    ];
    let (teller, channel) =
        dice.weighted(&ways, |(_, weight)| *weight).map_or((Teller::Resident, Channel::Web), |(way, _)| *way);
    let identities = [(Identity::Anonymous, 46), (Identity::Confidential, 42), (Identity::Named, 12)];
    let identity =
        dice.weighted(&identities, |(_, weight)| *weight).map_or(Identity::Anonymous, |(identity, _)| *identity);
    let identity = if teller == Teller::Worker { Identity::Anonymous } else { identity };
    let names = &input.corpus.common.desk.names;
    Said {
        receipt: dice.digits(16),
        text,
        matter: Some(words.matter.clone()),
        teller,
        channel,
        identity,
        name: dice.pick(names).filter(|_| identity == Identity::Named).cloned(),
        phone: (identity != Identity::Anonymous).then(|| format!("1990{number:07}")),
        place: spot.code.clone(),
        point: if dice.percent(WITH_POINT) { input.city.point(&spot.code, dice) } else { None },
        locale: if is_english { "en" } else { "zh" }.to_owned(),
        accepts_answer: false,
        settled: None,
    }
}

impl Said {
    fn unnamed_by_worker(self) -> Self {
        Self { point: self.point, ..self.clone().unnamed() }
    }
}
