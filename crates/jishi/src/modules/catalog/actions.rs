//! Bringing versions in.

use std::collections::HashSet;

use db::{Conn, Tx};
use jiff::civil;
use kernel::{Code, Day, Error, Instant, RegionCode, Result};
use serde_json::json;

use super::model::{CatalogFile, CatalogRow, Draft, Kind};
use crate::{
    modules::{
        App, briefs,
        calendar::{self, Imported},
        enforcement, indicators, links,
        matters::{self, DutyName},
        mediation, people, pleas, recurrence, regions, register, retention, signs, sources, supervision, verification,
        whistles,
    },
    platform::{
        access::{Actor, Permission},
        catalog::{self, CatalogVersion, NewVersion},
        idempotency::{self, Key},
        live::Topic,
        toml_check::Mistake,
        trail::{self, By, Entry},
    },
};

/// The largest file taken, in bytes: a class of a thousand matters has room.
const MAX_FILE: usize = 1_000_000;

/// What became of a file.
#[derive(Debug)]
pub(super) enum Brought {
    /// It is in.
    Done(CatalogRow),
    /// Nothing changed; this is to be mended first.
    Mistaken(Vec<Mistake>),
}

/// All versions that are or will be in force, the newest of each file and place.
pub(super) async fn list(app: &App, kind: Option<Kind>) -> Result<Vec<CatalogRow>> {
    let mut db = app.db.read().await?;
    let mut newest: Vec<CatalogVersion> = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|known| kind.is_none_or(|kind| kind == *known)) {
        for version in catalog::in_force_unscoped(&mut db, kind.as_str(), Day::from(civil::Date::MAX)).await? {
            newest.retain(|old| (&old.kind, &old.code, &old.region) != (&version.kind, &version.code, &version.region));
            newest.push(version);
        }
    }
    rows(&mut db, app, &newest).await
}

async fn rows(db: &mut Conn, app: &App, versions: &[CatalogVersion]) -> Result<Vec<CatalogRow>> {
    let places = regions::refs_unscoped(db, versions.iter().map(|version| &version.region)).await?;
    let persons: Vec<_> = versions.iter().filter_map(|version| version.person).collect();
    let persons = people::people_unscoped(db, &persons).await?;
    let row = |version: &CatalogVersion| CatalogRow {
        kind: version.kind.clone(),
        code: version.code.clone(),
        region: places.get(&version.region).filter(|place| place.code != app.settings.region).cloned(),
        version: version.version,
        hash: version.hash.clone(),
        valid_from: version.valid_from,
        created_at: version.created_at,
        by: version.person.and_then(|person| persons.get(&person).cloned()),
    };
    Ok(versions.iter().map(row).collect())
}

/// One version of a file with its text: the newest of the place unless one is named.
///
/// # Errors
/// `not_found`.
pub(super) async fn file(
    app: &App,
    kind: Kind,
    code: &str,
    region: Option<RegionCode>,
    number: Option<i64>,
) -> Result<CatalogFile> {
    let mut db = app.db.read().await?;
    let region = region.unwrap_or_else(|| app.settings.region.clone());
    let versions = catalog::versions_unscoped(&mut db, kind.as_str(), code).await?;
    let fits =
        |version: &CatalogVersion| version.region == region && number.is_none_or(|number| number == version.version);
    let version = versions.into_iter().find(fits).ok_or_else(|| Error::new(Code::NotFound))?;
    let row = rows(&mut db, app, std::slice::from_ref(&version)).await?.pop();
    Ok(CatalogFile { row: row.ok_or_else(|| Error::internal("a version in is a row out"))?, toml: version.toml })
}

/// All versions of a file, the newest first.
///
/// # Errors
/// `not_found` when there is none.
pub(super) async fn versions(app: &App, kind: Kind, code: &str) -> Result<Vec<CatalogRow>> {
    let mut db = app.db.read().await?;
    let mut versions = catalog::versions_unscoped(&mut db, kind.as_str(), code).await?;
    if versions.is_empty() {
        return Err(Error::new(Code::NotFound));
    }
    versions.sort_by_key(|version| std::cmp::Reverse((version.created_at, version.version)));
    rows(&mut db, app, &versions).await
}

