//! The border to the outside: one function that carries a text through a gateway. Blocking, so it runs on the pool for
//! blocking work; nothing here touches the database.
//!
//! What leaves is signed where the other side can check it (docs/gateways.md): a webhook of ours carries
//! `Jishi-Signature: t=<seconds>,v1=<HMAC-SHA-256 of "<seconds>.<body>">`, DingTalk takes its own mark of time and secret.

use std::{sync::Arc, time::Duration};

use hmac::{Hmac, KeyInit, Mac};
use lettre::{
    Message as Mail, SmtpTransport, Transport,
    message::{Mailbox, header::ContentType},
    transport::smtp::authentication::Credentials,
};
use serde::Deserialize;
use sha2::Sha256;
use ureq::{
    Agent,
    tls::{RootCerts, TlsConfig},
};

use super::{
    model::{GatewayKind, Route},
    rules,
};
use crate::platform::keys::hex;

/// Nothing outside may keep a worker longer.
const PATIENCE: Duration = Duration::from_secs(10);
/// As much of an answer as is read.
const ANSWER_MAX: u64 = 64 * 1024;
/// WeCom takes 2,048 bytes of text, DingTalk more.
const ROBOT_BYTES: usize = 2_000;

/// A text on its way.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// By what sort of gateway.
    pub kind: GatewayKind,
    /// Where to, and with which secrets.
    pub route: Route,
    /// From whom, where the gateway has senders.
    pub sender: Option<String>,
    /// The telephone or mail address; none for a robot, which knows its group.
    pub to: Option<String>,
    /// The message's id: the same when it is tried again, so that the other side can tell.
    pub id: String,
    /// What a letter is about; empty by other ways.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The present, in seconds since 1970.
    pub at: i64,
}

/// Why a parcel did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In words for an administrator: what the other side said, no secret and no address of a person.
    pub why: String,
    /// Whether trying again may help.
    pub is_passing: bool,
}

impl Failure {
    fn passing(why: impl Into<String>) -> Self {
        Self { why: why.into(), is_passing: true }
    }

    fn lasting(why: impl Into<String>) -> Self {
        Self { why: why.into(), is_passing: false }
    }
}

/// Carries a parcel to its door.
///
/// # Errors
/// What the other side said, and whether it may say otherwise later.
pub fn carry(parcel: &Parcel) -> Result<(), Failure> {
    match parcel.kind {
        GatewayKind::Sms => short_message(parcel),
        GatewayKind::Wecom => robot(parcel, &[]),
        GatewayKind::Dingtalk => robot(parcel, &dingtalk_mark(parcel)),
        GatewayKind::Mail => mail(parcel),
    }
}

fn agent() -> Agent {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    // A gateway that sends us elsewhere would send telephone numbers elsewhere.
    Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .http_status_as_error(false)
        .tls_config(tls)
        .build()
        .into()
}

/// Posts a body; answers with what came back, if the other side took it.
fn post(address: &str, query: &[(&str, String)], signature: Option<String>, body: &str) -> Result<String, Failure> {
    let mut request = agent().post(address).header("Content-Type", "application/json; charset=utf-8");
    for (name, value) in query {
        request = request.query(*name, value);
    }
    if let Some(signature) = signature {
        request = request.header("Jishi-Signature", signature);
    }
    // The error's own words may hold the whole address, with its key.
    let mut answer = request.send(body).map_err(|error| Failure::passing(kind_of(&error)))?;
    let status = answer.status().as_u16();
    let text = answer.body_mut().with_config().limit(ANSWER_MAX).read_to_string().unwrap_or_default();
    match status {
        200..=299 => Ok(text),
        408 | 425 | 429 | 500..=599 => Err(Failure::passing(format!("HTTP {status}"))),
        _ => Err(Failure::lasting(format!("HTTP {status}"))),
    }
}

fn kind_of(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::HostNotFound => "the host is not known".to_owned(),
        ureq::Error::ConnectionFailed => "no connection".to_owned(),
        ureq::Error::Io(error) => format!("no connection: {}", error.kind()),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "the certificate is not trusted".to_owned(),
        _ => "the request failed".to_owned(),
    }
}

/// 短信: our own signed webhook, which the deployer's gateway of short messages understands or is made to.
fn short_message(parcel: &Parcel) -> Result<(), Failure> {
    let body = serde_json::json!({
        "id": parcel.id,
        "to": parcel.to,
        "text": parcel.text,
        "sender": parcel.sender,
    })
    .to_string();
    post(&parcel.route.address, &[], Some(signature(&parcel.route, parcel.at, &body)), &body).map(|_| ())
}

/// `t=<seconds>,v1=<HMAC-SHA-256 of "<seconds>.<body>">`
pub fn signature(route: &Route, at: i64, body: &str) -> String {
    let secret = route.secret.as_deref().unwrap_or_default();
    format!("t={at},v1={}", hex(&mac(secret, &format!("{at}.{body}"))))
}

/// How far the other side's clock may be off, in seconds.
const SIGNATURE_SECONDS: i64 = 300;

