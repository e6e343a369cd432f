//! The floor: the same work, and the least SQL that puts the same rows into the log: the change, and
//! the header where each write has its own. It reads nothing, compares nothing, and knows each value
//! beforehand or leaves it to the database. On PostgreSQL one statement writes a row and all of that; else
//! there is a transaction around it.

use std::ops::RangeInclusive;

use changesets_seaorm::ChangesetId;
use chrono::Utc;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};
use serde_json::json;

use super::{Operations, along::Along, plain::Plain};

/// The same work with the barest record of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BareLog;

impl Operations for BareLog {
    async fn insert<C: ConnectionTrait>(db: &C, number: i64) -> Result<(), DbErr> {
        let change = change("insert", number, whole(number));
        if db.get_database_backend() == DbBackend::Postgres {
            return Plain::insert(&with_change(db, change), number).await;
        }
        Plain::insert(db, number).await?;
        log_one(db, change).await
    }

    async fn update<C: ConnectionTrait>(db: &C, id: i64, stock: i32) -> Result<(), DbErr> {
        let change = change("update", id, json!({ "stock": [10, stock] }));
        if db.get_database_backend() == DbBackend::Postgres {
            return Plain::update(&with_change(db, change), id, stock).await;
        }
        Plain::update(db, id, stock).await?;
        log_one(db, change).await
    }

    async fn delete<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), DbErr> {
        let change = change("delete", id, whole(id));
        if db.get_database_backend() == DbBackend::Postgres {
            return Plain::delete(&with_change(db, change), id).await;
        }
        Plain::delete(db, id).await?;
        log_one(db, change).await
    }

    async fn link<C: ConnectionTrait>(db: &C, product: i64, tag: i64) -> Result<(), DbErr> {
        Plain::link(db, product, tag).await
    }

    async fn insert_many<C: ConnectionTrait>(db: &C, count: i64) -> Result<(), DbErr> {
        Plain::insert_many(db, count).await?;
        log_many(db, "insert", &every_column(db), &Which::Newest(count)).await
    }

    async fn update_many<C: ConnectionTrait>(
        db: &C,
        ids: RangeInclusive<i64>,
    ) -> Result<(), DbErr> {
        let [object, array] = functions(db);
        let diff = format!("{object}('price', {array}(price, price + 1))");
        log_many(db, "update", &diff, &Which::Among(&ids)).await?;
        Plain::update_many(db, ids).await
    }

    async fn delete_many<C: ConnectionTrait>(
        db: &C,
        ids: RangeInclusive<i64>,
    ) -> Result<(), DbErr> {
        log_many(db, "delete", &every_column(db), &Which::Among(&ids)).await?;
        Plain::delete_many(db, ids).await
    }

    async fn link_many<C: ConnectionTrait>(
        db: &C,
        products: RangeInclusive<i64>,
        tag: i64,
    ) -> Result<(), DbErr> {
        Plain::link_many(db, products, tag).await
    }

    async fn read<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), DbErr> {
        Plain::read(db, id).await
    }

    async fn note<C: ConnectionTrait>(db: &C, number: i64) -> Result<(), DbErr> {
        Plain::note(db, number).await
    }
}

const HEADER: &str = "INSERT INTO changeset (id, created_at, actor, reason, context, origin)";

/// Writes the header of a changeset.
pub(crate) async fn header<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    let places = match db.get_database_backend() {
        DbBackend::Postgres => "$1, $2, $3, $4, $5, $6",
        _ => "?, ?, ?, ?, ?, ?",
    };
    run(db, format!("{HEADER} VALUES ({places})"), header_values()).await
}

/// PostgreSQL: a connection whose writes write the header of a changeset as well.
pub(crate) fn with_header<C: ConnectionTrait>(db: &C) -> Along<'_, C> {
    Along::new(db, format!("{HEADER} VALUES ("), header_values())
}

