//! Signed notes in the form of C2SP: a text, a blank line, and signatures by name. Go's checksum database and certificate
//! logs publish their heads like this, so that programs of others can read ours.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Error, Instant, Result};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sm2::dsa::signature::{Signer, Verifier};
use tlog_tiles::{Checkpoint, tlog::Hash};

use crate::platform::keys::{SM2_ID, hex, sha256};

/// 签名算法: how a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    /// RFC 8032; on every head, so that every program can check it.
    Ed25519,
    /// 国密 SM2 with SM3 (GB/T 32918.2-2016), beside the other where the settings say so.
    Sm2,
}

impl Algorithm {
    const ALL: [Self; 2] = [Self::Ed25519, Self::Sm2];

    /// What a key's bytes begin with: Ed25519 has a number in C2SP's list, everything else is 0xff and a name.
    fn mark(self) -> &'static [u8] {
        match self {
            Self::Ed25519 => &[1],
            Self::Sm2 => b"\xffsm2-sm3\0",
        }
    }

    fn verifies(self, public: &[u8], text: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519 => UnparsedPublicKey::new(&ED25519, public).verify(text, signature).is_ok(),
            Self::Sm2 => {
                let key = sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_ID, public);
                let signature = sm2::dsa::Signature::from_slice(signature);
                key.is_ok_and(|key| signature.is_ok_and(|signature| key.verify(text, &signature).is_ok()))
            }
        }
    }

    fn key_bytes(self) -> usize {
        match self {
            Self::Ed25519 => 32,
            Self::Sm2 => 65,
        }
    }
}

/// 验证公钥: what checks the signatures of an instance, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    /// The log's name.
    pub name: String,
    algorithm: Algorithm,
    public: Vec<u8>,
}

impl VerifierKey {
    /// The key that belongs to a signing key. The log is named by its key, so that two never have the same name.
    pub fn of(signer: &Ed25519KeyPair) -> Self {
        let public = signer.public_key().as_ref().to_vec();
        let name = format!("jishi/{}", &hex(&sha256(&public))[..16]);
        Self { name, algorithm: Algorithm::Ed25519, public }
    }

    /// The SM2 key of the log that the other key names.
    pub fn of_sm2(log: &Self, signer: &sm2::dsa::SigningKey) -> Self {
        let public = signer.verifying_key().to_sec1_bytes().into_vec();
        Self { name: log.name.clone(), algorithm: Algorithm::Sm2, public }
    }

    /// Reads `name+id+key`, as it is published.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.trim().split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let bytes = STANDARD.decode(key).ok()?;
        let (algorithm, public) =
            Algorithm::ALL.into_iter().find_map(|it| Some((it, bytes.strip_prefix(it.mark())?)))?;
        let key = Self { name: name.to_owned(), algorithm, public: public.to_vec() };
        (public.len() == algorithm.key_bytes() && hex(&key.id()) == id).then_some(key)
    }

    /// Four bytes by which a signature names its key.
    fn id(&self) -> Vec<u8> {
        let text = [self.name.as_bytes(), b"\n", self.algorithm.mark(), &self.public].concat();
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
        let holds = signatures
            .lines()
            .filter_map(ours)
            .any(|signature| self.algorithm.verifies(&self.public, text.as_bytes(), &signature));
        holds.then_some(text)
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = [self.algorithm.mark(), &self.public].concat();
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

/// What signs the heads of a log.
#[derive(Debug)]
pub struct Signers {
    /// Always.
    pub ed25519: Ed25519KeyPair,
    /// Beside it, where national ciphers are used.
    pub sm2: Option<sm2::dsa::SigningKey>,
}

impl Signers {
    /// The keys that check their signatures; the first names the log.
    pub fn keys(&self) -> Vec<VerifierKey> {
        let first = VerifierKey::of(&self.ed25519);
        let second = self.sm2.as_ref().map(|signer| VerifierKey::of_sm2(&first, signer));
        [first].into_iter().chain(second).collect()
    }
}

/// Signs a head.
///
/// # Errors
/// `internal` when the text has no form, which it always has.
pub fn sign(signers: &Signers, (size, root): (u64, Hash), at: Instant) -> Result<String> {
    let keys = signers.keys();
    let name = keys.first().map(|key| key.name.clone()).unwrap_or_default();
    let extension = format!("at {}\n", at.millis());
    let head = Checkpoint::new(&name, size, root, &extension).map_err(Error::internal)?;
    let text = String::from_utf8(head.to_bytes()).map_err(Error::internal)?;
    let mut note = format!("{text}\n");
    for key in &keys {
        let signature = match (key.algorithm, &signers.sm2) {
            (Algorithm::Sm2, Some(signer)) => {
                signer.try_sign(text.as_bytes()).map_err(Error::internal)?.to_bytes().to_vec()
            }
            _ => signers.ed25519.sign(text.as_bytes()).as_ref().to_vec(),
        };
        let line = STANDARD.encode([key.id(), signature].concat());
        note.push_str(&format!("\u{2014} {name} {line}\n"));
    }
    Ok(note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::keys::Keys;

    #[test]
    fn a_note_is_opened_by_its_key_alone_and_only_unchanged() {
        let signers = Signers { ed25519: Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap(), sm2: None };
        let note = sign(&signers, (5, Hash([9; 32])), Instant::from_millis(1_000)).unwrap();
        let key = VerifierKey::parse(&signers.keys()[0].to_string()).unwrap();
        let head = HeadText::parse(key.open(&note).unwrap()).unwrap();
        assert_eq!((head.size, head.root, head.at), (5, [9; 32], Some(1_000)));
        assert!(key.open(&note.replace("\n5\n", "\n6\n")).is_none());
        let other = VerifierKey::of(&Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap());
        assert!(other.open(&note).is_none());
        assert!(VerifierKey::parse(&key.to_string().replace("jishi/", "jishi/0")).is_none());
    }

    #[test]
    fn a_second_signature_by_sm2_is_checked_by_its_own_key_and_disturbs_nobody() {
        let keys = Keys::from_root(&[7; 32]);
        let signers = Signers { ed25519: keys.signer().unwrap(), sm2: Some(keys.sm2_signer().unwrap()) };
        let note = sign(&signers, (5, Hash([9; 32])), Instant::from_millis(1_000)).unwrap();
        let both: Vec<VerifierKey> =
            signers.keys().iter().map(|key| VerifierKey::parse(&key.to_string()).unwrap()).collect();
        assert_eq!(both.len(), 2);
        assert!(both.iter().all(|key| key.open(&note).is_some()));
        assert!(both.iter().all(|key| key.open(&note.replace("\n5\n", "\n6\n")).is_none()));
        let other = Keys::from_root(&[8; 32]).sm2_signer().unwrap();
        assert!(VerifierKey::of_sm2(&both[0], &other).open(&note).is_none());
    }
}
