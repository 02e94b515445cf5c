//! What follows when places are redrawn: items go to the place that answers for them now.

use db::Tx;
use kernel::{Code, Error, Id, Result};
use serde_json::json;

use super::record;
use crate::{
    modules::{
        App,
        regions::{Lying, Moves, Redrawn},
        register::{model::Item, store},
    },
    platform::trail::By,
};

/// Items moved in one transaction at most.
const TOGETHER: i64 = 20_000;

/// Items asked for in one statement.
const AT_ONCE: usize = 400;

/// What became of the items of a place that was redrawn.
#[derive(Debug, Default)]
pub struct Followed {
    /// How many went over to another place.
    pub items: i64,
    /// The same, one by one.
    pub moves: Moves,
    /// When a redrawing is taken back: what those are called that somebody moved since, and that stay.
    pub kept: Vec<String>,
    /// What those are called that lie in a place that is over, with nowhere to go.
    pub stranded: Vec<String>,
}

/// Moves the items of a place that was redrawn, inside a transaction that does more; what has ended too, so that whoever
/// answers for the place finds it.
///
/// # Errors
/// `too_many_items` when more would move than one transaction should.
pub async fn follow_in(tx: &mut Tx, app: &App, by: &By, redrawn: &Redrawn) -> Result<Followed> {
    let mut moved = Followed::default();
    let mut back = redrawn.back(|along| &along.items);
    for item in store::open_in_unscoped(tx, &redrawn.parent).await? {
        let lying = Lying { place: &item.place, point: item.point, is_guess: false };
        let was = back.remove(item.id.to_string().as_str());
        let Some((to, _)) = redrawn.goes_to(was.as_ref(), lying) else {
            if redrawn.is_over(&item.place) {
                moved.stranded.push(item.name);
            } else if was.is_some() {
                moved.kept.push(item.name);
            }
            continue;
        };
        moved.items += 1;
        if moved.items > TOGETHER {
            return Err(Error::new(Code::TooManyItems).with("count", TOGETHER));
        }
        store::move_item(tx, item.id, &to).await?;
        moved.moves.note(item.id.to_string(), &item.place, &to);
    }
    // What lies in another place altogether was moved since, too.
    let elsewhere: Vec<Id<Item>> = back.into_keys().filter_map(|id| id.parse().ok()).collect();
    for chunk in elsewhere.chunks(AT_ONCE) {
        moved.kept.extend(store::names_unscoped(tx, chunk).await?);
    }
    if moved.items > 0 {
        let params = json!({"items": moved.items, "because": redrawn.because()});
        let id = kernel::Id::new(app.now(), &app.chance);
        record(tx, by, app.now(), "items.moved", (id, &redrawn.parent), params).await?;
    }
    Ok(moved)
}
