//! What is kept here of a person.

use crate::platform::{
    access::Permission,
    processing::{Basis, Held, Seen, Term, Whose},
};

/// For the record of processing.
pub const HELD: &[Held] = &[
    Held {
        code: "contacts.given",
        columns: &[("contacts", "cipher"), ("contacts", "mask"), ("contacts", "lookup")],
        whose: Whose::Resident,
        name: (
            "留下的姓名、电话，文字里的姓名、电话、证件号",
            "Name and telephone given; names, telephones and document numbers found in the words",
        ),
        why: (
            "向您了解情况、核实地点、回访；凭电话找回回执",
            "To ask you, to find the place, to ask whether it is solved; to find receipts again",
        ),
        basis: Basis::Duty,
        term: Term::Contacts,
        seen: Seen::Opens(&[Permission::ContactOpen]),
    },
    Held {
        code: "contacts.openings",
        columns: &[("contact_accesses", "words")],
        whose: Whose::Resident,
        name: ("谁看过联系方式", "Who opened contact details"),
        why: ("让您看到每一次查看，供审计", "So that you see each time, and auditors can check"),
        basis: Basis::Duty,
        term: Term::Said(("与工单一同保存，联系方式删除后仍保留", "With the case, also after the details are erased")),
        seen: Seen::Reads(&[Permission::AuditRead, Permission::ObjectionAnswer]),
    },
];
