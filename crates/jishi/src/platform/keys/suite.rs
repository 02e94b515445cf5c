//! The ciphers a data key may be used with.

use aes_gcm::{
    Aes256Gcm, AesGcm, KeyInit,
    aead::{Aead, Payload, consts::U12},
};
use kernel::{Chance, Error, Result};
use sm4::Sm4;

/// 密码套件: which authenticated cipher is used. What was sealed with the other one still opens: each key keeps its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suite {
    /// AES-256-GCM (NIST SP 800-38D).
    #[default]
    Standard,
    /// 国密: SM4-GCM (GB/T 32907-2016), for places that GB/T 39786-2021 binds; its keys have 128 bits.
    Sm,
}

/// Bytes of a nonce, drawn anew for every value. A key is changed long before 2^32 values (SP 800-38D §8.3).
const NONCE: usize = 12;

impl Suite {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Standard, Self::Sm];

    /// Its name in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Sm => "sm",
        }
    }

    /// The suite of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.as_str() == text)
    }

    /// What its cipher is called.
    pub fn cipher(self) -> &'static str {
        match self {
            Self::Standard => "AES-256-GCM",
            Self::Sm => "SM4-GCM",
        }
    }

    /// Encrypts; `context` binds the result to its place.
    pub(super) fn seal(self, secret: &[u8; 32], chance: &Chance, context: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = chance.bytes();
        let payload = Payload { msg: plain, aad: context };
        let sealed = match self {
            Self::Standard => Aes256Gcm::new(&(*secret).into()).encrypt(&nonce.into(), payload),
            Self::Sm => sm4(secret).encrypt(&nonce.into(), payload),
        };
        let sealed = sealed.map_err(|_| Error::internal("cannot encrypt"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts; none when anything is not as it was.
    pub(super) fn open(self, secret: &[u8; 32], context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, cipher) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: cipher, aad: context };
        match self {
            Self::Standard => Aes256Gcm::new(&(*secret).into()).decrypt(&(*nonce).into(), payload).ok(),
            Self::Sm => sm4(secret).decrypt(&(*nonce).into(), payload).ok(),
        }
    }
}

fn sm4(secret: &[u8; 32]) -> AesGcm<Sm4, U12> {
    let (half, _) = secret.split_at(16);
    let mut key = [0; 16];
    key.copy_from_slice(half);
    AesGcm::new(&key.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cipher_opens_what_it_sealed_and_nothing_else() {
        let (secret, chance) = ([3; 32], Chance::seeded(1));
        for suite in Suite::ALL {
            let mut sealed = suite.seal(&secret, &chance, b"row 1", b"138").unwrap();
            assert_eq!(suite.open(&secret, b"row 1", &sealed).unwrap(), b"138");
            assert!(suite.open(&secret, b"row 2", &sealed).is_none());
            assert!(suite.open(&[4; 32], b"row 1", &sealed).is_none());
            let other = Suite::ALL.into_iter().find(|other| *other != suite).unwrap();
            assert!(other.open(&secret, b"row 1", &sealed).is_none());
            sealed[NONCE] ^= 1;
            assert!(suite.open(&secret, b"row 1", &sealed).is_none());
            assert!(suite.open(&secret, b"row 1", &sealed[..5]).is_none());
            assert_eq!(Suite::parse(suite.as_str()), Some(suite));
        }
    }

    /// The example of RFC 8998, appendix A.1.
    #[test]
    fn sm4_gcm_is_that_of_the_standard() {
        let unhex = |text: &str| -> Vec<u8> {
            (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
        };
        let mut secret = [0; 32];
        secret[..16].copy_from_slice(&unhex("0123456789ABCDEFFEDCBA9876543210"));
        let sealed = unhex(concat!(
            "00001234567800000000ABCD",
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735",
            "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
            "83DE3541E4C2B58177E065A9BF7B62EC",
        ));
        let context = unhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let plain = unhex(concat!(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD",
            "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        ));
        assert_eq!(Suite::Sm.open(&secret, &context, &sealed), Some(plain));
    }
}
