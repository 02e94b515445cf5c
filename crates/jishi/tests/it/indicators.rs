//! Figures: equal to a recount whatever happens, each opening into as many cases as it says, and nobody's in person.

use db::{FromRow, Row, sql};
use jishi::{modules::indicators, platform::access::Role};
use kernel::Chance;
use serde_json::{Value, json};

use super::{
    cases::{GRID, LAMP, city, filed, in_hand, lamp, read, step, verdict, with},
    support::{Client, TestApp},
};

const BIN: &str = "city.cleanliness.rubbish";

fn receipt(number: usize) -> String {
    format!("97531864{:08}", 10_000 + number)
}

/// Reports a matter; gives the case's id.
async fn report(test: &TestApp, number: usize, changes: Value) -> String {
    let body = with(with(lamp(), json!({"receipt": receipt(number)})), changes);
    let taken = test.nobody().post("/api/reports", body).await.ok();
    let county = test.as_person("county").await;
    let found = county.get(&format!("/api/cases?q={}", taken["number"].as_str().unwrap())).await.ok();
    found["rows"][0]["id"].as_str().unwrap().to_owned()
}

async fn speak(test: &TestApp, number: usize, solved: &str) {
    test.nobody().with_receipt(&receipt(number)).post("/api/receipt/verdict", verdict(solved)).await.ok();
}

struct Line(String);

impl FromRow for Line {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self(row.get("t")?))
    }
}

/// Everything that is kept, in one order.
async fn everything(test: &TestApp) -> Vec<String> {
    let mut db = test.app.db.read().await.unwrap();
    let mut all = Vec::new();
    for statement in [
        sql!(
            "SELECT CAST(case_id AS TEXT) || ' ' || basis || ' ' || CAST(nth AS TEXT) || ' ' || CAST(slot AS TEXT) || ' ' || CAST(month AS TEXT)
                    || ' ' || city || ' ' || coalesce(county, '') || ' ' || coalesce(township, '') || ' ' || coalesce(village, '')
                    || ' ' || coalesce(CAST(unit AS TEXT), '') || ' ' || matter || ' ' || class || ' ' || CAST(marks AS TEXT) || ' ' || CAST(amount AS TEXT) AS t
             FROM indicator_marks ORDER BY 1"
        ),
        sql!(
            "SELECT whose || ' ' || part || ' ' || basis || ' ' || span || ' ' || CAST(at AS TEXT) || ' ' || CAST(marks AS TEXT)
                    || ' ' || CAST(cases AS TEXT) || ' ' || CAST(amount AS TEXT) AS t
             FROM indicator_counts ORDER BY 1"
        ),
        sql!("SELECT CAST(case_id AS TEXT) || ' ' || CAST(at AS TEXT) AS t FROM indicator_clock ORDER BY 1"),
    ] {
        let rows: Vec<Line> = db.all(statement).await.unwrap();
        all.extend(rows.into_iter().map(|Line(line)| line));
    }
    all
}

