//! Creating one place, and changing one: its names, kind, seat, code, end and successor.

use std::collections::HashSet;

use db::Tx;
use kernel::{Code, Day, Error, Names, RegionCode, Result, Wish};
use serde_json::json;

use super::{
    super::{
        lookup,
        model::{Kind, Region},
        plan::{Ground, Written, plan},
        rows::{Draft, NAME_MAX, point},
        rules, store,
    },
    import::apply,
    record, require, settled,
};
use crate::{
    modules::App,
    platform::{
        idempotency::{self, Key},
        import::Writer,
    },
};

/// A place to be made.
#[derive(Clone, Debug)]
pub struct NewPlace {
    /// Its code; the place above follows from it.
    pub code: RegionCode,
    /// Its kind; found out from level and name when not given.
    pub kind: Option<Kind>,
    /// Its names.
    pub names: Names,
    /// How it is pronounced; found out when not given.
    pub pinyin: Option<String>,
    /// Longitude of its seat.
    pub lon: Option<f64>,
    /// Latitude of its seat.
    pub lat: Option<f64>,
    /// The first day it exists; today when not given.
    pub valid_from: Option<Day>,
    /// What the office wants to remember about it.
    pub note: Option<String>,
}

/// What is to be different about a place; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Alteration {
    /// Another code of the same level, when the place was renumbered; only for a place with nothing in it.
    pub code: Option<RegionCode>,
    /// Another kind of the same level.
    pub kind: Option<Kind>,
    /// Other names.
    pub names: Option<Names>,
    /// How it is pronounced.
    pub pinyin: Option<String>,
    /// Longitude of its seat.
    pub lon: Option<f64>,
    /// Latitude of its seat.
    pub lat: Option<f64>,
    /// What the office wants to remember about it.
    pub note: Option<String>,
    /// The first day it exists no more; only for a place with nothing in it. Cleared, it goes on, without a successor.
    pub valid_until: Wish<Day>,
    /// The place of the same level that takes over; ends this one today when no day is given.
    pub successor: Wish<RegionCode>,
    /// The day from which a new name or code holds; today when not given.
    pub since: Option<Day>,
    /// The version that was seen.
    pub seen: Option<i64>,
}

/// Makes a place.
///
/// # Errors
/// Fields to be mended; `not_found` outside the writer's scope.
pub async fn create(app: &App, writer: Writer, key: Key, new: NewPlace) -> Result<Region> {
    require(&writer, &new.code)?;
    let draft = draft(&new)?;
    let (root, chance, now, today) = (app.settings.region.clone(), app.chance.clone(), app.now(), app.today());
    let region = app
        .db
        .write(async move |mut tx| {
            if idempotency::claim(&mut tx, &key, new.code.as_str(), now).await?.is_some() {
                return store::get_unscoped(&mut tx, &new.code, today).await;
            }
            let codes: Vec<RegionCode> = [Some(new.code.clone()), new.code.parent()].into_iter().flatten().collect();
            let existing = store::all_of_unscoped(&mut tx, &codes, today).await?;
            if existing.contains_key(&new.code) {
                return Err(Error::field("code", Code::Duplicate).with("value", new.code.as_str()));
            }
            let plan = plan(vec![draft], Ground { existing, spoiled: HashSet::new(), root: &root, scope: None, today });
            if let Some(parent) = new.code.parent().filter(|_| !plan.errors.is_empty()) {
                return Err(Error::field("code", Code::RegionHasGaps).with("parent", parent.as_str()));
            }
            apply(&mut tx, plan, now, &chance).await?;
            record(&mut tx, &writer, now, "region.created", &new.code, json!({"names": new.names})).await?;
            store::get_unscoped(&mut tx, &new.code, today).await
        })
        .await?;
    settled(app).await?;
    Ok(region)
}

