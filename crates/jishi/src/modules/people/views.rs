//! Rows put together with the names of their places, as lists, pages and sheets show them.

use std::collections::HashMap;

use db::Conn;
use futures::StreamExt;
use jiff::civil;
use kernel::{Code, Cursor, Day, Error, Id, Lang, Listing, Page, RegionCode, Result};

use super::{
    model::{
        PersonFilter, PersonRecord, PersonRef, PersonView, Persona, PostRow, PostView, UnitFilter, UnitRecord, UnitView,
    },
    store,
};
use crate::{
    modules::{
        SharedApp,
        regions::{self, Kind, RegionRef},
    },
    platform::{
        access::{Person, Scope, Unit},
        book::{self, Cell, Column, Rows},
    },
};

/// The posts people hold on a day, by person.
pub(super) async fn posts_of(
    db: &mut Conn,
    people: &[Id<Person>],
    on: Day,
) -> Result<HashMap<Id<Person>, Vec<PostView>>> {
    let rows = store::posts_unscoped(db, people, on).await?;
    let places = regions::refs_unscoped(db, rows.iter().map(|row| &row.region)).await?;
    let mut posts: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        posts.entry(row.person).or_default().push(post_view(row, &places));
    }
    Ok(posts)
}

fn post_view(row: PostRow, places: &HashMap<RegionCode, RegionRef>) -> PostView {
    let PostRow { id, role, region, unit, from, until, deputy_for, .. } = row;
    PostView { id, role, region: place(places, &region), unit, from, until, deputy_for }
}

/// A place by its names. Posts are given only where there is a place, so the bare code never shows; it is better than
/// no list at all.
pub(super) fn place(places: &HashMap<RegionCode, RegionRef>, code: &RegionCode) -> RegionRef {
    places.get(code).cloned().unwrap_or_else(|| {
        let level = code.level();
        let kind = Kind::ALL.into_iter().find(|kind| kind.level() == level).unwrap_or(Kind::Grid);
        RegionRef { code: code.clone(), level, kind, names: kernel::Names::zh_only(code.as_str()) }
    })
}

/// Those of some people who hold a post, as personas of the demonstration; there they are for everyone to see.
pub(super) async fn personas_unscoped(db: &mut Conn, logins: &[&str], on: Day) -> Result<Vec<Persona>> {
    let rows = store::personas_unscoped(db, logins, on).await?;
    let places = regions::refs_unscoped(db, rows.iter().map(|row| &row.post.region)).await?;
    let persona = |row: store::PersonaRow| {
        let post = post_view(row.post, &places);
        Persona { login: row.login, name: row.name, role: post.role, region: post.region, unit: post.unit }
    };
    Ok(rows.into_iter().map(persona).collect())
}

/// A page of units.
pub(super) async fn units(db: &mut Conn, filter: &UnitFilter, today: Day, page: &Page) -> Result<Listing<UnitView>> {
    let (rows, count) = store::list_units(db, filter, today, page).await?;
    let page = Listing::new(rows, page, count, |unit| Cursor::pack(&(&unit.region, &unit.duty, unit.id)));
    let Listing { rows, next, count, count_capped } = page;
    Ok(Listing { rows: unit_views(db, rows).await?, next, count, count_capped })
}

/// One unit as shown.
pub(super) async fn unit(db: &mut Conn, unit: UnitRecord) -> Result<UnitView> {
    let view = unit_views(db, vec![unit]).await?.pop();
    view.ok_or_else(|| Error::internal("a unit in is a unit out"))
}

async fn unit_views(db: &mut Conn, units: Vec<UnitRecord>) -> Result<Vec<UnitView>> {
    let places = regions::refs_unscoped(db, units.iter().map(|unit| &unit.region)).await?;
    let above: Vec<Id<Unit>> = units.iter().filter_map(|unit| unit.parent).collect();
    let above = store::units_unscoped(db, &above).await?;
    let view = |unit: UnitRecord| UnitView {
        unit: unit.to_ref(),
        region: place(&places, &unit.region),
        parent: unit.parent.and_then(|id| above.get(&id).cloned()),
        phone: unit.phone,
        until: unit.until,
        version: unit.version,
    };
    Ok(units.into_iter().map(view).collect())
}

/// A page of people.
pub(super) async fn people(
    db: &mut Conn,
    scope: &Scope,
    filter: &PersonFilter,
    today: Day,
    page: &Page,
) -> Result<Listing<PersonView>> {
    let (rows, count) = store::list_people(db, scope, filter, today, page).await?;
    let page = Listing::new(rows, page, count, |person| Cursor::pack(&(&person.name, person.id)));
    let Listing { rows, next, count, count_capped } = page;
    Ok(Listing { rows: person_views(db, rows, today).await?, next, count, count_capped })
}

