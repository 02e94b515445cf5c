//! Entries put together with the names of who did them.

use std::collections::HashMap;

use db::Conn;
use futures::StreamExt;
use kernel::{Cursor, Id, Lang, Listing, Names, Page, Result};
use serde_json::{Value, json};

use super::{
    model::{AuditFilter, AuditRow, EventRow},
    store::{self, Narrow},
};
use crate::{
    modules::{
        App, SharedApp,
        people::{self, PersonRef, UnitRef},
    },
    platform::{
        access::{Person, Role, Scope, Unit},
        book::{self, Cell, Column, Rows},
        mark::ExportNumber,
    },
};

/// A page of the trail.
pub(super) async fn page(app: &App, scope: &Scope, filter: &AuditFilter, page: &Page) -> Result<Listing<AuditRow>> {
    let mut db = app.db.read().await?;
    let filter = &by_number(&mut db, filter).await?;
    let narrow = Narrow { scope, filter, zone: &app.settings.zone };
    let (rows, count) = store::list(&mut db, &narrow, page).await?;
    let Listing { rows, next, count, count_capped } =
        Listing::new(rows, page, count, |row: &EventRow| Cursor::pack(&row.seq));
    Ok(Listing { rows: named(&mut db, rows).await?, next, count, count_capped })
}

/// People type a case's number where the trail keeps its id, and an export's as it comes.
async fn by_number(db: &mut Conn, filter: &AuditFilter) -> Result<AuditFilter> {
    let mut filter = filter.clone();
    if let Some(number) = filter.object.as_deref().and_then(ExportNumber::parse) {
        filter.object = Some(number.to_string());
        return Ok(filter);
    }
    if let Some(typed) = &filter.object
        && let Some(id) = store::case_of_number_unscoped(db, typed.trim()).await?
    {
        filter.object = Some(id);
    }
    Ok(filter)
}

async fn named(db: &mut Conn, rows: Vec<EventRow>) -> Result<Vec<AuditRow>> {
    let acting = rows.iter().filter_map(|row| row.person);
    let persons: Vec<Id<Person>> = acting.chain(rows.iter().flat_map(people_in)).collect();
    let units = rows.iter().filter_map(|row| row.unit).chain(rows.iter().filter_map(|row| object(row, "unit")));
    let units: Vec<Id<Unit>> = units.collect();
    let persons = people::people_unscoped(db, &persons).await?;
    let units = people::units_unscoped(db, &units).await?;
    let cases = rows.iter().filter(|row| row.object_kind == "case").filter_map(|row| row.object_id.parse().ok());
    let numbers = store::case_numbers_unscoped(db, cases.collect()).await?;
    let view = |row: EventRow| {
        let names = object_names(&row, &persons, &units);
        AuditRow {
            seq: row.seq,
            at: row.at,
            kind: row.kind,
            person: row.person.and_then(|id| persons.get(&id).cloned()),
            role: row.role,
            unit: row.unit.and_then(|id| units.get(&id).cloned()),
            object_number: numbers.get(&row.object_id).cloned(),
            object_names: names,
            params: with_names(row.params, &persons),
            object_kind: row.object_kind,
            object_id: row.object_id,
            address: row.address,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

fn object_names(
    row: &EventRow,
    persons: &HashMap<Id<Person>, PersonRef>,
    units: &HashMap<Id<Unit>, UnitRef>,
) -> Option<Names> {
    match row.object_kind.as_str() {
        "person" | "post" => Some(Names::zh_only(&persons.get(&people_in(row).next()?)?.name)),
        "unit" => Some(units.get(&object(row, "unit")?)?.names.clone()),
        _ => None,
    }
}

/// The id of the thing, if it is of this kind.
fn object<T>(row: &EventRow, kind: &str) -> Option<Id<T>> {
    row.object_id.parse().ok().filter(|_| row.object_kind == kind)
}

/// Members of staff an entry is about: the thing itself, then whom its details name.
fn people_in(row: &EventRow) -> impl Iterator<Item = Id<Person>> + use<> {
    let named = row.params.get("person").and_then(Value::as_str).and_then(|id| id.parse().ok());
    object(row, "person").into_iter().chain(named)
}

fn with_names(mut params: Value, persons: &HashMap<Id<Person>, PersonRef>) -> Value {
    let named = params.get("person").and_then(Value::as_str).and_then(|id| persons.get(&id.parse().ok()?));
    if let Some(PersonRef { id, name }) = named {
        params["person"] = json!({ "id": id, "name": name });
    }
    params
}

/// Rows whose names are read together.
const TOGETHER: usize = 200;

/// The columns of the trail.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("序号", "No.", 10),
        ("时间", "Time", 20),
        ("操作", "Action", 24),
        ("人员", "Person", 14),
        ("岗位", "Post", 18),
        ("单位", "Unit", 24),
        ("对象类型", "Object kind", 14),
        ("对象", "Object", 38),
        ("编号", "Number", 24),
        ("细节", "Details", 48),
        ("地址", "Address", 18),
    ];
    book::columns(lang, heads)
}

/// Hands the trail over in batches of rows, newest first.
pub(super) async fn batches(
    app: SharedApp,
    (scope, filter): (Scope, AuditFilter),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    let filter = by_number(&mut app.db.read().await?, &filter).await?;
    let sql = store::export(&Narrow { scope: &scope, filter: &filter, zone: &app.settings.zone });
    let mut names = app.db.read().await?;
    let mut chunks = std::pin::pin!(app.db.stream::<EventRow>(sql).await?.chunks(TOGETHER));
    while let Some(chunk) = chunks.next().await {
        let rows = named(&mut names, chunk.into_iter().collect::<Result<_>>()?).await?;
        if out.send(rows.iter().map(|row| cells(&app, row, lang)).collect()).await.is_err() {
            break; // the reader has gone
        }
    }
    Ok(())
}

fn cells(app: &App, row: &AuditRow, lang: Lang) -> Vec<Cell> {
    vec![
        Cell::Number(row.seq),
        Cell::Second(Some(row.at.zoned(&app.settings.zone).datetime())),
        Cell::Text(row.kind.clone()),
        Cell::words(row.person.as_ref().map(|person| &person.name)),
        Cell::called(row.role.as_deref().and_then(Role::parse).map(Role::names).as_ref(), lang),
        Cell::called(row.unit.as_ref().map(|unit| &unit.names), lang),
        Cell::Text(row.object_kind.clone()),
        Cell::Text(row.object_id.clone()),
        Cell::words(row.object_number.as_ref()),
        Cell::Text(row.params.to_string()),
        Cell::words(row.address.as_ref()),
    ]
}
