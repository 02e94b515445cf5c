//! What may be kept, and by whom changed. Pure.

use kernel::{Code, Error, Result};

use super::model::{Draft, SavedView};
use crate::platform::access::Actor;

/// Lists whose filters can be kept.
const LISTS: [&str; 1] = ["cases"];
/// The longest name, in characters.
const NAME_MAX: usize = 40;
/// Filters of a view, and the longest key and value, in characters.
const KEYS_MAX: usize = 30;
const KEY_MAX: usize = 30;
const VALUE_MAX: usize = 200;

/// The draft with its name trimmed.
///
/// # Errors
/// Field errors: `required`, `too_long`, `unknown_value` for a list that keeps no views, `unknown_unit` for a unit that is
/// not one's own.
pub fn checked(draft: Draft, actor: &Actor) -> Result<Draft> {
    let name = draft.name.trim().to_owned();
    match name.chars().count() {
        0 => return Err(Error::field("name", Code::Required)),
        n if n > NAME_MAX => return Err(too_long("name", NAME_MAX)),
        _ => {}
    }
    if !LISTS.contains(&draft.list.as_str()) {
        return Err(Error::field("list", Code::UnknownValue).with("value", draft.list));
    }
    let is_long = |(key, value): (&String, &String)| key.chars().count() > KEY_MAX || value.chars().count() > VALUE_MAX;
    if draft.query.len() > KEYS_MAX || draft.query.iter().any(is_long) {
        return Err(too_long("query", VALUE_MAX));
    }
    if draft.unit.is_some_and(|unit| !actor.posts.iter().any(|post| post.unit == Some(unit))) {
        return Err(Error::field("unit", Code::UnknownUnit));
    }
    Ok(Draft { name, ..draft })
}

fn too_long(field: &'static str, max: usize) -> Error {
    Error::field(field, Code::TooLong).with("max", i64::try_from(max).unwrap_or(i64::MAX))
}

/// Whether a view is one's own, or one's unit's.
pub fn is_theirs(view: &SavedView, actor: &Actor) -> bool {
    match view.unit {
        Some(unit) => actor.posts.iter().any(|post| post.unit == Some(unit)),
        None => view.person == actor.person,
    }
}
