//! What rows of cases refer to, with its names.

use std::collections::HashMap;

use db::Conn;
use kernel::{Id, RegionCode, Result};

use super::{
    ground,
    model::{Case, Status},
    shapes::CaseRow,
};
use crate::{
    modules::{
        App,
        people::{self, PersonRef, UnitRef},
        regions::{self, Place, RegionRef, Whereabouts},
        register::{self, Item, ItemRef},
    },
    platform::access::{Person, Unit},
};

/// Names of everything some rows refer to, read in four statements whatever their number.
pub(super) struct Referred {
    regions: HashMap<RegionCode, RegionRef>,
    units: HashMap<Id<Unit>, UnitRef>,
    people: HashMap<Id<Person>, PersonRef>,
    items: HashMap<Id<Item>, ItemRef>,
}

impl Referred {
    pub(super) async fn read(
        db: &mut Conn,
        places: Vec<RegionCode>,
        units: Vec<Id<Unit>>,
        persons: Vec<Id<Person>>,
    ) -> Result<Self> {
        Ok(Self {
            regions: regions::refs_unscoped(db, &places).await?,
            units: people::units_unscoped(db, &units).await?,
            people: people::people_unscoped(db, &persons).await?,
            items: HashMap::new(),
        })
    }

    /// The same with the things that cases are about.
    pub(super) async fn with_items(mut self, db: &mut Conn, app: &App, cases: &[Case]) -> Result<Self> {
        let ids: Vec<Id<Item>> = cases.iter().filter_map(|case| case.item).collect();
        let found = register::refs_unscoped(db, app, &ids).await?;
        self.items = found.into_iter().map(|item| (item.id, item)).collect();
        Ok(self)
    }

    /// A unit by its names.
    pub(super) fn unit(&self, id: Option<Id<Unit>>) -> Option<UnitRef> {
        id.and_then(|id| self.units.get(&id).cloned())
    }

    pub(super) fn person(&self, id: Option<Id<Person>>) -> Option<PersonRef> {
        id.and_then(|id| self.people.get(&id).cloned())
    }

    pub(super) fn region(&self, code: Option<&RegionCode>) -> Option<RegionRef> {
        code.and_then(|code| self.regions.get(code).cloned())
    }

    pub(super) fn place(&self, case: &Case) -> Place {
        let at = Whereabouts {
            region: Some(case.true_place().clone()),
            text: case.place_text.clone(),
            lon: case.lon,
            lat: case.lat,
            source: case.place_source,
            is_guess: case.place_is_guess,
        };
        regions::named(&self.regions, at)
    }

    pub(super) fn row(&self, app: &App, case: &Case) -> CaseRow {
        let now = app.now();
        let is_owed = case.status.is_open() && case.status != Status::Verifying;
        CaseRow {
            id: case.id,
            number: case.number.clone(),
            status: case.status,
            closed_how: case.closed_how,
            urgency: case.urgency,
            matter: ground::matter_ref(app, case),
            summary: case.summary.clone(),
            place: self.place(case),
            lead_unit: self.unit(case.lead_unit),
            about: self.unit(case.about_unit),
            is_kept_back: case.about_place.is_some(),
            handler: self.person(case.handler),
            received_at: case.received_at,
            due_at: case.due_at,
            closed_at: case.ended_at,
            done_at: case.result_at.or(case.ended_at),
            is_overdue: is_owed && case.due_at.is_some_and(|due| due < now),
            paused_until: case.pause().filter(|_| case.status.is_open()).map(|pause| pause.until),
            is_excluded: case.excluded.is_some(),
            supervised: case.supervised,
            report_count: case.reports,
            redo_count: case.redos,
            item: case.item.and_then(|item| self.items.get(&item).cloned()),
            channel: case.channel,
            version: case.version,
        }
    }
}
