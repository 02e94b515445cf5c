//! What waits for somebody today: each figure is the count of the list it opens.

use db::Conn;
use kernel::Result;
use serde::Serialize;

use crate::{
    modules::{
        App,
        enforcement::store::{self, CaseFilter, CaseView, CheckFilter},
    },
    platform::{
        access::{Actor, Permission},
        words::words,
    },
};

words! {
    /// 今日
    Waiting {
        Recheck "recheck" "待复查" "to be checked again";
        RecheckLate "recheck_late" "复查已超期" "checking again is late";
        Mine "mine" "我办的在办案件" "my open cases";
        ToReview "to_review" "待法制审核" "to be reviewed";
        ToDecide "to_decide" "待决定" "to be decided";
        ToPublish "to_publish" "待公示" "to be published";
        ToWithdraw "to_withdraw" "应撤回公示" "to be withdrawn";
        Late "late" "案件超期" "late cases";
    }
}

/// A figure with the list it opens.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementTile)]
pub(in super::super) struct TileView {
    /// What waits.
    what: Waiting,
    /// How many.
    count: i64,
    /// Whether there are more than are counted.
    count_capped: bool,
}

/// What waits for the reader.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EnforcementToday)]
pub(in super::super) struct TodayView {
    /// In the order of a day's work; nothing waits where the count is 0.
    tiles: Vec<TileView>,
}

/// What waits for somebody by the posts they hold.
pub(in super::super) async fn today(db: &mut Conn, app: &App, actor: &Actor) -> Result<TodayView> {
    let scope = actor.require(Permission::EnforcementRead)?;
    let case = |view: CaseView| CaseFilter {
        view,
        person: actor.person,
        now: app.now(),
        region: None,
        status: None,
        item: None,
        whistle: None,
        number: None,
        from: None,
        before: None,
    };
    let check = |overdue_by| CheckFilter { is_waiting: true, overdue_by, ..CheckFilter::default() };
    let mut tiles = Vec::new();
    let mut tell = |what: Waiting, n: i64| {
        let (count, count_capped) = (n.min(kernel::COUNT_CAP), n > kernel::COUNT_CAP);
        tiles.push(TileView { what, count, count_capped });
    };
    if actor.may(Permission::EnforcementCheck) {
        tell(Waiting::RecheckLate, store::check_count(db, &scope, &check(Some(app.today()))).await?);
        tell(Waiting::Recheck, store::check_count(db, &scope, &check(None)).await?);
        tell(Waiting::Mine, store::case_count(db, &scope, &case(CaseView::Mine)).await?);
    }
    if actor.may(Permission::EnforcementReview) {
        tell(Waiting::ToReview, store::case_count(db, &scope, &case(CaseView::ToReview)).await?);
    }
    if actor.may(Permission::EnforcementDecide) {
        tell(Waiting::ToDecide, store::case_count(db, &scope, &case(CaseView::ToDecide)).await?);
    }
    if actor.may(Permission::EnforcementPublish) {
        tell(Waiting::ToWithdraw, store::case_count(db, &scope, &case(CaseView::ToWithdraw)).await?);
        tell(Waiting::ToPublish, store::case_count(db, &scope, &case(CaseView::ToPublish)).await?);
    }
    tell(Waiting::Late, store::case_count(db, &scope, &case(CaseView::Late)).await?);
    Ok(TodayView { tiles })
}
