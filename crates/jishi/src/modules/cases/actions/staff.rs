//! Steps taken by members of staff: one way in, whatever the step.

use db::Tx;
use kernel::{Code, Day, Error, Id, Instant, Names, RegionCode, Result};
use serde_json::json;

use super::{
    Step, desk, granted, optional, record, required,
    search::save,
    split::{self, SplitReport, TakeOut},
    told, touch, unit,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{
            conflict, ground,
            model::{Assignment, Case, Outcome, RefusalReason, Report, Urgency, Verdict},
            rules, store,
            transitions::{Action, Whose},
        },
        photos,
        phrases::{self, Phrase},
        register::Item,
    },
    platform::{
        access::{Actor, Permission, Person, Unit},
        idempotency::{self, Key},
        trail::By,
    },
};

/// A step with what it needs.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the form the step is taken with")]
pub enum Command {
    /// 直接答复
    Answer { text: String },
    /// 告知途径
    Redirect { signpost: Option<String>, text: String },
    /// 不予受理
    Refuse { reason: RefusalReason, text: String },
    /// 合并
    Merge { into: String },
    /// 当场办结
    Settle { text: String, photos: Vec<String> },
    /// 撤销当场办结
    Unsettle,
    /// 派单
    Dispatch { lead: Id<Unit>, assists: Vec<Id<Unit>>, reason: Option<String>, keep_for: Option<RegionCode> },
    /// 退单
    Return { reason: String },
    /// 签收
    Sign,
    /// 办理
    Work { text: Option<String> },
    /// 询问诉求人
    Ask { text: String },
    /// 备注
    Remark { text: String, photos: Vec<String>, shown_to_resident: bool },
    /// 提交结果
    Result {
        text: String,
        outcome: Outcome,
        photos: Vec<String>,
        /// Why it does not wait for the shares of the work that are not answered.
        without_shares: Option<String>,
    },
    /// 回访
    CallBack { report: Id<Report>, verdict: Verdict, text: Option<String> },
    /// 改事项
    Reclassify { matter: String, reason: Option<String> },
    /// 改地点
    Move { region: RegionCode, reason: Option<String> },
    /// 移交经办人
    HandOver { person: Id<Person>, reason: Option<String> },
    /// 关联台账条目
    Link { item: Option<Id<Item>> },
    /// 催办
    Urge { text: String, by: Option<Day> },
    /// 恢复办理
    TakeUp { text: String },
    /// 移出诉求
    TakeOut(TakeOut),
    /// 拆分诉求
    Split(SplitReport),
}

/// A step, and the phrase its words began with, if they did.
#[derive(Clone, Debug)]
pub struct Said {
    command: Command,
    phrase: Option<Id<Phrase>>,
}

impl From<Command> for Said {
    fn from(command: Command) -> Self {
        Self { command, phrase: None }
    }
}

impl Command {
    /// The step, whose words began with a phrase.
    pub fn begun_with(self, phrase: Option<Id<Phrase>>) -> Said {
        Said { command: self, phrase }
    }

    fn action(&self) -> Action {
        match self {
            Self::Answer { .. } => Action::Answer,
            Self::Redirect { .. } => Action::Redirect,
            Self::Refuse { .. } => Action::Refuse,
            Self::Merge { .. } => Action::Merge,
            Self::Settle { .. } => Action::Settle,
            Self::Unsettle => Action::Unsettle,
            Self::Dispatch { .. } => Action::Dispatch,
            Self::Return { .. } => Action::Return,
            Self::Sign => Action::Sign,
            Self::Work { .. } => Action::Work,
            Self::Ask { .. } => Action::Ask,
            Self::Remark { .. } => Action::Remark,
            Self::Result { .. } => Action::Result,
            Self::CallBack { .. } => Action::CallBack,
            Self::Reclassify { .. } => Action::Reclassify,
            Self::Move { .. } => Action::Move,
            Self::HandOver { .. } => Action::HandOver,
            Self::Link { .. } => Action::Link,
            Self::Urge { .. } => Action::Urge,
            Self::TakeUp { .. } => Action::TakeUp,
            Self::TakeOut(_) => Action::TakeOut,
            Self::Split(_) => Action::Split,
        }
    }

