//! 双向评价: when it is over, the township rates each unit, and each unit rates the whistle. Units, never persons. Whether a unit
//! was in time is no opinion: it stands in the record.

use db::Tx;
use kernel::{Id, Result};

use super::{Held, as_office, as_unit, hold_call, is_done, of_unit, record, rules, save_call};
use crate::{
    modules::{
        SharedApp,
        whistles::model::{CallGrade, WhistleCall},
    },
    platform::{
        access::{Actor, Permission},
        idempotency::Key,
        live::Topic,
    },
};

/// 评哨: what a unit says of the whistle.
#[derive(Clone, Debug)]
pub struct Rating {
    /// Whether it was justified.
    pub justified: CallGrade,
    /// Whether it was well prepared.
    pub prepared: CallGrade,
    /// In words.
    pub words: Option<String>,
}

/// 评单位: how a unit did its part.
///
/// # Errors
/// `too_long` on `words`; `record_changed`; whatever [`rules::may_grade`] refuses.
pub async fn grade(
    app: &SharedApp,
    actor: &Actor,
    seen: (Id<WhistleCall>, i64),
    (grade, words): (CallGrade, Option<String>),
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::WhistleRead)?;
    let words = rules::optional("words", words.as_deref(), rules::WORDS_MAX)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if is_done(&mut tx, app, &key, &seen.0.to_string()).await? {
            return Ok(());
        }
        let (Held { whistle, sides }, mut call) = hold_call(&mut tx, &actor, &scope, seen).await?;
        rules::may_grade(&whistle, &call, &sides)?;
        (call.grade, call.grade_words, call.awaits_office) = (Some(grade), words, false);
        save_call(&mut tx, app, &whistle, &call).await?;
        record(&mut tx, app, &as_office(&actor, &whistle), "whistle.graded", &whistle, of_unit(&call)).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    Ok(())
}

/// 评哨: what a called unit says of the whistle.
///
/// # Errors
/// `too_long` on `words`; `record_changed`; whatever [`rules::may_rate`] refuses.
pub async fn rate(
    app: &SharedApp,
    actor: &Actor,
    seen: (Id<WhistleCall>, i64),
    rating: Rating,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::WhistleRead)?;
    let words = rules::optional("words", rating.words.as_deref(), rules::WORDS_MAX)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if is_done(&mut tx, app, &key, &seen.0.to_string()).await? {
            return Ok(());
        }
        let (Held { whistle, sides }, mut call) = hold_call(&mut tx, &actor, &scope, seen).await?;
        rules::may_rate(&whistle, &call, &sides)?;
        (call.justified, call.prepared) = (Some(rating.justified), Some(rating.prepared));
        (call.rating_words, call.awaits_unit) = (words, false);
        save_call(&mut tx, app, &whistle, &call).await?;
        record(&mut tx, app, &as_unit(&actor, call.unit), "whistle.rated", &whistle, of_unit(&call)).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    Ok(())
}
