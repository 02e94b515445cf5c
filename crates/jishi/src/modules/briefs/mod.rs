//! 调度: a leader's morning on one page, and the week's brief: what is late, what is about to be, who carries it, what
//! changed. And 首页: what a village or a community lives by, each by a page of its own kind, which is text of the catalogue.
//!
//! Must hold: nothing here is counted by a rule of its own. Each figure is a list of cases by its filter, told with that
//! filter, so that opening it shows as many rows as it says; units and places are told, never persons; places stand in the
//! order of their codes and not of their figures.

mod actions;
mod figures;
mod forecast;
pub mod http;
mod model;
mod morning;
mod pages;
mod place;
mod week;

pub use actions::{import_packaged, refresh};
pub use pages::{KIND, Known, Shelf, parse};
