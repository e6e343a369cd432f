//! `DELETE`.

use sqlparser::ast::{Delete, FromTable, TableWithJoins};

use super::{
    DeletePlan, Refusal, TableUse, TableWrite, WriteKind, read::Reader, returning::Returned,
    volatile::is_volatile,
};

impl Reader<'_> {
    /// The write, or `None` for a table that is not tracked.
    pub(super) fn delete(&self, delete: &Delete) -> Result<Option<TableWrite>, Refusal> {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        // MySQL: `DELETE a FROM a JOIN b`, `DELETE FROM a USING a JOIN b`.
        if !delete.tables.is_empty() || (self.is_mysql() && delete.using.is_some()) {
            let using: &[TableWithJoins] = delete.using.as_deref().unwrap_or_default();
            self.refuse_tracked(from.iter().chain(using), "a DELETE over several tables")?;
            return Ok(None);
        }
        let Some((name, alias)) = self.only_table(from, "DELETE")? else {
            return Ok(None);
        };
        let TableUse::Tracked(table) = self.table_use(name, "DELETE from the log")? else {
            return Ok(None);
        };
        let returned = Returned {
            target: name,
            alias: alias.as_deref(),
            joined: delete.using.is_some(),
        };
        let returning = self.returning(delete.returning.as_ref(), &returned)?;
        Ok(Some(TableWrite {
            table,
            target: name.to_string(),
            alias,
            returning,
            kind: WriteKind::Delete(DeletePlan {
                using: delete.using.as_ref().map(|using| self.list(using)),
                filter: (delete.selection.as_ref())
                    .map(|filter| self.condition(&name.to_string(), filter))
                    .transpose()?,
                picks: self.picks(delete.selection.as_ref()),
                volatile: delete.selection.as_ref().is_some_and(is_volatile)
                    || (delete.limit.is_some() && delete.order_by.is_empty()),
                order_limit: self.order_limit(&delete.order_by, delete.limit.as_ref()),
            }),
        }))
    }
}
