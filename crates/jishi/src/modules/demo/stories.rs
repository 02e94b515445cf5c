//! How a story goes on after its report: who does what, when, and in whose words.

use kernel::{Instant, RegionCode};

use super::{
    corpus::{Filling, Words, fitting, question},
    deeds::{Deed, Rating, Said},
    dice::Dice,
    habits,
    plan::{Input, Story},
    rhythm,
};
use crate::modules::cases::{Outcome, RefusalReason, Satisfied, Solved};

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// A time limit shorter than this is kept around the clock: somebody is on duty.
const ON_DUTY: i64 = 30 * HOUR;

/// One story while it is told.
pub(super) struct Thread<'a> {
    input: &'a Input<'a>,
    pub dice: Dice,
    words: &'a Words,
    filling: Filling<'a>,
    /// The report, which everything said later has to fit.
    report: String,
    /// Whether its reporter writes English.
    is_english: bool,
    from: Instant,
    /// Where it is; an order of the hotline keeps to no habit.
    place: Option<RegionCode>,
    due: Instant,
    /// Who stands behind it.
    voices: usize,
    /// The words of the last result, which a second one does not repeat.
    last_result: Option<String>,
    pub deeds: Vec<(Instant, Deed)>,
}

impl<'a> Thread<'a> {
    /// A story that begins with a report.
    pub fn new(
        input: &'a Input<'a>,
        dice: Dice,
        words: &'a Words,
        filling: Filling<'a>,
        (from, first): (Instant, Deed),
        report: String,
    ) -> Self {
        let due = (input.due)(&words.matter, from);
        let is_english = matches!(&first, Deed::Report(said) if said.locale == "en");
        let place = match &first {
            Deed::Report(said) => Some(said.place.clone()),
            _ => None,
        };
        let deeds = vec![(from, first)];
        Self { input, dice, words, filling, report, is_english, from, place, due, voices: 1, last_result: None, deeds }
    }

    /// Does something at a moment, or a minute after what was done last.
    fn then(&mut self, at: Instant, deed: Deed) -> Instant {
        let last = self.deeds.last().map_or(at, |(last, _)| last.plus_seconds(MINUTE));
        let at = at.max(last);
        self.deeds.push((at, deed));
        at
    }

    /// When an office does what could be done from `at` on.
    fn office(&self, at: Instant) -> Instant {
        if self.is_on_duty() { at } else { rhythm::office(at, &self.input.zone, self.input.is_working) }
    }

    fn is_on_duty(&self) -> bool {
        seconds_between(self.from, self.due) < ON_DUTY
    }

    fn say(&mut self, text: &str) -> String {
        self.filling.fill(text)
    }

    fn any(&mut self, of: &[String]) -> String {
        let text = self.dice.pick(of).cloned().unwrap_or_default();
        self.say(&text)
    }

    /// When the desk looks at it.
    fn at_desk(&mut self) -> Instant {
        let soon = self.from.plus_seconds(self.dice.between(4 * MINUTE, 70 * MINUTE));
        let latest = part(self.from, self.due, 30);
        if self.is_on_duty() { soon.min(latest) } else { self.office(soon) }
    }

    /// 直接答复
    pub fn answered(&mut self) -> bool {
        let Some(text) = fitting(&self.words.answers, &self.report, &self.dice) else { return false };
        let (at, text) = (self.at_desk(), self.filling.fill(text));
        self.then(at, Deed::Answer(text));
        true
    }

    /// 告知途径
    pub fn referred(&mut self) {
        let (at, text) = (self.at_desk(), self.any(&self.input.corpus.common.desk.elsewhere));
        self.then(at, Deed::Redirect(None, text));
    }

    /// 不予受理
    pub fn refused(&mut self) {
        let desk = &self.input.corpus.common.desk;
        let (reason, texts) = if self.dice.percent(60) {
            (RefusalReason::Unclear, &desk.unclear)
        } else {
            (RefusalReason::SameMatter, &desk.same)
        };
        let (at, text) = (self.at_desk(), self.any(texts));
        self.then(at, Deed::Refuse(reason, text));
    }

    /// 撤回
    pub fn withdrawn(&mut self) {
        let at = rhythm::awake(self.from.plus_seconds(self.dice.between(HOUR / 2, 20 * HOUR)), &self.input.zone);
        let desk = self.at_desk();
        if desk.plus_seconds(10 * MINUTE) < at {
            self.then(desk, Deed::Dispatch(None));
        }
        let text = self.any(&self.input.corpus.common.verdict.withdrawn);
        self.then(at, Deed::Withdraw(text));
    }

    /// When the desk would merge it.
    pub fn merging_at(&mut self) -> Instant {
        self.at_desk()
    }

    /// 合并
    pub fn merged(&mut self, at: Instant, into: usize) {
        self.then(at, Deed::Merge(into));
    }

