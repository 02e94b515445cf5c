//! How sure a figure is, and which differences are more than chance. Pure.

/// What was counted for a rate: `n` things, each worth something between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// How many.
    pub n: i64,
    /// The sum of what they are worth.
    pub sum: f64,
    /// The sum of the squares.
    pub squares: f64,
}

impl Sample {
    /// Adds `n` things of one worth.
    #[must_use]
    pub fn and(self, n: i64, worth: f64) -> Self {
        let times = n as f64;
        Self { n: self.n + n, sum: self.sum + times * worth, squares: self.squares + times * worth * worth }
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { n: self.n + other.n, sum: self.sum + other.sum, squares: self.squares + other.squares }
    }

    /// The rate; none of nothing.
    pub fn rate(self) -> Option<f64> {
        (self.n > 0).then(|| (self.sum / self.n as f64).clamp(0.0, 1.0))
    }

    /// The interval of [`wilson`].
    pub fn interval(self) -> Option<Interval> {
        wilson(self.sum, self.n)
    }

    fn variance(self) -> f64 {
        let n = self.n as f64;
        if self.n == 0 { 0.0 } else { (self.squares / n - (self.sum / n).powi(2)).max(0.0) }
    }
}

/// From where to where the true value probably is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The quantile of the normal distribution for 95 %.
const Z95: f64 = 1.959_963_984_540_054;
/// How often chance alone may tell places apart in one comparison of all of them.
const ALPHA: f64 = 0.05;

/// The score interval of Wilson at 95 %: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
/// JASA 22 (1927), 209–212. It stays within 0 and 1 and holds for small numbers, where the textbook interval does not. Where
/// things are worth between 0 and 1 (基本满意 counts 0.9) their spread is at most that of yes and no, so that it is on the
/// safe side.
pub fn wilson(sum: f64, n: i64) -> Option<Interval> {
    if n <= 0 {
        return None;
    }
    let n = n as f64;
    let (p, z2) = ((sum / n).clamp(0.0, 1.0), Z95 * Z95);
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z95 / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    Some(Interval { low: (middle - half).clamp(0.0, p), high: (middle + half).clamp(p, 1.0) })
}

/// The probability that chance alone makes two samples of one truth differ at least so much: the test of two means with
/// the variance of both together, which for yes and no is the test of two proportions.
pub fn chance_of(a: Sample, b: Sample) -> f64 {
    let (Some(x), Some(y)) = (a.rate(), b.rate()) else { return 1.0 };
    let (n, m, all) = (a.n as f64, b.n as f64, a.with(b));
    let spread = (all.variance() * (1.0 / n + 1.0 / m)).sqrt();
    if spread == 0.0 { 1.0 } else { libm::erfc(((x - y) / spread).abs() / std::f64::consts::SQRT_2) }
}

/// Which pairs of samples truly differ, as pairs of their places in the list. All pairs are looked at, so that some would
/// differ by chance; the step-down procedure of Holm (S. Holm, "A simple sequentially rejective multiple test procedure",
/// Scandinavian Journal of Statistics 6 (1979), 65–70) keeps the probability of even one such to 5 %.
pub fn differing(samples: &[Sample]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (i, a) in samples.iter().enumerate() {
        for (j, b) in samples.iter().enumerate().skip(i + 1) {
            if a.n > 0 && b.n > 0 {
                pairs.push((chance_of(*a, *b), i, j));
            }
        }
    }
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0));
    let all = pairs.len();
    let holds = pairs.iter().enumerate().take_while(|(step, (chance, ..))| *chance <= ALPHA / (all - step) as f64);
    holds.map(|(_, (_, i, j))| (*i, *j)).collect()
}

/// The middle of some values; of an even number the mean of the two in the middle.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    let lower = if values.len().is_multiple_of(2) { *values.get(middle.checked_sub(1)?)? } else { upper };
    Some(f64::midpoint(lower, upper))
}

/// Parts that each doubling of a time is divided into.
const PARTS: i64 = 8;

