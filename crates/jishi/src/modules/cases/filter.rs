//! What a list of cases shows, and in which order. A filter is pushed by a named method, never glued from strings.

use db::Sql;
use kernel::{Code, Cursor, Error, Id, Instant, Level, Page, RegionCode, Result};

use super::about::Matters;
use super::model::{Case, Channel, ClosedHow, Status};
use crate::{
    modules::register::Item,
    platform::{
        access::{Person, Unit},
        words::words,
    },
};

words! {
    /// 工作视图: the lists a desk begins with
    View {
        Undecided "undecided" "待派单" "to dispatch";
        ToSign "to_sign" "待签收" "to sign for";
        ToHandle "to_handle" "办理中" "in hand";
        DueSoon "due_soon" "24 小时内到期" "due within 24 hours";
        Overdue "overdue" "已超期" "overdue";
        Verifying "verifying" "待核实" "awaiting verification";
        MyGrid "my_grid" "我的网格" "my grid";
        Returned "returned" "被退回" "returned";
        Mine "mine" "我经办" "mine";
        Open "open" "未办结" "open";
        Owed "owed" "待答复" "owed an answer";
        Unbegun "unbegun" "尚未动手" "not begun";
        Ended "ended" "已结束" "ended";
    }
}

/// A list's conditions; all of them hold together.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    /// A desk's view.
    pub view: Option<View>,
    /// One status.
    pub status: Option<Status>,
    /// Codes of a matter.
    pub matter: Option<String>,
    /// Codes of matters, groups and classes, one of which it is about.
    pub matters: Option<Matters>,
    /// A place with all in it.
    pub region: Option<RegionCode>,
    /// The thing of the register they are about.
    pub item: Option<Id<Item>>,
    /// The lead unit.
    pub unit: Option<Id<Unit>>,
    /// A number, or words.
    pub text: Option<String>,
    /// The places that each of the words names: what lies there is found by it as well.
    pub named: Vec<Vec<RegionCode>>,
    /// How it came.
    pub channel: Option<Channel>,
    /// Late now, or not.
    pub is_overdue: Option<bool>,
    /// Received then or later.
    pub from: Option<Instant>,
    /// Received before.
    pub before: Option<Instant>,
    /// Ended then or later; the list then goes by when they ended.
    pub ended_from: Option<Instant>,
    /// Ended before.
    pub ended_before: Option<Instant>,
    /// Due then or later.
    pub due_from: Option<Instant>,
    /// Due before.
    pub due_before: Option<Instant>,
    /// Who had the last word.
    pub closed_how: Option<ClosedHow>,
    /// The clock stopped in time, or too late; of what has ended.
    pub is_in_time: Option<bool>,
    /// Sent back at least once by a resident who was not content.
    pub is_redone: Option<bool>,
    /// 中止: the clock stands still now.
    pub is_paused: Option<bool>,
    /// 剔除: does not count in assessments.
    pub is_excluded: Option<bool>,
    /// 督办: watched over now.
    pub is_supervised: Option<bool>,
    /// The present, which "late" and "soon" refer to.
    pub now: Instant,
    /// Who asks, for "mine".
    pub person: Option<Id<Person>>,
    /// 代办: those the asker stands in for, each in the unit whose cases they have.
    pub covers: Vec<(Id<Person>, Id<Unit>)>,
    /// Only those of somebody the asker stands in for, or none of them.
    pub is_covered: Option<bool>,
    /// The asker's units, for what waits to be signed or handled.
    pub units: Vec<Id<Unit>>,
}

impl CaseFilter {
    /// The words looked for, which the index finds; a number of a case is no words.
    pub fn words(&self) -> Option<&str> {
        self.text.as_deref().filter(|text| !is_number(text))
    }

