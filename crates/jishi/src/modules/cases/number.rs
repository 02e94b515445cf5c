//! Case numbers: county, date, six random digits, a check digit. No counter, so no volume is given away and nothing to
//! contend for; the number survives transfer and merger.

use kernel::{Chance, Day, Level, RegionCode};

/// E.g. `140403-261122-482137-5`.
pub fn make(place: &RegionCode, day: Day, chance: &Chance) -> String {
    let county = place.at(Level::County).map_or_else(|| format!("{:0<6}", place.as_str()), String::from);
    let date = day.date().strftime("%y%m%d").to_string();
    let random = format!("{:06}", chance.below(1_000_000));
    let check = check_digit(&format!("{county}{date}{random}"));
    format!("{county}-{date}-{random}-{check}")
}

/// ISO 7064 MOD 11,10: catches every single wrong digit and nearly every swapped pair.
fn check_digit(digits: &str) -> u32 {
    let product = digits.chars().filter_map(|c| c.to_digit(10)).fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// Whether the check digit fits: a mistyped number is told from one that does not exist.
pub fn is_well_formed(number: &str) -> bool {
    let parts: Vec<&str> = number.split('-').collect();
    let [county, date, random, check] = parts.as_slice() else { return false };
    let lengths = [county.len(), date.len(), random.len(), check.len()] == [6, 6, 6, 1];
    lengths && check.parse::<u32>().is_ok_and(|check| check == check_digit(&format!("{county}{date}{random}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_says_where_and_when() {
        let place = RegionCode::parse("140403003001").unwrap();
        let number = make(&place, "2026-11-22".parse().unwrap(), &Chance::seeded(1));
        assert!(number.starts_with("140403-261122-") && is_well_formed(&number), "{number}");
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_noticed(seed in 0_u64..1000, at in 0_usize..18, other in 0_u32..10) {
            let place = RegionCode::parse("140403").unwrap();
            let number = make(&place, "2026-11-22".parse().unwrap(), &Chance::seeded(seed));
            let position = number.char_indices().filter(|(_, c)| c.is_ascii_digit()).nth(at).unwrap().0;
            let mut wrong = number.clone();
            wrong.replace_range(position..=position, &other.to_string());
            prop_assert_eq!(is_well_formed(&wrong), wrong == number);
        }
    }
}
