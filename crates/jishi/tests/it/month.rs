//! A month of work over the Spring Festival and its make-up Saturdays: people do whatever they may, the platform does what
//! it does by itself, and at the end of it everything still holds.

use std::collections::HashMap;

use db::{FromRow, Row, sql};
use jishi::modules::{
    Worker,
    cases::{TRANSITIONS, TURNS},
    indicators, schedules,
};
use kernel::{Chance, Day, Instant};
use serde_json::{Value, json};

use super::{
    cases::{GRID, LAMP, lamp, peopled, read, report_id, step, verdict, with},
    support::{Answer, Client, TestApp, at},
};

/// The Monday two weeks before the festival.
const BEGIN: &str = "2026-02-02T01:00:00Z";
/// As far as the Friday after the last make-up Saturday, 28 February.
const DAYS: i64 = 32;
/// What is tried on a day.
const TRIES: usize = 11;
const RUBBISH: &str = "city.cleanliness.rubbish";

fn receipt(number: usize) -> String {
    format!("86421357{:08}", 20_000 + number)
}

struct Month {
    test: TestApp,
    chance: Chance,
    cases: Vec<String>,
    done: usize,
    stood: HashMap<String, String>,
}

/// A case and its status.
struct Stands(String, String);

impl FromRow for Stands {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self(row.get("number")?, row.get("status")?))
    }
}

/// Whether the docs have a way from one status to another.
fn is_a_way(from: &str, to: &str) -> bool {
    let steps = TRANSITIONS.iter().filter_map(|row| Some((row.from, row.to?)));
    let mut ways = steps.chain(TURNS.iter().map(|turn| (turn.from, turn.to)));
    from == to || ways.any(|(before, after)| after.as_str() == to && before.iter().any(|one| one.as_str() == from))
}

impl Month {
    fn below(&self, number: usize) -> usize {
        usize::try_from(self.chance.below(u64::try_from(number).unwrap())).unwrap()
    }

    /// Each case is where it was, or one way further.
    async fn went_a_way(&mut self) {
        let now: Vec<Stands> =
            self.test.app.db.read().await.unwrap().all(sql!("SELECT number, status FROM cases")).await.unwrap();
        for Stands(number, status) in now {
            let before = self.stood.insert(number.clone(), status.clone());
            if let Some(before) = before {
                assert!(is_a_way(&before, &status), "{number} went from {before} to {status}");
            }
        }
    }

    async fn report(&mut self) -> Answer {
        let matter = if self.below(2) == 0 { LAMP } else { RUBBISH };
        let changes = json!({"receipt": receipt(self.cases.len()), "matter": matter, "place": {"source": "chosen", "region": GRID}});
        let id = report_id(&self.test, with(lamp(), changes)).await;
        let answer = self.test.as_person("county").await.get(&format!("/api/cases/{id}")).await;
        self.cases.push(id);
        answer
    }

    /// Something that somebody might do now; many are refused, none breaks.
    async fn something(&mut self) {
        let what = self.below(19);
        if self.cases.is_empty() || what <= 1 {
            self.report().await.ok();
            return;
        }
        let number = self.below(self.cases.len());
        let id = self.cases[number].clone();
        let (desk, handler) = (self.test.as_person("dispatcher").await, self.test.as_person("handler").await);
        let until = |days: i64| self.test.app.today().plus(days).to_string();
        let resident = self.test.nobody().with_receipt(&receipt(number));
        let told = "零件要从外地调货，到货后马上来装，请您放心。";
        let answer = match what {
            2..=4 => dispatch(&desk, &id).await,
            5 | 6 => step(&handler, &id, "sign", json!({})).await,
            7 => step(&handler, &id, "return", json!({"text": "不归我们管"})).await,
            8 => step(&handler, &id, "work", json!({"text": "到现场"})).await,
            9 => {
                let outcome = ["solved", "partly", "cannot"][self.below(3)];
                step(&handler, &id, "result", json!({"text": "已处理", "outcome": outcome})).await
            }
            10 => resident.post("/api/receipt/verdict", verdict("yes")).await,
            11 => resident.post("/api/receipt/verdict", verdict("no")).await,
            12 => step(&handler, &id, "ask", json!({"text": "是哪一盏？"})).await,
            13 => {
                let days = i64::try_from(2 + self.below(20)).unwrap();
                let plea = json!({"kind": "extension", "reason": "灯具缺货", "told": told, "until": until(days)});
                step(&handler, &id, "pleas", plea).await
            }
            14 => {
                let plea = json!({"kind": "pause", "reason": "先做鉴定", "told": told, "until": until(9), "code": "appraisal"});
                step(&handler, &id, "pleas", plea).await
            }
            15 => {
                let plea = json!({"kind": "parking", "reason": "整条路要改造", "told": told, "plan": "随改造一起更换，改造前装临时照明。", "until": until(25), "code": "plan"});
                step(&handler, &id, "pleas", plea).await
            }
            16 => self.decide(&id).await,
            17 => {
                let plea = json!({"kind": "dispute", "reason": "这盏灯在供电红线内", "duty": "power"});
                step(&handler, &id, "pleas", plea).await
            }
            _ => resident.post("/api/receipt/reopen", json!({"text": "又坏了"})).await,
        };
        assert!(answer.status < 500, "{what}: {}", answer.text());
        self.went_a_way().await;
        self.done += usize::from(answer.status < 300);
    }

