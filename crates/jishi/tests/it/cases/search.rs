//! Lists by words: what is found, by whom, in which order, and what is found no longer.

use db::{Backend, Db, FromRow, Row, Settings, sql, testing};
use jishi::modules::cases::actions::read_words;
use kernel::Instant;
use serde_json::{Value, json};

use super::{GRID, LAMP, RECEIPT, city, in_hand, lamp, reported, step, verdict, with};
use crate::support::{Client, TestApp};

const ELSEWHERE: &str = "140403002001";

/// Reports these words for a place, a minute after what was before; returns the receipt.
async fn said(test: &TestApp, text: &str, region: &str) -> String {
    test.pass_seconds(60);
    let receipt = format!("12345{:011}", test.app.now().millis() % 100_000_000_000);
    let place = json!({"source": "chosen", "region": region});
    let report = with(lamp(), json!({"receipt": receipt, "text": text, "place": place, "matter": null}));
    test.nobody().post("/api/reports", report).await.ok();
    receipt
}

/// Text as it stands in an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn page(client: &Client<'_>, text: &str, more: &str) -> Value {
    client.get(&format!("/api/cases?q={}{more}", encoded(text))).await.ok()
}

/// How many are found; as many as are shown.
async fn count(client: &Client<'_>, text: &str, more: &str) -> i64 {
    let page = page(client, text, more).await;
    let rows = page["rows"].as_array().unwrap().len();
    assert_eq!(page["count"].as_u64(), u64::try_from(rows).ok(), "{text} {more}");
    page["count"].as_i64().unwrap()
}

async fn id_of(client: &Client<'_>, text: &str) -> String {
    page(client, text, "").await["rows"][0]["id"].as_str().unwrap().to_owned()
}

/// Once as it was written, and once sorted into the index.
async fn both_ways(test: &TestApp, check: impl AsyncFn(&str)) {
    check("fresh").await;
    read_words(&test.app).await.unwrap();
    check("sorted").await;
}

#[tokio::test]
async fn words_are_found_in_reports_place_and_matter() {
    let test = city().await;
    said(&test, "３号楼有ＷｉＦｉ的电梯停运，老人上下不便", GRID).await;
    said(&test, "垃圾桶满了，请来清运。电话13812345678", GRID).await;
    let place = json!({"source": "chosen", "region": GRID, "text": "幸福里小区西门"});
    test.nobody().post("/api/reports", with(lamp(), json!({"text": "晚上太黑", "place": place}))).await.ok();
    let desk = test.as_person("dispatcher").await;
    both_ways(&test, async |when| {
        let found = [
            ("电梯", 1),
            ("梯停", 1),
            ("老人 电梯", 1),
            ("电梯，老人！", 1),
            ("3号楼", 1),
            ("wifi", 1),
            ("WI", 1),
            ("有wifi的", 1),
            ("垃", 1),
            ("幸福里", 1),
            ("西门", 1),
            ("路灯", 1),
            ("street", 1),
            ("梯电", 0),
            ("13号楼", 0),
            ("fi", 0),
            ("电梯 垃圾", 0),
            ("13812345678", 0),
            ("煤气", 0),
        ];
        for (text, expected) in found {
            assert_eq!(count(&desk, text, "").await, expected, "{text} {when}");
        }
    })
    .await;
}

#[tokio::test]
async fn whatever_is_typed_is_words_and_never_syntax() {
    let test = city().await;
    said(&test, "路灯 100% 不亮", GRID).await;
    let desk = test.as_person("dispatcher").await;
    both_ways(&test, async |when| {
        for text in [
            "路灯\" OR \"电梯",
            "路灯 AND 电梯",
            "NOT 路灯 电梯",
            "words:路灯x",
            "\"",
            "'",
            "*",
            "**",
            "%",
            "_",
            "(",
            "^",
            "\\",
            "-",
            ":",
            "&|!",
            "()",
            "？！",
            "路灯' | '电",
            "p:140403",
            "s:open",
            "<->",
            "NEAR(路 灯)",
            "路灯*x",
            "\u{FFFD}",
            "🏮",
            "a\u{300}",
            "${1}",
            "$1",
        ] {
            assert_eq!(count(&desk, text, "").await, 0, "{text} {when}");
        }
        for text in ["路灯", "\"路灯\"", "路灯*", "路%灯", "路灯'", "100%", "100 路灯", "{路灯}", "路灯🏮不亮"]
        {
            assert_eq!(count(&desk, text, "").await, 1, "{text} {when}");
        }
        for more in ["&matter=a%22%20OR%20%22b", "&matter=%E8%B7%AF%20%E7%81%AF", "&matter="] {
            assert_eq!(count(&desk, "路灯", more).await, 0, "{more} {when}");
        }
        let long = "路灯".repeat(500);
        assert_eq!(count(&desk, &long, "").await, 0, "灯路 is not there");
    })
    .await;
}

