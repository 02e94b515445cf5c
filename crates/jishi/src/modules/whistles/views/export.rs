//! Lists as files.

use kernel::{Instant, Lang, Page, Result};

use super::lists::{called, listing};
use crate::{
    modules::{
        SharedApp,
        whistles::store::{CallFilter, ListFilter},
    },
    platform::{access::Scope, sheet::Sheet},
};

/// Rows of a page of an export.
const TOGETHER: i64 = 100;

fn local(app: &SharedApp, at: Option<Instant>) -> String {
    at.map(|at| at.zoned(&app.settings.zone).strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// A list of whistles as lines of CSV.
pub(in super::super) async fn whistles(
    app: SharedApp,
    scope: Scope,
    filter: ListFilter,
    lang: Lang,
    mut sheet: Sheet,
) -> Result<Sheet> {
    let heads = match lang {
        Lang::Zh => [
            "种类",
            "来源",
            "状态",
            "结果",
            "目标",
            "地点",
            "集合地点",
            "工单",
            "牵头单位",
            "吹哨时间",
            "集合时间",
            "结束时间",
            "应到单位",
            "到场",
            "迟到",
            "未到",
            "来不了",
            "已办完",
        ],
        Lang::En => [
            "Kind",
            "Source",
            "State",
            "Outcome",
            "Goal",
            "Place",
            "Meets where",
            "Case",
            "Lead unit",
            "Raised",
            "Meets",
            "Ended",
            "Called",
            "There",
            "Late",
            "Absent",
            "Cannot",
            "Done",
        ],
    };
    sheet.line(&heads).await;
    let mut page = Some(Page { limit: TOGETHER, cursor: None });
    while let Some(current) = page.take() {
        let mut db = app.db.read().await?;
        let listing = listing(&mut db, &app, &scope, &filter, &current).await?;
        for row in &listing.rows {
            let (state, outcome) = (row.state.names(), row.outcome.map(|outcome| outcome.names()).unwrap_or_default());
            let times = [Some(row.raised_at), Some(row.meets_at), row.ended_at].map(|at| local(&app, at));
            let tally = &row.tally;
            let counts = [tally.called, tally.there, tally.late, tally.absent, tally.cannot, tally.done];
            let counts = counts.map(|count| count.to_string());
            let words = [
                row.kind_names.in_lang(lang),
                row.source_names.in_lang(lang),
                state.in_lang(lang),
                outcome.in_lang(lang),
                row.goal.as_str(),
                row.region.names.in_lang(lang),
                row.place_text.as_deref().unwrap_or_default(),
                row.case_number.as_deref().unwrap_or_default(),
                row.lead_unit.names.in_lang(lang),
            ];
            let cells: Vec<&str> = words.into_iter().chain(times.iter().chain(&counts).map(String::as_str)).collect();
            if !sheet.line(&cells).await {
                return Ok(sheet); // the reader has gone
            }
        }
        page = listing.next.map(|next| Page::parse(Some(TOGETHER), Some(&next))).transpose()?;
    }
    Ok(sheet)
}

/// A list of calls as lines of CSV.
pub(in super::super) async fn calls(
    app: SharedApp,
    scope: Scope,
    filter: CallFilter,
    lang: Lang,
    mut sheet: Sheet,
) -> Result<Sheet> {
    let heads = match lang {
        Lang::Zh => [
            "单位",
            "报到情况",
            "种类",
            "目标",
            "乡镇（街道）",
            "吹哨时间",
            "集合时间",
            "应哨时限",
            "应哨时间",
            "到场时限",
            "到场时间",
            "办完时间",
            "来不了的理由",
        ],
        Lang::En => [
            "Unit",
            "Standing",
            "Kind",
            "Goal",
            "Township",
            "Raised",
            "Meets",
            "Reply due",
            "Replied",
            "Arrival due",
            "Arrived",
            "Done",
            "Why it cannot come",
        ],
    };
    sheet.line(&heads).await;
    let mut page = Some(Page { limit: TOGETHER, cursor: None });
    while let Some(current) = page.take() {
        let mut db = app.db.read().await?;
        let listing = called(&mut db, &app, &scope, &filter, &current).await?;
        for row in &listing.rows {
            let standing = row.standing.names();
            let times = [
                Some(row.raised_at),
                Some(row.meets_at),
                Some(row.reply_due_at),
                row.answered_at,
                Some(row.arrive_due_at),
                row.arrived_at,
                row.done_at,
            ];
            let times = times.map(|at| local(&app, at));
            let words = [
                row.unit.names.in_lang(lang),
                standing.in_lang(lang),
                row.kind_names.in_lang(lang),
                row.goal.as_str(),
                row.township.names.in_lang(lang),
            ];
            let reason = row.reason.as_deref().unwrap_or_default();
            let cells: Vec<&str> = words.into_iter().chain(times.iter().map(String::as_str)).chain([reason]).collect();
            if !sheet.line(&cells).await {
                return Ok(sheet); // the reader has gone
            }
        }
        page = listing.next.map(|next| Page::parse(Some(TOGETHER), Some(&next))).transpose()?;
    }
    Ok(sheet)
}
