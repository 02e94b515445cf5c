//! What the sheets say, in their reader's language.

use kernel::{Instant, Lang, Names};

use crate::{
    modules::{
        App,
        calendar::{Deadline, LimitKind},
        cases::shapes::{CaseDetail, ReportView},
        contacts::Field,
        regions::Place,
    },
    platform::paper::{Cell, Row},
};

/// How wide a label is, and what stands beside it when two pairs share a row.
pub(super) const LABEL: f32 = 0.16;
const HALF: f32 = 0.34;
const WHOLE: f32 = 0.84;

/// The language of a sheet, and the clock of the place.
pub(super) struct Tongue<'a> {
    pub(super) app: &'a App,
    pub(super) lang: Lang,
}

impl Tongue<'_> {
    pub(super) fn say(&self, zh: impl Into<String>, en: impl Into<String>) -> String {
        match self.lang {
            Lang::Zh => zh.into(),
            Lang::En => en.into(),
        }
    }

    pub(super) fn name(&self, names: &Names) -> String {
        names.in_lang(self.lang).to_owned()
    }

    /// What the pages after the first are headed with.
    pub(super) fn head(&self, issuer: &str, title: &str, number: &str) -> String {
        self.say(format!("{issuer}　{title}　{number}（续）"), format!("{issuer} · {title} {number} (continued)"))
    }

    /// 2026年11月16日 09:00
    pub(super) fn time(&self, at: Instant) -> String {
        let form = self.say("%Y年%-m月%-d日 %H:%M", "%Y-%m-%d %H:%M");
        at.zoned(&self.app.settings.zone).strftime(&form).to_string()
    }

    pub(super) fn day(&self, at: Instant) -> String {
        let form = self.say("%Y年%-m月%-d日", "%Y-%m-%d");
        at.zoned(&self.app.settings.zone).strftime(&form).to_string()
    }

    /// A row of one pair.
    pub(super) fn row(&self, zh: &str, en: &str, words: String) -> Row {
        Row::long(vec![Cell::label(LABEL, self.say(zh, en)), Cell::words(WHOLE, words)])
    }

    /// A row of two pairs.
    pub(super) fn pairs(&self, first: (&str, &str, String), second: (&str, &str, String)) -> Row {
        let pair =
            |(zh, en, words): (&str, &str, String)| [Cell::label(LABEL, self.say(zh, en)), Cell::words(HALF, words)];
        Row::new(pair(first).into_iter().chain(pair(second)).collect())
    }

    /// A row to be filled in by hand.
    pub(super) fn blanks(&self, first: (&str, &str), second: (&str, &str)) -> Row {
        let pair =
            |(zh, en): (&str, &str)| [Cell::label(LABEL, self.say(zh, en)), Cell::words(HALF, "").with_room(30.0, "")];
        Row::new(pair(first).into_iter().chain(pair(second)).collect())
    }

    /// A row with room to write in, and a place for stamp and date at its lower right.
    pub(super) fn room(&self, label: (&str, &str), height: f32) -> Row {
        let foot = self.say("（盖章）　　　　年　　月　　日", "(stamp)      date              ");
        Row::new(vec![Cell::label(LABEL, self.say(label.0, label.1)), Cell::words(WHOLE, "").with_room(height, foot)])
    }

    pub(super) fn place(&self, place: &Place) -> String {
        let levels = [&place.county, &place.township, &place.village, &place.grid, &place.micro_grid];
        let path: Vec<String> = levels.into_iter().flatten().map(|region| self.name(&region.names)).collect();
        let path = path.join(" · ");
        match &place.text {
            Some(text) => format!("{path}\n{text}"),
            None => path,
        }
    }

    pub(super) fn matter(&self, detail: &CaseDetail) -> String {
        detail.row.matter.as_ref().map_or_else(|| self.say("未定", "Not settled"), |matter| self.name(&matter.names))
    }

    /// 来源编号, or how it came.
    pub(super) fn source(&self, detail: &CaseDetail) -> String {
        if detail.aliases.is_empty() {
            return self.name(&detail.row.channel.names());
        }
        let told = detail.aliases.iter().map(|alias| format!("{} {}", self.name(&alias.names), alias.number));
        told.collect::<Vec<_>>().join("\n")
    }

    /// Everyone's words, in the order they came.
    pub(super) fn reports(&self, detail: &CaseDetail) -> String {
        let voices: Vec<&ReportView> = detail.reports.iter().filter(|report| !report.is_withdrawn).collect();
        let is_only = voices.len() == 1;
        let told = (1..).zip(voices).map(|(number, report)| {
            let text = report.text.clone().unwrap_or_else(|| self.say("（内容已删除）", "(the words were erased)"));
            if is_only { text } else { format!("{number}. {text}") }
        });
        told.collect::<Vec<_>>().join("\n")
    }

    /// What is known of the reporters, as masked as on the page.
    pub(super) fn contacts(&self, detail: &CaseDetail) -> String {
        let voices: Vec<&ReportView> = detail.reports.iter().filter(|report| !report.is_withdrawn).collect();
        let is_only = voices.len() == 1;
        let told = (1..).zip(voices).map(|(number, report)| {
            let masks: Vec<String> =
                report.contact.iter().map(|one| format!("{} {}", self.field(one.field), one.mask)).collect();
            let known = [vec![self.name(&report.identity.names())], masks].concat().join(&self.say("，", ", "));
            if is_only { known } else { format!("{number}. {known}") }
        });
        told.collect::<Vec<_>>().join("\n")
    }

    fn field(&self, field: Field) -> String {
        match field {
            Field::Name => self.say("姓名", "name"),
            Field::Phone => self.say("电话", "telephone"),
            Field::TextName => self.say("文中姓名", "name in the words"),
            Field::TextPhone => self.say("文中电话", "telephone in the words"),
            Field::TextDocument => self.say("文中证件号", "document in the words"),
        }
    }

    /// When it is due, and by which rule.
    pub(super) fn deadline(&self, detail: &CaseDetail) -> String {
        let Some(deadline) = deadline_of(detail) else {
            return self.say("没有规定时限", "No time limit");
        };
        let (due, start, rule) = (self.time(deadline.due_at), self.time(deadline.start_at), self.rule(&deadline));
        let mut told = self.say(format!("{due}（{rule}，自{start}起算）"), format!("{due} ({rule} from {start})"));
        if !deadline.assumes_unpublished.is_empty() {
            let years: Vec<String> = deadline.assumes_unpublished.iter().map(i64::to_string).collect();
            let years = years.join(", ");
            told.push_str(&self.say(
                format!("\n{years} 年放假安排未公布，按周末推算"),
                format!("\nThe holidays of {years} are not published; weekends are assumed"),
            ));
        }
        told
    }

    /// "5 个工作日"
    pub(super) fn rule(&self, deadline: &Deadline) -> String {
        let count = deadline.clock.amount();
        match deadline.clock.kind() {
            LimitKind::Hours => self.say(format!("{count} 小时"), format!("{count} hours")),
            LimitKind::Days => self.say(format!("{count} 天"), format!("{count} days")),
            LimitKind::WorkingDays => self.say(format!("{count} 个工作日"), format!("{count} working days")),
        }
    }

    /// How late it was at a moment, or how long was left: as the page says it, and in working days where the limit counts them.
    pub(super) fn lateness(&self, detail: &CaseDetail, at: Instant) -> String {
        let Some(due) = detail.row.due_at else { return self.say("没有规定时限", "no time limit") };
        let apart = due.millis() - at.millis();
        let span = self.span(apart.unsigned_abs());
        let worked = deadline_of(detail).filter(|deadline| deadline.clock.kind() == LimitKind::WorkingDays);
        let worked = worked.map(|_| self.worked(due.min(at), due.max(at))).filter(|count| *count > 0);
        let worked = worked.map_or_else(String::new, |count| {
            self.say(format!("（{count} 个工作日）"), format!(" ({count} working days)"))
        });
        if apart < 0 {
            self.say(format!("已超期 {span}{worked}"), format!("{span} late{worked}"))
        } else {
            self.say(format!("距到期还有 {span}{worked}"), format!("due in {span}{worked}"))
        }
    }

    fn worked(&self, from: Instant, until: Instant) -> usize {
        let (zone, calendar) = (&self.app.settings.zone, self.app.calendar.get());
        let (from, until) = (from.day(zone), until.day(zone));
        (1..=1_000)
            .map(|days| from.plus(days))
            .take_while(|day| *day <= until)
            .filter(|day| calendar.is_working(*day))
            .count()
    }

    /// A span rounded down to its largest unit, as on the page.
    fn span(&self, millis: u64) -> String {
        let minutes = millis / 60_000;
        let (count, zh, en) = match minutes {
            0..60 => (minutes.max(1), "分钟", "minute"),
            60..1_440 => (minutes / 60, "小时", "hour"),
            _ => (minutes / 1_440, "天", "day"),
        };
        let many = if count == 1 { "" } else { "s" };
        self.say(format!("{count} {zh}"), format!("{count} {en}{many}"))
    }
}

/// The deadline with its explanation.
pub(super) fn deadline_of(detail: &CaseDetail) -> Option<Deadline> {
    detail.deadline.clone().and_then(|kept| serde_json::from_value(kept).ok())
}
