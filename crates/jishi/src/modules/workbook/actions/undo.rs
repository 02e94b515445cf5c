//! Undoing an import: what was new is removed, what changed is as it was; all of it, or nothing while any of it is in use.

use std::sync::Arc;

use db::Tx;
use kernel::{Code, Error, Id, Lang, Names, Result};
use serde_json::json;

use super::{
    super::{
        model::{Import, Journal},
        store,
    },
    Bringer, Writers,
};
use crate::{
    modules::{
        SharedApp, cases,
        people::{self, Brought},
        regions,
    },
    platform::{
        idempotency::{self, Key},
        live::Topic,
        trail::{self, Entry},
    },
};

/// Undoes an import.
///
/// # Errors
/// `forbidden` without the rights its parts need; `not_found` when it is not of one's places; `import_undone`; `import_in_use` with what stands in the way.
pub async fn undo(app: &SharedApp, bringer: &Bringer, id: Id<Import>, key: Key) -> Result<()> {
    let writers = Writers::new(bringer)?;
    let undoing = Arc::clone(app);
    app.db
        .write(async move |mut tx: Tx| {
            let (import, journal) = store::lock(&mut tx, writers.scope.as_ref(), id).await?;
            let (now, today) = (undoing.now(), undoing.today());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            if import.undone_at.is_some() {
                return Err(Error::new(Code::ImportUndone));
            }
            require(&writers, &journal)?;
            let mut uses = of_cases(&mut tx, &journal).await?;
            if uses.is_empty() {
                let brought = Brought {
                    posts: &journal.posts,
                    people: &journal.people,
                    people_before: &journal.people_before,
                    units: &journal.units,
                    units_before: &journal.units_before,
                };
                uses.extend(people::undo_in(&mut tx, &brought).await?);
            }
            if uses.is_empty() {
                uses.extend(staffed_places(&mut tx, &journal).await?);
            }
            if uses.is_empty()
                && let Some(writer) = &writers.places
            {
                let places = (journal.places.as_slice(), journal.places_before.as_slice());
                let root = &undoing.settings.region;
                uses.extend(regions::undo_places_in(&mut tx, writer, places, root, (now, today)).await?);
            }
            if !uses.is_empty() {
                return Err(Error::new(Code::ImportInUse).with("uses", joined(&uses)));
            }
            store::mark_undone(&mut tx, id, writers.by.person, now).await?;
            let (kind, object_id) = ("workbook.undone", id.to_string());
            let (place, params) = (Some(&import.region), json!({ "file": import.file, "counts": import.counts }));
            trail::record(&mut tx, now, &writers.by, Entry { kind, object_kind: "import", object_id, place, params })
                .await
        })
        .await?;
    regions::refresh(app).await?;
    app.live.hint(Topic::Records);
    Ok(())
}

/// Who takes something back must have been able to bring it.
fn require(writers: &Writers, journal: &Journal) -> Result<()> {
    let Journal { places, places_before, units, units_before, people, people_before, posts } = journal;
    let needs = [
        (writers.places.is_some(), !places.is_empty() || !places_before.is_empty(), "region.edit"),
        (writers.units.is_some(), !units.is_empty() || !units_before.is_empty(), "unit.edit"),
        (writers.people.is_some(), !people.is_empty() || !people_before.is_empty() || !posts.is_empty(), "person.edit"),
    ];
    match needs.into_iter().find(|(may, needed, _)| *needed && !may) {
        Some((_, _, permission)) => Err(Error::new(Code::Forbidden).with("permission", permission)),
        None => Ok(()),
    }
}

async fn of_cases(tx: &mut Tx, journal: &Journal) -> Result<Vec<Names>> {
    let (mut lying, mut given) = (0, 0);
    for place in &journal.places {
        lying += cases::cases_in_unscoped(tx, place).await?;
    }
    for unit in &journal.units {
        given += i64::from(cases::had_cases_unscoped(tx, *unit).await?);
    }
    let lying = (lying > 0)
        .then(|| Names::new(format!("新地方里有 {lying} 件工单"), format!("{lying} cases lie in the new places")));
    let given = (given > 0)
        .then(|| Names::new(format!("{given} 个新单位办过工单"), format!("{given} new units were given cases")));
    Ok(lying.into_iter().chain(given).collect())
}

async fn staffed_places(tx: &mut Tx, journal: &Journal) -> Result<Vec<Names>> {
    let mut uses = 0;
    for place in &journal.places {
        uses += people::uses_of_place_unscoped(tx, place).await?;
    }
    let told = Names::new(
        format!("新地方里另有 {uses} 个单位、人员或岗位，先请安全管理员撤销导入人员的那一次，或结束它们"),
        format!(
            "the new places have {uses} other units, people or posts: first let the security administrator undo the import that brought them, or end them"
        ),
    );
    Ok(if uses > 0 { vec![told] } else { Vec::new() })
}

fn joined(uses: &[Names]) -> Names {
    let join = |lang: Lang, comma: &str| uses.iter().map(|use_| use_.in_lang(lang)).collect::<Vec<_>>().join(comma);
    Names::new(join(Lang::Zh, "；"), join(Lang::En, "; "))
}
