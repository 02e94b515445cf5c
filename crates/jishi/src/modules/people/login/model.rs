//! Types of logging in.

use db::{FromRow, Row};
use kernel::{Id, Instant, Lang, RegionCode, Result};
use serde::Serialize;

use super::super::model::{locale_of, role_of};
use crate::platform::access::{HeldPost, Person, Post, Session, Unit};

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// The client's address.
    pub address: String,
    /// What its browser calls itself, cut to a sensible length.
    pub user_agent: String,
}

/// An account as logging in needs it.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub id: Id<Person>,
    pub name: String,
    pub login: String,
    pub password_hash: Option<String>,
    pub must_change_password: bool,
    pub totp_secret: Option<Vec<u8>>,
    /// The last step a code was taken for; also says that enrolment was confirmed.
    pub totp_last_step: Option<i64>,
    pub locked_until: Option<Instant>,
    pub locale: Lang,
    pub phone: Option<String>,
}

impl Account {
    /// Whether log-in asks for a code.
    pub(super) fn has_second_factor(&self) -> bool {
        self.totp_secret.is_some() && self.totp_last_step.is_some()
    }
}

impl FromRow for Account {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            login: row.get("login")?,
            password_hash: row.opt("password_hash")?,
            must_change_password: row.get("must_change_password")?,
            totp_secret: row.opt("totp_secret")?,
            totp_last_step: row.opt("totp_last_step")?,
            locked_until: row.opt("locked_until")?,
            locale: locale_of(row)?,
            phone: row.opt("phone")?,
        })
    }
}

/// A live session joined with one of its holder's posts, or none.
pub(super) struct SessionPost {
    pub session: Id<Session>,
    pub last_seen_at: Instant,
    pub person: Id<Person>,
    pub name: String,
    pub must_change_password: bool,
    pub post: Option<HeldPost>,
}

impl FromRow for SessionPost {
    fn from_row(row: &Row) -> Result<Self> {
        let post = match row.opt::<Id<Post>>("post")? {
            Some(id) => Some(HeldPost {
                id,
                role: role_of(row)?,
                region: row.get::<RegionCode>("region")?,
                unit: row.opt::<Id<Unit>>("unit")?,
                covers: row.opt("covers")?,
            }),
            None => None,
        };
        Ok(Self {
            session: row.get("session")?,
            last_seen_at: row.get("last_seen_at")?,
            person: row.get("person")?,
            name: row.get("name")?,
            must_change_password: row.get("must_change_password")?,
            post,
        })
    }
}

/// A log-in that has not ended, as its owner sees it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Session>,
    /// When it began.
    pub created_at: Instant,
    /// Its last use, to the minute.
    pub last_seen_at: Instant,
    /// The browser.
    pub user_agent: String,
    /// Where it began from.
    pub address: String,
    /// Whether it is the one asking.
    pub is_current: bool,
}

impl FromRow for SessionView {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            created_at: row.get("created_at")?,
            last_seen_at: row.get("last_seen_at")?,
            user_agent: row.get("user_agent")?,
            address: row.get("address")?,
            is_current: false,
        })
    }
}

/// A log-in that worked.
pub struct Begun {
    /// What the cookie carries; the only time it is seen.
    pub token: String,
    /// Who it is.
    pub person: Id<Person>,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Begun").field("person", &self.person).finish_non_exhaustive()
    }
}

/// What a second factor is set up with.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct Enrolment {
    /// The secret in base 32, for typing.
    pub secret: String,
    /// The same as an address, for a QR code.
    pub otpauth: String,
}
