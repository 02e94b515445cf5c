//! The cases behind a figure: as many rows as it says.

use std::collections::HashMap;

use db::Conn;
use kernel::{Code, Cursor, Day, Error, Id, Listing, Names, Page, Result};
use serde::Serialize;

use super::who::Chosen;
use crate::{
    modules::{
        App,
        cases::{self, CaseRow},
        indicators::{
            measures::{Basis, MEASURES, Measure},
            model::{Mark, RowFilter},
            periods::{self, Rule},
            store,
        },
        matters::MatterRef,
        people::{self, UnitRef},
        regions::{self, RegionRef},
    },
    platform::access::{Actor, Permission},
};

/// Which rows are asked for, besides whose and when.
#[derive(Clone, Debug)]
pub struct RowQuery {
    /// The day that counts.
    pub day: Basis,
    /// Measures, any of which holds.
    pub any: String,
    /// And any of these.
    pub also: Option<String>,
    /// None of these.
    pub without: Option<String>,
}

/// A row behind a figure.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = IndicatorRow)]
pub struct RowView {
    /// The case, where its reader may see it: what went to another unit is counted and not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseRow>,
    /// The day that counts.
    pub day: Day,
    /// What of it counts.
    pub marks: Vec<Names>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<RegionRef>,
    /// Whose work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitRef>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterRef>,
    /// How long, of a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
}

/// The filter of what is asked.
///
/// # Errors
/// Field errors on a measure nobody knows.
pub fn row_filter(chosen: &Chosen, query: &RowQuery) -> Result<RowFilter> {
    let mask = |field: &str, codes: &str| {
        codes.split(',').filter(|code| !code.is_empty()).try_fold(0, |mask, code| {
            let fits = |measure: &&Measure| measure.basis.is_none() || measure.basis == Some(query.day);
            let found = Measure::parse(code).filter(|measure| fits(measure));
            let found = found.ok_or_else(|| Error::field(field, Code::UnknownValue).with("value", code))?;
            Ok::<i64, Error>(mask | found.mask)
        })
    };
    let any = mask("any", &query.any)?;
    if any == 0 {
        return Err(Error::field("any", Code::Required));
    }
    Ok(RowFilter {
        selection: chosen.selection.clone(),
        period: chosen.period.unwrap_or(Rule::Month { from: 1 }).of(chosen.on),
        basis: query.day,
        any,
        also: mask("also", query.also.as_deref().unwrap_or_default())?,
        none: mask("without", query.without.as_deref().unwrap_or_default())?,
    })
}

/// A page of them, and how many there are.
pub async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &RowFilter,
    page: &Page,
) -> Result<Listing<RowView>> {
    let rows = store::page(db, filter, page).await?;
    let count = store::count(db, filter).await?;
    let Listing { rows, next, count, count_capped } =
        Listing::new(rows, page, count, |mark: &Mark| Cursor::pack(&(mark.slot, mark.case, mark.nth)));
    Ok(Listing { rows: views(db, app, actor, &rows).await?, next, count, count_capped })
}

/// Rows with the names of what they are about.
pub async fn views(db: &mut Conn, app: &App, actor: &Actor, rows: &[Mark]) -> Result<Vec<RowView>> {
    let ids: Vec<Id<cases::Case>> = rows.iter().map(|mark| mark.case).collect();
    let seen = match actor.require(Permission::CaseRead) {
        Ok(scope) => cases::seen_of(db, &scope, &ids).await?,
        Err(_) => Vec::new(),
    };
    let seen: HashMap<Id<cases::Case>, CaseRow> =
        cases::rows(db, app, &seen).await?.into_iter().map(|row| (row.id, row)).collect();
    let places = regions::refs_unscoped(db, rows.iter().map(|mark| &mark.place)).await?;
    let units: Vec<_> = rows.iter().filter_map(|mark| mark.unit).collect();
    let units = people::units_unscoped(db, &units).await?;
    let catalogue = app.matters.catalogue();
    let view = |mark: &Mark| RowView {
        case: seen.get(&mark.case).cloned(),
        day: periods::day_of(mark.slot),
        marks: words(mark),
        place: places.get(&mark.place).cloned(),
        unit: mark.unit.and_then(|unit| units.get(&unit).cloned()),
        matter: (!mark.matter.is_empty()).then(|| catalogue.matter_ref(&mark.matter, &mark.place)),
        minutes: matches!(mark.basis, Basis::Took | Basis::Last).then_some(mark.amount),
    };
    Ok(rows.iter().map(view).collect())
}

/// What of a row counts, in words.
fn words(mark: &Mark) -> Vec<Names> {
    let is_one = |measure: &&Measure| {
        measure.mask.count_ones() == 1 && (measure.basis.is_none() || measure.basis == Some(mark.basis))
    };
    MEASURES.iter().filter(is_one).filter(|measure| measure.holds(mark.marks)).map(Measure::names).collect()
}
