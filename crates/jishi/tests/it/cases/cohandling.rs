//! Several units work on one case: the lead gives shares, they answer to it; a contractor works by a link.

use jishi::platform::access::Role;
use serde_json::{Value, json};

use super::{RECEIPT, city, in_hand, lamp, read, report_id, reported, step, verdict, with};
use crate::support::{Answer, Client, TestApp};

/// And when business closes there.
const TOMORROW: &str = "2026-11-17";
const CLOSES: &str = "2026-11-17T10:00:00Z";

/// The lamp in the hands of the lamps' office, with the power company's as the assistant and a fire brigade beside.
async fn begun() -> (TestApp, String) {
    let test = city().await;
    test.unit("fire", "fire", "140403").await;
    test.person("fireman", Role::DepartmentHandler, "140403", Some("fire")).await;
    let id = reported(&test).await;
    let desk = test.as_person("dispatcher").await;
    let lead = desk.get(&format!("/api/cases/{id}/proposal")).await.ok()["lead"]["unit"]["id"].clone();
    step(&desk, &id, "dispatch", json!({"lead": lead, "assists": [unit(&test, "helper").await]})).await.ok();
    step(&test.as_person("handler").await, &id, "sign", json!({})).await.ok();
    (test, id)
}

async fn unit(test: &TestApp, login: &str) -> Value {
    test.as_person(login).await.get("/api/session").await.ok()["posts"][0]["unit"]["id"].clone()
}

fn share(unit: &Value) -> Value {
    json!({"unit": unit, "task": "查一下电源", "due": TOMORROW})
}

async fn give(client: &Client<'_>, id: &str, body: Value) -> Answer {
    client.post(&format!("/api/cases/{id}/shares"), body).await
}

async fn mine(client: &Client<'_>) -> Value {
    client.get("/api/shares?whose=mine").await.ok()["rows"][0].clone()
}

/// Takes a step on a share at the version just read.
async fn on(client: &Client<'_>, share: &Value, name: &str, body: Value) -> Answer {
    let path = format!("/api/shares/{}/{name}", share["id"].as_str().unwrap());
    client.post(&path, with(body, json!({"version": share["version"]}))).await
}

async fn shares(client: &Client<'_>, id: &str) -> Value {
    client.get(&format!("/api/cases/{id}/shares")).await.ok()
}

