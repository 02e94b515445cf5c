//! One indicator: its value, its way through the last periods, the middle of its peers.

use db::Conn;
use kernel::{Code, Error, Result};
use serde::Serialize;

use super::{
    definitions::{DefinitionView, definition},
    overview::{PeriodView, usual},
    peers::{PeersView, middle, peers_of, read_peers},
    value::{At, Defined, ValueView, headline, read_sums, value},
    who::Chosen,
};
use crate::modules::{
    App,
    indicators::{periods::Period, shelf, store::Source},
};

/// Periods of a trend.
const TREND: usize = 12;

/// One point of a trend.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorPoint)]
pub struct PointView {
    /// When.
    pub period: PeriodView,
    /// The rate, the number, or the median of times in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The lower end of the interval, of a rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Of how many.
    pub n: i64,
}

/// 指标
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorDetail)]
pub struct DetailView {
    /// What is looked at.
    pub chosen: Chosen,
    /// Its definition.
    pub definition: DefinitionView,
    /// The period.
    pub period: PeriodView,
    /// Its value.
    pub value: ValueView,
    /// The last periods, the oldest first.
    pub trend: Vec<PointView>,
    /// The middle of like places or units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers: Option<PeersView>,
    /// Whether the places within can be compared.
    pub may_compare: bool,
    /// Whether places may stand in the order of their figures here.
    pub league: bool,
}

/// One indicator of what is chosen.
pub async fn detail(db: &mut Conn, app: &App, chosen: Chosen, code: &str) -> Result<DetailView> {
    let volumes = app.indicators.at(&chosen.home);
    let defined = Defined::find(&volumes, code).ok_or_else(|| Error::new(Code::NotFound))?;
    let rule = chosen.period.unwrap_or_else(|| usual(&defined));
    let mut periods: Vec<Period> = Vec::new();
    let mut period = rule.of(chosen.on);
    while periods.len() < TREND {
        periods.push(period);
        period = period.before();
    }
    let sums = read_sums(db, &Source::of(&chosen.selection), &defined.bases(), &periods).await?;
    let point = |(nth, period): (usize, &Period)| {
        let value = value(&defined, &sums, nth, &At { chosen: &chosen, period: *period });
        PointView {
            period: PeriodView::of(*period, app.today()),
            value: headline(&defined, &value).filter(|_| value.n > 0),
            low: value.low,
            high: value.high,
            n: value.n,
        }
    };
    let trend = periods.iter().enumerate().rev().map(point).collect();
    let at = At { chosen: &chosen, period: rule.of(chosen.on) };
    let peers = match peers_of(db, app, &chosen).await? {
        Some(peers) => {
            let sums = read_peers(db, &peers, &defined.bases(), at.period).await?;
            Some(middle(&peers, &defined, &sums, &at))
        }
        None => None,
    };
    Ok(DetailView {
        definition: definition(&defined),
        period: PeriodView::of(at.period, app.today()),
        value: value(&defined, &sums, 0, &at),
        trend,
        peers,
        may_compare: matches!(defined, Defined::One(_)) && super::compare::level_below(&chosen).is_some(),
        league: shelf::comparison(&volumes).league,
        chosen,
    })
}
