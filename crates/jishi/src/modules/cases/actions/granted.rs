//! What another room granted to the unit that asked for it, inside its transaction: the step it leads to, written as any
//! other. Only `pleas` decides whether; here stands what then happens to the case.

use db::Tx;
use kernel::{Day, Id, Instant, Names, RegionCode, Result};
use serde_json::{Value, json};

use super::{Step, desk, pauses, record, search::save, staff::Doing, touch};
use crate::{
    modules::{
        App,
        calendar::PauseReason,
        cases::{
            model::{AssignmentState, Case, Note, Status},
            rules, store,
            transitions::Action,
        },
        photos,
    },
    platform::{
        access::{Actor, Unit},
        live::Topic,
        trail::By,
    },
};

/// What was granted.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the variants say what their fields are")]
pub enum Granted {
    /// 延期: the new last day.
    Extension(Day),
    /// 中止: until when at the latest, and the statutory procedure by its names.
    Pause { until: Instant, procedure: Names },
    /// 挂账: until the review, the obstacle by its names.
    Parking { review_at: Instant, obstacle: Names },
    /// 异议成立: to another unit, of which a rule may be kept for a place.
    Dispute { lead: Id<Unit>, assists: Vec<Id<Unit>>, keep_for: Option<RegionCode> },
    /// 剔除: the code of the reason and its names.
    Exclusion { reason: String, names: Names },
}

/// 派单异议: from now on the unit may not return the case as well.
///
/// # Errors
/// `internal` when the database fails.
pub async fn mark_disputed(tx: &mut Tx, case: &Case, at: Instant) -> Result<()> {
    store::mark_disputed(tx, case.id, at).await
}

/// An entry of the history that changes nothing of the case but its version; residents do not see it. Returns the note its
/// words became.
///
/// # Errors
/// `case_changed` when somebody was faster.
pub async fn note(
    tx: &mut Tx,
    app: &App,
    by: &By,
    case: &mut Case,
    who: &Names,
    entry: (&'static str, Value, Option<String>),
) -> Result<Option<Id<Note>>> {
    note_with_photos(tx, app, by, case, who, entry, &[]).await
}

/// The same with photos.
///
/// # Errors
/// `case_changed` when somebody was faster; `unknown_photo` on `photos`.
pub async fn note_with_photos(
    tx: &mut Tx,
    app: &App,
    by: &By,
    case: &mut Case,
    who: &Names,
    (kind, params, text): (&'static str, Value, Option<String>),
    shown: &[String],
) -> Result<Option<Id<Note>>> {
    let now = app.now();
    photos::attach(tx, case.id, shown).await?;
    touch(case, who, kind, now);
    let step = Step::new(kind).params(params).text(text).photos(shown).internal();
    let note = record(tx, app, by, case, step, now).await?;
    save(tx, app, case).await?;
    app.live.hint(Topic::Cases);
    Ok(note)
}

/// Words of a case that are no entry of its history.
///
/// # Errors
/// `internal` when the database fails.
pub async fn keep_words(tx: &mut Tx, app: &App, case: &Case, text: &str) -> Result<Id<Note>> {
    super::keep_words(tx, app, case.id, text, app.now()).await.map(|(note, _)| note)
}

/// Does what was granted. `told` is what the resident reads, `words` what only staff does. Returns the note of the words.
///
/// # Errors
/// What the step itself refuses: `wrong_status`, `unknown_unit` on `lead`, `case_changed`.
pub async fn grant(
    tx: &mut Tx,
    app: &App,
    (actor, by): (&Actor, &By),
    case: &mut Case,
    granted: Granted,
    (told, words): (Option<String>, Option<String>),
) -> Result<Option<Id<Note>>> {
    let (now, before) = (app.now(), case.due_at);
    let parts = store::assignments_of(tx, case.id).await?;
    let doing = Doing { app, actor, parts: &parts, now };
    let steps = match granted {
        Granted::Extension(until) => {
            pauses::extend(app, case, until, now);
            vec![Step::new("extended").params(json!({"from": before, "to": case.due_at})).text(told)]
        }
        Granted::Pause { until, procedure } => {
            pauses::pause(app, case, PauseReason::Statutory, now, until);
            let params = json!({"until": until, "names": procedure, "due_at": case.due_at});
            vec![Step::new("paused").params(params).text(told)]
        }
        Granted::Parking { review_at, obstacle } => {
            rules::decide(Action::Park, case, &parts, actor)?;
            let again = case.status == Status::Parked;
            pauses::pause(app, case, PauseReason::Parked, now, review_at);
            case.status = Status::Parked;
            let params = json!({"review_at": review_at, "names": obstacle, "again": again});
            vec![Step::new("parked").params(params).text(told)]
        }
        Granted::Dispute { lead, assists, keep_for } => {
            store::move_lead(tx, case.id, AssignmentState::Returned, None, words.as_deref(), now).await?;
            store::end_assignments(tx, case.id, AssignmentState::Ended, now).await?;
            case.returns += 1;
            desk::back_to_desk(case);
            let given = desk::Given { lead, assists, reason: words.clone(), keep_for };
            let upheld = Step::new("dispute_upheld").params(json!({"hand_overs": case.returns})).internal();
            vec![upheld, desk::dispatch(tx, &doing, by, case, given).await?]
        }
        Granted::Exclusion { reason, names } => {
            let params = json!({"reason": reason, "names": names});
            case.excluded = Some(reason);
            vec![Step::new("excluded").params(params).text(words.clone()).internal()]
        }
    };
    store::move_due(tx, case, before).await?;
    let mut last = None;
    for step in steps {
        touch(case, &Names::zh_only(actor.name.clone()), step.kind, now);
        last = record(tx, app, by, case, step, now).await?.or(last);
    }
    save(tx, app, case).await?;
    app.live.hint(Topic::Cases);
    Ok(last)
}

/// 恢复办理: the obstacle is gone, or nobody thinks any more that it is one.
pub(super) async fn take_up(tx: &mut Tx, doing: &Doing<'_>, case: &mut Case, text: String) -> Result<Step> {
    let before = case.due_at;
    pauses::resume(doing.app, case, doing.now);
    store::move_due(tx, case, before).await?;
    case.status = Status::Working;
    Ok(Step::new("taken_up").params(json!({"due_at": case.due_at})).text(text))
}
