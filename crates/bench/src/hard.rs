//! What is hard about cases of the past, put straight into the database: of a hundred cases five in which something was asked
//! for, two supervised, two of which parts were given away, three looked at again, one for which departments were called
//! together; of every third a resident was asked. The rows are those that the rooms' lists, counts and figures read.

use std::{collections::HashMap, time::Instant as Stopwatch};

use anyhow::{Context, Result, ensure};
use db::{Backend, Conn, Db, FromRow, Row, Settings, Tx, sql};
use kernel::{Chance, Day, Id, Instant};
use serde_json::json;

/// Cases a transaction.
const TOGETHER: i64 = 1_000;
const DAY: i64 = 86_400;

/// A case as far as rooms beside the loop ask.
#[derive(Clone)]
struct Past {
    id: Id<Past>,
    matter: String,
    is_open: bool,
    status: String,
    city: String,
    county: String,
    township: String,
    village: Option<String>,
    grid: Option<String>,
    lead: Id<Unit>,
    received: Instant,
    due: Instant,
    ended: Option<Instant>,
    note: Option<Id<Past>>,
}

impl FromRow for Past {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            matter: row.get("matter")?,
            is_open: row.get("is_open")?,
            status: row.get("status")?,
            city: row.get("city")?,
            county: row.get("county")?,
            township: row.get("township")?,
            village: row.opt("village")?,
            grid: row.opt("grid")?,
            lead: row.get("lead_unit")?,
            received: row.get("received_at")?,
            due: row.get("due_at")?,
            ended: row.opt("ended_at")?,
            note: row.opt("result_note")?,
        })
    }
}

/// A unit of a county.
#[derive(Clone)]
struct Unit(Id<Unit>, String);

impl FromRow for Unit {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self(row.get("id")?, row.get("county")?))
    }
}

struct Somebody(Id<Somebody>);

impl FromRow for Somebody {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("id").map(Self)
    }
}

/// Who may have done it, and the draws there are.
#[derive(Clone)]
struct Ground {
    zone: jiff::tz::TimeZone,
    person: Id<Somebody>,
    units: HashMap<String, Vec<Id<Unit>>>,
    draws: HashMap<String, Id<Ground>>,
}

impl Ground {
    /// Another unit of the county, by lot.
    fn other(&self, past: &Past, chance: &Chance) -> Id<Unit> {
        let all = self.units.get(&past.county).map(Vec::as_slice).unwrap_or_default();
        let index = usize::try_from(chance.below(all.len().max(1) as u64)).unwrap_or(0);
        all.get(index).copied().filter(|unit| *unit != past.lead).unwrap_or(past.lead)
    }

    fn day(&self, at: Instant) -> Day {
        at.day(&self.zone)
    }
}

/// Puts it around the cases that are there; returns what it took in words.
#[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
pub(crate) async fn fill(url: &str) -> Result<String> {
    let db = Db::open(&Settings { connections: 2, ..Settings::new(url) }).await?;
    let mut reader = db.read().await?;
    let units: Vec<Unit> =
        reader.all(sql!("SELECT id, substr(region, 1, 6) AS county FROM units WHERE length(region) >= 6")).await?;
    let drawn: Vec<Somebody> = reader.all(sql!("SELECT id FROM recheck_draws WHERE seed = 1 LIMIT 1")).await?;
    ensure!(drawn.is_empty(), "what is hard is there already");
    let Somebody(person) = reader.one(sql!("SELECT id FROM people ORDER BY id LIMIT 1")).await?;
    let mut by_county: HashMap<String, Vec<Id<Unit>>> = HashMap::new();
    for Unit(id, county) in units {
        by_county.entry(county).or_default().push(id);
    }
    ensure!(!by_county.is_empty(), "no units: is it a demo's database?");
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai")?;
    let mut ground = Ground { zone, person, units: by_county, draws: HashMap::new() };
    let (start, mut after, mut seen) = (Stopwatch::now(), None, 0_u64);
    loop {
        let page = page(&mut reader, after).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        if ground.draws.is_empty() {
            ground.draws = draws(&db, &ground, last.received).await?;
        }
        let (all, from) = (ground.clone(), seen);
        seen += page.len() as u64;
        db.write(async move |mut tx| {
            for (number, past) in (from..).zip(&page) {
                put(&mut tx, &all, past, number).await?;
            }
            Ok(())
        })
        .await?;
    }
    drop(reader);
    match db.backend() {
        Backend::Sqlite => db.analyze().await?,
        Backend::Postgres => db.write(async |mut tx: Tx| tx.execute(sql!("ANALYZE")).await).await.map(drop)?,
    }
    db.close().await;
    Ok(format!("around {seen} cases in {:.0} s", start.elapsed().as_secs_f64()))
}

