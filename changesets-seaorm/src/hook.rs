//! The `ActiveModelBehavior` hook: records single-model writes on a plain connection.
//!
//! | write | tracked connection | hook alone, in a transaction |
//! |---|---|---|
//! | `ActiveModel` insert, update, save, delete; the same of `ActiveModelEx`, nested | recorded | recorded |
//! | junction rows linked or unlinked by a nested save | recorded | recorded |
//! | `update_without_returning` | recorded | **not recorded** (SeaORM runs no `after_save`) |
//! | junction rows removed when a model is deleted | recorded | **not recorded** (no hook) |
//! | `Entity::insert`, `insert_many`, `update_many`, `delete_many`, upserts | recorded | **not recorded** (no hook) |
//! | raw SQL, streams that write | recorded | **not recorded** (no hook) |
//! | rows the database cascades to | recorded | **not recorded** |
//! | a row that a trigger deletes at once, or gives another key | recorded, or refused | an error after the write: roll back |
//!
//! On a tracked connection the hook stands aside, after asking whether the connection's tracker
//! knows the entity. On a plain connection outside a transaction it refuses, because the change
//! could not be written in the same transaction as the write, unless the entity says otherwise
//! ([`OutsideTransaction`](crate::OutsideTransaction)). MySQL and MariaDB roll back all of a transaction
//! that meets a deadlock, and run what comes next in none: the hook does not notice. Do not go on with
//! such a transaction; a tracked one refuses to.

mod before;
mod standing;

pub(crate) use standing::tracks;

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};

use crate::table::TrackedEntity;

use standing::{Standing, standing, standing_after};

/// The body of [`ActiveModelBehavior::before_save`](sea_orm::ActiveModelBehavior::before_save).
///
/// Reads the row as it is before an update. Gives `model` back unchanged.
///
/// # Errors
///
/// [`CaptureError`](crate::CaptureError) when the write could not be recorded; SeaORM then does not
/// write.
pub async fn before_save<A, C>(model: A, db: &C, insert: bool) -> Result<A, DbErr>
where
    A: ActiveModelTrait,
    A::Entity: TrackedEntity,
    C: ConnectionTrait,
{
    if standing::<A::Entity, C>(db).await? == Standing::Hook && !insert {
        before::read(&model, db).await?;
    }
    Ok(model)
}

/// The body of [`ActiveModelBehavior::after_save`](sea_orm::ActiveModelBehavior::after_save).
///
/// Records the insert or update. Gives `model` back unchanged.
///
/// # Errors
///
/// [`CaptureError`](crate::CaptureError) when the change could not be recorded. The write itself has
/// been made then: roll back its transaction.
pub async fn after_save<A, C>(
    model: <A::Entity as EntityTrait>::Model,
    db: &C,
    insert: bool,
) -> Result<<A::Entity as EntityTrait>::Model, DbErr>
where
    A: ActiveModelTrait,
    A::Entity: TrackedEntity,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    C: ConnectionTrait,
{
    if standing_after::<A::Entity, C>(db).await? == Standing::Hook {
        before::record_save::<A, C>(&model.clone().into_active_model(), db, insert).await?;
    }
    Ok(model)
}

/// The body of [`ActiveModelBehavior::before_delete`](sea_orm::ActiveModelBehavior::before_delete).
///
/// Reads the row as it is. Gives `model` back unchanged.
///
/// # Errors
///
/// [`CaptureError`](crate::CaptureError) when the delete could not be recorded; SeaORM then does not
/// delete.
pub async fn before_delete<A, C>(model: A, db: &C) -> Result<A, DbErr>
where
    A: ActiveModelTrait,
    A::Entity: TrackedEntity,
    C: ConnectionTrait,
{
    if standing::<A::Entity, C>(db).await? == Standing::Hook {
        before::read(&model, db).await?;
    }
    Ok(model)
}

