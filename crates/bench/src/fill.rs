//! Past years of cases, put straight into the database: what lists and searches have to live with. The rows are those the
//! actions write, with made-up words; nobody could wait for a million lifecycles.

use std::{collections::HashMap, time::Instant as Stopwatch};

use anyhow::{Result, ensure};
use db::{Backend, Db, FromRow, Row, Settings, Tx, sql};
use kernel::{Chance, Id, Instant, Level, RegionCode, terms};
use serde_json::json;

/// Cases a transaction.
const TOGETHER: u64 = 1_000;
/// How far back the cases go, in days.
const DAYS: u64 = 3 * 365;
/// Of a thousand cases, the newest that are still open.
const OPEN_PER_MILLE: u64 = 30;

/// What cases are about: code, duty of the lead, level of the lead, what is said.
const MATTERS: [(&str, &str, Level, &str); 6] = [
    ("city.lighting.street-lamp", "urban_management", Level::County, "路灯不亮，晚上看不清台阶"),
    ("city.roads.pothole", "urban_management", Level::County, "路面坑洼，下雨积水"),
    ("city.cleanliness.rubbish", "urban_management", Level::County, "垃圾桶满了几天没人收"),
    ("housing.building.lift-fault", "housing", Level::County, "电梯停运，老人上下不便"),
    ("safety.fire.passage-blocked", "government", Level::Township, "消防通道被杂物堵住"),
    ("safety.fire.ebike-charging", "government", Level::Township, "电动车在楼道里充电"),
];

/// Where an open case may stand.
const OPEN: [&str; 5] = ["received", "dispatched", "signed", "working", "verifying"];

/// The steps of a case that went straight.
const STEPS: [&str; 6] = ["received", "dispatched", "signed", "result_filed", "verified", "closed"];

struct Grid(RegionCode);

impl FromRow for Grid {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("code").map(Self)
    }
}

/// A unit by its duty and the place it works for.
struct Office(Id<Office>, String, RegionCode);

impl FromRow for Office {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self(row.get("id")?, row.get("duty")?, row.get("region")?))
    }
}

/// Somebody who handles.
struct Handler(Id<Handler>);

impl FromRow for Handler {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("id").map(Self)
    }
}

/// Where things may happen, and who may do them.
#[derive(Clone)]
struct Ground {
    zone: jiff::tz::TimeZone,
    handler: Id<Handler>,
    grids: Vec<RegionCode>,
    offices: HashMap<(String, RegionCode), Id<Office>>,
}

impl Ground {
    fn office(&self, duty: &str, region: Option<RegionCode>) -> Option<Id<Office>> {
        self.offices.get(&(duty.to_owned(), region?)).copied()
    }
}

/// Puts `cases` into the demo city's database; returns what it took in words.
#[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
pub(crate) async fn fill(url: &str, cases: u64) -> Result<String> {
    let db = Db::open(&Settings { connections: 2, ..Settings::new(url) }).await?;
    let mut reader = db.read().await?;
    let grids: Vec<Grid> = reader.all(sql!("SELECT code FROM regions WHERE level = 'grid' ORDER BY code")).await?;
    ensure!(!grids.is_empty(), "no grids: is it a demo's database?");
    let offices: Vec<Office> = reader.all(sql!("SELECT id, duty, region FROM units ORDER BY id")).await?;
    let Handler(handler) = reader.one(sql!("SELECT id FROM people ORDER BY id LIMIT 1")).await?;
    drop(reader);
    let ground = Ground {
        handler,
        zone: jiff::tz::TimeZone::get("Asia/Shanghai")?,
        grids: grids.into_iter().map(|Grid(code)| code).collect(),
        offices: offices.into_iter().map(|Office(id, duty, region)| ((duty, region), id)).collect(),
    };
    let now = Instant::from_millis(i64::try_from(
        std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH)?.as_millis(),
    )?);
    let (start, mut done) = (Stopwatch::now(), 0);
    log_begins(&db, i64::MAX).await?;
    while done < cases {
        let until = cases.min(done + TOGETHER);
        let ground = ground.clone();
        db.write(async move |mut tx| {
            for number in done..until {
                put(&mut tx, &ground, now, number, cases).await?;
            }
            Ok(())
        })
        .await?;
        done = until;
    }
    let Newest(newest) = db.read().await?.one(sql!("SELECT seq FROM events ORDER BY seq DESC LIMIT 1")).await?;
    log_begins(&db, newest + 1).await?;
    // The planners know what came in, as they would after three years.
    match db.backend() {
        Backend::Sqlite => db.analyze().await?,
        Backend::Postgres => db.write(async |mut tx: Tx| tx.execute(sql!("ANALYZE")).await).await.map(drop)?,
    }
    db.close().await;
    let seconds = start.elapsed().as_secs_f64();
    Ok(format!("{cases} cases in {seconds:.0} s"))
}

struct Newest(i64);