/// Cases that units have or had, in the order of their identity.
async fn page(reader: &mut Conn, after: Option<Id<Past>>) -> Result<Vec<Past>> {
    let sql = sql!(
        "SELECT id, matter, is_open, status, city, county, township, village, grid, lead_unit, received_at, due_at,
                ended_at, result_note
         FROM cases
         WHERE lead_unit IS NOT NULL AND matter IS NOT NULL AND township IS NOT NULL AND due_at IS NOT NULL"
    );
    let sql = sql.push_some(after, |sql, after| sql.push_value(" AND id > ", after));
    reader.all(sql.push_value(" ORDER BY id LIMIT ", TOGETHER)).await.context("cases")
}

/// One draw a county, in which all re-checks lie.
async fn draws(db: &Db, ground: &Ground, at: Instant) -> Result<HashMap<String, Id<Ground>>> {
    let chance = Chance::seeded(1);
    let draws: HashMap<String, Id<Ground>> =
        ground.units.keys().map(|county| (county.clone(), Id::new(at, &chance))).collect();
    let (rows, day) = (draws.clone(), ground.day(at));
    db.write(async move |mut tx: Tx| {
        for (county, id) in &rows {
            tx.later(sql!(
                "INSERT INTO recheck_draws (id, county, starts_on, ends_on, seed, of, strata, drawn, unassigned, at)
                 VALUES ($1, $2, $3, $4, 1, 1, 1, 1, 0, $5)",
                *id,
                county,
                day,
                day,
                at
            ))
            .await?;
        }
        Ok(())
    })
    .await?;
    Ok(draws)
}

async fn put(tx: &mut Tx, ground: &Ground, past: &Past, number: u64) -> kernel::Result<()> {
    let chance = Chance::seeded(number + 7);
    let handled = ["signed", "working"].contains(&past.status.as_str());
    if past.ended.is_some() || past.status == "verifying" {
        if chance.below(3) == 0 {
            call_back(tx, past, &chance).await?;
        }
        if past.ended.is_some() && chance.below(100) < 3 {
            recheck(tx, ground, past, &chance).await?;
        }
    }
    if (handled || past.ended.is_some()) && chance.below(100) < 5 {
        plea(tx, ground, past, &chance).await?;
    }
    if (handled || past.ended.is_some()) && chance.below(100) < 2 {
        supervision(tx, ground, past, &chance).await?;
    }
    if (handled || past.ended.is_some()) && chance.below(100) < 2 {
        share(tx, ground, past, &chance).await?;
    }
    if (handled || past.ended.is_some()) && chance.below(100) == 0 {
        whistle(tx, ground, past, &chance).await?;
    }
    if handled && chance.below(10) == 0 {
        parked(tx, ground, past, &chance).await?;
    }
    Ok(())
}

