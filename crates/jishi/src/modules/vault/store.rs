//! Sealed values, wherever they lie.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Id, Result};

use crate::platform::keys::SealedColumn;

/// A sealed value and where it lies.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its row.
    pub id: Id<Value>,
    /// Which of the row's values.
    pub field: String,
    /// The value.
    pub cipher: Vec<u8>,
}

impl FromRow for Value {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, field: row.get("field")?, cipher: row.get("cipher")? })
    }
}

/// The values of a column behind `after`, in the order of their rows. For the platform itself.
pub async fn page_unscoped(
    db: &mut Conn,
    column: &SealedColumn,
    after: Option<&Value>,
    limit: i64,
) -> Result<Vec<Value>> {
    let sql = sql!("SELECT ").push(column.id).push(" AS id, ").push(column.field.unwrap_or("''")).push(" AS field, ");
    let sql = sql.push(column.cipher).push(" AS cipher FROM ").push(column.table).push(" WHERE ");
    let sql = sql.push(column.cipher).push(" IS NOT NULL");
    let sql = match (after, column.field) {
        (None, _) => sql,
        (Some(value), None) => sql.push(" AND ").push(column.id).push_value(" > ", value.id),
        (Some(value), Some(field)) => sql
            .push(" AND (")
            .push(column.id)
            .push(", ")
            .push(field)
            .push_value(") > (", value.id)
            .push_value(", ", value.field.clone())
            .push(")"),
    };
    let sql = sql.push(" ORDER BY ").push(column.id);
    let sql = column.field.into_iter().fold(sql, |sql, field| sql.push(", ").push(field));
    db.all(sql.push_value(" LIMIT ", limit)).await
}

/// Puts a value that was sealed anew in its place, unless it was changed or erased meanwhile.
pub async fn put(tx: &mut Tx, column: &SealedColumn, value: &Value, sealed: Vec<u8>) -> Result<u64> {
    let sql = sql!("UPDATE ").push(column.table).push(" SET ").push(column.cipher).push_value(" = ", sealed);
    let sql = sql.push(" WHERE ").push(column.id).push_value(" = ", value.id);
    let sql = match column.field {
        Some(field) => sql.push(" AND ").push(field).push_value(" = ", value.field.clone()),
        None => sql,
    };
    tx.execute(sql.push(" AND ").push(column.cipher).push_value(" = ", value.cipher.clone())).await
}
