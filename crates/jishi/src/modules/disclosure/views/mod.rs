//! What is shown of public rows and figures: codes put together with their names.

mod data;
mod desk;
mod figures;
mod map;
mod parked;
mod rows;

pub use self::{
    data::{About, Format, about, write_data},
    desk::{CaseDisclosure, DeskRow, case_disclosure, desk_batches, desk_columns, desk_rows, proposal},
    figures::{Figures, figures},
    map::{PublicMap, map},
    parked::{ParkedListing, parked},
    rows::{OpenListing, PublicCase, listing, one, some_unscoped},
};
