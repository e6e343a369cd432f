//! Expressions that make the diff of one row.

use changesets_core::Record;

use super::columns::{Columns, image};

/// A function takes at most 100 arguments: two per column.
const COLUMNS_PER_OBJECT: usize = 45;
/// One per column, and the separator.
const COLUMNS_PER_TEXT: usize = 90;

/// What stands in the log for a redacted value; see `docs/log-format.md`.
const REDACTED: &str = "jsonb_build_object('redacted', true)";

impl Columns<'_> {
    /// The diff of an insert or delete.
    pub(super) fn whole_diff(self, prefix: &str) -> String {
        let pairs: Vec<String> = self
            .recorded()
            .map(|(index, column)| {
                let value = match column.record {
                    Record::Redact => REDACTED.to_owned(),
                    _ => self
                        .dialect
                        .json_argument(&column.kind, &image(prefix, index)),
                };
                format!("{}, {value}", self.dialect.literal(&column.name))
            })
            .collect();
        let objects: Vec<String> = pairs
            .chunks(COLUMNS_PER_OBJECT)
            .map(|pairs| format!("jsonb_build_object({})", pairs.join(", ")))
            .collect();
        objects.join(" || ")
    }

    /// The members of an update's diff, as text: none where nothing that is recorded has changed. Text,
    /// because each `||` of two objects copies both. The row as it was has the names `<old><index>`; as
    /// it is now, it is `new`.
    pub(super) fn changed_members(self, old: &str, new: &str) -> String {
        let members: Vec<String> = self
            .recorded()
            .map(|(index, column)| {
                let old = image(old, index);
                let new = format!("{new}.{}", self.dialect.quote(&column.name));
                let differs = self
                    .dialect
                    .differ(&column.kind, self.db_type(column), &old, &new);
                let name = serde_json::Value::from(column.name.as_str()).to_string();
                let member = if column.record == Record::Redact {
                    self.dialect
                        .literal(&format!("{name}:{{\"redacted\":true}}"))
                } else {
                    // Not `||`: PostgreSQL gets ready for every part of an expression each time, and
                    // for a cast and an operator that takes twice as long as for a function.
                    format!(
                        "concat({}, json_build_array({}, {}))",
                        self.dialect.literal(&format!("{name}:")),
                        self.dialect.json_argument(&column.kind, &old),
                        self.dialect.json_argument(&column.kind, &new)
                    )
                };
                format!("CASE WHEN {differs} THEN {member} END")
            })
            .collect();
        let texts: Vec<String> = members
            .chunks(COLUMNS_PER_TEXT)
            .map(|members| format!("concat_ws(',', {})", members.join(", ")))
            .collect();
        match texts.as_slice() {
            [one] => one.clone(),
            several => {
                let some = |text: &String| format!("nullif({text}, '')");
                let texts: Vec<String> = several.iter().map(some).collect();
                format!("concat_ws(',', {})", texts.join(", "))
            }
        }
    }
}
