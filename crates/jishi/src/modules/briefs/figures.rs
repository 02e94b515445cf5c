//! Filters as they are counted and as they are opened: made together, so that they cannot differ.

use std::collections::BTreeMap;

use db::Conn;
use jiff::{civil::Time, tz::TimeZone};
use kernel::{COUNT_CAP, Day, Instant, RegionCode, Result};

use super::model::{Figure, Opens};
use crate::{
    modules::cases::{self, CaseFilter, ClosedHow, Matters, Status, View},
    platform::access::Scope,
};

/// One list of cases, as a filter and as the words that open it.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) filter: CaseFilter,
    pub(super) opens: Opens,
    zone: TimeZone,
}

impl List {
    /// All cases of a place.
    pub(super) fn of(place: &RegionCode, now: Instant, zone: &TimeZone) -> Self {
        let filter = CaseFilter { region: Some(place.clone()), now, ..CaseFilter::default() };
        Self { filter, opens: BTreeMap::from([("region", place.to_string())]), zone: zone.clone() }
    }

    fn with(mut self, key: &'static str, value: impl ToString, set: impl FnOnce(&mut CaseFilter)) -> Self {
        self.opens.insert(key, value.to_string());
        set(&mut self.filter);
        self
    }

    pub(super) fn view(self, view: View) -> Self {
        self.with("view", view.as_str(), |filter| filter.view = Some(view))
    }

    pub(super) fn unit(self, unit: kernel::Id<crate::platform::access::Unit>) -> Self {
        self.with("unit", unit, |filter| filter.unit = Some(unit))
    }

    pub(super) fn matter(self, code: &str) -> Self {
        self.with("matter", code, |filter| filter.matter = Some(code.to_owned()))
    }

    pub(super) fn matters(self, matters: &Matters) -> Self {
        self.with("matters", matters, |filter| filter.matters = Some(matters.clone()))
    }

    pub(super) fn status(self, status: Status) -> Self {
        self.with("status", status.as_str(), |filter| filter.status = Some(status))
    }

    pub(super) fn supervised(self) -> Self {
        self.with("supervised", true, |filter| filter.is_supervised = Some(true))
    }

    pub(super) fn redone(self) -> Self {
        self.with("redone", true, |filter| filter.is_redone = Some(true))
    }

    pub(super) fn in_time(self, in_time: InTime) -> Self {
        let is = in_time == InTime::Yes;
        self.with("in_time", is, |filter| filter.is_in_time = Some(is))
    }

    pub(super) fn closed(self, how: ClosedHow) -> Self {
        self.with("closed_how", how.as_str(), |filter| filter.closed_how = Some(how))
    }

    /// Came in on these days.
    pub(super) fn received(self, (from, to): (Day, Day)) -> Self {
        let (start, end) = self.between(from, to);
        self.with("from", from, |filter| filter.from = Some(start)).with("to", to, |filter| filter.before = Some(end))
    }

    /// Ended on these days.
    pub(super) fn ended(self, (from, to): (Day, Day)) -> Self {
        let (start, end) = self.between(from, to);
        self.with("ended_from", from, |filter| filter.ended_from = Some(start))
            .with("ended_to", to, |filter| filter.ended_before = Some(end))
    }

    /// Was due on these days.
    pub(super) fn due(self, (from, to): (Day, Day)) -> Self {
        let (start, end) = self.between(from, to);
        self.with("due_from", from, |filter| filter.due_from = Some(start))
            .with("due_to", to, |filter| filter.due_before = Some(end))
    }

    fn between(&self, from: Day, to: Day) -> (Instant, Instant) {
        (from.at(Time::midnight(), &self.zone), to.plus(1).at(Time::midnight(), &self.zone))
    }
}

/// Whether the clock stopped in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InTime {
    Yes,
    No,
}

/// A list to count, by the code of its figure, and the same of the time before if that is told beside it.
pub(super) type ToCount = (&'static str, List, Option<List>);

/// Counts lists, all in one question.
pub(super) async fn figures(db: &mut Conn, scope: &Scope, lists: Vec<ToCount>) -> Result<Vec<Figure>> {
    let filters = lists.iter().flat_map(|(_, list, before)| [Some(list), before.as_ref()]).flatten();
    let filters: Vec<&CaseFilter> = filters.map(|list| &list.filter).collect();
    let mut counts = cases::counts_of(db, scope, &filters).await?.into_iter();
    let mut next = || counts.next().unwrap_or_default();
    let told = |(code, list, before): ToCount| {
        let count = next();
        let (before, before_opens) = before.map(|list| (next().min(COUNT_CAP), list.opens)).unzip();
        let count_capped = count > COUNT_CAP;
        Figure { code, count: count.min(COUNT_CAP), count_capped, before, before_opens, opens: list.opens }
    };
    Ok(lists.into_iter().map(told).collect())
}
