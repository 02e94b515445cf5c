//! 调度: a leader's morning on one page, and the week's brief: what is late, what is about to be, who carries it, what
//! changed.
//!
//! Must hold: nothing here is counted by a rule of its own. Each figure is a list of cases by its filter, told with that
//! filter, so that opening it shows as many rows as it says; units and places are told, never persons; places stand in the
//! order of their codes and not of their figures.

mod figures;
pub mod http;
mod model;
mod morning;
mod week;
