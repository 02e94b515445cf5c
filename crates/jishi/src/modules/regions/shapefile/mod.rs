//! Boundaries out of a Shapefile, which comes as a zip of `.shp`, `.dbf`, `.prj` and perhaps `.cpg`. Pure.

mod grid;
mod read;

pub use self::read::{Layer, read};
