//! Figures of a place in a year. Each is the count of the list that the same conditions open; what is only counted stands
//! apart, folded.

use std::collections::BTreeMap;

use db::Conn;
use kernel::{Instant, RegionCode, Result};
use serde::Serialize;

use super::rows::{ClassRef, class_ref};
use crate::modules::{
    App,
    disclosure::{
        model::{Month, NotFixedReason, PublicState},
        rules, store,
    },
    regions::{self, RegionRef},
};

/// How cases are shared out among the states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = PublicTally)]
pub struct Tally {
    /// All of them.
    pub cases: i64,
    /// Still in hand; some of them are answered, and whoever reported it has not said yet whether it is solved.
    pub open: i64,
    /// Solved, as the resident confirmed.
    pub solved: i64,
    /// Settled on the spot.
    pub settled: i64,
    /// Done; the resident did not answer.
    pub unverified: i64,
    /// Not fixed, with the reason.
    pub not_fixed: i64,
    /// Answered, or still open, after the day it was due.
    pub late: i64,
}

impl Tally {
    fn add(&mut self, figure: &store::Figure) {
        let cases = figure.cases;
        self.cases += cases;
        *match figure.state {
            PublicState::Open => &mut self.open,
            PublicState::Solved => &mut self.solved,
            PublicState::Settled => &mut self.settled,
            PublicState::Unverified => &mut self.unverified,
            PublicState::NotFixed => &mut self.not_fixed,
        } += cases;
        self.late += if figure.is_late { cases } else { 0 };
    }
}

/// Why cases were not fixed.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicReasonCount)]
pub struct ReasonCount {
    /// Why.
    pub reason: NotFixedReason,
    /// How many.
    pub cases: i64,
}

/// Cases that came in a month.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicMonthTally)]
pub struct MonthTally {
    /// `YYYY-MM`.
    pub month: String,
    /// Answered by now, whether or not the answer was confirmed.
    pub answered: i64,
    #[serde(flatten)]
    pub tally: Tally,
}

/// Cases of a class.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicClassTally)]
pub struct ClassTally {
    /// The class.
    pub class: ClassRef,
    #[serde(flatten)]
    pub tally: Tally,
}

/// Figures of a place in the one asked for.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicChildTally)]
pub struct ChildTally {
    /// The place.
    pub place: RegionRef,
    /// Half of the answers came within so many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_days: Option<i64>,
    #[serde(flatten)]
    pub tally: Tally,
}

/// A state with how many cases of it there are.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicStateCount)]
pub struct StateCount {
    /// The state.
    pub state: PublicState,
    /// How many.
    pub cases: i64,
}

/// A class with how many cases of it are only counted.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicClassCount)]
pub struct ClassCount {
    /// The class.
    pub class: ClassRef,
    /// How many.
    pub cases: i64,
}

/// Cases that touch on homes and persons: counted, never shown one by one.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicCounted)]
pub struct Counted {
    /// How many; null when there are some, but so few that a number could point at somebody.
    pub cases: Option<i64>,
    /// So many are needed to be told apart.
    pub few: i64,
    /// States with enough of them.
    pub states: Vec<StateCount>,
    /// All other states together.
    pub other_states: i64,
    /// Classes with enough of them.
    pub classes: Vec<ClassCount>,
    /// All other classes together.
    pub other: i64,
}

/// Figures of a place in a year, by the day of arrival.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicFigures)]
pub struct Figures {
    /// The place.
    pub place: RegionRef,
    /// The places above it, the widest first.
    pub path: Vec<RegionRef>,
    /// The year.
    pub year: i64,
    /// The years of which there are figures, the newest first.
    pub years: Vec<i64>,
    /// When what is public changed last.
    pub updated_at: Option<Instant>,
    /// Cases shown one by one.
    pub listed: Tally,
    /// How many of them are answered.
    pub answered: i64,
    /// Half of the answers came within so many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_days: Option<i64>,
    /// Why cases were not fixed.
    pub reasons: Vec<ReasonCount>,
    /// By month, all twelve.
    pub months: Vec<MonthTally>,
    /// By class, the most frequent first.
    pub classes: Vec<ClassTally>,
    /// What is only counted.
    pub counted: Counted,
    /// The places in it, in the order of their codes: they are not compared.
    pub children: Vec<ChildTally>,
}

