//! 核验文件: a resident's steps opened, each with the way from its leaf to a signed head. Whoever has it checks it without
//! asking anybody.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tlog_tiles::tlog::{Hash, check_record, check_tree, record_hash};

use super::{
    commitment::{FIELDS, Opened, commit, leaf},
    note::{HeadText, VerifierKey},
};
use crate::modules::cases::words_hash;

/// Which form a file has.
pub const FORMAT: &str = "jishi-proof-1";

/// A field that is opened.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProofField {
    /// The value.
    pub value: Value,
    /// Its salt, in Base64.
    pub salt: String,
}

/// Words that a step committed to.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProofWords {
    /// The words.
    pub text: String,
    /// Their salt, in Base64.
    pub salt: String,
}

/// One step in a file.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProvedStep {
    /// The place of its leaf in the log, from 0.
    pub leaf: u64,
    /// What is opened, by name.
    pub fields: BTreeMap<String, ProofField>,
    /// The hashes of what is not, by name, in Base64.
    pub hashes: BTreeMap<String, String>,
    /// The hashes on the way to the root, from below, in Base64.
    pub path: Vec<String>,
    /// The words, where they are shown.
    pub words: Option<ProofWords>,
}

/// 核验文件
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProofFile {
    /// Which form it has: `jishi-proof-1`.
    pub format: String,
    /// The key that checks the log's heads.
    pub key: String,
    /// The signed head that the steps are proved against.
    pub head: String,
    /// Which case.
    pub case: String,
    /// The steps, the oldest first.
    pub steps: Vec<ProvedStep>,
    /// Steps that are too young to be in the head: ask again in a few minutes.
    pub pending: u64,
}

/// What a check found to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What the head says.
    pub head: HeadText,
    /// Steps that are in the log as the file tells them.
    pub steps: usize,
    /// Steps of which only the place is told.
    pub hidden: usize,
    /// Words that are those the steps committed to.
    pub words: usize,
}

/// Why a file proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It is no file of this kind, or of a later one.
    Form(String),
    /// The head is not signed by this key.
    Signature,
    /// A step is not in the log as the file tells it.
    Step(u64),
    /// A step's words are not those it committed to.
    Words(u64),
    /// Between the steps of the case one is missing.
    Gap(i64),
    /// One head does not lead to the other.
    Heads,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Form(what) => write!(f, "this is no proof file that this program knows: {what}"),
            Self::Signature => f.write_str("the head is not signed by this log's key"),
            Self::Step(leaf) => write!(f, "the step at place {leaf} is not in the log as the file tells it"),
            Self::Words(leaf) => write!(f, "the words of the step at place {leaf} are not those it committed to"),
            Self::Gap(n) => write!(f, "step {n} of the case is missing in the file"),
            Self::Heads => f.write_str("the older head is not the beginning of the newer one: the log was rewritten"),
        }
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, Failed> {
    STANDARD.decode(text).map_err(|error| Failed::Form(error.to_string()))
}

/// Hashes written in Base64.
///
/// # Errors
/// `Form` when one is none.
pub fn hashes(texts: &[String]) -> Result<Vec<Hash>, Failed> {
    let hash = |text: &String| {
        let bytes = bytes(text)?;
        bytes.try_into().map(Hash).map_err(|_| Failed::Form("a hash has 32 bytes".to_owned()))
    };
    texts.iter().map(hash).collect()
}

/// Checks a file by a key that is known from elsewhere: the file's own proves only that it fits itself.
///
/// # Errors
/// The first thing that does not hold.
pub fn check(file: &ProofFile, key: &VerifierKey) -> Result<Checked, Failed> {
    if file.format != FORMAT {
        return Err(Failed::Form(file.format.clone()));
    }
    let head = key.open(&file.head).and_then(HeadText::parse).ok_or(Failed::Signature)?;
    let mut checked = Checked { head, steps: 0, hidden: 0, words: 0 };
    let mut next = 1;
    for step in &file.steps {
        check_step(step, &mut checked)?;
        // Steps from before the report was moved here belong to another case.
        if step.fields.get("case").is_some_and(|case| case.value == file.case.as_str()) {
            let n = step.fields.get("n").and_then(|n| n.value.as_i64());
            if n != Some(next) {
                return Err(Failed::Gap(next));
            }
            next += 1;
        }
    }
    Ok(checked)
}

fn check_step(step: &ProvedStep, checked: &mut Checked) -> Result<(), Failed> {
    let mut all = Vec::with_capacity(FIELDS.len());
    for field in FIELDS {
        all.push(match (step.fields.get(field), step.hashes.get(field)) {
            (Some(open), _) => commit(&Opened { value: open.value.clone(), salt: bytes(&open.salt)? })
                .map_err(|error| Failed::Form(error.to_string()))?,
            (None, Some(hash)) => bytes(hash)?,
            (None, None) => return Err(Failed::Form(format!("{field} is missing"))),
        });
    }
    let (head, path) = (&checked.head, hashes(&step.path)?);
    let is_in = check_record(&path, head.size, Hash(head.root), step.leaf, record_hash(&leaf(&all)));
    is_in.map_err(|_| Failed::Step(step.leaf))?;
    if step.fields.contains_key("kind") {
        checked.steps += 1;
    } else {
        checked.hidden += 1;
    }
    if let Some(words) = &step.words {
        let hash = crate::platform::keys::hex(&words_hash(&bytes(&words.salt)?, &words.text));
        if step.fields.get("words").is_none_or(|open| open.value != hash.as_str()) {
            return Err(Failed::Words(step.leaf));
        }
        checked.words += 1;
    }
    Ok(())
}

/// Checks that one head is the beginning of another.
///
/// # Errors
/// `Heads` when it is not.
pub fn check_heads(older: &HeadText, newer: &HeadText, path: &[Hash]) -> Result<(), Failed> {
    if older.origin != newer.origin || older.size > newer.size {
        return Err(Failed::Heads);
    }
    if older.size == newer.size {
        return if older.root == newer.root { Ok(()) } else { Err(Failed::Heads) };
    }
    if older.size == 0 {
        return Ok(());
    }
    let path = path.to_vec();
    check_tree(&path, newer.size, Hash(newer.root), older.size, Hash(older.root)).map_err(|_| Failed::Heads)
}

/// Checks that a head kept earlier is the beginning of another, by what the server answered.
///
/// # Errors
/// `Signature` when the kept one is not this log's, `Heads` when it is not.
pub fn check_kept(key: &VerifierKey, kept: &str, newer: &HeadText, answer: &str) -> Result<(), Failed> {
    let older = key.open(kept).and_then(HeadText::parse).ok_or(Failed::Signature)?;
    let answer: Value = serde_json::from_str(answer).map_err(|error| Failed::Form(error.to_string()))?;
    let path: Vec<String> =
        serde_json::from_value(answer["path"].clone()).map_err(|error| Failed::Form(error.to_string()))?;
    check_heads(&older, newer, &hashes(&path)?)
}
