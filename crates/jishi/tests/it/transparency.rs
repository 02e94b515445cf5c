//! The log of all steps: nothing is altered, removed or put in unseen, and whoever holds a receipt can check it alone.

use db::{Tx, sql};
use jishi::modules::transparency::{self, Failed, Fault, ProofFile, VerifierKey};
use kernel::Id;
use serde_json::{Value, json};

use super::{
    cases::{RECEIPT, city, filed, lamp, read, report_id, reported, step, verdict, with},
    support::TestApp,
};

fn receipt(number: usize) -> String {
    format!("86420753{number:08}")
}

async fn follow(test: &TestApp) -> usize {
    transparency::follow(&test.app).await.unwrap()
}

async fn proof(test: &TestApp, receipt: &str) -> ProofFile {
    let answer = test.nobody().with_receipt(receipt).get("/api/receipt/proof").await.ok();
    serde_json::from_value(answer).unwrap()
}

async fn key(test: &TestApp) -> VerifierKey {
    VerifierKey::parse(test.nobody().get("/api/log").await.ok()["key"].as_str().unwrap()).unwrap()
}

async fn faults(test: &TestApp) -> Vec<(Fault, String)> {
    let examined = transparency::examine(&test.app, &[]).await.unwrap();
    examined.findings.into_iter().map(|finding| (finding.fault, finding.what)).collect()
}

#[tokio::test]
async fn a_resident_gets_a_proof_that_is_checked_without_any_server() {
    let test = city().await;
    let id = reported(&test).await;
    assert!(follow(&test).await > 0);
    let first = test.nobody().get("/api/log").await.ok();
    filed(&test, &id).await;
    let early = proof(&test, RECEIPT).await;
    assert!(early.pending > 0 && !early.steps.is_empty());
    test.pass_seconds(60);
    follow(&test).await;
    assert_eq!(follow(&test).await, 0, "what is in is not taken in twice");

    let (file, key) = (proof(&test, RECEIPT).await, key(&test).await);
    let checked = transparency::check(&file, &key).unwrap();
    let shown = test.nobody().with_receipt(RECEIPT).get("/api/receipt").await.ok();
    assert_eq!((file.pending, checked.steps), (0, shown["timeline"].as_array().unwrap().len()));
    assert!(checked.words >= 2 && checked.hidden + checked.steps == file.steps.len());
    let kinds: Vec<&Value> = file.steps.iter().filter_map(|step| Some(&step.fields.get("kind")?.value)).collect();
    assert!(kinds.contains(&&json!("result_filed")), "{kinds:?}");
    // Who did it is committed to, and not told.
    assert!(file.steps.iter().all(|step| !step.fields.contains_key("person") && step.hashes.contains_key("person")));
    let detail = read(&test.as_person("county").await, &id).await.to_string();
    for step in &file.steps {
        if !step.fields.contains_key("kind") {
            assert_eq!(step.fields.keys().collect::<Vec<_>>(), ["case", "n"]);
        }
    }
    assert!(detail.contains(&file.case));

    // Whatever is changed in the file no longer fits.
    let mut other = file.clone();
    other.steps[1].fields.get_mut("at").unwrap().value = json!(1);
    assert_eq!(transparency::check(&other, &key), Err(Failed::Step(other.steps[1].leaf)));
    let mut other = file.clone();
    let worded = other.steps.iter().position(|step| step.words.is_some()).unwrap();
    other.steps[worded].words.as_mut().unwrap().text.push('。');
    assert_eq!(transparency::check(&other, &key), Err(Failed::Words(other.steps[worded].leaf)));
    let mut other = file.clone();
    other.steps.remove(1);
    assert_eq!(transparency::check(&other, &key), Err(Failed::Gap(2)));
    let mut other = file.clone();
    other.head = other.head.replacen(&format!("\n{}\n", checked.head.size), "\n1\n", 1);
    assert_eq!(transparency::check(&other, &key), Err(Failed::Signature));

    // The head kept at the beginning is the beginning of this one.
    let old = first["head"]["note"].as_str().unwrap();
    let (from, to) = (first["head"]["size"].clone(), checked.head.size);
    let answer = test.nobody().get(&format!("/api/log/consistency?from={from}&to={to}")).await.text();
    transparency::check_kept(&key, old, &checked.head, &answer).unwrap();
    let wrong =
        answer.replace(&format!("\"to\":{to}"), "\"to\":1").replacen("==\"", "A=\"", 1).replacen("=\"", "\"", 1);
    assert!(transparency::check_kept(&key, old, &checked.head, &wrong).is_err());
    assert_eq!(test.nobody().get("/api/log/consistency?from=5&to=99999").await.refusal().0, 422);
    // Nobody proves with a receipt that is none.
    assert_eq!(test.nobody().with_receipt("1111222233334444").get("/api/receipt/proof").await.refusal().0, 401);
}

