//! 话: what residents, desks and units of the demo city say, read from its files; and which answer fits which report.

use std::collections::BTreeMap;

use kernel::{Error, Result};
use serde::{Deserialize, de::DeserializeOwned};

use super::{city, dice::Dice};

/// Everything that may be said about one matter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Code of the matter.
    pub matter: String,
    /// How often it is reported, against the others.
    pub weight: u64,
    /// Where it is reported.
    pub places: Where,
    /// When in the year; all of it where left out.
    pub season: Option<Season>,
    /// The hours of the day between which it is reported, over midnight where the first is the later.
    pub hours: Option<(i64, i64)>,
    /// Reports from anywhere.
    #[serde(default)]
    pub texts: Vec<String>,
    /// Reports from streets and communities only.
    #[serde(default)]
    pub urban: Vec<String>,
    /// Reports from villages only.
    #[serde(default)]
    pub rural: Vec<String>,
    /// Reports in English.
    #[serde(default)]
    pub en: Vec<String>,
    /// Answers when it is solved.
    #[serde(default)]
    pub results: Vec<Entry>,
    /// Answers when it cannot be solved now.
    #[serde(default)]
    pub unsolved: Vec<Entry>,
    /// The desk's answers to what needs no unit.
    #[serde(default)]
    pub answers: Vec<Entry>,
    /// Why a unit sends it back.
    #[serde(default)]
    pub returns: Vec<Entry>,
    /// What a handler asks.
    #[serde(default)]
    pub asks: Vec<Ask>,
    /// What a resident says who is content.
    #[serde(default)]
    pub good: Vec<Entry>,
    /// What one says who is not.
    #[serde(default)]
    pub bad: Vec<Entry>,
    /// The sentence for a public ledger, in nobody's own words.
    pub summary: Option<String>,
}

/// Where a matter is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Where {
    /// In streets and communities.
    Urban,
    /// In villages.
    Rural,
    /// Everywhere.
    Both,
}

/// Town or country: which words are used and how slots are filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// A community.
    Urban,
    /// A village.
    Rural,
}

/// From one day of the year to another, `MM-DD`, both included; may run over New Year.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    from: String,
    to: String,
}

impl Season {
    /// Reads `MM-DD..MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once("..")?;
        Some(Self { from: from.to_owned(), to: to.to_owned() })
    }

    /// Whether a day, `MM-DD`, lies in it.
    pub fn holds(&self, day: &str) -> bool {
        let (from, to) = (self.from.as_str(), self.to.as_str());
        if from <= to { from <= day && day <= to } else { from <= day || day <= to }
    }
}

/// Something said: to any report of the matter, or to one in which one of some words stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Entry {
    /// To any.
    Plain(String),
    /// To one with one of the words.
    Fitting {
        /// The words.
        to: Vec<String>,
        /// What is said.
        text: String,
    },
}

/// A handler's question with answers that fit it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    #[serde(default)]
    to: Vec<String>,
    ask: String,
    replies: Vec<String>,
}

/// What fits everywhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    slots: BTreeMap<String, Slot>,
    english: BTreeMap<String, Vec<String>>,
    /// What residents say of a result, whatever it is about.
    pub verdict: Verdicts,
    /// What desks and units say, whatever it is about.
    pub desk: Desk,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Slot {
    Anywhere(Vec<String>),
    Sided { urban: Option<Vec<String>>, rural: Option<Vec<String>> },
}

/// What residents say of a result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdicts {
    pub good: Vec<String>,
    pub fair: Vec<String>,
    pub bad: Vec<String>,
    pub thanks: Vec<String>,
    pub again: Vec<String>,
    pub withdrawn: Vec<String>,
}

/// What desks and units say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    pub work: Vec<String>,
    pub partly: Vec<String>,
    pub unclear: Vec<String>,
    pub same: Vec<String>,
    pub elsewhere: Vec<String>,
    pub again_to: Vec<String>,
    pub hand_over: Vec<String>,
    pub called_back: Vec<String>,
    pub by_phone: Vec<String>,
    pub redone: Vec<String>,
    pub me_too: Vec<String>,
    pub me_too_en: Vec<String>,
    pub names: Vec<String>,
}

/// All words of the demo city.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// By matter.
    pub words: Vec<Words>,
    /// What fits everywhere.
    pub common: Common,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    words: Vec<Words>,
}

impl Corpus {
    /// Reads the files.
    ///
    /// # Errors
    /// `internal`, with the file and the line of what is wrong in it.
    pub fn read() -> Result<Self> {
        let mut words = Vec::new();
        for name in city::names("words/").filter(|name| name.ends_with(".toml") && *name != "words/common.toml") {
            let file: File = parse(&name)?;
            words.extend(file.words);
        }
        Ok(Self { words, common: parse("words/common.toml")? })
    }

    /// The words of a matter.
    pub fn of(&self, matter: &str) -> Option<&Words> {
        self.words.iter().find(|words| words.matter == matter)
    }
}

/// What a public summary may say of each matter, in nobody's own words: by its code.
///
/// # Errors
/// `internal` when a file of the demo city is wrong.
pub fn abouts() -> Result<BTreeMap<String, String>> {
    let words = Corpus::read()?.words;
    Ok(words.into_iter().filter_map(|words| Some((words.matter, words.summary?))).collect())
}

