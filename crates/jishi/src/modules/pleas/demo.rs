//! What units of the demo city asked for in the last days, and what was decided: by the same actions as people would.

mod left_out;

use std::collections::HashMap;

use kernel::{Error, Id, Level, RegionCode, Result};

use super::{
    actions::{Asked, ask, decide},
    model::PleaKind,
    rules::Ruling,
};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Case, Status},
        people,
    },
    platform::{
        access::{Actor, Permission, Person, Role},
        idempotency::Key,
    },
};

/// Of so many cases in hand in a township one unit asks for something.
const EVERY: usize = 3;
/// Only what is a few days old: what has just come in is left to whoever looks at the demonstration.
const OLD_DAYS: i64 = 3;

/// What is asked for, of which matters, and what becomes of it.
struct Script {
    /// The matters it fits by the beginning of their codes; all where there are none.
    fits: &'static [&'static str],
    kind: PleaKind,
    reason: &'static str,
    told: Option<&'static str>,
    plan: Option<&'static str>,
    days: Option<i64>,
    code: Option<&'static str>,
    duty: Option<&'static str>,
    ruling: Option<bool>,
    words: Option<&'static str>,
}

const NOTHING: Script = Script {
    fits: &[],
    kind: PleaKind::Extension,
    reason: "",
    told: None,
    plan: None,
    days: None,
    code: None,
    duty: None,
    ruling: None,
    words: None,
};

const SCRIPTS: [Script; 12] = [
    Script {
        fits: &["city.lighting", "city.traffic.traffic-light", "city.roads.guard-rail", "housing.building.lift"],
        reason: "配件本地没有，厂家下周发货。",
        told: Some("需要的配件本地没有，已向厂家订货，下周到货后马上处理。"),
        days: Some(9),
        ruling: Some(true),
        ..NOTHING
    },
    Script {
        fits: &["city.drainage", "environment.water-soil.village-sewage"],
        kind: PleaKind::Parking,
        reason: "涉及整片管网改造，单处修不好。",
        told: Some("这一片的管网要统一改造，单修一处还会再堵。"),
        plan: Some("已列入明年改造计划；改造前每月巡查清掏，出现险情先应急处理。"),
        days: Some(28),
        code: Some("plan"),
        ruling: Some(true),
        ..NOTHING
    },
    Script {
        kind: PleaKind::Parking,
        reason: "现行规定没有明确由谁办、怎么办，已书面请示。",
        told: Some("这件事由谁办、怎么办，现行规定没有写明，现在定不下来。"),
        plan: Some("已书面请示上级，批复下来一周内答复您；请示期间每月告知一次进展。"),
        days: Some(26),
        code: Some("no-rule"),
        ruling: Some(true),
        ..NOTHING
    },
    Script {
        reason: "人手不够，想多要几天。",
        told: Some("近期事项较多，需要多几天时间才能处理。"),
        days: Some(12),
        ruling: Some(false),
        words: Some("先派一个人到现场看，能当场处理的当场处理；人手问题另行协调，不能让群众等。"),
        ..NOTHING
    },
    Script {
        fits: &["city.lighting", "city.cables"],
        kind: PleaKind::Dispute,
        reason: "现场看过，设施产权属于供电单位，不在我单位职责清单内。",
        duty: Some("power"),
        ..NOTHING
    },
    Script {
        fits: &["housing.building", "safety.disaster", "environment.water-soil.mining-damage", "city.roads.collapse"],
        kind: PleaKind::Pause,
        reason: "要先做安全鉴定，已委托机构。",
        told: Some("已委托专业机构做安全鉴定，鉴定所需时间不计入办理时限，出结果后马上告诉您。"),
        days: Some(10),
        code: Some("appraisal"),
        ruling: Some(true),
        ..NOTHING
    },
    Script {
        fits: &["city.roads", "rural.living.village-road"],
        reason: "施工要等天气转好。",
        told: Some("这几天低温，混凝土不能施工，气温回升后马上修。"),
        days: Some(7),
        ..NOTHING
    },
    Script {
        kind: PleaKind::Exclusion,
        reason: "诉求要求超过政策规定的标准，已当面解释。",
        code: Some("beyond-law"),
        ..NOTHING
    },
    Script {
        fits: &[
            "city.lighting.new-lamp",
            "city.roads",
            "city.greening",
            "housing.building.compound-renewal",
            "rural.living",
        ],
        kind: PleaKind::Parking,
        reason: "需要的资金没有列入今年预算。",
        told: Some("要做成这件事的资金没有列入今年的预算。"),
        plan: Some("已申请列入明年预算，批准后第一批安排；目前先做临时防护。"),
        days: Some(25),
        code: Some("no-money"),
        ..NOTHING
    },
    Script {
        fits: &["city.cleanliness.snow", "city.roads", "city.greening.fallen-tree", "rural.living.village-road"],
        kind: PleaKind::Exclusion,
        reason: "暴雪导致道路中断，有气象部门证明。",
        code: Some("force-majeure"),
        ruling: Some(true),
        words: Some("属实，同意剔除。"),
        ..NOTHING
    },
    Script {
        reason: "要核对的资料分散在几个单位，本周收不齐。",
        told: Some("要核对的资料分散在几个单位，正在逐一核对，核对完马上答复您。"),
        days: Some(6),
        ruling: Some(true),
        ..NOTHING
    },
    Script {
        reason: "当事人在外地，约定月底回来一起看现场。",
        told: Some("要和当事人一起看现场，对方约定月底回来，看过马上答复您。"),
        days: Some(8),
        ..NOTHING
    },
];

