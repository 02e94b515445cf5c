//! Bringing a schema forward.
//!
//! Migrations are written once, in a small subset of PostgreSQL's DDL; a few type words are rewritten for SQLite, where
//! every table is STRICT. What only one of the databases has, such as its full-text index, is a step with a text for each.

use kernel::{Error, Result};

use crate::{Backend, Conn, Db, FromRow, Row, sql};

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its file name, e.g. `0001_places.sql`; steps run in this order and once.
    pub name: &'static str,
    /// Its statements, each ended by `;` at the end of a line.
    pub text: Text,
}

/// The text of a step.
#[derive(Clone, Copy, Debug)]
pub enum Text {
    /// One text for both databases, as a rule.
    Shared(&'static str),
    /// A text for each, where no text can suit both.
    Apart {
        /// For SQLite.
        sqlite: &'static str,
        /// For PostgreSQL.
        postgres: &'static str,
    },
}

impl Text {
    fn on(self, backend: Backend) -> &'static str {
        match (self, backend) {
            (Self::Shared(text), _)
            | (Self::Apart { sqlite: text, .. }, Backend::Sqlite)
            | (Self::Apart { postgres: text, .. }, Backend::Postgres) => text,
        }
    }
}

/// All steps, in order.
pub type Migrations = &'static [Migration];

struct Applied {
    name: String,
    hash: String,
}

impl FromRow for Applied {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { name: row.get("name")?, hash: row.get("hash")? })
    }
}

impl Db {
    /// Applies the steps that are missing, all in one transaction; returns their names. Nodes that start together wait
    /// for each other.
    ///
    /// # Errors
    /// `internal` when a step fails, or one that was applied has been edited since; the schema is then as it was.
    pub async fn migrate(&self, migrations: Migrations) -> Result<Vec<&'static str>> {
        let mut conn = self.owner().await?;
        let begin = match self.backend() {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            // Any number will do, as long as all nodes lock the same.
            Backend::Postgres => "BEGIN; SELECT pg_advisory_xact_lock(6814231)",
        };
        raw(&mut conn, begin).await?;
        let done = bring_forward(&mut conn, migrations).await;
        raw(&mut conn, if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
        done
    }

    /// The steps that are missing, without applying them.
    ///
    /// # Errors
    /// `internal` when one that was applied has been edited since, or the database cannot be read.
    pub async fn pending(&self, migrations: Migrations) -> Result<Vec<&'static str>> {
        let mut conn = self.read().await?;
        let applied = if has_table(&mut conn).await? { applied(&mut conn).await? } else { Vec::new() };
        Ok(missing(migrations, &applied, self.backend())?.into_iter().map(|step| step.name).collect())
    }
}

async fn bring_forward(conn: &mut Conn, migrations: Migrations) -> Result<Vec<&'static str>> {
    let backend = conn.backend();
    let table = "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL);";
    raw(conn, &rewrite(table, backend)).await?;
    let missing = missing(migrations, &applied(conn).await?, backend)?;
    for step in &missing {
        let text = step.text.on(backend);
        for statement in text.split_inclusive(";\n").filter(|statement| has_code(statement)) {
            raw(conn, &rewrite(statement, backend))
                .await
                .map_err(|error| Error::internal(format!("migration {}: {error} in {statement}", step.name)))?;
        }
        conn.execute(sql!("INSERT INTO schema_migrations (name, hash) VALUES ($1, $2)", step.name, fingerprint(text)))
            .await?;
    }
    Ok(missing.into_iter().map(|step| step.name).collect())
}

async fn applied(conn: &mut Conn) -> Result<Vec<Applied>> {
    conn.all(sql!("SELECT name, hash FROM schema_migrations ORDER BY name")).await
}

fn missing(migrations: Migrations, applied: &[Applied], backend: Backend) -> Result<Vec<&'static Migration>> {
    let mut missing = Vec::new();
    for step in migrations {
        match applied.iter().find(|applied| applied.name == step.name) {
            Some(applied) if applied.hash == fingerprint(step.text.on(backend)) => {}
            Some(_) => return Err(Error::internal(format!("migration {} was edited after it was applied", step.name))),
            None => missing.push(step),
        }
    }
    Ok(missing)
}

/// Whether the list of steps exists; the two databases keep their own lists of tables under different names.
async fn has_table(conn: &mut Conn) -> Result<bool> {
    let found: Option<Found> = match conn.backend() {
        Backend::Sqlite => {
            conn.optional(sql!("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"))
                .await
        }
        Backend::Postgres => {
            conn.optional(sql!(
                "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables
                 WHERE schemaname = current_schema() AND tablename = 'schema_migrations'"
            ))
            .await
        }
    }?;
    Ok(found.is_some())
}

struct Found;

impl FromRow for Found {
    fn from_row(_: &Row) -> Result<Self> {
        Ok(Self)
    }
}

async fn raw(conn: &mut Conn, text: &str) -> Result<()> {
    conn.raw(text).await.map_err(Error::internal)
}

fn has_code(statement: &str) -> bool {
    statement.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with("--"))
}

/// FNV-1a, enough to notice an edited file; not a security measure.
fn fingerprint(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// What SQLite calls the types. `SEQUENCE_KEY` is a growing number the database gives out.
const SQLITE: [(&str, &str); 7] = [
    ("SEQUENCE_KEY", "INTEGER PRIMARY KEY AUTOINCREMENT"),
    ("DOUBLE PRECISION", "REAL"),
    ("BOOLEAN", "INTEGER"),
    ("BIGINT", "INTEGER"),
    ("BYTEA", "BLOB"),
    ("JSONB", "TEXT"),
    ("UUID", "TEXT"),
];

/// Rewrites a statement for a backend. A word is rewritten only where it stands alone.
pub(crate) fn rewrite(statement: &str, backend: Backend) -> String {
    let code: String = statement
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .fold(String::new(), |all, line| all + line + "\n");
    match backend {
        Backend::Postgres => code.replace("SEQUENCE_KEY", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"),
        Backend::Sqlite => {
            let code = SQLITE.iter().fold(code, |code, (from, to)| replace_word(&code, from, to));
            if code.trim_start().starts_with("CREATE TABLE") {
                code.trim_end().trim_end_matches(';').to_owned() + " STRICT;"
            } else {
                code
            }
        }
    }
}

fn replace_word(text: &str, from: &str, to: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let alone = !before.ends_with(is_word) && !after.starts_with(is_word);
        out.push_str(before);
        out.push_str(if alone { to } else { from });
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_words_are_rewritten_only_where_they_stand_alone() {
        let ddl = "-- a UUID\nCREATE TABLE a (id UUID NOT NULL, my_UUID_x BIGINT, n BIGINT);\n";
        assert_eq!(
            rewrite(ddl, Backend::Sqlite),
            "CREATE TABLE a (id TEXT NOT NULL, my_UUID_x INTEGER, n INTEGER) STRICT;"
        );
        assert!(rewrite(ddl, Backend::Postgres).contains("id UUID"));
    }
}
