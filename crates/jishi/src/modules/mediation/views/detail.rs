//! The page of a dispute.

use std::collections::HashMap;

use db::Conn;
use kernel::{Id, Instant, Result};
use serde::Serialize;

use super::{
    DisputeRow,
    hearings::{HearingView, hearing_rows},
    rows,
};
use crate::{
    modules::{
        App,
        calendar::Deadline,
        cases::{self, Case},
        mediation::{
            actions::{eyes, hand, mediators, reckon},
            law::Limit,
            model::{
                Agreement, Dispute, DisputeKind, DisputePartyField, DisputePartyPurpose, DisputeState, Ending, Line,
                Opening, Party, PartyMask, Room,
            },
            rules,
            store::{self, vault},
        },
        people::{self, PersonRef},
    },
    platform::access::{Actor, Permission, Person, Role},
};

/// A line of the history.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DisputeLine {
    /// When.
    at: Instant,
    /// What, e.g. `accepted`.
    kind: String,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonRef>,
    /// As what.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    /// Details.
    params: serde_json::Value,
    /// Words, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

/// One opening of what is kept of a party.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PartyOpening {
    /// Whose.
    #[schema(value_type = uuid::Uuid)]
    party: Id<Party>,
    /// What.
    field: DisputePartyField,
    /// When.
    at: Instant,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonRef>,
    /// As what.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    /// Why.
    purpose: DisputePartyPurpose,
    /// Why, in words.
    words: String,
}

/// The case a dispute came from.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FromCase {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Case>,
    /// Its number.
    number: String,
}

/// 纠纷
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DisputeDetail {
    /// As in lists.
    #[serde(flatten)]
    row: DisputeRow,
    /// What it is about; names and numbers masked.
    words: String,
    /// The case it came from, for whoever may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<FromCase>,
    /// The number it has elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    elsewhere: Option<String>,
    /// How what is due next was reckoned.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<Deadline>,
    /// By when another body must have it, where another is competent.
    #[serde(skip_serializing_if = "Option::is_none")]
    hand_over_by: Option<Deadline>,
    /// Whether the period, or the decision, was given more time.
    is_prolonged: bool,
    /// The agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<Agreement>,
    /// How it ended without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    ending: Option<Ending>,
    /// Who stands against whom, masked.
    parties: Vec<PartyMask>,
    /// Who opened what.
    openings: Vec<PartyOpening>,
    /// Its hearings.
    hearings: Vec<HearingView>,
    /// What was done.
    history: Vec<DisputeLine>,
    /// What the reader may do now.
    allowed: Vec<&'static str>,
    /// Who may be asked to mediate.
    mediators: Vec<PersonRef>,
    /// The rooms of its centre.
    rooms: Vec<Room>,
    /// Whether a hearing may be planned.
    may_plan: bool,
}

/// The page of a dispute.
pub(crate) async fn detail(db: &mut Conn, app: &App, actor: &Actor, id: Id<Dispute>) -> Result<DisputeDetail> {
    let own = eyes(actor)?;
    let dispute = store::get(db, &own, id).await?;
    let hand = hand(actor, &own, &dispute)?;
    let (lines, openings) = (store::lines(db, id).await?, vault::openings(db, id).await?);
    let mut ids: Vec<Id<Person>> = lines.iter().map(|line| line.person).collect();
    ids.extend(openings.iter().map(|opening| opening.person));
    ids.extend(lines.iter().filter_map(named_in));
    let people = people::people_unscoped(db, &ids).await?;
    let hearings = store::hearings_of(db, id).await?;
    let allowed = rules::allowed(&dispute, hand, app.now());
    let candidates = if allowed.contains(&"propose") { mediators(db, app, &dispute.place).await? } else { Vec::new() };
    let rooms = store::rooms(db, &[dispute.centre]).await?;
    let is_waiting = dispute.state == DisputeState::Applied && dispute.kind == DisputeKind::Administrative;
    let case = case_of(db, actor, &dispute).await?;
    let row = rows(db, app, std::slice::from_ref(&dispute)).await?.pop();
    Ok(DisputeDetail {
        row: row.ok_or_else(|| kernel::Error::internal("one in is one out"))?,
        hearings: hearing_rows(db, app, &own, hearings).await?,
        parties: vault::masks(db, id).await?,
        openings: openings.into_iter().map(|opening| opened(opening, &people)).collect(),
        history: lines.into_iter().map(|line| told(line, &people)).collect(),
        hand_over_by: is_waiting.then(|| reckon(app, Limit::HandOver.time(), dispute.applied_at)),
        may_plan: dispute.state == DisputeState::Mediating,
        mediators: candidates,
        case,
        words: dispute.words,
        elsewhere: dispute.elsewhere,
        deadline: dispute.deadline,
        is_prolonged: dispute.is_prolonged,
        agreement: dispute.agreement,
        ending: dispute.ending,
        allowed,
        rooms,
    })
}

async fn case_of(db: &mut Conn, actor: &Actor, dispute: &Dispute) -> Result<Option<FromCase>> {
    let (Some(id), Ok(scope)) = (dispute.case, actor.require(Permission::CaseRead)) else { return Ok(None) };
    let case = cases::get(db, &scope, id).await.ok();
    Ok(case.map(|case| FromCase { id: case.id, number: case.number }))
}

/// The mediator a line speaks of.
fn named_in(line: &Line) -> Option<Id<Person>> {
    line.params.get("mediator")?.as_str()?.parse().ok()
}

fn told(line: Line, people: &HashMap<Id<Person>, PersonRef>) -> DisputeLine {
    let mut params = line.params.clone();
    if let Some(person) = named_in(&line).and_then(|id| people.get(&id)) {
        params["mediator"] = person.name.clone().into();
    }
    let person = people.get(&line.person).cloned();
    DisputeLine { at: line.at, kind: line.kind, person, role: line.role, params, words: line.words }
}

fn opened(opening: Opening, people: &HashMap<Id<Person>, PersonRef>) -> PartyOpening {
    let Opening { party, field, at, person, role, purpose, words } = opening;
    PartyOpening { party, field, at, person: people.get(&person).cloned(), role, purpose, words }
}
