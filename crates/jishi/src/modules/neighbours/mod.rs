//! 双报到、双服务、双报告: units and staff register with the community they live or work in, with what they offer; the community
//! publishes what it needs; what was promised and done is one record that both read.
//!
//! Words: a *registration* 报到 is of a unit (a Party organisation is one), of a member of staff, or of an enterprise or social
//! organisation that the community took in, and its *offers* 资源 are kinds of the catalogue; a *need* 需求 is a community's; a *match*
//! 匹配 is proposed with its reason in a sentence; a *project* 项目 is a promise with a day, its result 服务, and the community's *word*
//! 评价 whether it helped.
//!
//! Must hold: nothing says what anybody belongs to; nobody's services are counted; a need names no person; what was done is
//! reported once. What everyone reads stands in a table that holds nothing else.
//!
//! Rows written: one and the trail; a need that is public, its public row.

mod actions;
pub mod demo;
mod held;
pub mod http;
mod model;
mod rules;
mod store;
mod views;

pub use held::HELD;
pub use model::{Need, Project, Registration};
