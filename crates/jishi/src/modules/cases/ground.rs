//! What a case stands on: the place it happened, the matter it is about, the deadline that follows. With `proposal.rs` the
//! only file of this room that asks the rooms below.

use std::sync::Arc;

use db::Conn;
use kernel::{Code, Error, Id, Instant, Lang, Level, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

use super::{
    actions::NewReport,
    filter::{CaseFilter, View},
    model::{Assignment, AssignmentKind, AssignmentState, Case, Publicity, Urgency},
    search, store,
};
use crate::{
    modules::{
        App,
        calendar::{Adjustments, Deadline, LimitKind, TimeLimit},
        matters::{self, MatterKind, MatterRef},
        people, regions,
        register::{self, Item},
        routing,
    },
    platform::access::{Actor, Permission, Person, Role, Scope, Unit},
};

/// Words of a search that are looked up as names of places.
const WORDS_NAMED: usize = 6;

/// A matter of the catalogue in the version in force.
#[derive(Clone, Debug)]
pub(super) struct Matter(Arc<matters::Matter>, i64);

impl Matter {
    /// As the catalogue has it.
    pub(super) fn entry(&self) -> &matters::Matter {
        &self.0
    }

    pub(super) fn code(&self) -> &str {
        &self.0.code
    }

    pub(super) fn names(&self) -> &Names {
        &self.0.names
    }

    pub(super) fn version(&self) -> i64 {
        self.1
    }

    pub(super) fn grid_settles(&self) -> bool {
        self.0.grid_settles
    }

    pub(super) fn is_signpost(&self) -> bool {
        self.0.kind == MatterKind::Signpost
    }

    pub(super) fn has_answer(&self) -> bool {
        self.0.answer.is_some()
    }

    /// What the catalogue tells whoever asks: the answer, or where to turn and why.
    pub(super) fn words(&self, lang: Lang) -> Option<String> {
        if let Some(route) = &self.0.route {
            let (name, reason) = (route.name.in_lang(lang), route.reason.in_lang(lang));
            let name = route.phone.as_ref().map_or_else(|| name.to_owned(), |phone| format!("{name} {phone}"));
            return Some(format!("{name}\n{reason}"));
        }
        self.0.answer.as_ref().map(|answer| answer.in_lang(lang).to_owned())
    }

    /// Nobody will have to go anywhere: the catalogue says where to turn, or its answer was enough.
    fn ends_at_once(&self, new: &NewReport) -> bool {
        new.joins.is_none() && (self.is_signpost() || (new.accepts_answer && self.has_answer()))
    }

    /// What the case takes over from its matter.
    pub(super) fn settle_on(&self, case: &mut Case) {
        case.urgency = Urgency::parse(self.0.urgency.as_str()).unwrap_or(Urgency::Normal);
        // What is said about a unit is nobody else's to read.
        let public = Publicity::parse(self.0.publicity.as_str()).unwrap_or(Publicity::Count);
        case.publicity = if case.about_unit.is_some() { Publicity::None } else { public };
    }
}

/// The matter of a code as it is in force for a place.
pub(super) fn matter(app: &App, code: &str, place: &RegionCode) -> Option<Matter> {
    app.matters.catalogue().matter(code, place).map(|(matter, version)| Matter(matter, version))
}

/// A case's matter by its names.
pub(super) fn matter_ref(app: &App, case: &Case) -> Option<MatterRef> {
    let code = case.matter.as_deref()?;
    Some(app.matters.catalogue().matter_ref(code, &case.place))
}

/// What a new report stands on.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub(super) place: RegionCode,
    pub(super) is_guess: bool,
    pub(super) matter: Option<Matter>,
    /// The place as the reporter named it, kept in the history: the case's own may be found finer, or corrected.
    pub(super) named: Option<NamedPlace>,
    /// The thing of the register it is about: by the sign it began at, or as whoever entered it said.
    pub(super) item: Option<Id<Item>>,
}

/// The place a reporter chose, or the sign they stood at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct NamedPlace {
    /// The place chosen, or the one the sign is in.
    pub(super) region: RegionCode,
    /// Its name, or what stands on the sign.
    pub(super) names: Names,
    /// Code of the sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spot: Option<String>,
}

