//! Whose figures somebody may see: those of their places with all in them, and their own unit's. Nobody's in person.

use db::Conn;
use kernel::{Code, Day, Error, Id, Level, Names, RegionCode, Result};
use serde::Serialize;

use crate::{
    modules::{
        App,
        indicators::{model::Selection, periods::Rule},
        people::{self, UnitRef},
        regions::{self, RegionRef},
    },
    platform::access::{Actor, Permission, Scope, Unit},
};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// A place.
    pub region: Option<RegionCode>,
    /// A unit.
    pub unit: Option<Id<Unit>>,
    /// A class, a group or a matter.
    pub matter: Option<String>,
    /// How periods go; as the definition says unless given.
    pub period: Option<String>,
    /// A day of the period; today unless given.
    pub on: Option<Day>,
}

/// A class, a group or a matter by its names.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorMatter)]
pub struct MatterName {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// What is looked at, by its names.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorChoice)]
pub struct Chosen {
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<RegionRef>,
    /// The places above it that its reader may look at, the widest first.
    pub above: Vec<RegionRef>,
    /// The unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    /// The matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterName>,
    /// Units of the reader's own.
    pub own_units: Vec<UnitRef>,
    /// Whether the reader sees places at all, and not only a unit's work.
    pub sees_places: bool,
    #[serde(skip)]
    pub selection: Selection,
    /// The place whose definitions hold.
    #[serde(skip)]
    pub home: RegionCode,
    #[serde(skip)]
    pub period: Option<Rule>,
    /// A day of the period.
    pub on: Day,
}

/// Checks that the actor may see what is asked for, and fills in what is not said.
///
/// # Errors
/// `forbidden`; `not_found` outside the scope; field errors.
pub async fn choose(db: &mut Conn, app: &App, actor: &Actor, asked: &Asked) -> Result<Chosen> {
    let scope = actor.require(Permission::IndicatorRead)?;
    let selection = selection(db, app, &scope, asked).await?;
    let codes: Vec<RegionCode> = selection.place.iter().flat_map(regions::ancestry).collect();
    let mut places = regions::refs_unscoped(db, &codes).await?;
    let own: Vec<Id<Unit>> = scope.units.iter().chain(&selection.unit).copied().collect();
    let units = people::units_unscoped(db, &own).await?;
    let place = selection.place.as_ref().and_then(|code| places.remove(code));
    if selection.place.is_some() && place.is_none() {
        return Err(Error::new(Code::NotFound));
    }
    let mut above: Vec<RegionRef> = places.into_values().filter(|place| scope.covers(&place.code)).collect();
    above.sort_by_key(|place| place.level);
    let home = selection.place.clone().unwrap_or_else(|| scope.home(&app.settings.region));
    let period =
        asked.period.as_deref().filter(|name| !name.is_empty()).map(|name| {
            Rule::parse(name).ok_or_else(|| Error::field("period", Code::UnknownValue).with("value", name))
        });
    let mut own_units: Vec<UnitRef> = scope.units.iter().filter_map(|id| units.get(id).cloned()).collect();
    own_units.dedup_by_key(|unit| unit.id);
    Ok(Chosen {
        above,
        unit: selection.unit.and_then(|id| units.get(&id).cloned()),
        matter: selection.matter.as_deref().map(|code| matter_name(app, code, &home)).transpose()?,
        own_units,
        sees_places: !scope.places.is_empty(),
        period: period.transpose()?,
        on: asked.on.unwrap_or_else(|| app.today()),
        place,
        selection,
        home,
    })
}

async fn selection(db: &mut Conn, app: &App, scope: &Scope, asked: &Asked) -> Result<Selection> {
    let not_found = || Error::new(Code::NotFound);
    let matter = asked.matter.clone().filter(|code| !code.is_empty());
    if let Some(place) = &asked.region
        && place.level() > Level::Village
    {
        return Err(Error::field("region", Code::UnknownRegion));
    }
    let Some(unit) = asked.unit else {
        let place = match &asked.region {
            Some(place) if scope.covers(place) => place.clone(),
            Some(_) => return Err(not_found()),
            None => {
                let home = scope.home(&app.settings.region);
                let first = || scope.places.first().cloned();
                match Some(home).filter(|home| scope.covers(home)).or_else(first) {
                    Some(place) => place.at(Level::Village).unwrap_or(place),
                    // Whoever sees the work of a unit only sees that.
                    None => {
                        let unit = scope.units.first().copied().ok_or_else(not_found)?;
                        return Ok(Selection { place: None, unit: Some(unit), matter });
                    }
                }
            }
        };
        return Ok(Selection { place: Some(place), unit: None, matter });
    };
    let is_own = scope.units.contains(&unit);
    match &asked.region {
        Some(place) if is_own || scope.covers(place) => {
            Ok(Selection { place: Some(place.clone()), unit: Some(unit), matter })
        }
        Some(_) => Err(not_found()),
        None => {
            let (_, works_for) =
                people::placed_units_unscoped(db, &[unit]).await?.remove(&unit).ok_or_else(not_found)?;
            if is_own || scope.covers(&works_for) {
                Ok(Selection { place: None, unit: Some(unit), matter })
            } else {
                Err(not_found())
            }
        }
    }
}

fn matter_name(app: &App, code: &str, home: &RegionCode) -> Result<MatterName> {
    let catalogue = app.matters.catalogue();
    let unknown = || Error::field("matter", Code::UnknownMatter);
    let names = match code.split('.').count() {
        1 => catalogue.classes().iter().find(|class| class.code == code).map(|class| class.names.clone()),
        2 => catalogue
            .classes()
            .iter()
            .flat_map(|class| &class.groups)
            .find(|group| group.code == code)
            .map(|group| group.names.clone()),
        _ => catalogue.matter(code, home).map(|(matter, _)| matter.names.clone()),
    };
    Ok(MatterName { code: code.to_owned(), names: names.ok_or_else(unknown)? })
}
