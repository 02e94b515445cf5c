//! Passwords and codes: slow or secret work, kept away from transactions.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use kernel::{Error, Instant, Result};
use totp_rs::{Builder, Secret, Totp};

use super::model::Account;
use crate::{
    modules::App,
    platform::keys::{Keys, SealedColumn},
};

/// Argon2id with 19 MiB, two passes, one lane: OWASP's first choice for machines of this size.
fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password for storing. Takes its turn at the door, because each hash takes 19 MiB.
pub(crate) async fn hash_password(app: &App, password: &str) -> Result<String> {
    let _turn = app.door.turn().await?;
    let (password, salt) = (password.to_owned(), app.chance.bytes::<16>());
    blocking(move || {
        argon2()?
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(Error::internal)
    })
    .await
}

/// Whether a password is the account's. Without an account as much work is done, so that time does not tell who exists.
/// The caller holds a turn at the door.
pub(super) async fn is_password(hash: Option<String>, password: &str) -> Result<bool> {
    /// A hash of nothing anybody knows, with the same parameters.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWlzLWhlcmU$Rdescudvg9zcAxd7m9dOqH2Vv2FRr6hR3c8i9Yf8nZo";
    let known = hash.is_some();
    let password = password.to_owned();
    let fits = blocking(move || {
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        Ok(argon2()?.verify_password(password.as_bytes(), hash.as_str()).is_ok())
    })
    .await?;
    Ok(known && fits)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// A first password that can be read out: three groups of four, without letters that sound or look alike. It is derived
/// from `seed`, so that a repeated request gets the same answer and nothing readable is stored.
pub(crate) fn first_password(keys: &Keys, seed: &str) -> String {
    const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let ticket = keys.ticket(&format!("first password {seed}"));
    let letter = |pair: &str| u8::from_str_radix(pair, 16).ok().and_then(|byte| LETTERS.get(usize::from(byte % 31)));
    let letters: String =
        (0..12).filter_map(|i| letter(ticket.get(2 * i..2 * i + 2)?)).map(|letter| char::from(*letter)).collect();
    let group = |from: usize| letters.get(from..from + 4).unwrap_or_default();
    format!("{}-{}-{}", group(0), group(4), group(8))
}

/// A new secret for the second factor.
pub(super) fn new_totp_secret(chance: &kernel::Chance) -> String {
    Secret::new(Box::new(chance.bytes::<20>())).to_base32()
}

/// The second factor as authenticator apps know it: six digits, thirty seconds, one step of tolerance either way.
pub(super) fn totp(secret: &str, issuer: &str, login: &str) -> Result<Totp> {
    let secret = Secret::try_from_base32(secret).map_err(|_| Error::internal("a stored TOTP secret is not base 32"))?;
    Builder::new()
        .with_secret(secret)
        .with_issuer(Some(issuer.replace(':', " ")))
        .with_account_name(login)
        .build()
        .map_err(|error| Error::internal(error.to_string()))
}

/// What the sealed secret is bound to.
pub(super) fn totp_context(account: &Account) -> String {
    totp_bound_to(&account.id.to_string(), "")
}

fn totp_bound_to(person: &str, _: &str) -> String {
    format!("person {person} totp")
}

/// What is sealed here: the secrets of second factors.
pub const SEALED: &[SealedColumn] =
    &[SealedColumn { table: "people", id: "id", field: None, cipher: "totp_secret", context: totp_bound_to }];

/// The step a code is for, if it is right and was not used before (RFC 6238 §5.2).
pub(super) fn fresh_step(app: &App, account: &Account, code: &str, now: Instant) -> Result<Option<i64>> {
    let Some(sealed) = &account.totp_secret else { return Ok(None) };
    let secret = app.keys.open(&totp_context(account), sealed)?;
    let seconds = u64::try_from(now.millis() / 1_000).unwrap_or(0);
    let step = totp(&secret, app.settings.name.zh(), &account.login)?.check(code.trim(), seconds);
    let step = step.and_then(|step| i64::try_from(step).ok());
    Ok(step.filter(|step| account.totp_last_step.is_none_or(|last| *step > last)))
}

/// Used by the door to say how many hashes run at once.
pub(super) const HASHES_AT_ONCE: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stranger_costs_a_hash_and_never_fits() {
        assert!(!is_password(None, "whatever").await.unwrap());
        let parsed = argon2::password_hash::phc::PasswordHash::new(
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWlzLWhlcmU$Rdescudvg9zcAxd7m9dOqH2Vv2FRr6hR3c8i9Yf8nZo",
        );
        assert!(parsed.is_ok());
        assert!(super::super::door::Doorkeeper::default().turn().await.is_ok());
    }

    #[test]
    fn a_first_password_is_readable_and_repeats_for_the_same_seed() {
        let keys = Keys::from_root(&[1; 32]);
        let first = first_password(&keys, "a");
        assert_eq!(first.len(), 14);
        assert_eq!(first, first_password(&keys, "a"));
        assert_ne!(first, first_password(&keys, "b"));
        assert!(!first.contains(['0', '1', 'i', 'l', 'o']));
    }
}
