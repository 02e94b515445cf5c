//! 待办: what waits for somebody in each room, as a digest tells it. The rooms are listed here, so that messages need not know
//! those that send by them. Each list is counted by its own room, as its page counts it.

use super::{call_backs, cases, mediation, messages::Lists, objections, pleas, rechecks, supervision, whistles};
use crate::platform::waiting::WaitingList;

/// The lists of a room, on its page.
macro_rules! room {
    ($page:literal, $lists:expr) => {
        Box::pin(async move { Ok(WaitingList::on($page, $lists.await?)) })
    };
}

/// All lists, in the order in which a digest tells them.
pub const LISTS: Lists = Lists {
    of_person: &[
        |db, _, actor| room!("/desk/whistles", whistles::waiting_for(db, actor)),
        |db, app, actor| Box::pin(cases::waiting_for(db, app, actor)),
        |db, app, actor| room!("/desk/pleas", pleas::waiting_for(db, app, actor)),
        |db, app, actor| room!("/desk/supervision", supervision::waiting_for(db, app, actor)),
        |db, app, actor| room!("/desk/call-backs", call_backs::waiting_for(db, app, actor)),
        |db, app, actor| room!("/desk/rechecks", rechecks::waiting_for(db, app, actor)),
        |db, app, actor| room!("/desk/objections", objections::waiting_for(db, actor, app.now())),
        |db, app, actor| room!("/desk/mediation", mediation::waiting_for(db, app, actor)),
    ],
    of_unit: &[
        |db, _, (unit, _)| room!("/desk/whistles", whistles::waiting_for_unit(db, unit)),
        |db, app, (unit, office_of)| Box::pin(cases::waiting_for_unit(db, app, unit, office_of)),
        |db, app, (unit, _)| room!("/desk/supervision", supervision::waiting_for_unit(db, app, unit)),
        |db, app, (unit, _)| room!("/desk/rechecks", rechecks::waiting_for_unit(db, app, unit)),
    ],
};