#[tokio::test]
async fn everyone_can_copy_the_log_and_its_heads() {
    let test = city().await;
    // Before anything happened there is a head of nothing.
    assert_eq!(test.nobody().get("/api/log").await.ok()["head"]["size"], 0);
    let id = reported(&test).await;
    test.pass_seconds(60);
    follow(&test).await;
    filed(&test, &id).await;
    test.pass_seconds(60);
    follow(&test).await;
    let log = test.nobody().get("/api/log").await.ok();
    let size = log["head"]["size"].as_u64().unwrap();
    assert_eq!(test.nobody().get("/log/checkpoint").await.text(), log["head"]["note"].as_str().unwrap());
    let heads = test.nobody().get("/api/log/heads?limit=2").await.ok();
    assert_eq!((heads["count"].as_i64(), heads["rows"][0]["size"].as_u64()), (Some(3), Some(size)));
    let next = heads["next"].as_str().unwrap();
    let rest = test.nobody().get(&format!("/api/log/heads?limit=2&cursor={next}")).await.ok();
    assert_eq!((rest["rows"].as_array().unwrap().len(), rest["rows"][0]["size"].as_u64()), (1, Some(0)));
    // The tiles of C2SP, as wide as asked for.
    let tile = test.nobody().get(&format!("/log/tile/0/000.p/{size}")).await;
    assert_eq!((tile.status, tile.body.len()), (200, usize::try_from(size).unwrap() * 32));
    for none in ["0/000", "0/001", "data/000", "0/000.p/0", "zero", "99/000", "8/000", "0/", "0/1"] {
        assert_eq!(test.nobody().get(&format!("/log/tile/{none}")).await.status, 404, "{none}");
    }
    // A head once an hour, also where nothing happens.
    test.pass_hours(1);
    follow(&test).await;
    let later = test.nobody().get("/api/log").await.ok();
    assert!(later["head"]["at"] != log["head"]["at"] && later["head"]["root"] == log["head"]["root"]);
}

