//! Leave cover: a colleague stands in for a while; and colleagues to whom a case may be handed.

use jishi::platform::access::Role;
use serde_json::{Value, json};

use super::{
    cases::{city, in_hand, read, reported, step},
    support::{Client, TestApp},
};

async fn me(client: &Client<'_>) -> Value {
    client.get("/api/session").await.ok()
}

fn days(post: &Value, person: &Value, from: &str, until: &str) -> Value {
    json!({ "post": post["id"], "person": person["id"], "from": from, "until": until })
}

/// The handler's post, and their colleague.
async fn handler_and_colleague(test: &TestApp) -> (Value, Value) {
    let post = me(&test.as_person("handler").await).await["posts"][0].clone();
    (post, me(&test.as_person("colleague").await).await["person"].clone())
}

#[tokio::test]
async fn a_colleague_stands_in_and_the_case_says_so_until_the_handler_is_back() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let (post, colleague) = handler_and_colleague(&test).await;
    let handler = test.as_person("handler").await;
    let covers = handler.post("/api/session/covers", days(&post, &colleague, "2026-11-16", "2026-11-20")).await.ok();
    assert_eq!(covers["rows"][0]["person"]["name"], "colleague");

    let desk = test.as_person("dispatcher").await;
    assert_eq!(read(&desk, &id).await["stand_in"], json!({ "person": colleague, "until": "2026-11-20" }));
    assert_eq!(me(&test.as_person("colleague").await).await["posts"][1]["deputy_for"]["name"], "handler");
    test.pass_hours(4 * 24);
    assert_eq!(read(&test.as_person("dispatcher").await, &id).await["stand_in"], Value::Null);
    assert_eq!(test.as_person("handler").await.get("/api/session/covers").await.ok()["rows"], json!([]));
}

#[tokio::test]
async fn whoever_stands_in_has_the_colleague_s_cases_in_their_list_and_can_tell_them_apart() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let (post, colleague) = handler_and_colleague(&test).await;
    let mine = async |query: &str| {
        let other = test.as_person("colleague").await;
        let list = other.get(&format!("/api/cases?view=mine{query}")).await.ok();
        assert_eq!(list["count"].as_i64(), Some(i64::try_from(list["rows"].as_array().unwrap().len()).unwrap()));
        assert_eq!(
            other.get(&format!("/api/cases.csv?view=mine{query}")).await.text().lines().count(),
            1 + list["rows"].as_array().unwrap().len()
        );
        list["count"].as_i64().unwrap()
    };
    assert_eq!(mine("").await, 0);
    let handler = test.as_person("handler").await;
    handler.post("/api/session/covers", days(&post, &colleague, "2026-11-16", "2026-11-20")).await.ok();
    assert_eq!([mine("").await, mine("&covered=true").await, mine("&covered=false").await], [1, 1, 0]);
    assert_eq!(
        [mine("&q=路灯").await, mine("&q=路灯&covered=true").await, mine("&q=路灯&covered=false").await],
        [1, 1, 0]
    );
    let today = test.as_person("colleague").await.get("/api/today").await.ok();
    let list = today["views"].as_array().unwrap().iter().find(|view| view["code"] == "mine").unwrap();
    assert_eq!((list["count"].as_i64(), list["rows"][0]["handler"]["name"].as_str()), (Some(1), Some("handler")));
    assert_eq!(handler.get("/api/cases?view=mine&covered=true").await.ok()["count"], 0, "nobody is away for them");
    let helper = test.as_person("helper").await;
    assert_eq!(helper.get("/api/cases?view=mine").await.ok()["count"], 0);
    test.pass_hours(4 * 24);
    assert_eq!([mine("").await, mine("&covered=true").await], [0, 0], "the handler is back");
}

