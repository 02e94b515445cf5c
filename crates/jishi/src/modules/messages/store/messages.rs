//! Messages, waiting and gone.

use db::{Backend, Conn, Sql, Tx, sql};
use kernel::{COUNT_CAP, Id, Instant, Page, RegionCode, Result};

use super::super::model::{Gateway, Message, MessageFilter, News, Recipient, State};
use crate::{modules::cases::Case, platform::access::Scope};

/// A message to be.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Its identity.
    pub id: Id<Message>,
    /// What it tells.
    pub news: News,
    /// What makes the same news to the same recipient the same message.
    pub once: String,
    /// By which gateway.
    pub gateway: Id<Gateway>,
    /// To whom.
    pub to: Recipient,
    /// Of which case.
    pub case: Option<Id<Case>>,
    /// What its text is made of.
    pub params: serde_json::Value,
    /// What must be kept secret until it is sent.
    pub sealed: Option<Vec<u8>>,
    /// Whose administrators see that it was sent.
    pub region: RegionCode,
    /// The present.
    pub at: Instant,
    /// Not before.
    pub send_at: Instant,
}

/// Puts a message in, unless the same news is there already.
pub async fn insert(tx: &mut Tx, new: NewMessage) -> Result<()> {
    let (to_kind, to_id) = new.to.parts();
    tx.execute(sql!(
        "INSERT INTO messages (id, kind, once, gateway, to_kind, to_id, case_id, params, sealed, region, state,
             created_at, send_at, attempts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $11, $12, 0)
         ON CONFLICT (once) DO NOTHING",
        new.id,
        new.news.as_str(),
        new.once,
        new.gateway,
        to_kind,
        to_id,
        new.case,
        new.params,
        new.sealed,
        &new.region,
        new.at,
        new.send_at,
    ))
    .await?;
    Ok(())
}