/// The drawer of a time in minutes: eight to each doubling, so that a time read back is wrong by 6 % at most.
pub fn drawer(minutes: i64) -> i64 {
    let x = minutes.max(0) + PARTS;
    let doublings = i64::from(x.ilog2()) - 3;
    doublings * PARTS + (x >> doublings) - PARTS
}

/// The middle of a drawer, in minutes.
pub fn minutes_of(drawer: i64) -> f64 {
    let (doublings, part) = (drawer.div_euclid(PARTS), drawer.rem_euclid(PARTS));
    let width = 2_f64.powi(i32::try_from(doublings).unwrap_or(i32::MAX));
    ((part + PARTS) as f64 * width + (width - 1.0) / 2.0) - PARTS as f64
}

/// The time that a share of all did not exceed, from the numbers in drawers in order.
pub fn quantile(drawers: &[(i64, i64)], share: f64) -> Option<f64> {
    let all: i64 = drawers.iter().map(|(_, cases)| cases).sum();
    let wanted = (all as f64 * share).ceil().max(1.0);
    let mut seen = 0;
    drawers.iter().find_map(|(drawer, cases)| {
        seen += cases;
        (*cases > 0 && seen as f64 >= wanted).then(|| minutes_of(*drawer))
    })
}

/// The rank below which the true median lies with 2.5 % at most, of `n` values; the same from the other end is its upper
/// bound. Which values fall below the median is a row of fair coins, whatever times are distributed like (W. J. Conover,
/// "Practical Nonparametric Statistics", chapter 3.2). Fewer than six values bound nothing at 95 %.
fn rank_below_median(n: i64) -> i64 {
    /// Up to here the coins are counted; beyond it the normal distribution is as good.
    const EXACT: i64 = 1_000;
    if n > EXACT {
        let n = n as f64;
        return ((n - Z95 * n.sqrt()) / 2.0).floor() as i64;
    }
    let mut chance = 0.5_f64.powi(i32::try_from(n).unwrap_or(i32::MAX));
    let (mut all, mut rank) = (0.0, 0);
    while rank < n {
        all += chance;
        if 2.0 * all > ALPHA {
            break;
        }
        chance *= (n - rank) as f64 / (rank + 1) as f64;
        rank += 1;
    }
    rank
}

/// The interval of the median at 95 % from the numbers in drawers in order; none of fewer than six.
pub fn median_interval(drawers: &[(i64, i64)]) -> Option<Interval> {
    let n: i64 = drawers.iter().map(|(_, cases)| cases).sum();
    let rank = rank_below_median(n);
    if rank < 1 {
        return None;
    }
    Some(Interval { low: nth(drawers, rank)?, high: nth(drawers, n + 1 - rank)? })
}