#[tokio::test]
async fn a_cover_is_for_one_s_own_post_by_a_colleague_with_the_same_post_one_at_a_time() {
    let test = city().await;
    let (post, colleague) = handler_and_colleague(&test).await;
    let handler = test.as_person("handler").await;
    let stranger = me(&test.as_person("helper").await).await["person"].clone();
    let cover = async |body: Value| handler.post("/api/session/covers", body).await.fields();
    let told = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    assert_eq!(cover(days(&post, &stranger, "2026-11-17", "2026-11-20")).await, told("person", "not_alike"));
    assert_eq!(cover(days(&post, &colleague, "2026-11-15", "2026-11-20")).await, told("from", "bad_format"));
    assert_eq!(cover(days(&post, &colleague, "2026-11-17", "2026-11-17")).await, told("until", "bad_format"));
    assert_eq!(cover(days(&post, &colleague, "2026-11-17", "2027-03-01")).await, told("until", "bad_format"));
    handler.post("/api/session/covers", days(&post, &colleague, "2026-11-17", "2026-11-20")).await.ok();
    assert_eq!(cover(days(&post, &colleague, "2026-11-19", "2026-11-21")).await, told("from", "duplicate"));

    let other = test.as_person("colleague").await;
    let theirs = other.post("/api/session/covers", days(&post, &stranger, "2026-11-24", "2026-11-25")).await;
    assert_eq!(theirs.refusal(), (404, "not_found".to_owned()), "another's post is nobody else's to cover");
}

#[tokio::test]
async fn a_grid_worker_is_covered_by_the_worker_of_another_grid_who_then_sees_both() {
    let test = city().await;
    test.person("next.grid", Role::GridWorker, "140403001001002", Some("village")).await;
    let worker = test.as_person("worker").await;
    let post = me(&worker).await["posts"][0].clone();
    let path = format!("/api/session/covers/colleagues?post={}", post["id"].as_str().unwrap());
    let found = worker.get(&path).await.ok()["rows"].clone();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["person"]["name"]), (1, &json!("next.grid")));
    assert_eq!(found[0]["region"]["code"], "140403001001002");

    let id = reported(&test).await;
    let other = test.as_person("next.grid").await;
    assert_eq!(other.get(&format!("/api/cases/{id}")).await.refusal().0, 404);
    worker.post("/api/session/covers", days(&post, &found[0]["person"], "2026-11-16", "2026-11-20")).await.ok();
    assert_eq!(read(&other, &id).await["status"], "received");
    assert_eq!(other.get(&path).await.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn a_cover_is_ended_by_whoever_arranged_it_before_it_begins_too() {
    let test = city().await;
    let (post, colleague) = handler_and_colleague(&test).await;
    let handler = test.as_person("handler").await;
    let covers = handler.post("/api/session/covers", days(&post, &colleague, "2026-11-18", "2026-11-20")).await.ok();
    let path = format!("/api/session/covers/{}", covers["rows"][0]["id"].as_str().unwrap());
    let other = test.as_person("colleague").await;
    assert_eq!(other.delete(&path).await.refusal(), (404, "not_found".to_owned()));
    handler.delete(&path).await.ok();
    assert_eq!(handler.get("/api/session/covers").await.ok()["rows"], json!([]));
    let again = handler.post("/api/session/covers", days(&post, &colleague, "2026-11-18", "2026-11-20")).await;
    again.ok();
}

#[tokio::test]
async fn colleagues_are_listed_by_name_with_what_they_have_in_hand() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let handler = test.as_person("handler").await;
    let path = format!("/api/cases/{id}/colleagues");
    let list = async || {
        let rows = handler.get(&path).await.ok()["rows"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| {
                (
                    row["person"]["name"].as_str().unwrap().to_owned(),
                    row["open"].as_i64().unwrap(),
                    row["is_handler"] == true,
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(list().await, [("colleague".to_owned(), 0, false), ("handler".to_owned(), 1, true)]);

    let colleague = me(&test.as_person("colleague").await).await["person"]["id"].clone();
    step(&handler, &id, "hand-over", json!({ "person": colleague, "reason": "请假" })).await.ok();
    assert_eq!(list().await, [("colleague".to_owned(), 1, true), ("handler".to_owned(), 0, false)]);
    let desk = test.as_person("dispatcher").await;
    assert_eq!(desk.get(&path).await.refusal().1, "not_your_unit");
}
