//! Expressions over one row: its diff, and its key.

use changesets_core::{ColumnKind, LinkEnd, Record, TrackedColumn, TrackedTable};

use crate::{
    catalog::TableFacts,
    dialect::{Dialect, Known, Part},
    statement::InsertPlan,
};

use super::{
    super::{image::recorded, log_values::MYSQL_KEY_LENGTH},
    changed::{Changed, Compared, around},
};

/// Makes expressions for one tracked table; `None` is what the database cannot make.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) dialect: Dialect,
    pub(super) table: &'a TrackedTable,
    pub(super) facts: &'a TableFacts,
}

impl<'a> Columns<'a> {
    pub(super) fn recorded(self) -> impl Iterator<Item = (usize, &'a TrackedColumn)> {
        recorded(self.table)
    }

    pub(super) fn is_key(self, name: &str) -> bool {
        let mut key = self.table.key_columns();
        key.any(|column| column.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn db_type(self, column: &TrackedColumn) -> &'a str {
        self.facts.db_type(&column.name).unwrap_or_default()
    }

    /// The column `name` of `of`.
    pub(super) fn of(self, of: &str, name: &str) -> String {
        format!("{of}.{}", self.dialect.quote(name))
    }

    /// Whether a row is the one that was.
    pub(super) fn same_key(
        self,
        old: impl Fn(usize, &str) -> String,
        new: impl Fn(usize, &str) -> String,
    ) -> String {
        let same = self.table.key().iter().map(|index| {
            let name = &self.table.columns()[*index].name;
            format!("{} = {}", new(*index, name), old(*index, name))
        });
        same.collect::<Vec<_>>().join(" AND ")
    }

    /// The object key, from the columns of `of`.
    pub(super) fn key(self, of: impl Fn(usize, &str) -> String) -> Option<String> {
        let key = self.table.key().iter().map(|index| {
            let column = &self.table.columns()[*index];
            (column, of(*index, &column.name))
        });
        let key: Vec<_> = key.collect();
        if let [(column, value)] = key.as_slice() {
            let db_type = self.db_type(column);
            return self.dialect.json_key_text(&column.kind, db_type, value);
        }
        let part = |(column, value): &(&TrackedColumn, String)| {
            let db_type = self.db_type(column);
            self.dialect.json_key_part(&column.kind, db_type, value)
        };
        let parts: Option<Vec<String>> = key.iter().map(part).collect();
        Some(self.json_array(parts?))
    }

    /// MariaDB: `value`, which the log needs, or NULL where the object key `key` is longer than the log
    /// takes. MariaDB would cut it, unless it is told to be strict.
    pub(super) fn unless_key_is_long(self, key: &str, value: String) -> String {
        let declared = |column: &TrackedColumn| -> Option<usize> {
            let (_, length) = self.db_type(column).split_once('(')?;
            length.split_once(')')?.0.parse().ok()
        };
        let short = |column: &TrackedColumn| {
            let most = match column.kind {
                ColumnKind::Text => MYSQL_KEY_LENGTH,
                // Two digits for each byte.
                ColumnKind::Binary => MYSQL_KEY_LENGTH / 2,
                _ => return true,
            };
            declared(column).is_some_and(|length| length <= most)
        };
        match self.table.key_columns().all(short) {
            true => value,
            false => format!("CASE WHEN CHAR_LENGTH({key}) <= {MYSQL_KEY_LENGTH} THEN {value} END"),
        }
    }

    /// The JSON texts `parts` as one array.
    fn json_array(self, parts: Vec<String>) -> String {
        let mut all = Vec::new();
        for (n, part) in parts.into_iter().enumerate() {
            all.push(literal(if n == 0 { "[" } else { "," }));
            all.push(Part::Value(part));
        }
        all.push(literal("]"));
        self.dialect.concat(&all)
    }

    /// The diff of an insert or delete, from the columns of `of`. What an insert has `sent` is known to have the
    /// usual form, if there is one that tells.
    pub(super) fn whole_diff(self, of: &str, sent: Option<&InsertPlan>) -> Option<String> {
        let mut parts = Vec::new();
        for (n, (_, column)) in self.recorded().enumerate() {
            let before = if n == 0 { "{" } else { "," };
            let name = json_name(column);
            if column.record == Record::Redact {
                parts.push(literal(&format!("{before}{name}:{REDACTED}")));
                continue;
            }
            parts.push(literal(&format!("{before}{name}:")));
            let known = match sent.and_then(|plan| self.place(plan, column)) {
                Some(_) => Known::Usual,
                None => self.known(column),
            };
            parts.push(self.part(column, &self.of(of, &column.name), known)?);
        }
        parts.push(literal("}"));
        Some(self.dialect.concat(&parts))
    }

    /// What an update changed of a row, as far as columns `may_differ`; others are not looked at.
    pub(super) fn changed(
        self,
        may_differ: impl Fn(&TrackedColumn) -> bool,
        old: impl Fn(usize, &str) -> String,
        new: impl Fn(usize, &str) -> String,
    ) -> Option<Changed> {
        self.changed_by(may_differ, |index, column, around| {
            let [old, new] = [old(index, &column.name), new(index, &column.name)];
            self.compared(column, around, &old, &new)
        })
    }

    /// The same, each column compared by `compare`, which is also told what goes around its member.
    pub(super) fn changed_by(
        self,
        may_differ: impl Fn(&TrackedColumn) -> bool,
        compare: impl Fn(usize, &TrackedColumn, [&str; 2]) -> Option<Compared>,
    ) -> Option<Changed> {
        let columns = self.recorded().filter(|(_, column)| may_differ(column));
        let columns: Vec<_> = columns.collect();
        let around = around(columns.len());
        let compared = columns.into_iter();
        let compared = compared.map(|(index, column)| compare(index, column, around));
        let compared: Vec<_> = compared.collect::<Option<_>>()?;
        Some(Changed::new(self.dialect, &compared))
    }

    fn compared(
        self,
        column: &TrackedColumn,
        around: [&str; 2],
        old: &str,
        new: &str,
    ) -> Option<Compared> {
        let db_type = self.db_type(column);
        let member = match column.record {
            Record::Redact => self.redacted(column, around),
            _ => {
                let part = |value| self.part(column, value, self.known(column));
                self.pair(column, around, part(old)?, part(new)?)
            }
        };
        Some(Compared {
            differs: self.dialect.json_differs(&column.kind, db_type, old, new)?,
            cases: self.respelled(column, old, new),
            member,
        })
    }

    /// The case of JSON documents that differ as texts and may be the same, if `column` has any: only Rust
    /// tells.
    pub(super) fn respelled(self, column: &TrackedColumn, old: &str, new: &str) -> String {
        match self.dialect.json_is_respelled(&column.kind, old, new) {
            Some(respelled) => format!("WHEN {respelled} THEN NULL "),
            None => String::new(),
        }
    }

    /// The member of `column` in an update's diff, with what is `around` it, from both values as JSON.
    pub(super) fn pair(
        self,
        column: &TrackedColumn,
        [open, close]: [&str; 2],
        old: Part,
        new: Part,
    ) -> String {
        let name = json_name(column);
        self.dialect.concat(&[
            literal(&format!("{open}{name}:[")),
            old,
            literal(","),
            new,
            literal(&format!("]{close}")),
        ])
    }

    /// The same of a redacted one, which has no values.
    pub(super) fn redacted(self, column: &TrackedColumn, [open, close]: [&str; 2]) -> String {
        let name = json_name(column);
        self.dialect
            .literal(&format!("{open}{name}:{REDACTED}{close}"))
    }

    /// `value`, of `column`, as it goes into a diff.
    fn part(self, column: &TrackedColumn, value: &str, known: Known) -> Option<Part> {
        self.dialect
            .json_part(&column.kind, self.db_type(column), value, known)
    }

    /// What the catalog tells of the values of `column`.
    fn known(self, column: &TrackedColumn) -> Known {
        match self.facts.required.contains(&column.name) {
            true => Known::Required,
            false => Known::Nothing,
        }
    }

    /// The place of `column` among those that an insert names, if the insert may tell in what form it is kept:
    /// of one that may be NULL it would say so of one row, and not of the next.
    pub(super) fn place(self, plan: &InsertPlan, column: &TrackedColumn) -> Option<usize> {
        match self.known(column) {
            Known::Required => plan.place(&column.name),
            _ => None,
        }
    }

    /// The value of `column` as it goes into a diff, from the columns of `of`.
    pub(super) fn json_of(self, of: &str, column: &TrackedColumn) -> Option<String> {
        let value = self.of(of, &column.name);
        self.dialect
            .json_text(&column.kind, self.db_type(column), &value)
    }

    /// The object key at one end of a link, and whether there is one, out of a recorded diff.
    pub(super) fn end_key(self, end: &LinkEnd, diff: &str) -> Option<(String, String)> {
        let mut columns = Vec::new();
        for name in &end.columns {
            let column = &self.table.columns()[self.table.position(name)?];
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let kind = match end.columns.len() {
                1 => matches!(
                    column.kind,
                    ColumnKind::Integer | ColumnKind::Text | ColumnKind::Uuid
                ),
                _ => matches!(column.kind, ColumnKind::Integer | ColumnKind::Uuid),
            };
            if !plain || !kind || column.record != Record::Value {
                return None;
            }
            columns.push(name.as_str());
        }
        let text = |name: &&str| self.dialect.json_member_text(diff, name);
        let present: Vec<String> = columns
            .iter()
            .map(|name| format!("{} IS NOT NULL", text(name)))
            .collect();
        let key = match columns.as_slice() {
            [one] => text(one),
            several => {
                let member = |name: &&str| self.dialect.json_member(diff, name);
                self.json_array(several.iter().map(member).collect())
            }
        };
        Some((key, present.join(" AND ")))
    }
}

/// What stands in the log for a redacted value; see `docs/log-format.md`.
const REDACTED: &str = "{\"redacted\":true}";

fn literal(text: &str) -> Part {
    Part::Literal(text.to_owned())
}

fn json_name(column: &TrackedColumn) -> String {
    serde_json::Value::from(column.name.as_str()).to_string()
}
