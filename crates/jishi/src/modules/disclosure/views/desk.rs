//! What the office sees of what is public: on the page of a case, and in its lists.

use std::{collections::HashMap, pin::pin};

use db::Conn;
use futures::StreamExt;
use kernel::{Id, Instant, Lang, Listing, Names, Page, Result};
use serde::Serialize;

use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case},
        disclosure::{
            actions::{self, fresh},
            model::{Disclosure, NotFixedReason, PublicState, Shown, SummaryState},
            rules,
            store::{self, DeskFilter},
        },
        regions,
    },
    platform::{
        access::{Actor, Scope},
        book::{self, Cell, Column, Rows},
    },
};

/// What is public of a case, on its page.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseDisclosure {
    /// How much is public.
    pub shown: Shown,
    /// Its name in public, when it has a row there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Where it stands, as everyone reads it.
    pub state: PublicState,
    /// Why it was not fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<NotFixedReason>,
    /// Where the summary stands.
    pub summary_state: SummaryState,
    /// The summary, or its draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Names>,
    /// Why it was taken down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_because: Option<String>,
    /// What the platform proposes: from matter, place and outcome, never from anybody's words.
    pub proposal: Names,
    /// Counts the changes of the summary.
    pub version: i64,
    /// Whether the reader may write a draft.
    pub may_propose: bool,
    /// Whether the reader may make it public.
    pub may_approve: bool,
    /// Whether the reader may take it down.
    pub may_take_down: bool,
    /// Longest summary, in characters.
    pub summary_max: i64,
}

/// What is public of a case, for a reader whose scope was checked when `case` was read.
///
/// # Errors
/// `internal` when the database fails.
pub async fn case_disclosure(db: &mut Conn, app: &App, actor: &Actor, case: &Case) -> Result<CaseDisclosure> {
    let kept = store::of_cases_unscoped(db, &[case.id]).await?.pop();
    let it = fresh(app, case, kept.as_ref(), app.now());
    let may = actions::may(actor, case, &it);
    let proposal = proposal(db, app, case, &it).await?;
    Ok(CaseDisclosure {
        shown: it.standing.shown,
        key: Some(it.public_key).filter(|_| it.standing.shown == Shown::Listed),
        state: it.standing.state,
        reason: it.standing.reason,
        summary_state: it.summary_state,
        summary: it.summary,
        withdrawn_because: it.withdrawn_because,
        proposal,
        version: it.version,
        may_propose: may.propose,
        may_approve: may.approve,
        may_take_down: may.take_down,
        summary_max: rules::SUMMARY_MAX,
    })
}

/// What the platform proposes to say of a case.
///
/// # Errors
/// `internal` when the database fails.
pub async fn proposal(db: &mut Conn, app: &App, case: &Case, it: &Disclosure) -> Result<Names> {
    Ok(proposals(db, app, &[(case, it)]).await?.remove(&case.id).unwrap_or_default())
}

/// The same for several cases, with one look at the names of their places.
async fn proposals(db: &mut Conn, app: &App, all: &[(&Case, &Disclosure)]) -> Result<HashMap<Id<Case>, Names>> {
    // A village is as near as a sentence needs to be.
    let place = |it: &Disclosure| it.standing.place.village.clone().or_else(|| it.standing.place.narrowest().cloned());
    let codes: Vec<_> = all.iter().filter_map(|(_, it)| place(it)).collect();
    let known = regions::refs_unscoped(db, &codes).await?;
    let proposal = |(case, it): &(&Case, &Disclosure)| {
        let named = place(it).and_then(|code| known.get(&code).map(|place| place.names.clone())).unwrap_or_default();
        (case.id, rules::proposal(&matter(app, case), &named, &it.standing, case.result_outcome))
    };
    Ok(all.iter().map(proposal).collect())
}

fn matter(app: &App, case: &Case) -> Names {
    let code = case.matter.as_deref().unwrap_or_default();
    app.matters.catalogue().matter(code, &case.place).map_or_else(|| Names::zh_only(code), |(it, _)| it.names.clone())
}

/// A row of the office's lists of summaries.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DeskRow {
    /// The case.
    #[schema(value_type = uuid::Uuid)]
    pub case: Id<Case>,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub matter: Names,
    /// Where, by the name of its village or the narrowest place known.
    pub place: Names,
    /// When it was answered.
    pub done_at: Instant,
    /// Where it stands, as everyone reads it.
    pub state: PublicState,
    /// Why it was not fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<NotFixedReason>,
    /// Where the summary stands.
    pub summary_state: SummaryState,
    /// The summary, or its draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<Names>,
    /// What the platform proposes.
    pub proposal: Names,
    /// Why it was taken down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_because: Option<String>,
    /// Counts the changes of the summary.
    pub version: i64,
}

