//! The catalogue's files: read strictly, every mistake with its line and its mend.

use std::collections::{HashMap, HashSet};

use kernel::{Level, Names};
use serde::Deserialize;
use toml::Spanned;

use super::{
    model::{
        Assisting, Basis, Class, Duty, DutyName, Group, Matter, MatterFile, MatterKind, MatterUrgency, Openness, Route,
    },
    rules,
};
use crate::{
    modules::calendar::{LimitKind, TimeLimit},
    platform::toml_check::{Check, Mistake},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    class: RawNamed,
    #[serde(default)]
    group: Vec<RawNamed>,
    #[serde(default)]
    matter: Vec<RawMatter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNamed {
    code: Spanned<String>,
    name: Spanned<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMatter {
    code: Spanned<String>,
    name: Spanned<Names>,
    kind: MatterKind,
    words: Spanned<Vec<String>>,
    #[serde(default)]
    urgency: MatterUrgency,
    clock: Option<Spanned<RawClock>>,
    #[serde(default)]
    lead: Vec<Spanned<Duty>>,
    #[serde(default)]
    assist: Vec<Spanned<Duty>>,
    #[serde(default)]
    grid_settles: bool,
    #[serde(default)]
    publicity: Openness,
    #[serde(default)]
    asks_registered_place: bool,
    #[serde(default)]
    basis: Vec<Basis>,
    #[serde(default)]
    unsure: Vec<Spanned<String>>,
    answer: Option<Spanned<Names>>,
    guide: Option<Spanned<Names>>,
    route: Option<Spanned<Route>>,
    #[serde(default)]
    immediate: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClock {
    hours: Option<i64>,
    days: Option<i64>,
    working_days: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDuties {
    duty: Vec<RawDuty>,
    assisting: Option<RawAssisting>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAssisting {
    decline_within: Spanned<RawClock>,
    link_days: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDuty {
    code: Spanned<String>,
    name: Spanned<Names>,
    levels: Vec<Level>,
}

/// The longest a contractor's link may be valid, whatever a place says.
const LINK_DAYS_MAX: i64 = 180;

/// Fields of a matter that may be listed as unsure.
const FIELDS: [&str; 10] = [
    "clock",
    "lead",
    "assist",
    "urgency",
    "grid_settles",
    "publicity",
    "asks_registered_place",
    "answer",
    "guide",
    "route",
];

/// Reads the file of duties.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse_duties(file: &str, text: &str) -> Result<Vec<DutyName>, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawDuties = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    let mut seen = HashSet::new();
    for duty in &raw.duty {
        check.code(&duty.code, 1, "duty_code");
        check.both_languages(&duty.name);
        if !seen.insert(duty.code.get_ref().clone()) {
            check.note(&duty.code.span(), "职责编码重复 · the duty stands twice", "删去一个 · remove one");
        }
    }
    raw.assisting.iter().for_each(|assisting| check_assisting(&mut check, assisting));
    check.done()?;
    let named =
        |duty: RawDuty| DutyName { code: duty.code.into_inner(), names: duty.name.into_inner(), levels: duty.levels };
    Ok(raw.duty.into_iter().map(named).collect())
}

fn check_assisting(check: &mut Check<'_>, raw: &RawAssisting) {
    if raw.decline_within.get_ref().limit().is_none() {
        let mend = "写 hours、days 或 working_days 之一，1 到 1000 · write one of them, 1 to 1000";
        check.note(&raw.decline_within.span(), "退回的时限不对 · the limit to decline is not right", mend);
    }
    if !(1..=LINK_DAYS_MAX).contains(raw.link_days.get_ref()) {
        let mend = format!("写 1 到 {LINK_DAYS_MAX} · write 1 to {LINK_DAYS_MAX}");
        check.note(&raw.link_days.span(), "链接的天数不对 · the days of a link are not right", mend);
    }
}

/// What a file of duties says of assisting; the usual where it says nothing. The file is one that was checked.
pub fn assisting_of(text: &str) -> Assisting {
    let raw = toml::from_str::<RawDuties>(text).ok().and_then(|raw| raw.assisting);
    let read = |raw: RawAssisting| {
        Some(Assisting { decline_within: raw.decline_within.get_ref().limit()?, link_days: raw.link_days.into_inner() })
    };
    raw.and_then(read).unwrap_or_default()
}

/// Reads one class's file. `duties` are those in force.
///
/// # Errors
/// Every mistake, with its line and its mend.
pub fn parse_matters(file: &str, text: &str, duties: &[DutyName]) -> Result<MatterFile, Vec<Mistake>> {
    let mut check = Check::new(file, text);
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return Err(check.unreadable(&error)),
    };
    check_heads(&mut check, &raw);
    let known: HashMap<&str, &DutyName> = duties.iter().map(|duty| (duty.code.as_str(), duty)).collect();
    let (mut codes, mut words) = (HashSet::new(), HashMap::new());
    for matter in &raw.matter {
        check_matter(&mut check, matter, &raw, &known);
        check_repetition(&mut check, matter, &mut codes, &mut words);
    }
    check.done()?;
    let group = |raw: RawNamed| Group { code: raw.code.into_inner(), names: raw.name.into_inner() };
    let class = Class {
        code: raw.class.code.into_inner(),
        names: raw.class.name.into_inner(),
        groups: raw.group.into_iter().map(group).collect(),
    };
    Ok(MatterFile { class, matters: raw.matter.into_iter().map(RawMatter::into_matter).collect() })
}

fn check_heads(check: &mut Check<'_>, raw: &RawFile) {
    check.code(&raw.class.code, 1, "class");
    check.both_languages(&raw.class.name);
    for group in &raw.group {
        check.code(&group.code, 2, "class.group");
        check.both_languages(&group.name);
        if group.code.get_ref().split('.').next() != Some(raw.class.code.get_ref()) {
            let mend = format!("以 {}. 开头 · begin it with {}.", raw.class.code.get_ref(), raw.class.code.get_ref());
            check.note(&group.code.span(), "小类不属于本文件的大类 · the group is not of this file's class", mend);
        }
    }
}

fn check_repetition(
    check: &mut Check<'_>,
    matter: &RawMatter,
    codes: &mut HashSet<String>,
    words: &mut HashMap<String, String>,
) {
    if !codes.insert(matter.code.get_ref().clone()) {
        check.note(&matter.code.span(), "事项编码重复 · the matter stands twice", "换一个编码 · choose another code");
    }
    for word in matter.words.get_ref() {
        if let Some(other) = words.insert(word.to_lowercase(), matter.code.get_ref().clone()) {
            let message = format!("“{word}”在 {other} 里已经有了 · {word:?} stands in {other} already");
            check.note(&matter.words.span(), message, "只留在一个事项里 · keep it in one matter");
        }
    }
}

fn check_matter(check: &mut Check<'_>, matter: &RawMatter, raw: &RawFile, duties: &HashMap<&str, &DutyName>) {
    check.code(&matter.code, 3, "class.group.matter");
    check.both_languages(&matter.name);
    let group = matter.code.get_ref().rsplit_once('.').map_or("", |(group, _)| group);
    if !raw.group.iter().any(|known| known.code.get_ref() == group) {
        let mend = "先写 [[group]]，或改正编码 · add the [[group]] or mend the code";
        check.note(&matter.code.span(), format!("没有小类 {group} · there is no group {group}"), mend);
    }
    if matter.words.get_ref().is_empty() || matter.words.get_ref().iter().any(|word| word.trim().chars().count() < 2) {
        let mend = "写 4 到 12 个居民的说法，每个至少两个字 · write 4 to 12 words of residents, each of two characters or more";
        check.note(&matter.words.span(), "缺少居民的说法 · residents' words are missing", mend);
    }
    if let Some(topic) = rules::is_forbidden(matter.name.get_ref(), matter.words.get_ref()) {
        let mend = "删去这个事项；这里只收处境和事情，不收人的身份、信仰、观点 · remove it; matters are about places and things, never about who people are";
        check.note(&matter.name.span(), format!("不允许涉及“{topic}”的事项 · no matter may be about {topic}"), mend);
    }
    for names in matter.answer.iter().chain(&matter.guide) {
        check.both_languages(names);
    }
    for field in &matter.unsure {
        if !FIELDS.contains(&field.get_ref().as_str()) {
            let message = format!("没有字段“{}” · there is no field {:?}", field.get_ref(), field.get_ref());
            check.note(&field.span(), message, format!("可写 {} · one of these", FIELDS.join(", ")));
        }
    }
    match matter.kind {
        MatterKind::Signpost => check_signpost(check, matter),
        MatterKind::Request | MatterKind::Question => check_work(check, matter, duties),
    }
}

fn check_signpost(check: &mut Check<'_>, matter: &RawMatter) {
    if matter.route.is_none() {
        let mend = "加 route = { name = {…}, phone = \"…\", reason = {…} } · add it";
        check.note(&matter.code.span(), "告知途径没有写去哪里 · a signpost says where to turn", mend);
    }
    if matter.clock.is_some() || !matter.lead.is_empty() || !matter.assist.is_empty() {
        let mend = "删去 clock、lead、assist · remove clock, lead and assist";
        check.note(
            &matter.code.span(),
            "告知途径不在这里办，没有时限和承办单位 · a signpost has no clock and no unit",
            mend,
        );
    }
}

fn check_work(check: &mut Check<'_>, matter: &RawMatter, duties: &HashMap<&str, &DutyName>) {
    match &matter.clock {
        None => {
            check.note(&matter.code.span(), "没有写时限 · the clock is missing", "加 clock = { days = 7 } · add one")
        }
        Some(clock) if clock.get_ref().limit().is_none() => {
            let mend = "只写 hours、days、working_days 之一，1 到 1000 · give exactly one of hours, days, working_days, from 1 to 1000";
            check.note(&clock.span(), "时限不对 · the clock is not right", mend);
        }
        Some(_) => {}
    }
    if matter.answer.is_none() {
        check.note(
            &matter.code.span(),
            "没有写短答复 · the answer is missing",
            "加 answer = { zh = \"……\", en = \"…\" } · add it",
        );
    }
    if matter.route.is_some() || matter.immediate {
        let mend = "只有告知途径才写 route、immediate · only signposts have them";
        check.note(&matter.code.span(), "多了 route 或 immediate · route or immediate is too much", mend);
    }
    if !matter.lead.iter().any(|duty| rules::is_backstop(duty.get_ref())) {
        let mend = "在 lead 末尾加 { duty = \"government\", level = \"township\" } · add it at the end of lead";
        check.note(&matter.code.span(), "主办链没有兜底 · the chain has no backstop", mend);
    }
    for duty in matter.lead.iter().chain(&matter.assist) {
        let Duty { duty: code, level } = duty.get_ref();
        match duties.get(code.as_str()) {
            None => {
                let mend = "先在 duties.toml 里写上，或改正 · add it to duties.toml or mend it";
                check.note(&duty.span(), format!("没有职责“{code}” · there is no duty {code:?}"), mend);
            }
            Some(known) if !known.levels.contains(level) => {
                let message =
                    format!("{} 没有“{code}”这样的单位 · no such unit on level {}", level.as_str(), level.as_str());
                check.note(
                    &duty.span(),
                    message,
                    "改层级，或在 duties.toml 里加上 · change the level or add it to duties.toml",
                );
            }
            Some(_) => {}
        }
    }
}

impl RawClock {
    fn limit(&self) -> Option<TimeLimit> {
        let (kind, amount) = match (self.hours, self.days, self.working_days) {
            (Some(hours), None, None) => (LimitKind::Hours, hours),
            (None, Some(days), None) => (LimitKind::Days, days),
            (None, None, Some(days)) => (LimitKind::WorkingDays, days),
            _ => return None,
        };
        TimeLimit::new(kind, amount).ok()
    }
}

impl RawMatter {
    fn into_matter(self) -> Matter {
        let inner = |items: Vec<Spanned<Duty>>| items.into_iter().map(Spanned::into_inner).collect();
        Matter {
            code: self.code.into_inner(),
            names: self.name.into_inner(),
            kind: self.kind,
            words: self.words.into_inner(),
            urgency: self.urgency,
            limit: self.clock.and_then(|clock| clock.get_ref().limit()),
            lead: inner(self.lead),
            assist: inner(self.assist),
            grid_settles: self.grid_settles,
            publicity: self.publicity,
            asks_registered_place: self.asks_registered_place,
            basis: self.basis,
            unsure: self.unsure.into_iter().map(Spanned::into_inner).collect(),
            answer: self.answer.map(Spanned::into_inner),
            guide: self.guide.map(Spanned::into_inner),
            route: self.route.map(Spanned::into_inner),
            is_immediate: self.immediate,
        }
    }
}