fn draft(new: &NewPlace) -> Result<Draft> {
    check_names(&new.names)?;
    if new.kind.is_some_and(|kind| !rules::fits(&new.code, kind)) {
        return Err(wrong_kind(new.kind));
    }
    Ok(Draft {
        line: 1,
        code: new.code.clone(),
        kind: new.kind,
        zh: new.names.zh().trim().to_owned(),
        en: new.names.en().map(|en| en.trim().to_owned()).filter(|en| !en.is_empty()),
        pinyin: new.pinyin.clone(),
        point: point(new.lon, new.lat)?,
        valid_from: new.valid_from,
        note: new.note.clone(),
    })
}

fn wrong_kind(kind: Option<Kind>) -> Error {
    Error::field("kind", Code::UnknownValue).with("value", kind.map_or("", Kind::as_str))
}

fn check_names(names: &Names) -> Result<()> {
    if names.zh().trim().is_empty() {
        return Err(Error::field("names.zh", Code::Required));
    }
    for (lang, text) in names.iter() {
        let max = if lang == "zh" { NAME_MAX } else { 2 * NAME_MAX };
        if i64::try_from(text.chars().count()).unwrap_or(i64::MAX) > max {
            return Err(Error::field(format!("names.{lang}"), Code::TooLong).with("max", max));
        }
    }
    Ok(())
}

/// Changes a place. Its old names and code are kept with their dates.
///
/// # Errors
/// Fields to be mended; `not_found` outside the writer's scope; `record_changed`; `place_has_children` when it may not end or be renumbered.
pub async fn alter(app: &App, writer: Writer, key: Key, code: RegionCode, wanted: Alteration) -> Result<Region> {
    require(&writer, &code)?;
    if let Some(to) = &wanted.code {
        require(&writer, to)?;
    }
    let (now, today) = (app.now(), app.today());
    let region = app
        .db
        .write(async move |mut tx| {
            let target = wanted.code.clone().unwrap_or_else(|| code.clone());
            if idempotency::claim(&mut tx, &key, target.as_str(), now).await?.is_some() {
                return store::get_unscoped(&mut tx, &target, today).await;
            }
            let before = store::get_unscoped(&mut tx, &code, today).await?;
            if wanted.seen.is_some_and(|seen| seen != before.version) {
                return Err(Error::new(Code::RecordChanged));
            }
            let since = since(&mut tx, &before, wanted.since, today).await?;
            let after = altered(&before, &wanted)?;
            let (end, successor) = ended(&mut tx, &before, &wanted, today).await?;
            if after.code != before.place.code {
                renumber(&mut tx, &before, &after.code, today).await?;
            }
            if after.code != before.place.code || after.names.zh() != before.place.names.zh() {
                store::keep_former(&mut tx, &before, since).await?;
            }
            if !store::update(&mut tx, &before, &after, (end, successor.as_ref())).await? {
                return Err(Error::new(Code::Busy).because("a place changed under an action"));
            }
            let params = json!({"from": before.place.code, "names": after.names, "until": end, "successor": successor});
            record(&mut tx, &writer, now, "region.changed", &after.code, params).await?;
            store::get_unscoped(&mut tx, &after.code, today).await
        })
        .await?;
    settled(app).await?;
    Ok(region)
}

/// The day a new name or code holds from: not before the one of now held, and not in the future, because what is written
/// down holds at once.
async fn since(tx: &mut Tx, before: &Region, wanted: Option<Day>, today: Day) -> Result<Day> {
    let Some(day) = wanted else { return Ok(today) };
    let former = store::former_unscoped(tx, before).await?;
    let earliest = former.last().map_or(before.valid_from, |former| former.valid_until);
    if day >= earliest && day <= today {
        return Ok(day);
    }
    Err(Error::field("since", Code::OutOfRange).with("min", earliest.to_string()).with("max", today.to_string()))
}

