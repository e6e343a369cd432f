//! The histories of many products at once.

use anyhow::ensure;
use changesets_seaorm::{HasHistory, LoadHistory};
use chrono::DateTime;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Log, Reader};
use crate::{
    error::Result,
    log::{plain, seed::REVISIONS},
    shop::plain::product,
};

/// Models of one load.
const MODELS: i64 = 100;

/// Who reads the changes of many products.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Many {
    /// As many rows of a plain table, in one query by an index.
    Plain,
    /// The history of one model after the other.
    Each,
    /// All of them at once.
    Loader,
}

impl Many {
    pub(crate) const ALL: [Self; 3] = [Self::Plain, Self::Each, Self::Loader];
}

impl Reader for Many {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "rows of a plain table by an index",
            Self::Each => "history() of each",
            Self::Loader => "load_history()",
        }
    }

    async fn read(self, log: &Log, turn: i64) -> Result<()> {
        let db = &log.db;
        let ids = (turn * MODELS..(turn + 1) * MODELS).map(|turn| log.product(turn));
        let found = match self {
            Self::Plain => plain::Entity::find()
                .filter(plain::Column::ObjectKey.is_in(ids.map(|id| id.to_string())))
                .order_by_desc(plain::Column::Id)
                .all(db)
                .await?
                .len(),
            Self::Each => {
                let mut found = 0;
                for id in ids {
                    found += model(id).history().all(db).await?.len();
                }
                found
            }
            Self::Loader => {
                let models: Vec<_> = ids.map(model).collect();
                let histories = models.load_history(db).await?;
                histories.iter().map(Vec::len).sum()
            }
        };
        ensure!(
            i64::try_from(found)? == MODELS * REVISIONS,
            "{found} revisions"
        );
        Ok(())
    }
}

/// A model of which only the key matters here.
fn model(id: i64) -> product::Model {
    product::Model {
        id,
        name: "Teapot".to_owned(),
        description: String::new(),
        price: Decimal::ZERO,
        stock: 0,
        active: true,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}
