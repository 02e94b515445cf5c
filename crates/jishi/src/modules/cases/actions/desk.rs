//! Steps of the township's desk: answer, redirect, refuse, merge, settle, dispatch, correct.

use db::Tx;
use kernel::{Code, Day, Error, Id, Names, RegionCode, Result};
use serde_json::json;

use super::{Step, pauses, record, search::save, split::rejoin, staff::Doing, touch};
use crate::{
    modules::{
        cases::{
            conflict, ground,
            model::{Assignment, AssignmentKind, AssignmentState, Case, ClosedHow, RefusalReason, Status},
            proposal, rules, store,
        },
        regions::PlaceSource,
        routing::{self, NewRule},
    },
    platform::{
        access::{Permission, Unit},
        trail::By,
    },
};

/// Ends the case without work.
fn end(doing: &Doing<'_>, case: &mut Case, status: Status) {
    case.status = status;
    case.ended_at = Some(doing.now);
}

pub(super) fn answer(doing: &Doing<'_>, case: &mut Case, text: String) -> Step {
    end(doing, case, Status::Answered);
    Step::new("answered").text(text)
}

pub(super) fn redirect(doing: &Doing<'_>, case: &mut Case, signpost: Option<String>, text: String) -> Result<Step> {
    let params = match &signpost {
        Some(code) => {
            let found = ground::matter(doing.app, code, &case.place)
                .ok_or_else(|| Error::field("signpost", Code::UnknownMatter))?;
            json!({"signpost": code, "names": found.names()})
        }
        None => json!({}),
    };
    end(doing, case, Status::Redirected);
    Ok(Step::new("redirected").params(params).text(text))
}

pub(super) fn refuse(doing: &Doing<'_>, case: &mut Case, reason: RefusalReason, text: String) -> Step {
    end(doing, case, Status::Refused);
    Step::new("refused").params(json!({"reason": reason, "names": reason.names()})).text(text)
}

/// Moves the reports behind another case; their receipts follow it from now on.
pub(super) async fn merge(tx: &mut Tx, doing: &Doing<'_>, by: &By, case: &mut Case, into: &str) -> Result<Step> {
    let scope = doing.actor.require(Permission::CaseRead)?;
    let found = store::by_number(tx, &scope, into).await?;
    let mut target = found.ok_or_else(|| Error::field("into", Code::NotFound))?;
    if target.id == case.id || !target.status.is_open() {
        return Err(Error::field("into", Code::SameCase));
    }
    conflict::refuse_own(&target, doing.actor)?;
    if target.about_unit != case.about_unit {
        return Err(Error::field("into", Code::AboutAnotherUnit));
    }
    store::move_reports(tx, case.id, target.id).await?;
    rejoin(tx, doing, by, case, &target).await?;
    target.reports = store::voices_in(tx, target.id).await?;
    store::end_assignments(tx, case.id, AssignmentState::Ended, doing.now).await?;
    pauses::resume(doing.app, case, doing.now);
    touch(&mut target, &Names::zh_only(doing.actor.name.clone()), "merged", doing.now);
    let joined = Step::new("merged").params(json!({"from": case.number, "reports": case.reports})).internal();
    record(tx, doing.app, by, &target, joined, doing.now).await?;
    save(tx, doing.app, &mut target).await?;
    case.merged_into = Some(target.id);
    end(doing, case, Status::Merged);
    Ok(Step::new("merged").params(json!({"into": target.number})))
}

/// 当场办结: only what the catalogue lets a grid settle.
pub(super) fn settle(doing: &Doing<'_>, case: &mut Case, text: String, photos: &[String]) -> Result<Step> {
    let matter = case.matter.as_deref().and_then(|code| ground::matter(doing.app, code, &case.place));
    if !matter.is_some_and(|matter| matter.grid_settles()) {
        return Err(Error::new(Code::NotForGrid));
    }
    end(doing, case, Status::Closed);
    case.closed_how = Some(ClosedHow::Settled);
    case.handler = Some(doing.actor.person);
    Ok(Step::new("settled").text(text).photos(photos))
}

