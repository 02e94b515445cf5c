//! Whom and what was said: sealed, opened with a reason, forgotten in time.

use db::Tx;
use kernel::{Code, Day, Error, Id, Instant, Result};
use serde_json::json;

use super::{
    super::{
        model::{Opening, Sealed, Visit, Words},
        rules::{self, Written},
        store,
    },
    note,
};
use crate::{
    modules::{
        App, SharedApp,
        contacts::OPEN_SECONDS,
        erasures::{self, Cause, Erased, What},
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        keys::SealedColumn,
        trail::By,
    },
};

fn context(id: Id<Visit>, field: &str) -> String {
    bound_to(&id.to_string(), field)
}

fn bound_to(visit: &str, field: &str) -> String {
    format!("visit {visit} {field}")
}

/// What is sealed here.
pub const SEALED: &[SealedColumn] = &[
    SealedColumn {
        table: "visits",
        id: "id",
        field: None,
        cipher: "whom",
        context: |visit, _| bound_to(visit, "whom"),
    },
    SealedColumn {
        table: "visits",
        id: "id",
        field: None,
        cipher: "said",
        context: |visit, _| bound_to(visit, "said"),
    },
];

pub(super) fn seal(app: &App, id: Id<Visit>, written: &Written) -> Result<Sealed> {
    let seal = |field, words| app.keys.seal(&app.chance, &context(id, field), words);
    Ok(Sealed { whom: seal("whom", &written.whom)?, said: seal("said", &written.said)? })
}

/// What is sealed, in the open: for its writer, or for whoever writes the opening down in the same transaction.
pub(in super::super) fn unseal(app: &App, id: Id<Visit>, sealed: &Sealed) -> Result<Words> {
    let open = |field, cipher: &[u8]| app.keys.open(&context(id, field), cipher);
    Ok(Words { whom: open("whom", &sealed.whom)?, said: open("said", &sealed.said)? })
}

/// Opens what is sealed for a minute, for the place's own office; who, when and why stand on the visit.
///
/// # Errors
/// `required` on `words`; `visit_forgotten`; `not_found` outside the actor's places.
pub(in super::super) async fn open(
    app: &SharedApp,
    actor: &Actor,
    (id, words): (Id<Visit>, &str),
    key: Key,
) -> Result<(Words, Instant)> {
    let scope = actor.require(Permission::VisitOpen)?;
    let words = rules::why(words)?;
    let (shared, actor, now) = (SharedApp::clone(app), actor.clone(), app.now());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let visit = store::get(&mut tx, &scope, actor.person, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Err(Error::new(Code::IdempotencyMismatch).because("an opening is not repeated: it is a new one"));
        }
        let sealed = store::sealed_unscoped(&mut tx, id).await?.ok_or_else(|| Error::new(Code::VisitForgotten))?;
        let opened = unseal(app, id, &sealed)?;
        if !visit.is_by(actor.person) {
            let by = By::actor(&actor, actor.acting(Permission::VisitOpen, Some(&visit.region), None));
            let opening: Id<Opening> = Id::new(now, &app.chance);
            store::add_opening(&mut tx, (opening, id), (now, actor.person, by.role), &words).await?;
            note(&mut tx, app, &by, ("visit.opened", id), &visit.region, json!({})).await?;
        }
        Ok((opened, now.plus_seconds(OPEN_SECONDS)))
    };
    app.db.write(write).await
}

/// Forgets whom and what was said where it has been kept long enough.
///
/// # Errors
/// `internal` when the database fails.
pub async fn forget(app: SharedApp) -> Result<()> {
    let today = app.today();
    loop {
        let shared = SharedApp::clone(&app);
        let forgotten = app.db.write(async move |mut tx: Tx| forget_some(&mut tx, &shared, today).await).await?;
        if forgotten == 0 {
            return Ok(());
        }
    }
}

async fn forget_some(tx: &mut Tx, app: &App, today: Day) -> Result<usize> {
    let forgotten = store::forget(tx, today).await?;
    let count = forgotten.len();
    let erased = |(place, days)| Erased { place, what: What::VisitWords, cause: Cause::Term, matter: None, days };
    erasures::record(tx, app, forgotten.into_iter().map(erased)).await?;
    Ok(count)
}
