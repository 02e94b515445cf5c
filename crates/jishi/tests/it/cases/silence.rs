//! A resident who says nothing.

use jishi::modules::cases::actions::remind_and_close;
use serde_json::json;

use super::{RECEIPT, city, filed, reported, verdict};

#[tokio::test]
async fn three_reminders_in_seven_days_then_closed_as_unverified() {
    let test = city().await;
    let id = reported(&test).await;
    filed(&test, &id).await;
    let resident = test.nobody().with_receipt(RECEIPT);
    let mut sent = Vec::new();
    for _ in 0..7 {
        test.pass_hours(24);
        remind_and_close(&test.app).await.unwrap();
        remind_and_close(&test.app).await.unwrap();
        sent.push(resident.get("/api/receipt").await.ok()["reminders"]["sent"].as_i64().unwrap());
    }
    assert_eq!(sent, [0, 1, 1, 2, 2, 3, 3]);
    let page = resident.get("/api/receipt").await.ok();
    assert_eq!((page["status"].as_str(), page["closed_how"].as_str()), (Some("closed"), Some("unverified")));
    assert_eq!(page["may"]["rate"], true, "the resident may still speak");
    let page = resident.post("/api/receipt/verdict", verdict("no")).await.ok();
    assert_eq!(page["status"], "working");
}

#[tokio::test]
async fn a_late_yes_after_silence_is_kept_and_changes_nothing_else() {
    let test = city().await;
    let id = reported(&test).await;
    filed(&test, &id).await;
    test.pass_hours(8 * 24);
    for _ in 0..4 {
        remind_and_close(&test.app).await.unwrap();
    }
    let page = test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    assert_eq!((page["closed_how"].as_str(), page["verdict"]["solved"].as_str()), (Some("unverified"), Some("yes")));
    assert_eq!(page["may"], json!({"remark": false, "reply": false, "rate": false, "reopen": true, "withdraw": false}));
}
