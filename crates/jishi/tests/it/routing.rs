//! Rules, the simulator, its examples; proposals and dispatching for many.

use jishi::platform::access::Role;
use serde_json::{Value, json};

use super::{
    cases::{GRID, LAMP, city, in_hand, lamp, read, reported, step, with},
    support::{Client, TestApp, book},
};

/// The id of a unit by the name the tests gave it.
async fn unit_id(client: &Client<'_>, name: &str) -> Value {
    let found = client.get(&format!("/api/units?q={name}")).await.ok();
    found["rows"][0]["id"].clone()
}

fn steps(found: &Value) -> Vec<String> {
    found["why"].as_array().unwrap().iter().map(|why| why["step"].as_str().unwrap().to_owned()).collect()
}

fn simulation() -> String {
    format!("/api/routing/simulation?region={GRID}&matter={LAMP}&at=2026-11-16T09:00")
}

fn rule(region: &str, lead: &Value) -> Value {
    json!({"matter": LAMP, "region": region, "lead": lead, "reason": "这条街的路灯由街道自管"})
}

#[tokio::test]
async fn the_simulator_and_the_desk_say_the_same() {
    let test = city().await;
    let id = reported(&test).await;
    let desk = test.as_person("dispatcher").await;
    let proposal = desk.get(&format!("/api/cases/{id}/proposal")).await.ok();
    let found = test.as_person("worker").await.get(&simulation()).await.ok();
    assert_eq!(found["lead"]["id"], proposal["lead"]["unit"]["id"]);
    assert_eq!(found["why"], proposal["why"]);
    assert_eq!(found["deadline"], read(&desk, &id).await["deadline"]);
    assert_eq!(found["place"]["grid"]["code"], GRID);
    assert_eq!(found["assists"][0]["duty"], "power");
}

#[tokio::test]
async fn the_simulator_says_what_it_does_not_understand() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    let refused = async |query: &str| desk.get(&format!("/api/routing/simulation?{query}")).await.fields();
    let one = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    assert_eq!(refused(&format!("matter={LAMP}")).await, one("region", "required"));
    assert_eq!(refused(&format!("region={GRID}&matter=no.such.thing")).await, one("matter", "unknown_matter"));
    assert_eq!(refused(&format!("region=999999&matter={LAMP}")).await, one("region", "unknown_region"));
    assert_eq!(refused(&format!("region={GRID}&matter={LAMP}&at=yesterday")).await, one("at", "bad_format"));
    assert_eq!(refused(&format!("lon=113.1&matter={LAMP}")).await, one("lon", "out_of_range"));
    assert_eq!(refused(&format!("lon=1&lat=1&matter={LAMP}")).await, one("point", "outside_place"));
    let elsewhere = desk.get("/api/matters?q=110").await.ok();
    let signpost = elsewhere["rows"].as_array().unwrap().iter().find(|row| row["kind"] == "signpost").unwrap();
    let code = signpost["code"].as_str().unwrap();
    let found = desk.get(&format!("/api/routing/simulation?region={GRID}&matter={code}")).await.ok();
    assert_eq!((steps(&found), found["lead"].is_null()), (vec!["matter".to_owned(), "signpost".to_owned()], true));
}

#[tokio::test]
async fn a_correction_becomes_a_rule_and_the_next_proposal_follows_it() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    let id = reported(&test).await;
    let street = unit_id(&desk, "street").await;
    let body =
        json!({"lead": street, "assists": [], "reason": "街道自管，联系人张三 13812345678", "keep_for": "140403001"});
    step(&desk, &id, "dispatch", body).await.ok();
    let rules = desk.get("/api/routing/rules").await.ok();
    assert_eq!(rules["count"], 1);
    let made = &rules["rows"][0];
    assert_eq!((&made["lead"]["id"], &made["region"]["code"]), (&street, &json!("140403001")));
    assert_eq!(made["case_number"], read(&desk, &id).await["number"]);
    assert!(!made["reason"].as_str().unwrap().contains("13812345678"), "{made}");
    test.nobody().post("/api/reports", with(lamp(), json!({"receipt": "2234567890123456"}))).await.ok();
    let next = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    let proposal = desk.get(&format!("/api/cases/{next}/proposal")).await.ok();
    assert_eq!(proposal["lead"]["unit"]["id"], street);
    assert_eq!(steps(&proposal)[..2], ["matter", "rule"]);
    let fallback: Vec<&Value> = proposal["candidates"].as_array().unwrap().iter().map(|one| &one["why"]).collect();
    assert!(fallback.contains(&&json!("fallback")), "the catalogue's own unit can still be chosen");
    // As proposed now needs no reason.
    step(&desk, &next, "dispatch", json!({"lead": street, "assists": []})).await.ok();
}

