//! The demo city's registrations, needs and projects, through the same actions as its people would take.

use kernel::{Chance, Instant, RegionCode, Result};

use super::{
    actions::{self, NeedDraft, NewProject, NewRegistration, ProjectStep, RegistrationStep},
    model::NeighbourKind,
};
use crate::{
    modules::{SharedApp, people},
    platform::{access::Actor, idempotency::Key},
};

/// 演武社区
const PLACE: &str = "140403003001";
/// Its officer.
const OFFICER: &str = "fengxiuying";
/// Who registers: a handler for their unit, or a member of staff for themselves; what is offered, and when they are free.
const ASKING: [(&str, NeighbourKind, &[&str], &str, bool); 3] = [
    ("liangzhiyong", NeighbourKind::Unit, &["repair", "tidying"], "每月第二个周六", true),
    ("kangsufang", NeighbourKind::Person, &["tutoring", "company"], "周末下午", true),
    ("liangzhiyong", NeighbourKind::Person, &["repair"], "工作日晚上", false),
];
/// Who the community took in itself.
const OUTSIDE: [(&str, NeighbourKind, &[&str], &str); 3] = [
    ("惠民大药房", NeighbourKind::Enterprise, &["clinic"], "每周三上午"),
    ("爱心义工联合会", NeighbourKind::Social, &["company", "tidying"], "周末"),
    ("红苗苗教育", NeighbourKind::Enterprise, &["tutoring"], "工作日放学后"),
];
/// What is needed: kind, title, words, in how many days.
const NEEDS: [(&str, &str, &str, i64); 4] = [
    ("tutoring", "放学后到六点看管孩子", "二十来个小学生放学后没有去处，社区活动室可以用，缺人看管和辅导。", 30),
    ("clinic", "给老人量血压、测血糖", "每月一次，活动室里有桌椅和电源。", 14),
    ("repair", "修活动室的灯和门", "三盏灯不亮，推拉门卡住。", 10),
    ("tidying", "清理楼道堆放的杂物", "3 号楼、5 号楼楼道里堆得多，居民同意一起动手。", 20),
];

fn key(operation: &'static str, index: usize) -> Key {
    Key { actor: "demo".to_owned(), operation, key: format!("neighbours {index}"), body_hash: Vec::new() }
}

/// Fills in what was done until `now`; returns how many projects there are. What is there already stays.
///
/// # Errors
/// What the actions refuse.
pub async fn fill(app: &SharedApp, now: Instant) -> Result<usize> {
    let region = RegionCode::parse(PLACE)?;
    let stage = |days: i64, seed: u64| app.at(now.plus_days(-days), Chance::seeded(seed));
    let Some(officer) = actor(app, OFFICER).await? else { return Ok(0) };
    let mut registered = Vec::new();
    for (index, (login, kind, offers, free, is_accepted)) in ASKING.into_iter().enumerate() {
        let Some(asking) = actor(app, login).await? else { return Ok(0) };
        let app = stage(40 - i64::try_from(index).unwrap_or(0), 7_000 + u64::try_from(index).unwrap_or(0));
        let new = registration(&region, kind, None, (offers, free));
        let id = actions::register(&app, &asking, new, key("neighbours.register", index)).await?;
        if is_accepted {
            let step = RegistrationStep::Answer(true, Some("欢迎，先看看需求清单".to_owned()));
            actions::step_registration(&app, &officer, (id, 1), step, key("neighbours.answer", index)).await?;
            registered.push(id);
        }
    }
    for (index, (name, kind, offers, free)) in OUTSIDE.into_iter().enumerate() {
        let app = stage(36, 7_100 + u64::try_from(index).unwrap_or(0));
        let new = registration(&region, kind, Some(name), (offers, free));
        registered.push(actions::register(&app, &officer, new, key("neighbours.take_in", index)).await?);
    }
    let mut needs = Vec::new();
    for (index, (kind, title, words, days)) in NEEDS.into_iter().enumerate() {
        let app = stage(12, 7_200 + u64::try_from(index).unwrap_or(0));
        let draft = NeedDraft {
            region: region.clone(),
            kind: kind.to_owned(),
            title: title.to_owned(),
            words: words.to_owned(),
            by_on: Some(app.today().plus(days)),
        };
        needs.push(actions::publish(&app, &officer, draft, key("neighbours.publish", index)).await?);
    }
    projects(app, &officer, (&registered, &needs), now).await
}

/// One promised, one reported, one judged; the first need stays open.
async fn projects(
    app: &SharedApp,
    officer: &Actor,
    (registered, needs): (&[kernel::Id<super::Registration>], &[kernel::Id<super::Need>]),
    now: Instant,
) -> Result<usize> {
    let promises = [
        (2_usize, 1_usize, "带两台血压计，两位药师到场"),
        (0, 2, "带梯子和配件，一次修好"),
        (3, 3, "十名义工，自带手套和垃圾袋"),
    ];
    let mut made = 0;
    for (index, (by, need, words)) in promises.into_iter().enumerate() {
        let (Some(registration), Some(need)) = (registered.get(by), needs.get(need)) else { continue };
        let app = app.at(now.plus_days(-9), Chance::seeded(7_300 + u64::try_from(index).unwrap_or(0)));
        let due_on = app.today().plus(12);
        let new = NewProject {
            registration: *registration,
            need: Some(*need),
            kind: None,
            title: None,
            promise: words.to_owned(),
            due_on,
        };
        let id = actions::promise(&app, officer, new, key("neighbours.promise", index)).await?;
        made += 1;
        let later = app.at(now.plus_days(-3), Chance::seeded(7_400 + u64::try_from(index).unwrap_or(0)));
        let worker = if by == 0 { actor(&later, "liangzhiyong").await? } else { Some(officer.clone()) };
        let (Some(worker), true) = (worker, index > 0) else { continue };
        let said =
            ["", "三盏灯换好，门轨清理上油", "两栋楼的楼道清出来了，装了三车"].get(index).copied().unwrap_or_default();
        let step = ProjectStep::Report(said.to_owned(), None);
        actions::step_project(&later, &worker, (id, 1), step, key("neighbours.report", index)).await?;
        if index == 2 {
            let step = ProjectStep::Judge(true, "居民自己也出来一起清，之后没有再堆".to_owned());
            actions::step_project(&later, officer, (id, 2), step, key("neighbours.judge", index)).await?;
        }
    }
    Ok(made)
}

fn registration(
    region: &RegionCode,
    kind: NeighbourKind,
    name: Option<&str>,
    (offers, free): (&[&str], &str),
) -> NewRegistration {
    NewRegistration {
        region: region.clone(),
        kind,
        name: name.map(str::to_owned),
        offers: offers.iter().map(|code| (*code).to_owned()).collect(),
        free: Some(free.to_owned()),
    }
}

async fn actor(app: &SharedApp, login: &str) -> Result<Option<Actor>> {
    let person = people::person_of_login_unscoped(&mut app.db.read().await?, login).await?;
    match person {
        Some(person) => people::actor_unscoped(app, person.id).await.map(Some),
        None => Ok(None),
    }
}
