//! How much one address, and one person, may ask for in a minute: against floods, guessing and carrying off, not against
//! an office or a busy day.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Clock, Code, Error, Id, Instant};

use super::{
    extract::cookie,
    problem::Refusal,
    staff::{cookie_name, forwarded},
};
use crate::{
    modules::SharedApp,
    platform::{access::Person, address::customer},
};

/// A resident writes a report with nine photos in a dozen writes; a family does not do that five times a minute.
const WRITES: i64 = 60;
/// A page reads about a dozen addresses; many phones may stand behind one address.
const READS: i64 = 600;
/// One person with all their windows: a full list is a read a second, a phone that was offline sends its day in two hundred
/// writes.
const OWN_READS: i64 = 900;
const OWN_WRITES: i64 = 240;
/// Where systems of hotlines show their keys.
const EXCHANGE: &str = "/api/exchange/";
/// A whole office stands behind one address, and its people have logged in. A made-up cookie gains no more than this.
const OFFICE: i64 = 10;
const WINDOW_MILLIS: i64 = 60_000;
/// Above this many addresses those that are quiet again are forgotten.
const MANY: usize = 10_000;

/// The address a request came from: the socket's, or what a trusted proxy says it saw.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<SharedApp> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let told = forwarded(&parts.headers).filter(|_| app.settings.behind_proxy).and_then(|text| text.parse().ok());
        Ok(Self(told.or(peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Who {
    /// An address nobody has logged in from.
    Address(IpAddr),
    /// One with a session or a key, real or made up.
    Office(IpAddr),
    /// A member of staff, from wherever.
    Person(Id<Person>),
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Counted {
    who: Who,
    is_write: bool,
}

impl Counted {
    fn per_minute(self) -> i64 {
        match (self.who, self.is_write) {
            (Who::Address(_), true) => WRITES,
            (Who::Address(_), false) => READS,
            (Who::Office(_), true) => WRITES * OFFICE,
            (Who::Office(_), false) => READS * OFFICE,
            (Who::Person(_), true) => OWN_WRITES,
            (Who::Person(_), false) => OWN_READS,
        }
    }
}

/// Who asked how much, in this process: for each the time at which all they asked for will have been paid off.
#[derive(Clone, Debug)]
pub struct Limiter {
    clock: Clock,
    paid_at: Arc<Mutex<HashMap<Counted, i64>>>,
}

impl Limiter {
    /// A limiter that has seen nobody.
    pub fn new(clock: Clock) -> Self {
        Self { clock, paid_at: Arc::default() }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// `rate_limited`, with the seconds after which one more is possible.
    fn count(&self, who: Counted, now: Instant) -> Result<(), i64> {
        let now = now.millis();
        let mut paid_at = self.paid_at.lock().unwrap_or_else(PoisonError::into_inner);
        if paid_at.len() > MANY {
            paid_at.retain(|_, at| *at > now);
        }
        let at = paid_at.entry(who).or_insert(now);
        // More than the window ahead is possible only when the clock was put back.
        let from = if *at > now + WINDOW_MILLIS { now } else { (*at).max(now) };
        let next = from + WINDOW_MILLIS / who.per_minute();
        if next - now > WINDOW_MILLIS {
            return Err((next - now - WINDOW_MILLIS).div_euclid(1_000) + 1);
        }
        *at = next;
        Ok(())
    }
}

/// Lets a request of the API through, or says when to come back.
pub async fn limit(State((app, limiter)): State<(SharedApp, Limiter)>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let is_write = is_write(request.method());
    // The system of a hotline hands over as much as an office does.
    let is_system = request.headers().contains_key(header::AUTHORIZATION) && request.uri().path().starts_with(EXCHANGE);
    let is_office = is_system || cookie(request.headers(), cookie_name(&app.settings)).is_some();
    let (mut parts, body) = request.into_parts();
    let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(&mut parts, &app).await;
    let address = customer(address);
    let who = if is_office { Who::Office(address) } else { Who::Address(address) };
    match limiter.count(Counted { who, is_write }, limiter.clock.now()) {
        Ok(()) => {
            // Who is behind the session is known only farther in (`of_person`).
            parts.extensions.insert(limiter);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(seconds) => refuse(seconds),
    }
}

fn is_write(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Counts a request of a member of staff, wherever it comes from.
///
/// # Errors
/// `rate_limited`, with the seconds after which one more is possible.
pub(super) fn of_person(parts: &Parts, person: Id<Person>) -> Result<(), Error> {
    let Some(limiter) = parts.extensions.get::<Limiter>() else { return Ok(()) };
    let counted = Counted { who: Who::Person(person), is_write: is_write(&parts.method) };
    limiter
        .count(counted, limiter.clock.now())
        .map_err(|seconds| Error::new(Code::RateLimited).with("seconds", seconds))
}

fn refuse(seconds: i64) -> Response {
    let mut response = Refusal::from(Error::new(Code::RateLimited).with("seconds", seconds)).into_response();
    if let Ok(seconds) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(address: &str, is_write: bool) -> Counted {
        Counted { who: Who::Address(customer(address.parse().unwrap())), is_write }
    }

    #[test]
    fn the_minutes_allowance_may_be_spent_at_once_and_comes_back_with_time() {
        let (limiter, start) = (Limiter::new(Clock::system()), Instant::from_millis(1_000_000));
        let me = who("10.0.0.1", true);
        assert!((0..WRITES).all(|_| limiter.count(me, start).is_ok()));
        assert_eq!(limiter.count(me, start), Err(2));
        assert!(limiter.count(me, start.plus_seconds(2)).is_ok());
        assert!(limiter.count(me, start.plus_seconds(2)).is_ok());
        assert!(limiter.count(me, start.plus_seconds(2)).is_err());
        assert!(limiter.count(who("10.0.0.2", true), start).is_ok(), "another address");
        assert!(limiter.count(who("10.0.0.1", false), start).is_ok(), "reading is counted apart");
        assert!((0..WRITES).all(|_| limiter.count(me, start.plus_seconds(70)).is_ok()));
    }

    #[test]
    fn a_clock_put_back_locks_nobody_out() {
        let limiter = Limiter::new(Clock::system());
        let me = who("10.0.0.1", true);
        limiter.count(me, Instant::from_millis(900_000_000)).unwrap();
        assert!(limiter.count(me, Instant::from_millis(0)).is_ok());
    }

    #[test]
    fn quiet_addresses_are_forgotten() {
        let limiter = Limiter::new(Clock::system());
        for number in 0..=MANY {
            let address = IpAddr::V4(Ipv4Addr::from(u32::try_from(number).unwrap()));
            let counted = Counted { who: Who::Address(address), is_write: true };
            limiter.count(counted, Instant::from_millis(0)).unwrap();
        }
        limiter.count(who("10.0.0.1", true), Instant::from_millis(120_000)).unwrap();
        assert_eq!(limiter.paid_at.lock().unwrap().len(), 1);
    }
}
