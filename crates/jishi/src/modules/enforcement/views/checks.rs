//! Checks as lists and pages show them.

use db::Conn;
use kernel::{Cursor, Day, Id, Instant, Listing, Page, Result};
use serde::Serialize;

use super::{ItemView, LinkView, OfficerView, officers, people_of, places};
use crate::{
    modules::{
        App, cases,
        enforcement::{
            model::{Check, CheckResult, CheckSource},
            store::{self, CheckFilter},
        },
        photos::{self, Photo},
        regions::Place,
        register::{self, ItemRef},
    },
    platform::access::{Actor, Permission, Scope},
};

/// 检查
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementCheck)]
pub(in super::super) struct CheckRow {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Check>,
    /// Its number.
    pub number: String,
    /// Where.
    pub place: Place,
    /// What it was about.
    pub item: ItemView,
    /// The thing of the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    thing: Option<ItemRef>,
    /// When.
    pub checked_at: Instant,
    /// By whom.
    pub officers: Vec<OfficerView>,
    /// Why there.
    pub source: CheckSource,
    /// The resident's case it follows; told to those who may see cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<LinkView>,
    /// The whistle it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    whistle: Option<Id<crate::modules::enforcement::model::Whistle>>,
    /// What came of it.
    pub result: CheckResult,
    /// What was found.
    pub words: String,
    /// Photos.
    photos: Vec<Photo>,
    /// By when it is mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend_by: Option<Day>,
    /// Whether that day is over and nobody looked again.
    pub is_late: bool,
    /// Whether it waits to be looked at again.
    pub is_waiting: bool,
    /// The check it looked at again.
    #[serde(skip_serializing_if = "Option::is_none")]
    recheck_of: Option<uuid::Uuid>,
    /// The check that looked at it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    rechecked_by: Option<uuid::Uuid>,
    /// The case filed from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<LinkView>,
    /// 作废: why it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub struck: Option<String>,
    /// Whether the reader may strike it.
    may_strike: bool,
    /// Whether the reader may file a case from it.
    may_file: bool,
    /// Counts every change.
    version: i64,
}

async fn rows(db: &mut Conn, app: &App, actor: &Actor, checks: &[Check]) -> Result<Vec<CheckRow>> {
    let places = places(db, checks.iter().map(|check| (&check.place, &check.place_text))).await?;
    let people = people_of(db, checks.iter().map(|check| &check.officers)).await?;
    let things: Vec<_> = checks.iter().filter_map(|check| check.thing).collect();
    let things = register::refs_unscoped(db, app, &things).await?;
    let reports: Vec<_> = checks.iter().filter_map(|check| check.report).collect();
    let reports = reports_of(db, actor, &reports).await?;
    let (items, today) = (app.enforcement.items(), app.today());
    let may = actor.may(Permission::EnforcementCheck);
    let mut rows = Vec::new();
    for (check, place) in checks.iter().zip(places) {
        let stands = check.struck.is_none() && check.rechecked_by.is_none() && check.case.is_none();
        let is_waiting = check.mend_by.is_some() && check.struck.is_none() && check.rechecked_by.is_none();
        let own = check.officers.iter().any(|officer| officer.person == actor.person);
        rows.push(CheckRow {
            id: check.id,
            number: check.number.clone(),
            place,
            item: ItemView { code: check.item.clone(), names: items.names(&check.item) },
            thing: check.thing.and_then(|id| things.iter().find(|thing| thing.id == id).cloned()),
            checked_at: check.checked_at,
            officers: officers(&check.officers, &people),
            source: check.source,
            report: check.report.and_then(|id| reports.iter().find(|link| link.id == id.uuid()).cloned()),
            whistle: check.whistle,
            result: check.result,
            words: check.words.clone(),
            photos: photos::links(db, app, &check.photos).await?,
            mend_by: check.mend_by,
            is_late: is_waiting && check.mend_by.is_some_and(|by| by < today),
            is_waiting,
            recheck_of: check.recheck_of.map(Id::uuid),
            rechecked_by: check.rechecked_by.map(Id::uuid),
            case: check.case.zip(check.case_number.clone()).map(|(id, number)| LinkView { id: id.uuid(), number }),
            struck: check.struck.clone(),
            may_strike: may && own && stands,
            may_file: may && stands && check.result != CheckResult::Clear,
            version: check.version,
        });
    }
    Ok(rows)
}

/// Residents' cases by their numbers, as far as the reader may see them.
pub(super) async fn reports_of(db: &mut Conn, actor: &Actor, ids: &[Id<cases::Case>]) -> Result<Vec<LinkView>> {
    let Ok(scope) = actor.require(Permission::CaseRead) else { return Ok(Vec::new()) };
    let mut links = Vec::new();
    for id in ids {
        match cases::get(db, &scope, *id).await {
            Ok(case) => links.push(LinkView { id: id.uuid(), number: case.number }),
            Err(error) if error.code() == kernel::Code::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(links)
}

/// A page of checks.
pub(in super::super) async fn check_listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    (scope, filter): (&Scope, &CheckFilter),
    page: &Page,
) -> Result<Listing<CheckRow>> {
    let found = store::check_page(db, scope, filter, page).await?;
    let count = store::check_count(db, scope, filter).await?;
    let rows = rows(db, app, actor, &found).await?;
    let key = |row: &CheckRow| {
        let mark = if filter.is_waiting {
            row.mend_by.map(|day| day.to_string()).unwrap_or_default()
        } else {
            row.checked_at.millis().to_string()
        };
        Cursor::pack(&(mark, row.id))
    };
    Ok(Listing::new(rows, page, count, key))
}

/// One check.
pub(in super::super) async fn check_row(db: &mut Conn, app: &App, actor: &Actor, id: Id<Check>) -> Result<CheckRow> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let check = store::get_check(db, &scope, id).await?;
    let row = rows(db, app, actor, std::slice::from_ref(&check)).await?.pop();
    row.ok_or_else(|| kernel::Error::internal("a check in is a row out"))
}
