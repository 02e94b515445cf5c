//! What follows when places are redrawn: items go to the place that answers for them now.

use db::Tx;
use kernel::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::record;
use crate::{
    modules::{
        App,
        regions::{Lying, Redrawn},
        register::store,
    },
    platform::trail::By,
};

/// Items moved in one transaction at most.
const TOGETHER: i64 = 20_000;

/// How many items went over to another place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// How many.
    pub items: i64,
}

/// Moves the items of a place that was redrawn, inside a transaction that does more; what has ended too, so that whoever
/// answers for the place finds it.
///
/// # Errors
/// `too_many_items` when more would move than one transaction should.
pub async fn follow_in(tx: &mut Tx, app: &App, by: &By, redrawn: &Redrawn) -> Result<Followed> {
    let mut moved = Followed::default();
    for item in store::open_in_unscoped(tx, &redrawn.parent).await? {
        let lying = Lying { place: &item.place, point: item.point, is_guess: false };
        let Some((to, _)) = redrawn.another_place(lying) else { continue };
        moved.items += 1;
        if moved.items > TOGETHER {
            return Err(Error::new(Code::TooManyItems).with("count", TOGETHER));
        }
        store::move_item(tx, item.id, &to).await?;
    }
    if moved.items > 0 {
        let params = json!({"items": moved.items, "because": "redrawn"});
        let id = kernel::Id::new(app.now(), &app.chance);
        record(tx, by, app.now(), "items.moved", (id, &redrawn.parent), params).await?;
    }
    Ok(moved)
}
