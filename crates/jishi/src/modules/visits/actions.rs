//! Visits written down, changed, taken back, opened, made a case; what is forgotten in time.

use db::Tx;
use kernel::{Code, Day, Error, Id, Instant, Lang, RegionCode, Result};
use serde_json::{Value, json};

use super::{
    model::{Opening, Sealed, Visit, Words},
    rules::{self, Written},
    store,
};
use crate::{
    modules::{
        App, Schedule, SharedApp,
        cases::{
            Case, Channel, Identity,
            actions::{NewContact, NewPlace, NewReport, Ready, prepare_report, report_in},
        },
        contacts::OPEN_SECONDS,
        erasures::{self, Cause, Erased, What},
        links,
        people::PersonRef,
        regions::{self, PlaceSource},
    },
    platform::{
        access::{Actor, Permission, Scope},
        idempotency::{self, Key},
        keys::SealedColumn,
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// What is kept long enough is forgotten once a day.
const FORGET_SECONDS: i64 = 86_400;

/// What the platform does by itself.
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule { kind: "visits.forget", every_seconds: FORGET_SECONDS, run: |app| Box::pin(forget(app)) }]
}

/// A visit to be written down.
#[derive(Clone, Debug)]
pub struct NewVisit {
    /// Where.
    pub region: RegionCode,
    /// On which day; today if not said.
    pub visited_on: Option<Day>,
    /// Whom, in which household.
    pub whom: String,
    /// What was said.
    pub said: String,
    /// What is needed.
    pub need: Option<String>,
    /// Code of the matter it is about.
    pub matter: Option<String>,
    /// Whether the need becomes a case at once.
    pub makes_case: bool,
}

/// What was written down.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    /// The visit.
    pub id: Id<Visit>,
}

fn context(id: Id<Visit>, field: &str) -> String {
    bound_to(&id.to_string(), field)
}

fn bound_to(visit: &str, field: &str) -> String {
    format!("visit {visit} {field}")
}

/// What is sealed here.
pub const SEALED: &[SealedColumn] = &[
    SealedColumn {
        table: "visits",
        id: "id",
        field: None,
        cipher: "whom",
        context: |visit, _| bound_to(visit, "whom"),
    },
    SealedColumn {
        table: "visits",
        id: "id",
        field: None,
        cipher: "said",
        context: |visit, _| bound_to(visit, "said"),
    },
];

fn seal(app: &App, id: Id<Visit>, written: &Written) -> Result<Sealed> {
    let seal = |field, words| app.keys.seal(&app.chance, &context(id, field), words);
    Ok(Sealed { whom: seal("whom", &written.whom)?, said: seal("said", &written.said)? })
}

/// What is sealed, in the open: for its writer, or for whoever writes the opening down in the same transaction.
pub(super) fn unseal(app: &App, id: Id<Visit>, sealed: &Sealed) -> Result<Words> {
    let open = |field, cipher: &[u8]| app.keys.open(&context(id, field), cipher);
    Ok(Words { whom: open("whom", &sealed.whom)?, said: open("said", &sealed.said)? })
}

fn as_writer(actor: &Actor, place: &RegionCode) -> By {
    By::actor(actor, actor.acting(Permission::VisitWrite, Some(place), None))
}

