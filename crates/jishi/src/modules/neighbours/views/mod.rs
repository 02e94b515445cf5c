//! What a page shows of registrations, needs and projects; the same record to the community and to the own unit.

mod needs;
mod projects;
mod registrations;
mod sheet;

use std::collections::HashMap;

use kernel::{Error, RegionCode, Result};

pub(super) use self::{
    needs::{NeedDetail, NeedView, OpenNeed, need, needs, open_needs},
    projects::{ProjectView, project, projects},
    registrations::{RegistrationView, registration, registrations},
    sheet::{Sheet, batches},
};
use crate::modules::{App, links::OfferRef, regions::RegionRef};

type Places = HashMap<RegionCode, RegionRef>;

fn place(places: &Places, code: &RegionCode) -> Result<RegionRef> {
    places.get(code).cloned().ok_or_else(|| Error::internal("a community that nobody knows"))
}

fn offer(app: &App, code: &str) -> OfferRef {
    app.links.get().offer_ref(code)
}
