//! Posts: given from a day, ended on a day, never deleted.

use db::Tx;
use kernel::{Code, Day, Error, Id, Result};
use serde_json::json;

use super::{
    super::{
        model::{PostDraft, PostRecord},
        rules, store,
    },
    Write, not_found, require_place, require_region,
};
use crate::{
    modules::App,
    platform::{
        access::{Actor, Permission, Person, Post, Scope},
        idempotency::Key,
        live::Topic,
    },
};

/// Gives someone a post.
///
/// # Errors
/// Field errors; `not_found` when the person or the place is outside the actor's; `separated_duties`.
pub async fn grant(app: &App, actor: &Actor, person: Id<Person>, draft: PostDraft, key: Key) -> Result<()> {
    let scope = actor.require(Permission::PostGrant)?;
    let write = Write::new(app, actor, Permission::PostGrant, Some(&draft.region), key);
    let id = Id::new(write.now, &app.chance);
    app.db
        .write(async move |mut tx: Tx| {
            if write.earlier(&mut tx, id).await?.is_some() {
                return Ok(());
            }
            let kept = store::person(&mut tx, &scope, person).await?.ok_or_else(not_found)?;
            if kept.until.is_some_and(|until| until <= write.today) {
                return Err(not_found());
            }
            grant_in(&mut tx, &scope, &write, (id, person), &draft).await
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// Ends a post today, and with it those of its deputies.
///
/// # Errors
/// `not_found` outside the actor's places; `post_ended`; `last_administrator`.
pub async fn end_post(app: &App, actor: &Actor, id: Id<Post>, key: Key) -> Result<()> {
    let scope = actor.require(Permission::PostGrant)?;
    let write = Write::new(app, actor, Permission::PostGrant, None, key);
    app.db
        .write(async move |mut tx: Tx| {
            let post = store::post_unscoped(&mut tx, id).await?.filter(|post| scope.covers(&post.region));
            let post = post.ok_or_else(not_found)?;
            if write.earlier(&mut tx, id).await?.is_some() {
                return Ok(());
            }
            if post.until.is_some_and(|until| until <= write.today) {
                return Err(Error::new(Code::PostEnded));
            }
            end_in(&mut tx, &post, write.today).await?;
            let params = json!({ "person": post.person, "role": post.role, "region": post.region });
            write.record(&mut tx, "post.ended", ("post", id.to_string()), &post.region, params).await
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// Ends a post, unless it is the last of an administrator that someone must be.
pub(super) async fn end_in(tx: &mut Tx, post: &PostRecord, until: Day) -> Result<()> {
    if post.role.is_separated() {
        store::lock_role(tx, post.role).await?;
        let others = store::held_by_others(tx, post.role, post.person, until).await?;
        rules::check_not_last(post, until, &others)?;
    }
    store::end_post(tx, post.id, until).await
}

pub(super) async fn grant_in(
    tx: &mut Tx,
    scope: &Scope,
    write: &Write,
    ids: (Id<Post>, Id<Person>),
    draft: &PostDraft,
) -> Result<()> {
    let (id, person) = ids;
    require_place(scope, &draft.region)?;
    require_region(tx, "region", &draft.region).await?;
    if let Some(unit) = draft.unit {
        let unit = store::unit_record_unscoped(tx, unit)
            .await?
            .filter(|unit| unit.until.is_none_or(|until| until > write.today));
        unit.ok_or_else(|| Error::field("unit", Code::UnknownUnit))?;
    }
    let principal = match draft.deputy_for {
        Some(id) => {
            let principal = store::post_unscoped(tx, id).await?.filter(|post| scope.covers(&post.region));
            Some(principal.ok_or_else(|| Error::field("deputy_for", Code::DeputyDiffers))?)
        }
        None => None,
    };
    let post = rules::post(id, person, draft, principal.as_ref(), write.today)?;
    store::lock_person(tx, person).await?;
    let held = store::posts_of_person(tx, person, post.from.min(write.today)).await?;
    rules::check_separation(&held, &post)?;
    if rules::is_held(&held, &post) {
        return Err(Error::field("role", Code::Duplicate).with("value", post.role.names()));
    }
    store::insert_posts(tx, std::slice::from_ref(&post)).await?;
    let params = json!({ "person": person, "role": post.role, "region": post.region, "until": post.until });
    write.record(tx, "post.granted", ("post", id.to_string()), &post.region, params).await
}
