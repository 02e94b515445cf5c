//! Steps are taken into the log behind the trail: each case that something happened to is looked at, and what it has and the
//! log has not is added, in the order in which it happened. Reading twice changes nothing. An instance that is older than
//! the log begins with its first entry, and takes in what was written before steps were sealed; afterwards only what has its
//! seal. A head is signed whenever the tree grew, and once an hour when it did not, so that everyone sees that it stands.

use std::collections::HashMap;

use db::{Conn, Tx};
use kernel::{Id, Instant, Result};
use tlog_tiles::tlog::{Hash, record_hash};

use super::super::{
    commitment::{Committed, commit_state},
    model::{Head, Leaf},
    note, store,
    tree::{self, Tiles},
    views,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case, Sealed, Standing},
    },
    platform::trail,
};

const SUBSCRIBER: &str = "transparency";
/// The newest entry of the trail when the log began, and one: what came up to there may be without a seal.
const BEGUN: &str = "transparency.begun";
/// Cases taken in within one transaction.
const TOGETHER: usize = 100;
/// A head is never older than this.
const HEAD_SECONDS: i64 = 3_600;

/// Takes in what happened and signs a head; returns how many steps were taken in.
///
/// # Errors
/// `internal` when the database fails.
pub async fn follow(app: &SharedApp) -> Result<usize> {
    begin(app).await?;
    let what = (SUBSCRIBER, trail::Read::Objects("case"));
    let taken = trail::follow_what(&app.db, what, app.now(), async |page| {
        let mut taken = 0;
        for cases in trail::objects(&page).chunks(TOGETHER) {
            taken += take_in(app, cases).await?;
        }
        Ok(taken)
    })
    .await?;
    sign(app).await?;
    Ok(taken)
}

/// The newest head; one is signed when there is none yet.
///
/// # Errors
/// `internal` when the database fails.
pub async fn head(app: &App) -> Result<Head> {
    if let Some(head) = store::head_unscoped(&mut app.db.read().await?).await? {
        return Ok(head);
    }
    sign(app).await?;
    let head = store::head_unscoped(&mut app.db.read().await?).await?;
    head.ok_or_else(|| kernel::Error::internal("no head was signed"))
}

async fn begin(app: &App) -> Result<()> {
    let mut db = app.db.read().await?;
    // Once there is a leaf it has begun, whatever became of the mark.
    if trail::cursor_unscoped(&mut db, BEGUN).await? == 0 && store::size_unscoped(&mut db).await? == 0 {
        let newest = trail::newest_unscoped(&mut db).await?;
        drop(db);
        app.db.write(async move |mut tx: Tx| trail::advance(&mut tx, BEGUN, newest + 1).await).await?;
    }
    Ok(())
}

/// How far the log has looked.
pub(super) struct Looked {
    /// Whether steps without a seal are still taken in.
    pub is_beginning: bool,
    /// What happened up to here is in the log.
    pub until: Instant,
}

/// How far the log has looked.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn looked(db: &mut Conn) -> Result<Looked> {
    let (begun, read) = (trail::cursor_unscoped(db, BEGUN).await?, trail::cursor_unscoped(db, SUBSCRIBER).await?);
    let until = trail::when_unscoped(db, read).await?;
    let is_beginning = read + 1 < begun || (begun == 0 && store::size_unscoped(db).await? == 0);
    Ok(Looked { is_beginning, until: until.unwrap_or(Instant::from_millis(i64::MIN)) })
}

/// Whether a step may stand in the log.
pub(super) fn is_ours(app: &App, sealed: &Sealed, is_beginning: bool) -> Result<bool> {
    match &sealed.seal {
        Some(seal) => Ok(*seal == sealed.step.seal(&app.keys)?),
        None => Ok(is_beginning),
    }
}

