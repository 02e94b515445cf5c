//! The workbook to fill in: a page of instructions with examples, then the empty sheets.

use kernel::{Error, Lang, Result};
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError};

use super::sheets::{Choices, Column, SHEETS, SheetDef, said};
use crate::{
    modules::{matters::DutyName, regions},
    platform::{access::Role, sheet::head},
};

/// Rows that lists of choices reach down to.
const ROWS: u32 = 5_000;

fn broken(error: XlsxError) -> Error {
    Error::internal(error.to_string())
}

/// The empty workbook in a language, with the duties that may be chosen.
///
/// # Errors
/// `internal` when it cannot be written.
pub fn template(duties: &[DutyName], lang: Lang) -> Result<Vec<u8>> {
    let choices = Lists::new(duties, lang);
    let mut book = Workbook::new();
    let head = head();
    instructions(book.add_worksheet(), lang, &head).map_err(broken)?;
    for sheet in &SHEETS {
        empty(book.add_worksheet(), sheet, lang, &head, &choices).map_err(broken)?;
    }
    choices.write(book.add_worksheet(), lang).map_err(broken)?;
    book.save_to_buffer().map_err(broken)
}

/// What may be chosen, on a sheet of its own: a list inside a cell's rule may have 255 characters only.
struct Lists {
    duties: Vec<String>,
    roles: Vec<String>,
}

impl Lists {
    fn new(duties: &[DutyName], lang: Lang) -> Self {
        let mut duties: Vec<&DutyName> = duties.iter().filter(|duty| duty.code != "party_organisation").collect();
        // As people look for them: what every place has first, the others by how they are read.
        duties.sort_by_cached_key(|duty| (duty.code != "government", regions::pinyin(duty.names.in_lang(lang))));
        Self {
            duties: duties.into_iter().map(|duty| duty.names.in_lang(lang).to_owned()).collect(),
            roles: Role::ALL.into_iter().map(|role| role.names().in_lang(lang).to_owned()).collect(),
        }
    }

    fn name(lang: Lang) -> &'static str {
        if lang == Lang::Zh { "选项" } else { "Choices" }
    }

    fn write(&self, sheet: &mut Worksheet, lang: Lang) -> Result<(), XlsxError> {
        sheet.set_name(Self::name(lang))?;
        sheet.set_column_width(0, 30)?.set_column_width(1, 30)?;
        for (column, list) in [(0, &self.duties), (1, &self.roles)] {
            for (row, text) in (0..).zip(list) {
                sheet.write_string(row, column, text)?;
            }
        }
        Ok(())
    }

    /// The rule of a column, if it has one.
    fn rule(&self, choices: Choices, lang: Lang) -> Result<Option<DataValidation>, XlsxError> {
        let list = |column: &str, list: &Vec<String>| {
            let formula = format!("='{}'!${column}$1:${column}${}", Self::name(lang), list.len().max(1));
            DataValidation::new().allow_list_formula(formula.as_str().into())
        };
        Ok(match choices {
            Choices::Free => None,
            Choices::Duties => Some(list("A", &self.duties)),
            Choices::Roles => Some(list("B", &self.roles)),
            Choices::GridKinds => {
                let kinds = if lang == Lang::Zh {
                    ["普通网格", "专属网格"]
                } else {
                    ["ordinary grid", "dedicated grid"]
                };
                Some(DataValidation::new().allow_list_strings(&kinds)?)
            }
        })
    }
}

fn heading(column: &Column, lang: Lang) -> String {
    format!("{}{}", said(&column.name, lang), if column.needed { " *" } else { "" })
}

fn instructions(sheet: &mut Worksheet, lang: Lang, head: &Format) -> Result<(), XlsxError> {
    let (title, how, heads) = if lang == Lang::Zh {
        (
            "填写说明",
            [
                "一份工作簿带齐一个县（区）的网格、小组、单位、党组织、人员和包联关系。带 * 的列必填，其余可以不填。",
                "先上传检查，不写入任何内容：每一处错误都会指出在哪张表的哪个单元格。全部正确才会整体写入，写入后可以撤销。",
                "以后修改后再次上传，只改变有差别的内容；表里没有写到的保持原样。地方和单位由系统管理员导入，人员和岗位由安全管理员导入，用同一份工作簿。",
                "不要改动列名；不需要的表可以空着或删除。不要写居民的个人信息。",
            ],
            ["工作表", "列", "怎么填", "举例"],
        )
    } else {
        (
            "Instructions",
            [
                "One workbook holds a county's grids, groups, units, Party organisations, staff and linked cadres. Columns with * are needed; the others may be empty.",
                "Upload it for a check first, which writes nothing: every mistake is told by sheet and cell. Only when all is right it is written, all of it at once; it can be undone.",
                "Uploaded again with changes, it changes only what differs; what is not in it stays. The system administrator brings in places and units, the security administrator people and posts, with the same workbook.",
                "Keep the headings; sheets you do not need may stay empty or go. Write nothing about residents here.",
            ],
            ["Sheet", "Column", "What to write", "Example"],
        )
    };
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let strong = Format::new().set_bold().set_font_size(16);
    sheet.set_name(title)?;
    for (column, width) in [(0, 20.0), (1, 18.0), (2, 60.0), (3, 28.0)] {
        sheet.set_column_width(column, width)?;
    }
    sheet.write_string_with_format(0, 0, title, &strong)?;
    let mut row = 1;
    for line in how {
        sheet.merge_range(row, 0, row, 3, line, &wrap)?;
        sheet.set_row_height(row, if lang == Lang::Zh { 34 } else { 48 })?;
        row += 1;
    }
    row += 1;
    for (column, text) in (0..).zip(heads) {
        sheet.write_string_with_format(row, column, text, head)?;
    }
    for def in &SHEETS {
        row += 1;
        sheet.write_string_with_format(row, 0, said(&def.name, lang), &Format::new().set_bold())?;
        sheet.merge_range(row, 1, row, 3, said(&def.about, lang), &wrap)?;
        sheet.set_row_height(row, if lang == Lang::Zh { 34 } else { 48 })?;
        for column in def.columns {
            row += 1;
            sheet.write_string(row, 1, heading(column, lang))?;
            sheet.write_string_with_format(row, 2, said(&column.help, lang), &wrap)?;
            sheet.write_string(row, 3, said(&column.example, lang))?;
        }
    }
    Ok(())
}

fn empty(sheet: &mut Worksheet, def: &SheetDef, lang: Lang, head: &Format, lists: &Lists) -> Result<(), XlsxError> {
    sheet.set_name(said(&def.name, lang))?;
    sheet.set_freeze_panes(1, 0)?;
    // Codes and telephone numbers are text: as numbers they lose zeros, or digits.
    let plain = Format::new().set_num_format("@");
    for (index, column) in (0..).zip(def.columns) {
        sheet.set_column_format(index, &plain)?;
        sheet.set_column_width(index, 22)?;
        sheet.write_string_with_format(0, index, heading(column, lang), head)?;
        let note = format!("{}\n{}", said(&column.help, lang), said(&column.example, lang));
        if !note.trim().is_empty() {
            sheet.insert_note(0, index, &Note::new(note.trim()).set_author("Jishi").add_author_prefix(false))?;
        }
        if let Some(rule) = lists.rule(column.choices, lang)? {
            sheet.add_data_validation(1, index, ROWS, index, &rule)?;
        }
    }
    Ok(())
}
