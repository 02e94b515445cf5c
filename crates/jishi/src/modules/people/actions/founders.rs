//! The first administrators, who come from the command line.

use db::Tx;
use kernel::{Code, Error, Id, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        login::{first_password, hash_password},
        model::PostDraft,
        rules,
        store::{self, NewPerson},
    },
    check_newcomer, require_region,
};
use crate::{
    modules::App,
    platform::{
        access::Role,
        trail::{self, By, Entry},
    },
};

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
            let new = NewPerson {
                id,
                name: &name,
                login: &login,
                phone: None,
                region: &region,
                password_hash: Some(&hash),
                at: now,
            };
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
