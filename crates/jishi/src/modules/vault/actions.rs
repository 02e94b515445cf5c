//! Changing keys and looking whether they open everything.

use db::Tx;
use kernel::{Error, Instant, Result};

use super::{
    LINGER_SECONDS, columns,
    store::{self, Value},
};
use crate::{
    modules::{App, Schedule, SharedApp},
    platform::{
        instance::{self, KeptKey},
        keys::{Master, SealedColumn},
        trail::{self, By, Entry},
    },
};

/// Values that are read at once, and sealed anew in one transaction.
const PAGE: i64 = 200;

/// Values of one column, as a check found them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Table and column.
    pub name: String,
    /// Values that open.
    pub opened: u64,
    /// Of those, values that an older key sealed.
    pub older: u64,
    /// Values that do not open.
    pub closed: u64,
}

/// A key as an operator sees it.
#[derive(Clone, Debug)]
pub struct Held {
    /// The key, without its bytes.
    pub key: KeptKey,
    /// Whether it seals now.
    pub is_current: bool,
}

/// The keys in the order of their numbers. For the operator alone.
///
/// # Errors
/// `internal` when the database fails.
pub async fn keys_unscoped(app: &App) -> Result<Vec<Held>> {
    let kept = instance::kept_unscoped(&mut app.db.read().await?).await?;
    let current = instance::current(&kept, app.now());
    Ok(kept
        .into_iter()
        .map(|mut key| {
            key.wrapped = key.wrapped.map(|_| Vec::new());
            Held { is_current: key.number == current, key }
        })
        .collect())
}

/// What is to be done at regular times.
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule {
        kind: "vault.renew",
        every_seconds: 600,
        run: |app| Box::pin(async move { renew(&app).await.map(drop) }),
    }]
}

/// Draws a new data key. Every node hears of it before it seals anything; then [`renew`] seals everything anew.
///
/// # Errors
/// `internal` when the master key is not the one that wrapped the others.
pub async fn change(app: &SharedApp) -> Result<KeptKey> {
    let (now, inside) = (app.now(), SharedApp::clone(app));
    app.db
        .write(async move |mut tx: Tx| {
            let key = instance::add_key(&mut tx, &inside.settings, &inside.chance, now).await?;
            let params = serde_json::json!({ "suite": key.suite.as_str() });
            note(&mut tx, now, ("key.changed", key.number.to_string()), params).await?;
            Ok(key)
        })
        .await
}

/// Seals what older keys sealed with the present one; returns how many values. When nothing older was found and the present
/// key has been in use long enough, the older ones are thrown away.
///
/// # Errors
/// `internal` when a value does not open: nothing is thrown away then.
pub async fn renew(app: &App) -> Result<u64> {
    let now = app.now();
    instance::refresh_keys(&app.db, &app.keys, &app.settings, now).await?;
    let kept = instance::kept_unscoped(&mut app.db.read().await?).await?;
    let number = instance::current(&kept, now);
    let Some(current) = kept.iter().find(|key| key.number == number && number > 0) else { return Ok(0) };
    let has_older = kept.iter().any(|key| key.number > 0 && key.number < number && key.ended_at.is_none());
    // An instance that is older than numbered keys seals what it had anew once.
    if !has_older && current.since.plus_seconds(2 * LINGER_SECONDS) < now {
        return Ok(0);
    }
    let mut renewed = 0;
    for column in columns() {
        renewed += renew_column(app, column).await?;
    }
    if renewed == 0 && has_older && current.since.plus_seconds(LINGER_SECONDS) <= now {
        app.db
            .write(async move |mut tx: Tx| {
                let ended = instance::retire(&mut tx, number, now).await?;
                let params = serde_json::json!({ "ended": ended });
                note(&mut tx, now, ("key.ended", number.to_string()), params).await
            })
            .await?;
    }
    Ok(renewed)
}

