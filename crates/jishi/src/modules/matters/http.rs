//! What residents may ask: read by everyone.

use axum::{Json, extract::State, middleware::from_fn};
use kernel::{Code, Error, Level, Names, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Basis, Catalogue, Class, Duty, DutyName, Matter, MatterKind, MatterUrgency, Openness, Route, model::Group,
};
use crate::{
    http::{
        extract::{Path, Query, parse},
        problem::Answer,
        tagged::tagged,
    },
    modules::{SharedApp, calendar::TimeLimit},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(duties))
        .route_layer(from_fn(tagged))
        .routes(routes!(propose))
}

/// A link of a chain with the duty's names.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DutyView {
    duty: String,
    duty_names: Names,
    level: Level,
}

/// A matter as everyone may read it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Matter)]
#[expect(missing_docs, reason = "each field is the matter's own, explained there")]
pub struct MatterView {
    pub code: String,
    pub names: Names,
    pub class: Group,
    pub group: Group,
    pub kind: MatterKind,
    pub words: Vec<String>,
    pub urgency: MatterUrgency,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<TimeLimit>,
    pub lead: Vec<DutyView>,
    pub assist: Vec<DutyView>,
    pub grid_settles: bool,
    pub publicity: Openness,
    pub asks_registered_place: bool,
    pub basis: Vec<Basis>,
    pub unsure: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Names>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guide: Option<Names>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    pub is_immediate: bool,
    pub version: i64,
}

/// A matter with the names of its class, group and duties.
pub fn view(catalogue: &Catalogue, matter: &Matter, version: i64) -> MatterView {
    let class = catalogue.classes().iter().find(|class| class.code == matter.class());
    let group = class.and_then(|class| class.groups.iter().find(|group| group.code == matter.group()));
    let unnamed = |code: &str| Group { code: code.to_owned(), names: Names::zh_only(code) };
    let duty = |link: &Duty| DutyView {
        duty: link.duty.clone(),
        duty_names: catalogue.duty_names(&link.duty),
        level: link.level,
    };
    MatterView {
        code: matter.code.clone(),
        names: matter.names.clone(),
        class: class.map_or_else(
            || unnamed(matter.class()),
            |class| Group { code: class.code.clone(), names: class.names.clone() },
        ),
        group: group.cloned().unwrap_or_else(|| unnamed(matter.group())),
        kind: matter.kind,
        words: matter.words.clone(),
        urgency: matter.urgency,
        clock: matter.limit,
        lead: matter.lead.iter().map(duty).collect(),
        assist: matter.assist.iter().map(duty).collect(),
        grid_settles: matter.grid_settles,
        publicity: matter.publicity,
        asks_registered_place: matter.asks_registered_place,
        basis: matter.basis.clone(),
        unsure: matter.unsure.clone(),
        answer: matter.answer.clone(),
        guide: matter.guide.clone(),
        route: matter.route.clone(),
        is_immediate: matter.is_immediate,
        version,
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct MattersQuery {
    /// Words looked for in names, residents' words and answers.
    q: Option<String>,
    /// Code of one class.
    class: Option<String>,
    /// For which place; the instance's own by default.
    region: Option<RegionCode>,
}

/// The catalogue in force.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MatterList {
    classes: Vec<Class>,
    rows: Vec<MatterView>,
}

/// What can I ask, and how long may it take: the whole catalogue, or what some words find in it.
#[utoipa::path(get, path = "/api/matters", operation_id = "list_matters",
    tag = "public", params(MattersQuery), responses((status = 200, body = MatterList)))]
async fn list(State(app): State<SharedApp>, Query(query): Query<MattersQuery>) -> Answer<Json<MatterList>> {
    let catalogue = app.matters.catalogue();
    let place = query.region.unwrap_or_else(|| app.settings.region.clone());
    let words = query.q.map(|q| q.trim().to_lowercase()).filter(|q| !q.is_empty());
    let rows = catalogue
        .all(&place)
        .iter()
        .filter(|(matter, _)| query.class.as_deref().is_none_or(|class| matter.class() == class))
        .filter(|(matter, _)| words.as_deref().is_none_or(|words| speaks_of(matter, words)))
        .map(|(matter, version)| view(&catalogue, matter, *version))
        .collect();
    Ok(Json(MatterList { classes: catalogue.classes().to_vec(), rows }))
}

