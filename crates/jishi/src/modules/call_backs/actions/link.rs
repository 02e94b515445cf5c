//! 评价链接: sent to a telephone that was left, good for some days and for one verdict. No account, no receipt; it opens
//! nothing else.

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Instant, Lang, Result};
use serde_json::json;

use super::{
    super::{
        model::{Attempt, AttemptOutcome, CallBack, CallBackKind, Link, Way},
        rules::{self, Tried},
        store,
    },
    attempt::{Said, conclude},
    follow::{phones, to_ask},
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{
            self, Case, Report, Verdict,
            actions::{self, Doer, Held},
        },
        messages,
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
        masking,
        trail::By,
    },
};

/// Characters of a token: eighty bits, which nobody guesses, in a link that fits a short message.
const TOKEN_CHARS: usize = 20;

/// A link that was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Until when it is good.
    pub until: Instant,
    /// The link's token, shown only by the demonstration, which sends nothing.
    pub shown: Option<String>,
}

fn hash(app: &App, token: &str) -> Vec<u8> {
    app.keys.lookup("verdict-link", token)
}

/// Sends a link for the verdict of one report.
///
/// # Errors
/// `not_found` outside the scope; `record_changed`; `own_work`, `own_unit_work`; `leave_alone`, `wrong_number`,
/// `no_number_left`; `link_sent` while an earlier one is good; `no_link_here` where no short messages can be sent.
pub async fn send_link(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<CallBack>, i64),
    report: Id<Report>,
    key: Key,
) -> Result<Sent> {
    let scope = actor.require(Permission::CaseCallBack)?;
    let limits = app.verification.get().call_backs;
    let now = app.now();
    let until = now.plus_days(limits.link_days);
    // Repeated, the operation makes the same link.
    let token: String =
        app.keys.ticket(&format!("verdict-link {report} {}", key.key)).chars().take(TOKEN_CHARS).collect();
    let mut db = app.db.read().await?;
    let it = store::get(&mut db, &scope, id).await?;
    let case = cases::get(&mut db, &scope, it.case).await?;
    let voice = cases::reports_of(&mut db, it.case).await?.into_iter().find(|voice| voice.id == report);
    let voice = voice.ok_or_else(|| Error::field("report", Code::NotFound))?;
    let lang = Lang::from_header(&voice.locale);
    let message = messages::link_unscoped(&mut db, app, voice.whose(), &case, (&token, lang)).await?;
    drop(db);
    if message.is_none() && !app.settings.is_demo {
        return Err(Error::new(Code::NoLinkHere));
    }
    let (shared, actor, hashed) = (SharedApp::clone(app), actor.clone(), hash(app, &token));
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        let held = Held::unscoped(&mut tx, it.case).await?;
        let mut it = store::lock(&mut tx, &scope, id).await?;
        if it.version != seen {
            return Err(Error::new(Code::RecordChanged));
        }
        may_send(&mut tx, app, &actor, (&it, &held), report).await?;
        let link = Link { call_back: id, report, expires_at: until, used_at: None };
        store::insert_link(&mut tx, hashed, &link, now).await?;
        let by = By::actor(&actor, actor.acting(Permission::CaseCallBack, Some(&held.case.place), None));
        let made = Attempt {
            id: Id::new(now, &app.chance),
            call_back: id,
            case: it.case,
            report,
            at: now,
            channel: Way::Link,
            outcome: AttemptOutcome::Sent,
            person: by.person,
            unit: by.unit,
        };
        store::insert_attempt(&mut tx, &made).await?;
        let params = json!({"way": Way::Link, "attempt": AttemptOutcome::Sent});
        actions::word_sought(&mut tx, app, &Doer::staff(&actor, by), &held.case, (report, params, None)).await?;
        // Whoever got a link has a day for it before somebody calls.
        it.next_at = it.next_at.max(rules::next_after(now, &limits, &app.settings.zone));
        if !store::update(&mut tx, &it).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        match message {
            Some(message) => messages::put_link(&mut tx, message).await,
            None => Ok(()),
        }
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(Sent { until, shown: app.settings.is_demo.then_some(token) })
}

