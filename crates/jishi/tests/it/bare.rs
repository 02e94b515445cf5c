//! An application without people or places, for what needs none.
#![expect(clippy::unwrap_used, reason = "tests may be blunt, and so may the helpers they share")]

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use db::testing::{self, Fresh};
use jishi::{
    http::router,
    modules::{App, SharedApp},
    platform::{keys::Keys, schema::MIGRATIONS, settings::Settings},
};
use kernel::{Chance, Clock, Instant, RegionCode};
use tower::ServiceExt;

/// Noon in Changzhi on a Sunday.
pub const NOW: &str = "2026-11-22T04:00:00Z";

pub struct Bare {
    pub app: SharedApp,
    _fresh: Fresh,
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

impl Bare {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::in_folder(folder.path().to_owned(), RegionCode::parse("1404").unwrap());
        change(&mut settings);
        let fresh = testing::fresh(MIGRATIONS).await.unwrap();
        let clock = Clock::moved(NOW.parse().unwrap());
        let (chance, keys) = (Chance::seeded(1), Keys::from_root(&[7; 32]));
        let app = App::new(fresh.db.clone(), clock, chance, keys, settings).await.unwrap();
        Self { app, _fresh: fresh, _folder: folder }
    }

    /// Moves the clock forward.
    pub fn wait_seconds(&self, seconds: i64) {
        let later: Instant = self.app.now().plus_seconds(seconds);
        self.app.clock.set(later);
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        answer(router(&self.app).oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, address: &str) -> Answer {
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }
}

pub async fn answer(response: axum::response::Response) -> Answer {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().into();
    Answer { status: parts.status, headers: parts.headers, body }
}