/// A page of one of the office's lists.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub async fn desk_rows(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    filter: &DeskFilter,
    page: &Page,
) -> Result<Listing<DeskRow>> {
    let Listing { rows, next, count, count_capped } = store::desk_list(db, scope, filter, page).await?;
    let rows = with_cases(db, app, rows.into_iter().map(|row| row.disclosure).collect()).await?;
    Ok(Listing { rows, next, count, count_capped })
}

async fn with_cases(db: &mut Conn, app: &App, all: Vec<Disclosure>) -> Result<Vec<DeskRow>> {
    let ids: Vec<Id<Case>> = all.iter().map(|it| it.case).collect();
    let found: HashMap<Id<Case>, Case> =
        cases::some_unscoped(db, &ids).await?.into_iter().map(|case| (case.id, case)).collect();
    let pairs: Vec<(&Case, &Disclosure)> =
        all.iter().filter_map(|it| found.get(&it.case).map(|case| (case, it))).collect();
    let mut proposals = proposals(db, app, &pairs).await?;
    let codes: Vec<_> = pairs.iter().filter_map(|(_, it)| it.standing.place.narrowest().cloned()).collect();
    let known = regions::refs_unscoped(db, codes.iter().flat_map(regions::ancestry).collect::<Vec<_>>().iter()).await?;
    let row = |(case, it): &(&Case, &Disclosure)| {
        let place = it.standing.place.village.as_ref().or_else(|| it.standing.place.narrowest());
        Some(DeskRow {
            case: case.id,
            number: case.number.clone(),
            matter: matter(app, case),
            place: place.and_then(|code| known.get(code).map(|place| place.names.clone())).unwrap_or_default(),
            done_at: it.standing.done_at?,
            state: it.standing.state,
            reason: it.standing.reason,
            summary_state: it.summary_state,
            summary: it.summary.clone(),
            proposal: proposals.remove(&case.id).unwrap_or_default(),
            withdrawn_because: it.withdrawn_because.clone(),
            version: it.version,
        })
    };
    Ok(pairs.iter().filter_map(row).collect())
}

/// The columns of the office's lists.
pub fn desk_columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("工单编号", "Number", 24),
        ("事项", "Matter", 24),
        ("村（社区）", "Village", 18),
        ("答复时间", "Answered", 17),
        ("公开的状态", "State in public", 16),
        ("没有解决的原因", "Why not fixed", 24),
        ("摘要状态", "Summary", 14),
        ("摘要", "Its words", 48),
        ("系统建议", "Proposed", 48),
    ];
    book::columns(lang, heads)
}

/// Hands one of the office's lists over in batches of rows.
///
/// # Errors
/// `internal` when the database fails in the middle.
pub async fn desk_batches(app: SharedApp, (scope, filter): (Scope, DeskFilter), lang: Lang, out: Rows) -> Result<()> {
    let mut db = app.db.read().await?;
    let stream = app.db.stream::<Disclosure>(store::export(&scope, &filter)).await?;
    let mut chunks = pin!(stream.chunks(200));
    while let Some(chunk) = chunks.next().await {
        let chunk: Vec<Disclosure> = chunk.into_iter().collect::<Result<_>>()?;
        let rows = with_cases(&mut db, &app, chunk).await?;
        if out.send(rows.iter().map(|row| desk_cells(&app, row, lang)).collect()).await.is_err() {
            break; // the reader has gone
        }
    }
    Ok(())
}

fn desk_cells(app: &App, row: &DeskRow, lang: Lang) -> Vec<Cell> {
    vec![
        Cell::Text(row.number.clone()),
        Cell::called(Some(&row.matter), lang),
        Cell::called(Some(&row.place), lang),
        Cell::at(Some(row.done_at), &app.settings.zone),
        Cell::called(Some(&row.state.names()), lang),
        Cell::called(row.reason.map(NotFixedReason::names).as_ref(), lang),
        Cell::called(Some(&row.summary_state.names()), lang),
        Cell::called(row.summary.as_ref(), lang),
        Cell::called(Some(&row.proposal), lang),
    ]
}
