//! What the demonstration has to see of cases to play its stories: the present state, without a reader's scope, since
//! nobody reads it. Nothing that answers a request may use this.

use kernel::{Chance, Id, Instant, Level, RegionCode, Result};

pub use super::cohandling::Joint;
use super::{
    actions::{self, NewContact, NewPlace, NewReport, Reporter},
    model::{Case, Channel, Identity, Report},
    proposal, store,
};
use crate::{
    modules::{SharedApp, people, regions::PlaceSource, routing::Route},
    platform::idempotency::Key,
};

/// Whether there is a case at all.
///
/// # Errors
/// `internal` when the database fails.
pub async fn any(app: &SharedApp) -> Result<bool> {
    store::any_unscoped(&mut app.db.read().await?).await
}

/// A case as it is.
///
/// # Errors
/// `internal` when the database fails.
pub async fn present(app: &SharedApp, id: Id<Case>) -> Result<Case> {
    store::get_unscoped(&mut app.db.read().await?, id).await
}

/// The reports behind a case, the first first.
///
/// # Errors
/// `internal` when the database fails.
pub async fn reports(app: &SharedApp, id: Id<Case>) -> Result<Vec<Report>> {
    store::reports_of(&mut app.db.read().await?, id).await
}

/// Where a case would go.
///
/// # Errors
/// `internal` when the database fails.
pub async fn proposed(app: &SharedApp, case: &Case) -> Result<Route> {
    proposal::proposal(&mut app.db.read().await?, app, case).await
}

/// What residents say about the office of their township: where they live, how many hours ago, their words.
const ABOUT_OFFICES: [(&str, i64, &str); 2] = [
    (
        "140403003001",
        20,
        "今天下午两点四十到街道办事大厅，两个窗口都没有人，问旁边的人，说再等等，等到三点十分才有人来。",
    ),
    ("140404102200", 52, "去镇里办残疾证补贴，跑了三趟，每次说缺的材料都不一样，能不能一次讲清楚要带什么。"),
];

/// Has them report it; returns how many did. Each lies above the office it is about, where somebody else dispatches.
///
/// # Errors
/// What the action refuses.
pub async fn about_offices(app: &SharedApp, now: Instant) -> Result<usize> {
    let mut reported = 0;
    for (number, (place, hours_ago, text)) in ABOUT_OFFICES.into_iter().enumerate() {
        let region = RegionCode::parse(place)?;
        let units = people::units_around_unscoped(&mut app.db.read().await?, &region, app.today()).await?;
        let office = units.into_iter().find(|unit| unit.level == Level::Township && unit.duty == "government");
        let Some(office) = office else { continue };
        let new = NewReport {
            receipt: format!("202611228901{:04}", number + 1),
            channel: Channel::Web,
            text: text.to_owned(),
            matter: None,
            accepts_answer: false,
            identity: Identity::Anonymous,
            contact: NewContact::default(),
            place: NewPlace { source: PlaceSource::Chosen, lon: None, lat: None, region: Some(region), text: None },
            registered_region: None,
            photos: Vec::new(),
            joins: None,
            locale: kernel::Lang::Zh.tag().to_owned(),
            qr: None,
            item: None,
            wants_messages: false,
            about: Some(office.id),
        };
        let at = now.plus_hours(-hours_ago);
        let then = app.at(at, Chance::seeded(u64::try_from(at.millis()).unwrap_or_default()));
        let (operation, key) = ("demo.about", number.to_string());
        let key = Key { actor: "demo".to_owned(), operation, key, body_hash: Vec::new() };
        actions::report(&then, Reporter::Resident, new, key).await?;
        reported += 1;
    }
    Ok(reported)
}