fn altered(before: &Region, wanted: &Alteration) -> Result<Written> {
    let names = wanted.names.clone().unwrap_or_else(|| before.place.names.clone());
    check_names(&names)?;
    let code = wanted.code.clone().unwrap_or_else(|| before.place.code.clone());
    if code.level() != before.place.level {
        return Err(Error::field("code", Code::BadRegionCode));
    }
    let kind = wanted.kind.unwrap_or(before.place.kind);
    if !rules::fits(&code, kind) {
        return Err(wrong_kind(Some(kind)));
    }
    let kept = (names.zh() == before.place.names.zh()).then(|| before.pinyin.clone());
    Ok(Written {
        pinyin: wanted.pinyin.clone().or(kept).unwrap_or_else(|| rules::pinyin(names.zh())),
        point: point(wanted.lon, wanted.lat)?.or_else(|| before.lon.zip(before.lat)),
        note: wanted.note.clone().or_else(|| before.note.clone()),
        valid_from: before.valid_from,
        code,
        kind,
        names,
    })
}

/// The end and the successor of a place after the change. A place that still has places in it does not end: they must
/// move first. One that goes on needs a place above that does.
async fn ended(
    tx: &mut Tx,
    before: &Region,
    wanted: &Alteration,
    today: Day,
) -> Result<(Option<Day>, Option<RegionCode>)> {
    if wanted.valid_until == Wish::Clear {
        standing_above(tx, before, today).await?;
        return Ok((None, None));
    }
    let successor = wanted.successor.clone().or(before.successor.clone());
    let new_successor = successor.as_ref().filter(|successor| before.successor.as_ref() != Some(*successor));
    if let Some(successor) = new_successor {
        let is_possible = *successor != before.place.code
            && successor.level() == before.place.level
            && lookup::get_unscoped(tx, successor, today).await.is_ok_and(|place| place.valid_until.is_none());
        if !is_possible {
            return Err(Error::field("successor", Code::UnknownRegion));
        }
    }
    let end = wanted.valid_until.or(before.valid_until).or_else(|| new_successor.map(|_| today));
    if let Some(end) = end.filter(|end| before.valid_until != Some(*end)) {
        if end < before.valid_from {
            return Err(Error::field("valid_until", Code::OutOfRange)
                .with("min", before.valid_from.to_string())
                .with("max", "9999-12-31"));
        }
        childless(tx, before, today).await?;
    }
    Ok((end, successor))
}

/// What has ended comes back only into a place that is there.
async fn standing_above(tx: &mut Tx, place: &Region, today: Day) -> Result<()> {
    let Some(parent) = place.parent.as_ref().filter(|_| place.valid_until.is_some()) else { return Ok(()) };
    if lookup::get_unscoped(tx, parent, today).await?.is_over(today) {
        return Err(Error::field("valid_until", Code::RegionHasGaps).with("parent", parent.as_str()));
    }
    Ok(())
}

async fn renumber(tx: &mut Tx, before: &Region, to: &RegionCode, today: Day) -> Result<()> {
    childless(tx, before, today).await?;
    let parent = to.parent();
    let codes: Vec<RegionCode> = [Some(to.clone()), parent.clone()].into_iter().flatten().collect();
    let there = store::all_of_unscoped(tx, &codes, today).await?;
    if there.contains_key(to) {
        return Err(Error::field("code", Code::Duplicate).with("value", to.as_str()));
    }
    if let Some(parent) = parent.filter(|parent| !there.contains_key(parent)) {
        return Err(Error::field("code", Code::RegionHasGaps).with("parent", parent.as_str()));
    }
    store::move_code(tx, &before.place.code, to).await
}

async fn childless(tx: &mut Tx, place: &Region, today: Day) -> Result<()> {
    let count: i64 = store::child_counts_unscoped(tx, &place.place.code, today).await?.values().sum();
    if count == 0 { Ok(()) } else { Err(Error::new(Code::PlaceHasChildren).with("count", count)) }
}