async fn may_send(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    (it, held): (&CallBack, &Held),
    report: Id<Report>,
) -> Result<()> {
    let over = if it.is_open() { rules::overtaken(&held.case, &held.reports, it.began_at) } else { Some(it.state) };
    if let Some(state) = over {
        return Err(Error::new(Code::CallBackOver).with("state", state.names()));
    }
    cases::may_call_back(&held.case, &held.parts, actor)?;
    if it.kind != CallBackKind::Result || !to_ask(held, it.kind).any(|voice| voice.id == report) {
        return Err(Error::field("report", Code::NotFound));
    }
    let with_phone = phones(tx, &held.reports).await?;
    let attempts = store::attempts_of(tx, &[it.case]).await?;
    let tried = Tried::of(&attempts, report, with_phone.contains(&held.voice(report)?.whose()));
    let (limits, zone) = (app.verification.get().call_backs, &app.settings.zone);
    rules::may_try(&tried, Way::Link, (it.began_at, app.now()), &limits, zone)?;
    let good = |link: &&Link| link.report == report && link.used_at.is_none() && link.expires_at > app.now();
    match store::links_of(tx, it.id).await?.iter().find(good) {
        Some(link) => {
            let until = link.expires_at.zoned(zone).strftime("%Y-%m-%d %H:%M").to_string();
            Err(Error::new(Code::LinkSent).with("until", until))
        }
        None => Ok(()),
    }
}

/// A link that is still good, with what it opens.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The verdict of which case.
    pub case: Case,
    /// Until when it is good.
    pub until: Instant,
    /// Whether the result still waits for a word.
    pub is_waiting: bool,
}

/// What a token opens.
///
/// # Errors
/// `bad_link` for a wrong one, one that was used, and one that has expired.
pub async fn opened(db: &mut Conn, app: &App, token: &str) -> Result<Opened> {
    let link = good_link(db, app, token).await?;
    let report = cases::report_unscoped(db, link.report).await?;
    let case = cases::some_unscoped(db, &[report.case]).await?.pop().ok_or_else(|| Error::new(Code::BadLink))?;
    let is_waiting = case.status == cases::Status::Verifying && report.verdict.is_none() && report.is_voice();
    Ok(Opened { case, until: link.expires_at, is_waiting })
}

async fn good_link(db: &mut Conn, app: &App, token: &str) -> Result<Link> {
    let found = store::link_unscoped(db, hash(app, token)).await?;
    let good = found.filter(|link| link.used_at.is_none() && link.expires_at > app.now());
    good.ok_or_else(|| Error::new(Code::BadLink))
}

/// The verdict of whoever holds the link; it is used up by it.
///
/// # Errors
/// `bad_link`; `wrong_status` when no result waits for a word any more; `too_long` on `text`.
pub async fn speak(app: &SharedApp, token: &str, verdict: Verdict, text: Option<String>, key: Key) -> Result<()> {
    let text = text.map(|text| masking::mask(text.trim(), None).text).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > 500) {
        return Err(Error::field("text", Code::TooLong).with("max", 500));
    }
    let (shared, token) = (SharedApp::clone(app), token.to_owned());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, "spoken", app.now()).await?.is_some() {
            return Ok(());
        }
        let link = good_link(&mut tx, app, &token).await?;
        let case = cases::report_unscoped(&mut tx, link.report).await?.case;
        let mut held = Held::unscoped(&mut tx, case).await?;
        let mut it = store::lock_unscoped(&mut tx, link.call_back).await?;
        if !store::use_link(&mut tx, hash(app, &token), app.now()).await? {
            return Err(Error::new(Code::BadLink));
        }
        let voice = held.voice(link.report)?;
        if held.case.status != cases::Status::Verifying || voice.verdict.is_some() {
            return Err(Error::new(Code::WrongStatus).with("status", held.case.status.names()));
        }
        let with_phone = phones(&mut tx, &held.reports).await?;
        let said = Said {
            report: link.report,
            way: Way::Link,
            outcome: AttemptOutcome::Reached,
            verdict: Some(verdict),
            own_wish: None,
            text,
        };
        conclude(&mut tx, app, &Doer::resident(), (&mut it, &mut held), said, &with_phone).await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Cases);
    app.live.hint(Topic::Records);
    Ok(())
}
