//! How the database comes to the rows of every statement the tests ran, with as many rows as it holds: what reads a large
//! table from one end to the other is named.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result};
use db::{
    Db, Settings,
    plans::{Way, accesses},
};
use serde_json::Value;

use crate::{Plans, prepare, rows};

/// Rows from which on a table is large.
const LARGE: i64 = 50_000;

/// Names each statement that reads a large table from end to end, and how large that is.
pub(crate) async fn run(options: &Plans) -> Result<()> {
    let instance = prepare(&options.target).await?;
    instance.tell();
    let url = instance.database.as_deref().context("plans needs --database beside --url")?;
    let db = Db::open(&Settings { connections: 2, ..Settings::new(url) }).await?;
    let rows = rows::count(Some(url)).await?.context("rows are counted")?;
    let (mut statements, mut found) = (0, BTreeSet::new());
    for line in fs::read_to_string(&options.statements)?.lines() {
        let noted: Value = serde_json::from_str(line)?;
        let text = noted["text"].as_str().context("a statement has a text")?;
        let file = noted["file"].as_str().context("a statement has a file")?;
        let Some(file) = file.strip_prefix("crates/jishi/src/") else { continue };
        statements += 1;
        for access in accesses(&db, text).await.with_context(|| format!("{file}:{}", noted["line"]))? {
            let is_page = access.way == Way::Walk && text.contains("LIMIT");
            if access.way == Way::Search || is_page {
                continue;
            }
            if let Some(size) = rows.of(&access.table).filter(|size| *size >= LARGE) {
                found.insert(format!("{file}:{} {} ({size} rows, {:?})", noted["line"], access.table, access.way));
            }
        }
    }
    println!("statements   {statements}");
    println!("read a table of {LARGE} rows or more from end to end: {}", found.len());
    found.iter().for_each(|line| println!("  {line}"));
    db.close().await;
    Ok(())
}
