//! What the rules call for in the demo city, and what became of it: answered, raised, released.

use jiff::civil::Time;
use kernel::{Id, Level, Result};

use super::{
    actions::{Demand, answer, impose, release, watch},
    model::{Supervision, SupervisionFilter},
    store,
};
use crate::{
    modules::{
        SharedApp,
        cases::{self, CaseFilter, Grade, Status},
        people,
    },
    platform::{
        access::{Role, Scope},
        idempotency::Key,
    },
};

/// Lets the rules look at the season, then has some units answer and some leaders let go.
///
/// # Errors
/// `internal` when the database fails.
pub async fn fill(app: &SharedApp) -> Result<()> {
    watch(app).await?;
    let scope = Scope { places: vec![app.settings.region.clone()], units: Vec::new() };
    let filter = SupervisionFilter { is_open: Some(true), now: app.now(), ..SupervisionFilter::default() };
    let page = kernel::Page { limit: 100, cursor: None };
    let all = store::list(&mut app.db.read().await?, &scope, &filter, &page).await?.rows;
    for (index, it) in all.iter().enumerate().filter(|(index, _)| index % 2 == 0) {
        play(app, it, index % 4 == 0).await?;
    }
    by_leaders(app).await
}

/// What leaders impose by instruction: one that is answered after the unit was spoken with, one whose meeting is still ahead.
struct Instruction {
    /// At which time of yesterday.
    at: Time,
    grade: Grade,
    text: &'static str,
    answer_in: i64,
    /// Days from then to the meeting, and at which time it is.
    meets: (i64, Time),
    answer: Option<&'static str>,
}

const INSTRUCTIONS: [Instruction; 2] = [
    Instruction {
        at: Time::constant(8, 40, 0, 0),
        grade: Grade::Orange,
        text: "这件事群众反映过不止一次。请分管负责人到现场，说清楚为什么没办下来、还差什么、哪天办完。",
        answer_in: 7,
        meets: (0, Time::constant(15, 0, 0, 0)),
        answer: Some("约谈后已定：材料明天到，两个人专办，后天下班前完工，完工后请反映人当面看。"),
    },
    Instruction {
        at: Time::constant(16, 50, 0, 0),
        grade: Grade::Yellow,
        text: "临近期限还没有进展，请说明困难，需要哪个部门配合一并提出来。",
        answer_in: 3,
        meets: (2, Time::constant(9, 30, 0, 0)),
        answer: None,
    },
];

/// Cases in hand that no rule has called for, the ones that are due first, by the leader of their township.
async fn by_leaders(app: &SharedApp) -> Result<()> {
    let scope = Scope { places: vec![app.settings.region.clone()], units: Vec::new() };
    let mut rest = INSTRUCTIONS.iter();
    for status in [Status::Working, Status::Signed] {
        let filter = CaseFilter { status: Some(status), now: app.now(), ..CaseFilter::default() };
        let page = kernel::Page { limit: 100, cursor: None };
        let found = cases::listing(&mut app.db.read().await?, app, &scope, &filter, &page).await?;
        for row in found.rows {
            let Some(it) = rest.as_slice().first() else { return Ok(()) };
            if instruct(app, row.id, it).await? {
                rest.next();
            }
        }
    }
    Ok(())
}

/// Whether it could be played: a refusal of the rooms below tries the next case.
async fn instruct(app: &SharedApp, id: Id<cases::Case>, it: &Instruction) -> Result<bool> {
    let mut db = app.db.read().await?;
    let case = cases::get_unscoped(&mut db, id).await?;
    let (zone, yesterday) = (&app.settings.zone, app.today().plus(-1));
    let (at, meets_at) = (yesterday.at(it.at, zone), yesterday.plus(it.meets.0).at(it.meets.1, zone));
    let leader = match case.place.at(Level::Township) {
        Some(township) => people::holder_unscoped(&mut db, Role::TownshipLeader, &township, app.today()).await?,
        None => None,
    };
    drop(db);
    let (Some(leader), Some(handler)) = (leader, case.handler) else { return Ok(false) };
    if case.supervised.is_some() || case.last_at >= at || leader == handler {
        return Ok(false);
    }
    let earlier = app.at(at, kernel::Chance::seeded(u64::try_from(at.millis()).unwrap_or_default()));
    let demand = Demand {
        grade: it.grade,
        due: earlier.today().plus(it.answer_in),
        text: it.text.to_owned(),
        owner: Some(handler),
        meeting_at: Some(meets_at),
    };
    let actor = people::actor_unscoped(app, leader).await?;
    let imposed = match impose(&earlier, actor, id, case.version, demand, key("impose", id)).await {
        Err(error) if error.code() == kernel::Code::Internal => return Err(error),
        Err(_) | Ok(None) => return Ok(false),
        Ok(Some(imposed)) => imposed,
    };
    if let Some(words) = it.answer {
        let later = app.at(meets_at.plus_seconds(100 * 60), kernel::Chance::seeded(1));
        let actor = people::actor_unscoped(app, handler).await?;
        answer(&later, actor, imposed, 1, (words, Vec::new()), key("answer", imposed)).await?;
    }
    Ok(true)
}

async fn play(app: &SharedApp, it: &Supervision, is_released: bool) -> Result<()> {
    let mut db = app.db.read().await?;
    let case = cases::get_unscoped(&mut db, it.case).await?;
    let leader = match case.place.at(Level::Township) {
        Some(township) => people::holder_unscoped(&mut db, Role::TownshipLeader, &township, app.today()).await?,
        None => None,
    };
    drop(db);
    let Some(handler) = case.handler else { return Ok(()) };
    let actor = people::actor_unscoped(app, handler).await?;
    let words = "已到现场，材料今天下午到位，明天上午完工；完工后当面请反映人看。";
    match answer(app, actor, it.id, it.version, (words, Vec::new()), key("answer", it.id)).await {
        Err(error) if error.code() == kernel::Code::Internal => return Err(error),
        Err(_) => return Ok(()),
        Ok(()) => {}
    }
    let Some(leader) = leader.filter(|leader| is_released && *leader != handler) else { return Ok(()) };
    let actor = people::actor_unscoped(app, leader).await?;
    let words = "措施明确、时间清楚，解除督办，继续按期办结。";
    match release(app, actor, it.id, it.version + 1, words, key("release", it.id)).await {
        Err(error) if error.code() == kernel::Code::Internal => Err(error),
        _ => Ok(()),
    }
}

fn key<T>(what: &'static str, id: Id<T>) -> Key {
    Key { actor: "demo".to_owned(), operation: what, key: id.to_string(), body_hash: Vec::new() }
}
