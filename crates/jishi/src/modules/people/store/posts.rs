//! Posts: who holds what, where, from when to when.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Day, Id, RegionCode, Result};

use super::super::model::{PersonRef, PostRecord, PostRow};
use crate::platform::access::{Person, Post, Role, Unit};

/// The posts these people hold on a day or will hold after it. Who holds which post is for all staff to know.
pub async fn posts_unscoped(db: &mut Conn, people: &[Id<Person>], from: Day) -> Result<Vec<PostRow>> {
    db.all(
        sql!(
            "SELECT o.id, o.person, o.role, o.region, o.unit, u.names, u.duty, u.level, o.valid_from, o.valid_until,
                    d.person AS deputised, e.name AS deputised_name
             FROM posts o
             LEFT JOIN units u ON u.id = o.unit
             LEFT JOIN posts d ON d.id = o.deputy_for
             LEFT JOIN people e ON e.id = d.person
             WHERE (o.valid_until IS NULL OR o.valid_until > $1)",
            from,
        )
        .push_list(" AND o.person IN", people.iter().copied())
        .push(" ORDER BY o.valid_from, o.id"),
    )
    .await
}

/// A post with its holder's names.
pub struct PersonaRow {
    pub login: String,
    pub name: String,
    pub post: PostRow,
}

impl FromRow for PersonaRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { login: row.get("login")?, name: row.get("person_name")?, post: PostRow::from_row(row)? })
    }
}

/// Those of some people who hold a post on a day, by the unique index on log-in names; only the demonstration asks.
pub async fn personas_unscoped(db: &mut Conn, logins: &[&str], on: Day) -> Result<Vec<PersonaRow>> {
    if logins.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!(
        "SELECT p.login, p.name AS person_name, o.id, o.person, o.role, o.region, o.unit, u.names, u.duty, u.level,
                o.valid_from, o.valid_until, d.person AS deputised, e.name AS deputised_name
         FROM posts o
         JOIN people p ON p.id = o.person
         LEFT JOIN units u ON u.id = o.unit
         LEFT JOIN posts d ON d.id = o.deputy_for
         LEFT JOIN people e ON e.id = d.person
         WHERE o.valid_from <= $1
           AND (o.valid_until IS NULL OR o.valid_until > $1)
           AND (p.valid_until IS NULL OR p.valid_until > $1)",
        on,
    );
    let sql = sql.push_list(" AND p.login IN", logins.iter().copied());
    db.all(sql.push(" ORDER BY o.region, p.login, o.id")).await
}

/// Someone's posts that are not over on a day.
pub async fn posts_of_person(db: &mut Conn, person: Id<Person>, from: Day) -> Result<Vec<PostRecord>> {
    db.all(sql!(
        "SELECT id, person, role, region, unit, valid_from, valid_until, deputy_for
         FROM posts
         WHERE person = $1
           AND (valid_until IS NULL OR valid_until > $2)
         ORDER BY id",
        person,
        from,
    ))
    .await
}

/// One post.
pub async fn post_unscoped(db: &mut Conn, id: Id<Post>) -> Result<Option<PostRecord>> {
    db.optional(sql!(
        "SELECT id, person, role, region, unit, valid_from, valid_until, deputy_for FROM posts WHERE id = $1",
        id,
    ))
    .await
}

/// Posts exactly at a place that are not over on a day.
pub async fn posts_at(db: &mut Conn, place: &RegionCode, from: Day) -> Result<Vec<PostRecord>> {
    // Served by posts_region.
    db.all(sql!(
        "SELECT id, person, role, region, unit, valid_from, valid_until, deputy_for
         FROM posts
         WHERE region = $1
           AND (valid_until IS NULL OR valid_until > $2)
         ORDER BY id",
        place,
        from,
    ))
    .await
}

/// Writes new posts.
pub async fn insert_posts(db: &mut Tx, posts: &[PostRecord]) -> Result<()> {
    for chunk in posts.chunks(500) {
        let mut insert = sql!(
            "INSERT INTO posts (id, person, role, region, unit, valid_from, valid_until, deputy_for, version) VALUES"
        );
        for (index, post) in chunk.iter().enumerate() {
            insert = insert
                .push_value(if index == 0 { " (" } else { ", (" }, post.id)
                .push_value(", ", post.person)
                .push_value(", ", post.role.as_str())
                .push_value(", ", &post.region)
                .push_value(", ", post.unit)
                .push_value(", ", post.from)
                .push_value(", ", post.until)
                .push_value(", ", post.deputy_for)
                .push(", 1)");
        }
        db.execute(insert).await?;
    }
    Ok(())
}

