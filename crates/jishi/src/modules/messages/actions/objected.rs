//! An answered objection becomes a message to the one resident who made it, if they wished to be told of steps.

use kernel::{Id, Level, Result};

use super::{
    super::{
        model::{Gateway, GatewayKind, News, Recipient},
        rules,
        store::NewMessage,
        texts::Params,
    },
    reach::Reaching,
};
use crate::{
    modules::{
        SharedApp, cases,
        objections::{self, Objection},
    },
    platform::trail::Happened,
};

/// The messages of one thing that happened with an objection; never at night.
pub(super) async fn tell(app: &SharedApp, gateways: &[Gateway], event: &Happened) -> Result<Vec<NewMessage>> {
    let Ok(id) = event.object_id.parse::<Id<Objection>>() else { return Ok(Vec::new()) };
    let mut db = app.db.read().await?;
    let objection = objections::told_unscoped(&mut db, id).await?;
    let told = cases::told_unscoped(&mut db, app, objection.case).await?;
    drop(db);
    let gateway = rules::nearest(gateways, GatewayKind::Sms, &told.place);
    let listener = told.listeners.iter().find(|listener| listener.report == objection.report);
    let (Some(gateway), Some(listener)) = (gateway, listener) else { return Ok(Vec::new()) };
    let reaching = Reaching {
        app,
        gateways,
        seq: event.seq,
        case: Some(objection.case),
        region: told.place.at(Level::Township).unwrap_or_else(|| told.place.clone()),
        is_emergency: false,
        params: Params { number: Some(told.number), step: Some(event.kind.clone()), ..Params::default() },
    };
    let send_at = rules::send_at(app.now(), rules::RESIDENT_QUIET, false, &app.settings.zone);
    Ok(vec![reaching.message(News::Step, gateway, Recipient::Report(listener.report), listener.lang, send_at)])
}
