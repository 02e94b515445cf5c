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
        App,
        people::{self, PersonRef, UnitRef},
    },
    platform::{
        access::{Person, Role, Scope, Unit},
        sheet::Sheet,
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

/// People type a case's number where the trail keeps its id.
async fn by_number(db: &mut Conn, filter: &AuditFilter) -> Result<AuditFilter> {
    let mut filter = filter.clone();
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

/// The trail as a sheet, newest first.
pub(super) async fn write(
    app: &App,
    scope: &Scope,
    filter: &AuditFilter,
    lang: Lang,
    mut sheet: Sheet,
) -> Result<Sheet> {
    let heads = match lang {
        Lang::Zh => ["序号", "时间", "操作", "人员", "岗位", "单位", "对象类型", "对象", "编号", "细节", "地址"],
        Lang::En => {
            ["No.", "Time", "Action", "Person", "Post", "Unit", "Object kind", "Object", "Number", "Details", "Address"]
        }
    };
    sheet.line(&heads).await;
    let filter = &by_number(&mut app.db.read().await?, filter).await?;
    let sql = store::export(&Narrow { scope, filter, zone: &app.settings.zone });
    let mut names = app.db.read().await?;
    let mut chunks = std::pin::pin!(app.db.stream::<EventRow>(sql).await?.chunks(TOGETHER));
    while let Some(chunk) = chunks.next().await {
        for row in named(&mut names, chunk.into_iter().collect::<Result<_>>()?).await? {
            if !line(app, &mut sheet, &row, lang).await {
                return Ok(sheet);
            }
        }
    }
    Ok(sheet)
}

async fn line(app: &App, sheet: &mut Sheet, row: &AuditRow, lang: Lang) -> bool {
    let (seq, params) = (row.seq.to_string(), row.params.to_string());
    let time = row.at.zoned(&app.settings.zone).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let role = row.role.as_deref().and_then(Role::parse).map(Role::names);
    let cells: [&str; 11] = [
        &seq,
        &time,
        &row.kind,
        row.person.as_ref().map_or("", |person| person.name.as_str()),
        role.as_ref().map_or("", |names| names.in_lang(lang)),
        row.unit.as_ref().map_or("", |unit| unit.names.in_lang(lang)),
        &row.object_kind,
        &row.object_id,
        row.object_number.as_deref().unwrap_or_default(),
        &params,
        row.address.as_deref().unwrap_or_default(),
    ];
    sheet.line(&cells).await
}