/// Claims messages that are due, the longest waiting first, until `lease_until`. Whoever dies loses the lease.
pub async fn claim_due(tx: &mut Tx, now: Instant, lease_until: Instant, limit: i64) -> Result<Vec<Message>> {
    // The one fragment that differs: on SQLite there is one writer, nothing to skip and no such words.
    let skip = match tx.backend() {
        Backend::Sqlite => "",
        Backend::Postgres => " FOR UPDATE SKIP LOCKED",
    };
    let claim = sql!(
        "UPDATE messages
         SET lease_until = $1, attempts = attempts + 1
         WHERE id IN (
             SELECT id
             FROM messages
             WHERE state = 'waiting'
               AND send_at <= $2
               AND (lease_until IS NULL OR lease_until <= $2)
             ORDER BY send_at, id",
        lease_until,
        now,
    );
    let mut claimed: Vec<Message> = tx
        .all(claim.push_value(" LIMIT ", limit).push(skip).push(
            ") RETURNING id, kind, gateway, to_kind, to_id, case_id, params, sealed, state, created_at, send_at,
                          attempts, tries_before, sent_at, error",
        ))
        .await?;
    claimed.sort_by_key(|message| (message.send_at, message.id));
    Ok(claimed)
}

/// It left; what was sealed has done its work. False when the lease had been lost to another.
pub async fn finish(tx: &mut Tx, message: &Message, at: Instant) -> Result<bool> {
    let ended = tx
        .execute(sql!(
            "UPDATE messages
             SET state = 'sent', sent_at = $3, sealed = NULL, lease_until = NULL, error = NULL
             WHERE id = $1
               AND attempts = $2
               AND state = 'waiting'",
            message.id,
            message.attempts,
            at,
        ))
        .await?;
    Ok(ended == 1)
}

/// It could not leave now and is tried again.
pub async fn put_off(tx: &mut Tx, message: &Message, send_at: Instant, why: &str) -> Result<()> {
    tx.execute(sql!(
        "UPDATE messages
         SET send_at = $3, lease_until = NULL, error = $4
         WHERE id = $1
           AND attempts = $2
           AND state = 'waiting'",
        message.id,
        message.attempts,
        send_at,
        why,
    ))
    .await?;
    Ok(())
}

/// It could not leave, and trying again would not help.
pub async fn fail(tx: &mut Tx, message: &Message, why: &str) -> Result<()> {
    tx.execute(sql!(
        "UPDATE messages
         SET state = 'failed', lease_until = NULL, sealed = NULL, error = $3
         WHERE id = $1
           AND attempts = $2
           AND state = 'waiting'",
        message.id,
        message.attempts,
        why,
    ))
    .await?;
    Ok(())
}

/// Has a message that could not leave, or was put off, tried again; false when it is not such a one, or just being carried.
pub async fn send_again(tx: &mut Tx, id: Id<Message>, now: Instant) -> Result<bool> {
    let again = tx
        .execute(sql!(
            "UPDATE messages
             SET state = 'waiting', send_at = $2, tries_before = attempts
             WHERE id = $1
               AND (state = 'failed' OR state = 'waiting' AND attempts > tries_before)
               AND (lease_until IS NULL OR lease_until <= $2)
               AND kind <> 'code'",
            id,
            now,
        ))
        .await?;
    Ok(again == 1)
}

/// What the gateway tells afterwards: that it arrived, or that it did not.
pub async fn receive(
    tx: &mut Tx,
    gateway: Id<Gateway>,
    id: Id<Message>,
    state: State,
    why: Option<&str>,
) -> Result<bool> {
    let told = tx
        .execute(sql!(
            "UPDATE messages
             SET state = $3, error = $4
             WHERE id = $1
               AND gateway = $2
               AND state IN ('sent', 'delivered', 'failed')",
            id,
            gateway,
            state.as_str(),
            why,
        ))
        .await?;
    Ok(told == 1)
}

fn rows() -> Sql {
    sql!(
        "SELECT m.id, m.kind, m.gateway, m.to_kind, m.to_id, m.case_id, m.params, m.sealed, m.state, m.created_at,
                m.send_at, m.attempts, m.tries_before, m.sent_at, m.error
         FROM messages m
         WHERE TRUE"
    )
}

/// Messages are kept for three months, so that a scope is looked at row by row.
fn filtered(sql: Sql, scope: &Scope, filter: &MessageFilter) -> Sql {
    sql.push(" AND ")
        .push_any(&scope.places, |sql, place| sql.push_value("m.region LIKE ", format!("{place}%")))
        .push_some(filter.state, |sql, state| sql.push_value(" AND m.state = ", state.as_str()))
        .push_some(filter.news, |sql, news| sql.push_value(" AND m.kind = ", news.as_str()))
        .push_some(filter.gateway, |sql, gateway| sql.push_value(" AND m.gateway = ", gateway))
}

/// One page of messages and one row more, the newest first, and how many there are.
pub async fn list(db: &mut Conn, scope: &Scope, filter: &MessageFilter, page: &Page) -> Result<(Vec<Message>, i64)> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<Id<Message>>()).transpose()?;
    let page_of = filtered(rows(), scope, filter)
        .push_some(after, |sql, id| sql.push_value(" AND m.id < ", id))
        .push_value(" ORDER BY m.id DESC LIMIT ", page.limit + 1);
    let rows = db.all(page_of).await?;
    let count = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 FROM messages m WHERE TRUE");
    let count = filtered(count, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") x");
    let Count(count) = db.one(count).await?;
    Ok((rows, count))
}

/// All of them, for an export.
pub fn export(scope: &Scope, filter: &MessageFilter) -> Sql {
    filtered(rows(), scope, filter).push(" ORDER BY m.id DESC")
}

/// One of them.
pub async fn message(db: &mut Conn, scope: &Scope, id: Id<Message>) -> Result<Option<Message>> {
    db.optional(filtered(rows(), scope, &MessageFilter::default()).push_value(" AND m.id = ", id)).await
}

/// Forgets messages that came to be before `before`.
pub async fn tidy(tx: &mut Tx, before: Instant) -> Result<()> {
    tx.execute(sql!("DELETE FROM messages WHERE created_at < $1 AND state <> 'waiting'", before)).await?;
    Ok(())
}

struct Count(i64);

impl db::FromRow for Count {
    fn from_row(row: &db::Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}
