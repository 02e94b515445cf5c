//! Use cases of logging in.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Lang, Result};
use serde_json::json;

use super::{
    super::{
        model::{Me, PersonRef, Persona, TotpState},
        views,
    },
    model::{Account, Begun, Enrolment, SessionView, Visit},
    rules, secrets, store,
};
use crate::{
    modules::App,
    platform::{
        access::{Actor, Permission, Person, Role, Session},
        keys::{hex, sha256},
        trail::{self, By, Entry},
    },
};

/// Who holds this token now, with the posts of today.
///
/// # Errors
/// `unauthenticated` when the session is unknown, over or idle too long, or its holder no longer works here.
pub async fn actor(app: &App, token: &str, visit: &Visit) -> Result<Actor> {
    let now = app.now();
    let rows = store::session_posts(&mut app.db.read().await?, sha256(token.as_bytes()), now, app.today()).await?;
    let first = rows.first().ok_or_else(|| Error::new(Code::Unauthenticated))?;
    let (session, seen) = (first.session, first.last_seen_at);
    let mut actor = Actor {
        person: first.person,
        name: first.name.clone(),
        session,
        posts: Vec::new(),
        address: visit.address.clone(),
        must_change_password: first.must_change_password,
    };
    actor.posts.extend(rows.into_iter().filter_map(|row| row.post));
    if now.millis() - seen.millis() >= rules::SEEN_EVERY_SECONDS * 1_000 {
        app.db.write(async move |mut tx: Tx| store::touch(&mut tx, session, now).await).await?;
    }
    Ok(actor)
}

/// Whether a session still lives, without counting as a use of it: an open page alone keeps nobody logged in.
///
/// # Errors
/// `internal` when the database fails.
pub async fn is_live(app: &App, token: &str) -> Result<bool> {
    let mut db = app.db.read().await?;
    Ok(!store::session_posts(&mut db, sha256(token.as_bytes()), app.now(), app.today()).await?.is_empty())
}

/// Begins a session for someone whose identity is beyond doubt, and returns its token.
///
/// # Errors
/// `internal` when the database fails.
pub async fn begin_session(app: &App, person: Id<Person>, visit: &Visit) -> Result<String> {
    let (new, token) = Opening::new(app, person, visit);
    app.db.write(async move |mut tx: Tx| new.open(&mut tx).await).await?;
    Ok(token)
}

/// A session about to begin.
struct Opening {
    id: Id<Session>,
    person: Id<Person>,
    token_hash: Vec<u8>,
    visit: Visit,
    now: Instant,
}

impl Opening {
    /// With its token: 256 random bits.
    fn new(app: &App, person: Id<Person>, visit: &Visit) -> (Self, String) {
        let (now, token) = (app.now(), hex(&app.chance.bytes::<32>()));
        let id = Id::new(now, &app.chance);
        (Self { id, person, token_hash: sha256(token.as_bytes()), visit: visit.clone(), now }, token)
    }

    async fn open(self, tx: &mut Tx) -> Result<()> {
        let expires_at = self.now.plus_days(rules::ABSOLUTE_DAYS);
        let (id, token_hash, person, at) = (self.id, self.token_hash, self.person, self.now);
        store::insert_session(tx, store::NewSession { id, token_hash, person, at, expires_at, visit: &self.visit })
            .await?;
        let by = By { person: Some(person), address: Some(self.visit.address), ..By::default() };
        let object_id = id.to_string();
        trail::record(
            tx,
            at,
            &by,
            Entry { kind: "session.begun", object_kind: "session", object_id, place: None, params: json!({}) },
        )
        .await
    }
}

/// What someone types to log in.
pub(super) struct Credentials {
    pub login: String,
    pub password: String,
    pub code: Option<String>,
}

