//! Cases.

use db::{Backend, Conn, FromRow, Row, Sql, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Instant, Level, Page, RegionCode, Result};

use super::{Number, within};
use crate::{
    modules::{
        cases,
        enforcement::model::{Case, CaseStatus, Officer, PublicityState, Whistle},
    },
    platform::{
        access::{Person, Scope},
        words::words,
    },
};

words! {
    /// 视图: a list of cases by what is to be done.
    CaseView {
        All "all" "全部" "all";
        Mine "mine" "我在办的" "mine, open";
        Due "due" "有期限的" "with a deadline";
        Late "late" "已超期" "late";
        ToReview "to_review" "待审核" "to be reviewed";
        ToDecide "to_decide" "待决定" "to be decided";
        ToPublish "to_publish" "待公示" "to be published";
        ToWithdraw "to_withdraw" "待撤回公示" "to be withdrawn";
    }
}

impl CaseView {
    /// Whether the nearest deadline comes first, instead of the newest case.
    pub fn is_by_deadline(self) -> bool {
        matches!(self, Self::Due | Self::Late)
    }
}

/// What a list of cases is narrowed by; all of it holds together. Never by a party.
#[derive(Clone, Debug)]
pub struct CaseFilter {
    /// Which list.
    pub view: CaseView,
    /// Whose, for one's own.
    pub person: Id<Person>,
    /// What is late is late now.
    pub now: Instant,
    /// In this place or below it.
    pub region: Option<RegionCode>,
    /// In this state.
    pub status: Option<CaseStatus>,
    /// About this item.
    pub item: Option<String>,
    /// That came of this whistle. Served by `enforcement_cases_whistle`.
    pub whistle: Option<Id<Whistle>>,
    /// With this number.
    pub number: Option<String>,
    /// Filed from this moment on.
    pub from: Option<Instant>,
    /// Filed before this moment.
    pub before: Option<Instant>,
}

/// The key of a list: a moment, and the case.
pub type CaseKey = (Instant, Id<Case>);

fn select() -> Sql {
    sql!(
        "SELECT t.id, t.number, t.township, t.village, t.grid, t.place_text, t.thing, t.kept, t.officer, t.certificate,
                t.second, t.second_certificate, t.source, t.check_id, t.report, t.whistle, t.cause, t.party_kind,
                t.party_name, t.filed_at, t.status, t.closed_how, t.closed_at, t.record, t.due_at, t.due_what, t.publicity,
                t.version
         FROM enforcement_cases t
         WHERE TRUE"
    )
}

fn filtered(sql: Sql, scope: &Scope, filter: &CaseFilter) -> Sql {
    let sql = within(sql, scope, filter.region.as_ref());
    let status = |sql: Sql, status: CaseStatus| sql.push_value(" AND t.status = ", status.as_str());
    let publicity = |sql: Sql, state: PublicityState| {
        sql.push(" AND t.publicity <> 'none'").push_value(" AND t.publicity = ", state.as_str())
    };
    let sql = match filter.view {
        CaseView::All => sql,
        CaseView::Mine => {
            let sql = sql.push_value(" AND (t.officer = ", filter.person).push_value(" OR t.second = ", filter.person);
            sql.push(") AND t.status <> 'closed'")
        }
        CaseView::Due => sql.push(" AND t.due_at IS NOT NULL"),
        CaseView::Late => sql.push(" AND t.due_at IS NOT NULL").push_value(" AND t.due_at < ", filter.now),
        CaseView::ToReview => status(sql, CaseStatus::Reviewing),
        CaseView::ToDecide => status(sql, CaseStatus::Reviewed),
        CaseView::ToPublish => publicity(sql, PublicityState::Marked),
        CaseView::ToWithdraw => publicity(sql, PublicityState::Annulled),
    };
    sql.push_some(filter.status, status)
        .push_some(filter.item.as_ref(), |sql, item| sql.push_value(" AND t.item = ", item))
        .push_some(filter.whistle, |sql, whistle| {
            sql.push(" AND t.whistle IS NOT NULL").push_value(" AND t.whistle = ", whistle)
        })
        .push_some(filter.number.as_ref(), |sql, number| sql.push_value(" AND t.number = ", number))
        .push_some(filter.from, |sql, from| sql.push_value(" AND t.filed_at >= ", from))
        .push_some(filter.before, |sql, before| sql.push_value(" AND t.filed_at < ", before))
}

/// A page of cases and one more: the newest first, or the nearest deadline first.
pub async fn case_page(db: &mut Conn, scope: &Scope, filter: &CaseFilter, page: &Page) -> Result<Vec<Case>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<CaseKey>()).transpose()?;
    let sql = filtered(select(), scope, filter);
    let by_deadline = filter.view.is_by_deadline();
    let (behind, order) = if by_deadline {
        (" AND (t.due_at, t.id) > (", " ORDER BY t.due_at, t.id LIMIT ")
    } else {
        (" AND (t.filed_at, t.id) < (", " ORDER BY t.filed_at DESC, t.id DESC LIMIT ")
    };
    let sql = sql.push_some(after, |sql, (at, id)| sql.push_value(behind, at).push_value(", ", id).push(")"));
    db.all(sql.push_value(order, page.limit + 1)).await
}

