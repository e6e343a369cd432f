//! What the database itself says about its tables: column types, foreign keys, unique keys.
//!
//! Read once per tracker, with the first write that needs it, and forgotten when a statement
//! changes the schema. Entity attributes are not trusted for foreign keys: the database is what
//! cascades.

mod cache;
mod queries;

pub(crate) use cache::CatalogCache;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{ConnectionTrait, DbErr};

use crate::statement::Picks;

/// SQLite: whether the connection that is asked has triggers of its own, which may change any column.
/// Another connection does not see them, and no version of the schema tells of them.
pub(crate) const OWN_TRIGGERS: &str =
    "EXISTS (SELECT 1 FROM sqlite_temp_master WHERE type = 'trigger')";

/// A unique index.
#[derive(Debug, Clone)]
pub(crate) struct Unique {
    table: String,
    pub(crate) columns: Vec<String>,
    /// No two rows of the table share it: on SQLite, an index of its own may leave out rows, or compare
    /// them in another way than the columns do.
    pub(crate) declared: bool,
}

/// What a foreign key does to the rows that refer to a changed row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// `NO ACTION` and `RESTRICT`: the database refuses, nothing changes.
    None,
    Cascade,
    /// `SET NULL` and `SET DEFAULT`.
    Set,
}

/// A foreign key from `child` to `parent`; tables by the names the log uses.
#[derive(Debug, Clone)]
pub(crate) struct ForeignKey {
    pub(crate) child: TableName,
    pub(crate) parent: TableName,
    pub(crate) child_columns: Vec<String>,
    pub(crate) parent_columns: Vec<String>,
    pub(crate) on_delete: Reaction,
    pub(crate) on_update: Reaction,
}

/// A table's schema and name; no schema when it is found without one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TableName {
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

impl TableName {
    pub(crate) fn entity(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// One table's columns in their order, with the database's names of their types.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableFacts {
    pub(crate) columns: Vec<(String, String)>,
    /// The column that the database numbers: on SQLite that of the rowid.
    pub(crate) auto_increment: Option<String>,
    /// Columns that an update may change which does not assign them: made of others, or of the time; on
    /// MariaDB all of a table with triggers.
    pub(crate) generated: Vec<String>,
    /// Columns that are never NULL.
    pub(crate) required: Vec<String>,
    /// The unique indexes, the primary key's among them.
    pub(crate) unique: Vec<Unique>,
    /// SQLite, PostgreSQL: the table has triggers by which more may happen to a row than a statement says.
    pub(crate) triggered: bool,
    pub(crate) lists: Arc<SelectLists>,
}

/// What reads a table's rows, by the name that its columns belong to: made once, as the tables stay
/// what they are.
#[derive(Debug, Default)]
pub(crate) struct SelectLists(Mutex<HashMap<String, Arc<str>>>);

impl SelectLists {
    /// Aliases are the caller's: there may be any number of them.
    const KEPT: usize = 16;

    pub(crate) fn get(&self, of: &str, make: impl FnOnce() -> String) -> Arc<str> {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = lists.get(of) {
            return Arc::clone(list);
        }
        let list: Arc<str> = make().into();
        if lists.len() < Self::KEPT {
            lists.insert(of.to_owned(), Arc::clone(&list));
        }
        list
    }
}

impl TableFacts {
    /// Whether a condition picks one row at most.
    pub(crate) fn picks_one(&self, picks: &Picks) -> bool {
        let fixed = |name: &str| picks.fixed.iter().any(|f| f.eq_ignore_ascii_case(name));
        let unique = |key: &Unique| {
            key.declared && !key.columns.is_empty() && key.columns.iter().all(|c| fixed(c))
        };
        let numbered = self.auto_increment.as_deref();
        !picks.looks_elsewhere && (numbered.is_some_and(fixed) || self.unique.iter().any(unique))
    }

