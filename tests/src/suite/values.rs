//! Every column type, full and NULL, through the log and back.

use changesets_core::{ColumnKind, TrackedColumn};
use changesets_seaorm::{TrackedConnection, Tracker};
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait};
use serde_json::Value;

use crate::tracked::{assert_replay_of, changes, lines, tracked_shop_with};
use crate::types::{self, common};
use crate::{Backend, TestDb};

/// Types that SeaORM's own JSON conversion gives back as they are: it knows none of the rarer ones,
/// and reads SQLite's doubles as floats.
fn comparable(column: &TrackedColumn, sqlite: bool) -> bool {
    // PostgreSQL's `money`, MySQL's `year` and `tinyint unsigned` come back as NULL, NULL and a bool.
    if ["money", "year", "tiny_unsigned"].contains(&column.name.as_str()) {
        return false;
    }
    match &column.kind {
        ColumnKind::Other => false,
        ColumnKind::Array(element) => **element != ColumnKind::Text,
        ColumnKind::Float | ColumnKind::Double | ColumnKind::Decimal { .. } => !sqlite,
        _ => true,
    }
}

/// The log has exactly these values: those of the common types are the same on every database.
async fn assert_encoded(tracked: &TrackedConnection, expected: &str) {
    let expected: Value = serde_json::from_str(expected).expect("the expected values");
    let first = changes(tracked.untracked()).await.remove(0);
    let found = Value::Object(first.diff.as_map().clone());
    assert_eq!(
        serde_json::to_string_pretty(&found).expect("a text"),
        serde_json::to_string_pretty(&expected).expect("a text")
    );
}

macro_rules! walk {
    ($db:ident, $types:ident, $encoded:expr) => {{
        let tracker = || Tracker::builder().entity::<$types::Entity>();
        let tracked = tracked_shop_with(&$db, tracker(), 5).await;
        types::create_tables(&$db.plain()).await?;
        $types::full(1).insert(&tracked).await?;
        assert_encoded(&tracked, $encoded).await;
        $types::nulls(2).insert(&tracked).await?;
        $types::Entity::insert_many([$types::full(3), $types::full(4)])
            .exec(&tracked)
            .await?;
        // From NULL to a value in every column.
        let filled = $types::full(2).reset_all();
        filled.update(&tracked).await?;
        let fourth = $types::Entity::find_by_id(4).one(&tracked).await?;
        fourth.expect("row 4").delete(&tracked).await?;
        let tables: Vec<_> = tracker()
            .build()
            .expect("a tracker")
            .tables()
            .cloned()
            .collect();
        let sqlite = $db.backend() == Backend::Sqlite;
        assert_replay_of(&tracked, &tables, |column| comparable(column, sqlite)).await;
        // The values are there already: nothing changes, and nothing is logged.
        let third = $types::Entity::find_by_id(3).one(&tracked).await?;
        let again = third.expect("row 3").into_active_model().reset_all();
        again.update(&tracked).await?;
        assert_eq!(lines(tracked.untracked()).await.len(), 6);
    }};
}

pub async fn common_types(db: TestDb) -> Result<(), DbErr> {
    walk!(db, common, include_str!("../types/common.json"));
    Ok(())
}

pub async fn types_of_one_database(db: TestDb) -> Result<(), DbErr> {
    use types::{mysql, postgres, sqlite};
    match db.backend() {
        Backend::Sqlite => walk!(db, sqlite, include_str!("../types/sqlite.json")),
        Backend::Postgres => walk!(db, postgres, include_str!("../types/postgres.json")),
        Backend::MySql => walk!(db, mysql, include_str!("../types/mysql.json")),
    }
    Ok(())
}