impl Script {
    fn fits(&self, case: &Case) -> bool {
        let begins = |matter: &String| self.fits.iter().any(|start| matter.starts_with(start));
        self.fits.is_empty() || case.matter.as_ref().is_some_and(begins)
    }
}

/// Asks and decides; where somebody has asked already nothing is done again.
///
/// # Errors
/// `internal` when the database fails.
pub async fn fill(app: &SharedApp) -> Result<()> {
    let mut after = None;
    // Each township plays by itself, so that one with many cases has something of everything.
    let mut townships: HashMap<RegionCode, (usize, [usize; SCRIPTS.len()])> = HashMap::new();
    loop {
        let page = cases::walk_unscoped(&mut app.db.read().await?, after, 200).await?;
        let Some(last) = page.last() else { return left_out::fill(app).await };
        after = Some(last.id);
        for case in page.iter().filter(|case| is_ripe(app, case)) {
            let Some(township) = case.place.at(Level::Township) else { continue };
            let (in_hand, played) = townships.entry(township).or_insert((0, [0; SCRIPTS.len()]));
            *in_hand += 1;
            if !in_hand.is_multiple_of(EVERY) {
                continue;
            }
            let fitting = SCRIPTS.iter().zip(played.iter_mut()).filter(|(script, _)| script.fits(case));
            // The first of those that were played least; what fits few matters stands before what fits all.
            if let Some((script, played)) = fitting.min_by_key(|(script, played)| (**played, script.fits.is_empty())) {
                *played += usize::from(play(app, case, script).await?);
            }
        }
    }
}

fn is_ripe(app: &SharedApp, case: &Case) -> bool {
    let now = app.now();
    matches!(case.status, Status::Signed | Status::Working)
        && case.received_at < now.plus_days(-OLD_DAYS)
        && case.due_at.is_some_and(|due| due > now.plus_hours(6))
        && case.place.at(Level::Township).is_some()
}

/// Whether it could be played; a refusal of the rooms below ends this one, not the demonstration.
async fn play(app: &SharedApp, case: &Case, script: &Script) -> Result<bool> {
    let (Some(handler), now) = (case.handler, app.now()) else { return Ok(false) };
    // A dispute is of a case that has just been signed for; one that is worked on is nobody else's any more.
    if script.kind == PleaKind::Dispute && case.status != Status::Signed {
        return Ok(false);
    }
    let asker = people::actor_unscoped(app, handler).await?;
    let earlier = app.at(now.plus_hours(-5), app.chance.clone());
    let asked = Asked {
        kind: script.kind,
        reason: script.reason.to_owned(),
        told: script.told.map(str::to_owned),
        plan: script.plan.map(str::to_owned),
        until: script.days.map(|days| earlier.today().plus(days)),
        code: script.code.map(str::to_owned),
        duty: script.duty.map(str::to_owned),
        unit: None,
    };
    let plea = match ask(&earlier, asker, case.id, case.version, asked, key("ask", case.id)).await {
        Ok(Some(plea)) => plea,
        Ok(None) => return Ok(false),
        Err(error) => return only_refused(error),
    };
    let Some(grants) = script.ruling else { return Ok(true) };
    let Some(arbiter) = arbiter(app, case, script.kind, handler).await? else { return Ok(true) };
    let words = script.words.map(str::to_owned);
    let ruling = if grants {
        Ruling::Grant { told: None, plan: None, until: None, lead: None, assists: Vec::new(), keep_for: None, words }
    } else {
        Ruling::Refuse { words: words.unwrap_or_default() }
    };
    let later = app.at(now.plus_hours(-2), app.chance.clone());
    decide(&later, arbiter, plea, 1, ruling, key("decide", plea)).await.map(|()| true).or_else(only_refused)
}

fn only_refused(error: Error) -> Result<bool> {
    if error.code() == kernel::Code::Internal { Err(error) } else { Ok(false) }
}

fn key<T>(what: &'static str, id: Id<T>) -> Key {
    Key { actor: "demo".to_owned(), operation: what, key: id.to_string(), body_hash: Vec::new() }
}

/// Who decides: the township's leader, or the county's office.
async fn arbiter(app: &SharedApp, case: &Case, kind: PleaKind, handler: Id<Person>) -> Result<Option<Actor>> {
    let mut db = app.db.read().await?;
    let (township, county) = (case.place.at(Level::Township), case.place.at(Level::County));
    let mut found = None;
    if let Some(township) = township.filter(|_| kind != PleaKind::Exclusion) {
        found = people::holder_unscoped(&mut db, Role::TownshipLeader, &township, app.today()).await?;
    }
    if let (None, Some(county)) = (found, county) {
        found = people::holder_unscoped(&mut db, Role::CountyOffice, &county, app.today()).await?;
    }
    drop(db);
    match found.filter(|person| *person != handler) {
        Some(person) => {
            let actor = people::actor_unscoped(app, person).await?;
            Ok(Some(actor).filter(|actor| actor.may(Permission::CaseDispatch)))
        }
        None => Ok(None),
    }
}
