//! Why a command did not do what it was told.

use std::fmt;

use kernel::Code;

/// What a command returns.
pub(super) type Outcome<T> = Result<T, Failure>;

/// One or more sentences for whoever typed the command.
#[derive(Debug)]
pub(super) struct Failure(Vec<String>);

impl Failure {
    /// A failure with one reason.
    pub fn because(reason: impl fmt::Display) -> Self {
        Self(vec![reason.to_string()])
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|reason| writeln!(f, "error: {reason}"))
    }
}

impl From<Vec<String>> for Failure {
    fn from(reasons: Vec<String>) -> Self {
        Self(reasons)
    }
}
impl From<kernel::Error> for Failure {
    /// Of a failure of ours the cause is what an operator needs; a refusal has its sentence, and the cause behind it.
    fn from(error: kernel::Error) -> Self {
        let is_ours = matches!(error.code(), Code::Internal | Code::NotSaved | Code::Busy);
        Self::because(error.cause().filter(|_| is_ours).map_or_else(|| error.to_string(), str::to_owned))
    }
}
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::because(error)
    }
}
