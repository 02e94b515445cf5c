//! Every list of the desk leaves as a workbook, as what it is: times as times, numbers as numbers, scoped as the list.

use calamine::Data;
use jishi::{modules::call_backs, platform::access::Role};
use serde_json::json;

use super::{
    call_backs::with_phone,
    cases::{city, filed},
    support::{
        Client, TestApp,
        book::{is_time, rows, under},
    },
};

/// As many rows as the list counts and the CSV has lines, under as many headings.
async fn agrees(client: &Client<'_>, list: &str, query: &str) -> Vec<Vec<Data>> {
    // Asked afterwards: that a list was taken out is itself on the trail, and in it.
    let count = async || client.get(&format!("{list}{query}")).await.ok()["count"].as_i64().unwrap();
    let rows = rows(client, &format!("{list}.xlsx{query}")).await;
    assert_eq!(i64::try_from(rows.len()).unwrap() - 1, count().await, "{list}");
    let csv = client.get(&format!("{list}.csv{query}")).await.text();
    let mut lines = csv::Reader::from_reader(csv.trim_start_matches('\u{FEFF}').as_bytes());
    assert_eq!(lines.headers().unwrap().len(), rows[0].len(), "{list}");
    assert_eq!(i64::try_from(lines.records().count()).unwrap(), count().await, "{list}");
    rows
}

async fn staffed() -> TestApp {
    let test = city().await;
    test.person("system", Role::SystemAdmin, "1404", None).await;
    test
}

#[tokio::test]
async fn lists_of_the_desk_leave_as_workbooks_with_as_many_rows_as_they_count() {
    let test = staffed().await;
    let id = with_phone(&test, json!({})).await;
    filed(&test, &id).await;
    call_backs::follow(&test.app).await.unwrap();
    let desk = test.as_person("dispatcher").await;
    let number = desk.get(&format!("/api/cases/{id}")).await.ok()["number"].as_str().unwrap().to_owned();

    let asked = agrees(&desk, "/api/call-backs", "").await;
    assert_eq!(asked.len(), 2);
    assert_eq!(*under(&asked, 1, "Case"), Data::from(number.as_str()));
    assert!(is_time(under(&asked, 1, "To be asked by")), "{:?}", asked[1]);
    assert_eq!(*under(&asked, 1, "Attempts"), Data::Float(0.0));

    let units = agrees(&test.as_person("system").await, "/api/units", "").await;
    assert!(units.len() > 2);
    let people = agrees(&test.as_person("security").await, "/api/people", "").await;
    assert!(people.iter().any(|row| row[0] == "dispatcher"));
    let trail = agrees(&test.as_person("auditor").await, "/api/audit", "").await;
    assert!(is_time(under(&trail, 1, "Time")), "{:?}", trail[1]);
    assert!(matches!(under(&trail, 1, "No."), Data::Float(_)), "{:?}", trail[1]);
    for list in ["/api/whistles", "/api/whistle-calls", "/api/topics", "/api/patrols", "/api/routing/rules"] {
        agrees(&desk, list, "").await;
    }
    agrees(&test.as_person("system").await, "/api/messages", "").await;
}

#[tokio::test]
async fn a_workbook_is_scoped_and_permitted_as_its_list() {
    let test = staffed().await;
    let id = with_phone(&test, json!({})).await;
    filed(&test, &id).await;
    call_backs::follow(&test.app).await.unwrap();
    let neighbour = test.as_person("neighbour").await;
    assert_eq!(agrees(&neighbour, "/api/call-backs", "").await.len(), 1, "headings alone");
    let handler = test.as_person("handler").await;
    for list in ["audit", "messages", "disclosures", "disputes", "routing/rules"] {
        let refused = handler.get(&format!("/api/{list}.csv")).await.refusal();
        assert_eq!(refused, (403, "forbidden".to_owned()), "{list}");
        assert_eq!(handler.get(&format!("/api/{list}.xlsx")).await.refusal(), refused, "{list}");
    }
    assert_eq!(test.nobody().get("/api/units.xlsx").await.status, 401);
    let chinese = handler.with_header("accept-language", "zh");
    assert_eq!(rows(&chinese, "/api/units.xlsx").await[0][0], Data::from("名称"));
    let formula = json!({"names": {"zh": "=1+1"}, "duty": "government", "region": "140403001"});
    test.as_person("system").await.post("/api/units", formula).await.ok();
    let units = rows(&handler, "/api/units.xlsx?q=1").await;
    assert!(units.iter().any(|row| row[0] == "=1+1"), "words as they are, and no formula: {units:?}");
}
