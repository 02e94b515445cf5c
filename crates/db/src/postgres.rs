//! A connection to PostgreSQL, where every statement is a journey to another process and back.

use std::fmt::Write as _;

use kernel::Result;
use sqlx::{AssertSqlSafe, Postgres, pool::PoolConnection, postgres::PgArguments, query::Query};

use crate::{Sql, Value, conn::failed};

/// Values that may wait; PostgreSQL takes 65,535 in one statement.
const WAITING: usize = 2_000;

/// A connection with the insertions that travel with its next statement.
pub struct Link {
    pub(crate) conn: PoolConnection<Postgres>,
    later: Vec<Sql>,
}

impl From<PoolConnection<Postgres>> for Link {
    fn from(conn: PoolConnection<Postgres>) -> Self {
        Self { conn, later: Vec::new() }
    }
}

impl Link {
    /// Lets an insertion wait for the next statement, unless too much waits already.
    pub(crate) async fn later(&mut self, sql: Sql) -> Result<()> {
        let waiting: usize = self.later.iter().map(|sql| sql.values.len()).sum();
        if self.must_follow(&sql) || waiting + sql.values.len() > WAITING {
            self.flush().await?;
        }
        self.later.push(sql);
        Ok(())
    }

    /// Runs a statement, and what waits with it; returns how many rows the statement itself touched.
    pub(crate) async fn execute(&mut self, sql: Sql) -> Result<u64> {
        if self.must_follow(&sql) {
            self.flush().await?;
        }
        self.run(sql).await
    }

    /// Whether one that must come before it still waits.
    fn must_follow(&self, sql: &Sql) -> bool {
        sql.in_turn && self.later.iter().any(|before| before.in_turn)
    }

    async fn run(&mut self, sql: Sql) -> Result<u64> {
        let sql = together(std::mem::take(&mut self.later), sql);
        let done = bound(&sql).execute(&mut *self.conn).await.map_err(|error| failed(&sql, &error))?;
        Ok(done.rows_affected())
    }

    /// Runs what waits, so that what comes next sees it.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        match self.later.pop() {
            Some(last) => self.run(last).await.map(drop),
            None => Ok(()),
        }
    }
}

/// The query with its values.
pub(crate) fn bound(sql: &Sql) -> Query<'_, Postgres, PgArguments> {
    let query = sqlx::query(AssertSqlSafe(sql.text.as_ref())).persistent(!sql.by_values);
    sql.values.iter().fold(query, |query, value| match value {
        Value::Bool(v) => query.bind(*v),
        Value::Int(v) => query.bind(*v),
        Value::Float(v) => query.bind(*v),
        Value::Text(v) => query.bind(v.as_deref()),
        Value::Bytes(v) => query.bind(v.as_deref()),
        Value::Uuid(v) => query.bind(*v),
        Value::Json(v) => query.bind(v.as_ref()),
    })
}

/// `first` before `last` in one statement: `WITH w0 AS (INSERT ..), w1 AS (INSERT ..) UPDATE ..`. All parts see the same
/// state, and foreign keys are checked at its end.
fn together(first: Vec<Sql>, last: Sql) -> Sql {
    if first.is_empty() {
        return last;
    }
    let (mut text, mut values) = (String::new(), Vec::new());
    for (index, part) in first.into_iter().enumerate() {
        let word = if index == 0 { "WITH" } else { "," };
        let _ = write!(text, "{word} w{index} AS ({})", renumbered(&part.text, values.len()));
        values.extend(part.values);
    }
    text.push(' ');
    text.push_str(&renumbered(&last.text, values.len()));
    values.extend(last.values);
    Sql { text: text.into(), values, site: last.site, by_values: last.by_values, in_turn: last.in_turn }
}

/// The text with its values numbered from `$(1 + offset)`.
fn renumbered(text: &str, offset: usize) -> String {
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        match number.parse::<usize>() {
            Ok(number) => drop(write!(out, "${}{rest}", number + offset)),
            Err(_) => drop(write!(out, "${part}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_travel_together_with_their_values_in_order() {
        let first =
            vec![crate::sql!("INSERT INTO a VALUES ($1, $2)", 1, 2), crate::sql!("INSERT INTO b VALUES ($1)", 3)];
        let all = together(first, crate::sql!("UPDATE c SET d = $2 WHERE e = $1 AND f = '$.g'", 4, 5));
        assert_eq!(
            all.text,
            "WITH w0 AS (INSERT INTO a VALUES ($1, $2)), w1 AS (INSERT INTO b VALUES ($3)) UPDATE c SET d = $5 WHERE e = $4 AND f = '$.g'"
        );
        assert_eq!(all.values.len(), 5);
    }
}