/// All duties.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DutyList {
    /// In the order of their codes.
    rows: Vec<DutyName>,
}

/// What a unit may be there for: the duties the catalogue knows, with the levels where such units exist.
#[utoipa::path(get, path = "/api/duties", operation_id = "list_duties", tag = "public", responses((status = 200, body = DutyList)))]
async fn duties(State(app): State<SharedApp>) -> Json<DutyList> {
    let mut rows: Vec<DutyName> = app.matters.catalogue().duties().cloned().collect();
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    Json(DutyList { rows })
}

/// Whether a matter's texts contain the words, or the words contain one that residents use.
fn speaks_of(matter: &Matter, words: &str) -> bool {
    let names = [Some(&matter.names), matter.answer.as_ref(), matter.guide.as_ref()].into_iter().flatten();
    let mut texts = names.flat_map(Names::iter).map(|(_, text)| text.to_lowercase());
    let spoken = |word: &String| {
        let word = word.to_lowercase();
        word.contains(words) || words.contains(&word)
    };
    texts.any(|text| text.contains(words)) || matter.words.iter().any(spoken)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct PlaceQuery {
    /// For which place; the instance's own by default.
    region: Option<RegionCode>,
}

/// One matter.
#[utoipa::path(get, path = "/api/matters/{code}", operation_id = "read_matter",
    tag = "public", params(("code" = String, Path), PlaceQuery), responses((status = 200, body = MatterView)))]
async fn one(
    State(app): State<SharedApp>,
    Path(code): Path<String>,
    Query(query): Query<PlaceQuery>,
) -> Answer<Json<MatterView>> {
    let catalogue = app.matters.catalogue();
    let place = query.region.unwrap_or_else(|| app.settings.region.clone());
    let (matter, version) = catalogue.matter(&code, &place).ok_or_else(|| Error::new(Code::NotFound))?;
    Ok(Json(view(&catalogue, &matter, version)))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct ProposeBody {
    /// What the resident wrote so far.
    text: String,
    region: Option<RegionCode>,
}

/// A matter some words may be about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProposedView {
    matter: MatterView,
    /// The words that were found.
    why: Vec<String>,
}

/// Matters some words may be about; a person decides.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProposalList {
    rows: Vec<ProposedView>,
    /// To be shown at once: an emergency number, or where it belongs.
    signpost: Option<MatterView>,
}

/// Proposes matters for some words. It reads only; nothing of the text is kept.
#[utoipa::path(post, path = "/api/matters/propose", operation_id = "propose_matters",
    tag = "public", request_body = ProposeBody, responses((status = 200, body = ProposalList)))]
async fn propose(State(app): State<SharedApp>, body: axum::body::Bytes) -> Answer<Json<ProposalList>> {
    let ProposeBody { text, region } = parse(&body)?;
    if text.chars().count() > 2_000 {
        return Err(Error::field("text", Code::TooLong).with("max", 2_000).into());
    }
    let catalogue = app.matters.catalogue();
    let place = region.unwrap_or_else(|| app.settings.region.clone());
    let (found, signpost) = catalogue.propose(&text, &place);
    let rows = found
        .into_iter()
        .map(|proposed| ProposedView {
            matter: view(&catalogue, &proposed.matter, proposed.version),
            why: proposed.why,
        })
        .collect();
    let signpost = signpost.map(|matter| {
        let version = catalogue.matter(&matter.code, &place).map_or(1, |(_, version)| version);
        view(&catalogue, &matter, version)
    });
    Ok(Json(ProposalList { rows, signpost }))
}
