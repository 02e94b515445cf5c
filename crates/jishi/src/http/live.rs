//! Server-sent events: pages are told to read again.

use std::{convert::Infallible, future::Future, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName},
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt, stream};
use tokio::{
    sync::{broadcast, watch},
    time::Interval,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::cookie,
    problem::Answer,
    staff::{Staff, cookie_name},
};
use crate::{
    modules::{SharedApp, people},
    platform::live::{Live, Topic},
};

/// Hints that come in this time are told together: a burst of writes is one reading of a page.
const GATHER: Duration = Duration::from_millis(300);
/// How often a comment is sent, so that no proxy thinks the line dead.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How often it is checked that the listener may still listen.
const CHECK: Duration = Duration::from_secs(30);

/// This room's routes.
pub fn routes() -> OpenApiRouter<SharedApp> {
    OpenApiRouter::new().routes(routes!(events))
}

/// Tells a desk what changed: `event: changed`, `data: {"topics":["cases"]}`. It ends with the session; hints are coarse
/// and the same for everyone, so they betray nothing.
#[utoipa::path(get, path = "/api/events", operation_id = "staff_events",
    tag = "staff",
    responses((status = 200, content_type = "text/event-stream", body = String))
)]
async fn events(State(app): State<SharedApp>, _staff: Staff, headers: HeaderMap) -> Answer<impl IntoResponse + use<>> {
    let token = cookie(&headers, cookie_name(&app.settings)).unwrap_or_default().to_owned();
    let live = app.live.clone();
    let may_listen = move || {
        let (app, token) = (SharedApp::clone(&app), token.clone());
        async move { people::is_live(&app, &token).await.unwrap_or(false) }
    };
    Ok(changes(&live, &Topic::ALL, may_listen))
}

/// A stream of hints about `topics`, for as long as `may_listen` says yes.
pub fn changes<F, Fut>(live: &Live, topics: &'static [Topic], may_listen: F) -> impl IntoResponse + use<F, Fut>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = bool> + Send,
{
    let listening = Listening::new(live, topics);
    let hints = stream::unfold((listening, may_listen), async |(mut listening, may_listen)| {
        let topics = listening.next(&may_listen).await?;
        Some((topics, (listening, may_listen)))
    });
    let events = hints.map(|topics| Ok::<_, Infallible>(event(&topics)));
    // Proxies gather an answer before they pass it on unless told not to.
    let head = [(HeaderName::from_static("x-accel-buffering"), "no")];
    (head, sse(events))
}

fn sse<S: Stream<Item = Result<Event, Infallible>> + Send + 'static>(events: S) -> impl IntoResponse + use<S> {
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

fn event(topics: &[Topic]) -> Event {
    let names: Vec<&str> = topics.iter().map(|topic| topic.as_str()).collect();
    Event::default().event("changed").data(serde_json::json!({ "topics": names }).to_string())
}

struct Listening {
    topics: &'static [Topic],
    hints: broadcast::Receiver<Topic>,
    ending: watch::Receiver<bool>,
    check: Interval,
}

impl Listening {
    fn new(live: &Live, topics: &'static [Topic]) -> Self {
        let mut check = tokio::time::interval(CHECK);
        check.reset();
        Self { topics, hints: live.listen(), ending: live.ending(), check }
    }

    /// What changed since the last time; `None` when it is over.
    async fn next<F, Fut>(&mut self, may_listen: &F) -> Option<Vec<Topic>>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = bool>,
    {
        loop {
            if *self.ending.borrow() {
                return None;
            }
            tokio::select! {
                changed = self.ending.changed() => changed.ok()?,
                _ = self.check.tick() => may_listen().await.then_some(())?,
                hint = self.hints.recv() => {
                    let mut told = heard(hint)?;
                    tokio::time::sleep(GATHER).await;
                    while let Ok(more) = self.hints.try_recv() {
                        told.push(more);
                    }
                    let wanted: Vec<Topic> = self.topics.iter().copied().filter(|topic| told.contains(topic)).collect();
                    if !wanted.is_empty() {
                        return Some(wanted);
                    }
                }
            }
        }
    }
}

/// Who missed hints is told that everything changed.
fn heard(hint: Result<Topic, broadcast::error::RecvError>) -> Option<Vec<Topic>> {
    match hint {
        Ok(topic) => Some(vec![topic]),
        Err(broadcast::error::RecvError::Lagged(_)) => Some(Topic::ALL.to_vec()),
        Err(broadcast::error::RecvError::Closed) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_burst_of_hints_is_told_once_and_the_end_ends_it() {
        let live = Live::default();
        let mut listening = Listening::new(&live, &Topic::ALL);
        (0..300).for_each(|_| live.hint(Topic::Cases));
        assert_eq!(listening.next(&async || true).await, Some(Topic::ALL.to_vec()), "some hints were missed");
        live.hint(Topic::Records);
        live.hint(Topic::Records);
        assert_eq!(listening.next(&async || true).await, Some(vec![Topic::Records]));
        live.end();
        assert_eq!(listening.next(&async || true).await, None);
    }

    #[tokio::test]
    async fn a_listener_hears_only_of_its_topics() {
        let live = Live::default();
        let mut listening = Listening::new(&live, &[Topic::Cases]);
        live.hint(Topic::Records);
        live.hint(Topic::Cases);
        assert_eq!(listening.next(&async || true).await, Some(vec![Topic::Cases]));
    }

    #[tokio::test]
    async fn who_may_no_longer_listen_is_left() {
        let live = Live::default();
        let mut listening = Listening::new(&live, &Topic::ALL);
        listening.check.reset_immediately();
        assert_eq!(listening.next(&async || false).await, None);
    }
}
