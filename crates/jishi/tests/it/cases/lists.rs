//! Lists: scoped, paged, filtered, exported; the count is that of the rows.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use serde_json::{Value, json};

use super::{GRID, LAMP, RECEIPT, city, filed, in_hand, lamp, reported, step, verdict, with};
use crate::support::TestApp;

async fn many(test: &TestApp, count: usize) {
    for index in 0..count {
        let receipt = format!("12345678901{index:05}");
        test.nobody().post("/api/reports", with(lamp(), json!({"receipt": receipt}))).await.ok();
        test.pass_seconds(60);
    }
}

#[tokio::test]
async fn pages_together_hold_every_row_once_and_the_count_agrees() {
    let test = city().await;
    many(&test, 7).await;
    let desk = test.as_person("dispatcher").await;
    for base in ["/api/cases?view=undecided&limit=3", "/api/cases?limit=3"] {
        let (mut seen, mut cursor) = (std::collections::HashSet::new(), String::new());
        loop {
            let page = desk.get(&format!("{base}{cursor}")).await.ok();
            assert_eq!((page["count"].as_i64(), page["count_capped"].as_bool()), (Some(7), Some(false)));
            for row in page["rows"].as_array().unwrap() {
                assert!(seen.insert(row["id"].as_str().unwrap().to_owned()));
            }
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 7);
    }
}

#[tokio::test]
async fn everyone_sees_their_own_work_only() {
    let test = city().await;
    let id = reported(&test).await;
    let count = async |login: &str| test.as_person(login).await.get("/api/cases").await.ok()["count"].as_i64().unwrap();
    assert_eq!(
        (count("dispatcher").await, count("officer").await, count("worker").await, count("county").await),
        (1, 1, 1, 1)
    );
    assert_eq!((count("neighbour").await, count("handler").await, count("helper").await), (0, 0, 0));
    in_hand(&test, &id).await;
    assert_eq!((count("handler").await, count("neighbour").await), (1, 0));
    assert_eq!(test.as_person("auditor").await.get("/api/cases").await.refusal(), (403, "forbidden".into()));
    for path in [format!("/api/cases/{id}"), format!("/api/cases/{id}/similar"), format!("/api/cases/{id}/proposal")] {
        assert_eq!(test.as_person("neighbour").await.get(&path).await.refusal(), (404, "not_found".into()), "{path}");
    }
}

/// The office of a village sees what lies in it, what it leads and what it has a part in; a case may be several of these.
#[tokio::test]
async fn a_case_that_comes_by_several_ways_is_listed_and_counted_once() {
    let test = city().await;
    let (desk, neighbour) = (test.as_person("dispatcher").await, test.as_person("neighbour").await);
    // Imported again, a unit is the one that is there.
    let lamps = test.unit("lamps", "urban_management", "140403").await;
    let village = test.unit("village", "government", "140403001001").await;
    let elsewhere = "140403002001";
    let parts = [
        (GRID, &village, vec![]),
        (elsewhere, &village, vec![]),
        (elsewhere, &lamps, vec![&village]),
        (GRID, &lamps, vec![&village]),
        (elsewhere, &lamps, vec![]),
    ];
    for (index, (grid, lead, assists)) in parts.iter().enumerate() {
        let place = json!({"source": "chosen", "region": grid});
        let receipt = format!("12345678901{index:05}");
        test.nobody().post("/api/reports", with(lamp(), json!({"receipt": receipt, "place": place}))).await.ok();
        let desk = if *grid == GRID { &desk } else { &neighbour };
        let id = desk.get("/api/cases?view=undecided").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
        let body = json!({"lead": lead, "assists": assists, "reason": "就近"});
        step(desk, &id, "dispatch", body).await.ok();
        test.pass_seconds(60);
    }
    let officer = test.as_person("officer").await;
    for (list, region) in [("view=open", ""), ("", ""), ("view=open", GRID), ("", elsewhere)] {
        let base = format!("/api/cases?limit=1&{list}&region={}", if region.is_empty() { "140403" } else { region });
        let expected = if region.is_empty() { 4 } else { 2 };
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = officer.get(&format!("{base}{cursor}")).await.ok();
            assert_eq!(page["count"].as_i64(), Some(expected), "{base}");
            seen.extend(page["rows"].as_array().unwrap().iter().map(|row| row["received_at"].to_string()));
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        if list.is_empty() {
            sorted.reverse();
        }
        sorted.dedup();
        assert_eq!(seen, sorted, "{base}");
        assert_eq!(i64::try_from(seen.len()).unwrap(), expected, "{base}");
    }
    let sheet = officer.get("/api/cases.csv").await.text();
    assert_eq!(sheet.lines().count(), 5, "a head and four cases: {sheet}");
}

/// An assistant's list of open cases follows the case: it leaves with the closing and comes back with a reopening.
#[tokio::test]
async fn an_assistant_sees_a_case_among_the_open_ones_as_long_as_it_is_open() {
    let test = city().await;
    let id = reported(&test).await;
    let desk = test.as_person("dispatcher").await;
    let lamps = test.unit("lamps", "urban_management", "140403").await;
    let power = test.unit("power", "power", "140403").await;
    step(&desk, &id, "dispatch", json!({"lead": lamps, "assists": [power], "reason": "同去"})).await.ok();
    step(&test.as_person("handler").await, &id, "sign", json!({})).await.ok();
    let helper = test.as_person("helper").await;
    let count = async |view: &str| helper.get(&format!("/api/cases?view={view}")).await.ok()["count"].as_i64().unwrap();
    assert_eq!((count("open").await, count("ended").await), (1, 0));
    step(&test.as_person("handler").await, &id, "result", json!({"text": "已更换灯泡", "outcome": "solved"}))
        .await
        .ok();
    assert_eq!((count("open").await, count("ended").await), (1, 0));
    let resident = test.nobody().with_receipt(RECEIPT);
    resident.post("/api/receipt/verdict", verdict("yes")).await.ok();
    assert_eq!((count("open").await, count("ended").await), (0, 1));
    assert_eq!(helper.get("/api/cases?status=closed").await.ok()["count"], 1);
    resident.post("/api/receipt/reopen", json!({"text": "又坏了"})).await.ok();
    assert_eq!((count("open").await, count("ended").await), (1, 0));
}

