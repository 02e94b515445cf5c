//! Co-handling in the demo city: what the lamps' office shares with others, and others with it. Played through the same
//! actions, each at its time.

use std::net::IpAddr;

use kernel::{Error, Id, Level, RegionCode, Result};

use super::{LinkStep, NewLink, NewShare, Words, by_link, give, link_step, make_link, take};
use crate::{
    modules::{
        SharedApp,
        cases::{
            cohandling::{
                model::Share,
                rules::{self, ShareStep},
                store,
            },
            model::{Case, Status},
            store as cases,
        },
        people,
    },
    platform::{
        access::{Actor, Permission, Unit},
        idempotency::Key,
    },
};

/// The county whose offices work together.
const COUNTY: &str = "140403";
/// An invented company.
const COMPANY: &str = "晋通照明安装公司";

/// Who acts for the offices.
struct Office {
    unit: Id<Unit>,
    actor: Actor,
}

/// What becomes of a case that several work on, a step a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    /// The power company's office checks the line, a contractor changes the lamps.
    Both,
    /// A contractor sets the post upright and answers.
    Contractor,
    /// The power company's office is asked.
    Asked,
    /// The lamps' office helps the power company's.
    Helped,
    /// The lamps' office is asked by it.
    AskedBy,
}

/// A case, how far it is, and what opens its link and its share.
struct Going {
    case: Id<Case>,
    course: Course,
    day: usize,
    share: Option<Id<Share>>,
    token: Option<String>,
}

/// Cases that several work on, while the season is played.
#[derive(Default)]
pub struct Joint(Vec<Going>);

impl std::fmt::Debug for Joint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Joint").field(&self.0.len()).finish()
    }
}

impl Joint {
    /// A day passes: some of `open`, the cases that will not be finished, are begun with, and those begun go on. Nothing where
    /// the city has no such offices.
    ///
    /// # Errors
    /// `internal` when the database fails; whatever the actions refuse.
    pub async fn day(&mut self, app: &SharedApp, open: &[Id<Case>]) -> Result<()> {
        let (Some(lamps), Some(power)) = (office(app, "urban_management").await?, office(app, "power").await?) else {
            return Ok(());
        };
        for id in open {
            self.begin(app, *id, (&lamps, &power)).await?;
        }
        for going in &mut self.0 {
            going.next(app, (&lamps, &power)).await?;
        }
        Ok(())
    }

    async fn begin(&mut self, app: &SharedApp, id: Id<Case>, (lamps, power): (&Office, &Office)) -> Result<()> {
        if self.0.iter().any(|going| going.case == id) {
            return Ok(());
        }
        let case = cases::get_unscoped(&mut app.db.read().await?, id).await?;
        let courses: &[Course] = match case.lead_unit {
            Some(unit) if unit == lamps.unit => &[Course::Both, Course::Contractor, Course::Asked],
            Some(unit) if unit == power.unit => &[Course::Helped, Course::AskedBy],
            _ => return Ok(()),
        };
        if !matches!(case.status, Status::Signed | Status::Working) {
            return Ok(());
        }
        let free = courses.iter().find(|course| !self.0.iter().any(|going| going.course == **course));
        self.0.extend(free.map(|course| Going { case: id, course: *course, day: 0, share: None, token: None }));
        Ok(())
    }
}

impl Going {
    async fn next(&mut self, app: &SharedApp, (lamps, power): (&Office, &Office)) -> Result<()> {
        let case = cases::get_unscoped(&mut app.db.read().await?, self.case).await?;
        let day = self.day;
        self.day += 1;
        let note = |text: &str| LinkStep::Note { text: text.to_owned(), photos: Vec::new() };
        match (self.course, day) {
            (Course::Both, 0) => {
                let task = "核对这一段的电源、电缆和漏电保护，确认能否送电。";
                self.share = Some(share(app, &case, lamps, power, task).await?);
                self.token = Some(link(app, &case, lamps, "更换 2 盏灯头和老化线缆，恢复照明。").await?);
            }
            (Course::Both, 1) => {
                on(app, &case, power, self.share, ShareStep::Sign, None).await?;
                by(app, &case, self.token.as_ref(), LinkStep::Sign).await?;
            }
            (Course::Both, 2) => {
                let answer = "电源正常，电缆接头已重做，可以送电。";
                on(app, &case, power, self.share, ShareStep::Answer, Some(answer)).await?;
                by(app, &case, self.token.as_ref(), note("灯头已到，今天下午带升降车到现场。")).await?;
            }
            (Course::Contractor, 0) => {
                self.token = Some(link(app, &case, lamps, "扶正灯杆，检查基础螺栓。").await?);
            }
            (Course::Contractor, 1) => by(app, &case, self.token.as_ref(), LinkStep::Sign).await?,
            (Course::Contractor, 2) => {
                let text = "灯杆已扶正，螺栓全部紧固，晚上亮灯正常。".to_owned();
                by(app, &case, self.token.as_ref(), LinkStep::Answer { text, photos: Vec::new() }).await?;
            }
            (Course::Asked, 0) => {
                ask(app, &case, lamps, power, "这盏灯接在台区箱变上，请查一下是不是箱变跳闸。").await?;
            }
            (Course::Helped, 0) => {
                share(app, &case, power, lamps, "线路改造要停两盏路灯，请配合断电，完工后恢复。").await?;
            }
            (Course::AskedBy, 0) => {
                ask(app, &case, power, lamps, "施工要占用路灯杆挂线，请到现场看能不能借用。").await?;
            }
            _ => {}
        }
        Ok(())
    }
}