/// Brings a version in.
///
/// # Errors
/// `not_found` for a place outside the actor's; `catalog_changed` when there is a newer version than was seen; field errors. Mistakes in the file are an answer.
pub(super) async fn put(app: &App, actor: &Actor, draft: Draft, key: Key) -> Result<Brought> {
    let scope = actor.require(Permission::CatalogEdit)?;
    let whole = app.settings.region.clone();
    let region = draft.region.clone().unwrap_or_else(|| whole.clone());
    if !scope.covers(&region) {
        return Err(Error::new(Code::NotFound));
    }
    if draft.toml.len() > MAX_FILE {
        return Err(Error::field("toml", Code::TooLong).with("max", i64::try_from(MAX_FILE).unwrap_or(i64::MAX)));
    }
    if draft.kind.is_for_the_whole() && region != whole {
        return Err(Error::field("region", Code::UnknownValue).with("value", region.as_str()));
    }
    let Draft { kind, code, toml, valid_from, seen, .. } = draft;
    if kind == Kind::Calendars {
        return put_calendar(app, actor, &code, toml, key).await;
    }
    if regions::refs_unscoped(&mut app.db.read().await?, [&region]).await?.is_empty() {
        return Err(Error::field("region", Code::UnknownRegion));
    }
    let mistakes = mistakes(app, kind, &code, &toml).await?;
    if !mistakes.is_empty() {
        return Ok(Brought::Mistaken(mistakes));
    }
    let (now, by) = (app.now(), By::actor(actor, actor.acting(Permission::CatalogEdit, Some(&region), None)));
    let valid_from = valid_from.unwrap_or_else(|| app.today());
    let new = NewVersion {
        kind: kind.as_str(),
        code: code.clone(),
        region: region.clone(),
        toml,
        valid_from,
        person: Some(actor.person),
        seen,
    };
    app.db
        .write(async move |mut tx: Tx| match idempotency::claim(&mut tx, &key, &new.code, now).await? {
            None => put_in(&mut tx, &by, &new, now).await,
            Some(_) => Ok(()),
        })
        .await?;
    matters::actions::refresh(app).await?;
    register::refresh(app).await?;
    briefs::refresh(app).await?;
    indicators::refresh(app).await?;
    pleas::refresh(app).await?;
    supervision::refresh(app).await?;
    whistles::refresh(app).await?;
    enforcement::refresh(app).await?;
    mediation::refresh(app).await?;
    links::refresh(app).await?;
    signs::refresh(app).await?;
    verification::refresh(app).await?;
    retention::refresh(app).await?;
    recurrence::refresh(app).await?;
    app.live.hint(Topic::Records);
    Ok(Brought::Done(file(app, kind, &code, Some(region), None).await?.row))
}

/// Stores a version with its entry on the trail; a file that is the same as before makes none.
async fn put_in(tx: &mut Tx, by: &By, new: &NewVersion, now: Instant) -> Result<()> {
    let (version, is_new) = catalog::put(tx, new, now).await?;
    if is_new {
        let object_id = format!("{}/{}", new.kind, new.code);
        let params = json!({ "version": version, "region": new.region, "valid_from": new.valid_from });
        let entry =
            Entry { kind: "catalog.changed", object_kind: "catalog", object_id, place: Some(&new.region), params };
        trail::record(tx, now, by, entry).await?;
    }
    Ok(())
}

