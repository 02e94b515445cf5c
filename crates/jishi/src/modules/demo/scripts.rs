//! The scripted stories of `cases.toml`: those that tours, receipts and journeys name. They are part of every plan.

use kernel::{Error, Instant, Lang, RegionCode, Result};
use serde::Deserialize;

use super::{
    city,
    deeds::{Deed, Rating, Said, Teller},
    plan::{Planned, Story},
};
use crate::modules::cases::{Channel, Identity, Outcome, RefusalReason, Satisfied, Solved};

const NAME: &str = "cases.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Script>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    hours_ago: i64,
    place: RegionCode,
    matter: Option<String>,
    text: String,
    story: Course,
    reply: Option<String>,
    signpost: Option<String>,
}

/// How far a case went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Course {
    Received,
    AnsweredByCatalogue,
    Redirected,
    Refused,
    Merged,
    Settled,
    Dispatched,
    Returned,
    Signed,
    Working,
    Asked,
    Verifying,
    Redo,
    RedoConfirmed,
    Confirmed,
    Unverified,
    Reopened,
    Withdrawn,
}

/// The scripted stories, as they end at `now`.
///
/// # Errors
/// `internal` when the file is wrong.
pub(super) fn read(now: Instant) -> Result<Vec<Planned>> {
    let wrong = |what: String| Error::internal(format!("demo/changzhi/{NAME}: {what}"));
    let file: File = toml::from_str(&city::text(NAME)?).map_err(|error| wrong(error.to_string()))?;
    let mut stories: Vec<Planned> = Vec::new();
    for (index, script) in file.case.iter().enumerate() {
        let into = file.case.get(..index).unwrap_or_default().iter().rposition(|other| other.takes_in(script));
        if script.story == Course::Merged && into.is_none() {
            return Err(wrong(format!("case {}: nothing to merge with", index + 1)));
        }
        let deeds = Telling { script, index, now, deeds: Vec::new() }.tell(into.unwrap_or_default());
        let (place, matter) = (script.place.clone(), script.matter.clone());
        stories.push(Planned { story: Story::Scripted, place, matter, summary: None, is_late: false, deeds });
    }
    Ok(stories)
}

/// The receipt of a scripted case, by its place in the file.
pub(super) fn receipt(index: usize) -> String {
    let digits = (index + 1) * 7_919 % 10_000;
    format!("20261122{:04}{digits:04}", index + 1)
}

impl Script {
    /// Whether another report of the same thing may be put to this one.
    fn takes_in(&self, other: &Self) -> bool {
        let village = |script: &Self| script.place.at(kernel::Level::Village);
        self.matter == other.matter
            && village(self) == village(other)
            && matches!(self.story, Course::Dispatched | Course::Signed | Course::Working | Course::Verifying)
    }

    fn reply(&self) -> String {
        self.reply.clone().unwrap_or_else(|| "已处理。".to_owned())
    }
}

struct Telling<'a> {
    script: &'a Script,
    index: usize,
    now: Instant,
    deeds: Vec<(Instant, Deed)>,
}

impl Telling<'_> {
    /// So many hours after the report, never past the present.
    fn at(&mut self, hours: i64, deed: Deed) {
        let at = self.now.plus_hours(hours - self.script.hours_ago).min(self.now);
        self.deeds.push((at, deed));
    }

    fn tell(mut self, into: usize) -> Vec<(Instant, Deed)> {
        use Course as C;
        let (said, reply) = (self.said(), self.script.reply());
        self.at(0, Deed::Report(Box::new(said)));
        match self.script.story {
            C::Received | C::AnsweredByCatalogue | C::Settled => {}
            C::Redirected => self.at(1, Deed::Redirect(self.script.signpost.clone(), reply)),
            C::Refused => self.at(1, Deed::Refuse(RefusalReason::NotInScope, reply)),
            C::Merged => self.at(1, Deed::Merge(into)),
            C::Withdrawn => self.at(1, Deed::Withdraw("已经有人清理了。".to_owned())),
            _ => self.handle(reply),
        }
        self.deeds
    }

    fn said(&self) -> Said {
        let is_settled = self.script.story == Course::Settled;
        // Confidential reporters leave a number nobody has.
        let is_confidential = self.index.is_multiple_of(3);
        let own = if self.index.is_multiple_of(4) { Channel::Qr } else { Channel::Web };
        Said {
            receipt: receipt(self.index),
            text: self.script.text.clone(),
            matter: self.script.matter.clone(),
            teller: if is_settled { Teller::Worker } else { Teller::Resident },
            channel: if is_settled { Channel::Grid } else { own },
            identity: if is_confidential { Identity::Confidential } else { Identity::Anonymous },
            name: None,
            phone: is_confidential.then(|| format!("1990000{:04}", self.index)),
            place: self.script.place.clone(),
            point: None,
            locale: Lang::Zh.tag().to_owned(),
            accepts_answer: self.script.story == Course::AnsweredByCatalogue,
            settled: is_settled.then(|| self.script.reply()),
        }
    }

    /// From dispatch as far as the story goes.
    fn handle(&mut self, reply: String) {
        use Course as C;
        self.at(1, Deed::Dispatch(None));
        match self.script.story {
            C::Dispatched => return,
            C::Returned => return self.at(3, Deed::Return(reply)),
            _ => self.at(3, Deed::Sign),
        }
        match self.script.story {
            C::Signed => {}
            C::Working => self.at(5, Deed::Work(reply)),
            C::Asked => self.at(5, Deed::Ask(reply)),
            _ => {
                self.at(5, Deed::Work("已到现场查看。".to_owned()));
                self.at(20, Deed::Result(Outcome::Solved, reply.clone()));
                self.after_result(reply);
            }
        }
    }

    fn after_result(&mut self, reply: String) {
        use Course as C;
        match self.script.story {
            C::Confirmed => self.at(28, rated(Solved::Yes)),
            C::Redo => self.at(28, rated(Solved::No)),
            C::RedoConfirmed => {
                self.at(28, rated(Solved::No));
                self.at(60, Deed::Result(Outcome::Solved, reply));
                self.at(70, rated(Solved::Yes));
            }
            C::Reopened => {
                self.at(28, rated(Solved::Yes));
                self.at(40, Deed::Reopen("昨晚下雨又积了一片，还是老地方。".to_owned()));
            }
            _ => {}
        }
    }
}

fn rated(solved: Solved) -> Deed {
    let satisfied = if solved == Solved::Yes { Satisfied::Satisfied } else { Satisfied::Dissatisfied };
    let text = (solved != Solved::Yes).then(|| "还是老样子，请再来看看。".to_owned());
    Deed::Rate(0, Rating { solved, satisfied, text })
}
