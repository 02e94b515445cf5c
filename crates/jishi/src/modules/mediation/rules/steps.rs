//! The steps of a dispute, as they are asked for, and what may be written in them.

use kernel::{Code, Day, Error, Id, Result};
use serde::Deserialize;

use super::{ITEMS_MAX, LINE_MAX, WORDS_MAX, between};
use crate::{
    modules::mediation::model::{AgreementForm, DisputeSide, NextWay},
    platform::access::Person,
};

/// An item of an agreement to be.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = NewAgreementItem)]
pub struct NewItem {
    /// What is owed.
    pub words: String,
    /// By which day.
    pub due_on: Day,
}

/// A step.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = DisputeStep)]
pub enum Step {
    /// 受理: both sides want it.
    Accept {
        /// Who consented.
        consents: Vec<DisputeSide>,
    },
    /// Ten working days for the decision instead of five.
    Prolong {
        /// Why it is complicated.
        words: String,
    },
    /// 移送: another body is competent.
    Transfer {
        /// To whom.
        to: String,
        /// The number it has there.
        number: Option<String>,
        /// Why.
        words: Option<String>,
    },
    /// 提名调解员
    Propose {
        /// Who.
        #[schema(value_type = uuid::Uuid)]
        mediator: Id<Person>,
        /// That they declared to be neither a relative nor a colleague of a side.
        declared: bool,
    },
    /// A side agrees to the mediator.
    Assent {
        /// Which.
        side: DisputeSide,
    },
    /// A side, or the mediator, would rather have another.
    Decline {
        /// Which side; none where the mediator declines.
        side: Option<DisputeSide>,
        /// Why, where they say.
        words: Option<String>,
    },
    /// 延长调解期限: the parties agree on more time.
    Extend {
        /// Until when.
        until: Day,
        /// Who consented.
        consents: Vec<DisputeSide>,
        /// Why, where they say.
        words: Option<String>,
    },
    /// 达成协议
    Agree {
        /// Oral or written.
        form: AgreementForm,
        /// What it says.
        terms: String,
        /// From which day it holds.
        effective_on: Day,
        /// What is owed.
        items: Vec<NewItem>,
    },
    /// 调解不成: they are told of the next way.
    Fail {
        /// Which way.
        way: NextWay,
        /// Why there is none.
        words: String,
    },
    /// 撤回
    Withdraw {
        /// Why.
        words: String,
    },
    /// 履行
    Perform {
        /// The item, from 0.
        item: i64,
        /// Whether it was kept.
        kept: bool,
        /// What is to be said of it.
        words: Option<String>,
    },
    /// 回访
    Visit {
        /// When.
        on: Day,
        /// What was found.
        words: String,
    },
    /// 共同申请司法确认
    ApplyConfirmation {
        /// When.
        on: Day,
        /// Who asked: both, or it is no joint application.
        consents: Vec<DisputeSide>,
    },
    /// 裁定确认
    Grant {
        /// When.
        on: Day,
        /// The number of the ruling.
        number: String,
    },
    /// 裁定驳回
    RefuseConfirmation {
        /// When.
        on: Day,
        /// Why.
        words: String,
    },
    /// 结案: everything promised was looked after.
    Finish {},
}

