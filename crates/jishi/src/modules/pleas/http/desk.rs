//! The list of pleas, and deciding: `/api/pleas`.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use kernel::{Day, Id, Listing, Names, Page, RegionCode};
use serde::Deserialize;

use crate::{
    http::{
        export::Exporter,
        extract::{Input, Path, Query, Reader},
        problem::Answer,
        sheet,
        staff::Staff,
    },
    modules::{
        SharedApp,
        pleas::{
            actions, export,
            model::{Plea, PleaFilter, PleaKind, PleaState as How},
            rules::Ruling,
            views::{self, PleaRow},
        },
    },
    platform::access::{Actor, Permission, Scope, Unit},
};

/// Which pleas.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PleaQuery {
    /// Only those that wait for my decision.
    to_decide: Option<bool>,
    /// Only those of my own units.
    ours: Option<bool>,
    kind: Option<PleaKind>,
    state: Option<How>,
    /// The unit that asks.
    #[param(value_type = Option<uuid::Uuid>)]
    unit: Option<Id<Unit>>,
    /// 法定程序、挂账原因、剔除原因: which entry of the lists, by its code.
    code: Option<String>,
    /// 挂账: only cases that are parked now, by when they are looked at again.
    parked: Option<bool>,
    /// Of these, those that are looked at again on this day or earlier.
    review_by: Option<Day>,
    /// Open, and past the time to decide.
    late: Option<bool>,
    cursor: Option<String>,
    limit: Option<i64>,
}

impl PleaQuery {
    fn read(&self, app: &SharedApp, actor: &Actor) -> Answer<(Scope, PleaFilter)> {
        let mut scope = actor.require(Permission::CaseRead)?;
        let to_decide = if self.to_decide == Some(true) {
            let (places, level) = views::decides(actor)?;
            scope = places;
            Some(level)
        } else {
            None
        };
        if self.ours == Some(true) {
            scope.places.clear();
        }
        let after = |day: Day| day.plus(1).at(jiff::civil::Time::midnight(), &app.settings.zone);
        let filter = PleaFilter {
            to_decide,
            kind: self.kind,
            state: self.state,
            unit: self.unit,
            code: self.code.clone(),
            from: None,
            until: None,
            parked: (self.parked == Some(true)).then(|| self.review_by.map(after)),
            is_late: self.late == Some(true),
            now: app.now(),
            person: Some(actor.person),
        };
        Ok((scope, filter))
    }
}

/// What units ask for, in my scope: open ones by when they are to be decided, others newest first.
#[utoipa::path(get, path = "/api/pleas", operation_id = "list_pleas",
    tag = "staff", params(PleaQuery), responses((status = 200, body = Listing<PleaRow>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<PleaQuery>,
) -> Answer<Json<Listing<PleaRow>>> {
    let (scope, filter) = query.read(&app, &actor)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    Ok(Json(views::listing(&mut app.db.read().await?, &app, &actor, &scope, &filter, &page).await?))
}

/// The same list as a file, streamed.
#[utoipa::path(get, path = "/api/pleas.csv", operation_id = "export_pleas",
    tag = "staff", params(PleaQuery), responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<PleaQuery>,
) -> Answer<Response> {
    let (scope, filter) = query.read(&app, &actor)?;
    Ok(sheet::lines(export, "pleas", export::columns(lang), move |rows| {
        export::batches(app, (actor, scope), filter, lang, rows)
    }))
}

/// The same list as a workbook.
#[utoipa::path(get, path = "/api/pleas.xlsx", operation_id = "export_pleas_as_workbook",
    tag = "staff", params(PleaQuery), responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(super) async fn export_workbook(
    State(app): State<SharedApp>,
    Exporter(actor, export): Exporter,
    Reader(lang): Reader,
    Query(query): Query<PleaQuery>,
) -> Answer<Response> {
    let (scope, filter) = query.read(&app, &actor)?;
    let name = Names::new("申请与裁定", "Requests").in_lang(lang).to_owned();
    Ok(sheet::workbook(export, "pleas", name, export::columns(lang), move |rows| {
        export::batches(app, (actor, scope), filter, lang, rows)
    }))
}

/// What an arbiter says.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PleaRuling)]
pub(super) enum RulingWord {
    /// 同意
    Granted,
    /// 不同意
    Refused,
}

/// A decision.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct DecideBody {
    /// The version of the plea that was seen.
    version: i64,
    /// In one word.
    ruling: RulingWord,
    /// In words: needed to refuse, and to give a case to another unit.
    words: Option<String>,
    /// What the resident is told, if not as the unit wrote it.
    told: Option<String>,
    /// 挂账: what is planned, if not as the unit wrote it.
    plan: Option<String>,
    /// Another last day than was asked for.
    until: Option<Day>,
    /// 派单异议: the unit it goes to.
    #[schema(value_type = Option<uuid::Uuid>)]
    lead: Option<Id<Unit>>,
    /// 派单异议: those that assist.
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    assists: Vec<Id<Unit>>,
    /// 派单异议: the place in which this is a rule from now on.
    #[schema(value_type = Option<String>)]
    keep_for: Option<RegionCode>,
}

/// Decides on what a unit asks for.
#[utoipa::path(post, path = "/api/pleas/{id}/decide", operation_id = "decide_plea",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = DecideBody, responses((status = 204)))]
pub(super) async fn decide(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Plea>>,
    Input { body, operation }: Input<DecideBody>,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "pleas.decide")?;
    let DecideBody { version, ruling, words, told, plan, until, lead, assists, keep_for } = body;
    let ruling = match ruling {
        RulingWord::Granted => Ruling::Grant { told, plan, until, lead, assists, keep_for, words },
        RulingWord::Refused => Ruling::Refuse { words: words.unwrap_or_default() },
    };
    actions::decide(&app, actor, id, version, ruling, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A step that needs nothing but the version that was seen.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(as = PleaStep)]
pub(super) struct BareBody {
    version: i64,
}

/// Takes back what one's unit asked for.
#[utoipa::path(post, path = "/api/pleas/{id}/withdraw", operation_id = "withdraw_plea",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = BareBody, responses((status = 204)))]
pub(super) async fn withdraw(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Plea>>,
    Input { body, operation }: Input<BareBody>,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "pleas.withdraw")?;
    actions::withdraw(&app, actor, id, body.version, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a refused dispute is taken higher.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct AppealBody {
    version: i64,
    reason: String,
}

/// Takes a dispute that the township refused to the county.
#[utoipa::path(post, path = "/api/pleas/{id}/appeal", operation_id = "appeal_plea",
    tag = "staff", params(("id" = uuid::Uuid, Path)), request_body = AppealBody, responses((status = 204)))]
pub(super) async fn appeal(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Plea>>,
    Input { body, operation }: Input<AppealBody>,
) -> Answer<StatusCode> {
    let key = operation.by(actor.person, "pleas.appeal")?;
    actions::appeal(&app, actor, id, body.version, &body.reason, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
