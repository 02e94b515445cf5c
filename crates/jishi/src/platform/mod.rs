//! What every module stands on and no module owns: keys, posts and permissions, the trail, idempotency, live hints, files.

pub mod access;
pub mod address;
pub mod archive;
pub mod book;
pub mod catalog;
pub mod embedded;
pub mod files;
pub mod health;
pub mod idempotency;
pub mod import;
pub mod instance;
pub mod jobs;
pub mod keys;
pub mod live;
pub mod masking;
pub mod paper;
pub mod processing;
pub mod schema;
pub mod settings;
pub mod sheet;
pub mod table;
pub mod toml_check;
pub mod trail;
pub mod waiting;
pub mod words;