#[tokio::test]
async fn a_correction_is_kept_only_for_places_around_the_case_that_are_ones_own() {
    let test = city().await;
    let id = reported(&test).await;
    let desk = test.as_person("dispatcher").await;
    let street = unit_id(&desk, "street").await;
    for place in ["140403002", "140403", "1404"] {
        let body = json!({"lead": street, "assists": [], "reason": "自管", "keep_for": place});
        let refused = step(&desk, &id, "dispatch", body).await;
        assert_eq!(refused.fields(), [("keep_for".to_owned(), "unknown_region".to_owned())], "{place}");
    }
    let unreasoned = step(&desk, &id, "dispatch", json!({"lead": street, "keep_for": "140403001"})).await;
    assert_eq!(unreasoned.fields(), [("reason".to_owned(), "reason_needed".to_owned())]);
    assert_eq!(read(&desk, &id).await["status"], "received");
    assert_eq!(desk.get("/api/routing/rules").await.ok()["count"], 0);
    test.person("leader", Role::TownshipLeader, "140403001", Some("street")).await;
    let body = json!({"lead": street, "assists": [], "reason": "自管", "keep_for": "140403001"});
    let refused = step(&test.as_person("leader").await, &id, "dispatch", body).await;
    assert_eq!(refused.refusal(), (403, "forbidden".into()));
}

#[tokio::test]
async fn a_rule_is_tried_before_it_is_made_and_says_which_examples_change() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    let kept = json!({"name": "府后社区路灯", "region": GRID, "matter": LAMP, "at": "2026-11-16T09:00"});
    let example = desk.post("/api/routing/examples", kept).await.ok();
    assert_eq!((&example["differs"], &example["expected"]["due_at"]), (&json!([]), &json!("2026-11-23T10:00:00Z")));
    let street = unit_id(&desk, "street").await;
    let tried = desk.post("/api/routing/rules?dry_run=true", rule("140403001", &street)).await.ok();
    assert_eq!(tried["differing"][0]["differs"], json!(["lead"]));
    assert_eq!(desk.get("/api/routing/rules").await.ok()["count"], 0, "a trial writes nothing");
    let made = desk.post("/api/routing/rules", rule("140403001", &street)).await.ok();
    assert_eq!(made["differing"][0]["found"]["lead"]["id"], street);
    let examples = desk.get("/api/routing/examples").await.ok();
    assert_eq!(examples["rows"][0]["differs"], json!(["lead"]));
    let id = example["id"].as_str().unwrap();
    assert_eq!(desk.put(&format!("/api/routing/examples/{id}"), json!({})).await.status, 204);
    assert_eq!(desk.get("/api/routing/examples").await.ok()["rows"][0]["differs"], json!([]));
    // Ending the rule makes the example differ again; the neighbour may do neither.
    let path = format!("/api/routing/rules/{}", made["rule"]["id"].as_str().unwrap());
    let neighbour = test.as_person("neighbour").await;
    assert_eq!(neighbour.delete(&path).await.refusal().0, 404);
    assert_eq!(neighbour.delete(&format!("/api/routing/examples/{id}")).await.refusal().0, 404);
    assert_eq!(neighbour.get("/api/routing/examples").await.ok()["rows"], json!([]));
    let ended = desk.delete(&path).await.ok();
    assert_eq!(ended["rows"][0]["differs"], json!(["lead"]));
    assert_eq!(desk.delete(&path).await.refusal(), (409, "record_changed".into()));
    assert_eq!(desk.delete(&format!("/api/routing/examples/{id}")).await.status, 204);
    assert_eq!(desk.get("/api/routing/examples").await.ok()["rows"], json!([]));
}

