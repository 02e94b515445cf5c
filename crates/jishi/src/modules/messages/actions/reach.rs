//! One thing that happened, about to be told to units and people: to each by the ways they wished, when they wished.

use std::collections::BTreeSet;

use db::Conn;
use kernel::{Id, Instant, Lang, RegionCode, Result};

use super::super::{
    model::{Gateway, GatewayKind, News, Owner, Recipient, Wishes},
    rules,
    store::{self, NewMessage},
    texts::Params,
};
use crate::{
    modules::{App, cases::Case, people},
    platform::access::{Person, Unit},
};

/// What happened, with what its text is made of.
pub(super) struct Reaching<'a> {
    pub(super) app: &'a App,
    pub(super) gateways: &'a [Gateway],
    /// Its place in the order of the trail.
    pub(super) seq: i64,
    /// The case it is of.
    pub(super) case: Option<Id<Case>>,
    /// Whose administrators see that it was sent.
    pub(super) region: RegionCode,
    /// Only an emergency breaks the quiet hours.
    pub(super) is_emergency: bool,
    pub(super) params: Params,
}

/// Units, each with the place it works for, and people.
#[derive(Default)]
pub(super) struct Audience {
    pub(super) units: Vec<(Id<Unit>, RegionCode)>,
    pub(super) people: BTreeSet<Id<Person>>,
}

impl Audience {
    /// Some units and who works there.
    pub(super) async fn of_units(db: &mut Conn, app: &App, units: &[Id<Unit>]) -> Result<Self> {
        let mut audience = Self::default();
        let found = people::placed_units_unscoped(db, units).await?;
        for unit in units {
            if let Some((_, region)) = found.get(unit) {
                audience.units.push((*unit, region.clone()));
            }
            let members = people::members_unscoped(db, *unit, app.today()).await?;
            audience.people.extend(members.into_iter().map(|member| member.id));
        }
        Ok(audience)
    }
}

impl Reaching<'_> {
    /// One message by one way.
    pub(super) fn message(
        &self,
        news: News,
        gateway: &Gateway,
        to: Recipient,
        lang: Lang,
        send_at: Instant,
    ) -> NewMessage {
        let (to_kind, to_id) = to.parts();
        let params = Params { lang, ..self.params.clone() };
        NewMessage {
            id: Id::new(self.app.now(), &self.app.chance),
            news,
            once: format!("{} {} {to_kind} {to_id}", self.seq, gateway.id),
            gateway: gateway.id,
            to,
            case: self.case,
            params: serde_json::to_value(params).unwrap_or_default(),
            sealed: None,
            region: self.region.clone(),
            at: self.app.now(),
            send_at,
        }
    }

    /// The messages to units and people, each by the ways they wished.
    pub(super) async fn staff(&self, db: &mut Conn, news: News, audience: &Audience) -> Result<Vec<NewMessage>> {
        let units = audience.units.iter().map(|(unit, _)| Owner::Unit(*unit));
        let owners: Vec<Owner> = units.chain(audience.people.iter().copied().map(Owner::Person)).collect();
        let wishes = store::wishes_unscoped(db, &owners).await?;
        let wishes = |owner: Owner| wishes.get(&owner).cloned().unwrap_or_else(Wishes::usual);
        let mut messages = Vec::new();
        for (unit, region) in &audience.units {
            messages.extend(self.to_unit(news, *unit, region, &wishes(Owner::Unit(*unit))));
        }
        let people: Vec<Id<Person>> = audience.people.iter().copied().collect();
        for reach in people::reach_unscoped(db, &people, self.app.today()).await? {
            messages.extend(self.to_person(news, &reach, &wishes(Owner::Person(reach.person))));
        }
        Ok(messages)
    }

    fn to_unit(&self, news: News, unit: Id<Unit>, region: &RegionCode, wishes: &Wishes) -> Vec<NewMessage> {
        let send_at = self.send_at(wishes);
        let mail = rules::nearest(self.gateways, GatewayKind::Mail, region)
            .filter(|_| wishes.address.is_some() && rules::wants(wishes.mail, self.is_emergency));
        let ways = rules::robots(self.gateways, unit).chain(mail);
        ways.map(|gateway| self.message(news, gateway, Recipient::Unit(unit), Lang::Zh, send_at)).collect()
    }

    fn to_person(&self, news: News, reach: &people::Reach, wishes: &Wishes) -> Vec<NewMessage> {
        let send_at = self.send_at(wishes);
        let sms = rules::nearest(self.gateways, GatewayKind::Sms, &reach.region)
            .filter(|_| reach.phone.is_some() && rules::wants(wishes.sms, self.is_emergency));
        let mail = rules::nearest(self.gateways, GatewayKind::Mail, &reach.region)
            .filter(|_| wishes.address.is_some() && rules::wants(wishes.mail, self.is_emergency));
        let to = Recipient::Person(reach.person);
        sms.into_iter().chain(mail).map(|gateway| self.message(news, gateway, to, reach.lang, send_at)).collect()
    }

    fn send_at(&self, wishes: &Wishes) -> Instant {
        let quiet = (wishes.quiet_from, wishes.quiet_until);
        rules::send_at(self.app.now(), quiet, self.is_emergency, &self.app.settings.zone)
    }
}
