//! What is kept here of a person.

use crate::platform::{
    access::Permission,
    processing::{Basis, Held, Seen, Term, Whose},
};

const FILE: Term = Term::Said((
    "与调解卷宗一同保存，期限按档案管理规定；系统不自动删除",
    "With the file of the mediation, as the rules for archives say; not erased by itself",
));

/// For the record of processing.
pub const HELD: &[Held] = &[
    Held {
        code: "mediation.parties",
        columns: &[
            ("dispute_parties", "name"),
            ("dispute_parties", "phone"),
            ("dispute_parties", "name_mask"),
            ("dispute_parties", "phone_mask"),
        ],
        whose: Whose::Party,
        name: ("当事人的姓名、电话", "Names and telephones of the parties"),
        why: ("调解纠纷、制作协议", "To mediate and to write the agreement"),
        basis: Basis::Duty,
        term: FILE,
        seen: Seen::Opens(&[Permission::MediationMediate]),
    },
    Held {
        code: "mediation.words",
        columns: &[
            ("disputes", "words"),
            ("disputes", "place_text"),
            ("disputes", "agreement"),
            ("dispute_steps", "words"),
            ("dispute_openings", "words"),
            ("hearings", "words"),
        ],
        whose: Whose::Party,
        name: (
            "纠纷经过、协议、查看记录（姓名打码）",
            "What it is about, the agreement, who opened details (names masked)",
        ),
        why: ("调解和督促履行", "To mediate and to look after performance"),
        basis: Basis::Duty,
        term: FILE,
        seen: Seen::Reads(&[Permission::MediationRead]),
    },
];
