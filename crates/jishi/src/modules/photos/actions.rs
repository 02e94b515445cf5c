//! Taking a photo in, handing it out, throwing away what nobody took.

use kernel::{Code, Error, Names, Result};
use tokio::sync::{RwLock, Semaphore};

use super::{
    model::{Kept, MAX_BYTES},
    rules, store,
};
use crate::{
    modules::{App, Schedule, SharedApp},
    platform::keys::{hex, sha256},
};

/// Pictures unpacked at the same time: each may take a quarter of a gigabyte and all of a core.
const AT_WORK: usize = 2;
/// Pictures that may wait for that; more are asked to come back.
const WAITING: usize = 32;
/// A photo that no case took is kept this long: a report written on the way home is sent within a day.
const GRACE_HOURS: i64 = 24;
/// How far back it is looked; an instance may have stood still meanwhile.
const SWEPT_DAYS: i64 = 90;
/// Photos thrown away in one transaction.
const SWEEP: i64 = 100;

/// Where photos are developed: little room, so that a hundred uploads cannot take the memory of the machine.
#[derive(Debug)]
pub struct Darkroom {
    at_work: Semaphore,
    waiting: Semaphore,
    /// Held for writing by the sweep: it must not remove the file of a photo that is just being sent again.
    door: RwLock<()>,
}

impl Default for Darkroom {
    fn default() -> Self {
        Self { at_work: Semaphore::new(AT_WORK), waiting: Semaphore::new(WAITING), door: RwLock::default() }
    }
}

/// Takes a photo in. The same photo again is the same photo.
pub(super) async fn take_in(app: &App, sent: Vec<u8>) -> Result<Kept> {
    if sent.len() > MAX_BYTES {
        return Err(too_large());
    }
    let _place = app.darkroom.waiting.try_acquire().map_err(|_| Error::new(Code::Busy))?;
    let _door = app.darkroom.door.read().await;
    let (sha, sent) = blocking(move || (hex(&sha256(&sent)), sent)).await?;
    let known = store::find_unscoped(&mut app.db.read().await?, &sha).await?;
    let photo = match known {
        Some(photo) => photo,
        None => develop(app, sha, sent).await?,
    };
    let (kept, at) = (photo.clone(), app.now());
    app.db.write(async move |mut tx| store::put(&mut tx, &kept, at).await).await?;
    Ok(photo)
}

/// Takes a photo in for the platform itself; returns the hash it is known by.
///
/// # Errors
/// As for an upload.
pub async fn keep(app: &App, sent: Vec<u8>) -> Result<String> {
    take_in(app, sent).await.map(|kept| kept.sha)
}

pub(super) fn too_large() -> Error {
    Error::new(Code::PhotoTooLarge).with("max", Names::new("20 MB", "20 MB"))
}

/// The files are whole on the disk before the row says that they are there.
async fn develop(app: &App, sha: String, sent: Vec<u8>) -> Result<Kept> {
    let _permit = app.darkroom.at_work.acquire().await.map_err(Error::internal)?;
    let prepared = blocking(move || rules::prepare(&sent)).await??;
    app.files.put(&Kept::picture(&sha), &prepared.picture).await?;
    app.files.put(&Kept::thumb(&sha), &prepared.thumb).await?;
    let bytes = i64::try_from(prepared.picture.len()).map_err(Error::internal)?;
    let (width, height) = (prepared.width.into(), prepared.height.into());
    Ok(Kept { sha, width, height, bytes, print: Some(prepared.print) })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::internal(format!("a picture could not be worked on: {error}")))
}

/// The picture behind an address that we handed out.
pub(super) async fn hand_out(app: &App, sha: &str, ticket: &str, small: bool) -> Result<Vec<u8>> {
    if !rules::ticket_is_good(&app.keys, sha, ticket, app.today()) {
        return Err(Error::new(Code::NotFound));
    }
    let name = if small { Kept::thumb(sha) } else { Kept::picture(sha) };
    app.files.get(&name).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Throws away the photos that no case took within a day; returns how many.
///
/// # Errors
/// `internal` when the database or the disk refuses; what is left goes the next time.
pub async fn sweep(app: &App) -> Result<usize> {
    let before = app.now().plus_hours(-GRACE_HOURS);
    let since = before.plus_days(-SWEPT_DAYS);
    let mut swept = 0;
    loop {
        let _door = app.darkroom.door.write().await;
        let forgotten =
            app.db.write(async move |mut tx| store::forget_unlinked(&mut tx, (since, before), SWEEP).await).await?;
        if forgotten.is_empty() {
            return Ok(swept);
        }
        for sha in &forgotten {
            app.files.remove(&Kept::picture(sha)).await?;
            app.files.remove(&Kept::thumb(sha)).await?;
        }
        swept += forgotten.len();
    }
}

/// Photos whose looks are reckoned in one transaction.
const PRINTED: i64 = 50;

/// Reckons what photos look like that came before that was asked; returns how many.
///
/// # Errors
/// `internal` when the database or the disk refuses; what is left goes the next time.
pub async fn reckon_prints(app: &App) -> Result<usize> {
    let mut done = 0;
    loop {
        let shas = store::unprinted_unscoped(&mut app.db.read().await?, PRINTED).await?;
        if shas.is_empty() {
            return Ok(done);
        }
        let mut prints = Vec::new();
        for sha in shas {
            let thumb = app.files.get(&Kept::thumb(&sha)).await?.unwrap_or_default();
            let print = blocking(move || rules::print_of(&thumb)).await?;
            prints.push((sha, print));
        }
        done += prints.len();
        app.db
            .write(async move |mut tx| {
                for (sha, print) in &prints {
                    store::put_print(&mut tx, sha, *print).await?;
                }
                Ok(())
            })
            .await?;
    }
}

/// What this module does by itself.
pub fn schedules() -> Vec<Schedule> {
    let run = |app: SharedApp| -> futures::future::BoxFuture<'static, Result<()>> {
        Box::pin(async move { sweep(&app).await.map(|_| ()) })
    };
    vec![Schedule { kind: "photos.sweep", every_seconds: 3_600, run }]
}
