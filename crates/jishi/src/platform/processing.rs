//! 个人信息处理记录: what each room says of the personal data it keeps. A room names its columns beside its tables; the record is
//! put together from all of them (`modules::processing`), and a test finds a column that nobody names.

use kernel::Names;
use serde::{Deserialize, Serialize};

use super::access::{Permission, Role};

/// Words in Chinese and English.
pub type Said = (&'static str, &'static str);

/// A sort of personal data that is kept.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Its stable name, e.g. `contacts.phone`.
    pub code: &'static str,
    /// The columns it lies in: table, column.
    pub columns: &'static [(&'static str, &'static str)],
    /// About whom.
    pub whose: Whose,
    /// What it is called.
    pub name: Said,
    /// Why it is kept.
    pub why: Said,
    /// On what basis.
    pub basis: Basis,
    /// How long.
    pub term: Term,
    /// Who sees it.
    pub seen: Seen,
}

/// 关于谁
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DataOf)]
pub enum Whose {
    /// Whoever reports something.
    Resident,
    /// Whoever was visited at home.
    Visited,
    /// A party to a mediation, or to a case of enforcement.
    Party,
    /// Whoever registered with a community to help.
    Offerer,
    /// Members of staff.
    Staff,
}

impl Whose {
    /// For readers.
    pub fn names(self) -> Names {
        match self {
            Self::Resident => Names::new("反映问题的群众", "People who report"),
            Self::Visited => Names::new("被走访的住户", "Households visited"),
            Self::Party => Names::new("调解、执法的当事人", "Parties to mediation and enforcement"),
            Self::Offerer => Names::new("双报到的单位和个人", "Units and people who report in to a community"),
            Self::Staff => Names::new("工作人员", "Staff"),
        }
    }
}

/// 合法性基础 (PIPL §13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// 履行法定职责: to do what the law charges the office with.
    Duty,
    /// 同意: as long as the person agrees, taken back as easily as given (§15).
    Consent,
    /// 人力资源管理: to manage staff by rules that were made by law.
    Staff,
    /// 网络安全: to keep logs and accounts safe, as the law on network security demands.
    Security,
}

impl Basis {
    /// For readers.
    pub fn names(self) -> Names {
        match self {
            Self::Duty => {
                Names::new("履行法定职责（个人信息保护法第十三条第一款第三项）", "Statutory duty (PIPL art. 13(1)(3))")
            }
            Self::Consent => Names::new(
                "本人同意，可随时撤回（第十三条第一款第一项、第十五条）",
                "Consent, which may be taken back at any time (PIPL art. 13(1)(1), 15)",
            ),
            Self::Staff => {
                Names::new("人力资源管理（第十三条第一款第二项）", "Management of staff (PIPL art. 13(1)(2))")
            }
            Self::Security => Names::new(
                "网络安全义务（网络安全法），日志不少于六个月",
                "Duty of network security (Cybersecurity Law); logs for six months at least",
            ),
        }
    }
}

/// 保存多久
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// The term of the matter after its case has ended (`catalog/retention.toml`).
    Contacts,
    /// The days of `catalog/links.toml` after the visit.
    Visits,
    /// So many days.
    Days(i64),
    /// As said.
    Said(Said),
}

/// 谁能看
#[derive(Clone, Copy, Debug)]
pub enum Seen {
    /// Nobody: only the platform uses it.
    Nobody,
    /// The person alone.
    Own,
    /// Everyone.
    Everyone,
    /// Whoever has one of these permissions, in their places.
    Reads(&'static [Permission]),
    /// The same, with a reason, and each time is written down.
    Opens(&'static [Permission]),
}

impl Seen {
    /// The roles that see it, as the table of permissions says.
    pub fn roles(self) -> Vec<Role> {
        let (Self::Reads(permissions) | Self::Opens(permissions)) = self else { return Vec::new() };
        let may = |role: &Role| role.permissions().iter().any(|permission| permissions.contains(permission));
        Role::ALL.into_iter().filter(may).collect()
    }
}
