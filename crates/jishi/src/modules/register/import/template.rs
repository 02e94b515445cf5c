//! The workbook to fill in: instructions, then an empty sheet with the columns of a kind, or of all.

use kernel::{Error, Lang, Result};
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError};

use super::columns::{COLUMNS, heading};
use crate::{
    modules::register::{
        model::{Field, FieldType, ItemKind},
        shelf::Kinds,
    },
    platform::sheet::head,
};

/// Rows that lists of choices reach down to.
const ROWS: u32 = 5_000;

fn said<'t>(texts: &[&'t str; 2], lang: Lang) -> &'t str {
    if lang == Lang::Zh { texts[0] } else { texts[1] }
}

/// The empty workbook of a kind, in a language. The sheet to fill in comes first: it is the one that is read.
///
/// # Errors
/// `internal` when it cannot be written.
pub fn template(kinds: &Kinds, kind: &ItemKind, lang: Lang) -> Result<Vec<u8>> {
    let write = || {
        let mut book = Workbook::new();
        fill_in(book.add_worksheet(), kind, lang)?;
        explain(book.add_worksheet(), kinds, kind, lang)?;
        book.save_to_buffer()
    };
    write().map_err(|error: XlsxError| Error::internal(error.to_string()))
}

fn fill_in(sheet: &mut Worksheet, kind: &ItemKind, lang: Lang) -> Result<(), XlsxError> {
    // Numbers are text: as numbers they lose zeros, or digits.
    let (plain, head) = (Format::new().set_num_format("@"), head());
    sheet.set_name(kind.names.in_lang(lang))?;
    sheet.set_freeze_panes(1, 0)?;
    let mut at = 0;
    for column in &COLUMNS {
        let star = if column.needed { " *" } else { "" };
        sheet.set_column_format(at, &plain)?.set_column_width(at, 16)?;
        sheet.write_string_with_format(0, at, format!("{}{star}", said(&column.name, lang)), &head)?;
        let note = said(&column.help, lang);
        if !note.is_empty() {
            sheet.insert_note(0, at, &Note::new(note).set_author("Jishi").add_author_prefix(false))?;
        }
        if column.key == "kind" {
            let rule = DataValidation::new().allow_list_strings(&[kind.names.in_lang(lang)])?;
            sheet.add_data_validation(1, at, ROWS, at, &rule)?;
        }
        at += 1;
    }
    for field in &kind.fields {
        sheet.set_column_format(at, &plain)?.set_column_width(at, 16)?;
        sheet.write_string_with_format(0, at, heading(field, lang), &head)?;
        if let Some(rule) = choices(field, lang)? {
            sheet.add_data_validation(1, at, ROWS, at, &rule)?;
        }
        at += 1;
    }
    Ok(())
}

fn choices(field: &Field, lang: Lang) -> Result<Option<DataValidation>, XlsxError> {
    let names: Vec<&str> = match field.sort {
        FieldType::YesNo if lang == Lang::Zh => vec!["是", "否"],
        FieldType::YesNo => vec!["Yes", "No"],
        FieldType::Choice => field.choices.iter().map(|choice| choice.names.in_lang(lang)).collect(),
        FieldType::Text | FieldType::Number | FieldType::Date => return Ok(None),
    };
    // A rule holds 255 characters; a longer list is written by hand and told when it is wrong.
    if names.iter().map(|name| name.chars().count() + 1).sum::<usize>() > 250 {
        return Ok(None);
    }
    DataValidation::new().allow_list_strings(&names).map(Some)
}

fn explain(sheet: &mut Worksheet, kinds: &Kinds, kind: &ItemKind, lang: Lang) -> Result<(), XlsxError> {
    let (title, how) = if lang == Lang::Zh {
        (
            "填写说明",
            [
                "一行一件东西。带 * 的列必填。先上传检查，不写入任何内容：每一处错误都会指出在哪一行哪一列。",
                "全部正确才会整体写入。以后修改后再次上传，只改变有差别的内容；空着的格子保持原样。",
                "后面几列是这类东西的情况，填了就要写明来源。不要写居民的个人信息。",
            ],
        )
    } else {
        (
            "Instructions",
            [
                "One thing a row. Columns with * are needed. Upload it for a check first, which writes nothing: every mistake is told by line and column.",
                "Only when all is right it is written, all of it at once. Uploaded again it changes only what differs; empty cells leave things as they are.",
                "The last columns are what is known of such a thing; with them, say where it is known from. Write nothing about residents.",
            ],
        )
    };
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_name(title)?;
    for (column, width) in [(0, 22.0), (1, 60.0), (2, 28.0)] {
        sheet.set_column_width(column, width)?;
    }
    for (row, line) in (0..).zip(how) {
        sheet.merge_range(row, 0, row, 2, line, &wrap)?;
        sheet.set_row_height(row, 34)?;
    }
    let mut row = 4;
    for column in &COLUMNS {
        let example = if column.key == "kind" { kind.names.in_lang(lang) } else { said(&column.example, lang) };
        sheet.write_string(row, 0, said(&column.name, lang))?;
        sheet.write_string_with_format(row, 1, said(&column.help, lang), &wrap)?;
        sheet.write_string(row, 2, example)?;
        row += 1;
    }
    for field in &kind.fields {
        sheet.write_string(row, 0, heading(field, lang))?;
        let names: Vec<&str> = field.choices.iter().map(|choice| choice.names.in_lang(lang)).collect();
        sheet.write_string_with_format(row, 1, names.join(if lang == Lang::Zh { "、" } else { ", " }), &wrap)?;
        row += 1;
    }
    let others = kinds.all().map(|kind| kind.names.in_lang(lang)).collect::<Vec<_>>().join("、");
    sheet.write_string(row + 1, 0, if lang == Lang::Zh { "所有类别" } else { "All kinds" })?;
    sheet.write_string_with_format(row + 1, 1, others, &wrap)?;
    Ok(())
}
