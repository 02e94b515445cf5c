//! Addresses of rules, the simulator and its examples.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use jiff::civil::DateTime;
use kernel::{Code, Error, Id, Instant, Listing, Names, Page, RegionCode};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, Change, Made, NewRule},
    model::{Example, Rule, RuleFilter},
    simulator::{self, Question},
    store,
    views::{self, ExampleView, OutcomeView, RuleView},
};
use crate::{
    http::{
        export::Exporter,
        extract::{Input, Operation, Path, Query, Reader},
        import::{ImportQuery, mode},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{App, SharedApp},
    platform::access::{Permission, Unit},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new()
        .routes(routes!(simulate))
        .routes(routes!(list, make))
        .routes(routes!(export))
        .routes(routes!(export_workbook))
        .routes(routes!(end))
        .routes(routes!(examples, keep))
        .routes(routes!(accept, forget))
}

/// Where, what and when.
#[derive(Debug, Deserialize, utoipa::IntoParams, utoipa::ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = SimulatorQuestion)]
struct Asking {
    /// The place; or a point.
    region: Option<RegionCode>,
    /// Longitude, WGS-84 degrees.
    lon: Option<f64>,
    /// Latitude.
    lat: Option<f64>,
    /// Code of the matter.
    matter: String,
    /// The moment it comes in, as the clock here shows it (`2026-09-30T16:40`); now if not said.
    at: Option<String>,
    /// 户籍地, where the matter asks for it.
    registered: Option<RegionCode>,
}

impl Asking {
    fn question(self, app: &App) -> Result<Question, Error> {
        let start_at = match self.at.as_deref().filter(|text| !text.is_empty()) {
            None => app.now(),
            Some(text) => moment(app, text)?,
        };
        let point = match (self.lon, self.lat) {
            (Some(lon), Some(lat)) if (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat) => {
                Some((lon, lat))
            }
            (None, None) => None,
            _ => return Err(Error::field("lon", Code::OutOfRange).with("min", -180).with("max", 180)),
        };
        Ok(Question { region: self.region, point, matter: self.matter, start_at, registered: self.registered })
    }
}

fn moment(app: &App, text: &str) -> Result<Instant, Error> {
    let at: Option<DateTime> = text.parse().ok();
    let at = at.and_then(|at| at.to_zoned(app.settings.zone.clone()).ok());
    at.map(|at| at.timestamp().into())
        .ok_or_else(|| Error::field("at", Code::BadFormat).with("expected", "2026-09-30T16:40"))
}

/// For any place, matter and moment: which grid, which unit, which deadline, by which rule. Asks the functions the desk
/// asks; nothing is written.
#[utoipa::path(get, path = "/api/routing/simulation", operation_id = "simulate_routing",
    tag = "staff", params(Asking), responses((status = 200, body = OutcomeView)))]
async fn simulate(State(app): State<SharedApp>, _: Staff, Query(asking): Query<Asking>) -> Answer<Json<OutcomeView>> {
    let asked = asking.question(&app)?;
    let mut db = app.db.read().await?;
    let found = simulator::outcome(&mut db, &app, &asked).await?;
    Ok(Json(views::outcome(&mut db, &app, &asked.matter, asked.point, found).await?))
}

/// What rules are narrowed by, and which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct RulesQuery {
    /// Rules that hold in this place or in part of it.
    region: Option<RegionCode>,
    /// Code of one matter.
    matter: Option<String>,
    /// Ended ones too.
    #[serde(default)]
    ended: bool,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

impl RulesQuery {
    fn filter(&self) -> RuleFilter {
        let matter = self.matter.clone().filter(|code| !code.is_empty());
        RuleFilter { region: self.region.clone(), matter, with_ended: self.ended }
    }
}

/// Rules that hold in my places, the newest first.
#[utoipa::path(get, path = "/api/routing/rules", operation_id = "list_routing_rules",
    tag = "staff", params(RulesQuery), responses((status = 200, body = Listing<RuleView>)))]
async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<RulesQuery>,
) -> Answer<Json<Listing<RuleView>>> {
    let scope = actor.require(Permission::CaseTriage)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    Ok(Json(views::page(&app, &scope, &query.filter(), &page).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/routing/rules.csv", operation_id = "export_routing_rules",
    tag = "staff", params(RulesQuery), responses((status = 200, content_type = "text/csv", body = String)))]
async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<RulesQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::CaseTriage)?, query.filter());
    Ok(sheet::lines(export, "routing-rules", views::columns(lang), move |rows| views::batches(app, what, lang, rows)))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/routing/rules.xlsx", operation_id = "export_routing_rules_as_workbook",
    tag = "staff", params(RulesQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<RulesQuery>,
) -> Answer<Response> {
    let what = (actor.require(Permission::CaseTriage)?, query.filter());
    let title = Names::new("分派规则", "Rules").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "routing-rules", title, views::columns(lang), move |rows| {
        views::batches(app, what, lang, rows)
    }))
}

