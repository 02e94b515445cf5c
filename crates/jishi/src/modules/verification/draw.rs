//! 分层抽取: from each stratum its share, from a seed. Pure; nobody can choose, and nobody can skip.

use std::collections::BTreeMap;

use kernel::Chance;

/// Seeds are below this: whole numbers that every reader of JSON keeps.
pub const SEEDS: u64 = 1 << 53;

/// How much is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Of a hundred of a stratum, how many, rounded up.
    pub share: i64,
    /// How many of a stratum at least, as far as there are.
    pub minimum: i64,
    /// How many in all at most.
    pub most: i64,
}

impl Draw {
    /// How many of a stratum of `size`.
    pub fn of(self, size: usize) -> usize {
        let size_wide = i64::try_from(size).unwrap_or(i64::MAX / 100);
        let share = (size_wide * self.share.clamp(0, 100) + 99) / 100;
        usize::try_from(share.max(self.minimum).max(0)).unwrap_or(0).min(size)
    }
}

/// Draws from each stratum. The strata come in the order of their keys and what is in them in the order given, so that the
/// seed alone decides. Where that is more than `most`, whole strata are not lost: each gives its first before any gives its
/// second.
pub fn draw<K: Ord, T: Clone>(strata: &BTreeMap<K, Vec<T>>, how: Draw, seed: u64) -> Vec<T> {
    let chance = Chance::seeded(seed);
    let mut drawn: Vec<(usize, u64, T)> = Vec::new();
    for stratum in strata.values() {
        let mut rest = stratum.clone();
        for turn in 0..how.of(stratum.len()) {
            let at = usize::try_from(chance.below(u64::try_from(rest.len()).unwrap_or(1))).unwrap_or(0);
            drawn.push((turn, chance.below(SEEDS), rest.swap_remove(at)));
        }
    }
    drawn.sort_by_key(|(turn, lot, _)| (*turn, *lot));
    drawn.truncate(usize::try_from(how.most.max(0)).unwrap_or(0));
    drawn.into_iter().map(|(.., one)| one).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_share_is_rounded_up_and_no_more_than_there_is() {
        let how = Draw { share: 6, minimum: 1, most: 60 };
        for (size, many) in [(0, 0), (1, 1), (16, 1), (17, 2), (100, 6)] {
            assert_eq!(how.of(size), many, "{size}");
        }
        assert_eq!(Draw { share: 0, minimum: 3, most: 60 }.of(2), 2);
        assert_eq!(Draw { share: 100, minimum: 0, most: 60 }.of(7), 7);
    }

    #[test]
    fn every_stratum_gives_its_first_before_any_gives_its_second() {
        let strata = BTreeMap::from([(1, vec!["a1", "a2", "a3"]), (2, vec!["b1"]), (3, vec!["c1"])]);
        let drawn = draw(&strata, Draw { share: 100, minimum: 1, most: 3 }, 7);
        let of: BTreeSet<_> = drawn.iter().map(|one| &one[..1]).collect();
        assert_eq!(of.into_iter().collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn each_of_a_stratum_is_drawn_about_as_often_as_the_others() {
        let strata = BTreeMap::from([((), (0..10).collect::<Vec<usize>>())]);
        let mut times = [0; 10];
        for seed in 0..1_000 {
            times[draw(&strata, Draw { share: 10, minimum: 1, most: 1 }, seed)[0]] += 1;
        }
        assert!(times.iter().all(|times| (60..160).contains(times)), "{times:?}");
    }

    proptest! {
        #[test]
        fn the_seed_alone_decides_and_nothing_is_drawn_twice(
            sizes in prop::collection::vec(0_usize..40, 0..12), seed in 0..SEEDS,
            share in 0_i64..=100, minimum in 0_i64..5, most in 0_i64..80,
        ) {
            let stratum = |(key, size): (usize, &usize)| (key, (0..*size).map(|one| (key, one)).collect::<Vec<_>>());
            let strata: BTreeMap<_, _> = sizes.iter().enumerate().map(stratum).collect();
            let how = Draw { share, minimum, most };
            let drawn = draw(&strata, how, seed);
            prop_assert_eq!(&drawn, &draw(&strata, how, seed));
            let apart: BTreeSet<_> = drawn.iter().collect();
            prop_assert_eq!(apart.len(), drawn.len());
            let whole: usize = sizes.iter().map(|size| how.of(*size)).sum();
            prop_assert_eq!(drawn.len(), whole.min(usize::try_from(most).unwrap()));
        }
    }
}
