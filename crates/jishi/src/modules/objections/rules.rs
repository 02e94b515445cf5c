//! Pure decisions: what may be said, and who takes no part.

use kernel::{Code, Error, Id, Result};

use super::model::{Objection, ObjectionState, Side};
use crate::platform::{
    access::{Actor, Person, Unit},
    masking,
};

/// Fewest characters of an objection and of an answer: enough to say something.
pub const WORDS_MIN: i64 = 5;
/// Most characters.
pub const WORDS_MAX: i64 = 500;

/// What a resident or an administrator says, with telephone numbers, documents and names taken out.
///
/// # Errors
/// `required`, `too_short`, `too_long` on `words`.
pub fn words(text: &str) -> Result<String> {
    let text = text.trim();
    match i64::try_from(text.chars().count()).unwrap_or(i64::MAX) {
        0 => Err(Error::field("words", Code::Required)),
        n if n < WORDS_MIN => Err(Error::field("words", Code::TooShort).with("min", WORDS_MIN)),
        n if n > WORDS_MAX => Err(Error::field("words", Code::TooLong).with("max", WORDS_MAX)),
        _ => Ok(masking::mask(text, None).text),
    }
}

/// Whether an opening is the actor's own: theirs, that of somebody they stand in for, or of a unit they are in.
pub fn is_own(actor: &Actor, (person, unit): (Id<Person>, Option<Id<Unit>>)) -> bool {
    let Side { persons, units } = side(actor);
    persons.contains(&person) || unit.is_some_and(|unit| units.contains(&unit))
}

/// The actor's side: they, whom they stand in for, and the units they are in.
pub fn side(actor: &Actor) -> Side {
    Side {
        persons: std::iter::once(actor.person).chain(actor.posts.iter().filter_map(|post| post.covers)).collect(),
        units: actor.posts.iter().filter_map(|post| post.unit).collect(),
    }
}

/// Whether the actor, within whose reach it lies, may answer what they saw.
///
/// # Errors
/// `own_opening`, `objection_answered`, `record_changed`.
pub fn may_answer(objection: &Objection, actor: &Actor, seen: i64) -> Result<()> {
    if is_own(actor, (objection.person, objection.unit)) {
        return Err(Error::new(Code::OwnOpening));
    }
    if objection.state() == ObjectionState::Answered {
        return Err(Error::new(Code::ObjectionAnswered));
    }
    if objection.version == seen { Ok(()) } else { Err(Error::new(Code::RecordChanged)) }
}

#[cfg(test)]
mod tests {
    use kernel::{Chance, Instant, RegionCode};

    use super::*;
    use crate::platform::access::{HeldPost, Role};

    fn id<T>(seed: u64) -> Id<T> {
        Id::new(Instant::from_millis(1), &Chance::seeded(seed))
    }

    fn actor(person: u64, unit: Option<u64>, covers: Option<u64>) -> Actor {
        let post = HeldPost {
            id: id(9),
            role: Role::SecurityAdmin,
            region: RegionCode::parse("1404").unwrap(),
            unit: unit.map(id),
            covers: covers.map(id),
        };
        Actor {
            person: id(person),
            name: String::new(),
            session: id(8),
            posts: vec![post],
            address: String::new(),
            must_change_password: false,
        }
    }

    #[test]
    fn nobody_takes_part_in_an_opening_of_their_own_of_their_unit_or_of_whom_they_stand_in_for() {
        let opening = (id(1), Some(id(2)));
        assert!(is_own(&actor(1, None, None), opening));
        assert!(is_own(&actor(3, Some(2), None), opening));
        assert!(is_own(&actor(3, Some(4), Some(1)), opening));
        assert!(!is_own(&actor(3, Some(4), None), opening));
        assert!(!is_own(&actor(3, None, None), (id(1), None)), "no unit is nobody's");
    }

    #[test]
    fn what_is_said_has_a_length_and_no_number() {
        let code = |text: &str| words(text).unwrap_err().fields()[0].code;
        assert_eq!(
            (code("  "), code("不同意"), code(&"长".repeat(501))),
            (Code::Required, Code::TooShort, Code::TooLong)
        );
        assert_eq!(words(" 没有打给 13812345678 ").unwrap(), "没有打给 138****5678");
    }
}
