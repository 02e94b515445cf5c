//! What all steps of the loop have in common: each comes with the version its reader saw, and is answered with the case as
//! it then is.

use axum::Json;
use kernel::Id;
use serde::Deserialize;

use crate::{
    http::{extract::Operation, problem::Answer},
    modules::{
        SharedApp,
        cases::{
            actions::{self, Said},
            model::Case,
            shapes::CaseDetail,
            store, views,
        },
        phrases::Phrase,
    },
    platform::access::{Actor, Permission},
};

/// Takes the step and answers with the case as it then is. A step may move the case out of its taker's sight (a return,
/// a correction of the place): then the last sight of it is answered.
pub(super) async fn take(
    app: &SharedApp,
    actor: Actor,
    id: Id<Case>,
    seen: i64,
    said: impl Into<Said>,
    operation: &Operation,
    name: &'static str,
) -> Answer<Json<CaseDetail>> {
    let key = operation.by(actor.person, name)?;
    actions::act(app, actor.clone(), id, seen, said, key).await?;
    let mut db = app.db.read().await?;
    actor.require(Permission::CaseRead)?;
    let case = store::get_unscoped(&mut db, id).await?;
    Ok(Json(views::detail(&mut db, app, &actor, &case).await?))
}

/// A step that needs words.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct TextStep {
    pub(super) version: i64,
    pub(super) text: String,
    /// The phrase it began with.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub(super) phrase: Option<Id<Phrase>>,
}
