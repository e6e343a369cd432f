//! Expressions over one row: its columns as they are carried through the statement, and its keys.

use changesets_core::{LinkEnd, TrackedColumn, TrackedTable};

use crate::{catalog::TableFacts, dialect::Dialect};

use super::super::image::recorded;

/// Makes expressions for one tracked table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) dialect: Dialect,
    pub(super) table: &'a TrackedTable,
    pub(super) facts: Option<&'a TableFacts>,
}

impl<'a> Columns<'a> {
    pub(super) fn recorded(self) -> impl Iterator<Item = (usize, &'a TrackedColumn)> {
        recorded(self.table)
    }

    pub(super) fn db_type(self, column: &TrackedColumn) -> &'a str {
        self.facts
            .and_then(|facts| facts.db_type(&column.name))
            .unwrap_or_default()
    }

    /// All recorded columns of `of` as they are, named `<prefix><index>`.
    pub(super) fn images(self, of: &str, prefix: &str) -> Vec<String> {
        self.recorded()
            .map(|(index, column)| {
                let name = self.dialect.quote(&column.name);
                format!("{of}.{name} AS {}", image(prefix, index))
            })
            .collect()
    }

    /// The name that [`images`](Self::images) gives the column `name`, if it is recorded.
    pub(super) fn image_of(self, name: &str, prefix: &str) -> Option<String> {
        let (index, _) = self.recorded().find(|(_, column)| column.name == name)?;
        Some(image(prefix, index))
    }

    /// The names that [`images`](Self::images) gives the key's columns, by the columns' own.
    pub(super) fn key_images(self, prefix: &str) -> Vec<(&'a str, String)> {
        let position = |column: &'a TrackedColumn| {
            let index = self.table.position(&column.name)?;
            Some((column.name.as_str(), image(prefix, index)))
        };
        self.table.key_columns().filter_map(position).collect()
    }

    /// The object key of the row whose images are named `<prefix><index>`.
    pub(super) fn object_key(self, prefix: &str) -> String {
        self.key_of(self.table.key().iter().copied(), prefix)
    }

    /// The object key at one end of a link.
    pub(super) fn end_key(self, end: &LinkEnd, prefix: &str) -> String {
        self.key_of(self.end_columns(end), prefix)
    }

    /// Images that must not be NULL for the end of a link to be there.
    pub(super) fn end_present(self, end: &LinkEnd, prefix: &str) -> String {
        let present = self
            .end_columns(end)
            .map(|index| format!("{} IS NOT NULL", image(prefix, index)));
        present.collect::<Vec<_>>().join(" AND ")
    }

    fn end_columns(self, end: &LinkEnd) -> impl Iterator<Item = usize> {
        end.columns
            .iter()
            .filter_map(move |name| self.table.position(name))
    }

    fn key_of(self, positions: impl Iterator<Item = usize>, prefix: &str) -> String {
        let images: Vec<(&TrackedColumn, String)> = positions
            .map(|index| (&self.table.columns()[index], image(prefix, index)))
            .collect();
        if let [(column, image)] = images.as_slice() {
            return self
                .dialect
                .key_text(&column.kind, self.db_type(column), image);
        }
        let json = |(column, image): &(&TrackedColumn, String)| {
            self.dialect
                .key_json(&column.kind, self.db_type(column), image)
        };
        let parts: Vec<String> = images.iter().map(json).collect();
        format!("'[' || {} || ']'", parts.join(" || ',' || "))
    }
}

/// The name of the image of the column at `index`.
pub(super) fn image(prefix: &str, index: usize) -> String {
    format!("\"{prefix}{index}\"")
}
