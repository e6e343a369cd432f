//! Who writes the changes whose bytes are counted.

use std::fmt;

use changesets_seaorm::{Changeset, LogTables, Tracker};
use sea_orm::{ConnectionTrait, TransactionTrait};

use crate::{
    contender::Contender,
    database::Database,
    error::Result,
    kind::{Durability, Kind},
    scale::Scale,
    shop::{
        self, Operations,
        hooked::{self, Hooked},
        plain::Plain,
    },
};

/// How many changes are one unit of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// A hundred changes in one transaction and one changeset.
    Shared,
    /// Each change in a transaction and a changeset of its own.
    OfEach,
}

impl Header {
    const fn changes(self) -> i64 {
        match self {
            Self::Shared => 100,
            Self::OfEach => 1,
        }
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shared => "100 to a changeset",
            Self::OfEach => "each in its own changeset",
        })
    }
}

/// Who keeps the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    /// A row trigger that writes both rows as JSON.
    RowTrigger,
    /// A tracked connection.
    Tracked,
}

impl Writer {
    /// What it is called in the report.
    pub(super) fn name(self) -> String {
        match self {
            Self::RowTrigger => Contender::RowTrigger.name().to_owned(),
            Self::Tracked => Contender::Tracked.name().to_owned(),
        }
    }

    /// A database with products, and whatever the writer needs.
    pub(super) async fn database(self, scale: Scale, kind: Kind) -> Result<Database> {
        let database = Database::create(kind, Durability::Relaxed).await?;
        let db = database.plain();
        shop::create(db).await?;
        shop::seed(db, scale.products()).await?;
        match self {
            Self::RowTrigger => shop::create_row_triggers(db, kind).await?,
            Self::Tracked => changesets_migration::up(db, &LogTables::default()).await?,
        }
        Ok(database)
    }

    /// Updates each product so often, in an order that has nothing to do with its key.
    pub(super) async fn update(
        self,
        database: &Database,
        header: Header,
        products: i64,
        times: i64,
    ) -> Result<()> {
        let db = database.connect().await?;
        let changes: Vec<(i64, i32)> = (1..=times)
            .flat_map(|time| (0..products).map(move |n| (n * 7_919 % products + 1, time)))
            .map(|(id, time)| Ok((id, 10 + i32::try_from(time)?)))
            .collect::<Result<_>>()?;
        let units = changes.chunks(usize::try_from(header.changes())?);
        match self {
            Self::RowTrigger => {
                for unit in units {
                    together::<Plain>(&db, unit).await?;
                }
            }
            Self::Tracked => {
                let tracker = Tracker::builder()
                    .entity::<hooked::product::Entity>()
                    .build()?;
                let db = tracker.connect(db);
                for unit in units {
                    let changeset = Changeset::new().actor("user:42").reason("spring sale");
                    changeset.scope(together::<Hooked>(&db, unit)).await?;
                }
            }
        }
        Ok(())
    }
}

/// Updates these products in one transaction.
async fn together<O: Operations>(
    db: &(impl ConnectionTrait + TransactionTrait),
    changes: &[(i64, i32)],
) -> Result<()> {
    let transaction = db.begin().await?;
    for (id, stock) in changes {
        O::update(&transaction, *id, *stock).await?;
    }
    sea_orm::TransactionSession::commit(transaction).await?;
    Ok(())
}