/// Logs someone in. A name that does not exist takes as long, and locks, like one that does.
///
/// # Errors
/// `bad_credentials`, `code_needed`, `bad_code`, `locked`, `rate_limited`, `busy`.
pub(super) async fn log_in(app: &App, given: Credentials, visit: &Visit) -> Result<Begun> {
    let now = app.now();
    app.door.admit(&visit.address, now)?;
    let (account, step) = {
        let _turn = app.door.turn().await?;
        let account = verified(app, &given, visit, now).await?;
        let step = second_factor(app, &account, given.code.as_deref(), visit, now).await?;
        (account, step)
    };
    let (opening, token) = Opening::new(app, account.id, visit);
    let person = account.id;
    let taken = app
        .db
        .write(async move |mut tx: Tx| {
            if let Some(step) = step
                && !store::take_step(&mut tx, person, step).await?
            {
                return Err(Error::new(Code::BadCode));
            }
            store::forget_wrong(&mut tx, person).await?;
            opening.open(&mut tx).await
        })
        .await;
    taken.map(|()| Begun { token, person })
}

/// The account whose password was given. The account is read when the turn has come, so that tries sent all at once
/// are counted one after the other.
async fn verified(app: &App, given: &Credentials, visit: &Visit, now: Instant) -> Result<Account> {
    let login = given.login.trim().to_lowercase();
    let account = store::account_by_login(&mut app.db.read().await?, &login, app.today()).await?;
    let locked =
        account.as_ref().map_or_else(|| app.door.stranger_locked_until(&login), |account| account.locked_until);
    rules::refuse_locked(locked, now)?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    if secrets::is_password(hash, &given.password).await?
        && let Some(account) = account
    {
        return Ok(account);
    }
    match account {
        Some(account) => count_wrong(app, account.id, visit, now).await?,
        None => app.door.stranger_wrong(&login, now),
    }
    app.door.wrong(&visit.address, now);
    Err(Error::new(Code::BadCredentials))
}

/// Counts a wrong password or code where it outlives the process, and on the trail.
async fn count_wrong(app: &App, person: Id<Person>, visit: &Visit, now: Instant) -> Result<()> {
    let by = By { address: Some(visit.address.clone()), ..By::default() };
    app.db
        .write(async move |mut tx: Tx| {
            store::count_wrong(&mut tx, person, now).await?;
            trail::record(&mut tx, now, &by, about("session.refused", person)).await
        })
        .await
}

