//! Which table a statement means, and refusing those that must not be written.

use sea_orm::DbBackend;
use sqlparser::ast::{ObjectName, TableFactor, TableWithJoins};

use super::{Refusal, TableUse, folded, read::Reader};

impl Reader<'_> {
    /// The one table that is written; `None` when it is none of ours, an error when several are
    /// written at once and one is tracked.
    pub(super) fn only_table<'t>(
        &self,
        tables: &'t [TableWithJoins],
        kind: &'static str,
    ) -> Result<Option<(&'t ObjectName, Option<String>)>, Refusal> {
        if let [only] = tables
            && only.joins.is_empty()
            && let TableFactor::Table { name, alias, .. } = &only.relation
        {
            // PostgreSQL: `ONLY users`, a reserved word that is parsed as a table with an alias.
            if self.backend == DbBackend::Postgres
                && name.to_string().eq_ignore_ascii_case("only")
                && let Some(alias) = alias
            {
                self.refuse_name(
                    &ObjectName::from(vec![alias.name.clone()]),
                    "a write with ONLY",
                )?;
            }
            let alias = alias.as_ref().map(|alias| alias.name.to_string());
            return Ok(Some((name, alias)));
        }
        let kind = if kind == "UPDATE" {
            "an UPDATE over several tables"
        } else {
            "a DELETE over several tables"
        };
        self.refuse_tracked(tables.iter(), kind)?;
        Ok(None)
    }

    /// Refuses if any of `tables` is tracked.
    pub(super) fn refuse_tracked<'t>(
        &self,
        tables: impl Iterator<Item = &'t TableWithJoins>,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        for table in tables {
            self.refuse_factor(&table.relation, kind)?;
            for join in &table.joins {
                self.refuse_factor(&join.relation, kind)?;
            }
        }
        Ok(())
    }

    pub(super) fn refuse_factor(
        &self,
        factor: &TableFactor,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        match factor {
            TableFactor::Table { name, .. } => self.refuse_name(name, kind),
            _ => Ok(()),
        }
    }

    pub(super) fn refuse_name(&self, name: &ObjectName, kind: &'static str) -> Result<(), Refusal> {
        match self.table_use(name, kind)? {
            TableUse::Tracked(_) => Err(self.refusal(
                &name.to_string(),
                kind,
                "it does not say which rows it changes",
            )),
            _ => Ok(()),
        }
    }

    /// What a name stands for; an error for the log's own tables, which only the log writes.
    pub(super) fn table_use(
        &self,
        name: &ObjectName,
        kind: &'static str,
    ) -> Result<TableUse, Refusal> {
        let mut parts = name.0.iter().rev().filter_map(|part| part.as_ident());
        let table = parts
            .next()
            .map(|ident| folded(self.backend, ident))
            .unwrap_or_default();
        let schema = parts.next().map(|ident| folded(self.backend, ident));
        match (self.lookup)(schema.as_deref(), &table) {
            TableUse::Log => Err(Refusal {
                log: true,
                ..self.refusal(
                    &table,
                    kind,
                    "the change log is written by changesets alone",
                )
            }),
            other => Ok(other),
        }
    }

    pub(super) fn refusal(&self, table: &str, kind: &'static str, why: &str) -> Refusal {
        Refusal {
            table: table.trim_matches(['"', '`']).to_owned(),
            kind,
            why: why.to_owned(),
            log: false,
        }
    }
}