    /// Trims the words and refuses what is missing or too long, before anything is read.
    fn checked(self) -> Result<Self> {
        let reason = |reason: &Option<String>| optional("reason", reason.as_deref());
        Ok(match self {
            Self::Answer { text } => Self::Answer { text: required("text", &text)? },
            Self::Redirect { signpost, text } => Self::Redirect { signpost, text: required("text", &text)? },
            Self::Refuse { reason, text } => Self::Refuse { reason, text: required("text", &text)? },
            Self::Settle { text, photos } => Self::Settle { text: required("text", &text)?, photos },
            Self::Return { reason } => Self::Return { reason: required("reason", &reason)? },
            Self::Work { text } => Self::Work { text: optional("text", text.as_deref())? },
            Self::Urge { text, by } => Self::Urge { text: required("text", &text)?, by },
            Self::TakeUp { text } => Self::TakeUp { text: required("text", &text)? },
            Self::Ask { text } => Self::Ask { text: required("text", &text)? },
            Self::Remark { text, photos, shown_to_resident } => {
                Self::Remark { text: required("text", &text)?, photos, shown_to_resident }
            }
            Self::Result { text, outcome, photos, without_shares } => Self::Result {
                text: required("text", &text)?,
                outcome,
                photos,
                without_shares: optional("without_shares", without_shares.as_deref())?,
            },
            Self::CallBack { report, verdict, text } => {
                Self::CallBack { report, verdict, text: optional("verdict.text", text.as_deref())? }
            }
            Self::Dispatch { lead, assists, reason: why, keep_for } => {
                Self::Dispatch { lead, assists, reason: reason(&why)?, keep_for }
            }
            Self::Reclassify { matter, reason: why } => Self::Reclassify { matter, reason: reason(&why)? },
            Self::Move { region, reason: why } => Self::Move { region, reason: reason(&why)? },
            Self::HandOver { person, reason: why } => Self::HandOver { person, reason: reason(&why)? },
            Self::TakeOut(out) => Self::TakeOut(out.checked()?),
            Self::Split(split) => Self::Split(split.checked()?),
            other => other,
        })
    }

    fn photos(&self) -> &[String] {
        match self {
            Self::Settle { photos, .. } | Self::Remark { photos, .. } | Self::Result { photos, .. } => photos,
            _ => &[],
        }
    }
}

/// What a step has at hand inside its transaction.
pub(super) struct Doing<'a> {
    pub(super) app: &'a App,
    pub(super) actor: &'a Actor,
    pub(super) parts: &'a [Assignment],
    pub(super) now: Instant,
}

/// Takes a step on a case as the reader saw it at version `seen`.
///
/// # Errors
/// `not_found` outside the scope; `case_changed` when someone was faster; `wrong_status`, `forbidden`, `not_your_unit`
/// and the step's own refusals.
pub async fn act(
    app: &SharedApp,
    actor: Actor,
    id: Id<Case>,
    seen: i64,
    said: impl Into<Said>,
    key: Key,
) -> Result<()> {
    let scope = actor.require(Permission::CaseRead)?;
    let Said { command, phrase } = said.into();
    let command = command.checked()?;
    // What is taken out of a case may be an emergency where the case is none.
    let may_part = matches!(command, Command::Split(_) | Command::TakeOut(_));
    let shared = SharedApp::clone(app);
    let urgency = app
        .db
        .write(async move |mut tx| {
            let app = &*shared;
            let now = app.now();
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(None);
            }
            let mut case = store::lock(&mut tx, &scope, id).await?;
            let parts = store::assignments_of(&mut tx, id).await?;
            rules::unchanged(&case, seen, &app.settings.zone)?;
            conflict::refuse_own(&case, &actor)?;
            let row = rules::decide(command.action(), &case, &parts, &actor)?;
            photos::attach(&mut tx, id, command.photos()).await?;
            if let Some(phrase) = phrase {
                phrases::count_use_unscoped(&mut tx, phrase).await?;
            }
            let doing = Doing { app, actor: &actor, parts: &parts, now };
            let by = acting(&actor, row.whose, &case);
            let steps = apply(&mut tx, &doing, &by, &mut case, command).await?;
            if let Some(last) = steps.last() {
                touch(&mut case, &Names::zh_only(actor.name.clone()), last.kind, now);
            }
            for step in steps {
                let is_result = step.kind == "result_filed";
                let split = step.report.filter(|_| step.kind == "split_kept");
                let note = record(&mut tx, app, &by, &case, step, now).await?;
                if is_result {
                    case.result_note = note;
                }
                if let (Some(report), Some(note)) = (split, note) {
                    store::set_excerpt(&mut tx, report, note).await?;
                }
            }
            save(&mut tx, app, &mut case).await?;
            Ok(Some(case.urgency))
        })
        .await?;
    told(app, if may_part { Some(Urgency::Emergency) } else { urgency });
    Ok(())
}

/// The post a step is done as.
fn acting(actor: &Actor, whose: Whose, case: &Case) -> By {
    let permission = match whose {
        Whose::Place(permission) | Whose::Reader(permission) => permission,
        Whose::Lead => Permission::CaseHandle,
        Whose::LeadOrPlace(permission) if actor.require(Permission::CaseHandle).is_err() => permission,
        Whose::LeadOrPlace(_) => Permission::CaseHandle,
        Whose::Assignee => Permission::CaseRead,
    };
    let unit = if matches!(whose, Whose::Place(_)) { None } else { case.lead_unit };
    By::actor(actor, actor.acting(permission, Some(&case.place), unit))
}

