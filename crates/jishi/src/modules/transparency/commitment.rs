//! What a leaf commits to, field by field, so that each can be opened apart: a resident is shown the fields that are theirs
//! to see, and for the others the hashes alone. In the manner of selective disclosure (RFC 9901), over fixed fields.

use serde_json::Value;

use crate::{
    modules::cases::Written,
    platform::keys::{canonical, hmac_sha256, sha256},
};

/// The first bytes of every leaf: which form it has.
const FORM: &[u8] = b"jishi-step-1\n";
/// The fields of a leaf, in their order. Part of the format: never changed, only followed by a new form.
pub const FIELDS: [&str; 14] = [
    "case", "n", "step", "at", "kind", "person", "role", "unit", "report", "params", "words", "photos", "internal",
    "state",
];

/// A field opened: its value and the salt that fits.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The value, as plain JSON.
    pub value: Value,
    /// The salt of this field alone.
    pub salt: Vec<u8>,
}

/// The salt of a field: of one leaf and one field, so that opening one helps with no other.
fn salt_of(leaf: &[u8], field: &str) -> Vec<u8> {
    hmac_sha256(&padded(leaf), field.as_bytes())
}

fn padded(salt: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    for (to, from) in key.iter_mut().zip(salt) {
        *to = *from;
    }
    key
}

/// What commits to a value: SHA-256 over salt and value.
///
/// # Errors
/// `internal` when the value has no one form.
pub fn commit(opened: &Opened) -> kernel::Result<Vec<u8>> {
    Ok(sha256(&[opened.salt.as_slice(), &canonical(&opened.value)?].concat()))
}

/// What commits to a case's state in the leaf with this salt.
///
/// # Errors
/// `internal` when the value has no one form.
pub fn commit_state(salt: &[u8], state: &Value) -> kernel::Result<Vec<u8>> {
    commit(&Opened { value: state.clone(), salt: salt_of(salt, "state") })
}

/// A step with its place in its case, ready to be committed to.
#[derive(Clone, Debug)]
pub struct Committed {
    salt: Vec<u8>,
    values: Vec<Value>,
    state: Option<Vec<u8>>,
}

impl Committed {
    /// A step: of the case with `number` the `n`-th. `state` is the commitment to what the case was after it.
    pub fn new(step: &Written, (number, n): (&str, i64), salt: &[u8], state: Option<Vec<u8>>) -> Self {
        let mut values = vec![Value::from(number), Value::from(n)];
        values.extend(step.fields().map(|(_, value)| value));
        Self { salt: salt.to_vec(), values, state }
    }

    /// A field opened; none for what is not kept, which is the state of a leaf that has none or an older one.
    pub fn open(&self, field: &str) -> Option<Opened> {
        let index = FIELDS.iter().position(|name| *name == field)?;
        Some(Opened { value: self.values.get(index)?.clone(), salt: salt_of(&self.salt, field) })
    }

    /// What commits to each field, in their order.
    ///
    /// # Errors
    /// `internal` when a value has no one form.
    pub fn hashes(&self) -> kernel::Result<Vec<Vec<u8>>> {
        let mut hashes = Vec::with_capacity(FIELDS.len());
        for (field, value) in FIELDS.iter().zip(&self.values) {
            hashes.push(commit(&Opened { value: value.clone(), salt: salt_of(&self.salt, field) })?);
        }
        let none = || commit(&Opened { value: Value::Null, salt: salt_of(&self.salt, "state") });
        hashes.push(self.state.clone().map_or_else(none, Ok)?);
        Ok(hashes)
    }

    /// The leaf itself.
    ///
    /// # Errors
    /// `internal` when a value has no one form.
    pub fn leaf(&self) -> kernel::Result<Vec<u8>> {
        Ok(leaf(&self.hashes()?))
    }
}

/// A leaf from what commits to its fields.
pub fn leaf(hashes: &[Vec<u8>]) -> Vec<u8> {
    [FORM, &hashes.concat()].concat()
}
