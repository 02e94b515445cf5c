//! 同类: the places beside one, or the units with the same duty, of whom only the middle is told.

use std::collections::HashMap;

use db::Conn;
use kernel::{Level, Names, Result};
use serde::Serialize;

use super::{
    value::{At, Defined, Sums, headline, value},
    who::Chosen,
};
use crate::modules::{
    App,
    indicators::{
        measures::Basis,
        model::{Selection, Tally},
        periods::Period,
        stats,
        store::{self, Grouping},
    },
    people, regions,
};

/// Of fewer than this many things a value says nothing.
const LEAST: i64 = 5;
/// Of fewer than this many peers the middle would be somebody's own value.
const PEERS: usize = 3;

/// The middle of like places or units.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorPeers)]
pub struct PeersView {
    /// Who they are: 同一个县里的乡镇街道.
    pub names: Names,
    /// How many have enough to be counted.
    pub counted: i64,
    /// The middle of their values; none where there are too few.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median: Option<f64>,
}

/// Who the peers are, and how they are summed.
pub struct Peers {
    names: Names,
    grouping: Grouping,
}

/// The peers of what is looked at, if it has any: for a place those beside it, for a unit those with its duty and level.
pub async fn peers_of(db: &mut Conn, app: &App, chosen: &Chosen) -> Result<Option<Peers>> {
    let Selection { place, unit, matter } = &chosen.selection;
    let part = matter.clone().filter(|matter| !matter.contains('.'));
    let is_counted = matter.is_none() || part.is_some();
    match (place, unit) {
        (Some(place), None) if *place != app.settings.region => {
            let Some(parent) = place.parent() else { return Ok(None) };
            let selection = Selection { place: Some(parent.clone()), unit: None, matter: matter.clone() };
            let codes = children(db, app, &parent).await?;
            let grouping = if is_counted {
                Grouping::Whose(codes, part.unwrap_or_default())
            } else {
                Grouping::Level(place.level(), selection)
            };
            Ok(Some(Peers { names: beside(place.level()), grouping }))
        }
        (None, Some(unit)) if is_counted => {
            let Some(record) = people::unit_record_unscoped(db, *unit).await? else { return Ok(None) };
            let within = record.region.parent().filter(|parent| app.settings.region.covers(parent));
            let within = within.unwrap_or_else(|| app.settings.region.clone());
            let like = people::like_units_unscoped(db, (&record.duty, record.level), &within, app.today()).await?;
            let whose = like.into_iter().map(|unit| unit.id.to_string()).collect();
            let names = Names::new("同级同职责的单位", "units with the same duty on the same level");
            Ok(Some(Peers { names, grouping: Grouping::Whose(whose, part.unwrap_or_default()) }))
        }
        _ => Ok(None),
    }
}

/// Codes of the places directly in one.
pub async fn children(db: &mut Conn, app: &App, parent: &kernel::RegionCode) -> Result<Vec<String>> {
    let found = regions::children_unscoped(db, parent, app.today()).await?;
    Ok(found.into_iter().map(|region| region.place.code.to_string()).collect())
}

fn beside(level: Level) -> Names {
    match level {
        Level::City => Names::new("省内各市", "cities beside it"),
        Level::County => Names::new("市内各县区", "counties beside it"),
        Level::Township => Names::new("县区内各乡镇街道", "townships beside it"),
        _ => Names::new("乡镇街道内各村社区", "villages and communities beside it"),
    }
}

/// What the peers have in a period, by the day that counts.
pub type PeerSums = HashMap<Basis, HashMap<String, Vec<Tally>>>;

/// Reads what some bases need of the peers.
pub async fn read_peers(db: &mut Conn, peers: &Peers, bases: &[Basis], period: Period) -> Result<PeerSums> {
    let mut sums = PeerSums::new();
    for basis in bases {
        if !sums.contains_key(basis) {
            sums.insert(*basis, store::sums_by(db, &peers.grouping, *basis, period).await?);
        }
    }
    Ok(sums)
}

/// The middle of the peers' values.
pub fn middle(peers: &Peers, defined: &Defined, sums: &PeerSums, at: &At<'_>) -> PeersView {
    let whose: std::collections::BTreeSet<&String> = sums.values().flat_map(HashMap::keys).collect();
    let values: Vec<f64> = whose
        .into_iter()
        .filter_map(|whose| {
            let own: Sums =
                sums.iter().map(|(basis, all)| (*basis, vec![all.get(whose).cloned().unwrap_or_default()])).collect();
            let value = value(defined, &own, 0, at);
            headline(defined, &value).filter(|_| value.n >= LEAST)
        })
        .collect();
    let counted = values.len();
    let median = (counted >= PEERS).then(|| stats::median(values)).flatten();
    PeersView { names: peers.names.clone(), counted: i64::try_from(counted).unwrap_or(i64::MAX), median }
}
