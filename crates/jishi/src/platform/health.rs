//! What tells an operator whether an instance is well: counts over everything, for `jishi doctor` alone. Nothing here has
//! a scope, because whoever runs the command has the database itself.

use std::collections::BTreeSet;

use db::{Backend, Conn, FromRow, Row, sql};
use kernel::{Day, Instant, Names, RegionCode, Result};

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

struct Text(String);

impl FromRow for Text {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("t")?))
    }
}

/// The version the database says it is.
///
/// # Errors
/// `internal` when the database fails.
pub async fn version_unscoped(db: &mut Conn) -> Result<String> {
    // Each has a name of its own for it.
    let name = match db.backend() {
        Backend::Sqlite => " sqlite_version() AS t",
        Backend::Postgres => " current_setting('server_version') AS t",
    };
    let Text(version) = db.one(sql!("SELECT").push(name)).await?;
    Ok(version)
}

/// When something was last written down.
///
/// # Errors
/// `internal` when the database fails.
pub async fn last_event_unscoped(db: &mut Conn) -> Result<Option<Instant>> {
    let last: Option<Count> = db.optional(sql!("SELECT at AS n FROM events ORDER BY seq DESC LIMIT 1")).await?;
    Ok(last.map(|Count(at)| Instant::from_millis(at)))
}

/// Jobs that were given up, to be seen to by an operator.
///
/// # Errors
/// `internal` when the database fails.
pub async fn dead_jobs_unscoped(db: &mut Conn) -> Result<i64> {
    let Count(n) = db.one(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM jobs WHERE is_dead = $1", true)).await?;
    Ok(n)
}

/// How many people hold each of the three administrators' roles on a day, and how many people hold two of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Administrators {
    /// 系统管理员
    pub system: i64,
    /// 安全管理员
    pub security: i64,
    /// 审计管理员
    pub audit: i64,
    /// Those who hold more than one of them.
    pub combined: i64,
}

impl FromRow for Administrators {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            system: row.get("system_admins")?,
            security: row.get("security_admins")?,
            audit: row.get("audit_admins")?,
            combined: row.get("combined")?,
        })
    }
}

/// Who the administrators are, by number.
///
/// # Errors
/// `internal` when the database fails.
pub async fn administrators_unscoped(db: &mut Conn, today: Day) -> Result<Administrators> {
    db.one(sql!(
        "SELECT CAST(coalesce(sum(h.is_system), 0) AS BIGINT) AS system_admins,
                CAST(coalesce(sum(h.is_security), 0) AS BIGINT) AS security_admins,
                CAST(coalesce(sum(h.is_audit), 0) AS BIGINT) AS audit_admins,
                CAST(coalesce(sum(CASE WHEN h.is_system + h.is_security + h.is_audit > 1 THEN 1 ELSE 0 END), 0) AS BIGINT)
                    AS combined
         FROM (SELECT o.person,
                      max(CASE WHEN o.role = 'system_admin' THEN 1 ELSE 0 END) AS is_system,
                      max(CASE WHEN o.role = 'security_admin' THEN 1 ELSE 0 END) AS is_security,
                      max(CASE WHEN o.role = 'audit_admin' THEN 1 ELSE 0 END) AS is_audit
               FROM posts o
               JOIN people p ON p.id = o.person
               WHERE o.valid_from <= $1
                 AND (o.valid_until IS NULL OR o.valid_until > $1)
                 AND (p.valid_until IS NULL OR p.valid_until > $1)
               GROUP BY o.person) h",
        today,
    ))
    .await
}

/// Posts held on a day in places that have ended by then.
///
/// # Errors
/// `internal` when the database fails.
pub async fn posts_in_ended_places_unscoped(db: &mut Conn, today: Day) -> Result<i64> {
    let Count(n) = db
        .one(sql!(
            "SELECT CAST(count(*) AS BIGINT) AS n
             FROM posts o
             JOIN regions r ON r.code = o.region
             WHERE (o.valid_until IS NULL OR o.valid_until > $1)
               AND r.valid_until <= $1",
            today,
        ))
        .await?;
    Ok(n)
}

