//! What goes back of an order is the answer to all of it: where it was split, that of every part, once the last is done.

use std::collections::HashMap;

use db::Conn;
use kernel::{Id, Names, Result};

use super::{
    ground,
    model::{Case, Outcome, Report, Satisfied, Solved, Status, Verdict},
    orders::Answered,
    shapes::CaseRow,
    store::{self, OrderRow},
    views,
};
use crate::modules::App;

/// The cases that some orders became, with the words that answered them.
pub(super) struct Whole {
    rows: HashMap<Id<Case>, (Case, CaseRow, Option<Names>)>,
    replies: HashMap<Id<Case>, Option<String>>,
    parts: Vec<Report>,
}

/// One part of an order, as it is told.
struct Told<'a> {
    case: &'a Case,
    row: &'a CaseRow,
    matter: Option<&'a Names>,
    reply: Option<&'a str>,
    verdict: Option<Verdict>,
    is_withdrawn: bool,
}

impl Whole {
    pub(super) async fn read(db: &mut Conn, app: &App, orders: &[OrderRow]) -> Result<Self> {
        let reports: Vec<Id<Report>> = orders.iter().map(|order| order.report).collect();
        let mut parts = if reports.is_empty() { Vec::new() } else { store::parts_of(db, &reports).await? };
        parts.retain(|part| part.part_of.is_some() && !part.is_rejoined);
        let mut cases: Vec<Case> = orders.iter().map(|order| order.case.clone()).collect();
        let mut ids: Vec<Id<Case>> = cases.iter().map(|case| case.id).collect();
        for part in &parts {
            if !ids.contains(&part.case) {
                cases.push(store::get_unscoped(db, part.case).await?);
                ids.push(part.case);
            }
        }
        let replies = store::replies_of(db, &ids).await?.into_iter().map(|reply| (reply.case, reply.text)).collect();
        let rows = views::rows(db, app, &cases).await?;
        let named = |(case, row): (Case, CaseRow)| {
            let matter = ground::matter_ref(app, &case).map(|matter| matter.names);
            (case.id, (case, row, matter))
        };
        Ok(Self { rows: cases.into_iter().zip(rows).map(named).collect(), replies, parts })
    }

    /// An order with its answer.
    pub(super) fn answer(&self, order: OrderRow) -> Option<Answered> {
        let first = self.told(order.case.id, order.verdict, order.is_withdrawn)?;
        let others = self.parts.iter().filter(|part| part.part_of == Some(order.report));
        let others = others.filter_map(|part| self.told(part.case, part.verdict, part.is_withdrawn));
        let parts: Vec<Told<'_>> = std::iter::once(first).chain(others).collect();
        let mut row = parts.iter().min_by_key(|part| part.progress())?.row.clone();
        let whole = parts.first()?;
        (row.id, row.number, row.place) = (whole.row.id, whole.row.number.clone(), whole.row.place.clone());
        let is_answered = parts.iter().all(Told::is_answered);
        row.done_at = parts.iter().map(|part| part.row.done_at).max().flatten().filter(|_| is_answered);
        let mut units: Vec<Names> = Vec::new();
        for unit in parts.iter().filter_map(|part| part.row.lead_unit.as_ref()) {
            if !units.contains(&unit.names) {
                units.push(unit.names.clone());
            }
        }
        Some(Answered {
            verdict: verdict(&parts),
            outcome: outcome(&parts).filter(|_| is_answered),
            reply: reply(&parts).filter(|_| is_answered),
            units,
            row,
            number: order.number,
            cells: order.cells,
            came_at: order.received_at,
            handed_at: order.handed_at,
            changed_at: order.changed_at,
        })
    }

    fn told(&self, case: Id<Case>, verdict: Option<Verdict>, is_withdrawn: bool) -> Option<Told<'_>> {
        let (case, row, matter) = self.rows.get(&case)?;
        let reply = self.replies.get(&case.id).and_then(Option::as_deref);
        Some(Told { case, row, matter: matter.as_ref(), reply, verdict, is_withdrawn })
    }
}

impl Told<'_> {
    /// What was sent back or taken up again has no answer any more; what was taken back needs none.
    fn is_answered(&self) -> bool {
        self.is_withdrawn || self.case.result_at.is_some() || !self.case.status.is_open()
    }

    /// How far it is: what is least far tells where the whole stands. What nobody asks for any more says the least.
    fn progress(&self) -> usize {
        let far =
            [Status::Received, Status::Dispatched, Status::Signed, Status::Parked, Status::Working, Status::Verifying];
        let known = far.iter().position(|status| *status == self.case.status);
        let ended = if self.case.status == Status::Withdrawn { far.len() + 1 } else { far.len() };
        if self.is_withdrawn { far.len() + 1 } else { known.unwrap_or(ended) }
    }
}

/// The words of a whole order: as they are, or part by part under the names of their matters.
fn reply(parts: &[Told<'_>]) -> Option<String> {
    if let [only] = parts {
        return only.reply.map(str::to_owned);
    }
    let line = |(at, part): (usize, &Told<'_>)| {
        let status = part.case.status.names();
        let words = if part.is_withdrawn { "诉求人已撤回" } else { part.reply.unwrap_or(status.zh()) };
        format!("{}．{}：{words}", at + 1, part.matter.map_or("未定事项", Names::zh))
    };
    Some(parts.iter().enumerate().map(line).collect::<Vec<_>>().join("\n"))
}

/// As much as the least of the parts: what is partly solved is not solved.
fn outcome(parts: &[Told<'_>]) -> Option<Outcome> {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::Cannot => 0,
        Outcome::Partly => 1,
        Outcome::Solved => 2,
    };
    let found: Vec<Outcome> = parts.iter().filter_map(|part| part.case.result_outcome).collect();
    let (least, most) = (found.iter().copied().min_by_key(rank)?, found.iter().copied().max_by_key(rank)?);
    // Some of it solved and some not is partly solved.
    Some(if least == most { least } else { Outcome::Partly })
}

/// What the resident said of all parts; nothing while they have not spoken of each.
fn verdict(parts: &[Told<'_>]) -> Option<Verdict> {
    let asked = parts.iter().filter(|part| !part.is_withdrawn);
    let said: Vec<Verdict> = asked.map(|part| part.verdict).collect::<Option<_>>()?;
    let first = *said.first()?;
    let solved = if said.iter().all(|one| one.solved == first.solved) { first.solved } else { Solved::Partly };
    let satisfied = [Satisfied::Dissatisfied, Satisfied::Unsaid, Satisfied::Basically, Satisfied::Satisfied]
        .into_iter()
        .find(|word| said.iter().any(|one| one.satisfied == *word))?;
    let contacted = if said.iter().any(|one| one.contacted == Some(false)) {
        Some(false)
    } else {
        said.iter().find_map(|one| one.contacted)
    };
    Some(Verdict { contacted, solved, satisfied })
}
