//! Signed notes in the form of C2SP: a text, a blank line, and signatures by name. Go's checksum database and certificate
//! logs publish their heads like this, so that programs of others can read ours.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Error, Instant, Result};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use tlog_tiles::{Checkpoint, tlog::Hash};

use crate::platform::keys::{hex, sha256};

/// The byte that says Ed25519 in a verifier key.
const ED25519_BYTE: u8 = 1;

/// 验证公钥: what checks the signatures of an instance, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    /// The log's name.
    pub name: String,
    public: Vec<u8>,
}

impl VerifierKey {
    /// The key that belongs to a signing key. The log is named by its key, so that two never have the same name.
    pub fn of(signer: &Ed25519KeyPair) -> Self {
        let public = signer.public_key().as_ref().to_vec();
        Self { name: format!("jishi/{}", &hex(&sha256(&public))[..16]), public }
    }

    /// Reads `name+id+key`, as it is published.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.trim().split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let bytes = STANDARD.decode(key).ok()?;
        let (kind, public) = bytes.split_first()?;
        let key = Self { name: name.to_owned(), public: public.to_vec() };
        (*kind == ED25519_BYTE && public.len() == 32 && hex(&key.id()) == id).then_some(key)
    }

    /// Four bytes by which a signature names its key.
    fn id(&self) -> Vec<u8> {
        let text = [self.name.as_bytes(), b"\n", &[ED25519_BYTE], &self.public].concat();
        sha256(&text)[..4].to_vec()
    }

    /// Whether one of the note's signatures is this key's; then its text.
    pub fn open<'n>(&self, note: &'n str) -> Option<&'n str> {
        let (text, signatures) = note.split_once("\n\n")?;
        let text = &note[..text.len() + 1];
        let ours = |line: &str| {
            let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
            let bytes = STANDARD.decode(signature).ok()?;
            let (id, signature) = bytes.split_at_checked(4)?;
            (name == self.name && id == self.id()).then(|| signature.to_vec())
        };
        let key = UnparsedPublicKey::new(&ED25519, &self.public);
        let holds =
            signatures.lines().filter_map(ours).any(|signature| key.verify(text.as_bytes(), &signature).is_ok());
        holds.then_some(text)
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = [&[ED25519_BYTE], self.public.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex(&self.id()), STANDARD.encode(key))
    }
}

/// What a head says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadText {
    /// The log's name.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// The root.
    pub root: [u8; 32],
    /// When it was signed, in milliseconds.
    pub at: Option<i64>,
}

impl HeadText {
    /// Reads the text of a head.
    pub fn parse(text: &str) -> Option<Self> {
        let head = Checkpoint::from_bytes(text.as_bytes()).ok()?;
        let at = head.extension().lines().find_map(|line| line.strip_prefix("at ")?.parse().ok());
        Some(Self { origin: head.origin().to_owned(), size: head.size(), root: head.hash().0, at })
    }
}

/// Signs a head.
///
/// # Errors
/// `internal` when the text has no form, which it always has.
pub fn sign(signer: &Ed25519KeyPair, (size, root): (u64, Hash), at: Instant) -> Result<String> {
    let key = VerifierKey::of(signer);
    let extension = format!("at {}\n", at.millis());
    let head = Checkpoint::new(&key.name, size, root, &extension).map_err(Error::internal)?;
    let text = String::from_utf8(head.to_bytes()).map_err(Error::internal)?;
    let signature = [key.id(), signer.sign(text.as_bytes()).as_ref().to_vec()].concat();
    Ok(format!("{text}\n\u{2014} {} {}\n", key.name, STANDARD.encode(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_opened_by_its_key_alone_and_only_unchanged() {
        let signer = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let note = sign(&signer, (5, Hash([9; 32])), Instant::from_millis(1_000)).unwrap();
        let key = VerifierKey::parse(&VerifierKey::of(&signer).to_string()).unwrap();
        let head = HeadText::parse(key.open(&note).unwrap()).unwrap();
        assert_eq!((head.size, head.root, head.at), (5, [9; 32], Some(1_000)));
        assert!(key.open(&note.replace("\n5\n", "\n6\n")).is_none());
        let other = VerifierKey::of(&Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap());
        assert!(other.open(&note).is_none());
        assert!(VerifierKey::parse(&key.to_string().replace("jishi/", "jishi/0")).is_none());
    }
}
