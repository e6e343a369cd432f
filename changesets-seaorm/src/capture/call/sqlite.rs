//! SQLite: several statements in one text. They say by numbers what they did: `changes()` counts the
//! rows of the last write, and new rows have the rowids up to `last_insert_rowid()`.
//!
//! Each answer to a statement wakes the caller, and costs more than the statement. So a write of one
//! row is asked for one number at most. It does not say that by `RETURNING`, for which SQLite makes two
//! tables that it throws away.

use crate::{
    catalog::OWN_TRIGGERS,
    statement::{Conflict, DeletePlan, InsertPlan, UpdatePlan},
};

use super::{
    super::log_values::CHANGE_REF,
    build::{Builder, ROW},
};

/// What the caller's own statement did.
const WROTE: &str =
    "SELECT changes() AS \"__changesets_wrote\", last_insert_rowid() AS \"__changesets_last\"";
/// How many changes were recorded.
const RECORDED: &str = "SELECT changes() AS \"__changesets_recorded\"";
/// The rows of the last insert, as numbers that its reader does not move.
const NEWEST: &str =
    "(SELECT last_insert_rowid() AS last, changes() AS count) AS \"__changesets_new\"";

/// Names that SQLite gives every row's number.
const ROWID: [&str; 3] = ["rowid", "oid", "_rowid_"];

/// Holds the rows of an update as they were, in a table that only this connection sees; one for all
/// tables of as many columns.
const KEPT: &str = "__changesets_kept_";

