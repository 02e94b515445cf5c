//! What the office does: the review, and the decision of its head.

use kernel::{Error, Lang, Result};
use serde_json::json;

use super::{Said, Work};
use crate::modules::{
    enforcement::{
        model::{CaseEnd, CaseStatus, Decision, DecisionOutcome, Penalty, PublicityGround, PublicityState, Review},
        rules, store,
    },
    regions,
};

impl Work<'_> {
    /// 法制审核 (行政处罚法 §58): what does not pass goes back to the officers with the reasons.
    pub(super) fn review(&mut self, passes: bool, words: Option<String>) -> Result<Said> {
        let words = self.words(words.as_ref())?;
        let (at, by) = (self.now, self.person);
        self.case.record.review = Some(Review { at, by, passes, words: words.clone() });
        self.case.status = if passes { CaseStatus::Reviewed } else { CaseStatus::Noticed };
        Ok(Said::new(words).with(json!({"passes": passes})))
    }

    /// 决定 (§57, §59). A handing over closes the case: another office goes on with it.
    pub(super) async fn decide(
        &mut self,
        (outcome, mut penalties, fine_fen): (DecisionOutcome, Vec<Penalty>, i64),
        (words, discussion): (Option<String>, Option<String>),
        publicity: PublicityGround,
    ) -> Result<Said> {
        penalties.sort_by_key(|penalty| penalty.as_str());
        penalties.dedup();
        let words = self.words(words.as_ref())?;
        let discussion = discussion.filter(|words| !words.trim().is_empty());
        let discussion =
            discussion.map(|words| rules::text("discussion", Some(&words), self.party.as_deref())).transpose()?;
        let fine_fen = rules::fine(fine_fen)?;
        let (at, by) = (self.now, self.person);
        let mut decision = Decision {
            at,
            by,
            number: String::new(),
            outcome,
            penalties,
            fine_fen,
            words: words.clone(),
            discussion,
            publicity,
            remedy: self.app.enforcement.items().remedy(&self.case.place).cloned(),
        };
        let notice = self.case.record.notice.as_ref();
        rules::decide(notice.ok_or_else(|| Error::internal("a reviewed case has a notice"))?, &decision)?;
        let lacks = self.known_address().await?.missing();
        rules::complete(&lacks)?;
        decision.number = self.decision_number().await?;
        let params = json!({
            "outcome": outcome, "penalties": decision.penalties, "fine_fen": fine_fen, "publicity": publicity,
        });
        self.case.status = CaseStatus::Decided;
        if outcome == DecisionOutcome::Transfer {
            self.case.status = CaseStatus::Closed;
            self.case.closed_how = Some(CaseEnd::Transferred);
            self.case.closed_at = Some(at);
        }
        let is_marked = publicity != PublicityGround::None;
        self.case.publicity = if is_marked { PublicityState::Marked } else { PublicityState::None };
        self.case.record.decision = Some(decision);
        Ok(Said::new(words).with(params))
    }

    /// 英雄南路街道罚决字〔2026〕第7号
    async fn decision_number(&mut self) -> Result<String> {
        let township = super::super::township(&self.case.place)?;
        let year = self.day(self.now).year();
        let n = store::next_number(self.tx, &township, year, "D").await?;
        let name = regions::names_unscoped(self.tx, &township).await?;
        let name = name.map_or_else(|| township.to_string(), |names| names.in_lang(Lang::Zh).to_owned());
        Ok(format!("{name}罚决字〔{year}〕第{n}号"))
    }
}
