//! The demo city as a process whose every word is kept: what it logs, and what it answers to whom.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use axum::http::{Method, Request};
use serde_json::{Value, json};

use super::scan::{Finding, Scanner};
use crate::process::Home;

/// How long the program may take to prepare its city, in tenths of a second.
const PREPARED: u32 = 3_000;

/// A served demo city.
pub struct City {
    pub home: Home,
    child: Child,
    logs: tempfile::TempDir,
    address: String,
    /// Every answer that holds nothing its reader had to open: who asked for what, and the answer with its head.
    heard: Mutex<Vec<(String, Vec<u8>)>>,
    keys: AtomicU64,
}

impl City {
    /// Prepares the city and serves it, with everything in its log that it can say.
    pub async fn start() -> Self {
        let (home, logs) = (Home::empty().await, tempfile::tempdir().unwrap());
        let file = |name: &str| File::create(logs.path().join(name)).unwrap();
        let mut command = home.program();
        command.args(["demo", "--port", "0", "--cases", "0", "--database", &home.url, "--data"]).arg(home.path(""));
        command.env("JISHI_LOG", "debug").stdin(Stdio::null()).stdout(file("out")).stderr(file("err"));
        let child = command.spawn().unwrap();
        let mut city =
            Self { home, child, logs, address: String::new(), heard: Mutex::default(), keys: AtomicU64::new(0) };
        for _ in 0..PREPARED {
            let said = city.said("out");
            if let Some((_, rest)) = said.split_once("http://") {
                city.address = rest.split('/').next().unwrap().trim().to_owned();
                return city;
            }
            assert!(city.child.try_wait().unwrap().is_none(), "{said}{}", city.said("err"));
            thread::sleep(Duration::from_millis(100));
        }
        panic!("the city was not ready in time: {}", city.said("out"))
    }

    /// What it wrote to one of its streams.
    fn said(&self, stream: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.logs.path().join(stream)).unwrap()).into_owned()
    }

    pub fn logs(&self) -> PathBuf {
        self.logs.path().to_owned()
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(&mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success() && self.child.wait().unwrap().success(), "{}", self.said("err"));
    }

    /// What of all that was answered holds a word.
    pub fn heard(&self, scanner: &Scanner) -> Vec<Finding> {
        self.heard.lock().unwrap().iter().flat_map(|(who, answer)| scanner.look(who, answer)).collect()
    }

    pub fn nobody(&self) -> Asker<'_> {
        Asker { city: self, name: "nobody".to_owned(), head: None, agent: agent() }
    }

    /// Whoever holds this receipt.
    pub fn resident(&self, receipt: &str) -> Asker<'_> {
        let head = Some(("authorization", format!("Receipt {receipt}")));
        Asker { name: "resident".to_owned(), head, ..self.nobody() }
    }

    /// One of the demo's people.
    pub fn person(&self, login: &str) -> Asker<'_> {
        let (status, answer) =
            self.nobody().send(Method::POST, "/api/demo/session", json!({"login": login}).to_string().as_bytes());
        assert_eq!(status, 200, "{login}: {}", String::from_utf8_lossy(&answer));
        let answer = String::from_utf8_lossy(&answer);
        let line = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        let head = Some(("cookie", line.split(';').next().unwrap().to_owned()));
        Asker { name: login.to_owned(), head, ..self.nobody() }
    }
}

