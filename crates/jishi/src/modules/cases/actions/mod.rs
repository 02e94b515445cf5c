//! The loop as verbs: begin → load → rules → store → history and trail → commit. Only here are transactions opened.

mod aside;
mod clockwork;
mod contact;
mod desk;
mod erased;
mod found;
mod granted;
mod held;
mod leave;
mod many;
mod orders;
mod parts;
mod pauses;
mod prepare;
mod print;
mod redrawn;
mod report;
mod resident;
mod search;
mod slip;
mod split;
mod staff;
mod unit;

use db::Tx;
use kernel::{Code, Error, Id, Instant, Names, Result};
use serde_json::{Value, json};

pub use aside::{Aside, SeenBy, record_aside};
pub use clockwork::{end_pauses, recalculate, remind_and_close, schedules};
pub use contact::open_contact;
pub use erased::tell_erased;
pub use found::{FoundAgain, find_again};
pub use granted::{Granted, grant, keep_words as keep_words_of, mark_disputed, note, note_with_photos};
pub use held::{Doer, Held, found_false, nobody_reached, not_withdrawn, word_given, word_sought};
pub use leave::leave;
pub use many::{dispatch_as_proposed, one_of_many};
pub use orders::{Order, TakenBack, look_at_order, take_back_orders, take_order};
pub use parts::{GivenPart, end_part, finish_part, give_parts};
pub use print::print;
pub use redrawn::{CasesAlong, MovedCases, follow_in};
pub use report::{
    NewContact, NewPlace, NewReport, Origin, Ready, Reported, Reporter, Settlement, prepare_report, report, report_in,
};
pub use resident::{ResidentStep, resident_step, wish_messages};
pub use search::read_words;
pub use slip::{Stood, take_word_back};
pub use split::{NewPart, Part, SplitReport, TakeOut};
pub use staff::{Command, Said, act, hand_over_all};

use super::{
    model::{Case, Note, Report, Urgency},
    store,
    written::{Written, words_hash},
};
use crate::{
    modules::App,
    platform::{
        live::Topic,
        masking,
        trail::{self, By},
    },
};

/// Longest free text, in characters.
pub const TEXT_MAX: usize = 2_000;

/// One entry to be written into a case's history, the trail and the feed: in one place, so that none can be forgotten.
#[derive(Debug, Default)]
pub(in crate::modules::cases) struct Step {
    kind: &'static str,
    params: Value,
    text: Option<String>,
    photos: Vec<String>,
    report: Option<Id<Report>>,
    is_internal: bool,
}

impl Step {
    pub(in crate::modules::cases) fn new(kind: &'static str) -> Self {
        Self { kind, params: json!({}), ..Self::default() }
    }

    pub(in crate::modules::cases) fn params(self, params: Value) -> Self {
        Self { params, ..self }
    }

    pub(in crate::modules::cases) fn text(self, text: impl Into<Option<String>>) -> Self {
        Self { text: text.into(), ..self }
    }

    pub(in crate::modules::cases) fn photos(self, photos: &[String]) -> Self {
        Self { photos: photos.to_vec(), ..self }
    }

    fn of(self, report: Id<Report>) -> Self {
        Self { report: Some(report), ..self }
    }

    pub(in crate::modules::cases) fn internal(self) -> Self {
        Self { is_internal: true, ..self }
    }
}

/// Tells the pages, after the commit, that a case changed; an emergency leaves the platform at once.
pub(in crate::modules::cases) fn told(app: &App, urgency: Option<Urgency>) {
    app.live.hint(Topic::Cases);
    if urgency == Some(Urgency::Emergency) {
        app.live.press();
    }
}

/// Notes on the case who did the last step, for whoever comes second.
fn touch(case: &mut Case, who: &Names, kind: &str, at: Instant) {
    case.last_by = serde_json::to_value(who).ok();
    kind.clone_into(&mut case.last_kind);
    case.last_at = at;
}

/// Writes a step: the words apart, the entry with a salted hash that commits to them, the trail.
pub(in crate::modules::cases) async fn record(
    tx: &mut Tx,
    app: &App,
    by: &By,
    case: &Case,
    step: Step,
    at: Instant,
) -> Result<Option<Id<Note>>> {
    let note = match &step.text {
        Some(text) => Some(keep_words(tx, app, case.id, text, at).await?),
        None => None,
    };
    let (note, note_hash) = note.unzip();
    let written = Written {
        id: Id::new(at, &app.chance),
        case: case.id,
        at,
        kind: step.kind.to_owned(),
        person: by.person,
        role: by.role.map(|role| role.as_str().to_owned()),
        unit: by.unit,
        report: step.report,
        params: step.params,
        note,
        note_hash,
        photos: Value::from(step.photos),
        is_internal: step.is_internal,
    };
    let seal = written.seal(&app.keys)?;
    store::insert_step(tx, written, seal).await?;
    let mut params = json!({"number": case.number, "status": case.status});
    // Who supervises follows how often it came back.
    if step.kind == "redo" {
        params["round"] = json!(case.redos);
    }
    let event = trail::Entry {
        kind: event_kind(step.kind),
        object_kind: "case",
        object_id: case.id.to_string(),
        place: Some(&case.place),
        params,
    };
    trail::record(tx, at, by, event).await?;
    Ok(note)
}