async fn note(
    tx: &mut Tx,
    app: &App,
    by: &By,
    (kind, id): (&'static str, Id<Visit>),
    place: &RegionCode,
    params: Value,
) -> Result<()> {
    let (object_id, place) = (id.to_string(), Some(place));
    trail::record(tx, app.now(), by, Entry { kind, object_kind: "visit", object_id, place, params }).await
}

/// A matter that is in force in a place.
fn check_matter(app: &App, matter: Option<&str>, place: &RegionCode) -> Result<()> {
    let unknown = |code: &&str| app.matters.catalogue().matter(code, place).is_none();
    match matter.filter(unknown) {
        Some(code) => Err(Error::field("matter", Code::UnknownValue).with("value", code)),
        None => Ok(()),
    }
}

fn all<const N: usize>(checks: [Result<()>; N]) -> Result<()> {
    let mistakes = checks.into_iter().filter_map(Result::err).reduce(Error::and);
    mistakes.map_or(Ok(()), Err)
}

/// Writes a visit down, and makes its need a case if so wished. A repetition changes nothing.
///
/// # Errors
/// Fields to be mended; `not_found` on `region` outside the actor's places; what a report may be refused for.
pub async fn record(app: &SharedApp, actor: &Actor, new: NewVisit, key: Key) -> Result<Recorded> {
    let scope = actor.require(Permission::VisitWrite)?;
    let matter = new.matter.as_deref().map(str::trim).filter(|matter| !matter.is_empty()).map(str::to_owned);
    let (written, day) =
        (rules::written(&new.whom, &new.said, new.need.as_deref()), rules::day(new.visited_on, app.today()));
    let is_wanted = new.makes_case && new.need.as_deref().is_none_or(|need| need.trim().is_empty());
    all([
        place(app, &scope, &new.region).await?,
        written.as_ref().map(|_| ()).map_err(Clone::clone),
        day.as_ref().map(|_| ()).map_err(Clone::clone),
        check_matter(app, matter.as_deref(), &new.region),
        if is_wanted { Err(Error::field("need", Code::Required)) } else { Ok(()) },
    ])?;
    let (written, visited_on) = (written?, day?);
    let by = as_writer(actor, &new.region);
    let post = actor.acting(Permission::VisitWrite, Some(&new.region), None);
    let visit = Visit {
        id: Id::new(app.now(), &app.chance),
        region: new.region,
        writer: PersonRef { id: actor.person, name: actor.name.clone() },
        unit: by.unit,
        visited_on,
        need: written.need.clone(),
        matter,
        case: None,
        number: None,
        standing: None,
        written_at: app.now(),
        keep_until: Some(visited_on.plus(app.links.get().keep_days)),
        version: 1,
    };
    let ready = match &visit.need {
        Some(need) if new.makes_case => Some(prepare_report(app, actor, report(app, &visit, need)).await?),
        _ => None,
    };
    let sealed = seal(app, visit.id, &written)?;
    write(app, by, (visit, post.map(|post| post.id)), (sealed, ready), key).await
}

async fn place(app: &App, scope: &Scope, region: &RegionCode) -> Result<Result<()>> {
    let standing = regions::standing_unscoped(&mut app.db.read().await?, region, app.today()).await?;
    Ok(if standing.as_ref() != Some(region) {
        Err(Error::field("region", Code::UnknownRegion))
    } else if !scope.covers(region) {
        Err(Error::field("region", Code::NotFound))
    } else {
        rules::place(region)
    })
}

async fn write(
    app: &SharedApp,
    by: By,
    (visit, post): (Visit, Option<Id<crate::platform::access::Post>>),
    (sealed, ready): (Sealed, Option<Ready>),
    key: Key,
) -> Result<Recorded> {
    let (shared, region, makes_case) = (SharedApp::clone(app), visit.region.clone(), ready.is_some());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &visit.id.to_string(), app.now()).await? {
            return earlier.parse().map_err(Error::internal);
        }
        let mut visit = visit;
        if let Some(ready) = ready {
            visit.case = Some(report_in(&mut tx, app, ready).await?);
        }
        store::insert(&mut tx, &visit, post, &sealed).await?;
        let params = json!({"has_need": visit.need.is_some(), "case": visit.case});
        note(&mut tx, app, &by, ("visit.recorded", visit.id), &visit.region, params).await?;
        Ok(visit.id)
    };
    let id = app.db.write(write).await?;
    after(app, &region, makes_case).await?;
    Ok(Recorded { id })
}

/// Tells the pages, and what everyone reads of the village.
async fn after(app: &SharedApp, region: &RegionCode, made_case: bool) -> Result<()> {
    app.live.hint(Topic::Records);
    if made_case {
        app.live.hint(Topic::Cases);
        // It may be an emergency.
        app.live.press();
    }
    links::disclose(app, region).await
}

/// A visit as it shall be.
#[derive(Clone, Debug)]
pub(super) struct VisitChange {
    /// The version that was seen.
    pub version: i64,
    /// On which day.
    pub visited_on: Option<Day>,
    /// Whom, in which household.
    pub whom: String,
    /// What was said.
    pub said: String,
    /// What is needed.
    pub need: Option<String>,
    /// Code of the matter it is about.
    pub matter: Option<String>,
}

