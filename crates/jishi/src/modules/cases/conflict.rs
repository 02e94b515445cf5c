//! 回避: a case about a unit or its people is nobody's of that unit.
//!
//! Until another unit has it, such a case lies higher up, in the first place above that unit where somebody who is not of it may
//! dispatch: then it is in none of the lists, counts, searches and messages of the unit's own place, because it is not there.
//! Once it is dispatched it lies where it is, and may be read there; but nobody of the unit takes a step on it, opens a contact
//! detail of it or asks the resident how it went, and the unit is never given any part of it.

use db::Conn;
use kernel::{Code, Day, Error, Id, RegionCode, Result};

use super::model::{Case, Publicity};
use crate::{
    modules::{App, people, regions},
    platform::access::{Actor, Permission, Role, Unit},
};

/// Where a case about a unit waits: the first place above it, up to `root`, in which somebody of another unit may dispatch; the
/// one right above where there is nobody.
///
/// # Errors
/// `unknown_unit` on `about`.
pub async fn place_above(db: &mut Conn, about: Id<Unit>, root: &RegionCode, day: Day) -> Result<RegionCode> {
    let found = people::placed_units_unscoped(db, &[about]).await?.remove(&about);
    let (_, home) = found.ok_or_else(|| Error::field("about", Code::UnknownUnit))?;
    let above = |place: &RegionCode| place.parent().filter(|parent| root.covers(parent));
    let first = above(&home).unwrap_or_else(|| root.clone());
    let own = people::members_unscoped(db, about, day).await?;
    let mut next = Some(first.clone());
    while let Some(place) = next {
        for role in Role::ALL.into_iter().filter(|role| role.permissions().contains(&Permission::CaseDispatch)) {
            let holders = people::holders_unscoped(db, role, &place, day).await?;
            if holders.iter().any(|holder| !own.iter().any(|member| member.id == *holder)) {
                return Ok(place);
            }
        }
        next = above(&place);
    }
    Ok(first)
}

/// Puts a case out of sight of the unit it is about.
pub fn hide(case: &mut Case, above: RegionCode) {
    if case.about_place.is_none() {
        case.about_place = Some(std::mem::replace(&mut case.place, above));
    }
    case.publicity = Publicity::None;
}

/// Puts a case that is nobody's again out of sight of the unit it is about, if it is about one.
///
/// # Errors
/// `internal` when the database fails.
pub async fn keep_out_of_sight(db: &mut Conn, app: &App, case: &mut Case) -> Result<()> {
    if let Some(about) = case.about_unit {
        let above = place_above(db, about, &app.settings.region, app.today()).await?;
        hide(case, above);
    }
    Ok(())
}

/// Puts a case where it is, once another unit has it; where its place went, if places were redrawn meanwhile.
///
/// # Errors
/// `internal` when the database fails.
pub async fn reveal(db: &mut Conn, app: &App, case: &mut Case) -> Result<()> {
    if let Some(place) = case.about_place.take() {
        case.place = regions::standing_unscoped(db, &place, app.today()).await?.unwrap_or(place);
    }
    Ok(())
}

/// Whether a case is about a unit that the actor is of.
pub fn is_own(case: &Case, actor: &Actor) -> bool {
    case.about_unit.is_some_and(|about| actor.posts.iter().any(|post| post.unit == Some(about)))
}

/// Nobody has a say in a case about their own unit.
///
/// # Errors
/// `conflict_of_interest`.
pub fn refuse_own(case: &Case, actor: &Actor) -> Result<()> {
    if is_own(case, actor) { Err(Error::new(Code::ConflictOfInterest)) } else { Ok(()) }
}

/// A unit has no part in a case about itself.
///
/// # Errors
/// `unit_it_is_about` on `field`.
pub fn refuse_unit(case: &Case, unit: Id<Unit>, field: &str) -> Result<()> {
    if case.about_unit == Some(unit) { Err(Error::field(field, Code::UnitItIsAbout)) } else { Ok(()) }
}
