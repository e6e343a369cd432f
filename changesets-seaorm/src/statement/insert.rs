//! `INSERT` and `REPLACE`.

use sqlparser::ast::{
    Expr, Insert, OnConflictAction, OnInsert, SetExpr, SqliteOnConflict, TableObject,
};

use super::{
    Conflict, Fragment, InsertPlan, InsertRows, Refusal, TableUse, TableWrite, WriteKind, folded,
    read::Reader, returning::Returned,
};

impl Reader<'_> {
    /// The write, or `None` for a table that is not tracked.
    pub(super) fn insert(&self, insert: &Insert) -> Result<Option<TableWrite>, Refusal> {
        let TableObject::TableName(name) = &insert.table else {
            return Ok(None);
        };
        let TableUse::Tracked(table) = self.table_use(name, "INSERT into the log")? else {
            return Ok(None);
        };
        let conflict = conflict(insert).ok_or_else(|| Refusal {
            table: name.to_string(),
            kind: "INSERT OR FAIL / ROLLBACK",
            why: "an error in the middle leaves some of its rows".to_owned(),
            log: false,
        })?;
        let mut body = insert.clone();
        body.returning = None;
        let mut columns: Vec<String> = insert
            .columns
            .iter()
            .filter_map(|name| name.0.last()?.as_ident())
            .map(|ident| folded(self.backend, ident))
            .collect();
        columns.extend(
            insert
                .assignments
                .iter()
                .flat_map(|a| self.assigned_names(&a.target)),
        );
        let alias = insert
            .table_alias
            .as_ref()
            .map(|alias| alias.alias.to_string());
        let returned = Returned {
            target: name,
            alias: alias.as_deref(),
            joined: false,
        };
        Ok(Some(TableWrite {
            table,
            target: name.to_string(),
            returning: self.returning(insert.returning.as_ref(), &returned)?,
            alias,
            kind: WriteKind::Insert(InsertPlan {
                columns,
                conflict,
                rows: rows(insert),
                body: Fragment::of(&body),
                returning_bytes: self.returning_bytes(),
            }),
        }))
    }
}

fn rows(insert: &Insert) -> InsertRows {
    if !insert.assignments.is_empty() {
        let values = insert.assignments.iter().map(|a| constant(&a.value));
        return InsertRows::One(values.collect());
    }
    let Some(source) = &insert.source else {
        return InsertRows::One(Vec::new());
    };
    match &*source.body {
        SetExpr::Values(values) => match values.rows.as_slice() {
            [row] => InsertRows::One(row.content.iter().map(constant).collect()),
            _ => InsertRows::Several,
        },
        _ => InsertRows::Query,
    }
}

/// A literal or a parameter: the same whenever it is asked for.
fn constant(value: &Expr) -> Option<Fragment> {
    let mut inner = value;
    while let Expr::UnaryOp { expr, .. } | Expr::Nested(expr) = inner {
        inner = expr;
    }
    matches!(inner, Expr::Value(_)).then(|| Fragment::of(value))
}

fn conflict(insert: &Insert) -> Option<Conflict> {
    Some(match (&insert.or, &insert.on) {
        _ if insert.replace_into => Conflict::Replace,
        (Some(SqliteOnConflict::Replace), _) => Conflict::Replace,
        (Some(SqliteOnConflict::Fail | SqliteOnConflict::Rollback), _) => return None,
        (Some(SqliteOnConflict::Ignore), _) => Conflict::DoNothing,
        (_, Some(OnInsert::DuplicateKeyUpdate(_))) => Conflict::DoUpdate,
        (_, Some(OnInsert::OnConflict(on))) => match on.action {
            OnConflictAction::DoNothing => Conflict::DoNothing,
            OnConflictAction::DoUpdate(_) => Conflict::DoUpdate,
        },
        _ if insert.ignore => Conflict::DoNothing,
        _ => Conflict::None,
    })
}