    /// The way through a unit, as far as the story goes.
    pub fn handled(&mut self, story: Story, is_late: bool, matter_was_said: bool) {
        let mut at = self.at_desk();
        if !matter_was_said {
            at = self.then(at, Deed::Reclassify(self.words.matter.clone()));
        }
        at = self.then(at.plus_seconds(MINUTE), Deed::Dispatch(None));
        match story {
            Story::Stuck => return,
            Story::Returned => at = self.returned(at),
            _ => {}
        }
        let result = self.result_at(at, self.due, is_late);
        self.work(at, result);
        let result = self.files(result);
        self.verdicts(story, result);
    }

    /// 退单 and the second dispatch.
    fn returned(&mut self, dispatched: Instant) -> Instant {
        let Some(reason) = fitting(&self.words.returns, &self.report, &self.dice) else { return dispatched };
        let reason = self.filling.fill(reason);
        let at = self.office(part(dispatched, self.due, self.dice.between(5, 25)));
        let at = self.then(at, Deed::Return(reason));
        let (again, words) = (
            self.office(at.plus_seconds(self.dice.between(10 * MINUTE, 2 * HOUR))),
            self.any(&self.input.corpus.common.desk.again_to),
        );
        self.then(again, Deed::Dispatch(Some(words)))
    }

    /// When the result is filed: some time before it is due, or after.
    fn result_at(&self, from: Instant, due: Instant, is_late: bool) -> Instant {
        if is_late {
            return self.office(due.plus_seconds(self.dice.between(HOUR, 5 * DAY)));
        }
        let end = due.plus_seconds(-20 * MINUTE).max(from.plus_seconds(5 * MINUTE));
        let share = self.place.as_ref().map_or(0, |place| habits::last_hour(place, &self.words.matter));
        if share > 0 && self.dice.percent(share) {
            return due.plus_seconds(-self.dice.between(4, 52) * MINUTE).max(from.plus_seconds(5 * MINUTE));
        }
        let at = part(from, end, self.dice.between(25, 96));
        // Who would be late by waiting for the office to open does it now.
        Some(self.office(at)).filter(|open| *open < due).unwrap_or(at)
    }

    /// What happens between dispatch and result.
    fn work(&mut self, from: Instant, result: Instant) {
        let at = |thread: &Self, percent| thread.office(part(from, result, percent)).min(result.plus_seconds(-MINUTE));
        let signed = at(self, self.dice.between(4, 22));
        self.then(signed, Deed::Sign);
        if self.dice.percent(4) {
            let text = self.any(&self.input.corpus.common.desk.hand_over);
            self.then(at(self, 24), Deed::HandOver(text));
        }
        self.joined(from, result);
        if self.dice.percent(75) {
            let text = self.any(&self.input.corpus.common.desk.work);
            self.then(at(self, self.dice.between(28, 45)), Deed::Work(text));
        }
        if self.dice.percent(25) {
            self.asked(from, result);
        }
    }

    /// 询问诉求人, and mostly an answer.
    fn asked(&mut self, from: Instant, result: Instant) {
        let Some((ask, reply)) = question(&self.words.asks, &self.report, &self.dice) else { return };
        let (ask, reply) = (self.filling.fill(ask), self.filling.fill(reply));
        let at = self.office(part(from, result, self.dice.between(46, 60))).min(result.plus_seconds(-2 * MINUTE));
        let at = self.then(at, Deed::Ask(ask));
        let is_theirs = matches!(self.deeds.first(), Some((_, Deed::Report(_))));
        if is_theirs && self.dice.percent(85) {
            let answered = rhythm::awake(part(at, result, self.dice.between(20, 80)), &self.input.zone);
            self.then(answered.min(result.plus_seconds(-MINUTE)), Deed::Reply(reply));
        }
    }

    /// 附议: neighbours join while it is open.
    fn joined(&mut self, from: Instant, result: Instant) {
        let is_shared = self.input.traits.get(&self.words.matter).is_some_and(|traits| traits.is_shared);
        let Some((_, Deed::Report(first))) = self.deeds.first().cloned() else { return };
        if !is_shared || first.settled.is_some() || !self.dice.percent(12) {
            return;
        }
        for _ in 0..self.dice.between(1, 2) {
            let desk = &self.input.corpus.common.desk;
            let texts = if self.is_english { &desk.me_too_en } else { &desk.me_too };
            let (receipt, text) = (self.dice.digits(16), self.any(texts));
            let at = rhythm::awake(part(from, result, self.dice.between(23, 27)), &self.input.zone);
            let said = Said { receipt, text, ..Said::clone(&first) };
            self.then(at.min(result.plus_seconds(-2 * MINUTE)), Deed::Join(Box::new(said.unnamed())));
            self.voices += 1;
        }
    }

