//! Mistakes in a text file that an office wrote: file, line, what is wrong, how to mend it.

use serde::Serialize;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Mistake {
    /// The file, as the office knows it.
    pub file: String,
    /// Its line, from 1.
    pub line: i64,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub mend: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {} → {}", self.file, self.line, self.message, self.mend)
    }
}

/// The line (from 1) on which byte `offset` of `text` stands.
pub fn line_at(text: &str, offset: usize) -> i64 {
    let before = text.as_bytes().get(..offset.min(text.len())).unwrap_or_default();
    i64::try_from(before.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0) + 1
}
