//! The index of words (`docs/adr/0010-index-of-words.md`).
//!
//! PostgreSQL keeps a case's terms in a `tsvector` with a GIN index, which collects what is new in a list of its own and
//! sorts it in later. SQLite's FTS5 would write a whole segment for each action, which costs more than the action itself;
//! so what is new stands in `case_fresh` until some have come together, and a list looks in both.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Id, Result};

use super::list::COUNTED;
use crate::{
    modules::cases::{
        filter::{CaseFilter, Order},
        model::Case,
        search::{self, Clause},
    },
    platform::access::Unit,
};

/// Tries to find a free number; each looks twice as far around the moment of arrival.
const TRIES: u32 = 24;

/// A part of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    /// SQLite's FTS5
    Sorted,
    /// what waits to be sorted into it
    Fresh,
    /// PostgreSQL's GIN
    Vector,
    /// PostgreSQL's rows along their numbers: where very many fit, the next is never far
    Walked,
}

/// The parts that hold all cases once. Whether `found` are so many that they should be walked to is known once they are
/// counted: PostgreSQL itself takes neighbouring pairs for chance, and expects far too few.
pub(super) fn shelves(backend: Backend, filter: &CaseFilter, found: Option<i64>) -> &'static [Shelf] {
    match backend {
        Backend::Sqlite => &[Shelf::Sorted, Shelf::Fresh],
        Backend::Postgres => {
            let are_many = found.is_some_and(|found| found >= COUNTED) && filter.order() == Order::Newest;
            if are_many { &[Shelf::Walked] } else { &[Shelf::Vector] }
        }
    }
}

impl Shelf {
    /// Adds the keys that fulfil the clauses and lie in the filter's days. The rows stand beside them if the order or
    /// another condition asks for them.
    pub(super) fn push_keys(self, sql: Sql, clauses: &[Clause], filter: &CaseFilter) -> Sql {
        let sql = match filter.order() {
            Order::Newest => sql.push("SELECT ").push(self.number()).push(" AS time, w.case_id AS id"),
            Order::Deadline => sql.push("SELECT c.due_at AS time, w.case_id AS id"),
            Order::Ended => sql.push("SELECT c.ended_at AS time, w.case_id AS id"),
        };
        let beside = if reads_rows(filter) { Beside::Row } else { Beside::Key };
        self.push_matches(sql, clauses, filter, beside)
    }

    /// Adds as much as has to be known for counting them.
    pub(super) fn push_counted(self, sql: Sql, clauses: &[Clause], filter: &CaseFilter) -> Sql {
        let beside = if reads_rows(filter) { Beside::Row } else { Beside::Nothing };
        self.push_matches(sql.push("SELECT ").push(self.number()).push(" AS time"), clauses, filter, beside)
    }

    fn push_matches(self, sql: Sql, clauses: &[Clause], filter: &CaseFilter, beside: Beside) -> Sql {
        // SQLite takes the tables in this order: the index leads.
        let sql = sql.push(match (self, beside) {
            (Self::Sorted, Beside::Nothing) => " FROM case_index i",
            (Self::Sorted, _) => " FROM case_index i CROSS JOIN case_words w",
            (Self::Fresh, Beside::Nothing) => " FROM case_fresh f",
            (Self::Fresh, _) => " FROM case_fresh f CROSS JOIN case_words w",
            (Self::Vector | Self::Walked, _) => " FROM case_words w",
        });
        let sql = sql.push(if beside == Beside::Row { " CROSS JOIN cases c" } else { "" });
        let sql = match self {
            Self::Sorted => sql
                .push_value(" WHERE i.case_index MATCH ", search::for_sqlite(clauses))
                .push(" AND i.rowid NOT IN (SELECT seq FROM case_fresh)"),
            Self::Fresh => search::push_on_text(sql.push(" WHERE TRUE"), clauses),
            Self::Vector => {
                sql.push_value(" WHERE w.words @@ CAST(", search::for_postgres(clauses)).push(" AS tsquery)")
            }
            // No index knows what is true of it.
            Self::Walked => {
                sql.push_value(" WHERE (w.words @@ CAST(", search::for_postgres(clauses)).push(" AS tsquery)) IS TRUE")
            }
        };
        let sql = sql.push(match (self, beside) {
            (Self::Sorted, Beside::Key | Beside::Row) => " AND w.seq = i.rowid",
            (Self::Fresh, Beside::Key | Beside::Row) => " AND w.seq = f.seq",
            (Self::Vector | Self::Walked, _) | (_, Beside::Nothing) => "",
        });
        let sql = sql.push_some(filter.from, |sql, from| {
            sql.push(" AND ").push(self.number()).push_value(" >= ", search::number(from, 0))
        });
        let sql = sql.push_some(filter.before, |sql, before| {
            sql.push(" AND ").push(self.number()).push_value(" < ", search::number(before, 0))
        });
        if beside == Beside::Row { filter.push_to(sql.push(" AND c.id = w.case_id")) } else { sql }
    }