#[tokio::test]
async fn an_assistant_answers_to_the_lead_and_the_lead_to_the_resident() {
    let (test, id) = begun().await;
    let (lead, helper) = (test.as_person("handler").await, test.as_person("helper").await);
    let before = shares(&lead, &id).await;
    assert_eq!(
        (before["may_give"].as_bool(), before["assistants"][0]["id"].clone()),
        (Some(true), unit(&test, "helper").await)
    );
    let given = give(&lead, &id, share(&unit(&test, "helper").await)).await.ok();
    assert_eq!((&given["rows"][0]["state"], &given["assistants"]), (&json!("open"), &json!([])));
    assert_eq!(given["rows"][0]["allowed_actions"], json!(["end"]), "the lead only takes it back");
    let it = mine(&helper).await;
    assert_eq!((&it["task"], &it["case"], &it["sees_case"]), (&json!("查一下电源"), &json!(id), &json!(true)));
    assert_eq!(it["allowed_actions"], json!(["sign", "answer", "decline"]));
    let part = read(&helper, &id).await["assignments"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&part["kind"], &part["due_at"]), (&json!("assist"), &json!(CLOSES)), "a deadline of its own");

    on(&helper, &it, "sign", json!({})).await.ok();
    let it = mine(&helper).await;
    on(&helper, &it, "answer", json!({"text": "电源正常"})).await.ok();
    let answered = shares(&lead, &id).await["rows"][0].clone();
    assert_eq!((&answered["state"], &answered["answer"]), (&json!("answered"), &json!("电源正常")));
    assert_eq!(answered["signed_by"]["name"], "helper");
    assert_eq!(answered["allowed_actions"], json!(["accept", "send-back", "end"]));
    assert_eq!(on(&lead, &answered, "send-back", json!({})).await.fields(), [("text".into(), "required".into())]);
    on(&lead, &answered, "send-back", json!({"text": "请测电压", "due": "2026-11-18"})).await.ok();
    let back = mine(&helper).await;
    assert_eq!((&back["state"], &back["words"], &back["rounds"]), (&json!("signed"), &json!("请测电压"), &json!(1)));
    assert_eq!(back["due_at"], "2026-11-18T10:00:00Z");
    on(&helper, &back, "answer", json!({"text": "电压 220 伏"})).await.ok();
    on(&lead, &shares(&lead, &id).await["rows"][0], "accept", json!({})).await.ok();
    let accepted = shares(&lead, &id).await;
    assert_eq!((&accepted["rows"][0]["state"], &accepted["has_answers"]), (&json!("accepted"), &json!(true)));
    assert_eq!(accepted["rows"][0]["allowed_actions"], json!([]));

    step(&lead, &id, "result", json!({"text": "换了灯泡，电源正常", "outcome": "solved"})).await.ok();
    let resident = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await;
    let page = resident.ok();
    assert_eq!(page["is_joint"], true);
    for secret in ["查一下电源", "电压 220 伏", "请测电压", "share"] {
        assert!(!page.to_string().contains(secret), "{secret}");
    }
    let kinds: Vec<String> = read(&lead, &id).await["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap().to_owned())
        .filter(|kind| kind.starts_with("share"))
        .collect();
    let wanted =
        ["share_given", "share_signed", "share_answered", "share_sent_back", "share_answered", "share_accepted"];
    assert_eq!(kinds, wanted);
    let audit = test.as_person("auditor").await.get("/api/audit?kind=case.share_answered").await.ok();
    assert_eq!((audit["count"].as_i64(), &audit["rows"][0]["person"]["name"]), (Some(2), &json!("helper")));
}

#[tokio::test]
async fn another_unit_is_asked_and_sees_the_case_once_it_or_the_dispatcher_agrees() {
    for by_dispatcher in [false, true] {
        let (test, id) = begun().await;
        let (lead, fireman) = (test.as_person("handler").await, test.as_person("fireman").await);
        let asked = give(&lead, &id, share(&unit(&test, "fireman").await)).await.ok()["rows"][0].clone();
        assert_eq!(asked["state"], "asked");
        let it = mine(&fireman).await;
        assert_eq!((&it["sees_case"], &it["allowed_actions"]), (&json!(false), &json!(["agree", "decline"])));
        assert!(it["place"]["text"].is_null(), "no word of a resident");
        assert_eq!(fireman.get(&format!("/api/cases/{id}")).await.status, 404);
        assert_eq!(on(&fireman, &it, "answer", json!({"text": "好"})).await.refusal(), (409, "share_moved".into()));
        let desk = test.as_person("dispatcher").await;
        if by_dispatcher {
            let row = desk.get("/api/shares?whose=place&state=asked").await.ok()["rows"][0].clone();
            assert_eq!(row["allowed_actions"], json!(["agree"]));
            on(&desk, &row, "agree", json!({})).await.ok();
        } else {
            on(&fireman, &it, "agree", json!({})).await.ok();
        }
        assert_eq!(read(&fireman, &id).await["assignments"].as_array().unwrap().len(), 3);
        let it = mine(&fireman).await;
        assert_eq!((&it["state"], &it["sees_case"]), (&json!("open"), &json!(true)));
        let neighbour = test.as_person("neighbour").await;
        assert_eq!(on(&neighbour, &it, "agree", json!({})).await.status, 404, "another township's");
        assert_eq!(
            on(&test.as_person("helper").await, &it, "sign", json!({})).await.status,
            404,
            "another assistant's"
        );
        assert_eq!(on(&test.as_person("auditor").await, &it, "sign", json!({})).await.status, 404);
    }
}

