//! The demo city's topics: found in its season's cases as they would be, and some of them decided, through the same actions.

use kernel::{Chance, Error, Id, Level, Names, Page, RegionCode, Result};

use super::{
    actions,
    model::{Step, Topic},
    store::{self, Filter},
};
use crate::{
    modules::{SharedApp, people},
    platform::{
        access::{Actor, Person, Role, Scope, Unit},
        idempotency::Key,
    },
};

/// The township whose topics are told further than their proposal.
const DEEP: &str = "140403003";

/// Finds the topics, and decides on some; nothing if there is one already.
///
/// # Errors
/// `internal` when the database fails; whatever the actions refuse.
pub async fn fill(app: &SharedApp) -> Result<()> {
    if store::any_unscoped(&mut app.db.read().await?).await? {
        return Ok(());
    }
    actions::rebuild(&app.at(app.now().plus_days(-30), Chance::seeded(27))).await?;
    let township = RegionCode::parse(DEEP)?;
    let scope = Scope { places: vec![township.clone()], units: Vec::new() };
    let page = Page { limit: 20, cursor: None };
    let mut db = app.db.read().await?;
    let found = store::page(&mut db, &scope, &Filter::default(), &page).await?;
    let leader = people::holder_unscoped(&mut db, Role::TownshipLeader, &township, app.today()).await?;
    let county = township.at(Level::County).unwrap_or_else(|| township.clone());
    let office = people::holder_unscoped(&mut db, Role::CountyOffice, &county, app.today()).await?;
    let unit = people::find_unit_unscoped(&mut db, "enforcement", Level::Township, &township, app.today()).await?;
    drop(db);
    let (Some(leader), Some(office), Some(unit)) = (leader, office, unit) else { return Ok(()) };
    let owner = people::members_unscoped(&mut app.db.read().await?, unit.id, app.today()).await?;
    let owner = owner.first().map(|person| person.id).ok_or_else(|| Error::internal("a unit has somebody"))?;
    let mut topics: Vec<Topic> = found.into_iter().map(|(topic, _)| topic).collect();
    topics.sort_by_key(|topic| std::cmp::Reverse((topic.found, topic.id)));
    for (turn, topic) in topics.iter().take(3).enumerate() {
        let play = Play { app, topic, turn };
        match turn {
            0 => play.worked_at((leader, office), (unit.id, owner)).await?,
            1 => play.finished(leader, (unit.id, owner)).await?,
            _ => {}
        }
    }
    Ok(())
}

struct Play<'a> {
    app: &'a SharedApp,
    topic: &'a Topic,
    turn: usize,
}

impl Play<'_> {
    async fn step(&self, days_ago: i64, who: Id<Person>, step: Step) -> Result<()> {
        let seed = 27_000_000 + u64::try_from(self.turn).unwrap_or(0) * 1_000 + u64::try_from(days_ago).unwrap_or(0);
        let app = self.app.at(self.app.now().plus_days(-days_ago), Chance::seeded(seed));
        let actor: Actor = people::actor_unscoped(&app, who).await?;
        let scope = Scope { places: vec![self.topic.village.clone()], units: Vec::new() };
        let seen = store::get(&mut app.db.read().await?, &scope, self.topic.id).await?.version;
        let key = format!("topic {} {days_ago}", self.turn);
        let key = Key { actor: "demo".to_owned(), operation: "topics.step", key, body_hash: Vec::new() };
        actions::step(&app, &actor, (self.topic.id, seen), step, key).await
    }

    async fn accept(&self, who: Id<Person>, (unit, person): (Id<Unit>, Id<Person>)) -> Result<()> {
        let goal = "三个月内同类诉求减少一半，不再靠一件一件地办。".to_owned();
        let measures = "一、摸清点位和原因，列清单。二、牵头单位每周碰头一次，能改造的一次改到位。三、改完回访，看还有没有同类诉求。".to_owned();
        let due_on = self.app.today().plus(60);
        self.step(28, who, Step::Accept { unit, person, goal, measures, due_on }).await
    }

    async fn worked_at(&self, (leader, office): (Id<Person>, Id<Person>), owner: (Id<Unit>, Id<Person>)) -> Result<()> {
        self.accept(leader, owner).await?;
        self.step(
            18,
            leader,
            Step::Note {
                words: "点位摸完，共 11 处，原因主要是管理时段没有覆盖早晚。".to_owned()
            },
        )
        .await?;
        self.step(9, leader, Step::Note { words: "已调整巡查时段，6 处完成改造，其余排到下月。".to_owned() }).await?;
        let month = Some(self.app.today().date().strftime("%Y-%m").to_string());
        let goal = Names::new(
            "三个月内，这里的同类诉求减少一半。",
            "Within three months, half as many requests of this kind here.",
        );
        self.step(3, office, Step::OfMonth { month, goal: Some(goal), result: None }).await
    }

    async fn finished(&self, leader: Id<Person>, owner: (Id<Unit>, Id<Person>)) -> Result<()> {
        self.accept(leader, owner).await?;
        self.step(20, leader, Step::Note { words: "与责任单位签了管护清单，明确到人到点。".to_owned() }).await?;
        let words = "设施整体更换，管护交给一家单位，报修当天到场。".to_owned();
        self.step(12, leader, Step::Finish { words }).await?;
        actions::watch(self.app, self.topic.id).await
    }
}
