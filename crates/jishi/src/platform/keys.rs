//! The instance's secrets: one master key in a file beside the data, all others derived from it (HKDF-SHA-256).
//!
//! Losing the file means that receipts no longer open their reports and contact details stay closed for ever; it is
//! never in the database, so a copy of the database alone betrays nobody.

use std::{fs, io::Write, path::Path};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use kernel::{Chance, Error, Result};
use ring::signature::Ed25519KeyPair;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Derived keys, ready for use.
#[derive(Clone)]
pub struct Keys {
    receipt: [u8; 32],
    lookup: [u8; 32],
    vault: [u8; 32],
    ticket: [u8; 32],
    content: [u8; 32],
    step: [u8; 32],
    log: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    /// Derives the keys from a 32-byte master.
    pub fn from_master(master: &[u8; 32]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, master);
        let derive = |purpose: &str| {
            let mut key = [0; 32];
            // 32 bytes are far below HKDF's limit of 255 hashes, so this cannot fail.
            let _ = hkdf.expand(purpose.as_bytes(), &mut key);
            key
        };
        Self {
            receipt: derive("receipt"),
            lookup: derive("lookup"),
            vault: derive("vault"),
            ticket: derive("ticket"),
            content: derive("content"),
            step: derive("step"),
            log: derive("log"),
        }
    }

    /// Reads the master key of a data folder.
    ///
    /// # Errors
    /// `internal` when the file is missing or is not 64 hexadecimal digits.
    pub fn load(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)
            .map_err(|error| Error::internal(format!("key file {}: {error}", file.display())))?;
        let text = text.trim();
        let bytes: Option<Vec<u8>> = (0..text.len() / 2)
            .map(|i| text.get(2 * i..2 * i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect();
        let master: [u8; 32] = bytes
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| Error::internal(format!("key file {} is not 64 hexadecimal digits", file.display())))?;
        Ok(Self::from_master(&master))
    }

    /// Reads the master key, or makes one readable by its owner alone. Never overwrites a file.
    ///
    /// # Errors
    /// `internal` when the file can be neither read nor made.
    pub fn load_or_create(file: &Path, chance: &Chance) -> Result<Self> {
        if !file.exists() {
            let master: [u8; 32] = chance.bytes();
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut handle = options.open(file).map_err(Error::internal)?;
            writeln!(handle, "{}", hex(&master)).and_then(|()| handle.sync_all()).map_err(Error::internal)?;
        }
        Self::load(file)
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

    /// A mark that proves we handed out an address, e.g. of a photo.
    pub fn ticket(&self, what: &str) -> String {
        hex(&mac(&self.ticket, what.as_bytes())[..16])
    }

    /// Encrypts a contact detail (AES-256-GCM); `context` binds it to its row.
    ///
    /// # Errors
    /// `internal`, which AES-GCM gives only for absurdly long input.
    pub fn seal(&self, chance: &Chance, context: &str, plain: &str) -> Result<Vec<u8>> {
        let nonce: [u8; 12] = chance.bytes();
        let sealed = Aes256Gcm::new(&self.vault.into())
            .encrypt(&nonce.into(), Payload { msg: plain.as_bytes(), aad: context.as_bytes() })
            .map_err(|_| Error::internal("cannot encrypt"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what [`Keys::seal`] made in the same context.
    ///
    /// # Errors
    /// `internal` when the bytes were changed, moved to another row, or sealed with another key.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<String> {
        let wrong = || Error::internal(format!("cannot decrypt {context}: wrong key or changed bytes"));
        let (nonce, cipher) = sealed.split_at_checked(12).ok_or_else(wrong)?;
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| wrong())?;
        let plain = Aes256Gcm::new(&self.vault.into())
            .decrypt(&nonce.into(), Payload { msg: cipher, aad: context.as_bytes() })
            .map_err(|_| wrong())?;
        String::from_utf8(plain).map_err(|_| wrong())
    }
}

fn mac(key: &[u8; 32], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so there is always one.
    let mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).ok();
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
        let (keys, chance) = (Keys::from_master(&[7; 32]), Chance::seeded(1));
        let mut sealed = keys.seal(&chance, "report 1 phone", "13800000000").unwrap();
        assert_eq!(keys.open("report 1 phone", &sealed).unwrap(), "13800000000");
        assert!(keys.open("report 2 phone", &sealed).is_err());
        assert!(Keys::from_master(&[8; 32]).open("report 1 phone", &sealed).is_err());
        sealed[20] ^= 1;
        assert!(keys.open("report 1 phone", &sealed).is_err());
        assert!(keys.open("report 1 phone", &[1, 2]).is_err());
    }

    #[test]
    fn the_key_file_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        let first = Keys::load_or_create(&file, &Chance::system()).unwrap();
        let second = Keys::load_or_create(&file, &Chance::system()).unwrap();
        assert_eq!(first.receipt("1"), second.receipt("1"));
        fs::write(&file, "short").unwrap();
        assert!(Keys::load_or_create(&file, &Chance::system()).is_err());
    }
}
