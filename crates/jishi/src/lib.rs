//! Jishi 基石: the platform on which a city and its grids run grassroots governance. See `ARCHITECTURE.md`.
//!
//! Downwards only: `cli → http → modules → platform → db → kernel`, with `geo-index` beside the kernel.

pub mod cli;
pub mod http;
pub mod modules;
pub mod platform;