    /// Adds where a page of the newest begins, and the order.
    pub(super) fn push_page(self, sql: Sql, position: Option<i64>) -> Sql {
        let sql =
            sql.push_some(position, |sql, number| sql.push(" AND ").push(self.number()).push_value(" < ", number));
        // Nor is the order of numbers an index to those that GIN finds.
        let order = if self == Self::Vector { "w.seq + 0" } else { self.number() };
        sql.push(" ORDER BY ").push(order).push(" DESC")
    }

    fn number(self) -> &'static str {
        match self {
            Self::Sorted => "i.rowid",
            Self::Fresh => "f.seq",
            Self::Vector | Self::Walked => "w.seq",
        }
    }
}

/// What has to be read beside the index.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    /// the id of the case
    Key,
    /// all of it
    Row,
}

fn reads_rows(filter: &CaseFilter) -> bool {
    filter.order() != Order::Newest || !search::is_whole(filter)
}

/// Something a case is found by and its row does not hold: words of a report, a number it came with, or an assistant.
#[derive(Debug)]
pub enum Piece {
    /// words
    Text(String),
    /// a unit
    Assistant(Id<Unit>),
}

impl FromRow for Piece {
    fn from_row(row: &Row) -> Result<Self> {
        match row.opt("unit")? {
            Some(unit) => Ok(Self::Assistant(unit)),
            None => row.get("body").map(Self::Text),
        }
    }
}

/// The words behind a case that were not erased, the numbers it came with, and its assistants.
///
/// # Errors
/// `internal` when the database fails.
pub async fn pieces_of(db: &mut Conn, case: Id<Case>) -> Result<Vec<Piece>> {
    db.all(sql!(
        "SELECT n.body AS body, CAST(NULL AS UUID) AS unit
         FROM reports r
         JOIN notes n ON n.id = r.note
         WHERE r.case_id = $1
           AND n.body IS NOT NULL
         UNION ALL
         SELECT e.body AS body, CAST(NULL AS UUID) AS unit
         FROM reports p
         JOIN notes e ON e.id = p.excerpt
         WHERE p.case_id = $1
           AND e.body IS NOT NULL
         UNION ALL
         SELECT NULL AS body, a.unit AS unit
         FROM assignments a
         WHERE a.case_id = $1
           AND a.kind <> 'lead'
           AND a.state IN ('open', 'signed', 'done')
         UNION ALL
         SELECT o.number AS body, NULL AS unit
         FROM case_aliases o
         JOIN reports r ON r.id = o.report
         WHERE r.case_id = $1",
        case,
    ))
    .await
}

/// The masked words of the reports behind a case, for whoever has a right to the case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn words_behind_unscoped(db: &mut Conn, case: Id<Case>) -> Result<Vec<String>> {
    let pieces = pieces_of(db, case).await?;
    let text = |piece| if let Piece::Text(text) = piece { Some(text) } else { None };
    Ok(pieces.into_iter().filter_map(text).collect())
}

