//! A source's own system, known by its key: orders in one by one, answers out.

use kernel::{Code, Error, Id, Page, Result};

use super::{
    answers::hand_back,
    book,
    check::{Checking, Verdict},
};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Answered, Case, OrderFilter, actions::take_order},
        sources::{
            model::{Carrier, HandBackRow, Source},
            rules::{Cells, cell},
            store,
        },
    },
    platform::{access::Scope, idempotency::Key, keys::sha256, live::Topic, trail::By},
};

/// Whoever holds a key.
#[derive(Debug)]
pub struct Holder {
    /// The source whose key it is.
    pub source: Source,
    /// For which places it carries.
    pub carrier: Carrier,
}

/// Who shows this key.
///
/// # Errors
/// `key_ended` when there is none, or it was ended.
pub async fn holder(app: &SharedApp, token: &str) -> Result<Holder> {
    let mut db = app.db.read().await?;
    let row = store::key_of_hash(&mut db, sha256(token.as_bytes())).await?;
    let row = row.ok_or_else(|| Error::new(Code::KeyEnded))?;
    let source = book::find(&mut db, app, &row.source, &row.region).await?.source;
    let scope = Scope { places: vec![row.region.clone()], units: Vec::new() };
    // Nobody of the staff does it; every order says in its history which source it is from.
    Ok(Holder { source, carrier: Carrier { by: By::nobody(), scope, home: row.region } })
}

/// What became of an order.
#[derive(Debug)]
pub struct Given {
    /// The case.
    pub case: Id<Case>,
    /// Its number here.
    pub number: String,
    /// Whether it is new.
    pub is_new: bool,
}

/// Takes an order in. The same once more is the same answer.
///
/// # Errors
/// Field errors by our columns; `order_differs` when the number is here with other content.
pub async fn give(app: &SharedApp, holder: &Holder, cells: Cells) -> Result<Given> {
    let number = cell(&cells, "number").unwrap_or_default().to_owned();
    // A second look when someone was faster with the same number.
    for _ in 0..2 {
        let orders = [cells.clone()];
        let mut checking = Checking::new(app, &holder.source, &holder.carrier, &orders).await?;
        match checking.look(&cells, 1, None).await? {
            Verdict::Mistaken(fields) => return Err(Error::of_fields(fields)),
            Verdict::Differs(_) => return Err(Error::new(Code::OrderDiffers).with("number", number)),
            Verdict::Known(_) => return known(app, holder, &number).await,
            Verdict::Fresh(order, _) => match take_order(app, order.0, order.1).await {
                Ok(_) => {
                    app.live.hint(Topic::Cases);
                    return Ok(Given { is_new: true, ..known(app, holder, &number).await? });
                }
                Err(error) if error.fields().iter().any(|field| field.code == Code::Duplicate) => {}
                Err(error) => return Err(error),
            },
        }
    }
    Err(Error::new(Code::Busy))
}

async fn known(app: &SharedApp, holder: &Holder, number: &str) -> Result<Given> {
    let mut db = app.db.read().await?;
    let found = cases::known_unscoped(&mut db, &holder.source.code, &[number]).await?.pop();
    // The same content names the same place, which is the holder's.
    let order = found.ok_or_else(|| Error::new(Code::NotFound))?;
    Ok(Given { case: order.case.id, number: order.case.number, is_new: false })
}

/// The holder's orders in the order of their last change, and the cursor to go on from.
///
/// # Errors
/// `bad_cursor`.
pub async fn changes(app: &SharedApp, holder: &Holder, page: &Page) -> Result<(Vec<Answered>, Option<String>)> {
    let mut db = app.db.read().await?;
    cases::changes(&mut db, app, &holder.carrier.scope, &holder.source.code, page).await
}

/// Keeps that the source has taken these answers.
///
/// # Errors
/// `nothing_to_hand_back`.
pub async fn take_answers(app: &SharedApp, holder: &Holder, numbers: Vec<String>, key: Key) -> Result<HandBackRow> {
    let filter = OrderFilter { source: holder.source.code.clone(), ..OrderFilter::default() };
    hand_back(app, &holder.carrier, filter, Some(numbers), key).await
}
