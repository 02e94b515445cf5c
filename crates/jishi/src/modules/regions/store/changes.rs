//! Places as they are written, and the trace an old code or name leaves.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Day, Id, RegionCode, Result};

use super::{
    super::{model::Region, plan::Written, rules},
    reading::former_unscoped,
};

/// Rows of one INSERT, of 15 values each; few, for the reason given at [`super::AT_ONCE`].
const ROWS_AT_ONCE: usize = 40;

/// Puts new places in, many in one statement: the nation's 660,000 come in seconds.
pub async fn insert(tx: &mut Tx, new: &[(Id<Region>, Written)]) -> Result<()> {
    for chunk in new.chunks(ROWS_AT_ONCE) {
        let mut sql = sql!(
            "INSERT INTO regions (id, code, parent, level, kind, names, name, pinyin, pinyin_key, initials, lon, lat,
                                  valid_from, note, version)
             VALUES "
        );
        for (index, (id, place)) in chunk.iter().enumerate() {
            sql = sql
                .push_value(if index == 0 { "(" } else { ", (" }, *id)
                .push_value(", ", &place.code)
                .push_value(", ", place.code.parent())
                .push_value(", ", place.code.level().as_str())
                .push_value(", ", place.kind.as_str())
                .push_value(", ", &place.names)
                .push_value(", ", place.names.zh())
                .push_value(", ", &place.pinyin)
                .push_value(", ", rules::pinyin_key(&place.pinyin))
                .push_value(", ", rules::initials(&place.pinyin))
                .push_value(", ", place.point.map(|(lon, _)| lon))
                .push_value(", ", place.point.map(|(_, lat)| lat))
                .push_value(", ", place.valid_from)
                .push_value(", ", place.note.as_ref())
                .push_value(", ", 1_i64)
                .push(")");
        }
        tx.execute(sql).await?;
    }
    Ok(())
}

/// Writes a place as it now is; false when someone else changed it meanwhile.
pub async fn update(
    tx: &mut Tx,
    before: &Region,
    after: &Written,
    end: (Option<Day>, Option<&RegionCode>),
) -> Result<bool> {
    let (valid_until, successor) = end;
    let changed = tx
        .execute(sql!(
            "UPDATE regions
             SET code = $1, parent = $2, kind = $3, names = $4, name = $5, pinyin = $6, pinyin_key = $7, initials = $8,
                 lon = $9, lat = $10, note = $11, valid_until = $12, successor = $13, version = version + 1
             WHERE id = $14
               AND version = $15",
            &after.code,
            after.code.parent(),
            after.kind.as_str(),
            &after.names,
            after.names.zh(),
            &after.pinyin,
            rules::pinyin_key(&after.pinyin),
            rules::initials(&after.pinyin),
            after.point.map(|(lon, _)| lon),
            after.point.map(|(_, lat)| lat),
            after.note.as_ref(),
            valid_until,
            successor,
            before.id,
            before.version,
        ))
        .await?;
    Ok(changed == 1)
}

/// Keeps the code and names a place had until `until`. A correction on the very day they began leaves no trace.
pub async fn keep_former(tx: &mut Tx, before: &Region, until: Day) -> Result<()> {
    let since = former_unscoped(tx, before).await?.last().map_or(before.valid_from, |former| former.valid_until);
    if since >= until {
        return Ok(());
    }
    tx.execute(sql!(
        "INSERT INTO region_codes (code, region, names, valid_from, valid_until)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (code, valid_from) DO NOTHING",
        &before.place.code,
        before.id,
        &before.place.names,
        since,
        until,
    ))
    .await?;
    Ok(())
}

/// Moves what hangs on a code to the place's new one: its boundary and its printed spots.
pub async fn move_code(tx: &mut Tx, from: &RegionCode, to: &RegionCode) -> Result<()> {
    tx.execute(sql!("UPDATE boundaries SET code = $1, parent = $2 WHERE code = $3", to, to.parent(), from)).await?;
    tx.execute(sql!("UPDATE spots SET region = $1 WHERE region = $2", to, from)).await?;
    Ok(())
}

/// Removes a place that an import brought by mistake, if it has no boundary, no spot, no code of before and nothing in it.
/// False when it has.
pub async fn remove(tx: &mut Tx, code: &RegionCode) -> Result<bool> {
    let removed = tx
        .execute(sql!(
            "DELETE FROM regions
             WHERE code = $1
               AND NOT EXISTS (SELECT 1 FROM regions c WHERE c.parent = $1)
               AND NOT EXISTS (SELECT 1 FROM boundaries b WHERE b.code = $1)
               AND NOT EXISTS (SELECT 1 FROM spots s WHERE s.region = $1)
               AND NOT EXISTS (SELECT 1 FROM region_codes k WHERE k.region = regions.id)",
            code,
        ))
        .await?;
    Ok(removed == 1)
}

struct Seq(Option<i64>);

impl FromRow for Seq {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.opt("seq")?))
    }
}

/// The last entry of the trail about places or boundaries; 0 before the first. Every write of ours leaves one.
pub async fn last_change_unscoped(db: &mut Conn) -> Result<i64> {
    let mut last = 0;
    for kind in super::super::actions::TRAIL {
        let Seq(seq) = db.one(sql!("SELECT max(seq) AS seq FROM events WHERE kind = $1", kind)).await?;
        last = last.max(seq.unwrap_or(0));
    }
    Ok(last)
}
