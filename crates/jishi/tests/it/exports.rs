//! 导出标记: a list that was taken out tells whose it is.

use std::io::Cursor;

use axum::http::Method;
use calamine::{Reader, Xlsx, open_workbook_from_rs};
use db::{FromRow, Row, sql};
use jishi::platform::access::Role;
use kernel::Result;
use serde_json::json;

use super::{
    cases::{city, lamp, with},
    support::{TestApp, book},
};

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

async fn made(test: &TestApp) -> i64 {
    let mut db = test.app.db.read().await.unwrap();
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM events WHERE kind = 'export.made'");
    let Count(n) = db.one(sql).await.unwrap();
    n
}

/// The number in the name of a file: `cases-20261116-7F3K2-Q9MX1.csv`.
fn number(name: &str) -> String {
    let plain = name.trim_start_matches("attachment; filename=\"").trim_end_matches('"');
    let (name, _) = plain.rsplit_once('.').unwrap();
    let parts: Vec<&str> = name.rsplitn(3, '-').collect();
    format!("{}-{}", parts[1], parts[0])
}

#[tokio::test]
async fn a_list_that_was_taken_out_leads_to_whoever_took_it() {
    let test = city().await;
    for at in 10..22 {
        let body = with(
            lamp(),
            json!({"receipt": format!("98765432109876{at}"), "text": format!("第{at}盏路灯不亮，\"两天\"了")}),
        );
        test.nobody().post("/api/reports", body).await.ok();
    }
    test.person("audit", Role::AuditAdmin, "140403", None).await;
    test.person("elsewhere", Role::AuditAdmin, "140404", None).await;
    let auditor = test.as_person("audit").await;
    for (path, who) in [
        ("/api/cases.csv", "dispatcher"),
        ("/api/cases.xlsx", "dispatcher"),
        ("/api/register.xlsx", "dispatcher"),
        ("/api/units.xlsx", "county"),
    ] {
        let file = test.as_person(who).await.get(path).await;
        let number = number(file.headers["content-disposition"].to_str().unwrap());
        let found = auditor.send(Method::POST, "/api/audit/whose-file", None, file.body).await.ok();
        assert_eq!(found["number"], number, "{path}");
        let trail = auditor.get(&format!("/api/audit?object={}", number.to_lowercase().replace('-', ""))).await.ok();
        let row = &trail["rows"][0];
        assert_eq!(
            (&trail["count"], &row["kind"], &row["person"]["name"]),
            (&json!(1), &json!("export.made"), &json!(who))
        );
        assert!(row["params"]["file"].as_str().unwrap().contains(&number), "{row}");
        let others = test.as_person("elsewhere").await.get(&format!("/api/audit?object={number}")).await.ok();
        assert_eq!(others["count"], 0, "another county's audit");
    }
    assert_eq!(made(&test).await, 4);
    // A workbook says it to whoever opens it, and counts no row more.
    let desk = test.as_person("dispatcher").await;
    assert_eq!(book::rows(&desk, "/api/cases.xlsx").await.len(), 13);
    let mut file: Xlsx<_> = open_workbook_from_rs(Cursor::new(desk.get("/api/cases.xlsx").await.body)).unwrap();
    let told = file.worksheet_range("About this export").unwrap();
    let said: Vec<String> = told.rows().map(|row| row[1].to_string()).collect();
    assert_eq!((said[0].as_str(), said[1].as_str(), said[2].as_str()), ("Cases", "dispatcher", "street"));
}

#[tokio::test]
async fn what_is_refused_or_public_is_not_marked() {
    let test = city().await;
    assert_eq!(test.nobody().get("/api/cases.csv").await.status, 401);
    assert_eq!(test.as_person("worker").await.get("/api/audit.csv").await.status, 403);
    let open = test.nobody().get("/api/open/cases.csv?place=140403").await;
    assert!(open.headers["content-disposition"].to_str().unwrap().contains("open-cases-140403-"));
    assert_eq!(made(&test).await, 0);
    let (desk, auditor) = (test.as_person("dispatcher").await, test.as_person("auditor").await);
    let send = async |client: &super::support::Client<'_>, bytes: &[u8]| {
        client.send(Method::POST, "/api/audit/whose-file", None, bytes.to_vec()).await
    };
    assert_eq!(send(&desk, b"a,b").await.refusal(), (403, "forbidden".into()));
    for file in [&b"a,b\n1,2\n"[..], b"PK\x03\x04", b"", &open.body] {
        assert_eq!(send(&auditor, file).await.refusal(), (422, "no_export_mark".into()));
    }
}
