//! 个人信息处理记录与影响评估: what personal data is kept, why, on what basis, how long, who sees it; and the impact assessment
//! (PIPL §55–56) as a paper made of it and of the measures in force.
//!
//! Words: the *record* 处理记录 is put together from what each room says of its columns (`platform::processing`); nobody types who
//! sees them, the table of permissions says it. An *assessment* 影响评估 is one paper, kept as it was made.
//!
//! Must hold: every sealed column and every column that names a person stands in the record (a test); an assessment is never
//! changed, and its hash is on the trail.

mod actions;
pub mod http;
mod model;
mod paper;
mod store;
mod views;

use super::{cases, contacts, enforcement, links, mediation, messages, neighbours, objections, people, visits};
use crate::platform::processing::Held;

/// Everything that is kept of people, in the order in which it is shown.
pub fn held() -> Vec<&'static Held> {
    let mut all: Vec<&Held> = [
        contacts::HELD,
        objections::HELD,
        cases::HELD,
        messages::HELD,
        visits::HELD,
        links::HELD,
        mediation::HELD,
        enforcement::HELD,
        neighbours::HELD,
        people::HELD,
    ]
    .into_iter()
    .flatten()
    .collect();
    all.sort_by_key(|held| held.whose);
    all
}