#[tokio::test]
async fn a_share_is_declined_once_in_time_and_with_a_reason() {
    let (test, id) = begun().await;
    let (lead, helper) = (test.as_person("handler").await, test.as_person("helper").await);
    let power = unit(&test, "helper").await;
    give(&lead, &id, share(&power)).await.ok();
    let it = mine(&helper).await;
    assert_eq!(it["decline_until"], "2026-11-17T10:00:00Z", "one working day");
    assert_eq!(on(&helper, &it, "decline", json!({"text": " "})).await.fields(), [("text".into(), "required".into())]);
    on(&helper, &it, "decline", json!({"text": "不归我们管"})).await.ok();
    let row = shares(&lead, &id).await["rows"][0].clone();
    assert_eq!((&row["state"], &row["words"]), (&json!("declined"), &json!("不归我们管")));
    assert_eq!(helper.get(&format!("/api/cases/{id}")).await.status, 404, "it has no part any more");

    // Asked anew and agreed to, it may not be declined again.
    give(&lead, &id, share(&power)).await.ok();
    on(&helper, &mine(&helper).await, "agree", json!({})).await.ok();
    let again = mine(&helper).await;
    assert_eq!(again["allowed_actions"], json!(["sign", "answer"]));
    assert_eq!(
        on(&helper, &again, "decline", json!({"text": "还是不归"})).await.refusal(),
        (409, "declined_already".into())
    );

    // And another unit not when the time is over.
    give(&lead, &id, share(&unit(&test, "fireman").await)).await.ok();
    let fireman = test.as_person("fireman").await;
    on(&fireman, &mine(&fireman).await, "agree", json!({})).await.ok();
    test.pass_hours(48);
    let fireman = test.as_person("fireman").await;
    let late = mine(&fireman).await;
    assert_eq!((&late["is_late"], &late["decline_until"]), (&json!(true), &Value::Null));
    assert_eq!(
        on(&fireman, &late, "decline", json!({"text": "没人"})).await.refusal(),
        (409, "decline_too_late".into())
    );
}

#[tokio::test]
async fn the_lead_files_without_an_answer_only_with_a_reason_which_is_on_record() {
    let (test, id) = begun().await;
    let (lead, helper) = (test.as_person("handler").await, test.as_person("helper").await);
    give(&lead, &id, share(&unit(&test, "helper").await)).await.ok();
    let result = json!({"text": "已更换灯泡", "outcome": "solved"});
    let refused = step(&lead, &id, "result", result.clone()).await;
    assert_eq!(refused.fields(), [("without_shares".into(), "shares_open".into())]);
    assert_eq!(read(&lead, &id).await["status"], "signed", "a refusal changes nothing");
    step(&lead, &id, "result", with(result, json!({"without_shares": "灯泡换好就亮了"}))).await.ok();
    let case = read(&lead, &id).await;
    let entry =
        case["timeline"].as_array().unwrap().iter().find(|entry| entry["kind"] == "shares_left_out").unwrap().clone();
    assert_eq!((&entry["text"], &entry["is_internal"]), (&json!("灯泡换好就亮了"), &json!(true)));
    let page = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok().to_string();
    assert!(!page.contains("灯泡换好就亮了"));
    assert_eq!(shares(&lead, &id).await["rows"][0]["state"], "ended");
    assert_eq!(
        on(&helper, &mine(&helper).await, "answer", json!({"text": "好了"})).await.refusal(),
        (409, "share_moved".into())
    );
    // Redone, it is with the lead again and new shares can be given.
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("no")).await.ok();
    assert_eq!(shares(&lead, &id).await["may_give"], true);
    assert_eq!(give(&lead, &id, share(&unit(&test, "helper").await)).await.ok()["rows"][1]["state"], "asked");
}

