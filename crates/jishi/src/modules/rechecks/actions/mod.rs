//! Use cases of re-checks: the platform draws; units look, answer; the county decides.

mod demo;
mod draw;
mod steps;

use futures::future::BoxFuture;
use kernel::Result;

pub(super) use self::steps::{answer, decide, find};
pub use self::{demo::demo_day, draw::draw_due};
use crate::modules::{Schedule, SharedApp};

/// What this room does at regular times.
pub fn schedules() -> Vec<Schedule> {
    let go: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { draw_due(&app).await.map(|_| ()) });
    vec![Schedule { kind: "rechecks.draw", every_seconds: 3_600, run: go }]
}
