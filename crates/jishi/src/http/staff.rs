//! Who of the staff is asking.

use std::{convert::Infallible, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use kernel::{Code, Error};

use super::{extract::cookie, limit, problem::Refusal};
use crate::{
    modules::{
        SharedApp,
        people::{self, Visit},
    },
    platform::{access::Actor, settings::Settings},
};

/// A member of staff with a live session; without one the answer is 401.
#[derive(Debug)]
pub struct Staff(pub Actor);

impl FromRequestParts<SharedApp> for Staff {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Refusal> {
        let token =
            cookie(&parts.headers, cookie_name(&app.settings)).ok_or_else(|| Error::new(Code::Unauthenticated))?;
        let visit = visit(parts, app.settings.behind_proxy);
        let actor = people::actor(app, token, &visit).await?;
        written_by(&parts.headers, &actor)?;
        limit::of_person(parts, actor.person)?;
        Ok(Self(actor))
    }
}

impl FromRequestParts<SharedApp> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Infallible> {
        Ok(visit(parts, app.settings.behind_proxy))
    }
}

/// 谁写的: a write that waited on a device says who wrote it. Whoever logged in meanwhile on the same device does not send it
/// in their own name.
fn written_by(headers: &HeaderMap, actor: &Actor) -> Result<(), Error> {
    match headers.get("jishi-person") {
        Some(writer) if writer.as_bytes() != actor.person.to_string().as_bytes() => Err(Error::new(Code::OtherPerson)),
        _ => Ok(()),
    }
}

/// The session cookie's name. `__Host-` makes browsers insist on TLS, and is possible only there.
pub fn cookie_name(settings: &Settings) -> &'static str {
    if settings.tls.is_some() || settings.behind_proxy { "__Host-jishi" } else { "jishi" }
}

fn visit(parts: &Parts, behind_proxy: bool) -> Visit {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_string());
    let address = forwarded(&parts.headers).filter(|_| behind_proxy).or(peer).unwrap_or_default();
    let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Visit { address, user_agent: agent.chars().take(200).collect() }
}

/// The address a trusted proxy saw: the last it wrote, since those before it may be the client's own invention.
pub(super) fn forwarded(headers: &HeaderMap) -> Option<String> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let address: std::net::IpAddr = line.rsplit(',').next()?.trim().parse().ok()?;
    Some(address.to_string())
}