/// Ends a post and those of its deputies on a day; what ends earlier stays as it is.
pub async fn end_post(db: &mut Tx, id: Id<Post>, until: Day) -> Result<()> {
    db.execute(sql!(
        "UPDATE posts
         SET valid_until = $2, version = version + 1
         WHERE (id = $1 OR deputy_for = $1)
           AND (valid_until IS NULL OR valid_until > $2)",
        id,
        until,
    ))
    .await?;
    Ok(())
}

/// Makes two who would end the last administrators at the same moment wait for one another, by touching the role's
/// first post; it works on both databases, and posts are never deleted.
pub async fn lock_role(db: &mut Tx, role: Role) -> Result<()> {
    db.execute(sql!(
        "UPDATE posts
         SET version = version
         WHERE id = (SELECT o.id FROM posts o WHERE o.role = $1 ORDER BY o.id LIMIT 1)",
        role.as_str(),
    ))
    .await?;
    Ok(())
}

/// Makes two who give posts to the same person wait for one another.
pub async fn lock_person(db: &mut Tx, person: Id<Person>) -> Result<()> {
    db.execute(sql!("UPDATE people SET version = version WHERE id = $1", person)).await?;
    Ok(())
}

/// Where a role is held by others than this person, on a day or later; nobody holds one for longer than they work here.
pub async fn held_by_others(db: &mut Tx, role: Role, person: Id<Person>, from: Day) -> Result<Vec<PostRecord>> {
    db.all(sql!(
        "SELECT o.id, o.person, o.role, o.region, o.unit, o.valid_from, o.deputy_for,
                CASE WHEN o.valid_until IS NULL OR p.valid_until < o.valid_until
                     THEN p.valid_until
                     ELSE o.valid_until
                END AS valid_until
         FROM posts o
         JOIN people p ON p.id = o.person
         WHERE o.role = $1
           AND o.person <> $2
           AND o.deputy_for IS NULL
           AND (o.valid_until IS NULL OR o.valid_until > $3)
           AND (p.valid_until IS NULL OR p.valid_until > $3)",
        role.as_str(),
        person,
        from,
    ))
    .await
}

struct Holder(Id<Person>);

impl FromRow for Holder {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("person")?))
    }
}

/// Who holds a role exactly at a place on a day: the one with the oldest post.
///
/// # Errors
/// `internal` when the database fails.
pub async fn holder_unscoped(db: &mut Conn, role: Role, place: &RegionCode, day: Day) -> Result<Option<Id<Person>>> {
    let found: Option<Holder> = db
        .optional(sql!(
            "SELECT person
             FROM posts
             WHERE region = $1
               AND role = $2
               AND valid_from <= $3
               AND (valid_until IS NULL OR valid_until > $3)
             ORDER BY valid_from, id
             LIMIT 1",
            place,
            role.as_str(),
            day,
        ))
        .await?;
    Ok(found.map(|Holder(person)| person))
}

/// Whether somebody holds any post on a day.
///
/// # Errors
/// `internal` when the database fails.
pub async fn holds_unscoped(db: &mut Conn, person: Id<Person>, day: Day) -> Result<bool> {
    let found: Option<Holder> = db
        .optional(sql!(
            "SELECT person
             FROM posts
             WHERE person = $1
               AND valid_from <= $2
               AND (valid_until IS NULL OR valid_until > $2)
             LIMIT 1",
            person,
            day,
        ))
        .await?;
    Ok(found.is_some())
}

/// Everyone who holds a role exactly at a place on a day.
///
/// # Errors
/// `internal` when the database fails.
pub async fn holders_unscoped(db: &mut Conn, role: Role, place: &RegionCode, day: Day) -> Result<Vec<Id<Person>>> {
    let rows: Vec<Holder> = db
        .all(sql!(
            "SELECT DISTINCT person
             FROM posts
             WHERE region = $1
               AND role = $2
               AND valid_from <= $3
               AND (valid_until IS NULL OR valid_until > $3)
             ORDER BY person",
            place,
            role.as_str(),
            day,
        ))
        .await?;
    Ok(rows.into_iter().map(|Holder(person)| person).collect())
}

