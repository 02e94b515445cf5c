//! A visit is written down.

use db::Tx;
use kernel::{Code, Day, Error, Id, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        model::{Sealed, Visit},
        rules, store,
    },
    after, all, as_writer,
    case::report,
    check_matter, note,
    sealed::seal,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::actions::{Ready, prepare_report, report_in},
        people::PersonRef,
        regions,
    },
    platform::{
        access::{Actor, Permission, Scope},
        idempotency::{self, Key},
        trail::By,
    },
};

/// A visit to be written down.
#[derive(Clone, Debug)]
pub struct NewVisit {
    /// Where.
    pub region: RegionCode,
    /// On which day; today if not said.
    pub visited_on: Option<Day>,
    /// Whom, in which household.
    pub whom: String,
    /// What was said.
    pub said: String,
    /// What is needed.
    pub need: Option<String>,
    /// Code of the matter it is about.
    pub matter: Option<String>,
    /// Whether the need becomes a case at once.
    pub makes_case: bool,
}

/// What was written down.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    /// The visit.
    pub id: Id<Visit>,
}

/// Writes a visit down, and makes its need a case if so wished. A repetition changes nothing.
///
/// # Errors
/// Fields to be mended; `not_found` on `region` outside the actor's places; what a report may be refused for.
pub async fn record(app: &SharedApp, actor: &Actor, new: NewVisit, key: Key) -> Result<Recorded> {
    let scope = actor.require(Permission::VisitWrite)?;
    let matter = new.matter.as_deref().map(str::trim).filter(|matter| !matter.is_empty()).map(str::to_owned);
    let (written, day) =
        (rules::written(&new.whom, &new.said, new.need.as_deref()), rules::day(new.visited_on, app.today()));
    let is_wanted = new.makes_case && new.need.as_deref().is_none_or(|need| need.trim().is_empty());
    all([
        place(app, &scope, &new.region).await?,
        written.as_ref().map(|_| ()).map_err(Clone::clone),
        day.as_ref().map(|_| ()).map_err(Clone::clone),
        check_matter(app, matter.as_deref(), &new.region),
        if is_wanted { Err(Error::field("need", Code::Required)) } else { Ok(()) },
    ])?;
    let (written, visited_on) = (written?, day?);
    let by = as_writer(actor, &new.region);
    let post = actor.acting(Permission::VisitWrite, Some(&new.region), None);
    let visit = Visit {
        id: Id::new(app.now(), &app.chance),
        region: new.region,
        writer: PersonRef { id: actor.person, name: actor.name.clone() },
        unit: by.unit,
        visited_on,
        need: written.need.clone(),
        matter,
        case: None,
        number: None,
        standing: None,
        written_at: app.now(),
        keep_until: Some(visited_on.plus(app.links.get().keep_days)),
        version: 1,
    };
    let ready = match &visit.need {
        Some(need) if new.makes_case => Some(prepare_report(app, actor, report(app, &visit, need)).await?),
        _ => None,
    };
    let sealed = seal(app, visit.id, &written)?;
    write(app, by, (visit, post.map(|post| post.id)), (sealed, ready), key).await
}

async fn place(app: &App, scope: &Scope, region: &RegionCode) -> Result<Result<()>> {
    let standing = regions::standing_unscoped(&mut app.db.read().await?, region, app.today()).await?;
    Ok(if standing.as_ref() != Some(region) {
        Err(Error::field("region", Code::UnknownRegion))
    } else if !scope.covers(region) {
        Err(Error::field("region", Code::NotFound))
    } else {
        rules::place(region)
    })
}

async fn write(
    app: &SharedApp,
    by: By,
    (visit, post): (Visit, Option<Id<crate::platform::access::Post>>),
    (sealed, ready): (Sealed, Option<Ready>),
    key: Key,
) -> Result<Recorded> {
    let (shared, region, makes_case) = (SharedApp::clone(app), visit.region.clone(), ready.is_some());
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &visit.id.to_string(), app.now()).await? {
            return earlier.parse().map_err(Error::internal);
        }
        let mut visit = visit;
        if let Some(ready) = ready {
            visit.case = Some(report_in(&mut tx, app, ready).await?);
        }
        store::insert(&mut tx, &visit, post, &sealed).await?;
        let params = json!({"has_need": visit.need.is_some(), "case": visit.case});
        note(&mut tx, app, &by, ("visit.recorded", visit.id), &visit.region, params).await?;
        Ok(visit.id)
    };
    let id = app.db.write(write).await?;
    after(app, &region, makes_case).await?;
    Ok(Recorded { id })
}
