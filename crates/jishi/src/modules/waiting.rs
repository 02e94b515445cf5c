//! 待办: what waits for somebody in each room, as a digest tells it. The rooms are listed here, so that messages need not know
//! those that send by them. Each list is counted by its own room, as its page counts it.

use super::{call_backs, cases, mediation, messages::Lists, pleas, rechecks, supervision, whistles};

/// All lists, in the order in which a digest tells them.
pub const LISTS: Lists = Lists {
    of_person: &[
        |db, _, actor| Box::pin(whistles::waiting_for(db, actor)),
        |db, app, actor| Box::pin(cases::waiting_for(db, app, actor)),
        |db, app, actor| Box::pin(pleas::waiting_for(db, app, actor)),
        |db, app, actor| Box::pin(supervision::waiting_for(db, app, actor)),
        |db, app, actor| Box::pin(call_backs::waiting_for(db, app, actor)),
        |db, app, actor| Box::pin(rechecks::waiting_for(db, app, actor)),
        |db, app, actor| Box::pin(mediation::waiting_for(db, app, actor)),
    ],
    of_unit: &[
        |db, _, (unit, _)| Box::pin(whistles::waiting_for_unit(db, unit)),
        |db, app, (unit, office_of)| Box::pin(cases::waiting_for_unit(db, app, unit, office_of)),
        |db, app, (unit, _)| Box::pin(supervision::waiting_for_unit(db, app, unit)),
        |db, app, (unit, _)| Box::pin(rechecks::waiting_for_unit(db, app, unit)),
    ],
};
