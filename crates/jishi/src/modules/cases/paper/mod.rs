//! 交办单、催办单: cases as an office's paper, for where work still goes by hand. A sheet shows what the case page shows to
//! whoever prints it, and no more: contact details stay masked, and it addresses units, never a person's record.

mod assignment;
mod reminder;
mod words;

use db::Conn;
use kernel::{Code, Error, Instant, Lang, Names, Result};
use serde::{Deserialize, Serialize};

use self::words::Tongue;
use super::{
    ground,
    model::Case,
    shapes::{CaseDetail, TimelineEntry},
    views,
};
use crate::{
    modules::{App, matters::Basis},
    platform::{
        access::{Actor, Role},
        paper::Paper,
    },
};

/// The most cases printed together.
pub const MOST: usize = 50;

/// Which sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SheetKind)]
pub enum Kind {
    /// 交办单: to the lead unit, with a slip to send back.
    Assignment,
    /// 催办单: of the last reminder that was given.
    Reminder,
}

impl Kind {
    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assignment => "assignment",
            Self::Reminder => "reminder",
        }
    }

    fn names(self) -> Names {
        match self {
            Self::Assignment => Names::new("交办单", "Assignment sheet"),
            Self::Reminder => Names::new("催办单", "Reminder sheet"),
        }
    }
}

/// A case with what its sheet says of it.
#[derive(Debug)]
pub(super) struct Printable {
    detail: CaseDetail,
    basis: Vec<Basis>,
}

impl Printable {
    /// The last entry of a kind in its history.
    fn last(&self, kind: &str) -> Option<&TimelineEntry> {
        self.detail.timeline.iter().rev().find(|entry| entry.kind == kind)
    }
}

/// Reads what a sheet says, for a reader whose scope was checked when `case` was read.
///
/// # Errors
/// `not_in_hand` for a case that no unit was given, `not_reminded` for one that was not reminded of.
pub(super) async fn gather(db: &mut Conn, app: &App, actor: &Actor, kind: Kind, case: &Case) -> Result<Printable> {
    let refused = |code| Err(Error::new(code).with("number", case.number.clone()));
    if case.lead_unit.is_none() {
        return refused(Code::NotInHand);
    }
    let detail = views::detail(db, app, actor, case).await?;
    let matter = case.matter.as_deref().and_then(|code| ground::matter(app, code, &case.place));
    let found = Printable { detail, basis: matter.map(|matter| matter.entry().basis.clone()).unwrap_or_default() };
    if kind == Kind::Reminder && found.last("urged").is_none() {
        return refused(Code::NotReminded);
    }
    Ok(found)
}

/// Writes the sheets: an assignment sheet a case; a reminder sheet for each reminder a unit was given, whatever the number
/// of its cases.
pub(super) fn compose(app: &App, kind: Kind, cases: &[Printable], (lang, printer): (Lang, &str), at: Instant) -> Paper {
    let tongue = Tongue { app, lang };
    let foot = tongue.say(
        format!("打印：{printer}　{}　　含个人信息，仅用于办理本单，用后归档或销毁", tongue.time(at)),
        format!("Printed by {printer}, {}. Holds personal data: for handling this matter only.", tongue.time(at)),
    );
    let sheets = match kind {
        Kind::Assignment => cases.iter().map(|case| assignment::sheet(&tongue, case, &foot)).collect(),
        Kind::Reminder => reminder::sheets(&tongue, cases, &foot),
    };
    let name = kind.names().in_lang(lang).to_owned();
    let title = match cases {
        [only] => format!("{name} {}", only.detail.row.number),
        _ => name,
    };
    Paper { title, lang, at: at.zoned(&app.settings.zone), sheets }
}

/// In whose name a step was taken: the unit's, or the office's of the place its taker answers for.
fn issuer(tongue: &Tongue<'_>, case: &Printable, entry: Option<&TimelineEntry>) -> String {
    let name = |names: &Names| names.in_lang(tongue.lang).to_owned();
    if let Some(unit) = entry.and_then(|entry| entry.by.unit.as_ref()) {
        return name(&unit.names);
    }
    let place = &case.detail.row.place;
    let region = match entry.and_then(|entry| entry.by.role) {
        Some(Role::CountyOffice) => place.county.as_ref(),
        _ => place.township.as_ref().or(place.county.as_ref()),
    };
    let role = entry.and_then(|entry| entry.by.role).filter(|role| *role == Role::CountyOffice);
    match (region, role) {
        // The county's name is part of the role's: 潞州区领导小组办公室.
        (Some(region), Some(_)) => {
            let (zh, en) = (region.names.in_lang(Lang::Zh), region.names.in_lang(Lang::En));
            tongue.say(format!("{zh}领导小组办公室"), format!("Leading group office, {en}"))
        }
        (Some(region), None) => name(&region.names),
        (None, _) => name(&tongue.app.settings.name),
    }
}
