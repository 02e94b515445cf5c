//! A burst: phones that were without a network all day come back at the same moment, and each sends its day.
//!
//! A phone sends as the client's outbox does: one item after the other, its photos first, each item under a key of its own; an
//! item whose answer was lost goes again under the same key. Which answers are lost is the load generator's choice: it closes
//! the connection as soon as the request is out.

use std::{
    io::Cursor,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use futures::future::join_all;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use tokio::sync::{Barrier, Semaphore};

use crate::{
    Burst,
    client::{Client, Who},
    figures::tell,
    instance::Instance,
    rows,
};

/// What a grid worker finds, and a day of it.
const MATTERS: [(&str, &str); 3] = [
    ("city.lighting.street-lamp", "路灯不亮"),
    ("city.cleanliness.rubbish", "楼道口堆着垃圾"),
    ("city.lighting.street-lamp", "灯杆歪了"),
];
/// Different pictures; a phone takes its own from them. Each upload is decoded, looked at and encoded anew whatever it shows.
const PICTURES: u32 = 64;
/// As large as the client makes a photo before it sends it: 1600 by 1200.
const ACROSS: (u32, u32) = (1_600, 1_200);
/// How long a phone waits before it tries again what was cut off.
const AGAIN: Duration = Duration::from_millis(200);
/// How long one at least waits that was told to come later.
const LATER: Duration = Duration::from_secs(1);
/// Tries of one photo: there is room for a few at a time, and all come at once.
const PHOTO_TRIES: u32 = 200;
/// Tries of one item, and residents' pages looked at together.
const TRIES: u32 = 20;
const TOGETHER: usize = 32;

/// What a phone met.
#[derive(Default)]
struct Sent {
    /// From the moment on which all began until each item was acknowledged.
    waited: Vec<Duration>,
    receipts: Vec<String>,
    /// Items sent again because their answer was lost, or was none.
    repeated: u64,
    photos: u64,
    /// Photos that were told to come later.
    turned_away: u64,
}

/// Who sends, and what.
struct Phone {
    address: String,
    number: u32,
    cookie: String,
    grid: String,
    pictures: Arc<Vec<Vec<u8>>>,
    /// Tells this run's receipts and keys from those of another on the same data.
    run: u64,
}

/// Sends the days of all phones at once, and looks whether every item is there once.
#[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
pub(crate) async fn run(options: &Burst) -> Result<()> {
    ensure!(options.phones > 0 && options.items > 0, "somebody sends something");
    ensure!(options.photos <= options.items, "a photo belongs to an item");
    let instance = Instance::find_or_start(&options.target)?;
    instance.tell();
    let phones = phones(options, &instance).await?;
    let database = instance.database.clone().context("reports are counted in --database")?;
    let before = rows::reports(&database).await?;
    let barrier = Arc::new(Barrier::new(phones.len() + 1));
    let tasks: Vec<_> = phones
        .into_iter()
        .map(|phone| {
            let (barrier, day) = (Arc::clone(&barrier), (options.items, options.photos, options.lost));
            tokio::spawn(async move {
                barrier.wait().await;
                phone.send(day).await
            })
        })
        .collect();
    barrier.wait().await;
    let start = Instant::now();
    let (mut all, mut done) = (Sent::default(), Vec::new());
    for task in tasks {
        let sent = task.await??;
        all.repeated += sent.repeated;
        all.photos += sent.photos;
        all.turned_away += sent.turned_away;
        done.extend(sent.waited.iter().max().copied());
        all.waited.extend(sent.waited);
        all.receipts.extend(sent.receipts);
    }
    let took = start.elapsed();
    let after = rows::reports(&database).await?;
    let items = all.receipts.len();
    ensure!(usize::try_from(after - before)? == items, "{items} items were sent and {} are there", after - before);
    look(&instance.address, &all.receipts).await?;
    println!(
        "burst        {} phones at once, {} items each, {} of them with a photo; generator on the same machine",
        options.phones, options.items, options.photos
    );
    let rate = f64::from(u32::try_from(items)?) / took.as_secs_f64();
    println!("items        {items} in {:.1} s, {rate:.0} a second, each there once", took.as_secs_f64());
    println!("sent again   {} whose answer was lost, under the same key", all.repeated);
    println!("photos       {}, told to come later {} times", all.photos, all.turned_away);
    println!("{:<16} {:>9} {:>9} {:>9} {:>9}", "", "p50 ms", "p95 ms", "p99 ms", "max ms");
    tell(16, "item in", &mut all.waited);
    tell(16, "phone is empty", &mut done);
    println!("size         {}", instance.size());
    Ok(())
}

/// Logs as many phones in: those of the demo's grid workers, several a person where there are more phones than people.
#[expect(clippy::disallowed_methods, reason = "a run is told from another by the time it began")]
async fn phones(options: &Burst, instance: &Instance) -> Result<Vec<Phone>> {
    let mut client = Client::new(&instance.address);
    let personas = client.ask(Who::Nobody, "GET", "/api/demo/personas", None).await?.body;
    let workers = grid_workers(&personas)?;
    let pictures = Arc::new(if options.photos > 0 { pictures()? } else { Vec::new() });
    let run = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs() % 100_000;
    let mut phones = Vec::new();
    for number in 0..options.phones {
        let (login, grid) = workers.get(usize::try_from(number)? % workers.len()).context("no grid worker")?;
        let body = json!({"login": login});
        let answer = client.ask(Who::Nobody, "POST", "/api/demo/session", Some((&body, "burst-session"))).await?;
        phones.push(Phone {
            address: instance.address.clone(),
            number,
            cookie: answer.cookie.context("no session: is it a demo?")?,
            grid: grid.clone(),
            pictures: Arc::clone(&pictures),
            run,
        });
    }
    Ok(phones)
}

/// Log-in and grid of each.
fn grid_workers(personas: &Value) -> Result<Vec<(String, String)>> {
    let rows = personas["rows"].as_array().context("no personas")?;
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let worker = |row: &Value| Some((word(&row["login"])?, word(&row["region"]["code"])?));
    let workers: Vec<_> = rows.iter().filter(|row| row["role"] == "grid_worker").filter_map(worker).collect();
    ensure!(!workers.is_empty(), "no grid worker in {personas}");
    Ok(workers)
}

/// Photos with enough in them to cost what a street costs.
fn pictures() -> Result<Vec<Vec<u8>>> {
    let draw = |number: u32| {
        let image = RgbImage::from_fn(ACROSS.0, ACROSS.1, |x, y| {
            let noise = x.wrapping_mul(31).wrapping_add(y.wrapping_mul(17)).wrapping_mul(number.wrapping_add(7)) >> 3;
            let byte = |value: u32| u8::try_from(value % 256).unwrap_or(0);
            Rgb([byte(x / 7 + noise % 40), byte(y / 5 + noise % 30), byte(number * 4 + noise % 50)])
        });
        let mut file = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(image).write_to(&mut file, ImageFormat::Jpeg)?;
        Ok(file.into_inner())
    };
    (0..PICTURES).map(draw).collect()
}

impl Phone {
    /// The day in `(items, photos, lost)`: so many items, the first of them with a photo each, of a hundred answers so many
    /// lost.
    #[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
    async fn send(&self, (items, photos, lost): (u32, u32, u32)) -> Result<Sent> {
        let (start, mut sent, mut client) = (Instant::now(), Sent::default(), Client::new(&self.address));
        for item in 0..items {
            let shas = if item < photos { vec![self.photo(&mut client, item, &mut sent).await?] } else { Vec::new() };
            let (receipt, key) = self.marks(item);
            let body = self.entry(item, &receipt, &shas);
            let is_lost = (self.number * 37 + item * 61) % 100 < lost;
            if is_lost {
                client.send_and_leave(Who::Staff(&self.cookie), "/api/cases", (&body, &key)).await?;
                sent.repeated += 1;
                tokio::time::sleep(AGAIN).await;
            }
            self.deliver(&mut client, (&body, &key), &mut sent).await?;
            sent.waited.push(start.elapsed());
            sent.receipts.push(receipt);
        }
        Ok(sent)
    }

    /// Sends until it is acknowledged.
    async fn deliver(&self, client: &mut Client, item: (&Value, &str), sent: &mut Sent) -> Result<()> {
        for _ in 0..TRIES {
            match client.send(Who::Staff(&self.cookie), "POST", "/api/cases", Some(item)).await {
                Ok(answer) if (200..300).contains(&answer.status) => return Ok(()),
                Ok(answer) if answer.status < 500 && answer.status != 429 => {
                    anyhow::bail!("{} was refused: {} {}", item.1, answer.status, answer.body)
                }
                _ => {
                    sent.repeated += 1;
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
        anyhow::bail!("{} found nobody who takes it", item.1)
    }

    async fn photo(&self, client: &mut Client, item: u32, sent: &mut Sent) -> Result<String> {
        let at = usize::try_from(self.number * 7 + item)? % self.pictures.len().max(1);
        let bytes = self.pictures.get(at).context("no picture")?;
        for turn in 0..PHOTO_TRIES {
            let answer = client.upload(Who::Staff(&self.cookie), "/api/photos", "image/jpeg", bytes).await?;
            if answer.status != 503 {
                sent.photos += 1;
                let sha = answer.body["sha"].as_str().map(str::to_owned);
                return sha.with_context(|| format!("{} {}", answer.status, answer.body));
            }
            // As many are looked at as there is room for; the others are told to come later, and come apart.
            sent.turned_away += 1;
            tokio::time::sleep(LATER * (1 + (self.number + turn) % 8)).await;
        }
        anyhow::bail!("a photo found nobody who takes it")
    }

    fn marks(&self, item: u32) -> (String, String) {
        let receipt = format!("{:05}{:06}{item:05}", self.run, self.number);
        (receipt.clone(), format!("burst-{receipt}"))
    }

    fn entry(&self, item: u32, receipt: &str, photos: &[String]) -> Value {
        let (matter, text) = MATTERS[usize::try_from(item).unwrap_or(0) % MATTERS.len()];
        json!({
            "receipt": receipt, "text": format!("{text}，第{}处", item + 1), "matter": matter, "channel": "grid",
            "identity": "anonymous", "place": {"source": "chosen", "region": self.grid}, "locale": "zh", "photos": photos,
        })
    }
}

/// Each item's receipt opens its case.
async fn look(address: &str, receipts: &[String]) -> Result<()> {
    let gate = Arc::new(Semaphore::new(TOGETHER));
    let pieces = receipts.chunks(receipts.len().div_ceil(TOGETHER).max(1)).map(|piece| {
        let gate = Arc::clone(&gate);
        async move {
            let _turn = gate.acquire().await?;
            let mut client = Client::new(address);
            for receipt in piece {
                let page = client.ask(Who::Resident(receipt), "GET", "/api/receipt", None).await;
                ensure!(page.context("acknowledged and gone")?.body["number"].is_string(), "{receipt} has no case");
            }
            Ok(())
        }
    });
    join_all(pieces).await.into_iter().collect()
}
