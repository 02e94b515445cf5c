//! What is a sign, decided without a database.

use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::Id;

use super::model::{Counts, Evidence, Filed, Found, Pair, Rules, SignKind};
use crate::{
    modules::{
        cases::Case,
        indicators::{Sample, chance_of},
    },
    platform::{access::Unit, keys},
};

/// Units that are compared with one another: those of one level.
pub type Peers = HashMap<Id<Unit>, String>;

/// Whatever is a sign among the results of a county and a month.
pub fn of_results(results: &[Filed], pairs: &[Pair], peers: &Peers, rules: &Rules) -> Vec<Found> {
    let mut found = last_minute(results, peers, rules);
    found.extend(bulk(results, rules));
    found.extend(copied(results, rules));
    found.extend(same_photo(pairs, rules));
    found
}

fn evidence(filed: &Filed) -> Evidence {
    Evidence { case: filed.case, at: filed.at, entry: Some(filed.entry), sha: None, beside: None }
}

fn by_unit<'f>(results: impl IntoIterator<Item = &'f Filed>) -> BTreeMap<Id<Unit>, Vec<&'f Filed>> {
    let mut units: BTreeMap<Id<Unit>, Vec<&Filed>> = BTreeMap::new();
    for filed in results {
        units.entry(filed.unit).or_default().push(filed);
    }
    units
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// 卡点办结: of results filed in time, how many in the last minutes.
fn last_minute(results: &[Filed], peers: &Peers, rules: &Rules) -> Vec<Found> {
    let is_late = |filed: &Filed| filed.due_at.is_some_and(|due| filed.at.plus_seconds(rules.last_minute * 60) >= due);
    let in_time = by_unit(results.iter().filter(|filed| filed.due_at.is_some_and(|due| filed.at <= due)));
    let shares: BTreeMap<Id<Unit>, (i64, i64)> = in_time
        .iter()
        .map(|(unit, own)| (*unit, (number(own.iter().filter(|filed| is_late(filed)).count()), number(own.len()))))
        .collect();
    more_than_peers(&shares, peers, rules)
        .into_iter()
        .map(|(unit, counts)| {
            let own = in_time.get(&unit).into_iter().flatten();
            let cases = own.filter(|filed| is_late(filed)).map(|filed| evidence(filed)).collect();
            Found { kind: SignKind::LastMinute, unit, counts, evidence: cases }
        })
        .collect()
}

/// Units with a far larger share than the others of their level together. All units are looked at, so that some would stand
/// out by chance; the probability is divided by their number (Bonferroni).
pub fn more_than_peers(
    shares: &BTreeMap<Id<Unit>, (i64, i64)>,
    peers: &Peers,
    rules: &Rules,
) -> Vec<(Id<Unit>, Counts)> {
    let sample = |(hits, among): (i64, i64)| Sample::default().and(hits, 1.0).and(among - hits, 0.0);
    let mut found = Vec::new();
    for (unit, own) in shares {
        let level = peers.get(unit);
        let others: Vec<(i64, i64)> = shares
            .iter()
            .filter(|(other, _)| *other != unit && peers.get(*other) == level)
            .map(|(_, share)| *share)
            .collect();
        let all = others.iter().fold((0, 0), |sum, share| (sum.0 + share.0, sum.1 + share.1));
        let (mine, theirs) = (sample(*own), sample(all));
        let compared = number(others.len()) + 1;
        if own.1 < rules.least || all.1 < rules.least || mine.rate() <= theirs.rate() {
            continue;
        }
        if chance_of(mine, theirs) <= rules.chance / compared as f64 {
            let counts =
                Counts { hits: own.0, among: own.1, peer_hits: all.0, peer_among: all.1, peers: number(others.len()) };
            found.push((*unit, counts));
        }
    }
    found
}

