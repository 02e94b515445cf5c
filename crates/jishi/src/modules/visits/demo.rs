//! The demo city's visits: its linked cadres' cards and households, and what they were told in the last two months, through the
//! same actions as they would. What was raised stands behind cases that the season has played, so that every stage is to be seen.

use kernel::{Chance, Id, Instant, RegionCode, Result};

use super::{
    actions::{self, NewVisit},
    store::{self, Played},
};
use crate::{
    modules::{
        SharedApp,
        links::{self, CardChange, NewHousehold},
        people, regions,
    },
    platform::{
        access::{Actor, Person, Role},
        idempotency::Key,
    },
};

/// The subdistrict and the town that the demo shows in depth.
const TOWNSHIPS: [&str; 2] = ["140403003", "140404102"];
/// Since when cards and households are there.
const SINCE_DAYS: i64 = 70;
/// Cases of a village that were raised in a visit.
const RAISED: i64 = 6;
/// Doors of the households linked to each cadre.
const DOORS: [&str; 3] = ["2 号楼 1 单元 102", "5 号楼 3 单元 401", "东巷 12 号院"];
/// What was said where nothing else came of it: days ago, whom, said, what is needed.
const TALKS: [(i64, &str, &str, Option<&str>); 5] = [
    (
        3,
        "5 号楼 3 单元 401，赵秀英老人",
        "腿脚不好，儿子在外地，平时邻居帮着买菜。说最近楼道灯时好时坏，晚上不敢下楼。",
        None,
    ),
    (
        11,
        "2 号楼 1 单元 102，韩师傅一家",
        "孩子上三年级，问放学后社区有没有看管的地方。",
        Some("放学后到六点没有人看管孩子，希望社区有个去处"),
    ),
    (18, "东巷 12 号院，崔大娘", "身体好，菜园子收了不少。问医保缴费今年怎么交，当场讲了手机上怎么办。", None),
    (
        27,
        "2 号楼 1 单元 102，韩师傅一家",
        "上次问的事说了进展。说小区晾衣服的地方少。",
        Some("小区里晾晒的地方太少，想加几根晾衣杆"),
    ),
    (44, "5 号楼 3 单元 401，赵秀英老人", "送去了敬老卡的办理材料，说楼下石凳坏了一块。", None),
];

/// Fills in what was done until `now`; returns how many visits there are.
///
/// # Errors
/// What the actions refuse.
pub async fn fill(app: &SharedApp, now: Instant) -> Result<usize> {
    let mut visits = 0;
    for township in TOWNSHIPS {
        let township = RegionCode::parse(township)?;
        let office = holder(app, Role::TownshipDispatcher, &township).await?;
        let places = regions::children_unscoped(&mut app.db.read().await?, &township, app.today()).await?;
        for (index, place) in (0_i64..).zip(places) {
            let village = place.place.code;
            let Some(cadre) = holder(app, Role::LinkedCadre, &village).await? else { continue };
            if let Some(office) = office {
                // Before the season's visits, one village after the other.
                let digits: u64 = village.as_str().parse().unwrap_or_default();
                let stage = app.at(now.plus_days(-SINCE_DAYS), Chance::seeded(digits));
                prepare(&stage, (office, cadre), (&village, index)).await?;
            }
            visits += play(app, cadre, (&village, index), now).await?;
        }
    }
    Ok(visits)
}

async fn holder(app: &SharedApp, role: Role, place: &RegionCode) -> Result<Option<Id<Person>>> {
    people::holder_unscoped(&mut app.db.read().await?, role, place, app.today()).await
}

fn key(operation: &'static str, of: &RegionCode, index: usize) -> Key {
    Key { actor: "demo".to_owned(), operation, key: format!("{of} {index}"), body_hash: Vec::new() }
}

/// The card of a village's cadre, and the households linked to them. Every third card is not public.
async fn prepare(
    app: &SharedApp,
    (office, cadre): (Id<Person>, Id<Person>),
    (village, index): (&RegionCode, i64),
) -> Result<()> {
    let office = people::actor_unscoped(app, office).await?;
    let cadre = people::actor_unscoped(app, cadre).await?;
    let at = |post: &&crate::platform::access::HeldPost| post.role == Role::LinkedCadre && post.region == *village;
    let Some(post) = cadre.posts.iter().find(at).map(|post| post.id) else { return Ok(()) };
    let phone = (index % 2 == 0).then(|| format!("0355-0001{:03}", index + 100));
    let change = CardChange { version: 0, phone, is_public: index % 3 != 2 };
    links::set_card(app, &office, post, change, key("links.set_card", village, 0)).await?;
    for (at, door) in DOORS.into_iter().enumerate() {
        let new = NewHousehold { post, region: village.clone(), door: door.to_owned(), item: None };
        links::add_household(app, &office, new, key("links.add_household", village, at)).await?;
    }
    Ok(())
}

async fn play(app: &SharedApp, cadre: Id<Person>, (village, index): (&RegionCode, i64), now: Instant) -> Result<usize> {
    let mut visits = 0;
    // No two villages on the same days, and of some more was written down than of others.
    let talks = TALKS.iter().enumerate().filter(|(at, _)| !(*at + visits_of(index)).is_multiple_of(4));
    for (at, (days, whom, said, need)) in talks {
        let moment = now.plus_days(-(days + index % 3)).plus_hours(-(index % 4));
        let words = (*whom, *said, *need);
        visits += usize::from(visit(app, cadre, (village, at), (moment, words)).await?.is_some());
    }
    let played = store::played(&mut app.db.read().await?, village, RAISED).await?;
    for (at, one) in played.into_iter().enumerate() {
        visits += usize::from(raised(app, cadre, (village, TALKS.len() + at), one).await?);
    }
    Ok(visits)
}

fn visits_of(index: i64) -> usize {
    usize::try_from(index).unwrap_or_default()
}

type Said<'a> = (&'a str, &'a str, Option<&'a str>);

async fn visit(
    app: &SharedApp,
    cadre: Id<Person>,
    (village, at): (&RegionCode, usize),
    (moment, (whom, said, need)): (Instant, Said<'_>),
) -> Result<Option<Id<super::Visit>>> {
    let digits: u64 = village.as_str().parse().unwrap_or_default();
    let stage = app.at(moment, Chance::seeded(digits.wrapping_mul(31).wrapping_add(u64::try_from(at).unwrap_or(0))));
    let Ok(actor): Result<Actor> = people::actor_unscoped(&stage, cadre).await else { return Ok(None) };
    if !actor.may(crate::platform::access::Permission::VisitWrite) {
        return Ok(None);
    }
    let new = NewVisit {
        region: village.clone(),
        visited_on: None,
        whom: whom.to_owned(),
        said: said.to_owned(),
        need: need.map(str::to_owned),
        matter: None,
        makes_case: false,
    };
    Ok(Some(actions::record(&stage, &actor, new, key("visits.record", village, at)).await?.id))
}

/// A visit in which a case of the season was raised.
async fn raised(
    app: &SharedApp,
    cadre: Id<Person>,
    (village, at): (&RegionCode, usize),
    played: Played,
) -> Result<bool> {
    let door = DOORS.get(at % DOORS.len()).copied().unwrap_or_default();
    let said = format!("说起一件事，答应回去就报：{}", played.summary);
    let words = (door, said.as_str(), Some(played.summary.as_str()));
    let Some(id) = visit(app, cadre, (village, at), (played.received_at, words)).await? else { return Ok(false) };
    actions::stand_behind(app, (id, village), played.id).await?;
    Ok(true)
}
