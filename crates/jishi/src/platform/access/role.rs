//! Roles. What each may do stands in `table.rs`.

use kernel::{Lang, Names};
use serde::{Deserialize, Serialize};

use super::{Permission, table};

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
    /// 综合行政执法人员: one of a township's officers, with a certificate of their own
    EnforcementOfficer,
    /// 法制审核人员: reviews what officers have worked out before it is decided
    LegalReviewer,
    /// 综治中心（调委会）工作人员
    CentreOfficer,
    /// 人民调解员
    Mediator,
    /// 县（区）领导小组办公室
    CountyOffice,
    /// 系统管理员
    SystemAdmin,
    /// 安全管理员
    SecurityAdmin,
    /// 审计管理员
    AuditAdmin,
}

impl Role {
    /// All roles, from the grid upwards, then the three separated administrators.
    pub const ALL: [Self; 17] = [
        Self::GridWorker,
        Self::GridLeader,
        Self::GroupLeader,
        Self::LinkedCadre,
        Self::VillageOfficer,
        Self::BranchSecretary,
        Self::TownshipDispatcher,
        Self::TownshipLeader,
        Self::DepartmentHandler,
        Self::EnforcementOfficer,
        Self::LegalReviewer,
        Self::CentreOfficer,
        Self::Mediator,
        Self::CountyOffice,
        Self::SystemAdmin,
        Self::SecurityAdmin,
        Self::AuditAdmin,
    ];

    /// What its holders may do.
    pub fn permissions(self) -> &'static [Permission] {
        match self {
            Self::GridWorker | Self::GridLeader => table::GRID,
            Self::GroupLeader | Self::LinkedCadre => table::ENTRY,
            Self::VillageOfficer => table::VILLAGE_OFFICER,
            Self::BranchSecretary => table::BRANCH_SECRETARY,
            Self::TownshipDispatcher => table::TOWNSHIP_DISPATCHER,
            Self::TownshipLeader => table::TOWNSHIP_LEADER,
            Self::DepartmentHandler => table::DEPARTMENT_HANDLER,
            Self::EnforcementOfficer => table::ENFORCEMENT_OFFICER,
            Self::LegalReviewer => table::LEGAL_REVIEWER,
            Self::CentreOfficer => table::CENTRE_OFFICER,
            Self::Mediator => table::MEDIATOR,
            Self::CountyOffice => table::COUNTY_OFFICE,
            Self::SystemAdmin => table::SYSTEM_ADMIN,
            Self::SecurityAdmin => table::SECURITY_ADMIN,
            Self::AuditAdmin => table::AUDIT_ADMIN,
        }
    }

    /// Whether it sees its unit's work (a department) and not its place's (an office that answers for a place).
    pub fn sees_unit_only(self) -> bool {
        matches!(self, Self::DepartmentHandler | Self::Mediator)
    }

    /// Whether a permission reaches what is its unit's and no more. Officers of a team (一支队伍管执法) check a whole place, and
    /// of its cases read those that are their team's.
    pub fn keeps_to_unit(self, permission: Permission) -> bool {
        self.sees_unit_only() || (self, permission) == (Self::EnforcementOfficer, Permission::CaseRead)
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
            Self::EnforcementOfficer => "enforcement_officer",
            Self::LegalReviewer => "legal_reviewer",
            Self::CentreOfficer => "centre_officer",
            Self::Mediator => "mediator",
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

    /// All of them, by name, as a list to choose from.
    pub fn choices() -> Names {
        let list = |lang: Lang, comma: &str| Self::ALL.map(|role| role.names().in_lang(lang).to_owned()).join(comma);
        Names::new(list(Lang::Zh, "、"), list(Lang::En, ", "))
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
            Self::EnforcementOfficer => Names::new("综合行政执法人员", "Enforcement officer"),
            Self::LegalReviewer => Names::new("法制审核人员", "Legal reviewer"),
            Self::CentreOfficer => Names::new("综治中心工作人员", "Mediation centre officer"),
            Self::Mediator => Names::new("人民调解员", "Mediator"),
            Self::CountyOffice => Names::new("县（区）领导小组办公室", "County office"),
            Self::SystemAdmin => Names::new("系统管理员", "System administrator"),
            Self::SecurityAdmin => Names::new("安全管理员", "Security administrator"),
            Self::AuditAdmin => Names::new("审计管理员", "Audit administrator"),
        }
    }
}
