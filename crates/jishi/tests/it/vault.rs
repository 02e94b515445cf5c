//! The keys: wrapped, changed, and never lost on the way.

use db::{FromRow, Row, sql};
use jishi::{
    modules::{
        SharedApp,
        transparency::{self, VerifierKey},
        vault,
    },
    platform::{
        instance,
        keys::{Keys, Master, Suite, hex},
        settings::Settings,
    },
};
use kernel::{Chance, Result};
use serde_json::json;

use crate::{
    cases::{RECEIPT, city, lamp, with},
    process::{Home, Serving},
    support::TestApp,
};

/// The master key of an instance that is older than wrapped keys: the root of the tests.
fn old_master() -> Master {
    Master::parse(&hex(&[7; 32])).unwrap()
}

/// The city with a resident's details in it, and the file of its master key.
async fn old_instance() -> TestApp {
    let test = city().await;
    let body = with(lamp(), json!({"identity": "named", "contact": {"name": "王小明", "phone": "13812345678"}}));
    test.nobody().post("/api/reports", body).await.ok();
    old_master().write(&instance::key_file(&test.app.settings)).unwrap();
    test
}

async fn keys_of(app: &SharedApp, settings: &Settings) -> Result<Keys> {
    instance::keys_unscoped(&app.db, settings, &Chance::system(), app.now()).await
}

struct Cipher(Vec<u8>);

impl FromRow for Cipher {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("cipher")?))
    }
}

async fn ciphers(test: &TestApp) -> Vec<Vec<u8>> {
    let mut db = test.app.db.read().await.unwrap();
    let rows: Vec<Cipher> = db.all(sql!("SELECT cipher FROM contacts ORDER BY report, field")).await.unwrap();
    rows.into_iter().map(|Cipher(cipher)| cipher).collect()
}

/// Opened, older, closed, over all places.
async fn checked(test: &TestApp) -> (u64, u64, u64) {
    let places = vault::check(&test.app).await.unwrap();
    places.iter().fold((0, 0, 0), |sum, place| (sum.0 + place.opened, sum.1 + place.older, sum.2 + place.closed))
}

#[tokio::test]
async fn an_older_instance_keeps_its_receipts_and_seals_what_it_had_anew() {
    let test = old_instance().await;
    let before = ciphers(&test).await;
    let keys = keys_of(&test.app, &test.app.settings).await.unwrap();
    assert_eq!(keys.receipt(RECEIPT), test.app.keys.receipt(RECEIPT), "receipts open their reports as before");
    test.app.refresh().await.unwrap();
    assert_eq!(checked(&test).await, (2, 2, 0));
    assert_eq!(vault::renew(&test.app).await.unwrap(), 2);
    assert_eq!(checked(&test).await, (2, 0, 0));
    assert!(before.iter().zip(ciphers(&test).await).all(|(before, after)| *before != after));
    assert_eq!(vault::renew(&test.app).await.unwrap(), 0, "harmless when repeated");
    // Nothing wrapped and nothing sealed is the master key or the root in the open.
    let kept = instance::kept_unscoped(&mut test.app.db.read().await.unwrap()).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|key| !key.wrapped.as_ref().unwrap().windows(32).any(|bytes| bytes == [7; 32])));
}

#[tokio::test]
async fn a_new_instance_has_a_root_of_its_own_and_opens_again() {
    let test = TestApp::start().await;
    let first = keys_of(&test.app, &test.app.settings).await.unwrap();
    let again = keys_of(&test.app, &test.app.settings).await.unwrap();
    assert_eq!(first.receipt("1"), again.receipt("1"));
    let master = instance::master(&test.app.settings).unwrap();
    assert_ne!(first.receipt("1"), Keys::from_root(master.bytes()).receipt("1"), "the root is not the master key");
    let sealed = first.seal(&Chance::system(), "a", "秘密").unwrap();
    assert_eq!(again.open("a", &sealed).unwrap(), "秘密");
}

