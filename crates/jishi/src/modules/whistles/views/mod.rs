//! What pages show of whistles. Units, never persons.

mod export;
mod figures;
mod form;
mod lists;
mod room;

pub(super) use self::{
    export::{call_columns, calls as write_calls, whistle_columns, whistles as write_whistles},
    figures::{FiguresView, figures},
    form::{FormView, form},
    lists::{CallRow, WaitingView, WhistleRow, called, listing, waiting},
    room::{RoomView, room},
};
