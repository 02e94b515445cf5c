//! Logging in: name and password, a second factor for who enrolled one, sessions that idle out and can be ended.
//!
//! A session is a random token in a cookie; the database holds only its hash. Wrong passwords are counted in the
//! database and lock the account for a while; many wrong tries from one address are slowed down in memory.

mod actions;
mod door;
mod model;
mod rules;
mod secrets;
mod store;

pub mod http;

pub use actions::{actor, begin_session, is_live, personas};
pub use door::Doorkeeper;
pub use model::Visit;
pub(super) use rules::check_login_name;
pub use secrets::SEALED;
pub(super) use secrets::{first_password, hash_password};
pub(super) use store::end_sessions;
