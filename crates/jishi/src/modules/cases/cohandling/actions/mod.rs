//! Use cases of co-handling: what the lead does, what a unit does with its share, what a contractor does by a link.

mod demo;
mod give;
mod link;
mod step;

pub use demo::Joint;
pub(super) use give::assists;
pub use give::{NewLink, NewShare, give, make_link};
pub use link::{LinkStep, by_link, link_step};
pub(super) use step::decline_until;
pub use step::{Words, take};

use db::Tx;
use kernel::{Id, Names, Result};
use serde_json::{Value, json};

use super::model::Share;
use crate::{
    modules::{
        App,
        cases::{
            actions::{Step, record},
            model::Case,
        },
        people,
    },
    platform::{access::Unit, trail::By},
};

/// Whose share it is, as the history names it.
async fn holder(tx: &mut Tx, share: &Share) -> Result<Value> {
    match share.unit {
        Some(unit) => Ok(json!({"share": share.id, "unit": unit, "names": unit_names(tx, unit).await?})),
        None => Ok(json!({"share": share.id, "company": share.company})),
    }
}

async fn unit_names(tx: &mut Tx, unit: Id<Unit>) -> Result<Names> {
    let found = people::units_unscoped(tx, &[unit]).await?.remove(&unit);
    Ok(found.map(|unit| unit.names).unwrap_or_default())
}

/// Writes a step of a share into the history of its case, for staff alone, and onto the trail.
async fn note(
    tx: &mut Tx,
    app: &App,
    by: &By,
    case: &Case,
    (kind, params): (&'static str, Value),
    text: Option<String>,
) -> Result<()> {
    let step = Step::new(kind).params(params).text(text).internal();
    record(tx, app, by, case, step, app.now()).await.map(drop)
}

/// `params` with more beside.
fn and(mut params: Value, more: Value) -> Value {
    if let (Some(all), Value::Object(more)) = (params.as_object_mut(), more) {
        all.extend(more);
    }
    params
}