#[tokio::test]
async fn each_row_that_was_changed_removed_or_put_in_behind_our_back_is_named() {
    let test = city().await;
    let mut ids = Vec::new();
    for number in 0..8 {
        let id = report_id(&test, with(lamp(), json!({"receipt": receipt(number)}))).await;
        filed(&test, &id).await;
        ids.push(id);
    }
    let resident = test.nobody().with_receipt(&receipt(7));
    resident.post("/api/receipt/verdict", verdict("yes")).await.ok();
    // What waits for its turn is no fault.
    let young = transparency::examine(&test.app, &[]).await.unwrap();
    assert!(young.findings.is_empty() && young.pending > 40, "{young:?}");
    test.pass_seconds(60);
    follow(&test).await;
    // The trail is settled when nothing can be committed before it any more.
    test.pass_seconds(600);
    report_id(&test, with(lamp(), json!({"receipt": receipt(9)}))).await;
    test.pass_seconds(600);
    follow(&test).await;
    let kept = test.nobody().get("/log/checkpoint").await.text();
    let whole = transparency::examine(&test.app, std::slice::from_ref(&kept)).await.unwrap();
    assert!(whole.findings.is_empty() && whole.pending == 0 && whole.leaves > 40, "{whole:?}");

    let cases: Vec<uuid::Uuid> = ids.iter().map(|id| id.parse().unwrap()).collect();
    let [changed, removed, copied, spoken, silenced, moved, _, judged] = cases[..] else { panic!("eight cases") };
    let new: uuid::Uuid = Id::<()>::new(test.app.now(), &test.app.chance).to_string().parse().unwrap();
    let write = async move |mut tx: Tx| {
        tx.execute(sql!("UPDATE timeline SET at = at - 3600000 WHERE case_id = $1 AND kind = 'result_filed'", changed))
            .await?;
        tx.execute(sql!("DELETE FROM timeline WHERE case_id = $1 AND kind = 'signed'", removed)).await?;
        tx.execute(sql!(
            "INSERT INTO timeline (id, case_id, at, kind, params, photos, is_internal, seal)
             SELECT $1, case_id, at, 'called', params, photos, is_internal, seal FROM timeline
             WHERE case_id = $2 AND kind = 'signed'",
            new,
            copied,
        ))
        .await?;
        tx.execute(sql!("UPDATE notes SET body = '没有修' WHERE case_id = $1 AND body = '已更换灯泡'", spoken)).await?;
        tx.execute(sql!("UPDATE notes SET body = NULL WHERE case_id = $1 AND body = '到现场'", silenced)).await?;
        tx.execute(sql!("UPDATE cases SET due_at = due_at + 86400000 WHERE id = $1", moved)).await?;
        tx.execute(sql!("UPDATE reports SET solved = 'no' WHERE case_id = $1", judged)).await
    };
    test.app.db.write(write).await.unwrap();
    let all = faults(&test).await;
    let of = |fault: Fault| all.iter().filter(|(other, _)| *other == fault).map(|(_, what)| what).collect::<Vec<_>>();
    for fault in [Fault::StepChanged, Fault::StepRemoved, Fault::StepInserted, Fault::WordsChanged, Fault::WordsRemoved]
    {
        assert_eq!(of(fault).len(), 1, "{fault:?} in {all:?}");
    }
    assert!(of(Fault::StepInserted)[0].contains(&new.to_string()));
    let changed_cases = of(Fault::CaseChanged);
    assert_eq!(changed_cases.len(), 2, "{all:?}");
    for case in [moved, judged] {
        assert!(changed_cases.iter().any(|what| what.contains(&case.to_string())));
    }
    assert_eq!(all.len(), 7, "{all:?}");
    // What was put in does not become true by another step.
    step(&test.as_person("county").await, &ids[2], "remark", json!({"text": "已了解"})).await.ok();
    test.pass_seconds(60);
    assert_eq!(follow(&test).await, 1);
    assert!(
        faults(&test)
            .await
            .iter()
            .any(|(fault, what)| *fault == Fault::StepInserted && what.contains(&new.to_string()))
    );

    // Nor does it help to change the log.
    let write = async move |mut tx: Tx| {
        tx.execute(sql!("DELETE FROM log_leaves WHERE seq = 3")).await?;
        tx.execute(sql!("UPDATE log_heads SET note = 'nothing' WHERE size = 0")).await
    };
    test.app.db.write(write).await.unwrap();
    let all = faults(&test).await;
    assert!(all.contains(&(Fault::LeafRemoved, "log_leaves 3".to_owned())), "{all:?}");
    let write = async move |mut tx: Tx| tx.execute(sql!("DELETE FROM log_tiles WHERE level = 0")).await;
    test.app.db.write(write).await.unwrap();
    let examined = transparency::examine(&test.app, &[kept]).await.unwrap();
    let broken: Vec<&str> = examined
        .findings
        .iter()
        .filter(|finding| finding.fault == Fault::HeadBroken)
        .map(|finding| finding.what.as_str())
        .collect();
    assert!(broken.contains(&"kept head 1"), "{broken:?}");
}

#[tokio::test]
async fn erasing_words_in_due_course_breaks_nothing() {
    let test = city().await;
    let id = reported(&test).await;
    filed(&test, &id).await;
    test.pass_seconds(60);
    follow(&test).await;
    let now = test.app.now();
    let write = async move |mut tx: Tx| tx.execute(sql!("UPDATE notes SET body = NULL, erased_at = $1", now)).await;
    test.app.db.write(write).await.unwrap();
    assert_eq!(faults(&test).await, []);
    let checked = transparency::check(&proof(&test, RECEIPT).await, &key(&test).await).unwrap();
    assert_eq!(checked.words, 0);
}

#[tokio::test]
async fn an_instance_older_than_the_log_takes_its_history_in_once() {
    let test = city().await;
    let id = reported(&test).await;
    filed(&test, &id).await;
    let forget = async |mut tx: Tx| tx.execute(sql!("UPDATE timeline SET seal = NULL")).await;
    test.app.db.write(forget).await.unwrap();
    assert!(follow(&test).await > 4);
    test.pass_seconds(600);
    step(&test.as_person("county").await, &id, "remark", json!({"text": "已了解"})).await.ok();
    test.pass_seconds(600);
    follow(&test).await;
    assert_eq!(faults(&test).await, []);
    // Afterwards nothing comes in without a seal.
    step(&test.as_person("county").await, &id, "remark", json!({"text": "再看"})).await.ok();
    let forget = async |mut tx: Tx| tx.execute(sql!("UPDATE timeline SET seal = NULL WHERE kind = 'remarked'")).await;
    test.app.db.write(forget).await.unwrap();
    assert_eq!(follow(&test).await, 0);
    assert_eq!(faults(&test).await.len(), 1);
}
