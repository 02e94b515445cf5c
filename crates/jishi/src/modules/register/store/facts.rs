//! Facts: added, never changed.

use db::{Conn, Tx, sql};
use kernel::{Chance, Id, Instant, Result};

use super::super::model::{FactRow, Item, NewFact};
use crate::platform::access::Person;

/// Rows of one INSERT.
const ROWS_AT_ONCE: usize = 60;

/// Enters facts, many in one statement.
pub async fn insert_facts(
    tx: &mut Tx,
    facts: &[(Id<Item>, NewFact)],
    (person, at): (Option<Id<Person>>, Instant),
    chance: &Chance,
) -> Result<()> {
    for chunk in facts.chunks(ROWS_AT_ONCE) {
        let mut sql = sql!("INSERT INTO register_facts (id, item, field, value, source, as_of, person, at) VALUES ");
        for (index, (item, fact)) in chunk.iter().enumerate() {
            sql = sql
                .push_value(if index == 0 { "(" } else { ", (" }, Id::<FactRow>::new(at, chance))
                .push_value(", ", *item)
                .push_value(", ", &fact.field)
                .push_value(", ", &fact.value)
                .push_value(", ", &fact.source)
                .push_value(", ", fact.as_of)
                .push_value(", ", person)
                .push_value(", ", at)
                .push(")");
        }
        tx.execute(sql).await?;
    }
    Ok(())
}

/// What was ever said of an item the caller may see, the newest first; served by `register_facts_item`.
pub async fn facts_of(db: &mut Conn, item: Id<Item>, limit: i64) -> Result<Vec<FactRow>> {
    db.all(sql!(
        "SELECT id, field, value, source, as_of, person, at
         FROM register_facts
         WHERE item = $1
         ORDER BY as_of DESC, at DESC, id DESC
         LIMIT $2",
        item,
        limit,
    ))
    .await
}
