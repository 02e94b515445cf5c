//! What is public of decisions: a table that holds nothing else.

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Level, Names, Page, RegionCode, Result};

use super::Number;
use crate::modules::enforcement::model::Penalty;

/// A decision as everyone may read it.
#[derive(Clone, Debug)]
pub struct PublicPenalty {
    /// Under which key it is found.
    pub key: String,
    /// The decision's number.
    pub number: String,
    /// The township.
    pub township: RegionCode,
    /// The organisation; none for a person, and none once it is withdrawn.
    pub party: Option<String>,
    /// The item's names.
    pub item: Option<Names>,
    /// What was broken, and by what it is punished.
    pub basis: Option<String>,
    /// What was imposed.
    pub penalties: Vec<Penalty>,
    /// The fine in fen.
    pub fine_fen: Option<i64>,
    /// What is told of the case.
    pub summary: Option<String>,
    /// The day of the decision.
    pub decided_on: Day,
    /// The day it was published or withdrawn.
    pub changed_on: Day,
    /// Why it was withdrawn; none while it is public.
    pub reason: Option<String>,
}

impl FromRow for PublicPenalty {
    fn from_row(row: &Row) -> Result<Self> {
        let penalties: Option<serde_json::Value> = row.opt("penalties")?;
        Ok(Self {
            key: row.get("public_key")?,
            number: row.get("number")?,
            township: row.get("township")?,
            party: row.opt("party")?,
            item: row.opt("item")?,
            basis: row.opt("basis")?,
            penalties: penalties.map(serde_json::from_value).transpose().map_err(Error::internal)?.unwrap_or_default(),
            fine_fen: row.opt("fine_fen")?,
            summary: row.opt("summary")?,
            decided_on: row.get("decided_on")?,
            changed_on: row.get("changed_on")?,
            reason: row.opt("reason")?,
        })
    }
}

/// Which decisions everyone asks for.
#[derive(Clone, Debug)]
pub struct PublicFilter {
    /// In this place: a city, a county or a township.
    pub place: RegionCode,
}

fn of_place(sql: Sql, filter: &PublicFilter) -> Sql {
    let place = &filter.place;
    let column = match place.level() {
        Level::Province => " AND substr(t.city, 1, 2) = ",
        Level::City => " AND t.city = ",
        Level::County => " AND t.county = ",
        _ => " AND t.township = ",
    };
    sql.push_value(column, place.at(Level::Township).as_ref().unwrap_or(place))
}

fn select() -> Sql {
    sql!(
        "SELECT t.public_key, t.number, t.township, t.party, t.item, t.basis, t.penalties, t.fine_fen, t.summary, t.decided_on,
                t.changed_on, t.reason
         FROM disclosed_penalties t
         WHERE TRUE"
    )
}

/// A page of what is public, the newest first, and one more. Served by `disclosed_penalties_<level>`.
pub async fn public_page(db: &mut Conn, filter: &PublicFilter, page: &Page) -> Result<Vec<PublicPenalty>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Day, String)>()).transpose()?;
    let sql = of_place(select(), filter).push_some(after, |sql, (day, key)| {
        sql.push_value(" AND (t.changed_on, t.public_key) < (", day).push_value(", ", key).push(")")
    });
    db.all(sql.push_value(" ORDER BY t.changed_on DESC, t.public_key DESC LIMIT ", page.limit + 1)).await
}

/// How many rows [`public_page`] has in all.
pub async fn public_count(db: &mut Conn, filter: &PublicFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM disclosed_penalties t WHERE TRUE");
    let Number(n) = db.one(of_place(sql, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// One of them.
pub async fn public_one(db: &mut Conn, key: &str) -> Result<PublicPenalty> {
    let found = db.optional(select().push_value(" AND t.public_key = ", key)).await?;
    found.ok_or_else(|| Error::new(Code::NotFound))
}

/// Makes a decision public.
pub async fn publish(tx: &mut Tx, row: &PublicPenalty) -> Result<()> {
    let at = |level| row.township.at(level);
    tx.execute(sql!(
        "INSERT INTO disclosed_penalties (public_key, number, city, county, township, state, party, item, basis, penalties,
             fine_fen, summary, decided_on, changed_on)
         VALUES ($1, $2, $3, $4, $5, 'public', $6, $7, $8, $9, $10, $11, $12, $13)",
        &row.key,
        &row.number,
        at(Level::City),
        at(Level::County),
        &row.township,
        row.party.as_ref(),
        row.item.as_ref(),
        row.basis.as_ref(),
        serde_json::json!(row.penalties),
        row.fine_fen,
        row.summary.as_ref(),
        row.decided_on,
        row.changed_on,
    ))
    .await?;
    Ok(())
}

/// Takes a decision back: its number and the reason stay, nothing else (行政处罚法 §48).
pub async fn withdraw(tx: &mut Tx, key: &str, day: Day, reason: &str) -> Result<()> {
    tx.execute(sql!(
        "UPDATE disclosed_penalties
         SET state = 'withdrawn', party = NULL, item = NULL, basis = NULL, penalties = NULL, fine_fen = NULL, summary = NULL,
             changed_on = $1, reason = $2
         WHERE public_key = $3",
        day,
        reason,
        key,
    ))
    .await?;
    Ok(())
}
