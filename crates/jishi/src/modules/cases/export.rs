//! A list as a file, CSV or workbook, streamed: constant memory whatever its length.

use futures::StreamExt;
use kernel::{Id, Instant, Lang, Level, Names, Result};
use tokio::sync::mpsc;

use super::{filter::CaseFilter, model::Case, shapes::CaseRow, store, views};
use crate::{
    modules::{SharedApp, register},
    platform::{
        access::Scope,
        book::{Cell, Column},
    },
};

/// Rows whose names are read together.
const CHUNK: usize = 200;
/// How wide the columns are in a workbook, in characters.
const WIDTHS: [u16; 18] = [24, 10, 14, 8, 12, 24, 24, 48, 8, 12, 18, 18, 16, 24, 17, 17, 17, 24];

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
    scope: Scope,
    filter: CaseFilter,
    lang: Lang,
    out: mpsc::Sender<Vec<Vec<Cell>>>,
) -> Result<()> {
    let sql = store::export(app.db.backend(), &scope, &filter);
    let mut names = app.db.read().await?;
    let cases = app.db.stream::<Case>(sql).await?;
    let mut chunks = std::pin::pin!(cases.chunks(CHUNK));
    while let Some(chunk) = chunks.next().await {
        let cases: Vec<Case> = chunk.into_iter().collect::<Result<_>>()?;
        let rows = views::rows(&mut names, &app, &cases).await?;
        let ids: Vec<Id<Case>> = cases.iter().map(|case| case.id).collect();
        let came_as = store::alias_numbers(&mut names, &ids).await?;
        let records = rows.iter().map(|row| record(&app, row, came_as.get(&row.id), lang)).collect();
        if out.send(records).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn record(app: &SharedApp, row: &CaseRow, came_as: Option<&Vec<String>>, lang: Lang) -> Vec<Cell> {
    let say = |names: Names| Cell::Text(names.in_lang(lang).to_owned());
    let named =
        |names: Option<&Names>| Cell::Text(names.map(|names| names.in_lang(lang).to_owned()).unwrap_or_default());
    let place = |level: Level| {
        let region = match level {
            Level::County => &row.place.county,
            Level::Township => &row.place.township,
            Level::Village => &row.place.village,
            _ => &row.place.grid,
        };
        named(region.as_ref().map(|region| &region.names))
    };
    let time = |at: Option<Instant>| Cell::Time(at.map(|at| at.zoned(&app.settings.zone).datetime()));
    vec![
        Cell::Text(row.number.clone()),
        say(row.status.names()),
        row.closed_how.map_or_else(|| Cell::Text(String::new()), |how| say(how.names())),
        say(row.urgency.names()),
        say(row.channel.names()),
        Cell::Text(came_as.map(|numbers| numbers.join(" ")).unwrap_or_default()),
        named(row.matter.as_ref().map(|matter| &matter.names)),
        Cell::Text(row.summary.clone()),
        Cell::Number(row.report_count),
        place(Level::County),
        place(Level::Township),
        place(Level::Village),
        place(Level::Grid),
        named(row.lead_unit.as_ref().map(|unit| &unit.names)),
        time(Some(row.received_at)),
        time(row.due_at),
        time(row.closed_at),
        named(row.item.as_ref().map(register::label).as_ref()),
    ]
}

/// What the columns are called.
fn heads() -> [Names; 18] {
    [
        Names::new("工单编号", "Number"),
        Names::new("状态", "Status"),
        Names::new("办结方式", "Closed how"),
        Names::new("紧急程度", "Urgency"),
        Names::new("来源渠道", "Came by"),
        Names::new("来源编号", "Number at its source"),
        Names::new("事项", "Matter"),
        Names::new("主要内容", "Summary"),
        Names::new("反映件数", "Reports"),
        Names::new("县区", "County"),
        Names::new("乡镇街道", "Township"),
        Names::new("村社区", "Village"),
        Names::new("网格", "Grid"),
        Names::new("承办单位", "Lead unit"),
        Names::new("收到时间", "Received"),
        Names::new("到期时间", "Due"),
        Names::new("办结时间", "Ended"),
        Names::new("台账条目", "Thing of the register"),
    ]
}
