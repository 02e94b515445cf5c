//! Requests and answers.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header},
};
use serde_json::Value;
use tower::ServiceExt;

use super::{TestApp, document};

/// Someone who asks.
#[derive(Clone)]
pub struct Client<'a> {
    app: &'a TestApp,
    headers: Vec<(String, String)>,
    key: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl<'a> Client<'a> {
    pub(super) fn new(app: &'a TestApp) -> Self {
        Self { app, headers: vec![("accept-language".into(), "en".into())], key: None }
    }

    /// The same with one more header.
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(known, _)| known != name);
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same with this cookie.
    pub fn with_cookie(&self, cookie: &str) -> Self {
        self.with_header("cookie", cookie)
    }

    /// The same with a resident's receipt.
    pub fn with_receipt(&self, receipt: &str) -> Self {
        self.with_header("authorization", &format!("Receipt {receipt}"))
    }

    /// The same, every write under this key.
    pub fn with_key(&self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PUT, path, body).await
    }

    /// Without a body.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, Vec::new()).await
    }

    /// Without a body.
    pub async fn post_empty(&self, path: &str) -> Answer {
        self.send(Method::POST, path, None, Vec::new()).await
    }

    pub async fn delete_with(&self, path: &str, body: Value) -> Answer {
        self.json(Method::DELETE, path, body).await
    }

    pub async fn json(&self, method: Method, path: &str, body: Value) -> Answer {
        self.send(method, path, Some("application/json"), body.to_string().into_bytes()).await
    }

    /// Any bytes of any type.
    pub async fn send(&self, method: Method, path: &str, kind: Option<&str>, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(&method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let asked = kind.filter(|kind| *kind == "application/json").and_then(|_| serde_json::from_slice(&body).ok());
        if method != Method::GET {
            request = request.header("idempotency-key", self.key.clone().unwrap_or_else(|| self.app.fresh_key()));
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let answer = Answer { status: head.status.as_u16(), headers: head.headers, body };
        if head.status.is_success() {
            let (status, said) = (answer.status, answer.said());
            let wrong = document::differences(&method, path, asked.as_ref(), status, said.as_ref());
            assert!(wrong.is_empty(), "{method} {path} is not as the API document says:\n{}", wrong.join("\n"));
        }
        answer
    }
}

impl Answer {
    /// The body as JSON; `null` if there is none.
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The body if it is JSON.
    fn said(&self) -> Option<Value> {
        let kind = self.headers.get(header::CONTENT_TYPE)?;
        kind.as_bytes().starts_with(b"application/json").then(|| self.json())
    }

    /// The body as text. Lines of CSV are said as plainly as they can be: which cells stand in quotes tells whose file it is.
    pub fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        let kind = self.headers.get(header::CONTENT_TYPE).map(|kind| kind.as_bytes().to_vec()).unwrap_or_default();
        if kind.starts_with(b"text/csv") { plain(&text) } else { text }
    }

    /// The body of an answer that must have worked.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        self.json()
    }

    /// The status and code of a refusal, e.g. `(404, "not_found")`.
    #[track_caller]
    pub fn refusal(&self) -> (u16, String) {
        assert!(self.status >= 400, "{} {}", self.status, self.text());
        (self.status, self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    /// The fields a refusal marks, each with its code, e.g. `[("new", "weak_password")]`.
    pub fn fields(&self) -> Vec<(String, String)> {
        let json = self.json();
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rows = json["fields"].as_array().cloned().unwrap_or_default();
        rows.iter().map(|field| (word(&field["field"]), word(&field["code"]))).collect()
    }

    /// The cookie it sets, as a client sends it back.
    pub fn cookie(&self) -> String {
        let line = self.headers.get(header::SET_COOKIE).expect("sets a cookie").to_str().unwrap();
        line.split(';').next().unwrap().to_owned()
    }
}

fn plain(text: &str) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for record in reader.records() {
        writer.write_record(&record.unwrap()).unwrap();
    }
    // The reader passes over the sign that it is UTF-8.
    let sign = if text.starts_with('\u{FEFF}') { "\u{FEFF}" } else { "" };
    sign.to_owned() + &String::from_utf8(writer.into_inner().unwrap()).unwrap()
}
