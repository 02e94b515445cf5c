//! Lists of disputes and their figures.

use db::{Conn, FromRow, Row, Sql, sql};
use kernel::{COUNT_CAP, Day, Id, Instant, Page, RegionCode, Result};
use serde::Deserialize;

use super::{Eyes, column_is, select, text};
use crate::{
    modules::mediation::model::{Confirmation, Dispute, DisputeOutcome, DisputeState, Performance},
    platform::words::words,
};

words! {
    /// Which list.
    DisputeView {
        Applied "applied" "待受理" "To be taken in";
        Choosing "choosing" "待定调解员" "Mediator to be agreed";
        Mediating "mediating" "调解中" "In mediation";
        Agreed "agreed" "待履行" "To be performed";
        Confirming "confirming" "司法确认期内" "Confirmation window running";
        Over "over" "已办结" "Over";
        Accepted "accepted" "受理的全部纠纷" "All that were taken in";
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Filter {
    /// A code of the classes.
    pub class: Option<String>,
    /// How it came out.
    pub outcome: Option<DisputeOutcome>,
    /// How its performance stands.
    pub performance: Option<Performance>,
    /// How its confirmation stands.
    pub confirmation: Option<Confirmation>,
    /// Only those that are late.
    pub late: bool,
    /// Only those the reader mediates.
    pub mine: bool,
    /// Taken in from that day on.
    pub from: Option<Day>,
    /// Taken in until that day.
    pub to: Option<Day>,
}

/// The rows of a list. Whoever answers for places reads those places, each by its own index; a mediator their own.
fn filtered(sql: Sql, eyes: &Eyes, (view, filter): (DisputeView, &Filter), now: Instant) -> Sql {
    let sql = if eyes.places.is_empty() || filter.mine {
        sql.push_value(" AND d.mediator = ", eyes.person)
    } else {
        sql.push(" AND ").push_any(&eyes.places, |sql, place| sql.push_value(column_is(place.level()), place))
    };
    let sql = match view {
        DisputeView::Applied => sql.push_value(" AND d.state = ", DisputeState::Applied.as_str()),
        DisputeView::Choosing => sql.push_value(" AND d.state = ", DisputeState::Choosing.as_str()),
        DisputeView::Mediating => sql.push_value(" AND d.state = ", DisputeState::Mediating.as_str()),
        DisputeView::Agreed => sql.push_value(" AND d.state = ", DisputeState::Agreed.as_str()),
        DisputeView::Over => sql.push_value(" AND d.state = ", DisputeState::Over.as_str()),
        DisputeView::Confirming => sql.push_value(" AND d.confirm_sort >= ", now),
        DisputeView::Accepted => sql.push(" AND d.accepted_on IS NOT NULL"),
    };
    sql.push_some(filter.class.as_ref(), |sql, class| sql.push_value(" AND d.class = ", class))
        .push_some(filter.outcome, |sql, it| sql.push_value(" AND d.outcome = ", it.as_str()))
        .push_some(filter.performance, |sql, it| sql.push_value(" AND d.performance = ", it.as_str()))
        .push_some(filter.confirmation, |sql, it| sql.push_value(" AND d.confirmation = ", it.as_str()))
        .push_some(filter.late.then_some(now), |sql, now| match view {
            // What runs there is the time for the court; it is over for those that are no longer in the list.
            DisputeView::Confirming => sql.push_value(" AND d.confirm_sort < ", now),
            _ => sql.push_value(" AND d.due_at < ", now),
        })
        .push_some(filter.from, |sql, day| sql.push_value(" AND d.accepted_on >= ", text(day)))
        .push_some(filter.to, |sql, day| sql.push_value(" AND d.accepted_on <= ", text(day)))
}

/// A page of a list and one row more.
pub async fn listing(
    db: &mut Conn,
    eyes: &Eyes,
    (view, filter): (DisputeView, &Filter),
    page: &Page,
    now: Instant,
) -> Result<Vec<Dispute>> {
    let sql = filtered(select(), eyes, (view, filter), now);
    let cursor = page.cursor.as_ref();
    let sql = match view {
        DisputeView::Accepted => {
            let after = cursor.map(|cursor| cursor.unpack::<(String, Id<Dispute>)>()).transpose()?;
            sql.push_some(after, |sql, (day, id)| {
                sql.push_value(" AND (d.accepted_on, d.id) < (", day).push_value(", ", id).push(")")
            })
            .push(" ORDER BY d.accepted_on DESC, d.id DESC")
        }
        DisputeView::Over => {
            let after = cursor.map(|cursor| cursor.unpack::<(i64, Id<Dispute>)>()).transpose()?;
            sql.push_some(after, |sql, (at, id)| {
                sql.push_value(" AND (d.sort_at, d.id) < (", at).push_value(", ", id).push(")")
            })
            .push(" ORDER BY d.sort_at DESC, d.id DESC")
        }
        DisputeView::Confirming => {
            let after = cursor.map(|cursor| cursor.unpack::<(i64, Id<Dispute>)>()).transpose()?;
            sql.push_some(after, |sql, (at, id)| {
                sql.push_value(" AND (d.confirm_sort, d.id) > (", at).push_value(", ", id).push(")")
            })
            .push(" ORDER BY d.confirm_sort, d.id")
        }
        _ => {
            let after = cursor.map(|cursor| cursor.unpack::<(i64, Id<Dispute>)>()).transpose()?;
            sql.push_some(after, |sql, (at, id)| {
                sql.push_value(" AND (d.sort_at, d.id) > (", at).push_value(", ", id).push(")")
            })
            .push(" ORDER BY d.sort_at, d.id")
        }
    };
    db.all(sql.push_value(" LIMIT ", page.limit + 1)).await
}

/// The mark behind which a list goes on.
pub fn mark(view: DisputeView, dispute: &Dispute) -> kernel::Cursor {
    match view {
        DisputeView::Accepted => {
            let day = dispute.accepted_on.map(text).unwrap_or_default();
            kernel::Cursor::pack(&(day, dispute.id))
        }
        DisputeView::Confirming => {
            kernel::Cursor::pack(&(super::confirm_sort(dispute).unwrap_or_default(), dispute.id))
        }
        _ => kernel::Cursor::pack(&(super::sort_at(dispute).millis(), dispute.id)),
    }
}

struct Count(i64);

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.get("n")?))
    }
}