#[tokio::test]
async fn one_rule_stands_for_a_matter_in_a_place_and_the_narrowest_is_followed() {
    let test = city().await;
    let (desk, county) = (test.as_person("dispatcher").await, test.as_person("county").await);
    let (street, village) = (unit_id(&desk, "street").await, unit_id(&desk, "village").await);
    county.post("/api/routing/rules", rule("140403", &street)).await.ok();
    desk.post("/api/routing/rules", rule("140403001001", &village)).await.ok();
    assert_eq!(desk.get(&simulation()).await.ok()["lead"]["id"], village);
    let elsewhere = format!("/api/routing/simulation?region=140403001002&matter={LAMP}");
    assert_eq!(desk.get(&elsewhere).await.ok()["lead"]["id"], street);
    let again = desk.post("/api/routing/rules", rule("140403001001", &street)).await.ok();
    assert_eq!(again["replaced"]["lead"]["id"], village);
    let standing = desk.get("/api/routing/rules?region=140403001").await.ok();
    assert_eq!(standing["count"], 2, "those of wider places hold here too: {standing}");
    assert_eq!(desk.get("/api/routing/rules?ended=true").await.ok()["count"], 3);
    assert_eq!(
        desk.get(&format!("/api/routing/rules?matter={LAMP}&limit=1")).await.ok()["rows"].as_array().unwrap().len(),
        1
    );
    let file = desk.get("/api/routing/rules.csv?ended=true").await.text();
    assert_eq!(file.lines().count(), 4, "{file}");
    let rules = book::rows(&desk, "/api/routing/rules.xlsx?ended=true").await;
    assert!(rules.len() == 4 && book::is_time(book::under(&rules, 1, "Made")), "{rules:?}");
    // A county's rule is not a township's to end.
    let wide = standing["rows"].as_array().unwrap().iter().find(|row| row["region"]["code"] == "140403").unwrap();
    let path = format!("/api/routing/rules/{}", wide["id"].as_str().unwrap());
    assert_eq!(desk.delete(&path).await.refusal().0, 404);
}

#[tokio::test]
async fn a_rule_that_makes_no_sense_is_refused_next_to_its_field() {
    let test = city().await;
    let county = test.as_person("county").await;
    let street = unit_id(&county, "street").await;
    let refused =
        async |changes: Value| county.post("/api/routing/rules", with(rule("140403", &street), changes)).await.fields();
    let one = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    assert_eq!(refused(json!({"matter": "no.such.thing"})).await, one("matter", "unknown_matter"));
    assert_eq!(refused(json!({"region": "140403999"})).await, one("region", "unknown_region"));
    assert_eq!(refused(json!({"reason": "  "})).await, one("reason", "required"));
    assert_eq!(refused(json!({"reason": "长".repeat(201)})).await, one("reason", "too_long"));
    assert_eq!(refused(json!({"lead": "01234567-89ab-7def-8123-456789abcdef"})).await, one("lead", "unknown_unit"));
    let outside = county.post("/api/routing/rules", rule("140404", &street)).await;
    assert_eq!(outside.refusal().0, 404);
    let worker = test.as_person("worker").await.post("/api/routing/rules", rule("140403", &street)).await;
    assert_eq!(worker.refusal(), (403, "forbidden".into()));
}

#[tokio::test]
async fn a_rule_whose_unit_is_over_is_passed_by_and_says_so() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    test.unit("spare", "enforcement", "140403001").await;
    let spare = unit_id(&desk, "spare").await;
    desk.post("/api/routing/rules", rule("140403001", &spare)).await.ok();
    assert_eq!(desk.get(&simulation()).await.ok()["lead"]["id"], spare);
    test.person("system", Role::SystemAdmin, "1404", None).await;
    let system = test.as_person("system").await;
    let unit = system.get("/api/units?q=spare").await.ok()["rows"][0].clone();
    let ended = json!({"names": unit["names"], "duty": "enforcement", "region": "140403001",
        "version": unit["version"], "until": "2026-11-17"});
    system.put(&format!("/api/units/{}", spare.as_str().unwrap()), ended).await.ok();
    test.pass_hours(48);
    let desk = test.as_person("dispatcher").await;
    let found = desk.get(&simulation()).await.ok();
    assert_eq!(found["lead"]["duty"], "urban_management");
    assert!(steps(&found).contains(&"rule_over".to_owned()));
    assert_eq!(desk.get("/api/routing/rules").await.ok()["rows"][0]["is_over"], true);
}

