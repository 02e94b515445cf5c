//! What is known of a party: sealed when a case is filed, opened with a purpose. Nothing slow happens in the transaction.

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Instant, Result};
use serde_json::json;

use crate::{
    modules::{
        App, SharedApp,
        contacts::OPEN_SECONDS,
        enforcement::{
            model::{Case, PartyAccess, PartyField, PartyKind, PartyPurpose},
            rules::{self, CaseDraft},
            store::{self, Sealed},
        },
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        keys::SealedColumn,
        masking,
        trail::{self, By, Entry},
    },
};

/// What an encrypted detail is bound to: its row.
fn context(case: Id<Case>, field: PartyField) -> String {
    bound_to(&case.to_string(), field.as_str())
}

fn bound_to(case: &str, field: &str) -> String {
    format!("enforcement {case} {field}")
}

/// What is sealed here.
pub const SEALED: &[SealedColumn] = &[SealedColumn {
    table: "enforcement_parties",
    id: "case_id",
    field: Some("field"),
    cipher: "cipher",
    context: bound_to,
}];

/// Seals what is known of a party. Of an organisation too, since whoever answers its telephone is a person; its name alone
/// stands in the open beside it.
pub(super) fn seal_party(app: &App, case: Id<Case>, draft: &CaseDraft<'_>) -> Result<Vec<Sealed>> {
    let name = draft.party_name.trim();
    let mask = if draft.party_kind == PartyKind::Person { masking::mask_name(name) } else { name.to_owned() };
    let phone = draft.party_phone.and_then(masking::telephone);
    let details = [
        Some((PartyField::Name, name.to_owned(), mask)),
        phone.map(|phone| (PartyField::Phone, phone.clone(), masking::mask_phone(&phone))),
        draft.party_address.map(|address| (PartyField::Address, address.to_owned(), masking::mask_name(address))),
    ];
    details.into_iter().flatten().map(|(field, value, mask)| seal(app, case, (field, &value), mask)).collect()
}

fn seal(app: &App, case: Id<Case>, (field, value): (PartyField, &str), mask: String) -> Result<Sealed> {
    let cipher = app.keys.seal(&app.chance, &context(case, field), value)?;
    Ok(Sealed { field, cipher, mask })
}

/// Seals an address that was told later.
pub(super) fn seal_address(app: &App, case: Id<Case>, address: &str) -> Result<Sealed> {
    seal(app, case, (PartyField::Address, address), masking::mask_name(address))
}

/// A detail in the open, for the platform itself or for whoever writes the opening down.
pub(super) async fn opened(db: &mut Conn, app: &App, case: Id<Case>, field: PartyField) -> Result<Option<String>> {
    let sealed = store::sealed_unscoped(db, case, field).await?;
    sealed.map(|cipher| app.keys.open(&context(case, field), &cipher)).transpose()
}

/// A person's name, so that it can be kept out of what is written. No person sees it.
///
/// # Errors
/// `internal` when it cannot be decrypted.
pub async fn party_name(db: &mut Conn, app: &App, case: &Case) -> Result<Option<String>> {
    if case.party_kind == PartyKind::Organisation {
        return Ok(None);
    }
    opened(db, app, case.id, PartyField::Name).await
}

/// What an opening is asked for.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Which detail.
    pub field: PartyField,
    /// Why, from the list.
    pub purpose: PartyPurpose,
    /// Why, in words.
    pub words: String,
}

/// Opens one detail of a party for a minute; who, when and why stand on the case.
///
/// # Errors
/// `forbidden`, `not_found`, a field error when the words are missing.
pub async fn open_party(
    app: &SharedApp,
    actor: &Actor,
    id: Id<Case>,
    opening: Opening,
    key: Key,
) -> Result<(String, Instant)> {
    let scope = actor.require(Permission::EnforcementParty)?;
    let words = rules::text("words", Some(&opening.words), None)?;
    let (now, person, shared) = (app.now(), actor.person, SharedApp::clone(app));
    let (actor, access) = (actor.clone(), Id::<PartyAccess>::new(now, &app.chance));
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let case = store::get_case(&mut tx, &scope, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Err(Error::new(Code::IdempotencyMismatch).because("an opening is not repeated: it is a new access"));
        }
        let value = opened(&mut tx, app, id, opening.field).await?.ok_or_else(|| Error::new(Code::NotFound))?;
        let post = actor.acting(Permission::EnforcementParty, Some(&case.place), None);
        let by = By::actor(&actor, post);
        store::add_access(&mut tx, (access, id, opening.field), (now, person, by.role), (opening.purpose, &words))
            .await?;
        let params = json!({"number": case.number, "field": opening.field, "purpose": opening.purpose});
        let (kind, object_id, place) = ("enforcement.party_opened", id.to_string(), Some(&case.place));
        trail::record(&mut tx, now, &by, Entry { kind, object_kind: "enforcement_case", object_id, place, params })
            .await?;
        Ok((value, now.plus_seconds(OPEN_SECONDS)))
    };
    app.db.write(write).await
}
