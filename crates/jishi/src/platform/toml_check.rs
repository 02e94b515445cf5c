//! Mistakes in a text file that an office wrote: file, line, what is wrong, how to mend it.

use std::ops::Range;

use kernel::{Error, Names};
use serde::Serialize;
use toml::Spanned;

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

/// Mistakes where none should be, in a file that comes with the program or was checked before: ours to mend.
pub fn broken(mistakes: &[Mistake]) -> Error {
    Error::internal(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
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

/// Collects mistakes with the line they stand on.
#[derive(Debug)]
pub struct Check<'a> {
    file: &'a str,
    text: &'a str,
    mistakes: Vec<Mistake>,
}

impl<'a> Check<'a> {
    /// Of a file that has been read.
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, mistakes: Vec::new() }
    }

    /// Notes a mistake with what to write instead.
    pub fn note(&mut self, span: &Range<usize>, message: impl Into<String>, mend: impl Into<String>) {
        let line = line_at(self.text, span.start);
        self.mistakes.push(Mistake { file: self.file.to_owned(), line, message: message.into(), mend: mend.into() });
    }

    /// All of them, if there are any.
    ///
    /// # Errors
    /// The mistakes.
    pub fn done(self) -> Result<(), Vec<Mistake>> {
        if self.mistakes.is_empty() { Ok(()) } else { Err(self.mistakes) }
    }

    /// What the reader of the format could not read.
    pub fn unreadable(mut self, error: &toml::de::Error) -> Vec<Mistake> {
        let mend = "对照 catalog/README.md 的字段表改写 · compare with the fields in catalog/README.md";
        self.note(&error.span().unwrap_or_default(), told(error.message()), mend);
        self.mistakes
    }

    /// A name stands in Chinese and in English.
    pub fn both_languages(&mut self, names: &Spanned<Names>) {
        let value = names.get_ref();
        if value.zh().trim().is_empty() || value.en().is_none_or(|en| en.trim().is_empty()) {
            let mend = "写成 { zh = \"……\", en = \"…\" } · write it so";
            self.note(&names.span(), "中文或英文没有写 · Chinese or English is missing", mend);
        }
    }

    /// A code has so many parts, of small letters.
    pub fn code(&mut self, code: &Spanned<String>, parts: usize, shape: &str) {
        let is_part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
        };
        let split: Vec<&str> = code.get_ref().split('.').collect();
        if split.len() != parts || !split.iter().all(|part| is_part(part)) {
            let message = format!("编码“{}”不合格式 · code {:?} is not well formed", code.get_ref(), code.get_ref());
            self.note(
                &code.span(),
                message,
                format!("写成 {shape}，小写英文，词间用连字符 · write {shape} in lower case with hyphens"),
            );
        }
    }
}