/// The body of [`ActiveModelBehavior::after_delete`](sea_orm::ActiveModelBehavior::after_delete).
///
/// Records the delete. Gives `model` back unchanged.
///
/// # Errors
///
/// [`CaptureError`](crate::CaptureError) when the change could not be recorded. The row is gone
/// then: roll back the transaction.
pub async fn after_delete<A, C>(model: A, db: &C) -> Result<A, DbErr>
where
    A: ActiveModelTrait,
    A::Entity: TrackedEntity,
    C: ConnectionTrait,
{
    if standing_after::<A::Entity, C>(db).await? == Standing::Hook {
        before::record_delete(&model, db).await?;
    }
    Ok(model)
}

/// Tracks an entity: one line in its module.
///
/// Implements [`TrackedEntity`](crate::TrackedEntity) for the `Entity` of that module, and
/// [`ActiveModelBehavior`](sea_orm::ActiveModelBehavior) for the active model with the four hook
/// functions of [`hook`](crate::hook). An entity that needs hooks of its own implements both by
/// hand, and calls those functions.
///
/// - `redact = [Column, …]`: that these change is recorded, their values never are;
/// - `exclude = [Column, …]`: these are not recorded at all;
/// - `outside_transaction = Record`: the hook alone also records writes that are in no transaction,
///   at the risk that [`OutsideTransaction`](crate::OutsideTransaction) tells;
/// - `log_tables = expression`: the [`LogTables`](crate::LogTables) that the hook alone writes to, if
///   they have a prefix or schema. A tracked connection knows them from its tracker.
///
/// ```
/// mod account {
///     use sea_orm::entity::prelude::*;
///
///     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
///     #[sea_orm(table_name = "account")]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i32,
///         pub name: String,
///         pub secret: String,
///         pub seen_at: Option<String>,
///     }
///
///     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
///     pub enum Relation {}
///
///     changesets_seaorm::track!(ActiveModel, redact = [Secret], exclude = [SeenAt]);
/// }
/// ```
#[macro_export]
macro_rules! track {
    (
        $active:ident
        $(, redact = [$($redact:ident),* $(,)?])?
        $(, exclude = [$($exclude:ident),* $(,)?])?
        $(, outside_transaction = $outside:ident)?
        $(, log_tables = $log:expr)?
        $(,)?
    ) => {
        // `Entity` by its name: for `<$active as ActiveModelTrait>::Entity` rustc reports a conflict
        // between two crates that each track entities.
        impl $crate::TrackedEntity for Entity {
            fn redact() -> ::std::vec::Vec<Self::Column> {
                ::std::vec![$($(<Self::Column>::$redact),*)?]
            }

            fn exclude() -> ::std::vec::Vec<Self::Column> {
                ::std::vec![$($(<Self::Column>::$exclude),*)?]
            }
            $(
                fn outside_transaction() -> $crate::OutsideTransaction {
                    $crate::OutsideTransaction::$outside
                }
            )?
            $(
                fn log_tables() -> $crate::LogTables {
                    $log
                }
            )?
        }

        #[$crate::__private::async_trait]
        impl $crate::__private::ActiveModelBehavior for $active {
            async fn before_save<C>(self, db: &C, insert: bool) -> ::std::result::Result<Self, $crate::__private::DbErr>
            where
                C: $crate::__private::ConnectionTrait,
            {
                $crate::hook::before_save(self, db, insert).await
            }

            async fn after_save<C>(
                model: <<Self as $crate::__private::ActiveModelTrait>::Entity as $crate::__private::EntityTrait>::Model,
                db: &C,
                insert: bool,
            ) -> ::std::result::Result<
                <<Self as $crate::__private::ActiveModelTrait>::Entity as $crate::__private::EntityTrait>::Model,
                $crate::__private::DbErr,
            >
            where
                C: $crate::__private::ConnectionTrait,
            {
                $crate::hook::after_save::<Self, C>(model, db, insert).await
            }

            async fn before_delete<C>(self, db: &C) -> ::std::result::Result<Self, $crate::__private::DbErr>
            where
                C: $crate::__private::ConnectionTrait,
            {
                $crate::hook::before_delete(self, db).await
            }

            async fn after_delete<C>(self, db: &C) -> ::std::result::Result<Self, $crate::__private::DbErr>
            where
                C: $crate::__private::ConnectionTrait,
            {
                $crate::hook::after_delete(self, db).await
            }
        }
    };
}