    /// Pushes the conditions behind a `WHERE`, all but the words.
    pub fn push_to(&self, sql: Sql) -> Sql {
        let sql = self.push_view(sql);
        let sql = sql.push_some(self.status, |sql, status| {
            // What is open has an index of its own, and so has what has ended.
            let sql = sql.push(if status.is_open() { " AND c.is_open" } else { " AND NOT c.is_open" });
            sql.push_value(" AND c.status = ", status.as_str())
        });
        let sql = sql.push_some(self.matter.as_ref(), |sql, matter| sql.push_value(" AND c.matter = ", matter));
        let sql = sql.push_some(self.matters.as_ref(), |sql, matters| matters.push_to(sql));
        let sql = sql.push_some(self.region.as_ref(), push_region);
        let sql = sql.push_some(self.item, |sql, item| sql.push_value(" AND c.item = ", item));
        let sql = sql.push_some(self.unit, |sql, unit| sql.push_value(" AND c.lead_unit = ", unit));
        let sql = sql.push_some(self.channel, |sql, channel| sql.push_value(" AND c.channel = ", channel.as_str()));
        // Times and not days: the index of arrival serves them.
        let sql = sql.push_some(self.from, |sql, from| sql.push_value(" AND c.received_at >= ", from));
        let sql = sql.push_some(self.before, |sql, before| sql.push_value(" AND c.received_at < ", before));
        let sql = self.push_times(sql);
        let sql = sql.push_some(self.closed_how, |sql, how| sql.push_value(" AND c.closed_how = ", how.as_str()));
        let sql = match self.is_redone {
            Some(true) => sql.push(" AND c.redos > 0"),
            Some(false) => sql.push(" AND c.redos = 0"),
            None => sql,
        };
        let sql = match self.is_paused {
            Some(true) => sql.push(" AND c.paused_until IS NOT NULL"),
            Some(false) => sql.push(" AND c.paused_until IS NULL"),
            None => sql,
        };
        let sql = match self.is_supervised {
            Some(true) => sql.push(" AND c.supervised IS NOT NULL"),
            Some(false) => sql.push(" AND c.supervised IS NULL"),
            None => sql,
        };
        let sql = match self.is_excluded {
            Some(true) => sql.push(" AND c.excluded IS NOT NULL"),
            Some(false) => sql.push(" AND c.excluded IS NULL"),
            None => sql,
        };
        let sql = sql.push_some(self.text.as_deref().filter(|text| is_number(text)), push_number);
        let sql = match self.is_covered {
            Some(true) => self.push_covers(sql.push(" AND (FALSE")).push(")"),
            Some(false) => sql.push_value(" AND c.handler = ", self.person),
            None => sql,
        };
        match self.is_overdue {
            Some(true) => self.push_late(sql),
            Some(false) => {
                sql.push_value(" AND (c.due_at >= ", self.now).push(" OR NOT c.is_open OR c.status = 'verifying')")
            }
            None => sql,
        }
    }

    /// When it ended, and when it was due. What ended is in an index of its own.
    fn push_times(&self, sql: Sql) -> Sql {
        let sql = sql.push(if self.asks_when_ended() { " AND NOT c.is_open" } else { "" });
        let sql = sql.push_some(self.ended_from, |sql, at| sql.push_value(" AND c.ended_at >= ", at));
        let sql = sql.push_some(self.ended_before, |sql, at| sql.push_value(" AND c.ended_at < ", at));
        let sql = sql.push_some(self.due_from, |sql, at| sql.push_value(" AND c.due_at >= ", at));
        let sql = sql.push_some(self.due_before, |sql, at| sql.push_value(" AND c.due_at < ", at));
        // The handler's clock stops with the result; the resident's word may come later.
        match self.is_in_time {
            Some(true) => sql.push(" AND NOT c.is_open AND coalesce(c.result_at, c.ended_at) <= c.due_at"),
            Some(false) => sql.push(" AND NOT c.is_open AND coalesce(c.result_at, c.ended_at) > c.due_at"),
            None => sql,
        }
    }

    /// Whether a condition is about what the index of words has no mark for.
    pub fn asks_the_row(&self) -> bool {
        self.asks_when_ended()
            || self.due_from.is_some()
            || self.due_before.is_some()
            || self.closed_how.is_some()
            || self.is_in_time.is_some()
            || self.is_redone.is_some()
            || self.is_paused.is_some()
            || self.is_excluded.is_some()
            || self.is_supervised.is_some()
            || self.is_covered.is_some()
    }

    fn asks_when_ended(&self) -> bool {
        self.ended_from.is_some() || self.ended_before.is_some()
    }

    fn push_view(&self, sql: Sql) -> Sql {
        match self.view {
            None => sql,
            Some(View::Undecided) => sql.push(" AND c.is_open AND c.status = 'received'"),
            Some(View::Returned) => sql.push(" AND c.is_open AND c.status = 'received' AND c.returns > 0"),
            // Only the lead signs; assistants see the case once work on it has begun.
            Some(View::ToSign) => sql
                .push(" AND c.is_open AND c.status = 'dispatched'")
                .push_list(" AND c.lead_unit IN", self.units.iter().copied()),
            Some(View::ToHandle) => {
                self.push_units(sql.push(" AND c.is_open AND c.status IN ('signed', 'working', 'parked')"))
            }
            Some(View::DueSoon) => sql
                .push_value(" AND c.is_open AND c.status <> 'verifying' AND c.due_at >= ", self.now)
                .push_value(" AND c.due_at < ", self.now.plus_hours(24)),
            Some(View::Overdue) => self.push_late(sql),
            Some(View::Owed) => sql.push(" AND c.is_open AND c.status <> 'verifying'"),
            Some(View::Unbegun) => sql.push(" AND c.is_open AND c.status IN ('received', 'dispatched')"),
            Some(View::Verifying) => sql.push(" AND c.is_open AND c.status = 'verifying'"),
            Some(View::Mine) => {
                let sql = sql.push(" AND c.is_open").push_value(" AND (c.handler = ", self.person);
                self.push_covers(sql).push(")")
            }
            Some(View::MyGrid | View::Open) => sql.push(" AND c.is_open"),
            Some(View::Ended) => sql.push(" AND NOT c.is_open"),
        }
    }

