//! 审计: what happened, written in the action's own transaction. The same rows feed the subscribers
//! (live pages, later counters and the transparency log), so nothing can happen that is not on the trail.

use std::collections::BTreeSet;

use db::{Conn, Db, FromRow, Row, Tx, sql};
use kernel::{Id, Instant, RegionCode, Result};

use super::access::{Actor, HeldPost, Person, Role, Unit};

/// Who did it: a member of staff as one of their posts, a resident by receipt, or the platform itself.
#[derive(Clone, Debug, Default)]
pub struct By {
    /// The member of staff; none for a resident or the platform.
    pub person: Option<Id<Person>>,
    /// The role they acted in.
    pub role: Option<Role>,
    /// The unit they acted for.
    pub unit: Option<Id<Unit>>,
    /// Where the request came from; never kept for residents.
    pub address: Option<String>,
}

impl By {
    /// A member of staff acting as `post`.
    pub fn actor(actor: &Actor, post: Option<&HeldPost>) -> Self {
        Self {
            person: Some(actor.person),
            role: post.map(|post| post.role),
            unit: post.and_then(|post| post.unit),
            address: Some(actor.address.clone()),
        }
    }

    /// A resident, or the platform: nobody is named.
    pub fn nobody() -> Self {
        Self::default()
    }
}

/// One entry: what was done to which object.
#[derive(Debug)]
pub struct Entry<'a> {
    /// What was done, e.g. `case.dispatched`, `person.created`, `session.begun`.
    pub kind: &'static str,
    /// What sort of thing it was done to, e.g. `case`.
    pub object_kind: &'static str,
    /// Its id, code or number.
    pub object_id: String,
    /// Where, if it has a place.
    pub place: Option<&'a RegionCode>,
    /// Details without personal data.
    pub params: serde_json::Value,
}

/// Writes an entry.
///
/// # Errors
/// `internal` when the database refuses it; the whole action is then undone.
pub async fn record(tx: &mut Tx, at: Instant, by: &By, entry: Entry<'_>) -> Result<()> {
    let level = |level| entry.place.and_then(|place| place.at(level));
    let event = sql!(
        "INSERT INTO events (at, kind, person, role, unit, address, object_kind, object_id, county, township, params)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        at,
        entry.kind,
        by.person,
        by.role.map(Role::as_str),
        by.unit,
        by.address.as_ref(),
        entry.object_kind,
        entry.object_id,
        level(kernel::Level::County),
        level(kernel::Level::Township),
        entry.params,
    );
    // Whoever follows the trail reads it in the order in which things happened.
    tx.later(event.in_turn()).await
}

struct Seq(Option<i64>);

impl FromRow for Seq {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("seq")?))
    }
}

/// The newest event of a kind that a subscriber has not worked off yet.
///
/// # Errors
/// `internal` when the database fails.
pub async fn unread_unscoped(db: &mut Conn, subscriber: &str, kind: &str) -> Result<Option<i64>> {
    let newest: Option<Seq> =
        db.optional(sql!("SELECT seq FROM events WHERE kind = $1 ORDER BY seq DESC LIMIT 1", kind)).await?;
    let known = cursor_unscoped(db, subscriber).await?;
    Ok(newest.and_then(|Seq(seq)| seq).filter(|seq| *seq > known))
}

/// Remembers that a subscriber has worked off everything up to `seq`.
///
/// # Errors
/// `internal` when the database fails.
pub async fn advance(tx: &mut Tx, subscriber: &str, seq: i64) -> Result<()> {
    tx.execute(sql!(
        "INSERT INTO cursors (subscriber, seq) VALUES ($1, $2)
         ON CONFLICT (subscriber) DO UPDATE SET seq = excluded.seq",
        subscriber,
        seq,
    ))
    .await?;
    Ok(())
}

/// Something that happened, as subscribers read it.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Its place in the order of the trail.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// What, e.g. `case.dispatched`.
    pub kind: String,
    /// To which object.
    pub object_id: String,
    /// Details without personal data.
    pub params: serde_json::Value,
}

impl FromRow for Happened {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            kind: row.get("kind")?,
            object_id: row.get("object_id")?,
            params: row.get("params")?,
        })
    }
}

/// Up to where a subscriber has worked off the trail.
///
/// # Errors
/// `internal` when the database fails.
pub async fn cursor_unscoped(db: &mut Conn, subscriber: &str) -> Result<i64> {
    let known: Option<Seq> = db.optional(sql!("SELECT seq FROM cursors WHERE subscriber = $1", subscriber)).await?;
    Ok(known.and_then(|Seq(seq)| seq).unwrap_or(0))
}

/// What happened of some kinds behind an entry, the oldest first.
///
/// # Errors
/// `internal` when the database fails.
/// What a subscriber reads of the trail.
#[derive(Clone, Copy, Debug)]
pub enum Read<'k> {
    /// What is of these kinds.
    Kinds(&'k [&'static str]),
    /// All that happened to one sort of thing.
    Objects(&'static str),
}

