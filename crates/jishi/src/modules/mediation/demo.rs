//! The demo city's disputes: invented, each brought as far as it shall be seen, through the same actions as real ones.

use jiff::civil::{Time, time};
use kernel::{Chance, Day, Error, Id, Instant, RegionCode, Result};
use serde::Deserialize;

use super::{
    actions::{self, HearingStep, NewDispute, NewParty},
    model::{AgreementForm, Dispute, DisputeKind, DisputeSide, DisputeSource, NextWay, Room},
    rules::{NewItem, Step},
    store,
};
use crate::{
    modules::{SharedApp, people},
    platform::{
        access::{Actor, Person, Role},
        idempotency::Key,
    },
};

const FILE: &str = include_str!("../../../../../demo/changzhi/disputes.toml");
const BOTH: [DisputeSide; 2] = [DisputeSide::One, DisputeSide::Other];
/// When hearings of a day begin.
const TIMES: [Time; 3] = [time(9, 0, 0, 0), time(10, 30, 0, 0), time(14, 30, 0, 0)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dispute: Vec<Story>,
}

/// How far a story goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Until {
    Applied,
    Transferred,
    Withdrawn,
    Choosing,
    Proposed,
    Mediating,
    Failed,
    Agreed,
    Asked,
    Confirmed,
    Kept,
    Broken,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    region: RegionCode,
    class: String,
    #[serde(default = "people_kind")]
    kind: DisputeKind,
    #[serde(default = "walk_in")]
    source: DisputeSource,
    elsewhere: Option<String>,
    days: i64,
    words: String,
    one: Vec<String>,
    other: Vec<String>,
    until: Until,
    #[serde(default)]
    held: Option<String>,
    #[serde(default)]
    terms: Option<String>,
    #[serde(default)]
    oral: bool,
    #[serde(default)]
    items: Vec<(String, i64)>,
    #[serde(default)]
    note: Option<String>,
}

fn people_kind() -> DisputeKind {
    DisputeKind::People
}

fn walk_in() -> DisputeSource {
    DisputeSource::WalkIn
}

/// A centre with its people.
struct Centre {
    officer: Id<Person>,
    mediators: Vec<Id<Person>>,
    rooms: Vec<Id<Room>>,
}

/// Plays the disputes; none if there is one already.
///
/// # Errors
/// `internal` when the file names a place that has no centre; whatever the actions refuse.
pub async fn fill(app: &SharedApp) -> Result<()> {
    if store::any_unscoped(&mut app.db.read().await?).await? {
        return Ok(());
    }
    let File { dispute } = toml::from_str(FILE).map_err(Error::internal)?;
    let mut centres: Vec<(RegionCode, Centre)> = Vec::new();
    let mut next = 0;
    for (index, story) in dispute.iter().enumerate() {
        let township =
            story.region.at(kernel::Level::Township).ok_or_else(|| Error::internal("a dispute has a township"))?;
        if !centres.iter().any(|(code, _)| *code == township) {
            centres.push((township.clone(), open(app, &township).await?));
        }
        let Some((_, centre)) = centres.iter().find(|(code, _)| *code == township) else { continue };
        let mut play = Play { app, centre, story, index, turn: 0, next: &mut next };
        play.all().await?;
    }
    Ok(())
}

async fn open(app: &SharedApp, township: &RegionCode) -> Result<Centre> {
    let mut db = app.db.read().await?;
    let officer = people::holder_unscoped(&mut db, Role::CentreOfficer, township, app.today()).await?;
    let mediators = people::holders_unscoped(&mut db, Role::Mediator, township, app.today()).await?;
    drop(db);
    let officer = officer.ok_or_else(|| Error::internal(format!("nobody takes disputes in for {township}")))?;
    // Randomness of its own for each centre, or two of them would give the same ids.
    let seed = 26_000_000_000 + township.as_str().parse::<u64>().unwrap_or(0);
    let then = app.at(app.now().plus_days(-80), Chance::seeded(seed));
    let actor = people::actor_unscoped(&then, officer).await?;
    let unit =
        actor.posts.iter().find_map(|post| post.unit).ok_or_else(|| Error::internal("an officer has a centre"))?;
    let mut rooms = Vec::new();
    for name in ["第一调解室", "第二调解室（圆桌）"] {
        let key = key("mediation_rooms.add", &format!("{township} {name}"));
        rooms.push(actions::add_room(&then, &actor, (unit, name.to_owned()), key).await?.id);
    }
    Ok(Centre { officer, mediators, rooms })
}

