//! Expressions over one row: its key, its images, its diff.

use changesets_core::{ColumnKind, LinkEnd, Record, TrackedTable};

use crate::dialect::Dialect;

/// A function takes at most 100 arguments: two per column.
const COLUMNS_PER_OBJECT: usize = 45;

/// What stands in the log for a redacted value; see `docs/log-format.md`.
const REDACTED: &str = "jsonb_build_object('redacted', true)";

/// Makes expressions for one tracked table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) dialect: Dialect,
    pub(super) table: &'a TrackedTable,
}

impl<'a> Columns<'a> {
    fn recorded(self) -> impl Iterator<Item = (usize, &'a str, &'a ColumnKind, bool)> {
        self.table
            .columns()
            .iter()
            .enumerate()
            .filter(|(_, column)| column.record != Record::Exclude)
            .map(|(index, column)| {
                let redacted = column.record == Record::Redact;
                (index, column.name.as_str(), &column.kind, redacted)
            })
    }

    /// All recorded columns of `of`, encoded, named `<prefix><index>`.
    pub(super) fn images(self, of: &str, prefix: &str) -> Vec<String> {
        self.recorded()
            .map(|(index, name, kind, _)| {
                let column = format!("{of}.{}", self.dialect.quote(name));
                format!(
                    "{} AS \"{prefix}{index}\"",
                    self.dialect.encoded(kind, &column)
                )
            })
            .collect()
    }

    /// The object key of the row whose images are named `<prefix><index>`.
    pub(super) fn object_key(self, prefix: &str) -> String {
        let names: Vec<&str> = self
            .table
            .key_columns()
            .map(|key| key.name.as_str())
            .collect();
        self.key_of(names.into_iter(), prefix)
    }

    /// The object key at one end of a link.
    pub(super) fn end_key(self, end: &'a LinkEnd, prefix: &str) -> String {
        self.key_of(end.columns.iter().map(String::as_str), prefix)
    }

    /// Images that must not be NULL for the end of a link to be there.
    pub(super) fn end_present(self, end: &LinkEnd, prefix: &str) -> String {
        let columns = end
            .columns
            .iter()
            .filter_map(|name| self.table.position(name));
        let present = columns.map(|index| format!("\"{prefix}{index}\" IS NOT NULL"));
        present.collect::<Vec<_>>().join(" AND ")
    }

    fn key_of<'n>(self, names: impl Iterator<Item = &'n str>, prefix: &str) -> String {
        let images: Vec<String> = names
            .filter_map(|name| self.table.position(name))
            .map(|index| format!("\"{prefix}{index}\""))
            .collect();
        match images.as_slice() {
            // The text of a JSON scalar, without quotes.
            [single] => format!("{single} #>> '{{}}'"),
            several => {
                let parts: Vec<String> = several
                    .iter()
                    .map(|image| format!("{image}::text"))
                    .collect();
                format!("'[' || {} || ']'", parts.join(" || ',' || "))
            }
        }
    }

    /// The diff of an insert or delete.
    pub(super) fn whole_diff(self, prefix: &str) -> String {
        let pairs: Vec<String> = self
            .recorded()
            .map(|(index, name, _, redacted)| {
                let value = match redacted {
                    true => REDACTED.to_owned(),
                    false => format!("\"{prefix}{index}\""),
                };
                format!("{}, {value}", self.dialect.literal(name))
            })
            .collect();
        let objects: Vec<String> = pairs
            .chunks(COLUMNS_PER_OBJECT)
            .map(|pairs| format!("jsonb_build_object({})", pairs.join(", ")))
            .collect();
        objects.join(" || ")
    }

    /// The diff of an update; `{}` when nothing that is recorded differs.
    pub(super) fn changed_diff(self, old: &str, new: &str) -> String {
        let parts: Vec<String> = self
            .recorded()
            .map(|(index, name, _, redacted)| {
                let (old, new) = (format!("\"{old}{index}\""), format!("\"{new}{index}\""));
                let value = match redacted {
                    true => REDACTED.to_owned(),
                    false => format!("jsonb_build_array({old}, {new})"),
                };
                format!(
                    "CASE WHEN {old} IS DISTINCT FROM {new} THEN \
                     jsonb_build_object({}, {value}) ELSE '{{}}'::jsonb END",
                    self.dialect.literal(name)
                )
            })
            .collect();
        parts.join(" || ")
    }
}
