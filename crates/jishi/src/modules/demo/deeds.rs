//! The steps of a story: what somebody does at a moment. Types only.

use kernel::RegionCode;

use crate::modules::cases::{Channel, Identity, Outcome, RefusalReason, Satisfied, Solved};

/// Who brings a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Teller {
    /// The resident.
    Resident,
    /// The grid worker of the place, who found it.
    Worker,
    /// An officer of the village or community, who writes it down.
    Officer,
}

/// A report as it comes in.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// 16 digits.
    pub receipt: String,
    /// The words.
    pub text: String,
    /// The matter the reporter chose.
    pub matter: Option<String>,
    /// Who brings it.
    pub teller: Teller,
    /// How.
    pub channel: Channel,
    /// How they wish to be known.
    pub identity: Identity,
    /// Their name, if they leave it.
    pub name: Option<String>,
    /// Their telephone, if they leave it; a number nobody has.
    pub phone: Option<String>,
    /// Where.
    pub place: RegionCode,
    /// The point on the map, where they gave one: longitude, latitude, WGS-84 degrees.
    pub point: Option<(f64, f64)>,
    /// The language they read.
    pub locale: String,
    /// Whether the catalogue's answer is enough.
    pub accepts_answer: bool,
    /// What the grid worker did at once.
    pub settled: Option<String>,
}

/// What a reporter says of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// Whether it is solved.
    pub solved: Solved,
    /// Whether they are content.
    pub satisfied: Satisfied,
    /// In words.
    pub text: Option<String>,
}

/// One step of a story.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// A report comes in.
    Report(Box<Said>),
    /// An order of the hotline comes in: its line in `hotline.csv`, counted from 0.
    Order(usize),
    /// Another resident joins.
    Join(Box<Said>),
    /// The desk finds the matter.
    Reclassify(String),
    /// The desk answers.
    Answer(String),
    /// The desk shows the way, to a signpost of the catalogue if one is named.
    Redirect(Option<String>, String),
    /// The desk does not accept it.
    Refuse(RefusalReason, String),
    /// The desk puts it to another story of the plan.
    Merge(usize),
    /// The desk dispatches it; with words, to another unit than proposed if there is one.
    Dispatch(Option<String>),
    /// The unit sends it back.
    Return(String),
    /// The unit signs.
    Sign,
    /// The unit works.
    Work(String),
    /// The unit gives it to a colleague.
    HandOver(String),
    /// The unit asks the resident.
    Ask(String),
    /// The resident answers.
    Reply(String),
    /// The unit files a result.
    Result(Outcome, String),
    /// A reporter rates it: the first is 0, who joined comes after.
    Rate(usize, Rating),
    /// The desk asks the first reporter by telephone.
    CallBack(Rating),
    /// The first reporter has it opened again.
    Reopen(String),
    /// The first reporter takes it back.
    Withdraw(String),
}

impl Said {
    /// The same report by somebody who leaves no name and no number, from nowhere in particular.
    pub fn unnamed(self) -> Self {
        let (teller, channel, identity) = (Teller::Resident, Channel::Web, Identity::Anonymous);
        Self { teller, channel, identity, name: None, phone: None, point: None, settled: None, ..self }
    }
}
