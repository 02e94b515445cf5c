//! The steps of a case: load, ask the rules, write what they say. Rows written: the case, the step, the trail, and what the
//! step puts in.

mod after;
mod office;
mod officers;
mod publicity;

use db::Tx;
use kernel::{Code, Day, Error, Id, Instant, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::party_name;
use crate::{
    modules::{
        App, SharedApp,
        calendar::Deadline,
        enforcement::{
            model::{
                Annuller, Case, DecisionOutcome, DeliveryWay, ExecutionWay, Paper, PaperKind, Penalty, PublicityGround,
                StatementKind, StepTaken,
            },
            rules::{self, Moment, StepName, Term},
            store,
        },
        routing,
    },
    platform::{
        access::{Actor, Person},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// A step with what it says.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = EnforcementStep)]
pub enum Step {
    /// 补充材料
    Paper {
        /// What it is.
        paper: PaperKind,
        /// The day it was made; today if not said.
        made_on: Option<Day>,
        /// What it says.
        words: Option<String>,
        /// Photos.
        #[serde(default)]
        photos: Vec<String>,
    },
    /// 材料作废
    Strike {
        /// Which.
        #[schema(value_type = uuid::Uuid)]
        paper: Id<Paper>,
        /// Why.
        words: Option<String>,
    },
    /// 更换执法人员 (回避 §43, or somebody left)
    Replace {
        /// Who leaves the case.
        #[schema(value_type = uuid::Uuid)]
        officer: Id<Person>,
        /// Who comes.
        #[schema(value_type = uuid::Uuid)]
        by: Id<Person>,
        /// Why.
        words: Option<String>,
    },
    /// 告知
    Notify {
        /// The facts and the reasons.
        words: Option<String>,
        /// What is meant to be decided.
        #[serde(default)]
        penalties: Vec<Penalty>,
        /// The fine that is meant, in fen.
        #[serde(default)]
        fine_fen: i64,
        /// Whether the party may ask for a hearing (§63).
        #[serde(default)]
        hearing: bool,
    },
    /// 陈述、申辩、听证
    Statement {
        /// What it is.
        statement: StatementKind,
        /// What was said, and what was thought of it.
        words: Option<String>,
    },
    /// 送法制审核
    Submit {
        /// To be said to the reviewer.
        words: Option<String>,
    },
    /// 法制审核
    Review {
        /// Whether it passes.
        passes: bool,
        /// The reviewer's opinion.
        words: Option<String>,
    },
    /// 决定
    Decide {
        /// Which way.
        outcome: DecisionOutcome,
        /// What is imposed.
        #[serde(default)]
        penalties: Vec<Penalty>,
        /// The fine in fen.
        #[serde(default)]
        fine_fen: i64,
        /// Why.
        words: Option<String>,
        /// 集体讨论, where the party could ask for a hearing.
        discussion: Option<String>,
        /// Whether it is to be public, and why.
        publicity: PublicityGround,
    },
    /// 送达
    Deliver {
        /// How.
        way: DeliveryWay,
        /// The day it reached the party; today if not said.
        on: Option<Day>,
        /// What is to be said of it.
        words: Option<String>,
    },
    /// 催告
    Urge {
        /// What is to be said of it.
        words: Option<String>,
    },
    /// 申请法院强制执行
    Court {
        /// The day; today if not said.
        on: Option<Day>,
        /// What is to be said of it.
        words: Option<String>,
    },
    /// 履行
    Perform {
        /// How.
        way: ExecutionWay,
        /// The day; today if not said.
        on: Option<Day>,
        /// What is to be said of it.
        words: Option<String>,
    },
    /// 登记当事人地址: a decision names it (§59).
    Address {
        /// Where the party is found.
        address: String,
    },
    /// 公示
    Publish {
        /// What is told of the case.
        words: Option<String>,
    },
    /// 撤销、变更
    Annul {
        /// Who annulled.
        annuller: Annuller,
        /// The day the office learnt of it; today if not said.
        on: Option<Day>,
        /// Why.
        words: Option<String>,
    },
    /// 退还罚款
    Refund {
        /// The day the party had it; today if not said.
        on: Option<Day>,
        /// Who gave it back, and how.
        words: Option<String>,
    },
    /// 撤回公示
    Withdraw {
        /// The reason that is told to everyone.
        words: Option<String>,
    },
}

impl Step {
    /// Which step it is.
    pub fn name(&self) -> StepName {
        match self {
            Self::Paper { .. } => StepName::Paper,
            Self::Strike { .. } => StepName::Strike,
            Self::Replace { .. } => StepName::Replace,
            Self::Notify { .. } => StepName::Notify,
            Self::Statement { .. } => StepName::Statement,
            Self::Submit { .. } => StepName::Submit,
            Self::Review { .. } => StepName::Review,
            Self::Decide { .. } => StepName::Decide,
            Self::Deliver { .. } => StepName::Deliver,
            Self::Urge { .. } => StepName::Urge,
            Self::Court { .. } => StepName::Court,
            Self::Perform { .. } => StepName::Perform,
            Self::Address { .. } => StepName::Address,
            Self::Publish { .. } => StepName::Publish,
            Self::Annul { .. } => StepName::Annul,
            Self::Withdraw { .. } => StepName::Withdraw,
            Self::Refund { .. } => StepName::Refund,
        }
    }
}

/// A case under a step.
struct Work<'a> {
    app: &'a App,
    tx: &'a mut Tx,
    case: Case,
    person: Id<Person>,
    now: Instant,
    /// A natural person's name, to be kept out of what is written.
    party: Option<String>,
}

/// What a step leaves behind beside the case: its words, and details without personal data.
struct Said {
    words: Option<String>,
    params: Value,
}

impl Said {
    fn new(words: impl Into<Option<String>>) -> Self {
        Self { words: words.into(), params: json!({}) }
    }

    fn with(self, params: Value) -> Self {
        Self { params, ..self }
    }
}

/// Takes a step on a case.
///
/// # Errors
/// `forbidden`, `not_found`, `record_changed`; what the rules refuse ([`rules::allowed`], [`rules::decide`]); field errors.
pub async fn act(app: &SharedApp, actor: Actor, (id, seen): (Id<Case>, i64), step: Step, key: Key) -> Result<()> {
    let name = step.name();
    let permission = name.rule().1;
    let scope = actor.require(permission)?;
    let mut db = app.db.read().await?;
    let case = store::get_case(&mut db, &scope, id).await?;
    let party = party_name(&mut db, app, &case).await?;
    drop(db);
    let shared = SharedApp::clone(app);
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        let now = app.now();
        let case = store::lock_case(&mut tx, &scope, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        if case.version != seen {
            return Err(Error::new(Code::RecordChanged));
        }
        rules::allowed(name, &case, actor.person, Moment { now, zone: &app.settings.zone })?;
        let by = By::actor(&actor, actor.acting(permission, Some(&case.place), None));
        let mut work = Work { app, tx: &mut tx, case, person: actor.person, now, party };
        let said = work.take(step).await?;
        let mut case = work.case;
        reckon_due(app, &mut case);
        if !store::save_case(&mut tx, &case, seen).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let own = Id::<StepTaken>::new(now, &app.chance);
        let told = (said.words.as_deref(), said.params.clone());
        store::add_step(&mut tx, (own, id), (now, name.as_str(), actor.person), told).await?;
        let params = json!({"number": case.number, "step": name, "status": case.status, "about": said.params});
        let (kind, object_id, place) = ("enforcement.stepped", id.to_string(), Some(&case.place));
        trail::record(&mut tx, now, &by, Entry { kind, object_kind: "enforcement_case", object_id, place, params })
            .await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// What is owed in a case, each with its reckoning by the calendar in force.
pub fn due_of(app: &App, case: &Case) -> Vec<(Term, Deadline)> {
    let owed = rules::owed(case, &app.settings.zone);
    let reckoned = |(term, start): (Term, Instant)| {
        let limit = term.limit();
        (term, routing::reckon(app, limit.as_time(), start, !limit.is_sure))
    };
    owed.into_iter().map(reckoned).collect()
}

/// Notes the nearest of them beside the case, for its lists.
pub fn reckon_due(app: &App, case: &mut Case) {
    let nearest = due_of(app, case).into_iter().map(|(term, deadline)| (deadline.due_at, term));
    let nearest = nearest.min_by_key(|(due, _)| *due);
    (case.due_at, case.due_what) = nearest.unzip();
}

impl Work<'_> {
    async fn take(&mut self, step: Step) -> Result<Said> {
        match step {
            Step::Paper { paper, made_on, words, photos } => self.paper(paper, made_on, words, photos).await,
            Step::Strike { paper, words } => self.strike(paper, words).await,
            Step::Replace { officer, by, words } => self.replace(officer, by, words).await,
            Step::Notify { words, penalties, fine_fen, hearing } => self.notify(words, penalties, fine_fen, hearing),
            Step::Statement { statement, words } => self.statement(statement, words),
            Step::Submit { words } => self.submit(words).await,
            Step::Review { passes, words } => self.review(passes, words),
            Step::Decide { outcome, penalties, fine_fen, words, discussion, publicity } => {
                self.decide((outcome, penalties, fine_fen), (words, discussion), publicity).await
            }
            Step::Deliver { way, on, words } => self.deliver(way, on, words),
            Step::Urge { words } => self.urge(words),
            Step::Court { on, words } => self.court(on, words),
            Step::Perform { way, on, words } => self.perform(way, on, words),
            Step::Address { address } => self.address(&address).await,
            Step::Publish { words } => self.publish(words).await,
            Step::Annul { annuller, on, words } => self.annul(annuller, on, words),
            Step::Withdraw { words } => self.withdraw(words).await,
            Step::Refund { on, words } => self.refund(on, words),
        }
    }

    /// Words that must be there.
    fn words(&self, words: Option<&String>) -> Result<String> {
        rules::text("words", words.map(String::as_str), self.party.as_deref())
    }

    /// Words that may be there.
    fn some_words(&self, words: Option<&String>) -> Result<Option<String>> {
        match words.filter(|words| !words.trim().is_empty()) {
            Some(words) => self.words(Some(words)).map(Some),
            None => Ok(None),
        }
    }

    fn day(&self, at: Instant) -> Day {
        at.day(&self.app.settings.zone)
    }

    /// A day that lies between what came before it and today.
    fn day_since(&self, field: &str, on: Option<Day>, since: Instant) -> Result<Day> {
        let (earliest, today) = (self.day(since), self.day(self.now));
        let day = on.unwrap_or(today);
        if (earliest..=today).contains(&day) {
            return Ok(day);
        }
        let (min, max) = (earliest.to_string(), today.to_string());
        Err(Error::field(field, Code::OutOfRange).with("min", min).with("max", max))
    }
}