impl FromRow for Newest {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self(row.get("seq")?))
    }
}

/// Says that the log of all steps begins with this entry of the trail: what is put in here has no seal, as what is older than the
/// log.
async fn log_begins(db: &Db, seq: i64) -> Result<()> {
    let write = async move |mut tx: Tx| {
        tx.execute(sql!(
            "INSERT INTO cursors (subscriber, seq) VALUES ('transparency.begun', $1)
             ON CONFLICT (subscriber) DO UPDATE SET seq = excluded.seq",
            seq
        ))
        .await
    };
    db.write(write).await?;
    Ok(())
}

/// One case of the past, with what the tables around it need to know.
struct Past {
    id: Id<Past>,
    number: String,
    note: Id<Past>,
    answer: Id<Past>,
    handler: Id<Handler>,
    grid: RegionCode,
    lead: Option<Id<Office>>,
    matter: &'static str,
    status: &'static str,
    is_open: bool,
    received: Instant,
    due: Instant,
    text: String,
}

/// One of `items`, by lot.
fn one<'a, T>(items: &'a [T], chance: &Chance) -> kernel::Result<&'a T> {
    let index = usize::try_from(chance.below(items.len() as u64)).unwrap_or(0);
    items.get(index).ok_or_else(|| kernel::Error::internal("nothing to choose from"))
}

/// Puts case `number` of `of` in; the newest are still open.
async fn put(tx: &mut Tx, ground: &Ground, now: Instant, number: u64, of: u64) -> kernel::Result<()> {
    let chance = Chance::seeded(number + 1);
    let age_minutes = (of - number) * DAYS * 1_440 / of.max(1);
    let received = now.plus_seconds(-i64::try_from(age_minutes * 60).unwrap_or(0));
    let grid = one(&ground.grids, &chance)?;
    let (matter, duty, level, words) = one(&MATTERS, &chance)?;
    let is_open = (of - number) * 1_000 < of * OPEN_PER_MILLE || chance.below(1_000) < 2;
    let status = if is_open { *one(&OPEN, &chance)? } else { "closed" };
    let lead = ground.office(duty, grid.at(*level)).or_else(|| ground.office("government", grid.at(Level::Township)));
    let (county, day) = (grid.at(Level::County), received.day(&ground.zone));
    let home = county.as_ref().map_or("", RegionCode::as_str);
    let past = Past {
        id: Id::new(received, &chance),
        number: format!("{home}-{}-{number:08}-0", day.date().strftime("%y%m%d")),
        note: Id::new(received, &chance),
        answer: Id::new(received, &chance),
        handler: ground.handler,
        grid: grid.clone(),
        lead: lead.filter(|_| status != "received"),
        matter,
        status,
        is_open,
        received,
        due: received.plus_days(5 + i64::try_from(chance.below(10)).unwrap_or(0)),
        text: format!("{words}，第{number}户反映"),
    };
    let ended = (!is_open).then(|| received.plus_days(1 + i64::try_from(chance.below(6)).unwrap_or(0)));
    tx.execute(sql!(
        "INSERT INTO cases (id, number, status, is_open, closed_how, matter, matter_version, urgency, publicity, summary,
             channel, city, county, township, village, grid, place_source, place_is_guess, lead_unit, received_at,
             received_day, due_at, ended_at, result_at, reports, redos, returns, reopens, reminders, last_kind, last_at, version,
             dispatched_at, signed_at, result_note, result_outcome, result_by, handler, deadline, last_by)
         VALUES ($1, $2, $3, $4, $5, $6, 1, 'normal', 'summary', $7, 'web', $8, $9, $10, $11, $12, 'chosen', FALSE, $13,
             $14, $15, $16, $17, $18, 1, 0, 0, 0, 0, $19, $20, 6, $21, $22, $23, $24, $25, $26, $27, $28)",
        past.id,
        &past.number,
        status,
        is_open,
        (!is_open).then(|| "confirmed".to_owned()),
        past.matter,
        &past.text,
        grid.at(Level::City),
        county,
        grid.at(Level::Township),
        grid.at(Level::Village),
        grid,
        past.lead,
        received,
        day,
        past.due,
        ended,
        ended.or_else(|| (status == "verifying").then_some(received)),
        status,
        ended.unwrap_or(received),
        past.lead.map(|_| received.plus_hours(1)),
        ended.map(|_| received.plus_hours(3)),
        ended.map(|_| past.answer),
        ended.map(|_| "solved"),
        ended.map(|_| past.handler),
        ended.map(|_| past.handler),
        json!({"due_at": past.due.to_string(), "start_at": received.to_string(), "skipped": [],
            "assumes_unpublished": [], "clock": {"amount": 7, "kind": "days"}, "unsure": false}),
        json!({"zh": "诉求人", "en": "The resident"}),
    ))
    .await?;
    history(tx, &past, &chance).await?;
    let assist = ground.office("government", grid.at(Level::Township)).filter(|_| chance.below(5) == 0);
    let assist = assist.filter(|unit| past.lead.is_some_and(|lead| lead != *unit));
    parts(tx, &past, assist, &chance).await?;
    found_by(tx, &past, assist, number).await?;
    let report: Id<Past> = Id::new(received, &chance);
    tx.execute(sql!(
        "INSERT INTO reports (id, case_id, receipt, channel, identity, note, locale, is_joined, is_withdrawn, received_at,
             version, contacted, solved, satisfied, verdict_at)
         VALUES ($1, $2, $3, 'web', 'anonymous', $4, 'zh', FALSE, FALSE, $5, 2, $6, $7, $8, $9)",
        report,
        past.id,
        chance.bytes::<32>().to_vec(),
        past.note,
        received,
        ended.map(|_| true),
        ended.map(|_| "yes"),
        ended.map(|_| "satisfied"),
        ended,
    ))
    .await?;
    Ok(())
}

