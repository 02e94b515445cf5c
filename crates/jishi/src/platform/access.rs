//! Who may see and do what: roles, permissions, posts, and the scope they give.
//!
//! One table says what a role may ([`Role::permissions`]); where, is said by the post. Outside the scope is "not found".

use kernel::{Code, Error, Id, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

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

/// What a post lets its holder be. Residents need no account and so have no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 网格员
    GridWorker,
    /// 网格长
    GridLeader,
    /// 村（居）民小组长
    GroupLeader,
    /// 包联干部: a cadre linked to a township, a village, a group or a grid
    LinkedCadre,
    /// 村（社区）工作人员
    VillageOfficer,
    /// 村（社区）党组织书记
    BranchSecretary,
    /// 乡镇（街道）派单员
    TownshipDispatcher,
    /// 乡镇（街道）领导
    TownshipLeader,
    /// 部门经办人
    DepartmentHandler,
    /// 县（区）领导小组办公室
    CountyOffice,
    /// 系统管理员
    SystemAdmin,
    /// 安全管理员
    SecurityAdmin,
    /// 审计管理员
    AuditAdmin,
}

/// One thing a role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Permission {
    /// See cases of one's places or one's unit.
    #[serde(rename = "case.read")]
    CaseRead,
    /// Enter a report for a resident.
    #[serde(rename = "case.enter")]
    CaseEnter,
    /// Settle on the spot what the catalogue lets a grid settle.
    #[serde(rename = "case.settle")]
    CaseSettle,
    /// Answer, redirect, refuse, merge, correct matter and place.
    #[serde(rename = "case.triage")]
    CaseTriage,
    /// Give a case to a lead and its assistants.
    #[serde(rename = "case.dispatch")]
    CaseDispatch,
    /// Sign, work, file a result, return: on what one's unit was given.
    #[serde(rename = "case.handle")]
    CaseHandle,
    /// Ask the resident by telephone for their verdict and record it; never on one's own work.
    #[serde(rename = "case.call_back")]
    CaseCallBack,
    /// Open a contact detail, with a purpose.
    #[serde(rename = "contact.open")]
    ContactOpen,
    /// Change places, boundaries, QR spots.
    #[serde(rename = "region.edit")]
    RegionEdit,
    /// Change units.
    #[serde(rename = "unit.edit")]
    UnitEdit,
    /// Create people, reset first passwords, let people leave.
    #[serde(rename = "person.edit")]
    PersonEdit,
    /// Give and end posts.
    #[serde(rename = "post.grant")]
    PostGrant,
    /// End other people's sessions.
    #[serde(rename = "session.end")]
    SessionEnd,
    /// Bring in the orders of lines outside and give their answers back.
    #[serde(rename = "source.exchange")]
    SourceExchange,
    /// Make and end the keys with which such a line's own system does so.
    #[serde(rename = "source.keys")]
    SourceKeys,
    /// Change the catalogue.
    #[serde(rename = "catalog.edit")]
    CatalogEdit,
    /// Import working calendars.
    #[serde(rename = "calendar.edit")]
    CalendarEdit,
    /// Look after the ways out of the platform, and see what left by them.
    #[serde(rename = "gateway.edit")]
    GatewayEdit,
    /// Read the trail of what was done.
    #[serde(rename = "audit.read")]
    AuditRead,
}

impl Permission {
    /// All permissions, in the order they are shown.
    pub const ALL: [Self; 19] = [
        Self::CaseRead,
        Self::CaseEnter,
        Self::CaseSettle,
        Self::CaseTriage,
        Self::CaseDispatch,
        Self::CaseHandle,
        Self::CaseCallBack,
        Self::ContactOpen,
        Self::RegionEdit,
        Self::UnitEdit,
        Self::PersonEdit,
        Self::PostGrant,
        Self::SessionEnd,
        Self::SourceExchange,
        Self::SourceKeys,
        Self::CatalogEdit,
        Self::CalendarEdit,
        Self::GatewayEdit,
        Self::AuditRead,
    ];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CaseRead => "case.read",
            Self::CaseEnter => "case.enter",
            Self::CaseSettle => "case.settle",
            Self::CaseTriage => "case.triage",
            Self::CaseDispatch => "case.dispatch",
            Self::CaseHandle => "case.handle",
            Self::CaseCallBack => "case.call_back",
            Self::ContactOpen => "contact.open",
            Self::RegionEdit => "region.edit",
            Self::UnitEdit => "unit.edit",
            Self::PersonEdit => "person.edit",
            Self::PostGrant => "post.grant",
            Self::SessionEnd => "session.end",
            Self::SourceExchange => "source.exchange",
            Self::SourceKeys => "source.keys",
            Self::CatalogEdit => "catalog.edit",
            Self::CalendarEdit => "calendar.edit",
            Self::GatewayEdit => "gateway.edit",
            Self::AuditRead => "audit.read",
        }
    }
}

