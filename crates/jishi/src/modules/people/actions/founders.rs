//! The first administrators, who come from the command line.

use db::Tx;
use kernel::{Code, Error, Id, Instant, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        login::{first_password, hash_password},
        model::{PostDraft, PostRecord},
        rules,
        store::{self, NewPerson},
    },
    check_newcomer, require_region,
};
use crate::{
    modules::App,
    platform::{
        access::{Person, Role},
        trail::{self, By, Entry},
    },
};

/// Someone who comes from the command line, as the first administrators do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founder {
    /// Their log-in name.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they are.
    pub role: Role,
}

/// Whether somebody can be added so: the names in form, the log-in name nobody's.
///
/// # Errors
/// Field errors.
pub async fn check_founder(app: &App, founder: &Founder) -> Result<()> {
    check_newcomer(&founder.name, &founder.login)?;
    match store::person_of_login_unscoped(&mut app.db.read().await?, &founder.login).await? {
        Some(_) => Err(Error::field("login", Code::Duplicate).with("value", founder.login.as_str())),
        None => Ok(()),
    }
}

struct Ready {
    founder: Founder,
    id: Id<Person>,
    post: PostRecord,
    password: String,
    hash: String,
}

/// Adds people from the command line: all of them or none, since a first password that is not told is lost. Returns their
/// first passwords.
///
/// # Errors
/// Field errors.
pub async fn add_founders(app: &App, founders: Vec<Founder>, region: &RegionCode) -> Result<Vec<String>> {
    let mut ready = Vec::new();
    for founder in founders {
        ready.push(prepare(app, founder, region).await?);
    }
    let passwords = ready.iter().map(|one| one.password.clone()).collect();
    let (now, region) = (app.now(), region.clone());
    app.db
        .write(async move |mut tx: Tx| {
            require_region(&mut tx, "region", &region).await?;
            for one in &ready {
                add(&mut tx, one, &region, now).await?;
            }
            Ok(())
        })
        .await?;
    Ok(passwords)
}

async fn prepare(app: &App, founder: Founder, region: &RegionCode) -> Result<Ready> {
    check_newcomer(&founder.name, &founder.login)?;
    let (id, post) = (Id::new(app.now(), &app.chance), Id::new(app.now(), &app.chance));
    let password = first_password(&app.keys, &id.to_string());
    let hash = hash_password(app, &password).await?;
    let (role, region) = (founder.role, region.clone());
    let draft = PostDraft { role, region, unit: None, from: None, until: None, deputy_for: None };
    let post = rules::post(post, id, &draft, None, app.today())?;
    Ok(Ready { founder, id, post, password, hash })
}

async fn add(tx: &mut Tx, one: &Ready, region: &RegionCode, now: Instant) -> Result<()> {
    let Founder { login, name, role } = &one.founder;
    let password_hash = Some(one.hash.as_str());
    let new = NewPerson { id: one.id, name, login, phone: None, region, password_hash, at: now };
    if !store::insert_person(tx, &new).await? {
        return Err(Error::field("login", Code::Duplicate).with("value", login.as_str()));
    }
    store::insert_posts(tx, std::slice::from_ref(&one.post)).await?;
    let (object_id, params) = (one.id.to_string(), json!({ "role": role }));
    let entry = Entry { kind: "person.created", object_kind: "person", object_id, place: Some(region), params };
    trail::record(tx, now, &By::nobody(), entry).await
}
