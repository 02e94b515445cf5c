//! What messages tell of a case, and who behind it wishes to be told. No words of residents, no contact details.

use db::Conn;
use kernel::{Id, Instant, Lang, Level, Names, Page, RegionCode, Result};

use super::{
    cohandling,
    filter::{CaseFilter, View},
    ground,
    model::{AssignmentKind, Case, ClosedHow, Report, Urgency},
    store,
};
use crate::{
    modules::{App, people, regions},
    platform::{
        access::{Actor, Permission, Scope, Unit},
        waiting::WaitingList,
    },
};

/// A case as messages tell of it.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its number.
    pub number: String,
    /// What it is about, once known.
    pub matter: Option<Names>,
    /// How pressing it is.
    pub urgency: Urgency,
    /// Where it is.
    pub place: RegionCode,
    /// Where, by the name of its village or the narrowest wider place.
    pub place_names: Option<Names>,
    /// The unit that leads it.
    pub lead: Option<(Id<Unit>, Names)>,
    /// The units that have a part in it now, the lead first.
    pub assigned: Vec<Id<Unit>>,
    /// How it was closed.
    pub closed_how: Option<ClosedHow>,
    /// When the answer is due.
    pub due_at: Option<Instant>,
    /// How often it had to be redone.
    pub redos: i64,
    /// The residents behind it who wish to be told.
    pub listeners: Vec<Listener>,
}

/// A resident who wishes to be told.
#[derive(Clone, Copy, Debug)]
pub struct Listener {
    /// Their report.
    pub report: Id<Report>,
    /// The language they read.
    pub lang: Lang,
}

/// What a message may tell of a case. Whoever it goes to is chosen by the part they have in it.
///
/// # Errors
/// `not_found`, or `internal` when the database fails.
pub async fn told_unscoped(db: &mut Conn, app: &App, id: Id<Case>) -> Result<Told> {
    let case = store::get_unscoped(db, id).await?;
    let parts = store::assignments_of(db, id).await?;
    let mut assigned: Vec<Id<Unit>> = case.lead_unit.into_iter().collect();
    assigned.extend(
        parts.iter().filter(|part| part.kind == AssignmentKind::Assist && part.state.is_owed()).map(|part| part.unit),
    );
    let lead = match case.lead_unit {
        Some(unit) => people::units_unscoped(db, &[unit]).await?.remove(&unit).map(|found| (unit, found.names)),
        None => None,
    };
    let named = case.place.at(Level::Village).unwrap_or_else(|| case.place.clone());
    Ok(Told {
        number: case.number.clone(),
        matter: ground::matter_ref(app, &case).map(|matter| matter.names),
        urgency: case.urgency,
        place_names: regions::refs_unscoped(db, [&named]).await?.remove(&named).map(|region| region.names),
        place: case.place,
        lead,
        assigned,
        closed_how: case.closed_how,
        due_at: case.due_at,
        redos: case.redos,
        listeners: store::listeners_unscoped(db, id).await?,
    })
}

/// How much waits in each of somebody's lists; what is empty is left out. The same filters as the lists themselves.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for(db: &mut Conn, app: &App, actor: &Actor) -> Result<Vec<WaitingList>> {
    let Ok(scope) = actor.require(Permission::CaseRead) else { return Ok(Vec::new()) };
    let units = actor.posts.iter().filter_map(|post| post.unit).collect();
    let filter = CaseFilter {
        now: app.now(),
        person: Some(actor.person),
        covers: actor.covers(),
        units,
        ..CaseFilter::default()
    };
    // What is one's own stands in the unit's lists already.
    let told = |view: &View| !matches!(view, View::MyGrid | View::Mine);
    let views: Vec<View> = ground::views_for(actor).into_iter().filter(told).collect();
    let mut lists = counted(db, &scope, &filter, &views).await?;
    if let Ok(handled) = actor.require(Permission::CaseHandle) {
        lists.extend(shares(db, &handled.units).await?);
    }
    Ok(lists)
}

/// How much waits for a unit; an office that answers for a place also hears of what nobody has dispatched.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for_unit(
    db: &mut Conn,
    app: &App,
    unit: Id<Unit>,
    office_of: Option<RegionCode>,
) -> Result<Vec<WaitingList>> {
    let mut views = vec![View::ToSign, View::ToHandle, View::Overdue, View::DueSoon];
    if office_of.is_some() {
        views.insert(0, View::Undecided);
    }
    let scope = Scope { places: office_of.into_iter().collect(), units: vec![unit] };
    let filter = CaseFilter { now: app.now(), units: vec![unit], ..CaseFilter::default() };
    let mut lists = counted(db, &scope, &filter, &views).await?;
    lists.extend(shares(db, &[unit]).await?);
    Ok(lists)
}

/// The shares of other units' cases that wait for some units.
async fn shares(db: &mut Conn, units: &[Id<Unit>]) -> Result<Vec<WaitingList>> {
    let count = cohandling::waiting_unscoped(db, units).await?;
    let names = Names::new("协办分工", "parts of others' work given to you");
    Ok(WaitingList::on("/desk/shares", vec![(names, count)]))
}

async fn counted(db: &mut Conn, scope: &Scope, filter: &CaseFilter, views: &[View]) -> Result<Vec<WaitingList>> {
    let page = Page { limit: 1, cursor: None };
    let mut lists = Vec::new();
    for view in views {
        let filter = CaseFilter { view: Some(*view), ..filter.clone() };
        let count = store::list(db, scope, &filter, &page).await?.count;
        if count > 0 {
            let page = format!("/desk/cases?view={}", view.as_str());
            // What is late or soon due is in hand as well.
            let is_part = matches!(view, View::DueSoon | View::Overdue);
            lists.push(WaitingList { names: view.names(), count, page, is_part });
        }
    }
    Ok(lists)
}
