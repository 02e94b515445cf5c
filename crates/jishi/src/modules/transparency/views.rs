//! What is told of the log.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use db::Conn;
use kernel::{Code, Cursor, Error, Id, Instant, Listing, Page, Result};
use serde::Serialize;
use tlog_tiles::tlog::Hash;

use super::{
    actions,
    commitment::{Committed, FIELDS},
    model::{Head, Leaf},
    note::{Signers, VerifierKey},
    proof::{FORMAT, ProofField, ProofFile, ProofWords, ProvedStep},
    store,
    tree::Claim,
};
use crate::{
    modules::{
        App,
        cases::{self, Case, Report, ShownStep},
    },
    platform::keys::Suite,
};

/// A head as it is told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HeadView {
    /// When it was signed.
    pub at: Instant,
    /// How many steps the log had.
    pub size: u64,
    /// The root, in Base64.
    pub root: String,
    /// The signed text, as a program reads it.
    pub note: String,
}

/// The log in short.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LogView {
    /// The key that checks its heads: name, id and key, joined by +.
    pub key: String,
    /// The key of the second signature, SM2, where the heads have one.
    pub sm2_key: Option<String>,
    /// The newest head.
    pub head: HeadView,
}

/// What proves that one head is the beginning of another.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Consistency {
    /// Leaves of the older.
    pub from: u64,
    /// Leaves of the newer.
    pub to: u64,
    /// The hashes that lead from one to the other (RFC 6962, 2.1.2), in Base64.
    pub path: Vec<String>,
}

fn told(head: Head) -> HeadView {
    let root = head.note.lines().nth(2).unwrap_or_default().to_owned();
    HeadView { at: head.at, size: head.size, root, note: head.note }
}

fn in_base64(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| STANDARD.encode(hash.0)).collect()
}

/// What signs this log, as the settings say.
///
/// # Errors
/// `internal`, which never happens.
pub fn signers(app: &App) -> Result<Signers> {
    let sm2 = (app.settings.suite == Suite::Sm).then(|| app.keys.sm2_signer()).transpose()?;
    Ok(Signers { ed25519: app.keys.signer()?, sm2 })
}

/// The log's keys: the first is the one that names it.
///
/// # Errors
/// `internal`, which never happens.
pub fn keys(app: &App) -> Result<Vec<VerifierKey>> {
    Ok(signers(app)?.keys())
}

/// The log in short.
///
/// # Errors
/// `internal` when the database fails.
pub async fn log(app: &App) -> Result<LogView> {
    let mut keys = keys(app)?.into_iter().map(|key| key.to_string());
    let key = keys.next().unwrap_or_default();
    Ok(LogView { key, sm2_key: keys.next(), head: told(actions::head(app).await?) })
}

/// Its heads, the newest first.
///
/// # Errors
/// `bad_cursor` for a cursor that is none of this list's.
pub async fn heads(db: &mut Conn, page: &Page) -> Result<Listing<HeadView>> {
    let before = page.cursor.as_ref().map(Cursor::unpack::<i64>).transpose()?.unwrap_or(i64::MAX);
    let heads = store::heads_before_unscoped(db, Instant::from_millis(before), page.limit + 1).await?;
    let count = store::count_heads_unscoped(db).await?;
    Ok(Listing::new(heads, page, count, |head| Cursor::pack(&head.at.millis())).map(told))
}

/// What proves that the head of one size is the beginning of that of another.
///
/// # Errors
/// `bad_value` for sizes that the log has not.
pub async fn consistency(app: &App, from: u64, to: u64) -> Result<Consistency> {
    let head = actions::head(app).await?;
    if from > to || to > head.size {
        return Err(Error::field("to", Code::OutOfRange)
            .with("min", from.to_string())
            .with("max", head.size.to_string()));
    }
    if from == 0 || from == to {
        return Ok(Consistency { from, to, path: Vec::new() });
    }
    let claim = Claim::Extends { from, to };
    let mut db = app.db.read().await?;
    let tiles = store::tiles_unscoped(&mut db, &claim.needs()?).await?;
    Ok(Consistency { from, to, path: in_base64(&claim.prove(&tiles)?) })
}

/// A resident's proof file.
///
/// # Errors
/// `internal` when the database fails.
pub async fn proof(app: &App, report: &Report) -> Result<ProofFile> {
    let head = actions::head(app).await?;
    let mut db = app.db.read().await?;
    let shown = cases::shown_steps(&mut db, report).await?;
    let ids: Vec<Id<Case>> = {
        let mut ids: Vec<Id<Case>> = shown.iter().map(|step| step.step.case).collect();
        ids.dedup();
        ids
    };
    let standings = cases::standings_unscoped(&mut db, &ids).await?;
    let number = |case: Id<Case>| standings.iter().find(|found| found.case == case).map(|found| found.number.clone());
    let leaves = store::leaves_of_unscoped(&mut db, &ids).await?;
    let (mut steps, mut pending) = (Vec::new(), 0);
    for step in &shown {
        let leaf = leaves.iter().find(|leaf| leaf.entry == step.step.id && leaf.seq < head.size);
        match (leaf, number(step.step.case)) {
            (Some(leaf), Some(number)) => steps.push(prove(&mut db, (step, leaf), &number, head.size).await?),
            _ => pending += 1,
        }
    }
    Ok(ProofFile {
        format: FORMAT.to_owned(),
        key: VerifierKey::of(&app.keys.signer()?).to_string(),
        case: number(report.case).unwrap_or_default(),
        head: head.note,
        steps,
        pending,
    })
}

async fn prove(db: &mut Conn, (step, leaf): (&ShownStep, &Leaf), number: &str, size: u64) -> Result<ProvedStep> {
    let committed = Committed::new(&step.step, (number, leaf.n), &leaf.salt, leaf.state.clone());
    let claim = Claim::Includes { leaf: leaf.seq, size };
    let tiles = store::tiles_unscoped(db, &claim.needs()?).await?;
    let mut proved = ProvedStep {
        leaf: leaf.seq,
        fields: BTreeMap::new(),
        hashes: BTreeMap::new(),
        path: in_base64(&claim.prove(&tiles)?),
        words: step
            .words
            .as_ref()
            .and_then(|words| Some(ProofWords { text: words.body.clone()?, salt: STANDARD.encode(&words.salt) })),
    };
    for (field, hash) in FIELDS.iter().zip(committed.hashes()?) {
        // Which case, and the how-many-eth step: so that a missing one is noticed, also where nothing of it is shown.
        let is_open = ["case", "n"].contains(field) || step.fields.contains(field);
        match committed.open(field).filter(|_| is_open) {
            Some(open) => {
                let open = ProofField { value: open.value, salt: STANDARD.encode(open.salt) };
                proved.fields.insert((*field).to_owned(), open);
            }
            None => {
                proved.hashes.insert((*field).to_owned(), STANDARD.encode(hash));
            }
        }
    }
    Ok(proved)
}
