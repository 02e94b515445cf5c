//! Which rule holds, and where an example comes out otherwise. Pure.

use kernel::{Day, RegionCode};

use super::model::{Expected, Rule};

/// The rule to follow among those that stand for a matter around `place`: the narrowest whose unit still works.
pub fn to_follow<'r>(rules: &'r [Rule], place: &RegionCode, today: Day) -> Option<&'r Rule> {
    let holding = rules.iter().filter(|rule| rule.region.covers(place) && !is_over(rule, today));
    holding.max_by_key(|rule| rule.region.as_str().len())
}

/// Whether the rule's unit has ended.
pub fn is_over(rule: &Rule, today: Day) -> bool {
    rule.unit_until.is_some_and(|until| until <= today)
}

/// In what an example now comes out otherwise: `place`, `lead`, `due_at`.
pub fn differing(expected: &Expected, found: &Expected) -> Vec<&'static str> {
    let pairs = [
        ("place", expected.place != found.place),
        ("lead", expected.lead != found.lead),
        ("due_at", expected.due_at != found.due_at),
    ];
    pairs.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{Chance, Id, Instant};

    use super::*;

    fn rule(region: &str, until: Option<&str>) -> Rule {
        let chance = Chance::seeded(region.len() as u64);
        let at = Instant::from_millis(0);
        Rule {
            id: Id::new(at, &chance),
            matter: "m".into(),
            region: RegionCode::parse(region).unwrap(),
            lead: Id::new(at, &chance),
            reason: "r".into(),
            case_number: None,
            made_at: at,
            made_by: Id::new(at, &chance),
            ended_at: None,
            unit_until: until.map(|day| day.parse().unwrap()),
        }
    }

    #[test]
    fn the_narrowest_rule_whose_unit_still_works_is_followed() {
        let today: Day = "2026-11-16".parse().unwrap();
        let place = RegionCode::parse("140403001001001").unwrap();
        let followed = |rules: &[Rule]| to_follow(rules, &place, today).map(|rule| rule.region.as_str().to_owned());
        let (county, township) = (rule("140403", None), rule("140403001", None));
        assert_eq!(followed(&[county.clone(), township.clone()]), Some("140403001".into()));
        assert_eq!(followed(&[county.clone(), rule("140403001", Some("2026-11-16"))]), Some("140403".into()));
        assert_eq!(followed(&[township, rule("140403001001", Some("2026-11-17"))]), Some("140403001001".into()));
        assert_eq!(followed(&[rule("140404", None)]), None);
        assert_eq!(followed(&[]), None);
    }

    #[test]
    fn an_example_says_in_what_it_differs() {
        let chance = Chance::seeded(1);
        let at = Instant::from_millis(0);
        let expected = Expected {
            place: RegionCode::parse("140403001").unwrap(),
            lead: Some(Id::new(at, &chance)),
            lead_names: None,
            due_at: Some(at),
        };
        assert!(differing(&expected, &expected.clone()).is_empty());
        let other = Expected { lead: None, due_at: Some(at.plus_hours(1)), ..expected.clone() };
        assert_eq!(differing(&expected, &other), ["lead", "due_at"]);
    }
}
