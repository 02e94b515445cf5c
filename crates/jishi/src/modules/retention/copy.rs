//! 查阅、复制: a copy of all that is kept of a reporter, for machines and for people.

use std::fmt::Write;

use db::Conn;
use kernel::{Id, Instant, Lang, Names, Result};
use serde::Serialize;

use super::actions::{Kept, until};
use crate::modules::{
    App,
    cases::{self, Followed, Report},
    contacts::{self, Field, Purpose},
    objections::{self, OwnOpening},
};

/// One detail.
#[derive(Debug, Serialize)]
struct Detail {
    field: Field,
    value: String,
    /// Whether it is masked.
    is_masked: bool,
}

/// All that is kept of a reporter.
#[derive(Debug, Serialize)]
pub(super) struct OwnCopy {
    /// Who keeps it.
    keeper: Names,
    made_at: Instant,
    details: Vec<Detail>,
    /// Days details are kept after the matter has ended.
    days: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Instant>,
    /// Who opened details, when and why, and what the reporter objected and was answered.
    openings: Vec<OwnOpening>,
    /// What was reported and what became of it, each part for itself: words, steps, verdict. Photos are on the receipt's page.
    reports: Vec<Followed>,
}

/// Puts it together for whoever has proved that it is theirs.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn gather(db: &mut Conn, app: &App, report: Id<Report>, is_whole: bool) -> Result<OwnCopy> {
    let masks = contacts::masks(db, &[report]).await?.remove(&report).unwrap_or_default();
    let details = match is_whole {
        true => {
            let whole = contacts::for_their_owner_unscoped(db, app, report).await?;
            whole.into_iter().map(|(field, value)| Detail { field, value, is_masked: false }).collect()
        }
        false => {
            let masked = |mask: contacts::Mask| Detail { field: mask.field, value: mask.mask, is_masked: true };
            masks.into_iter().map(masked).collect()
        }
    };
    let kept = Kept::read(db, &[report]).await?;
    let mut reports = Vec::new();
    for part in cases::parts_of(db, &[report]).await?.iter().filter(|part| !part.is_rejoined) {
        reports.push(cases::followed(db, app, part).await?);
    }
    let (need, days) = (kept.need(app, report), kept.days(app, report));
    let openings = objections::openings(db, report).await?;
    let (keeper, made_at) = (app.settings.name.clone(), app.now());
    Ok(OwnCopy { keeper, made_at, details, days, until: until(need), openings, reports })
}

impl OwnCopy {
    /// For machines.
    ///
    /// # Errors
    /// `internal` when it cannot be written.
    pub(super) fn json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).map_err(kernel::Error::internal)
    }

    /// For people.
    pub(super) fn text(&self, app: &App, lang: Lang) -> String {
        Sheet { app, lang, text: String::new() }.of(self)
    }
}

/// Lines in the reader's language.
struct Sheet<'a> {
    app: &'a App,
    lang: Lang,
    text: String,
}

