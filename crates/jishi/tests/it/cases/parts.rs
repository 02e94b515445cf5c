//! A unit's part beside the lead's: given, finished, ended.

use db::Tx;
use jishi::{
    modules::{
        SharedApp,
        cases::{self, AssignmentKind, Case, GivenPart},
    },
    platform::{access::Unit, trail::By},
};
use kernel::{Id, Result};
use serde_json::{Value, json};

use super::{city, filed, in_hand, read, reported, step};
use crate::support::{TestApp, code};

async fn unit_of(test: &TestApp, duty: &str, place: &str) -> Id<Unit> {
    let mut db = test.app.db.read().await.unwrap();
    let place = code(place);
    let found =
        jishi::modules::people::find_unit_unscoped(&mut db, duty, place.level(), &place, test.app.today()).await;
    found.unwrap().unwrap().id
}

async fn give(test: &TestApp, case: &str, unit: Id<Unit>) -> Result<Vec<Option<Id<cases::Assignment>>>> {
    let (app, id): (_, Id<Case>) = (SharedApp::clone(&test.app), case.parse().unwrap());
    let give = async move |mut tx: Tx| {
        let case = cases::lock_unscoped(&mut tx, id).await?;
        let parts = [GivenPart { unit, due_at: Some(app.now().plus_hours(24)) }];
        cases::give_parts(&mut tx, &app, &By::nobody(), &case, AssignmentKind::Whistled, &parts).await
    };
    test.app.db.write(give).await
}

fn part_of(case: &Value, kind: &str) -> Value {
    let parts = case["assignments"].as_array().unwrap();
    parts.iter().find(|part| part["kind"] == kind).cloned().unwrap_or_default()
}

#[tokio::test]
async fn whoever_is_given_a_part_sees_the_case_until_it_ends() {
    let test = city().await;
    test.unit("fire", "fire", "140403").await;
    test.person("fireman", jishi::platform::access::Role::DepartmentHandler, "140403", Some("fire")).await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let fireman = test.as_person("fireman").await;
    assert_eq!(fireman.get(&format!("/api/cases/{id}")).await.status, 404);
    let fire = unit_of(&test, "fire", "140403").await;
    let part = give(&test, &id, fire).await.unwrap()[0].unwrap();
    assert_eq!(give(&test, &id, fire).await.unwrap(), [None], "whoever has a part gets no other");
    let case = read(&fireman, &id).await;
    let given = part_of(&case, "whistled");
    assert_eq!((&given["state"], &given["due_at"]), (&json!("open"), &json!("2026-11-17T01:00:00Z")));
    assert_eq!(fireman.get("/api/cases").await.ok()["count"], 1);
    let number = case["number"].as_str().unwrap();
    assert_eq!(fireman.get(&format!("/api/cases?q={number}")).await.ok()["count"], 1);
    assert_eq!(fireman.get("/api/cases?q=路灯").await.ok()["count"], 1, "its words are found by who has a part now");

    let (app, case) = (SharedApp::clone(&test.app), id.parse::<Id<Case>>().unwrap());
    let end = async move |mut tx: Tx| {
        let case = cases::lock_unscoped(&mut tx, case).await?;
        let once = cases::end_part(&mut tx, &app, &By::nobody(), &case, (part, fire), Some("不归我们管")).await?;
        let twice = cases::end_part(&mut tx, &app, &By::nobody(), &case, (part, fire), None).await?;
        Ok((once, twice))
    };
    assert_eq!(test.app.db.write(end).await.unwrap(), (true, false));
    assert_eq!(fireman.get(&format!("/api/cases/{id}")).await.status, 404);
    assert_eq!(fireman.get("/api/cases?q=路灯").await.ok()["count"], 0);
    let desk = test.as_person("dispatcher").await;
    let seen = read(&desk, &id).await;
    let kinds: Vec<&str> =
        seen["timeline"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert!(kinds.ends_with(&["part_given", "part_ended"]), "{kinds:?}");
    let resident = test.nobody().with_receipt(super::RECEIPT).get("/api/receipt").await.ok();
    assert!(!resident.to_string().contains("part_given") && !resident.to_string().contains("不归我们管"));
}

#[tokio::test]
async fn a_part_that_is_done_stays_done_and_the_lead_goes_on() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let street = unit_of(&test, "government", "140403001").await;
    let part = give(&test, &id, street).await.unwrap()[0].unwrap();
    let (app, case) = (SharedApp::clone(&test.app), id.parse::<Id<Case>>().unwrap());
    let finish = async move |mut tx: Tx| {
        let case = cases::lock_unscoped(&mut tx, case).await?;
        let once = cases::finish_part(&mut tx, &app, &By::nobody(), &case, part, Some("已断电检查")).await?;
        let twice = cases::finish_part(&mut tx, &app, &By::nobody(), &case, part, None).await?;
        Ok((once, twice))
    };
    assert_eq!(test.app.db.write(finish).await.unwrap(), (true, false));
    let handler = test.as_person("handler").await;
    assert_eq!(part_of(&read(&handler, &id).await, "whistled")["state"], "done");
    step(&handler, &id, "work", json!({"text": "到现场"})).await.ok();
    step(&handler, &id, "result", json!({"text": "已更换灯泡", "outcome": "solved"})).await.ok();
}

#[tokio::test]
async fn no_part_is_given_once_the_residents_have_the_word_nor_to_another_county() {
    let test = city().await;
    test.unit("far", "urban_management", "140404").await;
    let far = unit_of(&test, "urban_management", "140404").await;
    let id = reported(&test).await;
    assert_eq!(give(&test, &id, far).await.unwrap_err().fields()[0].field, "units");
    filed(&test, &id).await;
    let street = unit_of(&test, "government", "140403001").await;
    assert_eq!(give(&test, &id, street).await.unwrap_err().code(), kernel::Code::WrongStatus);
}
