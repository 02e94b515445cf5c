//! The lists that desks live in, as each of them opens, filters and pages them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;

use crate::{
    client::{Client, Who},
    figures::tell,
};

/// Who asks for what; `{township}` and the like are of the demo city.
const LISTS: [(&str, &str, &str); 22] = [
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
];

/// Asks for every list `times` times, one after the other, and for the next page where there is one.
#[expect(clippy::disallowed_methods, reason = "measuring is the load generator's business")]
pub(crate) async fn run(address: &str, times: u32) -> Result<()> {
    let mut client = Client::new(address);
    println!("{:<24} {:>9} {:>9} {:>9} {:>9}", "", "p50 ms", "p95 ms", "p99 ms", "max ms");
    for (name, who, path) in LISTS {
        let session = json!({"login": who});
        let key = format!("lists-{name}");
        let answer = client.ask(Who::Nobody, "POST", "/api/demo/session", Some((&session, &key))).await?;
        let cookie = answer.cookie.with_context(|| format!("no session for {who}: is it a demo?"))?;
        let (mut first, mut next): (Vec<Duration>, Vec<Duration>) = Default::default();
        for _ in 0..times {
            let start = Instant::now();
            let page = client.ask(Who::Staff(&cookie), "GET", path, None).await?;
            first.push(start.elapsed());
            if let Some(cursor) = page.body["next"].as_str() {
                let more = format!("{path}{}cursor={cursor}", if path.contains('?') { '&' } else { '?' });
                let start = Instant::now();
                client.ask(Who::Staff(&cookie), "GET", &more, None).await?;
                next.push(start.elapsed());
            }
        }
        tell(24, name, &mut first);
        if !next.is_empty() {
            tell(24, "  next page", &mut next);
        }
    }
    Ok(())
}