impl Step {
    /// Its name, as on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accept",
            Self::Prolong { .. } => "prolong",
            Self::Transfer { .. } => "transfer",
            Self::Propose { .. } => "propose",
            Self::Assent { .. } => "assent",
            Self::Decline { .. } => "decline",
            Self::Extend { .. } => "extend",
            Self::Agree { .. } => "agree",
            Self::Fail { .. } => "fail",
            Self::Withdraw { .. } => "withdraw",
            Self::Perform { .. } => "perform",
            Self::Visit { .. } => "visit",
            Self::ApplyConfirmation { .. } => "apply_confirmation",
            Self::Grant { .. } => "grant",
            Self::RefuseConfirmation { .. } => "refuse_confirmation",
            Self::Finish {} => "finish",
        }
    }

    /// What of it stands on the trail.
    pub fn event(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "dispute.accepted",
            Self::Prolong { .. } => "dispute.prolonged",
            Self::Transfer { .. } => "dispute.transferred",
            Self::Propose { .. } => "dispute.mediator_proposed",
            Self::Assent { .. } => "dispute.mediator_agreed",
            Self::Decline { .. } => "dispute.mediator_declined",
            Self::Extend { .. } => "dispute.extended",
            Self::Agree { .. } => "dispute.agreed",
            Self::Fail { .. } => "dispute.failed",
            Self::Withdraw { .. } => "dispute.withdrawn",
            Self::Perform { .. } => "dispute.performed",
            Self::Visit { .. } => "dispute.visited",
            Self::ApplyConfirmation { .. } => "dispute.confirmation_applied",
            Self::Grant { .. } => "dispute.confirmation_granted",
            Self::RefuseConfirmation { .. } => "dispute.confirmation_refused",
            Self::Finish {} => "dispute.finished",
        }
    }

    /// The words of it, as they go into the history once they are masked.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Prolong { words } | Self::Withdraw { words } => Some(words),
            Self::Fail { words, .. } | Self::Visit { words, .. } | Self::RefuseConfirmation { words, .. } => {
                Some(words)
            }
            Self::Transfer { words, .. } | Self::Decline { words, .. } => words.as_deref(),
            Self::Perform { words, .. } | Self::Extend { words, .. } => words.as_deref(),
            Self::Agree { terms, .. } => Some(terms),
            _ => None,
        }
    }

    /// The step with its free words passed through `mask`.
    #[must_use]
    pub fn masked(self, mask: impl Fn(&str) -> String) -> Self {
        let all = |words: Option<String>| words.map(|words| mask(&words));
        match self {
            Self::Prolong { words } => Self::Prolong { words: mask(&words) },
            Self::Withdraw { words } => Self::Withdraw { words: mask(&words) },
            Self::Fail { way, words } => Self::Fail { way, words: mask(&words) },
            Self::Visit { on, words } => Self::Visit { on, words: mask(&words) },
            Self::RefuseConfirmation { on, words } => Self::RefuseConfirmation { on, words: mask(&words) },
            Self::Transfer { to, number, words } => Self::Transfer { to, number, words: all(words) },
            Self::Decline { side, words } => Self::Decline { side, words: all(words) },
            Self::Perform { item, kept, words } => Self::Perform { item, kept, words: all(words) },
            Self::Extend { until, consents, words } => Self::Extend { until, consents, words: all(words) },
            Self::Agree { form, terms, effective_on, items } => {
                let item = |item: NewItem| NewItem { words: mask(&item.words), due_on: item.due_on };
                Self::Agree { form, terms: mask(&terms), effective_on, items: items.into_iter().map(item).collect() }
            }
            other => other,
        }
    }

    /// Checks what is written in it; all mistakes are told at once.
    ///
    /// # Errors
    /// Field errors.
    pub fn check(&self, today: Day) -> Result<()> {
        let found = match self {
            Self::Prolong { words } | Self::Withdraw { words } => vec![needed("words", words, WORDS_MAX)],
            Self::Fail { words, .. } => vec![needed("words", words, WORDS_MAX)],
            Self::Transfer { to, number, words } => vec![
                needed("to", to, LINE_MAX),
                short("number", number.as_deref(), LINE_MAX),
                short("words", words.as_deref(), WORDS_MAX),
            ],
            // 人民调解法第十九条与回避: whoever is near to a side does not mediate.
            Self::Propose { declared: false, .. } => vec![Err(Error::field("declared", Code::DeclarationNeeded))],
            Self::Decline { words, .. } | Self::Extend { words, .. } => {
                vec![short("words", words.as_deref(), WORDS_MAX)]
            }
            Self::Perform { kept, words, .. } if !kept => {
                vec![needed("words", words.as_deref().unwrap_or(""), WORDS_MAX)]
            }
            Self::Perform { words, .. } => vec![short("words", words.as_deref(), WORDS_MAX)],
            Self::Visit { on, words } => vec![past("on", *on, today), needed("words", words, WORDS_MAX)],
            Self::ApplyConfirmation { on, consents } => vec![past("on", *on, today), super::both(consents)],
            Self::Grant { on, number } => vec![past("on", *on, today), needed("number", number, LINE_MAX)],
            Self::RefuseConfirmation { on, words } => vec![past("on", *on, today), needed("words", words, WORDS_MAX)],
            Self::Agree { terms, effective_on, items, .. } => agreement(terms, *effective_on, items, today),
            _ => Vec::new(),
        };
        found.into_iter().filter_map(Result::err).reduce(Error::and).map_or(Ok(()), Err)
    }
}

fn agreement(terms: &str, effective_on: Day, items: &[NewItem], today: Day) -> Vec<Result<()>> {
    let max = i64::try_from(ITEMS_MAX).unwrap_or(i64::MAX);
    let mut found = vec![needed("terms", terms, WORDS_MAX), past("effective_on", effective_on, today)];
    if items.len() > ITEMS_MAX {
        found.push(Err(Error::field("items", Code::OutOfRange).with("min", 0).with("max", max)));
    }
    for (at, item) in items.iter().enumerate() {
        found.push(needed(&format!("items.{at}.words"), &item.words, LINE_MAX));
        if item.due_on < effective_on {
            let latest = effective_on.plus(3_650);
            found.push(Err(between(&format!("items.{at}.due_on"), effective_on, latest)));
        }
    }
    found
}

fn past(field: &str, on: Day, today: Day) -> Result<()> {
    if on > today || on < today.plus(-3_650) { Err(between(field, today.plus(-3_650), today)) } else { Ok(()) }
}

/// Words that must be there.
pub(crate) fn needed(field: &str, words: &str, max: usize) -> Result<()> {
    if words.trim().is_empty() { Err(Error::field(field, Code::Required)) } else { short(field, Some(words), max) }
}

/// Words that may be.
pub(crate) fn short(field: &str, words: Option<&str>, max: usize) -> Result<()> {
    if words.is_some_and(|words| words.trim().chars().count() > max) {
        return Err(Error::field(field, Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX)));
    }
    Ok(())
}