/// One step of whatever happens to cases; says whether it was possible.
async fn something(test: &TestApp, chance: &Chance, cases: &mut Vec<String>) -> bool {
    let pick = |below: usize| usize::try_from(chance.below(u64::try_from(below).unwrap())).unwrap();
    let what = pick(15);
    if cases.is_empty() || what == 0 {
        let number = cases.len();
        let place = if pick(2) == 0 { GRID } else { "140403001" };
        let matter = if pick(2) == 0 { LAMP } else { BIN };
        let changes = json!({"matter": matter, "place": {"source": "chosen", "region": place}});
        cases.push(report(test, number, changes).await);
        return true;
    }
    let (number, other) = (pick(cases.len()), pick(cases.len()));
    let id = cases[number].clone();
    let (desk, handler, county) =
        (test.as_person("dispatcher").await, test.as_person("handler").await, test.as_person("county").await);
    let resident = test.nobody().with_receipt(&receipt(number));
    let answer = match what {
        1..=3 => {
            let proposal = desk.get(&format!("/api/cases/{id}/proposal")).await;
            if proposal.status != 200 {
                return false;
            }
            let lead = proposal.json()["lead"]["unit"]["id"].clone();
            step(&desk, &id, "dispatch", json!({"lead": lead, "assists": []})).await
        }
        4 | 5 => step(&handler, &id, "sign", json!({})).await,
        6 => step(&handler, &id, "return", json!({"text": "不归我们管"})).await,
        7 => {
            step(&handler, &id, "work", json!({"text": "到现场"})).await;
            let outcome = ["solved", "partly", "cannot"][pick(3)];
            step(&handler, &id, "result", json!({"text": "已处理", "outcome": outcome})).await
        }
        8 => resident.post("/api/receipt/verdict", verdict("yes")).await,
        9 => resident.post("/api/receipt/verdict", verdict("no")).await,
        10 => resident.post("/api/receipt/reopen", json!({"text": "又坏了"})).await,
        11 => {
            let into = read(&county, &cases[other]).await["number"].clone();
            step(&county, &id, "merge", json!({"into": into})).await
        }
        12 => {
            let report = read(&county, &id).await["reports"][0]["id"].clone();
            let parts = json!({
                "report": report, "reason": "两个事项", "kept": {"text": "路灯"},
                "parts": [{"text": "垃圾桶满了", "matter": BIN}]
            });
            step(&county, &id, "split", parts).await
        }
        13 => resident.post("/api/receipt/withdraw", json!({})).await,
        _ => {
            test.pass_hours(i64::try_from(pick(80)).unwrap());
            return true;
        }
    };
    assert!(answer.status < 500, "{}", answer.text());
    answer.status < 300
}

#[tokio::test]
async fn whatever_happens_the_counts_are_those_of_a_recount() {
    for seed in [1, 7, 23] {
        let test = city().await;
        indicators::follow(&test.app).await.unwrap();
        let chance = Chance::seeded(seed);
        let (mut cases, mut done) = (Vec::new(), 0);
        for round in 0..60 {
            done += usize::from(something(&test, &chance, &mut cases).await);
            if round % 9 == 0 {
                indicators::follow(&test.app).await.unwrap();
            }
        }
        jishi::modules::cases::actions::remind_and_close(&test.app).await.unwrap();
        test.pass_hours(400);
        indicators::follow(&test.app).await.unwrap();
        let followed = everything(&test).await;
        assert!(done > 15 && followed.len() > 80, "{done} steps, {} rows", followed.len());
        assert_eq!(indicators::follow(&test.app).await.unwrap(), 0, "following twice changes nothing");
        indicators::rebuild(&test.app).await.unwrap();
        assert_eq!(everything(&test).await, followed, "seed {seed}");
        every_figure_opens(&test).await;
    }
}

fn query(opens: &Value) -> String {
    let pairs = opens.as_object().unwrap().iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap()));
    pairs.collect::<Vec<_>>().join("&")
}

/// Each number that is shown opens a list of as many rows.
async fn every_figure_opens(test: &TestApp) {
    let mut opened = 0;
    for (who, choice) in [
        ("county", ""),
        ("county", "&matter=city"),
        ("county", "&matter=city.lighting"),
        ("county", &*format!("&matter={LAMP}")),
        ("dispatcher", "&period=month_from_19"),
        ("officer", "&period=noon_day"),
        ("handler", ""),
        ("handler", &*format!("&matter={BIN}")),
    ] {
        let client = test.as_person(who).await;
        let page = client.get(&format!("/api/indicators?on=2026-11-30{choice}")).await.ok();
        for card in page["groups"].as_array().unwrap().iter().flat_map(|group| group["cards"].as_array().unwrap()) {
            let value = &card["value"];
            let terms = ["top", "base", "left_out"].iter().flat_map(|key| value[*key].as_array().unwrap());
            for term in terms.chain(Some(&value["unanswered"]).filter(|term| term.is_object())) {
                let list = client.get(&format!("/api/indicators/cases?{}", query(&term["opens"]))).await.ok();
                assert_eq!(
                    list["count"], term["count"],
                    "{who}{choice} {} {}",
                    card["definition"]["code"], term["code"]
                );
                opened += 1;
            }
        }
    }
    assert!(opened > 100);
}