async fn take_in(app: &SharedApp, ids: &[Id<Case>]) -> Result<usize> {
    let mut db = app.db.read().await?;
    let is_beginning = looked(&mut db).await?.is_beginning;
    let mut known: HashMap<Id<Case>, Vec<Leaf>> = HashMap::new();
    for leaf in store::leaves_of_unscoped(&mut db, ids).await? {
        known.entry(leaf.case).or_default().push(leaf);
    }
    let mut new: Vec<Sealed> = Vec::new();
    for sealed in cases::written_unscoped(&mut db, ids).await? {
        let step = &sealed.step;
        let is_known = known.get(&step.case).is_some_and(|leaves| leaves.iter().any(|leaf| leaf.entry == step.id));
        if is_known {
            continue;
        }
        if is_ours(app, &sealed, is_beginning)? {
            new.push(sealed);
        } else {
            tracing::error!(step = %step.id, case = %step.case, "a step without our seal is not taken into the log");
        }
    }
    // Read after the steps: a case may be further than its last leaf says, which the next leaf mends, but never behind it.
    let standings = cases::standings_unscoped(&mut db, ids).await?;
    let standings: HashMap<Id<Case>, Standing> = standings.into_iter().map(|case| (case.case, case)).collect();
    let size = store::size_unscoped(&mut db).await?;
    drop(db);
    if new.is_empty() {
        return Ok(0);
    }
    let (leaves, hashes) = plant(app, &new, &Ground { known, standings }, size)?;
    let count = leaves.len();
    app.db.write(async move |mut tx: Tx| append(&mut tx, size, leaves, hashes).await).await?;
    Ok(count)
}

/// What the new leaves of some cases stand beside.
struct Ground {
    /// Their leaves so far.
    known: HashMap<Id<Case>, Vec<Leaf>>,
    /// What they are now.
    standings: HashMap<Id<Case>, Standing>,
}

/// The leaves of steps, from `size` on. What a case is stands in the last of its leaves.
fn plant(app: &App, new: &[Sealed], ground: &Ground, size: u64) -> Result<(Vec<Leaf>, Vec<Hash>)> {
    let mut counts: HashMap<Id<Case>, i64> = HashMap::new();
    let (mut leaves, mut hashes) = (Vec::new(), Vec::new());
    // A case that was removed behind our back has no standing, and its steps no number to stand under.
    let standing = |sealed: &&Sealed| ground.standings.contains_key(&sealed.step.case);
    for (seq, sealed) in (size..).zip(new.iter().filter(standing)) {
        let step = &sealed.step;
        let Some(standing) = ground.standings.get(&step.case) else { continue };
        let before = ground.known.get(&step.case).and_then(|leaves| leaves.last()).map_or(0, |leaf| leaf.n);
        let n = counts.entry(step.case).or_insert(before);
        *n += 1;
        let is_last =
            !new.iter().rev().take_while(|later| later.step.id != step.id).any(|later| later.step.case == step.case);
        let salt = app.chance.bytes::<16>().to_vec();
        let state = is_last.then(|| commit_state(&salt, &standing.state)).transpose()?;
        let committed = Committed::new(step, (&standing.number, *n), &salt, state.clone());
        hashes.push(record_hash(&committed.leaf()?));
        leaves.push(Leaf { seq, case: step.case, n: *n, entry: step.id, salt, state });
    }
    Ok((leaves, hashes))
}

async fn append(tx: &mut Tx, size: u64, leaves: Vec<Leaf>, hashes: Vec<Hash>) -> Result<()> {
    let mut tiles: Tiles = store::tiles_unscoped(tx, &tree::edge(size)).await?;
    let grown = tree::grow(&mut tiles, size, &hashes)?;
    for leaf in leaves {
        store::add_leaf(tx, leaf).await?;
    }
    for tile in tiles.between((size, grown)) {
        store::put_tile(tx, tile).await?;
    }
    Ok(())
}

/// Signs a head when the tree grew, or when the last is an hour old.
async fn sign(app: &App) -> Result<()> {
    let mut db = app.db.read().await?;
    let (size, last) = (store::size_unscoped(&mut db).await?, store::head_unscoped(&mut db).await?);
    let now = app.now();
    let is_fresh = |head: &Head| head.size == size && head.at > now.plus_seconds(-HEAD_SECONDS);
    if last.is_some_and(|head| is_fresh(&head)) {
        return Ok(());
    }
    let tiles = store::tiles_unscoped(&mut db, &tree::edge(size)).await?;
    drop(db);
    let note = note::sign(&views::signers(app)?, (size, tree::root(&tiles, size)?), now)?;
    app.db.write(async move |mut tx: Tx| store::add_head(&mut tx, Head { at: now, size, note }).await).await
}