/// One's own visit, while it may be changed.
async fn own(tx: &mut Tx, app: &App, actor: &Actor, id: Id<Visit>) -> Result<Visit> {
    let visit = store::get(tx, &Scope::default(), actor.person, id).await?;
    rules::may_change(&visit, app.links.get().change_hours, app.now())?;
    Ok(visit)
}

/// Changes a visit. What became a case is said there.
///
/// # Errors
/// Fields to be mended; `visit_too_late`, `visit_is_case`, `record_changed`; `not_found` where somebody else wrote it.
pub(super) async fn change(app: &SharedApp, actor: &Actor, id: Id<Visit>, change: VisitChange, key: Key) -> Result<()> {
    actor.require(Permission::VisitWrite)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let held = own(&mut tx, app, &actor, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(held.region);
        }
        let matter = change.matter.as_deref().map(str::trim).filter(|matter| !matter.is_empty()).map(str::to_owned);
        let written = rules::written(&change.whom, &change.said, change.need.as_deref());
        let day = rules::day(change.visited_on.or(Some(held.visited_on)), held.written_at.day(&app.settings.zone));
        all([
            written.as_ref().map(|_| ()).map_err(Clone::clone),
            day.as_ref().map(|_| ()).map_err(Clone::clone),
            check_matter(app, matter.as_deref(), &held.region),
        ])?;
        let (written, visited_on) = (written?, day?);
        if held.case.is_some() && (written.need != held.need || matter != held.matter) {
            return Err(Error::field("need", Code::VisitIsCase));
        }
        let sealed = seal(app, id, &written)?;
        let visit = Visit { visited_on, need: written.need, matter, ..held };
        if !store::update(&mut tx, &visit, &sealed, change.version).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let by = as_writer(&actor, &visit.region);
        let params = json!({"has_need": visit.need.is_some()});
        note(&mut tx, app, &by, ("visit.changed", id), &visit.region, params).await?;
        Ok(visit.region)
    };
    let region = app.db.write(write).await?;
    after(app, &region, false).await
}

/// Takes a visit back.
///
/// # Errors
/// `visit_too_late`, `visit_is_case`, `record_changed`; `not_found` where somebody else wrote it.
pub(super) async fn withdraw(app: &SharedApp, actor: &Actor, (id, seen): (Id<Visit>, i64), key: Key) -> Result<()> {
    actor.require(Permission::VisitWrite)?;
    let (shared, actor) = (SharedApp::clone(app), actor.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(None);
        }
        let held = own(&mut tx, app, &actor, id).await?;
        if held.case.is_some() {
            return Err(Error::new(Code::VisitIsCase));
        }
        if !store::withdraw(&mut tx, id, app.now(), seen).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        note(&mut tx, app, &as_writer(&actor, &held.region), ("visit.withdrawn", id), &held.region, json!({})).await?;
        Ok(Some(held.region))
    };
    match app.db.write(write).await? {
        Some(region) => after(app, &region, false).await,
        None => Ok(()),
    }
}

/// Opens what is sealed for a minute, for the place's own office; who, when and why stand on the visit.
///
/// # Errors
/// `required` on `words`; `visit_forgotten`; `not_found` outside the actor's places.
pub(super) async fn open(
    app: &SharedApp,
    actor: &Actor,
    (id, words): (Id<Visit>, &str),
    key: Key,
) -> Result<(Words, Instant)> {
    let scope = actor.require(Permission::VisitOpen)?;
    let words = rules::why(words)?;
    let (shared, actor, now) = (SharedApp::clone(app), actor.clone(), app.now());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let visit = store::get(&mut tx, &scope, actor.person, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Err(Error::new(Code::IdempotencyMismatch).because("an opening is not repeated: it is a new one"));
        }
        let sealed = store::sealed_unscoped(&mut tx, id).await?.ok_or_else(|| Error::new(Code::VisitForgotten))?;
        let opened = unseal(app, id, &sealed)?;
        if !visit.is_by(actor.person) {
            let by = By::actor(&actor, actor.acting(Permission::VisitOpen, Some(&visit.region), None));
            let opening: Id<Opening> = Id::new(now, &app.chance);
            store::add_opening(&mut tx, (opening, id), (now, actor.person, by.role), &words).await?;
            note(&mut tx, app, &by, ("visit.opened", id), &visit.region, json!({})).await?;
        }
        Ok((opened, now.plus_seconds(OPEN_SECONDS)))
    };
    app.db.write(write).await
}

