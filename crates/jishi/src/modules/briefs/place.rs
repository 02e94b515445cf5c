//! 本村、本社区: what the place itself lives by, by the page of its kind.
//!
//! Three lists of cases (open, late, ended these seven days) are counted by matter, each in one statement, and a group is the
//! sum of its matters; the register is counted by kind in one statement. A figure is the count of the list it opens.

use std::collections::HashMap;

use db::Conn;
use kernel::{COUNT_CAP, Code, Day, Error, Level, RegionCode, Result};

use super::{
    figures::List,
    model::{Figure, GroupFigures, KindFigures, PageSection, PlacePage},
    pages::{self, FirstPage, Group, KnownThings},
};
use crate::{
    modules::{
        App, cases,
        cases::View,
        patrols::{self, PatrolDue},
        regions::{self, RegionRef},
        register::{self, OfKind},
    },
    platform::access::Scope,
};

/// Days of "lately".
const LATELY: i64 = 7;

/// The page of a place: a village or community, or what lies in one.
///
/// # Errors
/// `not_found` for a place of another level.
pub(super) async fn page(db: &mut Conn, app: &App, scope: &Scope, place: RegionRef) -> Result<PlacePage> {
    let not_found = || Error::new(Code::NotFound);
    let village = place.code.at(Level::Village).ok_or_else(not_found)?;
    let village = regions::refs_unscoped(db, [&village]).await?.remove(&village).ok_or_else(not_found)?;
    let page = pages::code_of(village.kind).and_then(|code| app.pages.page(code)).ok_or_else(not_found)?;
    let (from, to) = (app.today().plus(1 - LATELY), app.today());
    let counted = Counted {
        cases: counted_cases(db, app, scope, &place.code, (from, to)).await?,
        kinds: counted_kinds(db, app, scope, &place.code).await?,
        known: counted_known(db, app, scope, (&page, &place.code)).await?,
    };
    let patrols = if page.sections.iter().any(|section| section.has_patrols) {
        patrols::due_at(db, app, scope, &place.code).await?
    } else {
        Vec::new()
    };
    let sections = counted.sections(app, &page, &place.code, &patrols);
    Ok(PlacePage {
        code: page.code.clone(),
        names: page.names.clone(),
        at: app.now(),
        from,
        to,
        sections,
        place,
        village,
    })
}

/// A list of cases with the count of each matter.
struct ByMatter {
    code: &'static str,
    list: List,
    counts: Vec<(String, i64)>,
}

impl ByMatter {
    fn figure(&self, group: &Group) -> Figure {
        let is_in = |(matter, _): &&(String, i64)| group.matters.holds(matter);
        let count: i64 = self.counts.iter().filter(is_in).map(|(_, count)| count).sum();
        let opens = self.list.clone().matters(&group.matters).opens;
        Figure {
            code: self.code,
            count: count.min(COUNT_CAP),
            count_capped: count > COUNT_CAP,
            before: None,
            before_opens: None,
            opens,
        }
    }
}

async fn counted_cases(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    place: &RegionCode,
    days: (Day, Day),
) -> Result<Vec<ByMatter>> {
    let all = List::of(place, app.now(), &app.settings.zone);
    let lists = [
        ("open", all.clone().view(View::Open)),
        ("overdue", all.clone().view(View::Overdue)),
        ("ended", all.ended(days)),
    ];
    let mut counted = Vec::with_capacity(lists.len());
    for (code, list) in lists {
        let counts = cases::by_matter(db, scope, &list.filter).await?;
        counted.push(ByMatter { code, list, counts });
    }
    Ok(counted)
}

async fn counted_kinds(db: &mut Conn, app: &App, scope: &Scope, place: &RegionCode) -> Result<HashMap<String, OfKind>> {
    let kinds = register::by_kind(db, scope, place, app.today()).await?;
    Ok(kinds.into_iter().map(|of| (of.kind.clone(), of)).collect())
}

/// The things of which something is known, counted as the list that shows them; one or two of a page.
async fn counted_known(
    db: &mut Conn,
    app: &App,
    scope: &Scope,
    (page, place): (&FirstPage, &RegionCode),
) -> Result<Vec<(KnownThings, OfKind)>> {
    let mut counted = Vec::new();
    for known in page.sections.iter().flat_map(|section| &section.known) {
        let is = (known.kind.as_str(), known.field.as_str(), known.value.as_str());
        counted.push((known.clone(), register::known_in(db, scope, place, is, app.today()).await?));
    }
    Ok(counted)
}

/// What a page is filled with.
struct Counted {
    cases: Vec<ByMatter>,
    kinds: HashMap<String, OfKind>,
    known: Vec<(KnownThings, OfKind)>,
}

impl Counted {
    fn sections(&self, app: &App, page: &FirstPage, place: &RegionCode, due: &[PatrolDue]) -> Vec<PageSection> {
        let names = app.register.kinds();
        let group = |group: &Group| GroupFigures {
            code: group.code.clone(),
            names: group.names.clone(),
            figures: self.cases.iter().map(|list| list.figure(group)).collect(),
        };
        let section = |section: &pages::Section| PageSection {
            code: section.code.clone(),
            names: section.names.clone(),
            groups: section.groups.iter().map(group).collect(),
            // A kind that the register has no longer is nothing to show.
            kinds: section
                .kinds
                .iter()
                .filter(|code| names.kind(code).is_some())
                .map(|code| self.kind(code, names.names(code), place))
                .chain(section.known.iter().filter_map(|known| self.known(known, place)))
                .collect(),
            patrols: section.has_patrols.then(|| due.to_vec()),
        };
        page.sections.iter().map(section).collect()
    }

    fn known(&self, known: &KnownThings, place: &RegionCode) -> Option<KindFigures> {
        let (_, of) = self.known.iter().find(|(other, _)| other == known)?;
        let fact = format!("{}={}", known.field, known.value);
        let opens = [("region", place.to_string()), ("kind", known.kind.clone()), ("fact", fact.clone())];
        Some(KindFigures {
            code: format!("{}?{fact}", known.kind),
            names: known.names.clone(),
            count: of.count,
            stale: of.stale,
            opens: opens.into_iter().collect(),
        })
    }

    fn kind(&self, code: &str, names: kernel::Names, place: &RegionCode) -> KindFigures {
        let (count, stale) = self.kinds.get(code).map_or((0, 0), |of| (of.count, of.stale));
        let opens = HashMap::from([("region", place.to_string()), ("kind", code.to_owned())]).into_iter().collect();
        KindFigures { code: code.to_owned(), names, count, stale, opens }
    }
}