/// Puts what a new case is found by into the index.
///
/// # Errors
/// `internal` when the database fails, or no number is free near the case's time.
pub async fn put_words(tx: &mut Tx, case: &Case, document: &str) -> Result<()> {
    for attempt in 0..TRIES {
        let number = search::number(case.received_at, search::tie(case.id, attempt));
        let done = match tx.backend() {
            Backend::Sqlite => {
                let taken = sql!(
                    "INSERT INTO case_words (seq, case_id) VALUES ($1, $2) ON CONFLICT (seq) DO NOTHING",
                    number,
                    case.id
                );
                tx.execute(taken).await?
            }
            Backend::Postgres => {
                let put = sql!(
                    "INSERT INTO case_words (seq, case_id, words)
                     VALUES ($1, $2, array_to_tsvector(string_to_array(btrim($3), ' ')))
                     ON CONFLICT (seq) DO NOTHING",
                    number,
                    case.id,
                    document
                );
                tx.execute(put).await?
            }
        };
        if done == 1 {
            return if tx.backend() == Backend::Sqlite { renew_words(tx, case, document).await } else { Ok(()) };
        }
    }
    Err(kernel::Error::internal("no number is free in the index of words"))
}

/// Replaces what a case is found by.
///
/// # Errors
/// `internal` when the database fails.
pub async fn renew_words(tx: &mut Tx, case: &Case, document: &str) -> Result<()> {
    let done = match tx.backend() {
        Backend::Sqlite => {
            let renew = sql!(
                "INSERT INTO case_fresh (seq, words)
                 SELECT seq, $1 FROM case_words WHERE case_id = $2
                 ON CONFLICT (seq) DO UPDATE SET words = excluded.words",
                document,
                case.id
            );
            tx.execute(renew).await?
        }
        Backend::Postgres => {
            let renew = sql!(
                "UPDATE case_words SET words = array_to_tsvector(string_to_array(btrim($1), ' ')) WHERE case_id = $2",
                document,
                case.id
            );
            tx.execute(renew).await?
        }
    };
    // A case of before there was an index, changed before its turn came.
    if done == 0 { Box::pin(put_words(tx, case, document)).await } else { Ok(()) }
}

/// Sorts up to `limit` of what is fresh into the index; returns how many that were. PostgreSQL does it by itself.
///
/// # Errors
/// `internal` when the database fails.
pub async fn settle_words(tx: &mut Tx, limit: i64) -> Result<u64> {
    let sort = match tx.backend() {
        Backend::Sqlite => {
            sql!(
                "INSERT OR REPLACE INTO case_index (rowid, words)
                 SELECT seq, words FROM case_fresh ORDER BY seq LIMIT $1",
                limit
            )
        }
        Backend::Postgres => return Ok(0),
    };
    tx.execute(sort).await?;
    // The same rows: nobody else writes.
    let sorted = match tx.backend() {
        Backend::Sqlite => {
            sql!("DELETE FROM case_fresh WHERE seq IN (SELECT seq FROM case_fresh ORDER BY seq LIMIT $1)", limit)
        }
        Backend::Postgres => return Ok(0),
    };
    tx.execute(sorted).await
}

/// Cases whose words are not in the index, the newest first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn unread_unscoped(db: &mut Conn, limit: i64) -> Result<Vec<Case>> {
    let sql = super::select().push(" AND c.id IN (SELECT u.case_id FROM case_unread u ORDER BY u.case_id DESC");
    db.all(sql.push_value(" LIMIT ", limit).push(")")).await
}

/// Notes that a case's words are in the index.
///
/// # Errors
/// `internal` when the database fails.
pub async fn forget_unread(tx: &mut Tx, case: Id<Case>) -> Result<()> {
    tx.execute(sql!("DELETE FROM case_unread WHERE case_id = $1", case)).await?;
    Ok(())
}
