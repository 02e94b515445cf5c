//! 每月一题, as everyone may read it: from `disclosed_topics` alone.

use db::Conn;
use kernel::{Id, Level, Names, RegionCode, Result};
use serde::Serialize;

use super::steps;
use crate::{
    modules::{
        App,
        matters::MatterRef,
        recurrence::{
            model::{Told, Topic},
            store,
        },
        regions::{self, RegionRef},
    },
    platform::access::{Actor, Permission},
};

/// Of how many months everyone may read: two years.
const MONTHS: i64 = 24;

/// 每月一题: the office's words, and numbers of five and more.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(in super::super) struct PublicTopic {
    /// Of which month.
    month: String,
    /// The matter.
    matter: MatterRef,
    /// The township and the village.
    place: Vec<RegionRef>,
    /// What shall be reached.
    goal: Names,
    /// What was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Names>,
    /// Whether it is finished.
    is_finished: bool,
    /// How many cases led to it; none when there are fewer than five.
    #[serde(skip_serializing_if = "Option::is_none")]
    cases: Option<i64>,
}

async fn public(db: &mut Conn, app: &App, told: Vec<Told>) -> Result<Vec<PublicTopic>> {
    let codes: Vec<RegionCode> = told.iter().flat_map(|told| steps(&told.village)).collect();
    let places = regions::refs_unscoped(db, &codes).await?;
    let topic = |told: Told| PublicTopic {
        matter: app.matters.catalogue().matter_ref(&told.matter, &told.village),
        place: steps(&told.village).filter_map(|code| places.get(&code).cloned()).collect(),
        month: told.month,
        goal: told.goal,
        result: told.result,
        is_finished: told.is_finished,
        cases: told.cases,
    };
    Ok(told.into_iter().map(topic).collect())
}

/// The topics of a county's months, the newest first.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(in super::super) struct PublicTopics {
    /// Of the last two years.
    rows: Vec<PublicTopic>,
}

/// What everyone may read of the topics of a county's months.
pub(in super::super) async fn open(db: &mut Conn, app: &App, county: &RegionCode) -> Result<PublicTopics> {
    let told = store::told_in_unscoped(db, county, MONTHS).await?;
    Ok(PublicTopics { rows: public(db, app, told).await? })
}

/// The topic of this month where the reader is; none where the county has marked none.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(in super::super) struct MonthTopic {
    /// This month, e.g. `2026-11`.
    month: String,
    /// The topic, as everyone may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<PublicTopic>,
    /// Which, for whoever may open it.
    #[schema(value_type = Option<uuid::Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id<Topic>>,
}

/// The month's topic on a leader's morning.
pub(in super::super) async fn month(db: &mut Conn, app: &App, actor: &Actor) -> Result<MonthTopic> {
    let scope = actor.require(Permission::CaseRead)?;
    let month = app.today().date().strftime("%Y-%m").to_string();
    let Some(county) = scope.home(&app.settings.region).at(Level::County) else {
        return Ok(MonthTopic { month, topic: None, id: None });
    };
    let told = store::told_unscoped(db, &county, &month).await?;
    let topic = public(db, app, told.into_iter().collect()).await?.pop();
    let id = store::of_month(db, &scope, &county, &month).await?.map(|topic| topic.id);
    Ok(MonthTopic { month, topic, id })
}
