//! Rows of the ledger.

use std::collections::HashMap;

use db::Conn;
use kernel::{Code, Cursor, Day, Error, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use crate::modules::{
    App,
    disclosure::{
        model::{DisclosedCase, NotFixedReason, PublicFilter, PublicPlace, PublicState},
        store,
    },
    matters::MatterRef,
    regions::{self, RegionRef},
};

/// 大类, by its names.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PublicClass)]
pub struct ClassRef {
    /// Its code; empty for what nobody has classed yet.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// A place rounded to the grid, by its names.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct PublicPlaces {
    /// 县、区
    #[serde(skip_serializing_if = "Option::is_none")]
    pub county: Option<RegionRef>,
    /// 乡镇、街道
    #[serde(skip_serializing_if = "Option::is_none")]
    pub township: Option<RegionRef>,
    /// 村、社区
    #[serde(skip_serializing_if = "Option::is_none")]
    pub village: Option<RegionRef>,
    /// 网格
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<RegionRef>,
}

/// One case as everyone may read it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PublicCase {
    /// Its name in public; it leads to nothing else.
    pub key: String,
    /// What it is about.
    pub matter: MatterRef,
    /// Of which class that is.
    pub class: ClassRef,
    /// Where, rounded to the grid.
    pub place: PublicPlaces,
    /// The day it came.
    pub received_day: Day,
    /// The day the answer is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_day: Option<Day>,
    /// The day of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_day: Option<Day>,
    /// Where it stands.
    pub state: PublicState,
    /// Why it was not fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<NotFixedReason>,
    /// Whether the answer came, or is, after its day.
    pub is_late: bool,
    /// A few words that the office approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Names>,
}

/// A page of the ledger.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OpenListing {
    /// The rows of this page.
    pub rows: Vec<PublicCase>,
    /// Cursor of the next page; absent on the last.
    pub next: Option<String>,
    /// Rows in the whole list, exactly.
    pub count: i64,
    /// When what is public changed last.
    pub updated_at: Option<kernel::Instant>,
}

/// The class of a code by its names.
pub fn class_ref(app: &App, code: &str) -> ClassRef {
    let catalogue = app.matters.catalogue();
    let found = catalogue.classes().iter().find(|class| class.code == code);
    let unknown = || if code.is_empty() { Names::new("未归类", "Not classed") } else { Names::zh_only(code) };
    ClassRef { code: code.to_owned(), names: found.map_or_else(unknown, |class| class.names.clone()) }
}

/// Names of the places of rows, for [`of`].
pub(super) type Known = HashMap<RegionCode, RegionRef>;

/// Names of the places of some rows, read at once.
pub(super) async fn known(db: &mut Conn, rows: &[DisclosedCase]) -> Result<Known> {
    regions::refs_unscoped(db, rows.iter().flat_map(|row| row.place.known())).await
}

/// A row with the names of what it refers to.
pub(super) fn of(app: &App, known: &Known, row: DisclosedCase) -> PublicCase {
    let narrowest = row.place.narrowest().unwrap_or(&app.settings.region);
    PublicCase {
        key: row.public_key,
        matter: app.matters.catalogue().matter_ref(&row.matter, narrowest),
        class: class_ref(app, &row.class),
        place: places(known, &row.place),
        received_day: row.received_day,
        due_day: row.due_day,
        done_day: row.done_day,
        state: row.state,
        reason: row.reason,
        is_late: row.is_late,
        summary: row.summary,
    }
}

/// A rounded place by the names of its levels.
pub(super) fn places(known: &Known, place: &PublicPlace) -> PublicPlaces {
    let named = |code: &Option<RegionCode>| code.as_ref().and_then(|code| known.get(code).cloned());
    PublicPlaces {
        county: named(&place.county),
        township: named(&place.township),
        village: named(&place.village),
        grid: named(&place.grid),
    }
}

/// A page of the ledger.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn listing(db: &mut Conn, app: &App, filter: &PublicFilter, page: &Page) -> Result<OpenListing> {
    let rows = store::list(db, filter, page).await?;
    let count = store::count(db, filter).await?;
    let (_, updated_at) = store::mark_unscoped(db).await?;
    let known = known(db, &rows).await?;
    let listing = Listing::new(rows, page, 0, |row| Cursor::pack(&(row.received_day, &row.public_key)));
    let rows = listing.rows.into_iter().map(|row| of(app, &known, row)).collect();
    Ok(OpenListing { rows, next: listing.next, count, updated_at })
}

/// One case by its name in public.
///
/// # Errors
/// `not_found`.
pub async fn one(db: &mut Conn, app: &App, key: &str) -> Result<PublicCase> {
    let row = store::by_key(db, key).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    let known = known(db, std::slice::from_ref(&row)).await?;
    Ok(of(app, &known, row))
}

/// Rows by their names in public, in the order of these.
///
/// # Errors
/// `internal` when the database fails.
pub async fn some_unscoped(db: &mut Conn, app: &App, keys: &[String]) -> Result<Vec<PublicCase>> {
    let rows = store::by_keys(db, keys).await?;
    let known = known(db, &rows).await?;
    Ok(rows.into_iter().map(|row| of(app, &known, row)).collect())
}
