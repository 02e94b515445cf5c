//! Whether cases that were put straight into the database have the rows that the actions leave: one of each, side by side.

use anyhow::{Result, ensure};
use db::{Conn, Db, FromRow, Row, Settings, sql};
use kernel::Id;

/// A case, by its id alone.
struct Case(Id<Case>);

impl FromRow for Case {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("id").map(Self)
    }
}

struct Said(String);

impl FromRow for Said {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("said").map(Self)
    }
}

/// Compares a case that was just played with one of the past; both were confirmed by the resident.
pub(crate) async fn compare(url: &str) -> Result<()> {
    let db = Db::open(&Settings { connections: 1, ..Settings::new(url) }).await?;
    let mut conn = db.read().await?;
    let Case(played) = conn
        .one(sql!(
            "SELECT id FROM cases WHERE closed_how = 'confirmed' AND ended_at <= $1 ORDER BY ended_at DESC, id LIMIT 1",
            i64::MAX
        ))
        .await?;
    let Case(filled) = conn
        .one(sql!(
            "SELECT id FROM cases WHERE closed_how = 'confirmed' AND ended_at >= $1 ORDER BY ended_at, id LIMIT 1",
            0_i64
        ))
        .await?;
    let (played, filled) = (tell(&mut conn, played).await?, tell(&mut conn, filled).await?);
    drop(conn);
    db.close().await;
    ensure!(played == filled, "a filled case is not like a played one:\n{}\n{}", played.join(" "), filled.join(" "));
    Ok(())
}

/// The rows of a case: what happened in which order, and which columns say something. What is public of it the program
/// makes by itself.
async fn tell(conn: &mut Conn, case: Id<Case>) -> Result<Vec<String>> {
    let statements = [
        sql!("SELECT 'step:' || kind AS said FROM timeline WHERE case_id = $1 ORDER BY at, id", case),
        sql!("SELECT kind AS said FROM events WHERE object_kind = 'case' AND object_id = $1 ORDER BY seq", case.to_string()),
        sql!("SELECT 'note' AS said FROM notes WHERE case_id = $1 AND body IS NOT NULL", case),
        sql!(
            "SELECT CASE WHEN matter IS NULL THEN '' ELSE ' matter' END || CASE WHEN grid IS NULL THEN '' ELSE ' grid' END
                 || CASE WHEN lead_unit IS NULL THEN '' ELSE ' lead' END
                 || CASE WHEN handler IS NULL THEN '' ELSE ' handler' END
                 || CASE WHEN due_at IS NULL THEN '' ELSE ' due' END
                 || CASE WHEN deadline IS NULL THEN '' ELSE ' deadline' END
                 || CASE WHEN dispatched_at IS NULL THEN '' ELSE ' dispatched' END
                 || CASE WHEN signed_at IS NULL THEN '' ELSE ' signed' END
                 || CASE WHEN result_at IS NULL THEN '' ELSE ' result' END
                 || CASE WHEN result_note IS NULL THEN '' ELSE ' answer' END
                 || CASE WHEN result_by IS NULL THEN '' ELSE ' by' END
                 || CASE WHEN ended_at IS NULL THEN '' ELSE ' ended' END
                 || CASE WHEN last_by IS NULL THEN '' ELSE ' last' END AS said
             FROM cases
             WHERE id = $1",
            case,
        ),
        sql!(
            "SELECT CASE WHEN contacted IS NULL THEN '' ELSE ' contacted' END
                 || CASE WHEN solved IS NULL THEN '' ELSE ' solved' END
                 || CASE WHEN satisfied IS NULL THEN '' ELSE ' satisfied' END
                 || CASE WHEN verdict_at IS NULL THEN '' ELSE ' verdict' END AS said
             FROM reports
             WHERE case_id = $1",
            case,
        ),
        sql!(
            "SELECT 'lead ' || state || CASE WHEN person IS NULL THEN '' ELSE ' person' END
                 || CASE WHEN signed_at IS NULL THEN '' ELSE ' signed' END
                 || CASE WHEN done_at IS NULL THEN '' ELSE ' done' END AS said
             FROM assignments
             WHERE case_id = $1
               AND kind = 'lead'",
            case,
        ),
        sql!("SELECT 'found' AS said FROM case_words WHERE case_id = $1", case),
    ];
    let mut told = Vec::new();
    for statement in statements {
        let rows: Vec<Said> = conn.all(statement).await?;
        told.extend(rows.into_iter().map(|Said(said)| said));
    }
    Ok(told)
}
