//! Units, people, posts, and how people log in.
//!
//! Words: a *unit* 单位 has one duty at one level for one place; a *person* 人员 works here; a *post* 任职 lets a person be
//! something somewhere from one day to another, and alone gives permissions. A *deputy* 代理 holds a post of their own that
//! names the one it stands in for and ends with it.
//!
//! Must hold: nobody combines two of the three separated administrators; each of them is always held by someone; nothing
//! is deleted, posts and people end by date. There is no ranking of staff and no record of when they are online: a
//! session's last use is kept only to end it when it has been idle.

mod acting;
mod actions;
mod called;
mod duties;
mod held;
pub mod http;
mod import;
mod login;
mod model;
mod rules;
mod store;
mod views;

pub use acting::actor_unscoped;
pub use actions::{
    Followed, FollowedPost, FollowedUnit, Founder, Gone, SentBack, add_founders, check_founder, follow_in, leave_in,
    send_back_in,
};
pub use called::CalledUnits;
pub use held::HELD;
pub use import::{
    Brought, Outcome, StaffDone, StaffFile, UnitsDone, UnitsFile, import_staff, import_units, staff_in, undo_in,
    units_in,
};
pub use login::{Doorkeeper, SEALED, Visit, actor, begin_session, is_live, personas};
pub use model::{Me, PersonRecord, PersonRef, PersonView, Persona, PostView, UnitRecord, UnitRef, UnitView};
pub use store::{
    NamedUnit, Reach, StandIn, find_unit_unscoped, holder_unscoped, holders_unscoped, holds_unscoped,
    like_units_unscoped, members_unscoped, people_named_unscoped, people_unscoped, person_of_login_unscoped,
    placed_units_unscoped, reach_unscoped, stand_ins_unscoped, unit_record_unscoped, units_around_unscoped,
    units_named_unscoped, units_unscoped, uses_of_place_unscoped,
};
