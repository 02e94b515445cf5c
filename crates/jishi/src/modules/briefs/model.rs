//! Figures, each with the list it opens. Types only.

use std::collections::BTreeMap;

use kernel::{Day, Instant, Names};
use serde::Serialize;

use crate::modules::{cases::CaseRow, matters::MatterRef, patrols::PatrolDue, people::UnitRef, regions::RegionRef};

/// The filter of the list of cases that a figure counts: what stands behind `/api/cases?`.
pub type Opens = BTreeMap<&'static str, String>;

/// A figure, with the one of the day or week before.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BriefFigure)]
pub struct Figure {
    /// Which, e.g. `overdue`.
    pub code: &'static str,
    /// Cases, exact up to 10,000.
    pub count: i64,
    /// True when there are more.
    pub count_capped: bool,
    /// The same of the day or week before, where that makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// The list of those.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub before_opens: Option<Opens>,
    /// The filter of the list it counts.
    #[schema(value_type = BTreeMap<String, String>)]
    pub opens: Opens,
}

/// A unit that carries what is late.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Carrying {
    /// The unit.
    pub unit: UnitRef,
    /// What it has that is late now.
    pub overdue: i64,
    /// What it has that is due within a day.
    pub due_soon: i64,
    /// The oldest deadline that is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_due_at: Option<Instant>,
    /// The list of what is late.
    #[schema(value_type = BTreeMap<String, String>)]
    pub opens: Opens,
    /// The list of what is due within a day.
    #[schema(value_type = BTreeMap<String, String>)]
    pub due_soon_opens: Opens,
}

/// A matter that comes in more than usual.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Surge {
    /// The matter.
    pub matter: MatterRef,
    /// How often it came in.
    pub count: i64,
    /// How often it usually does in as many days: the mean of the four weeks before, times ten.
    pub usual_tenths: i64,
    /// The list of those that came in.
    #[schema(value_type = BTreeMap<String, String>)]
    pub opens: Opens,
}

/// What falls due on one of the coming days.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ForecastDay {
    /// The day.
    pub day: Day,
    /// Whether it is worked.
    pub is_working: bool,
    /// What is owed an answer by then and has none yet.
    pub due: Figure,
    /// What of it has not been given out, or not been signed for.
    pub unbegun: Figure,
}

/// 早调度: a leader's morning.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Morning {
    /// What it is about.
    pub place: RegionRef,
    /// The units whose work alone it counts; none where it counts all of the place.
    pub units: Vec<UnitRef>,
    /// As of when.
    pub at: Instant,
    /// Yesterday.
    pub yesterday: Day,
    /// How it stands now.
    pub now: Vec<Figure>,
    /// What yesterday brought, beside the day before.
    pub changed: Vec<Figure>,
    /// The first that are late, the oldest deadline first.
    pub late: Vec<CaseRow>,
    /// The first that are due within a day.
    pub soon: Vec<CaseRow>,
    /// Who carries what is late, the oldest deadline first.
    pub carrying: Vec<Carrying>,
    /// What comes in more than usual.
    pub surges: Vec<Surge>,
    /// What falls due on the coming seven days.
    pub forecast: Vec<ForecastDay>,
}

/// A place with its week.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PlaceWeek {
    /// The place.
    pub place: RegionRef,
    /// Its figures, of the same codes for every place.
    pub figures: Vec<Figure>,
}

/// A matter with its week.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct MatterWeek {
    /// The matter.
    pub matter: MatterRef,
    /// How often it came in.
    pub count: i64,
    /// How often in the week before.
    pub before: i64,
    /// The list of those.
    #[schema(value_type = BTreeMap<String, String>)]
    pub before_opens: Opens,
    /// The list of those that came in.
    #[schema(value_type = BTreeMap<String, String>)]
    pub opens: Opens,
}

/// 周报: a week in figures.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Week {
    /// What it is about.
    pub place: RegionRef,
    /// The units whose work alone it counts; none where it counts all of the place.
    pub units: Vec<UnitRef>,
    /// Monday.
    pub from: Day,
    /// Sunday.
    pub to: Day,
    /// False while the week is not over: its figures are those so far.
    pub is_over: bool,
    /// What the week brought, beside the one before.
    pub figures: Vec<Figure>,
    /// The most frequent matters.
    pub matters: Vec<MatterWeek>,
    /// The places right below, in the order of their codes.
    pub places: Vec<PlaceWeek>,
}

/// A group of matters: its cases that are open, late, and ended these seven days.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct GroupFigures {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// `open`, `overdue`, `ended`.
    pub figures: Vec<Figure>,
}

/// A kind of the register: how many there are, and how many have a fact that has grown old.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct KindFigures {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Things.
    pub count: i64,
    /// Of them, those with an old fact; `stale=true` narrows the list to them.
    pub stale: i64,
    /// The filter of the list of the register it counts: what stands behind `/api/register?`.
    #[schema(value_type = BTreeMap<String, String>)]
    pub opens: Opens,
}

/// A section of a place's page.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PageSection {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// Groups of matters.
    pub groups: Vec<GroupFigures>,
    /// Kinds of the register.
    pub kinds: Vec<KindFigures>,
    /// What patrols still have to look at, where that stands here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patrols: Option<Vec<PatrolDue>>,
}

/// 本村、本社区: the page of a place, by its kind.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PlacePage {
    /// Which page: `village` or `community`.
    pub code: String,
    /// What it calls the place.
    pub names: Names,
    /// What is counted: the village or community, or a grid in it.
    pub place: RegionRef,
    /// The village or community.
    pub village: RegionRef,
    /// As of when.
    pub at: Instant,
    /// The first of the seven days.
    pub from: Day,
    /// The last of them, today.
    pub to: Day,
    /// Its sections.
    pub sections: Vec<PageSection>,
}
