//! 纠纷类别: which classes of disputes there are. Text of the catalogue (`catalog/mediation/`), read strictly.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

use kernel::Names;
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::platform::toml_check::{Check, Mistake};

/// The kind of such a file in the catalogue.
pub const KIND: &str = "mediation";
/// The code of the one file.
pub const CODE: &str = "classes";

/// The packaged file, inside the binary.
#[derive(RustEmbed)]
#[folder = "../../catalog/mediation"]
struct Packaged;

/// The packaged files: name and text.
pub fn packaged() -> Vec<(String, String)> {
    let text = |name: &str| Packaged::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    Packaged::iter().filter_map(|name| text(&name).map(|text| (name.into_owned(), text))).collect()
}

/// 纠纷类别
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DisputeClass)]
pub struct Class {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    class: Vec<RawClass>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClass {
    code: Spanned<String>,
    name: Spanned<Names>,
}

/// Reads the file.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse(file: &str, text: &str) -> Result<Vec<Class>, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    let mut seen = HashSet::new();
    for class in &raw.class {
        check.code(&class.code, 1, "class");
        check.both_languages(&class.name);
        if !seen.insert(class.code.get_ref().clone()) {
            let code = class.code.get_ref();
            let message = format!("编码“{code}”重复 · {code:?} stands twice");
            check.note(&class.code.span(), message, "换一个编码，或删去一个 · choose another code or remove one");
        }
    }
    check.done()?;
    let class = |raw: RawClass| Class { code: raw.code.into_inner(), names: raw.name.into_inner() };
    Ok(raw.class.into_iter().map(class).collect())
}

/// Holds the classes in force; those that came with the program hold until a place has brought in its own.
#[derive(Debug)]
pub struct Shelf {
    held: RwLock<(Arc<Vec<Class>>, String)>,
}

impl Default for Shelf {
    fn default() -> Self {
        // A test keeps the packaged file free of mistakes.
        let classes = packaged().iter().filter_map(|(name, text)| parse(name, text).ok()).flatten().collect();
        Self { held: RwLock::new((Arc::new(classes), String::new())) }
    }
}

impl Shelf {
    /// The classes, in the order of the file.
    pub fn all(&self) -> Arc<Vec<Class>> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// A class by its code; one that is no more is called by its code.
    pub fn named(&self, code: &str) -> Class {
        let known = self.all().iter().find(|class| class.code == code).cloned();
        known.unwrap_or_else(|| Class { code: code.to_owned(), names: Names::new(code, code) })
    }

    /// Whether what is held was read at `mark`.
    pub(super) fn is_at(&self, mark: &str) -> bool {
        self.held.read().unwrap_or_else(PoisonError::into_inner).1 == mark
    }

    /// Puts other classes in their place.
    pub(super) fn put(&self, classes: Vec<Class>, mark: String) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = (Arc::new(classes), mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[class]]\ncode = \"land\"\nname = { zh = \"土地\", en = \"Land\" }\n\n[[class]]\ncode = \"debts\"\nname = { zh = \"债务\", en = \"Debts\" }\n";

    #[test]
    fn every_mistake_of_the_classes_has_its_line_and_its_mend() {
        assert_eq!(parse("classes.toml", GOOD).unwrap().len(), 2);
        for (from, to, line) in [
            ("\"land\"", "\"土地\"", 2),
            ("en = \"Land\"", "en = \"\"", 3),
            ("\"debts\"", "\"land\"", 6),
            ("code = \"debts\"", "person = \"debts\"", 6),
        ] {
            let mistakes = parse("classes.toml", &GOOD.replacen(from, to, 1)).unwrap_err();
            assert_eq!(mistakes.iter().map(|it| it.line).collect::<Vec<_>>(), [line], "{from} → {to}");
            assert!(mistakes.iter().all(|it| !it.mend.is_empty()));
        }
    }

    #[test]
    fn the_packaged_classes_have_no_mistake() {
        let all: Vec<Class> = packaged().iter().flat_map(|(name, text)| parse(name, text).unwrap()).collect();
        assert!(all.iter().any(|class| class.code == "other") && all.len() >= 7);
    }
}
