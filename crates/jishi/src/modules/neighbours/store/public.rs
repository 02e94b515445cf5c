//! SQL of what everyone reads of needs: a table that holds nothing else.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Day, Page, RegionCode, Result};

use super::{super::model::NeedState, Count};

/// A need as everyone reads it.
#[derive(Clone, Debug)]
pub struct PublicNeed {
    /// Its name in public; it leads to nothing else.
    pub key: String,
    /// Code of what is needed.
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// In more.
    pub words: String,
    /// By which day.
    pub by_on: Option<Day>,
    /// Where it stands.
    pub state: NeedState,
    /// Since when.
    pub published_on: Day,
    /// Who did it: a unit, an enterprise or a social organisation; never a person.
    pub done_by: Option<String>,
    /// What was done.
    pub result: Option<String>,
    /// On which day.
    pub done_on: Option<Day>,
    /// Whether it helped.
    pub helped: Option<bool>,
}

impl FromRow for PublicNeed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            key: row.get("public_key")?,
            kind: row.get("kind")?,
            title: row.get("title")?,
            words: row.get("words")?,
            by_on: row.opt("by_on")?,
            state: row.get("state")?,
            published_on: row.get("published_on")?,
            done_by: row.opt("done_by")?,
            result: row.opt("result")?,
            done_on: row.opt("done_on")?,
            helped: row.opt("helped")?,
        })
    }
}

/// Writes what everyone reads of a need, in the place of what they read before.
pub async fn disclose(tx: &mut Tx, place: &RegionCode, need: &PublicNeed) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO disclosed_needs (public_key, place, kind, title, words, by_on, state, published_on, done_by, result,
             done_on, helped)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (public_key) DO UPDATE
         SET kind = excluded.kind, title = excluded.title, words = excluded.words, by_on = excluded.by_on,
             state = excluded.state, done_by = excluded.done_by, result = excluded.result, done_on = excluded.done_on,
             helped = excluded.helped",
        &need.key,
        place,
        &need.kind,
        &need.title,
        &need.words,
        need.by_on,
        need.state.as_str(),
        need.published_on,
        need.done_by.clone(),
        need.result.clone(),
        need.done_on,
        need.helped,
    ))
    .await?;
    Ok(())
}

/// Takes a need out of what everyone reads.
pub async fn conceal(tx: &mut Tx, key: &str) -> Result<()> {
    tx.execute(sql!("DELETE FROM disclosed_needs WHERE public_key = $1", key)).await?;
    Ok(())
}

/// What everyone reads of a community's needs, the newest first, and one more; from the public table alone.
pub async fn open_needs(
    db: &mut Conn,
    (place, state): (&RegionCode, Option<NeedState>),
    page: &Page,
) -> Result<Vec<PublicNeed>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Day, String)>()).transpose()?;
    let sql = sql!(
        "SELECT public_key, kind, title, words, by_on, state, published_on, done_by, result, done_on, helped
         FROM disclosed_needs
         WHERE place = $1",
        place,
    );
    let sql = sql
        .push_some(state, |sql, state| sql.push_value(" AND state = ", state.as_str()))
        .push_some(after, |sql, (day, key)| {
            sql.push_value(" AND (published_on, public_key) < (", day).push_value(", ", key).push(")")
        });
    db.all(sql.push_value(" ORDER BY published_on DESC, public_key DESC LIMIT ", page.limit + 1)).await
}

/// How many rows [`open_needs`] has in all.
pub async fn open_count(db: &mut Conn, (place, state): (&RegionCode, Option<NeedState>)) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM disclosed_needs WHERE place = $1", place);
    let sql = sql.push_some(state, |sql, state| sql.push_value(" AND state = ", state.as_str()));
    let Count(n) = db.one(sql).await?;
    Ok(n)
}
