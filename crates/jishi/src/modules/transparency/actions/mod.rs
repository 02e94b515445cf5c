//! Following what happened, and examining it.

mod examine;
mod follow;

pub use examine::examine;
pub use follow::{follow, head};

use crate::modules::Schedule;

/// What is to be done at regular times.
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule {
        kind: "transparency.follow",
        every_seconds: 60,
        run: |app| Box::pin(async move { follow(&app).await.map(drop) }),
    }]
}
