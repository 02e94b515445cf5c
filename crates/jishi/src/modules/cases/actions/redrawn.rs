//! What follows when places are redrawn: open cases go to the place that answers for them now. Each has an entry in its
//! history; its clock stays as it was, because the resident waits no less.

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Step, record, search::save, touch};
use crate::{
    modules::{
        App,
        cases::{Case, ground, store, store::OpenCase},
        regions::{Lying, Moves, Redrawn},
    },
    platform::trail::By,
};

/// Cases moved in one transaction at most; a few seconds' work, during which nobody else writes on SQLite.
const TOGETHER: i64 = 3_000;

/// Cases asked for in one statement.
const AT_ONCE: usize = 400;

/// How many open cases went from one place to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedCases {
    /// Where they were.
    pub from: RegionCode,
    /// Where they are now.
    pub to: RegionCode,
    /// How many by their own point.
    pub by_point: i64,
    /// How many without one, or with one that lies in no area.
    pub without_point: i64,
}

/// What became of the open cases of a place that was redrawn.
#[derive(Debug, Default)]
pub struct CasesAlong {
    /// Those that went, counted by where.
    pub moved: Vec<MovedCases>,
    /// The same, case by case.
    pub moves: Moves,
    /// When a redrawing is taken back: numbers of those that somebody moved since, and that stay.
    pub kept: Vec<String>,
    /// When a redrawing is taken back: how many of those that went began in a place that ends.
    pub began_there: i64,
    /// Numbers of those in a place that is over, with nowhere to go.
    pub stranded: Vec<String>,
}

impl MovedCases {
    fn count(all: &mut Vec<Self>, from: &RegionCode, to: &RegionCode, by_point: bool) {
        let index = all.iter().position(|moved| moved.from == *from && moved.to == *to).unwrap_or_else(|| {
            all.push(Self { from: from.clone(), to: to.clone(), by_point: 0, without_point: 0 });
            all.len() - 1
        });
        if let Some(moved) = all.get_mut(index) {
            if by_point { moved.by_point += 1 } else { moved.without_point += 1 }
        }
    }
}

/// Moves the open cases of a place that was redrawn, inside a transaction that does more.
///
/// # Errors
/// `too_many_cases` when more would move than one transaction should.
pub async fn follow_in(tx: &mut Tx, app: &App, (by, name): (&By, &Names), redrawn: &Redrawn) -> Result<CasesAlong> {
    let mut along = CasesAlong::default();
    let mut back = redrawn.back(|along| &along.cases);
    let mut count = 0;
    for open in store::open_in_unscoped(tx, &redrawn.parent).await? {
        let lying = Lying { place: &open.place, point: open.point, is_guess: open.is_guess };
        let was = back.remove(open.id.to_string().as_str());
        let Some((to, by_point)) = redrawn.goes_to(was.as_ref(), lying) else {
            along.stays(&open, was.is_some(), redrawn);
            continue;
        };
        along.began_there += i64::from(was.is_none() && redrawn.is_over(&open.place));
        count += 1;
        if count > TOGETHER {
            return Err(Error::new(Code::TooManyCases).with("count", TOGETHER));
        }
        let now = app.now();
        let mut case = store::lock_unscoped(tx, open.id).await?;
        let from = std::mem::replace(&mut case.place, to);
        case.place_is_guess &= !by_point;
        let names = called(tx, redrawn, &case.place).await?;
        let params = json!({"from": from, "to": case.place, "names": names, "because": redrawn.because()});
        touch(&mut case, name, "moved", now);
        record(tx, app, by, &case, Step::new("moved").params(params), now).await?;
        save(tx, app, &mut case).await?;
        MovedCases::count(&mut along.moved, &from, &case.place, by_point);
        along.moves.note(case.id.to_string(), &from, &case.place);
    }
    // What is open and lies in another place altogether was moved since, too.
    let elsewhere: Vec<Id<Case>> = back.into_keys().filter_map(|id| id.parse().ok()).collect();
    for chunk in elsewhere.chunks(AT_ONCE) {
        let cases = store::some_unscoped(tx, chunk).await?;
        along.kept.extend(cases.into_iter().filter(|case| case.status.is_open()).map(|case| case.number));
    }
    Ok(along)
}

impl CasesAlong {
    /// What stays although it went along once, or although its place is over, is told by its number.
    fn stays(&mut self, open: &OpenCase, went_along: bool, redrawn: &Redrawn) {
        if redrawn.is_over(&open.place) {
            self.stranded.push(open.number.clone());
        } else if went_along {
            self.kept.push(open.number.clone());
        }
    }
}

async fn called(db: &mut Conn, redrawn: &Redrawn, place: &RegionCode) -> Result<Names> {
    match redrawn.called(place) {
        Some(place) => Ok(place.names.clone()),
        None => Ok(ground::place_names(db, place).await?.unwrap_or_default()),
    }
}