/// How many rows a list has in all.
pub async fn count(db: &mut Conn, eyes: &Eyes, (view, filter): (DisputeView, &Filter), now: Instant) -> Result<i64> {
    let sql = sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM (SELECT 1 AS one FROM disputes d WHERE TRUE");
    let sql = filtered(sql, eyes, (view, filter), now);
    let Count(n) = db.one(sql.push_value(" LIMIT ", COUNT_CAP + 1).push(") AS counted")).await?;
    Ok(n)
}

/// The figures of one township or county, by how its disputes came out.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The township; none where the centre is the county's.
    pub township: Option<RegionCode>,
    /// Of which class.
    pub class: String,
    /// Taken in.
    pub accepted: i64,
    /// Still open.
    pub open: i64,
    /// Agreements.
    pub agreements: i64,
    /// No agreement.
    pub failed: i64,
    /// Agreements kept.
    pub kept: i64,
    /// Agreements not kept.
    pub broken: i64,
    /// Agreements the court confirmed.
    pub confirmed: i64,
}

impl FromRow for Figures {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            township: row.opt("township")?,
            class: row.get("class")?,
            accepted: row.get("accepted")?,
            open: row.get("still_open")?,
            agreements: row.get("agreements")?,
            failed: row.get("failed")?,
            kept: row.get("kept")?,
            broken: row.get("broken")?,
            confirmed: row.get("confirmed")?,
        })
    }
}

/// How what was taken in between two days came out, by township and class. Numbers alone: nobody's dispute is told.
pub async fn figures(db: &mut Conn, places: &[RegionCode], from: Day, to: Day) -> Result<Vec<Figures>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!(
        "SELECT d.township, d.class, CAST(count(*) AS BIGINT) AS accepted,
             CAST(sum(CASE WHEN d.outcome IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS still_open,
             CAST(sum(CASE WHEN d.outcome = 'agreement' THEN 1 ELSE 0 END) AS BIGINT) AS agreements,
             CAST(sum(CASE WHEN d.outcome = 'no_agreement' THEN 1 ELSE 0 END) AS BIGINT) AS failed,
             CAST(sum(CASE WHEN d.performance = 'kept' THEN 1 ELSE 0 END) AS BIGINT) AS kept,
             CAST(sum(CASE WHEN d.performance = 'broken' THEN 1 ELSE 0 END) AS BIGINT) AS broken,
             CAST(sum(CASE WHEN d.confirmation = 'granted' THEN 1 ELSE 0 END) AS BIGINT) AS confirmed
         FROM disputes d
         WHERE d.accepted_on >= $1
           AND d.accepted_on <= $2
           AND ",
        text(from),
        text(to),
    );
    let sql = sql.push_any(places, |sql, place| sql.push_value(column_is(place.level()), place));
    db.all(sql.push(" GROUP BY d.township, d.class ORDER BY d.township NULLS FIRST, d.class")).await
}