async fn after_unscoped(db: &mut Conn, what: Read<'_>, seq: i64, limit: i64) -> Result<Vec<Happened>> {
    let sql = sql!("SELECT seq, at, kind, object_id, params FROM events WHERE seq > $1 AND", seq);
    let sql = match what {
        Read::Kinds(kinds) => sql.push_list(" kind IN", kinds.iter().copied()),
        Read::Objects(kind) => sql.push_value(" object_kind = ", kind),
    };
    db.all(sql.push_value(" ORDER BY seq LIMIT ", limit)).await
}

/// No action takes longer than this until its entries are committed (`http::watch` ends requests after 30 s). Since an entry
/// may be committed after a later one, what is younger is read again the next time.
const SETTLED_SECONDS: i64 = 120;
/// Entries read at once.
const TOGETHER: i64 = 500;
/// Pages read in one turn: what is behind by years, after a database was brought forward, is caught up over many turns, each
/// well within a job's time.
const PAGES: usize = 400;

/// Reads what happened of some kinds behind a subscriber's cursor, page by page, the oldest first; what is broken off goes on
/// where it was. `take` sees an entry more than once, which must change nothing. Returns the sum of what it counted.
///
/// # Errors
/// What `take` says, or `internal` when the database fails.
pub async fn follow<F, Fut>(
    db: &Db,
    (subscriber, kinds): (&'static str, &[&'static str]),
    now: Instant,
    take: F,
) -> Result<usize>
where
    F: FnMut(Vec<Happened>) -> Fut,
    Fut: Future<Output = Result<usize>>,
{
    follow_what(db, (subscriber, Read::Kinds(kinds)), now, take).await
}

/// The same for whatever [`Read`] says.
///
/// # Errors
/// As [`follow`].
pub async fn follow_what<F, Fut>(
    db: &Db,
    (subscriber, what): (&'static str, Read<'_>),
    now: Instant,
    mut take: F,
) -> Result<usize>
where
    F: FnMut(Vec<Happened>) -> Fut,
    Fut: Future<Output = Result<usize>>,
{
    let settled = now.plus_seconds(-SETTLED_SECONDS);
    let mut read = cursor_unscoped(&mut db.read().await?, subscriber).await?;
    let (mut known, mut counted) = (read, 0);
    for _ in 0..PAGES {
        let page = after_unscoped(&mut db.read().await?, what, read, TOGETHER).await?;
        let is_last = i64::try_from(page.len()).unwrap_or(TOGETHER) < TOGETHER;
        read = page.last().map_or(read, |event| event.seq);
        let newest = page.iter().filter(|event| event.at <= settled).map(|event| event.seq).max();
        counted += take(page).await?;
        if let Some(newest) = newest.filter(|newest| *newest > known) {
            known = newest;
            db.write(async move |mut tx: Tx| advance(&mut tx, subscriber, known).await).await?;
        }
        if is_last {
            break;
        }
    }
    Ok(counted)
}

/// The objects that entries are about, each once.
pub fn objects<T>(page: &[Happened]) -> Vec<Id<T>> {
    let ids: BTreeSet<Id<T>> = page.iter().filter_map(|event| event.object_id.parse().ok()).collect();
    ids.into_iter().collect()
}

/// The newest entry of the trail; 0 when nothing happened yet.
///
/// # Errors
/// `internal` when the database fails.
pub async fn newest_unscoped(db: &mut Conn) -> Result<i64> {
    let newest: Option<Seq> = db.optional(sql!("SELECT seq FROM events ORDER BY seq DESC LIMIT 1")).await?;
    Ok(newest.and_then(|Seq(seq)| seq).unwrap_or(0))
}

struct When(Instant);

impl FromRow for When {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("at")?))
    }
}

/// When the entry at a place of the trail, or the last before it, was made.
///
/// # Errors
/// `internal` when the database fails.
pub async fn when_unscoped(db: &mut Conn, seq: i64) -> Result<Option<Instant>> {
    let found: Option<When> =
        db.optional(sql!("SELECT at FROM events WHERE seq <= $1 ORDER BY seq DESC LIMIT 1", seq)).await?;
    Ok(found.map(|When(at)| at))
}

/// Has a subscriber pass over everything that happened so far.
///
/// # Errors
/// `internal` when the database fails.
pub async fn skip_all(tx: &mut Tx, subscriber: &str) -> Result<()> {
    let newest = newest_unscoped(tx).await?;
    if newest > cursor_unscoped(tx, subscriber).await? {
        advance(tx, subscriber, newest).await?;
    }
    Ok(())
}

/// Has a subscriber pass over everything that is settled: what was committed for sure, and is in the records themselves.
///
/// # Errors
/// `internal` when the database fails.
pub async fn skip_settled(tx: &mut Tx, subscriber: &str, now: Instant) -> Result<()> {
    let before = now.plus_seconds(-SETTLED_SECONDS);
    let newest: Option<Seq> =
        tx.optional(sql!("SELECT seq FROM events WHERE at < $1 ORDER BY seq DESC LIMIT 1", before)).await?;
    let known = cursor_unscoped(tx, subscriber).await?;
    match newest.and_then(|Seq(seq)| seq).filter(|seq| *seq > known) {
        Some(seq) => advance(tx, subscriber, seq).await,
        None => Ok(()),
    }
}