#[tokio::test]
async fn bad_input_is_named_at_its_field_and_whoever_comes_second_is_told() {
    let (test, id) = begun().await;
    let (lead, helper) = (test.as_person("handler").await, test.as_person("helper").await);
    let power = unit(&test, "helper").await;
    for (change, field, code) in [
        (json!({"task": " "}), "task", "required"),
        (json!({"task": "长".repeat(2_001)}), "task", "too_long"),
        (json!({"due": "2026-11-15"}), "due", "share_due"),
        (json!({"due": "2026-12-30"}), "due", "share_due"),
        (json!({"unit": unit(&test, "handler").await}), "unit", "share_lead"),
        (json!({"unit": "01234567-89ab-7def-8123-456789abcdef"}), "unit", "unknown_unit"),
    ] {
        let refused = give(&lead, &id, with(share(&power), change.clone())).await;
        assert_eq!(refused.fields(), [(field.to_owned(), code.to_owned())], "{change}");
    }
    assert_eq!(shares(&lead, &id).await["rows"], json!([]));
    for who in ["helper", "dispatcher", "county"] {
        let client = test.as_person(who).await;
        assert_eq!(give(&client, &id, share(&power)).await.status, 403, "{who}");
    }
    assert_eq!(give(&test.as_person("neighbour").await, &id, share(&power)).await.status, 404);
    give(&lead, &id, share(&power)).await.ok();
    assert_eq!(give(&lead, &id, share(&power)).await.fields(), [("unit".into(), "share_taken".into())]);
    let seen = mine(&helper).await;
    on(&helper, &seen, "sign", json!({})).await.ok();
    assert_eq!(on(&helper, &seen, "answer", json!({"text": "好"})).await.refusal(), (409, "record_changed".into()));
    // The same write again is the same write.
    let (path, body) =
        (format!("/api/shares/{}/answer", seen["id"].as_str().unwrap()), json!({"version": 2, "text": "好"}));
    let again = test.as_person("helper").await.with_key("the-same-key");
    again.post(&path, body.clone()).await.ok();
    again.post(&path, body).await.ok();
    assert_eq!(shares(&lead, &id).await["rows"][0]["version"], 3);
    // Before the lead has signed there is nothing to give.
    let new = report_id(&test, with(lamp(), json!({"receipt": "9876543210987654"}))).await;
    let desk = test.as_person("dispatcher").await;
    step(&desk, &new, "dispatch", json!({"lead": unit(&test, "handler").await, "assists": []})).await.ok();
    assert_eq!(give(&lead, &new, share(&power)).await.refusal(), (409, "wrong_status".into()));
}

#[tokio::test]
async fn lists_show_what_is_late_by_unit_and_count_what_they_show() {
    let (test, id) = begun().await;
    let lead = test.as_person("handler").await;
    give(&lead, &id, share(&unit(&test, "helper").await)).await.ok();
    give(&lead, &id, share(&unit(&test, "fireman").await)).await.ok();
    test.pass_hours(72);
    let (helper, county) = (test.as_person("helper").await, test.as_person("county").await);
    on(&helper, &mine(&helper).await, "answer", json!({"text": "好了"})).await.ok();
    for (query, count) in [
        ("whose=place", 2),
        ("whose=place&late=true", 2),
        ("whose=place&late=false", 0),
        ("whose=place&open=true&state=asked", 1),
        ("whose=place&open=false", 0),
        ("whose=place&owed=true", 1),
        ("whose=place&owed=false", 1),
    ] {
        let list = county.get(&format!("/api/shares?{query}")).await.ok();
        assert_eq!(
            (list["count"].as_i64(), list["rows"].as_array().unwrap().len()),
            (Some(count), usize::try_from(count).unwrap()),
            "{query}"
        );
        let csv = county.get(&format!("/api/shares.csv?{query}")).await.text();
        assert_eq!(csv.lines().count(), usize::try_from(count).unwrap() + 1, "{query}");
    }
    let of_power = format!("/api/shares?whose=place&late=true&unit={}", unit(&test, "helper").await.as_str().unwrap());
    assert_eq!(county.get(&of_power).await.ok()["count"], 1);
    for (who, query, count) in [
        ("handler", "whose=given", 2),
        ("handler", "whose=mine", 0),
        ("helper", "", 1),
        ("fireman", "open=true", 1),
        ("dispatcher", "whose=place", 2),
        ("officer", "whose=place", 2),
        ("worker", "", 2),
        ("neighbour", "whose=place", 0),
    ] {
        let list = test.as_person(who).await.get(&format!("/api/shares?{query}")).await.ok();
        assert_eq!(list["count"].as_i64(), Some(count), "{who} {query}");
    }
    let first = county.get("/api/shares?whose=place&limit=1").await.ok();
    let next =
        county.get(&format!("/api/shares?whose=place&limit=1&cursor={}", first["next"].as_str().unwrap())).await.ok();
    assert_ne!(first["rows"][0]["id"], next["rows"][0]["id"]);
    assert!(next["next"].is_null());
    assert_eq!(county.get("/api/shares?cursor=7b").await.fields(), [("cursor".into(), "bad_cursor".into())]);
    assert_eq!(test.as_person("auditor").await.get("/api/shares").await.status, 403);
    let book = county.get("/api/shares.xlsx?whose=place").await;
    assert_eq!(book.status, 200);
}

