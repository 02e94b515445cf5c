//! What is kept here of a person.

use crate::platform::{
    access::Permission,
    processing::{Basis, Held, Seen, Term, Whose},
};

const WHILE_THERE: Term =
    Term::Said(("在岗期间；离岗后作为履职记录保存", "While they work here; then as the record of what was done"));

/// For the record of processing.
pub const HELD: &[Held] = &[
    Held {
        code: "people.names",
        columns: &[("people", "name"), ("people", "login"), ("people", "phone"), ("imports", "journal")],
        whose: Whose::Staff,
        name: ("姓名、登录名、工作电话", "Name, log-in, work telephone"),
        why: ("派单、联系、记录谁做了什么", "To dispatch, to reach them, to record who did what"),
        basis: Basis::Staff,
        term: WHILE_THERE,
        seen: Seen::Reads(&[Permission::PersonEdit, Permission::CaseRead]),
    },
    Held {
        code: "people.secrets",
        columns: &[("people", "password_hash"), ("people", "totp_secret")],
        whose: Whose::Staff,
        name: ("密码摘要、两步验证密钥", "Hash of the password, secret of the second factor"),
        why: ("登录", "To log in"),
        basis: Basis::Security,
        term: Term::Said(("在岗期间", "While they work here")),
        seen: Seen::Nobody,
    },
    Held {
        code: "people.sessions",
        columns: &[("sessions", "user_agent"), ("sessions", "address"), ("events", "address")],
        whose: Whose::Staff,
        name: ("登录记录和操作记录里的地址、浏览器", "Address and browser of log-ins and of what was done"),
        why: ("发现冒用，供审计", "To find misuse, and for auditors"),
        basis: Basis::Security,
        term: Term::Said(("不少于六个月", "Six months at least")),
        seen: Seen::Reads(&[Permission::AuditRead]),
    },
];
