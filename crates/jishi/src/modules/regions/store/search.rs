//! Finding places by what people type.

use db::{Conn, Sql};
use kernel::{Day, Result};

use super::{super::model::Region, reading::places};

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
    let (from, to) = match field {
        Field::Code => (" AND s.code >= ", " AND s.code < "),
        Field::Name => (" AND s.name >= ", " AND s.name < "),
        Field::Pinyin => (" AND s.pinyin_key >= ", " AND s.pinyin_key < "),
        Field::Initials => (" AND s.initials >= ", " AND s.initials < "),
    };
    let end = format!("{prefix}\u{10FFFF}");
    db.all(widest(places(today), limit, |sql| sql.push_value(from, prefix).push_value(to, end))).await
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
