//! Contact details are nobody's business.

use serde_json::json;

use super::{RECEIPT, city, lamp, read, step, with};

#[tokio::test]
async fn details_are_masked_opened_with_a_purpose_and_the_owner_sees_it() {
    let test = city().await;
    let body = with(
        lamp(),
        json!({
            "identity": "named", "contact": {"name": "王小明", "phone": "138 1234 5678"},
            "text": "我是王小明，电话13812345678，另一个0355-2012345，路灯不亮"
        }),
    );
    test.nobody().post("/api/reports", body.clone()).await.ok();
    let content = format!("/api/reports\0{body}");
    assert_eq!(test.plain_hashes_of(&[RECEIPT, &content]).await, Vec::<String>::new(), "nobody can try receipts");
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let text = desk.get(&format!("/api/cases/{id}")).await.text();
    for secret in ["王小明", "13812345678", "2012345"] {
        assert!(!text.contains(secret), "{secret} is shown");
    }
    let case = read(&desk, &id).await;
    let report = case["reports"][0]["id"].as_str().unwrap().to_owned();
    assert!(case["reports"][0]["contact"].as_array().unwrap().iter().any(|detail| detail["mask"] == "138****5678"));
    let path = format!("/api/reports/{report}/contact/phone/open");
    let bare = desk.post(&path, json!({"purpose": "contact_resident", "words": ""})).await;
    assert_eq!(bare.fields(), [("words".into(), "required".into())]);
    let open = desk.post(&path, json!({"purpose": "contact_resident", "words": "约时间上门"})).await.ok();
    assert_eq!((open["value"].as_str(), open["until"].as_str()), (Some("13812345678"), Some("2026-11-16T01:01:00Z")));
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert_eq!(page["contact_accesses"][0]["purpose"], "contact_resident");
    assert_eq!(page["contact_accesses"][0]["role"], "township_dispatcher");
}

#[tokio::test]
async fn nobody_without_the_permission_or_outside_the_scope_opens_a_detail() {
    let test = city().await;
    let body = with(lamp(), json!({"identity": "confidential", "contact": {"phone": "13812345678"}}));
    test.nobody().post("/api/reports", body).await.ok();
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let report = read(&desk, &id).await["reports"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/reports/{report}/contact/phone/open");
    let why = json!({"purpose": "emergency", "words": "看看"});
    assert_eq!(test.as_person("worker").await.post(&path, why.clone()).await.refusal(), (403, "forbidden".into()));
    assert_eq!(test.as_person("neighbour").await.post(&path, why.clone()).await.refusal(), (404, "not_found".into()));
    assert_eq!(test.as_person("auditor").await.post(&path, why.clone()).await.refusal(), (403, "forbidden".into()));
    assert_eq!(test.nobody().post(&path, why.clone()).await.refusal(), (401, "unauthenticated".into()));
    let none = desk.post(&format!("/api/reports/{report}/contact/name/open"), why).await;
    assert_eq!(none.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn nothing_personal_is_stored_in_the_open() {
    let test = city().await;
    let body = with(
        lamp(),
        json!({"identity": "named", "contact": {"name": "欧阳测试", "phone": "13812345678"}, "text": "欧阳测试家门口，13812345678"}),
    );
    test.nobody().post("/api/reports", body).await.ok();
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    step(&desk, &id, "remark", json!({"text": "已电话联系", "shown_to_resident": true})).await.ok();
    assert_eq!(test.found_in_database(&["欧阳测试", "13812345678", RECEIPT]).await, Vec::<String>::new());
}
