//! Printing notices and circulars: what leaves the platform on paper stands on the trail.

use db::Tx;
use jiff::civil::Time;
use kernel::{Code, Day, Error, Id, Lang, Level, Names, RegionCode, Result};
use serde_json::json;

use super::super::{
    model::{Supervision, SupervisionFilter},
    paper::{self, Circular, UnitLine},
    store, views,
};
use crate::{
    modules::{SharedApp, cases, people, regions},
    platform::{
        access::{Actor, Permission, Scope},
        idempotency::{self, Key},
        paper::{self as press, Paper},
        trail::{self, By, Entry},
    },
};

/// The most notices printed together.
const MOST: usize = 50;
/// The most matters a circular names one by one.
const NAMED: i64 = 30;

/// What is printed.
#[derive(Clone, Debug)]
pub enum Letter {
    /// 督办通知单 of these.
    Notices(Vec<Id<Supervision>>),
    /// 通报 of a place and its days.
    Circular(RegionCode, Day, Day),
}

/// Writes a letter as PDF.
///
/// # Errors
/// `not_found` outside the scope; field errors; `no_font`.
pub async fn print(app: &SharedApp, actor: Actor, letter: Letter, lang: Lang, key: Key) -> Result<press::Printed> {
    let scope = actor.require(Permission::SupervisionImpose)?;
    let paper = match &letter {
        Letter::Notices(ids) => notices(app, &actor, &scope, ids, lang).await?,
        Letter::Circular(place, from, to) => circular(app, &actor, &scope, (place, *from, *to), lang).await?,
    };
    let fonts = press::fonts_of(&app.settings);
    if fonts.is_empty() {
        return Err(Error::new(Code::NoFont));
    }
    note(app, actor, &letter, key).await?;
    tokio::task::spawn_blocking(move || press::write(&paper, &fonts)).await.map_err(Error::internal)?
}

async fn notices(app: &SharedApp, actor: &Actor, scope: &Scope, ids: &[Id<Supervision>], lang: Lang) -> Result<Paper> {
    if ids.is_empty() || ids.len() > MOST {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        return Err(Error::field("ids", Code::OutOfRange).with("min", 1).with("max", most));
    }
    let mut db = app.db.read().await?;
    let mut all = Vec::new();
    for id in ids {
        let it = store::get_unscoped(&mut db, *id).await?.ok_or_else(|| Error::new(Code::NotFound))?;
        // Whoever may see the case may see its supervision.
        cases::get(&mut db, scope, it.case).await?;
        all.push(it);
    }
    let rows = views::rows(&mut db, app, actor, &all).await?;
    let office = office(&mut db, app, &scope.home(&app.settings.region)).await?;
    Ok(paper::notices(app, &rows, &office, (lang, &actor.name), app.now()))
}

async fn circular(
    app: &SharedApp,
    actor: &Actor,
    scope: &Scope,
    (place, from, to): (&RegionCode, Day, Day),
    lang: Lang,
) -> Result<Paper> {
    if !scope.covers(place) || !matches!(place.level(), Level::County | Level::Township) {
        return Err(Error::field("region", Code::UnknownRegion));
    }
    if to < from || from.plus(366) < to {
        return Err(Error::field("to", Code::OutOfRange)
            .with("min", from.to_string())
            .with("max", from.plus(366).to_string()));
    }
    let start = |day: Day| day.at(Time::midnight(), &app.settings.zone);
    let mut db = app.db.read().await?;
    let found = store::by_unit(&mut db, place, (start(from), start(to.plus(1))), app.now()).await?;
    let ids: Vec<_> = found.iter().map(|line| line.unit).collect();
    let mut names = people::units_unscoped(&mut db, &ids).await?;
    let mut units: Vec<UnitLine> = found
        .into_iter()
        .filter_map(|line| {
            let counts = [line.imposed, line.in_time, line.late, line.released];
            Some(UnitLine { unit: names.remove(&line.unit)?, counts })
        })
        .collect();
    units.sort_by(|one, other| one.unit.names.zh().cmp(other.unit.names.zh()));
    let filter = SupervisionFilter { is_late: true, now: app.now(), ..SupervisionFilter::default() };
    let page = kernel::Page { limit: NAMED, cursor: None };
    let own = Scope { places: vec![place.clone()], units: Vec::new() };
    let late = views::listing(&mut db, app, actor, (&own, &filter), &page).await?.rows;
    let named = regions::names_unscoped(&mut db, place).await?.unwrap_or_default();
    let office = office(&mut db, app, place).await?;
    let circular = Circular { office, place: named, days: (from, to), units, late };
    Ok(paper::circular(app, &circular, (lang, &actor.name), app.now()))
}

/// In whose name: the office of the place.
async fn office(db: &mut db::Conn, app: &SharedApp, place: &RegionCode) -> Result<Names> {
    let names = regions::names_unscoped(db, place).await?.unwrap_or_else(|| app.settings.name.clone());
    if place.level() == Level::County {
        // As the units of the place have it; its name is on the paper's head and under it.
        if let Some(unit) = people::find_unit_unscoped(db, "leading_group", Level::County, place, app.today()).await? {
            return Ok(unit.names);
        }
        let (zh, en) = (names.in_lang(Lang::Zh), names.in_lang(Lang::En));
        return Ok(Names::new(format!("{zh}领导小组办公室"), format!("Leading group office, {en}")));
    }
    Ok(names)
}

async fn note(app: &SharedApp, actor: Actor, letter: &Letter, key: Key) -> Result<()> {
    let now = app.now();
    let (object_id, params) = match letter {
        Letter::Notices(ids) => ("notices".to_owned(), json!({"supervisions": ids})),
        Letter::Circular(place, from, to) => (place.to_string(), json!({"from": from, "to": to})),
    };
    app.db
        .write(async move |mut tx: Tx| {
            if idempotency::claim(&mut tx, &key, &object_id, now).await?.is_some() {
                return Ok(());
            }
            let post = actor.acting(Permission::SupervisionImpose, None, None);
            let place = post.map(|post| post.region.clone());
            let by = By::actor(&actor, post);
            let entry = Entry {
                kind: "supervision.printed",
                object_kind: "supervision",
                object_id,
                place: place.as_ref(),
                params,
            };
            trail::record(&mut tx, now, &by, entry).await
        })
        .await
}
