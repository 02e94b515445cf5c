//! What everyone may read of a place's links: who may be named, the day somebody last came, and what became of what was raised.

use db::Conn;
use kernel::{Day, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    model::{Disclosed, NeedStage},
    rules, store,
};
use crate::modules::{
    App,
    disclosure::{self, PublicCase},
    regions::{self, RegionRef},
};

/// Needs so long ago are history.
pub(super) const SINCE_DAYS: i64 = 365;
/// The stages that are told, in their order; each has its column.
const TOLD: [NeedStage; 4] = [NeedStage::Collected, NeedStage::Classified, NeedStage::Solved, NeedStage::Ended];

/// What shall be read of a place.
pub(super) async fn compose(db: &mut Conn, place: &RegionCode, today: Day) -> Result<Disclosed> {
    let links = store::public_links_unscoped(db, place, today).await?;
    let mut told = Disclosed { links, last_on: store::last_unscoped(db, place).await?, ..Disclosed::default() };
    for raised in store::raised_unscoped(db, place, today.plus(-SINCE_DAYS)).await? {
        let stage = rules::stage(true, raised.case);
        for (count, _) in told.counts.iter_mut().zip(TOLD).filter(|(_, known)| *known == stage) {
            *count += 1;
        }
        told.cases.extend(raised.public_key.map(|key| (stage, key)));
    }
    told.cases.sort_by(|one, other| (one.0.as_str(), &one.1).cmp(&(other.0.as_str(), &other.1)));
    // Two visits may have raised one case.
    told.cases.dedup();
    Ok(told)
}

/// A cadre linked to a place, as everyone reads it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OpenLink {
    /// Who.
    name: String,
    /// Of which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Names>,
    /// The office's telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// Since when.
    since: Day,
}

/// What became of what was raised.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OpenRaised {
    /// How far it came.
    stage: NeedStage,
    /// Its name.
    names: Names,
    /// How many; none where what is not in the ledger is so little that a number could point at somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<i64>,
    /// How many of them stand in the public ledger.
    listed: i64,
}

/// 包联公开: what everyone may read of a place's linked cadres. Nothing of it is about households.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OpenLinks {
    /// The place.
    place: RegionRef,
    /// Who is linked to it, as far as their card says that it is public.
    links: Vec<OpenLink>,
    /// The day somebody of the linked cadres last came; not who.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_on: Option<Day>,
    /// What became of what was raised in the last year.
    raised: Vec<OpenRaised>,
    /// Fewer than so many are not told.
    few: i64,
}

/// A number that could point at somebody is not told: what is not in the ledger is told from [`disclosure::FEW`] on.
fn told(count: i64, listed: i64) -> Option<i64> {
    let unlisted = (count - listed).max(0);
    (unlisted == 0 || unlisted >= disclosure::FEW).then_some(count)
}

/// What everyone reads of a place.
pub(super) async fn read(db: &mut Conn, place: &RegionCode) -> Result<Option<OpenLinks>> {
    let home = store::home(place);
    let Some(region) = regions::refs_unscoped(db, [&home]).await?.remove(&home) else { return Ok(None) };
    let Disclosed { links, last_on, counts, cases } = store::disclosed(db, &home).await?;
    let raised = TOLD.into_iter().zip(counts).filter(|(_, count)| *count > 0).map(|(stage, count)| {
        let listed = i64::try_from(cases.iter().filter(|(known, _)| *known == stage).count()).unwrap_or(i64::MAX);
        OpenRaised { stage, names: stage.names(), needs: told(count, listed), listed }
    });
    let links = links.into_iter().map(|link| OpenLink {
        name: link.name,
        unit: link.unit,
        phone: link.phone,
        since: link.since,
    });
    let (raised, links) = (raised.collect(), links.collect());
    Ok(Some(OpenLinks { place: region, links, last_on, raised, few: disclosure::FEW }))
}

/// The needs of a place that stand in the public ledger, of one stage.
pub(super) async fn cases(
    db: &mut Conn,
    app: &App,
    (place, stage): (&RegionCode, NeedStage),
    page: &Page,
) -> Result<Listing<PublicCase>> {
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<String>()).transpose()?;
    let all = store::disclosed(db, &store::home(place)).await?.cases;
    let keys: Vec<String> = all.into_iter().filter(|(known, _)| *known == stage).map(|(_, key)| key).collect();
    let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    let most = usize::try_from(page.limit + 1).unwrap_or(usize::MAX);
    let keys: Vec<String> =
        keys.into_iter().filter(|key| after.as_ref().is_none_or(|after| key > after)).take(most).collect();
    let rows = disclosure::some_unscoped(db, app, &keys).await?;
    Ok(Listing::new(rows, page, count, |row| kernel::Cursor::pack(&row.key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_that_nobody_can_look_up_are_not_counted_out() {
        assert_eq!(told(4, 4), Some(4), "all of them stand in the ledger anyway");
        assert_eq!(told(3, 0), None);
        assert_eq!(told(6, 2), None, "what is left would be four");
        assert_eq!(told(7, 2), Some(7));
        assert_eq!(told(0, 0), Some(0));
    }
}
