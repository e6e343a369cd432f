//! The names of the log's tables.

mod error;
#[cfg(test)]
mod tests;

pub use self::error::NameError;
use self::error::check;

/// The longest prefix: with it every table and index name stays within the 63 bytes of PostgreSQL.
const MAX_PREFIX: usize = 40;
/// The longest schema name of PostgreSQL.
const MAX_SCHEMA: usize = 63;

/// The names of the three tables the log lives in.
///
/// ```
/// use changesets_core::LogTables;
///
/// assert_eq!(LogTables::new().all(), ["changeset", "change", "change_ref"]);
/// let audit = LogTables::new().prefix("audit_")?;
/// assert_eq!(audit.change(), "audit_change");
/// assert_eq!(
///     LogTables::new().prefix("audit-").unwrap_err().to_string(),
///     "table prefix \"audit-\" has the character '-': use at most 40 ASCII letters, digits and \
///      underscores, not starting with a digit",
/// );
/// # Ok::<(), changesets_core::NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogTables {
    schema: Option<String>,
    prefix: String,
    changeset: String,
    change: String,
    change_ref: String,
}

impl LogTables {
    /// Tables without prefix, in the connection's own schema.
    #[must_use]
    pub fn new() -> Self {
        Self::named(None, String::new())
    }

    /// Puts a prefix before each name.
    ///
    /// # Errors
    ///
    /// [`NameError`] unless it is an ASCII letter or underscore, then letters, digits and
    /// underscores, 40 characters at most.
    pub fn prefix(self, prefix: &str) -> Result<Self, NameError> {
        check("table prefix", prefix, MAX_PREFIX)?;
        Ok(Self::named(self.schema, prefix.to_owned()))
    }

    /// Puts the tables into a schema (PostgreSQL).
    ///
    /// # Errors
    ///
    /// [`NameError`] unless it is an ASCII letter or underscore, then letters, digits and
    /// underscores, 63 characters at most.
    pub fn schema(mut self, schema: &str) -> Result<Self, NameError> {
        check("schema", schema, MAX_SCHEMA)?;
        self.schema = Some(schema.to_owned());
        Ok(self)
    }

    fn named(schema: Option<String>, prefix: String) -> Self {
        Self {
            schema,
            changeset: format!("{prefix}changeset"),
            change: format!("{prefix}change"),
            change_ref: format!("{prefix}change_ref"),
            prefix,
        }
    }

    /// The table of changesets.
    #[must_use]
    pub fn changeset(&self) -> &str {
        &self.changeset
    }

    /// The table of changes.
    #[must_use]
    pub fn change(&self) -> &str {
        &self.change
    }

    /// The table of the other objects a change concerns.
    #[must_use]
    pub fn change_ref(&self) -> &str {
        &self.change_ref
    }

    /// All three, without schema.
    #[must_use]
    pub fn all(&self) -> [&str; 3] {
        [&self.changeset, &self.change, &self.change_ref]
    }

    /// The schema, if set.
    #[must_use]
    pub fn schema_name(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The prefix; empty when there is none.
    #[must_use]
    pub fn prefix_str(&self) -> &str {
        &self.prefix
    }
}

impl Default for LogTables {
    fn default() -> Self {
        Self::new()
    }
}
