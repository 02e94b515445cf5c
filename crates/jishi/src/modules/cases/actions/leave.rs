//! Someone leaves: what they have in hand goes to a colleague in the same transaction.

use kernel::{Code, Day, Error, Id, Names, Result};

use super::hand_over_all;
use crate::{
    modules::{SharedApp, cases::store, people},
    platform::{
        access::{Actor, Permission, Person},
        idempotency::{self, Key},
        live::Topic,
        trail::By,
    },
};

/// Lets a person leave on a day; returns how many open cases changed hands.
///
/// # Errors
/// A day that is over; `has_open_work` without a successor while something is open; a successor who is not of the unit
/// that has it in hand; what [`people::leave_in`] refuses.
pub async fn leave(
    app: &SharedApp,
    actor: Actor,
    person: Id<Person>,
    until: Day,
    successor: Option<Id<Person>>,
    key: Key,
) -> Result<i64> {
    actor.require(Permission::PersonEdit)?;
    if until < app.today() {
        let expected = Names::new("今天或以后的日期", "today or a later day");
        return Err(Error::field("until", Code::BadFormat).with("expected", expected));
    }
    let shared = SharedApp::clone(app);
    let count = app
        .db
        .write(async move |mut tx| {
            let app = &*shared;
            let now = app.now();
            if idempotency::claim(&mut tx, &key, &person.to_string(), now).await?.is_some() {
                return Ok(0);
            }
            let by = By::actor(&actor, actor.acting(Permission::PersonEdit, None, None));
            let open = store::open_of_person_unscoped(&mut tx, person).await?.len();
            let handed = match successor {
                Some(to) if to == person => return Err(Error::field("successor", Code::UnknownPerson)),
                Some(to) => hand_over_all(&mut tx, app, &by, person, to, now).await?,
                None if open > 0 => {
                    return Err(Error::new(Code::HasOpenWork).with("count", i64::try_from(open).unwrap_or(i64::MAX)));
                }
                None => 0,
            };
            people::leave_in(&mut tx, app, &actor, person, until).await?;
            Ok(handed)
        })
        .await?;
    app.live.hint(Topic::Cases);
    Ok(count)
}
