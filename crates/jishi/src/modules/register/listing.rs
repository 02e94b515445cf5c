//! What a list of items shows, and in which order.

use db::Sql;
use kernel::{Code, Cursor, Day, Error, Id, Page, RegionCode, Result, Term, wanted};

use super::{model::Item, rules};
use crate::platform::access::Unit;

/// A list's conditions; all of them hold together.
#[derive(Clone, Debug, Default)]
pub struct ItemFilter {
    /// Code of a kind, or of a class.
    pub kind: Option<String>,
    /// A place with all in it.
    pub region: Option<RegionCode>,
    /// Who looks after it.
    pub owner: Option<Id<Unit>>,
    /// Words, or a number.
    pub text: Option<String>,
    /// With a fact that has grown old by this day.
    pub stale_by: Option<Day>,
    /// What has ended, instead of what is there.
    pub is_ended: bool,
    /// Of which this is known: codes of fields, each with a value chosen from its closed set.
    pub facts: Vec<(String, String)>,
    /// Found by all of these; worked out from the words and the facts.
    pub(super) terms: Vec<Term>,
}

impl ItemFilter {
    /// What is old goes by age, everything else by kind, number and name.
    pub fn order(&self) -> Order {
        if self.stale_by.is_some() && !self.is_ended { Order::Stale } else { Order::Name }
    }

    /// The terms of its words.
    #[must_use]
    pub fn with_terms(mut self) -> Self {
        self.terms = self.text.as_deref().map(wanted).unwrap_or_default();
        self.terms.extend(self.facts.iter().map(|(field, value)| Term::Whole(rules::mark(field, value))));
        self
    }
}

/// Facts as an address says them: `managed=nobody`, several with commas between.
///
/// # Errors
/// `bad_format` on `fact`.
pub fn facts(text: Option<&str>) -> Result<Vec<(String, String)>> {
    let pairs = text.into_iter().flat_map(|text| text.split(',')).map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| match pair.split_once('=') {
            Some((field, value)) if !field.is_empty() && !value.is_empty() => Ok((field.to_owned(), value.to_owned())),
            _ => Err(Error::field("fact", Code::BadFormat).with("expected", "managed=nobody")),
        })
        .collect()
}

/// In which order a list goes. Both keys are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By kind, number, name.
    Name,
    /// The oldest facts first.
    Stale,
}

impl Order {
    /// Selects the key.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Name => "SELECT i.sort AS mark, i.id AS id",
            Self::Stale => "SELECT i.stale_on AS mark, i.id AS id",
        }
    }

    /// Adds the condition of a page that begins behind a row, and the order.
    pub(super) fn page(self, sql: Sql, position: Option<(String, Id<Item>)>) -> Sql {
        let (after, order) = match self {
            Self::Name => (" AND (i.sort, i.id) > (", " ORDER BY i.sort, i.id"),
            Self::Stale => (" AND (i.stale_on, i.id) > (", " ORDER BY i.stale_on, i.id"),
        };
        sql.push_some(position, |sql, (mark, id)| sql.push_value(after, mark).push_value(", ", id).push(")"))
            .push(order)
    }

    /// Where a page begins.
    ///
    /// # Errors
    /// `bad_cursor` when the cursor is another list's.
    pub(super) fn position(page: &Page) -> Result<Option<(String, Id<Item>)>> {
        let unpacked = page.cursor.as_ref().map(Cursor::unpack).transpose();
        unpacked.map_err(|_| Error::field("cursor", Code::BadCursor))
    }
}
