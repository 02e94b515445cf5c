//! What a file would do, decided row by row. Pure.

use std::collections::{HashMap, HashSet};

use kernel::{Code, Day, Error, Names, Result};

use super::{
    columns::{Row, name_of},
    ground::{Named, Recognised},
};
use crate::{
    modules::register::{
        model::{Draft, Item, ItemKind, NewFact},
        rules,
    },
    platform::import::{Report, RowError, Writer},
};

/// Mistakes told at once; beyond, the file is not what it was meant to be.
const TOLD: usize = 200;

/// What would be written.
#[derive(Debug, Default)]
pub struct Plan {
    /// New items, with what is known of them.
    pub new: Vec<(ItemKind, Draft, Vec<NewFact>)>,
    /// Items that are there, as they shall be, with what is new of them.
    pub changed: Vec<(ItemKind, Item, Draft, Vec<NewFact>)>,
    /// Rows that say what is there.
    pub unchanged: i64,
    /// What is to be mended.
    pub errors: Vec<RowError>,
}

impl Plan {
    /// The numbers, or the mistakes.
    pub fn report(&self) -> Report {
        if !self.errors.is_empty() {
            return Report::refused(self.errors.clone());
        }
        let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
        Report {
            inserted: count(self.new.len()),
            changed: count(self.changed.len()),
            unchanged: self.unchanged,
            errors: Vec::new(),
        }
    }

    /// Notes what is wrong with a row, by the headings of the file.
    pub fn mistaken(&mut self, row: &Row, kind: Option<&ItemKind>, error: &Error) {
        for mut mistake in RowError::all(row.line, error) {
            let own = kind.and_then(|kind| row.heading_of(kind, &mistake.field.field)).map(str::to_owned);
            mistake.field.field = own.unwrap_or_else(|| name_of(&mistake.field.field).to_owned());
            self.errors.push(mistake);
        }
    }

    /// Whether there is no use in looking further.
    pub fn is_hopeless(&self) -> bool {
        self.errors.len() >= TOLD
    }
}

/// Compares rows with what is there. `plan` holds what was wrong before.
pub fn plan(
    mut plan: Plan,
    rows: &[Named<'_>],
    known: &HashMap<Recognised, Item>,
    writer: &Writer,
    today: Day,
) -> Plan {
    let mut seen = HashSet::new();
    for named in rows {
        if plan.is_hopeless() {
            break;
        }
        let before = named.key().and_then(|key| known.get(&key));
        let again = named.key().is_some_and(|key| !seen.insert(key));
        match compared(named, before, writer, today, again) {
            Err(error) => plan.mistaken(named.row, Some(&named.kind), &error),
            Ok((draft, facts)) => match before {
                None => plan.new.push((ItemKind::clone(&named.kind), draft, facts)),
                Some(item) if Draft::from(item) == draft && facts.is_empty() => plan.unchanged += 1,
                Some(item) => plan.changed.push((ItemKind::clone(&named.kind), item.clone(), draft, facts)),
            },
        }
    }
    plan
}

/// What an item shall be by its row, and what is new of it; all mistakes of the row at once.
fn compared(
    named: &Named<'_>,
    before: Option<&Item>,
    writer: &Writer,
    today: Day,
    again: bool,
) -> Result<(Draft, Vec<NewFact>)> {
    let mut mistakes = Vec::new();
    if again {
        let key = if named.row.cell("number").is_empty() { "name" } else { "number" };
        mistakes.push(Error::field(key, Code::Duplicate).with("value", named.row.cell(key)));
    }
    let draft = drafted(named, before, today).and_then(|draft| {
        rules::check(&named.kind, &draft, today)?;
        if writer.covers(&draft.place) { Ok(draft) } else { Err(Error::field("region", Code::UnknownRegion)) }
    });
    let facts = said_by(named.row, &named.kind, before, today);
    let (draft, facts) = match (draft, facts) {
        (Ok(draft), Ok(facts)) => (Some(draft), facts),
        (draft, facts) => {
            mistakes.extend(draft.err().into_iter().chain(facts.err()));
            (None, Vec::new())
        }
    };
    match (mistakes.into_iter().reduce(Error::and), draft) {
        (None, Some(draft)) => Ok((draft, facts)),
        (Some(mistakes), _) => Err(mistakes),
        (None, None) => Err(Error::internal("a row is neither right nor wrong")),
    }
}

/// An item as its row says it; what is left out stays.
fn drafted(named: &Named<'_>, before: Option<&Item>, today: Day) -> Result<Draft> {
    let cell = |key: &'static str| Some(named.row.cell(key)).filter(|text| !text.is_empty()).map(str::to_owned);
    let place = named.place.clone().or_else(|| before.map(|item| item.place.clone()));
    let begins_on = match (cell("begins_on"), before) {
        (Some(text), _) => day("begins_on", &text)?,
        (None, Some(item)) => item.begins_on,
        (None, None) => today,
    };
    Ok(Draft {
        kind: named.kind.code.clone(),
        number: cell("number").or_else(|| before.and_then(|item| item.number.clone())),
        name: cell("name").unwrap_or_default(),
        place: place.ok_or_else(|| Error::field("region", Code::Required))?,
        place_text: cell("place_text").or_else(|| before.and_then(|item| item.place_text.clone())),
        point: named.point.or_else(|| before.and_then(|item| item.point)),
        owner: named.owner.or_else(|| before.and_then(|item| item.owner)),
        begins_on,
    })
}

fn day(key: &'static str, text: &str) -> Result<Day> {
    rules::day(text).ok_or_else(|| {
        Error::field(key, Code::BadFormat)
            .with("expected", Names::new("日期，如 2026-03-01", "a day such as 2026-03-01"))
    })
}

/// The facts of a row that are news: another value, or the same found to be so on a later day that the row names.
///
/// # Errors
/// Field errors on the fields' codes, `source`, `as_of`.
pub fn said_by(row: &Row, kind: &ItemKind, before: Option<&Item>, today: Day) -> Result<Vec<NewFact>> {
    let given = row.facts(kind)?;
    let written = Some(row.cell("as_of")).filter(|text| !text.is_empty());
    let as_of = written.map(|text| day("as_of", text)).transpose()?;
    let facts = rules::facts(kind, &given, row.cell("source"), as_of.unwrap_or(today), today)?;
    let is_news = |fact: &NewFact| {
        let held = before.and_then(|item| item.facts.get(&fact.field));
        held.is_none_or(|held| held.value != fact.value || as_of.is_some_and(|as_of| as_of > held.as_of))
    };
    let is_newer = |fact: &NewFact| {
        let held = before.and_then(|item| item.facts.get(&fact.field));
        held.is_none_or(|held| held.as_of <= fact.as_of)
    };
    Ok(facts.into_iter().filter(|fact| is_news(fact) && is_newer(fact)).collect())
}