async fn card(client: &Client<'_>, code: &str, choice: &str) -> Value {
    client.get(&format!("/api/indicators/{code}?{choice}")).await.ok()
}

fn near(value: &Value, wanted: f64) -> bool {
    value.as_f64().is_some_and(|value| (value - wanted).abs() < 1e-6)
}

#[tokio::test]
async fn what_is_open_and_overdue_stands_against_the_rate_in_time() {
    let test = city().await;
    let (done, left) = (report(&test, 1, json!({})).await, report(&test, 2, json!({})).await);
    filed(&test, &done).await;
    in_hand(&test, &left).await;
    indicators::follow(&test.app).await.unwrap();
    let county = test.as_person("county").await;
    let early = card(&county, "process.in-time", "").await;
    assert_eq!((early["value"]["n"].as_i64(), early["value"]["rate"].as_f64()), (Some(1), Some(1.0)));
    test.pass_hours(24 * 12);
    indicators::follow(&test.app).await.unwrap();
    let county = test.as_person("county").await;
    let late = card(&county, "process.in-time", "on=2026-11-20").await;
    assert_eq!((late["value"]["n"].as_i64(), late["value"]["rate"].as_f64()), (Some(2), Some(0.5)), "{late}");
    assert!(late["value"]["low"].as_f64().unwrap() < 0.2 && late["value"]["high"].as_f64().unwrap() > 0.8);
    let open = card(&county, "process.overdue", "on=2026-11-20").await;
    let list = county.get(&format!("/api/indicators/cases?{}", query(&open["value"]["top"][0]["opens"]))).await.ok();
    assert_eq!((list["count"].as_i64(), list["rows"][0]["case"]["id"].as_str()), (Some(1), Some(left.as_str())));
    assert_eq!(open["trend"].as_array().unwrap().len(), 12);
    assert!(open["definition"]["why"]["zh"].as_str().unwrap().chars().count() > 5);
}

#[tokio::test]
async fn the_three_rates_are_over_what_residents_say_and_silence_is_told_apart() {
    let test = city().await;
    for (number, solved) in [(1, Some("yes")), (2, Some("no")), (3, None)] {
        let id = report(&test, number, json!({})).await;
        filed(&test, &id).await;
        if let Some(solved) = solved {
            speak(&test, number, solved).await;
        }
    }
    for _ in 0..5 {
        test.pass_hours(48);
        jishi::modules::cases::actions::remind_and_close(&test.app).await.unwrap();
    }
    indicators::follow(&test.app).await.unwrap();
    let county = test.as_person("county").await;
    let solved = card(&county, "outcome.solved", "on=2026-11-16").await;
    assert_eq!((solved["value"]["n"].as_i64(), solved["value"]["rate"].as_f64()), (Some(2), Some(0.5)));
    assert_eq!(solved["value"]["unanswered"]["count"], 1, "{solved}");
    let all = card(&county, "outcome.three-rates", "on=2026-11-16").await;
    assert!(near(&all["value"]["rate"], 0.1 + 0.5 * 0.5 + 0.4 * 0.5), "{all}");
    assert_eq!(all["value"]["parts"].as_array().unwrap().len(), 3);
    let gap = card(&county, "honesty.gap", "on=2026-11-16").await;
    assert_eq!((gap["value"]["n"].as_i64(), gap["value"]["rate"].as_f64()), (Some(2), Some(0.5)));
    let answered = card(&county, "honesty.answered", "on=2026-11-16").await;
    assert_eq!((answered["value"]["n"].as_i64(), answered["value"]["numerator"].as_f64()), (Some(3), Some(2.0)));
    let redone = card(&county, "process.first-right", "on=2026-11-16").await;
    assert_eq!((redone["value"]["n"].as_i64(), redone["value"]["rate"].as_f64()), (Some(3), Some(1.0)));
    let time = card(&county, "process.closing-time", "on=2026-11-16").await;
    assert_eq!(time["value"]["n"], 2, "{time}");
    let (mean, median) =
        (time["value"]["mean_minutes"].as_f64().unwrap(), time["value"]["median_minutes"].as_f64().unwrap());
    assert!(mean > 4_000.0 && median < 10.0, "{mean} {median}");
}

