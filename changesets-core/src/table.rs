//! A table described: its columns, its key, and what to leave out.

mod builder;
mod column;
mod error;
mod link;
#[cfg(test)]
mod tests;

pub use self::builder::TrackedTableBuilder;
pub use self::column::{Record, TrackedColumn};
pub use self::error::TableError;
pub use self::link::{Link, LinkEnd};

/// A table described: its columns, their types, its key, and what to leave out. Immutable; made by
/// [`TrackedTable::new`].
///
/// ```
/// use changesets_core::{ColumnKind, TrackedColumn, TrackedTable};
///
/// let product = TrackedTable::new("product")
///     .schema("shop")
///     .column(TrackedColumn::new("id", ColumnKind::Integer))
///     .column(TrackedColumn::new("price", ColumnKind::Decimal { scale: Some(2) }))
///     .column(TrackedColumn::new("supplier_secret", ColumnKind::Text).redacted())
///     .key(["id"])
///     .build()?;
/// assert_eq!(product.entity(), "shop.product");
/// # Ok::<(), changesets_core::TableError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackedTable {
    entity: String,
    schema: Option<String>,
    name: String,
    columns: Vec<TrackedColumn>,
    key: Vec<usize>,
    link: Option<Link>,
}

impl TrackedTable {
    /// Begins the description of a table.
    #[expect(
        clippy::new_ret_no_self,
        reason = "a table without a key does not exist: the builder checks"
    )]
    pub fn new(name: impl Into<String>) -> TrackedTableBuilder {
        TrackedTableBuilder::new(name.into())
    }

    /// What the log calls it: `schema.name` where there is a schema, `name` otherwise.
    #[must_use]
    pub fn entity(&self) -> &str {
        &self.entity
    }

    /// The schema, if any.
    #[must_use]
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The name without the schema.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All columns, excluded ones too.
    #[must_use]
    pub fn columns(&self) -> &[TrackedColumn] {
        &self.columns
    }

    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&TrackedColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The position of the column of that name in [`TrackedTable::columns`].
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The positions of the key's columns in [`TrackedTable::columns`], in key order. Never empty.
    #[must_use]
    pub fn key(&self) -> &[usize] {
        &self.key
    }

    /// The key's columns, in key order.
    pub fn key_columns(&self) -> impl Iterator<Item = &TrackedColumn> {
        self.key
            .iter()
            .filter_map(|&column| self.columns.get(column))
    }

    /// The columns that leave a trace: all but the excluded ones.
    pub fn recorded(&self) -> impl Iterator<Item = &TrackedColumn> {
        self.columns
            .iter()
            .filter(|column| column.record != Record::Exclude)
    }

    /// What it links, if it is a junction.
    #[must_use]
    pub fn link(&self) -> Option<&Link> {
        self.link.as_ref()
    }
}
