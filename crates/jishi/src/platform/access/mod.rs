//! Who may see and do what: roles, permissions, posts, and the scope they give.
//!
//! One table says what a role may ([`Role::permissions`]); where, is said by the post. Outside the scope is "not found".

mod permission;
mod role;
mod table;

use kernel::{Code, Error, Id, RegionCode, Result};

pub use self::{permission::Permission, role::Role};

/// Someone who works here. Only the marker of an id: the record belongs to the people module.
#[derive(Debug)]
pub struct Person;
/// 单位. Only the marker of an id: the record belongs to the people module.
#[derive(Debug)]
pub struct Unit;
/// 任职. Only the marker of an id: the record belongs to the people module.
#[derive(Debug)]
pub struct Post;
/// A log-in that has not ended. Only the marker of an id.
#[derive(Debug)]
pub struct Session;

/// A post as the actor holds it now (its dates have been checked).
#[derive(Clone, Debug)]
pub struct HeldPost {
    /// Its identity.
    pub id: Id<Post>,
    /// What it lets its holder be.
    pub role: Role,
    /// Where.
    pub region: RegionCode,
    /// In which unit, if in one.
    pub unit: Option<Id<Unit>>,
    /// 代理: whose post it stands in for, if it does.
    pub covers: Option<Id<Person>>,
}

/// Who is asking, with all the posts they hold now.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub person: Id<Person>,
    /// Their name, for conflict messages and the trail.
    pub name: String,
    /// The log-in used.
    pub session: Id<Session>,
    /// The posts held today.
    pub posts: Vec<HeldPost>,
    /// Where the request came from, for the trail.
    pub address: String,
    /// True until the first password has been changed; nothing else is possible before.
    pub must_change_password: bool,
}

/// Where a permission reaches: places ∪ own units' assignments.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Places, each with all that lies in it.
    pub places: Vec<RegionCode>,
    /// Units whose work is seen.
    pub units: Vec<Id<Unit>>,
}

impl Scope {
    /// Whether a place lies in the scope.
    pub fn covers(&self, place: &RegionCode) -> bool {
        self.places.iter().any(|own| own.covers(place))
    }

    /// The narrowest place that holds all of its own; where it has none, `root`.
    pub fn home(&self, root: &RegionCode) -> RegionCode {
        let common = self.places.iter().cloned().reduce(|one, other| {
            let mut held = Some(one);
            while let Some(place) = held.take_if(|place| !place.covers(&other)) {
                held = place.parent();
            }
            held.unwrap_or_else(|| root.clone())
        });
        common.unwrap_or_else(|| root.clone())
    }
}

impl Actor {
    /// Those whose post the actor stands in for today, each with the unit of the post.
    pub fn covers(&self) -> Vec<(Id<Person>, Id<Unit>)> {
        self.posts.iter().filter_map(|post| post.covers.zip(post.unit)).collect()
    }

    /// The scope in which the actor has a permission: the union over their posts.
    ///
    /// # Errors
    /// `password_change_needed`, or `forbidden` when no post gives the permission.
    pub fn require(&self, permission: Permission) -> Result<Scope> {
        if self.must_change_password {
            return Err(Error::new(Code::PasswordChangeNeeded));
        }
        let mut scope = Scope::default();
        let mut granted = false;
        for post in self.posts.iter().filter(|post| post.role.permissions().contains(&permission)) {
            granted = true;
            if !post.role.keeps_to_unit(permission) {
                scope.places.push(post.region.clone());
            }
            scope.units.extend(post.unit);
        }
        if granted { Ok(scope) } else { Err(Error::new(Code::Forbidden).with("permission", permission.as_str())) }
    }

    /// Whether any post gives the permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.posts.iter().any(|post| post.role.permissions().contains(&permission))
    }

    /// The post a write is done as: the first that gives the permission and answers for the place or the unit,
    /// otherwise the first that gives the permission.
    pub fn acting(
        &self,
        permission: Permission,
        place: Option<&RegionCode>,
        unit: Option<Id<Unit>>,
    ) -> Option<&HeldPost> {
        let able = || self.posts.iter().filter(|post| post.role.permissions().contains(&permission));
        able()
            .find(|post| (unit.is_some() && post.unit == unit) || place.is_some_and(|place| post.region.covers(place)))
            .or_else(|| able().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_administrators_see_no_case_and_share_no_permission() {
        let administrators = Role::ALL.into_iter().filter(|role| role.is_separated());
        let mut seen = std::collections::HashSet::new();
        for permission in administrators.flat_map(|role| role.permissions()) {
            assert!(!permission.as_str().starts_with("case.") && *permission != Permission::ContactOpen);
            assert!(seen.insert(permission), "{} is held by two administrators", permission.as_str());
        }
    }

    #[test]
    fn every_permission_is_held_by_some_role() {
        for permission in Permission::ALL {
            assert!(Role::ALL.iter().any(|role| role.permissions().contains(&permission)), "{}", permission.as_str());
        }
    }

    #[test]
    fn the_stable_names_are_those_of_the_wire() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        for permission in Permission::ALL {
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.as_str());
        }
    }
}
