//! 督办通知单、通报: supervisions as an office's paper. A notice addresses the unit that leads; a circular names units with
//! their figures in the order of their names, which is no ranking, and never a person.

use kernel::{Day, Instant, Lang, Names};

use super::views::SupervisionRow;
use crate::{
    modules::{App, people::UnitRef},
    platform::paper::{Block, Cell, Paper, Row, Sheet, Start},
};

/// What a circular tells of a unit.
#[derive(Clone, Debug)]
pub struct UnitLine {
    /// The unit.
    pub unit: UnitRef,
    /// Put under supervision, answered in time, late, released.
    pub counts: [i64; 4],
}

/// The language of a sheet, and the clock of the place.
struct Tongue<'a> {
    app: &'a App,
    lang: Lang,
}

impl Tongue<'_> {
    fn say(&self, zh: impl Into<String>, en: impl Into<String>) -> String {
        match self.lang {
            Lang::Zh => zh.into(),
            Lang::En => en.into(),
        }
    }

    fn name(&self, names: &Names) -> String {
        names.in_lang(self.lang).to_owned()
    }

    fn time(&self, at: Instant) -> String {
        let form = self.say("%Y年%-m月%-d日 %H:%M", "%Y-%m-%d %H:%M");
        at.zoned(&self.app.settings.zone).strftime(&form).to_string()
    }

    fn day(&self, day: Day) -> String {
        day.date().strftime(&self.say("%Y年%-m月%-d日", "%Y-%m-%d")).to_string()
    }

    fn row(&self, zh: &str, en: &str, words: String) -> Row {
        Row::long(vec![Cell::label(0.16, self.say(zh, en)), Cell::words(0.84, words)])
    }

    fn foot(&self, printer: &str, at: Instant) -> String {
        self.say(format!("打印：{printer}　{}", self.time(at)), format!("Printed by {printer}, {}.", self.time(at)))
    }
}

/// 督办通知单: one for each.
pub fn notices(
    app: &App,
    rows: &[SupervisionRow],
    office: &Names,
    (lang, printer): (Lang, &str),
    at: Instant,
) -> Paper {
    let tongue = Tongue { app, lang };
    let foot = tongue.foot(printer, at);
    let title = tongue.say("督办通知单", "Notice of supervision");
    let sheet = |row: &SupervisionRow| {
        let head = format!("{}　{title}　{}", tongue.name(office), row.case.number);
        Sheet { blocks: notice(&tongue, row, office), head, foot: foot.clone() }
    };
    let sheets = rows.iter().map(sheet).collect();
    Paper { title, lang, at: at.zoned(&app.settings.zone), sheets }
}

fn notice(tongue: &Tongue<'_>, row: &SupervisionRow, office: &Names) -> Vec<Block> {
    let (it, case) = (&row.supervision, &row.case);
    let unit = it.unit.as_ref().map(|unit| tongue.name(&unit.names)).unwrap_or_default();
    let office = tongue.name(office);
    let day = tongue.day(it.imposed_at.day(&tongue.app.settings.zone));
    let matter = case.matter.as_ref().map(|matter| tongue.name(&matter.names)).unwrap_or_default();
    let (due, late) = (case.due_at.map(|due| tongue.time(due)).unwrap_or_default(), tongue.name(&it.trigger_names));
    let usual = || it.usual_demand.as_ref().map(|names| tongue.name(names)).unwrap_or_default();
    let demand = it.demand.clone().unwrap_or_else(usual);
    let mut table = vec![
        tongue.row("工单编号", "Case", case.number.clone()),
        tongue.row("事项", "Matter", matter),
        tongue.row("诉求内容", "Report", case.summary.clone()),
        tongue.row("办理时限", "Due", due),
        tongue.row("督办情形", "Why", late),
        tongue.row("督办要求", "Demand", demand),
        tongue.row("反馈时限", "Answer by", tongue.time(it.due_at)),
    ];
    if let Some(owner) = &it.owner {
        table.push(tongue.row("责任人", "Answers for it", owner.name.clone()));
    }
    if let Some(at) = it.meeting_at {
        table.push(tongue.row("约谈时间", "Meeting", tongue.time(at)));
    }
    let grade = tongue.name(&it.grade.names());
    vec![
        Block::Office(office.clone()),
        Block::Title(tongue.say("督办通知单", "Notice of supervision")),
        Block::Space(6.0),
        Block::Ends(tongue.say(format!("等级：{grade}"), format!("Grade: {grade}")), day.clone()),
        Block::Space(4.0),
        Block::Text(tongue.say(format!("{unit}："), format!("To: {unit}")), Start::Flush),
        Block::Text(
            tongue.say(
                "你单位主办的下列事项列入督办。",
                "The matter below, which your unit leads, is under supervision.",
            ),
            Start::Indented,
        ),
        Block::Space(6.0),
        Block::Table(table),
        Block::Together(vec![Block::Space(14.0), Block::Signed(vec![office, day])]),
        Block::Cut(tongue.say("签收与反馈", "receipt and answer")),
        Block::Table(vec![Row::new(vec![
            Cell::label(0.16, tongue.say("反馈", "Answer")),
            Cell::words(0.84, "")
                .with_room(80.0, tongue.say("（盖章）　　年　　月　　日", "(stamp)      date          ")),
        ])]),
    ]
}

