//! The terms by which items are found.

use std::collections::BTreeSet;

use db::{Conn, Tx, sql};
use kernel::{Id, Result, Term};

use super::{super::model::Item, Number};

/// Rows of one INSERT.
const ROWS_AT_ONCE: usize = 200;

/// Keeps the terms of new items, many in one statement.
pub async fn put_words(tx: &mut Tx, words: &[(Id<Item>, BTreeSet<String>)]) -> Result<()> {
    let all: Vec<(Id<Item>, &String)> =
        words.iter().flat_map(|(item, terms)| terms.iter().map(move |term| (*item, term))).collect();
    for chunk in all.chunks(ROWS_AT_ONCE) {
        let mut sql = sql!("INSERT INTO register_words (item, term) VALUES ");
        for (index, (item, term)) in chunk.iter().enumerate() {
            sql = sql.push_value(if index == 0 { "(" } else { ", (" }, *item).push_value(", ", *term).push(")");
        }
        tx.execute(sql).await?;
    }
    Ok(())
}

/// Replaces the terms of an item.
pub async fn renew_words(tx: &mut Tx, item: Id<Item>, terms: BTreeSet<String>) -> Result<()> {
    tx.execute(sql!("DELETE FROM register_words WHERE item = $1", item)).await?;
    put_words(tx, &[(item, terms)]).await
}

/// How many items have a term, counted up to a limit: the rarest of several is looked up first.
pub async fn count_unscoped(db: &mut Conn, term: &Term, limit: i64) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM register_words w WHERE ");
    let Number(n) = db.one(super::list::push_term(sql, term).push_value(" LIMIT ", limit).push(") AS counted")).await?;
    Ok(n)
}
