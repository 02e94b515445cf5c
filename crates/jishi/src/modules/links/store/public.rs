//! SQL of what everyone reads of a place's links: what is told comes from the links and visits, and is written to tables that
//! hold nothing else.

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Day, Level, Names, RegionCode, Result};

use super::{
    super::model::{Disclosed, NeedStage, PublicLink},
    BEHIND, home,
};
use crate::modules::cases::{ClosedHow, Status};

struct Shown(PublicLink);

impl FromRow for Shown {
    fn from_row(row: &Row) -> Result<Self> {
        let own: Option<String> = row.opt("phone")?;
        Ok(Self(PublicLink {
            name: row.get("name")?,
            unit: row.opt("names")?,
            phone: own.or(row.opt("unit_phone")?),
            since: row.get("valid_from")?,
        }))
    }
}

/// A place that is a village reaches all in it; one that is wider stands for itself.
fn of_home(sql: Sql, column: &'static str, place: &RegionCode) -> Sql {
    if place.level() < Level::Village {
        return sql.push(column).push_value(" = ", place);
    }
    let sql = sql.push(column).push_value(" >= ", place).push(" AND ").push(column);
    sql.push_value(" < ", format!("{place}{BEHIND}"))
}

/// Those whose card says that residents may read it. For the public tables alone.
pub async fn public_links_unscoped(db: &mut Conn, place: &RegionCode, today: Day) -> Result<Vec<PublicLink>> {
    let sql = sql!(
        "SELECT p.name, u.names, u.phone AS unit_phone, k.phone, o.valid_from
         FROM link_cards k
         JOIN posts o ON o.id = k.post
         JOIN people p ON p.id = o.person
         LEFT JOIN units u ON u.id = o.unit
         WHERE k.is_public
           AND o.role = 'linked_cadre'
           AND o.deputy_for IS NULL
           AND o.valid_from <= $1
           AND (o.valid_until IS NULL OR o.valid_until > $1)
           AND (p.valid_until IS NULL OR p.valid_until > $1)
           AND ",
        today
    );
    let rows: Vec<Shown> = db.all(of_home(sql, "o.region", place).push(" ORDER BY o.region, o.id LIMIT 50")).await?;
    Ok(rows.into_iter().map(|Shown(link)| link).collect())
}

/// A need raised in a visit: where its case stands, and its name in the public ledger if it is listed there.
pub struct Raised {
    /// Where the case stands, or the one it was merged into.
    pub case: Option<(Status, Option<ClosedHow>)>,
    /// Its name in public.
    pub public_key: Option<String>,
}

impl FromRow for Raised {
    fn from_row(row: &Row) -> Result<Self> {
        let status: Option<Status> = row.opt("status")?;
        let how = row.opt("closed_how")?;
        Ok(Self { case: status.map(|status| (status, how)), public_key: row.opt("public_key")? })
    }
}

/// The needs raised in a place since a day, by `visits_<level>`. For the public tables alone.
pub async fn raised_unscoped(db: &mut Conn, place: &RegionCode, since: Day) -> Result<Vec<Raised>> {
    let sql = sql!(
        "SELECT c.status, c.closed_how, d.public_key
         FROM visits v
         LEFT JOIN cases o ON o.id = v.case_id
         LEFT JOIN cases c ON c.id = COALESCE(o.merged_into, o.id)
         LEFT JOIN disclosures d ON d.case_id = c.id AND d.shown = 'listed'
         WHERE v.withdrawn_at IS NULL
           AND v.need IS NOT NULL
           AND v.visited_on >= $1
           AND ",
        since
    );
    db.all(visited_in(sql, place)).await
}

fn visited_in(sql: Sql, place: &RegionCode) -> Sql {
    if place.level() < Level::Village {
        // What lies in no village of it: a township linked as a whole.
        return sql.push_value("v.township = ", place).push(" AND v.village IS NULL");
    }
    sql.push_value("v.village = ", place)
}

struct Last(Option<Day>);

impl FromRow for Last {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("last_on")?))
    }
}

/// The day a linked cadre last came to a place; which of them is not said. For the public tables alone.
pub async fn last_unscoped(db: &mut Conn, place: &RegionCode) -> Result<Option<Day>> {
    let sql = sql!(
        "SELECT max(v.visited_on) AS last_on
         FROM visits v
         JOIN posts o ON o.id = v.post
         WHERE v.withdrawn_at IS NULL
           AND o.role = 'linked_cadre'
           AND "
    );
    let Last(day) = db.one(visited_in(sql, place)).await?;
    Ok(day)
}

