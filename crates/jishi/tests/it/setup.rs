//! Setting an instance up, and asking what is wrong with it: the program as whoever installs it meets it.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use db::testing::{self, Fresh};
use jishi::{
    modules::{contacts, regions},
    platform::{
        access::Role,
        health::{self, Administrators, Villages},
        idempotency::Key,
        import::Writer,
        schema::MIGRATIONS,
    },
};
use kernel::Wish;
use rcgen::generate_simple_self_signed;
use serde_json::Value;

use super::support::{TestApp, code};

/// A folder to set an instance up in, and an empty database.
struct Site {
    fresh: Fresh,
    folder: tempfile::TempDir,
}

impl Site {
    async fn new() -> Self {
        Self { fresh: testing::fresh(MIGRATIONS).await.unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn settings(&self) -> String {
        fs::read_to_string(self.path("jishi.toml")).unwrap_or_default()
    }

    /// The program with nothing from the environment of the test, but where to note which statements it ran.
    fn program(&self, command: &str) -> Command {
        let mut program = self.bare();
        program.arg(command).args(["--lang", "en"]);
        program
    }

    fn bare(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_jishi"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("JISHI_") && name != "JISHI_SQL_COVERAGE")
        {
            program.env_remove(name);
        }
        program.arg("--config").arg(self.path("jishi.toml"));
        program
    }

    fn init(&self, more: &[&str]) -> Output {
        self.program("init").arg("--yes").args(more).output().unwrap()
    }

    /// Everything said for the first time.
    fn first(&self) -> Output {
        let data = self.path("data").display().to_string();
        let usual =
            ["--region", "140403", "--name", "潞州区", "--name-en", "Luzhou District", "--listen", "127.0.0.1:0"];
        let people = ["--system", "one.system:张三", "--security", "two.security:李四", "--audit", "three.audit"];
        self.init(&[&usual, &people[..], &["--data", &data, "--database", &self.fresh.url]].concat())
    }

    /// What the doctor says: whether all is well, and each item with its state and words.
    fn doctor(&self) -> (bool, Value) {
        let output = self.program("doctor").arg("--json").output().unwrap();
        (output.status.success(), serde_json::from_slice(&output.stdout).unwrap())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn worked(output: &Output) -> String {
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn item<'a>(findings: &'a Value, name: &str) -> (&'a str, &'a str) {
    let found = findings.as_array().unwrap().iter().find(|finding| finding["item"] == name);
    let found = found.unwrap_or_else(|| panic!("{name} is not among {findings}"));
    (found["state"].as_str().unwrap(), found["said"].as_str().unwrap())
}

#[tokio::test]
async fn one_command_sets_an_instance_up_and_again_it_changes_only_what_differs() {
    let site = Site::new().await;
    let said = worked(&site.first());
    for login in ["one.system", "two.security", "three.audit"] {
        assert!(
            said.lines().any(|line| line.trim().starts_with(login) && line.split_whitespace().count() > 3),
            "{said}"
        );
    }
    assert!(said.contains("master key: made at") && said.contains("regions import"), "{said}");
    let (before, key) = (site.settings(), fs::read(site.path("data/master.key")).unwrap());
    assert!(before.contains("region = \"140403\"") && before.contains("# "), "{before}");
    assert_eq!(fs::metadata(site.path("jishi.toml")).unwrap().permissions().mode() & 0o777, 0o600);

    let tiles = "map_tiles = \"https://tiles.example/{z}/{x}/{y}.png\"";
    let mut by_hand = fs::OpenOptions::new().append(true).open(site.path("jishi.toml")).unwrap();
    writeln!(by_hand, "{tiles}").unwrap();
    let again = worked(&site.init(&["--close-of-business", "17:30"]));
    assert!(!again.contains("First passwords") && again.contains("as it was"), "{again}");
    let after = site.settings();
    let different: Vec<&str> = after.lines().filter(|line| !before.contains(line)).collect();
    assert_eq!(different, ["close_of_business = \"17:30\"", tiles], "what nobody asks for stays");
    assert_eq!(fs::read(site.path("data/master.key")).unwrap(), key);

    let (is_well, findings) = site.doctor();
    assert!(is_well, "{findings}");
    for ok in ["settings", "folder", "key", "port", "database", "clock", "catalogue", "administrators", "posts", "jobs"]
    {
        assert_eq!(item(&findings, ok).0, "ok", "{findings}");
    }
    assert_eq!(item(&findings, "units").0, "look", "there are no townships yet");
    assert!(item(&findings, "administrators").1.contains("1 system, 1 security, 1 audit"), "{findings}");
}

#[tokio::test]
async fn what_is_wrong_or_missing_is_said_and_nothing_is_written() {
    let site = Site::new().await;
    let refused = site.init(&[]);
    assert!(!refused.status.success() && text(&refused.stderr).contains("division code"), "{refused:?}");
    let refused = site.init(&["--region", "140403", "--name", "潞州区", "--listen", "0.0.0.0:80"]);
    assert!(text(&refused.stderr).contains("tls_certificate"), "{refused:?}");
    assert!(site.settings().is_empty() && !site.path("data").exists());
    fs::write(site.path("jishi.toml"), "not = = toml").unwrap();
    let refused = site.init(&["--region", "140403", "--name", "潞州区"]);
    assert!(!refused.status.success(), "somebody's file is not written over");
    assert_eq!(site.settings(), "not = = toml");
}

#[tokio::test]
async fn settings_that_lie_there_but_are_not_named_are_spoken_of_first() {
    let site = Site::new().await;
    worked(&site.first());
    let here = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_jishi"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("JISHI_")) {
            program.env_remove(name);
        }
        let output = program.current_dir(site.folder.path()).env("LC_ALL", "C").args(arguments).output().unwrap();
        text(&output.stderr).lines().next().unwrap_or_default().to_owned()
    };
    let told = "settings in ./jishi.toml are not read: add --config jishi.toml";
    assert_eq!(here(&["migrate"]), told);
    assert_eq!(here(&["doctor"]), told);
    assert_eq!(here(&["--config", "jishi.toml", "migrate"]), "");
    assert_eq!(here(&["openapi"]), "", "what needs no settings misses none");
}

#[tokio::test]
async fn three_administrators_are_made_together_or_not_at_all() {
    let site = Site::new().await;
    let data = site.path("data").display().to_string();
    let usual = ["--region", "140403", "--name", "潞州区", "--listen", "127.0.0.1:0", "--data", &data];
    let usual = [&usual[..], &["--database", &site.fresh.url]].concat();
    for (people, why) in [
        (["--system", "sys.a:张三", "--security", "sys.a:李四"], "three are three people"),
        (["--system", "sys.a:张三", "--security", "Sys A:李四"], "small letters"),
    ] {
        let refused = site.init(&[&usual[..], &people].concat());
        assert!(!refused.status.success() && text(&refused.stderr).contains(why), "{refused:?}");
        let (_, findings) = site.doctor();
        assert!(item(&findings, "administrators").1.contains("0 system, 0 security"), "{findings}");
    }
    let said = worked(&site.init(&[&usual[..], &["--system", "sys.a:张三"]].concat()));
    assert!(said.contains("  sys.a ") && said.contains("There is no Security administrator"), "{said}");
    let refused = site.init(&["--security", "sys.a"]);
    assert!(text(&refused.stderr).contains("already exists"), "{refused:?}");
}

#[tokio::test]
async fn a_database_stays_with_its_place_and_is_asked_before_anything_is_written() {
    let site = Site::new().await;
    let data = site.path("data").display().to_string();
    let usual = ["--region", "140403", "--name", "潞州区", "--listen", "127.0.0.1:0", "--data", &data];
    let silent = site.init(&[&usual[..], &["--database", "postgres://nobody:x@127.0.0.1:1/none"]].concat());
    assert!(text(&silent.stderr).contains("does not answer"), "{silent:?}");
    let unknown = site.init(&[&["--region", "999999"], &usual[2..]].concat());
    assert!(text(&unknown.stderr).contains("GB/T 2260"), "{unknown:?}");
    assert!(site.settings().is_empty() && !site.path("data").exists());
    worked(&site.first());
    let before = site.settings();
    let moved = site.init(&["--region", "140404"]);
    assert!(!moved.status.success() && text(&moved.stderr).contains("holds 140403 already"), "{moved:?}");
    assert_eq!(site.settings(), before);
    worked(&site.init(&["--region", "1404", "--name", "长治市"]));
    assert!(site.settings().contains("region = \"1404\""), "a wider place has all of it inside");
}

#[tokio::test]
async fn questions_are_answered_line_by_line_and_asked_again_when_the_answer_is_wrong() {
    let site = Site::new().await;
    let mut program =
        site.program("init").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let data = site.path("data").display().to_string();
    let typed = format!(
        "14040\n140403\n潞州区\n\n\n17:00\n{data}\n{}\n127.0.0.1:0\n3\n\n1\none:张三\none:李四\ntwo:李四\nthree:王五\n",
        site.fresh.url
    );
    program.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let said = worked(&program.wait_with_output().unwrap());
    assert!(said.contains("a division code has 2, 4, 6, 9 or 12 digits"), "{said}");
    assert!(said.contains("three are three people"), "asked again: {said}");
    let settings = site.settings();
    assert!(settings.contains("\"Asia/Shanghai\"") && settings.contains("\"17:00\""), "{settings}");
    let mut silent = site.program("init").stdin(Stdio::null()).output().unwrap();
    silent.stdout.clear();
    assert!(!silent.status.success() && text(&silent.stderr).contains("--yes"), "{silent:?}");
}

#[tokio::test]
async fn the_doctor_names_the_characters_that_no_font_has_and_the_folder_of_fonts_can_be_chosen() {
    let site = Site::new().await;
    let data = site.path("data").display().to_string();
    let people = ["--system", "one.system:李𠮷", "--security", "two.security:李四", "--audit", "three.audit:王五"];
    let usual = ["--region", "140403", "--name", "潞州区", "--listen", "127.0.0.1:0"];
    worked(&site.init(&[&usual[..], &people, &["--data", &data, "--database", &site.fresh.url]].concat()));
    let (_, findings) = site.doctor();
    let (state, said) = item(&findings, "names");
    assert!(state == "look" && said.contains('𠮷') && said.contains("李𠮷"), "{findings}");

    let mut by_hand = fs::OpenOptions::new().append(true).open(site.path("jishi.toml")).unwrap();
    writeln!(by_hand, "fonts = {:?}", site.path("own fonts")).unwrap();
    let (_, findings) = site.doctor();
    assert_eq!(item(&findings, "fonts").0, "look", "the folder is not there: {findings}");
    fs::create_dir(site.path("own fonts")).unwrap();
    fs::write(site.path("own fonts/readme.txt"), b"").unwrap();
    let (_, findings) = site.doctor();
    assert!(findings.to_string().contains("readme.txt"), "{findings}");
}

#[tokio::test]
async fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let site = Site::new().await;
    let (is_well, findings) = site.doctor();
    assert!(!is_well && item(&findings, "settings").0 == "wrong", "{findings}");
    assert_eq!(findings.as_array().unwrap().len(), 1, "a file that is missing is one thing: {findings}");
    let made = site.bare().args(["workbook", "template"]).arg(site.path("empty.xlsx")).output().unwrap();
    worked(&made);
    worked(&site.first());
    let stranger = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let own = generate_simple_self_signed(["jishi.example".to_owned()]).unwrap();
    fs::write(site.path("key.pem"), own.signing_key.serialize_pem()).unwrap();
    fs::write(site.path("certificate.pem"), stranger.cert.pem()).unwrap();
    let pem = |name: &str| site.path(name).display().to_string();
    worked(&site.init(&["--tls-certificate", &pem("certificate.pem"), "--tls-key", &pem("key.pem")]));
    let (is_well, findings) = site.doctor();
    assert!(!is_well && item(&findings, "tls").0 == "wrong", "a key of another certificate: {findings}");
    fs::write(site.path("certificate.pem"), own.cert.pem()).unwrap();
    fs::set_permissions(site.path("data"), fs::Permissions::from_mode(0o755)).unwrap();
    let (is_well, findings) = site.doctor();
    assert!(is_well && item(&findings, "tls").1.contains("jishi.example"), "{findings}");
    assert_eq!(item(&findings, "folder").0, "look");
    fs::remove_file(site.path("data/master.key")).unwrap();
    let (is_well, findings) = site.doctor();
    assert!(!is_well && item(&findings, "key").0 == "wrong", "{findings}");
    assert!(!site.path("data/master.key").exists(), "a doctor makes nothing");
}

#[tokio::test]
async fn what_the_doctor_counts_is_what_is_there() {
    let test = TestApp::start().await;
    let today = test.app.today();
    test.person("boss", Role::SystemAdmin, "1404", None).await;
    test.person("guard", Role::SecurityAdmin, "1404", None).await;
    test.person("worker", Role::GridWorker, "140403001001001", None).await;
    test.unit("office", "government", "140403001").await;
    let mut db = test.app.db.read().await.unwrap();
    let found = health::administrators_unscoped(&mut db, today).await.unwrap();
    assert_eq!(found, Administrators { system: 1, security: 1, audit: 0, combined: 0 });
    let villages = health::villages_unscoped(&mut db, &code("1404"), today).await.unwrap();
    assert_eq!(villages, Villages { all: 4, without_grid: 1, without_boundary: 4 });
    assert_eq!(health::townships_unscoped(&mut db, &code("1404"), today).await.unwrap().len(), 3);
    assert_eq!(health::offices_unscoped(&mut db, today).await.unwrap().len(), 1);
    assert_eq!(health::dead_jobs_unscoped(&mut db).await.unwrap(), 0);
    assert!(health::last_event_unscoped(&mut db).await.unwrap().is_some());
    assert!(!health::version_unscoped(&mut db).await.unwrap().is_empty());
    assert_eq!(contacts::is_readable_unscoped(&mut db, &test.app).await.unwrap(), None);
    assert_eq!(health::posts_in_ended_places_unscoped(&mut db, today).await.unwrap(), 0);
    drop(db);
    let key = Key { actor: "t".into(), operation: "t", key: "end-1".into(), body_hash: vec![] };
    let end = regions::Alteration { valid_until: Wish::Set(today), ..Default::default() };
    regions::alter(&test.app, Writer::platform(), key, code("140403001001001"), end).await.unwrap();
    let mut db = test.app.db.read().await.unwrap();
    assert_eq!(health::posts_in_ended_places_unscoped(&mut db, today).await.unwrap(), 1);
}