#[tokio::test]
async fn a_changed_key_is_heard_of_before_it_seals_and_the_old_one_is_thrown_away_last() {
    let test = old_instance().await;
    // A city that is bound to national ciphers changes the suite and then the key.
    let mut settings = test.app.settings.clone();
    settings.suite = Suite::Sm;
    keys_of(&test.app, &settings).await.unwrap();
    test.app.refresh().await.unwrap();
    vault::renew(&test.app).await.unwrap();
    let (first, key) = (ciphers(&test).await, vault::change(&test.app).await.unwrap());
    assert_eq!((key.number, key.suite), (2, Suite::Standard));
    test.app.refresh().await.unwrap();
    let early = test.app.keys.seal(&test.app.chance, "a", "1").unwrap();
    assert!(first.iter().all(|value| test.app.keys.ring().is_current(value)), "not yet");
    test.pass_seconds(instance::HEARD_SECONDS);
    test.app.refresh().await.unwrap();
    assert!(first.iter().all(|value| !test.app.keys.ring().is_current(value)));
    assert_eq!(test.app.keys.open("a", &early).unwrap(), "1");
    assert_eq!(vault::renew(&test.app).await.unwrap(), 2);
    assert_eq!(vault::renew(&test.app).await.unwrap(), 0);
    let ended = async || {
        let keys = vault::keys_unscoped(&test.app).await.unwrap();
        keys.iter().map(|held| (held.key.number, held.key.ended_at.is_some(), held.is_current)).collect::<Vec<_>>()
    };
    assert_eq!(ended().await, [(0, false, false), (1, false, false), (2, false, true)], "whoever still writes may end");
    test.pass_seconds(vault::LINGER_SECONDS);
    assert_eq!(vault::renew(&test.app).await.unwrap(), 0);
    assert_eq!(ended().await, [(0, false, false), (1, true, false), (2, false, true)]);
    test.app.refresh().await.unwrap();
    assert_eq!(checked(&test).await, (2, 0, 0));
    assert!(test.app.keys.open("a", &early).is_err(), "what was not kept is gone with its key");
    let trail = test.as_person("auditor").await.get("/api/audit?kind=key.").await.text();
    assert!(trail.contains("key.changed") && trail.contains("key.ended"), "{trail}");
}

#[tokio::test]
async fn a_value_that_does_not_open_stops_the_change_and_is_counted() {
    let test = old_instance().await;
    keys_of(&test.app, &test.app.settings).await.unwrap();
    test.app.refresh().await.unwrap();
    test.app
        .db
        .write(async move |mut tx: db::Tx| {
            tx.execute(sql!("UPDATE contacts SET cipher = $1 WHERE field = 'phone'", vec![1_u8; 40])).await
        })
        .await
        .unwrap();
    assert!(vault::renew(&test.app).await.is_err());
    assert_eq!(checked(&test).await.2, 1);
}

#[tokio::test]
async fn the_master_key_changes_and_the_old_one_opens_nothing_more() {
    let test = old_instance().await;
    let settings = &test.app.settings;
    let before = keys_of(&test.app, settings).await.unwrap();
    let next = Master::draw(&Chance::system());
    next.write(&instance::next_key_file(settings)).unwrap();
    vault::change_master(&test.app, &next).await.unwrap();
    // The process ends here, before the files have changed: the next start ends the change.
    let after = keys_of(&test.app, settings).await.unwrap();
    assert_eq!(before.receipt("1"), after.receipt("1"));
    assert_eq!(Master::load(&instance::key_file(settings)).unwrap(), next);
    let old = settings.key_file.with_extension(format!("key.{}", old_master().fingerprint()));
    assert_eq!(Master::load(&old).unwrap(), old_master(), "backups made before need it");
    let mut wrong = settings.clone();
    wrong.master = Some(old_master());
    let said = keys_of(&test.app, &wrong).await.unwrap_err();
    let said = said.cause().unwrap_or_default().to_owned();
    assert!(said.contains(&next.fingerprint()) && said.contains(&old_master().fingerprint()), "{said}");
    // From the environment as well, and a copy is held against the instance.
    wrong.master = Some(next.clone());
    keys_of(&test.app, &wrong).await.unwrap();
    assert!(vault::hold_against(&test.app, &old_master()).await.is_err());
    vault::hold_against(&test.app, &next).await.unwrap();
    let kept = instance::kept_unscoped(&mut test.app.db.read().await.unwrap()).await.unwrap();
    assert_eq!(kept[0].copy_checked_at, Some(test.app.now()));
}

