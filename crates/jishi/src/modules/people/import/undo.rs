//! Taking back what an import brought: what was new is removed, what changed is as it was before.

use db::Tx;
use kernel::{Id, Lang, Names, Result};

use super::super::{
    model::{PersonRecord, UnitRecord},
    store,
};
use crate::platform::access::{Person, Post, Unit};

/// Units named at once.
const TOLD: usize = 5;

/// What an import brought of units, people and posts.
#[derive(Debug)]
pub struct Brought<'a> {
    /// Posts that were new.
    pub posts: &'a [Id<Post>],
    /// People who were new.
    pub people: &'a [Id<Person>],
    /// People whose telephone changed, as they were.
    pub people_before: &'a [PersonRecord],
    /// Units that were new, each after the one above it.
    pub units: &'a [Id<Unit>],
    /// Units that changed, as they were.
    pub units_before: &'a [UnitRecord],
}

/// Takes it back. Told is what is in use by now: then the caller gives the whole transaction up.
///
/// # Errors
/// `internal` when the database fails.
pub async fn undo_in(tx: &mut Tx, brought: &Brought<'_>) -> Result<Vec<Names>> {
    let mut uses = Vec::new();
    let mut tell = |count: i64, zh: &str, en: &str| {
        if count > 0 {
            uses.push(Names::new(format!("{count} {zh}"), format!("{count} {en}")));
        }
    };
    tell(store::deputised(tx, brought.posts).await?, "个岗位有人代理", "posts have deputies");
    store::remove_posts(tx, brought.posts).await?;
    tell(
        store::active_people(tx, brought.people).await?,
        "人已经登录过或另有岗位",
        "people have logged in or hold another post",
    );
    let staffed = store::staffed_units(tx, brought.units).await?;
    let mut changed = 0;
    for person in brought.people_before {
        let before = (person.name.as_str(), person.phone.as_deref());
        changed += i64::from(!store::update_person(tx, person.id, person.version + 1, before).await?);
    }
    for unit in brought.units_before {
        let before = UnitRecord { version: unit.version + 1, ..unit.clone() };
        changed += i64::from(!store::update_unit(tx, &before).await?);
    }
    tell(changed, "条记录此后又改过", "records were changed since");
    uses.extend(staff_of(&staffed));
    if !uses.is_empty() {
        return Ok(uses);
    }
    store::remove_people(tx, brought.people).await?;
    for unit in brought.units.iter().rev() {
        if store::has_units_below(tx, *unit).await? {
            uses.push(Names::new("有单位已设下级单位", "a unit has others below it"));
            break;
        }
        store::remove_unit(tx, *unit).await?;
    }
    Ok(uses)
}

/// Units that have staff, some by name, and what is to be done first.
fn staff_of(units: &[Names]) -> Option<Names> {
    let count = units.len();
    let told = |lang, comma: &str, more: &str| {
        let names: Vec<&str> = units.iter().take(TOLD).map(|name| name.in_lang(lang)).collect();
        names.join(comma) + if count > TOLD { more } else { "" }
    };
    (count > 0).then(|| {
        let (zh, en) = (told(Lang::Zh, "、", "等"), told(Lang::En, ", ", " .."));
        Names::new(
            format!("{count} 个单位有人任职（{zh}），先请安全管理员撤销导入人员的那一次，或结束这些任职"),
            format!("{count} units have staff ({en}): first let the security administrator undo the import that brought them, or end those posts"),
        )
    })
}
