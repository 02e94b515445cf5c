//! 核对: every row is compared with the log, and the log with its heads. What was changed, removed or put in behind the
//! application's back is named.
//!
//! It reads all there is, page by page, and changes nothing; the platform may run meanwhile.

use std::collections::{HashMap, HashSet};

use db::Conn;
use kernel::{Id, Instant, Result};
use tlog_tiles::tlog::{Hash, record_hash};

use super::{
    super::{
        commitment::{Committed, commit_state},
        model::{Examined, Fault, Finding, Head, Leaf},
        note::{HeadText, VerifierKey},
        store,
        tree::{Tiles, WIDTH, Walk},
    },
    follow,
};
use crate::modules::{
    App,
    cases::{self, Case, KeptWords, Note, Sealed, Standing, TimelineRow},
};

/// Leaves, or cases, looked at together.
const TOGETHER: i64 = 500;

/// Compares all there is. `mirrored` are heads that somebody kept elsewhere: each must be the beginning of what is here.
///
/// # Errors
/// `internal` when the database fails. What does not fit is no error here, but a finding.
pub async fn examine(app: &App, mirrored: &[String]) -> Result<Examined> {
    let mut examined = Examined::default();
    let mut db = app.db.read().await?;
    let heads = heads(app, &mut db, mirrored, &mut examined).await?;
    leaves(&mut db, heads, &mut examined).await?;
    inserted(app, &mut db, &mut examined).await?;
    examined.findings.sort();
    examined.findings.dedup();
    Ok(examined)
}

fn found(examined: &mut Examined, fault: Fault, what: impl std::fmt::Display) {
    examined.findings.push(Finding { fault, what: what.to_string() });
}

/// All heads that are signed by this instance, the smallest first, each with a word that names it.
async fn heads(
    app: &App,
    db: &mut Conn,
    mirrored: &[String],
    examined: &mut Examined,
) -> Result<Vec<(HeadText, String)>> {
    let key = VerifierKey::of(&app.keys.signer()?);
    let mut heads = Vec::new();
    let mut read = |note: &str, name: String, examined: &mut Examined| match key.open(note).and_then(HeadText::parse) {
        Some(head) => heads.push((head, name)),
        None => found(examined, Fault::HeadForged, name),
    };
    let mut after = Instant::from_millis(i64::MIN);
    loop {
        let page: Vec<Head> = store::heads_after_unscoped(db, after, TOGETHER).await?;
        let Some(last) = page.last() else { break };
        after = last.at;
        for head in &page {
            examined.heads += 1;
            read(&head.note, format!("log_heads {} of size {}", head.at, head.size), examined);
        }
    }
    for (number, note) in (1..).zip(mirrored) {
        read(note, format!("kept head {number}"), examined);
    }
    heads.sort_by_key(|(head, _)| head.size);
    Ok(heads)
}

/// Walks the tree tile by tile: each leaf is compared with its step, and each head held against the root where it stands.
async fn leaves(db: &mut Conn, heads: Vec<(HeadText, String)>, examined: &mut Examined) -> Result<()> {
    let mut walk = Walk::default();
    let mut heads = heads.into_iter().peekable();
    let mut hold = |walk: &Walk, examined: &mut Examined, is_end: bool| {
        while let Some((head, name)) = heads.next_if(|(head, _)| head.size == walk.size() || is_end) {
            if head.size != walk.size() || head.root != walk.root().0 {
                found(examined, Fault::HeadBroken, name);
            }
        }
    };
    hold(&walk, examined, false);
    for position in 0.. {
        let Some(tile) = store::tile_unscoped(db, (0, position)).await? else { break };
        let hashes: Vec<Hash> = Tiles::leaves(&tile).collect();
        steps(db, position * WIDTH, &hashes, examined).await?;
        for hash in &hashes {
            walk.add(*hash);
            hold(&walk, examined, false);
        }
    }
    hold(&walk, examined, true);
    examined.leaves = walk.size();
    Ok(())
}

/// What a page of leaves is compared with.
struct Rows {
    steps: HashMap<Id<TimelineRow>, Sealed>,
    standings: HashMap<Id<Case>, Standing>,
    words: HashMap<Id<Note>, KeptWords>,
    /// The last leaf of each case.
    last: HashMap<Id<Case>, u64>,
}

