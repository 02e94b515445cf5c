//! The record, put together; and the list of assessments.

use std::collections::HashSet;

use db::Conn;
use kernel::{Code, Cursor, Error, Id, Instant, Listing, Names, Page, Result};
use serde::Serialize;

use super::{
    held,
    model::{Assessment, ProcessingRecord, ProcessingRow, RoleName, SeenBy, TermRow},
    store,
};
use crate::{
    modules::{
        App,
        people::{self, PersonRef},
        vault,
    },
    platform::{
        access::{Actor, Permission},
        processing::{Held, Said, Seen, Term},
    },
};

fn said((zh, en): Said) -> Names {
    Names::new(zh, en)
}

fn days(days: i64) -> Names {
    Names::new(format!("{days} 天"), format!("{days} days"))
}

/// The record as the settings in force make it.
pub(super) fn record(app: &App) -> ProcessingRecord {
    let sealed: HashSet<(&str, &str)> = vault::columns().map(|column| (column.table, column.cipher)).collect();
    let terms = app.terms.get();
    let own = terms.matters.iter().map(|term| TermRow {
        of: term.of.clone(),
        names: called(app, &term.of),
        days: term.days,
        why: term.why.clone(),
    });
    ProcessingRecord {
        keeper: app.settings.name.clone(),
        rows: held().into_iter().map(|held| row(app, held, &sealed)).collect(),
        days: terms.days,
        terms: own.collect(),
    }
}

fn row(app: &App, held: &Held, sealed: &HashSet<(&str, &str)>) -> ProcessingRow {
    let (term, visits) = (app.terms.get(), app.links.get().keep_days);
    ProcessingRow {
        code: held.code,
        whose: held.whose,
        name: said(held.name),
        why: said(held.why),
        basis: held.basis.names(),
        term: match held.term {
            Term::Contacts => Names::new(
                format!("办结后 {} 天（个别事项不同），到期自动删除；您可以要求提前删除", term.days),
                format!(
                    "{} days after the end (some matters differ), then erased by itself; earlier if you wish",
                    term.days
                ),
            ),
            Term::Visits => Names::new(
                format!("走访后 {visits} 天，到期自动删除"),
                format!("{visits} days after the visit, then erased by itself"),
            ),
            Term::Days(number) => days(number),
            Term::Said(words) => said(words),
        },
        is_sealed: held.columns.iter().any(|column| sealed.contains(column)),
        seen: match held.seen {
            Seen::Nobody => SeenBy::Nobody,
            Seen::Own => SeenBy::Own,
            Seen::Everyone => SeenBy::Everyone,
            Seen::Reads(_) => SeenBy::Roles,
            Seen::Opens(_) => SeenBy::Opened,
        },
        roles: held.seen.roles().into_iter().map(|role| RoleName { role, names: role.names() }).collect(),
    }
}

/// What a class, a group or a matter is called.
fn called(app: &App, of: &str) -> Names {
    let catalogue = app.matters.catalogue();
    let class = catalogue.classes().iter().find(|class| class.code == of).map(|class| class.names.clone());
    let group = || {
        let groups = catalogue.classes().iter().flat_map(|class| &class.groups);
        groups.into_iter().find(|group| group.code == of).map(|group| group.names.clone())
    };
    class.or_else(group).unwrap_or_else(|| catalogue.matter_ref(of, &app.settings.region).names)
}

/// Whoever keeps or audits the record reads it and the assessments: they are the whole instance's, so a post for part of it
/// is not enough.
///
/// # Errors
/// `forbidden`.
pub(super) fn may_read(app: &App, actor: &Actor) -> Result<()> {
    let scope = actor.require(Permission::ProtectionKeep).or_else(|_| actor.require(Permission::AuditRead))?;
    if scope.covers(&app.settings.region) { Ok(()) } else { Err(Error::new(Code::Forbidden)) }
}

/// An assessment that was made.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct AssessmentRow {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    id: Id<Assessment>,
    /// Its year.
    year: i64,
    /// Its number in the year.
    number: i64,
    /// When it was made.
    made_at: Instant,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<PersonRef>,
    /// In which language.
    lang: String,
    /// SHA-256 of the file, as it stands on the trail.
    sha256: String,
}

/// A page of assessments, the newest first.
///
/// # Errors
/// `bad_cursor`, or `internal` when the database fails.
pub(super) async fn assessments(db: &mut Conn, page: &Page) -> Result<Listing<AssessmentRow>> {
    let (rows, count) = store::page(db, page).await?;
    let key = |row: &Assessment| Cursor::pack(&(row.made_at.millis(), row.id));
    let listing = Listing::new(rows, page, count, key);
    let who: Vec<_> = listing.rows.iter().map(|row| row.person).collect();
    let who = people::people_unscoped(db, &who).await?;
    Ok(listing.map(|row| AssessmentRow {
        id: row.id,
        year: row.year,
        number: row.number,
        made_at: row.made_at,
        made_by: who.get(&row.person).cloned(),
        lang: row.lang,
        sha256: row.sha256,
    }))
}