/// A calendar has rules of its own for coming in.
async fn put_calendar(app: &App, actor: &Actor, code: &str, toml: String, key: Key) -> Result<Brought> {
    let year = code.strip_prefix("cn-").and_then(|year| year.parse().ok()).ok_or_else(|| Error::new(Code::NotFound))?;
    match calendar::import(app, actor, key, year, toml).await? {
        Imported::Done(_) => Ok(Brought::Done(file(app, Kind::Calendars, code, None, None).await?.row)),
        Imported::Mistaken(mistakes) => Ok(Brought::Mistaken(mistakes)),
    }
}

/// What is wrong with a file of that kind.
///
/// # Errors
/// `not_found` for a code that a kind of one file does not have.
async fn mistakes(app: &App, kind: Kind, code: &str, toml: &str) -> Result<Vec<Mistake>> {
    if kind.only_code().is_some_and(|only| only != code) {
        return Err(Error::new(Code::NotFound));
    }
    let name = format!("{code}.toml");
    let (catalogue, kinds) = (app.matters.catalogue(), app.register.kinds());
    let matters: HashSet<&str> = catalogue.codes().collect();
    let one = || code.to_owned();
    let read = match kind {
        Kind::Duties => return duties_mistakes(app, &name, toml).await,
        Kind::Calendars => calendar::parse(&name, toml).map(|_| one()),
        Kind::Matters => {
            let duties: Vec<DutyName> = catalogue.duties().cloned().collect();
            matters::parse_matters(&name, toml, &duties).map(|file| file.class.code)
        }
        Kind::Sources => sources::parse(&name, toml, Some(&matters)).map(|source| source.code),
        Kind::Register => register::parse(&name, toml, Some(&matters)).map(|(class, _)| class.code),
        Kind::FirstPages => {
            let kinds: HashSet<&str> = kinds.all().map(|kind| kind.code.as_str()).collect();
            let known = briefs::Known { matters: &matters, kinds: &kinds };
            briefs::parse(&name, toml, Some(known)).map(|page| page.code)
        }
        Kind::Indicators => indicators::parse(&name, toml).map(|set| set.code),
        Kind::Pleas => pleas::parse(&name, toml).map(|_| one()),
        Kind::Supervision => supervision::parse(&name, toml).map(|_| one()),
        Kind::Whistles => whistles::parse(&name, toml).map(|_| one()),
        Kind::Enforcement => enforcement::parse(&name, toml).map(|file| file.class.code),
        Kind::Mediation => mediation::parse(&name, toml).map(|_| one()),
        Kind::Recurrence => recurrence::parse(&name, toml, &matters).map(|_| one()),
        Kind::Links => links::parse(&name, toml).map(|_| one()),
        Kind::Signs => signs::parse(&name, toml).map(|rules| rules.code),
        Kind::Verification => verification::parse(&name, toml).map(|_| one()),
        Kind::Retention => retention::parse(&name, toml, Some(&matters)).map(|_| one()),
    };
    Ok(match read {
        Ok(said) if said == code => Vec::new(),
        Ok(said) => vec![other_code(&name, &said, code)],
        Err(mistakes) => mistakes,
    })
}

/// Duties may not lose one that a matter in force needs.
async fn duties_mistakes(app: &App, name: &str, toml: &str) -> Result<Vec<Mistake>> {
    let duties = match matters::parse_duties(name, toml) {
        Ok(duties) => duties,
        Err(mistakes) => return Ok(mistakes),
    };
    let mut found = Vec::new();
    for file in
        catalog::in_force_unscoped(&mut app.db.read().await?, Kind::Matters.as_str(), Day::from(civil::Date::MAX))
            .await?
    {
        found.extend(
            matters::parse_matters(&format!("{}.toml", file.code), &file.toml, &duties).err().unwrap_or_default(),
        );
    }
    Ok(found)
}

fn other_code(file: &str, said: &str, wanted: &str) -> Mistake {
    Mistake {
        file: file.to_owned(),
        line: 1,
        message: format!("编码是“{said}”，不是“{wanted}” · the code is {said:?}, not {wanted:?}"),
        mend: "改编码，或到那个编码的页面导入 · change the code, or bring it in on that code's page".to_owned(),
    }
}
