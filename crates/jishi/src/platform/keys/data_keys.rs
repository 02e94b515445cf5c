//! The data keys: the newest seals, all open.

use std::collections::BTreeMap;

use kernel::{Chance, Error, Result};

use super::suite::Suite;

/// What a value sealed with a numbered key begins with, before the key's number in four bytes. Values without it are older
/// than numbered keys.
const MAGIC: &[u8; 4] = b"JK1\0";

/// A data key.
#[derive(Clone)]
pub struct DataKey {
    /// The cipher it is used with.
    pub suite: Suite,
    /// The key.
    pub secret: [u8; 32],
}

/// The key that values without a number were sealed with.
pub const UNNUMBERED: u32 = 0;

/// All data keys that still open something.
#[derive(Clone)]
pub struct Ring {
    keys: BTreeMap<u32, DataKey>,
    current: u32,
}

impl Ring {
    /// The ring of an instance that has no numbered keys.
    pub fn of(unnumbered: DataKey) -> Self {
        Self { keys: BTreeMap::from([(UNNUMBERED, unnumbered)]), current: UNNUMBERED }
    }

    /// Adds a key.
    #[must_use]
    pub fn with(mut self, number: u32, key: DataKey) -> Self {
        self.keys.insert(number, key);
        self
    }

    /// Seals with that key from now on, if it is there.
    #[must_use]
    pub fn sealing_with(mut self, number: u32) -> Self {
        if self.keys.contains_key(&number) {
            self.current = number;
        }
        self
    }

    /// Whether these are its keys and this the one it seals with.
    pub fn is_of(&self, numbers: &[u32], current: u32) -> bool {
        self.current == current && self.keys.keys().eq(numbers)
    }

    /// Whether `sealed` was made with the key that is in use now.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        number_of(sealed).unwrap_or(UNNUMBERED) == self.current
    }

    pub(super) fn seal(&self, chance: &Chance, context: &str, plain: &str) -> Result<Vec<u8>> {
        let key = self.keys.get(&self.current).ok_or_else(|| Error::internal("there is no key to seal with"))?;
        let sealed = key.suite.seal(&key.secret, chance, context.as_bytes(), plain.as_bytes())?;
        if self.current == UNNUMBERED {
            return Ok(sealed);
        }
        Ok([MAGIC.as_slice(), &self.current.to_be_bytes(), &sealed].concat())
    }

    pub(super) fn open(&self, context: &str, sealed: &[u8]) -> Result<String> {
        let opened = |number: u32, sealed: &[u8]| {
            let key = self.keys.get(&number)?;
            key.suite.open(&key.secret, context.as_bytes(), sealed)
        };
        let numbered = number_of(sealed);
        // An unnumbered value may by chance begin like a numbered one: its own tag tells.
        let plain = numbered
            .and_then(|number| opened(number, sealed.get(8..)?))
            .or_else(|| opened(UNNUMBERED, sealed))
            .ok_or_else(|| {
                Error::internal(match numbered {
                    Some(number) if !self.keys.contains_key(&number) => {
                        format!("cannot decrypt {context}: data key {number} is not here")
                    }
                    _ => format!("cannot decrypt {context}: wrong key or changed bytes"),
                })
            })?;
        String::from_utf8(plain).map_err(|_| Error::internal(format!("cannot decrypt {context}: no text")))
    }
}

/// The number of the key a value was sealed with, as the value says.
fn number_of(sealed: &[u8]) -> Option<u32> {
    let rest = sealed.strip_prefix(MAGIC.as_slice())?;
    rest.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(suite: Suite, byte: u8) -> DataKey {
        DataKey { suite, secret: [byte; 32] }
    }

    #[test]
    fn the_newest_key_seals_and_every_key_opens_its_own() {
        let chance = Chance::seeded(1);
        let old = Ring::of(key(Suite::Standard, 1));
        let first = old.seal(&chance, "a", "一").unwrap();
        let ring = old.with(1, key(Suite::Sm, 2)).sealing_with(1);
        let second = ring.seal(&chance, "a", "二").unwrap();
        let ring = ring.with(2, key(Suite::Standard, 3)).sealing_with(2).sealing_with(9);
        let third = ring.seal(&chance, "a", "三").unwrap();
        let read: Vec<String> = [&first, &second, &third].iter().map(|it| ring.open("a", it).unwrap()).collect();
        assert_eq!(read, ["一", "二", "三"]);
        assert_eq!([&first, &second, &third].map(|it| ring.is_current(it)), [false, false, true]);
        assert!(ring.open("b", &third).is_err());
        let without = Ring::of(key(Suite::Standard, 1)).open("a", &third).unwrap_err();
        assert!(without.cause().unwrap().contains("data key 2 is not here"), "{without:?}");
    }
}
