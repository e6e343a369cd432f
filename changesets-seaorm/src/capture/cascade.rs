//! Rows that the database itself changes because a row they refer to goes away or gets a new key.
//!
//! Which rows these are is asked before the write, along the foreign keys the database has; what
//! became of them is read after it. So nothing depends on the database really cascading.

use std::collections::{HashMap, HashSet};

use changesets_core::{ColumnKind, TrackedTable};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use crate::{
    catalog::{Catalog, ForeignKey, Reaction, TableFacts, TableName},
    dialect::Sql,
    statement::{TableWrite, WriteKind},
    tracker::Shared,
};

use super::{
    entry::Entry,
    image::Image,
    keys::{KEYS_PER_STATEMENT, KeyColumn, RawKey},
    steps::{Step, uncapturable},
};

/// What a foreign key does to the rows that refer to those of a write. Only keys that an update assigns
/// can move them.
pub(super) fn reaction(kind: &WriteKind, key: &ForeignKey) -> Reaction {
    match kind {
        WriteKind::Insert(_) => Reaction::None,
        WriteKind::Delete(_) => key.on_delete,
        WriteKind::Update(plan) => {
            let assigns = |column: &String| {
                plan.assigned
                    .iter()
                    .any(|a| a.column.eq_ignore_ascii_case(column))
            };
            match key.parent_columns.iter().any(assigns) {
                true => key.on_update,
                false => Reaction::None,
            }
        }
    }
}

/// Whether a write may take rows of other tracked tables along.
pub(super) fn takes_along(shared: &Shared, catalog: &Catalog, target: &TableWrite) -> bool {
    let table = &shared.tables[target.table].table;
    let tracked = shared.tracked_names(catalog);
    catalog.name(table.entity()).is_some_and(|name| {
        let react = |key: &ForeignKey| reaction(&target.kind, key);
        catalog.reactions(name, &tracked, react).next().is_some()
    })
}

/// Values of the columns that other tables refer to, by column.
type Referred = HashMap<String, Value>;

/// The rows that a write is going to take along.
pub(super) struct Cascade<'a> {
    step: &'a Step<'a>,
    tracked: HashSet<String>,
    /// The reaction to the caller's own write, per foreign key of its table.
    first: Vec<(ForeignKey, Reaction)>,
    /// Tracked rows that may change, as they were.
    found: Vec<(usize, Image)>,
    seen: HashSet<String>,
}

impl<'a> Cascade<'a> {
    pub(super) fn new(
        step: &'a Step<'a>,
        react: impl Fn(&ForeignKey) -> Reaction,
    ) -> Result<Self, DbErr> {
        let tracked = step.shared.tracked_names(&step.catalog);
        let first = match step.catalog.name(step.table().entity()) {
            Some(name) => step
                .catalog
                .reactions(name, &tracked, react)
                .map(|(key, reaction)| (key.clone(), reaction))
                .collect(),
            None => Vec::new(),
        };
        Ok(Self {
            step,
            tracked,
            first,
            found: Vec::new(),
            seen: HashSet::new(),
        })
    }

    /// Whether the write takes no other tracked row along.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// An update that moves the key of rows in another table: they could not be found again.
    pub(super) fn refuse_moving_keys(&self) -> Result<(), DbErr> {
        for (key, _) in &self.first {
            if let Some(child) = self.tracked_table(&key.child) {
                let moves = |column: &String| child.key_columns().any(|k| k.name == *column);
                if key.child_columns.iter().any(moves) {
                    let why = format!(
                        "it changes keys of `{}` by ON UPDATE CASCADE",
                        child.entity()
                    );
                    return Err(uncapturable(self.step.table(), "UPDATE", &why).into());
                }
            }
        }
        Ok(())
    }

    /// The columns of the written table that other tables refer to.
    pub(super) fn columns(&self, table: &TrackedTable) -> Result<Vec<KeyColumn>, DbErr> {
        let facts = self.step.facts(table)?;
        Ok(referred_columns(
            self.first.iter().map(|(key, _)| key),
            facts,
        ))
    }

