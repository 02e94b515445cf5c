//! Phrases as shown, with the names of their units and matters.

use db::Conn;
use kernel::{Id, Names, Result};
use serde::Serialize;

use super::model::{Phrase, PhraseStep};
use crate::{
    modules::{
        App,
        matters::MatterRef,
        people::{self, UnitRef},
    },
    platform::access::Actor,
};

/// 常用语
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Phrase)]
pub(super) struct PhraseView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Phrase>,
    /// Whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    /// For which step.
    pub step: PhraseStep,
    /// For which matter; none: for any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
    /// What it is called in the list.
    pub title: String,
    /// The words, with slots, by language.
    pub texts: Names,
    /// Whether everyone with a post in the unit's place is offered it.
    pub is_shared: bool,
    /// Whether the reader's own unit wrote it.
    pub is_own: bool,
    /// How often it was the beginning of what was said.
    pub uses: i64,
    /// Counts its changes.
    pub version: i64,
}

/// Rows with their names.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn rows(db: &mut Conn, app: &App, actor: &Actor, phrases: Vec<Phrase>) -> Result<Vec<PhraseView>> {
    let ids: Vec<_> = phrases.iter().map(|phrase| phrase.unit).collect();
    let units = people::units_unscoped(db, &ids).await?;
    let view = |phrase: Phrase| PhraseView {
        id: phrase.id,
        unit: units.get(&phrase.unit).cloned(),
        step: phrase.step,
        matter: phrase.matter.as_ref().map(|code| app.matters.catalogue().matter_ref(code, &phrase.region)),
        title: phrase.title,
        texts: phrase.texts,
        is_shared: phrase.is_shared,
        is_own: actor.posts.iter().any(|post| post.unit == Some(phrase.unit)),
        uses: phrase.uses,
        version: phrase.version,
    };
    Ok(phrases.into_iter().map(view).collect())
}
