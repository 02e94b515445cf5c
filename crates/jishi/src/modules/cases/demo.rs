//! The demo city's cases: invented, and played through the same actions as real ones with a moved clock.

use kernel::{Code, Error, Id, Instant, Lang, RegionCode, Result};
use serde::Deserialize;

use super::{
    actions::{self, Command, NewContact, NewPlace, NewReport, Reporter, ResidentStep, Settlement},
    model::{Case, Channel, Identity, Outcome, RefusalReason, Satisfied, Solved, Verdict},
    proposal, store,
};
use crate::{
    modules::{SharedApp, people, regions::PlaceSource},
    platform::{
        access::{Actor, Role, Unit},
        idempotency::Key,
    },
};

const CASES: &str = include_str!("../../../../../demo/changzhi/cases.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Script>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    hours_ago: i64,
    place: RegionCode,
    matter: Option<String>,
    text: String,
    story: Story,
    reply: Option<String>,
    signpost: Option<String>,
}

/// How far a case went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Story {
    Received,
    AnsweredByCatalogue,
    Redirected,
    Refused,
    Merged,
    Settled,
    Dispatched,
    Returned,
    Signed,
    Working,
    Asked,
    Verifying,
    Redo,
    RedoConfirmed,
    Confirmed,
    Unverified,
    Reopened,
    Withdrawn,
}

/// Plays all cases up to `now` on an application whose clock can be moved; the receipts are made from their place in the
/// file, so that the tour can name one. Returns how many cases came in; none if there are cases already.
///
/// # Errors
/// `internal` when the file does not fit the demo city; whatever the actions refuse.
pub async fn fill(app: &SharedApp, now: Instant) -> Result<i64> {
    if store::any_unscoped(&mut app.db.read().await?).await? {
        return Ok(0);
    }
    let file: File = toml::from_str(CASES).map_err(Error::internal)?;
    let mut count = 0;
    for (index, script) in file.case.iter().enumerate() {
        let stage = Stage { app, script, index, now };
        stage.play().await.map_err(|error| Error::internal(format!("demo case {}: {error}", index + 1)))?;
        count += 1;
    }
    app.clock.set(now);
    actions::remind_and_close(app).await?;
    Ok(count)
}

/// The receipt of a demo case, by its place in the file.
pub fn receipt(index: usize) -> String {
    let digits = (index + 1) * 7_919 % 10_000;
    format!("20261122{:04}{digits:04}", index + 1)
}

struct Stage<'a> {
    app: &'a SharedApp,
    script: &'a Script,
    index: usize,
    now: Instant,
}

