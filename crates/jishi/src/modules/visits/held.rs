//! What is kept here of a person.

use crate::platform::{
    access::Permission,
    processing::{Basis, Held, Seen, Term, Whose},
};

/// For the record of processing.
pub const HELD: &[Held] = &[
    Held {
        code: "visits.words",
        columns: &[("visits", "whom"), ("visits", "said"), ("visit_openings", "words")],
        whose: Whose::Visited,
        name: ("见到谁、说了什么", "Whom somebody met, and what was said"),
        why: ("记住要办的事", "To remember what was asked"),
        basis: Basis::Duty,
        term: Term::Visits,
        seen: Seen::Opens(&[Permission::VisitOpen]),
    },
    Held {
        code: "visits.needs",
        columns: &[("visits", "need")],
        whose: Whose::Visited,
        name: ("需要什么（姓名、号码打码）", "What is needed (names and numbers masked)"),
        why: ("转为工单办理", "To make it a case"),
        basis: Basis::Duty,
        term: Term::Said(("作为工作档案保存", "Kept as the office's record")),
        seen: Seen::Reads(&[Permission::VisitOpen]),
    },
];
