//! Ended by SIGKILL in the middle of its work: what was acknowledged is there once, what was not is there once or not at
//! all, and sent again under its key it is there once.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    Kills,
    client::{Client, Who},
    figures::machine,
    instance::Instance,
    rows, verify,
};

const GRID: &str = "140403003001001";
/// How long a round goes on at least, and how much longer at most, in milliseconds.
const ROUND: (u64, u64) = (150, 700);
/// Steps of a resident behind each report.
const REMARKS: u64 = 3;

/// One write, and whether the server said that it is done.
#[derive(Clone, Debug)]
struct Step {
    receipt: String,
    key: String,
    path: &'static str,
    body: Value,
    /// Words that stand nowhere else.
    mark: String,
    is_acknowledged: bool,
}

/// Kills the program so many times under load and looks each time at all that was said to it.
pub(crate) async fn run(options: &Kills) -> Result<()> {
    ensure!(options.target.url.is_none(), "an instance that somebody else started is not killed");
    let folder = tempfile::tempdir()?;
    let mut instance = Instance::start_in(&options.target, folder.path())?;
    println!("machine      {}", machine());
    let database = instance.database.clone();
    let url = database.as_deref().context("no database")?;
    let before = rows::reports(url).await?;
    let (mut acknowledged, mut unsure, mut receipts, mut verified) = (0, 0, Vec::new(), (0, String::new()));
    for round in 0..options.rounds {
        let steps = load(&mut instance, options.concurrency, round).await?;
        instance = Instance::start_in(&options.target, folder.path())?;
        look(&instance.address, &steps).await.with_context(|| format!("round {round}"))?;
        acknowledged += steps.iter().filter(|step| step.is_acknowledged).count();
        unsure += steps.iter().filter(|step| !step.is_acknowledged).count();
        receipts.extend(steps.into_iter().filter(|step| step.path == "/api/reports").map(|step| step.receipt));
        let is_last = round + 1 == options.rounds;
        if options.verify_every > 0 && (is_last || (round + 1) % options.verify_every == 0) {
            verify::until_counted(url).await?;
            instance.kill()?;
            let said = verify::verify(&options.target, folder.path(), url).await;
            verified = (verified.0 + 1, said.with_context(|| format!("after round {round}"))?);
            instance = Instance::start_in(&options.target, folder.path())?;
        }
    }
    let after = rows::reports(url).await?;
    ensure!(
        usize::try_from(after - before)? == receipts.len(),
        "{} reports were sent and {} are there",
        receipts.len(),
        after - before
    );
    println!("database     {}", if url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" });
    println!("killed       {} times under load of {} residents", options.rounds, options.concurrency);
    println!("acknowledged {acknowledged} steps, each there once");
    println!("cut off      {unsure} steps, each there once after it was sent again under its key");
    println!("reports      {} sent, as many there", receipts.len());
    if verified.0 > 0 {
        println!("verified     {} times; the last time {}", verified.0, verified.1);
    }
    Ok(())
}

/// Residents report and add to their reports until the program is killed under them.
#[expect(clippy::disallowed_methods, reason = "a round must not have the same length each time")]
async fn load(instance: &mut Instance, concurrency: u32, round: u32) -> Result<Vec<Step>> {
    let stem = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.subsec_nanos();
    let players = (0..concurrency).map(|player| tokio::spawn(play(instance.address.clone(), (round, player, stem))));
    let players: Vec<_> = players.collect();
    tokio::time::sleep(Duration::from_millis(ROUND.0 + u64::from(stem) % ROUND.1)).await;
    instance.kill()?;
    let mut steps = Vec::new();
    for player in players {
        steps.extend(player.await?);
    }
    Ok(steps)
}

async fn play(address: String, (round, player, stem): (u32, u32, u32)) -> Vec<Step> {
    let mut client = Client::new(&address);
    let mut steps = Vec::new();
    for number in 0_u64.. {
        let receipt =
            format!("{:04}{:03}{:04}{:05}", 1_000 + round % 9_000, player % 1_000, number % 10_000, stem % 100_000);
        for step in 0..=REMARKS {
            let mut step = new_step(&receipt, step);
            step.is_acknowledged = send(&mut client, &step).await.is_ok_and(|status| (200..300).contains(&status));
            let goes_on = step.is_acknowledged;
            steps.push(step);
            if !goes_on {
                return steps;
            }
        }
    }
    steps
}

fn new_step(receipt: &str, number: u64) -> Step {
    let mark = format!("M{receipt}{number}M");
    let key = format!("kill-{receipt}-{number}");
    let (path, body) = if number == 0 {
        let place = json!({"source": "chosen", "region": GRID});
        let text = format!("门口路灯不亮 {mark}");
        let report = json!({"receipt": receipt, "text": text, "matter": "city.lighting.street-lamp",
            "identity": "anonymous", "place": place, "locale": "zh"});
        ("/api/reports", report)
    } else {
        ("/api/receipt/remarks", json!({"text": format!("补充 {mark}"), "photos": []}))
    };
    Step { receipt: receipt.to_owned(), key, path, body, mark, is_acknowledged: false }
}

async fn send(client: &mut Client, step: &Step) -> Result<u16> {
    let who = if step.path == "/api/reports" { Who::Nobody } else { Who::Resident(&step.receipt) };
    Ok(client.send(who, "POST", step.path, Some((&step.body, &step.key))).await?.status)
}

/// Everything acknowledged is there once; what was cut off is sent again, and then is there once as well.
async fn look(address: &str, steps: &[Step]) -> Result<()> {
    let mut client = Client::new(address);
    for step in steps.iter().filter(|step| !step.is_acknowledged) {
        let status = send(&mut client, step).await?;
        ensure!((200..300).contains(&status), "sent again, {} was refused with {status}", step.key);
    }
    for step in steps {
        let answer = client.ask(Who::Resident(&step.receipt), "GET", "/api/receipt", None).await;
        let page = answer.with_context(|| format!("acknowledged and gone: {}", step.key))?.body;
        let entries = page["timeline"].as_array().context("no timeline")?;
        let found = entries.iter().filter(|entry| entry["text"].as_str().is_some_and(|text| text.contains(&step.mark)));
        ensure!(found.count() == 1, "{} is not there once: {page}", step.key);
    }
    Ok(())
}