/// A link for a contractor, as the lead makes it; and the client who holds it.
async fn linked<'t>(test: &'t TestApp, id: &str, more: Value) -> (Client<'t>, Value) {
    let lead = test.as_person("handler").await;
    let body = json!({"company": "晋通市政", "task": "更换 3 号灯杆灯头", "due": TOMORROW, "expires": "2026-11-20"});
    let made = lead.post(&format!("/api/cases/{id}/links"), with(body, more)).await.ok();
    let token = made["token"].as_str().unwrap();
    (test.nobody().with_header("authorization", &format!("Link {token}")), made)
}

#[tokio::test]
async fn a_contractor_works_by_a_link_and_sees_no_word_of_a_resident() {
    let test = city().await;
    let private = json!({
        "text": "紫薇胡同口的灯不亮，我叫王小明，电话13812345678", "identity": "named",
        "contact": {"name": "王小明", "phone": "13812345678"},
        "place": {"source": "pin", "lon": 113.11, "lat": 36.19, "region": super::GRID, "text": "紫薇胡同七号门口"},
    });
    let id = report_id(&test, with(lamp(), private)).await;
    in_hand(&test, &id).await;
    let (link, made) = linked(&test, &id, json!({})).await;
    let row = &made["shares"]["rows"][0];
    assert_eq!(
        (&row["kind"], &row["company"], &row["state"]),
        (&json!("contractor"), &json!("晋通市政"), &json!("open"))
    );
    let page = link.get("/api/link").await.ok();
    assert_eq!((&page["task"], &page["state"]), (&json!("更换 3 号灯杆灯头"), &json!("open")));
    assert!(page["place"].as_array().unwrap().len() >= 2, "{page}");
    assert_eq!(link.post("/api/link/note", json!({"text": "到了"})).await.refusal(), (409, "share_moved".into()));
    link.post("/api/link/sign", json!({})).await.ok();
    link.post("/api/link/note", json!({"text": "料到了，下午装"})).await.ok();
    let noted = link.get("/api/link").await.ok();
    assert_eq!(noted["notes"][0]["text"], "料到了，下午装");
    assert_eq!(link.post("/api/link/answer", json!({"text": ""})).await.fields(), [("text".into(), "required".into())]);
    let done = link.post("/api/link/answer", json!({"text": "装好，已亮"})).await.ok();
    assert_eq!((&done["state"], &done["answer"]), (&json!("answered"), &json!("装好，已亮")));
    for secret in ["紫薇", "王小明", "13812345678", "七号门口", &id] {
        assert!(!done.to_string().contains(secret), "{secret}: {done}");
    }
    let lead = test.as_person("handler").await;
    let answered = shares(&lead, &id).await["rows"][0].clone();
    assert_eq!(answered["answer"], "装好，已亮");
    on(&lead, &answered, "send-back", json!({"text": "灯罩没装"})).await.ok();
    assert_eq!(link.get("/api/link").await.ok()["words"], "灯罩没装");
    link.post("/api/link/answer", json!({"text": "灯罩装好"})).await.ok();
    on(&lead, &shares(&lead, &id).await["rows"][0], "accept", json!({})).await.ok();
    let over = link.get("/api/link").await.ok();
    assert_eq!(
        (&over["state"], &over["task"]),
        (&json!("accepted"), &json!("")),
        "it reads what became of it, and no more"
    );
    assert!(["place", "photos", "notes", "answer_photos"].iter().all(|what| over[what] == json!([])), "{over}");
    assert!(over.get("answer").is_none(), "{over}");
    assert_eq!(link.post("/api/link/answer", json!({"text": "再说"})).await.refusal(), (409, "share_moved".into()));

    let audit = test.as_person("auditor").await.get("/api/audit?kind=case.link_answered").await.ok();
    assert_eq!((audit["count"].as_i64(), &audit["rows"][0]["person"]), (Some(2), &Value::Null));
    assert!(audit["rows"][0]["address"].is_string(), "by link, from an address");
    let people = test.as_person("security").await.get("/api/people?q=晋通").await.ok();
    assert_eq!(people["count"], 0, "never in a list of staff");
}

