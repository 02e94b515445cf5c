//! SQL of assessments: some a year.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{COUNT_CAP, Code, Error, Id, Instant, Page, Result};

use super::model::Assessment;
use crate::platform::paper::Printed;

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// The next number of a year.
pub(super) async fn next_number(db: &mut Conn, year: i64) -> Result<i64> {
    let last: Option<Number> = db
        .optional(sql!("SELECT number AS n FROM assessments WHERE year = $1 ORDER BY number DESC LIMIT 1", year))
        .await?;
    Ok(last.map_or(1, |Number(n)| n + 1))
}

/// Keeps one; false when another took its number meanwhile.
pub(super) async fn insert(tx: &mut Tx, made: &Assessment, Printed { bytes, lacking }: Printed) -> Result<bool> {
    let lacking = String::from_iter(lacking);
    let inserted = tx
        .execute(sql!(
            "INSERT INTO assessments (id, year, number, made_at, person, lang, sha256, lacking, pdf)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (year, number) DO NOTHING",
            made.id,
            made.year,
            made.number,
            made.made_at,
            made.person,
            &made.lang,
            &made.sha256,
            lacking,
            bytes,
        ))
        .await?;
    Ok(inserted == 1)
}

/// A page of them and one more, the newest first. They are the whole instance's; the caller has checked the right to them.
pub(super) async fn page(db: &mut Conn, page: &Page) -> Result<(Vec<Assessment>, i64)> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(i64, Id<Assessment>)>()).transpose()?;
    let sql = sql!("SELECT id, year, number, made_at, person, lang, sha256 FROM assessments WHERE TRUE");
    let sql = sql.push_some(after, |sql, (at, id)| {
        sql.push_value(" AND (made_at, id) < (", Instant::from_millis(at)).push_value(", ", id).push(")")
    });
    let rows = db.all(sql.push_value(" ORDER BY made_at DESC, id DESC LIMIT ", page.limit + 1)).await?;
    let count = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM assessments");
    let Number(count) = db.one(count.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok((rows, count))
}

struct Pdf(i64, i64, Printed);

impl FromRow for Pdf {
    fn from_row(row: &Row) -> Result<Self> {
        let lacking: String = row.get("lacking")?;
        let paper = Printed { bytes: row.get("pdf")?, lacking: lacking.chars().collect() };
        Ok(Self(row.get("year")?, row.get("number")?, paper))
    }
}

/// One as it was made: its year, its number, the paper.
pub(super) async fn pdf(db: &mut Conn, id: Id<Assessment>) -> Result<(i64, i64, Printed)> {
    let found: Option<Pdf> =
        db.optional(sql!("SELECT year, number, lacking, pdf FROM assessments WHERE id = $1", id)).await?;
    found.map(|Pdf(year, number, paper)| (year, number, paper)).ok_or_else(|| Error::new(Code::NotFound))
}
