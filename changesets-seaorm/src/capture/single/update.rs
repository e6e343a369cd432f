//! The part that updates, and what tells it how its rows were.

use changesets_core::{TrackedColumn, TrackedTable};

use crate::{
    catalog::TableFacts,
    statement::{ReturnItem, TableWrite, UpdatePlan},
};

use super::{
    build::{Builder, MEMBERS, NEW, OLD, aliased, reference},
    columns::Columns,
};

/// Where the version of a row is that was read.
const AT: &str = "\"__changesets_at\"";

/// Whether an update can go by the version of its row that a statement sees, unlocked. Where another
/// transaction has just written the row there is no such version any more, and nothing is updated: of one row
/// that is told from the answer, of several it is not. Nor where a trigger may have kept it from being written,
/// and would run again. A link's changes are told by their number.
pub(super) fn goes_by_version(plan: &UpdatePlan, table: &TrackedTable, facts: &TableFacts) -> bool {
    let alone = plan.from.is_none() && table.link().is_none();
    alone && !facts.triggered && facts.picks_one(&plan.picks)
}

impl<'a> Builder<'a> {
    pub(super) fn update(
        &mut self,
        name: &str,
        target: &'a TableWrite,
        plan: &UpdatePlan,
        returning: Vec<(&'a ReturnItem, String)>,
    ) {
        let of = reference(target);
        let columns = self.columns(target);
        let keys: Vec<(String, String)> = columns
            .key_images(OLD)
            .into_iter()
            .map(|(name, image)| (format!("{of}.{}", self.dialect.quote(name)), image))
            .collect();
        let before = format!("\"{name}_before\"");
        if self.shape.locks {
            self.lock_before(&before, target, plan, &keys);
        }
        self.begin(&format!("\"{name}\" AS (UPDATE {} SET ", aliased(target)));
        self.sql.fragment(&plan.set, &[]).push(" FROM ");
        if let Some(from) = &plan.from {
            self.sql.fragment(from, &[]).push(", ");
        }
        let mut same: Vec<String> = keys
            .iter()
            .map(|(key, old)| format!("{key} = {before}.{old}"))
            .collect();
        if !self.shape.locks {
            let list = columns.images(&of, OLD).join(", ");
            let table = aliased(target);
            let versions = format!("(SELECT {of}.ctid AS {AT}, {list} FROM {table}) AS ");
            self.sql.push(&versions);
            // Not `=`, which PostgreSQL would look a row up by: one that it looks at again, as another
            // transaction has written it, it does not compare anew then (`TidRecheck` in nodeTidscan.c).
            same.push(format!("{before}.{AT} IS NOT DISTINCT FROM {of}.ctid"));
        }
        self.sql
            .push(&format!("{before} WHERE {}", same.join(" AND ")));
        // The rows of `lock_before` are picked already, but for what they are joined with.
        let picks = !self.shape.locks || plan.from.is_some();
        if let Some(filter) = plan.filter.as_ref().filter(|_| picks) {
            self.sql.push(" AND (").fragment(filter, &[]).push(")");
        }
        let members = columns.changed_members(self.may_change(plan, columns), OLD, &of);
        let mut carried = vec![format!("{members} AS \"{MEMBERS}\"")];
        if columns.table.link().is_some() {
            // Both ends, before and after.
            carried.push(format!("{before}.*"));
            carried.extend(columns.images(&of, NEW));
        } else {
            carried.extend(keys.into_iter().map(|(_, old)| old));
        }
        self.returning_list(returning, &carried);
    }

    /// Appends the part `before`, which reads and locks the rows of `plan`.
    fn lock_before(
        &mut self,
        before: &str,
        target: &TableWrite,
        plan: &UpdatePlan,
        keys: &[(String, String)],
    ) {
        let of = reference(target);
        let columns = self.columns(target);
        self.begin(&format!(
            "{before} AS MATERIALIZED (SELECT {} FROM {}",
            columns.images(&of, OLD).join(", "),
            aliased(target)
        ));
        match (&plan.from, &plan.filter) {
            (Some(from), filter) => {
                self.sql
                    .push(" WHERE EXISTS (SELECT 1 FROM ")
                    .fragment(from, &[]);
                if let Some(filter) = filter {
                    self.sql.push(" WHERE ").fragment(filter, &[]);
                }
                self.sql.push(")");
            }
            (None, Some(filter)) => {
                self.sql.push(" WHERE ").fragment(filter, &[]);
            }
            (None, None) => {}
        }
        // A lock that lets rows of other tables go on referring to these, unless their keys move.
        let moves = plan.assigned.iter().any(|assigned| {
            columns
                .table
                .key_columns()
                .any(|key| key.name == assigned.column)
        });
        let lock = if moves { "UPDATE" } else { "NO KEY UPDATE" };
        // Locked in the order of the keys, so that two of them wait for each other and not in a ring:
        // the order of a scan changes with each update.
        let order: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
        self.sql.push(&format!(
            " ORDER BY {} FOR {lock} OF {of})",
            order.join(", ")
        ));
    }

    /// Tells the columns that have a part in the diff.
    pub(super) fn may_change(
        &self,
        plan: &UpdatePlan,
        columns: Columns<'_>,
    ) -> impl Fn(&TrackedColumn) -> bool {
        let all = self.shape.besides;
        move |column| {
            let may = |facts: &TableFacts| facts.triggered || plan.may_change(facts, &column.name);
            all || columns.facts.is_none_or(may)
        }
    }
}