    /// Finds the rows that refer to `parents`, and those that refer to them, and so on.
    pub(super) async fn collect(
        &mut self,
        table: &TrackedTable,
        parents: &[Image],
    ) -> Result<(), DbErr> {
        if self.first.is_empty() || parents.is_empty() {
            return Ok(());
        }
        if let Some(index) = self.step.shared.position(table.entity()) {
            for parent in parents {
                self.seen.insert(format!("{index}:{}", parent.key));
            }
        }
        let columns = self.columns(table)?;
        let parents: Vec<Referred> = parents
            .iter()
            .map(|image| referred(&columns, &image.further))
            .collect();
        let mut waiting = Vec::new();
        for (key, reaction) in self.first.clone() {
            waiting.push((key, reaction, parents.clone()));
        }
        while let Some((key, reaction, parents)) = waiting.pop() {
            let deleted = self.children(&key, reaction, &parents).await?;
            if deleted.is_empty() {
                continue;
            }
            let next: Vec<_> = self
                .step
                .catalog
                .reactions(&key.child, &self.tracked, |key| key.on_delete)
                .map(|(key, reaction)| (key.clone(), reaction, deleted.clone()))
                .collect();
            waiting.extend(next);
        }
        Ok(())
    }

    /// Rows that refer to `parents` by `key`; of those that go away with them, what refers to them.
    async fn children(
        &mut self,
        key: &ForeignKey,
        reaction: Reaction,
        parents: &[Referred],
    ) -> Result<Vec<Referred>, DbErr> {
        let step = self.step;
        let Some(facts) = step.catalog.table(&key.child.entity()) else {
            return Ok(Vec::new());
        };
        let further = match reaction {
            Reaction::Cascade => referred_columns(
                step.catalog
                    .reactions(&key.child, &self.tracked, |key| key.on_delete)
                    .map(|(key, _)| key),
                facts,
            ),
            _ => Vec::new(),
        };
        let links: Vec<KeyColumn> = key
            .child_columns
            .iter()
            .map(|name| KeyColumn::of_facts(name, facts))
            .collect();
        let values = |parent: &Referred| {
            let values = key
                .parent_columns
                .iter()
                .map(|name| parent.get(name).cloned());
            values.collect::<Option<Vec<_>>>().map(RawKey)
        };
        let wanted: Vec<RawKey> = parents.iter().filter_map(values).collect();
        let mut deleted = Vec::new();
        for wanted in wanted.chunks(KEYS_PER_STATEMENT) {
            deleted.extend(match self.tracked_index(&key.child) {
                Some(index) => {
                    self.tracked_children(index, &further, &links, wanted)
                        .await?
                }
                None => {
                    let all =
                        untracked_children(step, &key.child, &further, &links, wanted).await?;
                    all.into_iter()
                        .filter(|row| self.seen.insert(format!("{:?}{row:?}", key.child)))
                        .collect()
                }
            });
        }
        Ok(deleted)
    }

    async fn tracked_children(
        &mut self,
        index: usize,
        further: &[KeyColumn],
        links: &[KeyColumn],
        wanted: &[RawKey],
    ) -> Result<Vec<Referred>, DbErr> {
        let table = &self.step.shared.tables[index].table;
        let reader = self.step.reader_of(table)?.with_further(further.to_vec());
        let target = reader.target();
        let mut sql = Sql::new(self.step.dialect);
        sql.push("SELECT ");
        reader.select_list(&mut sql, &target);
        sql.push(&format!(" FROM {target} WHERE "));
        KeyColumn::any_of(self.step.dialect, &mut sql, &target, links, wanted);
        sql.push(&self.step.dialect.lock_rows(&target));
        let mut rows = Vec::new();
        for image in reader.read(self.step.db, sql).await? {
            if self.seen.insert(format!("{index}:{}", image.key)) {
                rows.push(referred(further, &image.further));
                self.found.push((index, image));
            }
        }
        Ok(rows)
    }

