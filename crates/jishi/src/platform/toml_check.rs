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

/// What the reader of the format says, with the commonest of it in Chinese.
pub fn told(said: &str) -> String {
    let quoted = said.split('`').nth(1).unwrap_or_default();
    let zh = match said.split('`').next().unwrap_or_default().trim() {
        "unknown field" => format!("没有“{quoted}”这个字段"),
        "unknown variant" => format!("“{quoted}”不在可选范围内"),
        "missing field" => format!("缺少字段“{quoted}”"),
        "duplicate field" | "duplicate key" => format!("“{quoted}”写了两次"),
        _ if said.starts_with("invalid type") => format!("值的类型不对（{said}）"),
        _ => format!("读不懂（{said}）"),
    };
    format!("{zh} · {said}")
}