impl Stage<'_> {
    async fn play(&self) -> Result<()> {
        use Story as S;
        let story = self.script.story;
        self.at(0);
        let id = self.report().await?;
        self.at(1);
        match story {
            S::Received | S::AnsweredByCatalogue | S::Settled => Ok(()),
            S::Redirected => {
                self.desk(id, Command::Redirect { signpost: self.script.signpost.clone(), text: self.reply() }).await
            }
            S::Refused => {
                self.desk(id, Command::Refuse { reason: RefusalReason::NotInScope, text: self.reply() }).await
            }
            S::Merged => self.merge(id).await,
            S::Withdrawn => {
                self.resident(id, ResidentStep::Withdraw { text: Some("已经有人清理了。".to_owned()) }).await
            }
            _ => self.handle(id).await,
        }
    }

    /// Moves the clock to so many hours after the report, never past the present.
    fn at(&self, hours: i64) {
        let at = self.now.plus_hours(hours - self.script.hours_ago);
        self.app.clock.set(at.min(self.now));
    }

    fn reply(&self) -> String {
        self.script.reply.clone().unwrap_or_else(|| "已处理。".to_owned())
    }

    fn key(&self, step: &'static str) -> Key {
        let now = self.app.now().millis();
        Key { actor: "demo".to_owned(), operation: step, key: format!("{}-{now}", self.index), body_hash: Vec::new() }
    }

    async fn report(&self) -> Result<Id<Case>> {
        let settled = self.script.story == Story::Settled;
        let (reporter, channel) = if settled {
            let worker = self.someone(Role::GridWorker, &self.script.place).await?;
            let settlement = Settlement { text: self.reply(), photos: Vec::new(), phrase: None };
            (Reporter::Staff(Box::new(worker), Some(settlement)), Channel::Grid)
        } else {
            (Reporter::Resident, if self.index.is_multiple_of(4) { Channel::Qr } else { Channel::Web })
        };
        let new = NewReport {
            receipt: receipt(self.index),
            channel,
            text: self.script.text.clone(),
            matter: self.script.matter.clone(),
            accepts_answer: self.script.story == Story::AnsweredByCatalogue,
            identity: if self.index.is_multiple_of(3) { Identity::Confidential } else { Identity::Anonymous },
            contact: self.contact(),
            place: NewPlace {
                source: PlaceSource::Chosen,
                lon: None,
                lat: None,
                region: Some(self.script.place.clone()),
                text: None,
            },
            registered_region: None,
            photos: Vec::new(),
            joins: None,
            locale: Lang::Zh.tag().to_owned(),
            qr: None,
            item: None,
            wants_messages: false,
        };
        actions::report(self.app, reporter, new, self.key("demo.report")).await.map(|reported| reported.case)
    }

    /// Confidential reporters leave a number nobody has.
    fn contact(&self) -> NewContact {
        if self.index.is_multiple_of(3) {
            NewContact { name: None, phone: Some(format!("1990000{:04}", self.index)) }
        } else {
            NewContact::default()
        }
    }

    /// From dispatch as far as the story goes.
    async fn handle(&self, id: Id<Case>) -> Result<()> {
        use Story as S;
        let story = self.script.story;
        let lead = self.dispatch(id).await?;
        if story == S::Dispatched {
            return Ok(());
        }
        self.at(3);
        if story == S::Returned {
            return self.unit(lead, id, Command::Return { reason: self.reply() }).await;
        }
        self.unit(lead, id, Command::Sign).await?;
        if story == S::Signed {
            return Ok(());
        }
        self.at(5);
        match story {
            S::Working => return self.unit(lead, id, Command::Work { text: Some(self.reply()) }).await,
            S::Asked => return self.unit(lead, id, Command::Ask { text: self.reply() }).await,
            _ => self.unit(lead, id, Command::Work { text: Some("已到现场查看。".to_owned()) }).await?,
        }
        self.at(20);
        let result = || Command::Result { text: self.reply(), outcome: Outcome::Solved, photos: Vec::new() };
        self.unit(lead, id, result()).await?;
        self.at(28);
        match story {
            S::Confirmed => self.rate(id, Solved::Yes).await,
            S::Redo => self.rate(id, Solved::No).await,
            S::RedoConfirmed => {
                self.rate(id, Solved::No).await?;
                self.at(60);
                self.unit(lead, id, result()).await?;
                self.at(70);
                self.rate(id, Solved::Yes).await
            }
            S::Reopened => {
                self.rate(id, Solved::Yes).await?;
                self.at(40);
                let text = "昨晚下雨又积了一片，还是老地方。".to_owned();
                self.resident(id, ResidentStep::Reopen { text, photos: Vec::new() }).await
            }
            S::Unverified => self.wait().await,
            _ => Ok(()),
        }
    }

    /// Lets the platform remind on its days and close after the seventh.
    async fn wait(&self) -> Result<()> {
        for day in 1..=8 {
            self.at(20 + day * 24 + 1);
            actions::remind_and_close(self.app).await?;
        }
        Ok(())
    }

    async fn merge(&self, id: Id<Case>) -> Result<()> {
        let mut db = self.app.db.read().await?;
        let matter = self.script.matter.as_deref().unwrap_or_default();
        let others = store::similar_unscoped(&mut db, matter, &self.script.place, Some(id)).await?;
        drop(db);
        match others.into_iter().next() {
            Some(other) => self.desk(id, Command::Merge { into: other.number }).await,
            None => Err(Error::internal("nothing to merge with")),
        }
    }

    async fn dispatch(&self, id: Id<Case>) -> Result<Id<Unit>> {
        let mut db = self.app.db.read().await?;
        let case = store::get_unscoped(&mut db, id).await?;
        let found = proposal::proposal(&mut db, self.app, &case).await?;
        drop(db);
        let lead = found.lead.ok_or_else(|| Error::new(Code::NoUnitFound))?;
        self.desk(id, Command::Dispatch { lead, assists: found.assists, reason: None, keep_for: None }).await?;
        Ok(lead)
    }

    async fn desk(&self, id: Id<Case>, command: Command) -> Result<()> {
        let township = self.script.place.at(kernel::Level::Township).unwrap_or_else(|| self.script.place.clone());
        let actor = self.someone(Role::TownshipDispatcher, &township).await?;
        self.act(actor, id, command).await
    }

    async fn unit(&self, unit: Id<Unit>, id: Id<Case>, command: Command) -> Result<()> {
        let member =
            people::members_unscoped(&mut self.app.db.read().await?, unit, self.app.today()).await?.into_iter().next();
        let member = member.ok_or_else(|| Error::internal("the demo city has nobody in the unit that leads"))?;
        let actor = people::actor_unscoped(self.app, member.id).await?;
        self.act(actor, id, command).await
    }

    async fn act(&self, actor: Actor, id: Id<Case>, command: Command) -> Result<()> {
        let version = store::get_unscoped(&mut self.app.db.read().await?, id).await?.version;
        actions::act(self.app, actor, id, version, command, self.key("demo.act")).await
    }

    async fn rate(&self, id: Id<Case>, solved: Solved) -> Result<()> {
        let satisfied = if solved == Solved::Yes { Satisfied::Satisfied } else { Satisfied::Dissatisfied };
        let verdict = Verdict { contacted: Some(true), solved, satisfied };
        let text = (solved != Solved::Yes).then(|| "还是老样子，请再来看看。".to_owned());
        self.resident(id, ResidentStep::Rate { verdict, text }).await
    }

    async fn resident(&self, id: Id<Case>, step: ResidentStep) -> Result<()> {
        let report = store::reports_of(&mut self.app.db.read().await?, id).await?.into_iter().next();
        let report = report.ok_or_else(|| Error::internal("a case without a report"))?;
        actions::resident_step(self.app, report.id, step, self.key("demo.resident")).await
    }

    async fn someone(&self, role: Role, place: &RegionCode) -> Result<Actor> {
        let found = people::holder_unscoped(&mut self.app.db.read().await?, role, place, self.app.today()).await?;
        let person =
            found.ok_or_else(|| Error::internal(format!("the demo city has no {} for {place}", role.as_str())))?;
        people::actor_unscoped(self.app, person).await
    }
}
