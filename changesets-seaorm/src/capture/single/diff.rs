//! Expressions that make the diff of one row, and find out whether there is one.

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

    /// Whether an update changed anything that is recorded.
    pub(super) fn any_differs(self, old: &str, new: &str) -> String {
        let columns: Vec<String> = self.each_differs(old, new).collect();
        columns.join(" OR ")
    }

    /// The diff of an update: as text first, because each `||` of two objects copies both.
    pub(super) fn changed_diff(self, old: &str, new: &str) -> String {
        let members: Vec<String> = self
            .recorded()
            .zip(self.each_differs(old, new))
            .map(|((index, column), differs)| {
                let name = serde_json::Value::from(column.name.as_str()).to_string();
                let member = if column.record == Record::Redact {
                    self.dialect
                        .literal(&format!("{name}:{{\"redacted\":true}}"))
                } else {
                    let argument = |prefix| {
                        self.dialect
                            .json_argument(&column.kind, &image(prefix, index))
                    };
                    format!(
                        "{} || json_build_array({}, {})::text",
                        self.dialect.literal(&format!("{name}:")),
                        argument(old),
                        argument(new)
                    )
                };
                format!("CASE WHEN {differs} THEN {member} END")
            })
            .collect();
        let texts: Vec<String> = members
            .chunks(COLUMNS_PER_TEXT)
            .map(|members| format!("concat_ws(',', {})", members.join(", ")))
            .collect();
        let all = match texts.as_slice() {
            [one] => one.clone(),
            several => {
                let some = |text: &String| format!("nullif({text}, '')");
                let texts: Vec<String> = several.iter().map(some).collect();
                format!("concat_ws(',', {})", texts.join(", "))
            }
        };
        format!("('{{' || {all} || '}}')::jsonb")
    }

    fn each_differs(self, old: &str, new: &str) -> impl Iterator<Item = String> {
        self.recorded().map(move |(index, column)| {
            let (old, new) = (image(old, index), image(new, index));
            self.dialect
                .differ(&column.kind, self.db_type(column), &old, &new)
        })
    }
}
