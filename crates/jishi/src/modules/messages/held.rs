//! What is kept here of a person.

use crate::platform::processing::{Basis, Held, Seen, Term, Whose};

/// For the record of processing.
pub const HELD: &[Held] = &[
    Held {
        code: "messages.codes",
        columns: &[("receipt_codes", "phone"), ("messages", "sealed")],
        whose: Whose::Resident,
        name: ("验证码和要发出的短信内容", "Codes and what a message carries until it is sent"),
        why: ("确认手机在您手里", "To know that the telephone is in your hands"),
        basis: Basis::Consent,
        term: Term::Days(super::actions::KEEP_DAYS),
        seen: Seen::Nobody,
    },
    Held {
        code: "messages.wishes",
        columns: &[("message_wishes", "address")],
        whose: Whose::Staff,
        name: ("接收消息的邮箱", "Mail address for messages"),
        why: ("把待办告诉本人", "To tell them what waits"),
        basis: Basis::Consent,
        term: Term::Said(("本人改掉为止", "Until they change it")),
        seen: Seen::Own,
    },
];
