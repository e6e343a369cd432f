//! Tracked connections for tests, and the oracle: replaying the log must rebuild the tables.

use std::collections::BTreeMap;

use changesets_core::{Change, ObjectKey, Record, Replay, Row, TrackedColumn, TrackedTable};
use changesets_migration as migration;
use changesets_seaorm::{
    LogTables, TrackedConnection, Tracker, TrackerBuilder,
    log::{change, change_ref, changeset},
};
use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder};
use serde_json::{Map, Value};

use crate::{TestDb, shop};

/// A tracker of the whole shop.
pub fn shop_tracker() -> TrackerBuilder {
    Tracker::builder()
        .entity::<shop::product::Entity>()
        .entity::<shop::tag::Entity>()
        .link::<shop::product_tag::Entity>()
        .entity::<shop::customer::Entity>()
        .entity::<shop::order::Entity>()
        .entity::<shop::order_line::Entity>()
        .entity::<shop::category::Entity>()
        .entity::<shop::setting::Entity>()
        .entity::<shop::mood::Entity>()
}

/// Creates the shop and the log, and tracks all of it on a pool of its own.
pub async fn tracked_shop(db: &TestDb) -> TrackedConnection {
    tracked_shop_with(db, shop_tracker(), CONNECTIONS).await
}

/// How many connections [`tracked_shop`] has.
pub const CONNECTIONS: u32 = 5;

/// The same with a tracker and a pool size of the test's choice.
pub async fn tracked_shop_with(
    db: &TestDb,
    tracker: TrackerBuilder,
    connections: u32,
) -> TrackedConnection {
    let plain = db.plain();
    shop::create_tables(&plain).await.expect("create the shop");
    migration::up(&plain, &LogTables::default())
        .await
        .expect("create the log");
    track(db, tracker, connections).await
}

/// Tracks what is there, by a tracker that knows nothing of the database yet, on a pool of its own.
pub async fn track(db: &TestDb, tracker: TrackerBuilder, connections: u32) -> TrackedConnection {
    let tracker = tracker.build().expect("build the tracker");
    tracker.connect(db.connect(connections).await)
}

/// Every change in the log, in order.
pub async fn changes(db: &DatabaseConnection) -> Vec<Change> {
    let rows = change::Entity::find()
        .order_by_asc(change::Column::Id)
        .all(db)
        .await
        .expect("read the changes");
    rows.into_iter().map(change_of).collect()
}

fn change_of(row: change::Model) -> Change {
    let Value::Object(diff) = row.diff else {
        panic!("the diff of change {} is no object", row.id);
    };
    Change {
        id: row.id,
        changeset: row.changeset_id.into(),
        recorded_at: row.recorded_at,
        entity: row.entity,
        key: ObjectKey::new(row.object_key),
        action: row.action.parse().expect("an action"),
        diff: diff.into(),
    }
}

/// The changes as short lines: `insert product 1 {"name":"lamp"}`, columns in alphabetical order.
pub async fn lines(db: &DatabaseConnection) -> Vec<String> {
    let line = |change: Change| {
        let diff = Value::Object(change.diff.as_map().clone());
        format!("{} {} {} {diff}", change.action, change.entity, change.key)
    };
    changes(db).await.into_iter().map(line).collect()
}

/// What each change says of the column `name`, in order.
pub async fn names(db: &DatabaseConnection) -> Vec<Value> {
    let changes = changes(db).await;
    let name = |change: &Change| change.diff.as_map()["name"].clone();
    changes.iter().map(name).collect()
}

/// The header rows, oldest first.
pub async fn headers(db: &DatabaseConnection) -> Vec<changeset::Model> {
    let rows = changeset::Entity::find()
        .order_by_asc(changeset::Column::Id)
        .all(db)
        .await;
    rows.expect("read the headers")
}

/// The references, as `place entity key role`: the place of the change in the log.
pub async fn refs(db: &DatabaseConnection) -> Vec<String> {
    // The place in the log, not the id: MariaDB leaves numbers out.
    let changes = change::Entity::find().order_by_asc(change::Column::Id);
    let changes = changes.all(db).await.expect("read the log");
    let place = |id| {
        changes
            .iter()
            .position(|change| change.id == id)
            .map_or(0, |at| at + 1)
    };
    let rows = change_ref::Entity::find()
        .all(db)
        .await
        .expect("read the references");
    let mut lines: Vec<String> = rows
        .into_iter()
        .map(|row| {
            format!(
                "{} {} {} {}",
                place(row.change_id),
                row.entity,
                row.object_key,
                row.role
            )
        })
        .collect();
    lines.sort();
    lines
}