struct At(RegionCode);

impl FromRow for At {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("region")?))
    }
}

/// Every place of which something is public, or may come to be: those with a public card, those with a need of late, those that
/// are told of now. For the public tables alone.
pub async fn homes_unscoped(db: &mut Conn, since: Day) -> Result<Vec<RegionCode>> {
    let rows: Vec<At> = db
        .all(sql!(
            "SELECT o.region FROM link_cards k JOIN posts o ON o.id = k.post WHERE k.is_public
             UNION
             SELECT v.region FROM visits v WHERE v.withdrawn_at IS NULL AND v.visited_on >= $1
             UNION
             SELECT place AS region FROM disclosed_visits",
            since,
        ))
        .await?;
    let mut homes: Vec<RegionCode> = rows.into_iter().map(|At(region)| home(&region)).collect();
    homes.sort();
    homes.dedup();
    Ok(homes)
}

struct Told {
    last_on: Option<Day>,
    counts: [i64; 4],
}

impl FromRow for Told {
    fn from_row(row: &Row) -> Result<Self> {
        let counts = [row.get("collected")?, row.get("classified")?, row.get("solved")?, row.get("ended")?];
        Ok(Self { last_on: row.opt("last_on")?, counts })
    }
}

struct Listed(NeedStage, String);

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("stage")?, row.get("public_key")?))
    }
}

/// What everyone reads of a place, from the public tables alone.
pub async fn disclosed(db: &mut Conn, place: &RegionCode) -> Result<Disclosed> {
    let links = db
        .all(sql!("SELECT name, unit, phone, since FROM disclosed_links WHERE place = $1 ORDER BY ordinal", place,))
        .await?;
    let told: Option<Told> = db
        .optional(sql!(
            "SELECT last_on, collected, classified, solved, ended FROM disclosed_visits WHERE place = $1",
            place,
        ))
        .await?;
    let listed: Vec<Listed> = db
        .all(sql!(
            "SELECT stage, public_key FROM disclosed_visit_cases WHERE place = $1 ORDER BY stage, public_key",
            place,
        ))
        .await?;
    let Told { last_on, counts } = told.unwrap_or(Told { last_on: None, counts: [0; 4] });
    let cases = listed.into_iter().map(|Listed(stage, key)| (stage, key)).collect();
    Ok(Disclosed { links, last_on, counts, cases })
}

/// Writes what everyone reads of a place, in the place of what they read before.
pub async fn disclose(tx: &mut Tx, place: &RegionCode, now: &Disclosed) -> Result<()> {
    tx.execute(sql!("DELETE FROM disclosed_links WHERE place = $1", place)).await?;
    tx.execute(sql!("DELETE FROM disclosed_visits WHERE place = $1", place)).await?;
    tx.execute(sql!("DELETE FROM disclosed_visit_cases WHERE place = $1", place)).await?;
    for (ordinal, link) in (0_i64..).zip(&now.links) {
        let unit = link.unit.as_ref().map(names_json);
        tx.execute(sql!(
            "INSERT INTO disclosed_links (place, ordinal, name, unit, phone, since) VALUES ($1, $2, $3, $4, $5, $6)",
            place,
            ordinal,
            &link.name,
            unit,
            link.phone.clone(),
            link.since,
        ))
        .await?;
    }
    let [collected, classified, solved, ended] = now.counts;
    tx.execute(sql!(
        "INSERT INTO disclosed_visits (place, last_on, collected, classified, solved, ended)
         VALUES ($1, $2, $3, $4, $5, $6)",
        place,
        now.last_on,
        collected,
        classified,
        solved,
        ended,
    ))
    .await?;
    for (stage, key) in &now.cases {
        tx.execute(sql!(
            "INSERT INTO disclosed_visit_cases (place, stage, public_key) VALUES ($1, $2, $3)",
            place,
            stage.as_str(),
            key,
        ))
        .await?;
    }
    Ok(())
}

fn names_json(names: &Names) -> serde_json::Value {
    serde_json::to_value(names).unwrap_or_default()
}
