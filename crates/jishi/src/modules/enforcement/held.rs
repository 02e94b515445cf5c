//! What is kept here of a person.

use crate::platform::{
    access::Permission,
    processing::{Basis, Held, Seen, Term, Whose},
};

const FILE: Term = Term::Said((
    "与执法案卷一同保存，期限按档案管理规定；系统不自动删除",
    "With the file of the case, as the rules for archives say; not erased by itself",
));

/// For the record of processing.
pub const HELD: &[Held] = &[
    Held {
        code: "enforcement.parties",
        columns: &[("enforcement_parties", "cipher"), ("enforcement_parties", "mask")],
        whose: Whose::Party,
        name: ("当事人的姓名、电话、住址", "Name, telephone and address of a party"),
        why: ("立案、告知、送达、执行", "To file, to tell, to deliver and to execute"),
        basis: Basis::Duty,
        term: FILE,
        seen: Seen::Opens(&[Permission::EnforcementParty]),
    },
    Held {
        code: "enforcement.records",
        columns: &[
            ("enforcement_cases", "party_name"),
            ("enforcement_cases", "place_text"),
            ("enforcement_checks", "place_text"),
            ("enforcement_checks", "words"),
            ("enforcement_papers", "words"),
            ("enforcement_steps", "words"),
            ("enforcement_photos", "sha"),
            ("enforcement_party_accesses", "words"),
        ],
        whose: Whose::Party,
        name: (
            "检查和案件记录、单位当事人的名称、查看记录",
            "Records of checks and cases, names of organisations, who opened details",
        ),
        why: ("依法执法，全过程记录", "To enforce by law, with a full record"),
        basis: Basis::Duty,
        term: FILE,
        seen: Seen::Reads(&[Permission::EnforcementRead]),
    },
    Held {
        code: "enforcement.public",
        columns: &[("disclosed_penalties", "summary")],
        whose: Whose::Party,
        name: ("公示的处罚决定摘要（不写个人姓名）", "Summaries of decisions that are published (no person is named)"),
        why: ("依法公示", "Publicity as the law demands"),
        basis: Basis::Duty,
        term: Term::Said((
            "公示期间；撤销的只留编号和原因",
            "While it is public; what is annulled leaves its number and the reason",
        )),
        seen: Seen::Everyone,
    },
];
