//! Addresses of the morning and the week.

use axum::{Json, extract::State};
use db::Conn;
use kernel::{Code, Day, Error, RegionCode};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    model::{Morning, PlacePage, Week},
    morning, place as place_page, week,
};
use crate::{
    http::{extract::Query, problem::Answer, staff::Staff},
    modules::{
        App, SharedApp,
        regions::{self, RegionRef},
    },
    platform::access::{Actor, Permission, Scope},
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(read_morning)).routes(routes!(read_week)).routes(routes!(read_place))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct MorningQuery {
    /// A place of mine; the narrowest that holds all of mine if not said.
    region: Option<RegionCode>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct WeekQuery {
    /// A place of mine; the narrowest that holds all of mine if not said.
    region: Option<RegionCode>,
    /// A day of the week; today if not said.
    day: Option<Day>,
}

/// The place a brief is about, and the scope of the lists its figures open.
async fn place(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    asked: Option<RegionCode>,
) -> Result<(Scope, RegionRef), Error> {
    let scope = actor.require(Permission::CaseRead)?;
    let home = scope.home(&app.settings.region);
    let code = asked.unwrap_or(home);
    // Whoever sees the work of a unit only asks of any place: what the unit has there.
    let touches = scope.places.iter().any(|place| place.covers(&code) || code.covers(place));
    if !scope.places.is_empty() && !touches {
        return Err(Error::new(Code::NotFound));
    }
    let place = regions::refs_unscoped(db, [&code]).await?.remove(&code).ok_or_else(|| Error::new(Code::NotFound))?;
    Ok((scope, place))
}

/// A leader's morning: what is late, what is about to be, who carries it, what changed since yesterday. Each figure is told
/// with the filter of the list it counts.
#[utoipa::path(get, path = "/api/briefs/morning", operation_id = "read_morning",
    tag = "staff", params(MorningQuery), responses((status = 200, body = Morning)))]
async fn read_morning(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<MorningQuery>,
) -> Answer<Json<Morning>> {
    let mut db = app.db.read().await?;
    let (scope, place) = place(&mut db, &app, &actor, query.region).await?;
    Ok(Json(morning::morning(&mut db, &app, &scope, place).await?))
}

/// A week in figures, beside the one before.
#[utoipa::path(get, path = "/api/briefs/week", operation_id = "read_week",
    tag = "staff", params(WeekQuery), responses((status = 200, body = Week)))]
async fn read_week(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<WeekQuery>,
) -> Answer<Json<Week>> {
    let mut db = app.db.read().await?;
    let (scope, place) = place(&mut db, &app, &actor, query.region).await?;
    let day = query.day.unwrap_or_else(|| app.today());
    Ok(Json(week::week(&mut db, &app, &scope, place, day).await?))
}

/// The page of a village or community, or of what lies in one, by its kind: what it lives by. Each figure is told with the
/// filter of the list it counts.
#[utoipa::path(get, path = "/api/briefs/place", operation_id = "read_place",
    tag = "staff", params(MorningQuery), responses((status = 200, body = PlacePage)))]
async fn read_place(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<MorningQuery>,
) -> Answer<Json<PlacePage>> {
    let mut db = app.db.read().await?;
    let (scope, place) = place(&mut db, &app, &actor, query.region).await?;
    Ok(Json(place_page::page(&mut db, &app, &scope, place).await?))
}