/// Figures of a place in a year.
///
/// # Errors
/// `not_found` when there never was such a place.
pub async fn figures(db: &mut Conn, app: &App, code: &RegionCode, year: i64) -> Result<Figures> {
    let detail = regions::detail_unscoped(db, code, app.today()).await?;
    let place = detail.region.place;
    let rows = store::figures(db, &place.code, year).await?;
    let children = regions::children_unscoped(db, &place.code, app.today()).await?;
    let children: Vec<RegionRef> = children
        .into_iter()
        .map(|child| child.place)
        .filter(|child| child.code.as_str().len() <= 15 && !child.code.is_group())
        .collect();
    let mut all: Vec<RegionCode> = children.iter().map(|child| child.code.clone()).collect();
    let of_children = store::children_figures(db, &all, year).await?;
    all.push(place.code.clone());
    let answered = store::answered(db, &place.code, year).await?;
    let days = store::days(db, &all, year).await?;
    let median = |code: &RegionCode| days.get(code).and_then(rules::median);
    let counted = counted(db, app, &place.code, year).await?;
    let (_, updated_at) = store::mark_unscoped(db).await?;
    Ok(Figures {
        path: detail.path.into_iter().filter(|above| app.settings.region.covers(&above.code)).collect(),
        year,
        years: years(store::years(db, &place.code).await?, app.today().year()),
        updated_at,
        listed: tally(&rows),
        answered: answered.values().sum(),
        median_days: median(&place.code),
        reasons: reasons(&rows),
        months: months(&rows, &answered, year),
        classes: classes(app, &rows),
        counted: counted_view(app, counted),
        children: children.into_iter().map(|child| child_tally(child, &of_children, median)).collect(),
        place,
    })
}

/// What is only counted, folded: beside its neighbours, so that none of them is what the sum of all leaves over.
async fn counted(db: &mut Conn, app: &App, place: &RegionCode, year: i64) -> Result<rules::Folded> {
    let year = format!("{year:04}");
    let counts = store::counts_unscoped(db, place, &year).await?;
    let above = place.parent().filter(|above| app.settings.region.covers(above));
    let beside = match above {
        Some(above) => regions::children_unscoped(db, &above, app.today()).await?,
        None => Vec::new(),
    };
    let beside: Vec<RegionCode> =
        beside.into_iter().map(|child| child.place.code).filter(|code| !code.is_group()).collect();
    let sums = store::count_sums_unscoped(db, &beside, &year).await?;
    let shields = if rules::untold(&sums).contains(place) { rules::Shields::Another } else { rules::Shields::Nobody };
    Ok(rules::fold(&counts, shields))
}

fn years(known: store::Years, this: i64) -> Vec<i64> {
    let year = |month: Option<Month>| {
        month.and_then(|month| month.as_str().get(..4).and_then(|year| year.parse::<i64>().ok()))
    };
    let first = year(known.first).unwrap_or(this).min(this);
    let last = year(known.last).unwrap_or(this).max(this);
    (first..=last).rev().collect()
}

fn tally<'a>(rows: impl IntoIterator<Item = &'a store::Figure>) -> Tally {
    let mut tally = Tally::default();
    rows.into_iter().for_each(|row| tally.add(row));
    tally
}

fn reasons(rows: &[store::Figure]) -> Vec<ReasonCount> {
    let count =
        |reason: &NotFixedReason| rows.iter().filter(|row| row.reason == Some(*reason)).map(|row| row.cases).sum();
    let all = NotFixedReason::ALL.iter().map(|reason| ReasonCount { reason: *reason, cases: count(reason) });
    all.filter(|row| row.cases > 0).collect()
}

fn months(rows: &[store::Figure], answered: &BTreeMap<Month, i64>, year: i64) -> Vec<MonthTally> {
    let month = |number: i64| {
        let month = format!("{year:04}-{number:02}");
        let answered = answered.iter().find(|(known, _)| known.as_str() == month).map_or(0, |(_, cases)| *cases);
        MonthTally { answered, tally: tally(rows.iter().filter(|row| row.month.as_str() == month)), month }
    };
    (1..=12).map(month).collect()
}

fn classes(app: &App, rows: &[store::Figure]) -> Vec<ClassTally> {
    let mut classes: BTreeMap<&str, Tally> = BTreeMap::new();
    for row in rows {
        classes.entry(&row.class).or_default().add(row);
    }
    let mut classes: Vec<ClassTally> =
        classes.into_iter().map(|(code, tally)| ClassTally { class: class_ref(app, code), tally }).collect();
    classes.sort_by_key(|row| std::cmp::Reverse(row.tally.cases));
    classes
}

fn child_tally(place: RegionRef, rows: &[store::Figure], median: impl Fn(&RegionCode) -> Option<i64>) -> ChildTally {
    let tally = tally(rows.iter().filter(|row| row.place == place.code));
    ChildTally { median_days: median(&place.code), tally, place }
}

fn counted_view(app: &App, folded: rules::Folded) -> Counted {
    let classes = folded.classes.into_iter().map(|(code, cases)| ClassCount { class: class_ref(app, &code), cases });
    Counted {
        cases: folded.cases,
        few: rules::FEW,
        other_states: folded.other_states,
        states: folded.states.into_iter().map(|(state, cases)| StateCount { state, cases }).collect(),
        classes: classes.collect(),
        other: folded.other,
    }
}
