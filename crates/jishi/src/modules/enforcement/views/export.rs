//! Lists as files, CSV or workbook: page after page of the list, so that memory stays the same whatever its length.

use kernel::{Instant, Lang, Names, Page, Result};
use tokio::sync::mpsc;

use super::{CaseRow, CheckRow, OfficerView, case_listing, check_listing};
use crate::{
    modules::{
        App, SharedApp,
        enforcement::store::{CaseFilter, CheckFilter},
        regions::Place,
    },
    platform::{
        access::{Actor, Scope},
        book::{Cell, Column},
    },
};

/// Rows read together.
const TOGETHER: i64 = 100;

fn columns(heads: &[(&str, &str, u16)], lang: Lang) -> Vec<Column> {
    let head = |(zh, en, width): &(&str, &str, u16)| {
        let heading = if lang == Lang::Zh { zh } else { en };
        Column { heading: (*heading).to_owned(), width: *width }
    };
    heads.iter().map(head).collect()
}

/// The columns of the list of checks.
pub(in super::super) fn check_columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("检查编号", "Number", 24),
        ("检查时间", "Checked", 17),
        ("乡镇街道", "Township", 18),
        ("地点", "Place", 30),
        ("赋权事项", "Item", 30),
        ("来源", "Source", 14),
        ("结果", "Result", 14),
        ("情况", "Found", 48),
        ("整改期限", "Mend by", 12),
        ("是否超期", "Late", 10),
        ("执法人员", "Officers", 18),
        ("立案编号", "Case", 24),
        ("作废", "Struck", 18),
    ];
    columns(&heads, lang)
}

/// The columns of the list of cases.
pub(in super::super) fn case_columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("案件编号", "Number", 24),
        ("状态", "Status", 16),
        ("结案方式", "Closed how", 14),
        ("赋权事项", "Item", 30),
        ("乡镇街道", "Township", 18),
        ("地点", "Place", 30),
        ("当事人", "Party", 24),
        ("执法人员", "Officers", 18),
        ("立案时间", "Filed", 17),
        ("下一期限", "Next deadline", 17),
        ("期限事项", "Which", 14),
        ("是否超期", "Late", 10),
        ("决定书文号", "Decision", 30),
        ("罚款（元）", "Fine (CNY)", 14),
        ("公示", "Publicity", 14),
    ];
    columns(&heads, lang)
}

fn say(names: &Names, lang: Lang) -> Cell {
    Cell::Text(names.in_lang(lang).to_owned())
}

fn time(app: &App, at: Option<Instant>) -> Cell {
    Cell::Time(at.map(|at| at.zoned(&app.settings.zone).datetime()))
}

fn yes(is: bool, lang: Lang) -> Cell {
    let (zh, en) = if is { ("是", "yes") } else { ("", "") };
    say(&Names::new(zh, en), lang)
}

fn township(place: &Place, lang: Lang) -> Cell {
    Cell::Text(place.township.as_ref().map(|it| it.names.in_lang(lang).to_owned()).unwrap_or_default())
}

fn narrow(place: &Place, lang: Lang) -> Cell {
    let levels = [&place.village, &place.grid];
    let mut parts: Vec<String> = levels.into_iter().flatten().map(|it| it.names.in_lang(lang).to_owned()).collect();
    parts.extend(place.text.clone());
    Cell::Text(parts.join(" "))
}

fn names(officers: &[OfficerView]) -> Cell {
    Cell::Text(officers.iter().map(|officer| officer.person.name.as_str()).collect::<Vec<_>>().join("、"))
}

fn check_cells(app: &App, row: &CheckRow, lang: Lang) -> Vec<Cell> {
    vec![
        Cell::Text(row.number.clone()),
        time(app, Some(row.checked_at)),
        township(&row.place, lang),
        narrow(&row.place, lang),
        say(&row.item.names, lang),
        say(&row.source.names(), lang),
        say(&row.result.names(), lang),
        Cell::Text(row.words.clone()),
        Cell::Text(row.mend_by.map(|day| day.to_string()).unwrap_or_default()),
        yes(row.is_late, lang),
        names(&row.officers),
        Cell::Text(row.case.as_ref().map(|case| case.number.clone()).unwrap_or_default()),
        Cell::Text(row.struck.clone().unwrap_or_default()),
    ]
}

fn case_cells(app: &App, row: &CaseRow, lang: Lang) -> Vec<Cell> {
    let some = |names: Option<Names>| names.map_or_else(|| Cell::Text(String::new()), |names| say(&names, lang));
    vec![
        Cell::Text(row.number.clone()),
        say(&row.status.names(), lang),
        some(row.closed_how.map(|how| how.names())),
        say(&row.item.names, lang),
        township(&row.place, lang),
        narrow(&row.place, lang),
        Cell::Text(row.party.shown.clone()),
        names(&row.officers),
        time(app, Some(row.filed_at)),
        time(app, row.due_at),
        some(row.due_what.map(|what| what.names())),
        yes(row.is_late, lang),
        Cell::Text(row.decision.clone().unwrap_or_default()),
        Cell::Text(row.fine_fen.map(crate::modules::enforcement::paper::yuan).unwrap_or_default()),
        say(&row.publicity.names(), lang),
    ]
}

/// Hands the checks of a list over in batches.
///
/// # Errors
/// `internal` when the database fails.
pub(in super::super) async fn write_checks(
    app: SharedApp,
    (actor, scope, filter): (Actor, Scope, CheckFilter),
    lang: Lang,
    out: mpsc::Sender<Vec<Vec<Cell>>>,
) -> Result<()> {
    let mut page = Some(Page { limit: TOGETHER, cursor: None });
    while let Some(current) = page.take() {
        let mut db = app.db.read().await?;
        let listing = check_listing(&mut db, &app, &actor, (&scope, &filter), &current).await?;
        let cells = listing.rows.iter().map(|row| check_cells(&app, row, lang)).collect();
        if out.send(cells).await.is_err() {
            return Ok(()); // the reader has gone
        }
        page = listing.next.map(|next| Page::parse(Some(TOGETHER), Some(&next))).transpose()?;
    }
    Ok(())
}

/// Hands the cases of a list over in batches.
///
/// # Errors
/// `internal` when the database fails.
pub(in super::super) async fn write_cases(
    app: SharedApp,
    (scope, filter): (Scope, CaseFilter),
    lang: Lang,
    out: mpsc::Sender<Vec<Vec<Cell>>>,
) -> Result<()> {
    let mut page = Some(Page { limit: TOGETHER, cursor: None });
    while let Some(current) = page.take() {
        let mut db = app.db.read().await?;
        let listing = case_listing(&mut db, &app, (&scope, &filter), &current).await?;
        let cells = listing.rows.iter().map(|row| case_cells(&app, row, lang)).collect();
        if out.send(cells).await.is_err() {
            return Ok(()); // the reader has gone
        }
        page = listing.next.map(|next| Page::parse(Some(TOGETHER), Some(&next))).transpose()?;
    }
    Ok(())
}
