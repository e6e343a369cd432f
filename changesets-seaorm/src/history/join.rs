//! Joining an entity to its changes inside the database.

use changesets_core::{ColumnKind, LogTables};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn,
    QuerySelect, Select,
    sea_query::{Alias, BinOper, Expr, ExprTrait, Func, JoinType, SimpleExpr},
};

use super::{error::HistoryError, json};
use crate::table::entity_name;
use crate::{
    log::{change, table},
    table::column_kind,
};

/// Joins a `SELECT` of an entity to the changes of its rows.
///
/// ```
/// # mod product {
/// #     use sea_orm::entity::prelude::*;
/// #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
/// #     #[sea_orm(table_name = "product")]
/// #     pub struct Model { #[sea_orm(primary_key)] pub id: i64, pub price: i64 }
/// #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
/// #     pub enum Relation {}
/// #     impl ActiveModelBehavior for ActiveModel {}
/// # }
/// # async fn example(db: &sea_orm::DatabaseConnection)
/// # -> Result<(), changesets_seaorm::history::HistoryError> {
/// use changesets_seaorm::{LogTables, history::JoinChanges, log::change};
/// use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
///
/// let ever_updated = product::Entity::find()
///     .join_changes(JoinType::InnerJoin, db.get_database_backend(), &LogTables::default())?
///     .filter(change::Column::Action.eq("update"))
///     .distinct()
///     .all(db)
///     .await?;
/// # Ok(())
/// # }
/// ```
pub trait JoinChanges: Sized {
    /// Joins the changes whose key is the row's key. They answer to
    /// [`change::Entity`], whatever their table is called.
    ///
    /// # Errors
    ///
    /// [`HistoryError::NotJoinable`] as for [`object_key_of`].
    fn join_changes(
        self,
        join: JoinType,
        backend: DbBackend,
        tables: &LogTables,
    ) -> Result<Self, HistoryError>;
}

impl<E: EntityTrait> JoinChanges for Select<E> {
    fn join_changes(
        mut self,
        join: JoinType,
        backend: DbBackend,
        tables: &LogTables,
    ) -> Result<Self, HistoryError> {
        let on = Condition::all()
            .add(change::Column::Entity.eq(entity_name::<E>()))
            .add(
                change::Column::ObjectKey
                    .into_expr()
                    .eq(object_key_of::<E>(backend)?),
            );
        QuerySelect::query(&mut self).join(
            join,
            table::<change::Entity>(tables, tables.change()),
            on,
        );
        Ok(self)
    }
}

/// The key of a row of `E` as SQL, written as the log writes it: what
/// [`change::Column::ObjectKey`] can be compared with.
///
/// # Errors
///
/// [`HistoryError::NotJoinable`] for a key of several columns, and for one whose
/// text the databases write differently from the log, such as a date or a float.
pub fn object_key_of<E: EntityTrait>(backend: DbBackend) -> Result<SimpleExpr, HistoryError> {
    let not_joinable = |why: &str| HistoryError::NotJoinable {
        entity: entity_name::<E>(),
        why: why.to_owned(),
    };
    let mut keys = E::PrimaryKey::iter();
    let (Some(key), None) = (keys.next(), keys.next()) else {
        return Err(not_joinable("its key has several columns"));
    };
    let column = key.into_column();
    let value = || Expr::col((E::default(), Alias::new(column.as_str())));
    match (column_kind(column.def().get_column_type()), backend) {
        (ColumnKind::Integer | ColumnKind::Text, _) => text(backend, value()),
        (ColumnKind::Uuid, DbBackend::Postgres) => text(backend, value()),
        (ColumnKind::Uuid, DbBackend::Sqlite | DbBackend::MySql) => {
            Ok(hyphenated(backend, &value()))
        }
        (ColumnKind::Binary, DbBackend::Postgres) => Ok(Func::cust(Alias::new("encode"))
            .args([value(), "hex".into()])
            .into()),
        (ColumnKind::Binary, DbBackend::Sqlite | DbBackend::MySql) => Ok(lower_hex(value())),
        (kind, _) => Err(not_joinable(&format!(
            "a key of kind {kind:?} is not written alike in the database and in the log"
        ))),
    }
}

fn text(backend: DbBackend, value: SimpleExpr) -> Result<SimpleExpr, HistoryError> {
    Ok(match backend {
        DbBackend::Sqlite | DbBackend::Postgres => value.cast_as(Alias::new("text")),
        DbBackend::MySql => value.cast_as(Alias::new("char")),
        other => return Err(json::unknown(other)),
    })
}

fn lower_hex(value: SimpleExpr) -> SimpleExpr {
    Func::lower(Func::cust(Alias::new("hex")).arg(value)).into()
}

/// The sixteen bytes of a uuid as text. `concat` came to SQLite late, and `||` is
/// no concatenation on MariaDB and MySQL.
fn hyphenated(backend: DbBackend, value: &SimpleExpr) -> SimpleExpr {
    let part = |from: i32, length: i32| -> SimpleExpr {
        Func::cust(Alias::new("substr"))
            .args([lower_hex(value.clone()), from.into(), length.into()])
            .into()
    };
    let parts =
        [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)].map(|(from, length)| part(from, length));
    if backend == DbBackend::MySql {
        let args = std::iter::once("-".into()).chain(parts);
        return Func::cust(Alias::new("concat_ws")).args(args).into();
    }
    let [first, rest @ ..] = parts;
    rest.into_iter().fold(first, |text, part| {
        text.binary(BinOper::Custom("||"), "-")
            .binary(BinOper::Custom("||"), part)
    })
}
