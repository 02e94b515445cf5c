//! What is due leaves. Messages are claimed by a lease and carried outside any transaction; several for the same member of
//! staff or unit by the same gateway leave as one.

use std::collections::HashMap;

use db::Tx;
use futures::future::join_all;
use kernel::{Error, Id, Result};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        carriers::{self, Failure, Parcel},
        model::{CodeFor, Gateway, GatewayKind, Message, News, Owner, Recipient},
        rules, store,
        texts::{Params, Voice},
    },
    route_of,
};
use crate::modules::{App, SharedApp, contacts, people};

/// Claimed at once: few, so that a slow gateway does not hold many back.
const BATCH: i64 = 16;
/// Longer than all of a batch can take.
const LEASE_SECONDS: i64 = 120;

/// What a message to a telephone keeps sealed until it is sent.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Secret {
    /// The number, where no report has it.
    #[serde(default)]
    pub phone: Option<String>,
    /// The code, or the token of a link.
    pub code: String,
    /// What the code is for.
    #[serde(default)]
    pub code_for: CodeFor,
}

/// What binds a sealed secret to its message.
pub(super) fn secret_context(id: Id<Message>) -> String {
    secret_bound_to(&id.to_string(), "")
}

pub(super) fn secret_bound_to(message: &str, _: &str) -> String {
    format!("message {message}")
}

/// Sends everything that is due; returns how many left.
pub(super) async fn send_due(app: &SharedApp) -> Result<usize> {
    let mut left = 0;
    loop {
        let (now, until) = (app.now(), app.now().plus_seconds(LEASE_SECONDS));
        let batch = app.db.write(async move |mut tx: Tx| store::claim_due(&mut tx, now, until, BATCH).await).await?;
        if batch.is_empty() {
            return Ok(left);
        }
        let gateways = store::gateways_unscoped(&mut app.db.read().await?).await?;
        let outcomes = join_all(bundled(batch).into_iter().map(|bundle| dispatch(app, &gateways, bundle))).await;
        for outcome in outcomes {
            left += outcome?;
        }
    }
}

/// Messages that leave as one: to the same member of staff or unit by the same gateway. Residents' stay apart.
fn bundled(batch: Vec<Message>) -> Vec<Vec<Message>> {
    let mut bundles: Vec<Vec<Message>> = Vec::new();
    let mut known = HashMap::new();
    for message in batch {
        let is_staff = matches!(message.to, Recipient::Person(_) | Recipient::Unit(_));
        let place = is_staff.then(|| *known.entry((message.to, message.gateway)).or_insert(bundles.len()));
        match place.and_then(|place| bundles.get_mut(place)) {
            Some(bundle) => bundle.push(message),
            None => bundles.push(vec![message]),
        }
    }
    bundles
}

/// Carries one bundle and keeps what came of it; returns how many messages left.
async fn dispatch(app: &SharedApp, gateways: &[Gateway], bundle: Vec<Message>) -> Result<usize> {
    let outcome = match parcel(app, gateways, &bundle).await {
        Ok(parcel) => tokio::task::spawn_blocking(move || carriers::carry(&parcel)).await.map_err(Error::internal)?,
        Err(failure) => Err(failure),
    };
    let (now, count) = (app.now(), bundle.len());
    let has_left = outcome.is_ok();
    app.db
        .write(async move |mut tx: Tx| {
            for message in &bundle {
                match &outcome {
                    Ok(()) => {
                        store::finish(&mut tx, message, now).await?;
                    }
                    Err(failure) => match rules::wait_seconds(message.attempts - message.tries_before)
                        .filter(|_| failure.is_passing)
                    {
                        Some(wait) => store::put_off(&mut tx, message, now.plus_seconds(wait), &failure.why).await?,
                        None => store::fail(&mut tx, message, &failure.why).await?,
                    },
                }
            }
            Ok(())
        })
        .await?;
    Ok(if has_left { count } else { 0 })
}

