//! Hearings, as a calendar and a dispute's page show them.

use std::collections::{HashMap, HashSet};

use db::Conn;
use kernel::{Day, Id, Instant, Result};
use serde::Serialize;

use crate::{
    modules::{
        App,
        mediation::{
            actions::eyes,
            classes::Class,
            model::{Dispute, Hearing, HearingState, Room},
            store::{self, Eyes},
        },
        people::{self, PersonRef},
    },
    platform::access::{Actor, Person, Unit},
};

/// 调解会, as the calendar shows it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Hearing)]
pub(crate) struct HearingView {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Hearing>,
    /// Of which dispute.
    #[schema(value_type = uuid::Uuid)]
    dispute: Id<Dispute>,
    /// That one's number.
    number: String,
    /// What that one is about.
    class: Class,
    /// Where.
    room: Room,
    /// Who mediates.
    mediator: PersonRef,
    /// From when.
    starts_at: Instant,
    /// Until when.
    ends_at: Instant,
    /// On which day, in the instance's zone.
    day: Day,
    /// How it stands.
    state: HearingState,
    /// Its short record, or why it was put off.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// When the one begins to which it was put off.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_to: Option<Instant>,
    /// Counts its changes.
    version: i64,
}

/// Hearings that begin between two days, by their beginning.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HearingWeek {
    /// The first day.
    from: Day,
    /// The last.
    to: Day,
    /// The hearings.
    rows: Vec<HearingView>,
    /// Days that are not worked.
    free: Vec<Day>,
}

/// Hearings a calendar shows at most.
const HEARINGS_MAX: i64 = 1_000;

/// The hearings of some days.
pub(crate) async fn week(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    (from, to): (Day, Day),
    is_mine: bool,
) -> Result<HearingWeek> {
    let own = eyes(actor)?;
    let midnight = |day: Day| day.at(jiff::civil::Time::midnight(), &app.settings.zone);
    let span = (midnight(from), midnight(to.plus(1)));
    let hearings = store::hearings_between(db, &own, span, is_mine, HEARINGS_MAX).await?;
    let calendar = app.calendar.get();
    let days = (0..=62).map(|n| from.plus(n)).take_while(|day| *day <= to);
    Ok(HearingWeek {
        from,
        to,
        rows: hearing_rows(db, app, &own, hearings).await?,
        free: days.filter(|day| !calendar.is_working(*day)).collect(),
    })
}

pub(super) async fn hearing_rows(
    db: &mut Conn,
    app: &App,
    own: &Eyes,
    hearings: Vec<Hearing>,
) -> Result<Vec<HearingView>> {
    let ids: HashSet<Id<Dispute>> = hearings.iter().map(|hearing| hearing.dispute).collect();
    let disputes = store::some(db, own, &ids.into_iter().collect::<Vec<_>>()).await?;
    let disputes: HashMap<Id<Dispute>, &Dispute> = disputes.iter().map(|dispute| (dispute.id, dispute)).collect();
    let centres: HashSet<Id<Unit>> = disputes.values().map(|dispute| dispute.centre).collect();
    let rooms = store::rooms(db, &centres.into_iter().collect::<Vec<_>>()).await?;
    let people: Vec<Id<Person>> = hearings.iter().map(|hearing| hearing.mediator).collect();
    let people = people::people_unscoped(db, &people).await?;
    let view = |hearing: Hearing| {
        // Someone else's by now: its mediator was replaced.
        let dispute = disputes.get(&hearing.dispute)?;
        Some(HearingView {
            id: hearing.id,
            dispute: hearing.dispute,
            number: dispute.number.clone(),
            class: app.disputes.named(&dispute.class),
            room: rooms.iter().find(|room| room.id == hearing.room)?.clone(),
            mediator: people.get(&hearing.mediator)?.clone(),
            starts_at: hearing.starts_at,
            ends_at: hearing.ends_at,
            day: hearing.starts_at.day(&app.settings.zone),
            state: hearing.state,
            words: hearing.words,
            moved_to: hearing.moved_to,
            version: hearing.version,
        })
    };
    Ok(hearings.into_iter().filter_map(view).collect())
}
