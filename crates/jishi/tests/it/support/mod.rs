//! What every test stands on: an application with a small city, people to be, and calls that read like requests.

pub mod book;
mod client;
pub mod document;
pub mod pdf;

use std::sync::atomic::{AtomicU64, Ordering};

use db::{Backend, sql, testing};
use jishi::{
    http,
    modules::{App, SharedApp, matters, people, regions},
    platform::{
        access::{Role, Unit},
        idempotency::Key,
        import::{Mode, Writer},
        keys::{Keys, hex, sha256},
        schema::MIGRATIONS,
        settings::Settings,
    },
};
use kernel::{Chance, Clock, Id, Instant, RegionCode};

pub use client::{Answer, Client};

/// Monday, 16 November 2026, nine in the morning in Changzhi.
pub const MONDAY_NINE: &str = "2026-11-16T01:00:00Z";

/// Places of the small city: code, kind, name. Enough for two counties that must not see one another.
const PLACES: [(&str, &str, &str); 15] = [
    ("14", "province", "山西省"),
    ("1404", "city", "长治市"),
    ("140403", "district", "潞州区"),
    ("140404", "district", "上党区"),
    ("140403001", "subdistrict", "东街街道"),
    ("140403002", "subdistrict", "西街街道"),
    ("140404100", "town", "韩店镇"),
    ("140403001001", "community", "府后社区"),
    ("140403001002", "community", "华丰社区"),
    ("140403002001", "community", "西街社区"),
    ("140404100201", "village", "桥沟村"),
    ("140403001001001", "grid", "第一网格"),
    ("140403001001002", "grid", "第二网格"),
    ("140403001002001", "grid", "第一网格"),
    ("140404100201001", "grid", "第一网格"),
];

/// An application of one test.
pub struct TestApp {
    pub app: SharedApp,
    router: axum::Router,
    next_key: AtomicU64,
    _fresh: testing::Fresh,
    _data: tempfile::TempDir,
}

