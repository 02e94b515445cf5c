//! The township's enforcement in the demo city: invented checks and cases, played through the same actions at their own times.

use std::{collections::HashMap, io::Cursor};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jiff::civil::Time;
use kernel::{Chance, Error, Id, Instant, Level, RegionCode, Result};
use serde::Deserialize;

use super::{
    actions::{self, NewCase, NewCheck, Step},
    model::{Case, Check, CheckResult, PartyKind},
    store,
};
use crate::{
    modules::{SharedApp, people, photos, whistles},
    platform::{access::Actor, idempotency::Key},
};

const STORIES: &str = include_str!("../../../../../demo/changzhi/enforcement.toml");

/// How long certificates were and will be valid, in days.
const VALID: (i64, i64) = (400, 500);
/// Pictures that stand for evidence.
const PICTURES: u8 = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    certificate: Vec<Certified>,
    check: Vec<Checked>,
    case: Vec<Filed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Certified {
    login: String,
    number: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Checked {
    days: i64,
    hour: i8,
    place: RegionCode,
    text: String,
    item: String,
    result: CheckResult,
    words: String,
    mend_in: Option<i64>,
    key: Option<String>,
    /// 吹哨联合执法: the goal of the whistle it came of.
    whistle: Option<String>,
    again: Option<Again>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    days: i64,
    hour: i8,
    result: CheckResult,
    words: String,
    mend_in: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filed {
    check: String,
    days: i64,
    hour: i8,
    cause: String,
    party: Party,
    step: Vec<Taken>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Party {
    kind: PartyKind,
    name: String,
    phone: String,
    address: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Taken {
    after: i64,
    by: String,
    step: Step,
}

/// What is done at a moment.
enum Deed<'f> {
    Check(usize, &'f Checked),
    Again(usize, &'f Checked, &'f Again),
    File(usize, &'f Filed),
    Step(usize, &'f Taken),
}

/// The stage: who acts, and what came of what was done.
struct Stage<'f> {
    app: &'f SharedApp,
    officers: Vec<Actor>,
    actors: HashMap<String, Actor>,
    pictures: Vec<String>,
    checks: HashMap<usize, Id<Check>>,
    cases: HashMap<usize, Id<Case>>,
    done: usize,
}

/// Plays the stories that end at `now`; nothing if there are checks already.
///
/// # Errors
/// `internal` when the file is wrong or a step is refused.
pub async fn fill(app: &SharedApp, now: Instant) -> Result<()> {
    if store::any_unscoped(&mut app.db.read().await?).await? {
        return Ok(());
    }
    let file: File = toml::from_str(STORIES).map_err(Error::internal)?;
    let mut stage = Stage {
        app,
        officers: Vec::new(),
        actors: HashMap::new(),
        pictures: pictures(app, now).await?,
        checks: HashMap::new(),
        cases: HashMap::new(),
        done: 0,
    };
    stage.certify(&file.certificate, now).await?;
    for (at, deed) in deeds(app, &file, now) {
        stage.done += 1;
        let told = format!("deed {} at {at}", stage.done);
        stage.play(at, deed, &file).await.map_err(|error| Error::internal(format!("{told}: {error}")))?;
    }
    Ok(())
}

fn deeds<'f>(app: &SharedApp, file: &'f File, now: Instant) -> Vec<(Instant, Deed<'f>)> {
    let zone = &app.settings.zone;
    let moment = |days: i64, hour: i8| now.day(zone).plus(-days).at(Time::constant(hour, 20, 0, 0), zone);
    let mut deeds = Vec::new();
    for (index, check) in file.check.iter().enumerate() {
        deeds.push((moment(check.days, check.hour), Deed::Check(index, check)));
        if let Some(again) = &check.again {
            deeds.push((moment(again.days, again.hour), Deed::Again(index, check, again)));
        }
    }
    for (index, case) in file.case.iter().enumerate() {
        let filed = moment(case.days, case.hour);
        deeds.push((filed, Deed::File(index, case)));
        deeds.extend(case.step.iter().map(|taken| (filed.plus_hours(taken.after), Deed::Step(index, taken))));
    }
    deeds.retain(|(at, _)| *at <= now);
    deeds.sort_by_key(|(at, _)| *at);
    deeds
}

/// Pictures as somebody drew them: nobody's street, nobody's face.
async fn pictures(app: &SharedApp, now: Instant) -> Result<Vec<String>> {
    let mut shas = Vec::new();
    let app = app.at(now, Chance::seeded(0));
    for shade in 0..PICTURES {
        let mut out = Cursor::new(Vec::new());
        let image = RgbImage::from_fn(640, 480, |x, y| drawn(shade, (x, y)));
        DynamicImage::ImageRgb8(image).write_to(&mut out, ImageFormat::Png).map_err(Error::internal)?;
        shas.push(photos::keep(&app, out.into_inner()).await?);
    }
    Ok(shas)
}

/// A wall, a pavement, a road, and goods on it.
fn drawn(shade: u8, (x, y): (u32, u32)) -> Rgb<u8> {
    let left = 90 + u32::from(shade) * 90;
    if (left..left + 190).contains(&x) && (230..350).contains(&y) {
        let stripe = (x - left) / 24 % 2 == 0;
        return if stripe { Rgb([196, 120, 60 + shade * 30]) } else { Rgb([226, 200, 150]) };
    }
    match y {
        0..180 => Rgb([205, 212 + shade * 4, 218]),
        180..330 => Rgb([176, 170, 160]),
        330..338 => Rgb([120, 116, 110]),
        _ => Rgb([92, 94, 98]),
    }
}

impl Stage<'_> {
    async fn actor(&mut self, login: &str) -> Result<Actor> {
        if let Some(actor) = self.actors.get(login) {
            return Ok(actor.clone());
        }
        let found = people::person_of_login_unscoped(&mut self.app.db.read().await?, login).await?;
        let person = found.ok_or_else(|| Error::internal(format!("the demo city has no {login}")))?;
        let actor = people::actor_unscoped(self.app, person.id).await?;
        self.actors.insert(login.to_owned(), actor.clone());
        Ok(actor)
    }

    async fn certify(&mut self, all: &[Certified], now: Instant) -> Result<()> {
        let today = now.day(&self.app.settings.zone);
        for it in all {
            let actor = self.actor(&it.login).await?;
            let (from, until) = (today.plus(-VALID.0), today.plus(VALID.1));
            actions::certify_unscoped(self.app, actor.person, (&it.number, from, until)).await?;
            self.officers.push(actor);
        }
        Ok(())
    }

    /// The first two officers take turns in entering things; who else has a certificate can take over.
    fn pair(&self, turn: usize) -> Result<(Actor, Actor)> {
        match self.officers.as_slice() {
            [one, other, ..] if turn.is_multiple_of(2) => Ok((one.clone(), other.clone())),
            [one, other, ..] => Ok((other.clone(), one.clone())),
            _ => Err(Error::internal("the demo city has two officers who work together")),
        }
    }

    fn key(&self) -> Key {
        let (actor, operation, key) = ("demo".to_owned(), "demo.enforcement", format!("{:08}", self.done));
        Key { actor, operation, key, body_hash: Vec::new() }
    }

    async fn play(&mut self, at: Instant, deed: Deed<'_>, file: &File) -> Result<()> {
        let app = self.app.at(at, Chance::seeded(self.done as u64));
        let day = at.day(&app.settings.zone);
        match deed {
            Deed::Check(index, it) => {
                let (actor, second) = self.pair(index)?;
                let mut new = check_of(it, second.person, self.pictures.get(index % 4).cloned());
                new.mend_by = it.mend_in.map(|days| day.plus(days));
                if let Some((goal, township)) = it.whistle.as_ref().zip(it.place.at(Level::Township)) {
                    new.whistle =
                        whistles::demo::of_goal(&app, township, goal).await?.map(|it| Id::from_uuid(it.uuid()));
                }
                let id = actions::check(&app, &actor, new, self.key()).await?;
                self.checks.insert(index, id);
            }
            Deed::Again(index, it, again) => {
                let (second, actor) = self.pair(index)?;
                let mut new = check_of(it, second.person, None);
                new.recheck_of = self.checks.get(&index).copied();
                new.result = again.result;
                new.words.clone_from(&again.words);
                new.mend_by = again.mend_in.map(|days| day.plus(days));
                actions::check(&app, &actor, new, self.key()).await?;
            }
            Deed::File(index, it) => {
                let from = file.check.iter().position(|check| check.key.as_ref() == Some(&it.check));
                let from = from.ok_or_else(|| Error::internal(format!("no check {}", it.check)))?;
                let check = file.check.get(from).ok_or_else(|| Error::internal("a check of the file"))?;
                let (actor, second) = self.pair(0)?;
                let new = NewCase {
                    place: check.place.clone(),
                    place_text: Some(check.text.clone()),
                    thing: None,
                    item: check.item.clone(),
                    second: second.person,
                    cause: it.cause.clone(),
                    party_kind: it.party.kind,
                    party_name: it.party.name.clone(),
                    party_phone: Some(it.party.phone.clone()),
                    party_address: Some(it.party.address.clone()),
                    check: self.checks.get(&from).copied(),
                    report: None,
                    whistle: None,
                };
                let id = actions::file(&app, &actor, new, self.key()).await?;
                self.cases.insert(index, id);
            }
            Deed::Step(index, taken) => {
                let actor = self.actor(&taken.by).await?;
                let id = self.cases.get(&index).copied().ok_or_else(|| Error::internal("a step of no case"))?;
                let seen = store::version_unscoped(&mut app.db.read().await?, id).await?;
                actions::act(&app, actor, (id, seen), self.shown(taken.step.clone()), self.key()).await?;
            }
        }
        Ok(())
    }

    /// The file names pictures by their place in the row.
    fn shown(&self, mut step: Step) -> Step {
        if let Step::Paper { photos, .. } = &mut step {
            let picture = |at: &String| self.pictures.get(at.parse::<usize>().ok()?).cloned();
            *photos = photos.iter().filter_map(picture).collect();
        }
        step
    }
}

fn check_of(it: &Checked, second: Id<crate::platform::access::Person>, photo: Option<String>) -> NewCheck {
    NewCheck {
        place: it.place.clone(),
        place_text: Some(it.text.clone()),
        thing: None,
        item: it.item.clone(),
        checked_at: None,
        second,
        result: it.result,
        words: it.words.clone(),
        photos: photo.filter(|_| it.result != CheckResult::Clear).into_iter().collect(),
        mend_by: None,
        report: None,
        whistle: None,
        recheck_of: None,
    }
}
