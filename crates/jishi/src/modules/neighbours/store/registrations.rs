//! SQL of registrations.

use std::collections::HashMap;

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Level, Page, RegionCode, Result};

use super::{
    super::model::{NeighbourKind, Registration, RegistrationState},
    Columns, Count, Whose, at, places,
};

const OF_REGISTRATION: Columns = Columns {
    province: "substr(r.city, 1, 2) = ",
    city: "r.city = ",
    county: "r.county = ",
    township: "r.township = ",
    village: "r.village = ",
};

fn registrations() -> Sql {
    sql!(
        "SELECT r.id, r.region, r.kind, r.unit, r.person, r.name, r.offers, r.free, r.state, r.answer, r.registered_on,
                r.version
         FROM registrations r
         WHERE TRUE"
    )
}

fn of_registrations(sql: Sql, whose: &Whose) -> Sql {
    let sql = places(sql.push(" AND (FALSE"), OF_REGISTRATION, &whose.scope);
    let sql = sql.push_value(" OR r.person = ", whose.person);
    let sql = if whose.scope.units.is_empty() {
        sql
    } else {
        sql.push_list(" OR r.unit IN", whose.scope.units.iter().copied())
    };
    sql.push(")")
}

/// Which registrations.
#[derive(Clone, Debug, Default)]
pub struct RegistrationFilter {
    /// In this place.
    pub region: Option<RegionCode>,
    /// Where they stand.
    pub state: Option<RegistrationState>,
}

fn filter_registrations(sql: Sql, whose: &Whose, filter: &RegistrationFilter) -> Sql {
    of_registrations(sql, whose)
        .push_some(filter.region.as_ref(), |sql, region| at(sql.push(" AND "), OF_REGISTRATION, region))
        .push_some(filter.state, |sql, state| sql.push_value(" AND r.state = ", state.as_str()))
}

/// A page of registrations and one more, the newest first.
pub async fn registration_page(
    db: &mut Conn,
    whose: &Whose,
    filter: &RegistrationFilter,
    page: &Page,
) -> Result<Vec<Registration>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<Id<Registration>>()).transpose()?;
    let sql = filter_registrations(registrations(), whose, filter)
        .push_some(after, |sql, id| sql.push_value(" AND r.id < ", id));
    db.all(sql.push_value(" ORDER BY r.id DESC LIMIT ", page.limit + 1)).await
}

/// How many rows [`registration_page`] has in all.
pub async fn registration_count(db: &mut Conn, whose: &Whose, filter: &RegistrationFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM registrations r WHERE TRUE");
    let sql = filter_registrations(sql, whose, filter);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// A registration that one may see.
pub async fn registration(db: &mut Conn, whose: &Whose, id: Id<Registration>) -> Result<Registration> {
    let sql = of_registrations(registrations().push_value(" AND r.id = ", id), whose);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The same, which nobody else changes until this transaction ends.
pub async fn lock_registration(tx: &mut Tx, whose: &Whose, id: Id<Registration>) -> Result<Registration> {
    let sql = of_registrations(registrations().push_value(" AND r.id = ", id), whose);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF r") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Whether there is one already in this community that is not over: of this unit, of this person, or, where there is only a
/// name to know it by, of this name.
pub async fn registered(db: &mut Conn, new: &Registration) -> Result<bool> {
    let sql = registrations().push_value(" AND r.village = ", &new.region);
    let sql = match new.kind {
        NeighbourKind::Unit => sql.push_value(" AND r.unit = ", new.unit),
        NeighbourKind::Person => sql.push_value(" AND r.person = ", new.person),
        NeighbourKind::Enterprise | NeighbourKind::Social => sql.push_value(" AND r.name = ", &new.name),
    };
    let sql = sql.push_value(" AND r.kind = ", new.kind.as_str()).push(" AND r.state IN ('asked', 'accepted') LIMIT 1");
    let found: Option<Registration> = db.optional(sql).await?;
    Ok(found.is_some())
}

/// Those accepted in a township, for a match. A township has a few hundred.
pub async fn accepted_near(db: &mut Conn, township: &RegionCode) -> Result<Vec<Registration>> {
    let sql = registrations().push_value(" AND r.township = ", township);
    db.all(sql.push(" AND r.state = 'accepted' ORDER BY r.id LIMIT 500")).await
}

/// Puts a registration in.
pub async fn insert_registration(tx: &mut Tx, one: &Registration) -> Result<()> {
    let at = |level| one.region.at(level);
    tx.execute(sql!(
        "INSERT INTO registrations (id, region, city, county, township, village, kind, unit, person, name, offers, free,
             state, answer, registered_on, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)",
        one.id,
        &one.region,
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        one.kind.as_str(),
        one.unit,
        one.person,
        &one.name,
        serde_json::json!(one.offers),
        one.free.clone(),
        one.state.as_str(),
        one.answer.clone(),
        one.registered_on,
    ))
    .await?;
    Ok(())
}

/// Writes a registration as it shall be; false when somebody else changed it meanwhile.
pub async fn update_registration(tx: &mut Tx, one: &Registration, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE registrations
             SET offers = $1, free = $2, state = $3, answer = $4, version = version + 1
             WHERE id = $5
               AND version = $6",
            serde_json::json!(one.offers),
            one.free.clone(),
            one.state.as_str(),
            one.answer.clone(),
            one.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// The registration behind a project; whoever asks has the right to the project.
pub async fn registration_unscoped(db: &mut Conn, id: Id<Registration>) -> Result<Registration> {
    db.one(registrations().push_value(" AND r.id = ", id)).await
}

struct KindOf(Id<Registration>, NeighbourKind);

impl FromRow for KindOf {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("id")?, row.get("kind")?))
    }
}

/// Of what some registrations are; whoever asks has the right to their projects.
pub async fn kinds_unscoped(
    db: &mut Conn,
    ids: &[Id<Registration>],
) -> Result<HashMap<Id<Registration>, NeighbourKind>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<KindOf> =
        db.all(sql!("SELECT id, kind FROM registrations WHERE id").push_list(" IN", ids.iter().copied())).await?;
    Ok(rows.into_iter().map(|KindOf(id, kind)| (id, kind)).collect())
}
