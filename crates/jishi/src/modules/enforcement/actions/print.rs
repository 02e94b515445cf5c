//! 打印文书: what names the party and leaves the platform stands on record.

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Instant, Lang, Level, Names, Result};
use serde_json::json;

use super::party::opened;
use crate::{
    modules::{
        App, SharedApp,
        enforcement::{
            items::Remedy,
            model::{Case, PartyAccess, PartyField, PartyPurpose},
            paper::{self, DocumentKind, Printable},
            store,
        },
        people, regions,
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        paper as press,
        trail::{self, By, Entry},
    },
};

/// Writes a document of a case as PDF. Sent again under the same key it bears the same time and stands on record once.
///
/// # Errors
/// `forbidden`, `not_found`; `wrong_status` before there is what the document tells of; `no_font`.
pub async fn print(
    app: &SharedApp,
    actor: Actor,
    (id, kind): (Id<Case>, DocumentKind),
    lang: Lang,
    key: Key,
) -> Result<press::Printed> {
    let scope = actor.require(Permission::EnforcementParty)?;
    let mut db = app.db.read().await?;
    let case = store::get_case(&mut db, &scope, id).await?;
    let it = gather(&mut db, app, case).await?;
    drop(db);
    if !it.has(kind) {
        return Err(Error::new(Code::WrongStatus).with("status", it.case.status.names()));
    }
    let fonts = press::fonts_of(&app.settings);
    if fonts.is_empty() {
        return Err(Error::new(Code::NoFont));
    }
    let printer = actor.name.clone();
    let at = note(app, actor, &it.case, kind, key).await?;
    let shared = SharedApp::clone(app);
    let write = move || press::write(&paper::compose(&shared, kind, &it, (lang, &printer), at), &fonts);
    tokio::task::spawn_blocking(write).await.map_err(Error::internal)?
}

/// Whom the party of a case turns to and where it pays: what its decision told, else what the catalogue says today.
pub fn remedy_of(app: &App, case: &Case) -> Option<Remedy> {
    let told = case.record.decision.as_ref().and_then(|decision| decision.remedy.clone());
    told.or_else(|| app.enforcement.items().remedy(&case.place).cloned())
}

async fn gather(db: &mut Conn, app: &App, case: Case) -> Result<Printable> {
    let township = super::township(&case.place)?;
    let unit = people::find_unit_unscoped(db, "government", Level::Township, &township, app.today()).await?;
    let names = regions::names_unscoped(db, &township).await?;
    let office = unit.map(|unit| unit.names).or(names).unwrap_or_else(|| Names::zh_only(township.as_str()));
    let place = regions::names_unscoped(db, &case.place).await?.unwrap_or_else(|| Names::zh_only(case.place.as_str()));
    let party = opened(db, app, case.id, PartyField::Name).await?.unwrap_or_default();
    let address = opened(db, app, case.id, PartyField::Address).await?;
    let persons: Vec<_> = case.officers.iter().map(|officer| officer.person).collect();
    let officers = people::people_unscoped(db, &persons).await?.into_values().collect();
    let papers = store::papers_of(db, case.id).await?;
    let remedy = remedy_of(app, &case);
    Ok(Printable { papers, office, place, party, address, officers, remedy, case })
}

/// Writes down that it was printed, and that the party's name was seen by it; returns when.
async fn note(app: &SharedApp, actor: Actor, case: &Case, kind: DocumentKind, key: Key) -> Result<Instant> {
    let now = app.now();
    let (id, number, place) = (case.id, case.number.clone(), case.place.clone());
    let access = Id::<PartyAccess>::new(now, &app.chance);
    let write = async move |mut tx: Tx| {
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &now.to_string(), now).await? {
            return earlier.parse().map_err(Error::internal);
        }
        let by = By::actor(&actor, actor.acting(Permission::EnforcementParty, Some(&place), None));
        let seen = (access, id, PartyField::Name);
        let why = (PartyPurpose::Document, kind.names().zh().to_owned());
        store::add_access(&mut tx, seen, (now, actor.person, by.role), (why.0, &why.1)).await?;
        let params = json!({"number": number, "document": kind});
        let entry = Entry {
            kind: "enforcement.printed",
            object_kind: "enforcement_case",
            object_id: id.to_string(),
            place: Some(&place),
            params,
        };
        trail::record(&mut tx, now, &by, entry).await?;
        Ok(now)
    };
    app.db.write(write).await
}
