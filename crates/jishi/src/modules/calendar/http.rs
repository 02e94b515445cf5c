//! The working calendar and the reckoning of deadlines, for everyone; importing a year, for administrators.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    middleware::from_fn,
    response::{IntoResponse, Response},
};
use kernel::{Code, Error, Instant};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    actions::{self, Imported},
    file::YEARS,
    model::{Deadline, TimeLimit, YearCalendar},
    rules,
};
use crate::{
    http::{
        extract::{Input, Path, Reader, parse},
        problem::{Answer, Mistaken, mistaken},
        staff::Staff,
        tagged::tagged,
    },
    modules::SharedApp,
};

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(year, import)).route_layer(from_fn(tagged)).routes(routes!(deadline))
}

fn known(year: i64) -> Result<i64, Error> {
    if YEARS.contains(&year) { Ok(year) } else { Err(Error::new(Code::NotFound)) }
}

/// The days of a year that the week alone would get wrong. A year whose notice is not out says so.
#[utoipa::path(get, path = "/api/calendar/{year}", operation_id = "read_calendar",
    tag = "public", params(("year" = i64, Path)), responses((status = 200, body = YearCalendar)))]
async fn year(State(app): State<SharedApp>, Path(year): Path<i64>) -> Answer<Json<YearCalendar>> {
    Ok(Json(app.calendar.get().year(known(year)?)))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct CalendarFile {
    /// The text of the file.
    toml: String,
}

/// Brings a year's calendar into force; all mistakes are told at once.
#[utoipa::path(put, path = "/api/calendar/{year}", operation_id = "import_calendar",
    tag = "staff", params(("year" = i64, Path)), request_body = CalendarFile,
    responses((status = 200, body = YearCalendar), (status = 422, body = Mistaken)))]
async fn import(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(year): Path<i64>,
    Reader(lang): Reader,
    Input { body, operation }: Input<CalendarFile>,
) -> Answer<Response> {
    let key = operation.by(actor.person, "calendar.import")?;
    Ok(match actions::import(&app, &actor, key, known(year)?, body.toml).await? {
        Imported::Done(calendar) => Json(calendar).into_response(),
        Imported::Mistaken(mistakes) => mistaken(mistakes, lang),
    })
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct DeadlineQuestion {
    /// When the limit begins.
    start_at: Instant,
    /// The limit.
    clock: TimeLimit,
}

/// Reckons a deadline and explains it. It reads only; nothing is kept.
#[utoipa::path(post, path = "/api/deadline", operation_id = "reckon_deadline",
    tag = "public", request_body = DeadlineQuestion, responses((status = 200, body = Deadline)))]
async fn deadline(State(app): State<SharedApp>, body: Bytes) -> Answer<Json<Deadline>> {
    let DeadlineQuestion { start_at, clock } = parse(&body)?;
    let zone = &app.settings.zone;
    if !YEARS.contains(&start_at.day(zone).year()) {
        return Err(Error::field("start_at", Code::OutOfRange)
            .with("min", *YEARS.start())
            .with("max", *YEARS.end())
            .into());
    }
    let calendar = app.calendar.get();
    Ok(Json(rules::deadline(start_at, clock, &calendar, app.settings.close_of_business, zone)))
}
