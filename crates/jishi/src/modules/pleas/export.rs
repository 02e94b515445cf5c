//! The list as a file, streamed.

use futures::StreamExt;
use kernel::{Instant, Lang, Names, Result};
use tokio::sync::mpsc;

use super::{
    model::{Plea, PleaFilter},
    store,
    views::{self, PleaRow},
};
use crate::{
    modules::SharedApp,
    platform::{
        access::{Actor, Scope},
        book::{Cell, Column},
    },
};

/// Rows whose names are read together.
const CHUNK: usize = 200;
const WIDTHS: [u16; 17] = [24, 12, 10, 12, 24, 24, 17, 17, 14, 24, 40, 40, 40, 40, 40, 17, 40];

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
    filter: PleaFilter,
    lang: Lang,
    out: mpsc::Sender<Vec<Vec<Cell>>>,
) -> Result<()> {
    let mut names = app.db.read().await?;
    let pleas = app.db.stream::<Plea>(store::export(&scope, &filter)).await?;
    let mut chunks = std::pin::pin!(pleas.chunks(CHUNK));
    while let Some(chunk) = chunks.next().await {
        let pleas: Vec<Plea> = chunk.into_iter().collect::<Result<_>>()?;
        let rows = views::rows(&mut names, &app, &actor, &pleas).await?;
        if out.send(rows.iter().map(|row| record(&app, row, lang)).collect()).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn record(app: &SharedApp, row: &PleaRow, lang: Lang) -> Vec<Cell> {
    let say = |names: Option<&Names>| Cell::Text(names.map(|names| names.in_lang(lang).to_owned()).unwrap_or_default());
    let text = |text: Option<&String>| Cell::Text(text.cloned().unwrap_or_default());
    let time = |at: Option<Instant>| Cell::Time(at.map(|at| at.zoned(&app.settings.zone).datetime()));
    let plea = &row.plea;
    vec![
        Cell::Text(row.case.number.clone()),
        say(Some(&plea.kind.names())),
        say(Some(&plea.state.names())),
        say(Some(&plea.arbiter.names())),
        say(row.case.matter.as_ref().map(|matter| &matter.names)),
        say(plea.unit.as_ref().map(|unit| &unit.names)),
        time(Some(plea.asked_at)),
        time(Some(plea.decide_by)),
        Cell::Text(plea.until.map(|day| day.to_string()).unwrap_or_default()),
        say(plea.relies_on.as_ref()),
        text(plea.reason.as_ref()),
        text(plea.told.as_ref()),
        text(plea.plan.as_ref()),
        text(plea.first_answer.as_ref()),
        text(plea.appeal.as_ref()),
        time(plea.decided_at),
        text(plea.answer.as_ref()),
    ]
}

fn heads() -> [Names; 17] {
    [
        Names::new("工单编号", "Number"),
        Names::new("申请事项", "Asked for"),
        Names::new("状态", "State"),
        Names::new("裁定层级", "Decided by"),
        Names::new("事项", "Matter"),
        Names::new("申请单位", "Unit"),
        Names::new("申请时间", "Asked at"),
        Names::new("裁定时限", "To be decided by"),
        Names::new("最后一天", "Last day"),
        Names::new("依据", "Relies on"),
        Names::new("理由", "Reason"),
        Names::new("告知群众", "Told to the resident"),
        Names::new("下一步打算", "Plan"),
        Names::new("乡镇裁定意见", "The township's words"),
        Names::new("提请理由", "Why taken higher"),
        Names::new("裁定时间", "Decided at"),
        Names::new("裁定意见", "The arbiter's words"),
    ]
}