impl Builder<'_> {
    pub(super) fn sqlite_insert(&mut self, plan: &InsertPlan) -> Option<()> {
        let one = self.is_one(plan);
        // Numbers that SQLite makes follow on each other. Given ones need not, and rows that are passed
        // over use up numbers of an AUTOINCREMENT.
        if !one && (self.gives_rowid(plan) || plan.conflict != Conflict::None) {
            return None;
        }
        let key = self.columns.key(|_, name| self.columns.of(ROW, name))?;
        let sent = self.shape.usual.then_some(plan);
        let diff = self.unless_another_schema(&self.columns.whole_diff(ROW, sent)?);
        self.write();
        if !self.shape.rows {
            self.script.statement(WROTE);
        }
        self.log("insert", &key, &diff);
        let rows = self.target.target.as_str();
        if one {
            // The row is recorded or was not written: one that is not found has no key, which the log
            // does not take.
            self.script.push(&format!(
                " FROM {NEWEST} LEFT JOIN {rows} AS {ROW} ON {ROW}.rowid = \"__changesets_new\".last \
                 WHERE \"__changesets_new\".count > 0"
            ));
        } else {
            self.script.push(&format!(
                " FROM {NEWEST} CROSS JOIN {rows} AS {ROW} ON {ROW}.rowid > \"__changesets_new\".last - \
                 \"__changesets_new\".count AND {ROW}.rowid <= \"__changesets_new\".last"
            ));
            self.script.statement(RECORDED);
        }
        self.refs_and_header()
    }

    /// Whether the statement may say which numbers its rows have.
    fn gives_rowid(&self, plan: &InsertPlan) -> bool {
        plan.columns.is_empty() || plan.columns.iter().any(|column| self.is_rowid(column))
    }

    fn is_rowid(&self, column: &str) -> bool {
        let numbered = self.facts.auto_increment.as_deref();
        let mut names = ROWID.into_iter().chain(numbered);
        names.any(|name| name.eq_ignore_ascii_case(column))
    }

    pub(super) fn sqlite_delete(&mut self, plan: &DeletePlan) -> Option<()> {
        let of = self.of();
        let key = self.columns.key(|_, name| self.columns.of(of, name))?;
        let diff = self.unless_another_schema(&self.columns.whole_diff(of, None)?);
        let one = self.facts.picks_one(&plan.picks);
        self.log("delete", &key, &diff);
        self.push_source(plan.filter.as_ref());
        self.script.statement(RECORDED);
        self.refs_and_header()?;
        self.write();
        if !one && !self.shape.rows {
            self.script.statement(WROTE);
        }
        Some(())
    }

    pub(super) fn sqlite_update(&mut self, plan: &UpdatePlan) -> Option<()> {
        let mut assigned = plan.assigned.iter().map(|assigned| &assigned.column);
        if !self.keeps_its_rows(plan) || assigned.any(|column| self.is_rowid(column)) {
            return None;
        }
        let old = |index: usize, _: &str| format!("o.c{index}");
        let key = self.columns.key(old)?;
        let new = |_: usize, name: &str| self.columns.of(ROW, name);
        let changed = self
            .columns
            .changed(|column| self.may_change(plan, column), old, new)?;
        let one = self.facts.picks_one(&plan.picks) && !plan.passes_over;
        let kept = self.keep_rows(plan, one);
        self.write();
        if !one && !self.shape.rows {
            self.script.statement(WROTE);
        }
        self.log("update", &key, &changed.diff);
        let call = self.call_place();
        self.script
            .push(&format!(
                " FROM {kept} AS o CROSS JOIN {} AS {ROW} ON {ROW}.rowid = o.source WHERE o.call = ",
                self.target.target
            ))
            .record(call)
            .push(&format!(" AND ({})", changed.differs));
        self.script.statement(RECORDED);
        // One row was written if it was read.
        let counts = match (one, self.shape.rows) {
            (true, true) => None,
            (true, false) => Some("__changesets_wrote"),
            (false, _) => Some("__changesets_read"),
        };
        if let Some(counts) = counts {
            self.script
                .push(&format!(", (SELECT count(*) FROM {kept} WHERE call = "))
                .record(call)
                .push(&format!(") AS \"{counts}\""));
        }
        self.header_of_changes();
        if !one {
            self.script.statement(&format!("DELETE FROM {kept}"));
        }
        Some(())
    }

    /// Keeps the rows as they are, one in the place of the one before; gives the table they are in.
    fn keep_rows(&mut self, plan: &UpdatePlan, one: bool) -> String {
        let width = self.columns.table.columns().len();
        let kept = format!("temp.\"{KEPT}{width}\"");
        // Never left out where it may be gone: sqlx does not survive a kept statement whose table is.
        if self.shape.creates {
            let columns: String = (0..width).map(|index| format!(", c{index}")).collect();
            // Columns without a type keep values as they are.
            self.script.statement(&format!(
                "CREATE TEMP TABLE IF NOT EXISTS \"{KEPT}{width}\" (call NOT NULL, source{columns})"
            ));
        }
        let of = self.of();
        let columns = self.kept(plan).map(|(index, column)| {
            let name = format!("c{index}");
            (name, self.columns.of(of, &column.name))
        });
        let (names, values): (Vec<_>, Vec<_>) = columns.unzip();
        let (names, values) = (names.join(", "), values.join(", "));
        let call = self.call_place();
        let [insert, rowid, first] = match one {
            true => ["INSERT OR REPLACE INTO", "rowid, ", "1, "],
            false => [self.insert_words(), "", ""],
        };
        let other = self.another_schema();
        self.script
            .statement(&format!(
                "{insert} {kept} ({rowid}call, source, {names}) SELECT {first}\
                 CASE WHEN {other} THEN NULL ELSE "
            ))
            .record(call)
            .push(&format!(" END, {of}.rowid, {values}"));
        self.push_source(plan.filter.as_ref());
        kept
    }

    /// NULL, which the log does not take, where the schema is [another](Self::another_schema).
    fn unless_another_schema(&self, value: &str) -> String {
        let other = self.another_schema();
        format!("CASE WHEN {other} THEN NULL ELSE {value} END")
    }

    /// Whether the connection has triggers of its own, or the schema is not the one that the catalog
    /// knows. It goes into a value that may not be NULL, as an answer would wake the caller.
    fn another_schema(&self) -> String {
        let version = self.shape.version.map_or_else(String::new, |known| {
            format!(" OR (SELECT schema_version FROM pragma_schema_version) <> {known}")
        });
        format!("{OWN_TRIGGERS}{version}")
    }

    /// What follows on whole rows in the log.
    fn refs_and_header(&mut self) -> Option<()> {
        let change = self.log_table(self.shared.log.change());
        self.refs(&format!(
            "{NEWEST} CROSS JOIN {change} AS c ON c.id > \"__changesets_new\".last - \
             \"__changesets_new\".count AND c.id <= \"__changesets_new\".last"
        ))?;
        self.header_of_changes();
        Some(())
    }

    /// `INSERT INTO change_ref … SELECT` for both ends of a link, out of the changes that `from` names
    /// `c`; nothing if the table is no link.
    fn refs(&mut self, from: &str) -> Option<()> {
        let Some(link) = self.columns.table.link() else {
            return Some(());
        };
        let [first, second] = &link.ends;
        // One of two references that are the same would be too much.
        if first.role == second.role {
            return None;
        }
        let diff = format!("c.{}", self.dialect.quote("diff"));
        let (first_key, first_present) = self.columns.end_key(first, &diff)?;
        let (second_key, second_present) = self.columns.end_key(second, &diff)?;
        let either =
            |first: &str, second: &str| format!("CASE e.n WHEN 0 THEN {first} ELSE {second} END");
        let text = |text: &str| self.dialect.literal(text);
        let entity = either(&text(&first.entity), &text(&second.entity));
        let role = either(&text(&first.role), &text(&second.role));
        let key = either(&first_key, &second_key);
        let into = self.insert_into(self.shared.log.change_ref(), &CHANGE_REF);
        self.script.statement(&format!(
            "{into} SELECT c.id, {entity}, {key}, {role} FROM {from} \
             CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1) AS e WHERE {}",
            either(&first_present, &second_present)
        ));
        Some(())
    }

    /// The header, if there are changes.
    fn header_of_changes(&mut self) {
        if !self.shape.header {
            return;
        }
        let change = self.log_table(self.shared.log.change());
        let place = self.changeset_place();
        self.header(
            "SELECT ",
            &format!(" WHERE EXISTS (SELECT 1 FROM {change} WHERE \"changeset_id\" = "),
        );
        self.script
            .record(place)
            .push(") ON CONFLICT (\"id\") DO NOTHING");
    }
}

/// Whether rows cannot be found by their numbers.
pub(super) fn hides_rowid(columns: &[(String, String)]) -> bool {
    columns
        .iter()
        .any(|(name, _)| ROWID.iter().any(|rowid| rowid.eq_ignore_ascii_case(name)))
}
