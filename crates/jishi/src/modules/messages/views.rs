//! What pages show of gateways and messages. No telephone number, no address of a person.

use std::collections::HashMap;

use db::Conn;
use futures::StreamExt;
use kernel::{Cursor, Id, Instant, Lang, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    model::{Gateway, GatewayKind, Message, MessageFilter, News, Recipient, State},
    store,
    texts::Params,
};
use crate::{
    modules::{
        App, SharedApp,
        people::{self, PersonRef, UnitRef},
        regions::{self, RegionRef},
    },
    platform::{
        access::{Person, Scope, Unit},
        book::{self, Cell, Column, Rows},
    },
};

/// A gateway as an administrator sees it; its secrets are not shown again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Gateway)]
pub struct GatewayView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Gateway>,
    /// What sort.
    pub kind: GatewayKind,
    /// The place it serves.
    pub region: Option<RegionRef>,
    /// The unit in whose group it speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    /// Its name.
    pub name: String,
    /// Where it leads, without its key.
    pub address: String,
    /// Who it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// Whether it is used.
    pub is_on: bool,
    /// The version to change it over.
    pub version: i64,
}

/// The names that gateways and messages refer to.
struct Referred {
    regions: HashMap<RegionCode, RegionRef>,
    units: HashMap<Id<Unit>, UnitRef>,
}

async fn names_of(db: &mut Conn, gateways: &[Gateway]) -> Result<Referred> {
    let units: Vec<Id<Unit>> = gateways.iter().filter_map(|gateway| gateway.unit).collect();
    Ok(Referred {
        regions: regions::refs_unscoped(db, gateways.iter().map(|gateway| &gateway.region)).await?,
        units: people::units_unscoped(db, &units).await?,
    })
}

fn gateway_view(names: &Referred, gateway: Gateway) -> GatewayView {
    GatewayView {
        id: gateway.id,
        kind: gateway.kind,
        region: names.regions.get(&gateway.region).cloned(),
        unit: gateway.unit.and_then(|unit| names.units.get(&unit).cloned()),
        name: gateway.name,
        address: gateway.shown,
        sender: gateway.sender,
        is_on: gateway.is_on,
        version: gateway.version,
    }
}

/// Gateways of the actor's places.
pub(super) async fn gateways(db: &mut Conn, scope: &Scope) -> Result<Vec<GatewayView>> {
    let gateways = store::list_gateways(db, scope).await?;
    let names = names_of(db, &gateways).await?;
    Ok(gateways.into_iter().map(|gateway| gateway_view(&names, gateway)).collect())
}

/// One gateway.
pub(super) async fn gateway(db: &mut Conn, gateway: Gateway) -> Result<GatewayView> {
    let names = names_of(db, std::slice::from_ref(&gateway)).await?;
    Ok(gateway_view(&names, gateway))
}

/// A message as an administrator sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Message)]
pub struct MessageView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Message>,
    /// What it tells.
    pub news: News,
    /// The gateway's name.
    pub gateway: String,
    /// What sort of gateway.
    pub kind: GatewayKind,
    /// The member of staff it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonRef>,
    /// The unit it is for; a message to neither is for a resident, who is not named here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    /// The number of the case it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_number: Option<String>,
    /// How far it is.
    pub state: State,
    /// When it came to be.
    pub created_at: Instant,
    /// Not before; of one that waits.
    pub send_at: Instant,
    /// When it left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Instant>,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it could not leave, or had to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether it may be sent again.
    pub may_send_again: bool,
}

/// Who the messages of a page are for.
struct Addressees {
    gateways: HashMap<Id<Gateway>, Gateway>,
    people: HashMap<Id<Person>, PersonRef>,
    units: HashMap<Id<Unit>, UnitRef>,
}

async fn addressees(db: &mut Conn, messages: &[Message]) -> Result<Addressees> {
    let (mut persons, mut units) = (Vec::new(), Vec::new());
    for message in messages {
        match message.to {
            Recipient::Person(person) => persons.push(person),
            Recipient::Unit(unit) => units.push(unit),
            Recipient::Report(_) | Recipient::Phone => {}
        }
    }
    let gateways = store::gateways_unscoped(db).await?;
    Ok(Addressees {
        gateways: gateways.into_iter().map(|gateway| (gateway.id, gateway)).collect(),
        people: people::people_unscoped(db, &persons).await?,
        units: people::units_unscoped(db, &units).await?,
    })
}

