//! 主密钥: the one secret that is not in the database. It wraps all others.

use std::{fs, io::Write, path::Path};

use hkdf::Hkdf;
use kernel::{Chance, Error, Result};
use sha2::Sha256;

use super::{hex, sha256, suite::Suite};

/// The master key, from a file of 64 hexadecimal digits or from `JISHI_MASTER_KEY`.
#[derive(Clone, PartialEq, Eq)]
pub struct Master([u8; 32]);

impl std::fmt::Debug for Master {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Master({})", self.fingerprint())
    }
}

impl Master {
    /// A fresh one.
    pub fn draw(chance: &Chance) -> Self {
        Self(chance.bytes())
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes: Option<Vec<u8>> = (0..text.len() / 2)
            .map(|i| text.get(2 * i..2 * i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect();
        bytes.filter(|_| text.len() == 64).and_then(|bytes| bytes.try_into().ok()).map(Self)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// `internal` when the file is missing or is not 64 hexadecimal digits.
    pub fn load(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)
            .map_err(|error| Error::internal(format!("key file {}: {error}", file.display())))?;
        Self::parse(&text)
            .ok_or_else(|| Error::internal(format!("key file {} is not 64 hexadecimal digits", file.display())))
    }

    /// Writes a key file that its owner alone can read; never over another.
    ///
    /// # Errors
    /// `internal` when it cannot be written or is there already.
    pub fn write(&self, file: &Path) -> Result<()> {
        let named = |error: std::io::Error| Error::internal(format!("key file {}: {error}", file.display()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut handle = options.open(file).map_err(named)?;
        writeln!(handle, "{}", self.digits()).and_then(|()| handle.sync_all()).map_err(named)
    }

    /// 16 digits that tell one master key from another and nothing else about it.
    pub fn fingerprint(&self) -> String {
        hex(&sha256(&[b"jishi master key\0".as_slice(), &self.0].concat())[..8])
    }

    /// Its 64 hexadecimal digits, for the operator who asked for them.
    pub fn digits(&self) -> String {
        hex(&self.0)
    }

    /// The bytes themselves: what an instance made before keys were wrapped derives everything from.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn wrapping_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        // 32 bytes are far below HKDF's limit, so this cannot fail.
        let _ = Hkdf::<Sha256>::new(None, &self.0).expand(b"wrap", &mut key);
        key
    }

    /// Wraps a secret, bound to its number.
    ///
    /// # Errors
    /// `internal` when encryption fails.
    pub fn wrap(&self, suite: Suite, chance: &Chance, number: u32, secret: &[u8; 32]) -> Result<Vec<u8>> {
        suite.seal(&self.wrapping_key(), chance, format!("key {number}").as_bytes(), secret)
    }

    /// Unwraps what [`Master::wrap`] made; none with another master key.
    pub fn unwrap(&self, suite: Suite, number: u32, wrapped: &[u8]) -> Option<[u8; 32]> {
        suite.open(&self.wrapping_key(), format!("key {number}").as_bytes(), wrapped)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_written_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        let master = Master::draw(&Chance::system());
        master.write(&file).unwrap();
        assert_eq!(Master::load(&file).unwrap(), master);
        assert!(master.write(&file).is_err());
        fs::write(&file, "short").unwrap();
        assert!(Master::load(&file).unwrap_err().cause().unwrap().contains("64 hexadecimal digits"));
        assert!(Master::parse(&"é".repeat(32)).is_none());
    }

    #[test]
    fn a_wrapped_key_opens_with_its_master_and_number_alone() {
        let (master, chance) = (Master([1; 32]), Chance::seeded(1));
        for suite in Suite::ALL {
            let wrapped = master.wrap(suite, &chance, 3, &[9; 32]).unwrap();
            assert_eq!(master.unwrap(suite, 3, &wrapped), Some([9; 32]));
            assert_eq!(master.unwrap(suite, 4, &wrapped), None);
            assert_eq!(Master([2; 32]).unwrap(suite, 3, &wrapped), None);
        }
        assert!(!format!("{master:?}").contains("0101"));
    }
}