/// 批量办结: so many results of different cases within so many minutes.
fn bulk(results: &[Filed], rules: &Rules) -> Vec<Found> {
    let (minutes, cases) = rules.bulk;
    let mut found = Vec::new();
    for (unit, mut own) in by_unit(results) {
        own.sort_by_key(|filed| (filed.at, filed.entry));
        let mut hit: HashSet<usize> = HashSet::new();
        let mut first = 0;
        for last in 0..own.len() {
            let Some(end) = own.get(last) else { break };
            while own.get(first).is_some_and(|filed| filed.at.plus_seconds(minutes * 60) < end.at) {
                first += 1;
            }
            if number(last + 1 - first) >= cases {
                hit.extend(first..=last);
            }
        }
        let evidence: Vec<Evidence> =
            own.iter().enumerate().filter(|(at, _)| hit.contains(at)).map(|(_, filed)| evidence(filed)).collect();
        found.extend(several(SignKind::Bulk, unit, number(own.len()), evidence));
    }
    found
}

/// 答复雷同: results of different cases that say the same.
fn copied(results: &[Filed], rules: &Rules) -> Vec<Found> {
    let mut found = Vec::new();
    for (unit, own) in by_unit(results) {
        let mut said: BTreeMap<&str, Vec<&Filed>> = BTreeMap::new();
        for filed in own.iter().filter(|filed| !filed.words.is_empty()) {
            said.entry(&filed.words).or_default().push(filed);
        }
        let same = said.values().filter(|same| {
            let cases: HashSet<Id<Case>> = same.iter().map(|filed| filed.case).collect();
            number(cases.len()) >= rules.copied.1
        });
        let evidence: Vec<Evidence> = same.flatten().map(|filed| evidence(filed)).collect();
        found.extend(several(SignKind::Copied, unit, number(own.len()), evidence));
    }
    found
}

/// 一图多用: photos of results that hardly differ.
fn same_photo(pairs: &[Pair], rules: &Rules) -> Vec<Found> {
    let mut units: BTreeMap<Id<Unit>, Vec<Evidence>> = BTreeMap::new();
    let mut seen = HashSet::new();
    for pair in pairs {
        let differ = (pair.print ^ pair.earlier_print).count_ones();
        if differ <= rules.same_photo.0 && seen.insert((pair.later.entry, pair.sha.clone())) {
            let it = Evidence {
                sha: Some(pair.sha.clone()),
                beside: Some((pair.earlier, pair.earlier_sha.clone())),
                ..evidence(&pair.later)
            };
            units.entry(pair.later.unit).or_default().push(it);
        }
    }
    let all = |(unit, evidence): (Id<Unit>, Vec<Evidence>)| {
        several(SignKind::SamePhoto, unit, number(evidence.len()), evidence)
    };
    units.into_iter().filter_map(all).collect()
}

fn several(kind: SignKind, unit: Id<Unit>, among: i64, evidence: Vec<Evidence>) -> Option<Found> {
    let counts = Counts { hits: number(evidence.len()), among, ..Counts::default() };
    (!evidence.is_empty()).then_some(Found { kind, unit, counts, evidence })
}

/// A hash of what an answer says, signs and spaces left out; empty where it is too short to be told from chance.
pub fn words_of(text: &str, characters: i64) -> String {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if number(plain.chars().count()) < characters { String::new() } else { keys::hex(&keys::sha256(plain.as_bytes())) }
}

