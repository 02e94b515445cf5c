//! Hearings, rooms, the books that keep them from being given twice, and the feeds.

use db::{Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{Code, Day, Error, Id, Instant, Level, RegionCode, Result};

use super::Eyes;
use crate::{
    modules::mediation::{
        model::{Dispute, Hearing, HearingState, Room},
        rules::HEARING_MAX,
    },
    platform::access::{Person, Unit},
};

fn hearings() -> Sql {
    sql!(
        "SELECT h.id, h.dispute, h.room, h.mediator, h.starts_at, h.ends_at, h.state, h.words,
                h.appointment, h.sequence, h.moved_to, h.version
         FROM hearings h
         WHERE TRUE"
    )
}

fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(h.city, 1, 2) = ",
        Level::City => "h.city = ",
        Level::County => "h.county = ",
        Level::Township => "h.township = ",
        Level::Village | Level::Grid | Level::MicroGrid => "h.village = ",
    }
}

fn within(sql: Sql, eyes: &Eyes) -> Sql {
    let sql = sql.push_value(" AND (h.mediator = ", eyes.person);
    let each = |sql: Sql, place: &RegionCode| sql.push(" OR ").push_value(column_is(place.level()), place);
    eyes.places.iter().fold(sql, each).push(")")
}

/// The hearings that begin in a span of time, by their beginning; a calendar shows a month at most.
pub async fn hearings_between(
    db: &mut Conn,
    eyes: &Eyes,
    (from, to): (Instant, Instant),
    is_mine: bool,
    limit: i64,
) -> Result<Vec<Hearing>> {
    let sql = hearings().push_value(" AND h.starts_at >= ", from).push_value(" AND h.starts_at < ", to);
    let sql = if eyes.places.is_empty() || is_mine {
        sql.push_value(" AND h.mediator = ", eyes.person)
    } else {
        sql.push(" AND ").push_any(&eyes.places, |sql, place| sql.push_value(column_is(place.level()), place))
    };
    db.all(sql.push_value(" ORDER BY h.starts_at, h.id LIMIT ", limit)).await
}

/// The hearings of a dispute; the caller has checked the right to it.
pub async fn hearings_of(db: &mut Conn, dispute: Id<Dispute>) -> Result<Vec<Hearing>> {
    db.all(hearings().push_value(" AND h.dispute = ", dispute).push(" ORDER BY h.starts_at, h.id")).await
}

/// A hearing, for whoever may see it.
///
/// # Errors
/// `not_found` for everyone else.
pub async fn hearing(db: &mut Conn, eyes: &Eyes, id: Id<Hearing>) -> Result<Hearing> {
    let sql = within(hearings().push_value(" AND h.id = ", id), eyes);
    db.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// Takes the books of a room and a mediator, in one order: whoever comes second waits until the first is done, on both
/// databases.
pub async fn book(tx: &mut Tx, room: Id<Room>, mediator: Id<Person>) -> Result<()> {
    for book in [format!("mediator:{mediator}"), format!("room:{room}")] {
        tx.execute(sql!(
            "INSERT INTO hearing_books (book, turns) VALUES ($1, 1)
             ON CONFLICT (book) DO UPDATE SET turns = hearing_books.turns + 1",
            book,
        ))
        .await?;
    }
    Ok(())
}

/// The planned hearings of a room or a mediator that may touch a span. No hearing is longer than a day of work, so that the
/// index has to be read from there only.
pub async fn taken(
    tx: &mut Tx,
    (room, mediator): (Id<Room>, Id<Person>),
    (from, to): (Instant, Instant),
) -> Result<Vec<Hearing>> {
    let earliest = from.plus_seconds(-HEARING_MAX * 60);
    let sql = hearings().push_value(" AND (h.room = ", room).push_value(" OR h.mediator = ", mediator).push(")");
    let sql = sql.push_value(" AND h.starts_at > ", earliest).push_value(" AND h.starts_at < ", to);
    let sql = sql.push_value(" AND h.state = ", HearingState::Planned.as_str());
    tx.all(sql.push(" ORDER BY h.starts_at, h.id")).await
}

/// The planned hearings of a dispute that are still ahead.
pub async fn planned_of(tx: &mut Tx, dispute: Id<Dispute>, now: Instant) -> Result<Vec<Hearing>> {
    let sql = hearings().push_value(" AND h.dispute = ", dispute).push_value(" AND h.starts_at > ", now);
    let sql = sql.push_value(" AND h.state = ", HearingState::Planned.as_str());
    tx.all(sql.push(" ORDER BY h.starts_at, h.id")).await
}

/// Puts a hearing in.
pub async fn insert_hearing(tx: &mut Tx, hearing: &Hearing, place: &RegionCode) -> Result<()> {
    let at = |level| place.at(level);
    tx.execute(sql!(
        "INSERT INTO hearings (id, dispute, city, county, township, village, room, mediator, starts_at, ends_at, state, words,
             appointment, sequence, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)",
        hearing.id,
        hearing.dispute,
        at(Level::City),
        at(Level::County),
        at(Level::Township),
        at(Level::Village),
        hearing.room,
        hearing.mediator,
        hearing.starts_at,
        hearing.ends_at,
        hearing.state.as_str(),
        hearing.words.as_ref(),
        hearing.appointment,
        hearing.sequence,
    ))
    .await?;
    Ok(())
}