#[tokio::test]
async fn a_link_opens_one_share_until_it_expires_or_is_taken_back() {
    let (test, id) = begun().await;
    let lead = test.as_person("handler").await;
    for (change, field, code) in [
        (json!({"company": " "}), "company", "required"),
        (json!({"company": "长".repeat(61)}), "company", "too_long"),
        (json!({"task": ""}), "task", "required"),
        (json!({"expires": "2026-11-15"}), "expires", "out_of_range"),
        (json!({"expires": "2026-12-17"}), "expires", "out_of_range"),
        (json!({"photos": ["ab"]}), "photos", "photo_unknown"),
    ] {
        let body = json!({"company": "晋通", "task": "换灯", "due": TOMORROW, "expires": "2026-11-20"});
        let refused = lead.post(&format!("/api/cases/{id}/links"), with(body, change.clone())).await;
        assert_eq!(refused.fields(), [(field.to_owned(), code.to_owned())], "{change}");
    }
    let (link, made) = linked(&test, &id, json!({})).await;
    let token = made["token"].as_str().unwrap();
    assert!(token.len() >= 40);
    assert!(test.found_in_database(&[token]).await.is_empty(), "only its hash is kept");
    for wrong in
        ["Link ", "Link 00", &format!("Link {token}0"), &format!("Bearer {token}"), &format!("Receipt {token}")]
    {
        let other = test.nobody().with_header("authorization", wrong);
        assert_eq!(other.get("/api/link").await.refusal(), (401, "link_over".into()), "{wrong}");
    }
    assert_eq!(link.get("/api/shares").await.status, 401);
    assert_eq!(link.get(&format!("/api/cases/{id}")).await.status, 401);
    // Nobody on the desk signs or answers for a contractor.
    let row = shares(&lead, &id).await["rows"][0].clone();
    assert_eq!(on(&lead, &row, "sign", json!({})).await.refusal(), (403, "not_your_unit".into()));
    on(&lead, &row, "end", json!({"text": "换了一家"})).await.ok();
    assert_eq!(link.get("/api/link").await.refusal(), (401, "link_over".into()));
    assert_eq!(link.post("/api/link/sign", json!({})).await.refusal(), (401, "link_over".into()));

    let (second, _) = linked(&test, &id, json!({"expires": "2026-11-16"})).await;
    assert_eq!(second.get("/api/link").await.status, 200);
    test.pass_hours(16);
    assert_eq!(second.get("/api/link").await.refusal(), (401, "link_over".into()), "its last day is over");
    // A result that does not wait for it ends it too.
    let lead = test.as_person("handler").await;
    let (third, _) = linked(&test, &id, json!({})).await;
    let result = json!({"text": "已更换", "outcome": "solved", "without_shares": "厂家自己来换了"});
    step(&lead, &id, "result", result).await.ok();
    assert_eq!(third.get("/api/link").await.refusal(), (401, "link_over".into()));
    // Made again with the same key it is not shown again.
    let (test, id) = begun().await;
    let lead = test.as_person("handler").await.with_key("one-link-only");
    let body = json!({"company": "晋通", "task": "换灯", "due": TOMORROW, "expires": "2026-11-20"});
    lead.post(&format!("/api/cases/{id}/links"), body.clone()).await.ok();
    assert_eq!(lead.post(&format!("/api/cases/{id}/links"), body).await.refusal(), (409, "link_shown".into()));
}