fn view(to: &Addressees, message: Message) -> MessageView {
    let params: Params = serde_json::from_value(message.params).unwrap_or_default();
    let gateway = to.gateways.get(&message.gateway);
    // What only waits for the end of the quiet hours was never tried, and waits on.
    let is_put_off =
        message.state == State::Waiting && message.attempts > message.tries_before && message.error.is_some();
    let may_send_again = message.state == State::Failed || is_put_off;
    MessageView {
        id: message.id,
        news: message.news,
        gateway: gateway.map(|gateway| gateway.name.clone()).unwrap_or_default(),
        kind: gateway.map_or(GatewayKind::Sms, |gateway| gateway.kind),
        person: match message.to {
            Recipient::Person(person) => to.people.get(&person).cloned(),
            _ => None,
        },
        unit: match message.to {
            Recipient::Unit(unit) => to.units.get(&unit).cloned(),
            _ => None,
        },
        case_number: params.number,
        state: message.state,
        created_at: message.created_at,
        send_at: message.send_at,
        sent_at: message.sent_at,
        attempts: message.attempts,
        error: message.error,
        may_send_again: may_send_again && message.news != News::Code,
    }
}

/// A page of messages, the newest first.
pub(super) async fn page(
    db: &mut Conn,
    scope: &Scope,
    filter: &MessageFilter,
    page: &Page,
) -> Result<Listing<MessageView>> {
    let (rows, count) = store::list(db, scope, filter, page).await?;
    let to = addressees(db, &rows).await?;
    Ok(Listing::new(rows, page, count, |message| Cursor::pack(&message.id)).map(|message| view(&to, message)))
}

/// One message.
pub(super) async fn message(db: &mut Conn, message: Message) -> Result<MessageView> {
    let to = addressees(db, std::slice::from_ref(&message)).await?;
    Ok(view(&to, message))
}

/// Rows whose names are read together.
const TOGETHER: usize = 200;

/// The columns of the list.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("产生时间", "Made", 20),
        ("内容", "News", 24),
        ("通道", "Gateway", 18),
        ("接收人", "To", 18),
        ("工单编号", "Case", 24),
        ("状态", "State", 12),
        ("发出时间", "Sent", 20),
        ("尝试次数", "Tries", 10),
        ("原因", "Reason", 40),
    ];
    book::columns(lang, heads)
}

/// Hands the list over in batches of rows.
pub(super) async fn batches(
    app: SharedApp,
    (scope, filter): (Scope, MessageFilter),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    let mut names = app.db.read().await?;
    let mut chunks = std::pin::pin!(app.db.stream::<Message>(store::export(&scope, &filter)).await?.chunks(TOGETHER));
    while let Some(chunk) = chunks.next().await {
        let messages = chunk.into_iter().collect::<Result<Vec<_>>>()?;
        let to = addressees(&mut names, &messages).await?;
        let rows = messages.into_iter().map(|message| cells(&app, &view(&to, message), lang));
        if out.send(rows.collect()).await.is_err() {
            break; // the reader has gone
        }
    }
    Ok(())
}

fn cells(app: &App, row: &MessageView, lang: Lang) -> Vec<Cell> {
    let second = |at: Option<Instant>| Cell::Second(at.map(|at| at.zoned(&app.settings.zone).datetime()));
    let to = match (&row.person, &row.unit) {
        (Some(person), _) => Cell::Text(person.name.clone()),
        (None, Some(unit)) => Cell::called(Some(&unit.names), lang),
        (None, None) => Cell::called(Some(&Names::new("诉求人", "Resident")), lang),
    };
    vec![
        second(Some(row.created_at)),
        Cell::called(Some(&row.news.names()), lang),
        Cell::Text(row.gateway.clone()),
        to,
        Cell::words(row.case_number.as_ref()),
        Cell::called(Some(&row.state.names()), lang),
        second(row.sent_at),
        Cell::Number(row.attempts),
        Cell::words(row.error.as_ref()),
    ]
}
