//! The list as a file, streamed.

use futures::StreamExt;
use kernel::{Instant, Lang, Names, Result};
use tokio::sync::mpsc;

use super::{
    model::{Supervision, SupervisionFilter},
    store,
    views::{self, SupervisionRow},
};
use crate::{
    modules::{SharedApp, people::PersonRef},
    platform::{
        access::{Actor, Scope},
        book::{Cell, Column},
    },
};

/// Rows whose names are read together.
const CHUNK: usize = 200;
const WIDTHS: [u16; 17] = [24, 8, 24, 10, 24, 24, 12, 17, 12, 40, 17, 17, 17, 40, 17, 12, 40];

/// The columns of the list in a reader's language.
pub fn columns(lang: Lang) -> Vec<Column> {
    let heads = heads().into_iter().zip(WIDTHS);
    heads.map(|(names, width)| Column { heading: names.in_lang(lang).to_owned(), width }).collect()
}

/// Hands the list over in batches of rows, until there are no more or nobody takes them.
///
/// # Errors
/// `internal` when the database fails.
pub async fn batches(
    app: SharedApp,
    (actor, scope): (Actor, Scope),
    filter: SupervisionFilter,
    lang: Lang,
    out: mpsc::Sender<Vec<Vec<Cell>>>,
) -> Result<()> {
    let mut names = app.db.read().await?;
    let all = app.db.stream::<Supervision>(store::export(&scope, &filter)).await?;
    let mut chunks = std::pin::pin!(all.chunks(CHUNK));
    while let Some(chunk) = chunks.next().await {
        let all: Vec<Supervision> = chunk.into_iter().collect::<Result<_>>()?;
        let rows = views::rows(&mut names, &app, &actor, &all).await?;
        if out.send(rows.iter().map(|row| record(&app, row, lang)).collect()).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn record(app: &SharedApp, row: &SupervisionRow, lang: Lang) -> Vec<Cell> {
    let say = |names: Option<&Names>| Cell::Text(names.map(|names| names.in_lang(lang).to_owned()).unwrap_or_default());
    let text = |text: Option<&String>| Cell::Text(text.cloned().unwrap_or_default());
    let time = |at: Option<Instant>| Cell::Time(at.map(|at| at.zoned(&app.settings.zone).datetime()));
    let person = |person: Option<&PersonRef>| text(person.map(|person| &person.name));
    let it = &row.supervision;
    vec![
        Cell::Text(row.case.number.clone()),
        say(Some(&it.grade.names())),
        say(Some(&it.trigger_names)),
        say(Some(&if it.is_open { Names::new("督办中", "in force") } else { Names::new("已解除", "released") })),
        say(row.case.matter.as_ref().map(|matter| &matter.names)),
        say(it.unit.as_ref().map(|unit| &unit.names)),
        person(it.owner.as_ref()),
        time(Some(it.imposed_at)),
        match &it.imposed_by {
            Some(by) => person(Some(by)),
            None => say(Some(&Names::new("按规则", "by rule"))),
        },
        match &it.usual_demand {
            Some(usual) => say(Some(usual)),
            None => text(it.demand.as_ref()),
        },
        time(it.meeting_at),
        time(Some(it.due_at)),
        time(it.answered_at),
        text(it.answer.as_ref()),
        time(it.released_at),
        person(it.released_by.as_ref()),
        text(it.released_words.as_ref()),
    ]
}

fn heads() -> [Names; 17] {
    [
        Names::new("工单编号", "Number"),
        Names::new("等级", "Grade"),
        Names::new("情形", "Why"),
        Names::new("状态", "State"),
        Names::new("事项", "Matter"),
        Names::new("承办单位", "Lead unit"),
        Names::new("责任人", "Answers for it"),
        Names::new("督办时间", "Imposed"),
        Names::new("由谁列入", "Imposed by"),
        Names::new("督办要求", "Demand"),
        Names::new("约谈时间", "Meeting"),
        Names::new("反馈时限", "Answer due"),
        Names::new("反馈时间", "Answered"),
        Names::new("反馈内容", "Answer"),
        Names::new("解除时间", "Released"),
        Names::new("由谁解除", "Released by"),
        Names::new("解除意见", "Why released"),
    ]
}
