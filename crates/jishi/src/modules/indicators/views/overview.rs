//! All indicators of a place or a unit on one page: each with the period before and the middle of its peers.

use db::Conn;
use kernel::{Day, Names, Result};
use serde::Serialize;

use super::{
    definitions::{DefinitionView, all, definition},
    peers::{PeersView, middle, peers_of, read_peers},
    value::{At, Defined, ValueView, headline, read_sums, value},
    who::Chosen,
};
use crate::modules::{
    App,
    indicators::{
        measures::Basis,
        periods::{Period, Rule},
        store::Source,
    },
};

/// A period by its days.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorPeriod)]
pub struct PeriodView {
    /// How it goes.
    pub rule: String,
    /// In words.
    pub names: Names,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub to: Day,
    /// Whether it still goes on.
    pub is_open: bool,
}

impl PeriodView {
    /// A period as it stands today.
    pub fn of(period: Period, today: Day) -> Self {
        Self {
            rule: period.rule.name(),
            names: period.rule.names(),
            from: period.first_day(),
            to: period.last_day(),
            is_open: period.last_day() >= today,
        }
    }
}

/// An indicator on the page.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorCard)]
pub struct CardView {
    /// Its definition.
    pub definition: DefinitionView,
    /// The period.
    pub period: PeriodView,
    /// Its value.
    pub value: ValueView,
    /// What it was in the period before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<f64>,
    /// The middle of like places or units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers: Option<PeersView>,
}

/// A set of them.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorGroup)]
pub struct GroupView {
    /// Its names.
    pub names: Names,
    /// Its code.
    pub code: String,
    /// Its indicators.
    pub cards: Vec<CardView>,
}

/// 指标总览
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorOverview)]
pub struct OverviewView {
    /// What is looked at.
    pub chosen: Chosen,
    /// By set.
    pub groups: Vec<GroupView>,
}

/// All indicators of what is chosen.
pub async fn overview(db: &mut Conn, app: &App, chosen: Chosen) -> Result<OverviewView> {
    let volumes = app.indicators.at(&chosen.home);
    let source = Source::of(&chosen.selection);
    let peers = peers_of(db, app, &chosen).await?;
    let mut groups = Vec::new();
    // Sums of a rule of periods are read once for all that go by it.
    let mut read: Vec<(Rule, Read)> = Vec::new();
    for volume in &volumes {
        let mut cards = Vec::new();
        for defined in all(&volumes, volume) {
            let rule = chosen.period.unwrap_or_else(|| usual(&defined));
            if !read.iter().any(|(known, _)| *known == rule) {
                let period = rule.of(chosen.on);
                let sums = read_sums(db, &source, Basis::ALL, &[period, period.before()]).await?;
                let beside = match &peers {
                    Some(peers) => Some(read_peers(db, peers, Basis::ALL, period).await?),
                    None => None,
                };
                read.push((rule, (period, sums, beside)));
            }
            let Some((_, (period, sums, beside))) = read.iter().find(|(known, _)| *known == rule) else { continue };
            let at = At { chosen: &chosen, period: *period };
            let before = headline(&defined, &value(&defined, sums, 1, &at));
            cards.push(CardView {
                definition: definition(&defined),
                period: PeriodView::of(*period, app.today()),
                value: value(&defined, sums, 0, &at),
                before,
                peers: peers.as_ref().zip(beside.as_ref()).map(|(peers, sums)| middle(peers, &defined, sums, &at)),
            });
        }
        groups.push(GroupView { names: volume.set.names.clone(), code: volume.set.code.clone(), cards });
    }
    Ok(OverviewView { chosen, groups })
}

type Read = (Period, super::value::Sums, Option<super::peers::PeerSums>);

/// How its periods go unless its reader says otherwise.
pub fn usual(defined: &Defined) -> Rule {
    match defined {
        Defined::One(one) => one.it.period,
        Defined::Many(scheme, _) => scheme.it.period,
    }
}
