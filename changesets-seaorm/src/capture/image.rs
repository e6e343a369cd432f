//! Reading rows as the log writes them.

use std::sync::Arc;

use changesets_core::{ColumnKind, ObjectKey, Record, Row, TrackedColumn, TrackedTable};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde_json::{Value as Json, value::RawValue};

use crate::{
    catalog::TableFacts,
    dialect::{Dialect, Sql},
    error::CaptureError,
};

use super::keys::{KEYS_PER_STATEMENT, KeyColumn, RawKey};

/// Functions take at most 100 arguments on PostgreSQL, so a row is read in arrays of this many.
const COLUMNS_PER_ARRAY: usize = 90;

/// The columns that are recorded, with their places in the table.
pub(super) fn recorded(table: &TrackedTable) -> impl Iterator<Item = (usize, &TrackedColumn)> {
    let columns = table.columns().iter().enumerate();
    columns.filter(|(_, column)| column.record != Record::Exclude)
}

/// A row at one moment: its key, as written in the log and as the database compares it.
#[derive(Debug, Clone)]
pub(super) struct Image {
    pub(super) key: ObjectKey,
    pub(super) raw_key: RawKey,
    /// The recorded columns, as JSON arrays in the database's own words.
    recorded: Vec<String>,
    /// Values of the further columns asked for; `None` is NULL.
    pub(super) further: Vec<Option<Value>>,
}

