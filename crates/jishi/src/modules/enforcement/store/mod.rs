//! SQL of the township's enforcement.
//!
//! Lists go along one index: a scope is equality on the column of its level (`enforcement_checks_<level>`,
//! `enforcement_cases_<level>`, `.._status`, `.._due`, `.._publicity`), and the index goes on with the list's order.

mod cases;
mod certificates;
mod checks;
mod papers;
mod party;
mod public;

use db::{FromRow, Row, Sql, Tx, sql};
use kernel::{Level, RegionCode, Result};

pub use self::{
    cases::{
        CaseFilter, CaseView, any_unscoped, case_count, case_page, get_case, insert_case, lock_case,
        of_report_unscoped, save_case, set_officer, version_unscoped, waits_of_unscoped,
    },
    certificates::{CertifiedRow, certificate_unscoped, officers_at, put_certificate},
    checks::{CheckFilter, check_count, check_page, get_check, insert_check, lock_check, mark_rechecked, strike_check},
    papers::{add_paper, add_step, papers_of, steps_of, strike_paper},
    party::{Sealed, accesses_of, add_access, masks_of, put_party, sealed_unscoped, set_party},
    public::{PublicFilter, PublicPenalty, public_count, public_one, public_page, publish, withdraw},
};
use crate::platform::access::Scope;

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// The next number of a sort of document in a township and a year; two who ask at once wait for one another.
pub async fn next_number(tx: &mut Tx, township: &RegionCode, year: i64, sort: &'static str) -> Result<i64> {
    let Number(n) = tx
        .one(sql!(
            "INSERT INTO enforcement_numbers (township, year, sort, last)
             VALUES ($1, $2, $3, 1)
             ON CONFLICT (township, year, sort) DO UPDATE
             SET last = enforcement_numbers.last + 1
             RETURNING last AS n",
            township,
            year,
            sort,
        ))
        .await?;
    Ok(n)
}

/// The column of a level, under the alias `t`.
fn column_is(level: Level) -> &'static str {
    match level {
        Level::Province => "substr(t.city, 1, 2) = ",
        Level::City => "t.city = ",
        Level::County => "t.county = ",
        Level::Township => "t.township = ",
        Level::Village => "t.village = ",
        Level::Grid | Level::MicroGrid => "t.grid = ",
    }
}

/// Adds that a row lies in the scope, and in a place where one is asked for. Where the place lies in the scope it alone is
/// the condition, so that one index serves it.
fn within(sql: Sql, scope: &Scope, region: Option<&RegionCode>) -> Sql {
    let at = |sql: Sql, place: &RegionCode| {
        sql.push_value(column_is(place.level()), place.at(Level::Grid).as_ref().unwrap_or(place))
    };
    if let Some(region) = region {
        let sql = at(sql.push(" AND "), region);
        return if scope.covers(region) { sql } else { inside(sql, scope) };
    }
    match scope.places.as_slice() {
        [only] => at(sql.push(" AND "), only),
        _ => inside(sql, scope),
    }
}

fn inside(sql: Sql, scope: &Scope) -> Sql {
    sql.push(" AND ").push_any(&scope.places, |sql, place| {
        sql.push_value(column_is(place.level()), place.at(Level::Grid).as_ref().unwrap_or(place))
    })
}