/// How many rows [`case_page`] has in all.
pub async fn case_count(db: &mut Conn, scope: &Scope, filter: &CaseFilter) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM enforcement_cases t WHERE TRUE");
    let Number(n) =
        db.one(filtered(sql, scope, filter).push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// A case within the scope.
pub async fn get_case(db: &mut Conn, scope: &Scope, id: Id<Case>) -> Result<Case> {
    let found = db.optional(within(select().push_value(" AND t.id = ", id), scope, None)).await?;
    found.ok_or_else(|| Error::new(Code::NotFound))
}

/// A case within the scope, which nobody else changes until this transaction ends.
pub async fn lock_case(tx: &mut Tx, scope: &Scope, id: Id<Case>) -> Result<Case> {
    let sql = within(select().push_value(" AND t.id = ", id), scope, None);
    let sql = if tx.backend() == Backend::Postgres { sql.push(" FOR UPDATE OF t") } else { sql };
    tx.optional(sql).await?.ok_or_else(|| Error::new(Code::NotFound))
}

/// A case by its number, as a resident's case names it.
#[derive(Clone, Debug)]
pub struct OfReport {
    /// Which.
    pub id: Id<Case>,
    /// Its number.
    pub number: String,
}

impl FromRow for OfReport {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { id: row.get("id")?, number: row.get("number")? })
    }
}

/// The cases that a resident's case led to; whoever asks has the right to that one. Served by `enforcement_cases_report`.
pub async fn of_report_unscoped(db: &mut Conn, report: Id<cases::Case>) -> Result<Vec<OfReport>> {
    db.all(sql!("SELECT id, number FROM enforcement_cases WHERE report = $1 ORDER BY filed_at, id", report)).await
}

/// Those of some residents' cases that led to a case of enforcement which is not over; by `enforcement_cases_report`.
///
/// # Errors
/// `internal` when the database fails.
pub async fn waits_of_unscoped(db: &mut Conn, reports: &[Id<cases::Case>]) -> Result<Vec<Id<cases::Case>>> {
    let sql = sql!("SELECT report AS case_id FROM enforcement_cases WHERE report IS NOT NULL AND status <> 'closed'");
    let rows: Vec<cases::OfCase> = db.all(sql.push_list(" AND report IN", reports.iter().copied())).await?;
    Ok(rows.into_iter().map(|cases::OfCase(case)| case).collect())
}

/// Puts a case in.
pub async fn insert_case(tx: &mut Tx, case: &Case) -> Result<bool> {
    let at = |level| case.place.at(level);
    let [officer, second] = &case.officers;
    let inserted = tx
        .execute(sql!(
            "INSERT INTO enforcement_cases (id, number, city, county, township, village, grid, place_text, thing, item, kept,
                 officer, certificate, second, second_certificate, source, check_id, report, whistle, cause, party_kind,
                 party_name, filed_at, status, record, due_at, due_what, publicity, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                 $24, $25, $26, $27, $28, 1)
             ON CONFLICT (check_id) DO NOTHING",
            case.id,
            &case.number,
            at(Level::City),
            at(Level::County),
            at(Level::Township),
            at(Level::Village),
            at(Level::Grid),
            case.place_text.as_ref(),
            case.thing,
            &case.kept.code,
            json(&case.kept)?,
            officer.person,
            &officer.certificate,
            second.person,
            &second.certificate,
            case.source.as_str(),
            case.check,
            case.report,
            case.whistle,
            &case.cause,
            case.party_kind.as_str(),
            case.party_name.as_ref(),
            case.filed_at,
            case.status.as_str(),
            json(&case.record)?,
            case.due_at,
            case.due_what.map(crate::modules::enforcement::rules::Term::as_str),
            case.publicity.as_str(),
        ))
        .await?;
    Ok(inserted == 1)
}

fn json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(Error::internal)
}

/// Writes what a step changed; false when somebody else was faster.
pub async fn save_case(tx: &mut Tx, case: &Case, seen: i64) -> Result<bool> {
    let changed = tx
        .execute(sql!(
            "UPDATE enforcement_cases
             SET status = $1, closed_how = $2, closed_at = $3, record = $4, due_at = $5, due_what = $6, publicity = $7,
                 version = version + 1
             WHERE id = $8
               AND version = $9",
            case.status.as_str(),
            case.closed_how.map(crate::modules::enforcement::model::CaseEnd::as_str),
            case.closed_at,
            json(&case.record)?,
            case.due_at,
            case.due_what.map(crate::modules::enforcement::rules::Term::as_str),
            case.publicity.as_str(),
            case.id,
            seen,
        ))
        .await?;
    Ok(changed == 1)
}

/// Puts other officers on a case.
pub async fn set_officer(tx: &mut Tx, case: Id<Case>, [officer, second]: &[Officer; 2]) -> Result<()> {
    tx.execute(sql!(
        "UPDATE enforcement_cases
         SET officer = $1, certificate = $2, second = $3, second_certificate = $4
         WHERE id = $5",
        officer.person,
        &officer.certificate,
        second.person,
        &second.certificate,
        case,
    ))
    .await?;
    Ok(())
}

/// Whether there is any check yet; for the demonstration.
pub async fn any_unscoped(db: &mut Conn) -> Result<bool> {
    let found: Option<Number> =
        db.optional(sql!("SELECT CAST(1 AS BIGINT) AS n FROM enforcement_checks LIMIT 1")).await?;
    Ok(found.is_some())
}

/// The version of a case; for the demonstration.
pub async fn version_unscoped(db: &mut Conn, id: Id<Case>) -> Result<i64> {
    let Number(version) = db.one(sql!("SELECT version AS n FROM enforcement_cases WHERE id = $1", id)).await?;
    Ok(version)
}
