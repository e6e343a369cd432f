//! The statements of one call: what is the same on both databases.

use changesets_core::TrackedColumn;

use crate::{
    catalog::TableFacts,
    dialect::Dialect,
    statement::{
        Conflict, DeletePlan, Fragment, InsertPlan, InsertRows, Listed, Shape, TableWrite, Text,
        UpdatePlan, WriteKind,
    },
    tracker::Shared,
};

use super::{
    super::log_values::{CHANGE, HEADER, SHARED_VALUES},
    columns::Columns,
    script::Script,
};

/// The name of the written rows where they are read: a short one, as it stands there often. Words of the
/// caller's cannot mean it, as they were valid without it.
pub(super) const ROW: &str = "r";

pub(super) struct Builder<'a> {
    pub(super) shared: &'a Shared,
    pub(super) dialect: Dialect,
    pub(super) target: &'a TableWrite,
    pub(super) facts: &'a TableFacts,
    pub(super) columns: Columns<'a>,
    /// The caller's statement.
    pub(super) text: &'a str,
    listed: Listed,
    pub(super) shape: Shape,
    pub(super) script: Script,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        dialect: Dialect,
        target: &'a TableWrite,
        facts: &'a TableFacts,
        text: &'a str,
        listed: Listed,
        shape: Shape,
    ) -> Self {
        let table = &shared.tables[target.table].table;
        Self {
            shared,
            dialect,
            target,
            facts,
            columns: Columns {
                dialect,
                table,
                facts,
            },
            text,
            listed,
            shape,
            script: Script::default(),
        }
    }

    /// The text; `None` if the database cannot record this write.
    pub(super) fn build(mut self) -> Option<Text> {
        let sqlite = self.dialect.is_sqlite();
        match &self.target.kind {
            WriteKind::Insert(plan) if sqlite => self.sqlite_insert(plan)?,
            WriteKind::Update(plan) if sqlite => self.sqlite_update(plan)?,
            WriteKind::Delete(plan) if sqlite => self.sqlite_delete(plan)?,
            WriteKind::Insert(plan) => self.mariadb_insert(plan)?,
            WriteKind::Update(plan) => self.mariadb_update(plan)?,
            WriteKind::Delete(plan) => self.mariadb_delete(plan)?,
        }
        Some(self.script.into_text())
    }

    /// The caller's own statement.
    pub(super) fn write(&mut self) {
        let (text, count) = (self.text, self.shape.values);
        self.script.statement(text).callers(count);
    }

    /// Whether an `INSERT` lists one row only.
    pub(super) fn is_one(&self, plan: &InsertPlan) -> bool {
        matches!(plan.rows, InsertRows::One(_)) && self.listed == Listed::AsPlanned
    }

    /// Whether updated rows can be found again, and tell what they were: not by another key, and what a
    /// link was is not told by what became of it.
    pub(super) fn keeps_its_rows(&self, plan: &UpdatePlan) -> bool {
        let mut assigned = plan.assigned.iter().map(|assigned| &assigned.column);
        self.columns.table.link().is_none() && !assigned.any(|column| self.columns.is_key(column))
    }

    /// The columns that are needed as they were: the key, and what the update may change.
    pub(super) fn kept(
        &self,
        plan: &UpdatePlan,
    ) -> impl Iterator<Item = (usize, &'a TrackedColumn)> {
        let columns = self.columns.recorded();
        columns.filter(|(_, column)| self.is_kept(plan, column))
    }

    pub(super) fn is_kept(&self, plan: &UpdatePlan, column: &TrackedColumn) -> bool {
        self.columns.is_key(&column.name) || self.may_change(plan, column)
    }

    /// Whether the update may change `column`, as far as the catalog knows.
    pub(super) fn may_change(&self, plan: &UpdatePlan, column: &TrackedColumn) -> bool {
        plan.may_change(self.facts, &column.name)
    }

    /// The row's columns as the caller's statement calls them.
    pub(super) fn of(&self) -> &'a str {
        self.target.alias.as_ref().unwrap_or(&self.target.target)
    }

    /// ` FROM` the table, with the caller's alias and condition.
    pub(super) fn push_source(&mut self, filter: Option<&Fragment>) {
        self.script.push(&format!(" FROM {}", self.target.target));
        if let Some(alias) = &self.target.alias {
            self.script.push(&format!(" AS {alias}"));
        }
        if let Some(filter) = filter {
            self.script.push(" WHERE (").fragment(filter).push(")");
        }
    }

    /// `INSERT INTO change … SELECT` up to its `FROM`; key and diff are expressions.
    pub(super) fn log(&mut self, action: &str, key: &str, diff: &str) {
        let into = self.insert_into(self.shared.log.change(), &CHANGE);
        self.script.statement(&into).push(" SELECT ");
        self.shared_values();
        let entity = self.dialect.literal(self.columns.table.entity());
        self.script
            .push(&format!("{entity}, {key}, '{action}', {diff}"));
    }

    /// The values that all changes share, each with a comma behind it.
    pub(super) fn shared_values(&mut self) {
        let first = self.changeset_place();
        for place in first..first + SHARED_VALUES {
            self.script.record(place).push(", ");
        }
    }

    /// The place of the changeset's id among the record's values.
    pub(super) fn changeset_place(&self) -> usize {
        if self.shape.header { HEADER.len() } else { 0 }
    }

    /// The place of the number that no other call has.
    pub(super) fn call_place(&self) -> usize {
        self.changeset_place() + SHARED_VALUES
    }

    /// `INSERT INTO changeset …` with its values in a `VALUES` list or, where it depends on a
    /// condition, a `SELECT`.
    pub(super) fn header(&mut self, open: &str, close: &str) {
        let into = self.insert_into(self.shared.log.changeset(), &HEADER);
        self.script.statement(&format!("{into} {open}"));
        for place in 0..HEADER.len() {
            self.script
                .push(if place > 0 { ", " } else { "" })
                .record(place);
        }
        self.script.push(close);
    }

    pub(super) fn log_table(&self, name: &str) -> String {
        self.dialect.table(self.shared.log.schema_name(), name)
    }

    /// How a statement of ours inserts: all of a call is taken back if it fails, so SQLite need not be
    /// ready to take back the statement, and copy each page for it.
    pub(super) fn insert_words(&self) -> &'static str {
        match self.dialect.is_sqlite() {
            true => "INSERT OR FAIL INTO",
            false => "INSERT INTO",
        }
    }

    pub(super) fn insert_into(&self, table: &str, columns: &[&str]) -> String {
        let columns: Vec<String> = columns
            .iter()
            .map(|name| self.dialect.quote(name))
            .collect();
        format!(
            "{} {} ({})",
            self.insert_words(),
            self.log_table(table),
            columns.join(", ")
        )
    }
}

/// Whether a call can do such a write, as far as both databases are alike.
pub(super) fn is_plain(kind: &WriteKind) -> bool {
    match kind {
        WriteKind::Insert(InsertPlan { conflict, .. }) => {
            matches!(conflict, Conflict::None | Conflict::DoNothing)
        }
        WriteKind::Update(UpdatePlan {
            from,
            order_limit,
            volatile,
            ..
        }) => from.is_none() && order_limit.is_none() && !volatile,
        WriteKind::Delete(DeletePlan {
            using,
            order_limit,
            volatile,
            ..
        }) => using.is_none() && order_limit.is_none() && !volatile,
    }
}