/// By place, as the lead and as an assistant; and no longer when the part has ended.
#[tokio::test]
async fn everyone_finds_in_their_own_work_only() {
    let test = city().await;
    let id = reported(&test).await;
    let elsewhere = json!({"receipt": "9876543210987654", "place": {"source": "chosen", "region": ELSEWHERE}});
    test.nobody().post("/api/reports", with(lamp(), elsewhere)).await.ok();
    let all = ["dispatcher", "officer", "worker", "county", "neighbour", "handler", "helper"];
    let found = async |expected: [i64; 7], when: &str| {
        both_ways(&test, async |how| {
            for (login, expected) in all.iter().zip(expected) {
                let client = test.as_person(login).await;
                assert_eq!(count(&client, "路灯", "").await, expected, "{login} {when} {how}");
                assert_eq!(count(&client, "路灯", "&view=open").await, expected, "{login} {when} {how}");
            }
        })
        .await;
    };
    found([1, 1, 1, 2, 1, 0, 0], "reported").await;
    let desk = test.as_person("dispatcher").await;
    let (lamps, power) =
        (test.unit("lamps", "urban_management", "140403").await, test.unit("power", "power", "140403").await);
    let parts = json!({"lead": lamps, "assists": [power], "reason": "同去"});
    step(&desk, &id, "dispatch", parts.clone()).await.ok();
    found([1, 1, 1, 2, 1, 1, 1], "dispatched").await;
    assert_eq!(count(&desk, "路灯", &format!("&unit={lamps}")).await, 1);
    assert_eq!(count(&desk, "路灯", &format!("&unit={power}")).await, 0, "an assistant does not lead");
    step(&test.as_person("handler").await, &id, "return", json!({"reason": "不归我们管"})).await.ok();
    found([1, 1, 1, 2, 1, 0, 0], "returned").await;
    step(&desk, &id, "move", json!({"region": ELSEWHERE, "reason": "在西街"})).await.ok();
    found([0, 0, 0, 2, 2, 0, 0], "moved").await;
    let neighbour = test.as_person("neighbour").await;
    assert_eq!(count(&neighbour, "路灯", &format!("&region={GRID}")).await, 0);
    assert_eq!(count(&neighbour, "路灯", &format!("&region={ELSEWHERE}")).await, 2);
}

#[tokio::test]
async fn other_filters_hold_beside_words() {
    let test = city().await;
    let id = reported(&test).await;
    said(&test, "路灯又坏了，还有井盖", GRID).await;
    let desk = test.as_person("dispatcher").await;
    in_hand(&test, &id).await;
    let found = async |more: &str| count(&desk, "路灯", more).await;
    both_ways(&test, async |when| {
        for (more, expected) in [
            ("&view=undecided", 1),
            ("&view=open", 2),
            ("&view=ended", 0),
            ("&status=signed", 1),
            ("&status=closed", 0),
            ("&channel=web", 2),
            ("&channel=phone", 0),
            ("&overdue=true", 0),
            ("&overdue=false", 2),
            ("&from=2026-11-16&to=2026-11-16", 2),
            ("&from=2026-11-17", 0),
            ("&to=2026-11-15", 0),
        ] {
            assert_eq!(found(more).await, expected, "{more} {when}");
        }
        assert_eq!(found(&format!("&matter={LAMP}")).await, 1, "{when}");
    })
    .await;
    let handler = test.as_person("handler").await;
    assert_eq!(count(&handler, "路灯", "&view=to_handle").await, 1);
    assert_eq!(count(&handler, "路灯", "&view=mine").await, 1);
    assert_eq!(count(&handler, "路灯", "&view=to_sign").await, 0);
    step(&handler, &id, "result", json!({"text": "已更换灯泡", "outcome": "solved"})).await.ok();
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    both_ways(&test, async |when| {
        for (more, expected) in [("&view=open", 1), ("&view=ended", 1), ("&status=closed", 1), ("&status=refused", 0)] {
            assert_eq!(found(more).await, expected, "{more} {when}");
        }
    })
    .await;
    let sheet = desk.get(&format!("/api/cases.csv?q={}", encoded("路灯"))).await.text();
    assert_eq!(sheet.lines().count(), 3, "a head and two cases: {sheet}");
}

