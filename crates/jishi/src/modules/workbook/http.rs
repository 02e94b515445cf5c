//! Addresses of the workbook.

use std::collections::HashMap;

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::IntoResponse,
};
use kernel::{Cursor, Error, Id, Instant, Lang, Listing, Names, Page};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, Bringer, Part, Writers, parts},
    model::{CellError, Counts, Import, Imported, SheetReport},
    sheets::{self, SheetDef, said},
    store, template,
};
use crate::{
    http::{
        extract::{Operation, Path, Query, Reader, Upload},
        import::mode,
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        matters::DutyName,
        people::{self, PersonRef},
    },
    platform::{
        access::{Actor, Scope},
        sheet::XLSX,
    },
};

/// The addresses.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(read_template))
        .routes(routes!(bring_in))
        .routes(routes!(list))
        .routes(routes!(take_back))
}

/// How a workbook is to be brought in.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct WorkbookQuery {
    /// Only say what it would do.
    #[serde(default)]
    dry_run: bool,
    /// The file's name, to know the import by later.
    file: Option<String>,
}

/// What a workbook did, or would do. With mistakes nothing was written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WorkbookAnswer {
    /// The import, once it was written.
    #[schema(value_type = Option<uuid::Uuid>)]
    import: Option<Id<Import>>,
    /// Sheet by sheet.
    sheets: Vec<SheetAnswer>,
}

/// What a sheet did, or would do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SheetAnswer {
    /// Its key.
    sheet: &'static str,
    /// Its names.
    names: Names,
    /// Rows that were new.
    inserted: i64,
    /// Rows that changed what was there.
    changed: i64,
    /// Rows that were there already.
    unchanged: i64,
    /// Posts its rows give that were new.
    posts: i64,
    /// Rows that another administrator has to bring in.
    left: i64,
    /// What is to be mended.
    errors: Vec<CellAnswer>,
}

/// A mistake in one cell.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CellAnswer {
    /// Its address: `C12`, or `12` for a whole row.
    cell: String,
    /// The heading of its column, if it is in one.
    column: Option<&'static str>,
    /// What is wrong, and what to do.
    message: String,
}

impl WorkbookAnswer {
    fn new(done: Imported, lang: Lang) -> Self {
        let sheet = |report: SheetReport| SheetAnswer {
            sheet: report.sheet.key,
            names: names(report.sheet),
            inserted: report.inserted,
            changed: report.changed,
            unchanged: report.unchanged,
            posts: report.posts,
            left: report.left,
            errors: report.errors.iter().map(|error| cell(&report, error, lang)).collect(),
        };
        Self { import: done.id, sheets: done.sheets.into_iter().map(sheet).collect() }
    }
}

fn cell(report: &SheetReport, error: &CellError, lang: Lang) -> CellAnswer {
    let column = report.sheet.columns.iter().find(|column| Some(column.key) == error.key);
    CellAnswer {
        cell: error.address(),
        column: column.map(|column| said(&column.name, lang)),
        message: error.message(lang),
    }
}

/// A workbook that was brought in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ImportView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Import>,
    /// When.
    at: Instant,
    /// By whom; null when it came by the command line.
    person: Option<PersonRef>,
    /// The file's name.
    file: String,
    /// What it did, sheet by sheet.
    counts: Vec<CountsView>,
    /// Whose part of the workbook it was.
    parts: Vec<Part>,
    /// When it was undone.
    undone_at: Option<Instant>,
    /// Whether it is the reader's to undo: whoever undoes something must have been able to bring it.
    may_undo: bool,
}

/// What a sheet did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ImportCounts)]
struct CountsView {
    /// The sheet's names.
    names: Names,
    /// Rows that were new.
    inserted: i64,
    /// Rows that changed what was there.
    changed: i64,
    /// Posts that were new.
    posts: i64,
}

