//! What is kept here of a person.

use crate::platform::{
    access::Permission,
    processing::{Basis, Held, Seen, Term, Whose},
};

/// For the record of processing.
pub const HELD: &[Held] = &[
    Held {
        code: "links.cards",
        columns: &[("link_cards", "phone"), ("disclosed_links", "name"), ("disclosed_links", "phone")],
        whose: Whose::Staff,
        name: ("包联干部的姓名、办公电话", "Name and office telephone of linked cadres"),
        why: ("让群众找得到人", "So that people know whom to ask"),
        basis: Basis::Staff,
        term: Term::Said(("包联期间", "While they are linked")),
        seen: Seen::Everyone,
    },
    Held {
        code: "links.doors",
        columns: &[("household_links", "door")],
        whose: Whose::Visited,
        name: ("包联的门牌（不记住的是谁）", "Door numbers of linked households; not who lives there"),
        why: ("知道由谁联系哪一户", "To know who is linked to which household"),
        basis: Basis::Duty,
        term: Term::Said((
            "包联期间；结束后作为工作档案保存",
            "While they are linked; afterwards as the office's record",
        )),
        seen: Seen::Reads(&[Permission::LinkEdit, Permission::VisitWrite]),
    },
];