#[tokio::test]
async fn who_leaves_a_question_open_is_not_counted_in_its_rate() {
    let test = city().await;
    for number in [1, 2] {
        let id = report(&test, number, json!({})).await;
        filed(&test, &id).await;
    }
    speak(&test, 1, "yes").await;
    let bare = json!({"solved": "yes", "satisfied": "unsaid"});
    test.nobody().with_receipt(&receipt(2)).post("/api/receipt/verdict", bare).await.ok();
    indicators::follow(&test.app).await.unwrap();
    let county = test.as_person("county").await;
    for (code, n) in [("outcome.solved", 2), ("outcome.response", 1), ("outcome.satisfied", 1)] {
        let value = card(&county, code, "on=2026-11-16").await["value"].clone();
        assert_eq!((value["n"].as_i64(), value["rate"].as_f64()), (Some(n), Some(1.0)), "{code}: {value}");
    }
}

#[tokio::test]
async fn everyone_sees_their_own_and_nobody_sees_a_person() {
    let test = city().await;
    let id = report(&test, 1, json!({})).await;
    in_hand(&test, &id).await;
    indicators::follow(&test.app).await.unwrap();
    let handler = test.as_person("handler").await;
    let own = handler.get("/api/indicators").await.ok();
    let unit = own["chosen"]["unit"]["id"].as_str().unwrap().to_owned();
    assert!(own["chosen"].get("place").is_none() && own["chosen"]["sees_places"] == false);
    assert_eq!(handler.get("/api/indicators?region=140403").await.refusal().0, 404);
    let neighbour = test.as_person("neighbour").await;
    assert_eq!(neighbour.get("/api/indicators?region=140403001").await.refusal().0, 404);
    assert_eq!(neighbour.get(&format!("/api/indicators?unit={unit}")).await.refusal().0, 404);
    let cases = "day=in&any=received";
    assert_eq!(neighbour.get(&format!("/api/indicators/cases?{cases}&region=140403")).await.refusal().0, 404);
    let dispatcher = test.as_person("dispatcher").await;
    let there = dispatcher.get(&format!("/api/indicators?unit={unit}&region=140403001")).await.ok();
    assert_eq!(
        (there["chosen"]["unit"]["id"].as_str(), there["chosen"]["place"]["code"].as_str()),
        (Some(&*unit), Some("140403001"))
    );
    assert_eq!(dispatcher.get(&format!("/api/indicators?unit={unit}")).await.refusal().0, 404);
    for who in ["worker", "auditor", "security"] {
        assert_eq!(
            test.as_person(who).await.get("/api/indicators").await.refusal(),
            (403, "forbidden".into()),
            "{who}"
        );
    }
    for (wrong, field) in
        [("period=fortnight", "period"), ("matter=no.such.thing", "matter"), ("region=140403001001001", "region")]
    {
        let refused = dispatcher.get(&format!("/api/indicators?{wrong}")).await;
        assert_eq!(refused.fields()[0].0, field);
    }
    for (wrong, field) in [
        ("day=in&any=photos", "any"),
        ("day=in&any=solved", "any"),
        ("day=in&any=", "any"),
        ("day=in&any=received&without=x", "without"),
    ] {
        assert_eq!(dispatcher.get(&format!("/api/indicators/cases?{wrong}")).await.fields()[0].0, field);
    }
    assert_eq!(dispatcher.get("/api/indicators/outcome.no-such").await.refusal().0, 404);
}