impl CountsView {
    fn new(counts: Counts) -> Self {
        let Counts { sheet, inserted, changed, posts } = counts;
        let names = sheets::sheet(&sheet).map_or_else(|| Names::zh_only(sheet.as_str()), names);
        Self { names, inserted, changed, posts: posts.unwrap_or_default() }
    }
}

fn names(sheet: &SheetDef) -> Names {
    Names::new(sheet.name[0], sheet.name[1])
}

/// Which page of a list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// Whoever may bring in any part of a workbook.
fn admit(actor: &Actor) -> Result<Scope, Error> {
    Ok(Writers::new(&Bringer::Staff(actor.clone()))?.scope.unwrap_or_default())
}

/// In which language.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct TemplateQuery {
    /// The language of the workbook; the reader's if not said. A link cannot say it otherwise.
    lang: Option<Lang>,
}

/// The empty workbook, with instructions and examples.
#[utoipa::path(get, path = "/api/workbook", operation_id = "read_workbook_template", tag = "staff", params(TemplateQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn read_template(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<TemplateQuery>,
) -> Answer<impl IntoResponse> {
    admit(&actor)?;
    let duties: Vec<DutyName> = app.matters.catalogue().duties().cloned().collect();
    let file = template(&duties, query.lang.unwrap_or(lang))?;
    let headers: [(HeaderName, &str); 2] =
        [(header::CONTENT_TYPE, XLSX), (header::CONTENT_DISPOSITION, "attachment; filename=\"jishi.xlsx\"")];
    Ok((headers, file))
}

/// Brings a workbook in: all of it or nothing.
#[utoipa::path(post, path = "/api/workbook", operation_id = "import_workbook", tag = "staff", params(WorkbookQuery), request_body(content = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), responses((status = 200, body = WorkbookAnswer)))]
async fn bring_in(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Query(query): Query<WorkbookQuery>,
    Upload { bytes, operation }: Upload,
) -> Answer<Json<WorkbookAnswer>> {
    let mode = mode(query.dry_run, &operation, &actor, "workbook.import")?;
    let file: String = query.file.unwrap_or_default().chars().filter(|c| !c.is_control()).take(120).collect();
    let done = actions::import(&app, Bringer::Staff(actor), file, bytes.to_vec(), mode).await?;
    Ok(Json(WorkbookAnswer::new(done, lang)))
}

/// Workbooks that colleagues of one's own places brought in, the newest first.
#[utoipa::path(get, path = "/api/workbook/imports", operation_id = "list_workbook_imports", tag = "staff", params(PageQuery), responses((status = 200, body = Listing<ImportView>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Listing<ImportView>>> {
    let writers = Writers::new(&Bringer::Staff(actor))?;
    let scope = writers.scope.clone().unwrap_or_default();
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    let rows = store::list(&mut db, &scope, &page).await?;
    let count = store::count(&mut db, &scope).await?;
    let ids: Vec<_> = rows.iter().filter_map(|import| import.person).collect();
    let people: HashMap<_, PersonRef> = people::people_unscoped(&mut db, &ids).await?;
    let view = |import: Import| ImportView {
        id: import.id,
        at: import.at,
        person: import.person.and_then(|person| people.get(&person).cloned()),
        file: import.file,
        parts: parts(&import.counts),
        may_undo: import.undone_at.is_none() && parts(&import.counts).iter().all(|part| writers.may(*part)),
        counts: import.counts.into_iter().map(CountsView::new).collect(),
        undone_at: import.undone_at,
    };
    Ok(Json(Listing::new(rows, &page, count, |import| Cursor::pack(&(import.at, import.id))).map(view)))
}

/// Undoes an import, as long as nothing it brought is in use.
#[utoipa::path(delete, path = "/api/workbook/imports/{id}", operation_id = "undo_workbook_import", tag = "staff", params(("id" = String, Path)), responses((status = 204)))]
async fn take_back(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Import>>,
    operation: Operation,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "workbook.undo")?;
    actions::undo(&app, &Bringer::Staff(actor), id, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
