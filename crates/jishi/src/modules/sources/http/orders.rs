//! Files of orders.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use kernel::{Id, Lang, Names};
use serde::{Deserialize, Serialize};

use super::{CaseView, FieldView, XLSX, carrier, safe_name};
use crate::{
    http::{
        extract::{Path, Query, Reader, Upload},
        import::mode,
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::Intake,
        sources::{
            actions::{self, OrdersFile},
            columns,
            model::{Brought, Difference, Heading, RowMistake},
        },
    },
};

/// How a file of orders is to be brought in.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OrdersQuery {
    /// Only say what it would do.
    #[serde(default)]
    dry_run: bool,
    /// The file's name, to know the intake by later.
    file: Option<String>,
    /// Headings chosen by hand: a JSON object of columns' keys and headings; an empty heading says that the file has no such
    /// column.
    columns: Option<String>,
}

impl OrdersQuery {
    fn file(&self, bytes: Vec<u8>) -> Result<OrdersFile, kernel::Error> {
        let name = self.file.as_deref().unwrap_or_default();
        let name = name.chars().filter(|c| !c.is_control()).take(120).collect();
        Ok(OrdersFile { name, bytes, chosen: columns::chosen(self.columns.as_deref())? })
    }
}

/// What a file of orders did, or would do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OrdersAnswer {
    /// The intake, once it was written.
    #[schema(value_type = Option<uuid::Uuid>)]
    intake: Option<Id<Intake>>,
    /// The file's columns, and what they were taken for.
    headings: Vec<HeadingView>,
    /// Needed columns that the file lacks: then nothing was looked at.
    missing: Vec<FieldView>,
    /// Orders that are new.
    fresh: i64,
    /// Orders that were here already.
    known: i64,
    /// Orders that were here already with other content: what came first stands.
    differing: Vec<DifferenceView>,
    /// Rows with mistakes.
    mistaken: i64,
    /// What is to be mended.
    mistakes: Vec<MistakeView>,
    /// New orders whose category leads to a matter; of the others the dispatcher decides.
    matched: i64,
    /// The categories that lead to none, the most frequent first.
    unmatched: Vec<CategoryView>,
    /// Rows of new orders in which no telephone stands where one should: it is left out.
    unreachable: Vec<i64>,
}

/// A category that leads to no matter.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderCategory)]
struct CategoryView {
    /// As the source writes it.
    category: String,
    /// New orders of it.
    count: i64,
}

fn unmatched(categories: std::collections::BTreeMap<String, i64>) -> Vec<CategoryView> {
    let mut all: Vec<_> = categories.into_iter().map(|(category, count)| CategoryView { category, count }).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.count));
    all
}

/// A column of a file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrdersHeading)]
struct HeadingView {
    /// What stands above it.
    text: String,
    /// The first cell below it.
    sample: String,
    /// The key of the column it was taken for.
    field: Option<&'static str>,
}

impl HeadingView {
    fn new(heading: Heading) -> Self {
        Self { text: heading.text, sample: heading.sample, field: heading.field.map(|field| field.key) }
    }
}

/// An order that is here already with other content.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderDifference)]
struct DifferenceView {
    /// The row's number in the file.
    line: i64,
    /// The order's number.
    number: String,
    /// The case it is, if that is the reader's to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<CaseView>,
}

impl DifferenceView {
    fn new(one: Difference) -> Self {
        Self { line: one.line, number: one.number, case: one.case.map(CaseView::new) }
    }
}

/// A mistake in a row.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderMistake)]
struct MistakeView {
    /// The row's number in the file.
    line: i64,
    /// The column's key.
    field: String,
    /// What stands above it in the file, or what it is called here.
    heading: Names,
    /// What is wrong, and what to do.
    message: String,
}

impl MistakeView {
    fn new(mistake: RowMistake, lang: Lang) -> Self {
        let known = super::super::fields::field_of(&mistake.field);
        let ours = || known.map_or_else(Names::default, |field| Names::new(field.name[0], field.name[1]));
        let heading = mistake.heading.map_or_else(ours, Names::zh_only);
        let message = mistake.error.sentence(lang);
        Self { line: mistake.line, field: mistake.field, heading, message }
    }
}

impl OrdersAnswer {
    fn new(brought: Brought, lang: Lang) -> Self {
        Self {
            intake: brought.intake,
            fresh: brought.fresh,
            known: brought.known,
            mistaken: brought.mistaken(),
            headings: brought.headings.into_iter().map(HeadingView::new).collect(),
            missing: brought.missing.into_iter().map(FieldView::new).collect(),
            differing: brought.differing.into_iter().map(DifferenceView::new).collect(),
            matched: brought.matched,
            unmatched: unmatched(brought.unmatched),
            unreachable: brought.unreachable,
            mistakes: brought.mistakes.into_iter().map(|mistake| MistakeView::new(mistake, lang)).collect(),
        }
    }
}

/// Brings a file of orders in (XLSX or CSV): every good row, the others are named. What is here already is not taken twice.
#[utoipa::path(post, path = "/api/sources/{code}/orders", operation_id = "bring_in_orders", tag = "staff", params(("code" = String, Path), OrdersQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = OrdersAnswer)))]
pub(super) async fn bring_in(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Path(code): Path<String>,
    Query(query): Query<OrdersQuery>,
    Upload { bytes, operation }: Upload,
) -> Answer<Json<OrdersAnswer>> {
    let carrier = carrier(&app, &actor)?;
    let mode = mode(query.dry_run, &operation, &actor, "sources.bring_in")?;
    let brought = actions::bring_in(&app, carrier, code, query.file(bytes.to_vec())?, mode).await?;
    Ok(Json(OrdersAnswer::new(brought, lang)))
}

/// The rows of a file that have mistakes, as a workbook with what is wrong before each: to be mended and brought in again.
#[utoipa::path(post, path = "/api/sources/{code}/orders/mistakes", operation_id = "list_order_mistakes", tag = "staff", params(("code" = String, Path), OrdersQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn mistakes(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Path(code): Path<String>,
    Query(query): Query<OrdersQuery>,
    Upload { bytes, .. }: Upload,
) -> Answer<impl IntoResponse> {
    let carrier = carrier(&app, &actor)?;
    let file = actions::mistakes_file(&app, &carrier, &code, query.file(bytes.to_vec())?, lang).await?;
    let disposition = safe_name(&code, "mistakes.xlsx");
    Ok(([(header::CONTENT_TYPE, XLSX.to_owned()), (header::CONTENT_DISPOSITION, disposition)], file))
}
