//! Closed sets of words: told once, known to SQL, JSON and people.

/// Declares a closed set of words once: variant, word in SQL and JSON, Chinese and English name.
///
/// The word comes as a token, not as a `literal`: wrapped in the group a `literal` arrives in, derive macros that read
/// `#[serde(rename)]` by hand do not see it, and the API document would show the variant instead.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:tt $zh:literal $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name { $(#[doc = $zh] #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its word in SQL and JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one of that word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }

            /// Its name for people.
            pub fn names(self) -> kernel::Names {
                match self { $(Self::$variant => kernel::Names::new($zh, $en),)* }
            }
        }

        impl db::FromColumn for $name {
            fn from_column(row: &db::Row, name: &str) -> kernel::Result<Option<Self>> {
                row.parsed(name, Self::parse)
            }
        }
    };
}

pub(crate) use words;
