//! How a database would come to the rows of a statement. Nothing is executed: the tests and the load generator ask, to see
//! that no list, page or action reads a table that grows with the years from one end to the other.

use std::ops::ControlFlow;

use kernel::{Error, Result};
use serde_json::Value as Json;

use crate::{Conn, Db, FromRow, Row, Site, Sql};

/// One way into a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// The table.
    pub table: String,
    /// How.
    pub way: Way,
}

/// How a table is come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From one end to the other.
    Scan,
    /// Along an index, from one end: right for the first page of an ordered list, otherwise a scan.
    Walk,
    /// By the values of an index.
    Search,
}

/// PostgreSQL's plan, a tree.
struct Tree(Json);

impl FromRow for Tree {
    fn from_row(row: &Row) -> Result<Self> {
        row.get("QUERY PLAN").map(Self)
    }
}

/// The ways into its tables that a database chooses for a statement, whatever its values will be.
///
/// # Errors
/// `internal` when the database does not understand the statement.
pub async fn accesses(db: &Db, text: &str) -> Result<Vec<Access>> {
    let mut conn = db.read().await?;
    match &mut conn {
        Conn::Sqlite(_) => on_sqlite(&mut conn, text).await,
        Conn::Postgres(_) => on_postgres(&mut conn, text).await,
    }
}

static SITE: Site = Site::new(file!(), line!());

async fn on_sqlite(conn: &mut Conn, text: &str) -> Result<Vec<Access>> {
    let Conn::Sqlite(lease) = conn else { return Ok(Vec::new()) };
    let mut known = Vec::new();
    lease.rows(&Sql::owned("SELECT name FROM sqlite_schema WHERE type = 'table'".to_owned(), &SITE), |row| {
        known.push(row.get("name")?);
        Ok(ControlFlow::Continue(()))
    })?;
    let (mut found, mut is_sorted) = (Vec::new(), false);
    lease.rows(&Sql::owned(format!("EXPLAIN QUERY PLAN {text}"), &SITE), |row| {
        let line: String = row.get("detail")?;
        is_sorted |= line.starts_with("USE TEMP B-TREE FOR ORDER BY");
        if let Some(Access { table, way }) = read_sqlite(&line) {
            found.extend(tables(&known, text, &table).into_iter().map(|table| Access { table, way }));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    // What is put in order afterwards was walked along to its end.
    found.iter_mut().filter(|access| is_sorted && access.way == Way::Walk).for_each(|access| access.way = Way::Scan);
    Ok(found)
}

/// The tables a name stands for: SQLite tells the short name, which parts of a statement may give to several.
fn tables(known: &[String], text: &str, name: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty() && *word != "AS")
        .collect();
    let is_short_for = |table: &str| {
        let leads = |word: &str| ["FROM", "JOIN", "UPDATE", "INTO"].contains(&word);
        let mut found = words.iter().zip(words.iter().skip(1)).zip(words.iter().skip(2));
        found.any(|((lead, one), short)| leads(lead) && *one == table && *short == name)
    };
    let is_meant = |table: &&String| table.as_str() == name || is_short_for(table);
    known.iter().filter(is_meant).cloned().collect()
}

fn read_sqlite(line: &str) -> Option<Access> {
    let mut words = line.split(' ');
    let (verb, table) = (words.next()?, words.next()?.to_owned());
    let way = match verb {
        "SEARCH" => Way::Search,
        "SCAN" if line.contains("VIRTUAL TABLE INDEX") => Way::Search,
        "SCAN" if line.contains(" INDEX ") => Way::Walk,
        "SCAN" if !["CONSTANT", "SUBQUERY"].contains(&table.as_str()) => Way::Scan,
        _ => return None,
    };
    Some(Access { table, way })
}

async fn on_postgres(conn: &mut Conn, text: &str) -> Result<Vec<Access>> {
    let values = (1..).take_while(|number| text.contains(&format!("${number}"))).count();
    let nulls = vec!["NULL"; values].join(", ");
    let nulls = if values == 0 { String::new() } else { format!("({nulls})") };
    let raw = async |conn: &mut Conn, text: &str| conn.raw(text).await.map_err(Error::internal);
    raw(conn, "SET plan_cache_mode = force_generic_plan").await?;
    raw(conn, &format!("PREPARE explained AS {text}")).await?;
    let sql = Sql::owned(format!("EXPLAIN (FORMAT JSON) EXECUTE explained{nulls}"), &SITE);
    let plan: Result<Tree> = conn.one(sql).await;
    raw(conn, "DEALLOCATE explained").await?;
    let (Tree(plan), mut found) = (plan?, Vec::new());
    read_postgres(plan.get(0).and_then(|plan| plan.get("Plan")).unwrap_or(&Json::Null), &mut found);
    Ok(found)
}

fn read_postgres(node: &Json, found: &mut Vec<Access>) {
    let text = |key: &str| node.get(key).and_then(Json::as_str);
    let has_condition = node.get("Index Cond").is_some();
    let way = match text("Node Type") {
        Some("Seq Scan") => Some(Way::Scan),
        Some("Index Scan" | "Index Only Scan") if !has_condition => Some(Way::Walk),
        Some("Index Scan" | "Index Only Scan" | "Bitmap Heap Scan") => Some(Way::Search),
        _ => None,
    };
    if let (Some(way), Some(table)) = (way, text("Relation Name")) {
        found.push(Access { table: table.to_owned(), way });
    }
    node.get("Plans").and_then(Json::as_array).into_iter().flatten().for_each(|node| read_postgres(node, found));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(table: &str, way: Way) -> Access {
        Access { table: table.to_owned(), way }
    }

    #[test]
    fn the_lines_of_sqlite_are_read() {
        assert_eq!(read_sqlite("SCAN c"), Some(access("c", Way::Scan)));
        assert_eq!(read_sqlite("SCAN c USING COVERING INDEX cases_open"), Some(access("c", Way::Walk)));
        assert_eq!(read_sqlite("SEARCH c USING INDEX i (id=?)"), Some(access("c", Way::Search)));
        assert_eq!(read_sqlite("SCAN case_index VIRTUAL TABLE INDEX 0:M1"), Some(access("case_index", Way::Search)));
        assert_eq!(read_sqlite("USE TEMP B-TREE FOR ORDER BY"), None);
        assert_eq!(read_sqlite("SCAN CONSTANT ROW"), None);
    }

    #[test]
    fn a_short_name_is_followed_to_its_tables() {
        let known = ["cases".to_owned(), "reports".to_owned()];
        let text = "SELECT c.reports, c.id FROM cases c JOIN reports AS r ON r.case_id = c.id";
        assert_eq!(tables(&known, text, "c"), ["cases"]);
        assert_eq!(tables(&known, text, "r"), ["reports"]);
        assert_eq!(tables(&known, text, "cases"), ["cases"]);
        assert!(tables(&known, text, "x").is_empty());
    }

    #[test]
    fn the_tree_of_postgres_is_read() {
        let scan = |table: &str| serde_json::json!({"Node Type": "Seq Scan", "Relation Name": table});
        let by_index =
            serde_json::json!({"Node Type": "Index Scan", "Relation Name": "cases", "Index Cond": "(id = $1)"});
        let walk = serde_json::json!({"Node Type": "Index Only Scan", "Relation Name": "reports"});
        let plan = serde_json::json!({"Node Type": "Nested Loop", "Plans": [scan("units"), by_index, walk]});
        let mut found = Vec::new();
        read_postgres(&plan, &mut found);
        let expected = [access("units", Way::Scan), access("cases", Way::Search), access("reports", Way::Walk)];
        assert_eq!(found, expected);
    }
}
