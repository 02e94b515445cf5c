//! What a page shows of signs: numbers of both sides, the cases, what was said. No contact detail, and no resident's words.

mod export;
mod shapes;

use std::collections::HashMap;

use db::Conn;
use kernel::{Code, Error, Id, Lang, Listing, Names, Page, Result};

pub use self::{
    export::{columns, rows as export_rows},
    shapes::{EvidenceView, SignView},
};
use super::{
    model::{Evidence, Sign, SignKind},
    store::{self, SignFilter},
};
use crate::{
    modules::{
        App,
        cases::{self, Case},
        people, photos, regions,
    },
    platform::access::{Actor, Permission, Scope},
};

/// The counties in which the actor looks at signs.
///
/// # Errors
/// `forbidden`.
pub fn reviewed_by(actor: &Actor) -> Result<Scope> {
    let scope = actor.require(Permission::SignReview)?;
    Ok(Scope { units: Vec::new(), ..scope })
}

/// The units for which the actor may answer.
///
/// # Errors
/// `forbidden`.
pub fn answered_by(actor: &Actor) -> Result<Scope> {
    let scope = actor.require(Permission::CaseHandle)?;
    Ok(Scope { places: Vec::new(), ..scope })
}

/// What the actor may see: the signs of their counties, and those of their units.
///
/// # Errors
/// `forbidden` when neither.
pub fn seen_by(actor: &Actor) -> Result<Scope> {
    match (reviewed_by(actor), answered_by(actor)) {
        (Ok(places), Ok(units)) => Ok(Scope { places: places.places, units: units.units }),
        (Ok(scope), Err(_)) | (Err(_), Ok(scope)) => Ok(scope),
        (Err(error), Err(_)) => Err(error),
    }
}

/// A page of signs.
pub async fn listing(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    filter: &SignFilter,
    page: &Page,
) -> Result<Listing<SignView>> {
    let Listing { rows, next, count, count_capped } = store::list(db, &seen_by(actor)?, filter, page).await?;
    Ok(Listing { rows: views(db, app, actor, &rows).await?, next, count, count_capped })
}

/// One sign.
pub async fn one(db: &mut Conn, app: &App, actor: &Actor, id: Id<Sign>) -> Result<SignView> {
    let sign = store::one(db, &seen_by(actor)?, id).await?;
    let view = views(db, app, actor, &[sign]).await?.pop();
    view.ok_or_else(|| Error::new(Code::NotFound))
}

/// Signs with the names of what they are about.
pub async fn views(db: &mut Conn, app: &App, actor: &Actor, signs: &[Sign]) -> Result<Vec<SignView>> {
    let (looks, answers) = (reviewed_by(actor).unwrap_or_default(), answered_by(actor).unwrap_or_default());
    let units = people::units_unscoped(db, &signs.iter().map(|sign| sign.unit).collect::<Vec<_>>()).await?;
    let places = regions::refs_unscoped(db, signs.iter().map(|sign| &sign.county)).await?;
    let persons: Vec<_> = signs.iter().filter_map(|sign| sign.looked_by).collect();
    let persons = people::people_unscoped(db, &persons).await?;
    let mut all = Vec::new();
    for sign in signs {
        let (names, explain) = app.signs.at(&sign.county)?.told(sign.kind);
        let (Some(unit), Some(county)) = (units.get(&sign.unit), places.get(&sign.county)) else { continue };
        all.push(SignView {
            id: sign.id,
            kind: sign.kind,
            names,
            explain,
            told: told(sign),
            unit: unit.clone(),
            county: county.clone(),
            from: sign.from_day,
            to: sign.to_day,
            hits: sign.counts.hits,
            among: sign.counts.among,
            peer_hits: sign.counts.peer_hits,
            peer_among: sign.counts.peer_among,
            peers: sign.counts.peers,
            state: sign.state,
            found_at: sign.found_at,
            looked_at: sign.looked_at,
            looked_by: sign.looked_by.and_then(|person| persons.get(&person).cloned()),
            words: sign.words.clone(),
            answered_at: sign.answered_at,
            answer: sign.answer.clone(),
            may_review: looks.covers(&sign.county),
            may_answer: answers.units.contains(&sign.unit),
            version: sign.version,
        });
    }
    Ok(all)
}