/// 撤销当场办结: a slip of the thumb is taken back by whoever settled it; the case waits at the desk as if it had just come,
/// with its first deadline.
pub(super) async fn unsettle(tx: &mut Tx, doing: &Doing<'_>, case: &mut Case) -> Result<Step> {
    let reports = store::reports_of(tx, case.id).await?;
    rules::may_unsettle(case, &reports, doing.actor.person, doing.now)?;
    case.status = Status::Received;
    case.ended_at = None;
    case.closed_how = None;
    case.handler = None;
    Ok(Step::new("unsettled"))
}

/// To whom a case is given.
pub(super) struct Given {
    pub(super) lead: Id<Unit>,
    pub(super) assists: Vec<Id<Unit>>,
    /// Why, where it is not as proposed.
    pub(super) reason: Option<String>,
    /// The place in which this lead shall be proposed for this matter from now on.
    pub(super) keep_for: Option<RegionCode>,
}

/// 派单: to the lead and its assistants; another lead than proposed needs a reason, and can be kept as a rule.
pub(super) async fn dispatch(
    tx: &mut Tx,
    doing: &Doing<'_>,
    by: &By,
    case: &mut Case,
    Given { lead, assists, reason, keep_for }: Given,
) -> Result<Step> {
    rules::may_give(case, doing.actor)?;
    let units = proposal::units_that_may_take(tx, case, lead, &assists).await?;
    let back = proposal::sent_back(tx, case).await?;
    let proposed = proposal::route(tx, doing.app, case, &back).await?;
    let was_sent_back = proposal::is_among(&back, lead);
    let differs = was_sent_back || proposed.lead.is_some_and(|unit| unit != lead);
    // What led to this unit: the step of the catalogue or of a rule, or else the dispatcher's own words.
    let led = |why: &routing::Why| matches!(why.step, "lead" | "rule" | "next");
    let why = (proposed.lead == Some(lead)).then(|| proposed.why.into_iter().rfind(led));
    if differs && reason.is_none() {
        return Err(Error::field("reason", Code::ReasonNeeded));
    }
    if let Some(region) = keep_for {
        let reason = reason.clone().ok_or_else(|| Error::field("reason", Code::ReasonNeeded))?;
        keep_as_rule(tx, doing, by, case, (lead, region, reason)).await?;
    }
    let part = |kind, unit| Assignment {
        id: Id::new(doing.now, &doing.app.chance),
        kind,
        unit,
        unit_place: None,
        person: None,
        state: AssignmentState::Open,
        due_at: case.due_at,
        assigned_at: doing.now,
        signed_at: None,
        done_at: None,
        reason: None,
        disputed_at: None,
    };
    store::insert_assignment(tx, case, &part(AssignmentKind::Lead, lead)).await?;
    for unit in assists {
        store::insert_assignment(tx, case, &part(AssignmentKind::Assist, unit)).await?;
    }
    case.status = Status::Dispatched;
    conflict::reveal(tx, doing.app, case).await?;
    case.lead_unit = Some(lead);
    case.handler = None;
    case.dispatched_at = Some(doing.now);
    let names: Vec<Names> = units.into_iter().map(|unit| unit.names).collect();
    let (leads, assists) = (names.first(), names.get(1..));
    let params = json!({"lead": lead, "lead_names": leads, "assist_names": assists, "differs": differs, "why": why});
    Ok(Step::new("dispatched").params(params).text(reason))
}