/// Reads the rows of one tracked table.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    pub(super) dialect: Dialect,
    pub(super) table: &'a TrackedTable,
    pub(super) keys: Vec<KeyColumn>,
    further: Vec<KeyColumn>,
    /// As far as the database was asked.
    facts: Arc<TableFacts>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(dialect: Dialect, table: &'a TrackedTable, facts: &Arc<TableFacts>) -> Self {
        let keys = table
            .key_columns()
            .map(|column| KeyColumn::new(&column.name, column.kind.clone(), facts))
            .collect();
        Self {
            dialect,
            table,
            keys,
            further: Vec::new(),
            facts: Arc::clone(facts),
        }
    }

    /// Also reads these columns, as values to compare with.
    pub(super) fn with_further(mut self, further: Vec<KeyColumn>) -> Self {
        self.further = further;
        self
    }

    /// The table's quoted name.
    pub(super) fn target(&self) -> String {
        self.dialect.table(self.table.schema(), self.table.name())
    }

    /// Appends the select list; columns are those of `of`, or bare ones if that is empty.
    pub(super) fn select_list(&self, sql: &mut Sql, of: &str) {
        sql.push(&self.facts.lists.get(of, || self.recorded_list(of)));
        for further in self.raw_columns(of, "x", &self.further) {
            sql.push(", ").push(&further);
        }
    }

    /// The recorded columns and the raw key.
    fn recorded_list(&self, of: &str) -> String {
        let recorded = |(_, name, kind): (usize, &str, &ColumnKind)| {
            let db_type = self.facts.db_type(name).unwrap_or_default();
            self.dialect.raw(kind, &self.column(of, name), db_type)
        };
        let recorded: Vec<String> = self.recorded().map(recorded).collect();
        let array = self.dialect.json_array();
        let cast = if self.dialect.is_postgres() {
            "::text"
        } else {
            ""
        };
        let mut list = Vec::new();
        for (n, arguments) in recorded.chunks(COLUMNS_PER_ARRAY).enumerate() {
            let alias = self.dialect.quote(&format!("__changesets_r{n}"));
            let arguments = arguments.join(", ");
            list.push(format!("{array}({arguments}){cast} AS {alias}"));
        }
        list.extend(self.raw_columns(of, "k", &self.keys));
        list.join(", ")
    }

    fn column(&self, of: &str, name: &str) -> String {
        let name = self.dialect.quote(name);
        if of.is_empty() {
            return name;
        }
        format!("{of}.{name}")
    }

    /// Appends the raw keys of `of`, or of bare columns if that is empty.
    pub(super) fn key_list(&self, sql: &mut Sql, of: &str) {
        sql.push(&self.raw_columns(of, "k", &self.keys).join(", "));
    }

    fn raw_columns(&self, of: &str, letter: &str, columns: &[KeyColumn]) -> Vec<String> {
        let raw = |(n, column): (usize, &KeyColumn)| {
            let name = self.column(of, &column.name);
            let raw = self.dialect.raw_key(&column.kind, &name);
            let alias = self.dialect.quote(&format!("__changesets_{letter}{n}"));
            format!("{raw} AS {alias}")
        };
        columns.iter().enumerate().map(raw).collect()
    }

    fn recorded(&self) -> impl Iterator<Item = (usize, &str, &ColumnKind)> {
        recorded(self.table).map(|(index, column)| (index, column.name.as_str(), &column.kind))
    }

    /// An answer to [`select_list`](Self::select_list).
    pub(super) fn decode(&self, answer: &QueryResult) -> Result<Image, DbErr> {
        let arrays = self.recorded().count().div_ceil(COLUMNS_PER_ARRAY);
        let recorded = (0..arrays)
            .map(|n| answer.try_get("", &format!("__changesets_r{n}")))
            .collect::<Result<Vec<String>, _>>()?;
        let raw = self.raw(&recorded)?;
        let row = self.row(&raw, |index, _| self.table.key().contains(&index))?;
        let key = row.key(self.table).map_err(|cause| CaptureError::Key {
            table: self.table.entity().to_owned(),
            cause,
        })?;
        let raw_key = self.raw_values(answer, "k", &self.keys)?;
        Ok(Image {
            key,
            raw_key: RawKey(raw_key.into_iter().flatten().collect()),
            recorded,
            further: self.raw_values(answer, "x", &self.further)?,
        })
    }

    /// All of an image, in the encoding.
    pub(super) fn whole(&self, image: &Image) -> Result<Row, CaptureError> {
        self.row(&self.raw(&image.recorded)?, |_, _| true)
    }

    /// Two images of a row, in the encoding, without what is the same in both: most of it, and
    /// encoding is what a record costs most for.
    pub(super) fn differing(&self, old: &Image, new: &Image) -> Result<[Row; 2], CaptureError> {
        let (old, new) = (self.raw(&old.recorded)?, self.raw(&new.recorded)?);
        let differs = |n: usize| old[n].get() != new[n].get();
        Ok([
            self.row(&old, |_, n| differs(n))?,
            self.row(&new, |_, n| differs(n))?,
        ])
    }

    /// The values of the recorded columns, in the database's own words.
    fn raw<'t>(&self, recorded: &'t [String]) -> Result<Vec<&'t RawValue>, CaptureError> {
        let mut raw: Vec<&RawValue> = Vec::with_capacity(self.table.columns().len());
        for text in recorded {
            let array: Vec<&RawValue> = serde_json::from_str(text)
                .map_err(|error| self.unexpected(format!("{error} in {text}")))?;
            raw.extend(array);
        }
        let count = self.recorded().count();
        if raw.len() != count {
            return Err(self.unexpected(format!("{} of {count} columns", raw.len())));
        }
        Ok(raw)
    }

    fn raw_values(
        &self,
        answer: &QueryResult,
        letter: &str,
        columns: &[KeyColumn],
    ) -> Result<Vec<Option<Value>>, DbErr> {
        let value = |(n, column): (usize, &KeyColumn)| {
            let name = format!("__changesets_{letter}{n}");
            let text: Option<String> = answer.try_get("", &name)?;
            // SQLite's `quote` writes NULL as a word.
            let text = text.filter(|text| !(self.dialect.is_sqlite() && text == "NULL"));
            Ok(text.map(|text| self.dialect.parse_raw_key(&column.kind, text)))
        };
        columns.iter().enumerate().map(value).collect()
    }

    /// Raw values in the encoding, aligned with the table's columns; null where `wanted` says no to
    /// the place of a column in the table, and among the recorded ones.
    fn row(
        &self,
        raw: &[&RawValue],
        wanted: impl Fn(usize, usize) -> bool,
    ) -> Result<Row, CaptureError> {
        let mut values = vec![Json::Null; self.table.columns().len()];
        for (n, (index, name, kind)) in self.recorded().enumerate() {
            if !wanted(index, n) {
                continue;
            }
            let value: Json = serde_json::from_str(raw[n].get())
                .map_err(|error| self.unexpected(format!("{error} in {}", raw[n])))?;
            // PostgreSQL has encoded it already.
            values[index] = if self.dialect.is_postgres() {
                value
            } else {
                kind.canonical(value)
                    .map_err(|cause| CaptureError::Encoding {
                        table: self.table.entity().to_owned(),
                        column: name.to_owned(),
                        cause,
                    })?
            };
        }
        Ok(Row::new(values))
    }

    /// The rows with these keys, locked until the transaction ends.
    pub(super) async fn by_keys<C: ConnectionTrait>(
        &self,
        db: &C,
        keys: &[RawKey],
    ) -> Result<Vec<Image>, DbErr> {
        let mut images = Vec::with_capacity(keys.len());
        let target = self.target();
        for keys in keys.chunks(KEYS_PER_STATEMENT) {
            let mut sql = Sql::new(self.dialect);
            sql.push("SELECT ");
            self.select_list(&mut sql, &target);
            sql.push(&format!(" FROM {target} WHERE "));
            KeyColumn::any_of(self.dialect, &mut sql, &target, &self.keys, keys);
            sql.push(&self.dialect.lock_rows(&target));
            images.extend(self.read(db, sql).await?);
        }
        Ok(images)
    }

    pub(super) async fn read<C: ConnectionTrait>(
        &self,
        db: &C,
        sql: Sql,
    ) -> Result<Vec<Image>, DbErr> {
        let answers = db.query_all_raw(sql.into_statement()).await?;
        answers.iter().map(|answer| self.decode(answer)).collect()
    }

    pub(super) fn unexpected(&self, what: String) -> CaptureError {
        CaptureError::Unexpected {
            table: self.table.entity().to_owned(),
            what,
        }
    }

    pub(super) fn key_error(&self) -> impl Fn(changesets_core::KeyError) -> DbErr + '_ {
        |cause| {
            CaptureError::Key {
                table: self.table.entity().to_owned(),
                cause,
            }
            .into()
        }
    }
}