fn header_values() -> [Value; 6] {
    [
        ChangesetId::generate().as_uuid().into(),
        Utc::now().into(),
        "user:1".into(),
        "spring sale".into(),
        json!({}).into(),
        "app".into(),
    ]
}

/// PostgreSQL: the same for a change.
fn with_change<C: ConnectionTrait>(db: &C, change: [Value; 5]) -> Along<'_, C> {
    Along::new(db, format!("{} VALUES ('product', ", into(db)), change)
}

/// `change` is a word of MariaDB's own.
fn into<C: ConnectionTrait>(db: &C) -> String {
    let change = match db.get_database_backend() {
        DbBackend::MySql => "`change`",
        _ => "change",
    };
    format!("INSERT INTO {change} (entity, changeset_id, recorded_at, object_key, action, diff)")
}

/// About what the row of a product says.
fn whole(id: i64) -> serde_json::Value {
    json!({
        "id": id,
        "name": format!("product {id}"),
        "description": "What one would like to know about it before one buys it.",
        "price": "19.90",
        "stock": 10,
        "active": true,
        "created_at": "2026-01-01T00:00:00.000000Z",
        "updated_at": "2026-01-01T00:00:00.000000Z",
    })
}

/// The values of a change of one product.
fn change(action: &str, id: i64, diff: serde_json::Value) -> [Value; 5] {
    [
        uuid::Uuid::nil().into(),
        Utc::now().into(),
        id.to_string().into(),
        action.into(),
        diff.into(),
    ]
}

async fn log_one<C: ConnectionTrait>(db: &C, change: [Value; 5]) -> Result<(), DbErr> {
    let sql = format!("{} VALUES ('product', ?, ?, ?, ?, ?)", into(db));
    run(db, sql, change).await
}

/// Which products are recorded.
enum Which<'a> {
    /// So many that were inserted last.
    Newest(i64),
    Among(&'a RangeInclusive<i64>),
}

/// Records products as the database itself makes JSON of them.
async fn log_many<C: ConnectionTrait>(
    db: &C,
    action: &str,
    diff: &str,
    which: &Which<'_>,
) -> Result<(), DbErr> {
    let (places, text) = match db.get_database_backend() {
        DbBackend::Postgres => ("$1::uuid, $2::timestamptz", "TEXT"),
        DbBackend::MySql => ("?, ?", "CHAR"),
        _ => ("?, ?", "TEXT"),
    };
    let [first, second] = match db.get_database_backend() {
        DbBackend::Postgres => ["$3", "$4"],
        _ => ["?", "?"],
    };
    let mut values: Vec<Value> = vec![uuid::Uuid::nil().into(), Utc::now().into()];
    // As parameters: MySQL's driver waits when it has too many texts to keep.
    let condition = match which {
        Which::Newest(count) => {
            values.push((*count).into());
            format!("id > (SELECT MAX(id) - {first} FROM product)")
        }
        Which::Among(ids) => {
            values.extend([(*ids.start()).into(), (*ids.end()).into()]);
            format!("id BETWEEN {first} AND {second}")
        }
    };
    let sql = format!(
        "{} SELECT 'product', {places}, CAST(id AS {text}), '{action}', {diff} FROM product WHERE {condition}",
        into(db)
    );
    run(db, sql, values).await
}

async fn run<C: ConnectionTrait>(
    db: &C,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<(), DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await.map(drop)
}

fn every_column<C: ConnectionTrait>(db: &C) -> String {
    let columns = [
        "id",
        "name",
        "description",
        "price",
        "stock",
        "active",
        "created_at",
        "updated_at",
    ];
    let [object, _] = functions(db);
    let pairs = columns.map(|column| format!("'{column}', {column}"));
    format!("{object}({})", pairs.join(", "))
}

/// What makes a JSON object, and an array.
fn functions<C: ConnectionTrait>(db: &C) -> [&'static str; 2] {
    match db.get_database_backend() {
        DbBackend::Postgres => ["jsonb_build_object", "jsonb_build_array"],
        _ => ["json_object", "json_array"],
    }
}