/// The numbers of both sides in a sentence.
fn told(sign: &Sign) -> Names {
    let counts = sign.counts;
    let share = |hits: i64, among: i64| if among == 0 { 0.0 } else { hits as f64 / among as f64 * 100.0 };
    if counts.peer_among > 0 {
        let (own, theirs) = (share(counts.hits, counts.among), share(counts.peer_hits, counts.peer_among));
        return Names::new(
            format!(
                "{} 件里有 {} 件（{own:.1}%）；同县同级的另外 {} 个单位 {} 件里有 {} 件（{theirs:.1}%）",
                counts.among, counts.hits, counts.peers, counts.peer_among, counts.peer_hits
            ),
            format!(
                "{} of {} ({own:.1} %); {} other units of its level in the county: {} of {} ({theirs:.1} %)",
                counts.hits, counts.among, counts.peers, counts.peer_hits, counts.peer_among
            ),
        );
    }
    match sign.kind {
        SignKind::SamePhoto => Names::new(
            format!("{} 张照片与别的工单里的几乎一样", counts.hits),
            format!("{} photos hardly differ from those of other cases", counts.hits),
        ),
        _ => Names::new(
            format!("这一期的 {} 件结果里有 {} 件", counts.among, counts.hits),
            format!("{} of the {} results of the period", counts.hits, counts.among),
        ),
    }
}

/// A page of the cases behind a sign.
pub async fn evidence(
    db: &mut Conn,
    app: &App,
    actor: &Actor,
    id: Id<Sign>,
    page: &Page,
) -> Result<Listing<EvidenceView>> {
    let sign = store::one(db, &seen_by(actor)?, id).await?;
    let Listing { rows, next, count, count_capped } = store::evidence_page(db, sign.id, page).await?;
    Ok(Listing { rows: evidence_views(db, app, actor, &rows).await?, next, count, count_capped })
}

async fn evidence_views(db: &mut Conn, app: &App, actor: &Actor, rows: &[Evidence]) -> Result<Vec<EvidenceView>> {
    let ids: Vec<Id<Case>> =
        rows.iter().flat_map(|it| std::iter::once(it.case).chain(it.beside.as_ref().map(|(case, _)| *case))).collect();
    let found: HashMap<Id<Case>, Case> =
        cases::some_unscoped(db, &ids).await?.into_iter().map(|case| (case.id, case)).collect();
    // Whoever may open cases finds a link; the auditor sees the number, never who reported it.
    let opens: Vec<Id<Case>> = match actor.require(Permission::CaseRead) {
        Ok(scope) => cases::seen_of(db, &scope, &ids).await?.into_iter().map(|case| case.id).collect(),
        Err(_) => Vec::new(),
    };
    let said: HashMap<_, _> =
        cases::results_unscoped(db, &ids).await?.into_iter().map(|result| (result.entry, result.text)).collect();
    let shas: Vec<String> =
        rows.iter().flat_map(|it| it.sha.iter().chain(it.beside.as_ref().map(|(_, sha)| sha)).cloned()).collect();
    let pictures: HashMap<String, photos::Photo> =
        photos::links(db, app, &shas).await?.into_iter().map(|photo| (photo.sha.clone(), photo)).collect();
    let places = regions::refs_unscoped(db, found.values().map(|case| &case.place)).await?;
    let catalogue = app.matters.catalogue();
    let number = |id: &Id<Case>| found.get(id).map(|case| case.number.clone()).unwrap_or_default();
    let view = |it: &Evidence| {
        let case = found.get(&it.case);
        EvidenceView {
            case: Some(it.case).filter(|id| opens.contains(id)),
            number: number(&it.case),
            at: it.at,
            matter: case.and_then(|case| Some(catalogue.matter_ref(case.matter.as_deref()?, &case.place))),
            place: case.and_then(|case| places.get(&case.place).cloned()),
            due_at: case.and_then(|case| case.due_at),
            said: it.entry.and_then(|entry| said.get(&entry).cloned().flatten()),
            photo: it.sha.as_ref().and_then(|sha| pictures.get(sha).cloned()),
            beside: it.beside.as_ref().map(|(case, _)| number(case)),
            beside_photo: it.beside.as_ref().and_then(|(_, sha)| pictures.get(sha).cloned()),
        }
    };
    Ok(rows.iter().map(view).collect())
}

fn in_lang(names: &Names, lang: Lang) -> String {
    names.in_lang(lang).to_owned()
}