/// The four bands of a print; none of a picture with nothing to know it by, as a grey wall.
pub fn bands(print: i64) -> Vec<(i64, i64)> {
    if !(8..=56).contains(&print.count_ones()) {
        return Vec::new();
    }
    (0..4).map(|band| (band, (print >> (band * 16)) & 0xFFFF)).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{Chance, Instant};

    use super::*;

    fn rules() -> Rules {
        super::super::file::parse("signs.toml", &super::super::file::packaged()).unwrap()
    }

    struct Ids(Chance);

    impl Ids {
        fn next<T>(&self) -> Id<T> {
            Id::new(Instant::from_millis(1), &self.0)
        }

        fn filed(&self, unit: Id<Unit>, minute: i64, due_in: i64, words: &str) -> Filed {
            let at = Instant::from_millis(minute * 60_000);
            let due_at = Some(at.plus_seconds(due_in * 60));
            Filed { entry: self.next(), case: self.next(), unit, at, due_at, words: words.to_owned() }
        }
    }

    #[test]
    fn a_unit_that_files_in_the_last_hour_stands_out_from_its_level_and_a_small_one_does_not() {
        let ids = Ids(Chance::seeded(1));
        let (mine, other, small): (Id<Unit>, Id<Unit>, Id<Unit>) = (ids.next(), ids.next(), ids.next());
        let mut results = Vec::new();
        for at in 0..40 {
            results.push(ids.filed(mine, at * 100, if at < 25 { 20 } else { 3_000 }, ""));
            results.push(ids.filed(other, at * 100, if at < 3 { 20 } else { 3_000 }, ""));
        }
        results.extend((0..5).map(|at| ids.filed(small, at * 100, 5, "")));
        let peers: Peers = [mine, other, small].into_iter().map(|unit| (unit, "county".to_owned())).collect();
        let found = last_minute(&results, &peers, &rules());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].unit, found[0].evidence.len()), (mine, 25));
        assert_eq!(found[0].counts, Counts { hits: 25, among: 40, peer_hits: 8, peer_among: 45, peers: 2 });
        let apart: Peers = HashMap::from([(mine, "county".to_owned()), (other, "township".to_owned())]);
        assert!(last_minute(&results, &apart, &rules()).iter().all(|it| it.unit != mine), "nobody to compare with");
    }

    #[test]
    fn eight_in_ten_minutes_are_many_at_once_and_seven_are_not() {
        let ids = Ids(Chance::seeded(2));
        let unit: Id<Unit> = ids.next();
        let mut results: Vec<Filed> = (0..7).map(|at| ids.filed(unit, at, 3_000, "")).collect();
        results.push(ids.filed(unit, 500, 3_000, ""));
        assert!(bulk(&results, &rules()).is_empty());
        results.push(ids.filed(unit, 10, 3_000, ""));
        let found = bulk(&results, &rules());
        assert_eq!((found[0].counts.hits, found[0].counts.among), (8, 9));
    }

    #[test]
    fn the_same_words_count_in_different_cases_only() {
        let ids = Ids(Chance::seeded(3));
        let unit: Id<Unit> = ids.next();
        let words = words_of("已安排人员到现场处理，请放心。", 12);
        assert_eq!(words, words_of("已安排人员，到现场处理 请放心", 12));
        assert_eq!(words_of("已处理。", 12), "");
        let mut results: Vec<Filed> = (0..5).map(|at| ids.filed(unit, at * 60, 3_000, &words)).collect();
        let again = Filed { entry: ids.next(), ..results[0].clone() };
        results.push(again);
        assert!(copied(&results, &rules()).is_empty());
        results.push(ids.filed(unit, 900, 3_000, &words));
        assert_eq!(copied(&results, &rules())[0].counts.hits, 7);
    }

    #[test]
    fn a_photo_that_hardly_differs_is_the_same_and_a_grey_wall_is_none() {
        let ids = Ids(Chance::seeded(4));
        let print = 0x0F1E_2D3C_4B5A_6978;
        let pair = |earlier_print: i64| Pair {
            later: ids.filed(ids.next(), 1, 1, ""),
            sha: "b".into(),
            print,
            earlier: ids.next(),
            earlier_sha: "a".into(),
            earlier_print,
        };
        assert_eq!(same_photo(&[pair(print ^ 0b11)], &rules()).len(), 1);
        assert!(same_photo(&[pair(print ^ 0b111_0000)], &rules()).is_empty());
        assert_eq!(bands(print).len(), 4);
        assert!(bands(0).is_empty() && bands(-1).is_empty());
    }
}
