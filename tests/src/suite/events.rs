//! What those who watch see of a write: an event, and never a value.

use std::io;
use std::sync::{Mutex, Once, PoisonError};

use changesets_seaorm::{Changeset, ChangesetId};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;

use crate::TestDb;
use crate::shop::{self, tag};
use crate::tracked::tracked_shop;

/// What all tests of this process log: captures run in tasks of their own, on any thread.
static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn watch() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::DEBUG)
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .with_writer(|| Lines)
            .finish();
        let ours = Targets::new().with_target("changesets_seaorm", LevelFilter::DEBUG);
        tracing::subscriber::set_global_default(subscriber.with(ours)).expect("the only one");
    });
}

pub async fn each_captured_write_is_an_event(db: TestDb) -> Result<(), DbErr> {
    watch();
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
        Ok::<_, DbErr>(())
    };
    let id = ChangesetId::generate();
    Changeset::new().id(id).scope(work).await?;
    let text = LINES.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let text = String::from_utf8(text).expect("text");
    let ours: Vec<_> = text
        .lines()
        .filter(|line| line.contains(&id.to_string()))
        .collect();
    let expected = [("insert", 1), ("insert", 2), ("update", 1), ("delete", 3)];
    let expected = expected.map(|(action, rows)| {
        format!(
            "DEBUG changeset{{id={id}}}: captured a write \
             table=\"tag\" action=\"{action}\" rows={rows}"
        )
    });
    assert_eq!(ours, expected);
    assert!(!text.contains("secret-"), "no value is ever in an event");
    Ok(())
}
