//! Lists as files.

use kernel::{Lang, Result};

use super::lists::{CallRow, WhistleRow, called, listing};
use crate::{
    modules::{
        App, SharedApp,
        whistles::store::{CallFilter, ListFilter},
    },
    platform::{
        access::Scope,
        book::{self, Cell, Column, Rows},
    },
};

/// The columns of a list of whistles.
pub(in super::super) fn whistle_columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("种类", "Kind", 14),
        ("来源", "Source", 14),
        ("状态", "State", 12),
        ("结果", "Outcome", 14),
        ("目标", "Goal", 40),
        ("地点", "Place", 18),
        ("集合地点", "Meets where", 24),
        ("工单", "Case", 24),
        ("牵头单位", "Lead unit", 24),
        ("吹哨时间", "Raised", 17),
        ("集合时间", "Meets", 17),
        ("结束时间", "Ended", 17),
        ("应到单位", "Called", 10),
        ("到场", "There", 8),
        ("迟到", "Late", 8),
        ("未到", "Absent", 8),
        ("来不了", "Cannot", 8),
        ("已办完", "Done", 8),
    ];
    book::columns(lang, heads)
}

/// Hands a list of whistles over in batches of rows.
pub(in super::super) async fn whistles(
    app: SharedApp,
    (scope, filter): (Scope, ListFilter),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, scope, filter) = (&app, &scope, &filter);
        async move {
            let listing = listing(&mut app.db.read().await?, app, scope, filter, &page).await?;
            Ok((listing.rows.iter().map(|row| whistle(app, row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn whistle(app: &App, row: &WhistleRow, lang: Lang) -> Vec<Cell> {
    let zone = &app.settings.zone;
    let tally = &row.tally;
    vec![
        Cell::called(Some(&row.kind_names), lang),
        Cell::called(Some(&row.source_names), lang),
        Cell::called(Some(&row.state.names()), lang),
        Cell::called(row.outcome.map(|outcome| outcome.names()).as_ref(), lang),
        Cell::Text(row.goal.clone()),
        Cell::called(Some(&row.region.names), lang),
        Cell::words(row.place_text.as_ref()),
        Cell::words(row.case_number.as_ref()),
        Cell::called(Some(&row.lead_unit.names), lang),
        Cell::at(Some(row.raised_at), zone),
        Cell::at(Some(row.meets_at), zone),
        Cell::at(row.ended_at, zone),
        Cell::Number(tally.called),
        Cell::Number(tally.there),
        Cell::Number(tally.late),
        Cell::Number(tally.absent),
        Cell::Number(tally.cannot),
        Cell::Number(tally.done),
    ]
}

/// The columns of a list of calls.
pub(in super::super) fn call_columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("单位", "Unit", 24),
        ("报到情况", "Standing", 12),
        ("种类", "Kind", 14),
        ("目标", "Goal", 40),
        ("乡镇（街道）", "Township", 18),
        ("吹哨时间", "Raised", 17),
        ("集合时间", "Meets", 17),
        ("应哨时限", "Reply due", 17),
        ("应哨时间", "Replied", 17),
        ("到场时限", "Arrival due", 17),
        ("到场时间", "Arrived", 17),
        ("办完时间", "Done", 17),
        ("来不了的理由", "Why it cannot come", 40),
    ];
    book::columns(lang, heads)
}

/// Hands a list of calls over in batches of rows.
pub(in super::super) async fn calls(
    app: SharedApp,
    (scope, filter): (Scope, CallFilter),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, scope, filter) = (&app, &scope, &filter);
        async move {
            let listing = called(&mut app.db.read().await?, app, scope, filter, &page).await?;
            Ok((listing.rows.iter().map(|row| call(app, row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn call(app: &App, row: &CallRow, lang: Lang) -> Vec<Cell> {
    let zone = &app.settings.zone;
    vec![
        Cell::called(Some(&row.unit.names), lang),
        Cell::called(Some(&row.standing.names()), lang),
        Cell::called(Some(&row.kind_names), lang),
        Cell::Text(row.goal.clone()),
        Cell::called(Some(&row.township.names), lang),
        Cell::at(Some(row.raised_at), zone),
        Cell::at(Some(row.meets_at), zone),
        Cell::at(Some(row.reply_due_at), zone),
        Cell::at(row.answered_at, zone),
        Cell::at(Some(row.arrive_due_at), zone),
        Cell::at(row.arrived_at, zone),
        Cell::at(row.done_at, zone),
        Cell::words(row.reason.as_ref()),
    ]
}
