//! `UPDATE`.

use sqlparser::ast::{
    Assignment, AssignmentTarget, Expr, ObjectName, SqliteOnConflict, Update, UpdateTableFromKind,
};

use super::{
    Assigned, Refusal, TableUse, TableWrite, UpdatePlan, WriteKind, folded, read::Reader,
    returning::Returned, volatile::is_volatile,
};

impl Reader<'_> {
    /// The write, or `None` for a table that is not tracked.
    pub(super) fn update(&self, update: &Update) -> Result<Option<TableWrite>, Refusal> {
        let Some((name, alias)) = self.only_table(std::slice::from_ref(&update.table), "UPDATE")?
        else {
            return Ok(None);
        };
        let TableUse::Tracked(table) = self.table_use(name, "UPDATE of the log")? else {
            return Ok(None);
        };
        let refuse = |kind, why: &str| Refusal {
            table: name.to_string(),
            kind,
            why: why.to_owned(),
            log: false,
        };
        if let Some(
            SqliteOnConflict::Replace | SqliteOnConflict::Fail | SqliteOnConflict::Rollback,
        ) = update.or
        {
            return Err(refuse(
                "UPDATE OR …",
                "it deletes other rows, or leaves half of its own",
            ));
        }
        let from = match &update.from {
            Some(UpdateTableFromKind::AfterSet(from) | UpdateTableFromKind::BeforeSet(from)) => {
                Some(self.list(from))
            }
            None => None,
        };
        let mut assigned = Vec::new();
        for assignment in &update.assignments {
            let values = assigned_values(assignment).ok_or_else(|| {
                refuse(
                    "UPDATE with a row assignment",
                    "assign each column by itself",
                )
            })?;
            for (column, value) in self
                .assigned_names(&assignment.target)
                .into_iter()
                .zip(values)
            {
                let value = self.condition(&name.to_string(), value)?;
                assigned.push(Assigned { column, value });
            }
        }
        let order_limit = self.order_limit(&update.order_by, update.limit.as_ref());
        let returned = Returned {
            target: name,
            alias: alias.as_deref(),
            joined: from.is_some(),
        };
        let returning = self.returning(update.returning.as_ref(), &returned)?;
        Ok(Some(TableWrite {
            table,
            target: name.to_string(),
            alias,
            returning,
            kind: WriteKind::Update(UpdatePlan {
                set: self.list(&update.assignments),
                assigned,
                from,
                passes_over: update.or.is_some(),
                filter: (update.selection.as_ref())
                    .map(|filter| self.condition(&name.to_string(), filter))
                    .transpose()?,
                picks: self.picks(update.selection.as_ref()),
                volatile: update.selection.as_ref().is_some_and(is_volatile)
                    || (update.limit.is_some() && update.order_by.is_empty()),
                order_limit,
            }),
        }))
    }

    pub(super) fn assigned_names(&self, target: &AssignmentTarget) -> Vec<String> {
        let names: &[ObjectName] = match target {
            AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
            AssignmentTarget::Tuple(names) => names,
        };
        let last = |name: &ObjectName| Some(folded(self.backend, name.0.last()?.as_ident()?));
        names.iter().filter_map(last).collect()
    }
}

/// What each column is set to, if that can be told.
fn assigned_values(assignment: &Assignment) -> Option<Vec<&Expr>> {
    match (&assignment.target, &assignment.value) {
        (AssignmentTarget::ColumnName(_), value) => Some(vec![value]),
        (AssignmentTarget::Tuple(names), Expr::Tuple(values)) => {
            (names.len() == values.len()).then(|| values.iter().collect())
        }
        (AssignmentTarget::Tuple(_), _) => None,
    }
}
