//! Use cases of units, people and posts.

use db::{Conn, Tx};
use kernel::{Code, Day, Error, Id, Instant, RegionCode, Result};
use serde_json::json;

use super::{
    duties::Duties,
    login::{check_login_name, end_sessions, first_password, hash_password},
    model::{PostDraft, PostRecord, UnitDraft, UnitRecord},
    rules,
    store::{self, NewPerson},
};
use crate::{
    modules::{App, regions},
    platform::{
        access::{Actor, Permission, Person, Post, Role, Scope, Unit},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// One write: who does it and when, and the key by which its repetition is known.
struct Write {
    by: By,
    key: Key,
    now: Instant,
    today: Day,
}

impl Write {
    fn new(app: &App, actor: &Actor, permission: Permission, place: Option<&RegionCode>, key: Key) -> Self {
        let by = By::actor(actor, actor.acting(permission, place, None));
        Self { by, key, now: app.now(), today: app.today() }
    }

    /// The id made earlier by this very write, if it has happened.
    async fn earlier<T>(&self, tx: &mut Tx, id: Id<T>) -> Result<Option<Id<T>>> {
        let earlier = idempotency::claim(tx, &self.key, &id.to_string(), self.now).await?;
        earlier.map(|id| id.parse().map_err(Error::internal)).transpose()
    }

    async fn record(
        &self,
        tx: &mut Tx,
        kind: &'static str,
        object: (&'static str, String),
        place: &RegionCode,
        params: serde_json::Value,
    ) -> Result<()> {
        let (object_kind, object_id) = object;
        trail::record(tx, self.now, &self.by, Entry { kind, object_kind, object_id, place: Some(place), params }).await
    }
}

fn not_found() -> Error {
    Error::new(Code::NotFound)
}

// Units --------------------------------------------------------------------------------------------------------------

/// Creates a unit; repeated, it answers with the one created before.
///
/// # Errors
/// Field errors; `not_found` when its place is outside the actor's.
pub(super) async fn create_unit(app: &App, actor: &Actor, draft: UnitDraft, key: Key) -> Result<UnitRecord> {
    let scope = actor.require(Permission::UnitEdit)?;
    let level = rules::check_unit(&draft)?;
    require_place(&scope, &draft.region)?;
    Duties::in_force(app).await?.check(&draft.duty)?;
    let write = Write::new(app, actor, Permission::UnitEdit, Some(&draft.region), key);
    let UnitDraft { names, duty, region, parent, phone, until } = draft;
    let id = Id::new(write.now, &app.chance);
    let unit = UnitRecord { id, names, duty, level, region, parent, phone, until, version: 1 };
    let made = app
        .db
        .write(async move |mut tx: Tx| {
            if let Some(earlier) = write.earlier(&mut tx, unit.id).await? {
                return store::unit_record_unscoped(&mut tx, earlier).await?.ok_or_else(not_found);
            }
            require_region(&mut tx, "region", &unit.region).await?;
            require_parent(&mut tx, &unit).await?;
            store::insert_unit(&mut tx, &unit).await?;
            let params = json!({ "duty": unit.duty });
            write.record(&mut tx, "unit.created", ("unit", unit.id.to_string()), &unit.region, params).await?;
            Ok(unit)
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(made)
}

/// Changes a unit. Its place stays: a unit that moves is a new unit.
///
/// # Errors
/// Field errors; `not_found`; `record_changed`; `unit_in_use` when it is to end while people hold posts in it.
pub(super) async fn change_unit(
    app: &App,
    actor: &Actor,
    id: Id<Unit>,
    seen: i64,
    draft: UnitDraft,
    key: Key,
) -> Result<UnitRecord> {
    let scope = actor.require(Permission::UnitEdit)?;
    let level = rules::check_unit(&draft)?;
    let duties = Duties::in_force(app).await?;
    let write = Write::new(app, actor, Permission::UnitEdit, Some(&draft.region), key);
    let UnitDraft { names, duty, region, parent, phone, until } = draft;
    let unit = UnitRecord { id, names, duty, level, region, parent, phone, until, version: seen };
    let changed = app
        .db
        .write(async move |mut tx: Tx| {
            let old = store::unit_record_unscoped(&mut tx, id)
                .await?
                .filter(|old| scope.covers(&old.region))
                .ok_or_else(not_found)?;
            if write.earlier(&mut tx, id).await?.is_some() {
                return Ok(old);
            }
            if old.region != unit.region {
                return Err(Error::field("region", Code::UnknownValue).with("value", unit.region.as_str()));
            }
            // What was right when it was made does not keep its other fields from being mended.
            if old.duty != unit.duty {
                duties.check(&unit.duty)?;
            }
            require_parent(&mut tx, &unit).await?;
            if let Some(until) = unit.until {
                let holders = store::holders_from(&mut tx, id, until).await?;
                if holders > 0 {
                    return Err(Error::new(Code::UnitInUse).with("count", holders));
                }
            }
            if !store::update_unit(&mut tx, &unit).await? {
                return Err(Error::new(Code::RecordChanged));
            }
            let params = json!({ "until": unit.until });
            write.record(&mut tx, "unit.changed", ("unit", id.to_string()), &unit.region, params).await?;
            store::unit_record_unscoped(&mut tx, id).await?.ok_or_else(not_found)
        })
        .await?;
    app.live.hint(Topic::Records);
    Ok(changed)
}

fn require_place(scope: &Scope, place: &RegionCode) -> Result<()> {
    if scope.covers(place) { Ok(()) } else { Err(not_found()) }
}

async fn require_region(db: &mut Conn, field: &str, code: &RegionCode) -> Result<()> {
    let known = regions::refs_unscoped(db, [code]).await?;
    if known.is_empty() { Err(Error::field(field, Code::UnknownRegion)) } else { Ok(()) }
}

/// The unit above exists, and is not the unit itself or below it.
async fn require_parent(db: &mut Conn, unit: &UnitRecord) -> Result<()> {
    let mut above = unit.parent;
    let mut steps = 0;
    while let Some(id) = above {
        let parent = store::unit_record_unscoped(db, id).await?;
        let parent = parent.filter(|parent| parent.id != unit.id && steps < 10);
        above = parent.ok_or_else(|| Error::field("parent", Code::UnknownUnit))?.parent;
        steps += 1;
    }
    Ok(())
}

// People -------------------------------------------------------------------------------------------------------------

/// A person just created, or just given a new first password.
pub(super) struct Welcomed {
    pub person: Id<Person>,
    /// Shown once.
    pub first_password: String,
}

/// Whose records a member of staff may read: those kept in their own places. Administrators read what they may edit.
///
/// # Errors
/// `password_change_needed`.
pub(super) fn reading_scope(actor: &Actor) -> Result<Scope> {
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
pub(super) async fn create_person(
    app: &App,
    actor: &Actor,
    name: String,
    login: String,
    drafts: Vec<PostDraft>,
    key: Key,
) -> Result<Welcomed> {
    let scope = actor.require(Permission::PersonEdit)?;
    check_newcomer(&name, &login)?;
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

fn check_newcomer(name: &str, login: &str) -> Result<()> {
    rules::check_name(name)?;
    check_login_name(login)
}

/// Corrects a person's name.
///
/// # Errors
/// Field errors; `not_found` outside the actor's places; `record_changed`.
pub(super) async fn rename_person(
    app: &App,
    actor: &Actor,
    id: Id<Person>,
    seen: i64,
    name: String,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::PersonEdit)?;
    rules::check_name(&name)?;
    let write = Write::new(app, actor, Permission::PersonEdit, None, key);
    app.db
        .write(async move |mut tx: Tx| {
            let person = store::person(&mut tx, &scope, id).await?.ok_or_else(not_found)?;
            if write.earlier(&mut tx, id).await?.is_some() {
                return Ok(());
            }
            if !store::rename_person(&mut tx, id, seen, &name).await? {
                return Err(Error::new(Code::RecordChanged));
            }
            write.record(&mut tx, "person.renamed", ("person", id.to_string()), &person.region, json!({})).await
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
pub(super) async fn reset_password(app: &App, actor: &Actor, id: Id<Person>, key: Key) -> Result<Welcomed> {
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

/// Ends someone's sessions, everywhere.
///
/// # Errors
/// `not_found` outside the actor's places.
pub(super) async fn end_sessions_of(app: &App, actor: &Actor, id: Id<Person>, key: Key) -> Result<()> {
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

// Posts --------------------------------------------------------------------------------------------------------------

/// Gives someone a post.
///
/// # Errors
/// Field errors; `not_found` when the person or the place is outside the actor's; `separated_duties`.
pub(super) async fn grant(app: &App, actor: &Actor, person: Id<Person>, draft: PostDraft, key: Key) -> Result<()> {
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

async fn grant_in(
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

/// Ends a post today, and with it those of its deputies.
///
/// # Errors
/// `not_found` outside the actor's places; `post_ended`; `last_administrator`.
pub(super) async fn end_post(app: &App, actor: &Actor, id: Id<Post>, key: Key) -> Result<()> {
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
async fn end_in(tx: &mut Tx, post: &PostRecord, until: Day) -> Result<()> {
    if post.role.is_separated() {
        store::lock_role(tx, post.role).await?;
        let others = store::held_by_others(tx, post.role, post.person, until).await?;
        rules::check_not_last(post, until, &others)?;
    }
    store::end_post(tx, post.id, until).await
}

// From the command line ----------------------------------------------------------------------------------------------

/// Adds someone from the command line, where the first administrators come from. Returns their first password.
///
/// # Errors
/// Field errors.
pub async fn add_user(app: &App, login: &str, name: &str, role: Role, region: &RegionCode) -> Result<String> {
    check_newcomer(name, login)?;
    let (now, today) = (app.now(), app.today());
    let (id, post) = (Id::new(now, &app.chance), Id::new(now, &app.chance));
    let password = first_password(&app.keys, &id.to_string());
    let hash = hash_password(app, &password).await?;
    let draft = PostDraft { role, region: region.clone(), unit: None, from: None, until: None, deputy_for: None };
    let post = rules::post(post, id, &draft, None, today)?;
    let (login, name, region) = (login.to_owned(), name.to_owned(), region.clone());
    app.db
        .write(async move |mut tx: Tx| {
            require_region(&mut tx, "region", &region).await?;
            let new =
                NewPerson { id, name: &name, login: &login, region: &region, password_hash: Some(&hash), at: now };
            if !store::insert_person(&mut tx, &new).await? {
                return Err(Error::field("login", Code::Duplicate).with("value", login));
            }
            store::insert_posts(&mut tx, std::slice::from_ref(&post)).await?;
            let (object_id, params) = (id.to_string(), json!({ "role": role }));
            let entry =
                Entry { kind: "person.created", object_kind: "person", object_id, place: Some(&region), params };
            trail::record(&mut tx, now, &By::nobody(), entry).await
        })
        .await?;
    Ok(password)
}
