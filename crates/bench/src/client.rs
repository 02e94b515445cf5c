//! A small HTTP/1.1 client with one kept connection: the generator shares two cores with the server it measures.

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufStream},
    net::TcpStream,
};

/// The longest head of an answer.
const HEAD: usize = 16 * 1024;

/// A connection to one server.
pub(crate) struct Client {
    address: String,
    stream: Option<BufStream<TcpStream>>,
}

/// What came back.
pub(crate) struct Answer {
    pub status: u16,
    pub body: Value,
    pub cookie: Option<String>,
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) enum Who<'a> {
    Nobody,
    Staff(&'a str),
    Resident(&'a str),
}

impl Client {
    pub fn new(address: &str) -> Self {
        Self { address: address.to_owned(), stream: None }
    }

    /// Sends a request and reads the answer; a connection that broke is made anew for the next.
    pub async fn send(
        &mut self,
        who: Who<'_>,
        method: &str,
        path: &str,
        body: Option<(&Value, &str)>,
    ) -> Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufStream::new(connect(&self.address).await?),
        };
        let request = request(&self.address, who, method, path, body);
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        let answer = read(&mut stream).await.with_context(|| format!("{method} {path}"))?;
        self.stream = Some(stream);
        Ok(answer)
    }

    /// Sends a write and goes away before the answer: it was lost on the way.
    pub async fn send_and_leave(&mut self, who: Who<'_>, path: &str, body: (&Value, &str)) -> Result<()> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufStream::new(connect(&self.address).await?),
        };
        stream.write_all(request(&self.address, who, "POST", path, Some(body)).as_bytes()).await?;
        stream.flush().await?;
        Ok(())
    }

    /// Sends a file as it is.
    pub async fn upload(&mut self, who: Who<'_>, path: &str, kind: &str, bytes: &[u8]) -> Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufStream::new(connect(&self.address).await?),
        };
        let head = request(&self.address, who, "POST", path, None);
        let head = head.trim_end_matches("\r\n");
        let head = format!("{head}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", bytes.len());
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(bytes).await?;
        stream.flush().await?;
        let answer = read(&mut stream).await.with_context(|| format!("POST {path}"))?;
        self.stream = Some(stream);
        Ok(answer)
    }

    /// The same, and anything but success is an error.
    pub async fn ask(
        &mut self,
        who: Who<'_>,
        method: &str,
        path: &str,
        body: Option<(&Value, &str)>,
    ) -> Result<Answer> {
        let answer = self.send(who, method, path, body).await?;
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        bail!("{method} {path}: {} {} {}", answer.status, answer.body["code"], answer.body["detail"])
    }

    /// Reads a file that is written while it is read, to its last byte; returns how many bytes travelled.
    pub async fn download(&self, who: Who<'_>, path: &str) -> Result<u64> {
        let mut stream = BufStream::new(connect(&self.address).await?);
        stream.write_all(request(&self.address, who, "GET", path, None).as_bytes()).await?;
        stream.flush().await?;
        let (mut bytes, mut piece, mut tail) = (0, vec![0; 1 << 16], Vec::new());
        // The last piece of an answer of unknown length is an empty one.
        while !tail.ends_with(b"\r\n0\r\n\r\n") {
            let read = stream.read(&mut piece).await?;
            let read = piece.get(..read).unwrap_or_default();
            if bytes == 0 && !read.starts_with(b"HTTP/1.1 200") {
                bail!("GET {path}: {}", String::from_utf8_lossy(read));
            }
            if read.is_empty() {
                bail!("GET {path}: broken off after {bytes} bytes");
            }
            bytes += u64::try_from(read.len())?;
            tail.extend_from_slice(read.get(read.len().saturating_sub(8)..).unwrap_or_default());
            tail.drain(..tail.len().saturating_sub(8));
        }
        Ok(bytes)
    }
}

async fn connect(address: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).await.with_context(|| address.to_owned())?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn request(address: &str, who: Who<'_>, method: &str, path: &str, body: Option<(&Value, &str)>) -> String {
    let who = match who {
        Who::Nobody => String::new(),
        Who::Staff(cookie) => format!("cookie: {cookie}\r\n"),
        Who::Resident(receipt) => format!("authorization: Receipt {receipt}\r\n"),
    };
    let (head, body) = body.map_or_else(Default::default, |(body, key)| {
        let body = body.to_string();
        let length = body.len();
        (format!("content-type: application/json\r\nidempotency-key: {key}\r\ncontent-length: {length}\r\n"), body)
    });
    format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n{who}{head}\r\n{body}")
}

async fn read(stream: &mut BufStream<TcpStream>) -> Result<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
        if head.len() > HEAD {
            bail!("the head of the answer is too long");
        }
    }
    let head = String::from_utf8(head)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(|| anyhow!("no status"))?;
    let field = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.trim())
    };
    let length: usize = field("content-length").and_then(|length| length.parse().ok()).context("no content-length")?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let cookie = field("set-cookie").and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
    Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default(), cookie })
}
