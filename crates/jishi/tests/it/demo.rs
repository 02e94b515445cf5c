//! The demo city, loaded as `make demo` loads it.

use std::process::Command;

use db::{Db, FromRow, Row, Settings, sql, testing};
use jishi::platform::schema::MIGRATIONS;

/// Enough for every step of every story, few enough for a slow machine.
const CASES: &str = "150";

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

fn demo(folder: &std::path::Path, url: &str, cases: &str) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_jishi"))
        .args(["demo", "--no-serve", "--seed", "1404", "--cases", cases, "--database", url, "--data"])
        .arg(folder)
        .output()
        .unwrap()
}

async fn count(db: &Db, statement: db::Sql) -> i64 {
    let Count(n) = db.read().await.unwrap().one(statement).await.unwrap();
    n
}

#[tokio::test]
async fn the_demo_city_loads_plays_its_cases_and_may_be_loaded_again() {
    let fresh = testing::fresh(MIGRATIONS).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = demo(folder.path(), &fresh.url, CASES);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!printed.contains("broken off"), "{printed}");
    }
    let db = Db::open(&Settings::new(&fresh.url)).await.unwrap();
    let townships =
        sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM regions WHERE kind IN ('subdistrict', 'town', 'township')");
    assert_eq!(count(&db, townships).await, 128);
    let villages = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM regions WHERE level = 'village'");
    assert_eq!(count(&db, villages).await, 2_628);
    assert!(count(&db, sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM cases")).await >= 200);
    let kinds = sql!("SELECT CAST(count(DISTINCT status) AS BIGINT) AS n FROM cases");
    assert!(count(&db, kinds).await >= 10, "the demo shows nearly every status");
    let overtaken = sql!(
        "SELECT CAST(count(*) AS BIGINT) AS n FROM timeline t JOIN cases c ON c.id = t.case_id WHERE t.at < c.received_at"
    );
    assert_eq!(count(&db, overtaken).await, 0);
    let erased = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM erasures");
    assert!(count(&db, erased).await >= 6, "the deletion record shows what residents had erased");
    let lifted = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM cases WHERE about_place IS NOT NULL");
    assert_eq!(count(&db, lifted).await, 2, "reports about offices lie above them");
    let things = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM register_items WHERE grid IS NOT NULL");
    assert!(count(&db, things).await >= 300, "the register knows in which grid its things are");
    assert_eq!(count(&db, sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM patrol_lists")).await, 5);
    let rounds = sql!("SELECT CAST(count(DISTINCT round) AS BIGINT) AS n FROM patrol_ticks");
    assert!(count(&db, rounds).await >= 6, "rounds of the season were ticked, the present ones in part");
    let wordings = sql!("SELECT CAST(count(DISTINCT summary) AS BIGINT) AS n FROM disclosed_cases");
    assert!(count(&db, wordings).await >= 20, "public summaries do not all read alike");
    let orders = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM case_aliases");
    assert!(count(&db, orders).await >= 40, "the hotline's orders came in");
    let shares = sql!("SELECT CAST(count(DISTINCT kind) AS BIGINT) AS n FROM case_shares");
    assert_eq!(count(&db, shares).await, 2, "units share work, and contractors have links");
    let objections = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM objections");
    assert_eq!(count(&db, objections).await, 2, "an objection to an opening waits, another is answered");
    // The trail of the season is written in the order of time, but for steps that were taken side by side. Whistles are told
    // after it, each at its own time.
    let backwards = sql!(
        "SELECT CAST(count(*) AS BIGINT) AS n FROM events a JOIN events b ON b.seq = a.seq - 200
         WHERE a.kind LIKE 'case.%' AND b.kind LIKE 'case.%' AND a.at < b.at
           AND a.seq < (SELECT min(seq) FROM events WHERE kind LIKE 'whistle.%')"
    );
    assert_eq!(count(&db, backwards).await, 0);
}

#[tokio::test]
async fn a_lost_key_beside_data_is_refused_and_not_replaced() {
    let fresh = testing::fresh(MIGRATIONS).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    assert!(demo(folder.path(), &fresh.url, "0").status.success());
    std::fs::remove_file(folder.path().join("master.key")).unwrap();
    let output = demo(folder.path(), &fresh.url, "0");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("master.key"));
}
