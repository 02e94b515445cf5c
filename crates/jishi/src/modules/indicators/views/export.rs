//! The page of indicators, and the rows behind a figure, as files.

use futures::StreamExt;
use kernel::{Lang, Names, Result};
use tokio::sync::mpsc;

use super::{overview::OverviewView, rows::views};
use crate::{
    modules::{
        SharedApp,
        indicators::{
            model::{Mark, RowFilter, Sort},
            store,
        },
    },
    platform::{
        access::Actor,
        book::{Cell, Column},
    },
};

/// Rows whose names are read together.
const CHUNK: usize = 200;

fn columns(heads: &[(&str, &str, u16)], lang: Lang) -> Vec<Column> {
    let column = |(zh, en, width): &(&str, &str, u16)| Column {
        heading: Names::new(*zh, *en).in_lang(lang).to_owned(),
        width: *width,
    };
    heads.iter().map(column).collect()
}

/// The columns of the page of indicators.
pub fn overview_columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("指标", "Indicator", 24),
        ("起", "From", 12),
        ("止", "To", 12),
        ("数值", "Value", 12),
        ("区间下限", "Interval from", 12),
        ("区间上限", "Interval to", 12),
        ("分子", "Numerator", 10),
        ("分母（n）", "Of (n)", 10),
        ("剔除", "Left out", 10),
        ("未回应", "Unanswered", 10),
        ("上一期", "Period before", 12),
        ("同类中位数", "Median of peers", 14),
        ("口径版本", "Version", 10),
        ("说明", "Meaning", 60),
    ];
    columns(&heads, lang)
}

/// The page of indicators as rows.
pub fn overview_rows(view: &OverviewView, lang: Lang) -> Vec<Vec<Cell>> {
    let text = |text: String| Cell::Text(text);
    let mut rows = Vec::new();
    for card in view.groups.iter().flat_map(|group| &group.cards) {
        let sort = card.definition.sort;
        let say = |value: Option<f64>| measured(sort, value);
        let value = &card.value;
        let own = match sort {
            Sort::Rate => value.rate,
            Sort::Count => Some(value.numerator),
            Sort::Duration => value.median_minutes,
        };
        let left_out: i64 = value.left_out.iter().map(|term| term.count).sum();
        rows.push(vec![
            text(card.definition.names.in_lang(lang).to_owned()),
            text(card.period.from.to_string()),
            text(card.period.to.to_string()),
            say(own),
            say(value.low.or(value.low_minutes)),
            say(value.high.or(value.high_minutes)),
            Cell::Real(Some(value.numerator)),
            Cell::Number(value.n),
            Cell::Number(left_out),
            value.unanswered.as_ref().map_or_else(|| text(String::new()), |term| Cell::Number(term.count)),
            say(card.before),
            say(card.peers.as_ref().and_then(|peers| peers.median)),
            text(card.definition.version.to_string()),
            text(card.definition.explain.in_lang(lang).to_owned()),
        ]);
    }
    rows
}

/// A rate in percent, a time in hours to a tenth.
fn measured(sort: Sort, value: Option<f64>) -> Cell {
    match sort {
        Sort::Rate => Cell::Share(value),
        Sort::Count => Cell::Real(value),
        Sort::Duration => Cell::Real(value.map(|minutes| (minutes / 6.0).round() / 10.0)),
    }
}

/// The columns of the rows behind a figure.
pub fn row_columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("工单编号", "Number", 24),
        ("计入日", "Day", 12),
        ("计数项", "Counts as", 36),
        ("事项", "Matter", 24),
        ("地方", "Place", 18),
        ("单位", "Unit", 24),
        ("主要内容", "Summary", 48),
        ("用时（分钟）", "Minutes", 12),
    ];
    columns(&heads, lang)
}

/// Hands the rows behind a figure over in batches, until there are no more or nobody takes them.
pub async fn row_batches(
    app: SharedApp,
    actor: Actor,
    filter: RowFilter,
    lang: Lang,
    out: mpsc::Sender<Vec<Vec<Cell>>>,
) -> Result<()> {
    let mut names = app.db.read().await?;
    let rows = app.db.stream::<Mark>(store::export(&filter)).await?;
    let mut chunks = std::pin::pin!(rows.chunks(CHUNK));
    while let Some(chunk) = chunks.next().await {
        let rows: Vec<Mark> = chunk.into_iter().collect::<Result<_>>()?;
        let cells = views(&mut names, &app, &actor, &rows).await?.into_iter().map(|row| {
            let said = |names: Option<Names>| {
                Cell::Text(names.map(|names| names.in_lang(lang).to_owned()).unwrap_or_default())
            };
            let marks: Vec<&str> = row.marks.iter().map(|names| names.in_lang(lang)).collect();
            vec![
                Cell::Text(row.case.as_ref().map(|case| case.number.clone()).unwrap_or_default()),
                Cell::Text(row.day.to_string()),
                Cell::Text(marks.join(if lang == Lang::Zh { "、" } else { ", " })),
                said(row.matter.map(|matter| matter.names)),
                said(row.place.map(|place| place.names)),
                said(row.unit.map(|unit| unit.names)),
                Cell::Text(row.case.map(|case| case.summary).unwrap_or_default()),
                row.minutes.map_or_else(|| Cell::Text(String::new()), Cell::Number),
            ]
        });
        if out.send(cells.collect()).await.is_err() {
            break;
        }
    }
    Ok(())
}