fn key(operation: &'static str, name: &str) -> Key {
    Key { actor: "demo".to_owned(), operation, key: name.to_owned(), body_hash: Vec::new() }
}

struct Play<'a> {
    app: &'a SharedApp,
    centre: &'a Centre,
    story: &'a Story,
    index: usize,
    turn: u64,
    next: &'a mut usize,
}

impl Play<'_> {
    /// A moment of the story, never later than now.
    fn at(&self, day: i64, time: Time) -> Instant {
        let zone = &self.app.settings.zone;
        let at = self.app.now().plus_days(day - self.story.days).day(zone).at(time, zone);
        at.min(self.app.now().plus_seconds(-60))
    }

    fn day(&self, day: i64) -> Day {
        self.app.now().plus_days(day - self.story.days).day(&self.app.settings.zone).min(self.app.today())
    }

    /// The house at that moment, as somebody.
    async fn stage(&mut self, at: Instant, who: Id<Person>) -> Result<(SharedApp, Actor)> {
        self.turn += 1;
        let seed = 26_000_000 + u64::try_from(self.index).unwrap_or(0) * 1_000 + self.turn;
        let app = self.app.at(at, Chance::seeded(seed));
        let actor = people::actor_unscoped(&app, who).await?;
        Ok((app, actor))
    }

    async fn step(&mut self, id: Id<Dispute>, at: Instant, step: Step) -> Result<()> {
        let (app, actor) = self.stage(at, self.centre.officer).await?;
        let eyes = actions::eyes(&actor)?;
        let seen = store::get(&mut app.db.read().await?, &eyes, id).await?.version;
        let key = key("disputes.step", &format!("dispute {} {}", self.index, self.turn));
        actions::step(&app, &actor, (id, seen), step, key).await
    }

    async fn all(&mut self) -> Result<()> {
        let (until, note) = (self.story.until, self.story.note.clone().unwrap_or_default());
        let id = self.bring(until).await?;
        match until {
            Until::Applied => return Ok(()),
            Until::Transferred => {
                let (to, number) = (note, self.story.elsewhere.clone());
                let words = Some("经审查不属于人民调解范围，已告知当事人。".to_owned());
                return self.step(id, self.at(1, time(16, 0, 0, 0)), Step::Transfer { to, number, words }).await;
            }
            Until::Withdrawn => {
                return self.step(id, self.at(2, time(10, 0, 0, 0)), Step::Withdraw { words: note }).await;
            }
            Until::Choosing => return Ok(()),
            _ => {}
        }
        let mediators = &self.centre.mediators;
        let mediator = mediators.get(self.index % mediators.len().max(1)).copied();
        let mediator = mediator.ok_or_else(|| Error::internal("a centre has a mediator"))?;
        let then = self.at(1, time(10, 0, 0, 0));
        self.step(id, then, Step::Propose { mediator, declared: true }).await?;
        self.step(id, then.plus_seconds(600), Step::Assent { side: DisputeSide::One }).await?;
        if until == Until::Proposed {
            return Ok(());
        }
        self.step(id, then.plus_seconds(1_800), Step::Assent { side: DisputeSide::Other }).await?;
        self.hear(id, mediator).await?;
        match until {
            Until::Mediating => self.plan_next(id).await,
            Until::Failed => {
                let at = self.at(5, time(17, 0, 0, 0));
                self.step(id, at, Step::Fail { way: NextWay::Court, words: note }).await
            }
            _ => self.agree(id, until, &note).await,
        }
    }

    async fn bring(&mut self, until: Until) -> Result<Id<Dispute>> {
        let (app, actor) = self.stage(self.at(0, time(9, 20, 0, 0)), self.centre.officer).await?;
        let story = self.story;
        let party = |side| {
            move |name: &String| {
                let (name, phone) =
                    name.split_once(' ').map_or((name.as_str(), None), |(name, phone)| (name, Some(phone)));
                NewParty { side, name: name.to_owned(), phone: phone.map(str::to_owned) }
            }
        };
        let (one, other) =
            (story.one.iter().map(party(DisputeSide::One)), story.other.iter().map(party(DisputeSide::Other)));
        let is_waiting = until <= Until::Withdrawn;
        let new = NewDispute {
            kind: story.kind,
            class: story.class.clone(),
            region: story.region.clone(),
            place_text: None,
            source: story.source,
            case: None,
            elsewhere: story.elsewhere.clone().filter(|_| until != Until::Transferred),
            words: story.words.clone(),
            parties: one.chain(other).collect(),
            consents: if is_waiting { Vec::new() } else { BOTH.to_vec() },
        };
        actions::take_in(&app, &actor, new, key("disputes.bring", &format!("dispute {}", self.index))).await
    }

    /// A hearing that was held three days after, where the story has one.
    async fn hear(&mut self, id: Id<Dispute>, mediator: Id<Person>) -> Result<()> {
        let Some(words) = self.story.held.clone() else { return Ok(()) };
        let starts_at = self.at(3, TIMES[self.index % TIMES.len()]);
        let (app, actor) = self.stage(self.at(1, time(15, 0, 0, 0)), mediator).await?;
        let room = self.centre.rooms[self.index % self.centre.rooms.len()];
        let span = (room, starts_at, starts_at.plus_seconds(4_500));
        let name = format!("dispute {} hearing", self.index);
        let hearing = actions::plan(&app, &actor, id, span, key("hearings.plan", &name)).await?;
        let (app, actor) = self.stage(starts_at.plus_seconds(5_400), mediator).await?;
        let held = HearingStep::Held { words };
        actions::settle(&app, &actor, (hearing, 1), held, key("hearings.settle", &name)).await.map(|_| ())
    }

    /// A hearing in the days to come: three a day, on days that are worked.
    async fn plan_next(&mut self, id: Id<Dispute>) -> Result<()> {
        let (at, calendar) = (*self.next, self.app.calendar.get());
        *self.next += 1;
        let worked = (1..60).map(|n| self.app.today().plus(n)).filter(|day| calendar.is_working(*day));
        let day = worked.skip(at / TIMES.len()).step_by(1).next().unwrap_or_else(|| self.app.today().plus(1));
        let starts_at = day.at(TIMES[at % TIMES.len()], &self.app.settings.zone);
        let (app, actor) = self.stage(self.app.now().plus_seconds(-3_600), self.centre.officer).await?;
        let room = self.centre.rooms[at % self.centre.rooms.len()];
        let name = format!("dispute {} next hearing", self.index);
        let span = (room, starts_at, starts_at.plus_seconds(4_500));
        actions::plan(&app, &actor, id, span, key("hearings.plan", &name)).await.map(|_| ())
    }

    async fn agree(&mut self, id: Id<Dispute>, until: Until, note: &str) -> Result<()> {
        let effective_on = self.day(4);
        let item = |(words, days): &(String, i64)| NewItem { words: words.clone(), due_on: effective_on.plus(*days) };
        let form = if self.story.oral { AgreementForm::Oral } else { AgreementForm::Written };
        let terms = self.story.terms.clone().unwrap_or_default();
        let items: Vec<NewItem> = self.story.items.iter().map(item).collect();
        let count = i64::try_from(items.len()).unwrap_or(0);
        let agree = Step::Agree { form, terms, effective_on, items };
        self.step(id, self.at(4, time(16, 30, 0, 0)), agree).await?;
        if matches!(until, Until::Asked | Until::Confirmed) {
            let ask = Step::ApplyConfirmation { on: self.day(8), consents: BOTH.to_vec() };
            self.step(id, self.at(8, time(10, 0, 0, 0)), ask).await?;
        }
        if until == Until::Confirmed {
            let grant =
                Step::Grant { on: self.day(15), number: format!("（2026）晋0403司确{}号", 100 + self.index) };
            self.step(id, self.at(15, time(15, 0, 0, 0)), grant).await?;
        }
        if !matches!(until, Until::Kept | Until::Broken | Until::Confirmed) {
            return Ok(());
        }
        for item in 0..count {
            let kept = until != Until::Broken || item > 0;
            let words = (!kept).then(|| note.to_owned());
            self.step(id, self.at(16 + item, time(11, 0, 0, 0)), Step::Perform { item, kept, words }).await?;
        }
        let words = if until == Until::Broken {
            note.to_owned()
        } else {
            "电话回访，双方都说已经按协议办了。".to_owned()
        };
        self.step(id, self.at(20, time(9, 30, 0, 0)), Step::Visit { on: self.day(20), words }).await?;
        self.step(id, self.at(20, time(9, 40, 0, 0)), Step::Finish {}).await
    }
}
