//! What is kept here of a person.

use crate::platform::{
    access::Permission,
    processing::{Basis, Held, Seen, Term, Whose},
};

/// For the record of processing.
pub const HELD: &[Held] = &[
    Held {
        code: "cases.words",
        columns: &[("notes", "body"), ("cases", "summary"), ("case_fresh", "words"), ("case_words", "words")],
        whose: Whose::Resident,
        name: ("您说的话（姓名、号码打码）和办理经过", "Your words (names and numbers masked) and what was done"),
        why: ("办理诉求，核验办理是否属实", "To handle the matter and to check that it was done"),
        basis: Basis::Duty,
        term: Term::Said(("作为工作档案保存", "Kept as the office's record")),
        seen: Seen::Reads(&[Permission::CaseRead]),
    },
    Held {
        code: "cases.place",
        columns: &[("cases", "place_text"), ("cases", "registered_region"), ("reports", "registered_region")],
        whose: Whose::Resident,
        name: (
            "事情发生的地点；户籍地（只在事项需要时）",
            "Where it is; the registered place, only where the matter needs it",
        ),
        why: ("派给负责的单位", "To give it to whoever answers for it"),
        basis: Basis::Duty,
        term: Term::Said(("作为工作档案保存", "Kept as the office's record")),
        seen: Seen::Reads(&[Permission::CaseRead]),
    },
    Held {
        code: "cases.photos",
        columns: &[("photos", "sha"), ("case_photos", "sha")],
        whose: Whose::Resident,
        name: ("照片（去掉拍摄信息）", "Photos, without what the camera wrote into them"),
        why: ("看清楚问题", "To see what is wrong"),
        basis: Basis::Consent,
        term: Term::Said(("作为工作档案保存", "Kept as the office's record")),
        seen: Seen::Reads(&[Permission::CaseRead]),
    },
    Held {
        code: "cases.receipts",
        columns: &[("reports", "receipt"), ("receipts", "receipt")],
        whose: Whose::Resident,
        name: ("回执（只存它的密文摘要）", "Receipts, only as what recognises them"),
        why: ("凭回执查询", "So that your receipt opens your report"),
        basis: Basis::Duty,
        term: Term::Said(("与工单一同保存", "With the case")),
        seen: Seen::Nobody,
    },
];
