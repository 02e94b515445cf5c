//! What a page shows: definitions, values, trends, the middle of like places, comparisons, the cases behind a figure.

mod compare;
mod definitions;
mod detail;
mod export;
mod overview;
mod peers;
mod rows;
mod value;
mod who;

pub use self::{
    compare::{ComparisonView, comparison},
    definitions::{DefinitionsView, definitions},
    detail::{DetailView, detail},
    export::{overview_columns, overview_rows, row_batches, row_columns},
    overview::{OverviewView, overview},
    rows::{RowQuery, RowView, listing, row_filter},
    who::{Asked, choose},
};
