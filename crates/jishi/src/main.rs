//! The one binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Two libraries may bring a provider each; without a choice the first TLS connection would panic.
    let _ = rustls::crypto::ring::default_provider().install_default();
    jishi::cli::run()
}
