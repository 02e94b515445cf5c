//! Serving, and what goes on beside it.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};

use axum_server::{Handle, Server, tls_rustls::RustlsConfig};
use db::Db;
use hyper_util::rt::TokioTimer;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{
    failure::{Failure, Outcome},
    instance,
};
use crate::{
    http::{assets, router},
    modules::{SharedApp, Worker, press_on, schedules},
    platform::{schema::MIGRATIONS, settings::Settings},
};

/// How often what is kept in memory is read again and due jobs are done.
const ROUND: Duration = Duration::from_secs(30);
/// How long the head of a request may take, and a line may wait for its next one: longer than the minute for which proxies
/// keep theirs open.
const HEAD: Duration = Duration::from_secs(75);
/// How long requests under way have to end when the process is told to stop.
const GRACE: Duration = Duration::from_secs(8);

/// Serves as the settings say, or tells everything that stands against it at once.
pub(super) async fn serve(settings: Result<Settings, Vec<String>>) -> Outcome<()> {
    let mut mistakes = Vec::new();
    if !assets::is_built() {
        mistakes.push(CLIENT_MISSING.to_owned());
    }
    let settings = match settings {
        Ok(settings) => settings,
        Err(more) => return Err(Failure::from([more, mistakes].concat())),
    };
    for file in settings.tls.iter().flat_map(|(certificate, key)| [certificate, key]) {
        if let Err(error) = std::fs::File::open(file) {
            mistakes.push(format!("{}: {error}", file.display()));
        }
    }
    let db = schema_is_current(&settings, &mut mistakes).await;
    let (Some(db), true) = (db, mistakes.is_empty()) else { return Err(Failure::from(mistakes)) };
    let app = instance::start(db, settings).await?;
    let (signals, listener) = (Signals::listen()?, listen(app.settings.listen)?);
    println!("serving on {}", address(&app, &listener)?);
    run(app, listener, signals).await
}

/// What is said when the client was not built.
pub(super) const CLIENT_MISSING: &str = "the web client is not built: run `make web`, then build the program again";

/// The database, if it can be opened and misses no step of the schema.
async fn schema_is_current(settings: &Settings, mistakes: &mut Vec<String>) -> Option<Db> {
    if !settings.data.is_dir() {
        mistakes.push(format!("the data folder {} does not exist: run `jishi migrate`", settings.data.display()));
        return None;
    }
    let pending = async {
        let db = instance::open(settings).await?;
        let pending = db.pending(MIGRATIONS).await?;
        Ok::<_, Failure>((db, pending))
    };
    match pending.await {
        Ok((db, pending)) if pending.is_empty() => return Some(db),
        Ok((_, pending)) => mistakes.push(format!("the schema misses {}: run `jishi migrate`", pending.join(", "))),
        Err(failure) => mistakes.push(failure.to_string().trim_start_matches("error: ").trim_end().to_owned()),
    }
    None
}

/// Takes the port, before anything is said about it.
pub(super) fn listen(address: SocketAddr) -> Outcome<TcpListener> {
    let listener =
        TcpListener::bind(address).map_err(|error| Failure::because(format!("cannot listen on {address}: {error}")))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The address people open.
pub(super) fn address(app: &SharedApp, listener: &TcpListener) -> Outcome<String> {
    let scheme = if app.settings.tls.is_some() { "https" } else { "http" };
    Ok(format!("{scheme}://{}", listener.local_addr()?))
}

/// What the process is told from outside. Listened to before anyone is told the address: a signal that nobody listens to
/// ends a process at once.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }
}

/// Serves until told to stop; then requests under way end, and the database is closed.
pub(super) async fn run(app: SharedApp, listener: TcpListener, signals: Signals) -> Outcome<()> {
    let Signals { terminate, interrupt, hangup } = signals;
    let handle = Handle::new();
    let service = router(&app).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(stop_on_signal(SharedApp::clone(&app), handle.clone(), (terminate, interrupt)));
    let background = tokio::spawn(background(SharedApp::clone(&app)));
    let pressing = tokio::spawn(press_on(SharedApp::clone(&app)));
    match app.settings.tls.clone() {
        None => hasty(axum_server::from_tcp(listener)?, HEAD).handle(handle).serve(service).await?,
        Some((certificate, key)) => {
            let config = tls(&certificate, &key).await?;
            tokio::spawn(reload_on_hangup(config.clone(), certificate, key, hangup));
            hasty(axum_server::from_tcp_rustls(listener, config)?, HEAD).handle(handle).serve(service).await?;
        }
    }
    app.live.end();
    // A job that does not end in time loses its lease and is done again later.
    let _ = tokio::time::timeout(GRACE, async { tokio::join!(background, pressing) }).await;
    app.db.close().await;
    Ok(())
}

/// Lets no line stay open on which nothing comes: a few thousand clients that send a letter now and then would hold all
/// there are.
fn hasty<Acceptor>(mut server: Server<SocketAddr, Acceptor>, head: Duration) -> Server<SocketAddr, Acceptor> {
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(head).keep_alive_timeout(GRACE);
    server
}

async fn tls(certificate: &Path, key: &Path) -> Outcome<RustlsConfig> {
    let read = RustlsConfig::from_pem_file(certificate, key).await;
    read.map_err(|error| Failure::because(format!("{} with {}: {error}", certificate.display(), key.display())))
}

/// A renewed certificate is taken over without a restart: `kill -HUP`.
async fn reload_on_hangup(
    config: RustlsConfig,
    certificate: std::path::PathBuf,
    key: std::path::PathBuf,
    mut hangup: Signal,
) {
    while hangup.recv().await.is_some() {
        match config.reload_from_pem_file(&certificate, &key).await {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => tracing::error!(%error, "the certificate cannot be read; the old one stays in use"),
        }
    }
}

async fn stop_on_signal(app: SharedApp, handle: Handle<SocketAddr>, (mut terminate, mut interrupt): (Signal, Signal)) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: requests under way end first");
    app.live.end();
    handle.graceful_shutdown(Some(GRACE));
}

/// Reads again what other processes may have changed, and does the jobs that are due.
async fn background(app: SharedApp) {
    let (worker, schedules) = (Worker::default(), schedules());
    let mut ending = app.live.ending();
    let mut round = tokio::time::interval(ROUND);
    round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !*ending.borrow() {
        tokio::select! {
            _ = ending.changed() => return,
            _ = round.tick() => {}
        }
        if let Err(error) = app.refresh().await {
            tracing::error!(%error, "what is kept in memory could not be read again");
        }
        if let Err(error) = worker.tick(&app, &schedules).await {
            tracing::error!(%error, "jobs could not be planned or claimed");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };

    use axum::{Router, routing::get};

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_line_on_which_half_a_request_came_is_closed() {
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let server = hasty(axum_server::from_tcp(listener).unwrap(), Duration::from_millis(200));
        let pages = Router::new().route("/", get(async || "here"));
        tokio::spawn(server.serve(pages.into_make_service()));
        let said = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address)?;
            stream.set_read_timeout(Some(Duration::from_secs(20)))?;
            write!(stream, "GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).map(|_| answer)
        });
        let said = said.await.unwrap().unwrap();
        assert!(!said.contains("here"), "{said}");
    }
}
