//! 审计: reading the trail. It is written by every action in its own transaction (`platform::trail`) and never changed.
//!
//! The city's audit administrator sees everything, a county's what happened in the county. Reading changes nothing, and
//! nobody who can change something can read here.

pub mod http;
mod model;
mod store;
mod views;
