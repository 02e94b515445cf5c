//! Writing what a file of staff says, in one transaction.

use std::collections::HashMap;

use db::{Conn, Tx};
use kernel::{Code, Day, Error, Id, Instant, RegionCode, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    super::{
        login::{first_password, hash_password},
        model::{PersonRecord, PostDraft, PostRecord, UnitRecord},
        rules as post_rules,
        store::{self, NewPerson},
        views,
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

/// How those a file brings get in for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstLogin {
    /// They are personas of the demonstration and never log in.
    Persona,
    /// A first password each, told to whoever brings them in.
    Password,
    /// A link each, made when it is handed out.
    Link,
}

/// What a file says of staff, read and not yet compared with those there are.
pub struct StaffFile {
    candidates: Vec<Candidate>,
    unreadable: Vec<RowError>,
}

impl StaffFile {
    /// Reads a file with the columns `login,name,role,region,unit,phone`; other columns are ignored. `unit` is a unit's
    /// `id_hint`.
    pub fn read(app: &App, csv: &[u8]) -> Self {
        let (rows, unreadable) = rules::staff(csv);
        let now = app.now();
        let candidate = |line| Candidate { line, person: Id::new(now, &app.chance), post: Id::new(now, &app.chance) };
        Self { candidates: rows.into_iter().map(candidate).collect(), unreadable }
    }

    async fn plan(&self, db: &mut Conn, writer: &Writer, first: FirstLogin, today: Day) -> Result<Plan> {
        let mut plan = plan(db, writer, &self.candidates, first, today).await?;
        if !self.unreadable.is_empty() {
            // All that is wrong with a file is told at once, whatever it takes to find out.
            plan.report = Report::refused([self.unreadable.clone(), plan.report.errors].concat());
        }
        Ok(plan)
    }
}

/// What a file of staff did, and what was there before.
#[derive(Debug, Default)]
pub struct StaffDone {
    /// The numbers, or the mistakes.
    pub report: Report,
    /// People who are new.
    pub people: Vec<Id<Person>>,
    /// Posts that are new.
    pub posts: Vec<Id<Post>>,
    /// People whose telephone changed, as they were.
    pub before: Vec<PersonRecord>,
    /// The log-in names of those who are new.
    pub newcomers: Vec<String>,
    /// What each line did.
    pub outcomes: Vec<(i64, Outcome)>,
}

/// What a line did, or would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It gave a post.
    New,
    /// It changed a telephone only.
    Changed,
    /// All of it was there.
    Same,
}

/// Brings in staff from a file, or says what that would do. Returned beside the report are those who are new. Staff
/// brought in by a colleague get a first password each; those of the platform's own files (the demonstration) have none
/// and log in as personas.
///
/// # Errors
/// `internal` when the database fails; mistakes in the file are in the report.
pub async fn import_staff(app: &App, writer: Writer, csv: &[u8], mode: Mode) -> Result<(Report, Vec<Welcome>)> {
    let file = StaffFile::read(app, csv);
    let (now, today) = (app.now(), app.today());
    let first = if writer.is_platform() { FirstLogin::Persona } else { FirstLogin::Password };
    let planned = file.plan(&mut app.db.read().await?, &writer, first, today).await?;
    let key = match mode {
        Mode::Dry => return Ok((planned.report, Vec::new())),
        Mode::Write(_) if !planned.report.errors.is_empty() => return Ok((planned.report, Vec::new())),
        Mode::Write(key) => key,
    };
    let mut hashes = HashMap::new();
    if first == FirstLogin::Password {
        for index in &planned.newcomers {
            let Some(new) = file.candidates.get(*index) else { continue };
            let hash = hash_password(app, &first_password(&app.keys, &new.person.to_string())).await?;
            hashes.insert(new.person, hash);
        }
    }
    let write =
        async move |mut tx: Tx| write(&mut tx, &writer, &file, (first, &hashes), (now, today), Some(&key)).await;
    let (kept, done) = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    let people: Vec<Id<Person>> = kept.newcomers.iter().map(|new| new.person).collect();
    let mut posts = views::posts_of(&mut app.db.read().await?, &people, today).await?;
    let welcome = |Newcomer { name, login, person }: Newcomer| {
        let first_password = first_password(&app.keys, &person.to_string());
        Welcome { name, login, first_password, posts: posts.remove(&person).unwrap_or_default() }
    };
    let welcomed = kept.newcomers.into_iter().map(welcome).collect();
    let Kept { inserted, changed, unchanged, .. } = kept;
    Ok((Report { inserted, changed, unchanged, errors: done.report.errors }, welcomed))
}