#[tokio::test]
async fn a_place_bound_to_national_ciphers_seals_with_sm4_and_signs_with_sm2_as_well() {
    let test = TestApp::start_with(|settings| settings.suite = Suite::Sm).await;
    keys_of(&test.app, &test.app.settings).await.unwrap();
    test.app.refresh().await.unwrap();
    let kept = vault::keys_unscoped(&test.app).await.unwrap();
    assert!(kept.iter().all(|held| held.key.suite == Suite::Sm), "{kept:?}");
    transparency::follow(&test.app).await.unwrap();
    let log = test.nobody().get("/api/log").await.ok();
    let note = log["head"]["note"].as_str().unwrap();
    for key in ["key", "sm2_key"] {
        let key = VerifierKey::parse(log[key].as_str().unwrap()).unwrap();
        assert!(key.open(note).is_some(), "{note}");
    }
    let usual = city().await;
    transparency::follow(&usual.app).await.unwrap();
    assert_eq!(usual.nobody().get("/api/log").await.ok()["sm2_key"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_missing_key_beside_data_is_not_made_anew() {
    let test = city().await;
    let said = keys_of(&test.app, &test.app.settings).await.unwrap_err();
    assert!(said.cause().unwrap_or_default().contains("put it back"), "{said:?}");
    assert!(!instance::key_file(&test.app.settings).exists());
}

/// What a command says, and whether it went well.
fn said(home: &Home, arguments: &[&str], environment: &[(&str, &str)]) -> (bool, String) {
    let mut command = home.program();
    let output = command.arg("keys").args(arguments).envs(environment.iter().copied()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn an_operator_makes_shows_changes_and_checks_keys_by_command() {
    let home = Home::new().await;
    let (key, copy) = (home.path("master.key"), home.path("copy.key"));
    let (is_done, words) = said(&home, &["create"], &[]);
    assert!(is_done && words.contains("Put a copy in a safe place"), "{words}");
    assert!(!said(&home, &["create"], &[]).0, "a key is never written over");
    std::fs::copy(&key, &copy).unwrap();
    let serving = Serving::start(home.program());
    let (_, words) = said(&home, &["show"], &[]);
    assert!(words.contains("never: jishi keys check --copy") && words.contains("seals now"), "{words}");
    let (is_done, words) = said(&home, &["check", "--copy", copy.to_str().unwrap()], &[]);
    assert!(is_done && words.contains("opens this instance"), "{words}");
    let (is_done, words) = said(&home, &["rotate"], &[("JISHI_SUITE", "sm")]);
    assert!(is_done && words.contains("data key 2 (SM4-GCM)"), "{words}");
    let (is_done, words) = said(&home, &["rotate-master"], &[]);
    assert!(is_done && words.contains("backups made until now"), "{words}");
    assert_ne!(std::fs::read(&key).unwrap(), std::fs::read(&copy).unwrap());
    let (is_done, words) = said(&home, &["check", "--copy", copy.to_str().unwrap()], &[]);
    assert!(!is_done && words.contains("were wrapped by the master key"), "{words}");
    let (is_done, words) = said(&home, &["check", "--copy", key.to_str().unwrap()], &[]);
    assert!(is_done, "{words}");
    serving.stop();
    // The same key from the environment, and the next one after it.
    let digits = std::fs::read_to_string(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    assert!(!said(&home, &["show"], &[]).0, "no key, and none is made beside what it wrapped");
    let (is_done, words) = said(&home, &["show"], &[("JISHI_MASTER_KEY", &digits)]);
    assert!(is_done && words.contains("JISHI_MASTER_KEY, mark") && !words.contains(digits.trim()), "{words}");
    let (is_done, words) = said(&home, &["rotate-master"], &[("JISHI_MASTER_KEY", &digits)]);
    assert!(!is_done && words.contains("JISHI_NEW_MASTER_KEY"), "{words}");
    let (_, next) = said(&home, &["create", "--print"], &[]);
    let next = next.lines().next().unwrap().to_owned();
    let both = [("JISHI_MASTER_KEY", digits.as_str()), ("JISHI_NEW_MASTER_KEY", next.as_str())];
    assert!(said(&home, &["rotate-master"], &both).0);
    assert!(said(&home, &["check"], &[("JISHI_MASTER_KEY", &next)]).0);
    assert!(!said(&home, &["check"], &[("JISHI_MASTER_KEY", &digits)]).0);
    let (is_done, words) = said(&home, &["show"], &[("JISHI_MASTER_KEY", "12")]);
    assert!(!is_done && words.contains("64 hexadecimal digits"), "{words}");
}
