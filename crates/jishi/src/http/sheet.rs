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

use crate::platform::{
    book::{self, Column, Rows},
    paper::Printed,
    sheet::{Sheet, XLSX},
};

/// What a file is written into, piece by piece.
pub type Pieces = mpsc::Sender<io::Result<Vec<u8>>>;

/// Answers with the CSV file `name` while `fill` writes it, as [`file`] does.
pub fn answer<F, Fut>(name: &str, fill: F) -> Response
where
    F: FnOnce(Sheet) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Sheet>> + Send + 'static,
{
    file(name, HeaderValue::from_static("text/csv; charset=utf-8"), async move |out| {
        let mut sheet = fill(Sheet::new(out)).await?;
        sheet.flush().await;
        Ok(())
    })
}

/// Answers with a list as the CSV file `name` (without its ending), while `fill` hands its rows over.
pub fn lines<F, Fut>(name: &str, columns: Vec<Column>, fill: F) -> Response
where
    F: FnOnce(Rows) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    answer(&format!("{name}.csv"), move |sheet| book::write_lines(columns, sheet, fill))
}

/// Answers with a list as the workbook `name` (without its ending), with its title on the sheet, while `fill` hands its rows
/// over.
pub fn workbook<F, Fut>(name: &str, title: String, columns: Vec<Column>, fill: F) -> Response
where
    F: FnOnce(Rows) -> Fut + Send + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    file(&format!("{name}.xlsx"), HeaderValue::from_static(XLSX), move |out| book::write(title, columns, out, fill))
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
    let mut response = Body::from_stream(ReceiverStream::new(receiver)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// Answers with words as the file `name`, which no cache keeps.
pub fn words(name: &str, kind: &'static str, words: String) -> Response {
    let mut response = words.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// Answers with a paper as the PDF `name`, which no cache keeps. Characters that no font has are told in the header
/// `Jishi-Unprintable`, percent-encoded: the reader is warned before the paper is signed.
pub fn pdf(name: &str, paper: Printed) -> Response {
    let lacking: String = String::from_iter(paper.lacking).bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut response = paper.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    if let Ok(lacking) = HeaderValue::from_str(&lacking)
        && !lacking.is_empty()
    {
        headers.insert("jishi-unprintable", lacking);
    }
    response
}
