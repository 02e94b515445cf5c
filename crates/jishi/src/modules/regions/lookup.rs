//! Reading places: one, its children, by name, as part of something else.

use std::collections::{BTreeSet, HashMap};

use db::Conn;
use kernel::{Code, Day, Level, Names, RegionCode, Result};

use super::{
    model::{Place, Region, RegionDetail, RegionRef, RegionWithPath, Whereabouts},
    rules,
    store::{self, Field},
};

/// Results of a search.
const FOUND: i64 = 20;
/// Places that words may mean at once.
const MEANT: i64 = 64;
/// Characters of a name, and letters of its pinyin, from which on they may mean a place: shorter ones begin too many words.
const NAME_MEANT: usize = 2;
const PINYIN_MEANT: usize = 4;
/// How often a place may have been taken over before the trace is given up.
const SUCCESSIONS: usize = 16;

/// Names of these places, also by codes they had before; a code nobody ever had is left out.
/// For everyone: places are reference data.
///
/// # Errors
/// `internal` when the database fails.
pub async fn refs_unscoped(
    db: &mut Conn,
    codes: impl IntoIterator<Item = &RegionCode>,
) -> Result<HashMap<RegionCode, RegionRef>> {
    let codes: BTreeSet<&RegionCode> = codes.into_iter().collect();
    if codes.is_empty() {
        return Ok(HashMap::new());
    }
    store::refs_unscoped(db, &codes.into_iter().collect::<Vec<_>>()).await
}

/// The names of one place, also by a code it had before; none when there never was one. For everyone.
///
/// # Errors
/// `internal` when the database fails.
pub async fn names_unscoped(db: &mut Conn, code: &RegionCode) -> Result<Option<Names>> {
    Ok(refs_unscoped(db, [code]).await?.remove(code).map(|place| place.names))
}

/// Where to draw each of these places: the middle of its boundary, or else its seat. For everyone.
///
/// # Errors
/// `internal` when the database fails.
pub async fn points_unscoped(db: &mut Conn, codes: &[RegionCode]) -> Result<HashMap<RegionCode, (f64, f64)>> {
    store::points_unscoped(db, codes).await
}

/// The places in `root` that are called so today. For everyone.
///
/// # Errors
/// `internal` when the database fails.
pub async fn called_unscoped(db: &mut Conn, names: &[&str], root: &RegionCode, today: Day) -> Result<Vec<RegionRef>> {
    store::called_unscoped(db, names, root, today).await
}

/// One place, by its code or by one it had before. For everyone.
///
/// # Errors
/// `not_found` when there never was one.
pub async fn get_unscoped(db: &mut Conn, code: &RegionCode, today: Day) -> Result<Region> {
    store::get_unscoped(db, code, today).await
}

/// The place that answers today for what is said of this one: itself; once it has ended, the one that took over; where
/// none did, the one above. None when there never was one. For everyone.
///
/// # Errors
/// `internal` when the database fails.
pub async fn standing_unscoped(db: &mut Conn, code: &RegionCode, today: Day) -> Result<Option<RegionCode>> {
    let mut code = code.clone();
    for _ in 0..SUCCESSIONS {
        let place = match store::get_unscoped(db, &code, today).await {
            Err(error) if error.code() == Code::NotFound => return Ok(None),
            found => found?,
        };
        if !place.is_over(today) {
            return Ok(Some(place.place.code));
        }
        let Some(next) = place.successor.or(place.parent) else { return Ok(None) };
        code = next;
    }
    Ok(None)
}

/// The places directly in one. For everyone.
///
/// # Errors
/// `internal` when the database fails.
pub async fn children_unscoped(db: &mut Conn, parent: &RegionCode, today: Day) -> Result<Vec<Region>> {
    store::children_unscoped(db, parent, today).await
}

/// One place with what is around it. For everyone.
///
/// # Errors
/// `not_found` when there never was one.
pub async fn detail_unscoped(db: &mut Conn, code: &RegionCode, today: Day) -> Result<RegionDetail> {
    let region = store::get_unscoped(db, code, today).await?;
    let code = region.place.code.clone();
    Ok(RegionDetail {
        path: path(&refs_unscoped(db, &ancestry(&code)).await?, &code),
        child_counts: store::child_counts_unscoped(db, &code, today).await?,
        counts: store::counts_unscoped(db, &code, today).await?,
        former: store::former_unscoped(db, &region).await?,
        region,
    })
}

