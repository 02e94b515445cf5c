//! What is hard about cases of the past, put straight into the database: of a hundred cases five in which something was asked
//! for, two supervised, two of which parts were given away, three looked at again, one for which departments were called
//! together; of every third a resident was asked. The rows are those that the rooms' lists, counts and figures read.

mod rows;

use std::{collections::HashMap, time::Instant as Stopwatch};

use anyhow::{Context, Result, ensure};
use db::{Backend, Conn, Db, FromRow, Row, Settings, Tx, sql};
use kernel::{Chance, Day, Id, Instant};
use rows::{call_back, parked, plea, recheck, share, supervision, whistle};

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
