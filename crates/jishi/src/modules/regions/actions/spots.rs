//! Spots with a printed QR code. Rows written: one a spot, one on the trail.

use db::Conn;
use kernel::{Chance, Code, Day, Error, Names, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        lookup,
        model::Spot,
        rows::{NAME_MAX, point},
        store::{self, SpotRow},
    },
    record, require,
};
use crate::{
    modules::App,
    platform::{
        idempotency::{self, Key},
        import::Writer,
    },
};

/// Digits of a printed code: no letter that reads like a digit or like another letter.
const DIGITS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];
/// Spots listed at once; a township has a few dozen.
const LISTED: i64 = 500;

/// A spot to be made.
#[derive(Clone, Debug)]
pub struct NewSpot {
    /// What stands on the sign.
    pub label: Names,
    /// The place it is in.
    pub region: RegionCode,
    /// Where exactly.
    pub lon: Option<f64>,
    /// Where exactly.
    pub lat: Option<f64>,
}

/// Makes a spot with a random code.
///
/// # Errors
/// Fields to be mended; `not_found` outside the writer's scope.
pub async fn place_spot(app: &App, writer: Writer, key: Key, new: NewSpot) -> Result<Spot> {
    require(&writer, &new.region)?;
    if new.label.zh().trim().is_empty() {
        return Err(Error::field("label.zh", Code::Required));
    }
    if let Some((lang, _)) =
        new.label.iter().find(|(_, text)| text.chars().count() > 2 * usize::try_from(NAME_MAX).unwrap_or(0))
    {
        return Err(Error::field(format!("label.{lang}"), Code::TooLong).with("max", 2 * NAME_MAX));
    }
    let row = SpotRow {
        code: sign_code(&app.chance),
        label: new.label,
        region: new.region,
        point: point(new.lon, new.lat)?,
        created_at: app.now(),
    };
    let today = app.today();
    app.db
        .write(async move |mut tx| {
            if let Some(code) = idempotency::claim(&mut tx, &key, &row.code, row.created_at).await? {
                return spot_unscoped(&mut tx, &code, today).await;
            }
            if lookup::standing_unscoped(&mut tx, &row.region, today).await?.as_ref() != Some(&row.region) {
                return Err(Error::field("region", Code::UnknownRegion));
            }
            store::insert_spot(&mut tx, &row).await?;
            let params = json!({"spot": row.code});
            record(&mut tx, &writer, row.created_at, "spot.created", &row.region, params).await?;
            spot_unscoped(&mut tx, &row.code, today).await
        })
        .await
}

/// A code for a sign: eight digits that are read back as printed.
pub fn sign_code(chance: &Chance) -> String {
    chance.bytes::<8>().iter().filter_map(|byte| DIGITS.get(usize::from(byte % 32))).collect()
}

/// What a person typed from a sign, as it was printed.
pub fn as_printed(typed: &str) -> String {
    let digit = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    typed.trim().chars().map(digit).collect()
}

/// One spot, for everyone who stands before it, in the place that answers for it today.
///
/// # Errors
/// `not_found` when there is none with that code.
pub async fn spot_unscoped(db: &mut Conn, code: &str, today: Day) -> Result<Spot> {
    let mut row = store::spot_unscoped(db, &as_printed(code)).await?.ok_or_else(|| Error::new(Code::NotFound))?;
    // The sign still hangs when its place is another's.
    if let Some(standing) = lookup::standing_unscoped(db, &row.region, today).await? {
        row.region = standing;
    }
    let spot = named(db, vec![row]).await?.pop();
    spot.ok_or_else(|| Error::new(Code::NotFound))
}

/// The spots in a place at any depth; signs in public are for all staff to know.
///
/// # Errors
/// `internal` when the database fails.
pub async fn spots_unscoped(db: &mut Conn, within: &RegionCode) -> Result<Vec<Spot>> {
    let rows = store::spots_in_unscoped(db, within, LISTED).await?;
    named(db, rows).await
}

async fn named(db: &mut Conn, rows: Vec<SpotRow>) -> Result<Vec<Spot>> {
    let refs = lookup::refs_unscoped(db, rows.iter().map(|row| &row.region)).await?;
    let spot = |row: SpotRow| {
        let (lon, lat) = row.point.unzip();
        Some(Spot {
            region: refs.get(&row.region)?.clone(),
            code: row.code,
            label: row.label,
            lon,
            lat,
            created_at: row.created_at,
        })
    };
    Ok(rows.into_iter().filter_map(spot).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_eight_digits_that_are_read_back_as_printed() {
        let code = sign_code(&Chance::seeded(1));
        assert_eq!(code.len(), 8);
        assert_eq!(as_printed(&code.to_lowercase()), code);
        assert_eq!(as_printed(" oIl8abcd "), "0118ABCD");
    }
}
