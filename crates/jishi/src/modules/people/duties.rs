//! 职责: what a unit may be there for. A duty that the catalogue does not know is one that no matter ever asks for.

use kernel::{Code, Error, Lang, Names, Result};

use crate::modules::{App, matters};

/// The duties in force: codes with names.
pub(super) struct Duties(Vec<(String, Names)>);

impl Duties {
    /// Read again if the catalogue changed, because another process may just have brought a duty in.
    pub(super) async fn in_force(app: &App) -> Result<Self> {
        matters::actions::refresh(app).await?;
        let catalogue = app.matters.catalogue();
        Ok(Self(catalogue.duties().map(|duty| (duty.code.clone(), duty.names.clone())).collect()))
    }

    /// Refuses a duty that is not in the catalogue, and says which are.
    pub(super) fn check(&self, duty: &str) -> Result<()> {
        if self.0.iter().any(|(code, _)| code == duty) {
            return Ok(());
        }
        Err(Error::field("duty", Code::UnknownDuty).with("value", duty).with("choices", self.choices()))
    }

    fn choices(&self) -> Names {
        if self.0.is_empty() {
            return Names::new("（目录还没有导入）", "(the catalogue has not come in yet)");
        }
        let list = |lang: Lang, comma: &str| {
            let all: Vec<String> =
                self.0.iter().map(|(code, names)| format!("{code} {}", names.in_lang(lang))).collect();
            all.join(comma)
        };
        Names::new(list(Lang::Zh, "、"), list(Lang::En, ", "))
    }
}

#[cfg(test)]
pub(super) fn known(codes: &[&str]) -> Duties {
    Duties(codes.iter().map(|code| ((*code).to_owned(), Names::zh_only(*code))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duty_nobody_knows_is_refused_with_those_there_are() {
        let duties = known(&["gas", "water"]);
        assert!(duties.check("gas").is_ok());
        let refused = duties.check("Gas").unwrap_err();
        assert_eq!(refused.fields()[0].field, "duty");
        assert_eq!(refused.fields()[0].sentence(Lang::Zh), "目录中没有职责“Gas”。可以填：gas gas、water water。");
        let empty = known(&[]).check("gas").unwrap_err();
        assert!(empty.fields()[0].sentence(Lang::En).contains("has not come in yet"));
    }
}
