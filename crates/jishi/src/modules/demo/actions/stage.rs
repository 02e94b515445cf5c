//! The stage: takes the deeds of a plan in the order of their times and does each as whoever would do it.

mod said;

use std::collections::HashSet;

use futures::future::join_all;
use kernel::{Code, Error, Id, Instant, Result};

use said::{first, join, new_report, rate, verdict, voice};

use super::{Played, broken, chance, people::People};
use crate::{
    modules::{
        SharedApp, call_backs,
        cases::{
            self, Case, Report,
            actions::{self, Command, NewReport, Reporter, ResidentStep, Settlement, remind_and_close},
        },
        demo::{
            deeds::{Deed, Rating, Said, Teller},
            orders, pictures,
            plan::{Plan, Planned, Story},
        },
        photos, rechecks, sources,
    },
    platform::{
        access::{Actor, Role, Unit},
        idempotency::Key,
        import::Mode,
    },
};

/// Steps taken at once: on SQLite they share a commit, on PostgreSQL the connections.
const AT_ONCE: usize = 24;
/// How often the platform looks for silent residents, in hours; real instances do so hourly.
const CHORES_HOURS: i64 = 24;
/// Days at the end of the season in which those who verify are played.
const VERIFIED_DAYS: i64 = 15;

/// A plan while it is played.
pub(super) struct Stage<'a> {
    app: &'a SharedApp,
    plan: &'a Plan,
    seed: u64,
    now: Instant,
    cases: Vec<Option<Id<Case>>>,
    /// Stories that go no further.
    over: HashSet<usize>,
    people: People,
    /// Cases that several units work on.
    joint: cases::demo::Joint,
    played: Played,
}

/// A deed with whoever does it, ready to be done beside others.
struct Ready<'a> {
    index: usize,
    deed: &'a Deed,
    app: SharedApp,
    case: Option<Case>,
    act: Act,
}

/// What is to be done.
enum Act {
    Report(Box<(Reporter, NewReport)>),
    Order(Box<Actor>, orders::OrderFile),
    Staff(Box<Actor>, Command),
    Resident(Id<Report>, ResidentStep),
}

impl<'a> Stage<'a> {
    pub(super) fn new(app: &'a SharedApp, plan: &'a Plan, seed: u64, now: Instant) -> Self {
        let cases = vec![None; plan.stories.len()];
        Self {
            app,
            plan,
            seed,
            now,
            cases,
            over: HashSet::new(),
            people: People::default(),
            joint: cases::demo::Joint::default(),
            played: Played::default(),
        }
    }

    /// Plays everything; the clock stands at the present then.
    pub(super) async fn play(mut self) -> Result<Played> {
        let all = self.plan.in_order();
        let mut rest = all.as_slice();
        let mut chores = rest.first().map_or(self.now, |(at, ..)| *at);
        let mut desks = first_morning(self.now, &self.app.settings.zone);
        while let Some((at, ..)) = rest.first() {
            while chores.min(desks) <= *at {
                self.turn(&mut chores, &mut desks).await?;
            }
            let together = together(rest, chores.min(desks));
            let (batch, tail) = rest.split_at(together);
            self.batch(batch).await?;
            rest = tail;
        }
        while chores.min(desks) <= self.now {
            self.turn(&mut chores, &mut desks).await?;
        }
        self.chores(self.now).await?;
        Ok(self.played)
    }

    /// Whichever comes first: what the platform does by itself, or a morning of those who verify.
    async fn turn(&mut self, chores: &mut Instant, desks: &mut Instant) -> Result<()> {
        if *chores <= *desks {
            self.chores(*chores).await?;
            *chores = chores.plus_hours(CHORES_HOURS);
        } else {
            self.desks(*desks).await?;
            *desks = desks.plus_hours(24);
        }
        Ok(())
    }

    /// A morning of those who ask residents and of those who look again: at cases for which nobody has plans any more.
    async fn desks(&mut self, at: Instant) -> Result<()> {
        let is_free = |(index, story): (usize, &Planned)| {
            let is_over = story.story != Story::Scripted && story.deeds.last().is_none_or(|(last, _)| *last < at);
            self.cases.get(index).copied().flatten().filter(|_| is_over)
        };
        let free: HashSet<Id<Case>> = self.plan.stories.iter().enumerate().filter_map(is_free).collect();
        self.app.clock.set(at);
        let app = self.app.at(at, chance(self.seed, self.plan.stories.len(), at));
        call_backs::demo_day(&app, &free).await?;
        rechecks::demo_day(&app, &free).await
    }

