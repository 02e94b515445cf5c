//! What happened becomes messages. The trail is read behind a cursor; since an entry may be committed after a later one,
//! the last two minutes are read again each time, and the same news to the same recipient is one message.

use db::{Conn, Tx};
use kernel::{Id, Level, Result};

use super::{
    super::{
        model::{Gateway, GatewayKind, News, Recipient},
        rules,
        store::NewMessage,
        texts::Params,
    },
    keep, objected,
    reach::{Audience, Reaching},
    whistled,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case, ClosedHow, Told, Urgency},
        people,
    },
    platform::{
        access::{Role, Unit},
        trail::{self, Happened},
    },
};

const SUBSCRIBER: &str = "messages";

/// Turns what happened since the last time into messages.
pub(super) async fn follow(app: &SharedApp, gateways: &[Gateway]) -> Result<()> {
    if gateways.iter().all(|gateway| !gateway.is_on) {
        // Nobody can be told: what happens now is no news later.
        return app.db.write(async move |mut tx: Tx| trail::skip_all(&mut tx, SUBSCRIBER).await).await;
    }
    let kinds: Vec<&'static str> = rules::STAFF_STEPS
        .into_iter()
        .chain(rules::WHISTLE_STEPS)
        .chain(rules::OBJECTION_STEPS)
        .chain(rules::RESIDENT_STEPS.into_iter().filter(|kind| !rules::STAFF_STEPS.contains(kind)))
        .collect();
    trail::follow(&app.db, (SUBSCRIBER, &kinds), app.now(), async |page| {
        for event in &page {
            tell(app, gateways, event).await?;
        }
        Ok(page.len())
    })
    .await?;
    Ok(())
}

async fn tell(app: &SharedApp, gateways: &[Gateway], event: &Happened) -> Result<()> {
    if event.at < app.now().plus_hours(-rules::STALE_HOURS) {
        return Ok(());
    }
    if rules::WHISTLE_STEPS.contains(&event.kind.as_str()) {
        return keep(app, whistled::tell(app, gateways, event).await?).await;
    }
    if rules::OBJECTION_STEPS.contains(&event.kind.as_str()) {
        return keep(app, objected::tell(app, gateways, event).await?).await;
    }
    let Ok(case) = event.object_id.parse::<Id<Case>>() else { return Ok(()) };
    let mut db = app.db.read().await?;
    let told = cases::told_unscoped(&mut db, app, case).await?;
    let news = Telling { app, gateways, event, case, told: &told };
    let mut messages = news.for_residents();
    if let Some((what, audience)) = rules::staff_news(&event.kind, told.urgency) {
        messages.extend(news.for_staff(&mut db, what, audience).await?);
    }
    drop(db);
    keep(app, messages).await
}

/// One thing that happened, about to be told.
struct Telling<'a> {
    app: &'a App,
    gateways: &'a [Gateway],
    event: &'a Happened,
    case: Id<Case>,
    told: &'a Told,
}

impl Telling<'_> {
    fn params(&self) -> Params {
        Params {
            number: Some(self.told.number.clone()),
            matter: self.told.matter.clone(),
            place: self.told.place_names.clone(),
            unit: self.told.lead.as_ref().map(|(_, names)| names.clone()),
            due: self.told.due_at,
            step: Some(self.event.kind.clone()),
            round: Some(self.told.redos).filter(|_| self.event.kind == "case.redo"),
            ..Params::default()
        }
    }

    fn reaching(&self) -> Reaching<'_> {
        Reaching {
            app: self.app,
            gateways: self.gateways,
            seq: self.event.seq,
            case: Some(self.case),
            region: self.told.place.at(Level::Township).unwrap_or_else(|| self.told.place.clone()),
            is_emergency: self.told.urgency == Urgency::Emergency,
            params: self.params(),
        }
    }

    /// Residents behind the case who wished it, by short message, never at night.
    fn for_residents(&self) -> Vec<NewMessage> {
        // Whoever confirmed the closing knows it.
        let is_known = self.event.kind == "case.closed" && self.told.closed_how == Some(ClosedHow::Confirmed);
        let gateway = rules::nearest(self.gateways, GatewayKind::Sms, &self.told.place);
        let Some(gateway) = gateway.filter(|_| !is_known && rules::RESIDENT_STEPS.contains(&self.event.kind.as_str()))
        else {
            return Vec::new();
        };
        let send_at = rules::send_at(self.app.now(), rules::RESIDENT_QUIET, false, &self.app.settings.zone);
        let reaching = self.reaching();
        let message = |listener: &cases::Listener| {
            reaching.message(News::Step, gateway, Recipient::Report(listener.report), listener.lang, send_at)
        };
        self.told.listeners.iter().map(message).collect()
    }

    async fn for_staff(&self, db: &mut Conn, news: News, audience: rules::Audience) -> Result<Vec<NewMessage>> {
        let audience = match audience {
            rules::Audience::Office => self.office(db).await?,
            rules::Audience::Assigned => Audience::of_units(db, self.app, &self.told.assigned).await?,
            rules::Audience::Lead => Audience::of_units(db, self.app, &self.lead()).await?,
        };
        self.reaching().staff(db, news, &audience).await
    }

    /// The office that answers for the place, and those who dispatch there.
    async fn office(&self, db: &mut Conn) -> Result<Audience> {
        let Some(township) = self.told.place.at(Level::Township) else { return Ok(Audience::default()) };
        let today = self.app.today();
        let office = people::find_unit_unscoped(db, "government", Level::Township, &township, today).await?;
        let dispatchers = people::holders_unscoped(db, Role::TownshipDispatcher, &township, today).await?;
        Ok(Audience {
            units: office.map(|unit| (unit.id, township)).into_iter().collect(),
            people: dispatchers.into_iter().collect(),
        })
    }

    fn lead(&self) -> Vec<Id<Unit>> {
        self.told.lead.iter().map(|(unit, _)| *unit).collect()
    }
}
