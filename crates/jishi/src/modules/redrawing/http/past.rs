//! Addresses of redrawings that were done: the list, and taking one back.

use std::collections::HashMap;

use axum::{Json, extract::State};
use kernel::{Cursor, Id, Instant, Listing, Page, RegionCode};
use serde::{Deserialize, Serialize};

use super::super::{
    actions,
    past::{Counts, Past, TakenBack, Way},
    store,
};
use crate::{
    http::{
        extract::{Operation, Path, Query},
        import::{ImportQuery, mode},
        problem::Answer,
        staff::Staff,
    },
    modules::{
        SharedApp,
        people::{self, PersonRef},
        regions::{self, RegionRef},
    },
    platform::access::Permission,
};

/// Which redrawings.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PastQuery {
    /// Only those in this place.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// Rows wanted, 1 to 100.
    limit: Option<i64>,
}

/// 重划 that was done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PastRedrawing)]
pub(super) struct PastView {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Past>,
    /// When.
    at: Instant,
    /// By whom; null when it came by the command line.
    person: Option<PersonRef>,
    /// The narrowest place that holds all of it; null once nothing is called so.
    region: Option<RegionRef>,
    /// How.
    way: Way,
    /// How much it did.
    counts: Counts,
    /// When it was taken back.
    undone_at: Option<Instant>,
    /// By whom.
    undone_by: Option<PersonRef>,
}

/// What was redrawn in one's own places, the newest first.
#[utoipa::path(get, path = "/api/redrawings", operation_id = "list_redrawings", tag = "staff", params(PastQuery), responses((status = 200, body = Listing<PastView>)))]
pub(super) async fn list(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Query(query): Query<PastQuery>,
) -> Answer<Json<Listing<PastView>>> {
    let scope = actor.require(Permission::RegionEdit)?;
    let page = Page::parse(query.limit, query.cursor.as_deref())?;
    let mut db = app.db.read().await?;
    let rows = store::list(&mut db, (&scope, query.region.as_ref()), &page).await?;
    let count = store::count(&mut db, &scope, query.region.as_ref()).await?;
    let ids: Vec<_> = rows.iter().flat_map(|past| [past.person, past.undone_by]).flatten().collect();
    let people: HashMap<_, PersonRef> = people::people_unscoped(&mut db, &ids).await?;
    let codes: Vec<&RegionCode> = rows.iter().map(|past| &past.region).collect();
    let refs = regions::refs_unscoped(&mut db, codes).await?;
    let listing = Listing::new(rows, &page, count, |past| Cursor::pack(&(past.at, past.id)));
    let view = |past: Past| {
        let who = |id: Option<_>| id.and_then(|id| people.get(&id).cloned());
        PastView {
            id: past.id,
            at: past.at,
            person: who(past.person),
            region: refs.get(&past.region).cloned(),
            way: past.way,
            counts: past.counts,
            undone_at: past.undone_at,
            undone_by: who(past.undone_by),
        }
    };
    Ok(Json(listing.map(view)))
}

/// Takes a redrawing back, or says what that would do and what stands in its way.
#[utoipa::path(post, path = "/api/redrawings/{id}/take-back", operation_id = "take_redrawing_back", tag = "staff",
    params(("id" = String, Path), ImportQuery), responses((status = 200, body = TakenBack)))]
pub(super) async fn take_back(
    State(app): State<SharedApp>,
    Staff(actor): Staff,
    Path(id): Path<Id<Past>>,
    Query(query): Query<ImportQuery>,
    operation: Operation,
) -> Answer<Json<TakenBack>> {
    actor.require(Permission::RegionEdit)?;
    let mode = mode(query.dry_run, &operation, &actor, "region.take_back")?;
    Ok(Json(actions::take_back(&app, &actor, id, mode).await?))
}
