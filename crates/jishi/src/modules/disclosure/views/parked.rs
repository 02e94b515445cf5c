//! 挂账公示 as everyone reads it.

use db::Conn;
use kernel::{Cursor, Day, Instant, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use super::rows::{PublicPlaces, places};
use crate::modules::{App, disclosure::store, matters::MatterRef, regions};

/// A parked case: what stands in the way, and what is planned.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ParkedCase {
    /// Its name in public; it leads to nothing else.
    pub key: String,
    /// What it is about.
    pub matter: MatterRef,
    /// Where, rounded to the grid.
    pub place: PublicPlaces,
    /// 客观原因
    pub obstacle: Names,
    /// Why not now, and what is planned.
    pub plan: String,
    /// Which unit looks after it.
    pub owner: Names,
    /// Since when.
    pub since: Day,
    /// When it is looked at again.
    pub review_on: Day,
    /// Whether that day is over.
    pub is_review_late: bool,
    /// How often it was parked.
    pub times: i64,
}

/// A page of parked cases.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ParkedListing {
    /// The rows of this page.
    pub rows: Vec<ParkedCase>,
    /// Cursor of the next page; absent on the last.
    pub next: Option<String>,
    /// Rows in the whole list, exactly.
    pub count: i64,
    /// When what is public changed last.
    pub updated_at: Option<Instant>,
}

/// A page of the parked cases of a place, the longest parked first.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn parked(db: &mut Conn, app: &App, place: &RegionCode, page: &Page) -> Result<ParkedListing> {
    let rows = store::parked(db, place, page).await?;
    let count = store::parked_count(db, place).await?;
    let (_, updated_at) = store::mark_unscoped(db).await?;
    let known = regions::refs_unscoped(db, rows.iter().flat_map(|row| row.place.known())).await?;
    let listing = Listing::new(rows, page, count, |row| Cursor::pack(&(row.since, &row.public_key)));
    let (today, limits) = (app.today(), app.pleas.get());
    let row = |row: store::DisclosedParked| {
        let narrowest = row.place.narrowest().unwrap_or(&app.settings.region);
        ParkedCase {
            matter: app.matters.catalogue().matter_ref(&row.matter, narrowest),
            place: places(&known, &row.place),
            obstacle: limits.obstacle(&row.obstacle),
            plan: row.plan,
            owner: row.owner,
            since: row.since,
            review_on: row.review_on,
            is_review_late: row.review_on < today,
            times: row.times,
            key: row.public_key,
        }
    };
    Ok(ParkedListing { rows: listing.rows.into_iter().map(row).collect(), next: listing.next, count, updated_at })
}
