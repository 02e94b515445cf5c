//! 每月一题: what happens in the same place again and again becomes a proposal for a structural task with an owner.
//!
//! Words: a *cluster* 同类事 is one matter in one village, or one thing of the register; a *topic* 课题 is proposed when a
//! cluster has grown to the number that the catalogue gives, taken up or rejected by whoever answers for the place, worked at
//! by an owner with a goal and a day, finished with what changed, and watched: what comes afterwards is a *relapse* 复发. The
//! county marks one as the *topic of the month* 每月一题.
//!
//! Must hold: matters, places and things are counted, never people; one open topic a cluster; cases of which nothing may be
//! public are not counted at all; a number is counted when it is shown, so that it is always the number of the cases it opens;
//! what is told in public is the office's words, and numbers of five and more.
//!
//! Writes: a case that lies elsewhere is at most three rows here, behind the trail, and no step waits for it; a decision is a
//! topic, a note, the trail and the key, and what everyone reads of it.

mod actions;
mod demo;
pub mod http;
mod limits;
mod model;
mod rules;
mod store;
mod views;

pub use actions::{follow, import_packaged, refresh, schedules};
pub use demo::fill as fill_demo;
pub use limits::{CODE, KIND, Shelf, parse};
pub use model::TopicState;