    async fn decide(&self, id: &str) -> Answer {
        let desk = self.test.as_person("second").await;
        let pleas = desk.get(&format!("/api/cases/{id}/pleas")).await;
        let Some(plea) = pleas.json()["pleas"].as_array().and_then(|all| all.first().cloned()) else { return pleas };
        let ruling = if self.below(3) == 0 { "refused" } else { "granted" };
        let body = json!({"ruling": ruling, "words": "看过了", "version": plea["version"]});
        desk.post(&format!("/api/pleas/{}/decide", plea["id"].as_str().unwrap()), body).await
    }

    /// Whatever happened, these hold of a case.
    async fn holds(&self, id: &str, worker: &[Client<'_>]) {
        let it = read(&worker[0], id).await;
        let times: Vec<Instant> = it["timeline"].as_array().unwrap().iter().map(|row| moment(&row["at"])).collect();
        assert!(times.is_sorted() || times.iter().rev().is_sorted(), "history goes one way: {it}");
        assert!(times.iter().all(|time| *time >= moment(&it["received_at"]) && *time <= self.test.app.now()));
        self.deadline_holds(&it).await;
        if !["received", "dispatched", "signed", "working", "parked"].iter().any(|status| it["status"] == *status) {
            return;
        }
        // No dead end: somebody can always go on.
        for client in worker {
            if !read(client, id).await["allowed_actions"].as_array().unwrap().is_empty() {
                return;
            }
        }
        panic!("nobody can go on: {it}");
    }

    async fn deadline_holds(&self, it: &Value) {
        let Some(deadline) = it.get("deadline").filter(|found| found.is_object()) else { return };
        assert_eq!(it["due_at"], deadline["due_at"]);
        let due = moment(&deadline["due_at"]);
        assert!(due >= moment(&deadline["start_at"]), "{deadline}");
        let plain = deadline.get("plain_due_at").unwrap_or(&deadline["due_at"]);
        assert!(due >= moment(plain), "pauses and extensions never make it earlier: {deadline}");
        // Asked by itself, the same question has the same answer.
        let question = json!({"start_at": deadline["start_at"], "clock": deadline["clock"]});
        let answer = self.test.as_person("county").await.post("/api/deadline", question).await;
        assert_eq!((answer.status, &answer.json()["due_at"]), (200, plain), "{deadline}");
        if deadline["clock"]["kind"] != "hours" && it["status"] != "parked" {
            let day = due.day(&self.test.app.settings.zone);
            assert!(self.test.app.calendar.get().is_working(day), "{day} is not worked: {deadline}");
        }
    }
}

fn moment(value: &Value) -> Instant {
    at(value.as_str().unwrap_or_else(|| panic!("{value} is no moment")))
}

async fn dispatch(desk: &Client<'_>, id: &str) -> Answer {
    let proposal = desk.get(&format!("/api/cases/{id}/proposal")).await;
    if proposal.status != 200 {
        return proposal;
    }
    let lead = proposal.json()["lead"]["unit"]["id"].clone();
    step(desk, id, "dispatch", json!({"lead": lead, "assists": []})).await
}

#[tokio::test]
async fn a_month_over_the_spring_festival_leaves_everything_in_order() {
    let test = TestApp::start().await;
    test.app.clock.set(at(BEGIN));
    let test = peopled(test).await;
    let mut month = Month { test, chance: Chance::seeded(11), cases: Vec::new(), done: 0, stood: HashMap::new() };
    let (worker, schedules) = (Worker::default(), schedules());
    let begin: Day = BEGIN[..10].parse().unwrap();
    for day in 0..DAYS {
        for hour in [9, 14, 17] {
            let time = jiff::civil::Time::constant(hour, 0, 0, 0);
            month.test.app.clock.set(begin.plus(day).at(time, &month.test.app.settings.zone));
            // Residents report on every day, offices work on working days.
            if month.test.app.calendar.get().is_working(begin.plus(day)) {
                for _ in 0..TRIES {
                    month.something().await;
                }
            } else if hour == 9 {
                month.report().await.ok();
            }
            worker.tick(&month.test.app, &schedules).await.unwrap();
            month.went_a_way().await;
        }
    }
    assert!(month.done > 150 && month.cases.len() > 40, "{} steps, {} cases", month.done, month.cases.len());
    let mut clients = Vec::new();
    for login in ["county", "dispatcher", "handler", "second"] {
        clients.push(month.test.as_person(login).await);
    }
    for id in &month.cases {
        month.holds(id, &clients).await;
    }
    let register = clients[0].get("/api/cases?limit=100").await.ok();
    assert_eq!(register["count"].as_u64().unwrap(), u64::try_from(month.cases.len()).unwrap());
    indicators::follow(&month.test.app).await.unwrap();
    let followed = figures(&month.test).await;
    indicators::rebuild(&month.test.app).await.unwrap();
    assert_eq!(figures(&month.test).await, followed, "what was folded in is what a recount finds");
}

async fn figures(test: &TestApp) -> Value {
    test.as_person("county").await.get("/api/indicators?period=month&on=2026-02-20").await.ok()
}
