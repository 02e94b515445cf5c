//! Writing what a file of staff says, in one transaction.

use std::collections::HashMap;

use db::{Conn, Tx};
use kernel::{Code, Day, Error, Id, Instant, RegionCode, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    super::{
        login::{first_password, hash_password},
        model::{PostDraft, PostRecord, UnitRecord},
        rules as post_rules,
        store::{self, NewPerson},
    },
    actions::{record, wrong_places},
    rules::{self, Line, StaffRow, Welcome},
};
use crate::{
    modules::App,
    platform::{
        access::{Person, Post, Unit},
        idempotency::{self, Key},
        import::{Mode, Report, RowError, Writer},
        live::Topic,
        trail::{self, Entry},
    },
};

/// The most people one file may bring who are new: each first password costs its time.
const MOST_NEW: usize = 300;

/// A row, with the ids it gets if it is new.
struct Candidate {
    line: Line<StaffRow>,
    person: Id<Person>,
    post: Id<Post>,
}

/// Brings in staff from a file with the columns `login,name,role,region,unit`, or says what that would do; other columns
/// are ignored. `unit` is a unit's `id_hint`. Returned beside the report are those who are new. Staff brought in by a colleague get a first password each; those of the
/// platform's own files (the demonstration) have none and log in as personas.
///
/// # Errors
/// `internal` when the database fails; mistakes in the file are in the report.
pub async fn import_staff(app: &App, writer: Writer, csv: &[u8], mode: Mode) -> Result<(Report, Vec<Welcome>)> {
    let (rows, unreadable) = rules::staff(csv);
    let (now, today) = (app.now(), app.today());
    let candidate = |line| Candidate { line, person: Id::new(now, &app.chance), post: Id::new(now, &app.chance) };
    let candidates: Vec<Candidate> = rows.into_iter().map(candidate).collect();
    let mut planned = plan(&mut app.db.read().await?, &writer, &candidates, today).await?;
    if !unreadable.is_empty() {
        // All that is wrong with a file is told at once, whatever it takes to find out.
        planned.report = Report::refused([unreadable, planned.report.errors].concat());
    }
    let key = match mode {
        Mode::Dry => return Ok((planned.report, Vec::new())),
        Mode::Write(_) if !planned.report.errors.is_empty() => return Ok((planned.report, Vec::new())),
        Mode::Write(key) => key,
    };
    let mut hashes = HashMap::new();
    if !writer.is_platform() {
        for index in &planned.newcomers {
            let Some(new) = candidates.get(*index) else { continue };
            let hash = hash_password(app, &first_password(&app.keys, &new.person.to_string())).await?;
            hashes.insert(new.person, hash);
        }
    }
    let (kept, errors) = app
        .db
        .write(async move |mut tx: Tx| write(&mut tx, writer, candidates, hashes, (key, now, today)).await)
        .await?;
    app.live.hint(Topic::Records);
    let welcome = |Newcomer { name, login, person }: Newcomer| {
        let first_password = first_password(&app.keys, &person.to_string());
        Welcome { name, login, first_password }
    };
    let welcomed = kept.newcomers.into_iter().map(welcome).collect();
    Ok((Report { inserted: kept.inserted, changed: 0, unchanged: kept.unchanged, errors }, welcomed))
}

/// What was done, as kept with the operation's key: a repeated request shows the same passwords again.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    inserted: i64,
    unchanged: i64,
    newcomers: Vec<Newcomer>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Newcomer {
    name: String,
    login: String,
    person: Id<Person>,
}

async fn write(
    tx: &mut Tx,
    writer: Writer,
    candidates: Vec<Candidate>,
    hashes: HashMap<Id<Person>, String>,
    (key, now, today): (Key, Instant, Day),
) -> Result<(Kept, Vec<RowError>)> {
    for candidate in &candidates {
        let known = store::person_of_login_unscoped(tx, &candidate.line.row.login).await?;
        if let Some(person) = known {
            store::lock_person(tx, person.id).await?;
        }
    }
    let Plan { newcomers, posts, report } = plan(tx, &writer, &candidates, today).await?;
    let mut kept = Kept { inserted: report.inserted, unchanged: report.unchanged, newcomers: Vec::new() };
    let new = newcomers.iter().filter_map(|index| candidates.get(*index));
    // A file that comes again under its key finds everyone there already: what it did the first time is the answer.
    let mut fresh = Vec::new();
    for Candidate { line, person, .. } in new {
        // Those of a colleague's file can log in; the demonstration's are personas.
        let has_password = !writer.is_platform();
        fresh.push((line, *person));
        if has_password {
            let (name, login) = (line.row.name.clone(), line.row.login.clone());
            kept.newcomers.push(Newcomer { name, login, person: *person });
        }
    }
    if !report.errors.is_empty() {
        return Ok((Kept::default(), report.errors));
    }
    let text = serde_json::to_string(&kept).map_err(Error::internal)?;
    if let Some(before) = idempotency::claim(tx, &key, &text, now).await? {
        return Ok((serde_json::from_str(&before).map_err(Error::internal)?, Vec::new()));
    }
    for (line, id) in fresh {
        let StaffRow { login, name, region, .. } = &line.row;
        let password_hash = hashes.get(&id).map(String::as_str);
        if !writer.is_platform() && password_hash.is_none() {
            // Someone of this name left the books between the look and the writing; the next try sees it.
            return Err(Error::new(Code::Busy));
        }
        store::insert_person(tx, &NewPerson { id, name, login, region, password_hash, at: now }).await?;
        if !writer.is_platform() {
            note(tx, now, &writer, "person.created", ("person", id.to_string()), region, json!({})).await?;
        }
    }
    store::insert_posts(tx, &posts).await?;
    // Whom a colleague gave which post is asked of the trail later, whichever way they did it.
    for post in posts.iter().filter(|_| !writer.is_platform()) {
        let params = json!({ "person": post.person, "role": post.role, "region": post.region, "until": post.until });
        note(tx, now, &writer, "post.granted", ("post", post.id.to_string()), &post.region, params).await?;
    }
    record(tx, now, &writer, "staff.imported", &report).await?;
    Ok((kept, Vec::new()))
}

