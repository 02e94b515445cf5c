//! 迁入工作簿: the one workbook a county brings when it moves in, and brings again when something changed.
//!
//! Words: a *sheet* 工作表 is one table of it (units, grids, groups, party organisations, staff, linked cadres); an
//! *import* 导入 is one workbook brought in, kept with what it changed so that it can be undone.
//!
//! Must hold: a workbook is brought in whole or not at all; a rehearsal says what the real thing would, because it is the
//! same code in a transaction that is undone; what a workbook does not mention stays as it is. Places and units are the
//! system administrator's to bring, people and posts the security administrator's: each brings in the same workbook, and
//! what is the other's is left to them.

mod actions;
pub mod http;
mod model;
mod names;
mod read;
mod sheets;
mod store;
mod template;

pub use actions::{Bringer, import};
pub use model::{CellError, Imported, SheetReport};
pub use sheets::SHEETS;
pub use template::template;
