//! Steps beside the loop: another room did something with a case that changes neither its status nor its version, and
//! whoever reads its history is to see it.

use db::Tx;
use kernel::Result;
use serde_json::Value;

use super::{Step, record};
use crate::{
    modules::{App, cases::model::Case},
    platform::trail::By,
};

/// Who reads a step beside the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenBy {
    /// Those who have the case on the desk.
    Staff,
    /// The residents behind it too: what its words and parameters name is for them to read.
    Everyone,
}

/// What was done beside the loop.
#[derive(Debug)]
pub struct Aside {
    /// What, as a kind of the history, e.g. `summary_approved`.
    pub kind: &'static str,
    /// Details without personal data.
    pub params: Value,
    /// Words.
    pub text: Option<String>,
    /// Who reads it.
    pub seen_by: SeenBy,
}

/// Writes it into the history and the trail, inside a transaction that does more.
///
/// # Errors
/// `internal` when the database refuses it.
pub async fn record_aside(tx: &mut Tx, app: &App, by: &By, case: &Case, aside: Aside) -> Result<()> {
    let step = Step::new(aside.kind).params(aside.params).text(aside.text);
    let step = if aside.seen_by == SeenBy::Staff { step.internal() } else { step };
    record(tx, app, by, case, step, app.now()).await.map(|_| ())
}
