//! Finding cases by words: what the index keeps of a case, and what is asked of it. Pure; `store/search.rs` speaks to the
//! databases.
//!
//! A case is kept as a set of terms: those of its words (`kernel::terms`), and *marks* that say where it lies, who has a
//! part in it and whether it is open. So words, scope and filters meet inside the index, and a list needs no look at the
//! rows it does not show. Marks have a colon, which no word has: nobody can type one.

use std::collections::BTreeSet;

use db::Sql;
use kernel::{Id, Instant, Level, RegionCode, Term, terms, wanted};

use super::{
    about::Matters,
    filter::{CaseFilter, View},
    model::Case,
};
use crate::platform::access::Unit;

/// Something a case must have: one of these terms.
pub(super) type Clause = Vec<Term>;

/// Clauses that words make; what comes behind them no longer narrows a search.
const CLAUSES_MAX: usize = 32;

/// Numbers in the index for each millisecond: as a rule as many cases may come in at once without waiting for each other.
const PLACES_A_MILLI: i64 = 8;

/// What is kept of a case: the terms of `texts`, and its marks.
pub(super) fn document<'t>(
    case: &Case,
    assistants: impl IntoIterator<Item = Id<Unit>>,
    texts: impl IntoIterator<Item = &'t str>,
) -> BTreeSet<String> {
    let mut kept: BTreeSet<String> = texts.into_iter().flat_map(terms).collect();
    kept.extend(Level::ALL.into_iter().filter_map(|level| case.place.at(level)).map(|place| at(&place)));
    kept.extend(case.lead_unit.map(led_by));
    kept.extend(assistants.into_iter().map(assisted_by));
    kept.extend(case.matter.as_deref().map(about));
    kept.insert(came_by(case.channel.as_str()));
    kept.extend(marks_of(case.status.is_open(), case.status.as_str()));
    kept
}

/// Of the statuses only what lasts is marked: each change would write the case's terms again.
fn marks_of(is_open: bool, status: &str) -> Vec<String> {
    if is_open { vec![OPEN.to_owned()] } else { vec![ENDED.to_owned(), stands(status)] }
}

const OPEN: &str = "s:open";
const ENDED: &str = "s:ended";

fn stands(status: &str) -> String {
    format!("s:{status}")
}

/// It lies there.
pub(super) fn at(place: &RegionCode) -> String {
    format!("p:{place}")
}

/// The unit leads.
pub(super) fn led_by(unit: Id<Unit>) -> String {
    format!("l:{unit}")
}

/// The unit has another part in it.
pub(super) fn assisted_by(unit: Id<Unit>) -> String {
    format!("a:{unit}")
}

/// A filter may name anything as a matter; what no code has would be taken apart by an index.
pub(super) fn about(matter: &str) -> String {
    let known = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c.to_ascii_lowercase() } else { '_' };
    format!("m:{}", matter.chars().map(known).collect::<String>())
}

fn came_by(channel: &str) -> String {
    format!("c:{channel}")
}

/// What the index is asked: words and as many of the other conditions as it knows; `None` when no words are asked for.
pub(super) fn clauses(filter: &CaseFilter) -> Option<Vec<Clause>> {
    let mut clauses = asked(filter.words()?, &filter.named);
    if clauses.is_empty() {
        // Nothing but signs: a clause that no case fulfils.
        clauses.push(Vec::new());
    }
    let mut must = |mark: String| clauses.push(vec![Term::Whole(mark)]);
    filter.region.iter().for_each(|region| must(at(region)));
    filter.unit.into_iter().for_each(|unit| must(led_by(unit)));
    filter.matter.iter().for_each(|matter| must(about(matter)));
    filter.channel.iter().for_each(|channel| must(came_by(channel.as_str())));
    match filter.view {
        None => {}
        Some(View::Ended) => must(ENDED.to_owned()),
        Some(_) => must(OPEN.to_owned()),
    }
    match filter.status {
        None => {}
        Some(status) if status.is_open() => must(OPEN.to_owned()),
        Some(status) => must(stands(status.as_str())),
    }
    clauses.extend(filter.matters.iter().map(Matters::marks));
    Some(clauses)
}

/// Each word is in the case's words, or names the place where it lies. A word is several terms and all of them must be there;
/// so the place stands beside each: (a AND b) OR p is (a OR p) AND (b OR p).
fn asked(text: &str, named: &[Vec<RegionCode>]) -> Vec<Clause> {
    let spelled = spelled(text).map(Term::Beginning);
    let mut clauses: Vec<Clause> = Vec::new();
    for (turn, word) in words(text).enumerate() {
        let places = named.get(turn).into_iter().flatten().map(|place| Term::Whole(at(place)));
        let instead: Vec<Term> = places.chain(spelled.clone()).collect();
        for term in wanted(word) {
            let clause: Clause = std::iter::once(term).chain(instead.iter().cloned()).collect();
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
    }
    clauses.truncate(CLAUSES_MAX);
    clauses
}

/// The words of a search, with the blank behind them: only the last one may still be typed.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(char::is_whitespace).filter(|word| !word.trim().is_empty())
}

/// Pinyin typed syllable by syllable, `lu deng`, as it is kept: in one word.
pub(super) fn spelled(text: &str) -> Option<String> {
    let is_spelled = text.contains(char::is_whitespace) && text.chars().all(|c| c.is_ascii_alphabetic() || c == ' ');
    is_spelled.then(|| text.split_whitespace().collect::<String>().to_lowercase())
}

/// Whether the index knows all that `filter` asks for; otherwise the rows it finds are looked at as well.
pub(super) fn is_whole(filter: &CaseFilter) -> bool {
    let view_is_marked = matches!(filter.view, None | Some(View::Ended | View::Open | View::MyGrid));
    view_is_marked
        && !filter.status.is_some_and(super::Status::is_open)
        && filter.is_overdue.is_none()
        && !filter.asks_the_row()
        && filter.item.is_none()
}