/// Brings in staff from a file, inside a transaction that does more. Who is new gets in by a link.
///
/// # Errors
/// `internal` when the database fails; mistakes in the file are in the report.
pub async fn staff_in(
    tx: &mut Tx,
    writer: &Writer,
    file: &StaffFile,
    (now, today): (Instant, Day),
) -> Result<StaffDone> {
    Ok(write(tx, writer, file, (FirstLogin::Link, &HashMap::new()), (now, today), None).await?.1)
}

/// What was done, as kept with the operation's key: a repeated request shows the same passwords again.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    inserted: i64,
    #[serde(default)]
    changed: i64,
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
    writer: &Writer,
    file: &StaffFile,
    (first, hashes): (FirstLogin, &HashMap<Id<Person>, String>),
    (now, today): (Instant, Day),
    key: Option<&Key>,
) -> Result<(Kept, StaffDone)> {
    for candidate in &file.candidates {
        let known = store::person_of_login_unscoped(tx, &candidate.line.row.login).await?;
        if let Some(person) = known {
            store::lock_person(tx, person.id).await?;
        }
    }
    let Plan { newcomers, posts, telephones, outcomes, report } = file.plan(tx, writer, first, today).await?;
    if !report.errors.is_empty() {
        return Ok((Kept::default(), StaffDone { report, ..StaffDone::default() }));
    }
    let fresh: Vec<&Candidate> = newcomers.iter().filter_map(|index| file.candidates.get(*index)).collect();
    let newcomer = |Candidate { line, person, .. }: &&Candidate| Newcomer {
        name: line.row.name.clone(),
        login: line.row.login.clone(),
        person: *person,
    };
    let told = if first == FirstLogin::Password { fresh.iter().map(newcomer).collect() } else { Vec::new() };
    let Report { inserted, changed, unchanged, .. } = report;
    let kept = Kept { inserted, changed, unchanged, newcomers: told };
    // A file that comes again under its key finds everyone there already: what it did the first time is the answer.
    if let Some(key) = key {
        let text = serde_json::to_string(&kept).map_err(Error::internal)?;
        if let Some(before) = idempotency::claim(tx, key, &text, now).await? {
            return Ok((serde_json::from_str(&before).map_err(Error::internal)?, StaffDone::default()));
        }
    }
    for Candidate { line, person: id, .. } in &fresh {
        let (id, StaffRow { login, name, region, phone, .. }) = (*id, &line.row);
        let password_hash = hashes.get(&id).map(String::as_str);
        if first == FirstLogin::Password && password_hash.is_none() {
            // Someone of this name left the books between the look and the writing; the next try sees it.
            return Err(Error::new(Code::Busy));
        }
        let phone = phone.as_deref();
        store::insert_person(tx, &NewPerson { id, name, login, phone, region, password_hash, at: now }).await?;
        if !writer.is_platform() {
            note(tx, now, writer, "person.created", ("person", id.to_string()), region, json!({})).await?;
        }
    }
    for (person, phone) in &telephones {
        if !store::update_person(tx, person.id, person.version, (&person.name, Some(phone))).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let object = ("person", person.id.to_string());
        note(tx, now, writer, "person.changed", object, &person.region, json!({})).await?;
    }
    store::insert_posts(tx, &posts).await?;
    // Whom a colleague gave which post is asked of the trail later, whichever way they did it.
    for post in posts.iter().filter(|_| !writer.is_platform()) {
        let params = json!({ "person": post.person, "role": post.role, "region": post.region, "until": post.until });
        note(tx, now, writer, "post.granted", ("post", post.id.to_string()), &post.region, params).await?;
    }
    record(tx, now, writer, "staff.imported", &report).await?;
    let people = fresh.iter().map(|new| new.person).collect();
    let newcomers = fresh.iter().map(|new| new.line.row.login.clone()).collect();
    let posts = posts.into_iter().map(|post| post.id).collect();
    let before = telephones.into_iter().map(|(person, _)| person).collect();
    Ok((kept, StaffDone { report, people, posts, before, newcomers, outcomes }))
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
    /// People as they are, and the telephone they get.
    telephones: Vec<(PersonRecord, String)>,
    outcomes: Vec<(i64, Outcome)>,
    report: Report,
}

