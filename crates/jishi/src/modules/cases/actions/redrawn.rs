//! What follows when places are redrawn: open cases go to the place that answers for them now. Each has an entry in its
//! history; its clock stays as it was, because the resident waits no less.

use db::{Conn, Tx};
use kernel::{Code, Error, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Step, record, search::save, touch};
use crate::{
    modules::{
        App,
        cases::{ground, store},
        regions::{Lying, Redrawn},
    },
    platform::trail::By,
};

/// Cases moved in one transaction at most; a few seconds' work, during which nobody else writes on SQLite.
const TOGETHER: i64 = 3_000;

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
pub async fn follow_in(
    tx: &mut Tx,
    app: &App,
    (by, name): (&By, &Names),
    redrawn: &Redrawn,
) -> Result<Vec<MovedCases>> {
    let mut moved = Vec::new();
    let mut count = 0;
    for open in store::open_in_unscoped(tx, &redrawn.parent).await? {
        let lying = Lying { place: &open.place, point: open.point, is_guess: open.is_guess };
        let Some((to, by_point)) = redrawn.another_place(lying) else { continue };
        count += 1;
        if count > TOGETHER {
            return Err(Error::new(Code::TooManyCases).with("count", TOGETHER));
        }
        let now = app.now();
        let mut case = store::lock_unscoped(tx, open.id).await?;
        let from = std::mem::replace(&mut case.place, to);
        case.place_is_guess &= !by_point;
        let names = called(tx, redrawn, &case.place).await?;
        let params = json!({"from": from, "to": case.place, "names": names, "because": "redrawn"});
        touch(&mut case, name, "moved", now);
        record(tx, app, by, &case, Step::new("moved").params(params), now).await?;
        save(tx, app, &mut case).await?;
        MovedCases::count(&mut moved, &from, &case.place, by_point);
    }
    Ok(moved)
}

async fn called(db: &mut Conn, redrawn: &Redrawn, place: &RegionCode) -> Result<Names> {
    match redrawn.called(place) {
        Some(place) => Ok(place.names.clone()),
        None => Ok(ground::place_names(db, place).await?.unwrap_or_default()),
    }
}
