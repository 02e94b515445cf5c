//! The instance's secrets.
//!
//! - The *master key* 主密钥 is 32 random bytes in a file beside the data or in the environment, never in the database.
//! - It wraps the *root* 根密钥, from which receipts, look-ups, marks and the log's key are derived (HKDF-SHA-256) and which
//!   stays for the life of an instance, and the *data keys* 数据密钥, which seal contact details and other secrets and are
//!   changed (envelope encryption). Wrapped keys lie in the database (`vault_keys`) and betray nobody.
//!
//! Losing the master key means that receipts no longer open their reports and contact details stay closed for ever.

mod data_keys;
mod master;
mod sealed;
mod suite;

use std::sync::{Arc, PoisonError, RwLock};

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Chance, Error, Result};
use ring::signature::Ed25519KeyPair;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sm2::NonZeroScalar;

pub use self::{
    data_keys::{DataKey, Ring, UNNUMBERED},
    master::Master,
    sealed::SealedColumn,
    suite::Suite,
};

/// The signer's name in SM2 signatures where nobody agreed on another (GM/T 0009-2012, 10).
pub const SM2_ID: &str = "1234567812345678";

/// Derived keys, ready for use.
#[derive(Clone)]
pub struct Keys {
    receipt: [u8; 32],
    lookup: [u8; 32],
    /// The data key of what is older than numbered keys.
    vault: [u8; 32],
    ticket: [u8; 32],
    content: [u8; 32],
    step: [u8; 32],
    log: [u8; 32],
    log_sm2: NonZeroScalar,
    ring: Arc<RwLock<Arc<Ring>>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    /// Derives the keys from the 32-byte root; values are sealed with one of them until [`Keys::take`] brings others.
    pub fn from_root(root: &[u8; 32]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, root);
        let derive = |purpose: &str| {
            let mut key = [0; 32];
            // 32 bytes are far below HKDF's limit of 255 hashes, so this cannot fail.
            let _ = hkdf.expand(purpose.as_bytes(), &mut key);
            key
        };
        let vault = derive("vault");
        let ring = Ring::of(DataKey { suite: Suite::Standard, secret: vault });
        Self {
            receipt: derive("receipt"),
            lookup: derive("lookup"),
            vault,
            ticket: derive("ticket"),
            content: derive("content"),
            step: derive("step"),
            log: derive("log"),
            log_sm2: sm2_scalar(&derive),
            ring: Arc::new(RwLock::new(Arc::new(ring))),
        }
    }

    /// Takes other data keys into use; every copy of these keys does.
    pub fn take(&self, ring: Ring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    /// The data keys in use.
    pub fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The data key of values that are older than numbered keys.
    pub fn unnumbered(&self) -> DataKey {
        DataKey { suite: Suite::Standard, secret: self.vault }
    }

    /// What is stored of a receipt: without the key nobody can try receipts against a copy of the database.
    pub fn receipt(&self, receipt: &str) -> Vec<u8> {
        mac(&self.receipt, receipt.as_bytes())
    }

    /// What exact look-up of a contact detail uses.
    pub fn lookup(&self, field: &str, value: &str) -> Vec<u8> {
        mac(&self.lookup, format!("{field}\0{value}").as_bytes())
    }

    /// What is stored of content by which a repetition is known. A plain hash would let whoever has a copy of the database
    /// try telephone numbers and receipts against it: there are few of them.
    pub fn content(&self, content: &[u8]) -> Vec<u8> {
        mac(&self.content, content)
    }

    /// What proves that a step of a case was written by this instance: 16 bytes that nobody makes without the key.
    pub fn step(&self, step: &[u8]) -> Vec<u8> {
        mac(&self.step, step)[..16].to_vec()
    }

    /// The key that signs heads of the log.
    ///
    /// # Errors
    /// `internal`, which a seed of 32 bytes never gives.
    pub fn signer(&self) -> Result<Ed25519KeyPair> {
        Ed25519KeyPair::from_seed_unchecked(&self.log).map_err(|_| Error::internal("no seed for the log's key"))
    }

    /// The key that signs heads of the log a second time where national ciphers are used (GB/T 32918.2-2016).
    ///
    /// # Errors
    /// `internal`, which a scalar of the curve never gives.
    pub fn sm2_signer(&self) -> Result<sm2::dsa::SigningKey> {
        sm2::dsa::SigningKey::from_nonzero_scalar(SM2_ID, self.log_sm2).map_err(Error::internal)
    }

    /// A mark that proves we handed out an address, e.g. of a photo.
    pub fn ticket(&self, what: &str) -> String {
        hex(&mac(&self.ticket, what.as_bytes())[..16])
    }

    /// Encrypts what nobody may read in a copy of the database; `context` binds it to its row.
    ///
    /// # Errors
    /// `internal`, which the ciphers give only for absurdly long input.
    pub fn seal(&self, chance: &Chance, context: &str, plain: &str) -> Result<Vec<u8>> {
        self.ring().seal(chance, context, plain)
    }

    /// Decrypts what [`Keys::seal`] made in the same context.
    ///
    /// # Errors
    /// `internal` when the bytes were changed, moved to another row, or sealed with a key that is not here.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<String> {
        self.ring().open(context, sealed)
    }
}

