//! Files on their way out: answers in the source's own columns and words, and the rows that have mistakes.

use jiff::{fmt::strtime, tz::TimeZone};
use kernel::{Instant, Lang, Level, Names};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{fields::FieldDef, model::Source};
use crate::{
    modules::{cases::Answered, regions::RegionRef},
    platform::{book, mark::Mark, sheet::head, table::Line},
};

/// A workbook with one sheet: a head, then rows of text. Numbers stay text: as numbers they lose zeros, or digits.
///
/// # Errors
/// What cannot be written.
pub fn workbook<'r>(
    (mark, name): (Option<&Mark>, &str),
    headings: &[&str],
    rows: impl IntoIterator<Item = &'r Vec<String>>,
) -> Result<Vec<u8>, XlsxError> {
    let mut file = Workbook::new();
    if let Some(mark) = mark {
        book::sign(&mut file, mark);
    }
    let sheet = file.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    let (plain, head) = (Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top), head());
    for (column, heading) in (0..).zip(headings) {
        sheet.set_column_width(column, 18)?;
        sheet.write_string_with_format(0, column, *heading, &head)?;
    }
    for (row, cells) in (1..).zip(rows) {
        write_row(sheet, row, cells, &plain)?;
    }
    file.save_to_buffer()
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[String], format: &Format) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells) {
        sheet.write_string_with_format(row, column, cell, format)?;
    }
    Ok(())
}

/// The rows that have mistakes, with what is wrong before each.
///
/// # Errors
/// What cannot be written.
pub fn mistakes<'l>(
    head: &Line,
    rows: impl Iterator<Item = (&'l Line, String)>,
    lang: Lang,
) -> Result<Vec<u8>, XlsxError> {
    let (name, first) = if lang == Lang::Zh { ("待改", "错在哪里") } else { ("To mend", "What is wrong") };
    let headings: Vec<&str> = [first].into_iter().chain(head.cells.iter().map(String::as_str)).collect();
    let rows: Vec<Vec<String>> =
        rows.map(|(line, wrong)| [wrong].into_iter().chain(line.cells.iter().cloned()).collect()).collect();
    workbook((None, name), &headings, &rows)
}

/// What stands in a column of an answer, in the source's words.
pub fn cell(source: &Source, zone: &TimeZone, answer: &Answered, field: &FieldDef) -> String {
    let row = &answer.row;
    let yes_no = |is_so: bool| {
        let (word, ours) = if is_so { ("yes", Names::new("是", "Yes")) } else { ("no", Names::new("否", "No")) };
        source.word("yes_no", word, &ours)
    };
    let time = |at: Option<Instant>| at.map(|at| written(source, zone, at)).unwrap_or_default();
    match field.key {
        "number" => answer.number.clone(),
        "case_number" => row.number.clone(),
        "received_at" => time(Some(answer.came_at)),
        "unit" => answer.units.iter().map(Names::zh).collect::<Vec<_>>().join("、"),
        "status" => source.word("status", row.status.as_str(), &row.status.names()),
        "reply" => answer.reply.clone().unwrap_or_default(),
        // What ended without a result was answered in another way, which its status says.
        "outcome" => match answer.outcome {
            Some(outcome) => source.word("outcome", outcome.as_str(), &outcome.names()),
            None if !row.status.is_open() => source.word("status", row.status.as_str(), &row.status.names()),
            None => String::new(),
        },
        "done_at" => time(row.done_at),
        "called_back" => yes_no(answer.verdict.is_some()),
        "contacted" => answer.verdict.and_then(|verdict| verdict.contacted).map(yes_no).unwrap_or_default(),
        "solved" => answer
            .verdict
            .map(|verdict| source.word("solved", verdict.solved.as_str(), &verdict.solved.names()))
            .unwrap_or_default(),
        "satisfied" => answer
            .verdict
            .map(|verdict| source.word("satisfied", verdict.satisfied.as_str(), &verdict.satisfied.names()))
            .unwrap_or_default(),
        key => own(answer, key),
    }
}

/// What came in so goes back so; a place that did not is told as it is known here.
fn own(answer: &Answered, key: &str) -> String {
    if let Some(text) = answer.cells.get(key).and_then(serde_json::Value::as_str) {
        return text.to_owned();
    }
    let place = &answer.row.place;
    let known: Option<&RegionRef> = match key {
        "county" => place.county.as_ref(),
        "township" => place.township.as_ref(),
        "village" => place.village.as_ref(),
        _ => None,
    };
    known.filter(|place| place.level >= Level::County).map(|place| place.names.zh().to_owned()).unwrap_or_default()
}

fn written(source: &Source, zone: &TimeZone, at: Instant) -> String {
    let way = source.times.first().map_or("%Y-%m-%d %H:%M:%S", String::as_str);
    strtime::format(way, &at.zoned(zone)).unwrap_or_else(|_| at.to_string())
}