impl Drop for City {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

/// Somebody at the city's doors.
pub struct Asker<'a> {
    city: &'a City,
    name: String,
    head: Option<(&'static str, String)>,
    agent: ureq::Agent,
}

impl Asker<'_> {
    /// Status, and the head and body of the answer.
    fn send(&self, method: Method, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let key = self.city.keys.fetch_add(1, Ordering::Relaxed);
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.city.address))
            .header("content-type", if path.contains("orders?") { "text/csv" } else { "application/json" })
            .header("accept-language", "zh")
            .header("idempotency-key", format!("canary-{key:06}"));
        if let Some((name, value)) = &self.head {
            request = request.header(*name, value);
        }
        let answered = if body.is_empty() {
            self.agent.run(request.body(()).unwrap())
        } else {
            self.agent.run(request.body(body).unwrap())
        };
        let mut answer = answered.unwrap_or_else(|error| panic!("{} {path}: {error}", self.name));
        let mut whole = Vec::new();
        for (name, value) in answer.headers() {
            whole.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\n"].concat());
        }
        whole.push(b'\n');
        answer.body_mut().as_reader().read_to_end(&mut whole).unwrap();
        (answer.status().as_u16(), whole)
    }

    fn heard(&self, path: &str, answer: &[u8]) {
        // Head and body apart: a file is known by its first bytes.
        let at = answer.windows(2).position(|two| two == b"\n\n").unwrap();
        let mut heard = self.city.heard.lock().unwrap();
        heard.push((format!("{} {path}, head", self.name), answer[..at].to_vec()));
        heard.push((format!("{} {path}", self.name), answer[at + 2..].to_vec()));
    }

    #[track_caller]
    fn done(&self, path: &str, (status, answer): (u16, Vec<u8>)) -> Value {
        let body = answer.windows(2).position(|two| two == b"\n\n").map(|at| &answer[at + 2..]).unwrap();
        assert!((200..300).contains(&status), "{} {path}: {status} {}", self.name, String::from_utf8_lossy(body));
        serde_json::from_slice(body).unwrap_or(Value::Null)
    }

    /// A write that succeeds.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.send(Method::POST, path, body.to_string().as_bytes());
        self.heard(path, &answer.1);
        self.done(path, answer)
    }

    /// A write that succeeds and whose answer its reader has a right to: it is not among what was heard.
    #[track_caller]
    pub fn open(&self, path: &str, body: &Value) -> Value {
        self.done(path, self.send(Method::POST, path, body.to_string().as_bytes()))
    }

    /// A write that is refused.
    #[track_caller]
    pub fn refused(&self, path: &str, body: &str) {
        let (status, answer) = self.send(Method::POST, path, body.as_bytes());
        assert!(status >= 400, "{path}: {status} {}", String::from_utf8_lossy(&answer));
        assert_ne!(status, 500, "{path}: {}", String::from_utf8_lossy(&answer));
        self.heard(path, &answer);
    }

    /// A reading, whatever becomes of it.
    pub fn get(&self, path: &str) -> (u16, Value) {
        let (status, answer) = self.send(Method::GET, path, b"");
        self.heard(path, &answer);
        let body = answer.windows(2).position(|two| two == b"\n\n").map(|at| &answer[at + 2..]).unwrap();
        (status, serde_json::from_slice(body).unwrap_or(Value::Null))
    }

    /// A reading that succeeds.
    #[track_caller]
    pub fn read(&self, path: &str) -> Value {
        let (status, answer) = self.get(path);
        assert_eq!(status, 200, "{} {path}: {answer}", self.name);
        answer
    }

    /// A file that is sent as it is, and whose answer its sender has a right to.
    #[track_caller]
    pub fn upload(&self, path: &str, bytes: &[u8]) -> Value {
        self.done(path, self.send(Method::POST, path, bytes))
    }
}

/// A gateway of text messages on this machine; returns its address and what arrives there.
pub fn gateway() -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/sms", listener.local_addr().unwrap());
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            if sender.send(take(stream)).is_err() {
                return;
            }
        }
    });
    (address, receiver)
}

/// Reads one request to its end and says that it was taken.
fn take(mut stream: TcpStream) -> String {
    let (mut request, mut piece) = (Vec::new(), [0; 4_096]);
    let is_whole = |request: &[u8]| {
        let text = String::from_utf8_lossy(request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        length.is_none_or(|length: usize| body.len() >= length)
    };
    while !is_whole(&request) {
        match stream.read(&mut piece) {
            Ok(read) if read > 0 => request.extend_from_slice(&piece[..read]),
            _ => break,
        }
    }
    let answer = r#"{"errcode":0,"errmsg":"ok"}"#;
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{answer}",
        answer.len()
    );
    String::from_utf8_lossy(&request).into_owned()
}
