//! SQL of projects.

use db::{Backend, Conn, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Level, Page, RegionCode, Result};

use super::{
    super::model::{Need, Project, ProjectState},
    Columns, Count, Whose, at, places,
};

const OF_PROJECT: Columns = Columns {
    province: "substr(p.city, 1, 2) = ",
    city: "p.city = ",
    county: "p.county = ",
    township: "p.township = ",
    village: "p.village = ",
};

fn projects() -> Sql {
    sql!(
        "SELECT p.id, p.region, p.need, p.registration, r.name, p.unit, p.person, p.kind, p.title, p.promise, p.due_on,
                p.state, p.result, p.done_on, p.helped, p.word, p.version
         FROM community_projects p
         JOIN registrations r ON r.id = p.registration
         WHERE TRUE"
    )
}

fn of_projects(sql: Sql, whose: &Whose) -> Sql {
    let sql = places(sql.push(" AND (FALSE"), OF_PROJECT, &whose.scope);
    let sql = sql.push_value(" OR p.person = ", whose.person);
    let sql = if whose.scope.units.is_empty() {
        sql
    } else {
        sql.push_list(" OR p.unit IN", whose.scope.units.iter().copied())
    };
    sql.push(")")
}

/// Which projects.
#[derive(Clone, Debug, Default)]
pub struct ProjectFilter {
    /// In this place.
    pub region: Option<RegionCode>,
    /// Where they stand.
    pub state: Option<ProjectState>,
    /// Those that answer this need.
    pub need: Option<Id<Need>>,
}

fn filter_projects(sql: Sql, whose: &Whose, filter: &ProjectFilter) -> Sql {
    of_projects(sql, whose)
        .push_some(filter.region.as_ref(), |sql, region| at(sql.push(" AND "), OF_PROJECT, region))
        .push_some(filter.need, |sql, need| sql.push_value(" AND p.need = ", need))
        .push_some(filter.state, |sql, state| sql.push_value(" AND p.state = ", state.as_str()))
}

/// A page of projects and one more, the newest first.
pub async fn project_page(db: &mut Conn, whose: &Whose, filter: &ProjectFilter, page: &Page) -> Result<Vec<Project>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<Id<Project>>()).transpose()?;
    let sql = filter_projects(projects(), whose, filter).push_some(after, |sql, id| sql.push_value(" AND p.id < ", id));
    db.all(sql.push_value(" ORDER BY p.id DESC LIMIT ", page.limit + 1)).await
}

/// How many rows [`project_page`] has in all.
pub async fn project_count(db: &mut Conn, whose: &Whose, filter: &ProjectFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM community_projects p WHERE TRUE");
    let sql = filter_projects(sql, whose, filter);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// A project that one may see.
pub async fn project(db: &mut Conn, whose: &Whose, id: Id<Project>) -> Result<Project> {
    let sql = of_projects(projects().push_value(" AND p.id = ", id), whose);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The same, which nobody else changes until this transaction ends.
pub async fn lock_project(tx: &mut Tx, whose: &Whose, id: Id<Project>) -> Result<Project> {
    let sql = of_projects(projects().push_value(" AND p.id = ", id), whose);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF p") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Puts a project in.
pub async fn insert_project(tx: &mut Tx, one: &Project) -> Result<()> {
    let at = |level| one.region.at(level);
    tx.execute(sql!(
        "INSERT INTO community_projects (id, region, city, county, township, village, need, registration, unit, person, kind,
             title, promise, due_on, state, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)",
        one.id,
        &one.region,
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        one.need,
        one.registration,
        one.unit,
        one.person,
        &one.kind,
        &one.title,
        &one.promise,
        one.due_on,
        one.state.as_str(),
    ))
    .await?;
    Ok(())
}

/// Writes a project as it shall be; false when somebody else changed it meanwhile.
pub async fn update_project(tx: &mut Tx, one: &Project, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE community_projects
             SET state = $1, result = $2, done_on = $3, helped = $4, word = $5, version = version + 1
             WHERE id = $6
               AND version = $7",
            one.state.as_str(),
            one.result.clone(),
            one.done_on,
            one.helped,
            one.word.clone(),
            one.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}
