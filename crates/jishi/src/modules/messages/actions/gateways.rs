//! Looking after gateways: made, changed, tried, switched off. Their secrets go in and never come out.

use db::Tx;
use kernel::{Code, Error, Id, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        carriers::{self, Failure, Parcel},
        model::{Gateway, GatewayKind, Message, News, Route, State},
        rules, store, texts,
    },
    route_context, route_of,
};
use crate::{
    modules::{App, SharedApp, people, regions},
    platform::{
        access::{Actor, Permission, Scope, Unit},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// A webhook's secret has at least so many characters.
const SECRET_MIN: usize = 16;
/// Longest name of a gateway, in characters.
const NAME_MAX: usize = 60;

/// A gateway as it shall be.
#[derive(Clone, Debug)]
pub struct GatewayDraft {
    /// What sort.
    pub kind: GatewayKind,
    /// The place it serves; of a robot it is its unit's.
    pub region: Option<RegionCode>,
    /// The unit in whose group a robot speaks.
    pub unit: Option<Id<Unit>>,
    /// Its name for people.
    pub name: String,
    /// Where it leads; none keeps what is there.
    pub address: Option<String>,
    /// What it signs with, or a mail account's password; none keeps what is there.
    pub secret: Option<String>,
    /// The mail account; none keeps what is there.
    pub account: Option<String>,
    /// Who it is from.
    pub sender: Option<String>,
    /// Whether it is used.
    pub is_on: bool,
}

impl GatewayDraft {
    /// The route as it shall be: what is not said stays, what is said as nothing goes.
    fn route(&self, old: Route) -> Route {
        let said = |new: &Option<String>, old: Option<String>| match new {
            None => old,
            Some(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        };
        Route {
            address: said(&self.address, Some(old.address)).unwrap_or_default(),
            secret: said(&self.secret, old.secret),
            account: said(&self.account, old.account),
        }
    }

    fn check(&self, route: &Route) -> Result<()> {
        let name = self.name.trim().chars().count();
        let mut mistakes = match name {
            0 => Some(Error::field("name", Code::Required)),
            n if n > NAME_MAX => Some(Error::field("name", Code::TooLong).with("max", 60)),
            _ => None,
        };
        let mut add = |error: Error| {
            mistakes = Some(match mistakes.take() {
                Some(earlier) => earlier.and(error),
                None => error,
            });
        };
        if let Err(error) = rules::check_address(self.kind, &route.address) {
            add(error);
        }
        let secret = route.secret.as_deref().map_or(0, |secret| secret.chars().count());
        if self.kind == GatewayKind::Sms && secret < SECRET_MIN {
            add(Error::field("secret", Code::TooShort).with("min", 16));
        }
        let is_mailbox = |text: &str| text.parse::<lettre::message::Mailbox>().is_ok();
        if self.kind == GatewayKind::Mail && !self.sender.as_deref().is_some_and(is_mailbox) {
            add(Error::field("sender", Code::BadFormat).with("expected", "name@example.cn"));
        }
        mistakes.map_or(Ok(()), Err)
    }
}

/// Makes a gateway; repeated, it answers with the one made before.
///
/// # Errors
/// Field errors; `not_found` when its place is outside the actor's.
pub async fn create_gateway(app: &App, actor: &Actor, draft: GatewayDraft, key: Key) -> Result<Gateway> {
    let scope = actor.require(Permission::GatewayEdit)?;
    let route = draft.route(Route::default());
    // What is wrong is told at once, the place with the rest.
    let region = match (draft.check(&route), place_of(app, &scope, &draft).await) {
        (Ok(()), region) => region?,
        (Err(error), Err(place)) => return Err(error.and(place)),
        (Err(error), Ok(_)) => return Err(error),
    };
    let id = Id::new(app.now(), &app.chance);
    let gateway = Gateway {
        id,
        kind: draft.kind,
        region,
        unit: draft.unit.filter(|_| draft.kind.is_robot()),
        name: draft.name.trim().to_owned(),
        shown: rules::shown(&route.address),
        sealed: seal(app, id, &route)?,
        sender: draft.sender.filter(|sender| !sender.trim().is_empty()),
        is_on: draft.is_on,
        version: 1,
    };
    let (by, now) = (By::actor(actor, actor.acting(Permission::GatewayEdit, Some(&gateway.region), None)), app.now());
    let made = app
        .db
        .write(async move |mut tx: Tx| {
            if let Some(earlier) = idempotency::claim(&mut tx, &key, &id.to_string(), now).await? {
                let earlier = earlier.parse().map_err(Error::internal)?;
                return store::gateway(&mut tx, &scope, earlier).await?.ok_or_else(|| Error::new(Code::NotFound));
            }
            store::insert_gateway(&mut tx, &gateway, now).await?;
            record(&mut tx, &by, "gateway.created", &gateway, now).await?;
            Ok(gateway)
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(made)
}

/// Changes a gateway. What sort it is, its place and its unit stay: another is another.
///
/// # Errors
/// Field errors; `not_found`; `record_changed`.
pub async fn change_gateway(
    app: &SharedApp,
    actor: &Actor,
    id: Id<Gateway>,
    seen: i64,
    draft: GatewayDraft,
    key: Key,
) -> Result<Gateway> {
    let scope = actor.require(Permission::GatewayEdit)?;
    let (shared, by, now) =
        (SharedApp::clone(app), By::actor(actor, actor.acting(Permission::GatewayEdit, None, None)), app.now());
    let changed = app
        .db
        .write(async move |mut tx: Tx| {
            let app = &*shared;
            let old = store::gateway(&mut tx, &scope, id).await?.ok_or_else(|| Error::new(Code::NotFound))?;
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(old);
            }
            let route = draft.route(route_of(app, &old)?);
            let draft = GatewayDraft { kind: old.kind, ..draft };
            draft.check(&route)?;
            let new = Gateway {
                name: draft.name.trim().to_owned(),
                shown: rules::shown(&route.address),
                sealed: seal(app, id, &route)?,
                sender: draft.sender.filter(|sender| !sender.trim().is_empty()),
                is_on: draft.is_on,
                version: seen,
                ..old
            };
            if !store::update_gateway(&mut tx, &new).await? {
                return Err(Error::new(Code::RecordChanged));
            }
            record(&mut tx, &by, "gateway.changed", &new, now).await?;
            Ok(Gateway { version: seen + 1, ..new })
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(changed)
}

/// Sends a line through a gateway at once, to see whether it works. A request that is repeated sends again.
///
/// # Errors
/// `not_found`; a field error on `to`; what went wrong outside is an answer and no error.
pub async fn try_gateway(
    app: &SharedApp,
    actor: &Actor,
    id: Id<Gateway>,
    to: Option<String>,
) -> Result<Option<Failure>> {
    let scope = actor.require(Permission::GatewayEdit)?;
    let gateway =
        store::gateway(&mut app.db.read().await?, &scope, id).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    let to = to.map(|to| to.trim().to_owned()).filter(|to| !to.is_empty());
    if to.is_none() && !gateway.kind.is_robot() {
        return Err(Error::field("to", Code::Required));
    }
    if gateway.kind == GatewayKind::Sms && !to.as_deref().is_some_and(rules::is_mobile) {
        return Err(Error::field("to", Code::BadPhone));
    }
    let voice = texts::Voice {
        lang: kernel::Lang::Zh,
        from: &app.settings.name,
        address: app.settings.public_address.as_deref(),
        zone: &app.settings.zone,
    };
    let told = [(News::Trial, texts::Params::default())];
    let (subject, text) = match gateway.kind {
        GatewayKind::Mail => voice.letter(&told, &["/desk".to_owned()], "/desk/me#wishes"),
        _ => (String::new(), voice.text(&[voice.line(News::Trial, &texts::Params::default())], "")),
    };
    let parcel = Parcel {
        kind: gateway.kind,
        route: route_of(app, &gateway)?,
        sender: gateway.sender.clone(),
        to,
        id: Id::<Message>::new(app.now(), &app.chance).to_string(),
        subject,
        text,
        at: app.now().millis() / 1_000,
    };
    let outcome = tokio::task::spawn_blocking(move || carriers::carry(&parcel)).await.map_err(Error::internal)?;
    let (by, now) = (By::actor(actor, actor.acting(Permission::GatewayEdit, Some(&gateway.region), None)), app.now());
    app.db.write(async move |mut tx: Tx| record(&mut tx, &by, "gateway.tried", &gateway, now).await).await?;
    Ok(outcome.err())
}

/// Has a message that could not leave, or waits for its next try, tried again at once. How often it was tried, and why it
/// did not leave, stays with it.
///
/// # Errors
/// `not_found`; `message_not_failed`.
pub async fn send_again(app: &App, actor: &Actor, id: Id<Message>, key: Key) -> Result<Message> {
    let scope = actor.require(Permission::GatewayEdit)?;
    let (by, now) = (By::actor(actor, actor.acting(Permission::GatewayEdit, None, None)), app.now());
    app.db
        .write(async move |mut tx: Tx| {
            let not_found = || Error::new(Code::NotFound);
            let message = store::message(&mut tx, &scope, id).await?.ok_or_else(not_found)?;
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(message);
            }
            if !store::send_again(&mut tx, id, now).await? {
                return Err(Error::new(Code::MessageNotFailed));
            }
            let entry = Entry {
                kind: "message.sent_again",
                object_kind: "message",
                object_id: id.to_string(),
                place: None,
                params: json!({}),
            };
            trail::record(&mut tx, now, &by, entry).await?;
            store::message(&mut tx, &scope, id).await?.ok_or_else(not_found)
        })
        .await
}

/// What a gateway of short messages tells afterwards.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Which message.
    pub message: Id<Message>,
    /// `delivered` or `failed`.
    pub state: State,
    /// Why it did not arrive.
    pub why: Option<String>,
}

/// Takes what a gateway tells afterwards, if it is signed with the gateway's secret within the last five minutes.
///
/// # Errors
/// `not_found` for a wrong signature as for an unknown message: nobody learns which there are.
pub async fn receive(app: &App, id: Id<Gateway>, signature: &str, body: &str, receipt: Receipt) -> Result<()> {
    let not_found = || Error::new(Code::NotFound);
    let gateways = store::gateways_unscoped(&mut app.db.read().await?).await?;
    let gateway = gateways.into_iter().find(|gateway| gateway.id == id).ok_or_else(not_found)?;
    let route = route_of(app, &gateway)?;
    if !carriers::is_signed(&route, app.now().millis() / 1_000, signature, body) {
        return Err(not_found());
    }
    let why = receipt.why.map(|why| why.chars().filter(|c| !c.is_control()).take(200).collect::<String>());
    let told = app
        .db
        .write(async move |mut tx: Tx| {
            store::receive(&mut tx, id, receipt.message, receipt.state, why.as_deref()).await
        })
        .await?;
    if told { Ok(()) } else { Err(not_found()) }
}

fn seal(app: &App, id: Id<Gateway>, route: &Route) -> Result<Vec<u8>> {
    let plain = serde_json::to_string(route).map_err(Error::internal)?;
    app.keys.seal(&app.chance, &route_context(id), &plain)
}

/// The place a gateway serves, checked: a robot's is its unit's.
async fn place_of(app: &App, scope: &Scope, draft: &GatewayDraft) -> Result<RegionCode> {
    let mut db = app.db.read().await?;
    let region = if draft.kind.is_robot() {
        let unit = draft.unit.ok_or_else(|| Error::field("unit", Code::Required))?;
        let found = people::placed_units_unscoped(&mut db, &[unit]).await?.remove(&unit);
        found.map(|(_, region)| region).ok_or_else(|| Error::field("unit", Code::UnknownUnit))?
    } else {
        let region = draft.region.clone().ok_or_else(|| Error::field("region", Code::Required))?;
        if regions::refs_unscoped(&mut db, [&region]).await?.is_empty() {
            return Err(Error::field("region", Code::UnknownRegion));
        }
        region
    };
    if scope.covers(&region) { Ok(region) } else { Err(Error::new(Code::NotFound)) }
}

async fn record(tx: &mut Tx, by: &By, kind: &'static str, gateway: &Gateway, at: kernel::Instant) -> Result<()> {
    let entry = Entry {
        kind,
        object_kind: "gateway",
        object_id: gateway.id.to_string(),
        place: Some(&gateway.region),
        params: json!({"kind": gateway.kind, "name": gateway.name, "is_on": gateway.is_on}),
    };
    trail::record(tx, at, by, entry).await
}