/// The time of a rank, counted from 1.
fn nth(drawers: &[(i64, i64)], rank: i64) -> Option<f64> {
    let mut seen = 0;
    drawers.iter().find_map(|(drawer, cases)| {
        seen += cases;
        (seen >= rank).then(|| minutes_of(*drawer))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(yes: i64, n: i64) -> Sample {
        Sample::default().and(yes, 1.0).and(n - yes, 0.0)
    }

    #[test]
    fn the_interval_is_that_of_the_books() {
        // 81 of 263, the example of Newcombe (Statistics in Medicine 17, 1998, method 3): 0.2553 to 0.3662.
        let Interval { low, high } = wilson(81.0, 263).unwrap();
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
        let Interval { low, high } = wilson(0.0, 20).unwrap();
        assert!(low == 0.0 && (high - 0.1611).abs() < 5e-5, "{high}");
        assert_eq!(wilson(0.0, 0), None);
    }

    #[test]
    fn chance_is_that_of_the_books() {
        // 15 of 100 against 5 of 100: z = 2.357, p = 0.0184.
        assert!((chance_of(sample(15, 100), sample(5, 100)) - 0.0184).abs() < 5e-5);
        assert_eq!(chance_of(sample(10, 10), sample(7, 7)), 1.0);
    }

    #[test]
    fn small_places_are_not_told_apart_and_large_ones_are() {
        let few = [sample(9, 10), sample(7, 10), sample(10, 10), sample(6, 10)];
        assert_eq!(differing(&few), Vec::new());
        let many = [sample(900, 1000), sample(905, 1000), sample(700, 1000)];
        assert_eq!(differing(&many), vec![(1, 2), (0, 2)]);
        // By itself this pair would differ (p < 0.05), among twenty places it does not.
        let mut places = vec![sample(60, 100); 20];
        places[0] = sample(74, 100);
        assert!(chance_of(places[0], places[1]) < ALPHA);
        assert_eq!(differing(&places), Vec::new());
    }

    #[test]
    fn the_median_is_the_middle() {
        for (values, middle) in [(vec![], None), (vec![3.0], Some(3.0)), (vec![4.0, 1.0, 2.0, 3.0], Some(2.5))] {
            assert_eq!(median(values), middle);
        }
    }

    #[test]
    fn the_median_is_bounded_by_ranks_of_the_books() {
        // Tables of the sign test at 95 %: of 6 the first, of 10 the second, of 25 the eighth, of 100 the fortieth.
        for (n, rank) in [(0, 0), (5, 0), (6, 1), (8, 1), (9, 2), (10, 2), (25, 8), (50, 18), (100, 40)] {
            assert_eq!(rank_below_median(n), rank, "{n}");
        }
        assert!((rank_below_median(1_000) - rank_below_median(1_001)).abs() <= 1, "both ways agree where they meet");
        assert_eq!(median_interval(&[(3, 5)]), None);
    }

    proptest! {
        #[test]
        fn the_interval_of_a_median_holds_it_and_narrows_with_number(cases in proptest::collection::vec(1_i64..30, 1..40)) {
            let drawers: Vec<(i64, i64)> = (0_i64..).zip(cases).collect();
            let n: i64 = drawers.iter().map(|(_, cases)| cases).sum();
            prop_assume!(n >= 6);
            let (one, middle) = (median_interval(&drawers).unwrap(), quantile(&drawers, 0.5).unwrap());
            prop_assert!(one.low <= middle && middle <= one.high, "{one:?} {middle}");
            let many: Vec<(i64, i64)> = drawers.iter().map(|(drawer, cases)| (*drawer, cases * 16)).collect();
            let ten = median_interval(&many).unwrap();
            prop_assert!(ten.high - ten.low <= one.high - one.low);
        }

        #[test]
        fn an_interval_holds_its_rate_and_narrows_with_number(yes in 0_i64..500, no in 0_i64..500) {
            prop_assume!(yes + no > 0);
            let n = yes + no;
            let p = yes as f64 / n as f64;
            let one = wilson(yes as f64, n).unwrap();
            let ten = wilson(10.0 * yes as f64, 10 * n).unwrap();
            prop_assert!(0.0 <= one.low && one.low <= p && p <= one.high && one.high <= 1.0);
            prop_assert!(ten.high - ten.low < one.high - one.low);
        }

        #[test]
        fn comparing_is_the_same_in_any_order(yes in proptest::collection::vec((0_i64..80, 80_i64..200), 2..8)) {
            let samples: Vec<Sample> = yes.iter().map(|(yes, n)| sample(*yes, *n)).collect();
            let turned: Vec<Sample> = samples.iter().rev().copied().collect();
            let last = samples.len() - 1;
            let mut there = differing(&samples);
            let mut back: Vec<_> = differing(&turned).into_iter().map(|(i, j)| (last - j, last - i)).collect();
            there.sort_unstable();
            back.sort_unstable();
            prop_assert_eq!(there, back);
        }

        #[test]
        fn a_time_read_back_is_wrong_by_little(minutes in 0_i64..5_000_000) {
            let read = minutes_of(drawer(minutes));
            prop_assert!((read - minutes as f64).abs() <= 0.5 + 0.065 * minutes as f64, "{} {}", minutes, read);
            prop_assert!(drawer(minutes + 1) >= drawer(minutes));
        }
    }
}
