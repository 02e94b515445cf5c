//! 派单规则与模拟: to which unit a matter goes in a place, in what time, and by which rule.
//!
//! Words: a *route* 去向 is what the catalogue's chain of duties and the rules give for a matter and a place, told step by
//! step. A *rule* 派单规则 is a dispatcher's correction that was kept: in this place, that matter goes to that unit; the
//! narrowest place wins. An *example* 算例 is a place, a matter and a moment with what must come of them; examples are
//! reckoned anew whenever they are read, so none is ever out of date.
//!
//! Must hold: the simulator and the desk ask the same function ([`route`]) and the same clock ([`deadline`]); a rule
//! proposes, a person dispatches; one rule stands for a matter in a place; a rule whose unit is over is passed by and says so.

mod actions;
mod deadline;
pub mod http;
mod model;
mod route;
mod rules;
mod simulator;
mod store;
mod views;

pub use actions::{NewRule, make_rule_in};
pub use deadline::{deadline, half_deadline, reckon, reckon_again};
pub use model::{Asked, Route, Rule, Why};
pub use route::{holder_of, route};