async fn apply(tx: &mut Tx, doing: &Doing<'_>, by: &By, case: &mut Case, command: Command) -> Result<Vec<Step>> {
    let one = |step: Step| Ok(vec![step]);
    match command {
        Command::Answer { text } => one(desk::answer(doing, case, text)),
        Command::Redirect { signpost, text } => one(desk::redirect(doing, case, signpost, text)?),
        Command::Refuse { reason, text } => one(desk::refuse(doing, case, reason, text)),
        Command::Merge { into } => one(desk::merge(tx, doing, by, case, &into).await?),
        Command::Settle { text, photos } => one(desk::settle(doing, case, text, &photos)?),
        Command::Unsettle => one(desk::unsettle(tx, doing, case).await?),
        Command::Dispatch { lead, assists, reason, keep_for } => {
            one(desk::dispatch(tx, doing, by, case, desk::Given { lead, assists, reason, keep_for }).await?)
        }
        Command::Reclassify { matter, reason } => one(desk::reclassify(doing, case, &matter, reason)?),
        Command::Move { region, reason } => one(desk::relocate(tx, doing, case, region, reason).await?),
        Command::TakeUp { text } => one(granted::take_up(tx, doing, case, text).await?),
        Command::Urge { text, by } => one(desk::urge(tx, doing, case, text, by).await?),
        Command::Link { item } => link(tx, doing, case, item).await,
        Command::TakeOut(out) => split::take_out(tx, doing, by, case, out).await,
        Command::Split(parts) => split::split(tx, doing, by, case, parts).await,
        Command::Return { reason } => one(unit::give_back(tx, doing, case, reason).await?),
        Command::Sign => one(unit::sign(tx, doing, case).await?),
        Command::Work { text } => one(unit::work(case, text)),
        Command::Ask { text } => one(unit::ask(tx, doing, case, text).await?),
        Command::Remark { text, photos, shown_to_resident } => {
            let step = Step::new("remarked").text(text).photos(&photos);
            one(if shown_to_resident { step } else { step.internal() })
        }
        Command::Result { text, outcome, photos, without_shares } => {
            let left_out = unit::leave_out(tx, case, without_shares).await?;
            let filed = unit::file_result(tx, doing, case, text, outcome, &photos).await?;
            Ok(left_out.into_iter().chain([filed]).collect())
        }
        Command::HandOver { person, reason } => one(unit::hand_over(tx, doing, case, person, reason).await?),
        Command::CallBack { report, verdict, text } => unit::call_back(tx, doing, case, report, verdict, text).await,
    }
}

/// 关联: says which thing of the register the case is about, or that it is about none; what is so already is no step.
async fn link(tx: &mut Tx, doing: &Doing<'_>, case: &mut Case, item: Option<Id<Item>>) -> Result<Vec<Step>> {
    let (kind, id, names) = match (item, case.item) {
        (wanted, held) if wanted == held => return Ok(Vec::new()),
        (Some(id), _) => {
            let scope = doing.actor.require(Permission::CaseRead)?;
            let (id, names) = ground::linked(tx, doing.app, &scope, case, id).await?;
            ("item_linked", id, names)
        }
        (None, Some(id)) => ("item_unlinked", id, ground::formerly_linked(tx, doing.app, id).await?),
        (None, None) => return Ok(Vec::new()),
    };
    case.item = item;
    Ok(vec![Step::new(kind).params(json!({"item": id, "names": names})).internal()])
}

/// Hands all open work of someone who leaves to another person of the same posts; part of the leaving's transaction.
///
/// # Errors
/// `unknown_person` on `successor` when they are not of the unit that leads one of the cases.
pub async fn hand_over_all(
    tx: &mut Tx,
    app: &App,
    by: &By,
    from: Id<Person>,
    to: Id<Person>,
    now: Instant,
) -> Result<i64> {
    let cases = store::open_of_person_unscoped(tx, from).await?;
    let count = i64::try_from(cases.len()).unwrap_or(i64::MAX);
    for id in cases {
        let mut case = store::get_unscoped(tx, id).await?;
        if let Some(unit) = case.lead_unit
            && ground::member(tx, app, unit, to).await?.is_none()
        {
            return Err(Error::field("successor", Code::UnknownPerson));
        }
        case.handler = Some(to);
        store::name_person(tx, id, Some(from), to).await?;
        touch(&mut case, &Names::new("安全管理员", "Security administrator"), "handed_over", now);
        let step = Step::new("handed_over").params(json!({"person": to, "because": "left"})).internal();
        record(tx, app, by, &case, step, now).await?;
        save(tx, app, &mut case).await?;
    }
    Ok(count)
}
