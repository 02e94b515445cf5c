//! 调解成功率、履行率、司法确认率, each told with its parts and its definition, and with the lists they open for whoever may
//! see those. Counted by place and class; never by mediator, never by party.

use std::collections::{BTreeMap, HashMap};

use db::Conn;
use kernel::{Day, RegionCode, Result};
use serde::Serialize;

use crate::{
    modules::{
        App,
        mediation::{
            actions::eyes,
            classes::Class,
            store::{self, Figures},
        },
        regions::{self, RegionRef},
    },
    platform::access::{Actor, Permission},
};

/// What came of what was taken in.
#[derive(Clone, Copy, Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct MediationCounts {
    /// Taken in between the days.
    accepted: i64,
    /// Of them, those still open.
    open: i64,
    /// Agreements among them.
    agreements: i64,
    /// Of them, those without one.
    failed: i64,
    /// Agreements whose every item was kept.
    kept: i64,
    /// Agreements with an item that was not.
    broken: i64,
    /// Agreements the court confirmed.
    confirmed: i64,
}

impl MediationCounts {
    fn add(&mut self, row: &Figures) {
        self.accepted += row.accepted;
        self.open += row.open;
        self.agreements += row.agreements;
        self.failed += row.failed;
        self.kept += row.kept;
        self.broken += row.broken;
        self.confirmed += row.confirmed;
    }
}

/// The counts of a township, or of the county's own centre.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PlaceCounts {
    /// Which; none for the county's own centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<RegionRef>,
    /// Its counts.
    counts: MediationCounts,
}

/// The counts of a class.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ClassCounts {
    /// Which.
    class: Class,
    /// Its counts.
    counts: MediationCounts,
}

/// Figures of mediation.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MediationFigures {
    /// The first day.
    from: Day,
    /// The last.
    to: Day,
    /// All together.
    total: MediationCounts,
    /// By place.
    places: Vec<PlaceCounts>,
    /// By class.
    classes: Vec<ClassCounts>,
    /// Whether the reader may open the lists behind them.
    may_open: bool,
}

/// The figures of the actor's places.
pub(crate) async fn figures(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    (from, to): (Day, Day),
) -> Result<MediationFigures> {
    let places = actor.require(Permission::MediationCount)?.places;
    let rows = store::figures(db, &places, from, to).await?;
    let mut total = MediationCounts::default();
    let mut of_place: BTreeMap<Option<RegionCode>, MediationCounts> = BTreeMap::new();
    let mut of_class: HashMap<&str, MediationCounts> = HashMap::new();
    for row in &rows {
        total.add(row);
        of_place.entry(row.township.clone()).or_default().add(row);
        of_class.entry(row.class.as_str()).or_default().add(row);
    }
    let names = regions::refs_unscoped(db, of_place.keys().flatten()).await?;
    let mut classes: Vec<ClassCounts> =
        of_class.into_iter().map(|(code, counts)| ClassCounts { class: app.disputes.named(code), counts }).collect();
    classes.sort_by(|one, other| one.class.code.cmp(&other.class.code));
    let place = |(code, counts): (Option<RegionCode>, MediationCounts)| PlaceCounts {
        place: code.and_then(|code| names.get(&code).cloned()),
        counts,
    };
    Ok(MediationFigures {
        from,
        to,
        total,
        places: of_place.into_iter().map(place).collect(),
        classes,
        may_open: eyes(actor).is_ok_and(|eyes| !eyes.places.is_empty()),
    })
}