async fn plea(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let kinds = [
        ("extension", json!({"until": ground.day(past.due).plus(10)})),
        ("pause", json!({"code": "appraisal", "until": ground.day(past.due)})),
        ("parking", json!({"code": "plan", "until": ground.day(past.due).plus(25)})),
        ("exclusion", json!({"code": "force-majeure"})),
    ];
    let index = usize::try_from(chance.below(4)).unwrap_or(0);
    let Some((kind, params)) = kinds.into_iter().nth(index) else { return Ok(()) };
    let (asked, decided) = (past.received.plus_hours(20), (!past.is_open).then(|| past.received.plus_hours(26)));
    tx.later(sql!(
        "INSERT INTO pleas (id, case_id, kind, state, arbiter, county, township, unit, person, asked_at, decide_by, params,
             reason, told, decided_at, decided_by, decided_unit, version)
         VALUES ($1, $2, $3, $4, 'township', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 2)",
        Id::<Ground>::new(asked, chance),
        past.id,
        kind,
        if past.is_open { "open" } else { "granted" },
        &past.county,
        &past.township,
        past.lead,
        ground.person,
        asked,
        asked.plus_days(1),
        params,
        past.note,
        past.note,
        decided,
        decided.map(|_| ground.person),
        decided.map(|_| past.lead),
    ))
    .await
}

async fn supervision(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let (imposed, over) = (past.due.plus_hours(1), (!past.is_open).then(|| past.due.plus_days(2)));
    let grade = ["yellow", "orange", "red"].get(usize::try_from(chance.below(3)).unwrap_or(0)).copied();
    // The running program supervises by itself what is late; one at a time in a case.
    if past.is_open {
        tx.later(sql!("UPDATE cases SET supervised = $1 WHERE id = $2", grade, past.id)).await?;
    }
    tx.later(sql!(
        "INSERT INTO supervisions (id, case_id, grade, trigger_code, is_open, county, township, unit, imposed_at, due_at,
             answered_at, answered_by, released_at, released_by, version)
         VALUES ($1, $2, $3, 'overdue', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 3)
         ON CONFLICT DO NOTHING",
        Id::<Ground>::new(imposed, chance),
        past.id,
        grade.unwrap_or("yellow"),
        past.is_open,
        &past.county,
        &past.township,
        past.lead,
        imposed,
        imposed.plus_days(2),
        over,
        over.map(|_| ground.person),
        over,
        over.map(|_| ground.person),
    ))
    .await
}

async fn call_back(tx: &mut Tx, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let began = past.ended.map_or(past.received, |ended| ended.plus_days(-1));
    tx.later(sql!(
        "INSERT INTO call_backs (id, case_id, kind, began_at, desk, city, county, township, village, grid, unit, has_phone,
             due_at, next_at, attempts, is_open, state, ended_at, version)
         VALUES ($1, $2, 'result', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 2)
         ON CONFLICT DO NOTHING",
        Id::<Ground>::new(began, chance),
        past.id,
        began,
        &past.township,
        &past.city,
        &past.county,
        &past.township,
        past.village.as_ref(),
        past.grid.as_ref(),
        past.lead,
        chance.below(2) == 0,
        began.plus_days(3),
        began,
        i64::from(past.ended.is_some()),
        past.ended.is_none(),
        if past.ended.is_some() { "answered" } else { "waiting" },
        past.ended,
    ))
    .await
}

async fn recheck(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let (Some(ended), Some(draw)) = (past.ended, ground.draws.get(&past.county)) else { return Ok(()) };
    let state = ["confirmed", "confirmed", "confirmed", "waiting", "contested", "answered", "dismissed"];
    let state = state.get(usize::try_from(chance.below(7)).unwrap_or(0)).copied().unwrap_or("confirmed");
    let found = (state != "waiting").then(|| ended.plus_days(5));
    let finding = if state == "confirmed" { "as_claimed" } else { "not_as_claimed" };
    tx.later(sql!(
        "INSERT INTO rechecks (id, draw, case_id, county, township, village, unit, checker, class, closed_how, closed_at,
             due_at, state, finding, words, photos, found_at, found_by, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'confirmed', $10, $11, $12, $13, $14, $15, $16, $17, 2)",
        Id::<Ground>::new(ended.plus_days(1), chance),
        *draw,
        past.id,
        &past.county,
        &past.township,
        past.village.as_ref(),
        past.lead,
        ground.other(past, chance),
        past.matter.split('.').next().unwrap_or_default(),
        ended,
        ended.plus_days(10),
        state,
        found.map(|_| finding),
        found.map(|_| "到现场看过。"),
        json!([]),
        found,
        found.map(|_| ground.person),
    ))
    .await
}

