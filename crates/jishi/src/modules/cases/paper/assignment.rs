//! 交办单: what is asked of which units by when, with room for whoever receives it, and a slip to send back.

use super::{Printable, issuer, words::Tongue};
use crate::{
    modules::{
        cases::{
            model::{AssignmentKind, AssignmentState},
            shapes::AssignmentView,
        },
        matters::Basis,
    },
    platform::paper::{Block, Row, Sheet},
};

/// One case's sheet.
pub(super) fn sheet(tongue: &Tongue<'_>, case: &Printable, foot: &str) -> Sheet {
    let row = &case.detail.row;
    let given = case.last("dispatched");
    let day = tongue.day(lead(case).map_or(row.received_at, |part| part.assigned_at));
    let issuer = issuer(tongue, case, given);
    let title = tongue.say("交办单", "Assignment sheet");
    let head = tongue.head(&issuer, &title, &row.number);
    let blocks = vec![
        Block::Office(issuer),
        Block::Title(tongue.say("交　办　单", "Assignment sheet")),
        Block::Space(6.0),
        Block::Ends(
            tongue.say(format!("编号：{}", row.number), format!("No. {}", row.number)),
            tongue.say(format!("签发日期：{day}"), format!("Issued {day}")),
        ),
        Block::Table(rows(tongue, case)),
        Block::Closing(vec![Block::Table(vec![
            tongue.pairs(("派单人", "Sent by", dispatcher(case)), ("签收人", "Signed for", String::new())),
        ])]),
        Block::Together(slip(tongue, case)),
    ];
    Sheet { blocks, head, foot: foot.to_owned() }
}

fn rows(tongue: &Tongue<'_>, case: &Printable) -> Vec<Row> {
    let detail = &case.detail;
    let row = &detail.row;
    let urgency = tongue.name(&row.urgency.names());
    let mut rows = vec![
        tongue.pairs(("来源", "Source", tongue.source(detail)), ("受理时间", "Received", tongue.time(row.received_at))),
        tongue.pairs(("事项", "Matter", tongue.matter(detail)), ("紧急程度", "Urgency", urgency)),
        tongue.row("地点", "Place", tongue.place(&row.place)),
        tongue.row("诉求内容", "Report", tongue.reports(detail)),
        tongue.row("诉求人", "Reporter", tongue.contacts(detail)),
        tongue.pairs(
            ("主办单位", "Lead unit", row.lead_unit.as_ref().map(|unit| tongue.name(&unit.names)).unwrap_or_default()),
            ("协办单位", "Assisting", assisting(tongue, case)),
        ),
        tongue.row("办理时限", "Due", tongue.deadline(detail)),
        tongue.row("办理要求", "Asked for", asked(tongue, case)),
    ];
    let basis = basis(&case.basis);
    if !basis.is_empty() {
        rows.push(tongue.row("依据", "Legal basis", basis));
    }
    rows
}

/// The assignment that the case is in the hands of: the last, where it was opened again.
fn lead(case: &Printable) -> Option<&AssignmentView> {
    let parts = case.detail.assignments.iter().filter(|part| part.kind == AssignmentKind::Lead && !is_over(part));
    parts.max_by_key(|part| part.assigned_at)
}

fn is_over(part: &AssignmentView) -> bool {
    matches!(part.state, AssignmentState::Returned | AssignmentState::Ended)
}

/// Who assists now, each once; not those of a round before the case was opened again.
fn assisting(tongue: &Tongue<'_>, case: &Printable) -> String {
    let since = lead(case).map(|lead| lead.assigned_at);
    let is_now = |part: &&AssignmentView| {
        let is_of_this_round = since.is_none_or(|since| part.assigned_at >= since) || part.done_at.is_none();
        part.kind == AssignmentKind::Assist && !is_over(part) && is_of_this_round
    };
    let mut names: Vec<String> = Vec::new();
    for name in case.detail.assignments.iter().filter(is_now).map(|part| tongue.name(&part.unit.names)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { tongue.say("无", "None") } else { names.join(&tongue.say("、", ", ")) }
}

fn asked(tongue: &Tongue<'_>, case: &Printable) -> String {
    let words = case.last("dispatched").and_then(|entry| entry.text.clone());
    let always = tongue.say(
        "请主办单位牵头、协办单位配合，在办理时限前办结，提交办理结果并填写回执；一时办不了的，写明原因和下一步安排。需要联系诉求人的，在平台按用途查看联系方式。",
        "The lead unit handles this with those who assist, before the time limit, files the result and returns the slip; where it cannot be done yet, say why and what comes next. Contact details are opened in the platform, with a purpose.",
    );
    words.map_or(always.clone(), |words| format!("{words}\n{always}"))
}

/// What is confirmed: on an office's paper stands nothing that is still to be checked.
fn basis(basis: &[Basis]) -> String {
    let one = |basis: &Basis| {
        let article = basis.article.as_deref().unwrap_or_default();
        format!("{} {article}", basis.title).trim_end().to_owned()
    };
    basis.iter().filter(|basis| basis.sure).map(one).collect::<Vec<_>>().join("\n")
}

fn dispatcher(case: &Printable) -> String {
    let person = case.last("dispatched").and_then(|entry| entry.by.person.as_ref());
    person.map(|person| person.name.clone()).unwrap_or_default()
}

/// 回执
fn slip(tongue: &Tongue<'_>, case: &Printable) -> Vec<Block> {
    let row = &case.detail.row;
    let unit = row.lead_unit.as_ref().map(|unit| tongue.name(&unit.names)).unwrap_or_default();
    vec![
        Block::Cut(
            tongue.say("沿此线裁开，下联办结后交回", "cut here; the lower part goes back when the work is done"),
        ),
        Block::Heading(tongue.say("办理结果回执", "Return slip")),
        Block::Space(4.0),
        Block::Table(vec![
            tongue.pairs(("工单编号", "Case", row.number.clone()), ("承办单位", "Unit", unit)),
            tongue.room(("办理结果", "Result"), 84.0),
            tongue.blanks(("承办人", "Handled by"), ("审核人", "Checked by")),
        ]),
    ]
}
