//! 我的信息: what is kept of a resident who holds a receipt, why not longer, and what they may do about it.

use db::Conn;
use kernel::{Instant, Result};
use serde::Serialize;

use super::{
    actions::{Kept, until},
    rules::{self, Need},
};
use crate::modules::{
    App,
    cases::Report,
    contacts::{self, Field, Mask},
    messages,
};

/// How it stands with what details are kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OwnState {
    /// The matter is being worked on.
    Open,
    /// It has ended, and something about it is not over.
    Waiting,
    /// It is over.
    Ended,
}

/// How a copy with whole details is had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CopyProof {
    /// By a code that is sent to the telephone.
    Code,
    /// Not here: there is no telephone to prove it with, or nothing that could send a code. Details stay masked in the copy.
    Masked,
}

/// What is kept of a resident.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OwnData {
    /// Their details, masked.
    details: Vec<Mask>,
    /// When the last of them were erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    erased_at: Option<Instant>,
    /// How it stands with the matter.
    state: OwnState,
    /// Days they are kept after it has ended.
    days: i64,
    /// Until when, once that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Instant>,
    /// Which of them may be erased now.
    may_erase: Vec<Field>,
    /// How a copy with whole details is had.
    copy: CopyProof,
    /// How often somebody opened them.
    openings: i64,
}

/// What is kept of the reporter of `report`, which is the one that came in.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn own_data(db: &mut Conn, app: &App, report: &Report) -> Result<OwnData> {
    let whose = report.whose();
    let kept = Kept::read(db, &[whose]).await?;
    let need = kept.need(app, whose);
    let details = contacts::masks(db, &[whose]).await?.remove(&whose).unwrap_or_default();
    let allowed = rules::may_erase(need);
    let has_phone = details.iter().any(|mask| mask.field == Field::Phone);
    Ok(OwnData {
        erased_at: kept.erased_at(whose),
        state: match need {
            Need::Open => OwnState::Open,
            Need::Waiting => OwnState::Waiting,
            Need::Until(_) => OwnState::Ended,
        },
        days: kept.days(app, whose),
        until: until(need).filter(|_| !details.is_empty()),
        may_erase: details.iter().map(|mask| mask.field).filter(|field| allowed.contains(field)).collect(),
        copy: if has_phone && messages::can_find(app).await? { CopyProof::Code } else { CopyProof::Masked },
        openings: i64::try_from(contacts::accesses(db, whose).await?.len()).unwrap_or(i64::MAX),
        details,
    })
}
