//! Looking at a sign, and answering one.

use db::Tx;
use kernel::{Code, Error, Id, Result};
use serde_json::json;

use super::super::{
    model::{Sign, SignState},
    store, views,
};
use crate::{
    modules::SharedApp,
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
        masking,
        trail::{self, By},
    },
};

/// Longest words, in characters.
const WORDS_MAX: usize = 500;

/// What somebody found when they looked.
#[derive(Clone, Debug)]
pub struct Look {
    /// The version they saw.
    pub version: i64,
    /// Explained or confirmed.
    pub state: SignState,
    /// Why.
    pub words: String,
}

fn words(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Error::field(field, Code::Required)),
        n if n > WORDS_MAX => {
            Err(Error::field(field, Code::TooLong).with("max", i64::try_from(WORDS_MAX).unwrap_or(i64::MAX)))
        }
        // Whoever writes about cases may write somebody's number.
        _ => Ok(masking::mask(text, None).text),
    }
}

/// Says what was found.
///
/// # Errors
/// `not_found` outside the scope; `record_changed` when it changed meanwhile; field errors.
pub async fn review(app: &SharedApp, actor: &Actor, id: Id<Sign>, look: Look, key: Key) -> Result<()> {
    let scope = views::reviewed_by(actor)?;
    let said = words("words", &look.words)?;
    if !SignState::ALL.iter().any(|state| *state == look.state && *state != SignState::New) {
        return Err(Error::field("state", Code::UnknownValue).with("value", look.state.as_str()));
    }
    let (now, actor) = (app.now(), actor.clone());
    app.db
        .write(async move |mut tx: Tx| {
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let sign = store::lock(&mut tx, &scope, id).await?;
            unchanged(&sign, look.version)?;
            store::put_look(&mut tx, &sign, (look.state, &said), actor.person, now).await?;
            let by = By::actor(&actor, actor.acting(Permission::SignReview, Some(&sign.county), None));
            on_trail(&mut tx, "sign.reviewed", &sign, &by, json!({"state": look.state}), now).await
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// The unit says what it has to say.
///
/// # Errors
/// `not_found` when it is another unit's; `record_changed`; field errors.
pub async fn answer(
    app: &SharedApp,
    actor: &Actor,
    id: Id<Sign>,
    (version, text): (i64, String),
    key: Key,
) -> Result<()> {
    let scope = views::answered_by(actor)?;
    let said = words("words", &text)?;
    let (now, actor) = (app.now(), actor.clone());
    app.db
        .write(async move |mut tx: Tx| {
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let sign = store::lock(&mut tx, &scope, id).await?;
            unchanged(&sign, version)?;
            store::put_answer(&mut tx, sign.id, &said, now).await?;
            let by = By::actor(&actor, actor.acting(Permission::CaseHandle, None, Some(sign.unit)));
            on_trail(&mut tx, "sign.answered", &sign, &by, json!({}), now).await
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(())
}

fn unchanged(sign: &Sign, seen: i64) -> Result<()> {
    if sign.version == seen { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}

async fn on_trail(
    tx: &mut Tx,
    kind: &'static str,
    sign: &Sign,
    by: &By,
    params: serde_json::Value,
    now: kernel::Instant,
) -> Result<()> {
    let entry =
        trail::Entry { kind, object_kind: "sign", object_id: sign.id.to_string(), place: Some(&sign.county), params };
    trail::record(tx, now, by, entry).await
}
