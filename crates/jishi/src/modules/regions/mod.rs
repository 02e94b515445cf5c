//! 区划: the tree of places, their boundaries, and where a point lies.
//!
//! Words: a *place* 地方 has a stable identity, a kind, names, and a code that may change; the codes and names it had
//! before are kept with their dates, because records keep the code they were born with. A *boundary* is its area, often
//! unknown; a *seat* is the point of its office. A *spot* 点位 is a printed QR code in a place.
//!
//! Must hold: a place's level follows from the length of its code; its parent is the place of the code cut by one level
//! and exists; nothing is deleted, places end by date and may name a successor, which then answers for what is new there;
//! an end can be taken back. Communities without land
//! (集体资产社区, 虚拟社区) never have a boundary: nobody is located in them, they are chosen by hand.

mod actions;
mod called;
pub mod http;
mod locator;
mod lookup;
mod model;
mod plan;
mod redraw;
mod rows;
mod rules;
mod shapefile;
mod store;
#[cfg(test)]
mod tests;

pub use actions::{
    Alteration, BoundaryFile, Compared, NewPlace, NewSpot, PlacesDone, PlacesFile, ShapefileRead, alter, as_printed,
    compare_boundaries, create, drawing_unscoped, findings_unscoped, flaw_names, import, import_csv,
    obstacles_unscoped, place_spot, places_in, put_boundaries_in, read_boundaries, read_shapefile, redraw_in,
    restore_in, sign_code, spot_unscoped, spots_unscoped, undo_places_in,
};
pub use called::{CalledPlaces, ambiguous_name, unknown_name};
pub use locator::{Locator, has_boundaries, is_outlined, locate_unscoped, refresh, tells_places};
pub use lookup::{
    ancestry, called_unscoped, children_unscoped, detail_unscoped, get_unscoped, meant_unscoped, named, names_unscoped,
    place_of_unscoped, places_of_unscoped, points_unscoped, refs_unscoped, search_unscoped, standing_unscoped,
};
pub use model::{
    Boundaries, Counts, Feature, FeatureProperties, Former, Kind, Outline, Place, PlaceSource, Region, RegionDetail,
    RegionRef, RegionWithPath, Spot, Whereabouts,
};
pub use plan::Written;
pub use redraw::{
    Along, Area, Begun, Drawing, Drawn, DrawnPlace, Ended, Finding, FindingKind, Journal, Lying, MovedSpot, Moves,
    Redrawing, Redrawn,
};
pub use rules::{initials, kind_of, pinyin};
