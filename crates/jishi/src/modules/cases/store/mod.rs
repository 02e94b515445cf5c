//! SQL of reports, cases, assignments, history. Nothing here decides anything.

mod alias;
mod case;
mod clock;
mod deeds;
mod group;
mod history;
mod list;
mod part;
mod report;
mod search;
mod split;
mod workload;

use db::{FromRow, Row, Sql, sql};
use kernel::{Id, Result};

use super::model::Case;

pub use self::{
    alias::{
        OrderRow, alias_numbers, aliases_of, free_alias, hand_back, insert_alias, known_unscoped, of_intake_unscoped,
        orders_changed, orders_count, orders_page, replies_of,
    },
    case::{
        any_unscoped, around_unscoped, by_number, by_number_unscoped, get, get_unscoped, insert_case, is_within, lock,
        lock_free_unscoped, lock_unscoped, merged_into_unscoped, save, seen_of, similar_unscoped, undecided,
    },
    clock::{
        OpenCase, awaiting_unscoped, open_due_after_unscoped, open_in_unscoped, owed_between_unscoped,
        paused_until_unscoped, some_unscoped, walk_unscoped,
    },
    deeds::{Deed, FiledResult, deeds_unscoped, results_unscoped},
    group::{OfUnit, by_matter, by_place, by_unit},
    history::{
        insert_note, insert_step, kept_words_unscoped, result_words, standings_unscoped, timeline_of, words_unscoped,
        written_unscoped,
    },
    list::{counts_of, export, list},
    part::{
        assignments_of, drop_part_given_at, end_assignments, insert_assignment, mark_disputed, move_due, move_lead,
        move_part, name_person, parts_by_case,
    },
    report::{
        add_receipt, clear_verdict, clear_verdicts, insert_report, listeners_unscoped, mark_erased, move_reports,
        report_by_receipt, report_unscoped, reports_of, set_verdict, set_wants_messages, take_withdrawal_back,
        withdraw_report,
    },
    search::{
        Piece, forget_unread, pieces_of, put_words, renew_words, settle_words, unread_unscoped, words_behind_unscoped,
    },
    split::{
        came_photos, mark_rejoined, move_reports_of, part_of, parts_of, set_excerpt, split_into, to_rejoin, voices_in,
    },
    workload::{
        cases_in_unscoped, had_cases_unscoped, open_of_people_unscoped, open_of_person_unscoped, open_of_unit_unscoped,
    },
};

/// The columns of a case that the program reads.
const COLUMNS: &str =
    "SELECT c.id, c.number, c.status, c.closed_how, c.matter, c.urgency, c.publicity, c.summary, c.channel,
            c.county, c.township, c.village, c.grid, c.micro_grid, c.place_text, c.lon, c.lat, c.place_source,
            c.place_is_guess, c.item, c.registered_region, c.lead_unit, c.handler, c.received_at, c.due_at, c.deadline,
            c.dispatched_at, c.signed_at, c.result_at, c.result_note, c.result_outcome, c.result_by, c.asked_at, c.ended_at,
            c.reports, c.redos, c.returns, c.reopens, c.reminders, c.excluded, c.supervised, c.merged_into, c.split_from,
            c.about_unit, c.about_place, c.last_by,
            c.last_kind, c.last_at, c.version";

/// Cases; conditions are pushed behind it.
fn select() -> Sql {
    sql!("").push(COLUMNS).push(" FROM cases c WHERE TRUE")
}

/// A row that names a case in `case_id`, for rooms that say which of some cases wait for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfCase(pub Id<Case>);

impl FromRow for OfCase {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("case_id")?))
    }
}

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}
