//! The lists that desks live in, as each of them opens, filters and pages them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;

use crate::{
    client::{Client, Who},
    figures::tell,
};

/// Who asks for what; `{township}` and the like are of the demo city.
const LISTS: [(&str, &str, &str); 73] = [
    ("township: to decide", "guowenjun", "/api/cases?view=undecided"),
    ("township: open", "guowenjun", "/api/cases?view=open"),
    ("township: all", "guowenjun", "/api/cases"),
    ("township: one grid", "guowenjun", "/api/cases?region=140403003001001"),
    ("township: one status", "guowenjun", "/api/cases?status=closed"),
    ("unit: to sign", "liangzhiyong", "/api/cases?view=to_sign"),
    ("unit: to handle", "liangzhiyong", "/api/cases?view=to_handle"),
    ("unit: all", "liangzhiyong", "/api/cases"),
    ("county: late", "yanshaohua", "/api/cases?view=overdue"),
    ("county: open", "yanshaohua", "/api/cases?view=open"),
    ("county: all", "yanshaohua", "/api/cases"),
    ("county: one matter", "yanshaohua", "/api/cases?matter=safety.fire.passage-blocked"),
    ("county: one year", "yanshaohua", "/api/cases?from=2025-01-01&to=2025-12-31"),
    ("county: words", "yanshaohua", "/api/cases?q=%E7%94%B5%E6%A2%AF"),
    ("county: rare words", "yanshaohua", "/api/cases?q=%E7%AC%AC4711%E6%88%B7"),
    ("county: sentence", "yanshaohua", "/api/cases?q=%E8%B7%AF%E7%81%AF%E4%B8%8D%E4%BA%AE"),
    ("county: one character", "yanshaohua", "/api/cases?q=%E7%81%AF"),
    ("county: open, words", "yanshaohua", "/api/cases?view=open&q=%E7%94%B5%E6%A2%AF"),
    ("county: year, words", "yanshaohua", "/api/cases?from=2025-01-01&to=2025-12-31&q=%E7%94%B5%E6%A2%AF"),
    ("township: words", "guowenjun", "/api/cases?q=%E7%94%B5%E6%A2%AF"),
    ("unit: words", "liangzhiyong", "/api/cases?q=%E8%B7%AF%E7%81%AF"),
    ("county: today", "yanshaohua", "/api/today"),
    ("unit: a case", "liangzhiyong", "/api/cases/{case}"),
    ("leader: morning page", "shenguodong", "/api/briefs/morning"),
    ("leader: weekly brief", "shenguodong", "/api/briefs/week"),
    ("county: morning page", "yanshaohua", "/api/briefs/morning"),
    ("township: register", "guowenjun", "/api/register"),
    ("township: to publish", "guowenjun", "/api/disclosures"),
    ("public: city's ledger", "", "/api/open/cases"),
    ("public: village's ledger", "", "/api/open/cases?place=140403003001"),
    ("public: one class", "", "/api/open/cases?class=city"),
    ("public: city's map", "", "/api/open/map"),
    ("public: township's map", "", "/api/open/map?place=140403003"),
    ("public: city's figures", "", "/api/open/figures"),
    ("public: village's figures", "", "/api/open/figures?place=140403003001"),
    ("public: about", "", "/api/open/about"),
    // When it is hard.
    ("arbiter: to decide", "guowenjun", "/api/pleas?to_decide=true"),
    ("arbiter: all", "guowenjun", "/api/pleas"),
    ("county: pleas", "yanshaohua", "/api/pleas"),
    ("unit: its pleas", "liangzhiyong", "/api/pleas?ours=true"),
    ("public: city's parked", "", "/api/open/parked"),
    ("public: village's parked", "", "/api/open/parked?place=140403003001"),
    ("county: supervised", "yanshaohua", "/api/supervisions?open=true"),
    ("county: red ones", "yanshaohua", "/api/supervisions?open=true&grade=red"),
    ("county: released", "yanshaohua", "/api/supervisions?open=false"),
    ("unit: supervised", "liangzhiyong", "/api/supervisions?open=true&ours=true"),
    ("unit: its shares", "liangzhiyong", "/api/shares"),
    ("desk: to call back", "guowenjun", "/api/call-backs?own=true&ready=true"),
    ("desk: called back", "guowenjun", "/api/call-backs?over=true"),
    ("desk: waiting", "guowenjun", "/api/call-backs/counts"),
    ("county: re-checks", "yanshaohua", "/api/rechecks?side=county"),
    ("county: contested", "yanshaohua", "/api/rechecks?side=county&state=answered"),
    ("county: by unit", "yanshaohua", "/api/rechecks/units"),
    ("unit: found of it", "liangzhiyong", "/api/rechecks?side=own"),
    ("township: whistles", "guowenjun", "/api/whistles"),
    ("township: running", "guowenjun", "/api/whistles?view=running"),
    ("unit: to answer", "liangzhiyong", "/api/whistles?view=to_answer"),
    ("county: calls", "yanshaohua", "/api/whistle-calls"),
    ("county: whistles counted", "yanshaohua", "/api/whistles/figures"),
    ("county: a whistle", "yanshaohua", "/api/whistles/{whistle}"),
    ("county: figures", "yanshaohua", "/api/indicators"),
    ("county: figures, a year", "yanshaohua", "/api/indicators?period=year"),
    ("township: figures", "guowenjun", "/api/indicators"),
    ("unit: its figures", "liangzhiyong", "/api/indicators"),
    ("county: one figure", "yanshaohua", "/api/indicators/process.in-time"),
    ("county: solved rate", "yanshaohua", "/api/indicators/outcome.solved"),
    ("county: compared", "yanshaohua", "/api/indicators/outcome.solved/comparison"),
    ("county: behind a figure", "yanshaohua", "/api/indicators/cases?day=due&any=due"),
    ("county: late behind it", "yanshaohua", "/api/indicators/cases?day=due&any=overdue"),
    ("county: topics", "yanshaohua", "/api/topics"),
    ("county: disputes counted", "yanshaohua", "/api/disputes/figures"),
    ("auditor: signs", "miaozhiyuan", "/api/gaming-signs"),
    ("public: decisions", "", "/api/open/enforcement/decisions"),
];