async fn plan(db: &mut Conn, writer: &Writer, candidates: &[Candidate], first: FirstLogin, today: Day) -> Result<Plan> {
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
                plan.telephones.extend(person.other_telephone(new));
                plan.outcomes.push((new.line.line, Outcome::New));
            }
            Ok(None) => {
                let telephone = person.other_telephone(new);
                let outcome = if telephone.is_some() { Outcome::Changed } else { Outcome::Same };
                plan.outcomes.push((new.line.line, outcome));
                plan.telephones.extend(telephone);
            }
            Err(error) => plan.report.errors.push(RowError::new(new.line.line, &error)),
        }
    }
    if first == FirstLogin::Password
        && let Some(first) = plan.newcomers.get(MOST_NEW).and_then(|index| candidates.get(*index))
    {
        let most = i64::try_from(MOST_NEW).unwrap_or(i64::MAX);
        let error = Error::field("login", Code::TooManyRows).with("max", most);
        plan.report.errors.push(RowError::new(first.line.line, &error));
    }
    plan.report.errors.sort_by_key(|mistake| mistake.line);
    if plan.report.errors.is_empty() {
        let count = |wanted| plan.outcomes.iter().filter(|(_, outcome)| *outcome == wanted).count();
        let count = |wanted| i64::try_from(count(wanted)).unwrap_or(i64::MAX);
        plan.report.inserted = count(Outcome::New);
        plan.report.changed = count(Outcome::Changed);
        plan.report.unchanged = count(Outcome::Same);
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
    /// The record, until a row gives it another telephone.
    known: Option<PersonRecord>,
}

impl Seen {
    /// The telephone a row gives someone who has another, once a file.
    fn other_telephone(&mut self, new: &Candidate) -> Option<(PersonRecord, String)> {
        let phone = new.line.row.phone.clone()?;
        let known = self.known.take_if(|known| known.phone.as_ref() != Some(&phone))?;
        Some((known, phone))
    }
}

async fn look(db: &mut Conn, new: &Candidate, today: Day) -> Result<Seen> {
    let StaffRow { login, name, region, .. } = &new.line.row;
    let Some(known) = store::person_of_login_unscoped(db, login).await? else {
        let (id, name, region) = (new.person, name.clone(), region.clone());
        return Ok(Seen { id, name, region, is_new: true, has_left: false, held: Vec::new(), known: None });
    };
    let held = store::posts_of_person(db, known.id, today).await?;
    let has_left = known.until.is_some_and(|until| until <= today);
    let (id, name, region) = (known.id, known.name.clone(), known.region.clone());
    Ok(Seen { id, name, region, is_new: false, has_left, held, known: Some(known) })
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
    // A line that names no unit speaks of the post that is held there already, whichever unit that is in.
    let is_same = |held: &PostRecord| {
        unit.is_none() && held.deputy_for.is_none() && (held.role, &held.region) == (post.role, &post.region)
    };
    if post_rules::is_held(&person.held, &post) || person.held.iter().any(is_same) {
        return Ok(None);
    }
    post_rules::check_separation(&person.held, &post)?;
    Ok(Some(post))
}