    /// 报送结果
    fn files(&mut self, at: Instant) -> Instant {
        let unsolved = fitting(&self.words.unsolved, &self.report, &self.dice).filter(|_| self.dice.percent(35));
        let solved = fitting(&self.words.results, &self.report, &self.dice).filter(|_| !self.dice.percent(5));
        let (outcome, text) = match (unsolved, solved) {
            (Some(text), _) => (Outcome::Cannot, text.to_owned()),
            (None, Some(text)) => (Outcome::Solved, text.to_owned()),
            (None, None) => (Outcome::Partly, self.any(&self.input.corpus.common.desk.partly)),
        };
        let mut text = self.say(&text);
        if self.last_result.as_ref() == Some(&text) {
            text = self.any(&self.input.corpus.common.desk.redone);
        }
        self.last_result = Some(text.clone());
        self.then(at, Deed::Result(outcome, text))
    }

    fn verdicts(&mut self, story: Story, result: Instant) {
        match story {
            Story::Redo => self.redo(result),
            Story::Reopened => self.reopened(result),
            Story::Unverified => {}
            _ => {
                self.content(result);
            }
        }
    }

    /// Everyone behind it says it is solved, or one is asked by telephone.
    fn content(&mut self, result: Instant) -> Instant {
        let has_receipt = matches!(self.deeds.first(), Some((_, Deed::Report(_))));
        let at = self.later(result, 2 * HOUR, 4 * DAY);
        let share = self.place.as_ref().map_or(8, |place| habits::assisted(place, &self.words.matter, 8));
        if (!has_receipt || self.dice.percent(share)) && self.voices == 1 {
            let at = rhythm::office(at, &self.input.zone, self.input.is_working);
            // Over long holidays nobody telephones before the silence is over.
            if at < result.plus_days(6) {
                let text = Some(self.any(&self.input.corpus.common.desk.called_back));
                let rating = Rating { solved: Solved::Yes, satisfied: Satisfied::Satisfied, text };
                return self.then(at, Deed::CallBack(rating));
            }
        }
        if !has_receipt {
            return result.plus_days(8);
        }
        let mut last = at;
        for voice in 0..self.voices {
            let rating = self.good();
            last = self.then(last, Deed::Rate(voice, rating));
            last = self.later(last, HOUR / 2, DAY);
        }
        last
    }

    fn later(&self, from: Instant, at_least: i64, at_most: i64) -> Instant {
        rhythm::awake(from.plus_seconds(self.dice.between(at_least, at_most)), &self.input.zone)
    }

    fn good(&mut self) -> Rating {
        let is_fair = self.dice.percent(18);
        let satisfied = if is_fair { Satisfied::Basically } else { Satisfied::Satisfied };
        let verdict = &self.input.corpus.common.verdict;
        let own = fitting(&self.words.good, &self.report, &self.dice).filter(|_| !is_fair && self.dice.percent(60));
        let text = match own {
            Some(text) => Some(self.filling.fill(text)),
            None => Some(self.any(if is_fair { &verdict.fair } else { &verdict.good })),
        };
        // Whoever writes English is not made to speak Chinese, and many say nothing.
        let text = text.filter(|_| !self.is_english && self.dice.percent(60));
        Rating { solved: Solved::Yes, satisfied, text }
    }

    /// 重办: it is not solved; half the time, and then it mostly is.
    fn redo(&mut self, result: Instant) {
        let at = self.later(result, 2 * HOUR, 3 * DAY);
        let own = fitting(&self.words.bad, &self.report, &self.dice).filter(|_| self.dice.percent(70));
        let text = match own {
            Some(text) => self.filling.fill(text),
            None => self.any(&self.input.corpus.common.verdict.bad),
        };
        let solved = if self.dice.percent(30) { Solved::Partly } else { Solved::No };
        let text = Some(text).filter(|_| !self.is_english);
        let at = self.then(at, Deed::Rate(0, Rating { solved, satisfied: Satisfied::Dissatisfied, text }));
        self.once_more(at);
    }

    /// 重开: it was solved, and comes back.
    fn reopened(&mut self, result: Instant) {
        let closed = self.content(result);
        let at = self.later(closed, DAY, 9 * DAY);
        let text = self.any(&self.input.corpus.common.verdict.again);
        let at = self.then(at, Deed::Reopen(text));
        self.once_more(at);
    }

    fn once_more(&mut self, from: Instant) {
        let due = (self.input.again)(&self.words.matter, from);
        let is_late = self.dice.percent(10);
        let result = self.result_at(from, due, is_late);
        let result = self.files(result);
        if self.dice.percent(75) {
            self.content(result);
        }
    }
}

/// Whole seconds from one moment to another.
pub(super) fn seconds_between(from: Instant, to: Instant) -> i64 {
    to.millis().saturating_sub(from.millis()) / 1_000
}

/// The moment so many hundredths of the way from one to another.
fn part(from: Instant, to: Instant, percent: i64) -> Instant {
    from.plus_seconds(seconds_between(from, to).saturating_mul(percent) / 100)
}
