//! 催办单: which cases a unit was reminded of, since when they are owed and how late they were then, and what is asked by when.

use kernel::Day;

use super::{
    Printable, issuer,
    words::{LABEL, Tongue, deadline_of},
};
use crate::{
    modules::cases::shapes::TimelineEntry,
    platform::paper::{Block, Cell, Row, Sheet, Start},
};

/// A sheet for each reminder: what one office asked of one unit, in the same words, stands on one sheet.
pub(super) fn sheets(tongue: &Tongue<'_>, cases: &[Printable], foot: &str) -> Vec<Sheet> {
    let mut groups: Vec<(Reminder, Vec<&Printable>)> = Vec::new();
    for case in cases {
        let Some(reminder) = Reminder::of(tongue, case) else { continue };
        match groups.iter_mut().find(|(known, _)| *known == reminder) {
            Some((_, together)) => together.push(case),
            None => groups.push((reminder, vec![case])),
        }
    }
    groups.iter().map(|(reminder, together)| reminder.sheet(tongue, together, foot)).collect()
}

/// What several cases may have in common.
#[derive(PartialEq)]
struct Reminder {
    unit: String,
    issuer: String,
    asked: String,
    by: Option<Day>,
    day: String,
}

impl Reminder {
    fn of(tongue: &Tongue<'_>, case: &Printable) -> Option<Self> {
        let entry = case.last("urged")?;
        Some(Self {
            unit: case.detail.row.lead_unit.as_ref().map(|unit| tongue.name(&unit.names)).unwrap_or_default(),
            issuer: issuer(tongue, case, Some(entry)),
            asked: entry.text.clone().unwrap_or_default(),
            by: entry.params.get("by").and_then(|by| by.as_str()?.parse().ok()),
            day: tongue.day(entry.at),
        })
    }

    fn sheet(&self, tongue: &Tongue<'_>, cases: &[&Printable], foot: &str) -> Sheet {
        let (left, facts, table) = match cases {
            [only] => self.single(tongue, only),
            _ => self.several(tongue, cases),
        };
        let title = tongue.say("催办单", "Reminder sheet");
        let number = cases.first().map(|case| case.detail.row.number.as_str()).filter(|_| cases.len() == 1);
        let head = tongue.head(&self.issuer, &title, number.unwrap_or(&self.day));
        let blocks = vec![
            Block::Office(self.issuer.clone()),
            Block::Title(tongue.say("催　办　单", "Reminder sheet")),
            Block::Space(6.0),
            Block::Ends(left, self.day.clone()),
            Block::Space(4.0),
            Block::Text(tongue.say(format!("{}：", self.unit), format!("To: {}", self.unit)), Start::Flush),
            Block::Text(facts, Start::Indented),
            Block::Text(self.asked.clone(), Start::Indented),
            Block::Text(self.wish(tongue), Start::Indented),
            Block::Space(8.0),
            Block::Table(table),
            Block::Closing(vec![
                Block::Space(14.0),
                Block::Signed(vec![self.issuer.clone(), self.day.clone()]),
                Block::Space(4.0),
            ]),
            Block::Together(slip(tongue)),
        ];
        Sheet { blocks, head, foot: foot.to_owned() }
    }

    fn wish(&self, tongue: &Tongue<'_>) -> String {
        match self.by {
            Some(by) => {
                let form = tongue.say("%Y年%-m月%-d日", "%Y-%m-%d");
                let by = by.date().strftime(&form).to_string();
                tongue.say(
                    format!("请于{by}前办结并提交办理结果；不能按时办结的，说明原因和下一步安排。"),
                    format!(
                        "Please finish and file the result by {by}; where that cannot be, say why and what comes next."
                    ),
                )
            }
            None => tongue.say(
                "请抓紧办理并提交办理结果；不能按时办结的，说明原因和下一步安排。",
                "Please finish and file the result soon; where that cannot be, say why and what comes next.",
            ),
        }
    }