/// The files that are written while they are read, from first byte to last.
const FILES: [(&str, &str, &str); 8] = [
    ("county: all, CSV", "yanshaohua", "/api/cases.csv"),
    ("county: all, XLSX", "yanshaohua", "/api/cases.xlsx"),
    ("public: all, CSV", "", "/api/open/cases.csv"),
    ("public: all, GeoJSON", "", "/api/open/cases.geojson"),
    ("township: register, CSV", "guowenjun", "/api/register.csv"),
    ("county: pleas, XLSX", "yanshaohua", "/api/pleas.xlsx"),
    ("county: re-checks, CSV", "yanshaohua", "/api/rechecks.csv?side=county"),
    ("county: calls, CSV", "yanshaohua", "/api/whistle-calls.csv"),
];

/// Asks for every list `times` times, one after the other, and for the next page where there is one.
#[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
pub(crate) async fn run(address: &str, times: u32) -> Result<()> {
    let mut client = Client::new(address);
    println!("{:<26} {:>9} {:>9} {:>9} {:>9}", "", "p50 ms", "p95 ms", "p99 ms", "max ms");
    let handler = enter(&mut client, "liangzhiyong").await?.context("a handler")?;
    let page = client.ask(Who::Staff(&handler), "GET", "/api/cases", None).await?;
    let case = page.body["rows"][0]["id"].as_str().context("a handler's case")?.to_owned();
    let county = enter(&mut client, "yanshaohua").await?.context("a county")?;
    let page = client.ask(Who::Staff(&county), "GET", "/api/whistles", None).await?;
    let whistle = page.body["rows"][0]["id"].as_str().context("a whistle")?.to_owned();
    for (name, who, path) in LISTS {
        let cookie = enter(&mut client, who).await?;
        let who = cookie.as_deref().map_or(Who::Nobody, Who::Staff);
        let path = &path.replace("{case}", &case).replace("{whistle}", &whistle);
        let (mut first, mut next): (Vec<Duration>, Vec<Duration>) = Default::default();
        for _ in 0..times {
            let start = Instant::now();
            let page = client.ask(who, "GET", path, None).await?;
            first.push(start.elapsed());
            if let Some(cursor) = page.body["next"].as_str() {
                let more = format!("{path}{}cursor={cursor}", if path.contains('?') { '&' } else { '?' });
                let start = Instant::now();
                client.ask(who, "GET", &more, None).await?;
                next.push(start.elapsed());
            }
        }
        tell(26, name, &mut first);
        if !next.is_empty() {
            tell(26, "  next page", &mut next);
        }
    }
    for (name, who, path) in FILES {
        let cookie = enter(&mut client, who).await?;
        let start = Instant::now();
        let bytes = client.download(cookie.as_deref().map_or(Who::Nobody, Who::Staff), path).await?;
        let seconds = start.elapsed().as_secs_f64();
        println!("{name:<26} {:>9.1} MB in {seconds:.1} s", f64::from(u32::try_from(bytes / 1_000)?) / 1_000.0);
    }
    Ok(())
}

/// Logs somebody in; nobody when no name is given.
async fn enter(client: &mut Client, who: &str) -> Result<Option<String>> {
    if who.is_empty() {
        return Ok(None);
    }
    let answer = client.ask(Who::Nobody, "POST", "/api/demo/session", Some((&json!({"login": who}), who))).await?;
    answer.cookie.map(Some).with_context(|| format!("no session for {who}: is it a demo?"))
}
