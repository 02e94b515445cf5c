//! Finding places by what people type.

use db::{Conn, FromRow, Row, Sql, sql};
use kernel::{Day, RegionCode, Result};

use super::{super::model::Region, reading::places};

struct At(RegionCode);

impl FromRow for At {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("code")?))
    }
}

/// What a search looks at.
#[derive(Clone, Copy, Debug)]
pub enum Field {
    Code,
    Name,
    Pinyin,
    Initials,
}

/// Existing places whose field begins with `prefix`, the widest first. Served by an index on each field.
pub async fn beginning_with_unscoped(
    db: &mut Conn,
    field: Field,
    prefix: &str,
    limit: i64,
    today: Day,
) -> Result<Vec<Region>> {
    db.all(widest(places(today), limit, |sql| push_beginning(sql, field, prefix))).await
}

fn push_beginning(sql: Sql, field: Field, prefix: &str) -> Sql {
    let (from, to) = match field {
        Field::Code => (" AND s.code >= ", " AND s.code < "),
        Field::Name => (" AND s.name >= ", " AND s.name < "),
        Field::Pinyin => (" AND s.pinyin_key >= ", " AND s.pinyin_key < "),
        Field::Initials => (" AND s.initials >= ", " AND s.initials < "),
    };
    sql.push_value(from, prefix).push_value(to, format!("{prefix}\u{10FFFF}"))
}

/// Codes of up to `limit` places whose field begins with `prefix`, also of places that are over: within others, or anywhere
/// if there are none. Served by the index on the field.
pub async fn codes_beginning_with_unscoped(
    db: &mut Conn,
    field: Field,
    prefix: &str,
    within: &[RegionCode],
    limit: i64,
) -> Result<Vec<RegionCode>> {
    let sql = push_beginning(sql!("SELECT s.code FROM regions s WHERE TRUE"), field, prefix);
    let inside = |sql: Sql, place: &RegionCode| {
        sql.push_value("(s.code >= ", place).push_value(" AND s.code < ", format!("{place}\u{10FFFF}")).push(")")
    };
    let sql = if within.is_empty() { sql } else { sql.push(" AND ").push_any(within, inside) };
    let found: Vec<At> = db.all(sql.push_value(" LIMIT ", limit)).await?;
    Ok(found.into_iter().map(|At(code)| code).collect())
}

/// Existing places with `part` anywhere in their Chinese name. Reads the names of all places: the last resort of a search.
pub async fn containing_unscoped(db: &mut Conn, part: &str, limit: i64, today: Day) -> Result<Vec<Region>> {
    db.all(widest(places(today), limit, |sql| sql.push_value(" AND s.name LIKE ", format!("%{part}%")))).await
}

/// The widest of the existing places `s` that match. They are chosen by their codes alone, before anything dear is asked
/// about them: a short prefix matches thousands.
fn widest(sql: Sql, limit: i64, matching: impl FnOnce(Sql) -> Sql) -> Sql {
    let sql = sql.push(
        " AND r.code IN (SELECT s.code FROM regions s
                         WHERE s.valid_from <= $1
                           AND (s.valid_until IS NULL OR s.valid_until > $1)",
    );
    matching(sql).push_value(" ORDER BY length(s.code), s.code LIMIT ", limit).push(") ORDER BY length(r.code), r.code")
}