    /// What the platform does by itself.
    async fn chores(&mut self, at: Instant) -> Result<()> {
        self.app.clock.set(at);
        remind_and_close(self.app).await?;
        // Only what nobody will finish: a result would have to say why it does not wait.
        let is_left = |(index, _): &(usize, &Planned)| !self.over.contains(index);
        let stays = |story: &Planned| !story.deeds.iter().any(|(_, deed)| ends(deed));
        let left = self.plan.stories.iter().enumerate().filter(is_left).filter(|(_, story)| stays(story));
        let open: Vec<Id<Case>> = left.filter_map(|(index, _)| self.cases.get(index).copied().flatten()).collect();
        self.joint.day(self.app, &open).await
    }

    async fn batch(&mut self, batch: &[(Instant, usize, &'a Deed)]) -> Result<()> {
        let mut ready = Vec::new();
        for (at, index, deed) in
            batch.iter().filter(|(_, index, _)| !self.over.contains(index)).copied().collect::<Vec<_>>()
        {
            self.app.clock.set(at);
            match self.ready(at, index, deed).await {
                Ok(Some(one)) => ready.push(one),
                Ok(None) => {}
                Err(error) => self.stop(index, deed, &error)?,
            }
        }
        for (index, deed, done) in join_all(ready.into_iter().map(Ready::play)).await {
            match done {
                Ok(case) => {
                    self.played.steps += 1;
                    self.played.stories += i64::from(matches!(deed, Deed::Report(_) | Deed::Order(_)));
                    if let (Some(slot), Some(case)) = (self.cases.get_mut(index), case) {
                        *slot = Some(case);
                    }
                }
                Err(error) => self.stop(index, deed, &error)?,
            }
        }
        Ok(())
    }

    /// A refused step ends its story, not the demonstration: the rest of the city goes on.
    fn stop(&mut self, index: usize, deed: &Deed, error: &Error) -> Result<()> {
        let told = broken(index, &format!("{deed:?}"), error);
        if error.code() == Code::Internal {
            return Err(Error::internal(told));
        }
        self.over.insert(index);
        self.played.broken.push(told);
        Ok(())
    }

    fn story(&self, index: usize) -> Result<&'a Planned> {
        self.plan.stories.get(index).ok_or_else(|| Error::internal("a deed of no story"))
    }

    /// Finds who does a deed, and how; none where there is nothing left to do.
    async fn ready(&mut self, at: Instant, index: usize, deed: &'a Deed) -> Result<Option<Ready<'a>>> {
        let app = self.app.at(at, chance(self.seed, index, at));
        let id = self.cases.get(index).copied().flatten();
        let case = match id {
            Some(id) => Some(cases::demo::present(self.app, id).await?),
            None => None,
        };
        let act = match (deed, &case) {
            (Deed::Report(said), None) => Some(self.report(said).await?),
            (Deed::Order(line), None) => Some(self.order(index, *line).await?),
            (Deed::Join(said), Some(case)) => Some(join(said, case)),
            (_, Some(case)) => self.step(index, deed, case).await?,
            (_, None) => return Err(Error::internal("a deed before its report")),
        };
        Ok(act.map(|act| Ready { index, deed, app, case, act }))
    }

    async fn report(&mut self, said: &Said) -> Result<Act> {
        let reporter = match said.teller {
            Teller::Resident => Reporter::Resident,
            Teller::Worker => {
                let actor = self.people.at(self.app, Role::GridWorker, &said.place).await?;
                let settled = said.settled.clone().map(|text| Settlement { text, photos: Vec::new(), phrase: None });
                Reporter::Staff(Box::new(actor), settled)
            }
            Teller::Officer => {
                let village = said.place.at(kernel::Level::Village).unwrap_or_else(|| said.place.clone());
                let actor = self.people.at(self.app, Role::VillageOfficer, &village).await?;
                Reporter::Staff(Box::new(actor), None)
            }
        };
        Ok(Act::Report(Box::new((reporter, new_report(said, None)))))
    }

    async fn order(&mut self, index: usize, line: usize) -> Result<Act> {
        let place = &self.story(index)?.place;
        let actor = self.people.office(self.app, place).await?;
        Ok(Act::Order(Box::new(actor), orders::file(line, self.now, &self.app.settings.zone)?))
    }

    async fn step(&mut self, index: usize, deed: &Deed, case: &Case) -> Result<Option<Act>> {
        let text = |text: &String| text.clone();
        Ok(Some(match deed {
            Deed::Reclassify(matter) if case.matter.as_ref() == Some(matter) => return Ok(None),
            Deed::Reclassify(matter) => {
                self.desk(case, Command::Reclassify { matter: text(matter), reason: None }).await?
            }
            Deed::Answer(answer) => self.desk(case, Command::Answer { text: text(answer) }).await?,
            Deed::Redirect(signpost, said) => {
                self.desk(case, Command::Redirect { signpost: signpost.clone(), text: text(said) }).await?
            }
            Deed::Refuse(reason, said) => {
                self.desk(case, Command::Refuse { reason: *reason, text: text(said) }).await?
            }
            Deed::Merge(into) => self.merge(case, *into).await?,
            Deed::Dispatch(why) => self.dispatch(case, why.as_ref()).await?,
            Deed::CallBack(rating) => self.call_back(case, rating).await?,
            Deed::Reply(said) => {
                voice(self.app, case, 0, ResidentStep::Reply { text: text(said), photos: vec![] }).await?
            }
            Deed::Rate(which, rating) => voice(self.app, case, *which, rate(rating)).await?,
            Deed::Reopen(said) => {
                voice(self.app, case, 0, ResidentStep::Reopen { text: text(said), photos: vec![] }).await?
            }
            Deed::Withdraw(said) => voice(self.app, case, 0, ResidentStep::Withdraw { text: Some(text(said)) }).await?,
            _ => return self.unit(index, deed, case).await,
        }))
    }

    async fn desk(&mut self, case: &Case, command: Command) -> Result<Act> {
        Ok(Act::Staff(Box::new(self.people.desk(self.app, &case.place).await?), command))
    }

    async fn merge(&mut self, case: &Case, into: usize) -> Result<Act> {
        let target = self.cases.get(into).copied().flatten().ok_or_else(|| Error::new(Code::NotFound))?;
        let into = cases::demo::present(self.app, target).await?.number;
        self.desk(case, Command::Merge { into }).await
    }

    /// As proposed; where nobody works in the proposed unit, or it has sent the case back, to the next that is named.
    async fn dispatch(&mut self, case: &Case, why: Option<&String>) -> Result<Act> {
        let found = cases::demo::proposed(self.app, case).await?;
        let proposed = found.lead.ok_or_else(|| Error::new(Code::NoUnitFound))?;
        let mut lead = proposed;
        let mut others = found.units.iter().map(|unit| unit.id).filter(|unit| *unit != proposed);
        while why.is_some() && lead == proposed || !self.people.is_staffed(self.app, lead).await? {
            match others.next() {
                Some(other) if self.people.is_staffed(self.app, other).await? => lead = other,
                Some(_) => {}
                None => break,
            }
        }
        let reason = why.cloned().or_else(|| (lead != proposed).then(|| "牵头单位人手不足，商定改派。".to_owned()));
        let assists: Vec<Id<Unit>> = found.assists.into_iter().filter(|unit| *unit != lead).collect();
        self.desk(case, Command::Dispatch { lead, assists, reason, keep_for: None }).await
    }

    /// Whoever did the work does not ask whether it was good; the office they belong to neither.
    async fn call_back(&mut self, case: &Case, rating: &Rating) -> Result<Act> {
        let report = first(self.app, case, 0).await?;
        let parts = cases::parts_by_case(&mut self.app.db.read().await?, &[case.id]).await?;
        let parts = parts.get(&case.id).map(Vec::as_slice).unwrap_or_default();
        let mut actor = self.people.desk(self.app, &case.place).await?;
        if cases::may_call_back(case, parts, &actor).is_err() {
            actor = self.people.office(self.app, &case.place).await?;
        }
        let command = Command::CallBack { report, verdict: verdict(rating), text: rating.text.clone() };
        Ok(Act::Staff(Box::new(actor), command))
    }

    async fn unit(&mut self, index: usize, deed: &Deed, case: &Case) -> Result<Option<Act>> {
        let unit = case.lead_unit.ok_or_else(|| Error::new(Code::WrongStatus).with("status", case.status.names()))?;
        // Scripted stories are always in the hands of the first of a unit: tours name them.
        let turn = if self.story(index)?.story == Story::Scripted { 0 } else { index };
        let actor = self.people.handler(self.app, unit, case.handler, turn).await?;
        let command = match deed {
            Deed::Return(reason) => Command::Return { reason: reason.clone() },
            Deed::Sign => Command::Sign,
            Deed::Work(text) => Command::Work { text: Some(text.clone()) },
            Deed::Ask(text) => Command::Ask { text: text.clone() },
            Deed::Result(outcome, text) => {
                let photos = self.pictures(index).await?;
                Command::Result { text: text.clone(), outcome: *outcome, photos, without_shares: None }
            }
            Deed::HandOver(reason) => match self.people.colleague(self.app, unit, actor.person).await? {
                Some(person) => Command::HandOver { person, reason: Some(reason.clone()) },
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(Some(Act::Staff(Box::new(actor), command)))
    }
}

/// Whether the unit that leads is done with the case after it.
fn ends(deed: &Deed) -> bool {
    matches!(deed, Deed::Result(..) | Deed::Return(_) | Deed::Merge(_) | Deed::Withdraw(_) | Deed::HandOver(_))
}

impl Stage<'_> {
    /// Some results have a picture; a few have one that others have as well, for auditors to find.
    async fn pictures(&self, index: usize) -> Result<Vec<String>> {
        let name = match index {
            index if index % 240 == 7 || [48, 66].contains(&index) => "used again".to_owned(),
            index if index % 60 == 11 => format!("story {index}"),
            _ => return Ok(Vec::new()),
        };
        Ok(vec![photos::keep(self.app, pictures::street(self.seed, &name)?).await?])
    }
}

/// The first morning that is played of those who verify: enough for two Mondays.
fn first_morning(now: Instant, zone: &jiff::tz::TimeZone) -> Instant {
    now.day(zone).plus(-VERIFIED_DAYS).at(jiff::civil::Time::constant(10, 0, 0, 0), zone)
}

/// How many of the next deeds may be done at once: each of another story, none of one that another is put to, and none
/// after the next chores.
fn together(rest: &[(Instant, usize, &Deed)], chores: Instant) -> usize {
    let mut busy = HashSet::new();
    for (count, (at, index, deed)) in rest.iter().enumerate() {
        let is_free = busy.insert(*index) && !matches!(deed, Deed::Merge(into) if !busy.insert(*into));
        if !is_free || *at >= chores || count == AT_ONCE {
            return count.max(1);
        }
    }
    rest.len()
}

impl<'a> Ready<'a> {
    async fn play(self) -> (usize, &'a Deed, Result<Option<Id<Case>>>) {
        let (index, deed) = (self.index, self.deed);
        (index, deed, self.done().await)
    }

    async fn done(self) -> Result<Option<Id<Case>>> {
        let Self { index, app, case, act, .. } = self;
        let key = |operation| Key {
            actor: "demo".to_owned(),
            operation,
            key: format!("{index}-{}", app.now().millis()),
            body_hash: Vec::new(),
        };
        match act {
            Act::Report(report) => {
                let (reporter, new) = *report;
                let joins = new.joins.is_some();
                let reported = actions::report(&app, reporter, new, key("demo.report")).await?;
                Ok(Some(reported.case).filter(|_| !joins))
            }
            Act::Order(actor, file) => {
                sources::bring_one(&app, &actor, "12345", (file.name, file.bytes), Mode::Write(key("demo.order")))
                    .await?;
                let known = cases::known_unscoped(&mut app.db.read().await?, "12345", &[&file.number]).await?;
                let case = known.into_iter().next().map(|known| known.case.id);
                case.map(Some).ok_or_else(|| Error::internal(format!("order {} did not come in", file.number)))
            }
            Act::Staff(actor, command) => {
                let case = case.ok_or_else(|| Error::internal("a step on no case"))?;
                actions::act(&app, *actor, case.id, case.version, command, key("demo.act")).await.map(|()| None)
            }
            Act::Resident(report, step) => {
                actions::resident_step(&app, report, step, key("demo.resident")).await.map(|()| None)
            }
        }
    }
}