/// The oracle: replaying the log gives exactly the rows of the tracked tables, every change has a
/// header, and every header a change.
pub async fn assert_replay(tracked: &TrackedConnection, tracker_tables: &[TrackedTable]) {
    assert_replay_of(tracked, tracker_tables, |_| true).await;
}

/// The same, comparing with the tables only the columns that `compared` picks: SeaORM's JSON
/// conversion leaves out some types, and rounds others.
pub async fn assert_replay_of(
    tracked: &TrackedConnection,
    tracker_tables: &[TrackedTable],
    compared: impl Fn(&TrackedColumn) -> bool,
) {
    let plain = tracked.untracked();
    let mut replay = Replay::new();
    let changes = changes(plain).await;
    for change in &changes {
        let table = tracker_tables
            .iter()
            .find(|table| table.entity() == change.entity);
        let table = table.unwrap_or_else(|| panic!("`{}` is not tracked", change.entity));
        if let Err(error) = replay.apply(table, change) {
            panic!("{error}\n{:#?}", lines(plain).await);
        }
    }
    replay.check().expect("the replayed rows are whole");
    for table in tracker_tables {
        let picked = |rows: BTreeMap<ObjectKey, Map<String, Value>>| {
            let pick = |mut row: Map<String, Value>| {
                row.retain(|name, _| table.column(name).is_some_and(&compared));
                row
            };
            rows.into_iter()
                .map(|(key, row)| (key, pick(row)))
                .collect::<BTreeMap<_, _>>()
        };
        let there = picked(rows_of(plain, table).await);
        let replayed = picked(replay.rows(table.entity()));
        assert_eq!(replayed, there, "`{}` differs", table.entity());
    }
    let headers: Vec<_> = headers(plain)
        .await
        .into_iter()
        .map(|header| header.id)
        .collect();
    for change in &changes {
        let header = change.changeset.as_uuid();
        assert!(
            headers.contains(&header),
            "change {} has no header",
            change.id
        );
    }
    for header in headers {
        let used = changes
            .iter()
            .any(|change| change.changeset.as_uuid() == header);
        assert!(used, "header {header} has no change");
    }
}

/// The rows of a table in the log's encoding, read by SeaORM's own JSON conversion: a road that
/// shares nothing with the capture but the last step of the encoding.
async fn rows_of(
    db: &DatabaseConnection,
    table: &TrackedTable,
) -> BTreeMap<ObjectKey, Map<String, Value>> {
    use sea_orm::{FromQueryResult, JsonValue, sea_query, sea_query::ExprTrait};
    let postgres = db.get_database_backend() == sea_orm::DbBackend::Postgres;
    let mut select = sea_query::Query::select();
    for column in table.columns() {
        let name = sea_query::Alias::new(&column.name);
        // SeaORM's JSON conversion does not know PostgreSQL's enums.
        if postgres && column.kind == changesets_core::ColumnKind::Text {
            let text = sea_query::Expr::col(name.clone()).cast_as(sea_query::Alias::new("text"));
            select.expr_as(text, name);
        } else {
            select.column(name);
        }
    }
    select.from(sea_query::Alias::new(table.name()));
    let rows = sea_orm::ConnectionTrait::query_all(db, &select)
        .await
        .expect("read a table");
    let mut found = BTreeMap::new();
    for row in rows {
        let raw = JsonValue::from_query_result(&row, "").expect("a row as JSON");
        let mut values = Vec::new();
        let mut recorded = Map::new();
        for column in table.columns() {
            let raw = raw.get(&column.name).cloned().unwrap_or(Value::Null);
            let raw = match (&column.kind, raw) {
                (
                    changesets_core::ColumnKind::Binary | changesets_core::ColumnKind::Uuid,
                    Value::Array(bytes),
                ) => hex(&bytes),
                (_, raw) => raw,
            };
            let value = column.kind.canonical(raw).expect("a value");
            if column.record == Record::Value {
                recorded.insert(column.name.clone(), value.clone());
            }
            values.push(value);
        }
        let key = Row::new(values).key(table).expect("a key");
        found.insert(key, recorded);
    }
    found
}

fn hex(bytes: &[Value]) -> Value {
    let byte = |byte: &Value| format!("{:02x}", byte.as_u64().unwrap_or_default());
    bytes.iter().map(byte).collect::<String>().into()
}

/// The tables of [`shop_tracker`].
pub fn shop_tables() -> Vec<TrackedTable> {
    let tracker = shop_tracker().build().expect("build the tracker");
    tracker.tables().cloned().collect()
}