    /// What became of the rows that were found.
    pub(super) async fn entries(self) -> Result<Vec<Entry>, DbErr> {
        let mut entries = Vec::new();
        let mut tables: Vec<usize> = self.found.iter().map(|(index, _)| *index).collect();
        tables.sort_unstable();
        tables.dedup();
        for index in tables {
            let reader = self.step.reader_of(&self.step.shared.tables[index].table)?;
            let before = || {
                self.found
                    .iter()
                    .filter(|(i, _)| *i == index)
                    .map(|(_, image)| image)
            };
            let keys: Vec<RawKey> = before().map(|image| image.raw_key.clone()).collect();
            let after = reader.by_keys(self.step.db, &keys).await?;
            let after: HashMap<_, _> = after.iter().map(|image| (&image.key, image)).collect();
            for old in before() {
                let entry = match after.get(&old.key) {
                    Some(new) => Entry::update(&reader, old, new),
                    None => Entry::delete(&reader, old).map(Some),
                };
                entries.extend(entry?);
            }
        }
        Ok(entries)
    }

    fn tracked_index(&self, name: &TableName) -> Option<usize> {
        self.step.shared.position_of(name, &self.step.catalog)
    }

    fn tracked_table(&self, name: &TableName) -> Option<&'a TrackedTable> {
        let shared = self.step.shared;
        self.tracked_index(name)
            .map(|index| &shared.tables[index].table)
    }
}

/// The columns that `keys` refer to, each once.
fn referred_columns<'k>(
    keys: impl Iterator<Item = &'k ForeignKey>,
    facts: &TableFacts,
) -> Vec<KeyColumn> {
    let mut columns: Vec<KeyColumn> = Vec::new();
    for name in keys.flat_map(|key| &key.parent_columns) {
        if columns.iter().all(|column| column.name != *name) {
            columns.push(KeyColumn::of_facts(name, facts));
        }
    }
    columns
}

fn referred(columns: &[KeyColumn], values: &[Option<Value>]) -> Referred {
    columns
        .iter()
        .zip(values)
        .filter_map(|(column, value)| Some((column.name.clone(), value.clone()?)))
        .collect()
}

/// Rows of a table that is not tracked itself, but on the way to one that is.
async fn untracked_children(
    step: &Step<'_>,
    child: &TableName,
    further: &[KeyColumn],
    links: &[KeyColumn],
    wanted: &[RawKey],
) -> Result<Vec<Referred>, DbErr> {
    if further.is_empty() {
        return Ok(Vec::new());
    }
    let dialect = step.dialect;
    let target = dialect.table(child.schema.as_deref(), &child.name);
    let mut sql = Sql::new(dialect);
    sql.push("SELECT ");
    for (n, column) in further.iter().enumerate() {
        let name = format!("{target}.{}", dialect.quote(&column.name));
        let raw = dialect.raw_key(&column.kind, &name);
        let alias = dialect.quote(&format!("__changesets_x{n}"));
        sql.push(&format!(
            "{}{raw} AS {alias}",
            if n > 0 { ", " } else { "" }
        ));
    }
    sql.push(&format!(" FROM {target} WHERE "));
    KeyColumn::any_of(dialect, &mut sql, &target, links, wanted);
    sql.push(&dialect.lock_rows(&target));
    let rows = step.db.query_all_raw(sql.into_statement()).await?;
    let row = |answer: &QueryResult| {
        let mut referred = Referred::new();
        for (n, column) in further.iter().enumerate() {
            let text: Option<String> = answer.try_get("", &format!("__changesets_x{n}"))?;
            if let Some(text) = text.filter(|text| !(dialect.is_sqlite() && text == "NULL")) {
                let kind: &ColumnKind = &column.kind;
                referred.insert(column.name.clone(), dialect.parse_raw_key(kind, text));
            }
        }
        Ok(referred)
    };
    rows.iter().map(row).collect()
}
