//! Use cases of call-backs: the queue follows what happens, attempts are written down, links are sent and used, withdrawn
//! cases are drawn.

mod attempt;
mod demo;
mod follow;
mod link;
mod withdrawn;

use futures::future::BoxFuture;
use kernel::Result;

pub(super) use self::{
    attempt::{Said, attempt, from_case, take_back},
    follow::{phones, to_ask},
    link::{opened, send_link, speak},
};
pub use self::{
    demo::demo_day,
    follow::{follow, phone_erased},
    withdrawn::draw_withdrawn,
};
use crate::modules::{Schedule, SharedApp};

/// What this room does at regular times.
pub fn schedules() -> Vec<Schedule> {
    let go: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { follow(&app).await.map(|_| ()) });
    let draw: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { draw_withdrawn(&app).await.map(|_| ()) });
    vec![
        // Whoever waits at the desk sees a result soon after it was filed.
        Schedule { kind: "call_backs.follow", every_seconds: 15, run: go },
        Schedule { kind: "call_backs.draw_withdrawn", every_seconds: 3_600, run: draw },
    ]
}
