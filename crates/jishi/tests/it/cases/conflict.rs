//! A case about a unit is nobody's of that unit.

use db::{FromRow, Row, sql};
use jishi::platform::access::Role;
use kernel::Result;
use serde_json::{Value, json};

use super::{GRID, city, lamp, read, step, with};
use crate::support::TestApp;

struct Public(String);

impl FromRow for Public {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("publicity")?))
    }
}

/// The id of an office as residents are offered it.
async fn named(test: &TestApp, name: &str) -> Value {
    let units = test.nobody().get(&format!("/api/units/about?region={GRID}")).await.ok();
    let found = units.as_array().unwrap().iter().find(|unit| unit["names"]["zh"] == name);
    found.unwrap_or_else(|| panic!("{name} in {units}"))["id"].clone()
}

/// A report about an office, and the case as the county finds it.
async fn about(test: &TestApp, name: &str) -> (String, String) {
    let body = with(
        lamp(),
        json!({
            "text": "窗口工作人员推诿，路灯报了三次没人管", "about": named(test, name).await, "identity": "named",
            "contact": {"name": "王小明", "phone": "13812345678"},
        }),
    );
    let number = test.nobody().post("/api/reports", body).await.ok()["number"].as_str().unwrap().to_owned();
    let found = test.as_person("county").await.get(&format!("/api/cases?q={number}")).await.ok();
    (found["rows"][0]["id"].as_str().unwrap().to_owned(), number)
}

#[tokio::test]
async fn a_report_about_an_office_is_out_of_its_sight_until_another_unit_has_it() {
    let test = city().await;
    let (id, number) = about(&test, "street").await;
    for login in ["dispatcher", "second", "officer", "worker", "handler", "neighbour"] {
        let client = test.as_person(login).await;
        for path in ["/api/cases?view=open", &format!("/api/cases?q={number}"), "/api/cases?q=推诿"] {
            assert_eq!(client.get(path).await.ok()["count"], 0, "{login} {path}");
        }
        assert_eq!(client.get(&format!("/api/cases/{id}")).await.refusal(), (404, "not_found".into()), "{login}");
    }
    let county = test.as_person("county").await;
    let seen = read(&county, &id).await;
    assert_eq!((&seen["about"]["names"]["zh"], &seen["is_kept_back"]), (&json!("street"), &json!(true)));
    assert_eq!(seen["place"]["grid"]["code"], GRID, "who may see it sees where it is");
    // The unit it is about is neither proposed nor taken.
    let proposal = county.get(&format!("/api/cases/{id}/proposal")).await.ok();
    let street = named(&test, "street").await;
    assert!(!proposal["candidates"].as_array().unwrap().iter().any(|one| one["unit"]["id"] == street), "{proposal}");
    let refused = step(&county, &id, "dispatch", json!({"lead": street, "assists": [], "reason": "属地"})).await;
    assert_eq!(refused.fields(), [("lead".into(), "unit_it_is_about".into())]);
    let lamps = named(&test, "lamps").await;
    let refused = step(&county, &id, "dispatch", json!({"lead": lamps, "assists": [street], "reason": "回避"})).await;
    assert_eq!(refused.fields(), [("assists".into(), "unit_it_is_about".into())]);
    step(&county, &id, "dispatch", json!({"lead": lamps, "assists": [], "reason": "回避"})).await.ok();
    // Now it lies where it is: it may be read there, and nobody of the office has a say in it.
    let desk = test.as_person("dispatcher").await;
    let seen = read(&desk, &id).await;
    assert_eq!((&seen["is_kept_back"], &seen["place"]["grid"]["code"]), (&json!(false), &json!(GRID)));
    let own = (403, "conflict_of_interest".to_owned());
    assert_eq!(step(&desk, &id, "remark", json!({"text": "已了解"})).await.refusal(), own);
    let report = seen["reports"][0]["id"].as_str().unwrap();
    let opening = json!({"purpose": "contact_resident", "words": "了解情况"});
    let path = format!("/api/reports/{report}/contact/phone/open");
    assert_eq!(desk.post(&path, opening).await.refusal(), own);
    // Given back, it is nobody's again and out of sight.
    step(&test.as_person("handler").await, &id, "sign", json!({})).await.ok();
    step(&test.as_person("handler").await, &id, "return", json!({"reason": "不属于路灯"})).await.ok();
    assert_eq!(desk.get(&format!("/api/cases/{id}")).await.refusal(), (404, "not_found".into()));
    assert_eq!(county.get("/api/cases?view=undecided").await.ok()["count"], 1);
}

