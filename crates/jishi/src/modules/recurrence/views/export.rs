//! Topics as a file.

use kernel::{Lang, Page, Result};

use super::{TopicRow, listing};
use crate::{
    modules::{SharedApp, recurrence::store, register},
    platform::{access::Actor, sheet::Sheet},
};

/// Rows of a page of an export.
const TOGETHER: i64 = 100;

/// All topics of a list as a sheet.
pub(in super::super) async fn write(
    app: SharedApp,
    actor: Actor,
    filter: store::Filter,
    lang: Lang,
    mut sheet: Sheet,
) -> Result<Sheet> {
    sheet.line(&heads(lang)).await;
    let mut page = Some(Page { limit: TOGETHER, cursor: None });
    while let Some(current) = page.take() {
        let mut db = app.db.read().await?;
        let listing = listing(&mut db, &app, &actor, &filter, &current).await?;
        drop(db);
        for row in &listing.rows {
            if !sheet.line(&cells(row, lang).each_ref().map(String::as_str)).await {
                return Ok(sheet); // the reader has gone
            }
        }
        page = listing.next.map(|next| Page::parse(Some(TOGETHER), Some(&next))).transpose()?;
    }
    Ok(sheet)
}

fn heads(lang: Lang) -> [&'static str; 12] {
    if lang == Lang::Zh {
        [
            "事项",
            "台账物品",
            "地点",
            "状态",
            "起算日期",
            "件数",
            "结束后件数",
            "责任单位",
            "责任人",
            "目标",
            "完成期限",
            "每月一题",
        ]
    } else {
        [
            "Matter",
            "Thing",
            "Place",
            "State",
            "Since",
            "Cases",
            "Cases after its end",
            "Unit",
            "Answers for it",
            "Goal",
            "Due",
            "Topic of the month",
        ]
    }
}

fn cells(row: &TopicRow, lang: Lang) -> [String; 12] {
    let place: Vec<&str> = row.place.iter().map(|region| region.names.in_lang(lang)).collect();
    [
        row.matter.names.in_lang(lang).to_owned(),
        row.item.as_ref().map_or_else(String::new, |item| register::label(item).in_lang(lang).to_owned()),
        place.join(" "),
        row.state.names().in_lang(lang).to_owned(),
        row.since.to_string(),
        row.found.to_string(),
        row.after.to_string(),
        row.unit.as_ref().map_or_else(String::new, |unit| unit.names.in_lang(lang).to_owned()),
        row.person.as_ref().map_or_else(String::new, |person| person.name.clone()),
        row.goal.clone().unwrap_or_default(),
        row.due_on.map(|day| day.to_string()).unwrap_or_default(),
        row.month.clone().unwrap_or_default(),
    ]
}
