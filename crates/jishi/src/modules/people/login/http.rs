//! Addresses of logging in. A log-in or a change of password is not kept under its idempotency key: the hash of its
//! content would be a cheap way to try passwords.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use kernel::{Code, Error, Id, Lang};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::model::Me,
    actions,
    model::{Begun, Enrolment, SessionView, Visit},
    rules,
};
use crate::{
    http::{
        extract::{Input, Path},
        problem::{Answer, Refusal},
        staff::{Staff, cookie_name},
    },
    modules::{App, SharedApp},
    platform::access::{Role, Session},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(log_in, session, log_out))
        .routes(routes!(change_password))
        .routes(routes!(enrol, confirm, remove))
        .routes(routes!(choose_locale))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
        .routes(routes!(roles))
        .routes(routes!(be_persona))
}

/// A list without pages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Rows<T> {
    /// All of it.
    rows: Vec<T>,
}

/// Name, password, and the code of the second factor if there is one.
#[derive(Deserialize, utoipa::ToSchema)]
struct LogIn {
    /// The log-in name.
    login: String,
    /// The password.
    password: String,
    /// Six digits.
    code: Option<String>,
}

/// The old password and the new.
#[derive(Deserialize, utoipa::ToSchema)]
struct PasswordChange {
    /// The one in use.
    old: String,
    /// The one to come.
    new: String,
}

/// A code of the second factor.
#[derive(Deserialize, utoipa::ToSchema)]
struct TotpCode {
    /// Six digits.
    code: String,
}

/// A language.
#[derive(Deserialize, utoipa::ToSchema)]
struct LocaleChoice {
    /// `zh` or `en`.
    locale: Lang,
}

/// Which persona to be.
#[derive(Deserialize, utoipa::ToSchema)]
struct PersonaChoice {
    /// Their log-in name.
    login: String,
}

/// A role and what it may.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RoleRow {
    role: Role,
    names: kernel::Names,
    permissions: Vec<&'static str>,
}

/// All roles and permissions.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Roles {
    /// Every permission, in the order of the table.
    permissions: Vec<&'static str>,
    /// Every role.
    rows: Vec<RoleRow>,
}

/// The cookie of a session; `__Host-` and Secure wherever the browser speaks TLS to us.
fn cookie(app: &App, token: &str, seconds: i64) -> AppendHeaders<Option<(header::HeaderName, HeaderValue)>> {
    let name = cookie_name(&app.settings);
    let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
    let value = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    AppendHeaders(HeaderValue::from_str(&value).ok().map(|value| (header::SET_COOKIE, value)))
}

async fn welcome(app: &App, begun: Begun) -> Answer<Response> {
    let me = actions::me(app, begun.person).await?;
    Ok((cookie(app, &begun.token, rules::ABSOLUTE_DAYS * 86_400), Json(me)).into_response())
}

/// Logs in.
#[utoipa::path(post, path = "/api/session", tag = "public", request_body = LogIn, responses((status = 200, body = Me)))]
async fn log_in(State(app): State<SharedApp>, visit: Visit, Input { body, .. }: Input<LogIn>) -> Answer<Response> {
    let given = actions::Credentials { login: body.login, password: body.password, code: body.code };
    let begun = actions::log_in(&app, given, &visit).await?;
    welcome(&app, begun).await
}

/// Who is logged in.
#[utoipa::path(get, path = "/api/session", operation_id = "read_session",
    tag = "staff", responses((status = 200, body = Me)))]
async fn session(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<Me>> {
    Ok(Json(actions::me(&app, actor.person).await?))
}

/// Logs out.
#[utoipa::path(delete, path = "/api/session", tag = "staff", responses((status = 204)))]
async fn log_out(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Response> {
    actions::log_out(&app, &actor).await?;
    Ok((StatusCode::NO_CONTENT, cookie(&app, "", 0)).into_response())
}

/// Changes the password; every other session ends.
#[utoipa::path(put, path = "/api/session/password", tag = "staff", request_body = PasswordChange, responses((status = 200, body = Me)))]
async fn change_password(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    visit: Visit,
    Input { body, .. }: Input<PasswordChange>,
) -> Answer<Response> {
    let begun = actions::change_password(&app, &actor, body.old, body.new, &visit).await?;
    welcome(&app, begun).await
}

/// Makes a secret for the second factor.
#[utoipa::path(post, path = "/api/session/totp", operation_id = "enrol_totp",
    tag = "staff", responses((status = 200, body = Enrolment)))]
async fn enrol(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<Enrolment>> {
    Ok(Json(actions::enrol(&app, &actor).await?))
}

/// Turns the second factor on.
#[utoipa::path(put, path = "/api/session/totp", operation_id = "confirm_totp",
    tag = "staff", request_body = TotpCode, responses((status = 200, body = Me)))]
async fn confirm(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, .. }: Input<TotpCode>,
) -> Answer<Json<Me>> {
    actions::confirm(&app, &actor, &body.code).await?;
    Ok(Json(actions::me(&app, actor.person).await?))
}

/// Turns the second factor off.
#[utoipa::path(delete, path = "/api/session/totp", operation_id = "remove_totp",
    tag = "staff", request_body = TotpCode, responses((status = 200, body = Me)))]
async fn remove(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, .. }: Input<TotpCode>,
) -> Answer<Json<Me>> {
    actions::remove(&app, &actor, &body.code).await?;
    Ok(Json(actions::me(&app, actor.person).await?))
}

/// Chooses the language.
#[utoipa::path(put, path = "/api/session/locale", tag = "staff", request_body = LocaleChoice, responses((status = 200, body = Me)))]
async fn choose_locale(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, .. }: Input<LocaleChoice>,
) -> Answer<Json<Me>> {
    actions::choose_locale(&app, &actor, body.locale).await?;
    Ok(Json(actions::me(&app, actor.person).await?))
}

/// One's own sessions.
#[utoipa::path(get, path = "/api/sessions", operation_id = "list_sessions",
    tag = "staff", responses((status = 200, body = Rows<SessionView>)))]
async fn sessions(State(app): State<SharedApp>, Staff(actor): Staff) -> Answer<Json<Rows<SessionView>>> {
    Ok(Json(Rows { rows: actions::sessions(&app, &actor).await? }))
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/api/sessions/{id}", tag = "staff", params(("id" = String, Path)), responses((status = 204)))]
async fn end_session(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Session>>,
) -> Answer<StatusCode> {
    actions::end_session(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The table of roles and permissions.
#[utoipa::path(get, path = "/api/roles", operation_id = "list_roles",
    tag = "staff", responses((status = 200, body = Roles)))]
async fn roles(_: Staff) -> Json<Roles> {
    let names = |permissions: &[crate::platform::access::Permission]| permissions.iter().map(|p| p.as_str()).collect();
    let row = |role: Role| RoleRow { role, names: role.names(), permissions: names(role.permissions()) };
    let permissions = names(&crate::platform::access::Permission::ALL);
    Json(Roles { permissions, rows: Role::ALL.into_iter().map(row).collect() })
}

/// Takes a persona of the demonstration.
#[utoipa::path(post, path = "/api/demo/session", tag = "public", request_body = PersonaChoice, responses((status = 200, body = Me)))]
async fn be_persona(
    State(app): State<SharedApp>,
    visit: Visit,
    Input { body, .. }: Input<PersonaChoice>,
) -> Answer<Response> {
    if !app.settings.is_demo {
        return Err(Refusal::from(Error::new(Code::NotFound)));
    }
    let begun = actions::be_persona(&app, &body.login, &visit).await?;
    welcome(&app, begun).await
}