/// What a bundle says and where it goes; what cannot be put together will not be sent.
async fn parcel(app: &App, gateways: &[Gateway], bundle: &[Message]) -> std::result::Result<Parcel, Failure> {
    let lasting = |why: &str| Failure { why: why.to_owned(), is_passing: false };
    let first = bundle.first().ok_or_else(|| lasting("nothing to send"))?;
    let gateway = gateways.iter().find(|gateway| gateway.id == first.gateway && gateway.is_on);
    let gateway = gateway.ok_or_else(|| lasting("the gateway is switched off"))?;
    // Every try that failed moves it on, so this is one that nobody could send for a day.
    if first.send_at < app.now().plus_hours(-rules::STALE_HOURS) {
        return Err(lasting("too old to be news"));
    }
    let broken = |error: Error| Failure { why: error.code().as_str().to_owned(), is_passing: true };
    let secret = secret_of(app, first).map_err(broken)?;
    let to = match &secret {
        Some(Secret { phone: Some(phone), .. }) => Some(phone.clone()),
        _ => address_of(app, gateway.kind, first).await.map_err(broken)?,
    };
    if to.is_none() && !gateway.kind.is_robot() {
        return Err(lasting("there is no number or address any more"));
    }
    let params = params_of(first);
    let voice = Voice {
        lang: params.lang,
        from: &app.settings.name,
        address: app.settings.public_address.as_deref(),
        zone: &app.settings.zone,
    };
    let lines: Vec<String> = match &secret {
        Some(secret) if first.news == News::Code => {
            vec![voice.code(&secret.code, rules::CODE_MINUTES, secret.code_for)]
        }
        _ => bundle.iter().map(|message| voice.line(message.news, &params_of(message))).collect(),
    };
    let (subject, text) = match gateway.kind {
        GatewayKind::Mail => {
            let told: Vec<_> = bundle.iter().map(|message| (message.news, params_of(message))).collect();
            let pages: Vec<_> = bundle.iter().map(|message| path_of(std::slice::from_ref(message), None)).collect();
            voice.letter(&told, &pages, wishes_of(first.to))
        }
        _ => (String::new(), voice.text(&lines, &path_of(bundle, secret.as_ref()))),
    };
    Ok(Parcel {
        kind: gateway.kind,
        route: route_of(app, gateway).map_err(broken)?,
        sender: gateway.sender.clone(),
        to,
        id: first.id.to_string(),
        subject,
        text,
        at: app.now().millis() / 1_000,
    })
}

fn params_of(message: &Message) -> Params {
    serde_json::from_value(message.params.clone()).unwrap_or_default()
}

fn secret_of(app: &App, message: &Message) -> Result<Option<Secret>> {
    let Some(sealed) = &message.sealed else { return Ok(None) };
    let opened = app.keys.open(&secret_context(message.id), sealed)?;
    serde_json::from_str(&opened).map(Some).map_err(Error::internal)
}

/// Where one says what one wishes to be told: for oneself, or for a unit.
fn wishes_of(to: Recipient) -> &'static str {
    match to {
        Recipient::Unit(_) => "/desk/units",
        _ => "/desk/me#wishes",
    }
}

/// Where the reader goes on.
fn path_of(bundle: &[Message], secret: Option<&Secret>) -> String {
    match bundle {
        // Behind the mark, so that no server on the way writes it down.
        [Message { news: News::Link, .. }] => {
            format!("/verdict#{}", secret.map(|secret| secret.code.as_str()).unwrap_or_default())
        }
        [Message { to: Recipient::Report(_), .. }] => "/follow".to_owned(),
        [Message { news: News::Code, .. }] => match secret.map(|secret| secret.code_for) {
            Some(CodeFor::OwnCopy) => "/my-data".to_owned(),
            _ => "/find".to_owned(),
        },
        [message] if params_of(message).page.is_some() => params_of(message).page.unwrap_or_default(),
        [Message { case: Some(case), .. }] => format!("/desk/cases/{case}"),
        _ => "/desk".to_owned(),
    }
}

/// The telephone number or mail address of whoever a message is for.
async fn address_of(app: &App, kind: GatewayKind, message: &Message) -> Result<Option<String>> {
    let mut db = app.db.read().await?;
    let owner = match message.to {
        Recipient::Report(report) => return contacts::phone_for_messages_unscoped(&mut db, app, report).await,
        Recipient::Phone => return Ok(None),
        Recipient::Person(person) if kind == GatewayKind::Sms => {
            let reach = people::reach_unscoped(&mut db, &[person], app.today()).await?;
            return Ok(reach.into_iter().next().and_then(|reach| reach.phone));
        }
        Recipient::Person(person) => Owner::Person(person),
        Recipient::Unit(unit) => Owner::Unit(unit),
    };
    let wishes = store::wishes_unscoped(&mut db, &[owner]).await?.remove(&owner);
    Ok(wishes.and_then(|wishes| wishes.address).filter(|_| kind == GatewayKind::Mail))
}
