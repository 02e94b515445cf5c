//! SQL of the room.

mod results;
mod signs;

pub use self::{
    results::{NewPrint, filed_in, insert_prints, insert_results, known_entries, pairs_in},
    signs::{
        SignFilter, evidence_of, evidence_page, existing, export, forget, insert, list, lock, one, put_answer,
        put_evidence, put_look, update_counts,
    },
};
