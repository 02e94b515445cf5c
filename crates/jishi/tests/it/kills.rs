//! Ended by SIGKILL in the middle of its work, a few times: what was acknowledged is there once, what was cut off is there once
//! after it was sent again under its key, and the log of all steps fits every row. `bench kills` does the same two hundred
//! times, with the counters against a recount (`bench/RESULTS.md`).

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

use db::{Db, FromRow, Row, Settings, sql};
use serde_json::{Value, json};

use crate::process::{Home, Serving, said};

/// Residents at the same time, and how long each round goes on, in milliseconds.
const RESIDENTS: usize = 4;
const ROUNDS: [u64; 4] = [230, 70, 410, 150];

/// A report, and whether the server said that it has it.
struct Sent {
    receipt: String,
    is_acknowledged: bool,
}

fn ask(address: &str, head: &str, body: &str) -> std::io::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "{head}\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or(std::io::ErrorKind::InvalidData)?, serde_json::from_str(body).unwrap_or(Value::Null)))
}

fn words(receipt: &str) -> String {
    format!("门口路灯不亮，记号{receipt}")
}

fn report(address: &str, receipt: &str) -> std::io::Result<bool> {
    let body = json!({"receipt": receipt, "text": words(receipt), "matter": "city.lighting.street-lamp",
        "identity": "anonymous", "place": {"source": "chosen", "region": "140403003001001"}, "locale": "zh"});
    let head =
        format!("POST /api/reports HTTP/1.1\r\ncontent-type: application/json\r\nidempotency-key: kill-{receipt}");
    ask(address, &head, &body.to_string()).map(|(status, _)| (200..300).contains(&status))
}

/// Reports until nobody answers any more.
fn resident(address: &str, round: usize, number: usize) -> Vec<Sent> {
    let mut sent = Vec::new();
    for count in 0.. {
        let receipt = format!("9327{round:03}{number:02}{count:07}");
        let is_acknowledged = report(address, &receipt).unwrap_or(false);
        sent.push(Sent { receipt, is_acknowledged });
        if !is_acknowledged {
            break;
        }
    }
    sent
}

/// It is there, and its words stand in it once.
fn is_there_once(address: &str, receipt: &str) -> bool {
    let head = format!("GET /api/receipt HTTP/1.1\r\nauthorization: Receipt {receipt}");
    let (status, page) = ask(address, &head, "").unwrap();
    let entries = page["timeline"].as_array().cloned().unwrap_or_default();
    let words = words(receipt);
    status == 200 && entries.iter().filter(|entry| entry["text"] == json!(words)).count() == 1
}

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("n").map(Self)
    }
}

async fn reports(url: &str) -> i64 {
    let db = Db::open(&Settings { connections: 1, ..Settings::new(url) }).await.unwrap();
    let Number(n) =
        db.read().await.unwrap().one(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM reports")).await.unwrap();
    db.close().await;
    n
}

#[tokio::test]
async fn killed_under_load_it_has_everything_it_acknowledged_once() {
    let home = Home::empty().await;
    let mut serving = Serving::demo(&home);
    let before = reports(&home.url).await;
    let (mut all, mut acknowledged) = (0, 0);
    for (round, millis) in ROUNDS.into_iter().enumerate() {
        let address = serving.address.clone();
        let players: Vec<_> = (0..RESIDENTS)
            .map(|number| {
                let address = address.clone();
                thread::spawn(move || resident(&address, round, number))
            })
            .collect();
        thread::sleep(Duration::from_millis(millis));
        // Dropped as it is: SIGKILL.
        drop(serving);
        let sent: Vec<Sent> = players.into_iter().flat_map(|player| player.join().unwrap()).collect();
        serving = Serving::demo(&home);
        for one in sent.iter().filter(|one| !one.is_acknowledged) {
            assert!(report(&serving.address, &one.receipt).unwrap(), "{} again under its key", one.receipt);
        }
        for one in &sent {
            assert!(is_there_once(&serving.address, &one.receipt), "{} in round {round}", one.receipt);
        }
        all += sent.len();
        acknowledged += sent.iter().filter(|one| one.is_acknowledged).count();
    }
    drop(serving);
    assert_eq!(reports(&home.url).await - before, i64::try_from(all).unwrap());
    assert!(acknowledged > ROUNDS.len(), "it was hardly under load: {acknowledged} of {all}");
    let audit = home.program().args(["log", "audit"]).output().unwrap();
    assert!(audit.status.success(), "{}", said(&audit));
}
