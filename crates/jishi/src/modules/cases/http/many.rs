//! Several cases at once: what is proposed for them, dispatching them as proposed, and the cases like one.

use axum::{Json, extract::State};
use kernel::{Code, Day, Error, Id};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    http::{
        extract::{Input, Path, Query, Reader},
        problem::{Answer, Problem},
        staff::Staff,
    },
    modules::{
        SharedApp,
        cases::{
            actions::{self, Command},
            alike::{self, Why},
            model::Case,
            proposal::{self, ProposedView},
            shapes::CaseRow,
            store, views,
        },
        people::UnitRef,
    },
    platform::access::Permission,
};

/// The most cases dispatched or looked at together: what one screen shows.
const MOST: usize = 100;
/// Days back in which cases are looked for that may be the same.
const DAYS_BACK: i64 = 60;
/// Cases of a village that are compared.
const COMPARED: i64 = 400;

/// The routes for several cases.
pub(super) fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(proposals))
        .routes(routes!(dispatch))
        .routes(routes!(urge))
        .routes(routes!(similar))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Ids {
    /// Which cases: their ids with commas between, up to 100.
    ids: String,
}

impl Ids {
    fn parse(&self) -> Result<Vec<Id<Case>>, Error> {
        let unknown = |text: &str| Error::field("ids", Code::UnknownValue).with("value", text);
        let ids = self.ids.split(',').filter(|text| !text.is_empty());
        let ids: Vec<Id<Case>> = ids.map(|text| text.parse().map_err(|_| unknown(text))).collect::<Result<_, _>>()?;
        if ids.len() > MOST {
            return Err(Error::field("ids", Code::OutOfRange).with("min", 0).with("max", 100));
        }
        Ok(ids)
    }
}

/// What is proposed for some cases.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Proposals)]
pub(super) struct ProposedList {
    /// Those that still wait to be dispatched, in the order asked for.
    rows: Vec<ProposedView>,
}

/// To which units some undecided cases would go.
#[utoipa::path(get, path = "/api/cases/proposals", operation_id = "propose_units_for_cases",
    tag = "staff", params(Ids), responses((status = 200, body = ProposedList)))]
pub(super) async fn proposals(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(asked): Query<Ids>,
) -> Answer<Json<ProposedList>> {
    let (scope, ids) = (actor.require(Permission::CaseDispatch)?, asked.parse()?);
    let mut db = app.db.read().await?;
    let cases = store::undecided(&mut db, &scope, &ids).await?;
    Ok(Json(ProposedList { rows: proposal::proposed_views(&mut db, &app, &cases).await? }))
}

/// A case as its dispatcher saw it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = SeenCase)]
pub(super) struct Seen {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Case>,
    /// The version that was shown.
    version: i64,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = DispatchMany)]
pub(super) struct Many {
    /// Up to 100.
    cases: Vec<Seen>,
}

/// What became of one of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DispatchedOne)]
pub(super) struct One {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Case>,
    /// The unit that leads it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<UnitRef>,
    /// Why it was not dispatched.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// What became of them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DispatchedMany)]
pub(super) struct Outcomes {
    /// In the order given.
    rows: Vec<One>,
}

/// Dispatches several cases as proposed. Each is a step of its own: one that cannot go says why and holds up no other.
#[utoipa::path(post, path = "/api/cases/dispatch", operation_id = "dispatch_cases",
    tag = "staff", request_body = Many, responses((status = 200, body = Outcomes)))]
pub(super) async fn dispatch(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Input { body, operation }: Input<Many>,
) -> Answer<Json<Outcomes>> {
    actor.require(Permission::CaseDispatch)?;
    if body.cases.is_empty() || body.cases.len() > MOST {
        return Err(Error::field("cases", Code::OutOfRange).with("min", 1).with("max", 100).into());
    }
    let key = operation.by(actor.person, "cases.dispatch_many")?;
    let mut rows = Vec::with_capacity(body.cases.len());
    for Seen { id, version } in body.cases {
        rows.push(match actions::dispatch_as_proposed(&app, &actor, (id, version), &key).await {
            Ok(lead) => One { id, lead: Some(lead), problem: None },
            // What is not this case's own fault stops all: what was done stays done, and is done once if sent again.
            Err(error) if error.code().status() >= 500 => return Err(error.into()),
            Err(error) => One { id, lead: None, problem: Some(Problem::new(&error, lang)) },
        });
    }
    Ok(Json(Outcomes { rows }))
}

