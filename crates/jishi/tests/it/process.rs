//! The program as a process: it starts, serves plain and with TLS, takes a renewed certificate over, stops, is copied.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use db::{
    Backend,
    testing::{self, Fresh},
};
use jishi::platform::schema::MIGRATIONS;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::ServerName};

/// A migrated database and a data folder.
pub struct Home {
    fresh: Fresh,
    /// Address of its database.
    pub url: String,
    folder: tempfile::TempDir,
}

impl Home {
    pub async fn new() -> Self {
        let fresh = testing::fresh(MIGRATIONS).await.unwrap();
        Self { url: fresh.url.clone(), fresh, folder: tempfile::tempdir().unwrap() }
    }

    /// One with nothing in it: no schema, and no file either.
    pub async fn empty() -> Self {
        let (fresh, folder) = (testing::empty().await.unwrap(), tempfile::tempdir().unwrap());
        let url = match fresh.db.backend() {
            Backend::Sqlite => format!("sqlite:{}", folder.path().join("jishi.db").display()),
            Backend::Postgres => fresh.url.clone(),
        };
        Self { fresh, url, folder }
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// The program with this home as its settings, and nothing else from the environment of the test.
    pub fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jishi"));
        command
            .env("JISHI_DATA", self.folder.path())
            .env("JISHI_DATABASE", &self.url)
            .env("JISHI_REGION", "1404")
            .env("JISHI_LISTEN", "127.0.0.1:0");
        command
    }
}

/// A serving process and where it serves; stopped when the test ends, however it ends.
pub struct Serving {
    child: Child,
    pub address: String,
}

impl Serving {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.arg("serve").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit("//").next().unwrap().to_owned();
        assert!(line.starts_with("serving on "), "{line}");
        Self { child, address }
    }

    /// The demo city without invented cases, which asks nobody to wait; what is there already stays.
    pub fn demo(home: &Home) -> Self {
        let mut command = home.program();
        command.args(["demo", "--port", "0", "--cases", "0", "--database", &home.url, "--data"]).arg(home.path(""));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line = line.ok()?;
            line.split_once("http://").map(|(_, rest)| rest.split('/').next().unwrap_or_default().trim().to_owned())
        });
        // A full pipe must not stop the server.
        thread::spawn(move || lines.for_each(drop));
        Self { child, address: address.unwrap() }
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(mut self) {
        self.signal("-TERM");
        assert!(self.child.wait().unwrap().success());
        assert!(TcpStream::connect(&self.address).is_err());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(mut stream: impl Read + Write, path: &str) -> std::io::Result<String> {
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Asks over TLS, trusting one certificate alone.
fn ask_trusting(address: &str, trusted: &CertifiedKey<rcgen::KeyPair>, path: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let connection = ClientConnection::new(config, ServerName::try_from("localhost").unwrap()).unwrap();
    ask(StreamOwned::new(connection, TcpStream::connect(address)?), path)
}

fn certificate() -> CertifiedKey<rcgen::KeyPair> {
    generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

fn write(home: &Home, certificate: &CertifiedKey<rcgen::KeyPair>) {
    fs::write(home.path("key.pem"), certificate.signing_key.serialize_pem()).unwrap();
    fs::write(home.path("certificate.pem"), certificate.cert.pem()).unwrap();
}

fn with_tls(home: &Home) -> Command {
    let mut command = home.program();
    command.env("JISHI_TLS_CERTIFICATE", home.path("certificate.pem")).env("JISHI_TLS_KEY", home.path("key.pem"));
    command
}

#[tokio::test]
async fn it_serves_until_it_is_told_to_stop() {
    let home = Home::new().await;
    let serving = Serving::start(home.program());
    let health = ask(TcpStream::connect(&serving.address).unwrap(), "/healthz").unwrap();
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let setup = ask(TcpStream::connect(&serving.address).unwrap(), "/api/setup").unwrap();
    assert!(setup.contains("\"demo\":false") && setup.contains("\"languages\":[\"zh\",\"en\"]"), "{setup}");
    let desk = ask(TcpStream::connect(&serving.address).unwrap(), "/desk/").unwrap();
    assert!(desk.starts_with("HTTP/1.1 200") && desk.contains("<!doctype html>"), "{desk}");
    // The same data serve again: nothing was left behind.
    serving.stop();
    Serving::start(home.program()).stop();
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_over_without_a_restart_and_a_broken_one_is_not() {
    let home = Home::new().await;
    let (first, second) = (certificate(), certificate());
    write(&home, &first);
    let serving = Serving::start(with_tls(&home));
    let healthy =
        |trusted| ask_trusting(&serving.address, trusted, "/healthz").is_ok_and(|answer| answer.contains(" 200 "));
    assert!(healthy(&first) && !healthy(&second));
    write(&home, &second);
    serving.signal("-HUP");
    let renewed = (0..100).any(|_| {
        thread::sleep(Duration::from_millis(100));
        healthy(&second)
    });
    assert!(renewed && !healthy(&first));
    fs::write(home.path("certificate.pem"), "not a certificate").unwrap();
    serving.signal("-HUP");
    thread::sleep(Duration::from_millis(300));
    assert!(healthy(&second));
    serving.stop();
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[tokio::test]
async fn all_that_stands_against_serving_is_told_at_once() {
    let home = Home::new().await;
    let mut command = with_tls(&home);
    command.env("JISHI_TIME_ZONE", "Middle/Earth").env("JISHI_REGION", "x").env("JISHI_BEHIND_PROXY", "perhaps");
    let output = command.arg("serve").output().unwrap();
    assert!(!output.status.success());
    for word in ["time_zone", "region", "JISHI_BEHIND_PROXY"] {
        assert!(said(&output).contains(word), "{word}: {}", said(&output));
    }
    let output = with_tls(&home).arg("serve").output().unwrap();
    assert!(!output.status.success());
    for file in ["certificate.pem", "key.pem"] {
        assert!(said(&output).contains(file), "{}", said(&output));
    }
}

#[tokio::test]
async fn a_copy_made_while_it_serves_can_be_opened() {
    let home = Home::new().await;
    let serving = Serving::start(home.program());
    let output = home.program().arg("backup").arg(home.path("copy")).arg("--with-key").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(fs::read(home.path("copy/master.key")).unwrap(), fs::read(home.path("master.key")).unwrap());
    assert!(holds_cases(&home), "{}", said(&output));
    let again = home.program().arg("backup").arg(home.path("copy")).output().unwrap();
    assert!(!again.status.success(), "an earlier copy is never overwritten");
    serving.stop();
}

/// Whether the copy has the table of cases.
fn holds_cases(home: &Home) -> bool {
    match home.fresh.db.backend() {
        Backend::Sqlite => Path::new(&home.path("copy/jishi.db")).metadata().unwrap().len() > 100_000,
        Backend::Postgres => {
            let listed = Command::new("pg_restore").arg("--list").arg(home.path("copy/jishi.dump")).output().unwrap();
            String::from_utf8_lossy(&listed.stdout).contains("TABLE DATA public cases")
        }
    }
}