/// What a circular is of.
#[derive(Clone, Debug)]
pub struct Circular {
    /// The office that issues it.
    pub office: Names,
    /// The place it is about.
    pub place: Names,
    /// From which day to which.
    pub days: (Day, Day),
    /// Its units, in the order of their names.
    pub units: Vec<UnitLine>,
    /// Those that last longest and were not answered.
    pub late: Vec<SupervisionRow>,
}

/// 督办情况通报
pub fn circular(app: &App, circular: &Circular, (lang, printer): (Lang, &str), at: Instant) -> Paper {
    let tongue = Tongue { app, lang };
    let (from, to) = (tongue.day(circular.days.0), tongue.day(circular.days.1));
    let office = tongue.name(&circular.office);
    let total: i64 = circular.units.iter().map(|unit| unit.counts[0]).sum();
    let in_time: i64 = circular.units.iter().map(|unit| unit.counts[1]).sum();
    let place = tongue.name(&circular.place);
    let text = tongue.say(
        format!("{from}至{to}，{place}列入督办 {total} 件，按时反馈 {in_time} 件。各单位情况如下（按单位名称排列，不作排名）："),
        format!("From {from} to {to}, {total} matters of {place} were put under supervision, {in_time} of them answered in time. By unit, in the order of names and not of merit:"),
    );
    let mut blocks = vec![
        Block::Office(office.clone()),
        Block::Title(tongue.say("督办情况通报", "Circular on supervision")),
        Block::Space(8.0),
        Block::Text(text, Start::Indented),
        Block::Space(6.0),
        Block::Table(unit_table(&tongue, &circular.units)),
    ];
    if !circular.late.is_empty() {
        blocks.push(Block::Heading(tongue.say("尚未反馈的督办事项", "Not answered in time")));
        blocks.push(Block::Table(late_table(&tongue, &circular.late)));
    }
    let day = tongue.day(at.day(&app.settings.zone));
    blocks.push(Block::Closing(vec![Block::Space(16.0), Block::Signed(vec![office, day])]));
    let title = tongue.say("督办情况通报", "Circular on supervision");
    let sheets = vec![Sheet { blocks, head: title.clone(), foot: tongue.foot(printer, at) }];
    Paper { title, lang, at: at.zoned(&app.settings.zone), sheets }
}

fn unit_table(tongue: &Tongue<'_>, units: &[UnitLine]) -> Vec<Row> {
    let widths = [0.4, 0.15, 0.15, 0.15, 0.15];
    let heads =
        [("单位", "Unit"), ("督办", "Imposed"), ("按时反馈", "In time"), ("超时", "Late"), ("已解除", "Released")];
    let head = widths.iter().zip(heads).map(|(width, (zh, en))| Cell::label(*width, tongue.say(zh, en)));
    let mut rows = vec![Row::new(head.collect())];
    for line in units {
        let words = std::iter::once(tongue.name(&line.unit.names)).chain(line.counts.iter().map(ToString::to_string));
        rows.push(Row::new(widths.iter().zip(words).map(|(width, words)| Cell::words(*width, words)).collect()));
    }
    rows
}

fn late_table(tongue: &Tongue<'_>, late: &[SupervisionRow]) -> Vec<Row> {
    let widths = [0.28, 0.26, 0.24, 0.22];
    let heads = [("工单编号", "Case"), ("事项", "Matter"), ("承办单位", "Unit"), ("反馈时限", "Answer by")];
    let head = widths.iter().zip(heads).map(|(width, (zh, en))| Cell::label(*width, tongue.say(zh, en)));
    let mut rows = vec![Row::new(head.collect())];
    for row in late {
        let words = [
            row.case.number.clone(),
            row.case.matter.as_ref().map(|matter| tongue.name(&matter.names)).unwrap_or_default(),
            row.supervision.unit.as_ref().map(|unit| tongue.name(&unit.names)).unwrap_or_default(),
            tongue.time(row.supervision.due_at),
        ];
        rows.push(Row::new(widths.iter().zip(words).map(|(width, words)| Cell::words(*width, words)).collect()));
    }
    rows
}
