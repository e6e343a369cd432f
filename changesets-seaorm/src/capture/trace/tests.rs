#![allow(
    unreachable_pub,
    reason = "SeaORM's derives make public items of public models"
)]

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use changesets_core::{Changeset, ChangesetId, current};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, Database, prelude::Uuid};
use tracing::Level;

use crate::{TrackedConnection, Tracker};

mod card {
    use sea_orm::entity::prelude::{
        DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "card")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub owner: String,
        pub number: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    crate::track!(ActiveModel, redact = [Number]);
}

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

impl Lines {
    fn of_ours(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let ours = text.lines().filter(|line| line.contains("captured"));
        ours.map(str::to_owned).collect()
    }
}

async fn cards() -> TrackedConnection {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    let schema = db.get_schema_builder().register(card::Entity);
    schema.apply(&db).await.unwrap();
    changesets_migration::up(&db, &Default::default())
        .await
        .unwrap();
    let tracker = Tracker::builder().entity::<card::Entity>().build().unwrap();
    tracker.connect(db)
}

/// What is logged, from `level` on, of two inserts, an update of both rows, one of none, and a delete.
async fn logged(level: Level) -> Lines {
    let db = cards().await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let work = async {
        for owner in ["ann", "bob"] {
            let card = card::ActiveModel {
                owner: Set(owner.to_owned()),
                number: Set("4111-1111".to_owned()),
                ..Default::default()
            };
            card.insert(&db).await.unwrap();
        }
        for sql in [
            "UPDATE card SET number = '4222-2222'",
            "UPDATE card SET number = '4222-2222'",
            "DELETE FROM card WHERE owner = 'ann'",
        ] {
            db.execute_unprepared(sql).await.unwrap();
        }
        assert!(current().is_some());
    };
    let id = ChangesetId::from(Uuid::from_u128(7));
    Changeset::new().id(id).scope(work).await;
    lines
}

#[tokio::test]
async fn each_write_is_an_event_in_the_span_of_its_changeset() {
    let span = "DEBUG changeset{id=00000000-0000-0000-0000-000000000007}: captured a write";
    let expected = [
        r#"table="card" action="insert" rows=1"#,
        r#"table="card" action="insert" rows=1"#,
        r#"table="card" action="update" rows=2"#,
        r#"table="card" action="delete" rows=1"#,
    ];
    let lines = logged(Level::DEBUG).await;
    assert_eq!(
        lines.of_ours(),
        expected.map(|fields| format!("{span} {fields}"))
    );
}

#[tokio::test]
async fn no_value_is_ever_in_them() {
    let lines = logged(Level::DEBUG).await.of_ours();
    assert_eq!(lines.len(), 4);
    for value in ["ann", "bob", "4111", "4222"] {
        assert!(lines.iter().all(|line| !line.contains(value)), "{lines:?}");
    }
}

#[tokio::test]
async fn above_debug_there_are_none() {
    assert_eq!(logged(Level::INFO).await.of_ours(), [""; 0]);
}