fn parse<T: DeserializeOwned>(name: &str) -> Result<T> {
    toml::from_str(&city::text(name)?).map_err(|error| Error::internal(format!("demo/changzhi/{name}: {error}")))
}

impl Words {
    /// Whether it is reported on that side of the town's edge.
    pub fn is_of(&self, side: Side) -> bool {
        matches!((self.places, side), (Where::Both, _) | (Where::Urban, Side::Urban) | (Where::Rural, Side::Rural))
    }

    /// Whether it is reported on a day of the year, `MM-DD`.
    pub fn is_in_season(&self, day: &str) -> bool {
        self.season.as_ref().is_none_or(|season| season.holds(day))
    }

    /// The reports made on that side.
    pub fn reports(&self, side: Side) -> Vec<&str> {
        let own = match side {
            Side::Urban => &self.urban,
            Side::Rural => &self.rural,
        };
        self.texts.iter().chain(own).map(String::as_str).collect()
    }
}

impl Entry {
    fn fits(&self, report: &str) -> bool {
        match self {
            Self::Plain(_) => true,
            Self::Fitting { to, .. } => to.iter().any(|word| report.contains(word.as_str())),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Fitting { text, .. } => text,
        }
    }
}

/// One of those that fit a report.
pub fn fitting<'a>(entries: &'a [Entry], report: &str, dice: &Dice) -> Option<&'a str> {
    let fit: Vec<&Entry> = entries.iter().filter(|entry| entry.fits(report)).collect();
    dice.pick(&fit).map(|entry| entry.text())
}

/// A question that fits a report, and an answer to it.
pub fn question<'a>(asks: &'a [Ask], report: &str, dice: &Dice) -> Option<(&'a str, &'a str)> {
    let fits = |ask: &&Ask| ask.to.is_empty() || ask.to.iter().any(|word| report.contains(word.as_str()));
    let fit: Vec<&Ask> = asks.iter().filter(fits).collect();
    let ask = dice.pick(&fit)?;
    Some((ask.ask.as_str(), dice.pick(&ask.replies)?.as_str()))
}

/// The slots of one case: each keeps its filling through all that is said in it.
#[derive(Debug)]
pub struct Filling<'a> {
    common: &'a Common,
    side: Side,
    is_english: bool,
    dice: Dice,
    filled: BTreeMap<String, String>,
}

impl<'a> Filling<'a> {
    /// Nothing is filled yet.
    pub fn new(common: &'a Common, side: Side, is_english: bool, dice: Dice) -> Self {
        Self { common, side, is_english, dice, filled: BTreeMap::new() }
    }

    /// A text with its slots filled.
    pub fn fill(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, tail)) = rest.split_once('{') {
            let Some((slot, after)) = tail.split_once('}') else { break };
            out.push_str(before);
            out.push_str(&self.value(slot));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn value(&mut self, slot: &str) -> String {
        if let Some(known) = self.filled.get(slot) {
            return known.clone();
        }
        let value = self.dice.pick(self.values(slot)).cloned().unwrap_or_default();
        self.filled.insert(slot.to_owned(), value.clone());
        value
    }

    fn values(&self, slot: &str) -> &'a [String] {
        if let Some(values) = self.common.english.get(slot).filter(|_| self.is_english) {
            return values;
        }
        let values = match self.common.slots.get(slot) {
            Some(Slot::Anywhere(values)) => Some(values),
            Some(Slot::Sided { urban, rural }) => match self.side {
                Side::Urban => urban.as_ref(),
                Side::Rural => rural.as_ref(),
            },
            None => None,
        };
        values.map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaged_words_are_read_and_every_slot_of_a_report_is_filled() {
        let corpus = Corpus::read().unwrap();
        assert!(corpus.words.len() >= 110, "{}", corpus.words.len());
        for words in &corpus.words {
            for side in [Side::Urban, Side::Rural].into_iter().filter(|side| words.is_of(*side)) {
                for text in words.reports(side) {
                    let mut filling = Filling::new(&corpus.common, side, false, Dice::new(1, text));
                    let filled = filling.fill(text);
                    assert!(!filled.contains('{') && !filled.is_empty(), "{}: {text}", words.matter);
                    assert_eq!(filling.fill(text), filled, "a slot keeps its filling");
                }
            }
        }
    }

    #[test]
    fn an_answer_to_one_thing_is_not_given_to_another() {
        let entries: Vec<Entry> =
            ["灯罩", "碰歪"].map(|word| Entry::Fitting { to: vec![word.into()], text: word.into() }).into();
        let dice = Dice::new(1, "fit");
        assert_eq!(fitting(&entries, "灯杆让车碰歪了", &dice), Some("碰歪"));
        assert_eq!(fitting(&entries, "全灭了", &dice), None);
    }

    #[test]
    fn a_season_may_run_over_new_year() {
        let heating = Season::parse("11-15..03-31").unwrap();
        assert!(["11-15", "12-31", "01-01", "03-31"].iter().all(|day| heating.holds(day)));
        assert!(["11-14", "04-01", "07-15"].iter().all(|day| !heating.holds(day)));
        assert!(!Season::parse("05-01..10-31").unwrap().holds("11-01"));
    }
}
