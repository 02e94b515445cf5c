//! 可核验日志: a history that cannot be rewritten. Every step of every case is a leaf of an append-only Merkle tree in the
//! form of RFC 6962; its head is signed and public, so that whoever kept an old one sees whether anything was altered since.
//!
//! Words: a *leaf* 叶 is one step, as commitments that reveal nothing; a *head* 签名树头 is size and root of the tree, signed;
//! a *proof* 核验文件 is what a resident gets with their receipt: their steps opened, and the way from each to a head;
//! an *examination* 核对 compares every row with the log.
//!
//! Must hold: a leaf is never changed or removed; it commits to salted hashes only, so that erasing personal data breaks
//! nothing; a step without this instance's seal is not taken in; a proof is checked without asking this server. The form of
//! it all is told in `docs/log.md`, for programs that are not ours.
//!
//! Writes: a step is one row here, behind the trail, and no step waits for it; the hashes are one row for 256 of them.

mod actions;
mod commitment;
pub mod http;
mod model;
mod note;
mod proof;
mod store;
mod tree;
mod views;

pub use actions::{examine, follow, head, schedules};
pub use model::{Examined, Fault, Finding, Head};
pub use note::VerifierKey;
pub use proof::{Checked, Failed, ProofFile, check, check_heads, check_kept};
pub use views::keys;
