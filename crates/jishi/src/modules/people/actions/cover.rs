//! 请假代理: leave cover, arranged by whoever goes: a colleague with the same post in the unit stands in for a while.
//!
//! It gives nobody a power they do not have in kind, so it is no grant of the security administrator; it stands on the
//! trail like one, and the administrator may end it like any post.

use db::Tx;
use kernel::{Code, Day, Error, Id, Result};
use serde_json::json;

use super::{super::rules, super::store, Write, not_found};
use crate::{
    modules::App,
    platform::{
        access::{Actor, HeldPost, Permission, Person, Post},
        idempotency::Key,
        live::Topic,
        trail::By,
    },
};

/// Who stands in, for which of one's posts, from which day until the day one is back.
#[derive(Clone, Debug)]
pub struct CoverDraft {
    /// One's own post.
    pub post: Id<Post>,
    /// The colleague.
    pub person: Id<Person>,
    /// The first day.
    pub from: Day,
    /// The day one is back.
    pub until: Day,
}

/// Has a colleague stand in for one of the actor's own posts.
///
/// # Errors
/// Field errors; `not_found` when the post is not the actor's; `deputy_differs` for a post that stands in itself.
pub async fn cover(app: &App, actor: &Actor, draft: CoverDraft, key: Key) -> Result<()> {
    actor.require(Permission::CaseRead)?;
    let own = actor.posts.iter().find(|post| post.id == draft.post).cloned().ok_or_else(not_found)?;
    let write = of(app, actor, &own, key);
    let id = Id::new(write.now, &app.chance);
    app.db
        .write(async move |mut tx: Tx| {
            if write.earlier(&mut tx, id).await?.is_some() {
                return Ok(());
            }
            store::lock_person(&mut tx, draft.person).await?;
            let own = store::post_unscoped(&mut tx, own.id).await?.ok_or_else(not_found)?;
            let held = store::posts_of_person(&mut tx, draft.person, write.today).await?;
            let post = rules::cover(id, &own, (draft.person, &held), (draft.from, draft.until), write.today)?;
            rules::check_uncovered(&store::deputies_of_post(&mut tx, own.id, write.today).await?, &post)?;
            store::insert_posts(&mut tx, std::slice::from_ref(&post)).await?;
            let params = json!({ "person": post.person, "role": post.role, "from": post.from, "until": post.until });
            write.record(&mut tx, "post.covered", ("post", id.to_string()), &post.region, params).await
        })
        .await?;
    app.live.hint(Topic::Records);
    app.live.hint(Topic::Cases);
    Ok(())
}

/// Ends what stands in for one of the actor's own posts: from today, or before it begins.
///
/// # Errors
/// `not_found` when it does not stand in for the actor; `post_ended`.
pub async fn end_cover(app: &App, actor: &Actor, id: Id<Post>, key: Key) -> Result<()> {
    actor.require(Permission::CaseRead)?;
    let found = store::post_unscoped(&mut app.db.read().await?, id).await?.ok_or_else(not_found)?;
    let own = actor.posts.iter().find(|post| found.deputy_for == Some(post.id)).cloned().ok_or_else(not_found)?;
    let write = of(app, actor, &own, key);
    app.db
        .write(async move |mut tx: Tx| {
            if write.earlier(&mut tx, id).await?.is_some() {
                return Ok(());
            }
            let kept = store::post_unscoped(&mut tx, id).await?.ok_or_else(not_found)?;
            if kept.until.is_some_and(|until| until <= write.today) {
                return Err(Error::new(Code::PostEnded));
            }
            store::end_post(&mut tx, id, write.today).await?;
            let params = json!({ "person": kept.person, "role": kept.role });
            write.record(&mut tx, "post.uncovered", ("post", id.to_string()), &kept.region, params).await
        })
        .await?;
    app.live.hint(Topic::Records);
    app.live.hint(Topic::Cases);
    Ok(())
}

/// Written down as done in the post that is covered.
fn of(app: &App, actor: &Actor, own: &HeldPost, key: Key) -> Write {
    Write { by: By::actor(actor, Some(own)), key, now: app.now(), today: app.today() }
}