/// Where a case stands in the index: numbers grow with the time of arrival, so that the newest come first and days are
/// ranges. `tie` tells apart what came in together.
pub(super) fn number(received_at: Instant, tie: u64) -> i64 {
    let tie = i64::try_from(tie).unwrap_or(0);
    received_at.millis().saturating_mul(PLACES_A_MILLI).saturating_add(tie)
}

/// What tells a case apart from those of the same moment, in the `attempt`-th try: each looks twice as far.
pub(super) fn tie(id: Id<Case>, attempt: u32) -> u64 {
    let reach = 8_u64.saturating_mul(2_u64.saturating_pow(attempt.min(24)));
    // Other bits each time: where a whole file of orders has one moment, small remainders would stay small for ever.
    id.uuid().as_u64_pair().1.rotate_right(attempt * 7) % reach
}

/// The clauses as SQLite's FTS5 reads them. Terms are strings in quotes, so nothing in them is syntax.
pub(super) fn for_sqlite(clauses: &[Clause]) -> String {
    let term = |term: &Term| match term {
        Term::Whole(text) => format!("\"{}\"", text.replace('"', "\"\"")),
        Term::Beginning(text) => format!("\"{}\" *", text.replace('"', "\"\"")),
    };
    joined(clauses, term, " AND ", " OR ")
}

/// The clauses as PostgreSQL reads a `tsquery`. Terms are quoted lexemes, so nothing in them is syntax.
pub(super) fn for_postgres(clauses: &[Clause]) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
    let term = |term: &Term| match term {
        Term::Whole(text) => quoted(text),
        Term::Beginning(text) => format!("{}:*", quoted(text)),
    };
    joined(clauses, term, " & ", " | ")
}

fn joined(clauses: &[Clause], term: impl Fn(&Term) -> String, and: &str, or: &str) -> String {
    let clause = |clause: &Clause| match clause.as_slice() {
        [one] => term(one),
        many => format!("({})", many.iter().map(&term).collect::<Vec<_>>().join(or)),
    };
    clauses.iter().map(clause).collect::<Vec<_>>().join(and)
}

/// Terms as one text in which each can be found between blanks.
pub(super) fn as_text(document: &BTreeSet<String>) -> String {
    document.iter().fold(" ".to_owned(), |text, term| text + term + " ")
}

/// Adds the clauses as conditions on a text made by [`as_text`].
pub(super) fn push_on_text(sql: Sql, clauses: &[Clause]) -> Sql {
    clauses.iter().fold(sql, |sql, clause| {
        sql.push(" AND ").push_any(clause, |sql, term| {
            let needle = match term {
                Term::Whole(text) => format!(" {text} "),
                Term::Beginning(text) => format!(" {text}"),
            };
            sql.push_value("instr(f.words, ", needle).push(") > 0")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Term {
        Term::Whole(text.to_owned())
    }

    #[test]
    fn clauses_are_written_so_that_nothing_in_them_is_syntax() {
        let clauses = [vec![whole("路灯")], vec![whole("a\"b'c\\"), Term::Beginning("wif".to_owned())]];
        assert_eq!(for_sqlite(&clauses), r#""路灯" AND ("a""b'c\" OR "wif" *)"#);
        assert_eq!(for_postgres(&clauses), r#"'路灯' & ('a"b''c\\' | 'wif':*)"#);
    }

    #[test]
    fn numbers_grow_with_the_time_and_ties_look_farther_each_time() {
        let at = Instant::from_millis(1_790_000_000_000);
        assert!(number(at, 7) < number(at.plus_seconds(1), 0));
        let id = "01a03273-6837-7005-aa10-82fca6cb3791".parse().unwrap();
        let ties: Vec<u64> = (0..6).map(|attempt| tie(id, attempt)).collect();
        assert!(ties.iter().zip([8, 16, 32, 64, 128, 256]).all(|(tie, reach)| *tie < reach), "{ties:?}");
    }

    #[test]
    fn a_tie_that_is_taken_leads_elsewhere_whatever_the_id() {
        let id = "01a03273-6837-7005-aa10-820000000005".parse().unwrap();
        let far = (12..24).map(|attempt| tie(id, attempt)).filter(|tie| *tie > 8_192).count();
        assert!(far > 6, "{far}");
    }

    #[test]
    fn a_matter_that_cannot_be_is_one_term_all_the_same() {
        assert_eq!(about("city.lighting.street-lamp"), "m:city.lighting.street-lamp");
        assert_eq!(about("a \" OR\u{0}路"), "m:a___or__");
    }

    #[test]
    fn a_word_is_in_the_text_or_names_the_place_and_syllables_are_one_word() {
        let village = RegionCode::parse("140403001003").unwrap();
        let place = || whole("p:140403001003");
        let found = asked("演武社 路灯", &[vec![village.clone()], Vec::new()]);
        assert_eq!(found, [vec![whole("演武"), place()], vec![whole("武社"), place()], vec![whole("路灯")]]);
        let (typed, joined) = (Term::Beginning("deng".to_owned()), Term::Beginning("ludeng".to_owned()));
        assert_eq!(asked("Lu deng", &[]), [vec![whole("lu"), joined.clone()], vec![typed, joined]]);
        assert_eq!(asked("w 31", &[]), [vec![whole("w")], vec![whole("31")]]);
    }

    #[test]
    fn signs_alone_are_looked_for_and_never_found() {
        let filter = CaseFilter { text: Some("？！".to_owned()), ..CaseFilter::default() };
        assert_eq!(clauses(&filter), Some(vec![Vec::new()]));
    }
}