/// Whether `signature` is one of ours over `body`, made within the last minutes.
pub fn is_signed(route: &Route, now: i64, signature: &str, body: &str) -> bool {
    let parts = signature.strip_prefix("t=").and_then(|rest| rest.split_once(",v1="));
    let Some((at, mark)) = parts.and_then(|(at, mark)| Some((at.parse::<i64>().ok()?, unhex(mark)?))) else {
        return false;
    };
    let secret = route.secret.as_deref().unwrap_or_default();
    let is_recent = (now - at).abs() <= SIGNATURE_SECONDS && !secret.is_empty();
    is_recent && begun(secret, &format!("{at}.{body}")).is_some_and(|mac| mac.verify_slice(&mark).is_ok())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = |i: usize| text.get(2 * i..2 * i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (text.len() == 64).then(|| (0..32).map(digits).collect::<Option<Vec<u8>>>()).flatten()
}

/// HMAC takes keys of any length, so there is always one.
fn begun(secret: &str, message: &str) -> Option<Hmac<Sha256>> {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok().map(|mac| mac.chain_update(message.as_bytes()))
}

fn mac(secret: &str, message: &str) -> Vec<u8> {
    begun(secret, message).map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default()
}

/// DingTalk signs with the time and the secret, in the query.
fn dingtalk_mark(parcel: &Parcel) -> Vec<(&'static str, String)> {
    let Some(secret) = &parcel.route.secret else { return Vec::new() };
    let millis = (parcel.at * 1_000).to_string();
    let sign = base64(&mac(secret, &format!("{millis}\n{secret}")));
    vec![("timestamp", millis), ("sign", sign)]
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

/// What a robot answers, WeCom's and DingTalk's alike.
#[derive(Deserialize)]
struct RobotAnswer {
    errcode: i64,
    #[serde(default)]
    errmsg: String,
}

/// WeCom 45009 and DingTalk 130101, 410100: too many in a minute.
const TOO_FAST: [i64; 3] = [45_009, 130_101, 410_100];

fn robot(parcel: &Parcel, query: &[(&str, String)]) -> Result<(), Failure> {
    let content = clipped(&parcel.text, ROBOT_BYTES);
    let body = serde_json::json!({"msgtype": "text", "text": {"content": content}}).to_string();
    let answer = post(&parcel.route.address, query, None, &body)?;
    let answer: RobotAnswer =
        serde_json::from_str(&answer).map_err(|_| Failure::lasting("the answer is not that of a group robot"))?;
    match answer.errcode {
        0 => Ok(()),
        code if TOO_FAST.contains(&code) => Err(Failure::passing(format!("{code} {}", answer.errmsg))),
        code => Err(Failure::lasting(format!("{code} {}", answer.errmsg))),
    }
}

/// As much of a text as fits, without breaking a character.
fn clipped(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

fn mail(parcel: &Parcel) -> Result<(), Failure> {
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|_| Failure::lasting("not a mail address"));
    let letter = Mail::builder()
        .from(mailbox(parcel.sender.as_deref().unwrap_or_default())?)
        .to(mailbox(parcel.to.as_deref().unwrap_or_default())?)
        .message_id(Some(format!("<{}@jishi>", parcel.id)))
        .subject(clipped(&parcel.subject, 150))
        .header(ContentType::TEXT_PLAIN)
        .body(parcel.text.clone())
        .map_err(|error| Failure::lasting(error.to_string()))?;
    let sent = server(&parcel.route)?.send(&letter);
    sent.map(|_| ()).map_err(|error| {
        let why = error.status().map_or_else(|| "no connection".to_owned(), |status| format!("SMTP {status}"));
        if error.is_permanent() { Failure::lasting(why) } else { Failure::passing(why) }
    })
}

/// The way to a mail server: encrypted from the first byte (`smtps`) or before anything is said (`smtp`), in the open
/// only to this very machine.
fn server(route: &Route) -> Result<SmtpTransport, Failure> {
    let (scheme, authority) = route.address.split_once("://").unwrap_or_default();
    let query = match scheme {
        "smtp" if rules::is_loopback(authority) => "",
        "smtp" => "?tls=required",
        _ => "",
    };
    let server = SmtpTransport::from_url(&format!("{}{query}", route.address))
        .map_err(|error| Failure::lasting(error.to_string()))?
        .timeout(Some(PATIENCE));
    Ok(match (&route.account, &route.secret) {
        (Some(account), Some(secret)) => server.credentials(Credentials::new(account.clone(), secret.clone())).build(),
        _ => server.build(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_time_and_body() {
        let route = Route { secret: Some("key".to_owned()), ..Route::default() };
        let signed = signature(&route, 1_700_000_000, "{}");
        assert!(signed.starts_with("t=1700000000,v1="), "{signed}");
        assert_eq!(signed.len(), "t=1700000000,v1=".len() + 64);
        assert_ne!(signed, signature(&route, 1_700_000_001, "{}"));
        assert_ne!(signed, signature(&route, 1_700_000_000, "{ }"));
        assert!(is_signed(&route, 1_700_000_299, &signed, "{}"));
        assert!(!is_signed(&route, 1_700_000_301, &signed, "{}"), "too old");
        assert!(!is_signed(&route, 1_700_000_000, &signed, "{ }"), "another body");
        assert!(!is_signed(&Route::default(), 1_700_000_000, &signature(&Route::default(), 1_700_000_000, "{}"), "{}"));
        for wrong in ["", "t=,v1=", "t=1700000000,v1=00", "v1=0,t=1"] {
            assert!(!is_signed(&route, 1_700_000_000, wrong, "{}"), "{wrong}");
        }
    }

    #[test]
    fn a_clipped_text_has_whole_characters() {
        assert_eq!(clipped("网格员", 7), "网格");
        assert_eq!(clipped("网格员", 99), "网格员");
        assert_eq!(clipped("", 0), "");
    }
}