/// Places by code, name, pinyin or its initials, each with the places above it. For everyone.
///
/// # Errors
/// `internal` when the database fails.
pub async fn search_unscoped(db: &mut Conn, words: &str, today: Day) -> Result<Vec<RegionWithPath>> {
    let mut rows: Vec<Region> = Vec::new();
    for (field, prefix) in rules::wanted(words) {
        rows.extend(store::beginning_with_unscoped(db, field, &prefix, FOUND, today).await?);
        if let Field::Name = field
            && rows.is_empty()
            && prefix.chars().count() > 1
        {
            rows.extend(store::containing_unscoped(db, &prefix, FOUND, today).await?);
        }
    }
    let mut seen = BTreeSet::new();
    rows.retain(|region| seen.insert(region.place.code.clone()));
    rows.truncate(usize::try_from(FOUND).unwrap_or(usize::MAX));
    let codes: Vec<RegionCode> = rows.iter().flat_map(|region| ancestry(&region.place.code)).collect();
    let refs = refs_unscoped(db, &codes).await?;
    Ok(rows.into_iter().map(|region| RegionWithPath { path: path(&refs, &region.place.code), region }).collect())
}

/// The places that words name by how these begin or sound, within others; none of them inside another. Nothing where the
/// words are too short to mean a place, or name so many that no one of them is meant.
///
/// # Errors
/// `internal` when the database fails.
pub async fn meant_unscoped(db: &mut Conn, words: &str, within: &[RegionCode]) -> Result<Vec<RegionCode>> {
    let mut found: Vec<RegionCode> = Vec::new();
    for (field, prefix) in rules::wanted(words) {
        let is_enough = match field {
            Field::Name => prefix.chars().count() >= NAME_MEANT,
            Field::Pinyin => prefix.len() >= PINYIN_MEANT,
            Field::Code | Field::Initials => false,
        };
        if is_enough {
            found.extend(store::codes_beginning_with_unscoped(db, field, &prefix, within, MEANT + 1).await?);
        }
    }
    if i64::try_from(found.len()).unwrap_or(i64::MAX) > MEANT {
        return Ok(Vec::new());
    }
    found.sort_unstable();
    found.dedup_by(|inner, outer| outer.covers(inner));
    Ok(found)
}

/// A code and all above it, the widest first.
pub fn ancestry(code: &RegionCode) -> Vec<RegionCode> {
    Level::ALL.into_iter().filter_map(|level| code.at(level)).collect()
}

/// The known places above one, the widest first.
fn path(refs: &HashMap<RegionCode, RegionRef>, code: &RegionCode) -> Vec<RegionRef> {
    ancestry(code).iter().filter(|above| *above != code).filter_map(|above| refs.get(above).cloned()).collect()
}

/// Where something is, with a name for each level. For everyone who may see the thing itself.
///
/// # Errors
/// `internal` when the database fails.
pub async fn place_of_unscoped(db: &mut Conn, at: Whereabouts) -> Result<Place> {
    let codes = at.region.as_ref().map(ancestry).unwrap_or_default();
    Ok(named(&refs_unscoped(db, &codes).await?, at))
}

/// The same for a whole list, with one look at the database; in the order given.
///
/// # Errors
/// `internal` when the database fails.
pub async fn places_of_unscoped(db: &mut Conn, all: Vec<Whereabouts>) -> Result<Vec<Place>> {
    let codes: Vec<RegionCode> = all.iter().filter_map(|at| at.region.as_ref()).flat_map(ancestry).collect();
    let refs = refs_unscoped(db, &codes).await?;
    Ok(all.into_iter().map(|at| named(&refs, at)).collect())
}

/// Where something is, from names that were read before with [`refs_unscoped`] (of the [`ancestry`] of its place).
pub fn named(refs: &HashMap<RegionCode, RegionRef>, at: Whereabouts) -> Place {
    let level = |level| at.region.as_ref().and_then(|code| refs.get(&code.at(level)?).cloned());
    Place {
        city: level(Level::City),
        county: level(Level::County),
        township: level(Level::Township),
        village: level(Level::Village),
        grid: level(Level::Grid),
        micro_grid: level(Level::MicroGrid),
        text: at.text,
        lon: at.lon,
        lat: at.lat,
        source: at.source,
        is_guess: at.is_guess,
    }
}
