//! Changing a field that may be empty.

use serde::{Deserialize, Deserializer};

/// What is to become of a field that may be empty: in a request, left out, null, or a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish<T> {
    /// It stays as it is.
    #[default]
    Stay,
    /// It becomes empty.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T> Wish<T> {
    /// The field as it will be.
    pub fn or(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Stay => before,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Wish<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Change {
        #[serde(default)]
        until: Wish<i64>,
    }

    #[test]
    fn left_out_null_and_a_value_are_three_things() {
        let after = |json: &str| serde_json::from_str::<Change>(json).unwrap().until.or(Some(1));
        assert_eq!((after("{}"), after(r#"{"until":null}"#), after(r#"{"until":2}"#)), (Some(1), None, Some(2)));
    }
}
