//! Types of the room.

use db::{FromRow, Row};
use jiff::civil::Time;
use kernel::{Error, Id, Instant, RegionCode, Result};
use serde::{Deserialize, Serialize};

use crate::{
    modules::cases::{Case, Report},
    platform::{
        access::{Person, Unit},
        words::words,
    },
};

words! {
    /// 通道类型
    GatewayKind {
        Sms "sms" "短信" "Short messages";
        Mail "mail" "电子邮件" "E-mail";
        Wecom "wecom" "企业微信群机器人" "WeCom group robot";
        Dingtalk "dingtalk" "钉钉群机器人" "DingTalk group robot";
    }
}

/// 验证码用途: what a code that was sent to a telephone opens. It opens nothing else, and the message says which it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeFor {
    /// 找回回执: further receipts for the reports that left the number.
    #[default]
    Receipts,
    /// 个人信息副本: a copy with whole details.
    OwnCopy,
}

impl CodeFor {
    /// What a code is compared with is bound to.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Receipts => "receipt-code",
            Self::OwnCopy => "own-copy-code",
        }
    }
}

impl GatewayKind {
    /// Whether it speaks in one unit's group chat, and not to whoever has a number or an address.
    pub fn is_robot(self) -> bool {
        matches!(self, Self::Wecom | Self::Dingtalk)
    }
}

words! {
    /// 送达状态
    State {
        Waiting "waiting" "待发送" "Waiting";
        Sent "sent" "已发出" "Sent";
        Delivered "delivered" "已送达" "Delivered";
        Failed "failed" "未能发出" "Failed";
    }
}

words! {
    /// 接收范围
    Want {
        None "none" "不接收" "Nothing";
        Emergency "emergency" "仅紧急事项" "Emergencies only";
        All "all" "紧急事项、新情况和每日摘要" "Emergencies, news and the daily digest";
    }
}

words! {
    /// 消息内容
    News {
        Emergency "emergency" "紧急事项待派单" "An emergency to dispatch";
        Assigned "assigned" "新派单" "A case was given to the unit";
        Redo "redo" "退回重办" "A case came back to be redone";
        Urged "urged" "催办" "A reminder to the unit that leads a case";
        Digest "digest" "每日摘要" "Daily digest";
        Whistle "whistle" "吹哨" "The unit was called by a whistle";
        WhistleReminder "whistle_reminder" "吹哨提醒" "A limit of a whistle is near";
        WhistleWithdrawn "whistle_withdrawn" "撤哨" "A whistle was withdrawn";
        WhistleEscalated "whistle_escalated" "吹哨升级" "A whistle was escalated to the county";
        Step "step" "办理进展" "A step of a resident's case";
        Code "code" "找回回执验证码" "Code to find receipts again";
        Link "link" "评价链接" "Link to a verdict";
        Trial "trial" "试发" "Trial";
    }
}

/// 通道: a way out of the platform.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// Its identity.
    pub id: Id<Gateway>,
    /// What sort.
    pub kind: GatewayKind,
    /// The place it serves, with all that lies in it.
    pub region: RegionCode,
    /// The unit whose group it speaks in.
    pub unit: Option<Id<Unit>>,
    /// Its name for people.
    pub name: String,
    /// Where it leads, without what must stay secret.
    pub shown: String,
    /// Where it leads and what it signs with, sealed.
    pub sealed: Vec<u8>,
    /// Who short messages and mail are from: a signature, an address.
    pub sender: Option<String>,
    /// Whether it is used.
    pub is_on: bool,
    /// Counts its changes.
    pub version: i64,
}

impl FromRow for Gateway {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            region: row.get("region")?,
            unit: row.opt("unit")?,
            name: row.get("name")?,
            shown: row.get("shown")?,
            sealed: row.get("sealed")?,
            sender: row.opt("sender")?,
            is_on: row.get("is_on")?,
            version: row.get("version")?,
        })
    }
}

/// Where a gateway leads, and the secrets it takes: kept sealed, never shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// `https://..` of a webhook or robot, `smtps://host:465` or `smtp://host:587` of a mail server.
    pub address: String,
    /// What a webhook or robot signs with; the password of a mail account.
    pub secret: Option<String>,
    /// The mail account.
    pub account: Option<String>,
}

/// Who gets a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// A member of staff.
    Person(Id<Person>),
    /// A unit: its group chat or its mail box.
    Unit(Id<Unit>),
    /// The resident behind a report.
    Report(Id<Report>),
    /// Whoever holds a telephone; the number is sealed in the message.
    Phone,
}