#[tokio::test]
async fn a_report_about_a_village_waits_at_the_first_desk_that_is_not_its_own() {
    let test = city().await;
    let (id, _) = about(&test, "village").await;
    assert_eq!(test.as_person("officer").await.get("/api/cases?view=open").await.ok()["count"], 0);
    let desk = test.as_person("dispatcher").await;
    assert_eq!(desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"], id);
    assert_eq!(test.as_person("neighbour").await.get("/api/cases?view=open").await.ok()["count"], 0);
    // A part that is split off is as little theirs, and what it is sorted as makes it no more public.
    step(&desk, &id, "reclassify", json!({"matter": "city.lighting.street-lamp", "reason": "事项"})).await.ok();
    let mut db = test.app.db.read().await.unwrap();
    let public: Vec<Public> = db.all(sql!("SELECT publicity FROM cases")).await.unwrap();
    assert!(public.iter().all(|Public(publicity)| publicity == "none") && public.len() == 1);
}

#[tokio::test]
async fn nobody_of_the_office_decides_supervises_or_calls_others_in_a_case_about_it() {
    let test = city().await;
    test.person("leader", Role::TownshipLeader, "140403001", Some("street")).await;
    let (id, _) = about(&test, "street").await;
    let county = test.as_person("county").await;
    let (lamps, street) = (named(&test, "lamps").await, named(&test, "street").await);
    step(&county, &id, "dispatch", json!({"lead": lamps, "assists": [], "reason": "回避"})).await.ok();
    let handler = test.as_person("handler").await;
    step(&handler, &id, "sign", json!({})).await.ok();
    let own = (403, "conflict_of_interest".to_owned());
    // The township would decide on more time; of this case its own office does not.
    let wish = json!({"kind": "extension", "reason": "灯具缺货", "until": "2026-11-30", "told": "月底到货后更换。"});
    step(&handler, &id, "pleas", wish).await.ok();
    let desk = test.as_person("dispatcher").await;
    let seen = desk.get(&format!("/api/cases/{id}/pleas")).await.ok();
    let (plea, version) = (seen["pleas"][0]["id"].as_str().unwrap().to_owned(), seen["pleas"][0]["version"].clone());
    let ruling = json!({"version": version, "ruling": "granted"});
    let refused = desk.post(&format!("/api/pleas/{plea}/decide"), ruling.clone()).await;
    assert_eq!(refused.refusal(), (403, "not_the_arbiter".into()));
    county.post(&format!("/api/pleas/{plea}/decide"), ruling).await.ok();
    // It is not put under supervision by its own leader, who is not offered to.
    let leader = test.as_person("leader").await;
    assert_eq!(leader.get(&format!("/api/cases/{id}/supervisions")).await.ok()["may_impose"], false);
    let demand = json!({"grade": "yellow", "due": "2026-11-18", "text": "两天内拿出办法"});
    assert_eq!(step(&leader, &id, "supervisions", demand).await.refusal(), own);
    // It neither calls others together for it nor is called.
    assert_eq!(desk.get(&format!("/api/whistles/form?case={id}")).await.refusal(), own);
    let whistle = json!({
        "kind": "enforcement", "source": "grid_patrol", "goal": "现场看灯", "region": "140403001", "case": id,
        "meets_at": "2026-11-16T07:00:00Z", "lead_unit": lamps, "calls": [{"unit": lamps}, {"unit": street}]
    });
    assert_eq!(desk.post("/api/whistles", whistle.clone()).await.refusal(), own);
    test.person("other", Role::TownshipDispatcher, "140403001", None).await;
    let refused = test.as_person("other").await.post("/api/whistles", whistle).await;
    assert_eq!(refused.fields(), [("calls.1.unit".into(), "unit_it_is_about".into())]);
}

#[tokio::test]
async fn cases_about_different_units_are_not_made_one() {
    let test = city().await;
    let (id, _) = about(&test, "street").await;
    let plain = with(lamp(), json!({"receipt": "9876543210987654"}));
    let number = test.nobody().post("/api/reports", plain).await.ok()["number"].clone();
    let county = test.as_person("county").await;
    let refused = step(&county, &id, "merge", json!({"into": number})).await;
    assert_eq!(refused.fields(), [("into".into(), "about_another_unit".into())]);
}

#[tokio::test]
async fn who_may_not_open_a_detail_is_not_offered_to() {
    let test = city().await;
    let (id, _) = about(&test, "street").await;
    let county = test.as_person("county").await;
    assert_eq!(read(&county, &id).await["reports"][0]["may_open"], true);
    let lamps = named(&test, "lamps").await;
    step(&county, &id, "dispatch", json!({"lead": lamps, "assists": [], "reason": "回避"})).await.ok();
    for (login, may) in [("dispatcher", false), ("handler", true), ("county", true)] {
        let seen = read(&test.as_person(login).await, &id).await;
        assert_eq!(seen["reports"][0]["may_open"], may, "{login}");
    }
}

#[tokio::test]
async fn a_report_is_about_a_unit_that_there_is_and_joins_nobody() {
    let test = city().await;
    test.nobody().post("/api/reports", lamp()).await.ok();
    let none = with(lamp(), json!({"receipt": "9876543210987654", "about": "00000000-0000-7000-8000-000000000000"}));
    assert_eq!(test.nobody().post("/api/reports", none).await.fields(), [("about".into(), "unknown_unit".into())]);
    assert_eq!(test.nobody().get("/api/units/about?region=14").await.ok(), json!([]));
}

#[tokio::test]
async fn who_handles_a_confidential_report_never_sees_whose_it_is() {
    let test = city().await;
    test.person("clerk", Role::TownshipDispatcher, "140403001", None).await;
    let body = with(lamp(), json!({"identity": "confidential", "contact": {"phone": "13812345678"}}));
    test.nobody().post("/api/reports", body).await.ok();
    let desk = test.as_person("dispatcher").await;
    let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let street = named(&test, "street").await;
    step(&desk, &id, "dispatch", json!({"lead": street, "assists": [], "reason": "自办"})).await.ok();
    step(&desk, &id, "sign", json!({})).await.ok();
    let report = read(&desk, &id).await["reports"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/reports/{report}/contact/phone/open");
    let why = json!({"purpose": "contact_resident", "words": "问具体位置"});
    assert_eq!(desk.post(&path, why.clone()).await.refusal(), (403, "confidential_report".into()));
    let opened = test.as_person("clerk").await.post(&path, why).await.ok();
    assert_eq!(opened["value"], "13812345678", "the desk asks for them");
}
