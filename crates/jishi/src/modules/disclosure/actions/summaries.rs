//! 公开摘要: proposed by who did the work, approved by who answers for the place, taken down with a reason. A step beside
//! the loop: it changes no status and no version of the case.

use db::Tx;
use kernel::{Code, Error, Id, Names, Result};
use serde_json::json;

use super::{
    super::{
        model::{Disclosure, Shown, SummaryState},
        rules,
        store::{self, Counters},
        views,
    },
    follow::{fresh, locked, replace},
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case},
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
        trail::By,
    },
};

/// Longest reason for taking a summary down, in characters.
const REASON_MAX: usize = 200;

/// What is done with the summary of a case.
#[derive(Clone, Debug)]
pub enum Said {
    /// A draft for whoever approves.
    Proposed(Names),
    /// What everyone may read from now on.
    Approved(Names),
    /// No longer to be read, and why; only the office reads the reason.
    TakenDown(String),
}

impl Said {
    fn kind(&self) -> &'static str {
        match self {
            Self::Proposed(_) => "summary_proposed",
            Self::Approved(_) => "summary_approved",
            Self::TakenDown(_) => "summary_withdrawn",
        }
    }

    /// The words, for the history.
    fn words(&self) -> String {
        match self {
            Self::Proposed(names) | Self::Approved(names) => names.zh().to_owned(),
            Self::TakenDown(reason) => reason.clone(),
        }
    }
}

/// What somebody may do with the summary of a case now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct May {
    /// Write a draft.
    pub propose: bool,
    /// Make it public.
    pub approve: bool,
    /// Take it down.
    pub take_down: bool,
}

/// What `actor` may do with the summary of a case. Whoever answers for the place approves, because they answer for what
/// is public there; whoever did the work knows best what became of it, and drafts.
pub fn may(actor: &Actor, case: &Case, it: &Disclosure) -> May {
    let is_public = it.standing.shown == Shown::Listed && it.standing.done_at.is_some();
    let answers = actor.require(Permission::CaseDisclose).is_ok_and(|scope| scope.covers(&case.place));
    let worked = actor
        .require(Permission::CaseHandle)
        .is_ok_and(|scope| case.lead_unit.is_some_and(|lead| scope.units.contains(&lead)));
    let is_approved = it.summary_state == SummaryState::Approved;
    May {
        propose: is_public && !is_approved && worked && !answers,
        approve: is_public && answers,
        take_down: is_public && answers && is_approved,
    }
}

fn check(actor: &Actor, case: &Case, it: &Disclosure, said: &Said) -> Result<()> {
    if it.standing.shown != Shown::Listed {
        return Err(Error::new(Code::NotPublic));
    }
    if it.standing.done_at.is_none() {
        return Err(Error::new(Code::NotAnsweredYet));
    }
    let may = may(actor, case, it);
    let permission = if matches!(said, Said::Proposed(_)) { Permission::CaseHandle } else { Permission::CaseDisclose };
    let is_allowed = match said {
        Said::Proposed(_) => may.propose || (may.approve && it.summary_state != SummaryState::Approved),
        Said::Approved(_) => may.approve,
        Said::TakenDown(_) if may.approve && !may.take_down => return Err(Error::new(Code::NothingPublic)),
        Said::TakenDown(_) => may.take_down,
    };
    if is_allowed { Ok(()) } else { Err(Error::new(Code::Forbidden).with("permission", permission.as_str())) }
}

