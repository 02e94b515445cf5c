//! The language of whoever sits at the terminal.

use clap::ValueEnum;
use kernel::Lang;

/// A language, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Tongue {
    /// 中文
    Zh,
    /// English
    En,
}

impl From<Tongue> for Lang {
    fn from(tongue: Tongue) -> Self {
        match tongue {
            Tongue::Zh => Self::Zh,
            Tongue::En => Self::En,
        }
    }
}

/// The language asked for, or else that of the terminal.
pub(super) fn language(asked: Option<Tongue>) -> Lang {
    match asked {
        Some(tongue) => tongue.into(),
        None => {
            let said = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
            if said.is_some_and(|said| said.starts_with("zh")) { Lang::Zh } else { Lang::En }
        }
    }
}