/// Who stands in for somebody, and in which unit.
#[derive(Clone, Debug)]
pub struct StandIn {
    /// Who is away.
    pub away: Id<Person>,
    /// In which unit.
    pub unit: Option<Id<Unit>>,
    /// Who stands in.
    pub person: PersonRef,
    /// The first day they are back; none while it is not known.
    pub until: Option<Day>,
}

impl FromRow for StandIn {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            away: row.get("away")?,
            unit: row.opt("unit")?,
            person: PersonRef { id: row.get("person")?, name: row.get("name")? },
            until: row.opt("valid_until")?,
        })
    }
}

/// Who stands in today for any of these people; for all staff to know.
///
/// # Errors
/// `internal` when the database fails.
pub async fn stand_ins_unscoped(db: &mut Conn, people: &[Id<Person>], today: Day) -> Result<Vec<StandIn>> {
    // Served by posts_person and posts_deputy.
    db.all(
        sql!(
            "SELECT o.person AS away, d.unit, d.person, p.name, d.valid_until
             FROM posts o
             JOIN posts d ON d.deputy_for = o.id
             JOIN people p ON p.id = d.person
             WHERE d.valid_from <= $1
               AND (d.valid_until IS NULL OR d.valid_until > $1)",
            today,
        )
        .push_list(" AND o.person IN", people.iter().copied())
        .push(" ORDER BY d.valid_from, d.id"),
    )
    .await
}

/// The posts that stand in for one, and are not over on a day.
pub async fn deputies_of_post(db: &mut Conn, post: Id<Post>, from: Day) -> Result<Vec<PostRecord>> {
    // Served by posts_deputy.
    db.all(sql!(
        "SELECT id, person, role, region, unit, valid_from, valid_until, deputy_for
         FROM posts
         WHERE deputy_for = $1
           AND (valid_until IS NULL OR valid_until > $2)
         ORDER BY valid_from, id",
        post,
        from,
    ))
    .await
}

/// A post that stands in, with who holds it.
pub struct CoverRow {
    pub id: Id<Post>,
    pub post: Id<Post>,
    pub person: PersonRef,
    pub from: Day,
    pub until: Option<Day>,
}

impl FromRow for CoverRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            post: row.get("deputy_for")?,
            person: PersonRef { id: row.get("person")?, name: row.get("name")? },
            from: row.get("valid_from")?,
            until: row.opt("valid_until")?,
        })
    }
}

/// Who stands in for someone, today and later.
pub async fn covers_of(db: &mut Conn, person: Id<Person>, today: Day) -> Result<Vec<CoverRow>> {
    // Served by posts_person and posts_deputy.
    db.all(sql!(
        "SELECT d.id, d.deputy_for, d.person, p.name, d.valid_from, d.valid_until
         FROM posts o
         JOIN posts d ON d.deputy_for = o.id
         JOIN people p ON p.id = d.person
         WHERE o.person = $1
           AND (d.valid_until IS NULL OR d.valid_until > $2)
         ORDER BY d.valid_from, d.id",
        person,
        today,
    ))
    .await
}

/// Somebody with a post, and where it is.
pub struct ColleagueRow {
    pub person: PersonRef,
    pub region: RegionCode,
}

impl FromRow for ColleagueRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { person: PersonRef::from_row(row)?, region: row.get("region")? })
    }
}

/// Others who hold a role in a unit by themselves, by name. Who holds which post is for all staff to know.
pub async fn colleagues_unscoped(
    db: &mut Conn,
    role: Role,
    unit: Id<Unit>,
    but: Id<Person>,
    today: Day,
) -> Result<Vec<ColleagueRow>> {
    // Served by posts_unit.
    db.all(sql!(
        "SELECT p.id, p.name, o.region
         FROM posts o
         JOIN people p ON p.id = o.person
         WHERE o.unit = $1
           AND o.role = $2
           AND o.person <> $3
           AND o.deputy_for IS NULL
           AND (o.valid_until IS NULL OR o.valid_until > $4)
           AND (p.valid_until IS NULL OR p.valid_until > $4)
         ORDER BY p.name, p.id, o.region
         LIMIT 200",
        unit,
        role.as_str(),
        but,
        today,
    ))
    .await
}