    /// What somebody has whom the asker stands in for.
    fn push_covers(&self, sql: Sql) -> Sql {
        self.covers.iter().fold(sql, |sql, (person, unit)| {
            sql.push_value(" OR (c.handler = ", *person).push_value(" AND c.lead_unit = ", *unit).push(")")
        })
    }

    /// What the asker's own units were given, as lead or as assistant.
    fn push_units(&self, sql: Sql) -> Sql {
        let sql = sql.push_list(" AND (c.lead_unit IN", self.units.iter().copied());
        // Row by row and not `IN`: PostgreSQL would read all that the units have before the first row.
        sql.push_list(
            " OR EXISTS (SELECT 1 FROM assignments a WHERE a.case_id = c.id AND a.is_open AND a.unit IN",
            self.units.iter().copied(),
        )
        .push("))")
    }

    /// Late: open, no result filed, past due.
    fn push_late(&self, sql: Sql) -> Sql {
        sql.push_value(" AND c.is_open AND c.status <> 'verifying' AND c.due_at < ", self.now)
    }

    /// Open lists go by deadline, those of an end by it, others by arrival.
    pub fn order(&self) -> Order {
        if self.asks_when_ended() {
            return Order::Ended;
        }
        let open_view = self.view.is_some_and(|view| view != View::Ended);
        if open_view || self.is_overdue == Some(true) || self.status.is_some_and(Status::is_open) {
            Order::Deadline
        } else {
            Order::Newest
        }
    }
}

/// `column = ` of a level of place; a scope or a filter is equality on its level.
pub(super) fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(c.city, 1, 2) = ",
        Level::City => "c.city = ",
        Level::County => "c.county = ",
        Level::Township => "c.township = ",
        Level::Village => "c.village = ",
        Level::Grid => "c.grid = ",
        Level::MicroGrid => "c.micro_grid = ",
    }
}

fn push_region(sql: Sql, region: &RegionCode) -> Sql {
    sql.push(" AND ").push_value(column_is(region.level()), region)
}

/// Whether `text` is the number of a case or its beginning: digits, and enough of them to be no house.
fn is_number(text: &str) -> bool {
    let is_one = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    is_one && text.starts_with(|c: char| c.is_ascii_digit()) && (text.contains('-') || text.len() >= COUNTY_DIGITS)
}

/// Numbers of cases begin with the code of their county.
const COUNTY_DIGITS: usize = 6;

/// A number is looked up by its beginning through its index; so is one that a case came with from elsewhere.
fn push_number(sql: Sql, text: &str) -> Sql {
    let end = format!("{text}~");
    sql.push_value(" AND ((c.number >= ", text)
        .push_value(" AND c.number < ", end.clone())
        .push(") OR c.id IN (SELECT r.case_id FROM case_aliases o JOIN reports r ON r.id = o.report")
        .push_value(" WHERE o.number >= ", text)
        .push_value(" AND o.number < ", end)
        .push("))")
}

/// In which order a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The soonest deadline first.
    Deadline,
    /// The newest first.
    Newest,
    /// What ended last first.
    Ended,
}

impl Order {
    /// Where a page begins: the key of the row before it.
    ///
    /// # Errors
    /// `bad_cursor` when the cursor is another list's.
    pub fn position(page: &Page) -> Result<Option<(i64, Id<Case>)>> {
        let unpacked = page.cursor.as_ref().map(Cursor::unpack).transpose();
        unpacked.map_err(|_| Error::field("cursor", Code::BadCursor))
    }

    /// Adds the condition of a page that begins behind a row.
    pub fn after(self, sql: Sql, (at, id): (i64, Id<Case>)) -> Sql {
        let condition = match self {
            Self::Deadline => " AND (c.due_at, c.id) > (",
            Self::Newest => " AND (c.received_at, c.id) < (",
            Self::Ended => " AND (c.ended_at, c.id) < (",
        };
        sql.push_value(condition, at).push_value(", ", id).push(")")
    }

    /// Selects what the order goes by.
    pub fn key(self) -> &'static str {
        match self {
            Self::Deadline => "SELECT c.due_at AS time, c.id AS id",
            Self::Newest => "SELECT c.received_at AS time, c.id AS id",
            Self::Ended => "SELECT c.ended_at AS time, c.id AS id",
        }
    }

    /// Adds the order alone.
    pub fn whole(self, sql: Sql) -> Sql {
        match self {
            Self::Deadline => sql.push(" ORDER BY c.due_at, c.id"),
            Self::Newest => sql.push(" ORDER BY c.received_at DESC, c.id DESC"),
            Self::Ended => sql.push(" ORDER BY c.ended_at DESC, c.id DESC"),
        }
    }

    /// Adds the order of keys that were found.
    pub fn of_keys(self, sql: Sql) -> Sql {
        match self {
            Self::Deadline => sql.push(" ORDER BY keys.time, keys.id"),
            Self::Newest | Self::Ended => sql.push(" ORDER BY keys.time DESC, keys.id DESC"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_digits_of_a_county_or_a_hyphen() {
        for text in ["140403-261122-48213-7", "140403", "140403-2"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["3号楼", "110", "路灯", "-", "", "１４０４０３", "14040X"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
