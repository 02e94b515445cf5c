//! Views that are kept: one's own, a unit's, nobody else's.

use serde_json::{Value, json};

use super::cases::{city, with};

fn late_lamps() -> Value {
    json!({"list": "cases", "name": " 超期路灯 ", "query": {"view": "overdue", "matter": "city.lighting.street-lamp"}})
}

#[tokio::test]
async fn a_view_is_kept_changed_and_forgotten_and_is_nobody_elses() {
    let test = city().await;
    let (desk, second) = (test.as_person("dispatcher").await, test.as_person("second").await);
    let kept = desk.with_key("keep-view-1").post("/api/views", late_lamps()).await.ok();
    assert_eq!((&kept["name"], &kept["query"]["view"]), (&json!("超期路灯"), &json!("overdue")));
    let again = desk.with_key("keep-view-1").post("/api/views", late_lamps()).await.ok();
    assert_eq!(again["id"], kept["id"]);
    assert_eq!(desk.get("/api/views?list=cases").await.ok()["rows"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("/api/views?list=cases").await.ok()["rows"], json!([]));
    let path = format!("/api/views/{}", kept["id"].as_str().unwrap());
    let change = with(late_lamps(), json!({"name": "路灯", "version": 1}));
    assert_eq!(second.put(&path, change.clone()).await.refusal().0, 404);
    assert_eq!(second.delete(&path).await.refusal().0, 404);
    assert_eq!(desk.put(&path, change.clone()).await.ok()["name"], "路灯");
    assert_eq!(desk.put(&path, change).await.refusal(), (409, "record_changed".into()));
    assert_eq!(desk.delete(&path).await.status, 204);
    assert_eq!(desk.get("/api/views?list=cases").await.ok()["rows"], json!([]));
}

#[tokio::test]
async fn a_units_view_is_the_units_to_open_and_to_change() {
    let test = city().await;
    let (desk, second) = (test.as_person("dispatcher").await, test.as_person("second").await);
    let street = desk.get("/api/units?q=street").await.ok()["rows"][0]["id"].clone();
    let kept = desk.post("/api/views", with(late_lamps(), json!({"unit": street}))).await.ok();
    let seen = second.get("/api/views?list=cases").await.ok()["rows"][0].clone();
    assert_eq!((&seen["id"], &seen["unit"]["id"], &seen["by"]["name"]), (&kept["id"], &street, &json!("dispatcher")));
    let path = format!("/api/views/{}", kept["id"].as_str().unwrap());
    let change = with(late_lamps(), json!({"name": "本所路灯", "unit": street, "version": 1}));
    assert_eq!(second.put(&path, change).await.ok()["version"], 2);
    let neighbour = test.as_person("neighbour").await;
    assert_eq!(neighbour.get("/api/views?list=cases").await.ok()["rows"], json!([]));
    let foreign = neighbour.post("/api/views", with(late_lamps(), json!({"unit": street}))).await;
    assert_eq!(foreign.fields(), [("unit".to_owned(), "unknown_unit".to_owned())]);
    assert_eq!(second.delete(&path).await.status, 204);
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_next_to_its_field() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    let refused = async |changes: Value| desk.post("/api/views", with(late_lamps(), changes)).await.fields();
    let one = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    assert_eq!(refused(json!({"name": " "})).await, one("name", "required"));
    assert_eq!(refused(json!({"name": "长".repeat(41)})).await, one("name", "too_long"));
    assert_eq!(refused(json!({"list": "people"})).await, one("list", "unknown_value"));
    assert_eq!(refused(json!({"query": {"q": "长".repeat(201)}})).await, one("query", "too_long"));
    for _ in 0..50 {
        desk.post("/api/views", late_lamps()).await.ok();
    }
    assert_eq!(refused(json!({})).await, one("name", "out_of_range"));
}

#[tokio::test]
async fn each_list_keeps_its_own_views_and_one_that_keeps_none_is_refused() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    let lists = ["register", "pleas", "supervisions", "whistles", "call_backs", "rechecks", "topics", "enforcement"];
    for list in lists {
        let query = json!({"list": list, "name": list, "query": {"state": "open", "region": "140403"}});
        let kept = desk.post("/api/views", query).await.ok();
        assert_eq!(kept["list"], list);
    }
    for list in lists {
        let rows = desk.get(&format!("/api/views?list={list}")).await.ok()["rows"].clone();
        assert_eq!((rows.as_array().unwrap().len(), &rows[0]["name"]), (1, &json!(list)));
    }
    assert_eq!(desk.get("/api/views?list=cases").await.ok()["rows"], json!([]));
    let unknown = vec![("list".to_owned(), "unknown_value".to_owned())];
    assert_eq!(desk.get("/api/views?list=people").await.fields(), unknown);
    // Fifty of one list do not stand in the way of another.
    for _ in 0..50 {
        desk.post("/api/views", late_lamps()).await.ok();
    }
    assert_eq!(desk.post("/api/views", late_lamps()).await.fields()[0].1, "out_of_range");
    desk.post("/api/views", with(late_lamps(), json!({"list": "register"}))).await.ok();
}
