//! 诉求与工单: someone asks; one owner, one deadline, one answer, and the asker has the last word.
//!
//! Words: a *report* 诉求 is one person's words with their receipt and their verdict; a *case* 工单 is one piece of work with
//! place, matter, owner, clock, outcome. Many reports may stand behind one case. *Assignments* 主办、协办 are the units'
//! parts in it; a part beside the lead's is given, finished and ended by [`give_parts`], [`finish_part`], [`end_part`]. The *timeline* is its history: kinds and parameters, free text apart so that it can be erased.
//!
//! Must hold: a case closes by its reporters' word or their silence, never by its handler's; whoever handled it does not
//! verify it; a case never leaves its county; nobody's words are shown to another resident; every step is in the history,
//! on the trail and in the feed, or has not happened.

mod about;
pub mod actions;
mod alike;
mod cohandling;
mod conflict;
pub mod demo;
mod export;
mod filter;
mod ground;
mod held;
pub mod http;
mod model;
mod number;
mod orders;
mod paper;
mod proposal;
mod referred;
mod resident;
mod rules;
mod search;
mod shapes;
mod store;
mod summary;
mod told;
mod transitions;
mod views;
mod whole;
mod words;
mod written;

pub use about::Matters;
pub use actions::{
    Aside, CasesAlong, FoundAgain, GivenPart, Granted, MovedCases, SeenBy, end_part, find_again, finish_part,
    follow_in, give_parts, grant, keep_words_of, mark_disputed, note, note_with_photos, record_aside, tell_erased,
};
pub use cohandling::{Share, ShareKind, ShareState};
pub use conflict::{is_own, refuse_own, refuse_unit};
pub use filter::{CaseFilter, View};
pub use ground::call_back_due;
pub use held::HELD;
pub use http::{PartQuery, Resident};
pub use model::{
    Assignment, AssignmentKind, AssignmentState, Case, Channel, ClosedHow, Grade, Identity, Note, Outcome, Publicity,
    RefusalReason, Report, Satisfied, Solved, Status, TimelineRow, Urgency, Verdict,
};
pub use number::is_well_formed;
pub use orders::{Alias, Answered, HandBack, Intake, Known, OrderFilter, answers, changes};
pub use resident::{Followed, ShownStep, followed, shown_steps};
pub use rules::{HAND_OVERS, asking_desk, may_call_back, takes_parts, unchanged, workers};
pub use shapes::{CaseDetail, CaseRow, VerdictView};
pub use store::{
    Deed, FiledResult, OfCase, OfUnit, by_matter, by_number, by_place, by_unit, cases_in_unscoped, counts_of,
    deeds_unscoped, get, get_unscoped, had_cases_unscoped, hand_back, kept_words_unscoped, known_unscoped, lock,
    lock_free_unscoped, lock_unscoped, merged_into_unscoped, owed_between_unscoped, parts_by_case, parts_of,
    report_unscoped, reports_of, result_words, results_unscoped, seen_of, some_unscoped, standings_unscoped,
    walk_unscoped, words_behind_unscoped, words_unscoped, written_unscoped,
};
pub use told::{Listener, Told, told_unscoped, waiting_for, waiting_for_unit};
pub use transitions::{TRANSITIONS, TURNS, Transition, Turn, Whose};
pub use views::{detail, last_given_unscoped, listing, rows};
pub use written::{KeptWords, Sealed, Standing, Written, words_hash};