async fn rows(db: &mut Conn, leaves: &[Leaf]) -> Result<Rows> {
    let ids: Vec<Id<Case>> = leaves.iter().map(|leaf| leaf.case).collect::<HashSet<_>>().into_iter().collect();
    // Read before the steps: while the platform runs, a case that went on has more steps than leaves, and is passed over.
    let standings = cases::standings_unscoped(db, &ids).await?;
    let steps = cases::written_unscoped(db, &ids).await?;
    let notes: Vec<Id<Note>> = steps.iter().filter_map(|sealed| sealed.step.note).collect();
    let words = cases::kept_words_unscoped(db, &notes).await?;
    let mut last = HashMap::new();
    for leaf in store::leaves_of_unscoped(db, &ids).await? {
        last.insert(leaf.case, leaf.seq);
    }
    Ok(Rows {
        steps: steps.into_iter().map(|sealed| (sealed.step.id, sealed)).collect(),
        standings: standings.into_iter().map(|case| (case.case, case)).collect(),
        words: words.into_iter().map(|words| (words.note, words)).collect(),
        last,
    })
}

/// Compares the leaves of a tile with their steps, their words and, for the last of a case, with the case.
async fn steps(db: &mut Conn, from: u64, hashes: &[Hash], examined: &mut Examined) -> Result<()> {
    let limit = i64::try_from(hashes.len()).unwrap_or(TOGETHER);
    let page = store::leaves_from_unscoped(db, from, limit).await?;
    let rows = rows(db, &page).await?;
    let there: HashMap<u64, &Leaf> = page.iter().map(|leaf| (leaf.seq, leaf)).collect();
    for (seq, hash) in (from..).zip(hashes) {
        match there.get(&seq) {
            Some(leaf) => compare(leaf, *hash, &rows, examined)?,
            None => found(examined, Fault::LeafRemoved, format!("log_leaves {seq}")),
        }
    }
    Ok(())
}

fn compare(leaf: &Leaf, hash: Hash, rows: &Rows, examined: &mut Examined) -> Result<()> {
    let Some(standing) = rows.standings.get(&leaf.case) else {
        found(examined, Fault::CaseRemoved, format!("cases {}", leaf.case));
        return Ok(());
    };
    let name = |what: &str, id: &dyn std::fmt::Display| format!("{what} {id} of case {}", standing.number);
    let Some(Sealed { step, .. }) = rows.steps.get(&leaf.entry) else {
        found(examined, Fault::StepRemoved, name("timeline", &leaf.entry));
        return Ok(());
    };
    let committed = Committed::new(step, (&standing.number, leaf.n), &leaf.salt, leaf.state.clone());
    if hash.0 != record_hash(&committed.leaf()?).0 {
        found(examined, Fault::StepChanged, name("timeline", &step.id));
    }
    if let (Some(note), Some(hash)) = (step.note, &step.note_hash) {
        match rows.words.get(&note) {
            Some(words) if words.fits(hash) => {}
            Some(words) if words.body.is_some() => found(examined, Fault::WordsChanged, name("notes", &note)),
            _ => found(examined, Fault::WordsRemoved, name("notes", &note)),
        }
    }
    if let Some(state) = leaf.state.as_ref().filter(|_| rows.last.get(&leaf.case) == Some(&leaf.seq)) {
        let is_same = commit_state(&leaf.salt, &standing.state)? == *state;
        let is_all = rows.steps.values().filter(|sealed| sealed.step.case == leaf.case).count();
        // Steps that are not taken in yet may have changed it.
        if !is_same && i64::try_from(is_all).is_ok_and(|all| all <= leaf.n) {
            found(examined, Fault::CaseChanged, format!("cases {} ({})", leaf.case, standing.number));
        }
    }
    Ok(())
}

/// Looks for steps that the log does not have: what happened after its last look waits for its turn, what is older was put in.
async fn inserted(app: &App, db: &mut Conn, examined: &mut Examined) -> Result<()> {
    let looked = follow::looked(db).await?;
    let mut after = None;
    loop {
        let ids: Vec<Id<Case>> = cases::walk_unscoped(db, after, TOGETHER).await?.iter().map(|case| case.id).collect();
        let Some(last) = ids.last() else { return Ok(()) };
        after = Some(*last);
        let leaves = store::leaves_of_unscoped(db, &ids).await?;
        let known: HashSet<Id<TimelineRow>> = leaves.into_iter().map(|leaf| leaf.entry).collect();
        for sealed in cases::written_unscoped(db, &ids).await? {
            let step = &sealed.step;
            if known.contains(&step.id) {
                continue;
            }
            // While an older instance's history is taken in, the trail says nothing of what comes when.
            let is_to_come = looked.is_beginning || step.at > looked.until;
            if is_to_come && follow::is_ours(app, &sealed, looked.is_beginning)? {
                examined.pending += 1;
            } else {
                found(examined, Fault::StepInserted, format!("timeline {} of case {}", step.id, step.case));
            }
        }
    }
}
