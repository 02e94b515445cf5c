//! Topics as a file.

use kernel::{Lang, Result};

use super::{TopicRow, listing};
use crate::{
    modules::{SharedApp, recurrence::store, register},
    platform::{
        access::Actor,
        book::{self, Cell, Column, Rows},
    },
};

/// The columns of a list of topics.
pub(in super::super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("事项", "Matter", 24),
        ("台账物品", "Thing", 24),
        ("地点", "Place", 30),
        ("状态", "State", 12),
        ("起算日期", "Since", 12),
        ("件数", "Cases", 8),
        ("结束后件数", "Cases after its end", 12),
        ("责任单位", "Unit", 24),
        ("责任人", "Answers for it", 12),
        ("目标", "Goal", 40),
        ("完成期限", "Due", 12),
        ("每月一题", "Topic of the month", 12),
    ];
    book::columns(lang, heads)
}

/// Hands a list of topics over in batches of rows.
pub(in super::super) async fn batches(
    app: SharedApp,
    (actor, filter): (Actor, store::Filter),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, actor, filter) = (&app, &actor, &filter);
        async move {
            let listing = listing(&mut app.db.read().await?, app, actor, filter, &page).await?;
            Ok((listing.rows.iter().map(|row| cells(row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn cells(row: &TopicRow, lang: Lang) -> Vec<Cell> {
    let place: Vec<&str> = row.place.iter().map(|region| region.names.in_lang(lang)).collect();
    vec![
        Cell::called(Some(&row.matter.names), lang),
        Cell::called(row.item.as_ref().map(register::label).as_ref(), lang),
        Cell::Text(place.join(" ")),
        Cell::called(Some(&row.state.names()), lang),
        Cell::Day(Some(row.since)),
        Cell::Number(row.found),
        Cell::Number(row.after),
        Cell::called(row.unit.as_ref().map(|unit| &unit.names), lang),
        Cell::words(row.person.as_ref().map(|person| &person.name)),
        Cell::words(row.goal.as_ref()),
        Cell::Day(row.due_on),
        Cell::words(row.month.as_ref()),
    ]
}
