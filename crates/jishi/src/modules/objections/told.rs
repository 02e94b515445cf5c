//! What digests and messages tell of objections.

use db::Conn;
use kernel::{Id, Instant, Names, Result};

use super::{
    model::{Objection, ObjectionFilter},
    rules, store, views,
};
use crate::{
    modules::cases::{self, Case, Report},
    platform::access::Actor,
};

/// How many somebody has to answer: as many as their list shows.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for(db: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<(Names, i64)>> {
    let Ok(reach) = views::answered_by(actor, now) else { return Ok(Vec::new()) };
    let to_answer_by = Some(rules::side(actor));
    let filter = ObjectionFilter { to_answer_by, ..ObjectionFilter::default() };
    Ok(vec![(Names::new("查看异议待答复", "objections to answer"), store::count(db, &reach, &filter).await?)])
}

/// An objection as the message to whoever made it is sent.
#[derive(Clone, Debug)]
pub struct Told {
    /// Whose it is: the report that came in.
    pub report: Id<Report>,
    /// The case that report is in now.
    pub case: Id<Case>,
}

/// What a message may tell of an objection.
///
/// # Errors
/// `not_found`; `internal` when the database fails.
pub async fn told_unscoped(db: &mut Conn, id: Id<Objection>) -> Result<Told> {
    let Objection { report, .. } = store::get_unscoped(db, id).await?;
    let case = cases::report_unscoped(db, report).await?.case;
    Ok(Told { report, case })
}
