//! Expressions that make the diff of one row.

use changesets_core::{Record, TrackedColumn};

use super::columns::{Columns, image};

/// A function takes at most 100 arguments: two per column.
const COLUMNS_PER_OBJECT: usize = 45;
/// One per column, and the separator.
const COLUMNS_PER_TEXT: usize = 90;

/// What stands in the log for a redacted value; see `docs/log-format.md`.
const REDACTED: &str = "jsonb_build_object('redacted', true)";

/// A setting that there is none of: to ask for it is an error that names it, whatever the language of the
/// server's messages. PostgreSQL asks only where a row needs it, as the function is not immutable.
pub(super) const CHANGED_BESIDES: &str = "changesets.changed_besides";

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

    /// What tells the diff of an update; as a text or not, see [`changed_alone`](Self::changed_alone). Only
    /// columns that `may_change` have a member; where another one has changed, this fails. The row as it was
    /// has the names `<old><index>`; as it is now, it is `new`.
    pub(super) fn changed_members(
        self,
        may_change: impl Fn(&TrackedColumn) -> bool,
        old: &str,
        new: &str,
    ) -> String {
        let now = |column: &TrackedColumn| format!("{new}.{}", self.dialect.quote(&column.name));
        let (looked_at, rest): (Vec<_>, Vec<_>) =
            self.recorded().partition(|(_, column)| may_change(column));
        let fails = format!("current_setting('{CHANGED_BESIDES}')");
        let (fails, members) = match looked_at.as_slice() {
            [(index, column)] => {
                let diff = self.changed_diff(column, &image(old, *index), &now(column));
                (format!("{fails}::jsonb"), diff)
            }
            several => {
                let member = |(index, column): &(usize, &TrackedColumn)| {
                    self.changed_member(column, &image(old, *index), &now(column))
                };
                let members: Vec<String> = several.iter().map(member).collect();
                (fails, joined(&members))
            }
        };
        let touched = rest.into_iter().map(|(index, column)| {
            let (kind, db_type) = (&column.kind, self.db_type(column));
            self.dialect
                .was_touched(kind, db_type, &image(old, index), &now(column))
        });
        let touched: Vec<String> = touched.collect();
        if touched.is_empty() {
            return members;
        }
        format!(
            "CASE WHEN {} THEN {fails} ELSE {members} END",
            touched.join(" OR ")
        )
    }

    /// Whether only one column may change, so that [`changed_members`](Self::changed_members) is the diff
    /// itself, or NULL. Of several it is their members as a text, which may be empty, because each `||` of two
    /// objects copies both.
    pub(super) fn changed_alone(self, may_change: impl Fn(&TrackedColumn) -> bool) -> bool {
        let looked_at = self.recorded().filter(|(_, column)| may_change(column));
        looked_at.count() == 1
    }

    /// The diff where only `column` may change, or NULL where it is what it was.
    fn changed_diff(self, column: &TrackedColumn, old: &str, new: &str) -> String {
        let value = match column.record {
            Record::Redact => REDACTED.to_owned(),
            _ => format!("jsonb_build_array({})", self.pair(column, old, new)),
        };
        let name = self.dialect.literal(&column.name);
        let diff = format!("jsonb_build_object({name}, {value})");
        self.where_changed(column, old, new, &diff)
    }

    /// The member of `column`, or NULL where it is what it was.
    fn changed_member(self, column: &TrackedColumn, old: &str, new: &str) -> String {
        let name = serde_json::Value::from(column.name.as_str()).to_string();
        let member = match column.record {
            Record::Redact => self
                .dialect
                .literal(&format!("{name}:{{\"redacted\":true}}")),
            // Not `||`: PostgreSQL gets ready for every part of an expression each time, and for a cast
            // and an operator that takes twice as long as for a function.
            _ => format!(
                "concat({}, json_build_array({}))",
                self.dialect.literal(&format!("{name}:")),
                self.pair(column, old, new)
            ),
        };
        self.where_changed(column, old, new, &member)
    }

    /// Both values of `column`, as arguments of a function that makes JSON.
    fn pair(self, column: &TrackedColumn, old: &str, new: &str) -> String {
        let [old, new] = [old, new].map(|value| self.dialect.json_argument(&column.kind, value));
        format!("{old}, {new}")
    }

    fn where_changed(self, column: &TrackedColumn, old: &str, new: &str, then: &str) -> String {
        let (kind, db_type) = (&column.kind, self.db_type(column));
        let differs = self.dialect.differ(kind, db_type, old, new);
        format!("CASE WHEN {differs} THEN {then} END")
    }
}

/// Members that may be NULL, with commas between those that are not.
fn joined(members: &[String]) -> String {
    let texts: Vec<String> = members
        .chunks(COLUMNS_PER_TEXT)
        .map(|members| format!("concat_ws(',', {})", members.join(", ")))
        .collect();
    match texts.as_slice() {
        [] => "''".to_owned(),
        [one] => one.clone(),
        several => {
            let some = |text: &String| format!("nullif({text}, '')");
            let texts: Vec<String> = several.iter().map(some).collect();
            format!("concat_ws(',', {})", texts.join(", "))
        }
    }
}
