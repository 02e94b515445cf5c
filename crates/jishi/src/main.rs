//! The one binary.

use std::process::ExitCode;

/// A lifecycle allocates some thousand small strings on two threads that free each other's; the system's allocator took an
/// eighth of all time for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Two libraries may bring a provider each; without a choice the first TLS connection would panic.
    let _ = rustls::crypto::ring::default_provider().install_default();
    jishi::cli::run()
}
