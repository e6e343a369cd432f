//! The feed: what happened to anything, page by page.

use anyhow::ensure;
use changesets_seaorm::feed;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Log, Reader};
use crate::{error::Result, log::plain};

/// Changes of a page.
const SIZE: u64 = 50;

/// Which page, and how it is found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Page {
    /// By its number, counted from 0.
    Number(u64),
    /// From the change on that the page before ends with.
    After(u64),
}

/// Who reads a page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OnePage {
    /// A page of a plain table, by its primary key.
    Plain(Page),
    /// A page of the feed.
    Feed(Page),
}

impl Reader for OnePage {
    fn name(self) -> &'static str {
        match self {
            Self::Plain(_) => "a page of a plain table",
            Self::Feed(_) => "feed()",
        }
    }

    async fn read(self, log: &Log, _: i64) -> Result<()> {
        let db = &log.db;
        let before = |page: u64| {
            Ok::<_, crate::error::Error>(log.newest() + 1 - i64::try_from(page * SIZE)?)
        };
        let plain = plain::Entity::find()
            .order_by_desc(plain::Column::Id)
            .limit(SIZE);
        let found = match self {
            Self::Plain(Page::Number(page)) => plain.offset(page * SIZE).all(db).await?.len(),
            Self::Plain(Page::After(page)) => {
                let plain = plain.filter(plain::Column::Id.lt(before(page)?));
                plain.all(db).await?.len()
            }
            Self::Feed(Page::Number(page)) => {
                feed().paginate(db, SIZE).fetch_page(page).await?.len()
            }
            Self::Feed(Page::After(page)) => {
                let cursor = feed().cursor().after(before(page)?);
                cursor.first(SIZE).all(db).await?.len()
            }
        };
        ensure!(u64::try_from(found)? == SIZE, "{found} changes on a page");
        Ok(())
    }
}