/// The first of the derived secrets that is a scalar of the curve; four billion to one it is the very first.
fn sm2_scalar(derive: &dyn Fn(&str) -> [u8; 32]) -> NonZeroScalar {
    let mut tries = (0_u64..).map(|n| derive(&format!("log sm2 {n}")));
    loop {
        let found = tries.next().and_then(|secret| NonZeroScalar::try_from(secret.as_slice()).ok());
        if let Some(scalar) = found {
            return scalar;
        }
    }
}

fn mac(key: &[u8; 32], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so there is always one.
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).ok();
    mac.map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec()).unwrap_or_default()
}

/// The one form of a JSON value in which it is signed or hashed (RFC 8785): however a database wrote it down.
///
/// # Errors
/// `internal` for a number that JSON does not know.
pub fn canonical(value: &Value) -> Result<Vec<u8>> {
    serde_json_canonicalizer::to_vec(value).map_err(Error::internal)
}

/// A keyed hash.
pub fn hmac_sha256(key: &[u8; 32], message: &[u8]) -> Vec<u8> {
    mac(key, message)
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_detail_opens_only_in_its_own_row_and_unchanged() {
        let (keys, chance) = (Keys::from_root(&[7; 32]), Chance::seeded(1));
        let mut sealed = keys.seal(&chance, "report 1 phone", "13800000000").unwrap();
        assert_eq!(keys.open("report 1 phone", &sealed).unwrap(), "13800000000");
        assert!(keys.open("report 2 phone", &sealed).is_err());
        assert!(Keys::from_root(&[8; 32]).open("report 1 phone", &sealed).is_err());
        sealed[20] ^= 1;
        assert!(keys.open("report 1 phone", &sealed).is_err());
        assert!(keys.open("report 1 phone", &[1, 2]).is_err());
    }

    #[test]
    fn a_key_that_is_taken_into_use_is_in_use_everywhere() {
        let (keys, chance) = (Keys::from_root(&[7; 32]), Chance::seeded(1));
        let (copy, before) = (keys.clone(), keys.seal(&chance, "a", "1").unwrap());
        keys.take(Ring::of(keys.unnumbered()).with(1, DataKey { suite: Suite::Sm, secret: [1; 32] }).sealing_with(1));
        let after = copy.seal(&chance, "a", "2").unwrap();
        assert!(copy.ring().is_current(&after) && !copy.ring().is_current(&before));
        assert_eq!([keys.open("a", &before).unwrap(), keys.open("a", &after).unwrap()], ["1", "2"]);
    }
}
