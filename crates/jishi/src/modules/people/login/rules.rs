//! Pure rules of logging in.

use kernel::{Code, Error, Instant, Result};

/// A session unused for so long is over: a working day's absence from an office computer (8 hours).
pub(super) const IDLE_HOURS: i64 = 8;
/// However busy, a session is over after a week, so that a stolen cookie dies.
pub(super) const ABSOLUTE_DAYS: i64 = 7;
/// A session's last use is written down at most so often: reading must not become writing.
pub(super) const SEEN_EVERY_SECONDS: i64 = 60;
/// Wrong tries before the account locks (等保 2.0, identification and authentication).
pub(super) const TRIES: i64 = 5;
/// For how long it locks.
pub(super) const LOCK_MINUTES: i64 = 15;

const MIN_PASSWORD: usize = 10;
/// Argon2 reads all of it, so a limit keeps a log-in from being a way to burn the machine.
const MAX_PASSWORD: usize = 200;

/// Long enough to pass the length rule and still among the first that anyone tries here.
const COMMON: [&str; 30] = [
    "123456789a",
    "1234567890a",
    "a123456789",
    "a1234567890",
    "aa123456789",
    "abc1234567",
    "abc12345678",
    "abc123456789",
    "q123456789",
    "qq123456789",
    "woaini1314",
    "woaini520",
    "woaini521",
    "woaini123",
    "woaini1314520",
    "1314520520",
    "5201314520",
    "1q2w3e4r5t",
    "q1w2e3r4t5",
    "1qaz2wsx3edc",
    "1qaz2wsx3e",
    "qwertyuiop",
    "asdfghjkl1",
    "password12",
    "password123",
    "password1234",
    "admin12345",
    "admin123456",
    "administrator",
    "changeme123",
];

/// Refuses a password that would be guessed.
pub(super) fn check_password(login: &str, old: &str, new: &str) -> Result<()> {
    if new.chars().count() > MAX_PASSWORD {
        return Err(Error::field("new", Code::TooLong).with("max", i64::try_from(MAX_PASSWORD).unwrap_or(i64::MAX)));
    }
    if new == old {
        return Err(Error::field("new", Code::SamePassword));
    }
    let lower = new.to_lowercase();
    // A name of two letters is in half of all words; from four on it is worth refusing.
    let has_login = login.len() >= 4 && lower.contains(&login.to_lowercase());
    let weak = new.chars().count() < MIN_PASSWORD || has_login || is_common(&lower);
    if weak { Err(Error::field("new", Code::WeakPassword)) } else { Ok(()) }
}

fn is_common(lower: &str) -> bool {
    let distinct: std::collections::HashSet<char> = lower.chars().collect();
    distinct.len() < 5 || is_run(lower) || COMMON.contains(&lower.trim_end_matches(['!', '.', '。', '！']))
}

/// 0123456789, abcdefghij, 9876543210, 1234567890.
fn is_run(text: &str) -> bool {
    let bytes = text.as_bytes();
    let step = |up: bool| {
        bytes.windows(2).all(|pair| {
            let (a, b) = if up { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
            a.checked_add(1) == Some(b) || (a, b) == (b'9', b'0')
        })
    };
    step(true) || step(false)
}

/// A log-in name: 2 to 40 small letters, digits, dots, hyphens and underscores, so that it can be said on the telephone.
pub(crate) fn check_login_name(login: &str) -> Result<()> {
    let fits = (2..=40).contains(&login.len())
        && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_'));
    let expected = kernel::Names::new(
        "2 至 40 位小写字母、数字、点、连字符或下划线",
        "2 to 40 small letters, digits, dots, hyphens or underscores",
    );
    if fits { Ok(()) } else { Err(Error::field("login", Code::BadFormat).with("expected", expected)) }
}

/// The refusal of a locked account, if it is locked at `now`.
pub(super) fn refuse_locked(locked_until: Option<Instant>, now: Instant) -> Result<()> {
    match locked_until.filter(|until| *until > now) {
        Some(until) => {
            let minutes = (until.millis() - now.millis()).div_euclid(60_000) + 1;
            Err(Error::new(Code::Locked).with("minutes", minutes))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(new: &str) -> Option<Code> {
        check_password("wangfang", "old-old-old", new).err().map(|error| error.fields()[0].code)
    }

    #[test]
    fn a_password_is_long_uncommon_new_and_not_the_login_name() {
        assert_eq!(refused("short-1"), Some(Code::WeakPassword));
        assert_eq!(refused("aaaaaaaaaaaa"), Some(Code::WeakPassword));
        assert_eq!(refused("1234567890"), Some(Code::WeakPassword));
        assert_eq!(refused("9876543210"), Some(Code::WeakPassword));
        assert_eq!(refused("Woaini1314"), Some(Code::WeakPassword));
        assert_eq!(refused("WangFang2026"), Some(Code::WeakPassword));
        assert_eq!(refused("old-old-old"), Some(Code::SamePassword));
        assert_eq!(refused(&"长".repeat(201)), Some(Code::TooLong));
        assert_eq!(refused("三条腿的桌子站得最稳吗"), None);
        assert_eq!(refused("lamp post 14 hums"), None);
    }

    #[test]
    fn a_lock_tells_the_minutes_left_and_then_opens() {
        let now = Instant::from_millis(0);
        let error = refuse_locked(Some(now.plus_seconds(61)), now).unwrap_err();
        assert!(error.sentence(kernel::Lang::En).contains("2 minutes"));
        assert!(refuse_locked(Some(now), now).is_ok());
    }

    #[test]
    fn a_login_name_can_be_said_on_the_telephone() {
        assert!(check_login_name("wang.fang-2_x").is_ok());
        for bad in ["W", "Wang", "王芳", "a b", "a@b", ""] {
            assert!(check_login_name(bad).is_err(), "{bad}");
        }
    }
}