/// A correction becomes a better proposal: for the case's matter, in a place around it that is the dispatcher's.
async fn keep_as_rule(
    tx: &mut Tx,
    doing: &Doing<'_>,
    by: &By,
    case: &Case,
    (lead, region, reason): (Id<Unit>, RegionCode, String),
) -> Result<()> {
    let scope = doing.actor.require(Permission::RoutingEdit)?;
    if !scope.covers(&region) || !region.covers(&case.place) {
        return Err(Error::field("keep_for", Code::UnknownRegion));
    }
    let matter = case.matter.clone().ok_or_else(|| Error::field("keep_for", Code::UnknownMatter))?;
    let rule = NewRule { matter, region, lead, reason, case_number: Some(case.number.clone()) };
    routing::make_rule_in(tx, doing.app, by, doing.actor.person, rule).await.map(|_| ())
}

pub(super) fn reclassify(doing: &Doing<'_>, case: &mut Case, matter: &str, reason: Option<String>) -> Result<Step> {
    let found =
        ground::matter(doing.app, matter, &case.place).ok_or_else(|| Error::field("matter", Code::UnknownMatter))?;
    let before = case.matter.replace(found.code().to_owned());
    found.settle_on(case);
    let deadline = ground::deadline(doing.app, Some(&found), case.received_at);
    ground::set_deadline(case, &deadline);
    Ok(Step::new("reclassified")
        .params(json!({"from": before, "to": found.code(), "names": found.names()}))
        .text(reason))
}

/// Corrects the place. It may leave the desk's own township, but not the county, whose home the record is.
pub(super) async fn relocate(
    tx: &mut Tx,
    doing: &Doing<'_>,
    case: &mut Case,
    region: RegionCode,
    reason: Option<String>,
) -> Result<Step> {
    let names = within_county(tx, case.true_place(), &region, "region").await?;
    let from = std::mem::replace(case.about_place.as_mut().unwrap_or(&mut case.place), region);
    case.place_is_guess = false;
    case.place_source = PlaceSource::Staff;
    if let Some(matter) = case.matter.as_deref().and_then(|code| ground::matter(doing.app, code, case.true_place())) {
        let deadline = ground::deadline(doing.app, Some(&matter), case.received_at);
        ground::set_deadline(case, &deadline);
    }
    Ok(Step::new("moved").params(json!({"from": from, "to": case.true_place(), "names": names})).text(reason))
}

/// 催办: reminds the units of what they owe. It changes nothing but the history; residents do not see it.
pub(super) async fn urge(tx: &mut Tx, doing: &Doing<'_>, case: &Case, text: String, by: Option<Day>) -> Result<Step> {
    if by.is_some_and(|by| by < doing.now.day(&doing.app.settings.zone)) {
        let expected = Names::new("今天或以后的日期", "today or a later day");
        return Err(Error::field("by", Code::BadFormat).with("expected", expected));
    }
    let before = store::timeline_of(tx, case.id).await?.into_iter().filter(|entry| entry.kind == "urged").count();
    let params = json!({"round": before + 1, "lead": case.lead_unit, "by": by});
    Ok(Step::new("urged").params(params).text(text).internal())
}

/// The names of a place that is in the same county as `home`.
///
/// # Errors
/// `unknown_region` or `outside_place` on `field`.
pub(super) async fn within_county(tx: &mut Tx, home: &RegionCode, region: &RegionCode, field: &str) -> Result<Names> {
    let names = ground::place_names(tx, region).await?.ok_or_else(|| Error::field(field, Code::UnknownRegion))?;
    let county = kernel::Level::County;
    if region.at(county).is_none() || region.at(county) != home.at(county) {
        let home = ground::place_names(tx, &home.at(county).unwrap_or_else(|| home.clone())).await?;
        return Err(Error::field(field, Code::OutsidePlace).with("place", home.unwrap_or_default()));
    }
    Ok(names)
}

/// Kept beside the desk because it undoes a dispatch: back to the big bin.
pub(super) fn back_to_desk(case: &mut Case) {
    case.status = Status::Received;
    case.lead_unit = None;
    case.handler = None;
    case.signed_at = None;
}