impl Recipient {
    /// What it is called in SQL, and which.
    pub fn parts(self) -> (&'static str, String) {
        match self {
            Self::Person(id) => ("person", id.to_string()),
            Self::Unit(id) => ("unit", id.to_string()),
            Self::Report(id) => ("report", id.to_string()),
            Self::Phone => ("phone", String::new()),
        }
    }

    fn parse(kind: &str, id: &str) -> Result<Self> {
        Ok(match kind {
            "person" => Self::Person(id.parse().map_err(Error::internal)?),
            "unit" => Self::Unit(id.parse().map_err(Error::internal)?),
            "report" => Self::Report(id.parse().map_err(Error::internal)?),
            "phone" => Self::Phone,
            other => return Err(Error::internal(format!("a message to a {other}"))),
        })
    }
}

/// 消息: one piece of news to one recipient by one gateway.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its identity.
    pub id: Id<Message>,
    /// What it tells.
    pub news: News,
    /// By which gateway.
    pub gateway: Id<Gateway>,
    /// To whom.
    pub to: Recipient,
    /// Of which case.
    pub case: Option<Id<Case>>,
    /// What its text is made of; no personal data.
    pub params: serde_json::Value,
    /// What must be kept secret until it is sent.
    pub sealed: Option<Vec<u8>>,
    /// How far it is.
    pub state: State,
    /// When it came to be.
    pub created_at: Instant,
    /// Not before.
    pub send_at: Instant,
    /// How often it was tried.
    pub attempts: i64,
    /// How many of these tries came before somebody sent it again by hand: waits are counted from there.
    pub tries_before: i64,
    /// When it left.
    pub sent_at: Option<Instant>,
    /// Why it could not leave, for an administrator.
    pub error: Option<String>,
}

impl FromRow for Message {
    fn from_row(row: &Row) -> Result<Self> {
        let (kind, id): (String, String) = (row.get("to_kind")?, row.get("to_id")?);
        Ok(Self {
            id: row.get("id")?,
            news: row.get("kind")?,
            gateway: row.get("gateway")?,
            to: Recipient::parse(&kind, &id)?,
            case: row.opt("case_id")?,
            params: row.get("params")?,
            sealed: row.opt("sealed")?,
            state: row.get("state")?,
            created_at: row.get("created_at")?,
            send_at: row.get("send_at")?,
            attempts: row.get("attempts")?,
            tries_before: row.get("tries_before")?,
            sent_at: row.opt("sent_at")?,
            error: row.opt("error")?,
        })
    }
}

/// Whose wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A member of staff.
    Person(Id<Person>),
    /// A unit.
    Unit(Id<Unit>),
}

/// 接收设置: what someone wishes to be told, and when not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// By short message; a unit has no telephone that takes one.
    pub sms: Want,
    /// By mail.
    pub mail: Want,
    /// Where to mail.
    pub address: Option<String>,
    /// 免打扰: from this time of day ..
    pub quiet_from: Time,
    /// .. until that one; only emergencies break it.
    pub quiet_until: Time,
    /// When the digest comes on a working day; none for no digest.
    pub digest_at: Option<Time>,
    /// Counts its changes; 0 while the usual holds.
    pub version: i64,
}

impl Wishes {
    /// What holds for whoever has wished nothing: emergencies reach a person's telephone, a unit's group gets everything,
    /// evenings and nights are quiet.
    pub fn usual() -> Self {
        Self {
            sms: Want::Emergency,
            mail: Want::None,
            address: None,
            quiet_from: Time::constant(20, 0, 0, 0),
            quiet_until: Time::constant(8, 0, 0, 0),
            digest_at: Some(Time::constant(8, 30, 0, 0)),
            version: 0,
        }
    }
}

impl FromRow for Wishes {
    fn from_row(row: &Row) -> Result<Self> {
        let time = |text: &str| text.parse::<Time>().ok();
        let needed = |name: &str| row.parsed(name, time)?.ok_or_else(|| Error::internal("wishes without a time"));
        Ok(Self {
            sms: row.get("sms")?,
            mail: row.get("mail")?,
            address: row.opt("address")?,
            quiet_from: needed("quiet_from")?,
            quiet_until: needed("quiet_until")?,
            digest_at: row.parsed("digest_at", time)?,
            version: row.get("version")?,
        })
    }
}

/// A list's conditions; all of them hold together.
#[derive(Clone, Debug, Default)]
pub struct MessageFilter {
    /// How far.
    pub state: Option<State>,
    /// What it tells.
    pub news: Option<News>,
    /// By which gateway.
    pub gateway: Option<Id<Gateway>>,
}