#[tokio::test]
async fn places_are_compared_with_care_and_stand_by_their_codes() {
    let test = city().await;
    for number in 0..6 {
        let region = if number < 4 { "140403001001" } else { "140403002001" };
        let id = report(&test, number, json!({"place": {"source": "chosen", "region": region}})).await;
        if number < 3 {
            filed(&test, &id).await;
        }
    }
    test.pass_hours(24 * 12);
    indicators::follow(&test.app).await.unwrap();
    let county = test.as_person("county").await;
    let path = "/api/indicators/process.in-time/comparison?on=2026-11-20";
    let few = county.get(path).await.ok();
    let codes: Vec<&str> =
        few["places"].as_array().unwrap().iter().map(|it| it["place"]["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["140403001", "140403002"]);
    assert!(
        few["places"].as_array().unwrap().iter().all(|it| it["is_pooled"] == true && it["value"].get("rate").is_none())
    );
    assert_eq!(
        (few["pool"]["places"].as_i64(), few["pool"]["n"].as_i64(), few["league"].as_bool()),
        (Some(2), Some(6), Some(false))
    );
    // A place may say that two are enough, and that places stand by their figures; then they do, with n and interval.
    test.person("system", Role::SystemAdmin, "1404", None).await;
    let toml =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalog/indicators/process.toml")).unwrap();
    let toml = toml.replacen("[[indicator]]", "[comparison]\nleague = true\npool_below = 1\n\n[[indicator]]", 1);
    let outcome =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalog/indicators/outcome.toml")).unwrap();
    let outcome =
        outcome.replacen("league = false", "league = true", 1).replacen("pool_below = 30", "pool_below = 1", 1);
    let system = test.as_person("system").await;
    let mistaken =
        system.put("/api/catalog/indicators/process", json!({"toml": toml.replacen("in_time", "photos", 1)})).await;
    assert_eq!(mistaken.status, 422, "{}", mistaken.text());
    system.put("/api/catalog/indicators/outcome", json!({"toml": outcome, "region": "140403"})).await.ok();
    let many = county.get(path).await.ok();
    assert_eq!((many["league"].as_bool(), many["pool"].is_object()), (Some(true), false));
    assert_eq!(many["places"][0]["place"]["code"], "140403001");
    assert!(near(&many["places"][0]["headline"], 0.75) && many["places"][0]["above"].as_array().unwrap().is_empty());
    let by_matter = county.get(&format!("{path}&matter={LAMP}")).await.ok();
    assert_eq!(by_matter["places"][0]["value"]["n"], 4);
    let definition = card(&county, "outcome.solved", "").await;
    assert_eq!(definition["definition"]["version"], 1);
    let dispatcher = test.as_person("dispatcher").await;
    let own = card(&dispatcher, "process.in-time", "on=2026-11-20").await;
    assert_eq!(own["peers"]["counted"], 0, "too few peers have no middle: {own}");
    assert!(own["peers"].get("median").is_none());
}

#[tokio::test]
async fn the_page_and_the_rows_behind_a_figure_leave_as_files() {
    let test = city().await;
    let id = report(&test, 1, json!({})).await;
    filed(&test, &id).await;
    indicators::follow(&test.app).await.unwrap();
    let county = test.as_person("county").await;
    let page = county.get("/api/indicators.csv").await;
    let list = county.get("/api/indicators/definitions").await.ok();
    let definitions: usize =
        list["sets"].as_array().unwrap().iter().map(|set| set["definitions"].as_array().unwrap().len()).sum();
    assert_eq!(page.text().lines().count(), definitions + 1);
    let rows = county.get("/api/indicators/cases.csv?day=in&any=received").await.text();
    let number = read(&county, &id).await["number"].as_str().unwrap().to_owned();
    assert!(rows.lines().count() == 2 && rows.contains(&number), "{rows}");
    for book in ["/api/indicators.xlsx", "/api/indicators/cases.xlsx?day=in&any=received"] {
        let book = county.get(book).await;
        assert!(book.status == 200 && book.body.starts_with(b"PK"));
    }
    let more = county.get("/api/indicators/cases?day=in&any=received&limit=1").await.ok();
    assert!(more["next"].is_null() && more["count"] == 1);
    report(&test, 2, json!({})).await;
    indicators::follow(&test.app).await.unwrap();
    let first = county.get("/api/indicators/cases?day=in&any=received&limit=1").await.ok();
    let next = first["next"].as_str().unwrap();
    let second = county.get(&format!("/api/indicators/cases?day=in&any=received&limit=1&cursor={next}")).await.ok();
    assert_ne!(first["rows"][0]["case"]["id"], second["rows"][0]["case"]["id"]);
}
