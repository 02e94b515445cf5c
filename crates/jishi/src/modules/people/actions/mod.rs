//! Use cases of units, people and posts.

mod cover;
mod follow;
mod founders;
mod people;
mod posts;
mod send_back;
mod units;

use db::{Conn, Tx};
use kernel::{Code, Day, Error, Id, Instant, RegionCode, Result};

pub(super) use self::{
    cover::{CoverDraft, cover, end_cover},
    people::{change_person, create_person, end_sessions_of, give_passwords, reading_scope, reset_password},
    posts::{end_post, grant},
    units::{change_unit, create_unit},
};
pub use self::{
    follow::{Followed, FollowedPost, FollowedUnit, Gone, follow_in},
    founders::{Founder, add_founders, check_founder},
    people::leave_in,
    send_back::{SentBack, send_back_in},
};
use super::{login::check_login_name, rules};
use crate::{
    modules::{App, regions},
    platform::{
        access::{Actor, Permission, Scope},
        idempotency::{self, Key},
        trail::{self, By, Entry},
    },
};

/// One write: who does it and when, and the key by which its repetition is known.
struct Write {
    by: By,
    key: Key,
    now: Instant,
    today: Day,
}

impl Write {
    fn new(app: &App, actor: &Actor, permission: Permission, place: Option<&RegionCode>, key: Key) -> Self {
        let by = By::actor(actor, actor.acting(permission, place, None));
        Self { by, key, now: app.now(), today: app.today() }
    }

    /// The id made earlier by this very write, if it has happened.
    async fn earlier<T>(&self, tx: &mut Tx, id: Id<T>) -> Result<Option<Id<T>>> {
        let earlier = idempotency::claim(tx, &self.key, &id.to_string(), self.now).await?;
        earlier.map(|id| id.parse().map_err(Error::internal)).transpose()
    }

    async fn record(
        &self,
        tx: &mut Tx,
        kind: &'static str,
        object: (&'static str, String),
        place: &RegionCode,
        params: serde_json::Value,
    ) -> Result<()> {
        let (object_kind, object_id) = object;
        trail::record(tx, self.now, &self.by, Entry { kind, object_kind, object_id, place: Some(place), params }).await
    }
}

fn not_found() -> Error {
    Error::new(Code::NotFound)
}

fn require_place(scope: &Scope, place: &RegionCode) -> Result<()> {
    if scope.covers(place) { Ok(()) } else { Err(not_found()) }
}

async fn require_region(db: &mut Conn, field: &str, code: &RegionCode) -> Result<()> {
    let known = regions::refs_unscoped(db, [code]).await?;
    if known.is_empty() { Err(Error::field(field, Code::UnknownRegion)) } else { Ok(()) }
}

fn check_newcomer(name: &str, login: &str) -> Result<()> {
    rules::check_name(name)?;
    check_login_name(login)
}
