//! 区划: the tree of places, their boundaries, and where a point lies.
//!
//! Words: a *place* 地方 has a stable identity, a kind, names, and a code that may change; the codes and names it had
//! before are kept with their dates, because records keep the code they were born with. A *boundary* is its area, often
//! unknown; a *seat* is the point of its office. A *spot* 点位 is a printed QR code in a place.
//!
//! Must hold: a place's level follows from the length of its code; its parent is the place of the code cut by one level
//! and exists; nothing is deleted, places end by date and may name a successor. Communities without land
//! (集体资产社区, 虚拟社区) never have a boundary: nobody is located in them, they are chosen by hand.

mod lookup;
mod model;
mod rules;
mod store;
#[cfg(test)]
mod tests;

pub use lookup::{ancestry, children, detail, get, named, place_of, places_of, refs, search};
pub use model::{
    Counts, Former, Kind, Place, PlaceSource, Region, RegionDetail, RegionRef, RegionWithPath, Spot, Whereabouts,
};
pub use rules::{initials, kind_of, pinyin};