/// Some sorted, some fresh, some changed since; several in one moment.
#[tokio::test]
async fn pages_go_from_the_newest_and_hold_every_row_once() {
    let test = city().await;
    for index in 0..12 {
        said(&test, &format!("路灯不亮，第{index}户反映"), GRID).await;
        if index % 3 == 0 {
            let receipt = format!("12345678902{index:05}");
            test.nobody().post("/api/reports", with(lamp(), json!({"receipt": receipt}))).await.ok();
        }
        if index == 7 {
            read_words(&test.app).await.unwrap();
            let (desk, lead) =
                (test.as_person("dispatcher").await, test.unit("lamps", "urban_management", "140403").await);
            step(&desk, &id_of(&desk, "第1户").await, "dispatch", json!({"lead": lead, "reason": "就近"})).await.ok();
        }
    }
    let desk = test.as_person("dispatcher").await;
    for (more, newest_first) in [("&limit=3", true), ("&limit=3&view=open", false), ("&limit=3&overdue=false", true)] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = page(&desk, "路灯", &format!("{more}{cursor}")).await;
            assert_eq!((page["count"].as_i64(), page["count_capped"].as_bool()), (Some(16), Some(false)), "{more}");
            seen.extend(page["rows"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let key = if newest_first { "received_at" } else { "due_at" };
        let times: Vec<Instant> = seen.iter().map(|row| row[key].as_str().unwrap().parse().unwrap()).collect();
        let in_order = times.windows(2).all(|pair| if newest_first { pair[0] >= pair[1] } else { pair[0] <= pair[1] });
        assert!(in_order, "{more}: {times:?}");
        let mut ids: Vec<&str> = seen.iter().map(|row| row["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 16, "{more}");
    }
}

/// Many of one moment: each finds a number of its own.
#[tokio::test]
async fn cases_of_the_same_moment_are_all_found() {
    let test = city().await;
    for index in 0..40 {
        let receipt = format!("12345678902{index:05}");
        test.nobody().post("/api/reports", with(lamp(), json!({"receipt": receipt}))).await.ok();
    }
    let desk = test.as_person("dispatcher").await;
    both_ways(&test, async |_| assert_eq!(count(&desk, "路灯", "&limit=50").await, 40)).await;
}

async fn erase(db: &Db, words: &'static str) {
    db.write(async move |mut tx| {
        let erased = tx.execute(sql!("UPDATE notes SET body = NULL, erased_at = $1 WHERE body = $2", 1, words)).await?;
        assert_eq!(erased, 1);
        Ok(())
    })
    .await
    .unwrap();
}

/// By whomever and however: the database itself takes them out. What else the case is found by comes back soon after.
#[tokio::test]
async fn words_that_were_erased_are_not_found() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    for sorted in [false, true] {
        let words = if sorted { "车库有积水" } else { "外墙有脱落" };
        let receipt = if sorted { "1111222233334444" } else { "5555666677778888" };
        let text = &words[..6];
        test.nobody().post("/api/reports", with(lamp(), json!({"receipt": receipt, "text": words}))).await.ok();
        if sorted {
            read_words(&test.app).await.unwrap();
        }
        assert_eq!(count(&desk, text, "").await, 1);
        erase(&test.app.db, words).await;
        assert_eq!(count(&desk, text, "").await, 0);
        read_words(&test.app).await.unwrap();
        assert_eq!(count(&desk, text, "").await, 0);
    }
    assert_eq!(count(&desk, "路灯", "").await, 2, "by the name of the matter");
}

/// What one said behind another's case is found there, and after a merger where it went.
#[tokio::test]
async fn words_follow_their_report() {
    let test = city().await;
    let desk = test.as_person("dispatcher").await;
    said(&test, "井盖松动", GRID).await;
    let one = id_of(&desk, "井盖").await;
    said(&test, "下水道堵塞", GRID).await;
    let other = id_of(&desk, "下水道").await;
    let number = super::read(&desk, &one).await["number"].clone();
    step(&desk, &other, "merge", json!({"into": number})).await.ok();
    both_ways(&test, async |when| {
        assert_eq!(count(&desk, "下水道 井盖", "").await, 1, "{when}");
        assert_eq!(count(&desk, "下水道", "&view=open").await, 1, "{when}");
        assert_eq!(id_of(&desk, "下水道").await, one, "{when}");
    })
    .await;
    let changed = step(&desk, &one, "reclassify", json!({"matter": LAMP, "reason": "写错了"})).await.ok();
    let joining = json!({"receipt": "1111222233334444", "text": "晚上摔了一跤", "joins": changed["number"]});
    test.nobody().post("/api/reports", with(lamp(), joining)).await.ok();
    assert_eq!(count(&desk, "路灯 井盖 摔了", "").await, 1);
    erase(&test.app.db, "下水道堵塞").await;
    both_ways(&test, async |_| assert_eq!(count(&desk, "下水道", "").await, 0)).await;
}

/// A database of before the index: the job reads what is there, and may be stopped in between.
#[tokio::test]
async fn cases_of_before_the_index_are_read_later() {
    let test = city().await;
    for _ in 0..3 {
        said(&test, "路灯不亮", GRID).await;
    }
    test.app
        .db
        .write(async |mut tx| {
            if tx.backend() == Backend::Sqlite {
                tx.execute(sql!("DELETE FROM case_fresh")).await?;
            }
            tx.execute(sql!("DELETE FROM case_words")).await?;
            tx.execute(sql!("INSERT INTO case_unread (case_id) SELECT id FROM cases")).await?;
            Ok(())
        })
        .await
        .unwrap();
    let desk = test.as_person("dispatcher").await;
    assert_eq!(count(&desk, "路灯", "").await, 0);
    // One that moves on before its turn comes is read then.
    let id = desk.get("/api/cases").await.ok()["rows"][0]["id"].as_str().unwrap().to_owned();
    step(&desk, &id, "reclassify", json!({"matter": LAMP, "reason": "补登"})).await.ok();
    assert_eq!(count(&desk, "路灯", "").await, 1);
    assert_eq!(read_words(&test.app).await.unwrap(), 3);
    assert_eq!(count(&desk, "路灯", "").await, 3);
    assert_eq!(read_words(&test.app).await.unwrap(), 0);
}

struct Found(i64);

impl FromRow for Found {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("n").map(Self)
    }
}

/// A copy is written anew from its rows; the numbers in the index must still be those of the cases.
#[tokio::test]
async fn a_copy_finds_what_its_original_finds() {
    if testing::backend() == Backend::Postgres {
        return; // copied by its own tools
    }
    let test = city().await;
    for text in ["电梯停运", "路灯不亮", "电梯异响"] {
        said(&test, text, GRID).await;
    }
    read_words(&test.app).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    test.app.db.copy_to(&file).await.unwrap();
    let copy = Db::open(&Settings::new(format!("sqlite:{}", file.display()))).await.unwrap();
    let Found(n) = copy
        .read()
        .await
        .unwrap()
        .one(sql!(
            "SELECT count(*) AS n
             FROM case_index i
             JOIN case_words w ON w.seq = i.rowid
             JOIN cases c ON c.id = w.case_id
             WHERE i.case_index MATCH '\"电梯\"' AND c.summary LIKE '电梯%'"
        ))
        .await
        .unwrap();
    assert_eq!(n, 2);
}

#[tokio::test]
async fn a_matter_is_found_by_how_it_sounds() {
    let test = city().await;
    test.nobody().post("/api/reports", with(lamp(), json!({"text": "门口黑了三天"}))).await.ok();
    let desk = test.as_person("dispatcher").await;
    for typed in ["ludeng", "LuDeng", "ludengbu", "ldbl", "lu%20deng", "lu%20deng%20bu"] {
        assert_eq!(desk.get(&format!("/api/cases?q={typed}")).await.ok()["count"], 1, "{typed}");
    }
    for other in ["deng", "ldx", "dengpao", "deng%20lu"] {
        assert_eq!(desk.get(&format!("/api/cases?q={other}")).await.ok()["count"], 0, "{other}");
    }
}

#[tokio::test]
async fn what_lies_in_a_place_is_found_by_its_name_and_how_that_sounds() {
    let test = city().await;
    said(&test, "门口的灯黑了三天", GRID).await;
    said(&test, "楼下烧烤店太吵", "140403001002001").await;
    said(&test, "河边有人倒垃圾", ELSEWHERE).await;
    let county = test.as_person("county").await;
    let village = test.nobody().get("/api/regions/140403001001").await.ok();
    let (name, pinyin) = (village["names"]["zh"].as_str().unwrap(), village["pinyin"].as_str().unwrap());
    assert!(pinyin.contains(' '), "{pinyin}");
    both_ways(&test, async |when| {
        for words in [name, pinyin, &pinyin.replace(' ', ""), &format!("{name} 黑了"), &format!("黑了 {name}")] {
            assert_eq!(count(&county, words, "").await, 1, "{words} {when}");
        }
        assert_eq!(count(&county, &format!("{name} 烧烤"), "").await, 0, "{when}");
        let township = test.nobody().get("/api/regions/140403001").await.ok()["names"]["zh"].clone();
        assert_eq!(count(&county, township.as_str().unwrap(), "").await, 2, "{when}");
        assert_eq!(count(&county, township.as_str().unwrap(), "&region=140403002").await, 0, "{when}");
    })
    .await;
    let neighbour = test.as_person("neighbour").await;
    assert_eq!(count(&neighbour, name, "").await, 0, "a name shows nobody more than they may see");
}
