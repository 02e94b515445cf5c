//! Names in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Lang;

/// A name as a map from language tag to text. Chinese (`zh`) is always there; others as far as known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = std::collections::HashMap<String, String>, example = json!({"zh": "长治市", "en": "Changzhi"}))]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// A name known in Chinese and English.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self(BTreeMap::from([("zh".to_owned(), zh.into()), ("en".to_owned(), en.into())]))
    }

    /// A name known in Chinese only.
    pub fn zh_only(zh: impl Into<String>) -> Self {
        Self(BTreeMap::from([("zh".to_owned(), zh.into())]))
    }

    /// The Chinese text; empty if a hand-made map lacks it.
    pub fn zh(&self) -> &str {
        self.0.get("zh").map_or("", String::as_str)
    }

    /// The English text, if there is one.
    pub fn en(&self) -> Option<&str> {
        self.0.get("en").map(String::as_str)
    }

    /// The text for a reader of `lang`, in Chinese where there is no other.
    pub fn in_lang(&self, lang: Lang) -> &str {
        self.0.get(lang.tag()).map_or_else(|| self.zh(), String::as_str)
    }

    /// All texts, by language tag.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(lang, text)| (lang.as_str(), text.as_str()))
    }
}