#[tokio::test]
async fn filters_hold_together_and_today_counts_what_its_lists_show() {
    let test = city().await;
    let id = reported(&test).await;
    many(&test, 3).await;
    filed(&test, &id).await;
    let desk = test.as_person("dispatcher").await;
    let number = desk.get(&format!("/api/cases/{id}")).await.ok()["number"].as_str().unwrap().to_owned();
    let count = async |query: &str| desk.get(&format!("/api/cases?{query}")).await.ok()["count"].as_i64().unwrap();
    assert_eq!(count(&format!("q={number}")).await, 1);
    assert_eq!(count("q=%E8%B7%AF%E7%81%AF").await, 4);
    assert_eq!(count("q=100%25").await, 0);
    assert_eq!(count(&format!("matter={LAMP}&status=verifying&channel=web")).await, 1);
    assert_eq!(count("region=140403001001&from=2026-11-16&to=2026-11-16").await, 4);
    assert_eq!(count("to=2026-11-15").await, 0);
    assert_eq!(count("overdue=true").await, 0);
    test.pass_hours(24 * 10);
    let desk = test.as_person("dispatcher").await;
    let count = async |query: &str| desk.get(&format!("/api/cases?{query}")).await.ok()["count"].as_i64().unwrap();
    assert_eq!(count("overdue=true").await, 3, "the one with a result is not late");
    assert_eq!(count("overdue=false").await, 1);
    for login in ["dispatcher", "handler", "worker", "county", "officer", "helper"] {
        let client = test.as_person(login).await;
        for view in client.get("/api/today").await.ok()["views"].as_array().unwrap() {
            let list = client.get(&format!("/api/cases?view={}", view["code"].as_str().unwrap())).await.ok();
            assert_eq!(view["count"], list["count"], "{login} {view}");
            assert_eq!(list["count"].as_i64().unwrap(), i64::try_from(list["rows"].as_array().unwrap().len()).unwrap());
        }
    }
    for view in ["open", "ended", "to_sign", "mine", "due_soon", "returned"] {
        count(&format!("view={view}")).await;
    }
    assert_eq!(desk.get("/api/cases?limit=1000").await.fields(), [("limit".into(), "out_of_range".into())]);
    assert_eq!(desk.get("/api/cases?cursor=zz").await.fields(), [("cursor".into(), "bad_cursor".into())]);
}

#[tokio::test]
async fn the_export_holds_the_rows_of_the_list() {
    let test = city().await;
    many(&test, 5).await;
    let desk = test.as_person("dispatcher").await;
    let csv = desk.get("/api/cases.csv?view=undecided").await;
    assert_eq!(csv.status, 200);
    let text = csv.text();
    assert_eq!(text.lines().count(), 6, "{text}");
    assert!(text.starts_with("\u{FEFF}Number,Status"));
    let empty = test.as_person("neighbour").await.get("/api/cases.csv").await;
    assert_eq!(empty.text().lines().count(), 1);
}

#[tokio::test]
async fn the_list_as_a_workbook_holds_what_the_list_shows_with_times_as_times_and_no_formula() {
    let test = city().await;
    let odd = with(lamp(), json!({"text": "=HYPERLINK(\"x\")路灯不亮"}));
    test.nobody().post("/api/reports", odd).await.ok();
    test.nobody().post("/api/reports", with(lamp(), json!({"receipt": "2234567890123456"}))).await.ok();
    let desk = test.as_person("dispatcher").await;
    let listed = desk.get("/api/cases?view=undecided").await.ok();
    let answer = desk.with_header("accept-language", "zh").get("/api/cases.xlsx?view=undecided").await;
    assert_eq!(answer.status, 200);
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(answer.body)).unwrap();
    let sheet = book.worksheet_range("工单").unwrap();
    let rows: Vec<&[Data]> = sheet.rows().collect();
    assert_eq!((rows.len(), &rows[0][0], &rows[0][16]), (3, &Data::from("工单编号"), &Data::from("办结时间")));
    for (row, shown) in rows[1..].iter().zip(listed["rows"].as_array().unwrap()) {
        assert_eq!((&row[0], &row[7]), (&data(&shown["number"]), &data(&shown["summary"])));
        assert_eq!((&row[4], &row[8]), (&Data::from("网页"), &Data::Float(1.0)));
        // Days since Excel's beginning: nine in the morning of 16 November 2026, on the clock of the instance.
        assert!(matches!(&row[14], Data::DateTime(time) if (time.as_f64() - 46342.375).abs() < 1e-6), "{:?}", row[14]);
        assert_eq!(row[16], Data::Empty);
    }
    assert!(book.worksheet_formula("工单").unwrap().is_empty());
    let empty = test.as_person("neighbour").await.get("/api/cases.xlsx").await;
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(empty.body)).unwrap();
    assert_eq!(book.worksheet_range("Cases").unwrap().rows().count(), 1, "headings alone");
}

fn data(text: &Value) -> Data {
    Data::from(text.as_str().unwrap())
}
