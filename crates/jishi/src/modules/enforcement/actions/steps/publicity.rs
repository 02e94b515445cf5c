//! 公示 (行政处罚法 §48): what is told to everyone, and how it is taken back.

use kernel::{Code, Day, Error, Result};
use serde_json::json;

use super::{Said, Work};
use crate::{
    modules::enforcement::{
        model::{Annuller, Annulment, CaseEnd, PartyKind, Publication, PublicityState},
        rules,
        store::{self, PublicPenalty},
    },
    platform::keys::hex,
};

impl Work<'_> {
    /// Makes a decision public: an organisation by its name, a person by nothing.
    pub(super) async fn publish(&mut self, words: Option<String>) -> Result<Said> {
        let summary = rules::public_text("words", words.as_deref(), self.party.as_deref())?;
        let decision = self.case.record.decision.clone().ok_or_else(|| Error::internal("it was decided"))?;
        let key = hex(&self.app.chance.bytes::<8>());
        let row = PublicPenalty {
            key: key.clone(),
            number: decision.number.clone(),
            township: super::super::township(&self.case.place)?,
            party: self.case.party_name.clone().filter(|_| self.case.party_kind == PartyKind::Organisation),
            item: Some(self.case.kept.names.clone()),
            basis: Some(format!("{}；{}", self.case.kept.basis, self.case.kept.penalty_basis)),
            penalties: decision.penalties.clone(),
            fine_fen: Some(decision.fine_fen),
            summary: Some(summary.clone()),
            decided_on: self.day(decision.at),
            changed_on: self.day(self.now),
            reason: None,
        };
        store::publish(self.tx, &row).await?;
        let (at, by) = (self.now, self.person);
        self.case.record.publication = Some(Publication { at, by, key, summary: summary.clone(), withdrawn_at: None });
        self.case.publicity = PublicityState::Public;
        Ok(Said::new(summary))
    }

    /// 撤销、变更: the case is closed by it; what is public of it is to be withdrawn within three working days.
    pub(super) fn annul(&mut self, annuller: Annuller, on: Option<Day>, words: Option<String>) -> Result<Said> {
        let words = self.words(words.as_ref())?;
        let decided = self.case.record.decision.as_ref().map(|decision| decision.at);
        let on = self.day_since("on", on, decided.ok_or_else(|| Error::internal("it was decided"))?)?;
        let (at, by) = (self.now, self.person);
        self.case.record.annulment = Some(Annulment { at, by, on, annuller, words: words.clone() });
        self.case.publicity = match self.case.publicity {
            PublicityState::Public => PublicityState::Annulled,
            PublicityState::Marked => PublicityState::None,
            other => other,
        };
        self.close(CaseEnd::Annulled);
        Ok(Said::new(words).with(json!({"annuller": annuller, "on": on})))
    }

    /// Withdraws what is public, and tells why.
    pub(super) async fn withdraw(&mut self, words: Option<String>) -> Result<Said> {
        let reason = rules::public_text("words", words.as_deref(), self.party.as_deref())?;
        let Some(publication) = self.case.record.publication.as_mut() else {
            return Err(Error::new(Code::NoPublicity));
        };
        publication.withdrawn_at = Some(self.now);
        let key = publication.key.clone();
        let day = self.day(self.now);
        store::withdraw(self.tx, &key, day, &reason).await?;
        self.case.publicity = PublicityState::Withdrawn;
        Ok(Said::new(reason))
    }
}
