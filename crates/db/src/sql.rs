//! A statement with its values.

use std::{borrow::Cow, sync::atomic::AtomicU8};

use crate::Value;

/// Where a statement stands in the source; remembers on which databases it has run.
#[derive(Debug)]
pub struct Site {
    /// Source file, as the compiler names it.
    pub file: &'static str,
    /// Line of the `sql!`.
    pub line: u32,
    pub(crate) ran: AtomicU8,
}

impl Site {
    /// A site that has not run yet.
    pub const fn new(file: &'static str, line: u32) -> Self {
        Self { file, line, ran: AtomicU8::new(0) }
    }
}

/// A statement: text that was written by a programmer, values that came from anywhere.
#[derive(Clone, Debug)]
pub struct Sql {
    pub(crate) text: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
    pub(crate) site: &'static Site,
    /// Whether its plan is made for these values alone.
    pub(crate) by_values: bool,
    /// Whether rows of its kind keep the order in which they were written.
    pub(crate) in_turn: bool,
}

impl Sql {
    /// Used by [`sql!`].
    #[doc(hidden)]
    pub fn new(text: &'static str, values: Vec<Value>, site: &'static Site) -> Self {
        Self { text: Cow::Borrowed(text), values, site, by_values: false, in_turn: false }
    }

    /// A text that was put together while running; never from input.
    pub(crate) fn owned(text: String, site: &'static Site) -> Self {
        Self { text: Cow::Owned(text), values: Vec::new(), site, by_values: false, in_turn: false }
    }

    /// Adds a fragment without a value.
    #[must_use]
    pub fn push(mut self, fragment: &'static str) -> Self {
        self.text.to_mut().push_str(fragment);
        self
    }

    /// Adds a fragment that ends where a value goes: `push_value(" AND c.status = ", status)`.
    #[must_use]
    pub fn push_value(mut self, fragment: &'static str, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        let number = self.values.len();
        let text = self.text.to_mut();
        text.push_str(fragment);
        text.push('$');
        text.push_str(&number.to_string());
        self
    }

    /// Adds `fragment ($a, $b, ..)`; an empty list becomes a condition that is never true.
    #[must_use]
    pub fn push_list<V: Into<Value>>(mut self, fragment: &'static str, values: impl IntoIterator<Item = V>) -> Self {
        let first = self.values.len() + 1;
        self.values.extend(values.into_iter().map(Into::into));
        let numbers: Vec<String> = (first..=self.values.len()).map(|number| format!("${number}")).collect();
        let text = self.text.to_mut();
        text.push_str(fragment);
        text.push_str(" (");
        if numbers.is_empty() {
            text.push_str("NULL");
        }
        text.push_str(&numbers.join(", "));
        text.push(')');
        self
    }

    /// Lets PostgreSQL plan the statement anew for its values, where one plan cannot suit them all: a frequent word is
    /// found along the order of the list, a rare one through its index. SQLite has one plan.
    #[must_use]
    pub fn planned_by_values(mut self) -> Self {
        self.by_values = true;
        self
    }

    /// Adds `(a OR b ..)`, a condition for each item; no item makes one that is never true. Nothing stands before the first,
    /// because SQLite finds no index behind `FALSE OR ..`.
    #[must_use]
    pub fn push_any<T>(self, items: impl IntoIterator<Item = T>, mut add: impl FnMut(Self, T) -> Self) -> Self {
        let mut is_empty = true;
        let all = items.into_iter().fold(self.push("("), |sql, item| {
            let sql = if is_empty { sql } else { sql.push(" OR ") };
            is_empty = false;
            add(sql, item)
        });
        if is_empty { all.push("FALSE)") } else { all.push(")") }
    }

    /// Keeps the order of rows that the database numbers: put off with [`Conn::later`](crate::Conn::later), two of them do not
    /// travel in one statement, whose parts PostgreSQL carries out in any order.
    #[must_use]
    pub fn in_turn(mut self) -> Self {
        self.in_turn = true;
        self
    }

    /// Applies `add` when there is something to filter by.
    #[must_use]
    pub fn push_some<T>(self, value: Option<T>, add: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => add(self, value),
            None => self,
        }
    }
}

/// A statement and its values: `sql!("SELECT .. WHERE id = $1", id)`.
///
/// A macro because the text must be known when compiling (no SQL is ever glued from input) and because the
/// place where it stands is recorded: the test run fails on a statement that was not executed on both databases.
#[macro_export]
macro_rules! sql {
    ($text:literal $(, $value:expr)* $(,)?) => {{
        static SITE: $crate::Site = $crate::Site::new(file!(), line!());
        $crate::Sql::new($text, vec![$($crate::Value::from($value)),*], &SITE)
    }};
}

#[cfg(test)]
mod tests {
    #[test]
    fn any_of_nothing_is_never_true_and_nothing_stands_before_the_first() {
        let any = |items: Vec<i64>| sql!("WHERE ").push_any(items, |sql, item| sql.push_value("a = ", item)).text;
        assert_eq!(any(vec![]), "WHERE (FALSE)");
        assert_eq!(any(vec![1]), "WHERE (a = $1)");
        assert_eq!(any(vec![1, 2]), "WHERE (a = $1 OR a = $2)");
    }

    #[test]
    fn values_are_numbered_as_they_are_pushed() {
        let sql = sql!("SELECT 1 WHERE a = $1", 1_i64)
            .push_value(" AND b = ", "x")
            .push_list(" AND c IN", [1_i64, 2])
            .push_list(" AND d IN", Vec::<i64>::new())
            .push_some(None::<i64>, |sql, e| sql.push_value(" AND e = ", e));
        assert_eq!(sql.text, "SELECT 1 WHERE a = $1 AND b = $2 AND c IN ($3, $4) AND d IN (NULL)");
        assert_eq!(sql.values.len(), 4);
    }
}
