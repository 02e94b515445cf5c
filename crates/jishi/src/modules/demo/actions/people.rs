//! Who acts: looked up once, since nobody of the demo city changes post while it is played.

use std::collections::HashMap;

use kernel::{Error, Id, Level, RegionCode, Result};

use crate::{
    modules::{SharedApp, people},
    platform::access::{Actor, Permission, Person, Role, Unit},
};

/// Everyone who has acted so far.
#[derive(Default)]
pub(super) struct People {
    actors: HashMap<Id<Person>, Actor>,
    holders: HashMap<(Role, RegionCode), Option<Id<Person>>>,
    members: HashMap<Id<Unit>, Vec<Id<Person>>>,
}

impl People {
    async fn actor(&mut self, app: &SharedApp, person: Id<Person>) -> Result<Actor> {
        if let Some(actor) = self.actors.get(&person) {
            return Ok(actor.clone());
        }
        let actor = people::actor_unscoped(app, person).await?;
        self.actors.insert(person, actor.clone());
        Ok(actor)
    }

    async fn holder(&mut self, app: &SharedApp, role: Role, place: &RegionCode) -> Result<Option<Actor>> {
        let key = (role, place.clone());
        let found = match self.holders.get(&key) {
            Some(found) => *found,
            None => people::holder_unscoped(&mut app.db.read().await?, role, place, app.today()).await?,
        };
        self.holders.insert(key, found);
        match found {
            Some(person) => self.actor(app, person).await.map(Some),
            None => Ok(None),
        }
    }

    /// Who decides for a place: its township's desk, or the county's office where it has none.
    pub(super) async fn desk(&mut self, app: &SharedApp, place: &RegionCode) -> Result<Actor> {
        if let Some(township) = place.at(Level::Township)
            && let Some(actor) = self.holder(app, Role::TownshipDispatcher, &township).await?
        {
            return Ok(actor);
        }
        self.office(app, place).await
    }

    /// The county's office.
    pub(super) async fn office(&mut self, app: &SharedApp, place: &RegionCode) -> Result<Actor> {
        let county = place.at(Level::County).unwrap_or_else(|| place.clone());
        let found = self.holder(app, Role::CountyOffice, &county).await?;
        found.ok_or_else(|| Error::internal(format!("the demo city has nobody at the desk for {place}")))
    }

    /// Who enters a report at a place in a role.
    pub(super) async fn at(&mut self, app: &SharedApp, role: Role, place: &RegionCode) -> Result<Actor> {
        let found = self.holder(app, role, place).await?;
        found.ok_or_else(|| Error::internal(format!("the demo city has no {} for {place}", role.as_str())))
    }

    /// Those of a unit who handle cases for it.
    async fn handlers(&mut self, app: &SharedApp, unit: Id<Unit>) -> Result<Vec<Id<Person>>> {
        if let Some(members) = self.members.get(&unit) {
            return Ok(members.clone());
        }
        let found = people::members_unscoped(&mut app.db.read().await?, unit, app.today()).await?;
        let mut handlers = Vec::new();
        for member in found {
            let actor = self.actor(app, member.id).await?;
            let acts = actor.require(Permission::CaseHandle).is_ok_and(|scope| scope.units.contains(&unit));
            handlers.extend(acts.then_some(member.id));
        }
        self.members.insert(unit, handlers.clone());
        Ok(handlers)
    }

    /// Whether anybody of a unit handles cases.
    pub(super) async fn is_staffed(&mut self, app: &SharedApp, unit: Id<Unit>) -> Result<bool> {
        Ok(!self.handlers(app, unit).await?.is_empty())
    }

    /// Who acts for a unit: whoever is named for the case, else one of its handlers, always the same for the same case.
    pub(super) async fn handler(
        &mut self,
        app: &SharedApp,
        unit: Id<Unit>,
        named: Option<Id<Person>>,
        turn: usize,
    ) -> Result<Actor> {
        let handlers = self.handlers(app, unit).await?;
        let own = named.filter(|person| handlers.contains(person));
        let person = own.or_else(|| handlers.get(turn % handlers.len().max(1)).copied());
        let person = person.ok_or_else(|| Error::internal("the demo city has nobody in the unit that leads"))?;
        self.actor(app, person).await
    }

    /// A colleague of whoever handles a case.
    pub(super) async fn colleague(
        &mut self,
        app: &SharedApp,
        unit: Id<Unit>,
        of: Id<Person>,
    ) -> Result<Option<Id<Person>>> {
        Ok(self.handlers(app, unit).await?.into_iter().find(|person| *person != of))
    }
}