/// Makes a visit's need a case.
///
/// # Errors
/// `visit_no_need`, `record_changed` (also where it is one already); what a report may be refused for; `not_found`.
pub(super) async fn make_case(
    app: &SharedApp,
    actor: &Actor,
    (id, seen): (Id<Visit>, i64),
    matter: Option<String>,
    key: Key,
) -> Result<()> {
    let scope = readable(actor)?;
    let mut visit = store::get(&mut app.db.read().await?, &scope, actor.person, id).await?;
    let matter = matter.map(|matter| matter.trim().to_owned()).filter(|matter| !matter.is_empty());
    check_matter(app, matter.as_deref(), &visit.region)?;
    visit.matter = matter.clone().or(visit.matter);
    let need = visit.need.clone().ok_or_else(|| Error::new(Code::VisitNoNeed))?;
    let ready = prepare_report(app, actor, report(app, &visit, &need)).await?;
    let by = By::actor(actor, actor.acting(Permission::CaseEnter, Some(&visit.region), None));
    let (shared, region) = (SharedApp::clone(app), visit.region.clone());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if idempotency::claim(&mut tx, &key, &id.to_string(), app.now()).await?.is_some() {
            return Ok(());
        }
        let case: Id<Case> = report_in(&mut tx, app, ready).await?;
        if !store::set_case(&mut tx, id, (case, matter), seen).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        note(&mut tx, app, &by, ("visit.reported", id), &visit.region, json!({"case": case})).await
    };
    app.db.write(write).await?;
    after(app, &region, true).await
}

/// The places whose visits the actor sees, beside their own.
///
/// # Errors
/// `forbidden` to whoever neither writes visits nor opens them.
pub(super) fn readable(actor: &Actor) -> Result<Scope> {
    actor.require(Permission::VisitOpen).or_else(|_| actor.require(Permission::VisitWrite).map(|_| Scope::default()))
}

/// The report a need makes: what is needed and where, and nothing of whom or what was said.
fn report(app: &App, visit: &Visit, need: &str) -> NewReport {
    NewReport {
        receipt: receipt(app),
        channel: Channel::Grid,
        text: need.to_owned(),
        matter: visit.matter.clone(),
        accepts_answer: false,
        identity: Identity::Anonymous,
        contact: NewContact::default(),
        place: NewPlace {
            source: PlaceSource::Staff,
            lon: None,
            lat: None,
            region: Some(visit.region.clone()),
            text: None,
        },
        registered_region: None,
        photos: Vec::new(),
        joins: None,
        locale: Lang::Zh.tag().to_owned(),
        qr: None,
        item: None,
        wants_messages: false,
        about: None,
    }
}

/// Nobody was given one: the case is followed by the visit.
fn receipt(app: &App) -> String {
    loop {
        let receipt = format!("{:016}", app.chance.below(10_u64.pow(16)));
        let digits: std::collections::HashSet<u8> = receipt.bytes().collect();
        if digits.len() >= 4 {
            return receipt;
        }
    }
}

/// Forgets whom and what was said where it has been kept long enough.
///
/// # Errors
/// `internal` when the database fails.
pub async fn forget(app: SharedApp) -> Result<()> {
    let today = app.today();
    loop {
        let shared = SharedApp::clone(&app);
        let forgotten = app.db.write(async move |mut tx: Tx| forget_some(&mut tx, &shared, today).await).await?;
        if forgotten == 0 {
            return Ok(());
        }
    }
}

async fn forget_some(tx: &mut Tx, app: &App, today: Day) -> Result<usize> {
    let (places, days) = (store::forget(tx, today).await?, app.links.get().keep_days);
    let count = places.len();
    let erased = |place| Erased { place, what: What::VisitWords, cause: Cause::Term, matter: None, days };
    erasures::record(tx, app, places.into_iter().map(erased)).await?;
    Ok(count)
}

/// Puts a visit of the demonstration in front of a case that was played.
pub(super) async fn stand_behind(
    app: &SharedApp,
    (id, region): (Id<Visit>, &RegionCode),
    case: Id<Case>,
) -> Result<()> {
    app.db.write(async move |mut tx: Tx| store::set_case(&mut tx, id, (case, None), 1).await.map(drop)).await?;
    links::disclose(app, region).await
}
