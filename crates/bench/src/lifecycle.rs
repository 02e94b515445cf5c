//! One case from the first word to the verdict, as three people would do it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Instant, SystemTime},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{
    client::{Answer, Client, Who},
    figures::Figures,
};

/// Who decides, and who does the work, in the demo city.
const DISPATCHER: &str = "guowenjun";
const HANDLER: &str = "liangzhiyong";
const COMMUNITIES: [&str; 6] =
    ["140403003001", "140403003002", "140403003003", "140403003004", "140403003005", "140403003006"];
const MATTER: &str = "city.lighting.street-lamp";

/// What all lifecycles have in common.
pub(crate) struct Cast {
    grids: Vec<String>,
    lead: Value,
    assists: Value,
    /// Makes receipts and keys of this run unlike those of an earlier one on the same data.
    run: u64,
    next: AtomicU64,
}

impl Cast {
    /// Finds the grids, and who takes the matter there.
    #[expect(clippy::disallowed_methods, reason = "a run is told from another by the time it began")]
    pub async fn find(address: &str) -> Result<Self> {
        let mut client = Client::new(address);
        let mut grids = Vec::new();
        for community in COMMUNITIES {
            let path = format!("/api/regions?parent={community}");
            let answer = client.ask(Who::Nobody, "GET", &path, None).await?;
            let rows = answer.body["rows"].as_array().context("no rows")?;
            grids.extend(rows.iter().filter_map(|row| row["code"].as_str()).map(str::to_owned));
        }
        let began = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let mut cast = Self {
            grids,
            lead: Value::Null,
            assists: Value::Null,
            run: began % 1_000_000_000,
            next: AtomicU64::new(0),
        };
        (cast.lead, cast.assists) = cast.proposal(&mut client).await?;
        Ok(cast)
    }

    /// Asks once who is proposed; a dispatch that follows the proposal needs no reason.
    async fn proposal(&self, client: &mut Client) -> Result<(Value, Value)> {
        let (receipt, key) = self.marks();
        client.ask(Who::Nobody, "POST", "/api/reports", Some((&self.report(&receipt), &key))).await?;
        let dispatcher = log_in(client, DISPATCHER, &key).await?;
        let follow = client.ask(Who::Resident(&receipt), "GET", "/api/receipt", None).await?;
        let case = find(client, &dispatcher, &follow.body).await?;
        let path = format!("/api/cases/{}/proposal", text(&case.body["rows"][0]["id"])?);
        let proposal = client.ask(Who::Staff(&dispatcher), "GET", &path, None).await?.body;
        let assists = proposal["assists"].as_array().context("no assists")?;
        let assists: Vec<&Value> = assists.iter().map(|assist| &assist["unit"]["id"]).collect();
        Ok((proposal["lead"]["unit"]["id"].clone(), json!(assists)))
    }

    /// A receipt and the stem of keys nobody used before.
    fn marks(&self) -> (String, String) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        (format!("{:09}{number:07}", self.run), format!("bench-{}-{number}", self.run))
    }

    fn report(&self, receipt: &str) -> Value {
        let turn = self.next.load(Ordering::Relaxed);
        let grid = usize::try_from(turn).ok().and_then(|turn| self.grids.get(turn % self.grids.len().max(1)));
        json!({
            "receipt": receipt,
            "text": "小区东门外第三盏路灯不亮，晚上看不清台阶。",
            "matter": MATTER,
            "identity": "anonymous",
            "place": {"source": "chosen", "region": grid},
            "locale": "zh",
        })
    }
}

async fn log_in(client: &mut Client, login: &str, key: &str) -> Result<String> {
    let answer = client.ask(Who::Nobody, "POST", "/api/demo/session", Some((&json!({"login": login}), key))).await?;
    answer.cookie.with_context(|| format!("no session for {login}: is it a demo?"))
}

async fn find(client: &mut Client, dispatcher: &str, taken: &Value) -> Result<Answer> {
    let path = format!("/api/cases?q={}", text(&taken["number"])?);
    client.ask(Who::Staff(dispatcher), "GET", &path, None).await
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().with_context(|| format!("expected a text, found {value}"))
}

/// Plays the three parts, one lifecycle after the other.
pub(crate) struct Player {
    client: Client,
    cast: Arc<Cast>,
    dispatcher: String,
    handler: String,
}

impl Player {
    /// Connects and logs the two members of staff in.
    pub async fn enter(address: &str, cast: Arc<Cast>) -> Result<Self> {
        let mut client = Client::new(address);
        let (_, key) = cast.marks();
        let dispatcher = log_in(&mut client, DISPATCHER, &key).await?;
        let handler = log_in(&mut client, HANDLER, &format!("{key}-h")).await?;
        Ok(Self { client, cast, dispatcher, handler })
    }

    /// One lifecycle; `since` is when it was due.
    pub async fn play(&mut self, since: Instant, figures: &mut Figures) {
        match self.steps(figures).await {
            Ok(()) => figures.lifecycles.push(since.elapsed()),
            Err(error) => figures.failed(&error),
        }
    }

    async fn steps(&mut self, figures: &mut Figures) -> Result<()> {
        let cast = Arc::clone(&self.cast);
        let (dispatcher, handler) = (self.dispatcher.clone(), self.handler.clone());
        let (receipt, key) = cast.marks();
        let resident = Who::Resident(&receipt);
        let taken = self
            .timed(figures, "report", Who::Nobody, "POST", "/api/reports", Some((&cast.report(&receipt), &key)))
            .await?;
        let search = format!("/api/cases?q={}", text(&taken.body["number"])?);
        let found = self.timed(figures, "find", Who::Staff(&dispatcher), "GET", &search, None).await?;
        let row = &found.body["rows"][0];
        let case = format!("/api/cases/{}", text(&row["id"])?);
        let body = json!({"version": row["version"], "lead": cast.lead, "assists": cast.assists});
        let case_now = self.step(figures, "dispatch", &dispatcher, &case, body, &key).await?;
        let body = json!({"version": case_now.body["version"]});
        let case_now = self.step(figures, "sign", &handler, &case, body, &key).await?;
        let body = json!({"version": case_now.body["version"], "text": "灯头已更换，当晚复亮。", "outcome": "solved"});
        self.step(figures, "result", &handler, &case, body, &key).await?;
        self.timed(figures, "follow", resident, "GET", "/api/receipt", None).await?;
        let verdict = json!({"contacted": true, "solved": "yes", "satisfied": "satisfied"});
        self.timed(figures, "verdict", resident, "POST", "/api/receipt/verdict", Some((&verdict, &key))).await?;
        self.timed(figures, "follow", resident, "GET", "/api/receipt", None).await?;
        Ok(())
    }

    async fn step(
        &mut self,
        figures: &mut Figures,
        name: &'static str,
        staff: &str,
        case: &str,
        body: Value,
        key: &str,
    ) -> Result<Answer> {
        let path = format!("{case}/{name}");
        self.timed(figures, name, Who::Staff(staff), "POST", &path, Some((&body, key))).await
    }

    #[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
    async fn timed(
        &mut self,
        figures: &mut Figures,
        name: &'static str,
        who: Who<'_>,
        method: &str,
        path: &str,
        body: Option<(&Value, &str)>,
    ) -> Result<Answer> {
        let start = Instant::now();
        let answer = self.client.ask(who, method, path, body).await?;
        figures.steps.entry(name).or_default().push(start.elapsed());
        Ok(answer)
    }
}
