//! SQL of the deletion record.

use std::collections::BTreeMap;

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Day, Id, Level, Page, RegionCode, Result};

use super::model::{Erased, ErasureFilter, Line};
use crate::{modules::App, platform::access::Scope};

/// Records what this transaction erases: alike things of a day and a place are one line that counts up.
///
/// # Errors
/// `internal` when the database fails.
pub async fn record(tx: &mut Tx, app: &App, erased: impl IntoIterator<Item = Erased>) -> Result<()> {
    let mut counted: BTreeMap<Erased, i64> = BTreeMap::new();
    for mut one in erased {
        one.place = one.place.at(Level::Township).unwrap_or(one.place);
        *counted.entry(one).or_default() += 1;
    }
    let today = app.today();
    for (one, n) in counted {
        let id: Id<Line> = Id::new(app.now(), &app.chance);
        let at = |level| one.place.at(level);
        tx.execute(sql!(
            "INSERT INTO erasures (id, day, place, city, county, township, what, cause, matter, days, n)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (day, place, what, cause, matter, days) DO UPDATE SET n = erasures.n + excluded.n",
            id,
            today,
            &one.place,
            at(Level::City).unwrap_or_else(|| one.place.clone()),
            at(Level::County),
            at(Level::Township),
            one.what.as_str(),
            one.cause.as_str(),
            one.matter.as_deref().unwrap_or_default(),
            one.days,
            n,
        ))
        .await?;
    }
    Ok(())
}

fn column_is(place: &RegionCode) -> &'static str {
    match place.level() {
        Level::Province => "substr(e.city, 1, 2) = ",
        Level::City => "e.city = ",
        Level::County => "e.county = ",
        _ => "e.township = ",
    }
}

/// Those of some places; each has an index that goes on in the order of days.
fn filtered(sql: Sql, scope: &Scope, filter: &ErasureFilter) -> Sql {
    let places = scope.places.iter().filter(|place| place.level() <= Level::Township);
    sql.push(" AND ")
        .push_any(places, |sql, place| sql.push_value(column_is(place), place))
        .push_some(filter.what, |sql, what| sql.push_value(" AND e.what = ", what.as_str()))
        .push_some(filter.cause, |sql, cause| sql.push_value(" AND e.cause = ", cause.as_str()))
        .push_some(filter.from, |sql, from| sql.push_value(" AND e.day >= ", from))
        .push_some(filter.to, |sql, to| sql.push_value(" AND e.day <= ", to))
}

/// A page of the record and one row more, the newest first.
pub(super) async fn page(db: &mut Conn, scope: &Scope, filter: &ErasureFilter, page: &Page) -> Result<Vec<Line>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Day, Id<Line>)>()).transpose()?;
    let sql = sql!(
        "SELECT e.id, e.day, e.place, e.what, e.cause, e.matter, e.days, e.n
         FROM erasures e
         WHERE TRUE"
    );
    let sql = filtered(sql, scope, filter).push_some(after, |sql, (day, id)| {
        sql.push_value(" AND (e.day, e.id) < (", day).push_value(", ", id).push(")")
    });
    db.all(sql.push_value(" ORDER BY e.day DESC, e.id DESC LIMIT ", page.limit + 1)).await
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many lines [`page`] has in all.
pub(super) async fn count(db: &mut Conn, scope: &Scope, filter: &ErasureFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM erasures e WHERE TRUE");
    let Count(n) =
        db.one(filtered(sql, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}
