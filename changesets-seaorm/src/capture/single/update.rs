//! The part that updates, and the part before it that reads and locks the same rows.

use changesets_core::TrackedColumn;

use crate::statement::{ReturnItem, TableWrite, UpdatePlan};

use super::build::{Builder, MEMBERS, NEW, OLD, aliased, reference};

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
        let before = format!("{name}_before");
        let list = columns.images(&of, OLD);
        self.begin(&format!(
            "\"{before}\" AS MATERIALIZED (SELECT {} FROM {}",
            list.join(", "),
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
            " ORDER BY {} FOR {lock} OF {of}), \"{name}\" AS (UPDATE {} SET ",
            order.join(", "),
            aliased(target)
        ));
        self.sql.fragment(&plan.set, &[]).push(" FROM ");
        if let Some(from) = &plan.from {
            self.sql.fragment(from, &[]).push(", ");
        }
        let same: Vec<String> = keys
            .iter()
            .map(|(key, old)| format!("{key} = \"{before}\".{old}"))
            .collect();
        self.sql
            .push(&format!("\"{before}\" WHERE {}", same.join(" AND ")));
        if let (Some(_), Some(filter)) = (&plan.from, &plan.filter) {
            self.sql.push(" AND (").fragment(filter, &[]).push(")");
        }
        let all = self.shape.besides;
        let may_change = |column: &TrackedColumn| {
            let known = |facts| plan.may_change(facts, &column.name);
            all || columns.facts.is_none_or(known)
        };
        let members = columns.changed_members(may_change, OLD, &of);
        let mut carried = vec![format!("{members} AS \"{MEMBERS}\"")];
        if columns.table.link().is_some() {
            // Both ends, before and after.
            carried.push(format!("\"{before}\".*"));
            carried.extend(columns.images(&of, NEW));
        } else {
            carried.extend(keys.into_iter().map(|(_, old)| old));
        }
        self.returning_list(returning, &carried);
    }
}
