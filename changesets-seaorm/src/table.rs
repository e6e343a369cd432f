//! A SeaORM entity, described for capture.

mod kind;

pub(crate) use kind::column_kind;

use changesets_core::{
    ColumnKind, Link, LinkEnd, LogTables, Record, TableError, TrackedColumn, TrackedTable,
};
use sea_orm::{
    ColumnTrait, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, RelationTrait,
    RelationType,
    sea_query::{TableName, TableRef},
};

/// An entity whose changes are recorded.
///
/// [`track!`](crate::track) implements it together with the hook; an entity that
/// has hooks of its own implements it by hand:
///
/// ```
/// # mod secret {
/// # use sea_orm::entity::prelude::*;
/// # #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
/// # #[sea_orm(table_name = "secret")]
/// # pub struct Model { #[sea_orm(primary_key)] pub id: i32, pub word: String }
/// # #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
/// # pub enum Relation {}
/// # impl ActiveModelBehavior for ActiveModel {}
/// impl changesets_seaorm::TrackedEntity for Entity {
///     fn redact() -> Vec<Column> {
///         vec![Column::Word]
///     }
/// }
/// # }
/// ```
pub trait TrackedEntity: EntityTrait {
    /// Columns of which only *that* they changed is recorded, never their values.
    #[must_use]
    fn redact() -> Vec<Self::Column> {
        Vec::new()
    }

    /// Columns that are not recorded at all.
    #[must_use]
    fn exclude() -> Vec<Self::Column> {
        Vec::new()
    }

    /// What the hook does about a write on a plain connection outside a transaction.
    #[must_use]
    fn outside_transaction() -> OutsideTransaction {
        OutsideTransaction::Refuse
    }

    /// The log tables that the hook alone writes to; a tracked connection asks its tracker instead.
    #[must_use]
    fn log_tables() -> LogTables {
        LogTables::default()
    }
}

/// What the hook does about a write on a plain connection outside a transaction, where the change
/// cannot be written in the same transaction as the write. Tracked connections need none of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OutsideTransaction {
    /// The write fails with
    /// [`CaptureError::NotInTransaction`](crate::CaptureError::NotInTransaction), and does nothing.
    #[default]
    Refuse,
    /// The change is recorded right after the write: a crash, a lost connection or a cancelled task
    /// between the two **loses it**.
    Record,
}

/// Describes the table of entity `E`, leaving out what `redact` and `exclude` name.
///
/// # Errors
///
/// A [`TableError`] when the entity has no primary key, or a key column is left out.
pub(crate) fn tracked_table<E: TrackedEntity>() -> Result<TrackedTable, TableError> {
    describe::<E>(&E::redact(), &E::exclude(), None)
}

/// Describes a junction: a table whose rows link two others.
///
/// # Errors
///
/// `Ok(None)` when the entity does not belong to exactly two others.
pub(crate) fn junction_table<E: TrackedEntity>() -> Result<Option<TrackedTable>, TableError> {
    match link::<E>() {
        Some(link) => describe::<E>(&E::redact(), &E::exclude(), Some(link)).map(Some),
        None => Ok(None),
    }
}

/// The table as the hook alone sees it: a junction when its key is made of the two it links.
///
/// # Errors
///
/// As [`tracked_table`].
pub(crate) fn hooked_table<E: TrackedEntity>() -> Result<TrackedTable, TableError> {
    let made_of = |link: &Link, name: &str| {
        link.ends
            .iter()
            .any(|end| end.columns.iter().any(|column| column == name))
    };
    let link = link::<E>()
        .filter(|link| E::PrimaryKey::iter().all(|key| made_of(link, key.into_column().as_str())));
    describe::<E>(&E::redact(), &E::exclude(), link)
}

fn describe<E: EntityTrait>(
    redact: &[E::Column],
    exclude: &[E::Column],
    link: Option<Link>,
) -> Result<TrackedTable, TableError> {
    let entity = E::default();
    let has = |columns: &[E::Column], name: &str| columns.iter().any(|c| c.as_str() == name);
    let mut table = TrackedTable::new(entity.table_name());
    if let Some(schema) = entity.schema_name() {
        table = table.schema(schema);
    }
    for column in E::Column::iter() {
        let name = column.as_str();
        let record = if has(exclude, name) {
            Record::Exclude
        } else if has(redact, name) {
            Record::Redact
        } else {
            Record::Value
        };
        table = table.column(TrackedColumn {
            name: name.to_owned(),
            kind: kind_of(&column),
            record,
        });
    }
    if let Some(link) = link {
        table = table.link(link);
    }
    table
        .key(E::PrimaryKey::iter().map(|key| key.into_column().as_str().to_owned()))
        .build()
}

fn kind_of(column: &impl ColumnTrait) -> ColumnKind {
    column_kind(column.def().get_column_type())
}

/// The two `belongs_to` relations of a junction, as the ends of a link.
fn link<E: EntityTrait>() -> Option<Link> {
    let mut ends = E::Relation::iter()
        .map(|relation| relation.def())
        .filter(|def| matches!(def.rel_type, RelationType::HasOne) && !def.is_owner)
        .filter_map(|def| {
            let columns: Vec<String> = def.from_col.iter().map(ToString::to_string).collect();
            Some(LinkEnd {
                entity: entity_of(&def.to_tbl)?,
                role: columns.join(","),
                columns,
            })
        });
    let link = Link {
        ends: [ends.next()?, ends.next()?],
    };
    ends.next().is_none().then_some(link)
}

fn entity_of(table: &TableRef) -> Option<String> {
    let TableRef::Table(TableName(schema, name), _) = table else {
        return None;
    };
    Some(match schema {
        Some(schema) => format!("{}.{name}", schema.1),
        None => name.to_string(),
    })
}

/// The name of an entity in the log: its table, schema-qualified where it names a schema.
pub(crate) fn entity_name<E: EntityTrait>() -> String {
    let entity = E::default();
    match entity.schema_name() {
        Some(schema) => format!("{schema}.{}", entity.table_name()),
        None => entity.table_name().to_owned(),
    }
}
