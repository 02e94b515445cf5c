//! Where sealed values lie, so that they can be sealed anew when the data key changes.

/// A column of sealed values. Each room names its own; the vault goes through all of them.
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// The column of the row's id.
    pub id: &'static str,
    /// The column that tells apart several values of one id; none where the id is enough.
    pub field: Option<&'static str>,
    /// The column of the value.
    pub cipher: &'static str,
    /// What a value is bound to, from its row's id and field.
    pub context: fn(&str, &str) -> String,
}
