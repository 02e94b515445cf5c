//! What makes a data folder and a database one instance: the master key here, and the keys it wraps there.

mod store;

use std::path::PathBuf;

use db::{Db, Tx};
use kernel::{Chance, Error, Instant, Result};

pub use self::store::{KeptKey, kept_unscoped, note_checked, retire, rewrap};
use super::{
    keys::{DataKey, Keys, Master, Ring, Suite, UNNUMBERED},
    settings::Settings,
};

/// How long a new data key waits before it seals anything: longer than any node takes to hear of it.
pub const HEARD_SECONDS: i64 = 120;

/// Where the master key lies, where it is in a file.
pub fn key_file(settings: &Settings) -> PathBuf {
    settings.key_file.clone()
}

/// Where the next master key lies while it takes the place of this one.
pub fn next_key_file(settings: &Settings) -> PathBuf {
    settings.key_file.with_extension("key.next")
}

/// The master key: from the environment, or else from its file.
///
/// # Errors
/// `internal` when there is none or it cannot be read.
pub fn master(settings: &Settings) -> Result<Master> {
    settings.master.clone().map_or_else(|| Master::load(&settings.key_file), Ok)
}

/// Opens the instance's keys, or makes them for an instance that has none. A new master key beside old data would open no
/// receipt and no contact detail, so that is refused. For the operator alone, so there is no scope.
///
/// # Errors
/// `internal` when the master key is missing beside data or is another than the one that wrapped the keys.
pub async fn keys_unscoped(db: &Db, settings: &Settings, chance: &Chance, now: Instant) -> Result<Keys> {
    let (kept, holds_data) = {
        let mut conn = db.read().await?;
        (kept_unscoped(&mut conn).await?, store::holds_data_unscoped(&mut conn).await?)
    };
    finish_change(settings, &kept)?;
    if settings.master.is_none() && !settings.key_file.exists() {
        if holds_data || !kept.is_empty() {
            return Err(Error::internal(format!(
                "the key file {} is missing, but the database holds data that were made with it: put it back from its safe place",
                settings.key_file.display()
            )));
        }
        Master::draw(chance).write(&settings.key_file)?;
    }
    let master = master(settings)?;
    let kept = if kept.is_empty() { begin(db, settings, &master, holds_data, chance, now).await? } else { kept };
    let root =
        kept.iter().find(|key| key.number == UNNUMBERED).ok_or_else(|| Error::internal("there is no root key"))?;
    let keys = Keys::from_root(&opened(&master, root)?.secret);
    keys.take(ring(&keys, &master, &kept, now)?);
    Ok(keys)
}

/// The first keys. Everything in an instance that is older than wrapped keys is derived from its master key.
async fn begin(
    db: &Db,
    settings: &Settings,
    master: &Master,
    holds_data: bool,
    chance: &Chance,
    now: Instant,
) -> Result<Vec<KeptKey>> {
    let root = if holds_data { *master.bytes() } else { chance.bytes() };
    let first = [(UNNUMBERED, root), (1, chance.bytes())];
    let rows = first
        .iter()
        .map(|(number, secret)| new_key(master, settings.suite, chance, (*number, secret), (now, now)))
        .collect::<Result<Vec<_>>>()?;
    db.write(async move |mut tx: Tx| {
        for row in &rows {
            store::insert(&mut tx, row).await?;
        }
        Ok(())
    })
    .await?;
    // Of two processes that start at once, the one that came first has made them.
    kept_unscoped(&mut db.read().await?).await
}

fn new_key(
    master: &Master,
    suite: Suite,
    chance: &Chance,
    (number, secret): (u32, &[u8; 32]),
    (made_at, since): (Instant, Instant),
) -> Result<KeptKey> {
    let wrapped = Some(master.wrap(suite, chance, number, secret)?);
    let master = master.fingerprint();
    Ok(KeptKey { number, suite, wrapped, master, made_at, since, ended_at: None, copy_checked_at: None })
}

