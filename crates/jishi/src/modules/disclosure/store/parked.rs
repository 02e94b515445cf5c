//! 挂账公示: what everyone may read of parked cases, from a table that holds nothing else.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Day, Names, Page, RegionCode, Result};

use super::{Count, column_is};
use crate::modules::disclosure::model::PublicPlace;

/// A parked case as it stands in public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisclosedParked {
    /// Its name in public.
    pub public_key: String,
    /// Where, rounded to the grid.
    pub place: PublicPlace,
    /// What it is about.
    pub matter: String,
    /// The code of the obstacle.
    pub obstacle: String,
    /// Why not now, and what is planned.
    pub plan: String,
    /// Who looks after it.
    pub owner: Names,
    /// Since when.
    pub since: Day,
    /// When it is looked at again.
    pub review_on: Day,
    /// How often it was parked.
    pub times: i64,
}

impl FromRow for DisclosedParked {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            public_key: row.get("public_key")?,
            place: PublicPlace {
                city: row.opt("city")?,
                county: row.opt("county")?,
                township: row.opt("township")?,
                village: row.opt("village")?,
                grid: row.opt("grid")?,
            },
            matter: row.get("matter")?,
            obstacle: row.get("obstacle")?,
            plan: row.get("plan")?,
            owner: row.get("owner")?,
            since: row.get("since")?,
            review_on: row.get("review_on")?,
            times: row.get("parked_times")?,
        })
    }
}

/// Puts a parked case where everyone may read it, or what is told of it anew.
pub async fn put_parked(tx: &mut Tx, it: &DisclosedParked) -> Result<()> {
    let place = &it.place;
    tx.execute(sql!(
        "INSERT INTO disclosed_parked (public_key, city, county, township, village, grid, matter, obstacle, plan, owner,
                                       since, review_on, parked_times)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (public_key) DO UPDATE
         SET city = excluded.city, county = excluded.county, township = excluded.township, village = excluded.village,
             grid = excluded.grid, matter = excluded.matter, obstacle = excluded.obstacle, plan = excluded.plan,
             owner = excluded.owner, since = excluded.since, review_on = excluded.review_on,
             parked_times = excluded.parked_times",
        &it.public_key,
        place.city.as_ref(),
        place.county.as_ref(),
        place.township.as_ref(),
        place.village.as_ref(),
        place.grid.as_ref(),
        &it.matter,
        &it.obstacle,
        &it.plan,
        serde_json::to_value(&it.owner).unwrap_or_default(),
        it.since,
        it.review_on,
        it.times,
    ))
    .await?;
    Ok(())
}

/// Takes it away; false when it was not there.
pub async fn remove_parked(tx: &mut Tx, public_key: &str) -> Result<bool> {
    Ok(tx.execute(sql!("DELETE FROM disclosed_parked WHERE public_key = $1", public_key)).await? > 0)
}

/// Those of some names that stand in public; the platform's own job.
pub async fn parked_of(db: &mut Conn, keys: &[String]) -> Result<Vec<DisclosedParked>> {
    let sql = sql!(
        "SELECT public_key, city, county, township, village, grid, matter, obstacle, plan, owner, since, review_on,
                parked_times
         FROM disclosed_parked
         WHERE TRUE"
    );
    db.all(sql.push_list(" AND public_key IN", keys.iter().cloned())).await
}

/// A page of the parked cases of a place and one row more, the longest parked first.
pub async fn parked(db: &mut Conn, place: &RegionCode, page: &Page) -> Result<Vec<DisclosedParked>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Day, String)>()).transpose()?;
    let sql = sql!(
        "SELECT public_key, city, county, township, village, grid, matter, obstacle, plan, owner, since, review_on,
                parked_times
         FROM disclosed_parked
         WHERE "
    );
    let sql = sql.push_value(column_is(place.level()), place).push_some(after, |sql, (day, key)| {
        sql.push_value(" AND (since, public_key) > (", day).push_value(", ", key).push(")")
    });
    db.all(sql.push_value(" ORDER BY since, public_key LIMIT ", page.limit + 1)).await
}

/// How many a place has: few, because each is looked at again within 30 days.
pub async fn parked_count(db: &mut Conn, place: &RegionCode) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM disclosed_parked WHERE ");
    let Count(n) = db.one(sql.push_value(column_is(place.level()), place)).await?;
    Ok(n)
}