/// Stores words and returns what commits to them: SHA-256 over salt and words, so that erasing them breaks nothing. Every
/// word of a case passes here, a resident's and an office's: nobody's telephone, document or announced name gets further.
async fn keep_words(tx: &mut Tx, app: &App, case: Id<Case>, text: &str, at: Instant) -> Result<(Id<Note>, Vec<u8>)> {
    let (id, salt, text) = (Id::new(at, &app.chance), app.chance.bytes::<16>(), masking::mask_words(text));
    store::insert_note(tx, id, case, &text, salt).await?;
    Ok((id, words_hash(&salt, &text)))
}

/// The trail's word for a step of a case.
fn event_kind(kind: &str) -> &'static str {
    match kind {
        "received" => "case.received",
        "joined" => "case.joined",
        "answered" => "case.answered",
        "redirected" => "case.redirected",
        "refused" => "case.refused",
        "merged" => "case.merged",
        "split" => "case.split",
        "split_off" => "case.split_off",
        "split_kept" => "case.split_kept",
        "rejoined" => "case.rejoined",
        "settled" => "case.settled",
        "unsettled" => "case.unsettled",
        "dispatched" => "case.dispatched",
        "returned" => "case.returned",
        "signed" => "case.signed",
        "working" => "case.working",
        "asked" => "case.asked",
        "replied" => "case.replied",
        "remarked" => "case.remarked",
        "result_filed" => "case.result_filed",
        "verified" => "case.verified",
        "redo" => "case.redo",
        "called" => "case.called",
        "closed" => "case.closed",
        "reminded" => "case.reminded",
        "urged" => "case.urged",
        "reopened" => "case.reopened",
        "withdrawn" => "case.withdrawn",
        "reclassified" => "case.reclassified",
        "moved" => "case.moved",
        "handed_over" => "case.handed_over",
        "item_linked" => "case.item_linked",
        "item_unlinked" => "case.item_unlinked",
        "contact_opened" => "case.contact_opened",
        "details_erased" => "case.details_erased",
        "deadline_moved" => "case.deadline_moved",
        "extension_asked" => "case.extension_asked",
        "extension_refused" => "case.extension_refused",
        "extended" => "case.extended",
        "pause_asked" => "case.pause_asked",
        "pause_refused" => "case.pause_refused",
        "paused" => "case.paused",
        "resumed" => "case.resumed",
        "parking_asked" => "case.parking_asked",
        "parking_refused" => "case.parking_refused",
        "parked" => "case.parked",
        "taken_up" => "case.taken_up",
        "dispute_raised" => "case.dispute_raised",
        "dispute_refused" => "case.dispute_refused",
        "dispute_upheld" => "case.dispute_upheld",
        "dispute_appealed" => "case.dispute_appealed",
        "exclusion_asked" => "case.exclusion_asked",
        "exclusion_refused" => "case.exclusion_refused",
        "excluded" => "case.excluded",
        "plea_withdrawn" => "case.plea_withdrawn",
        "supervised" => "case.supervised",
        "supervision_raised" => "case.supervision_raised",
        "supervision_changed" => "case.supervision_changed",
        "supervision_answered" => "case.supervision_answered",
        "supervision_released" => "case.supervision_released",
        "plea_lapsed" => "case.plea_lapsed",
        "summary_proposed" => "case.summary_proposed",
        "summary_approved" => "case.summary_approved",
        "summary_withdrawn" => "case.summary_withdrawn",
        "part_given" => "case.part_given",
        "part_done" => "case.part_done",
        "part_ended" => "case.part_ended",
        "whistle_called" => "case.whistle_called",
        "whistle_escalated" => "case.whistle_escalated",
        "whistle_over" => "case.whistle_over",
        "whistle_withdrawn" => "case.whistle_withdrawn",
        "share_asked" => "case.share_asked",
        "share_given" => "case.share_given",
        "share_agreed" => "case.share_agreed",
        "share_signed" => "case.share_signed",
        "share_answered" => "case.share_answered",
        "share_declined" => "case.share_declined",
        "share_accepted" => "case.share_accepted",
        "share_sent_back" => "case.share_sent_back",
        "share_ended" => "case.share_ended",
        "shares_left_out" => "case.shares_left_out",
        "link_made" => "case.link_made",
        "link_signed" => "case.link_signed",
        "link_noted" => "case.link_noted",
        "link_answered" => "case.link_answered",
        _ => "case.changed",
    }
}

/// Free text that must be there.
pub(in crate::modules::cases) fn required(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Error::field(field, Code::Required)),
        n if n > TEXT_MAX => Err(too_long(field)),
        _ => Ok(masking::mask_words(text)),
    }
}

/// Free text that may be left out; blanks are nothing.
pub(in crate::modules::cases) fn optional(field: &str, text: Option<&str>) -> Result<Option<String>> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) if text.chars().count() > TEXT_MAX => Err(too_long(field)),
        text => Ok(text.map(masking::mask_words)),
    }
}

fn too_long(field: &str) -> Error {
    Error::field(field, Code::TooLong).with("max", i64::try_from(TEXT_MAX).unwrap_or(i64::MAX))
}
