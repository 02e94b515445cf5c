//! Use cases of what is public: following what happens, and the summaries.

mod demo;
mod follow;
mod parked;
mod summaries;

use futures::future::BoxFuture;
use kernel::Result;

pub use self::{
    demo::fill_demo,
    follow::{follow, rebuild},
};
pub(super) use self::{
    follow::fresh,
    summaries::{Approval, Said, approve_all, may, say, take_down},
};
use crate::modules::{Schedule, SharedApp};

/// What this room does at regular times.
pub fn schedules() -> Vec<Schedule> {
    let go: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { follow(&app).await.map(|_| ()) });
    vec![Schedule { kind: "disclosure.follow", every_seconds: 60, run: go }]
}