async fn renew_column(app: &App, column: SealedColumn) -> Result<u64> {
    let (mut renewed, mut after) = (0, None::<Value>);
    loop {
        let page = store::page_unscoped(&mut app.db.read().await?, &column, after.as_ref(), PAGE).await?;
        let Some(last) = page.last().cloned() else { return Ok(renewed) };
        let ring = app.keys.ring();
        let mut sealed = Vec::new();
        for value in page.into_iter().filter(|value| !ring.is_current(&value.cipher)) {
            let context = (column.context)(&value.id.to_string(), &value.field);
            let plain = app.keys.open(&context, &value.cipher)?;
            sealed.push((app.keys.seal(&app.chance, &context, &plain)?, value));
        }
        if !sealed.is_empty() {
            renewed += app
                .db
                .write(async move |mut tx: Tx| {
                    let mut count = 0;
                    for (sealed, value) in &sealed {
                        count += store::put(&mut tx, &column, value, sealed.clone()).await?;
                    }
                    Ok(count)
                })
                .await?;
        }
        after = Some(last);
    }
}

/// Opens every sealed value once and shows nobody what is in it.
///
/// # Errors
/// `internal` when the database fails; a value that does not open is no error but a count.
pub async fn check(app: &App) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    for column in columns() {
        let name = format!("{}.{}", column.table, column.cipher);
        let mut place = Place { name, opened: 0, older: 0, closed: 0 };
        let mut after = None::<Value>;
        loop {
            let page = store::page_unscoped(&mut app.db.read().await?, &column, after.as_ref(), PAGE).await?;
            let Some(last) = page.last().cloned() else { break };
            let ring = app.keys.ring();
            for value in &page {
                let context = (column.context)(&value.id.to_string(), &value.field);
                match app.keys.open(&context, &value.cipher) {
                    Ok(_) => place.opened += 1,
                    Err(_) => place.closed += 1,
                }
                place.older += u64::from(!ring.is_current(&value.cipher));
            }
            after = Some(last);
        }
        places.push(place);
    }
    Ok(places)
}

/// Lets `next` wrap every key instead of the present master key. The caller then puts it where the present one is.
///
/// # Errors
/// `internal` when the present master key does not open one of them; nothing is changed then.
pub async fn change_master(app: &SharedApp, next: &Master) -> Result<()> {
    let (present, next, now) = (instance::master(&app.settings)?, next.clone(), app.now());
    let inside = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            for key in instance::kept_unscoped(&mut tx).await?.iter().filter(|key| key.wrapped.is_some()) {
                let opened = instance::opened(&present, key)?;
                let wrapped = next.wrap(key.suite, &inside.chance, key.number, &opened.secret)?;
                instance::rewrap(&mut tx, key.number, wrapped, &next.fingerprint()).await?;
            }
            note(&mut tx, now, ("key.master_changed", next.fingerprint()), serde_json::json!({})).await
        })
        .await
}

/// Whether a copy of the master key opens this instance; that it does is written down.
///
/// # Errors
/// `internal` when it is another one, in words that name both.
pub async fn hold_against(app: &App, copy: &Master) -> Result<()> {
    let (now, mark) = (app.now(), copy.fingerprint());
    let kept = instance::kept_unscoped(&mut app.db.read().await?).await?;
    let root = kept.first().ok_or_else(|| Error::internal("there is no root key"))?;
    instance::opened(copy, root)?;
    app.db
        .write(async move |mut tx: Tx| {
            instance::note_checked(&mut tx, now).await?;
            note(&mut tx, now, ("key.copy_checked", mark), serde_json::json!({})).await
        })
        .await
}

async fn note(tx: &mut Tx, now: Instant, (kind, id): (&'static str, String), params: serde_json::Value) -> Result<()> {
    let entry = Entry { kind, object_kind: "key", object_id: id, place: None, params };
    trail::record(tx, now, &By::nobody(), entry).await
}
