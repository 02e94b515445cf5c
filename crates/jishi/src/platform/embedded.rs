//! The web client and the fonts of printed sheets, inside the binary.

use rust_embed::RustEmbed;

/// `web/dist`, embedded in a release build, read from disk in a debug build.
#[derive(Debug, RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
pub struct Embedded;
