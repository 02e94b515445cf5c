//! How many rows there are: what a lifecycle writes is its price.

use anyhow::Result;
use db::{Conn, Db, FromRow, Row, Settings, Sql, sql};

/// Rows a table.
#[derive(Clone, Debug)]
pub(crate) struct Rows(Vec<(&'static str, i64)>);

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("n").map(Self)
    }
}

/// The tables that grow with the years.
fn statements() -> [(&'static str, Sql); 12] {
    [
        ("cases", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM cases")),
        ("reports", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM reports")),
        ("notes", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM notes")),
        ("timeline", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM timeline")),
        ("assignments", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM assignments")),
        ("contacts", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM contacts")),
        ("events", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM events")),
        ("idempotency", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM idempotency")),
        ("case_words", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM case_words")),
        ("disclosures", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM disclosures")),
        ("disclosed_cases", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM disclosed_cases")),
        ("messages", sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM messages")),
    ]
}

/// Counts, if the database is known.
pub(crate) async fn count(database: Option<&str>) -> Result<Option<Rows>> {
    let Some(url) = database else { return Ok(None) };
    let db = Db::open(&Settings { connections: 1, ..Settings::new(url) }).await?;
    let mut conn: Conn = db.read().await?;
    let mut rows = Vec::new();
    for (table, statement) in statements() {
        rows.push((table, conn.one::<Count>(statement).await?.0));
    }
    drop(conn);
    db.close().await;
    Ok(Some(Rows(rows)))
}

impl Rows {
    /// How many rows a table has; none where it is not one that grows.
    pub fn of(&self, table: &str) -> Option<i64> {
        self.0.iter().find(|(name, _)| *name == table).map(|(_, rows)| *rows)
    }

    /// Tells what came in since `before`, by lifecycle.
    pub fn tell_since(&self, before: &Self, lifecycles: u32) {
        let each = |from: i64, to: i64| {
            let grown = u32::try_from(to - from).unwrap_or(0);
            f64::from(grown) / f64::from(lifecycles.max(1))
        };
        let tables: Vec<(&str, f64)> =
            self.0.iter().zip(&before.0).map(|((table, to), (_, from))| (*table, each(*from, *to))).collect();
        let sum: f64 = tables.iter().map(|(_, each)| each).sum();
        let parts: Vec<String> =
            tables.iter().filter(|(_, each)| *each > 0.0).map(|(table, each)| format!("{table} {each:.1}")).collect();
        println!("rows added   {sum:.1} a lifecycle: {}", parts.join(", "));
    }
}

/// How many reports there are.
pub(crate) async fn reports(url: &str) -> Result<i64> {
    let db = Db::open(&Settings { connections: 1, ..Settings::new(url) }).await?;
    let mut conn: Conn = db.read().await?;
    let Count(n) = conn.one(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM reports")).await?;
    drop(conn);
    db.close().await;
    Ok(n)
}