/// A reminder of several cases.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = UrgeMany)]
pub(super) struct UrgeMany {
    /// Up to 100.
    cases: Vec<Seen>,
    /// What is asked of their units.
    text: String,
    /// By which day.
    by: Option<Day>,
}

/// Reminds the units of several cases. Each is a step of its own: one that cannot be says why and holds up no other.
#[utoipa::path(post, path = "/api/cases/urge", operation_id = "urge_cases",
    tag = "staff", request_body = UrgeMany, responses((status = 200, body = Outcomes)))]
pub(super) async fn urge(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Reader(lang): Reader,
    Input { body, operation }: Input<UrgeMany>,
) -> Answer<Json<Outcomes>> {
    actor.require(Permission::CaseDispatch)?;
    if body.cases.is_empty() || body.cases.len() > MOST {
        return Err(Error::field("cases", Code::OutOfRange).with("min", 1).with("max", 100).into());
    }
    let key = operation.by(actor.person, "cases.urge_many")?;
    let mut rows = Vec::with_capacity(body.cases.len());
    for Seen { id, version } in body.cases {
        let command = Command::Urge { text: body.text.clone(), by: body.by };
        rows.push(match actions::one_of_many(&app, &actor, (id, version), command, &key).await {
            Ok(()) => One { id, lead: None, problem: None },
            // A form that is not right, or what is not this case's own fault, stops all.
            Err(error) if error.code().status() >= 500 || !error.fields().is_empty() => return Err(error.into()),
            Err(error) => One { id, lead: None, problem: Some(Problem::new(&error, lang)) },
        });
    }
    Ok(Json(Outcomes { rows }))
}

/// A case that may be the same, or lies on the way.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SimilarCase {
    #[serde(flatten)]
    row: CaseRow,
    /// What they share.
    why: Vec<Why>,
    /// Metres between them, where both have a point.
    #[serde(skip_serializing_if = "Option::is_none")]
    metres: Option<f64>,
    /// Whether this one can be merged into it.
    can_merge: bool,
}

/// Cases that may be the same.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SimilarList {
    /// The likest first.
    rows: Vec<SimilarCase>,
}

/// Cases of the last sixty days around this one that are like it, open or ended: to merge with, to handle in one trip, or
/// to learn from. Looked for by matter, place, time and words, never by person.
#[utoipa::path(get, path = "/api/cases/{id}/similar", operation_id = "list_similar_cases",
    tag = "staff", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = SimilarList)))]
pub(super) async fn similar(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Case>>,
) -> Answer<Json<SimilarList>> {
    let scope = actor.require(Permission::CaseRead)?;
    let mut db = app.db.read().await?;
    let case = store::get(&mut db, &scope, id).await?;
    let since = app.now().plus_days(-DAYS_BACK);
    let mut around = store::around_unscoped(&mut db, &case, since, COMPARED).await?;
    around
        .retain(|other| scope.covers(&other.place) || other.lead_unit.is_some_and(|unit| scope.units.contains(&unit)));
    let (found, likeness): (Vec<Case>, Vec<_>) = alike::likest(&case, around).into_iter().unzip();
    let rows = views::rows(&mut db, &app, &found).await?;
    let similar = |(row, like): (CaseRow, alike::Likeness)| SimilarCase {
        can_merge: row.status.is_open(),
        row,
        why: like.why,
        metres: like.metres.map(f64::round),
    };
    Ok(Json(SimilarList { rows: rows.into_iter().zip(likeness).map(similar).collect() }))
}
