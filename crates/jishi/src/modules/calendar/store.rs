//! SQL of the calendar; the files themselves are kept by the catalogue.

use db::{Conn, FromRow, Row, sql};
use kernel::Result;

use super::actions::KIND;

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many versions of calendar files there are. They are only ever added, so the number tells whether to read again.
/// Public holidays are for everyone to know.
pub(super) async fn versions_unscoped(db: &mut Conn) -> Result<i64> {
    let count: Count =
        db.one(sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM catalog_versions WHERE kind = $1", KIND)).await?;
    Ok(count.0)
}
