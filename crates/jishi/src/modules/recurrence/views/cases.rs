//! The cases behind a topic, and the topics of a case.

use db::Conn;
use jiff::civil::Date;
use kernel::{Code, Cursor, Day, Error, Id, Listing, Page, Result};
use serde::Serialize;

use super::{TopicRow, rows};
use crate::{
    modules::{
        App,
        cases::{self, Case, CaseRow},
        recurrence::{
            model::{Entry, Topic, TopicState},
            store::{self, Days},
        },
    },
    platform::access::{Actor, Permission, Scope},
};

/// Of a topic whose place is not the reader's, so many of its newest cases are looked through for theirs.
const LOOKED_THROUGH: i64 = 500;

/// Which of a topic's cases.
#[derive(Clone, Debug)]
pub(in super::super) enum Which {
    /// From its first day until it ended.
    Found,
    /// Since it ended.
    After,
    /// Those of a month, e.g. `2026-11`.
    Month(String),
}

impl Which {
    fn days(&self, topic: &Topic) -> Result<Days> {
        let never = Day::from(Date::MAX);
        Ok(match self {
            Self::Found => topic.since..=topic.ended_on.unwrap_or(never),
            Self::After => topic.ended_on.map_or(never, |day| day.plus(1))..=never,
            Self::Month(month) => {
                let first = format!("{month}-01").parse::<Day>();
                let first = first.map_err(|_| Error::field("month", Code::BadFormat).with("expected", "2026-11"))?;
                first..=Day::from(first.date().last_of_month())
            }
        })
    }
}

/// The cases behind a topic, the newest first; of them those the reader may see.
pub(in super::super) async fn cases_of(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    (id, which): (Id<Topic>, Which),
    page: &Page,
) -> Result<Listing<CaseRow>> {
    let scope = actor.require(Permission::CaseRead)?;
    let topic = store::get(db, &scope, id).await?.topic;
    let days = which.days(&topic)?;
    let (found, count) = if scope.covers(&topic.cluster.village) {
        let count = store::count_unscoped(db, &topic.cluster.key, &days).await?;
        (store::cases_in(db, &topic.cluster.key, &days, page).await?, count)
    } else {
        own(db, &scope, (&topic.cluster.key, &days), page).await?
    };
    let key = |entry: &Entry| Cursor::pack(&(entry.day, entry.case));
    let Listing { rows: shown, next, count, count_capped } = Listing::new(found, page, count, key);
    let shown: Vec<Id<Case>> = shown.iter().map(|entry| entry.case).collect();
    let mut seen = cases::seen_of(db, &scope, &shown).await?;
    seen.sort_by_key(|case| shown.iter().position(|id| *id == case.id));
    Ok(Listing { rows: cases::rows(db, app, &seen).await?, next, count, count_capped })
}

/// Whoever has the topic for their unit, or answers for a part of the village, sees of its cases their own.
async fn own(db: &mut Conn, scope: &Scope, (cluster, days): (&str, &Days), page: &Page) -> Result<(Vec<Entry>, i64)> {
    let all = store::cases_in(db, cluster, days, &Page { limit: LOOKED_THROUGH, cursor: None }).await?;
    let seen = cases::seen_of(db, scope, &all.iter().map(|entry| entry.case).collect::<Vec<_>>()).await?;
    let own: Vec<Entry> = all.into_iter().filter(|entry| seen.iter().any(|case| case.id == entry.case)).collect();
    let count = i64::try_from(own.len()).unwrap_or(i64::MAX);
    let after = page.cursor.as_ref().map(|cursor| cursor.unpack::<(Day, Id<Case>)>()).transpose()?;
    let is_behind = |entry: &Entry| after.is_none_or(|after| (entry.day, entry.case) < after);
    Ok((own.into_iter().filter(is_behind).collect(), count))
}

/// The topics a case is part of.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(in super::super) struct CaseTopics {
    /// The last topic of its cluster, and of its thing.
    rows: Vec<TopicRow>,
}

/// The topics a case is part of, those that were rejected excepted, as far as they are the reader's.
pub(in super::super) async fn of_case(db: &mut Conn, app: &App, scope: &Scope, id: Id<Case>) -> Result<CaseTopics> {
    let case = cases::get(db, scope, id).await?;
    let clusters = store::entries_unscoped(db, &[case.id]).await?.into_iter().map(|entry| entry.cluster);
    let mut found = store::last_of(db, scope, &clusters.collect::<Vec<_>>()).await?;
    found.retain(|counted| counted.topic.state != TopicState::Rejected);
    Ok(CaseTopics { rows: rows(db, app, &found).await? })
}