/// Draws a new data key of the suite in the settings; it seals from [`HEARD_SECONDS`] on.
///
/// # Errors
/// `internal` when the master key is not the one that wrapped the others.
pub async fn add_key(tx: &mut Tx, settings: &Settings, chance: &Chance, now: Instant) -> Result<KeptKey> {
    let (master, kept) = (master(settings)?, kept_unscoped(tx).await?);
    for key in kept.iter().filter(|key| key.wrapped.is_some()) {
        opened(&master, key)?;
    }
    let number = kept.iter().map(|key| key.number).max().unwrap_or_default() + 1;
    let times = (now, now.plus_seconds(HEARD_SECONDS));
    let key = new_key(&master, settings.suite, chance, (number, &chance.bytes()), times)?;
    store::insert(tx, &key).await?;
    Ok(key)
}

/// A key's own bytes.
///
/// # Errors
/// `internal`, in words for the operator, when another master key wrapped it.
pub fn opened(master: &Master, key: &KeptKey) -> Result<DataKey> {
    let wrapped = key.wrapped.as_ref().ok_or_else(|| Error::internal(format!("data key {} has ended", key.number)))?;
    let secret = master.unwrap(key.suite, key.number, wrapped).ok_or_else(|| {
        Error::internal(format!(
            "the keys in this database were wrapped by the master key {}, and the one here is {}: give back the right one",
            key.master,
            master.fingerprint()
        ))
    })?;
    Ok(DataKey { suite: key.suite, secret })
}

fn ring(keys: &Keys, master: &Master, kept: &[KeptKey], now: Instant) -> Result<Ring> {
    let mut ring = Ring::of(keys.unnumbered());
    for key in kept.iter().filter(|key| key.number != UNNUMBERED && key.wrapped.is_some()) {
        ring = ring.with(key.number, opened(master, key)?);
    }
    Ok(ring.sealing_with(current(kept, now)))
}

/// The number of the key that seals now.
pub fn current(kept: &[KeptKey], now: Instant) -> u32 {
    let begun = kept.iter().filter(|key| key.since <= now && key.wrapped.is_some());
    begun.map(|key| key.number).max().unwrap_or(UNNUMBERED)
}

/// Takes data keys into use that were made meanwhile, and lets go of those that have ended.
///
/// # Errors
/// `internal` when the master key does not open them: a process that has its key from the environment is started anew when
/// that key changes.
pub async fn refresh_keys(db: &Db, keys: &Keys, settings: &Settings, now: Instant) -> Result<()> {
    let kept = kept_unscoped(&mut db.read().await?).await?;
    let numbers: Vec<u32> = kept.iter().filter(|key| key.wrapped.is_some()).map(|key| key.number).collect();
    if kept.is_empty() || keys.ring().is_of(&numbers, current(&kept, now)) {
        return Ok(());
    }
    keys.take(ring(keys, &master(settings)?, &kept, now)?);
    Ok(())
}

/// Ends a change of the master key that was broken off after the database had changed and before the files had.
fn finish_change(settings: &Settings, kept: &[KeptKey]) -> Result<()> {
    let next = next_key_file(settings);
    let Some(wrapped_by) = kept.iter().find(|key| key.wrapped.is_some()).map(|key| &key.master) else { return Ok(()) };
    if settings.master.is_some() || !next.exists() || Master::load(&next)?.fingerprint() != *wrapped_by {
        return Ok(());
    }
    put_in_place(settings)
}

/// Lets the next key file take the place of the present one, which stays beside it under its fingerprint until the operator
/// moves it: copies made before open with it alone.
///
/// # Errors
/// `internal` when the files cannot be renamed.
pub fn put_in_place(settings: &Settings) -> Result<()> {
    let file = key_file(settings);
    if file.exists() {
        let before = file.with_extension(format!("key.{}", Master::load(&file)?.fingerprint()));
        std::fs::rename(&file, before).map_err(Error::internal)?;
    }
    std::fs::rename(next_key_file(settings), file).map_err(Error::internal)
}
