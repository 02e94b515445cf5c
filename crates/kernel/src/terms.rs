//! The terms by which text is found, made alike from what is kept and from what is looked for.
//!
//! Chinese is written without spaces and most of its words have two characters. So text is cut into *units*, a Chinese
//! character or a word of letters and digits, and what is kept are its units and its pairs of neighbouring units:
//! `3号楼有WiFi` gives `3`, `号`, `3号`, `号楼` and so on. Whoever looks for `号楼有` must find both `号楼` and `楼有`.
//!
//! Capitals are made small and full-width letters half-width. Traditional characters stay what they are.

use std::collections::BTreeSet;

/// Characters of a word that count; longer ones (addresses of pages, codes) are told apart by these.
const WORD_CHARS: usize = 40;
/// Terms a search is made of; what comes behind them no longer narrows it.
const TERMS_MAX: usize = 32;
/// Letters after which a word may be one that is still being typed.
const BEGINNING_CHARS: usize = 2;

/// What a text must have to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// This term.
    Whole(String),
    /// A term that begins so.
    Beginning(String),
}

/// All terms of a text, each once.
pub fn terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for run in runs(text) {
        terms.extend(run.windows(2).map(pair));
        terms.extend(run.into_iter().map(|unit| unit.0));
    }
    terms
}

/// The terms that a text must have, all of them, to be what is looked for; none when `text` has nothing to look for.
pub fn wanted(text: &str) -> Vec<Term> {
    let ends_in_word = text.chars().next_back().is_some_and(|c| c.is_alphanumeric());
    let runs = runs(text);
    let last = runs.len().saturating_sub(1);
    let mut wanted = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let is_typed = ends_in_word && index == last && run.last().is_some_and(Unit::may_go_on);
        let whole: Vec<String> = match run.as_slice() {
            [unit] => vec![unit.0.clone()],
            units => units.windows(2).map(pair).collect(),
        };
        let end = whole.len().saturating_sub(1);
        wanted.extend(
            whole
                .into_iter()
                .enumerate()
                .map(|(at, term)| if is_typed && at == end { Term::Beginning(term) } else { Term::Whole(term) }),
        );
    }
    let mut seen = Vec::new();
    wanted.retain(|term| {
        !seen.contains(term) && {
            seen.push(term.clone());
            true
        }
    });
    wanted.truncate(TERMS_MAX);
    wanted
}

/// A Chinese character, or a word of letters and digits.
struct Unit(String);

impl Unit {
    fn is_character(&self) -> bool {
        self.0.chars().next().is_some_and(is_han)
    }

    /// Whether more letters may follow: `wif` is on the way to `wifi`, but house 3 is not house 31.
    fn may_go_on(&self) -> bool {
        !self.is_character() && self.0.starts_with(char::is_alphabetic) && self.0.chars().count() >= BEGINNING_CHARS
    }
}

fn pair(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.0.as_str()).collect()
}

/// Units that stand together, with nothing between them.
fn runs(text: &str) -> Vec<Vec<Unit>> {
    let (mut runs, mut run, mut word): (Vec<Vec<Unit>>, Vec<Unit>, String) = Default::default();
    let end_word = |run: &mut Vec<Unit>, word: &mut String| {
        if !word.is_empty() {
            run.push(Unit(word.chars().take(WORD_CHARS).collect()));
            word.clear();
        }
    };
    for c in text.chars().map(half_width) {
        if is_han(c) {
            end_word(&mut run, &mut word);
            run.push(Unit(c.to_string()));
        } else if c.is_alphanumeric() {
            word.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
        } else {
            end_word(&mut run, &mut word);
            runs.push(std::mem::take(&mut run));
        }
    }
    end_word(&mut run, &mut word);
    runs.push(run);
    runs.retain(|run| !run.is_empty());
    runs
}

/// `Ａ` as `A`: full-width forms stand in the order of ASCII.
fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

