//! Use cases of messages: gateways are looked after, wishes kept, news followed and sent.

mod digests;
mod finding;
mod follow;
mod gateways;
mod links;
mod objected;
mod reach;
mod send;
mod whistled;
mod wishes;

use db::Tx;
use futures::future::BoxFuture;
use kernel::Result;

pub use self::{
    digests::{Digests, Lists},
    finding::{Asked, ask_code, can_find, prove},
    links::{LinkMessage, link_unscoped, put_link},
};
pub(super) use self::{
    finding::open_code,
    gateways::{GatewayDraft, Receipt, change_gateway, create_gateway, receive, send_again, try_gateway},
    wishes::{put_own_wishes, put_unit_wishes, wishes_of},
};
use super::{model::Gateway, store};
use crate::{
    modules::{App, Schedule, SharedApp},
    platform::keys::SealedColumn,
};

/// Messages and codes are kept so long: enough to answer "was I told?", no longer.
pub(super) const KEEP_DAYS: i64 = 90;

/// What this room does at regular times.
pub fn schedules() -> Vec<Schedule> {
    let go: fn(SharedApp) -> BoxFuture<'static, Result<()>> =
        |app| Box::pin(async move { round(&app).await.map(|_| ()) });
    let forget: fn(SharedApp) -> BoxFuture<'static, Result<()>> = |app| Box::pin(async move { tidy(&app).await });
    vec![
        Schedule { kind: "messages.round", every_seconds: 60, run: go },
        Schedule { kind: "messages.tidy", every_seconds: 86_400, run: forget },
    ]
}

/// One round: what happened becomes messages, digests are made, what is due leaves. Returns how many left.
///
/// # Errors
/// `internal` when the database fails.
pub async fn round(app: &SharedApp) -> Result<usize> {
    let gateways = store::gateways_unscoped(&mut app.db.read().await?).await?;
    follow::follow(app, &gateways).await?;
    if gateways.iter().all(|gateway| !gateway.is_on) {
        return Ok(0);
    }
    digests::make(app, &gateways).await?;
    send::send_due(app).await
}

/// Keeps messages that are to be sent.
async fn keep(app: &App, messages: Vec<store::NewMessage>) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    let insert = async move |mut tx: Tx| {
        for message in messages {
            store::insert(&mut tx, message).await?;
        }
        Ok(())
    };
    app.db.write(insert).await
}

async fn tidy(app: &SharedApp) -> Result<()> {
    let before = app.now().plus_days(-KEEP_DAYS);
    app.db
        .write(async move |mut tx| {
            store::tidy(&mut tx, before).await?;
            store::tidy_codes(&mut tx, before).await
        })
        .await
}

/// What binds a gateway's sealed route to its row.
fn route_context(id: kernel::Id<Gateway>) -> String {
    route_bound_to(&id.to_string(), "")
}

fn route_bound_to(gateway: &str, _: &str) -> String {
    format!("gateway {gateway}")
}

/// What is sealed here: where gateways lead and what they sign with, and what a message must not show until it is sent.
pub const SEALED: &[SealedColumn] = &[
    SealedColumn { table: "gateways", id: "id", field: None, cipher: "sealed", context: route_bound_to },
    SealedColumn { table: "messages", id: "id", field: None, cipher: "sealed", context: send::secret_bound_to },
];

/// The gateway's route, opened.
fn route_of(app: &App, gateway: &Gateway) -> Result<super::model::Route> {
    let opened = app.keys.open(&route_context(gateway.id), &gateway.sealed)?;
    serde_json::from_str(&opened).map_err(kernel::Error::internal)
}
