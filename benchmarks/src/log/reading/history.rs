//! The history of one product.

use anyhow::ensure;
use changesets_seaorm::{
    history_of,
    log::{change, changeset},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Log, Reader};
use crate::{
    error::Result,
    log::{plain, seed::REVISIONS},
    shop::plain::product,
};

/// Who reads the changes of one product.
#[derive(Clone, Copy, Debug)]
pub(crate) enum One {
    /// As many rows of a plain table, by an index.
    Plain,
    /// The log with its changesets, in the one query that somebody would write by hand.
    Joined,
    /// The same without what is asked only for links and changed keys.
    OwnRows,
    /// The history of a model.
    History,
}

impl One {
    pub(crate) const ALL: [Self; 4] = [Self::Plain, Self::Joined, Self::OwnRows, Self::History];
}

impl Reader for One {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "rows of a plain table by an index",
            Self::Joined => "one join written by hand",
            Self::OwnRows => "history() without links",
            Self::History => "history()",
        }
    }

    async fn read(self, log: &Log, turn: i64) -> Result<()> {
        let (db, id) = (&log.db, log.product(turn));
        let found = match self {
            Self::Plain => plain::Entity::find()
                .filter(plain::Column::ObjectKey.eq(id.to_string()))
                .order_by_desc(plain::Column::Id)
                .all(db)
                .await?
                .len(),
            Self::Joined => change::Entity::find()
                .find_also_related(changeset::Entity)
                .filter(change::Column::Entity.eq("product"))
                .filter(change::Column::ObjectKey.eq(id.to_string()))
                .order_by_desc(change::Column::Id)
                .all(db)
                .await?
                .len(),
            Self::OwnRows => {
                let history = history_of::<product::Entity>(id).without_links();
                history.all(db).await?.len()
            }
            Self::History => history_of::<product::Entity>(id).all(db).await?.len(),
        };
        ensure!(i64::try_from(found)? == REVISIONS, "{found} revisions");
        Ok(())
    }
}
