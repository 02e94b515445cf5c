//! Logging in, sessions, passwords, the second factor.

use futures::future::join_all;
use jishi::{modules::people, platform::access::Role};
use serde_json::json;
use totp_rs::{Builder, Secret};

use crate::support::{Client, TestApp, code};

const NEW_PASSWORD: &str = "three legs stand well";

async fn with_admin(app: &TestApp) -> String {
    let founder = people::Founder { login: "shenwei".to_owned(), name: "沈卫".to_owned(), role: Role::SecurityAdmin };
    people::add_founders(&app.app, vec![founder], &code("1404")).await.unwrap().remove(0)
}

/// Logs in and changes the first password.
async fn settled<'a>(app: &'a TestApp, first: &str) -> Client<'a> {
    let begun = app.nobody().post("/api/session", json!({ "login": "shenwei", "password": first })).await;
    let client = app.nobody().with_cookie(&begun.cookie());
    let changed = client.put("/api/session/password", json!({ "old": first, "new": NEW_PASSWORD })).await;
    let cookie = changed.cookie();
    changed.ok();
    client.with_cookie(&cookie)
}

#[tokio::test]
async fn a_first_password_lets_in_only_to_be_changed() {
    let app = TestApp::start().await;
    let first = with_admin(&app).await;
    let begun = app.nobody().post("/api/session", json!({ "login": " ShenWei ", "password": first })).await;
    let client = app.nobody().with_cookie(&begun.cookie());
    let me = begun.ok();
    assert_eq!(me["must_change_password"], true);
    assert_eq!(me["posts"][0]["region"]["names"]["zh"], "长治市");
    assert_eq!(
        me["permissions"],
        json!([
            "person.edit",
            "post.grant",
            "session.end",
            "enforcement.certify",
            "protection.keep",
            "objection.answer"
        ])
    );
    assert_eq!(client.get("/api/people").await.refusal(), (403, "password_change_needed".into()));
    let weak = client.put("/api/session/password", json!({ "old": first, "new": "shenwei2026" })).await;
    assert_eq!(weak.fields(), [("new".into(), "weak_password".into())]);
    let wrong = client.put("/api/session/password", json!({ "old": "x", "new": NEW_PASSWORD })).await;
    assert_eq!(wrong.fields(), [("old".into(), "bad_credentials".into())]);
    let changed = client.put("/api/session/password", json!({ "old": first, "new": NEW_PASSWORD })).await;
    let renewed = client.with_cookie(&changed.cookie());
    assert_eq!(changed.ok()["must_change_password"], false);
    assert_eq!(
        client.get("/api/session").await.refusal(),
        (401, "unauthenticated".into()),
        "the old session has ended"
    );
    renewed.get("/api/people").await.ok();
    let again = app.nobody().post("/api/session", json!({ "login": "shenwei", "password": first })).await;
    assert_eq!(again.refusal(), (401, "bad_credentials".into()));
}

#[tokio::test]
async fn five_wrong_tries_lock_the_account_and_a_name_nobody_has_behaves_alike() {
    let app = TestApp::start().await;
    let first = with_admin(&app).await;
    for login in ["shenwei", "nobody.at.all"] {
        for _ in 0..5 {
            let wrong = app.nobody().post("/api/session", json!({ "login": login, "password": "guess" })).await;
            assert_eq!(wrong.refusal(), (401, "bad_credentials".into()));
        }
        let locked = app.nobody().post("/api/session", json!({ "login": login, "password": first })).await;
        assert_eq!(locked.refusal(), (429, "locked".into()));
    }
    app.pass_seconds(15 * 60 + 1);
    app.nobody().post("/api/session", json!({ "login": "shenwei", "password": first })).await.ok();
}

#[tokio::test]
async fn wrong_tries_sent_all_at_once_lock_as_soon_as_one_after_the_other() {
    let app = TestApp::start().await;
    let first = with_admin(&app).await;
    let client = settled(&app, &first).await;
    let enrolment = client.post_empty("/api/session/totp").await.ok();
    assert!(enrolment["secret"].is_string());
    let code = || client.put("/api/session/totp", json!({ "code": "000000" }));
    let old = || client.put("/api/session/password", json!({ "old": "guess", "new": "long enough to be one" }));
    for wrong in [join_all((0..20).map(|_| code())).await, {
        app.pass_seconds(15 * 60 + 1);
        join_all((0..20).map(|_| old())).await
    }] {
        let tried = wrong.iter().filter(|answer| answer.status == 422).count();
        // Two are checked at the same time: a sixth may be under way when the fifth locks, and counts towards the
        // next lock.
        assert!((4..=6).contains(&tried), "{tried} were tried");
        assert!(wrong.iter().all(|answer| answer.status == 422 || answer.refusal() == (429, "locked".into())));
    }
}

