//! A visit's need becomes a case.

use db::Tx;
use kernel::{Code, Error, Id, Lang, RegionCode, Result};
use serde_json::json;

use super::{
    super::{model::Visit, store},
    after, check_matter, note, readable,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{
            Case, Channel, Identity,
            actions::{NewContact, NewPlace, NewReport, prepare_report, report_in},
        },
        links,
        regions::PlaceSource,
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        trail::By,
    },
};

/// Makes a visit's need a case.
///
/// # Errors
/// `visit_no_need`, `record_changed` (also where it is one already); what a report may be refused for; `not_found`.
pub(in super::super) async fn make_case(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Visit>, i64),
    matter: Option<String>,
    key: Key,
) -> Result<()> {
    let scope = readable(actor)?;
    let mut visit = store::get(&mut app.db.read().await?, &scope, actor.person, id).await?;
    let matter = matter.map(|matter| matter.trim().to_owned()).filter(|matter| !matter.is_empty());
    check_matter(app, matter.as_deref(), &visit.region)?;
    visit.matter = matter.clone().or(visit.matter);
    let need = visit.need.clone().ok_or_else(|| Error::new(Code::VisitNoNeed))?;
    let ready = prepare_report(app, actor, report(app, &visit, &need)).await?;
    let by = By::actor(actor, actor.acting(Permission::CaseEnter, Some(&visit.region), None));
    let (shared, region) = (SharedApp::clone(app), visit.region.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        let case: Id<Case> = report_in(&mut tx, app, ready).await?;
        if !store::set_case(&mut tx, id, (case, matter), seen).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        note(&mut tx, app, &by, ("visit.reported", id), &visit.region, json!({"case": case})).await
    };
    app.db.write(write).await?;
    after(app, &region, true).await
}

/// The report a need makes: what is needed and where, and nothing of whom or what was said.
pub(super) fn report(app: &App, visit: &Visit, need: &str) -> NewReport {
    NewReport {
        receipt: receipt(app),
        channel: Channel::Grid,
        text: need.to_owned(),
        matter: visit.matter.clone(),
        accepts_answer: false,
        identity: Identity::Anonymous,
        contact: NewContact::default(),
        place: NewPlace {
            source: PlaceSource::Staff,
            lon: None,
            lat: None,
            region: Some(visit.region.clone()),
            text: None,
        },
        registered_region: None,
        photos: Vec::new(),
        joins: None,
        locale: Lang::Zh.tag().to_owned(),
        qr: None,
        item: None,
        wants_messages: false,
        about: None,
    }
}

/// Nobody was given one: the case is followed by the visit.
fn receipt(app: &App) -> String {
    loop {
        let receipt = format!("{:016}", app.chance.below(10_u64.pow(16)));
        let digits: std::collections::HashSet<u8> = receipt.bytes().collect();
        if digits.len() >= 4 {
            return receipt;
        }
    }
}

/// Puts a visit of the demonstration in front of a case that was played.
pub(in super::super) async fn stand_behind(
    app: &SharedApp,
    (id, region): (Id<Visit>, &RegionCode),
    case: Id<Case>,
) -> Result<()> {
    app.db.write(async move |mut tx: Tx| store::set_case(&mut tx, id, (case, None), 1).await.map(drop)).await?;
    links::disclose(app, region).await
}