async fn office(app: &SharedApp, duty: &str) -> Result<Option<Office>> {
    let place = RegionCode::parse(COUNTY)?;
    let mut db = app.db.read().await?;
    let Some(unit) = people::find_unit_unscoped(&mut db, duty, Level::County, &place, app.today()).await? else {
        return Ok(None);
    };
    let members = people::members_unscoped(&mut db, unit.id, app.today()).await?;
    drop(db);
    for member in members {
        let actor = people::actor_unscoped(app, member.id).await?;
        if actor.require(Permission::CaseHandle).is_ok_and(|scope| scope.units.contains(&unit.id)) {
            return Ok(Some(Office { unit: unit.id, actor }));
        }
    }
    Ok(None)
}

fn key(case: &Case, what: String) -> Key {
    Key {
        actor: "demo".to_owned(),
        operation: "shares.demo",
        key: format!("{} {what}", case.id),
        body_hash: Vec::new(),
    }
}

fn due(app: &SharedApp, case: &Case) -> kernel::Day {
    rules::latest_due(case, app.now()).day(&app.settings.zone)
}

async fn ask(app: &SharedApp, case: &Case, lead: &Office, other: &Office, task: &str) -> Result<Id<Share>> {
    let new = NewShare { unit: other.unit, task: task.to_owned(), due: due(app, case) };
    give(app, &lead.actor, case.id, new, key(case, task.to_owned())).await?;
    let shares = store::of_case(&mut app.db.read().await?, case.id).await?;
    shares.last().map(|share| share.id).ok_or_else(|| Error::internal("the share is not there"))
}

/// Given, and agreed to where it was only asked.
async fn share(app: &SharedApp, case: &Case, lead: &Office, other: &Office, task: &str) -> Result<Id<Share>> {
    let id = ask(app, case, lead, other, task).await?;
    let share = store::get_unscoped(&mut app.db.read().await?, id).await?;
    if share.assignment.is_none() {
        on(app, case, other, Some(id), ShareStep::Agree, None).await?;
    }
    Ok(id)
}

async fn on(
    app: &SharedApp,
    case: &Case,
    who: &Office,
    id: Option<Id<Share>>,
    step: ShareStep,
    text: Option<&str>,
) -> Result<()> {
    let Some(id) = id else { return Ok(()) };
    let version = store::get_unscoped(&mut app.db.read().await?, id).await?.version;
    let words = Words { text: text.map(str::to_owned), ..Words::default() };
    take(app, &who.actor, id, (version, step), words, key(case, format!("{id} {}", step.as_str()))).await
}

async fn link(app: &SharedApp, case: &Case, lead: &Office, task: &str) -> Result<String> {
    let (due, expires) = (due(app, case), app.today().plus(14));
    let new = NewLink { company: COMPANY.into(), task: task.into(), due, expires, photos: Vec::new() };
    make_link(app, &lead.actor, case.id, new, key(case, task.to_owned())).await
}

async fn by(app: &SharedApp, case: &Case, token: Option<&String>, step: LinkStep) -> Result<()> {
    let Some(token) = token else { return Ok(()) };
    let share = by_link(app, token).await?;
    let key = key(case, format!("{} {}", share.id, app.now()));
    link_step(app, share.id, step, IpAddr::from([127, 0, 0, 1]), key).await
}
