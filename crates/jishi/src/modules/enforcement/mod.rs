//! 综合行政执法、一支队伍管执法: a township's own enforcement on the items its province has delegated, from a check on the street
//! to a decision that everyone may read.
//!
//! Words: a *delegated item* 赋权事项 is text of the catalogue (`catalog/enforcement/`), with basis, document and days; an
//! *officer* 执法人员 holds that post and a *certificate* 执法证件; a *check* 检查 finds nothing, tells to mend by a day, or leads to
//! a *case* 案件 against a *party* 当事人; a case's *papers* 案卷材料 are its full record; a *reviewer* 法制审核人员 passes it before the
//! head decides; a *decision* 处罚决定 is delivered, carried out, and *published* 公示 where the law says so.
//!
//! Must hold (行政处罚法): only what is delegated on that day (§24); two different certified officers on every check and case
//! (§42), persons compared, not posts; the party is told and heard before anything is decided, and never fares worse for
//! it (§44–45); the record is whole before the review (§47), the review stands before the decision (§58), nobody reviews or
//! decides their own; each limit of the law is a deadline with its reckoning ([`rules`]). A natural person's name and
//! contacts are encrypted, masked in lists, opened with a purpose on record, never public; there is no list of parties, no
//! search by party and no count by party. What is withdrawn leaves its number and the reason (§48).
//!
//! Rows written: a check 2 and its photos; a case 4 to 6; a step 3.

mod actions;
pub mod demo;
mod held;
pub mod http;
mod items;
mod model;
mod paper;
mod rules;
mod store;
mod views;

pub use actions::{SEALED, import_packaged, refresh};
pub use held::HELD;
pub use items::{KIND, Procedure, Shelf, packaged, parse};
pub use model::{
    Annuller, CaseEnd, CaseSource, CaseStatus, CheckResult, CheckSource, DecisionOutcome, DeliveryWay, ExecutionWay,
    PaperKind, PartyField, PartyKind, PartyPurpose, Penalty, PublicityGround, PublicityState, StatementKind,
};
pub use paper::DocumentKind;
pub use rules::{Missing, Stage, StageState, StepName, Term};
pub use store::{CaseView, waits_of_unscoped};
pub use views::Waiting;
