//! What the two officers do before a decision: the record, the notice, what the party says, and the way to the review.

use kernel::{Code, Day, Error, Id, Result};
use serde_json::json;

use super::{Said, Work};
use crate::{
    modules::{
        enforcement::{
            actions::party::seal_address,
            model::{CaseStatus, Notice, Paper, PaperKind, PartyField, Penalty, Statement, StatementKind},
            rules, store,
        },
        photos, routing,
    },
    platform::access::Person,
};

impl Work<'_> {
    /// Photos need no words, every other paper says something.
    pub(super) async fn paper(
        &mut self,
        kind: PaperKind,
        made_on: Option<Day>,
        words: Option<String>,
        shas: Vec<String>,
    ) -> Result<Said> {
        let today = self.day(self.now);
        let earliest = self.day(self.case.filed_at).plus(-EARLIER_DAYS);
        let made_on = made_on.unwrap_or(today);
        let mut mistakes = Vec::new();
        if !(earliest..=today).contains(&made_on) {
            let (min, max) = (earliest.to_string(), today.to_string());
            mistakes.push(Error::field("made_on", Code::OutOfRange).with("min", min).with("max", max));
        }
        if kind == PaperKind::Photos && shas.is_empty() {
            mistakes.push(Error::field("photos", Code::Required));
        }
        let words = match kind {
            PaperKind::Photos => self.some_words(words.as_ref()).map(Option::unwrap_or_default),
            _ => self.words(words.as_ref()),
        };
        let words = words.unwrap_or_else(|error| {
            mistakes.push(error);
            String::new()
        });
        if let Some(error) = mistakes.into_iter().reduce(Error::and) {
            return Err(error);
        }
        photos::attach_evidence(self.tx, self.case.id, &shas).await?;
        let id = Id::new(self.now, &self.app.chance);
        let paper = Paper { id, kind, made_on, words, photos: shas, person: self.person, at: self.now, struck: None };
        store::add_paper(self.tx, self.case.id, &paper).await?;
        Ok(Said::new(None).with(json!({"paper": kind, "photos": paper.photos.len()})))
    }

    pub(super) async fn strike(&mut self, paper: Id<Paper>, words: Option<String>) -> Result<Said> {
        let words = self.words(words.as_ref())?;
        let papers = store::papers_of(self.tx, self.case.id).await?;
        let kind = papers.iter().find(|held| held.id == paper && held.struck.is_none()).map(|held| held.kind);
        let kind = kind.ok_or_else(|| Error::new(Code::NotFound))?;
        store::strike_paper(self.tx, self.case.id, paper, &words).await?;
        Ok(Said::new(words).with(json!({"paper": kind})))
    }

    /// Told anew, what was said to an earlier notice and reviewed then stands no more.
    pub(super) fn notify(
        &mut self,
        words: Option<String>,
        mut penalties: Vec<Penalty>,
        fine_fen: i64,
        hearing: bool,
    ) -> Result<Said> {
        penalties.sort_by_key(|penalty| penalty.as_str());
        penalties.dedup();
        let facts = self.words(words.as_ref());
        let amount = rules::fine(fine_fen).and_then(|fen| rules::amount(&penalties, fen));
        let facts = match (facts, amount) {
            (Ok(facts), Ok(())) => facts,
            (Err(one), Err(other)) => return Err(one.and(other)),
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let limit = rules::statement_limit(hearing);
        let until = routing::reckon(self.app, limit.as_time(), self.now, !limit.is_sure);
        let params = json!({"penalties": penalties, "fine_fen": fine_fen, "hearing": hearing});
        let (at, by) = (self.now, self.person);
        self.case.record.notice = Some(Notice { at, by, facts: facts.clone(), penalties, fine_fen, hearing, until });
        self.case.record.statement = None;
        self.case.record.review = None;
        self.case.status = CaseStatus::Noticed;
        Ok(Said::new(facts).with(params))
    }

    pub(super) fn statement(&mut self, kind: StatementKind, words: Option<String>) -> Result<Said> {
        let words = self.words(words.as_ref())?;
        let may_hear = self.case.record.notice.as_ref().is_some_and(|notice| notice.hearing);
        let asked = self.case.record.statement.as_ref().is_some_and(|it| it.kind == StatementKind::HearingAsked);
        let fits = match kind {
            StatementKind::HearingAsked => may_hear,
            StatementKind::HearingHeld => asked,
            // Whoever asked for a hearing may take that back, but a word alone does not.
            StatementKind::Stated => !asked,
            StatementKind::Waived => true,
        };
        if !fits {
            return Err(Error::field("statement", Code::UnknownValue).with("value", kind.names()));
        }
        let before = self.case.record.statement.as_ref().map(|statement| statement.at);
        if let Some(asked) = before.filter(|_| kind == StatementKind::HearingHeld) {
            let limit = rules::hearing_limit();
            let told = routing::reckon(self.app, limit.as_time(), asked, !limit.is_sure);
            let earliest = told.due_at.day(&self.app.settings.zone);
            if self.now.day(&self.app.settings.zone) < earliest {
                return Err(Error::field("statement", Code::HearingTooEarly).with("day", earliest.to_string()));
            }
        }
        let (at, by) = (self.now, self.person);
        let said = Statement { at, by, kind, words: words.clone() };
        self.case.record.statement = Some(said.clone());
        self.case.record.statements.push(said);
        Ok(Said::new(words).with(json!({"statement": kind})))
    }

    pub(super) async fn submit(&mut self, words: Option<String>) -> Result<Said> {
        let words = self.some_words(words.as_ref())?;
        let papers = store::papers_of(self.tx, self.case.id).await?;
        let address = self.known_address().await?;
        let mut missing = rules::missing_record(&papers, address);
        missing.extend(rules::missing_of_hearing(&self.case, &papers));
        rules::complete(&missing)?;
        self.case.status = CaseStatus::Reviewing;
        Ok(Said::new(words))
    }

    /// What the party says of where it lives stands with its details alone, encrypted: neither the step nor the trail tells it.
    pub(super) async fn address(&mut self, address: &str) -> Result<Said> {
        let sealed = seal_address(self.app, self.case.id, rules::address(address)?)?;
        store::set_party(self.tx, self.case.id, &sealed).await?;
        Ok(Said::new(None))
    }

    /// Whether the party's address is known.
    pub(super) async fn known_address(&mut self) -> Result<rules::Address> {
        let masks = store::masks_of(self.tx, &[self.case.id]).await?;
        let is_known = masks.iter().any(|mask| mask.field == PartyField::Address);
        Ok(if is_known { rules::Address::Known } else { rules::Address::Unknown })
    }

    /// Both officers stand valid on the day: whoever leaves is replaced by one who may enforce here today (§42–43).
    pub(super) async fn replace(
        &mut self,
        leaving: Id<Person>,
        coming: Id<Person>,
        words: Option<String>,
    ) -> Result<Said> {
        let words = self.words(words.as_ref())?;
        let Some(at) = self.case.officers.iter().position(|officer| officer.person == leaving) else {
            return Err(Error::field("officer", Code::UnknownPerson));
        };
        if self.case.is_officer(coming) {
            return Err(Error::field("by", Code::TwoOfficers));
        }
        // Whoever reviewed or decides a case is not its officer.
        if coming == self.person || self.case.record.review.as_ref().is_some_and(|review| review.by == coming) {
            return Err(Error::field("by", Code::OwnReview));
        }
        let today = self.day(self.now);
        let officer = super::super::officer(self.tx, &self.case.place, today, ("by", coming)).await?;
        if let Some(slot) = self.case.officers.get_mut(at) {
            *slot = officer;
        }
        store::set_officer(self.tx, self.case.id, &self.case.officers).await?;
        Ok(Said::new(words))
    }
}

/// Papers may be older than their case: the scene was looked at before it was filed.
const EARLIER_DAYS: i64 = 60;