/// A rule to be made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct RoutingRuleNew {
    /// Code of the matter.
    matter: String,
    /// The place it shall hold for: a county or narrower.
    region: RegionCode,
    /// The unit that leads.
    #[schema(value_type = uuid::Uuid)]
    lead: Id<Unit>,
    /// Why.
    reason: String,
}

/// A rule that was made, or would be.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RoutingRuleMade {
    /// As it stands.
    rule: RuleView,
    /// The one whose place it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced: Option<RuleView>,
    /// Examples that come out otherwise by it.
    differing: Vec<ExampleView>,
}

/// Makes a rule; on a dry run says what it would change. Another one for the same matter and place is replaced.
#[utoipa::path(post, path = "/api/routing/rules", operation_id = "make_routing_rule",
    tag = "staff", params(ImportQuery), request_body = RoutingRuleNew,
    responses((status = 200, body = RoutingRuleMade)))]
async fn make(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ImportQuery>,
    Input { body, operation }: Input<RoutingRuleNew>,
) -> Answer<Json<RoutingRuleMade>> {
    let mode = mode(query.dry_run, &operation, &actor, "routing.make_rule")?;
    let RoutingRuleNew { matter, region, lead, reason } = body;
    let new = NewRule { matter, region, lead, reason, case_number: None };
    let Made { rule, replaced, differing } = actions::make_rule(&app, &actor, new, mode).await?;
    let mut db = app.db.read().await?;
    let rule = views::rules(&mut db, &app, vec![rule]).await?.pop();
    Ok(Json(RoutingRuleMade {
        rule: rule.ok_or_else(|| Error::internal("a rule in is a rule out"))?,
        replaced: views::rules(&mut db, &app, replaced.into_iter().collect()).await?.pop(),
        differing: views::examples(&mut db, &app, differing).await?,
    }))
}

/// Examples.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RoutingExamples {
    /// By place.
    rows: Vec<ExampleView>,
}

/// Ends a rule; answers with the examples that come out otherwise by that.
#[utoipa::path(delete, path = "/api/routing/rules/{id}", operation_id = "end_routing_rule",
    tag = "staff", params(("id" = String, Path)), responses((status = 200, body = RoutingExamples)))]
async fn end(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Rule>>,
    operation: Operation,
) -> Answer<Json<RoutingExamples>> {
    let key = operation.by(actor.person, "routing.end_rule")?;
    let runs = actions::end_rule(&app, &actor, id, key).await?;
    Ok(Json(RoutingExamples { rows: views::examples(&mut app.db.read().await?, &app, runs).await? }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ExamplesQuery {
    /// Examples of this place and of all in it; of all my places if not said.
    region: Option<RegionCode>,
}

/// The examples of my places, each reckoned anew.
#[utoipa::path(get, path = "/api/routing/examples", operation_id = "list_routing_examples",
    tag = "staff", params(ExamplesQuery), responses((status = 200, body = RoutingExamples)))]
async fn examples(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<ExamplesQuery>,
) -> Answer<Json<RoutingExamples>> {
    let scope = actor.require(Permission::CaseTriage)?;
    let mut db = app.db.read().await?;
    let kept = store::examples(&mut db, &scope, query.region.as_ref()).await?;
    let runs = simulator::run_all(&mut db, &app, kept).await?;
    Ok(Json(RoutingExamples { rows: views::examples(&mut db, &app, runs).await? }))
}

/// An example to be kept.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct RoutingExampleNew {
    /// What it is called.
    name: String,
    #[serde(flatten)]
    asking: Asking,
}

/// Keeps what the simulator finds now as an example.
#[utoipa::path(post, path = "/api/routing/examples", operation_id = "keep_routing_example",
    tag = "staff", request_body = RoutingExampleNew, responses((status = 201, body = ExampleView)))]
async fn keep(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Input { body, operation }: Input<RoutingExampleNew>,
) -> Answer<(StatusCode, Json<ExampleView>)> {
    let key = operation.by(actor.person, "routing.keep_example")?;
    let asked = body.asking.question(&app)?;
    let run = actions::keep_example(&app, &actor, &body.name, asked, key).await?;
    let view = views::examples(&mut app.db.read().await?, &app, vec![run]).await?.pop();
    Ok((StatusCode::CREATED, Json(view.ok_or_else(|| Error::internal("an example in is an example out"))?)))
}

/// What comes of the example now is right from now on.
#[utoipa::path(put, path = "/api/routing/examples/{id}", operation_id = "accept_routing_example",
    tag = "staff", params(("id" = String, Path)), responses((status = 204)))]
async fn accept(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Example>>,
    operation: Operation,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "routing.accept_example")?;
    actions::change_example(&app, &actor, id, Change::Accept, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets an example.
#[utoipa::path(delete, path = "/api/routing/examples/{id}", operation_id = "forget_routing_example",
    tag = "staff", params(("id" = String, Path)), responses((status = 204)))]
async fn forget(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Example>>,
    operation: Operation,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "routing.forget_example")?;
    actions::change_example(&app, &actor, id, Change::Forget, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