impl TestApp {
    /// An application with the small city and nobody in it.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let fresh = testing::fresh(MIGRATIONS).await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let mut settings = Settings::in_folder(data.path().to_owned(), code("1404"));
        change(&mut settings);
        let clock = Clock::moved(at(MONDAY_NINE));
        let app =
            App::new(fresh.db.clone(), clock, Chance::seeded(1), Keys::from_root(&[7; 32]), settings).await.unwrap();
        let router = http::router(&app);
        let started = Self { app, router, next_key: AtomicU64::new(0), _fresh: fresh, _data: data };
        started.add_places().await;
        started
    }

    async fn add_places(&self) {
        let rows: Vec<String> =
            PLACES.iter().map(|(code, kind, name)| format!("{code},{kind},{name},2023-01-01")).collect();
        let csv = format!("code,kind,name_zh,valid_from\n{}\n", rows.join("\n"));
        let report = regions::import_csv(&self.app, csv.as_bytes()).await.unwrap();
        assert!(report.errors.is_empty(), "{:?}", report.errors);
    }

    /// Moves the clock on.
    pub fn pass_hours(&self, hours: i64) {
        self.app.clock.set(self.app.now().plus_hours(hours));
    }

    /// Moves the clock on.
    pub fn pass_seconds(&self, seconds: i64) {
        self.app.clock.set(self.app.now().plus_seconds(seconds));
    }

    /// As the command line imports: at once, under a key of its own.
    pub fn by_command(&self) -> Mode {
        let (actor, key) = ("platform".to_owned(), self.fresh_key());
        Mode::Write(Key { actor, operation: "import", key, body_hash: Vec::new() })
    }

    /// Puts the packaged catalogue into force, if it is not yet.
    pub async fn with_catalogue(self) -> Self {
        self.need_catalogue().await;
        self
    }

    async fn need_catalogue(&self) {
        if self.app.matters.catalogue().duties().next().is_none() {
            matters::actions::import_packaged(&self.app).await.unwrap();
        }
    }

    /// Adds a unit for a place; `code` is its name in files.
    pub async fn unit(&self, code_in_files: &str, duty: &str, region: &str) -> Id<Unit> {
        self.need_catalogue().await;
        let csv = format!("id_hint,name_zh,duty,region\n{code_in_files},{code_in_files},{duty},{region}\n");
        let report =
            people::import_units(&self.app, Writer::platform(), csv.as_bytes(), self.by_command()).await.unwrap();
        assert!(report.errors.is_empty(), "{:?}", report.errors);
        let (region, today) = (code(region), self.app.today());
        let mut db = self.app.db.read().await.unwrap();
        let unit = people::find_unit_unscoped(&mut db, duty, region.level(), &region, today).await.unwrap();
        unit.unwrap().id
    }

    /// Adds someone with a post, in the unit of that name in files if one is given.
    pub async fn person(&self, login: &str, role: Role, region: &str, unit: Option<&str>) {
        let (role, unit) = (role.as_str(), unit.unwrap_or_default());
        let csv = format!("login,name,role,region,unit\n{login},{login},{role},{region},{unit}\n");
        let (report, _) =
            people::import_staff(&self.app, Writer::platform(), csv.as_bytes(), self.by_command()).await.unwrap();
        assert!(report.errors.is_empty(), "{:?}", report.errors);
    }

    /// Which of these words stand in the open somewhere in the database, in any column of any table that keeps text.
    pub async fn found_in_database(&self, words: &[&str]) -> Vec<String> {
        let mut db = self.app.db.read().await.unwrap();
        let index = match db.backend() {
            Backend::Sqlite => sql!("SELECT words AS t FROM case_fresh"),
            Backend::Postgres => sql!("SELECT CAST(words AS TEXT) AS t FROM case_words"),
        };
        let all = [
            index,
            sql!("SELECT CAST(summary AS TEXT) || coalesce(place_text, '') AS t FROM cases"),
            sql!("SELECT body AS t FROM notes WHERE body IS NOT NULL"),
            sql!("SELECT CAST(params AS TEXT) AS t FROM timeline"),
            sql!("SELECT CAST(params AS TEXT) || object_id AS t FROM events"),
            sql!("SELECT mask AS t FROM contacts"),
            sql!(
                "SELECT words || coalesce(place_text, '') || coalesce(CAST(agreement AS TEXT), '') AS t FROM disputes"
            ),
            sql!("SELECT name_mask || coalesce(phone_mask, '') AS t FROM dispute_parties"),
            sql!("SELECT coalesce(words, '') || CAST(params AS TEXT) AS t FROM dispute_steps"),
            sql!("SELECT words AS t FROM dispute_openings"),
            sql!("SELECT coalesce(need, '') AS t FROM visits"),
            sql!("SELECT words AS t FROM visit_openings"),
            sql!("SELECT door AS t FROM household_links"),
            sql!("SELECT words AS t FROM contact_accesses"),
            sql!("SELECT words || coalesce(answer, '') AS t FROM objections"),
            sql!("SELECT coalesce(words, '') AS t FROM hearings"),
            sql!("SELECT actor || idem_key || result AS t FROM idempotency"),
        ];
        let mut texts = Vec::new();
        for statement in all {
            let rows: Vec<Text> = db.all(statement).await.unwrap();
            texts.extend(rows.into_iter().map(|Text(text)| text));
        }
        assert!(!texts.is_empty());
        words
            .iter()
            .filter(|word| texts.iter().any(|text| text.contains(**word)))
            .map(|word| (*word).to_owned())
            .collect()
    }

    /// Which of these words can be tried against what is kept of repeated writes by anyone who has a copy of the database.
    pub async fn plain_hashes_of(&self, words: &[&str]) -> Vec<String> {
        let mut db = self.app.db.read().await.unwrap();
        let kept: Vec<Hashes> = db.all(sql!("SELECT actor, body_hash FROM idempotency")).await.unwrap();
        assert!(!kept.is_empty());
        let stands = |word: &&&str| {
            let hash = sha256(word.as_bytes());
            kept.iter().any(|Hashes(actor, content)| *actor == hex(&hash) || *content == hash)
        };
        words.iter().filter(stands).map(|word| (*word).to_owned()).collect()
    }

    /// Whoever has no session.
    pub fn nobody(&self) -> Client<'_> {
        Client::new(self)
    }

    /// Someone with a session of their own, begun now.
    pub async fn as_person(&self, login: &str) -> Client<'_> {
        let person = people::person_of_login_unscoped(&mut self.app.db.read().await.unwrap(), login).await.unwrap();
        let person = person.unwrap_or_else(|| panic!("nobody is called {login}"));
        let token = people::begin_session(&self.app, person.id, &people::Visit::default()).await.unwrap();
        self.nobody().with_cookie(&format!("{}={token}", http::staff::cookie_name(&self.app.settings)))
    }

    /// A key nobody used before.
    fn fresh_key(&self) -> String {
        format!("test-key-{:08}", self.next_key.fetch_add(1, Ordering::Relaxed))
    }
}

struct Hashes(String, Vec<u8>);

impl db::FromRow for Hashes {
    fn from_row(row: &db::Row) -> kernel::Result<Self> {
        Ok(Self(row.get("actor")?, row.get("body_hash")?))
    }
}

struct Text(String);

impl db::FromRow for Text {
    fn from_row(row: &db::Row) -> kernel::Result<Self> {
        Ok(Self(row.get("t")?))
    }
}

/// A region code.
pub fn code(text: &str) -> RegionCode {
    RegionCode::parse(text).unwrap()
}

/// An instant.
pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}
