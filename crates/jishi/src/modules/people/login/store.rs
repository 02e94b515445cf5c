//! SQL of accounts and sessions. An account is read by who is about to prove that it is theirs, a session by who holds
//! its token, so there is no scope here but the secret itself.

use db::{Conn, sql};
use kernel::{Day, Id, Instant, Lang, Result};

use super::{
    model::{Account, SessionPost, SessionView, Visit},
    rules::{IDLE_HOURS, LOCK_MINUTES, TRIES},
};
use crate::platform::access::{Person, Session};

/// The account of a log-in name, if its holder still works here.
pub(super) async fn account_by_login(db: &mut Conn, login: &str, today: Day) -> Result<Option<Account>> {
    db.optional(sql!(
        "SELECT id, name, login, password_hash, must_change_password, totp_secret, totp_last_step, locked_until, locale,
                phone
         FROM people
         WHERE login = $1
           AND (valid_until IS NULL OR valid_until > $2)",
        login,
        today,
    ))
    .await
}

/// The account of someone who is logged in.
pub(super) async fn account(db: &mut Conn, person: Id<Person>) -> Result<Account> {
    db.one(sql!(
        "SELECT id, name, login, password_hash, must_change_password, totp_secret, totp_last_step, locked_until, locale,
                phone
         FROM people
         WHERE id = $1",
        person,
    ))
    .await
}

/// Counts a wrong try and locks the account at the last one allowed.
pub(super) async fn count_wrong(db: &mut Conn, person: Id<Person>, now: Instant) -> Result<()> {
    db.execute(sql!(
        "UPDATE people
         SET locked_until = CASE WHEN failed_logins + 1 >= $2 THEN $3 ELSE locked_until END,
             failed_logins = CASE WHEN failed_logins + 1 >= $2 THEN 0 ELSE failed_logins + 1 END
         WHERE id = $1",
        person,
        TRIES,
        now.plus_seconds(LOCK_MINUTES * 60),
    ))
    .await?;
    Ok(())
}

/// Forgets the wrong tries before a right one.
pub(super) async fn forget_wrong(db: &mut Conn, person: Id<Person>) -> Result<()> {
    db.execute(sql!("UPDATE people SET failed_logins = 0, locked_until = NULL WHERE id = $1", person)).await?;
    Ok(())
}

/// Takes a step of the second factor; false when it was taken before, also by a request at the same moment.
pub(super) async fn take_step(db: &mut Conn, person: Id<Person>, step: i64) -> Result<bool> {
    let taken = db
        .execute(sql!(
            "UPDATE people
             SET totp_last_step = $2
             WHERE id = $1
               AND totp_secret IS NOT NULL
               AND (totp_last_step IS NULL OR totp_last_step < $2)",
            person,
            step,
        ))
        .await?;
    Ok(taken == 1)
}

/// Keeps a secret that waits for its first code; none turns the second factor off. False when it is on already.
pub(super) async fn put_totp(db: &mut Conn, person: Id<Person>, sealed: Vec<u8>) -> Result<bool> {
    let put = db
        .execute(sql!("UPDATE people SET totp_secret = $2 WHERE id = $1 AND totp_last_step IS NULL", person, sealed,))
        .await?;
    Ok(put == 1)
}

/// Turns the second factor off.
pub(super) async fn remove_totp(db: &mut Conn, person: Id<Person>) -> Result<()> {
    db.execute(sql!("UPDATE people SET totp_secret = NULL, totp_last_step = NULL WHERE id = $1", person)).await?;
    Ok(())
}

/// Stores a new password.
pub(super) async fn put_password(db: &mut Conn, person: Id<Person>, hash: &str) -> Result<()> {
    db.execute(sql!("UPDATE people SET password_hash = $2, must_change_password = FALSE WHERE id = $1", person, hash,))
        .await?;
    Ok(())
}

/// Stores the language someone chose.
pub(super) async fn put_locale(db: &mut Conn, person: Id<Person>, locale: Lang) -> Result<()> {
    db.execute(sql!("UPDATE people SET locale = $2 WHERE id = $1", person, locale.tag())).await?;
    Ok(())
}

/// A session that begins.
pub(super) struct NewSession<'a> {
    pub id: Id<Session>,
    pub token_hash: Vec<u8>,
    pub person: Id<Person>,
    pub at: Instant,
    pub expires_at: Instant,
    pub visit: &'a Visit,
}

/// Begins a session.
pub(super) async fn insert_session(db: &mut Conn, new: NewSession<'_>) -> Result<()> {
    db.execute(sql!(
        "INSERT INTO sessions (id, token_hash, person, created_at, last_seen_at, expires_at, ended_at, user_agent, address)
         VALUES ($1, $2, $3, $4, $4, $5, NULL, $6, $7)",
        new.id,
        new.token_hash,
        new.person,
        new.at,
        new.expires_at,
        &new.visit.user_agent,
        &new.visit.address,
    ))
    .await?;
    Ok(())
}

/// The live session of a token with the posts its holder has today: a row a post, or one without.
pub(super) async fn session_posts(
    db: &mut Conn,
    token_hash: Vec<u8>,
    now: Instant,
    today: Day,
) -> Result<Vec<SessionPost>> {
    db.all(sql!(
        "SELECT s.id AS session, s.last_seen_at, p.id AS person, p.name, p.must_change_password,
                o.id AS post, o.role, o.region, o.unit, a.person AS covers
         FROM sessions s
         JOIN people p ON p.id = s.person
         LEFT JOIN posts o ON o.person = p.id
              AND o.valid_from <= $3
              AND (o.valid_until IS NULL OR o.valid_until > $3)
         LEFT JOIN posts a ON a.id = o.deputy_for
         WHERE s.token_hash = $1
           AND s.ended_at IS NULL
           AND s.expires_at > $2
           AND s.last_seen_at > $4
           AND (p.valid_until IS NULL OR p.valid_until > $3)
         ORDER BY o.id",
        token_hash,
        now,
        today,
        now.plus_hours(-IDLE_HOURS),
    ))
    .await
}

/// Notes that a session was used.
pub(super) async fn touch(db: &mut Conn, session: Id<Session>, now: Instant) -> Result<()> {
    db.execute(sql!("UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2", session, now)).await?;
    Ok(())
}

/// Someone's live sessions, the newest first.
pub(super) async fn sessions_of(db: &mut Conn, person: Id<Person>, now: Instant) -> Result<Vec<SessionView>> {
    db.all(sql!(
        "SELECT id, created_at, last_seen_at, user_agent, address
         FROM sessions
         WHERE person = $1
           AND ended_at IS NULL
           AND expires_at > $2
           AND last_seen_at > $3
         ORDER BY created_at DESC, id DESC",
        person,
        now,
        now.plus_hours(-IDLE_HOURS),
    ))
    .await
}

/// Ends one of someone's sessions; false when it is not theirs or is over.
pub(super) async fn end_session(db: &mut Conn, person: Id<Person>, session: Id<Session>, now: Instant) -> Result<bool> {
    let ended = db
        .execute(sql!(
            "UPDATE sessions SET ended_at = $3 WHERE id = $1 AND person = $2 AND ended_at IS NULL",
            session,
            person,
            now,
        ))
        .await?;
    Ok(ended == 1)
}

/// Ends all of someone's sessions.
pub(crate) async fn end_sessions(db: &mut Conn, person: Id<Person>, now: Instant) -> Result<u64> {
    db.execute(sql!("UPDATE sessions SET ended_at = $2 WHERE person = $1 AND ended_at IS NULL", person, now)).await
}