/// The words, the steps and the trail.
async fn history(tx: &mut Tx, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let answer = (!past.is_open).then_some((past.answer, "已更换配件，恢复正常。"));
    for (note, words) in [(past.note, past.text.as_str())].into_iter().chain(answer) {
        tx.later(sql!(
            "INSERT INTO notes (id, case_id, body, salt) VALUES ($1, $2, $3, $4)",
            note,
            past.id,
            words,
            chance.bytes::<16>().to_vec(),
        ))
        .await?;
    }
    for kind in STEPS.into_iter().take(if past.is_open { 1 } else { STEPS.len() }) {
        let entry: Id<Past> = Id::new(past.received, chance);
        tx.later(sql!(
            "INSERT INTO timeline (id, case_id, at, kind, unit, params, note, photos, is_internal)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE)",
            entry,
            past.id,
            past.received,
            kind,
            past.lead,
            json!({}),
            match kind {
                "received" => Some(past.note),
                "result_filed" => Some(past.answer),
                _ => None,
            },
            json!([]),
        ))
        .await?;
        let event = sql!(
            "INSERT INTO events (at, kind, object_kind, object_id, county, township, params)
             VALUES ($1, $2, 'case', $3, $4, $5, $6)",
            past.received,
            format!("case.{kind}"),
            past.id.to_string(),
            past.grid.at(Level::County),
            past.grid.at(Level::Township),
            json!({"number": past.number, "status": past.status}),
        );
        tx.later(event.in_turn()).await?;
    }
    Ok(())
}

/// What lists by words find it by, sorted into the index at once.
async fn found_by(tx: &mut Tx, past: &Past, assist: Option<Id<Office>>, number: u64) -> kernel::Result<()> {
    let mut words = terms(&past.text);
    words.extend(Level::ALL.into_iter().filter_map(|level| past.grid.at(level)).map(|place| format!("p:{place}")));
    words.extend(past.lead.map(|unit| format!("l:{unit}")));
    words.extend(assist.map(|unit| format!("a:{unit}")));
    words.extend([format!("m:{}", past.matter), "c:web".to_owned()]);
    words
        .extend(if past.is_open { vec!["s:open"] } else { vec!["s:ended", "s:closed"] }.into_iter().map(str::to_owned));
    let words: Vec<String> = words.into_iter().collect();
    // Eight places a millisecond; cases of the past come in at whole minutes.
    let place = past.received.millis() * 8 + i64::try_from(number % 480_000).unwrap_or(0);
    match tx.backend() {
        Backend::Sqlite => {
            tx.execute(sql!("INSERT INTO case_words (seq, case_id) VALUES ($1, $2)", place, past.id)).await?;
            tx.execute(sql!("INSERT INTO case_index (rowid, words) VALUES ($1, $2)", place, words.join(" "))).await?;
            Ok(())
        }
        Backend::Postgres => {
            tx.later(sql!(
                "INSERT INTO case_words (seq, case_id, words)
                 VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' ')))",
                place,
                past.id,
                words.join(" "),
            ))
            .await
        }
    }
}

/// The units' parts.
async fn parts(tx: &mut Tx, past: &Past, assist: Option<Id<Office>>, chance: &Chance) -> kernel::Result<()> {
    for (kind, unit) in [("lead", past.lead), ("assist", assist)] {
        let (Some(unit), part) = (unit, Id::<Past>::new(past.received, chance)) else { continue };
        tx.later(sql!(
            "INSERT INTO assignments (id, case_id, kind, unit, state, is_open, due_at, assigned_at, received_at, case_is_open,
                 signed_at, done_at, person)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            part,
            past.id,
            kind,
            unit,
            if past.is_open { "open" } else { "done" },
            past.is_open,
            past.due,
            past.received,
            past.received,
            past.is_open,
            (!past.is_open).then(|| past.received.plus_hours(3)),
            (!past.is_open).then(|| past.received.plus_days(1)),
            (!past.is_open).then_some(past.handler),
        ))
        .await?;
    }
    Ok(())
}
