//! The list of shares as a file, CSV or workbook, streamed: constant memory whatever its length.

use futures::StreamExt;
use kernel::{Instant, Lang, Names, Result};
use tokio::sync::mpsc;

use super::{
    model::{Share, ShareFilter},
    shapes::ShareRow,
    store,
    views::rows,
};
use crate::{
    modules::{App, SharedApp},
    platform::{
        access::Scope,
        book::{Cell, Column},
    },
};

/// Rows whose names are read together.
const CHUNK: usize = 200;
/// How wide the columns are in a workbook, in characters.
const WIDTHS: [u16; 11] = [24, 24, 20, 24, 24, 12, 48, 17, 17, 17, 8];

/// The columns of the list in a reader's language.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    heads()
        .into_iter()
        .zip(WIDTHS)
        .map(|(names, width)| Column { heading: names.in_lang(lang).to_owned(), width })
        .collect()
}

/// Hands the list over in batches of rows, until there are no more or nobody takes them.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn batches(
    app: SharedApp,
    (scope, filter): (Scope, ShareFilter),
    lang: Lang,
    out: mpsc::Sender<Vec<Vec<Cell>>>,
) -> Result<()> {
    let mut names = app.db.read().await?;
    let mut chunks = std::pin::pin!(app.db.stream::<Share>(store::export(&scope, &filter)).await?.chunks(CHUNK));
    while let Some(chunk) = chunks.next().await {
        let shares: Vec<Share> = chunk.into_iter().collect::<Result<_>>()?;
        let rows = rows(&mut names, &app, None, &shares).await?;
        if out.send(rows.iter().map(|row| record(&app, row, lang)).collect()).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn record(app: &App, row: &ShareRow, lang: Lang) -> Vec<Cell> {
    let say = |names: Names| Cell::Text(names.in_lang(lang).to_owned());
    let named = |names: Option<&Names>| names.map_or_else(|| Cell::Text(String::new()), |names| say(names.clone()));
    let time = |at: Option<Instant>| Cell::Time(at.map(|at| at.zoned(&app.settings.zone).datetime()));
    let share = &row.share;
    let village = row.place.village.as_ref().or(row.place.township.as_ref());
    vec![
        Cell::Text(row.number.clone()),
        named(row.matter.as_ref().map(|matter| &matter.names)),
        named(village.map(|region| &region.names)),
        named(share.lead_unit.as_ref().map(|unit| &unit.names)),
        share.company.clone().map_or_else(|| named(share.unit.as_ref().map(|unit| &unit.names)), Cell::Text),
        say(share.state.names()),
        Cell::Text(share.task.clone()),
        time(Some(share.given_at)),
        time(Some(share.due_at)),
        time(share.answered_at),
        say(if share.is_late { Names::new("是", "Yes") } else { Names::new("否", "No") }),
    ]
}

/// What the columns are called.
fn heads() -> [Names; 11] {
    [
        Names::new("工单编号", "Number"),
        Names::new("事项", "Matter"),
        Names::new("地点", "Place"),
        Names::new("主办单位", "Lead unit"),
        Names::new("协办单位、施工单位", "Unit or contractor"),
        Names::new("状态", "State"),
        Names::new("任务", "Task"),
        Names::new("分工时间", "Given"),
        Names::new("到期时间", "Due"),
        Names::new("答复时间", "Answered"),
        Names::new("超期", "Late"),
    ]
}
