//! What a handler asks of a request: a checked body, a page, an operation key.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use kernel::{Code, Error, Lang, Names};
use serde::de::DeserializeOwned;

use super::problem::{Refusal, language};
use crate::{
    modules::SharedApp,
    platform::{
        idempotency::Key,
        keys::{Keys, hex},
    },
};

/// The most of a JSON body, in megabytes: read into memory it takes many times its size. Nothing that people write comes
/// near it.
const WORDS: usize = 1;
/// The most of a body that holds the shapes of areas, or is a file, in megabytes.
pub const FILE: usize = 20;

/// A JSON body of at most so many megabytes, read strictly: wrong types name their field, characters no database stores are
/// refused.
#[derive(Debug)]
pub struct Input<T, const MEGABYTES: usize = WORDS> {
    /// The body.
    pub body: T,
    /// What makes a repetition recognisable.
    pub operation: Operation,
}

/// The client's key of a write and the keyed hash of what it sent.
#[derive(Clone, Debug)]
pub struct Operation {
    key: Option<String>,
    hash: Vec<u8>,
}

impl Operation {
    /// The key of this write by a member of staff.
    ///
    /// # Errors
    /// `idempotency_key_missing` when the client sent none, or one that is not 8 to 100 characters.
    pub fn by(&self, actor: impl ToString, operation: &'static str) -> Result<Key, Error> {
        let key =
            self.key.clone().filter(|key| (8..=100).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()));
        let key = key.ok_or_else(|| Error::new(Code::IdempotencyKeyMissing))?;
        Ok(Key { actor: actor.to_string(), operation, key, body_hash: self.hash.clone() })
    }

    /// The key of this write by someone known only by a secret, which is not to be stored as it is.
    ///
    /// # Errors
    /// As [`Operation::by`].
    pub fn by_secret(&self, keys: &Keys, secret: &[u8], operation: &'static str) -> Result<Key, Error> {
        self.by(hex(&keys.content(secret)), operation)
    }
}

impl<T: DeserializeOwned, const MEGABYTES: usize> FromRequest<SharedApp> for Input<T, MEGABYTES> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &SharedApp) -> Result<Self, Refusal> {
        let key = header_text(request.headers(), "idempotency-key").map(str::to_owned);
        let address = request.uri().path().to_owned();
        let is_json = header_text(request.headers(), header::CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.starts_with("application/json"));
        if !is_json {
            return Err(Error::new(Code::UnsupportedMedia).into());
        }
        let bytes = whole(request.into_body(), MEGABYTES).await?;
        let body = parse(&bytes)?;
        let hash = app.keys.content(&[address.as_bytes(), b"\0", &bytes].concat());
        Ok(Self { body, operation: Operation { key, hash } })
    }
}

/// All of a body, unless it is larger than so many megabytes: then no more of it is read.
async fn whole(body: Body, megabytes: usize) -> Result<Bytes, Error> {
    let too_large = |_| Error::new(Code::PayloadTooLarge).with("max", format!("{megabytes} MB"));
    to_bytes(body, megabytes << 20).await.map_err(too_large)
}

/// A body that is no JSON: a file, as it was sent.
#[derive(Debug)]
pub struct Upload {
    /// The file.
    pub bytes: Bytes,
    /// What makes a repetition recognisable.
    pub operation: Operation,
}

impl FromRequest<SharedApp> for Upload {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &SharedApp) -> Result<Self, Refusal> {
        let key = header_text(request.headers(), "idempotency-key").map(str::to_owned);
        let address = request.uri().path().to_owned();
        let bytes = whole(request.into_body(), FILE).await?;
        let hash = app.keys.content(&[address.as_bytes(), b"\0", &bytes].concat());
        Ok(Self { bytes, operation: Operation { key, hash } })
    }
}

/// A write without a body: its content is its address.
impl FromRequestParts<SharedApp> for Operation {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Self::Rejection> {
        let key = header_text(&parts.headers, "idempotency-key").map(str::to_owned);
        Ok(Self { key, hash: app.keys.content(parts.uri.path().as_bytes()) })
    }
}

/// Reads JSON into a type.
///
/// # Errors
/// `bad_request` when it is not JSON, a field error where a type is wrong or a character cannot be stored.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let value: serde_json::Value = serde_json::from_slice(bytes)
        .map_err(|error| Error::new(Code::BadRequest).with("detail", error.to_string()))?;
    if let Some(field) = forbidden(&value, String::new()) {
        return Err(Error::field(field, Code::ForbiddenCharacter));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let message = error.inner().to_string();
        let missing =
            message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()).map(str::to_owned);
        let path = error.path().to_string();
        match missing {
            Some(name) if path == "." => Error::field(name, Code::Required),
            Some(name) => Error::field(format!("{path}.{name}"), Code::Required),
            None => own(&message).map_or_else(
                || Error::field(&*path, Code::BadFormat).with("expected", expected(&message)),
                |code| Error::field(&*path, code),
            ),
        }
    })
}

