//! 评价链接: one link to one resident by short message, for the room of call-backs. The token leaves sealed and is kept nowhere.

use db::{Conn, Tx};
use kernel::{Error, Id, Lang, Level, Result};

use super::{
    super::{
        model::{CodeFor, GatewayKind, Message, News, Recipient},
        rules,
        store::{self, NewMessage},
        texts::Params,
    },
    send::{Secret, secret_context},
};
use crate::modules::{
    App,
    cases::{self, Case, Report},
};

/// A link that is to be sent.
#[derive(Clone, Debug)]
pub struct LinkMessage(NewMessage);

/// A link to the resident behind a report; none where no short messages are sent. Whoever calls has checked the right to it.
///
/// # Errors
/// `internal` when the database fails.
pub async fn link_unscoped(
    db: &mut Conn,
    app: &App,
    report: Id<Report>,
    case: &Case,
    (token, lang): (&str, Lang),
) -> Result<Option<LinkMessage>> {
    // A message with a link needs to know where this instance stands.
    if app.settings.public_address.is_none() {
        return Ok(None);
    }
    let gateways = store::gateways_unscoped(db).await?;
    let Some(gateway) = rules::nearest(&gateways, GatewayKind::Sms, &case.place) else { return Ok(None) };
    let told = cases::told_unscoped(db, app, case.id).await?;
    let (now, id): (_, Id<Message>) = (app.now(), Id::new(app.now(), &app.chance));
    let secret = Secret { phone: None, code: token.to_owned(), code_for: CodeFor::default() };
    let secret = serde_json::to_string(&secret).map_err(Error::internal)?;
    let params =
        Params { lang, number: Some(told.number), matter: told.matter, place: told.place_names, ..Params::default() };
    Ok(Some(LinkMessage(NewMessage {
        id,
        news: News::Link,
        once: format!("link {id}"),
        gateway: gateway.id,
        to: Recipient::Report(report),
        case: Some(case.id),
        params: serde_json::to_value(&params).map_err(Error::internal)?,
        sealed: Some(app.keys.seal(&app.chance, &secret_context(id), &secret)?),
        region: told.place.at(Level::Township).unwrap_or(told.place),
        at: now,
        send_at: rules::send_at(now, rules::RESIDENT_QUIET, false, &app.settings.zone),
    })))
}

/// Puts it in, as part of whatever sends it.
///
/// # Errors
/// `internal` when the database fails.
pub async fn put_link(tx: &mut Tx, message: LinkMessage) -> Result<()> {
    store::insert(tx, message.0).await
}