/// Villages and communities with land: how many, how many without a grid, how many without a boundary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Villages {
    /// All of them.
    pub all: i64,
    /// Those without a grid.
    pub without_grid: i64,
    /// Those without a boundary.
    pub without_boundary: i64,
}

impl FromRow for Villages {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            all: row.get("villages")?,
            without_grid: row.get("without_grid")?,
            without_boundary: row.get("without_boundary")?,
        })
    }
}

/// How complete the places are.
///
/// # Errors
/// `internal` when the database fails.
pub async fn villages_unscoped(db: &mut Conn, within: &RegionCode, today: Day) -> Result<Villages> {
    db.one(sql!(
        "SELECT CAST(count(*) AS BIGINT) AS villages,
                CAST(coalesce(sum(CASE WHEN NOT EXISTS (SELECT 1 FROM regions g
                                                        WHERE g.parent = r.code
                                                          AND g.kind IN ('grid', 'dedicated_grid')
                                                          AND (g.valid_until IS NULL OR g.valid_until > $3))
                                       THEN 1 ELSE 0 END), 0) AS BIGINT) AS without_grid,
                CAST(coalesce(sum(CASE WHEN NOT EXISTS (SELECT 1 FROM boundaries b WHERE b.code = r.code)
                                       THEN 1 ELSE 0 END), 0) AS BIGINT) AS without_boundary
         FROM regions r
         WHERE r.code >= $1
           AND r.code < $2
           AND r.kind IN ('village', 'community')
           AND (r.valid_until IS NULL OR r.valid_until > $3)",
        within,
        format!("{within}:"),
        today,
    ))
    .await
}

/// A unit by what it may be given.
#[derive(Clone, Debug)]
pub struct Office {
    /// What it is there for.
    pub duty: String,
    /// The place it works for.
    pub region: RegionCode,
}

impl FromRow for Office {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { duty: row.get("duty")?, region: row.get("region")? })
    }
}

/// All units on a day.
///
/// # Errors
/// `internal` when the database fails.
pub async fn offices_unscoped(db: &mut Conn, today: Day) -> Result<Vec<Office>> {
    db.all(sql!(
        "SELECT duty, region FROM units WHERE valid_until IS NULL OR valid_until > $1 ORDER BY region, duty",
        today,
    ))
    .await
}

struct Named(Names);

impl FromRow for Named {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("names")?))
    }
}

/// The Chinese names that stand on printed sheets on a day: of people, of units, of places; each once, in order.
///
/// # Errors
/// `internal` when the database fails.
pub async fn names_unscoped(db: &mut Conn, today: Day) -> Result<Vec<String>> {
    let people: Vec<Text> = db
        .all(sql!("SELECT name AS t FROM people WHERE valid_until IS NULL OR valid_until > $1 ORDER BY name", today))
        .await?;
    let units: Vec<Named> =
        db.all(sql!("SELECT names FROM units WHERE valid_until IS NULL OR valid_until > $1", today)).await?;
    let places: Vec<Named> =
        db.all(sql!("SELECT names FROM regions WHERE valid_until IS NULL OR valid_until > $1", today)).await?;
    let named = units.into_iter().chain(places).map(|Named(names)| names.zh().to_owned());
    let all: BTreeSet<String> = people.into_iter().map(|Text(name)| name).chain(named).collect();
    Ok(all.into_iter().collect())
}

struct Township(RegionCode);

impl FromRow for Township {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("code")?))
    }
}

/// The townships, towns and subdistricts in a place, or the one it is or lies in.
///
/// # Errors
/// `internal` when the database fails.
pub async fn townships_unscoped(db: &mut Conn, within: &RegionCode, today: Day) -> Result<Vec<RegionCode>> {
    let rows: Vec<Township> = db
        .all(sql!(
            "SELECT code
             FROM regions
             WHERE code >= $1
               AND code < $2
               AND kind IN ('township', 'town', 'subdistrict')
               AND (valid_until IS NULL OR valid_until > $3)
             ORDER BY code",
            within,
            format!("{within}:"),
            today,
        ))
        .await?;
    Ok(rows.into_iter().map(|Township(code)| code).collect())
}
