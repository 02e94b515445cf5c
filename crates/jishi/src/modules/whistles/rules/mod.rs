//! What a whistle may be and who may do what with it, decided without a database. Late and missing follow from times.

mod form;
mod sides;
#[cfg(test)]
mod tests;
mod time;

pub use self::{
    form::{GOAL_MAX, PLACE_MAX, TEXT_MAX, WORDS_MAX, check, check_units, optional, required},
    sides::{
        Sides, allowed, allowed_of_call, arrival, may_arrive, may_call, may_compose, may_decide, may_escalate,
        may_file, may_grade, may_rate, may_reply, may_take_arrival_back, may_withdraw,
    },
    time::{Catalogue, KindRule, Limit, Limits, Source, is_reply_late, limits, remind_at, standing},
};