/// One person as shown.
///
/// # Errors
/// `not_found` outside the scope.
pub(super) async fn person(db: &mut Conn, scope: &Scope, id: Id<Person>, today: Day) -> Result<PersonView> {
    let found: Vec<PersonRecord> = store::person(db, scope, id).await?.into_iter().collect();
    let mut view = person_views(db, found, today).await?.pop().ok_or_else(|| Error::new(Code::NotFound))?;
    let mut posts = posts_of(db, &[id], Day::from(EVER)).await?.remove(&id).unwrap_or_default();
    posts.retain(|post| post.until.is_some_and(|until| until <= today));
    posts.reverse();
    view.past_posts = Some(posts);
    Ok(view)
}

/// Before any post.
const EVER: civil::Date = civil::date(1, 1, 1);

async fn person_views(db: &mut Conn, people: Vec<PersonRecord>, today: Day) -> Result<Vec<PersonView>> {
    let ids: Vec<Id<Person>> = people.iter().map(|person| person.id).collect();
    let mut posts = posts_of(db, &ids, today).await?;
    let view = |person: PersonRecord| PersonView {
        person: PersonRef { id: person.id, name: person.name },
        login: person.login,
        phone: person.phone,
        posts: posts.remove(&person.id).unwrap_or_default(),
        past_posts: None,
        left_at: person.until,
        version: person.version,
    };
    Ok(people.into_iter().map(view).collect())
}

/// Rows of an export whose names are read together.
const TOGETHER: usize = 200;

/// The columns of a list of units.
pub(super) fn unit_columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("名称", "Name", 30),
        ("职责", "Duty", 20),
        ("地方代码", "Place code", 18),
        ("地方", "Place", 18),
        ("上级", "Above", 30),
        ("电话", "Telephone", 16),
    ];
    book::columns(lang, heads)
}

/// Hands all units of a list over in batches of rows.
pub(super) async fn unit_batches(app: SharedApp, filter: UnitFilter, lang: Lang, out: Rows) -> Result<()> {
    let sql = store::units_export(&filter, app.today());
    let mut names = app.db.read().await?;
    let mut chunks = std::pin::pin!(app.db.stream::<UnitRecord>(sql).await?.chunks(TOGETHER));
    while let Some(chunk) = chunks.next().await {
        let units = unit_views(&mut names, chunk.into_iter().collect::<Result<_>>()?).await?;
        let cells = |unit: &UnitView| {
            vec![
                Cell::called(Some(&unit.unit.names), lang),
                Cell::Text(unit.unit.duty.clone()),
                Cell::Text(unit.region.code.to_string()),
                Cell::called(Some(&unit.region.names), lang),
                Cell::called(unit.parent.as_ref().map(|above| &above.names), lang),
                Cell::words(unit.phone.as_ref()),
            ]
        };
        if out.send(units.iter().map(cells).collect()).await.is_err() {
            break; // the reader has gone
        }
    }
    Ok(())
}

/// The columns of a list of people.
pub(super) fn person_columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("姓名", "Name", 14),
        ("登录名", "Log-in name", 18),
        ("电话", "Telephone", 16),
        ("岗位", "Post", 20),
        ("地方代码", "Place code", 18),
        ("地方", "Place", 18),
        ("单位", "Unit", 30),
        ("起", "From", 12),
        ("止", "Until", 12),
        ("离岗", "Left", 12),
    ];
    book::columns(lang, heads)
}

/// Hands all people of a list over in batches of rows: a row a person, as in the list, with their posts one under the other
/// in its cells.
pub(super) async fn person_batches(
    app: SharedApp,
    (scope, filter): (Scope, PersonFilter),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    let sql = store::people_export(&scope, &filter, app.today());
    let mut names = app.db.read().await?;
    let mut chunks = std::pin::pin!(app.db.stream::<PersonRecord>(sql).await?.chunks(TOGETHER));
    while let Some(chunk) = chunks.next().await {
        let people = person_views(&mut names, chunk.into_iter().collect::<Result<_>>()?, app.today()).await?;
        if out.send(people.iter().map(|person| person_cells(person, lang)).collect()).await.is_err() {
            break; // the reader has gone
        }
    }
    Ok(())
}

fn person_cells(person: &PersonView, lang: Lang) -> Vec<Cell> {
    let cell =
        |of: &dyn Fn(&PostView) -> String| Cell::Text(person.posts.iter().map(of).collect::<Vec<_>>().join("\n"));
    vec![
        Cell::Text(person.person.name.clone()),
        Cell::Text(person.login.clone()),
        Cell::words(person.phone.as_ref()),
        cell(&|post| post.role.names().in_lang(lang).to_owned()),
        cell(&|post| post.region.code.to_string()),
        cell(&|post| post.region.names.in_lang(lang).to_owned()),
        cell(&|post| post.unit.as_ref().map_or_else(String::new, |unit| unit.names.in_lang(lang).to_owned())),
        cell(&|post| post.from.to_string()),
        cell(&|post| post.until.map(|day| day.to_string()).unwrap_or_default()),
        Cell::Day(person.left_at),
    ]
}