fn about(kind: &'static str, person: Id<Person>) -> Entry<'static> {
    Entry { kind, object_kind: "person", object_id: person.to_string(), place: None, params: json!({}) }
}

/// The step to be used up, when the account has a second factor.
async fn second_factor(
    app: &App,
    account: &Account,
    code: Option<&str>,
    visit: &Visit,
    now: Instant,
) -> Result<Option<i64>> {
    if !account.has_second_factor() {
        return Ok(None);
    }
    let code = code.filter(|code| !code.trim().is_empty()).ok_or_else(|| Error::new(Code::CodeNeeded))?;
    let step = secrets::fresh_step(app, account, code, now)?;
    if step.is_none() {
        count_wrong(app, account.id, visit, now).await?;
        app.door.wrong(&visit.address, now);
        return Err(Error::new(Code::BadCode));
    }
    Ok(step)
}

/// Logs out.
pub(super) async fn log_out(app: &App, actor: &Actor) -> Result<()> {
    end_session(app, actor, actor.session).await
}

/// Ends one of the actor's own sessions.
///
/// # Errors
/// `not_found` when it is someone else's or over.
pub(super) async fn end_session(app: &App, actor: &Actor, session: Id<Session>) -> Result<()> {
    let (now, person, by) = (app.now(), actor.person, By::actor(actor, None));
    app.db
        .write(async move |mut tx: Tx| {
            if !store::end_session(&mut tx, person, session, now).await? {
                return Err(Error::new(Code::NotFound));
            }
            let object_id = session.to_string();
            let entry =
                Entry { kind: "session.ended", object_kind: "session", object_id, place: None, params: json!({}) };
            trail::record(&mut tx, now, &by, entry).await
        })
        .await
}

/// The actor's own live sessions.
pub(super) async fn sessions(app: &App, actor: &Actor) -> Result<Vec<SessionView>> {
    let mut rows = store::sessions_of(&mut app.db.read().await?, actor.person, app.now()).await?;
    for row in &mut rows {
        row.is_current = row.id == actor.session;
    }
    Ok(rows)
}

/// Changes the actor's password, ends every session and begins a new one, whose token is returned.
///
/// # Errors
/// Field errors on `old` and `new`; `locked` after too many wrong tries.
pub(super) async fn change_password(
    app: &App,
    actor: &Actor,
    old: String,
    new: String,
    visit: &Visit,
) -> Result<Begun> {
    let now = app.now();
    let login = own_password(app, actor, &old, visit, now).await?;
    rules::check_password(&login, &old, &new)?;
    let hash = secrets::hash_password(app, &new).await?;
    let (opening, token) = Opening::new(app, actor.person, visit);
    let (person, by) = (actor.person, By::actor(actor, None));
    app.db
        .write(async move |mut tx: Tx| {
            store::put_password(&mut tx, person, &hash).await?;
            store::forget_wrong(&mut tx, person).await?;
            store::end_sessions(&mut tx, person, now).await?;
            trail::record(&mut tx, now, &by, about("person.password_changed", person)).await?;
            opening.open(&mut tx).await
        })
        .await?;
    Ok(Begun { token, person })
}

/// Checks the password of someone who is logged in and returns their log-in name; wrong ones count as at log-in, also those
/// sent all at once.
async fn own_password(app: &App, actor: &Actor, old: &str, visit: &Visit, now: Instant) -> Result<String> {
    let _turn = app.door.turn().await?;
    let account = store::account(&mut app.db.read().await?, actor.person).await?;
    rules::refuse_locked(account.locked_until, now)?;
    if secrets::is_password(account.password_hash, old).await? {
        return Ok(account.login);
    }
    count_wrong(app, actor.person, visit, now).await?;
    Err(Error::field("old", Code::BadCredentials))
}

/// Makes a secret for the second factor; it counts from the first code that proves it was taken over.
///
/// # Errors
/// `totp_already_on`; `password_change_needed`.
pub(super) async fn enrol(app: &App, actor: &Actor) -> Result<Enrolment> {
    refuse_first_password(actor)?;
    let account = store::account(&mut app.db.read().await?, actor.person).await?;
    let secret = secrets::new_totp_secret(&app.chance);
    let otpauth = secrets::totp(&secret, app.settings.name.zh(), &account.login)?.to_url();
    let otpauth = otpauth.map_err(|error| Error::internal(error.to_string()))?;
    let sealed = app.keys.seal(&app.chance, &secrets::totp_context(&account), &secret)?;
    let person = actor.person;
    let is_put = app.db.write(async move |mut tx: Tx| store::put_totp(&mut tx, person, sealed).await).await?;
    if is_put { Ok(Enrolment { secret, otpauth }) } else { Err(Error::new(Code::TotpAlreadyOn)) }
}

/// Turns the second factor on by its first code.
///
/// # Errors
/// `totp_already_on`, `bad_code`.
pub(super) async fn confirm(app: &App, actor: &Actor, code: &str) -> Result<()> {
    let account = store::account(&mut app.db.read().await?, actor.person).await?;
    if account.has_second_factor() {
        return Err(Error::new(Code::TotpAlreadyOn));
    }
    let step = own_step(app, actor, code).await?;
    let (now, person, by) = (app.now(), actor.person, By::actor(actor, None));
    app.db
        .write(async move |mut tx: Tx| {
            if !store::take_step(&mut tx, person, step).await? {
                return Err(Error::new(Code::BadCode));
            }
            trail::record(&mut tx, now, &by, about("person.totp_on", person)).await
        })
        .await
}

/// Turns the second factor off by one more code.
///
/// # Errors
/// `bad_code`.
pub(super) async fn remove(app: &App, actor: &Actor, code: &str) -> Result<()> {
    let step = own_step(app, actor, code).await?;
    let (now, person, by) = (app.now(), actor.person, By::actor(actor, None));
    app.db
        .write(async move |mut tx: Tx| {
            if !store::take_step(&mut tx, person, step).await? {
                return Err(Error::new(Code::BadCode));
            }
            store::remove_totp(&mut tx, person).await?;
            trail::record(&mut tx, now, &by, about("person.totp_off", person)).await
        })
        .await
}

/// The step of a code of someone who is logged in; wrong codes count as at log-in, also those sent all at once.
async fn own_step(app: &App, actor: &Actor, code: &str) -> Result<i64> {
    let now = app.now();
    let _turn = app.door.turn().await?;
    let account = store::account(&mut app.db.read().await?, actor.person).await?;
    rules::refuse_locked(account.locked_until, now)?;
    if let Some(step) = secrets::fresh_step(app, &account, code, now)? {
        return Ok(step);
    }
    let visit = Visit { address: actor.address.clone(), user_agent: String::new() };
    count_wrong(app, account.id, &visit, now).await?;
    Err(Error::field("code", Code::BadCode))
}

fn refuse_first_password(actor: &Actor) -> Result<()> {
    if actor.must_change_password { Err(Error::new(Code::PasswordChangeNeeded)) } else { Ok(()) }
}

/// Stores the actor's language.
pub(super) async fn choose_locale(app: &App, actor: &Actor, locale: Lang) -> Result<()> {
    let person = actor.person;
    app.db.write(async move |mut tx: Tx| store::put_locale(&mut tx, person, locale).await).await
}

/// Who someone is and what they may.
pub(super) async fn me(app: &App, person: Id<Person>) -> Result<Me> {
    let mut db = app.db.read().await?;
    let account = store::account(&mut db, person).await?;
    let mut posts = views::posts_of(&mut db, &[person], app.today()).await?.remove(&person).unwrap_or_default();
    posts.retain(|post| post.from <= app.today());
    let held = |permission: &Permission| posts.iter().any(|post| post.role.permissions().contains(permission));
    Ok(Me {
        person: PersonRef { id: person, name: account.name.clone() },
        permissions: Permission::ALL.into_iter().filter(|permission| held(permission)).collect(),
        totp: TotpState { enabled: account.has_second_factor() },
        has_password: account.password_hash.is_some(),
        login: account.login,
        must_change_password: account.must_change_password,
        locale: account.locale,
        phone: account.phone,
        is_demo: app.settings.is_demo,
        posts,
    })
}

/// Whom a visitor of the demonstration may be, of those named: who holds a post, in the order of the roles.
///
/// # Errors
/// `not_found` outside the demonstration.
pub async fn personas(app: &App, logins: &[&str]) -> Result<Vec<Persona>> {
    refuse_outside_demo(app)?;
    let mut personas = views::personas_unscoped(&mut app.db.read().await?, logins, app.today()).await?;
    personas.sort_by_key(|persona| Role::ALL.into_iter().position(|role| role == persona.role));
    Ok(personas)
}

/// Begins a session as a persona, without a password.
///
/// # Errors
/// `not_found` outside the demonstration or for a name nobody has.
pub(super) async fn be_persona(app: &App, login: &str, visit: &Visit) -> Result<Begun> {
    refuse_outside_demo(app)?;
    let account = store::account_by_login(&mut app.db.read().await?, login, app.today()).await?;
    let person = account.ok_or_else(|| Error::new(Code::NotFound))?.id;
    Ok(Begun { token: begin_session(app, person, visit).await?, person })
}

fn refuse_outside_demo(app: &App) -> Result<()> {
    if app.settings.is_demo { Ok(()) } else { Err(Error::new(Code::NotFound)) }
}
