//! Reading one parsed statement.

use std::sync::Arc;

use sea_orm::DbBackend;
use sqlparser::{
    ast::{
        CascadeOption, CopySource, Cte as AstCte, CteAsMaterialized, Query, SetExpr, Statement,
        UtilityOption,
    },
    dialect::Dialect,
    tokenizer::TokenWithSpan,
};

use super::{
    Cte, CteBody, Fragment, Kept, Lookup, Main, Plan, Refusal, TableWrite, Write, WriteKind, split,
};

/// Reads the statement in one text.
pub(super) struct Reader<'a> {
    pub(super) backend: DbBackend,
    pub(super) dialect: &'a dyn Dialect,
    pub(super) sql: &'a str,
    pub(super) tokens: &'a [TokenWithSpan],
    pub(super) lookup: &'a Lookup<'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        backend: DbBackend,
        dialect: &'a dyn Dialect,
        sql: &'a str,
        tokens: &'a [TokenWithSpan],
        lookup: &'a Lookup<'a>,
    ) -> Self {
        Self {
            backend,
            dialect,
            sql,
            tokens,
            lookup,
        }
    }

    pub(super) fn statement(&self, statement: &Statement) -> Result<Plan, Refusal> {
        let write = match statement {
            Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => self
                .write_of(statement)?
                .map(|main| (Vec::new(), false, Main::Write(Box::new(main)))),
            Statement::Query(query) => self.query(query)?,
            Statement::Merge(merge) => {
                self.refuse_factor(&merge.table, "MERGE")?;
                None
            }
            Statement::Truncate(truncate) => {
                for target in &truncate.table_names {
                    self.refuse_name(&target.name, "TRUNCATE")?;
                }
                if truncate.cascade == Some(CascadeOption::Cascade) {
                    let table = truncate
                        .table_names
                        .first()
                        .map(|target| target.name.to_string());
                    let why = "it empties every table that refers to these";
                    return Err(self.refusal(
                        &table.unwrap_or_default(),
                        "TRUNCATE … CASCADE",
                        why,
                    ));
                }
                return Ok(Plan::Pass);
            }
            Statement::Copy {
                source: CopySource::Query(query),
                ..
            } => {
                self.refuse_writing(query, "COPY of a write")?;
                None
            }
            Statement::CreateTable(table) => {
                if let Some(query) = &table.query {
                    self.refuse_writing(query, "CREATE TABLE AS a write")?;
                }
                return Ok(Plan::Schema);
            }
            Statement::Copy {
                source: CopySource::Table { table_name, .. },
                to: false,
                ..
            } => {
                self.refuse_name(table_name, "COPY FROM")?;
                None
            }
            Statement::Explain {
                analyze,
                options,
                statement,
                ..
            } if *analyze || options.iter().flatten().any(is_analyze) => {
                if let Plan::Write(_) = self.statement(statement)? {
                    return Err(self.refusal(
                        "?",
                        "EXPLAIN ANALYZE",
                        "it runs the write and returns a plan",
                    ));
                }
                None
            }
            Statement::StartTransaction { .. } => return Ok(control("BEGIN")),
            Statement::Commit { .. } => return Ok(control("COMMIT")),
            Statement::Rollback { .. } => return Ok(control("ROLLBACK")),
            Statement::Savepoint { .. } => return Ok(control("SAVEPOINT")),
            Statement::ReleaseSavepoint { .. } => return Ok(control("RELEASE SAVEPOINT")),
            other => return Ok(self.no_write(other)),
        };
        let Some((ctes, recursive, main)) = write else {
            return Ok(Plan::Pass);
        };
        self.check_print(statement)?;
        Ok(Plan::Write(Arc::new(Write {
            ctes,
            recursive,
            main,
            trailing: split::trailing(self.sql, self.tokens),
            kept: Kept::default(),
        })))
    }

    /// Statements that write no rows of tables: those that read or configure, and those that change
    /// the schema.
    fn no_write(&self, statement: &Statement) -> Plan {
        let text = statement.to_string().to_lowercase();
        let schema = [
            "create", "alter", "drop", "rename", "comment", "attach", "detach",
        ];
        if schema.iter().any(|word| text.starts_with(word)) {
            Plan::Schema
        } else {
            Plan::Pass
        }
    }

    fn write_of(&self, statement: &Statement) -> Result<Option<TableWrite>, Refusal> {
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            _ => Ok(None),
        }
    }

    /// A query that writes: with data-modifying entries, or with an `INSERT` behind its `WITH`.
    #[allow(clippy::type_complexity, reason = "the three parts of a `Write`")]
    fn query(&self, query: &Query) -> Result<Option<(Vec<Cte>, bool, Main)>, Refusal> {
        if let SetExpr::Query(inner) = &*query.body {
            self.refuse_writing(inner, "a write in parentheses")?;
        }
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        let ctes = tables
            .map(|cte| self.cte(cte))
            .collect::<Result<Vec<_>, _>>()?;
        let recursive = query.with.as_ref().is_some_and(|with| with.recursive);
        let main = match self.body_write(&query.body)? {
            Some(write) => Main::Write(Box::new(write)),
            None => {
                let mut rest = query.clone();
                rest.with = None;
                Main::Other(Fragment::of(&rest))
            }
        };
        if self.is_mysql()
            && !ctes.is_empty()
            && let Main::Write(write) = &main
            && !matches!(write.kind, WriteKind::Insert(_))
        {
            let why = "what its WITH reads cannot be read as the write itself reads it";
            return Err(self.refusal(&write.target, "WITH before a write", why));
        }
        let writes = ctes.iter().any(|cte| matches!(cte.body, CteBody::Write(_)))
            || matches!(main, Main::Write(_));
        Ok(writes.then_some((ctes, recursive, main)))
    }

    /// Refuses a query that writes, where only its result is wanted.
    fn refuse_writing(&self, query: &Query, kind: &'static str) -> Result<(), Refusal> {
        match self.query(query)? {
            Some(_) => Err(self.refusal("?", kind, "run the write by itself")),
            None => Ok(()),
        }
    }

    fn body_write(&self, body: &SetExpr) -> Result<Option<TableWrite>, Refusal> {
        match body {
            SetExpr::Insert(write) | SetExpr::Update(write) | SetExpr::Delete(write) => {
                self.write_of(write)
            }
            SetExpr::Merge(Statement::Merge(merge)) => {
                self.refuse_factor(&merge.table, "MERGE")?;
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn cte(&self, cte: &AstCte) -> Result<Cte, Refusal> {
        let mut head = cte.alias.name.to_string();
        if !cte.alias.columns.is_empty() {
            let columns: Vec<_> = cte.alias.columns.iter().map(ToString::to_string).collect();
            head.push_str(&format!(" ({})", columns.join(", ")));
        }
        head.push_str(match cte.materialized {
            None => " AS",
            Some(CteAsMaterialized::Materialized) => " AS MATERIALIZED",
            Some(CteAsMaterialized::NotMaterialized) => " AS NOT MATERIALIZED",
        });
        let body = match self.body_write(&cte.query.body)? {
            Some(_) if cte.query.with.is_some() => {
                return Err(self.refusal(
                    &cte.alias.name.value,
                    "data-modifying WITH",
                    "it has a WITH inside",
                ));
            }
            Some(write) => CteBody::Write(Box::new(write)),
            None => CteBody::Query(Fragment::of(&cte.query)),
        };
        Ok(Cte { head, body })
    }
}

/// PostgreSQL: `EXPLAIN (ANALYZE)`, and its like with a value that is taken for true.
fn is_analyze(option: &UtilityOption) -> bool {
    option.name.value.eq_ignore_ascii_case("analyze")
}

fn control(kind: &'static str) -> Plan {
    Plan::TransactionControl { kind }
}