/// What a type wanted, without what was sent: in a wrong place that may be anybody's name or telephone.
fn expected(message: &str) -> String {
    let wanted = message.rsplit_once(", expected ").map(|(_, wanted)| wanted);
    let plain = || message.split(['"', '`', '\'', '“']).next().unwrap_or_default();
    wanted.unwrap_or_else(plain).trim_end_matches([':', ' ']).to_owned()
}

/// The code that a type of ours gave as its reason (`bad_region_code: ..`): its sentence is said in the reader's language.
fn own(message: &str) -> Option<Code> {
    let (code, _) = message.split_once(": ")?;
    Code::ALL.iter().copied().find(|known| known.as_str() == code && !known.sentence(Lang::En).contains('{'))
}

/// The path of the first string with a NUL or another control character besides line breaks and tabs.
fn forbidden(value: &serde_json::Value, path: String) -> Option<String> {
    use serde_json::Value;
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::String(text) => text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).then_some(path),
        Value::Array(items) => items.iter().enumerate().find_map(|(i, item)| forbidden(item, join(&i.to_string()))),
        Value::Object(fields) => fields.iter().find_map(|(name, item)| forbidden(item, join(name))),
        _ => None,
    }
}

fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Query parameters; a wrong one is a field error.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("%00") {
            return Err(Error::new(Code::BadRequest).with("detail", "NUL").into());
        }
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|error| misread(parts, &error.body_text()).into())
    }
}

/// What of an address could not be read, in the reader's language: the parser's own words are a programmer's.
fn misread(parts: &Parts, said: &str) -> Error {
    /// As much of a value as is told.
    const TOLD: usize = 40;
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
    let pairs = pairs.map(|axum::extract::Query(pairs)| pairs).unwrap_or_default();
    let what = said.split_once("query string: ").map_or(said, |(_, what)| what);
    let named = pairs.iter().find(|(name, _)| what.strip_prefix(name.as_str()).is_some_and(|it| it.starts_with(": ")));
    let lacking = what.split_once("missing field `").and_then(|(_, rest)| rest.split_once('`')).map(|(name, _)| name);
    let detail = match (named, lacking) {
        (Some((name, value)), _) => {
            let value: String = value.chars().take(TOLD).collect();
            Names::new(
                format!("地址里的 {name} 不能是“{value}”，请在页面上重新选择"),
                format!("\"{value}\" is no value of {name} in the address; choose again on the page"),
            )
        }
        (None, Some(name)) => Names::new(format!("地址里缺少 {name}"), format!("the address lacks {name}")),
        (None, None) => Names::new("地址里有不能识别的内容", "something in the address cannot be read"),
    };
    Error::new(Code::BadRequest).with("detail", detail)
}

/// Path parameters; what does not parse is simply not found.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(_) => Err(Error::new(Code::NotFound).into()),
        }
    }
}

/// The reader's language.
#[derive(Clone, Copy, Debug)]
pub struct Reader(pub Lang);

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(language(&parts.headers)))
    }
}

/// Reads a cookie of the request.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Body {
        #[expect(dead_code, reason = "only its reading is tested")]
        text: String,
        #[expect(dead_code, reason = "only its reading is tested")]
        place: Option<Place>,
    }

    #[derive(Debug, Deserialize)]
    struct Region {
        #[expect(dead_code, reason = "only its reading is tested")]
        region: kernel::RegionCode,
    }

    #[test]
    fn a_type_of_ours_says_itself_what_is_wrong() {
        let error = parse::<Region>(br#"{"region":""}"#).unwrap_err();
        assert_eq!(error.fields()[0].code, Code::BadRegionCode);
        assert_eq!(error.fields()[0].field, "region");
    }

    #[derive(Debug, Deserialize)]
    struct Place {
        #[expect(dead_code, reason = "only its reading is tested")]
        lon: f64,
    }

    fn field_of(json: &str) -> (String, Code) {
        let error = parse::<Body>(json.as_bytes()).unwrap_err();
        error.fields().first().map_or((String::new(), error.code()), |field| (field.field.clone(), field.code))
    }

    #[test]
    fn a_wrong_body_names_the_field() {
        assert_eq!(field_of("{}"), ("text".into(), Code::Required));
        assert_eq!(field_of(r#"{"text":1}"#), ("text".into(), Code::BadFormat));
        assert_eq!(field_of(r#"{"text":"a","place":{}}"#), ("place.lon".into(), Code::Required));
        assert_eq!(field_of(r#"{"text":"a","place":{"lon":"x"}}"#), ("place.lon".into(), Code::BadFormat));
        assert_eq!(field_of(r#"{"text":"a\u0000b"}"#), ("text".into(), Code::ForbiddenCharacter));
        assert_eq!(field_of("{"), (String::new(), Code::BadRequest));
        assert!(parse::<Body>(b"{\"text\":\"\xff\"}").is_err());
    }
}
