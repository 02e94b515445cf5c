//! Chance for plans: repeatable, and apart for each thing it decides, so that a change to one story leaves the others alone.

use kernel::Chance;

use crate::platform::keys::sha256;

/// What decides where the plan leaves something open.
#[derive(Clone, Debug)]
pub struct Dice(Chance);

impl Dice {
    /// The dice of one thing under a seed.
    pub fn new(seed: u64, of: &str) -> Self {
        let hash = sha256(format!("{seed}/{of}").as_bytes());
        let head = hash.first_chunk::<8>().copied().unwrap_or_default();
        Self(Chance::seeded(u64::from_le_bytes(head)))
    }

    /// Randomness for ids and numbers.
    pub fn chance(&self) -> Chance {
        self.0.clone()
    }

    /// True so many times in a hundred.
    pub fn percent(&self, of_hundred: u64) -> bool {
        self.0.below(100) < of_hundred
    }

    /// A number from `from` to `to`, both included; `from` where nothing lies between.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        let span = u64::try_from(to.saturating_sub(from).saturating_add(1)).unwrap_or(1);
        from.saturating_add(i64::try_from(self.0.below(span.max(1))).unwrap_or(0))
    }

    /// One of several.
    pub fn pick<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        self.weighted(of, |_| 1)
    }

    /// One of several, each as often as its weight says.
    pub fn weighted<'a, T>(&self, of: &'a [T], weight: impl Fn(&T) -> u64) -> Option<&'a T> {
        let sum: u64 = of.iter().map(&weight).sum();
        if sum == 0 {
            return None;
        }
        let mut left = self.0.below(sum);
        of.iter().find(|each| {
            let own = weight(each);
            let is_it = left < own;
            left = left.saturating_sub(own);
            is_it
        })
    }

    /// So many decimal digits.
    pub fn digits(&self, count: usize) -> String {
        (0..count).filter_map(|_| char::from_digit(u32::try_from(self.0.below(10)).unwrap_or(0), 10)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_thing_fall_the_same_and_others_do_not() {
        assert_eq!(Dice::new(7, "a").digits(16), Dice::new(7, "a").digits(16));
        assert_ne!(Dice::new(7, "a").digits(16), Dice::new(7, "b").digits(16));
        assert_ne!(Dice::new(7, "a").digits(16), Dice::new(8, "a").digits(16));
    }

    #[test]
    fn weights_say_how_often_and_nothing_comes_of_nothing() {
        let dice = Dice::new(1, "weights");
        let heavy = (0..1_000).filter(|_| dice.weighted(&[1_u64, 9], |weight| *weight) == Some(&9)).count();
        assert!((850..=950).contains(&heavy), "{heavy}");
        assert_eq!(dice.weighted(&[0_u64], |weight| *weight), None);
        assert_eq!(dice.between(5, 5), 5);
    }
}