impl NamedPlace {
    /// Whether it says something that the place the case has now does not: a sign, or somewhere else.
    pub(super) fn says_more_than(&self, place: &RegionCode) -> bool {
        self.spot.is_some() || !self.region.covers(place)
    }
}

/// Finds place and matter of a new report, telling all mistakes at once.
pub(super) async fn find(app: &App, new: &NewReport) -> Result<Ground> {
    let mut db = app.db.read().await?;
    let place = find_place(&mut db, app, new).await;
    let known = place.as_ref().map_or_else(|_| app.settings.region.clone(), |(place, _)| place.clone());
    let found = match &new.matter {
        Some(code) => matter(app, code, &known).map(Some).ok_or_else(|| Error::field("matter", Code::UnknownMatter)),
        None => Ok(None),
    };
    let ends_at_once = found.as_ref().is_ok_and(|matter| matter.as_ref().is_some_and(|it| it.ends_at_once(new)));
    let place = place.and_then(|found| narrow_enough(found, ends_at_once));
    if let Some(registered) = &new.registered_region
        && regions::names_unscoped(&mut db, registered).await?.is_none()
    {
        return Err(Error::field("registered_region", Code::UnknownRegion));
    }
    match (place, found) {
        (Ok((place, is_guess)), Ok(matter)) => {
            let item = item(&mut db, new, &place).await?;
            let named = named(&mut db, app, new, item.as_ref()).await?;
            Ok(Ground { place, is_guess, matter, named, item: item.map(|item| item.id) })
        }
        (Err(place), Err(matter)) => Err(place.and(matter)),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// A sign that is not known says nothing: nobody is turned away for it.
async fn named(db: &mut Conn, app: &App, new: &NewReport, item: Option<&Item>) -> Result<Option<NamedPlace>> {
    if let (Some(item), Some(sign)) = (item, &new.qr) {
        let names = register::label(&app.register.kinds().named(item));
        return Ok(Some(NamedPlace { region: item.place.clone(), names, spot: Some(sign.clone()) }));
    }
    if let Some(code) = &new.qr {
        match regions::spot_unscoped(db, code, app.today()).await {
            Ok(spot) => {
                return Ok(Some(NamedPlace { region: spot.region.code, names: spot.label, spot: Some(spot.code) }));
            }
            Err(error) if error.code() == Code::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    let Some(region) = new.place.region.clone() else { return Ok(None) };
    let names = place_names(db, &region).await?;
    Ok(names.map(|names| NamedPlace { region, names, spot: None }))
}

/// The thing a report is about: the one whose sign it began at, or the one that whoever entered it chose. It must be in the
/// county of the case.
async fn item(db: &mut Conn, new: &NewReport, place: &RegionCode) -> Result<Option<Item>> {
    let signed = match &new.qr {
        Some(sign) => register::sign_unscoped(db, sign).await?,
        None => None,
    };
    let chosen = match new.item {
        Some(id) if signed.is_none() => {
            Some(register::standing_unscoped(db, id).await?.ok_or_else(|| Error::field("item", Code::NotFound))?)
        }
        _ => None,
    };
    match signed.or(chosen) {
        Some(item) if is_elsewhere(&item, place) && new.item == Some(item.id) => {
            Err(Error::field("item", Code::ItemElsewhere))
        }
        // Whoever scanned a sign and then said another place speaks of something else.
        found => Ok(found.filter(|item| !is_elsewhere(item, place))),
    }
}

fn is_elsewhere(item: &Item, place: &RegionCode) -> bool {
    item.place.at(Level::County) != place.at(Level::County)
}

/// What a case is to be linked with, as its reader may see it, and how the history names it.
pub(super) async fn linked(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    case: &Case,
    id: Id<Item>,
) -> Result<(Id<Item>, Names)> {
    let item = register::act_on(db, scope, id).await.map_err(|error| match error.code() {
        Code::NotFound => Error::field("item", Code::NotFound),
        _ => error,
    })?;
    if is_elsewhere(&item, &case.place) {
        return Err(Error::field("item", Code::ItemElsewhere));
    }
    Ok((item.id, register::label(&app.register.kinds().named(&item))))
}

/// Whether whoever enters a report may see the thing it is about.
pub(super) async fn may_name(app: &App, scope: &Scope, id: Id<Item>) -> Result<()> {
    let found = register::act_on(&mut app.db.read().await?, scope, id).await;
    found.map(|_| ()).map_err(|_| Error::field("item", Code::NotFound))
}

/// How the history names a thing that a case is linked with no more.
pub(super) async fn formerly_linked(db: &mut Conn, app: &App, id: Id<Item>) -> Result<Names> {
    Ok(register::ref_unscoped(db, app, id).await?.map(|item| register::label(&item)).unwrap_or_default())
}

/// A point gives the grid; a place chosen beside it wins where the point lies elsewhere or says less.
async fn find_place(db: &mut Conn, app: &App, new: &NewReport) -> Result<(RegionCode, bool)> {
    let point = match (new.place.lon, new.place.lat) {
        (Some(lon), Some(lat)) if (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat) => Some((lon, lat)),
        (None, None) => None,
        _ => return Err(Error::field("place.lon", Code::OutOfRange).with("min", -180).with("max", 180)),
    };
    let located = match point {
        Some((lon, lat)) => locate(db, app, lon, lat).await?,
        None => None,
    };
    let Some(chosen) = new.place.region.clone() else {
        return located.ok_or_else(|| match point {
            Some(_) => Error::field("place", Code::OutsidePlace).with("place", app.settings.name.clone()),
            None => Error::field("place", Code::Required),
        });
    };
    // A list kept on a phone, or a sign on a wall, may know a place that has since been taken over.
    let standing = regions::standing_unscoped(db, &chosen, app.today()).await?;
    let Some(chosen) = standing.filter(|code| app.settings.region.covers(code)) else {
        return Err(Error::field("place.region", Code::UnknownRegion));
    };
    Ok(located.filter(|(code, is_guess)| chosen.covers(code) && !is_guess).unwrap_or((chosen, false)))
}

/// Work is done in a county. What ends at once may stand with its city: nobody is asked where they are for an answer.
fn narrow_enough(found: (RegionCode, bool), ends_at_once: bool) -> Result<(RegionCode, bool)> {
    let widest = if ends_at_once { Level::City } else { Level::County };
    if found.0.level() >= widest { Ok(found) } else { Err(Error::field("place.region", Code::PlaceTooWide)) }
}

/// The place of a point, and whether it is a guess.
pub(super) async fn locate(db: &mut Conn, app: &App, lon: f64, lat: f64) -> Result<Option<(RegionCode, bool)>> {
    regions::locate_unscoped(db, app, lon, lat).await
}

/// The names of a place that is there.
pub(super) async fn place_names(db: &mut Conn, code: &RegionCode) -> Result<Option<Names>> {
    regions::names_unscoped(db, code).await
}

/// Told to someone who enters a report for a place that is not theirs.
pub(super) async fn outside(app: &App, scope: &Scope) -> Error {
    let own = scope.places.first().cloned().unwrap_or_else(|| app.settings.region.clone());
    let names = match app.db.read().await {
        Ok(mut db) => place_names(&mut db, &own).await.ok().flatten(),
        Err(_) => None,
    };
    Error::field("place", Code::OutsidePlace).with("place", names.unwrap_or_else(|| Names::zh_only(own.as_str())))
}

/// The deadline of a matter from a start.
pub(super) fn deadline(app: &App, matter: Option<&Matter>, start: Instant) -> Deadline {
    routing::deadline(app, matter.map(Matter::entry), start)
}

/// The deadline of a redo: half the time.
pub(super) fn half_deadline(app: &App, matter: Option<&Matter>, start: Instant) -> Deadline {
    routing::half_deadline(app, matter.map(Matter::entry), start)
}

/// When a resident is to have been asked about a result filed at `from`.
pub fn call_back_due(app: &App, from: Instant) -> Instant {
    let days = app.verification.get().call_backs.due_working_days;
    let limit = TimeLimit::new(LimitKind::WorkingDays, days).unwrap_or(TimeLimit::FIVE_WORKING_DAYS);
    routing::reckon(app, limit, from, false).due_at
}

/// Puts a deadline on a case.
pub(super) fn set_deadline(case: &mut Case, deadline: &Deadline) {
    case.due_at = Some(deadline.due_at);
    case.deadline = serde_json::to_value(deadline).ok();
}

/// The same deadline by the calendar now known, if that makes it later.
pub(super) fn later_deadline(app: &App, case: &Case) -> Option<Deadline> {
    let known = known_deadline(case)?;
    let again = routing::reckon_again(app, &known, &known.adjustments());
    (again.due_at > known.due_at).then_some(again)
}

/// The deadline a case has.
pub(super) fn known_deadline(case: &Case) -> Option<Deadline> {
    serde_json::from_value(case.deadline.clone()?).ok()
}

/// Reckons a case's deadline again with what moves its end now.
pub(super) fn adjust(app: &App, case: &mut Case, change: impl FnOnce(&mut Adjustments)) {
    let Some(known) = known_deadline(case) else { return };
    let mut adjustments = known.adjustments();
    change(&mut adjustments);
    let again = routing::reckon_again(app, &known, &adjustments);
    set_deadline(case, &again);
}

/// The close of business some working days from now.
pub(super) fn working_days_from(app: &App, days: i64, now: Instant) -> Instant {
    let limit = TimeLimit::new(LimitKind::WorkingDays, days).unwrap_or(TimeLimit::FIVE_WORKING_DAYS);
    routing::reckon(app, limit, now, false).due_at
}

/// The name of a colleague of a unit.
pub(super) async fn member(db: &mut Conn, app: &App, unit: Id<Unit>, person: Id<Person>) -> Result<Option<String>> {
    let members = people::members_unscoped(db, unit, app.today()).await?;
    Ok(members.into_iter().find(|member| member.id == person).map(|member| member.name))
}

/// A new round for the same lead: signed for already, by the same person.
pub(super) async fn reassign(tx: &mut db::Tx, app: &App, case: &Case, unit: Id<Unit>, now: Instant) -> Result<()> {
    let part = Assignment {
        id: Id::new(now, &app.chance),
        kind: AssignmentKind::Lead,
        unit,
        unit_place: None,
        person: case.handler,
        state: AssignmentState::Signed,
        due_at: case.due_at,
        assigned_at: now,
        signed_at: Some(now),
        done_at: None,
        reason: None,
        disputed_at: None,
    };
    store::insert_assignment(tx, case, &part).await
}

/// The lists a day begins with, by post: what waits for this person comes first.
/// Finds out which places the words of a filter name, within those that are asked about.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn name_places(db: &mut Conn, scope: &Scope, filter: &mut CaseFilter) -> Result<()> {
    let Some(text) = filter.words() else { return Ok(()) };
    let own = |region: &RegionCode| vec![region.clone()];
    let within = filter.region.as_ref().map_or_else(|| scope.places.clone(), own);
    // Syllable by syllable, all of them are one name.
    let spelled = match search::spelled(text) {
        Some(name) => regions::meant_unscoped(db, &name, &within).await?,
        None => Vec::new(),
    };
    let mut named = Vec::new();
    for word in search::words(text).take(WORDS_NAMED) {
        let mut places = regions::meant_unscoped(db, word, &within).await?;
        places.extend(spelled.iter().cloned());
        named.push(places);
    }
    filter.named = named;
    Ok(())
}

pub(super) fn views_for(actor: &Actor) -> Vec<View> {
    let mut views = Vec::new();
    if actor.may(Permission::CaseDispatch) {
        views.extend([View::Undecided, View::Returned]);
    }
    if actor.may(Permission::CaseHandle) && actor.posts.iter().any(|post| post.unit.is_some()) {
        views.extend([View::ToSign, View::ToHandle]);
    }
    if actor.posts.iter().any(|post| matches!(post.role, Role::GridWorker | Role::GridLeader)) {
        views.push(View::MyGrid);
    }
    views.extend([View::Overdue, View::DueSoon, View::Verifying, View::Mine]);
    views
}
