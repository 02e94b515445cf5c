//! One SQL text on two databases. The only crate that names a backend.
//!
//! - [`Db`] is a SQLite file or a PostgreSQL database; [`Db::read`] gives a connection for reading,
//!   [`Db::write`] runs an action in a transaction on a task of its own.
//! - [`sql!`] holds a statement and its values; [`Row`] reads what comes back.
//! - [`Migrations`] brings a schema forward, written once in a small subset of PostgreSQL's DDL.
//!
//! The rules that make one text serve both are in `docs/portable-sql.md`.

mod conn;
mod coverage;
mod migrate;
mod open;
pub mod plans;
mod postgres;
mod row;
mod sql;
mod sqlite;
pub mod testing;
mod value;
mod wal;
mod writer;

pub use conn::{Conn, Tx};
pub use migrate::{Migration, Migrations, Text};
pub use open::{Backend, Db, Settings, reach};
pub use row::{FromColumn, FromRow, Row};
pub use sql::{Site, Sql};
pub use value::Value;
