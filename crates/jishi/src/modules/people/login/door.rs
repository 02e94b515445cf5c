//! What slows guessing down: few hashes at once, and a limit on wrong tries from one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use kernel::{Code, Error, Instant, Result};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    rules::{LOCK_MINUTES, TRIES},
    secrets::HASHES_AT_ONCE,
};
use crate::platform::{address::customer, keys::sha256};

/// Wrong tries an address may make at once; an office of many people shares one.
const BURST: i64 = 20;
/// One more is allowed every so many seconds.
const REFILL_SECONDS: i64 = 15;
/// Addresses and names remembered; beyond, all is forgotten rather than let memory grow.
const REMEMBERED: usize = 20_000;

/// Stands at the log-in of this process. What must outlive the process (locked accounts) is in the database.
#[derive(Debug)]
pub struct Doorkeeper {
    hashing: Semaphore,
    addresses: Mutex<HashMap<String, Bucket>>,
    /// By the hash of the name: whatever is sent as one takes the same room.
    strangers: Mutex<HashMap<Vec<u8>, Stranger>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: i64,
    at: Instant,
}

/// A name nobody has is locked like any other, so that a lock does not tell who exists.
#[derive(Clone, Copy, Debug, Default)]
struct Stranger {
    wrong: i64,
    locked_until: Option<Instant>,
}

impl Default for Doorkeeper {
    fn default() -> Self {
        Self { hashing: Semaphore::new(HASHES_AT_ONCE), addresses: Mutex::default(), strangers: Mutex::default() }
    }
}

impl Bucket {
    fn refilled(self, now: Instant) -> Self {
        let grown = (now.millis() - self.at.millis()).max(0) / (REFILL_SECONDS * 1_000);
        let at = if self.left + grown >= BURST { now } else { self.at.plus_seconds(grown * REFILL_SECONDS) };
        Self { left: (self.left + grown).min(BURST), at }
    }
}

impl Doorkeeper {
    /// A turn to hash; while it is held, at most one other does.
    ///
    /// # Errors
    /// `busy` when there was none for five seconds.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        let busy = || Error::new(Code::Busy);
        tokio::time::timeout(Duration::from_secs(5), self.hashing.acquire())
            .await
            .map_err(|_| busy())?
            .map_err(|_| busy())
    }

    /// Refuses an address that has been wrong too often.
    ///
    /// # Errors
    /// `rate_limited` with the seconds to wait.
    pub(super) fn admit(&self, address: &str, now: Instant) -> Result<()> {
        let addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bucket) = addresses.get(&counted(address)).map(|bucket| bucket.refilled(now)) else { return Ok(()) };
        if bucket.left > 0 {
            return Ok(());
        }
        let wait = (bucket.at.plus_seconds(REFILL_SECONDS).millis() - now.millis()).div_euclid(1_000) + 1;
        Err(Error::new(Code::RateLimited).with("seconds", wait))
    }

    /// Counts a wrong try of an address.
    pub(super) fn wrong(&self, address: &str, now: Instant) {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if addresses.len() >= REMEMBERED {
            addresses.clear();
        }
        let bucket = addresses.entry(counted(address)).or_insert(Bucket { left: BURST, at: now });
        *bucket = bucket.refilled(now);
        bucket.left -= 1;
    }

    /// Until when a name nobody has counts as locked.
    pub(super) fn stranger_locked_until(&self, login: &str) -> Option<Instant> {
        let strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        strangers.get(&sha256(login.as_bytes())).and_then(|stranger| stranger.locked_until)
    }

    /// Counts a wrong try with a name nobody has.
    pub(super) fn stranger_wrong(&self, login: &str, now: Instant) {
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        if strangers.len() >= REMEMBERED {
            strangers.clear();
        }
        let stranger = strangers.entry(sha256(login.as_bytes())).or_default();
        stranger.wrong += 1;
        if stranger.wrong >= TRIES {
            *stranger = Stranger { wrong: 0, locked_until: Some(now.plus_seconds(LOCK_MINUTES * 60)) };
        }
    }
}

/// As whose an address is counted: who has a network of their own could give each try another one.
fn counted(address: &str) -> String {
    address.parse::<IpAddr>().map_or_else(|_| address.to_owned(), |address| customer(address).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_slowed_after_a_burst_of_wrong_tries_and_let_in_again() {
        let (door, now) = (Doorkeeper::default(), Instant::from_millis(0));
        for _ in 0..BURST {
            assert!(door.admit("10.0.0.1", now).is_ok());
            door.wrong("10.0.0.1", now);
        }
        assert!(door.admit("10.0.0.1", now).is_err());
        assert!(door.admit("10.0.0.2", now).is_ok());
        assert!(door.admit("10.0.0.1", now.plus_seconds(REFILL_SECONDS)).is_ok());
    }

    #[test]
    fn a_network_of_ones_own_is_one_address() {
        let (door, now) = (Doorkeeper::default(), Instant::from_millis(0));
        (0..BURST).for_each(|number| door.wrong(&format!("2001:db8::{number}"), now));
        assert!(door.admit("2001:db8::ffff", now).is_err());
        assert!(door.admit("2001:db8:0:1::1", now).is_ok());
    }

    #[test]
    fn a_name_as_long_as_a_book_takes_as_little_room_as_any() {
        let (door, now) = (Doorkeeper::default(), Instant::from_millis(0));
        door.stranger_wrong(&"x".repeat(1_000_000), now);
        let strangers = door.strangers.lock().unwrap();
        assert!(strangers.keys().all(|name| name.capacity() < 100));
    }

    #[test]
    fn a_name_nobody_has_is_locked_like_any_other() {
        let (door, now) = (Doorkeeper::default(), Instant::from_millis(0));
        (0..TRIES).for_each(|_| door.stranger_wrong("nobody", now));
        assert!(door.stranger_locked_until("nobody").is_some());
        assert!(door.stranger_locked_until("somebody").is_none());
    }
}
