//! What is kept here of a person.

use crate::platform::{
    access::Permission,
    processing::{Basis, Held, Seen, Term, Whose},
};

/// For the record of processing.
pub const HELD: &[Held] = &[Held {
    code: "objections.words",
    columns: &[("objections", "words"), ("objections", "answer")],
    whose: Whose::Resident,
    name: (
        "对查看联系方式提出的异议和答复（姓名、号码打码）",
        "Objections to openings of contact details and what was answered (names and numbers masked)",
    ),
    why: ("核实这次查看该不该，答复您", "To find out whether it was in order, and to answer you"),
    basis: Basis::Duty,
    term: Term::Said(("与查看记录一同保存", "With the list of openings")),
    seen: Seen::Reads(&[Permission::ObjectionAnswer, Permission::ObjectionOverdue]),
}];