#[tokio::test]
async fn an_address_that_is_wrong_too_often_is_slowed_down() {
    let app = TestApp::start().await;
    for number in 0..20 {
        let login = format!("guess{number}");
        app.nobody().post("/api/session", json!({ "login": login, "password": "x" })).await;
    }
    let slowed = app.nobody().post("/api/session", json!({ "login": "guess", "password": "x" })).await;
    assert_eq!(slowed.refusal(), (429, "rate_limited".into()));
    app.pass_seconds(15);
    let wrong = app.nobody().post("/api/session", json!({ "login": "guess", "password": "x" })).await;
    assert_eq!(wrong.refusal(), (401, "bad_credentials".into()));
}

#[tokio::test]
async fn the_second_factor_is_asked_for_and_a_code_works_once() {
    let app = TestApp::start().await;
    let first = with_admin(&app).await;
    let client = settled(&app, &first).await;
    let enrolment = client.post_empty("/api/session/totp").await.ok();
    assert!(enrolment["otpauth"].as_str().unwrap().starts_with("otpauth://totp/"));
    let secret = Secret::try_from_base32(enrolment["secret"].as_str().unwrap()).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let current = || totp.generate(u64::try_from(app.app.now().millis() / 1_000).unwrap()).to_string();
    let wrong = client.put("/api/session/totp", json!({ "code": "000000" })).await;
    assert_eq!(wrong.fields(), [("code".into(), "bad_code".into())]);
    assert_eq!(client.put("/api/session/totp", json!({ "code": current() })).await.ok()["totp"]["enabled"], true);
    assert_eq!(client.post_empty("/api/session/totp").await.refusal(), (409, "totp_already_on".into()));
    let log_in = async |code: Option<String>| {
        let body = json!({ "login": "shenwei", "password": NEW_PASSWORD, "code": code });
        app.nobody().post("/api/session", body).await
    };
    assert_eq!(log_in(None).await.refusal(), (401, "code_needed".into()));
    assert_eq!(log_in(Some(current())).await.refusal(), (401, "bad_code".into()), "the code that confirmed is used up");
    app.pass_seconds(30);
    log_in(Some(current())).await.ok();
    assert_eq!(log_in(Some(current())).await.refusal(), (401, "bad_code".into()), "no code works twice");
    app.pass_seconds(30);
    let off = client.delete_with("/api/session/totp", json!({ "code": current() })).await.ok();
    assert_eq!(off["totp"]["enabled"], false);
    log_in(None).await.ok();
}

#[tokio::test]
async fn sessions_idle_out_end_after_a_week_and_can_be_ended() {
    let app = TestApp::start().await;
    app.person("wangfang", Role::GridWorker, "140403001001001", None).await;
    let (phone, office) = (app.as_person("wangfang").await, app.as_person("wangfang").await);
    let rows = phone.get("/api/sessions").await.ok();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 2);
    let other = rows["rows"].as_array().unwrap().iter().find(|row| row["is_current"] == false).unwrap();
    let address = format!("/api/sessions/{}", other["id"].as_str().unwrap());
    phone.delete(&address).await.ok();
    assert_eq!(office.get("/api/session").await.refusal(), (401, "unauthenticated".into()));
    assert_eq!(phone.delete(&address).await.refusal(), (404, "not_found".into()));
    for _ in 0..20 {
        app.pass_hours(7);
        phone.get("/api/session").await.ok();
    }
    app.pass_hours(24 * 7 - 140);
    assert_eq!(phone.get("/api/session").await.refusal(), (401, "unauthenticated".into()), "a week is the end");
    let phone = app.as_person("wangfang").await;
    app.pass_hours(8);
    assert_eq!(phone.get("/api/session").await.refusal(), (401, "unauthenticated".into()), "idle for a working day");
    let phone = app.as_person("wangfang").await;
    phone.delete("/api/session").await.ok();
    assert_eq!(phone.get("/api/session").await.refusal(), (401, "unauthenticated".into()));
}

