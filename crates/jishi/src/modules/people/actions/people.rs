//! People and their accounts.

use db::Tx;
use kernel::{Code, Day, Error, Id, Result};
use serde_json::json;

use super::{
    super::{
        import::Welcome,
        login::{end_sessions, first_password, hash_password},
        model::PostDraft,
        rules,
        store::{self, NewPerson},
        views,
    },
    Write, check_newcomer, not_found,
    posts::{end_in, grant_in},
};
use crate::{
    modules::App,
    platform::{
        access::{Actor, Permission, Person, Post, Scope},
        idempotency::Key,
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// A person just created, or just given a new first password.
pub struct Welcomed {
    pub person: Id<Person>,
    /// Shown once.
    pub first_password: String,
}

/// Whose records a member of staff may read: those kept in their own places. Administrators read what they may edit.
///
/// # Errors
/// `password_change_needed`.
pub fn reading_scope(actor: &Actor) -> Result<Scope> {
    if actor.must_change_password || actor.may(Permission::PersonEdit) {
        return actor.require(Permission::PersonEdit);
    }
    Ok(Scope { places: actor.posts.iter().map(|post| post.region.clone()).collect(), units: Vec::new() })
}

/// Creates a person with their first posts. The account is kept by the administrators of the first post's place, or of
/// the actor's own.
///
/// # Errors
/// Field errors; `not_found` when a post's place is outside the actor's; `separated_duties`.
pub async fn create_person(
    app: &App,
    actor: &Actor,
    (name, login, phone): (String, String, Option<String>),
    drafts: Vec<PostDraft>,
    key: Key,
) -> Result<Welcomed> {
    let scope = actor.require(Permission::PersonEdit)?;
    check_newcomer(&name, &login)?;
    phone.as_deref().map_or(Ok(()), rules::check_phone)?;
    let own = scope.places.first().cloned().ok_or_else(not_found)?;
    let region = drafts.first().map_or(own, |draft| draft.region.clone());
    let write = Write::new(app, actor, Permission::PersonEdit, Some(&region), key);
    let id = Id::new(write.now, &app.chance);
    let hash = hash_password(app, &first_password(&app.keys, &id.to_string())).await?;
    let posts: Vec<(Id<Post>, PostDraft)> =
        drafts.into_iter().map(|draft| (Id::new(write.now, &app.chance), draft)).collect();
    if !posts.is_empty() {
        actor.require(Permission::PostGrant)?;
    }
    let person = app
        .db
        .write(async move |mut tx: Tx| {
            if let Some(earlier) = write.earlier(&mut tx, id).await? {
                return Ok(earlier);
            }
            let new = NewPerson {
                id,
                name: &name,
                login: &login,
                phone: phone.as_deref(),
                region: &region,
                password_hash: Some(&hash),
                at: write.now,
            };
            if !store::insert_person(&mut tx, &new).await? {
                return Err(Error::field("login", Code::Duplicate).with("value", login));
            }
            write.record(&mut tx, "person.created", ("person", id.to_string()), &region, json!({})).await?;
            for (index, (post, draft)) in posts.into_iter().enumerate() {
                let given = grant_in(&mut tx, &scope, &write, (post, id), &draft).await;
                given.map_err(|error| error.under(&format!("posts.{index}")))?;
            }
            Ok(id)
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(Welcomed { person, first_password: first_password(&app.keys, &person.to_string()) })
}

/// Corrects a person's name and telephone.
///
/// # Errors
/// Field errors; `not_found` outside the actor's places; `record_changed`.
pub async fn change_person(
    app: &App,
    actor: &Actor,
    id: Id<Person>,
    seen: i64,
    (name, phone): (String, Option<String>),
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::PersonEdit)?;
    rules::check_name(&name)?;
    phone.as_deref().map_or(Ok(()), rules::check_phone)?;
    let write = Write::new(app, actor, Permission::PersonEdit, None, key);
    app.db
        .write(async move |mut tx: Tx| {
            let person = store::person(&mut tx, &scope, id).await?.ok_or_else(not_found)?;
            if write.earlier(&mut tx, id).await?.is_some() {
                return Ok(());
            }
            if !store::update_person(&mut tx, id, seen, (&name, phone.as_deref())).await? {
                return Err(Error::new(Code::RecordChanged));
            }
            let kind = if person.name == name { "person.changed" } else { "person.renamed" };
            write.record(&mut tx, kind, ("person", id.to_string()), &person.region, json!({})).await
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// Gives someone a new first password; their sessions end and their second factor is off, because it is also for those
/// who lost the telephone with it.
///
/// # Errors
/// `not_found` outside the actor's places.
pub async fn reset_password(app: &App, actor: &Actor, id: Id<Person>, key: Key) -> Result<Welcomed> {
    let scope = actor.require(Permission::PersonEdit)?;
    let write = Write::new(app, actor, Permission::PersonEdit, None, key);
    let seed: Id<Person> = Id::new(write.now, &app.chance);
    let hash = hash_password(app, &first_password(&app.keys, &seed.to_string())).await?;
    let seed = app
        .db
        .write(async move |mut tx: Tx| {
            let person = store::person(&mut tx, &scope, id).await?.ok_or_else(not_found)?;
            if let Some(earlier) = write.earlier(&mut tx, seed).await? {
                return Ok(earlier);
            }
            store::reset_password(&mut tx, id, &hash).await?;
            end_sessions(&mut tx, id, write.now).await?;
            write
                .record(&mut tx, "person.password_reset", ("person", id.to_string()), &person.region, json!({}))
                .await?;
            Ok(seed)
        })
        .await?;
    Ok(Welcomed { person: id, first_password: first_password(&app.keys, &seed.to_string()) })
}

/// The most first passwords given at once: each costs its time.
const MOST_AT_ONCE: usize = 100;

/// Gives first passwords to people who never had one, as those whom a workbook brought; told in the order asked for.
///
/// # Errors
/// `out_of_range` for none or too many; `not_found` when one is outside the actor's places, has left, or has a password.
pub async fn give_passwords(app: &App, actor: &Actor, people: Vec<Id<Person>>, key: Key) -> Result<Vec<Welcome>> {
    let scope = actor.require(Permission::PersonEdit)?;
    if people.is_empty() || people.len() > MOST_AT_ONCE {
        let most = i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX);
        return Err(Error::field("people", Code::OutOfRange).with("min", 1).with("max", most));
    }
    let write = Write::new(app, actor, Permission::PersonEdit, None, key);
    let mut hashed = Vec::new();
    for id in people {
        hashed.push((id, hash_password(app, &first_password(&app.keys, &id.to_string())).await?));
    }
    let marker: Id<Person> = Id::new(write.now, &app.chance);
    let told = app
        .db
        .write(async move |mut tx: Tx| {
            let claimed = write.earlier(&mut tx, marker).await?;
            let mut told = Vec::new();
            for (id, hash) in hashed {
                let person = store::person(&mut tx, &scope, id).await?.ok_or_else(not_found)?;
                if claimed.is_none() {
                    let has_left = person.until.is_some_and(|until| until <= write.today);
                    if has_left || !store::give_password(&mut tx, id, &hash).await? {
                        return Err(not_found());
                    }
                    let object = ("person", id.to_string());
                    write.record(&mut tx, "person.password_given", object, &person.region, json!({})).await?;
                }
                told.push((id, person.name, person.login));
            }
            Ok(told)
        })
        .await?;
    app.live.hint(Topic::Records);
    let ids: Vec<Id<Person>> = told.iter().map(|(id, ..)| *id).collect();
    let mut posts = views::posts_of(&mut app.db.read().await?, &ids, app.today()).await?;
    let welcome = |(id, name, login): (Id<Person>, String, String)| Welcome {
        name,
        login,
        first_password: first_password(&app.keys, &id.to_string()),
        posts: posts.remove(&id).unwrap_or_default(),
    };
    Ok(told.into_iter().map(welcome).collect())
}

/// Ends someone's sessions, everywhere.
///
/// # Errors
/// `not_found` outside the actor's places.
pub async fn end_sessions_of(app: &App, actor: &Actor, id: Id<Person>, key: Key) -> Result<()> {
    let scope = actor.require(Permission::SessionEnd)?;
    let write = Write::new(app, actor, Permission::SessionEnd, None, key);
    app.db
        .write(async move |mut tx: Tx| {
            let person = store::person(&mut tx, &scope, id).await?.ok_or_else(not_found)?;
            if write.earlier(&mut tx, id).await?.is_some() {
                return Ok(());
            }
            end_sessions(&mut tx, id, write.now).await?;
            write.record(&mut tx, "person.sessions_ended", ("person", id.to_string()), &person.region, json!({})).await
        })
        .await
}

/// Someone leaves: from `until` on they cannot log in and hold no post, nor do their deputies. To be called inside the
/// transaction that hands their open work over, so that neither happens without the other.
///
/// # Errors
/// `not_found` outside the actor's places; `last_administrator`.
pub async fn leave_in(tx: &mut Tx, app: &App, actor: &Actor, id: Id<Person>, until: Day) -> Result<()> {
    let scope = actor.require(Permission::PersonEdit)?;
    let (now, today) = (app.now(), app.today());
    let person = store::person(tx, &scope, id).await?.ok_or_else(not_found)?;
    for post in store::posts_of_person(tx, id, today).await? {
        end_in(tx, &post, until).await?;
    }
    store::end_person(tx, id, until).await?;
    if until <= today {
        end_sessions(tx, id, now).await?;
    }
    let by = By::actor(actor, actor.acting(Permission::PersonEdit, Some(&person.region), None));
    let (object_id, params) = (id.to_string(), json!({ "until": until }));
    let entry = Entry { kind: "person.left", object_kind: "person", object_id, place: Some(&person.region), params };
    trail::record(tx, now, &by, entry).await
}