    pub(crate) fn db_type(&self, column: &str) -> Option<&str> {
        self.columns
            .iter()
            .find(|(name, _)| name == column)
            .map(|(_, db_type)| db_type.as_str())
    }
}

/// The facts of all tables of the database.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    tables: BTreeMap<String, Arc<TableFacts>>,
    /// Every name a table goes by, and the one name foreign keys use for it.
    names: BTreeMap<String, TableName>,
    keys: Vec<ForeignKey>,
    /// SQLite: the version of the schema that this tells of.
    pub(crate) version: Option<i64>,
    /// MariaDB can say which rows an `INSERT` or `DELETE` wrote; MySQL cannot.
    pub(crate) returns: bool,
}

impl Catalog {
    /// Asks the database.
    pub(crate) async fn load<C: ConnectionTrait>(db: &C) -> Result<Self, DbErr> {
        let mut catalog = Self {
            // First, so that what follows is never older.
            version: queries::version(db).await?,
            returns: queries::returns(db).await?,
            keys: queries::foreign_keys(db).await?,
            ..Self::default()
        };
        for column in queries::columns(db).await? {
            for entity in column.table_names() {
                let facts = catalog.tables.entry(entity.clone()).or_default();
                let facts = Arc::make_mut(facts);
                catalog
                    .names
                    .entry(entity)
                    .or_insert_with(|| column.foreign_key_name());
                facts
                    .columns
                    .push((column.name.clone(), column.db_type.clone()));
                if column.auto_increment {
                    facts.auto_increment = Some(column.name.clone());
                }
                if column.generated {
                    facts.generated.push(column.name.clone());
                }
                if column.required {
                    facts.required.push(column.name.clone());
                }
            }
        }
        for unique in queries::unique_keys(db).await? {
            let facts = catalog.tables.entry(unique.table.clone()).or_default();
            Arc::make_mut(facts).unique.push(unique);
        }
        for table in queries::triggered(db).await? {
            let facts = catalog.tables.entry(table).or_default();
            Arc::make_mut(facts).triggered = true;
        }
        Ok(catalog)
    }

    /// Whether a table has triggers by now that are of the kind of [`TableFacts::triggered`].
    pub(crate) async fn is_triggered_by_now<C: ConnectionTrait>(
        db: &C,
        entity: &str,
    ) -> Result<bool, DbErr> {
        let triggered = queries::triggered(db).await?;
        Ok(triggered.iter().any(|table| table == entity))
    }

    pub(crate) fn table(&self, entity: &str) -> Option<&Arc<TableFacts>> {
        self.tables.get(entity)
    }

    /// The name under which foreign keys know the table `entity`.
    pub(crate) fn name(&self, entity: &str) -> Option<&TableName> {
        self.names.get(entity)
    }

    /// The foreign keys whose reaction `react` picks, that refer to `parent` and lead to a table in
    /// `tracked`, directly or over further cascades.
    pub(crate) fn reactions<'a>(
        &'a self,
        parent: &'a TableName,
        tracked: &'a HashSet<String>,
        react: impl Fn(&ForeignKey) -> Reaction + 'a,
    ) -> impl Iterator<Item = (&'a ForeignKey, Reaction)> + 'a {
        self.keys
            .iter()
            .filter(move |key| key.parent == *parent)
            .map(move |key| (key, react(key)))
            .filter(move |(key, reaction)| match reaction {
                Reaction::None => false,
                Reaction::Set => tracked.contains(&key.child.entity()),
                Reaction::Cascade => self.reaches(&key.child, tracked, &mut HashSet::new()),
            })
    }

    /// Whether deleting rows of `table` can change rows of a tracked table, itself included.
    fn reaches<'a>(
        &'a self,
        table: &'a TableName,
        tracked: &HashSet<String>,
        seen: &mut HashSet<&'a TableName>,
    ) -> bool {
        if tracked.contains(&table.entity()) {
            return true;
        }
        if !seen.insert(table) {
            return false;
        }
        self.keys
            .iter()
            .filter(|key| key.parent == *table && key.on_delete != Reaction::None)
            .any(|key| self.reaches(&key.child, tracked, seen))
    }
}
