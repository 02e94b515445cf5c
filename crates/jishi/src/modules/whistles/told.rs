//! What messages tell of a whistle: which sort, where and when; no words of anybody.

use db::Conn;
use kernel::{Id, Instant, Level, Names, RegionCode, Result};

use super::{
    model::{Whistle, WhistleKind, WhistleReply},
    store::{self, ListFilter, WhistleView},
};
use crate::{
    modules::{App, regions},
    platform::access::{Actor, Permission, Scope, Unit},
};

/// A whistle as messages tell of it.
#[derive(Clone, Debug)]
pub struct Told {
    /// Which of the three.
    pub kind: WhistleKind,
    /// What it is called here.
    pub kind_names: Names,
    /// Where it is.
    pub place: RegionCode,
    /// Where, by the name of its township.
    pub place_names: Option<Names>,
    /// When they meet.
    pub meets_at: Instant,
    /// The units called that have not said that they cannot come.
    pub called: Vec<Id<Unit>>,
    /// Whether something of it is still to be done.
    pub is_open: bool,
}

/// What a message may tell of a whistle. Whoever it goes to is chosen by the part they have in it.
///
/// # Errors
/// `not_found`, or `internal` when the database fails.
pub async fn told_unscoped(db: &mut Conn, app: &App, id: Id<Whistle>) -> Result<Told> {
    let whistle = store::get_unscoped(db, id).await?;
    let calls = store::calls_of(db, id).await?;
    let named = whistle.region.at(Level::Township).unwrap_or_else(|| whistle.region.clone());
    Ok(Told {
        kind: whistle.kind,
        kind_names: app.whistles.get().rule(whistle.kind)?.names.clone(),
        place_names: regions::refs_unscoped(db, [&named]).await?.remove(&named).map(|region| region.names),
        is_open: whistle.is_open(),
        place: whistle.region,
        meets_at: whistle.meets_at,
        called: calls
            .into_iter()
            .filter(|call| call.reply != Some(WhistleReply::Cannot))
            .map(|call| call.unit)
            .collect(),
    })
}

/// How many whistles wait for somebody's units.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for(db: &mut Conn, actor: &Actor) -> Result<Vec<(Names, i64)>> {
    let mut lists = Vec::new();
    if let Ok(scope) = actor.require(Permission::CaseHandle) {
        for unit in scope.units {
            lists.extend(waiting_for_unit(db, unit).await?);
        }
    }
    Ok(lists)
}

/// How many whistles wait for a unit, list by list; what is empty is left out. The same filters as the lists themselves.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waiting_for_unit(db: &mut Conn, unit: Id<Unit>) -> Result<Vec<(Names, i64)>> {
    let scope = Scope { places: Vec::new(), units: vec![unit] };
    let mut lists = Vec::new();
    for (view, names) in [
        (WhistleView::ToAnswer, Names::new("待应哨", "whistles to answer")),
        (WhistleView::InHand, Names::new("吹哨待报到、待办", "whistles in hand")),
    ] {
        let filter = ListFilter { view: Some(view), units: vec![unit], ..ListFilter::default() };
        let count = store::count(db, &scope, &filter).await?;
        if count > 0 {
            lists.push((names, count));
        }
    }
    Ok(lists)
}
