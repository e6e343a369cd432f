//! The catalog, kept until the schema changes.

use std::sync::{Arc, PoisonError, RwLock};

use sea_orm::{ConnectionTrait, DbErr};

use super::Catalog;

/// What was last read of the database's schema.
#[derive(Debug, Default)]
pub(crate) struct CatalogCache(RwLock<Option<Arc<Catalog>>>);

impl CatalogCache {
    /// The catalog, if it has been read.
    pub(crate) fn known(&self) -> Option<Arc<Catalog>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// Reads the catalog from the database.
    pub(crate) async fn load<C: ConnectionTrait>(&self, db: &C) -> Result<Arc<Catalog>, DbErr> {
        let catalog = Arc::new(Catalog::load(db).await?);
        self.set(Some(Arc::clone(&catalog)));
        Ok(catalog)
    }

    /// The schema changed, or may have.
    pub(crate) fn forget(&self) {
        self.set(None);
    }

    fn set(&self, catalog: Option<Arc<Catalog>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = catalog;
    }
}
