//! From points to places. Pure: no database, no network, no clock.
//!
//! - [`Shape`] is the area of a place, read from GeoJSON and checked.
//! - [`Envelopes`] knows for a point which areas may hold it; [`Shapes`] keeps the areas last asked for. Together they
//!   find the deepest place that holds a point without keeping a million polygons in memory ([`Envelopes::locate`]).
//! - [`Seats`] finds the nearest of many points, for where there is no boundary.
//! - Redrawing: [`Shape::split`] by a line, [`Shape::joined`] with neighbours, and what is wrong between areas as
//!   [`Patch`]es of ground: overlaps, gaps, ground outside.
//! - [`metres_between`] two points.
//! - [`System`] turns the coordinates of Chinese maps (GCJ-02, BD-09) into WGS-84 and back.
//!
//! Coordinates are degrees, longitude first, WGS-84 unless said otherwise.

mod coordinates;
mod distance;
mod envelopes;
mod redraw;
mod seats;
mod shape;
mod shapes;

pub use coordinates::System;
pub use distance::metres_between;
pub use envelopes::{Area, Envelope, Envelopes};
pub use redraw::{Patch, SLIVER, Uncut};
pub use seats::{Seat, Seats};
pub use shape::{Flaw, Shape};
pub use shapes::Shapes;