impl Sheet<'_> {
    fn of(mut self, copy: &OwnCopy) -> String {
        let keeper = copy.keeper.in_lang(self.lang).to_owned();
        self.head("我的信息", "My data");
        self.line("保存单位", "Kept by", &keeper);
        let at = self.time(copy.made_at);
        self.line("生成时间", "Made at", &at);
        self.head("联系方式", "Contact details");
        for detail in &copy.details {
            let (zh, en) = field_names(detail.field);
            let value = match detail.is_masked {
                true => format!(
                    "{}{}",
                    detail.value,
                    self.say(
                        "（已打码；要完整的，请用手机验证码取得）",
                        " (masked; the whole needs a code sent to the telephone)"
                    )
                ),
                false => detail.value.clone(),
            };
            self.line(zh, en, &value);
        }
        if copy.details.is_empty() {
            let none = self.say("没有保存", "none are kept").to_owned();
            self.line("联系方式", "Contact details", &none);
        }
        let term = self.lang_days(copy.days);
        self.line("保存期限", "Kept for", &term);
        if let Some(until) = copy.until {
            let day = self.day(until);
            self.line("到期删除", "To be erased on", &day);
        }
        for report in &copy.reports {
            self.report(report);
        }
        self.openings(&copy.openings);
        self.text
    }

    fn report(&mut self, report: &Followed) {
        self.head("诉求", "Report");
        self.line("工单编号", "Number", &report.number);
        let name = |names: &Names, lang| names.in_lang(lang).to_owned();
        if let Some(matter) = &report.matter {
            self.line("事项", "Matter", &name(&matter.names, self.lang));
        }
        let at = self.time(report.received_at);
        self.line("提交时间", "Reported at", &at);
        let place = &report.place;
        let places = [&place.county, &place.township, &place.village, &place.grid].into_iter().flatten();
        let places: Vec<String> = places.map(|region| name(&region.names, self.lang)).collect();
        self.line("地点", "Place", &places.join(" "));
        self.line("我说的话", "My words", report.my_text.as_deref().unwrap_or_default());
        self.line("我的照片", "My photos", &report.my_photos.len().to_string());
        let status = name(&report.status.names(), self.lang);
        self.line("状态", "State", &status);
        for entry in report.timeline.iter().filter(|entry| entry.text.is_some()) {
            let (at, words) = (self.time(entry.at), entry.text.clone().unwrap_or_default());
            let _ = writeln!(self.text, "- {at}  {words}");
        }
    }

    fn openings(&mut self, openings: &[OwnOpening]) {
        self.head("谁看过联系方式", "Who looked at the contact details");
        let lang = self.lang;
        let called = |names: Option<Names>| names.map(|names| names.in_lang(lang).to_owned()).unwrap_or_default();
        for one in openings {
            let at = self.time(one.at);
            let role = called(one.role.map(|role| role.names()));
            let unit = called(one.unit.as_ref().map(|unit| unit.names.clone()));
            let (zh, en) = one.field.map(field_names).unwrap_or_default();
            let (field, why) = (self.say(zh, en).to_owned(), called(Purpose::parse(&one.purpose).map(Purpose::names)));
            let _ = writeln!(self.text, "- {at}  {unit} {role}  {field}  {why}");
            let Some(objection) = &one.objection else { continue };
            let at = self.time(objection.objected_at);
            let objected = self.say("我的异议", "I objected").to_owned();
            let _ = writeln!(self.text, "  {at}  {objected}: {}", objection.words);
            if let (Some(at), Some(outcome), Some(answer)) =
                (objection.answered_at, objection.outcome, &objection.answer)
            {
                let (at, outcome) = (self.time(at), called(Some(outcome.names())));
                let _ = writeln!(self.text, "  {at}  {outcome}: {answer}");
            }
        }
        if openings.is_empty() {
            let nobody = self.say("没有人看过", "nobody").to_owned();
            let _ = writeln!(self.text, "- {nobody}");
        }
    }

    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    fn lang_days(&self, days: i64) -> String {
        match self.lang {
            Lang::Zh => format!("办结后 {days} 天"),
            Lang::En => format!("{days} days after the matter has ended"),
        }
    }

    fn head(&mut self, zh: &str, en: &str) {
        let head = self.say(zh, en).to_owned();
        let before = if self.text.is_empty() { "" } else { "\n" };
        let _ = writeln!(self.text, "{before}== {head} ==");
    }

    fn line(&mut self, zh: &str, en: &str, value: &str) {
        let (label, colon) = (self.say(zh, en).to_owned(), self.say("：", ": "));
        let _ = writeln!(self.text, "{label}{colon}{value}");
    }

    fn time(&self, at: Instant) -> String {
        at.zoned(&self.app.settings.zone).strftime("%Y-%m-%d %H:%M").to_string()
    }

    fn day(&self, at: Instant) -> String {
        at.day(&self.app.settings.zone).to_string()
    }
}

fn field_names(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::Name => ("姓名", "Name"),
        Field::Phone => ("电话", "Telephone"),
        Field::TextName => ("文字里的姓名", "Name in the words"),
        Field::TextPhone => ("文字里的电话", "Telephone in the words"),
        Field::TextDocument => ("文字里的证件号", "Document number in the words"),
    }
}
