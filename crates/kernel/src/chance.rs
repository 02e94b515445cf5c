//! Randomness, handed in so that a demo or a test can repeat itself.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

/// Where random bytes come from: the operating system, or a seed (demo and tests only).
#[derive(Clone, Debug, Default)]
pub struct Chance {
    source: Source,
    ticks: Arc<AtomicU32>,
}

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    Seeded(Arc<Mutex<u64>>),
}

impl Chance {
    /// The operating system's random bytes.
    pub fn system() -> Self {
        Self { source: Source::System, ticks: Arc::default() }
    }

    /// Repeatable bytes from a seed; never for secrets.
    pub fn seeded(seed: u64) -> Self {
        Self { source: Source::Seeded(Arc::new(Mutex::new(seed))), ticks: Arc::default() }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0_u8; N];
        match &self.source {
            Source::System => system_bytes(&mut out),
            Source::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for chunk in out.chunks_mut(8) {
                    let word = split_mix(&mut state).to_le_bytes();
                    chunk.copy_from_slice(&word[..chunk.len()]);
                }
            }
        }
        out
    }

    /// Counts up, so that ids made in the same millisecond keep their order.
    pub(crate) fn tick(&self) -> u32 {
        self.ticks.fetch_add(1, Ordering::Relaxed)
    }

    /// A number below `bound` (the tiny bias of a 64-bit remainder is accepted).
    pub fn below(&self, bound: u64) -> u64 {
        u64::from_le_bytes(self.bytes()) % bound.max(1)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system for randomness")]
#[expect(clippy::expect_used, reason = "without randomness no id or key may be made; there is nothing to fall back on")]
fn system_bytes(out: &mut [u8]) {
    getrandom::fill(out).expect("the operating system gives random bytes");
}

/// SplitMix64 (Steele, Lea, Flood 2014): a small, well-mixed generator for repeatable demos.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        assert_eq!(Chance::seeded(7).bytes::<24>(), Chance::seeded(7).bytes::<24>());
        assert_ne!(Chance::seeded(7).bytes::<24>(), Chance::seeded(8).bytes::<24>());
    }

    #[test]
    fn the_system_does_not_repeat_itself() {
        assert_ne!(Chance::system().bytes::<16>(), Chance::system().bytes::<16>());
    }
}
