//! Files as answers: a list as CSV or workbook, streamed while it is read; a paper as PDF.

use std::io;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::Result;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::export::Export;
use crate::platform::{
    book::{self, Column, Rows},
    paper::Printed,
    sheet::{Sheet, XLSX},
};

/// What a file is written into, piece by piece.
pub type Pieces = mpsc::Sender<io::Result<Vec<u8>>>;

/// Answers with the CSV file `name` (without its ending) while `fill` writes it, as [`file`] does. What staff take out is
/// marked as theirs and stands in the trail; what is public is not.
pub fn answer<F, Fut>(export: Option<Export>, name: &str, fill: F) -> Response
where
    F: FnOnce(Sheet) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Sheet>> + Send + 'static,
{
    let (mark, name) = (export.as_ref().map(Export::mark), file_name(export.as_ref(), name, "csv"));
    let kept = name.clone();
    file(&name, HeaderValue::from_static("text/csv; charset=utf-8"), async move |out| {
        if let Some(export) = export {
            export.record(kept).await?;
        }
        let mut sheet = fill(Sheet::new(out, mark)).await?;
        sheet.flush().await;
        Ok(())
    })
}

/// Answers with a list as the CSV file `name` (without its ending), while `fill` hands its rows over.
pub fn lines<F, Fut>(export: Export, name: &str, columns: Vec<Column>, fill: F) -> Response
where
    F: FnOnce(Rows) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    answer(Some(export), name, move |sheet| book::write_lines(columns, sheet, fill))
}

/// Answers with a list as the workbook `name` (without its ending), with its title on the sheet, while `fill` hands its rows
/// over.
pub fn workbook<F, Fut>(export: Export, name: &str, title: String, columns: Vec<Column>, fill: F) -> Response
where
    F: FnOnce(Rows) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let (mark, name) = (export.mark(), file_name(Some(&export), name, "xlsx"));
    let kept = name.clone();
    file(&name, HeaderValue::from_static(XLSX), async move |out| {
        export.record(kept).await?;
        book::write((mark, title), columns, out, fill).await
    })
}

/// Answers with the workbook `name` (without its ending) that was made in one piece.
///
/// # Errors
/// `internal` when the trail cannot be written.
pub async fn whole(export: Export, name: &str, bytes: Vec<u8>) -> Result<Response> {
    let name = file_name(Some(&export), name, "xlsx");
    export.record(name.clone()).await?;
    Ok(named(&name, HeaderValue::from_static(XLSX), bytes.into_response()))
}

/// The response as the file `name`.
fn named(name: &str, kind: HeaderValue, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn file_name(export: Option<&Export>, list: &str, end: &str) -> String {
    let name = export.map_or_else(|| list.to_owned(), |export| export.mark().file_name(list));
    format!("{name}.{end}")
}

/// Answers with the file `name` while `fill` writes it. A failure in the middle breaks the transfer off, so that half a
/// list is never taken for the whole.
pub fn file<F, Fut>(name: &str, kind: HeaderValue, fill: F) -> Response
where
    F: FnOnce(Pieces) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let (out, receiver) = mpsc::channel(4);
    let failed = out.clone();
    tokio::spawn(async move {
        if let Err(error) = fill(out).await {
            tracing::error!(%error, "an export broke off");
            let _ = failed.send(Err(io::Error::other("the export broke off"))).await;
        }
    });
    named(name, kind, Body::from_stream(ReceiverStream::new(receiver)).into_response())
}

/// Answers with words as the file `name`, which no cache keeps.
pub fn words(name: &str, kind: &'static str, words: String) -> Response {
    let mut response = named(name, HeaderValue::from_static(kind), words.into_response());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Answers with a paper as the PDF `name`, which no cache keeps. Characters that no font has are told in the header
/// `Jishi-Unprintable`, percent-encoded: the reader is warned before the paper is signed.
pub fn pdf(name: &str, paper: Printed) -> Response {
    let lacking: String = String::from_iter(paper.lacking).bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut response = named(name, HeaderValue::from_static("application/pdf"), paper.bytes.into_response());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(lacking) = HeaderValue::from_str(&lacking)
        && !lacking.is_empty()
    {
        headers.insert("jishi-unprintable", lacking);
    }
    response
}
