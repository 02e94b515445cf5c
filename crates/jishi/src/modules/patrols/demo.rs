//! The demo city's rounds: its lists, and what its grid workers ticked in a season, through the same actions as they would.
//! The present round is half done, so that a grid worker's day has something to look at.

use kernel::{Chance, Day, Id, Instant, Level, Page, RegionCode, Result};

use super::{
    actions::{NewList, create_unscoped, tick},
    model::{List, Rhythm, Round},
    rules, store,
};
use crate::{
    modules::{
        SharedApp, people,
        register::{self, Item},
    },
    platform::{
        access::{Actor, Person, Role, Scope},
        idempotency::Key,
    },
};

/// A list of the demo: its name, where, of which kinds, how often, by which day.
type Wanted = (&'static str, &'static str, &'static [&'static str], Rhythm, i64);

const LISTS: [Wanted; 5] = [
    ("路灯和井盖月巡", "140403003001", &["facilities.street-lamp", "facilities.manhole"], Rhythm::Monthly, 25),
    ("充电棚和餐饮店用气周巡", "140403003", &["facilities.charging-shed", "shops.food"], Rhythm::Weekly, 7),
    ("消火栓季查", "140404102", &["facilities.hydrant"], Rhythm::Season, 80),
    ("垃圾投放点月巡", "140404102", &["facilities.waste-point"], Rhythm::Monthly, 28),
    ("易积水点周巡", "140404102", &["risks.ponding"], Rhythm::Weekly, 7),
];
/// Rounds that are played before the present one, at most.
const ROUNDS: usize = 4;
/// In a round that is over, one of so many things was not looked at.
const LEFT_OUT: usize = 17;
/// In the present round every other thing is still to be looked at, so that each grid has something to do.
const EVERY_NOW: usize = 2;
/// What the one thing needs that does, by its kind.
const NEEDS: [(&str, &str); 5] = [
    ("facilities.street-lamp", "灯罩裂了，有雨水进去"),
    ("facilities.charging-shed", "一个插座没电，地上有拉过来的插线板"),
    ("facilities.hydrant", "闷盖缺了一个，拧开只有一点水"),
    ("facilities.waste-point", "桶盖坏了两个，地面没有冲洗"),
    ("risks.ponding", "边沟里淤了树叶，一下雨就要积水"),
];

/// Makes the lists; those that are there already stay.
///
/// # Errors
/// As of lists made by staff.
pub async fn lists(app: &SharedApp) -> Result<()> {
    for (name, region, kinds, rhythm, due_in) in LISTS {
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let new = NewList { name: name.to_owned(), region: RegionCode::parse(region)?, kinds, rhythm, due_in };
        create_unscoped(app, new).await?;
    }
    Ok(())
}

/// Ticks the rounds of the season that ends at `now`; returns how many ticks there are. Things are looked at by the grid
/// workers of their grids; where there is none, nobody looks.
///
/// # Errors
/// What the actions refuse.
pub async fn fill(app: &SharedApp, now: Instant) -> Result<usize> {
    let mut ticks = 0;
    for (name, region, ..) in LISTS {
        let region = RegionCode::parse(region)?;
        let found = store::named_unscoped(&mut app.db.read().await?, &region, name).await?;
        let Some(list) = found else { continue };
        for round in rounds(&list, now.day(&app.settings.zone)) {
            ticks += play(app, &list, round, now).await?;
        }
    }
    Ok(ticks)
}

/// The present round and those before it in which there was the list, the oldest first.
fn rounds(list: &List, today: Day) -> Vec<Round> {
    let mut rounds = Vec::new();
    let mut day = today;
    while rounds.len() <= ROUNDS {
        let round = rules::round(list.rhythm, list.due_in, day);
        if round.due_on < list.begins_on {
            break;
        }
        rounds.push(round);
        day = round.starts_on.plus(-1);
    }
    rounds.reverse();
    rounds
}

