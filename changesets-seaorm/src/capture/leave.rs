//! The end of a scope: edits of the metadata made after its last write still reach the header.

use std::{future::Future, pin::Pin, sync::Arc};

use changesets_core::{Current, OnExit};
use sea_orm::DatabaseConnection;

use crate::{
    session::{Headers, Session},
    tracker::Shared,
};

use super::recorder::Recorder;

struct Leaver {
    db: DatabaseConnection,
    shared: Arc<Shared>,
}

/// Has the headers of the open changeset brought up to date on `db` when its scope ends.
pub(crate) fn at_scope_end(db: &DatabaseConnection, shared: &Arc<Shared>) {
    if let Some(current) = changesets_core::current() {
        let leaver = Leaver {
            db: db.clone(),
            shared: Arc::clone(shared),
        };
        current.on_exit(shared.number, Arc::new(leaver));
    }
}

impl OnExit for Leaver {
    fn leave<'a>(&'a self, current: &'a Current) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            let headers = Headers::of(current, self.shared.number);
            let session = Session::begin(None);
            let recorder = Recorder::new(&self.db, &self.shared.log);
            let mut written = true;
            for row in headers.outdated(current, &session) {
                // The scope's work is done and committed: its result stays what it is.
                if let Err(error) = recorder.update_header(&row).await {
                    tracing::warn!(%error, "late edits of a changeset did not reach its header");
                    written = false;
                }
            }
            session.pop(written);
        })
    }
}
