//! What is kept here of a person.

use crate::platform::{
    access::Permission,
    processing::{Basis, Held, Seen, Term, Whose},
};

/// For the record of processing.
pub const HELD: &[Held] = &[Held {
    code: "neighbours.registrations",
    columns: &[("registrations", "name"), ("registrations", "free"), ("registrations", "answer")],
    whose: Whose::Offerer,
    name: ("报到单位或个人的名称、能提供什么", "Names of those who report in, and what they offer"),
    why: ("与社区的需求对上", "To match them with what a community needs"),
    basis: Basis::Consent,
    term: Term::Said((
        "报到期间；结束后作为工作档案保存",
        "While they are registered; afterwards as the office's record",
    )),
    seen: Seen::Reads(&[Permission::NeighbourRead]),
}];