/// Does something with the summary of a case as the reader saw it at version `seen`.
///
/// # Errors
/// `not_found` outside the scope; `not_public`, `not_answered_yet`, `nothing_public`, `forbidden`; `record_changed` when
/// someone was faster.
pub async fn say(app: &SharedApp, actor: &Actor, id: Id<Case>, seen: i64, said: Said, key: Key) -> Result<()> {
    let scope = actor.require(Permission::CaseRead)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    app.db
        .write(async move |mut tx: Tx| {
            let (app, now) = (&*shared, shared.now());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let case = cases::get(&mut tx, &scope, id).await?;
            let old = locked(&mut tx, app, &case, now).await?;
            let standing = fresh(app, &case, Some(&old), now);
            check(&actor, &case, &standing, &said)?;
            if old.version != seen {
                return Err(Error::new(Code::RecordChanged));
            }
            in_own_words(&mut tx, app, &case, &standing, &said).await?;
            let new = applied(standing, &said);
            let mut counters = Counters::new(&app.settings.region);
            replace(&mut tx, &mut counters, &old, &new).await?;
            counters.write(&mut tx).await?;
            store::bump(&mut tx, now).await?;
            note(&mut tx, app, &actor, &case, &said).await
        })
        .await?;
    app.live.hint(Topic::Cases);
    Ok(())
}

/// A summary is the office's word: what a resident wrote stays theirs.
async fn in_own_words(tx: &mut Tx, app: &App, case: &Case, it: &Disclosure, said: &Said) -> Result<()> {
    let (Said::Proposed(names) | Said::Approved(names)) = said else { return Ok(()) };
    let proposal = views::proposal(tx, app, case, it).await?;
    let words = cases::words_behind_unscoped(tx, case.id).await?;
    match rules::own_words(names.zh(), proposal.zh(), &words) {
        Some(found) => Err(Error::field("zh", Code::ResidentsWords).with("found", found)),
        None => Ok(()),
    }
}

fn applied(it: Disclosure, said: &Said) -> Disclosure {
    let version = it.version + 1;
    match said {
        Said::Proposed(names) => {
            Disclosure { summary_state: SummaryState::Proposed, summary: Some(names.clone()), version, ..it }
        }
        Said::Approved(names) => Disclosure {
            summary_state: SummaryState::Approved,
            summary: Some(names.clone()),
            withdrawn_because: None,
            version,
            ..it
        },
        Said::TakenDown(reason) => Disclosure {
            summary_state: SummaryState::Withdrawn,
            withdrawn_because: Some(reason.clone()),
            version,
            ..it
        },
    }
}

async fn note(tx: &mut Tx, app: &App, actor: &Actor, case: &Case, said: &Said) -> Result<()> {
    let permission = if matches!(said, Said::Proposed(_)) { Permission::CaseHandle } else { Permission::CaseDisclose };
    let by = By::actor(actor, actor.acting(permission, Some(&case.place), case.lead_unit));
    let aside =
        cases::Aside { kind: said.kind(), params: json!({}), text: Some(said.words()), seen_by: cases::SeenBy::Staff };
    cases::record_aside(tx, app, &by, case, aside).await
}

/// A reason for taking a summary down, as it is kept.
///
/// # Errors
/// `required` or `too_long` on `reason`.
pub fn take_down(reason: &str) -> Result<Said> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(Error::field("reason", Code::Required)),
        n if n > REASON_MAX => Err(Error::field("reason", Code::TooLong).with("max", 200)),
        _ => Ok(Said::TakenDown(reason.to_owned())),
    }
}

/// One of several summaries that are approved together.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The case.
    pub case: Id<Case>,
    /// The version its reader saw.
    pub seen: i64,
    /// In Chinese.
    pub zh: String,
    /// In English, if it is there.
    pub en: Option<String>,
}

/// Approves several summaries, each in a transaction of its own: what is refused keeps nobody else back.
pub async fn approve_all(app: &SharedApp, actor: &Actor, all: Vec<Approval>, key: &Key) -> Vec<(Id<Case>, Result<()>)> {
    let mut outcomes = Vec::new();
    for approval in all {
        let key = Key { key: format!("{} {}", key.key, approval.case), ..key.clone() };
        let said = rules::checked_summary(&approval.zh, approval.en.as_deref()).map(Said::Approved);
        let outcome = match said {
            Ok(said) => say(app, actor, approval.case, approval.seen, said, key).await,
            Err(error) => Err(error),
        };
        outcomes.push((approval.case, outcome));
    }
    outcomes
}
