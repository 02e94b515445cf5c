//! What an import would do: new places, changed places, mistakes. Nothing is written here.

use std::collections::{HashMap, HashSet};

use kernel::{Code, Day, Error, Level, Names, RegionCode};
use serde::{Deserialize, Serialize};

use super::{
    model::{Kind, Region},
    rows::Draft,
    rules,
};
use crate::platform::{access::Scope, import::RowError};

/// A place to be written, new or as it will be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Written {
    pub(super) code: RegionCode,
    pub(super) kind: Kind,
    pub(super) names: Names,
    pub(super) pinyin: String,
    pub(super) point: Option<(f64, f64)>,
    pub(super) valid_from: Day,
    pub(super) note: Option<String>,
}

impl From<&Region> for Written {
    fn from(region: &Region) -> Self {
        Self {
            code: region.place.code.clone(),
            kind: region.place.kind,
            names: region.place.names.clone(),
            pinyin: region.pinyin.clone(),
            point: region.lon.zip(region.lat),
            valid_from: region.valid_from,
            note: region.note.clone(),
        }
    }
}

/// A place that is there and will be different.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) before: Region,
    pub(super) after: Written,
    /// From which day a new name counts.
    pub(super) from: Day,
}

/// What an import would do.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) new: Vec<Written>,
    pub(super) changes: Vec<Change>,
    pub(super) unchanged: i64,
    pub(super) errors: Vec<RowError>,
}

/// What is needed to plan.
pub(super) struct Ground<'a> {
    /// Places that are there, of all codes drafted and the codes above them.
    pub(super) existing: HashMap<RegionCode, Region>,
    /// Codes of rows that are to be mended: they come, too.
    pub(super) spoiled: HashSet<RegionCode>,
    /// The instance's place; it and what lies above it need no parent.
    pub(super) root: &'a RegionCode,
    /// Where the writer may write; none for the platform itself.
    pub(super) scope: Option<&'a Scope>,
    /// Today.
    pub(super) today: Day,
}

/// Compares drafts with what is there.
pub(super) fn plan(drafts: Vec<Draft>, mut ground: Ground<'_>) -> Plan {
    let coming: HashSet<RegionCode> =
        drafts.iter().map(|draft| draft.code.clone()).chain(std::mem::take(&mut ground.spoiled)).collect();
    let mut plan = Plan::default();
    for draft in drafts {
        let before = ground.existing.remove(&draft.code);
        let after = written(&draft, before.as_ref(), ground.today);
        let is_same = before.as_ref().is_some_and(|before| is_same(before, &after));
        // What stays as it is may lie anywhere: a file often begins with the places above its own.
        let refusal = if is_same { None } else { refuse(&draft, before.is_none(), &coming, &ground) };
        match (refusal, before) {
            (Some(error), before) => {
                plan.errors.extend(RowError::all(draft.line, &error));
                ground.existing.extend(before.map(|before| (draft.code, before)));
            }
            (None, Some(before)) => {
                ground.existing.insert(draft.code.clone(), before.clone());
                if is_same {
                    plan.unchanged += 1;
                } else {
                    plan.changes.push(Change { before, after, from: draft.valid_from.unwrap_or(ground.today) });
                }
            }
            (None, None) => plan.new.push(after),
        }
    }
    plan
}

fn written(draft: &Draft, before: Option<&Region>, today: Day) -> Written {
    let names = draft.names(before.map(|before| &before.place.names));
    let kept = before.filter(|before| before.place.names.zh() == draft.zh).map(|before| before.pinyin.clone());
    Written {
        code: draft.code.clone(),
        kind: draft.kind(before.map(|before| before.place.kind)),
        pinyin: draft.pinyin.clone().or(kept).unwrap_or_else(|| rules::pinyin(&draft.zh)),
        names,
        point: draft.point.or_else(|| before.and_then(|before| before.lon.zip(before.lat))),
        valid_from: before.map_or_else(|| draft.valid_from.unwrap_or(today), |before| before.valid_from),
        note: draft.note.clone().or_else(|| before.and_then(|before| before.note.clone())),
    }
}

fn is_same(before: &Region, after: &Written) -> bool {
    before.place.kind == after.kind
        && before.place.names == after.names
        && before.pinyin == after.pinyin
        && before.lon.zip(before.lat) == after.point
        && before.note == after.note
}

fn refuse(draft: &Draft, is_new: bool, coming: &HashSet<RegionCode>, ground: &Ground<'_>) -> Option<Error> {
    if ground.scope.is_some_and(|scope| !scope.covers(&draft.code)) {
        let permission = crate::platform::access::Permission::RegionEdit.as_str();
        return Some(Error::field("code", Code::Forbidden).with("permission", permission));
    }
    let needs_parent = draft.code.level() > Level::Province && draft.code.level() > ground.root.level();
    let parent = draft.code.parent().filter(|_| needs_parent)?;
    // What is there stays where its place has ended; nothing new comes into it.
    let is_fit = |place: &Region| !is_new || !place.is_over(ground.today);
    let is_there = ground.existing.get(&parent).map_or(coming.contains(&parent), is_fit);
    (!is_there).then(|| Error::field("code", Code::RegionHasGaps).with("parent", parent.as_str()))
}

/// The codes a plan needs to know: those drafted and those right above them.
pub(super) fn needed(drafts: &[Draft]) -> Vec<RegionCode> {
    let all: HashSet<RegionCode> =
        drafts.iter().flat_map(|draft| [Some(draft.code.clone()), draft.code.parent()]).flatten().collect();
    let mut all: Vec<RegionCode> = all.into_iter().collect();
    all.sort();
    all
}
