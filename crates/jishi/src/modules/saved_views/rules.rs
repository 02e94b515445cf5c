//! What may be kept, and by whom changed. Pure.

use kernel::{Code, Error, Result};

use super::model::{Draft, SavedView};
use crate::platform::{access::Actor, masking};

/// The longest name, in characters.
const NAME_MAX: usize = 40;
/// Filters of a view, and the longest key and value, in characters.
const KEYS_MAX: usize = 30;
const KEY_MAX: usize = 30;
const VALUE_MAX: usize = 200;

/// The draft with its name trimmed.
///
/// # Errors
/// Field errors: `required`, `too_long`, `personal_in_view`, `unknown_unit` for a unit that is not one's own.
pub fn checked(draft: Draft, actor: &Actor) -> Result<Draft> {
    let name = draft.name.trim().to_owned();
    match name.chars().count() {
        0 => return Err(Error::field("name", Code::Required)),
        n if n > NAME_MAX => return Err(too_long("name", NAME_MAX)),
        _ => {}
    }
    let is_long = |(key, value): (&String, &String)| key.chars().count() > KEY_MAX || value.chars().count() > VALUE_MAX;
    if draft.query.len() > KEYS_MAX || draft.query.iter().any(is_long) {
        return Err(too_long("query", VALUE_MAX));
    }
    // A filter with somebody's number in it is a list of one person under a name; it is typed each time, and kept nowhere.
    let personal = |text: &String| masking::mask(text, None).text != *text;
    if personal(&name) || draft.query.values().any(personal) {
        return Err(Error::field("query", Code::PersonalInView));
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

#[cfg(test)]
mod tests {
    use super::{super::model::List, *};

    #[test]
    fn every_list_is_found_by_its_name_and_no_other() {
        for list in List::ALL {
            assert_eq!(List::parse(list.as_str()).unwrap(), list);
        }
        for wrong in ["", "people", "Cases", "cases "] {
            let refused = List::parse(wrong).unwrap_err();
            assert_eq!((refused.fields()[0].field.as_str(), refused.fields()[0].code), ("list", Code::UnknownValue));
        }
    }
}