async fn play(app: &SharedApp, list: &List, round: Round, now: Instant) -> Result<usize> {
    let scope = Scope { places: vec![list.region.clone()], units: Vec::new() };
    let page = Page { cursor: None, limit: 200 };
    let (of, key) = ((&list.region, list.kinds.as_slice()), (list.id.uuid(), round.starts_on));
    let items = register::due_in(&mut app.db.read().await?, &scope, of, key, &page).await?;
    let today = now.day(&app.settings.zone);
    let is_now = today <= round.due_on.plus(7)
        && round.starts_on <= today
        && rules::round(list.rhythm, list.due_in, today) == round;
    let is_left =
        |index: usize| if is_now { !index.is_multiple_of(EVERY_NOW) } else { index % LEFT_OUT == LEFT_OUT - 1 };
    let last = (0..items.len()).rfind(|index| !is_left(*index));
    let mut ticks = 0;
    for (index, item) in items.iter().enumerate().filter(|(index, _)| !is_left(*index)) {
        let needs = |(kind, words): &(&str, &'static str)| (*kind == item.kind).then_some(*words);
        let words = if is_now && Some(index) == last { NEEDS.iter().find_map(needs) } else { None };
        // What needs something was seen today: nobody has let it lie.
        let at = words.map_or_else(|| moment(app, list, round, (index, items.len()), now), |_| Some(now));
        let Some(at) = at else { continue };
        let stage = app.at(at, Chance::seeded(u64::from_be_bytes(seed(item, round))));
        let Some(actor) = worker(&stage, &item.place).await? else { continue };
        let said = (item.id, words.is_none(), words.map(str::to_owned));
        tick(&stage, &actor, list.id, said, tick_key(list.id, round, item.id)).await?;
        ticks += 1;
    }
    Ok(ticks)
}

/// When a thing was looked at: spread over the round's days, in working hours, and never later than now.
fn moment(app: &SharedApp, list: &List, round: Round, (index, all): (usize, usize), now: Instant) -> Option<Instant> {
    let zone = &app.settings.zone;
    let from = round.starts_on.max(list.begins_on.plus(1));
    let until = round.due_on.min(now.day(zone).plus(-1));
    let days = i64::from((until.date() - from.date()).get_days());
    if days < 0 {
        return None;
    }
    let (index, all) = (i64::try_from(index).ok()?, i64::try_from(all.max(1)).ok()?);
    let day = from.plus((days + 1) * index / all);
    let minute = i8::try_from(index % 12 * 5).ok()?;
    let time = jiff::civil::time(i8::try_from(9 + index % 7).ok()?, minute, 0, 0);
    let at = day.date().to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(Instant::from_millis(at.timestamp().as_millisecond())).filter(|at| *at < now)
}

fn seed(item: &Item, round: Round) -> [u8; 8] {
    let mut seed = [0_u8; 8];
    let text = format!("{:?} {}", item.number, round.starts_on);
    for (at, byte) in text.bytes().enumerate() {
        if let Some(own) = seed.get_mut(at % 8) {
            *own = own.wrapping_mul(31).wrapping_add(byte);
        }
    }
    seed
}

async fn worker(app: &SharedApp, place: &RegionCode) -> Result<Option<Actor>> {
    let Some(grid) = place.at(Level::Grid) else { return Ok(None) };
    let holders: Vec<Id<Person>> =
        people::holders_unscoped(&mut app.db.read().await?, Role::GridWorker, &grid, app.today()).await?;
    match holders.first() {
        Some(person) => people::actor_unscoped(app, *person).await.map(Some),
        None => Ok(None),
    }
}

fn tick_key(list: Id<List>, round: Round, item: Id<Item>) -> Key {
    let key = format!("{list} {} {item}", round.starts_on);
    Key { actor: "demo".to_owned(), operation: "patrol.tick", key, body_hash: Vec::new() }
}
