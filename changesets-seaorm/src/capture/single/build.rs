//! The text of the one statement.

use std::sync::Arc;

use crate::{
    catalog::Catalog,
    dialect::{Dialect, Sql},
    statement::{CteBody, DeletePlan, Main, ReturnItem, Shape, TableWrite, Write, WriteKind},
    tracker::Shared,
};

use super::columns::Columns;

/// Prefixes of the images in the parts of the statement.
pub(super) const OLD: &str = "__changesets_o";
pub(super) const NEW: &str = "__changesets_n";
/// What tells an update's diff.
pub(super) const MEMBERS: &str = "__changesets_d";

pub(super) struct Builder<'a> {
    pub(super) shared: &'a Shared,
    catalog: &'a Catalog,
    write: &'a Write,
    text: &'a str,
    pub(super) shape: Shape,
    pub(super) dialect: Dialect,
    pub(super) sql: Sql,
    begun: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        catalog: &'a Catalog,
        write: &'a Write,
        text: &'a str,
        shape: Shape,
    ) -> Self {
        let dialect = Dialect::new(sea_orm::DbBackend::Postgres);
        Self {
            shared,
            catalog,
            write,
            text: write.text(text),
            shape,
            dialect,
            sql: Sql::new(dialect),
            begun: false,
        }
    }

    /// The text; its values are the caller's, and then those of [`values`](super::log_values::values).
    pub(super) fn build(mut self) -> String {
        let mut parts = Vec::new();
        for (n, cte) in self.write.ctes.iter().enumerate() {
            match &cte.body {
                CteBody::Query(body) => {
                    self.begin(&cte.head)
                        .push(" (")
                        .fragment(body, &[])
                        .push(")");
                }
                CteBody::Write(target) => {
                    let part = format!("__changesets_{n}");
                    let items = self.part(&part, target, None);
                    self.begin(&format!("{} (SELECT {items} FROM \"{part}\")", cte.head));
                    parts.push((part, &**target));
                }
            }
        }
        match &self.write.main {
            Main::Write(target) => {
                let text = self.write.ctes.is_empty().then_some(self.text);
                let items = self.part("__changesets_w", target, text);
                parts.push(("__changesets_w".to_owned(), target));
                self.header(&parts);
                if self.log_answers(target, &parts) {
                    let insert = self.log_insert(&parts);
                    self.sql.push(" ").push(&insert);
                } else {
                    self.log(&parts);
                    let items = if self.shape.rows { &*items } else { "" };
                    let outer = format!(" SELECT {items} FROM \"__changesets_w\"");
                    self.sql.push(&outer);
                }
            }
            Main::Other(body) => {
                self.header(&parts);
                self.log(&parts);
                self.sql.push(" ").fragment(body, &[]);
            }
        }
        self.sql.into_text()
    }

    /// Begins the next part of the `WITH`.
    pub(super) fn begin(&mut self, head: &str) -> &mut Sql {
        let before = match (self.begun, self.write.recursive) {
            (true, _) => ", ",
            (false, true) => "WITH RECURSIVE ",
            (false, false) => "WITH ",
        };
        self.begun = true;
        self.sql.push(before).push(head)
    }

    /// Whether the number of changes is the answer: every row of an insert or delete leaves one. Else each
    /// row is an empty one of the answer's, which a client has to read.
    fn log_answers(&self, target: &TableWrite, parts: &[(String, &TableWrite)]) -> bool {
        !self.shape.rows
            && parts.len() == 1
            && !matches!(target.kind, WriteKind::Update(_))
            && self.columns(target).table.link().is_none()
    }

    pub(super) fn columns(&self, target: &TableWrite) -> Columns<'a> {
        let table = &self.shared.tables[target.table].table;
        Columns {
            dialect: self.dialect,
            table,
            facts: self.catalog.table(table.entity()).map(Arc::as_ref),
        }
    }

    /// Appends the write `target` as the part `name`, with its images; gives the select list that
    /// reads the caller's own `RETURNING` from it.
    fn part(&mut self, name: &str, target: &'a TableWrite, text: Option<&str>) -> String {
        let of = reference(target);
        let image = match target.kind {
            WriteKind::Insert(_) => Some(NEW),
            WriteKind::Delete(_) => Some(OLD),
            WriteKind::Update(_) => None,
        };
        let (returning, items) = self.returning(target, &of, image);
        let columns = self.columns(target);
        match &target.kind {
            WriteKind::Insert(insert) => {
                self.begin(&format!("\"{name}\" AS ("));
                match text {
                    // The text may hold thousands of rows: it is used as it is, up to RETURNING.
                    Some(text) => {
                        self.sql.push(&text[..text.len() - insert.returning_bytes]);
                    }
                    None => {
                        self.sql.fragment(&insert.body, &[]);
                    }
                }
                self.returning_list(returning, &columns.images(&of, NEW));
            }
            WriteKind::Delete(plan) => {
                self.begin(&format!("\"{name}\" AS (DELETE FROM {}", aliased(target)));
                self.delete_conditions(plan);
                self.returning_list(returning, &columns.images(&of, OLD));
            }
            WriteKind::Update(plan) => self.update(name, target, plan, returning),
        }
        self.sql.push(")");
        items
    }

    pub(super) fn returning_list(
        &mut self,
        caller: Vec<(&'a ReturnItem, String)>,
        carried: &[String],
    ) {
        self.sql.push(" RETURNING ");
        for (item, alias) in caller {
            match item {
                ReturnItem::Expr { sql, .. } => {
                    self.sql.fragment(sql, &[]).push(&format!(" AS {alias}, "));
                }
                ReturnItem::Wildcard | ReturnItem::Column { .. } => {
                    self.sql.push(&format!("{alias}, "));
                }
            }
        }
        self.sql.push(&carried.join(", "));
    }

    fn delete_conditions(&mut self, plan: &DeletePlan) {
        if let Some(using) = &plan.using {
            self.sql.push(" USING ").fragment(using, &[]);
        }
        if let Some(filter) = &plan.filter {
            self.sql.push(" WHERE ").fragment(filter, &[]);
        }
    }

    /// The caller's `RETURNING` items under names of ours, and the list that gives them back under
    /// theirs.
    fn returning(
        &self,
        target: &'a TableWrite,
        of: &str,
        image: Option<&str>,
    ) -> (Vec<(&'a ReturnItem, String)>, String) {
        let columns = self.columns(target);
        let mut inner = Vec::new();
        let mut outer = Vec::new();
        for item in target.returning.iter().flatten() {
            let mut column = |name: &str| {
                let quoted = self.dialect.quote(name);
                // What the record carries anyhow is not carried twice.
                let carried = image.and_then(|image| columns.image_of(name, image));
                let alias = carried.unwrap_or_else(|| {
                    let alias = format!("\"__changesets_r{}\"", inner.len());
                    inner.push((item, format!("{of}.{quoted} AS {alias}")));
                    alias
                });
                outer.push(format!("{alias} AS {quoted}"));
            };
            match item {
                ReturnItem::Wildcard => {
                    let facts = columns.facts.iter().flat_map(|facts| &facts.columns);
                    facts.for_each(|(name, _)| column(name));
                }
                ReturnItem::Column { name } => column(name),
                ReturnItem::Expr { name, .. } => {
                    let alias = format!("\"__changesets_r{}\"", inner.len());
                    let name = name.as_deref().unwrap_or("?column?");
                    outer.push(format!("{alias} AS {}", self.dialect.quote(name)));
                    inner.push((item, alias));
                }
            }
        }
        (inner, outer.join(", "))
    }
}

/// What the statement's own columns are qualified with.
pub(super) fn reference(target: &TableWrite) -> String {
    target
        .alias
        .clone()
        .unwrap_or_else(|| target.target.clone())
}

pub(super) fn aliased(target: &TableWrite) -> String {
    match &target.alias {
        Some(alias) => format!("{} AS {alias}", target.target),
        None => target.target.clone(),
    }
}
