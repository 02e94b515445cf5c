//! 演示: the demo city at work. A season of invented work, played through the same actions as real work, and the tours that
//! show it.
//!
//! Words: the *words* 话 are what residents, desks and units of the demo city say (`demo/changzhi/words`); a *plan* is who
//! reports what, where and when, and how each story goes on, made from a seed without a database; *deeds* are the steps of
//! its stories, played in the order of their times; a *tour* 导览 is a persona's way through the pages, step by step.
//!
//! Must hold: nothing is written but by the actions of the rooms below; the same seed and moment give the same plan; all of
//! it is invented, and a demo instance says so on every page. Nothing here answers outside a demo instance but with 404.

pub mod actions;
mod city;
mod corpus;
mod deeds;
mod dice;
mod habits;
mod hot;
pub mod http;
mod open;
mod orders;
mod pictures;
mod plan;
mod rhythm;
mod scripts;
mod stories;
#[cfg(test)]
mod tests;
mod tours;

pub use actions::{Played, SEASON_DAYS, fill};
pub use city::file;
pub use corpus::abouts;
pub use plan::{Plan, Planned, Story};
pub use tours::{Tour, TourStep, note, receipt, tours};
