//! 到期预报: what falls due on the coming days, and what of it nobody has begun. No rate of the past is projected: a count
//! that opens into its cases can be acted on this morning, a probability cannot.

use db::Conn;
use kernel::Result;

use super::{
    figures::{List, figures},
    model::ForecastDay,
};
use crate::{
    modules::{App, cases::View},
    platform::access::Scope,
};

/// How far the forecast looks, in days after today: what is due today stands in the lists above it.
const DAYS: i64 = 7;

/// The coming days, the first being tomorrow. Each count walks the index of open deadlines of one place and one day.
pub(super) async fn forecast(db: &mut Conn, app: &App, scope: &Scope, all: &List) -> Result<Vec<ForecastDay>> {
    let calendar = app.calendar.get();
    let coming = |ahead| app.today().plus(ahead);
    let lists = (1..=DAYS).flat_map(|ahead| {
        let due = all.clone().due((coming(ahead), coming(ahead)));
        [("due", due.clone().view(View::Owed), None), ("unbegun", due.view(View::Unbegun), None)]
    });
    let mut counted = figures(db, scope, lists.collect()).await?.into_iter();
    let mut days = Vec::new();
    for day in (1..=DAYS).map(coming) {
        let (Some(due), Some(unbegun)) = (counted.next(), counted.next()) else { break };
        days.push(ForecastDay { day, is_working: calendar.is_working(day), due, unbegun });
    }
    Ok(days)
}
