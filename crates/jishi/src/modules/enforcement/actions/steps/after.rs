//! What follows a decision: delivery, and that it is carried out.

use jiff::civil::Time;
use kernel::{Code, Day, Error, Result};
use serde_json::json;

use super::{Said, Work};
use crate::modules::{
    enforcement::{
        model::{CaseEnd, CaseStatus, Court, DecisionOutcome, Delivery, DeliveryWay, Execution, ExecutionWay, Refund},
        rules::{self, Term},
    },
    routing,
};

impl Work<'_> {
    /// 送达 (§61). What asks nothing more of the party ends with it.
    pub(super) fn deliver(&mut self, way: DeliveryWay, on: Option<Day>, words: Option<String>) -> Result<Said> {
        let words = self.some_words(words.as_ref())?;
        let decision = self.case.record.decision.clone().ok_or_else(|| Error::internal("it was decided"))?;
        let on = self.day_since("on", on, decision.at)?;
        let ends = rules::closes_when_delivered(&decision);
        let until = (!ends).then(|| {
            let (limit, start) = (Term::Perform.limit(), on.at(Time::midnight(), &self.app.settings.zone));
            routing::reckon(self.app, limit.as_time(), start, !limit.is_sure)
        });
        let (at, by) = (self.now, self.person);
        let said = words.clone().unwrap_or_default();
        self.case.record.delivery = Some(Delivery { at, by, on, way, until, words: said });
        self.case.status = CaseStatus::Delivered;
        if ends {
            let is_penalty = decision.outcome == DecisionOutcome::Penalty;
            self.close(if is_penalty { CaseEnd::Performed } else { CaseEnd::NoPenalty });
        }
        Ok(Said::new(words).with(json!({"way": way, "on": on})))
    }

    /// 催告 (行政强制法 §54): before the court is asked.
    pub(super) fn urge(&mut self, words: Option<String>) -> Result<Said> {
        let words = self.words(words.as_ref())?;
        self.case.record.urged_at = Some(self.now);
        Ok(Said::new(words))
    }

    /// 申请法院强制执行 (行政处罚法 §72, 行政强制法 §53–54): after the party was urged.
    pub(super) fn court(&mut self, on: Option<Day>, words: Option<String>) -> Result<Said> {
        let words = self.words(words.as_ref())?;
        let Some(urged_at) = self.case.record.urged_at else {
            return Err(Error::field("on", Code::NotUrged));
        };
        let on = self.day_since("on", on, urged_at)?;
        let (at, by) = (self.now, self.person);
        self.case.record.court = Some(Court { at, by, on, words: words.clone() });
        self.case.status = CaseStatus::Court;
        Ok(Said::new(words).with(json!({"on": on})))
    }

    /// 履行, with what the law adds to a fine that was paid late (§72).
    pub(super) fn perform(&mut self, way: ExecutionWay, on: Option<Day>, words: Option<String>) -> Result<Said> {
        let words = self.some_words(words.as_ref())?;
        if way == ExecutionWay::Ended && self.case.status != CaseStatus::Court {
            return Err(Error::field("way", Code::UnknownValue).with("value", way.names()));
        }
        let delivery = self.case.record.delivery.clone().ok_or_else(|| Error::internal("it was delivered"))?;
        let on = self.day_since("on", on, delivery.on.at(Time::midnight(), &self.app.settings.zone))?;
        let fine = self.case.record.decision.as_ref().map_or(0, |decision| decision.fine_fen);
        let late = delivery.until.as_ref().map_or(0, |until| rules::days_between(self.day(until.due_at), on));
        let added_fen = if way == ExecutionWay::Paid { rules::added_fine(fine, late) } else { 0 };
        let (at, by) = (self.now, self.person);
        let said = words.clone().unwrap_or_default();
        self.case.record.execution = Some(Execution { at, by, on, way, added_fen, words: said });
        self.close(if way == ExecutionWay::Ended { CaseEnd::Ended } else { CaseEnd::Performed });
        Ok(Said::new(words).with(json!({"way": way, "on": on, "added_fen": added_fen})))
    }

    /// 退还罚款: the decision was annulled, so that what was paid goes back (国家赔偿法 §36).
    pub(super) fn refund(&mut self, on: Option<Day>, words: Option<String>) -> Result<Said> {
        let words = self.words(words.as_ref())?;
        let annulled = self.case.record.annulment.as_ref().map(|annulment| annulment.on);
        let annulled = annulled.ok_or_else(|| Error::internal("it was annulled"))?;
        let fen = self.case.record.owes_fen().ok_or_else(|| Error::internal("it was paid"))?;
        let on = self.day_since("on", on, annulled.at(Time::midnight(), &self.app.settings.zone))?;
        let (at, by) = (self.now, self.person);
        self.case.record.refund = Some(Refund { at, by, on, fen, words: words.clone() });
        Ok(Said::new(words).with(json!({"on": on, "fen": fen})))
    }

    pub(super) fn close(&mut self, how: CaseEnd) {
        self.case.status = CaseStatus::Closed;
        self.case.closed_how = Some(how);
        self.case.closed_at.get_or_insert(self.now);
    }
}