impl Role {
    /// All roles, from the grid upwards, then the three separated administrators.
    pub const ALL: [Self; 13] = [
        Self::GridWorker,
        Self::GridLeader,
        Self::GroupLeader,
        Self::LinkedCadre,
        Self::VillageOfficer,
        Self::BranchSecretary,
        Self::TownshipDispatcher,
        Self::TownshipLeader,
        Self::DepartmentHandler,
        Self::CountyOffice,
        Self::SystemAdmin,
        Self::SecurityAdmin,
        Self::AuditAdmin,
    ];

    /// The table of permissions; printed in the docs and snapshot-tested.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::GridWorker | Self::GridLeader => &[P::CaseRead, P::CaseEnter, P::CaseSettle],
            Self::GroupLeader | Self::LinkedCadre => &[P::CaseRead, P::CaseEnter],
            Self::VillageOfficer => {
                &[P::CaseRead, P::CaseEnter, P::CaseSettle, P::CaseHandle, P::CaseCallBack, P::ContactOpen]
            }
            Self::BranchSecretary => &[P::CaseRead, P::CaseEnter, P::CaseHandle, P::CaseCallBack],
            Self::TownshipDispatcher => &[
                P::CaseRead,
                P::CaseEnter,
                P::CaseTriage,
                P::CaseDispatch,
                P::CaseHandle,
                P::CaseCallBack,
                P::ContactOpen,
                P::SourceExchange,
            ],
            Self::TownshipLeader => &[P::CaseRead, P::CaseTriage, P::CaseDispatch, P::CaseCallBack],
            Self::DepartmentHandler => &[P::CaseRead, P::CaseHandle, P::ContactOpen],
            Self::CountyOffice => &[
                P::CaseRead,
                P::CaseEnter,
                P::CaseTriage,
                P::CaseDispatch,
                P::CaseCallBack,
                P::ContactOpen,
                P::SourceExchange,
            ],
            Self::SystemAdmin => {
                &[P::RegionEdit, P::UnitEdit, P::SourceKeys, P::CatalogEdit, P::CalendarEdit, P::GatewayEdit]
            }
            Self::SecurityAdmin => &[P::PersonEdit, P::PostGrant, P::SessionEnd],
            Self::AuditAdmin => &[P::AuditRead],
        }
    }

    /// Whether it sees its unit's work (a department) and not its place's (an office that answers for a place).
    pub fn sees_unit_only(self) -> bool {
        self == Self::DepartmentHandler
    }

    /// One of the three administrators that no one person may combine (等保 8.1.4).
    pub fn is_separated(self) -> bool {
        matches!(self, Self::SystemAdmin | Self::SecurityAdmin | Self::AuditAdmin)
    }

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GridWorker => "grid_worker",
            Self::GridLeader => "grid_leader",
            Self::GroupLeader => "group_leader",
            Self::LinkedCadre => "linked_cadre",
            Self::VillageOfficer => "village_officer",
            Self::BranchSecretary => "branch_secretary",
            Self::TownshipDispatcher => "township_dispatcher",
            Self::TownshipLeader => "township_leader",
            Self::DepartmentHandler => "department_handler",
            Self::CountyOffice => "county_office",
            Self::SystemAdmin => "system_admin",
            Self::SecurityAdmin => "security_admin",
            Self::AuditAdmin => "audit_admin",
        }
    }

    /// The role of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// The role that people call so, in any language, or by its stable name.
    pub fn called(text: &str) -> Option<Self> {
        let is_called = |role: &Self| role.names().iter().any(|(_, name)| name.eq_ignore_ascii_case(text));
        Self::parse(text).or_else(|| Self::ALL.into_iter().find(is_called))
    }

    /// Its name for people.
    pub fn names(self) -> Names {
        match self {
            Self::GridWorker => Names::new("网格员", "Grid worker"),
            Self::GridLeader => Names::new("网格长", "Grid leader"),
            Self::GroupLeader => Names::new("村（居）民小组长", "Group leader"),
            Self::LinkedCadre => Names::new("包联干部", "Linked cadre"),
            Self::VillageOfficer => Names::new("村（社区）工作人员", "Village or community officer"),
            Self::BranchSecretary => Names::new("村（社区）书记", "Branch secretary"),
            Self::TownshipDispatcher => Names::new("乡镇（街道）派单员", "Township dispatcher"),
            Self::TownshipLeader => Names::new("乡镇（街道）领导", "Township leader"),
            Self::DepartmentHandler => Names::new("部门经办人", "Department handler"),
            Self::CountyOffice => Names::new("县（区）领导小组办公室", "County office"),
            Self::SystemAdmin => Names::new("系统管理员", "System administrator"),
            Self::SecurityAdmin => Names::new("安全管理员", "Security administrator"),
            Self::AuditAdmin => Names::new("审计管理员", "Audit administrator"),
        }
    }
}

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
            if !post.role.sees_unit_only() {
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
