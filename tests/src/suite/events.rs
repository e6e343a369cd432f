//! What those who watch see of a write: an event, and never a value.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use changesets_seaorm::{Changeset, ChangesetId};
use sea_orm::prelude::Uuid;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait};

use crate::TestDb;
use crate::shop::{self, tag};
use crate::tracked::tracked_shop;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is logged of `work`. Captures run in tasks of their own, and the subscriber is one thread's: so
/// that thread has a runtime to itself.
async fn logged(db: TestDb) -> Lines {
    let lines = Lines::default();
    let writer = lines.clone();
    let watched = tokio::task::spawn_blocking(move || {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .with_writer(move || writer.clone())
            .finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(work(db))
    });
    watched.await.expect("no panic").expect("no error");
    lines
}

async fn work(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let work = async {
        shop::a_tag("secret-1").insert(&tracked).await?;
        let many = ["secret-2", "secret-3"].map(shop::a_tag);
        tag::Entity::insert_many(many)
            .exec_without_returning(&tracked)
            .await?;
        for sql in [
            "UPDATE tag SET name = 'secret-4' WHERE name = 'secret-1'",
            "UPDATE tag SET name = 'secret-5' WHERE name = 'nobody'",
            "DELETE FROM tag",
        ] {
            tracked.execute_unprepared(sql).await?;
        }
        Ok(())
    };
    let id = ChangesetId::from(Uuid::from_u128(7));
    Changeset::new().id(id).scope(work).await
}

pub async fn each_captured_write_is_an_event(db: TestDb) -> Result<(), DbErr> {
    let lines = logged(db).await;
    let text = lines
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let text = String::from_utf8(text).expect("text");
    let ours: Vec<_> = text
        .lines()
        .filter(|line| line.contains("captured a write"))
        .collect();
    let expected = [("insert", 1), ("insert", 2), ("update", 1), ("delete", 3)];
    let expected = expected.map(|(action, rows)| {
        format!(
            "DEBUG changeset{{id=00000000-0000-0000-0000-000000000007}}: captured a write \
             table=\"tag\" action=\"{action}\" rows={rows}"
        )
    });
    assert_eq!(ours, expected);
    Ok(())
}
