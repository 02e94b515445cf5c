//! 剔除清单: what was left out of the count, by whom, why, who agreed and when. For auditors, who read no case and no
//! resident's words, and for the units themselves.

use std::collections::HashMap;

use db::Conn;
use kernel::{Id, Instant, Lang, Listing, Names, Page, RegionCode, Result};
use serde::Serialize;

use super::{
    model::{Plea, PleaFilter, PleaState},
    store, views,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case},
        matters::MatterRef,
        people::{self, PersonRef, UnitRef},
        regions::{self, RegionRef},
    },
    platform::{
        access::{Actor, Permission, Scope},
        book::{self, Cell, Column, Rows},
        masking,
    },
};

/// Whose exclusions the actor reads: an auditor's places, and those of the cases they read.
///
/// # Errors
/// `forbidden` when neither.
pub(super) fn seen_by(actor: &Actor) -> Result<Scope> {
    match (actor.require(Permission::AuditRead), actor.require(Permission::CaseRead)) {
        (Ok(audited), Ok(read)) => {
            Ok(Scope { places: [audited.places, read.places].concat(), units: [audited.units, read.units].concat() })
        }
        (Ok(scope), Err(_)) | (Err(_), Ok(scope)) => Ok(scope),
        (Err(error), Err(_)) => Err(error),
    }
}

/// A case that a unit asked to be left out of the count.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ExclusionRow {
    /// The request's identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Plea>,
    /// The case, where its reader may open it.
    #[schema(value_type = Option<uuid::Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<Id<Case>>,
    /// Its number.
    number: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    matter: Option<MatterRef>,
    /// The township and the village.
    place: Vec<RegionRef>,
    /// How far it is.
    state: PleaState,
    /// 剔除原因, by its code.
    code: String,
    /// By its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Names>,
    /// In the unit's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// The unit that asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<UnitRef>,
    /// Who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_by: Option<PersonRef>,
    /// When.
    asked_at: Instant,
    /// Who agreed, or did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<PersonRef>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<Instant>,
    /// In their words.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

/// A page of the list, the newest first; what waits for a decision by when it is to be decided.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub(super) async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &PleaFilter,
    page: &Page,
) -> Result<Listing<ExclusionRow>> {
    let Listing { rows: pleas, next, count, count_capped } = store::list(db, &seen_by(actor)?, filter, page).await?;
    Ok(Listing { rows: rows(db, app, actor, &pleas).await?, next, count, count_capped })
}

async fn rows(db: &mut Conn, app: &App, actor: &Actor, pleas: &[Plea]) -> Result<Vec<ExclusionRow>> {
    let ids: Vec<Id<Case>> = pleas.iter().map(|plea| plea.case).collect();
    let found: HashMap<Id<Case>, Case> =
        cases::some_unscoped(db, &ids).await?.into_iter().map(|case| (case.id, case)).collect();
    let opens: Vec<Id<Case>> = match actor.require(Permission::CaseRead) {
        Ok(scope) => cases::seen_of(db, &scope, &ids).await?.into_iter().map(|case| case.id).collect(),
        Err(_) => Vec::new(),
    };
    let units = people::units_unscoped(db, &pleas.iter().map(|plea| plea.unit).collect::<Vec<_>>()).await?;
    let who: Vec<_> = pleas.iter().flat_map(|plea| [Some(plea.person), plea.decided_by]).flatten().collect();
    let who = people::people_unscoped(db, &who).await?;
    let notes: Vec<_> = pleas.iter().flat_map(|plea| [plea.reason, plea.answer]).flatten().collect();
    let words = cases::words_unscoped(db, &notes).await?;
    let codes: Vec<RegionCode> = found.values().flat_map(|case| steps(&case.place)).collect();
    let places = regions::refs_unscoped(db, &codes).await?;
    let catalogue = app.matters.catalogue();
    let row = |plea: &Plea| {
        let case = found.get(&plea.case)?;
        Some(ExclusionRow {
            id: plea.id,
            case: Some(case.id).filter(|id| opens.contains(id)),
            number: case.number.clone(),
            matter: case.matter.as_deref().map(|matter| catalogue.matter_ref(matter, &case.place)),
            place: steps(&case.place).filter_map(|code| places.get(&code).cloned()).collect(),
            state: plea.state,
            code: plea.wish.code.clone().unwrap_or_default(),
            reason: views::relies_on(app, plea),
            words: plea.reason.and_then(|note| words.get(&note)).map(|words| masked(words)),
            unit: units.get(&plea.unit).cloned(),
            asked_by: who.get(&plea.person).cloned(),
            asked_at: plea.asked_at,
            decided_by: plea.decided_by.and_then(|person| who.get(&person).cloned()),
            decided_at: plea.decided_at,
            answer: plea.answer.and_then(|note| words.get(&note)).map(|words| masked(words)),
        })
    };
    Ok(pleas.iter().filter_map(row).collect())
}

/// Offices write as they speak among themselves; who reads here opens no case, and learns no name or number.
fn masked(words: &str) -> String {
    masking::mask(words, None).text
}

/// The township and the village.
fn steps(place: &RegionCode) -> impl Iterator<Item = RegionCode> {
    [place.at(kernel::Level::Township), place.at(kernel::Level::Village)].into_iter().flatten()
}

/// The columns in a reader's language.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("工单编号", "Number", 24),
        ("事项", "Matter", 24),
        ("地点", "Place", 30),
        ("申请单位", "Unit", 24),
        ("剔除原因", "Reason", 28),
        ("原因代码", "Code", 16),
        ("理由", "In words", 40),
        ("申请人", "Asked by", 12),
        ("申请时间", "Asked at", 17),
        ("状态", "State", 12),
        ("批准人", "Decided by", 12),
        ("裁定时间", "Decided at", 17),
        ("裁定意见", "The arbiter's words", 40),
    ];
    book::columns(lang, heads)
}

/// Hands the list over in batches of rows.
pub(super) async fn batches(app: SharedApp, (actor, filter): (Actor, PleaFilter), lang: Lang, out: Rows) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, actor, filter) = (&app, &actor, &filter);
        async move {
            let listing = listing(&mut app.db.read().await?, app, actor, filter, &page).await?;
            Ok((listing.rows.iter().map(|row| cells(app, row, lang)).collect(), listing.next))
        }
    })
    .await
}

fn cells(app: &App, row: &ExclusionRow, lang: Lang) -> Vec<Cell> {
    let time = |at: Option<Instant>| Cell::Time(at.map(|at| at.zoned(&app.settings.zone).datetime()));
    let place: Vec<&str> = row.place.iter().map(|region| region.names.in_lang(lang)).collect();
    vec![
        Cell::Text(row.number.clone()),
        Cell::called(row.matter.as_ref().map(|matter| &matter.names), lang),
        Cell::Text(place.join(" ")),
        Cell::called(row.unit.as_ref().map(|unit| &unit.names), lang),
        Cell::called(row.reason.as_ref(), lang),
        Cell::Text(row.code.clone()),
        Cell::words(row.words.as_ref()),
        Cell::words(row.asked_by.as_ref().map(|person| &person.name)),
        time(Some(row.asked_at)),
        Cell::called(Some(&row.state.names()), lang),
        Cell::words(row.decided_by.as_ref().map(|person| &person.name)),
        time(row.decided_at),
        Cell::words(row.answer.as_ref()),
    ]
}