async fn three_lamps(test: &TestApp) -> Vec<(String, i64)> {
    for receipt in ["1234567890123456", "2234567890123456"] {
        test.nobody().post("/api/reports", with(lamp(), json!({"receipt": receipt}))).await.ok();
    }
    let unknown = json!({"receipt": "3234567890123456", "matter": null, "text": "有件事想说"});
    test.nobody().post("/api/reports", with(lamp(), unknown)).await.ok();
    let rows = test.as_person("dispatcher").await.get("/api/cases?view=undecided").await.ok();
    let seen = |row: &Value| (row["id"].as_str().unwrap().to_owned(), row["version"].as_i64().unwrap());
    rows["rows"].as_array().unwrap().iter().map(seen).collect()
}

#[tokio::test]
async fn many_are_dispatched_as_proposed_and_the_one_that_cannot_go_says_why() {
    let test = city().await;
    let seen = three_lamps(&test).await;
    let desk = test.as_person("dispatcher").await;
    let ids: Vec<&str> = seen.iter().map(|(id, _)| id.as_str()).collect();
    let proposed = desk.get(&format!("/api/cases/proposals?ids={}", ids.join(","))).await.ok();
    let proposed = proposed["rows"].as_array().unwrap();
    assert_eq!(proposed.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(), ids);
    assert_eq!(proposed.iter().filter(|row| row["why_none"] == "no_matter").count(), 1);
    let grid = test.nobody().get(&format!("/api/regions/{GRID}")).await.ok();
    assert!(proposed.iter().all(|row| row["near"]["lon"] == grid["lon"]), "{grid} {proposed:?}");
    assert_eq!(proposed.iter().filter(|row| row["lead"]["duty"] == "urban_management").count(), 2);
    let cases: Vec<Value> = seen.iter().map(|(id, version)| json!({"id": id, "version": version})).collect();
    let body = json!({"cases": cases});
    let once = desk.with_key("many-once-1").post("/api/cases/dispatch", body.clone()).await.ok();
    let codes: Vec<&Value> = once["rows"].as_array().unwrap().iter().map(|row| &row["problem"]["code"]).collect();
    assert_eq!(codes.iter().filter(|code| ***code == json!("no_unit_found")).count(), 1);
    assert_eq!(codes.iter().filter(|code| code.is_null()).count(), 2);
    assert_eq!(desk.get("/api/cases?status=dispatched").await.ok()["count"], 2);
    // Sent again after a lost answer it is done once; seen by a second dispatcher it is stale.
    let again = desk.with_key("many-once-1").post("/api/cases/dispatch", body.clone()).await.ok();
    assert_eq!(again, once);
    let late = test.as_person("second").await.post("/api/cases/dispatch", body).await.ok();
    let codes: Vec<&Value> = late["rows"].as_array().unwrap().iter().map(|row| &row["problem"]["code"]).collect();
    assert_eq!(codes.iter().filter(|code| ***code == json!("case_changed")).count(), 2, "{late}");
    assert_eq!(
        desk.get(&format!("/api/cases/proposals?ids={}", ids.join(","))).await.ok()["rows"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn what_a_unit_sent_back_is_not_dispatched_with_many() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    step(&test.as_person("handler").await, &id, "return", json!({"reason": "由街道代管"})).await.ok();
    let desk = test.as_person("dispatcher").await;
    let proposed = desk.get(&format!("/api/cases/proposals?ids={id}")).await.ok();
    assert_eq!((&proposed["rows"][0]["lead"], &proposed["rows"][0]["why_none"]), (&Value::Null, &json!("returned")));
    let version = read(&desk, &id).await["version"].clone();
    let sent = desk.post("/api/cases/dispatch", json!({"cases": [{"id": id, "version": version}]})).await.ok();
    assert_eq!(sent["rows"][0]["problem"]["code"], "one_by_one");
    assert_eq!(read(&desk, &id).await["status"], "received");
}

#[tokio::test]
async fn a_proposal_by_a_rule_says_that_it_is_one() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    let street = unit_id(&desk, "street").await;
    desk.post("/api/routing/rules", rule("140403001", &street)).await.ok();
    let id = reported(&test).await;
    let proposal = desk.get(&format!("/api/cases/{id}/proposal")).await.ok();
    assert_eq!((&proposal["lead"]["unit"]["id"], &proposal["lead"]["why"]), (&street, &json!("rule")));
}

#[tokio::test]
async fn two_reports_of_one_grid_in_like_words_are_alike_before_they_have_a_matter() {
    let test = city().await;
    let said = |receipt: &str, text: &str| with(lamp(), json!({"receipt": receipt, "text": text, "matter": null}));
    for (receipt, text) in
        [("1234567890123456", "巷口井盖破损，踩上去晃"), ("2234567890123456", "巷口井盖破损，一踩就晃")]
    {
        test.nobody().post("/api/reports", said(receipt, text)).await.ok();
    }
    let desk = test.as_person("dispatcher").await;
    let rows = desk.get("/api/cases?view=undecided").await.ok();
    let (one, other) = (&rows["rows"][0], &rows["rows"][1]);
    let found = desk.get(&format!("/api/cases/{}/similar", one["id"].as_str().unwrap())).await.ok();
    assert_eq!((&found["rows"][0]["id"], &found["rows"][0]["why"]), (&other["id"], &json!(["grid", "words"])));
}

#[tokio::test]
async fn many_are_none_of_a_neighbours_business_and_not_without_end() {
    let test = city().await;
    let seen = three_lamps(&test).await;
    let neighbour = test.as_person("neighbour").await;
    let (id, version) = &seen[0];
    assert_eq!(neighbour.get(&format!("/api/cases/proposals?ids={id}")).await.ok()["rows"], json!([]));
    let refused = neighbour.post("/api/cases/dispatch", json!({"cases": [{"id": id, "version": version}]})).await.ok();
    assert_eq!(refused["rows"][0]["problem"]["code"], "not_found");
    let desk = test.as_person("dispatcher").await;
    assert_eq!(desk.post("/api/cases/dispatch", json!({"cases": []})).await.fields()[0].1, "out_of_range");
    let hundred_and_one = vec![json!({"id": id, "version": version}); 101];
    assert_eq!(desk.post("/api/cases/dispatch", json!({"cases": hundred_and_one})).await.fields()[0].1, "out_of_range");
    assert_eq!(desk.get("/api/cases/proposals?ids=x").await.fields()[0].1, "unknown_value");
    let worker = test.as_person("worker").await;
    assert_eq!(worker.get(&format!("/api/cases/proposals?ids={id}")).await.refusal().0, 403);
}

#[tokio::test]
async fn cases_like_one_are_found_with_why_and_how_far() {
    let test = city().await;
    let at = |receipt: &str, text: &str, matter: Value, lon: f64| {
        let place = json!({"source": "pin", "region": GRID, "lon": lon, "lat": 36.2});
        with(lamp(), json!({"receipt": receipt, "text": text, "matter": matter, "place": place}))
    };
    let all = [
        at("1234567890123456", "小区门口路灯不亮三天了", json!(LAMP), 113.1000),
        at("2234567890123456", "门口路灯不亮", Value::Null, 113.1004),
        at("3234567890123456", "烧烤店太吵", Value::Null, 113.1500),
        at("4234567890123456", "路灯杆歪了", json!(LAMP), 113.1900),
    ];
    for report in all {
        test.nobody().post("/api/reports", report).await.ok();
    }
    let desk = test.as_person("dispatcher").await;
    let rows = desk.get("/api/cases?view=undecided").await.ok();
    let id_of = |text: &str| {
        let row = rows["rows"].as_array().unwrap().iter().find(|row| row["summary"].as_str().unwrap().contains(text));
        row.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let found = desk.get(&format!("/api/cases/{}/similar", id_of("三天"))).await.ok();
    let found = found["rows"].as_array().unwrap();
    let texts: Vec<&str> = found.iter().map(|row| row["summary"].as_str().unwrap()).collect();
    assert_eq!(texts, ["门口路灯不亮", "路灯杆歪了"]);
    assert_eq!(found[0]["why"], json!(["grid", "near", "words"]));
    assert!((30.0..45.0).contains(&found[0]["metres"].as_f64().unwrap()), "{}", found[0]["metres"]);
    assert_eq!((&found[1]["why"], &found[1]["can_merge"]), (&json!(["matter", "grid"]), &json!(true)));
    let hidden = test.as_person("neighbour").await.get(&format!("/api/cases/{}/similar", id_of("三天"))).await;
    assert_eq!(hidden.refusal().0, 404);
}
