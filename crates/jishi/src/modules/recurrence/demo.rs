//! The demo city's topics: found in its season's cases as they would be, and some of them decided, through the same actions.

use kernel::{Chance, Error, Id, Names, Page, RegionCode, Result};
use serde::Deserialize;

use super::{
    actions,
    model::{Plan, Step, Topic, TopicState},
    store::{self, Filter},
};
use crate::{
    modules::{SharedApp, people},
    platform::{
        access::{Actor, Scope},
        idempotency::Key,
    },
};

const FILE: &str = include_str!("../../../../../demo/changzhi/topics.toml");
/// When the topics were found that have a story.
const FOUND_DAYS_AGO: i64 = 40;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Who decides, by log-in name.
    leader: String,
    /// Who marks the topic of the month.
    office: String,
    topic: Vec<Story>,
}

/// What became of the largest topic of a matter that has no story yet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    matter: String,
    /// Why it was rejected; nothing more happens then.
    rejected: Option<String>,
    owner: Option<String>,
    #[serde(default)]
    goal: String,
    #[serde(default)]
    measures: String,
    #[serde(default)]
    due_in_days: i64,
    #[serde(default)]
    note: Vec<Line>,
    finished: Option<Line>,
    public: Option<Public>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    days_ago: i64,
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Public {
    goal: Names,
    result: Option<Names>,
}

/// Finds the topics, and tells their stories; nothing if there is one already.
///
/// # Errors
/// `internal` when the file is broken or the database fails; whatever the actions refuse.
pub async fn fill(app: &SharedApp) -> Result<()> {
    if store::any_unscoped(&mut app.db.read().await?).await? {
        return Ok(());
    }
    let file: File = toml::from_str(FILE).map_err(Error::internal)?;
    let found_at = app.now().plus_days(-FOUND_DAYS_AGO);
    actions::follow(&app.at(found_at, Chance::seeded(27))).await?;
    for (turn, story) in file.topic.iter().enumerate() {
        let play = Play { app, file: &file, story, turn };
        if let Some(topic) = play.largest().await? {
            play.tell(&topic).await?;
        }
    }
    actions::follow(app).await.map(|_| ())
}

struct Play<'a> {
    app: &'a SharedApp,
    file: &'a File,
    story: &'a Story,
    turn: usize,
}

impl Play<'_> {
    /// The proposal of the matter with the most cases, in the leader's place.
    async fn largest(&self) -> Result<Option<Topic>> {
        let leader = self.actor(&self.file.leader).await?;
        let places: Vec<RegionCode> = leader.posts.iter().map(|post| post.region.clone()).collect();
        let filter = Filter { matter: Some(self.story.matter.clone()), ..Filter::default() };
        let page = Page { limit: 100, cursor: None };
        let scope = Scope { places, units: Vec::new() };
        let found = store::page(&mut self.app.db.read().await?, &scope, &filter, &page).await?;
        Ok(found.into_iter().max_by_key(|counted| (counted.found, counted.topic.id)).map(|counted| counted.topic))
    }

    async fn tell(&self, topic: &Topic) -> Result<()> {
        let (leader, story) = (&self.file.leader, self.story);
        if let Some(words) = &story.rejected {
            return self.step(topic, 36, leader, Step::Reject { words: words.clone() }).await;
        }
        self.step(topic, 37, leader, Step::Accept { plan: self.plan().await? }).await?;
        for Line { days_ago, words } in &story.note {
            self.step(topic, *days_ago, leader, Step::Note { words: words.clone() }).await?;
        }
        if let Some(Line { days_ago, words }) = &story.finished {
            self.step(topic, *days_ago, leader, Step::Finish { words: words.clone() }).await?;
        }
        let Some(public) = &story.public else { return Ok(()) };
        let today = self.app.today().date();
        // What is worked at is this month's; what is finished was the last one's.
        let first = if story.finished.is_some() { today.first_of_month().yesterday() } else { Ok(today) };
        let month = first.map_err(Error::internal)?.strftime("%Y-%m").to_string();
        let step = Step::OfMonth { month, goal: Some(public.goal.clone()), result: public.result.clone() };
        self.step(topic, 1, &self.file.office, step).await
    }

    async fn plan(&self) -> Result<Plan> {
        let Story { owner, goal, measures, due_in_days, .. } = self.story;
        let owner = self.actor(owner.as_deref().unwrap_or(&self.file.leader)).await?;
        let unit =
            owner.posts.iter().find_map(|post| post.unit).ok_or_else(|| Error::internal("an owner has a unit"))?;
        let due_on = self.app.today().plus(*due_in_days);
        Ok(Plan { unit, person: owner.person, goal: goal.clone(), measures: measures.clone(), due_on })
    }

    async fn actor(&self, login: &str) -> Result<Actor> {
        let found = people::person_of_login_unscoped(&mut self.app.db.read().await?, login).await?;
        let person: Id<_> = found.ok_or_else(|| Error::internal(format!("nobody is {login}")))?.id;
        people::actor_unscoped(self.app, person).await
    }

    async fn step(&self, topic: &Topic, days_ago: i64, who: &str, step: Step) -> Result<()> {
        let seed = 27_000_000 + u64::try_from(self.turn).unwrap_or(0) * 1_000 + u64::try_from(days_ago).unwrap_or(0);
        let app = self.app.at(self.app.now().plus_days(-days_ago), Chance::seeded(seed));
        let actor = self.actor(who).await?;
        let scope = Scope { places: vec![topic.cluster.village.clone()], units: Vec::new() };
        let seen = store::get(&mut app.db.read().await?, &scope, topic.id).await?.topic;
        let key = format!("topic {} {days_ago} {}", self.turn, step.name());
        let key = Key { actor: "demo".to_owned(), operation: "topics.step", key, body_hash: Vec::new() };
        debug_assert_ne!(seen.state, TopicState::Rejected, "a story is told once");
        actions::step(&app, &actor, (topic.id, seen.version), step, key).await
    }
}
