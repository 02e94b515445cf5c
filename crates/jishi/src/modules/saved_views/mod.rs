//! 常用视图: filters of a list kept under a name, for oneself or for one's unit.
//!
//! Must hold: a view is an address and no right. Whoever opens one sees what their own posts show; it holds no row and no
//! count. A unit's view is the unit's: any of its people may change it.

mod actions;
pub mod http;
mod model;
mod rules;
mod store;