async fn share(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let given = past.received.plus_hours(5);
    tx.later(sql!(
        "INSERT INTO case_shares (id, case_id, kind, state, is_open, unit, lead_unit, city, county, task, photos, due_at,
             given_at, given_by, answered_at, answer, answer_photos, rounds, version)
         VALUES ($1, $2, 'unit', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, 3)",
        Id::<Ground>::new(given, chance),
        past.id,
        if past.is_open { "open" } else { "accepted" },
        past.is_open,
        ground.other(past, chance),
        past.lead,
        &past.city,
        &past.county,
        "核对电源，确认能否送电。",
        json!([]),
        past.due,
        given,
        ground.person,
        past.ended,
        past.ended.map(|_| "可以送电。"),
        json!([]),
    ))
    .await
}

async fn whistle(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let (raised, over) = (past.received.plus_hours(4), past.ended);
    let meets = raised.plus_hours(20);
    let id: Id<Ground> = Id::new(raised, chance);
    tx.later(sql!(
        "INSERT INTO whistles (id, kind, source, state, is_open, goal, region, city, county, township, village, case_id,
             lead_unit, raised_at, raised_by, meets_at, limits, outcome, answer, answered_at, ended_at, version)
         VALUES ($1, 'key_work', 'case', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 2)",
        id,
        if past.is_open { "running" } else { "over" },
        past.is_open,
        "商定怎样一次修好",
        past.grid.as_ref().unwrap_or(&past.township),
        &past.city,
        &past.county,
        &past.township,
        past.village.as_ref(),
        past.id,
        past.lead,
        raised,
        ground.person,
        meets,
        json!({"arrival": {"rule": "meeting"}, "reply": {"rule": "meeting"}, "part": {"rule": "meeting"}}),
        over.map(|_| "solved"),
        over.map(|_| "三家一起修好了。"),
        over,
        over,
    ))
    .await?;
    let mut called = vec![past.lead];
    for _ in 0..2 {
        let other = ground.other(past, chance);
        if !called.contains(&other) {
            called.push(other);
        }
    }
    for unit in called {
        let came = over.map(|_| meets.plus_seconds(600 * i64::try_from(chance.below(6)).unwrap_or(0) - 2_000));
        tx.later(sql!(
            "INSERT INTO whistle_calls (id, whistle, unit, city, county, township, raised_at, called_at, reply_due_at,
                 arrive_due_at, due_at, reply, answered_at, arrived_at, arrived_said_by, result, done_at, is_open, counts,
                 awaits_office, awaits_unit, reminded, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, TRUE, FALSE, FALSE, 0, 4)",
            Id::<Ground>::new(raised, chance),
            id,
            unit,
            &past.city,
            &past.county,
            &past.township,
            raised,
            raised,
            meets,
            meets,
            meets.plus_seconds(5 * DAY),
            over.map(|_| "coming"),
            over.map(|_| raised.plus_hours(1)),
            came,
            came.map(|_| "unit"),
            over.map(|_| "做完了。"),
            over,
            past.is_open,
        ))
        .await?;
    }
    Ok(())
}

/// What everyone reads of a parked case.
async fn parked(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    tx.later(sql!(
        "INSERT INTO disclosed_parked (public_key, city, county, township, village, grid, matter, obstacle, plan, owner,
             since, review_on, parked_times)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'plan', $8, $9, $10, $11, 1)",
        Id::<Ground>::new(past.received, chance).to_string(),
        &past.city,
        &past.county,
        &past.township,
        past.village.as_ref(),
        past.grid.as_ref(),
        &past.matter,
        "整条路明年改造，届时一并更换。",
        json!({"zh": "城市管理局", "en": "Urban management"}),
        ground.day(past.received),
        ground.day(past.received).plus(30),
    ))
    .await
}
