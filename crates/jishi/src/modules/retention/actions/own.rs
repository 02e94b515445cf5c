//! What residents have done with what they left.

use db::Tx;
use kernel::{Code, Error, Id, Lang, Result};
use serde_json::json;

use super::{Kept, erase};
use crate::{
    modules::{
        SharedApp,
        cases::{self, Report},
        contacts::{self, Field},
        erasures::{self, Cause},
        messages::{self, CodeFor},
        retention::{
            copy::{OwnCopy, gather},
            rules,
        },
    },
    platform::{
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// What shall be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EraseWanted)]
pub enum Wanted {
    /// The telephone, wherever it stands.
    Phone,
    /// All details.
    All,
}

impl Wanted {
    fn fields(self) -> &'static [Field] {
        match self {
            Self::Phone => &[Field::Phone, Field::TextPhone],
            Self::All => &Field::ALL,
        }
    }
}

/// Sends a code to the telephone that was left, as the proof that whoever wants a copy holds it.
///
/// # Errors
/// `bad_phone` when none was left; `no_messages`; `rate_limited`.
pub async fn ask_code(app: &SharedApp, report: &Report, lang: Lang, key: Key) -> Result<messages::Asked> {
    let phone = contacts::phone_for_messages_unscoped(&mut app.db.read().await?, app, report.whose()).await?;
    let phone = phone.ok_or_else(|| Error::new(Code::BadPhone))?;
    messages::ask_code(app, &phone, CodeFor::OwnCopy, lang, key).await
}

/// Puts a copy of all that is kept of a reporter together: with their details in the open for whoever has the code of their
/// telephone, masked for whoever has the receipt alone. It is written on the trail that there was one.
///
/// # Errors
/// `wrong_code`; `bad_phone` when a code is given and no telephone was left.
pub async fn copy(app: &SharedApp, report: &Report, code: Option<&str>, key: Key) -> Result<OwnCopy> {
    let whose = report.whose();
    if let Some(code) = code {
        let phone = contacts::phone_for_messages_unscoped(&mut app.db.read().await?, app, whose).await?;
        let phone = phone.ok_or_else(|| Error::field("code", Code::BadPhone))?;
        messages::prove(app, &phone, code, CodeFor::OwnCopy).await?;
    }
    let made = gather(&mut app.db.read().await?, app, whose, code.is_some()).await?;
    let (now, is_whole) = (app.now(), code.is_some());
    app.db
        .write(async move |mut tx: Tx| {
            if idempotency::claim(&mut tx, &key, &whose.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let case = cases::report_unscoped(&mut tx, whose).await?.case;
            let place = cases::get_unscoped(&mut tx, case).await?.place;
            let entry = Entry {
                kind: "report.copied",
                object_kind: "report",
                object_id: whose.to_string(),
                place: Some(&place),
                params: json!({"is_whole": is_whole}),
            };
            trail::record(&mut tx, now, &By::nobody(), entry).await
        })
        .await?;
    Ok(made)
}

/// Erases what a reporter wishes to have erased, as far as it may be now. What is gone already is no error.
///
/// # Errors
/// `details_kept` where something of it is still needed.
pub async fn erase_own(app: &SharedApp, report: Id<Report>, wanted: Wanted, key: Key) -> Result<()> {
    let shared = SharedApp::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let app = &*shared;
            if idempotency::claim(&mut tx, &key, &report.to_string(), app.now()).await?.is_some() {
                return Ok(());
            }
            let kept = Kept::locked(&mut tx, report).await?;
            let allowed = rules::may_erase(kept.need(app, report));
            if wanted.fields().iter().any(|field| !allowed.contains(field)) {
                return Err(Error::new(Code::DetailsKept));
            }
            let erased = erase(&mut tx, app, &kept, report, (wanted.fields(), Cause::Wish)).await?;
            erasures::record(&mut tx, app, erased).await
        })
        .await?;
    app.live.hint(Topic::Cases);
    Ok(())
}
