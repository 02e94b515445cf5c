//! Opening what is kept of a party, and papers that the parties sign.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Lang, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{acting, eyes, hand, record};
use crate::{
    modules::{
        SharedApp,
        mediation::{
            model::{Dispute, DisputePartyField, DisputePartyPurpose, Party},
            paper,
            rules::{LINE_MAX, needed},
            store::{
                self,
                vault::{self, Wish},
            },
        },
    },
    platform::{
        access::Actor,
        idempotency::{self, Key},
        paper as press,
    },
};

/// How long an opened detail may stay on the screen, in seconds.
const OPEN_SECONDS: i64 = 60;

/// Which paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DisputeSheet)]
pub enum Sheet {
    /// 人民调解协议书
    Agreement,
    /// 调解笔录
    Record,
}

/// Opens a detail of a party for a minute; who, when and why stands on the dispute's page.
///
/// # Errors
/// `not_found` for whoever may not see the dispute; a field error when the words are missing.
pub(in super::super) async fn open(
    app: &SharedApp,
    actor: &Actor,
    party: Id<Party>,
    (field, purpose, words): (DisputePartyField, DisputePartyPurpose, String),
    key: Key,
) -> Result<(String, Instant)> {
    let eyes = eyes(actor)?;
    needed("words", &words, LINE_MAX)?;
    let mut db = app.db.read().await?;
    let id = vault::dispute_of_unscoped(&mut db, party).await?;
    let dispute = store::get(&mut db, &eyes, id).await?;
    let names = vault::names_to_mask(&mut db, app, id).await?;
    drop(db);
    let by = acting(actor, hand(actor, &eyes, &dispute)?, &dispute.place, Some(dispute.centre));
    let wish = Wish { field, purpose, words: vault::masked(&words, &names), person: actor.person };
    let shared = SharedApp::clone(app);
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let now = app.now();
        if idempotency::claim(&mut tx, &key, &party.to_string(), now).await?.is_some() {
            return Err(Error::new(Code::IdempotencyMismatch).because("an opening is not repeated: it is a new access"));
        }
        let value = vault::open(&mut tx, app, &by, (party, &wish), now).await?;
        let params = json!({"field": wish.field, "purpose": wish.purpose});
        record(&mut tx, app, &by, (&dispute, "dispute.party_opened"), (params, None)).await?;
        Ok((value, now.plus_seconds(OPEN_SECONDS)))
    };
    app.db.write(write).await
}

/// Writes a paper with the parties' names, to be signed. The names are opened for it, and that stands with the dispute.
///
/// # Errors
/// `not_found`; `no_agreement_yet` where there is nothing to print; `no_font`.
pub(in super::super) async fn print(
    app: &SharedApp,
    actor: &Actor,
    (id, sheet): (Id<Dispute>, Sheet),
    lang: Lang,
    key: Key,
) -> Result<press::Printed> {
    let eyes = eyes(actor)?;
    let mut db = app.db.read().await?;
    let dispute = store::get(&mut db, &eyes, id).await?;
    let by = acting(actor, hand(actor, &eyes, &dispute)?, &dispute.place, Some(dispute.centre));
    let ground = paper::gather(&mut db, app, &dispute, sheet).await?;
    drop(db);
    let fonts = press::fonts_of(&app.settings);
    if fonts.is_empty() {
        return Err(Error::new(Code::NoFont));
    }
    let words = "制作文书".to_owned();
    let wish =
        Wish { field: DisputePartyField::Name, purpose: DisputePartyPurpose::Paper, words, person: actor.person };
    let shared = SharedApp::clone(app);
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let now = app.now();
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Err(Error::new(Code::IdempotencyMismatch).because("a paper with names is printed anew each time"));
        }
        let names = vault::names(&mut tx, app, &by, (id, &wish), now).await?;
        record(&mut tx, app, &by, (&dispute, "dispute.printed"), (json!({"sheet": sheet}), None)).await?;
        Ok((now, dispute, names))
    };
    let (at, dispute, names) = app.db.write(write).await?;
    let (shared, printer) = (SharedApp::clone(app), actor.name.clone());
    let write =
        move || press::write(&paper::compose(&shared, &dispute, (&ground, &names), (lang, &printer), at), &fonts);
    tokio::task::spawn_blocking(write).await.map_err(Error::internal)?
}