/// Whether `c` is a Chinese character: the unified ones with their extensions, the compatible ones, and `〇`.
fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Vec<String> {
        terms(text).into_iter().collect()
    }

    fn whole(terms: &[&str]) -> Vec<Term> {
        terms.iter().map(|term| Term::Whole((*term).to_owned())).collect()
    }

    /// Whether a text with these terms has what is wanted.
    fn finds(kept: &str, looked_for: &str) -> bool {
        let (kept, wanted) = (terms(kept), wanted(looked_for));
        !wanted.is_empty()
            && wanted.iter().all(|term| match term {
                Term::Whole(term) => kept.contains(term),
                Term::Beginning(start) => kept.iter().any(|term| term.starts_with(start)),
            })
    }

    #[test]
    fn text_is_cut_into_units_and_pairs() {
        assert_eq!(of("路灯"), ["灯", "路", "路灯"]);
        assert_eq!(of("3号，WiFi"), ["3", "3号", "wifi", "号"]);
        assert_eq!(of("Ｂ座１２"), ["12", "b", "b座", "座", "座12"]);
        assert_eq!(of("，。 *\"'"), [""; 0]);
    }

    #[test]
    fn what_is_looked_for_is_pairs_and_only_a_lone_unit_by_itself() {
        assert_eq!(wanted("路灯不亮"), whole(&["路灯", "灯不", "不亮"]));
        assert_eq!(wanted("灯 路灯 路灯"), whole(&["灯", "路灯"]));
        assert_eq!(wanted("第4711户"), whole(&["第4711", "4711户"]));
        assert_eq!(wanted("100%"), whole(&["100"]));
        assert_eq!(wanted("wif"), [Term::Beginning("wif".to_owned())]);
        assert_eq!(wanted("有wif"), [Term::Beginning("有wif".to_owned())]);
        assert_eq!(wanted("wif "), whole(&["wif"]));
        assert_eq!(wanted("w 31"), whole(&["w", "31"]));
        assert_eq!(wanted("%_*\"' OR"), [Term::Beginning("or".to_owned())]);
        assert!(wanted("？！").is_empty());
        assert_eq!(wanted(&"字".repeat(100)), whole(&["字字"]));
    }

    #[test]
    fn words_of_two_characters_are_found_and_others_are_not() {
        let kept = "解放街３号楼的路灯不亮，WiFi 也断了";
        for text in ["路灯", "灯", "3号楼", "不亮 路灯", "wifi", "WIFI", "wi", "街3号", "了"] {
            assert!(finds(kept, text), "{text}");
        }
        for text in ["灯路", "亮W", "号楼3", "fi", "电梯", "31号楼", "路灯 电梯"] {
            assert!(!finds(kept, text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_part_of_a_text_is_found_in_it(before in "\\PC{0,20}", part in "[路灯不亮3aZ，号Ｂ ]{1,12}", after in "\\PC{0,20}") {
            // Parted by something that is neither a character nor a word, or the words at the seams would be others.
            let kept = format!("{before}，{part}，{after}");
            prop_assert!(wanted(&part).is_empty() || finds(&kept, &part));
        }

        #[test]
        fn characters_are_found_wherever_they_are_cut_out(text in "[一-龥]{1,30}", from in 0_usize..30, length in 1_usize..8) {
            let part: String = text.chars().skip(from).take(length).collect();
            prop_assert!(part.is_empty() || finds(&text, &part));
        }

        #[test]
        fn terms_hold_letters_and_digits_alone_and_capitals_do_not_matter(text in "\\PC{0,60}") {
            prop_assert!(terms(&text).iter().all(|term| term.chars().all(char::is_alphanumeric) && !term.is_empty()));
            prop_assert_eq!(terms(&text.to_lowercase()), terms(&text.to_lowercase().to_lowercase()));
            prop_assert!(wanted(&text).len() <= TERMS_MAX);
        }
    }
}