/// Writes a hearing as it shall be; false when somebody else changed it meanwhile.
pub async fn change_hearing(tx: &mut Tx, hearing: &Hearing, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE hearings
             SET state = $1, words = $2, moved_to = $3, version = version + 1
             WHERE id = $4
               AND version = $5",
            hearing.state.as_str(),
            hearing.words.as_ref(),
            hearing.moved_to,
            hearing.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

fn all_rooms() -> Sql {
    sql!("SELECT r.id, r.centre, r.name, r.ends_on, r.version FROM mediation_rooms r WHERE TRUE")
}

/// The rooms of some centres, by name.
pub async fn rooms(db: &mut Conn, centres: &[Id<Unit>]) -> Result<Vec<Room>> {
    if centres.is_empty() {
        return Ok(Vec::new());
    }
    let sql = all_rooms().push_list(" AND r.centre IN", centres.iter().copied());
    db.all(sql.push(" ORDER BY r.centre, r.name, r.id")).await
}

/// A room; the caller checks whose it is.
///
/// # Errors
/// `not_found`.
pub async fn room(db: &mut Conn, id: Id<Room>) -> Result<Room> {
    db.optional(all_rooms().push_value(" AND r.id = ", id)).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// The room of that name that a centre has now.
pub async fn room_named(db: &mut Conn, centre: Id<Unit>, name: &str) -> Result<Option<Room>> {
    let sql = all_rooms().push_value(" AND r.centre = ", centre).push_value(" AND r.name = ", name);
    db.optional(sql.push(" AND r.ends_on IS NULL LIMIT 1")).await
}

/// Puts a room in.
pub async fn insert_room(tx: &mut Tx, room: &Room) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO mediation_rooms (id, centre, name, version) VALUES ($1, $2, $3, 1)",
        room.id,
        room.centre,
        &room.name,
    ))
    .await?;
    Ok(())
}

/// Renames a room, ends it or takes its end back; false when somebody else changed it meanwhile.
pub async fn change_room(tx: &mut Tx, room: &Room, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE mediation_rooms SET name = $1, ends_on = $2, version = version + 1 WHERE id = $3 AND version = $4",
            &room.name,
            room.ends_on.map(|day: Day| day.to_string()),
            room.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// Gives a person's feed a new secret; the old address is dead.
pub async fn put_feed(tx: &mut Tx, person: Id<Person>, secret: Vec<u8>, at: Instant) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO hearing_feeds (person, secret, made_at) VALUES ($1, $2, $3)
         ON CONFLICT (person) DO UPDATE SET secret = excluded.secret, made_at = excluded.made_at",
        person,
        secret,
        at,
    ))
    .await?;
    Ok(())
}

/// Ends a person's feed.
pub async fn unput_feed(tx: &mut Tx, person: Id<Person>) -> Result<()> {
    tx.execute(sql!("DELETE FROM hearing_feeds WHERE person = $1", person)).await?;
    Ok(())
}

struct Of(Id<Person>);

impl FromRow for Of {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("person")?))
    }
}

/// Whose feed has this secret.
pub async fn feed_person_unscoped(db: &mut Conn, secret: Vec<u8>) -> Result<Option<Id<Person>>> {
    let found: Option<Of> = db.optional(sql!("SELECT person FROM hearing_feeds WHERE secret = $1", secret)).await?;
    Ok(found.map(|Of(person)| person))
}
