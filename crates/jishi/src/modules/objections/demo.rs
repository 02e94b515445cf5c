//! The demo city's openings of contact details and what two residents said about them, through the same actions as theirs: one
//! objection is answered, the other waits for the security administrator.

use kernel::{Chance, Code, Id, Instant, Page, Result};

use super::{
    actions::{self, Answering},
    model::{Objection, ObjectionFilter, ObjectionOutcome, Reach},
    store,
};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Case, CaseFilter, Status, actions::open_contact},
        contacts::{self, Field, Purpose},
        people,
    },
    platform::{
        access::{Person, Role, Scope},
        idempotency::Key,
    },
};

/// An opening, some hours after its case was given, and what the resident says hours later.
struct Story {
    purpose: Purpose,
    words: &'static str,
    objection: Option<(i64, &'static str)>,
    answer: Option<(i64, ObjectionOutcome, &'static str)>,
}

const OPENED_AFTER_HOURS: i64 = 4;

const STORIES: [Story; 4] = [
    Story {
        purpose: Purpose::ContactResident,
        words: "约上门时间",
        objection: Some((5, "我写明了晚上在家，对方没有打来电话，却看了我的号码，想知道为什么。")),
        answer: Some((
            26,
            ObjectionOutcome::InOrder,
            "已核对通话记录：经办人当天拨打过一次，您没有接到，用途和时间都对得上。已请他们改在晚上七点后联系您。",
        )),
    },
    Story {
        purpose: Purpose::VerifyPlace,
        words: "照片看不出是哪个单元，问一下具体位置",
        objection: None,
        answer: None,
    },
    Story {
        purpose: Purpose::ContactResident,
        words: "了解情况",
        objection: Some((3, "现场那天已经当面说清楚了，不知道为什么又查看我的电话。")),
        answer: None,
    },
    Story { purpose: Purpose::ContactResident, words: "告知施工时间", objection: None, answer: None },
];

/// Plays the stories on cases of the season whose reporters left a telephone; returns how many objections there are.
///
/// # Errors
/// What the actions refuse.
pub async fn fill(app: &SharedApp, now: Instant) -> Result<usize> {
    let scope = Scope { places: vec![app.settings.region.clone()], units: Vec::new() };
    let mut rest = STORIES.iter();
    for status in [Status::Verifying, Status::Closed] {
        let filter = CaseFilter { status: Some(status), now, ..CaseFilter::default() };
        let page = Page { limit: 100, cursor: None };
        let found = cases::listing(&mut app.db.read().await?, app, &scope, &filter, &page).await?;
        for row in found.rows {
            let Some(story) = rest.as_slice().first() else { break };
            if play(app, row.id, story, now).await? {
                rest.next();
            }
        }
    }
    let reach = Reach { places: scope.places, late_by: None };
    let all = store::count(&mut app.db.read().await?, &reach, &ObjectionFilter::default()).await?;
    Ok(usize::try_from(all).unwrap_or_default())
}

/// Whether it could be played: the case was given long enough ago, somebody handled it, and its only reporter left a telephone
/// that whoever handles it may open.
async fn play(app: &SharedApp, id: Id<Case>, story: &Story, now: Instant) -> Result<bool> {
    let mut db = app.db.read().await?;
    let case = cases::get_unscoped(&mut db, id).await?;
    let reports = cases::reports_of(&mut db, id).await?;
    let ([report], Some(handler)) = (reports.as_slice(), case.handler) else { return Ok(false) };
    let Some(opened_at) = case.dispatched_at.map(|given| given.plus_hours(OPENED_AFTER_HOURS)) else {
        return Ok(false);
    };
    let said_at = |hours: i64| opened_at.plus_hours(hours);
    let ends_at =
        said_at(story.answer.as_ref().map(|(hours, ..)| *hours).or(story.objection.map(|it| it.0)).unwrap_or(0));
    if !contacts::has_phone(&mut db, report.id).await? || opened_at >= case.last_at || ends_at >= now {
        return Ok(false);
    }
    drop(db);
    let by = people::actor_unscoped(app, handler).await?;
    let (field, why) = (Field::Phone, (story.purpose, story.words));
    let opened = open_contact(&at(app, opened_at), by, report.id, field, why.0, why.1, key("demo.open", id)).await;
    match opened {
        Err(error) if error.code() == Code::Internal => return Err(error),
        Err(_) => return Ok(false),
        Ok(_) => {}
    }
    let Some((hours, words)) = story.objection else { return Ok(true) };
    let opening = contacts::accesses(&mut app.db.read().await?, report.whose()).await?.first().map(|access| access.id);
    let Some(opening) = opening else { return Ok(true) };
    actions::object(&at(app, said_at(hours)), report, opening, words, key("demo.object", id)).await?;
    let Some((hours, outcome, words)) = &story.answer else { return Ok(true) };
    let said = store::of_report(&mut app.db.read().await?, report.whose()).await?;
    if let (Some(objection), Some(security)) = (said.first(), security(app).await?) {
        let by = people::actor_unscoped(app, security).await?;
        let answering = Answering { version: objection.version, outcome: *outcome, words: (*words).to_owned() };
        actions::answer(&at(app, said_at(*hours)), &by, objection.id, answering, answer_key(objection.id)).await?;
    }
    Ok(true)
}

async fn security(app: &SharedApp) -> Result<Option<Id<Person>>> {
    let mut db = app.db.read().await?;
    people::holder_unscoped(&mut db, Role::SecurityAdmin, &app.settings.region, app.today()).await
}

fn at(app: &SharedApp, moment: Instant) -> SharedApp {
    app.at(moment, Chance::seeded(u64::try_from(moment.millis()).unwrap_or_default()))
}

fn key(operation: &'static str, case: Id<Case>) -> Key {
    Key { actor: "demo".to_owned(), operation, key: case.to_string(), body_hash: Vec::new() }
}

fn answer_key(objection: Id<Objection>) -> Key {
    Key { actor: "demo".to_owned(), operation: "demo.answer", key: objection.to_string(), body_hash: Vec::new() }
}