    fn single(&self, tongue: &Tongue<'_>, case: &Printable) -> (String, String, Vec<Row>) {
        let detail = &case.detail;
        let row = &detail.row;
        let round = entry_of(case).and_then(|entry| entry.params.get("round")?.as_i64()).unwrap_or(1);
        let left = tongue
            .say(format!("编号：{}　第 {round} 次催办", row.number), format!("No. {}, reminder {round}", row.number));
        let given = case.last("dispatched").map_or(row.received_at, |entry| entry.at);
        let (matter, given, late) = (tongue.matter(detail), tongue.time(given), late(tongue, case));
        let rule = deadline_of(detail).map(|deadline| (tongue.time(deadline.due_at), tongue.rule(&deadline)));
        let due_zh = rule.as_ref().map_or_else(String::new, |(due, rule)| format!("，办理时限为{due}（{rule}）"));
        let due_en = rule.as_ref().map_or_else(String::new, |(due, rule)| format!(", due on {due} ({rule})"));
        let asof = entry_of(case).map(|entry| tongue.time(entry.at)).unwrap_or_default();
        let facts = tongue.say(
            format!("你单位主办的“{matter}”工单，{given}派单{due_zh}。截至{asof}，{late}。"),
            format!("Your unit leads the case \"{matter}\", dispatched on {given}{due_en}. As of {asof} it is {late}."),
        );
        let table = vec![
            tongue.pairs(("工单编号", "Case", row.number.clone()), ("来源", "Source", tongue.source(detail))),
            tongue.row("地点", "Place", tongue.place(&row.place)),
            tongue.row("诉求内容", "Report", tongue.reports(detail)),
        ];
        (left, facts, table)
    }

    fn several(&self, tongue: &Tongue<'_>, cases: &[&Printable]) -> (String, String, Vec<Row>) {
        let count = cases.len();
        let left = tongue.say(format!("共 {count} 件"), format!("{count} cases"));
        let facts = tongue.say(
            format!("你单位主办的下列 {count} 件工单尚未办结，时限情况见清单。"),
            format!("Your unit leads the {count} cases listed below, which are not finished yet."),
        );
        let widths = [0.075, 0.335, 0.16, 0.18, 0.25];
        let heads = [("序号", "#"), ("工单编号", "Case"), ("事项", "Matter"), ("地点", "Place"), ("办理时限", "Due")];
        let head = widths.iter().zip(heads).map(|(width, (zh, en))| Cell::label(*width, tongue.say(zh, en)));
        let mut table = vec![Row::new(head.collect())];
        for (number, case) in (1..).zip(cases) {
            let row = &case.detail.row;
            let place = [&row.place.township, &row.place.village, &row.place.grid];
            let place: Vec<String> = place.into_iter().flatten().map(|region| tongue.name(&region.names)).collect();
            let due = row.due_at.map(|due| tongue.time(due)).unwrap_or_default();
            let words = [
                number.to_string(),
                row.number.clone(),
                tongue.matter(&case.detail),
                place.join(" · "),
                format!("{due}\n{}", late(tongue, case)),
            ];
            table.push(Row::new(widths.iter().zip(words).map(|(width, words)| Cell::words(*width, words)).collect()));
        }
        (left, facts, table)
    }
}

fn entry_of(case: &Printable) -> Option<&TimelineEntry> {
    case.last("urged")
}

/// As late as it was when the reminder was given: a sheet printed again says the same.
fn late(tongue: &Tongue<'_>, case: &Printable) -> String {
    entry_of(case).map(|entry| tongue.lateness(&case.detail, entry.at)).unwrap_or_default()
}

/// 回执
fn slip(tongue: &Tongue<'_>) -> Vec<Block> {
    vec![
        Block::Cut(tongue.say("签收与回复", "receipt and answer")),
        Block::Table(vec![
            tongue.blanks(("签收人", "Received by"), ("签收时间", "Received at")),
            Row::new(vec![
                Cell::label(LABEL, tongue.say("情况说明", "Answer")),
                Cell::words(1.0 - LABEL, "").with_room(70.0, tongue.say("（盖章）", "(stamp)      ")),
            ]),
        ]),
    ]
}