#[tokio::test]
async fn the_language_is_kept_and_the_roles_are_a_table() {
    let app = TestApp::start().await;
    app.person("wangfang", Role::GridWorker, "140403001001001", None).await;
    let client = app.as_person("wangfang").await;
    assert_eq!(client.put("/api/session/locale", json!({ "locale": "en" })).await.ok()["locale"], "en");
    assert_eq!(client.get("/api/session").await.ok()["locale"], "en");
    let roles = client.get("/api/roles").await.ok();
    assert_eq!(roles["rows"].as_array().unwrap().len(), Role::ALL.len());
    assert_eq!(
        roles["rows"][0]["permissions"],
        json!(["case.read", "case.remark", "case.enter", "case.settle", "phrase.edit", "register.note", "visit.write"])
    );
    assert_eq!(app.nobody().get("/api/roles").await.refusal(), (401, "unauthenticated".into()));
}

#[tokio::test]
async fn personas_and_tours_exist_in_the_demonstration_and_nowhere_else() {
    let app = TestApp::start_with(|settings| settings.is_demo = true).await;
    app.person("wanglihua", Role::GridWorker, "140403001001002", None).await;
    app.person("wangfang", Role::GridWorker, "140403001001001", None).await;
    let personas = app.nobody().get("/api/demo/personas").await.ok();
    assert_eq!(personas["rows"].as_array().unwrap().len(), 1, "only people with a note are shown around");
    assert_eq!(personas["rows"][0]["login"], "wanglihua");
    assert!(personas["rows"][0]["note"]["zh"].as_str().is_some_and(|note| !note.is_empty()));
    let tours = app.nobody().get("/api/demo/tours").await.ok();
    assert_eq!(tours["rows"].as_array().unwrap().len(), 5);
    assert_eq!(tours["rows"][0]["steps"][0]["path"], "/");
    let begun = app.nobody().post("/api/demo/session", json!({ "login": "wangfang" })).await;
    let client = app.nobody().with_cookie(&begun.cookie());
    assert_eq!(client.get("/api/session").await.ok()["is_demo"], true);
    let unknown = app.nobody().post("/api/demo/session", json!({ "login": "x" })).await;
    assert_eq!(unknown.refusal(), (404, "not_found".into()));

    let real = TestApp::start().await;
    real.person("wangfang", Role::GridWorker, "140403001001001", None).await;
    assert_eq!(real.nobody().get("/api/demo/personas").await.refusal(), (404, "not_found".into()));
    assert_eq!(real.nobody().get("/api/demo/tours").await.refusal(), (404, "not_found".into()));
    let refused = real.nobody().post("/api/demo/session", json!({ "login": "wangfang" })).await;
    assert_eq!(refused.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn behind_tls_the_cookie_is_for_this_host_alone() {
    let app = TestApp::start_with(|settings| (settings.is_demo, settings.behind_proxy) = (true, true)).await;
    app.person("wangfang", Role::GridWorker, "140403001001001", None).await;
    let client = app.nobody().with_header("x-forwarded-for", "6.6.6.6, 10.1.2.3").with_header("user-agent", "Firefox");
    let begun = client.post("/api/demo/session", json!({ "login": "wangfang" })).await;
    let line = begun.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(line.starts_with("__Host-jishi=") && line.contains("; Secure") && line.contains("HttpOnly"), "{line}");
    let rows = client.with_cookie(&begun.cookie()).get("/api/sessions").await.ok();
    assert_eq!(rows["rows"][0]["address"], "10.1.2.3", "what the proxy wrote, not what the client made up");
    assert_eq!(rows["rows"][0]["user_agent"], "Firefox");
}

#[tokio::test]
async fn what_another_person_wrote_on_the_device_is_not_sent_in_ones_own_name() {
    let test = TestApp::start().await;
    for login in ["one", "two"] {
        test.person(login, Role::SystemAdmin, "1404", None).await;
    }
    let (one, two) = (test.as_person("one").await, test.as_person("two").await);
    let id = |me: serde_json::Value| me["person"]["id"].as_str().unwrap().to_owned();
    let own = id(one.get("/api/session").await.ok());
    let written =
        async |client: &Client<'_>, by: &str| client.with_header("jishi-person", by).get("/api/session").await;
    assert_eq!(written(&one, &own).await.status, 200);
    assert_eq!(written(&two, &own).await.refusal(), (409, "other_person".into()));
    assert_eq!(written(&two, "nobody").await.refusal(), (409, "other_person".into()));
    assert_eq!(written(&test.nobody(), &own).await.refusal().0, 401);
}