async fn note(
    tx: &mut Tx,
    now: Instant,
    writer: &Writer,
    kind: &'static str,
    (object_kind, object_id): (&'static str, String),
    place: &RegionCode,
    params: serde_json::Value,
) -> Result<()> {
    trail::record(tx, now, &writer.by, Entry { kind, object_kind, object_id, place: Some(place), params }).await
}

/// What would be written.
#[derive(Default)]
struct Plan {
    /// Rows that bring someone new.
    newcomers: Vec<usize>,
    posts: Vec<PostRecord>,
    report: Report,
}

async fn plan(db: &mut Conn, writer: &Writer, candidates: &[Candidate], today: Day) -> Result<Plan> {
    let named: Vec<&str> = candidates.iter().filter_map(|new| new.line.row.unit.as_deref()).collect();
    let units = store::units_by_code(db, &named).await?;
    let places = candidates.iter().map(|new| (new.line.line, &new.line.row.region));
    let mut plan = Plan::default();
    plan.report.errors = wrong_places(db, writer, places).await?;
    let is_over = |unit: &UnitRecord| unit.until.is_some_and(|until| until <= today);
    for new in candidates {
        let unit = new.line.row.unit.as_ref();
        if unit.is_some_and(|unit| units.get(unit).is_none_or(is_over)) {
            plan.report.errors.push(RowError::new(new.line.line, &Error::field("unit", Code::UnknownUnit)));
        }
    }
    let mut seen: HashMap<&str, Seen> = HashMap::new();
    for (index, new) in candidates.iter().enumerate() {
        let login = new.line.row.login.as_str();
        if !seen.contains_key(login) {
            let found = look(db, new, today).await?;
            if found.is_new {
                plan.newcomers.push(index);
            }
            seen.insert(login, found);
        }
        let Some(person) = seen.get_mut(login) else { continue };
        let unit = new.line.row.unit.as_ref().and_then(|unit| units.get(unit)).map(|unit| unit.id);
        match post(writer, new, person, unit, today) {
            Ok(Some(post)) => {
                person.held.push(post.clone());
                plan.posts.push(post);
            }
            Ok(None) => plan.report.unchanged += 1,
            Err(error) => plan.report.errors.push(RowError::new(new.line.line, &error)),
        }
    }
    if !writer.is_platform()
        && let Some(first) = plan.newcomers.get(MOST_NEW).and_then(|index| candidates.get(*index))
    {
        let most = i64::try_from(MOST_NEW).unwrap_or(i64::MAX);
        let error = Error::field("login", Code::TooManyRows).with("max", most);
        plan.report.errors.push(RowError::new(first.line.line, &error));
    }
    plan.report.errors.sort_by_key(|mistake| mistake.line);
    plan.report.inserted = i64::try_from(plan.posts.len()).unwrap_or(i64::MAX);
    if !plan.report.errors.is_empty() {
        (plan.report.inserted, plan.report.unchanged) = (0, 0);
    }
    Ok(plan)
}

/// Whoever a log-in name belongs to, or will.
struct Seen {
    id: Id<Person>,
    name: String,
    region: RegionCode,
    is_new: bool,
    has_left: bool,
    held: Vec<PostRecord>,
}

async fn look(db: &mut Conn, new: &Candidate, today: Day) -> Result<Seen> {
    let StaffRow { login, name, region, .. } = &new.line.row;
    let Some(known) = store::person_of_login_unscoped(db, login).await? else {
        let (id, name, region) = (new.person, name.clone(), region.clone());
        return Ok(Seen { id, name, region, is_new: true, has_left: false, held: Vec::new() });
    };
    let held = store::posts_of_person(db, known.id, today).await?;
    let has_left = known.until.is_some_and(|until| until <= today);
    Ok(Seen { id: known.id, name: known.name, region: known.region, is_new: false, has_left, held })
}

/// The post a row gives; none when it is held already.
fn post(
    writer: &Writer,
    new: &Candidate,
    person: &Seen,
    unit: Option<Id<Unit>>,
    today: Day,
) -> Result<Option<PostRecord>> {
    let StaffRow { login, name, role, region, .. } = &new.line.row;
    // A log-in name that is taken by someone else must not give them a post by mistake.
    let is_kept_elsewhere = !person.is_new && (person.has_left || !writer.covers(&person.region));
    if !writer.is_platform() && (*name != person.name || is_kept_elsewhere) {
        return Err(Error::field("login", Code::Duplicate).with("value", login.as_str()));
    }
    if role.sees_unit_only() && unit.is_none() {
        // Said already, of the unit.
        return Ok(None);
    }
    let draft = PostDraft { role: *role, region: region.clone(), unit, from: None, until: None, deputy_for: None };
    let post = post_rules::post(new.post, person.id, &draft, None, today)?;
    if post_rules::is_held(&person.held, &post) {
        return Ok(None);
    }
    post_rules::check_separation(&person.held, &post)?;
    Ok(Some(post))
}
