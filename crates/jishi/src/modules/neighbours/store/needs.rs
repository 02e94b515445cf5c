//! SQL of needs.

use db::{Backend, Conn, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Level, Page, RegionCode, Result};

use super::{
    super::model::{Need, NeedState},
    Columns, Count, Whose, at, places,
};

const OF_NEED: Columns = Columns {
    province: "substr(n.city, 1, 2) = ",
    city: "n.city = ",
    county: "n.county = ",
    township: "n.township = ",
    village: "n.village = ",
};

fn needs() -> Sql {
    sql!(
        "SELECT n.id, n.region, n.kind, n.title, n.words, n.by_on, n.state, n.published_on, n.version
         FROM community_needs n
         WHERE TRUE"
    )
}

/// Which needs: those of one's places, or of the communities with which one has registered.
fn of_needs(sql: Sql, whose: &Whose) -> Sql {
    let sql = places(sql.push(" AND (FALSE"), OF_NEED, &whose.scope);
    let sql = sql.push(" OR n.village IN (SELECT r.village FROM registrations r WHERE r.state = 'accepted' AND (");
    let sql = sql.push_value("r.person = ", whose.person);
    let sql = if whose.scope.units.is_empty() {
        sql
    } else {
        sql.push_list(" OR r.unit IN", whose.scope.units.iter().copied())
    };
    sql.push(")))")
}

/// Which needs.
#[derive(Clone, Debug, Default)]
pub struct NeedFilter {
    /// In this place.
    pub region: Option<RegionCode>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Where they stand.
    pub state: Option<NeedState>,
}

fn filter_needs(sql: Sql, whose: &Whose, filter: &NeedFilter) -> Sql {
    of_needs(sql, whose)
        .push_some(filter.region.as_ref(), |sql, region| at(sql.push(" AND "), OF_NEED, region))
        .push_some(filter.kind.as_ref(), |sql, kind| sql.push_value(" AND n.kind = ", kind))
        .push_some(filter.state, |sql, state| sql.push_value(" AND n.state = ", state.as_str()))
}

/// A page of needs and one more, the newest first.
pub async fn need_page(db: &mut Conn, whose: &Whose, filter: &NeedFilter, page: &Page) -> Result<Vec<Need>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<Id<Need>>()).transpose()?;
    let sql = filter_needs(needs(), whose, filter).push_some(after, |sql, id| sql.push_value(" AND n.id < ", id));
    db.all(sql.push_value(" ORDER BY n.id DESC LIMIT ", page.limit + 1)).await
}

/// How many rows [`need_page`] has in all.
pub async fn need_count(db: &mut Conn, whose: &Whose, filter: &NeedFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM community_needs n WHERE TRUE");
    let sql = filter_needs(sql, whose, filter);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// A need that one may see.
pub async fn need(db: &mut Conn, whose: &Whose, id: Id<Need>) -> Result<Need> {
    let sql = of_needs(needs().push_value(" AND n.id = ", id), whose);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The same, which nobody else changes until this transaction ends.
pub async fn lock_need(tx: &mut Tx, whose: &Whose, id: Id<Need>) -> Result<Need> {
    let sql = of_needs(needs().push_value(" AND n.id = ", id), whose);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF n") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Puts a need in.
pub async fn insert_need(tx: &mut Tx, need: &Need) -> Result<()> {
    let at = |level| need.region.at(level);
    tx.execute(sql!(
        "INSERT INTO community_needs (id, region, city, county, township, village, kind, title, words, by_on, state,
             published_on, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)",
        need.id,
        &need.region,
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        &need.kind,
        &need.title,
        &need.words,
        need.by_on,
        need.state.as_str(),
        need.published_on,
    ))
    .await?;
    Ok(())
}

/// Writes a need as it shall be; false when somebody else changed it meanwhile.
pub async fn update_need(tx: &mut Tx, need: &Need, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE community_needs
             SET kind = $1, title = $2, words = $3, by_on = $4, state = $5, version = version + 1
             WHERE id = $6
               AND version = $7",
            &need.kind,
            &need.title,
            &need.words,
            need.by_on,
            need.state.as_str(),
            need.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// The need behind a project; whoever asks has the right to the project.
pub async fn need_unscoped(db: &mut Conn, id: Id<Need>) -> Result<Need> {
    db.one(needs().push_value(" AND n.id = ", id)).await
}
