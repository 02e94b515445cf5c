//! Pages of a list: keyset, never offset.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Code, Error, Result};

/// The largest page a client may ask for, in rows.
pub const MAX_LIMIT: i64 = 100;

/// Up to this many rows are counted exactly; beyond, the count says "more than".
pub const COUNT_CAP: i64 = 10_000;

/// What part of a list is wanted.
#[derive(Clone, Debug)]
pub struct Page {
    /// Rows wanted, 1 to 100.
    pub limit: i64,
    /// Where the last page ended.
    pub cursor: Option<Cursor>,
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: 20, cursor: None }
    }
}

impl Page {
    /// From a request's `limit` and `cursor`.
    ///
    /// # Errors
    /// `out_of_range` on a limit outside 1 to 100.
    pub fn parse(limit: Option<i64>, cursor: Option<&str>) -> Result<Self> {
        let limit = limit.unwrap_or(20);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::field("limit", Code::OutOfRange).with("min", 1).with("max", MAX_LIMIT));
        }
        Ok(Self { limit, cursor: cursor.map(|c| Cursor(c.to_owned())) })
    }
}

/// The sort key of the last row seen, opaque to clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// Packs the key of a list's last row.
    pub fn pack(key: &impl Serialize) -> Self {
        let json = serde_json::to_vec(key).unwrap_or_default();
        Self(json.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads the key back.
    ///
    /// # Errors
    /// `bad_cursor` when the text was not made by [`Cursor::pack`] for this list.
    pub fn unpack<K: DeserializeOwned>(&self) -> Result<K> {
        let bad = || Error::field("cursor", Code::BadCursor);
        let bytes = (0..self.0.len() / 2)
            .map(|i| self.0.get(2 * i..2 * i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect::<Option<Vec<u8>>>()
            .ok_or_else(bad)?;
        serde_json::from_slice(&bytes).map_err(|_| bad())
    }

    /// As sent to a client.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// One page of rows, and how many there are in all under the same filter and scope.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Listing<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Cursor of the next page; absent on the last.
    pub next: Option<String>,
    /// Rows in the whole list, exact up to 10,000.
    pub count: i64,
    /// True when there are more than `count`.
    pub count_capped: bool,
}

impl<T> Listing<T> {
    /// Builds a page from `limit + 1` rows fetched and a count of at most [`COUNT_CAP`] + 1.
    pub fn new(mut rows: Vec<T>, page: &Page, count: i64, key: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(|row| key(row).into_string()) } else { None };
        Self { rows, next, count: count.min(COUNT_CAP), count_capped: count > COUNT_CAP }
    }

    /// The same page with every row turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Listing<U> {
        Listing {
            rows: self.rows.into_iter().map(f).collect(),
            next: self.next,
            count: self.count,
            count_capped: self.count_capped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_round_trip_and_rejects_a_foreign_one() {
        let cursor = Cursor::pack(&(5_i64, "路灯"));
        assert_eq!(cursor.unpack::<(i64, String)>().ok(), Some((5, "路灯".to_owned())));
        assert!(Cursor("zz".into()).unpack::<i64>().is_err());
        assert!(Cursor("é1".into()).unpack::<i64>().is_err());
    }

    #[test]
    fn the_last_page_has_no_next() {
        let page = Page { limit: 2, cursor: None };
        let key = |row: &i32| Cursor::pack(row);
        assert!(Listing::new(vec![1, 2], &page, 2, key).next.is_none());
        assert!(Listing::new(vec![1, 2, 3], &page, 3, key).next.is_some());
    }
}
