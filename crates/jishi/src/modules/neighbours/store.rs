//! SQL of registrations, needs and projects; the public rows of needs at the end.

use std::collections::HashMap;

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Day, Error, Id, Level, Page, RegionCode, Result};

use super::model::{Need, NeedState, NeighbourKind, Project, ProjectState, Registration, RegistrationState};
use crate::platform::access::{Person, Scope};

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// Whose rows: those of one's places, and of one's own unit and oneself.
#[derive(Clone, Debug)]
pub struct Whose {
    /// Places, and units.
    pub scope: Scope,
    /// Oneself.
    pub person: Id<Person>,
}

/// Each table in its own words: fragments of a statement are static.
#[derive(Clone, Copy, Debug)]
struct Columns {
    city: &'static str,
    county: &'static str,
    township: &'static str,
    village: &'static str,
    province: &'static str,
}

const OF_REGISTRATION: Columns = Columns {
    province: "substr(r.city, 1, 2) = ",
    city: "r.city = ",
    county: "r.county = ",
    township: "r.township = ",
    village: "r.village = ",
};
const OF_NEED: Columns = Columns {
    province: "substr(n.city, 1, 2) = ",
    city: "n.city = ",
    county: "n.county = ",
    township: "n.township = ",
    village: "n.village = ",
};
const OF_PROJECT: Columns = Columns {
    province: "substr(p.city, 1, 2) = ",
    city: "p.city = ",
    county: "p.county = ",
    township: "p.township = ",
    village: "p.village = ",
};

/// A community is a village; who answers for a grid of it belongs to it.
fn at(sql: Sql, columns: Columns, place: &RegionCode) -> Sql {
    let village = place.at(Level::Village);
    match place.level() {
        Level::Province => sql.push_value(columns.province, place),
        Level::City => sql.push_value(columns.city, place),
        Level::County => sql.push_value(columns.county, place),
        Level::Township => sql.push_value(columns.township, place),
        _ => sql.push_value(columns.village, village.as_ref().unwrap_or(place)),
    }
}

fn places(sql: Sql, columns: Columns, scope: &Scope) -> Sql {
    scope.places.iter().fold(sql, |sql, place| at(sql.push(" OR "), columns, place))
}

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

/// Whether there is one already that is not over: of this unit, this person or this name, in this community.
pub async fn registered(db: &mut Conn, new: &Registration) -> Result<bool> {
    let sql = registrations().push_value(" AND r.village = ", &new.region).push_value(" AND r.name = ", &new.name);
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

/// The registration behind a project; whoever asks has the right to the project.
pub async fn registration_unscoped(db: &mut Conn, id: Id<Registration>) -> Result<Registration> {
    db.one(registrations().push_value(" AND r.id = ", id)).await
}

/// The need behind a project; whoever asks has the right to the project.
pub async fn need_unscoped(db: &mut Conn, id: Id<Need>) -> Result<Need> {
    db.one(needs().push_value(" AND n.id = ", id)).await
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
