//! The floor: the same work, and the least SQL that puts the same rows into the log: the change, and
//! the header where each write has its own. It compares nothing, knows which columns there are and what is in
//! them, and what was inserted; of what was there before it reads what the change says. On PostgreSQL one
//! statement writes a row and all of that; else there is a transaction around it.

mod encoded;
mod log;

use std::ops::RangeInclusive;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Value};
use serde_json::json;

use super::{
    Operations,
    along::{Along, Place},
    plain::{Plain, a_product},
};

use log::{REFS, change, log_many, log_one, run, shared, table, with_change, with_change_of};
pub(crate) use log::{header, with_header};

/// The same work with the barest record of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BareLog;

impl Operations for BareLog {
    async fn insert<C: ConnectionTrait>(db: &C, number: i64) -> Result<(), DbErr> {
        let change = change("insert", number.to_string(), whole(number));
        if db.get_database_backend() == DbBackend::Postgres {
            return Plain::insert(&with_change(db, "product", change), number).await;
        }
        Plain::insert(db, number).await?;
        log_one(db, "product", change).await.map(drop)
    }

    async fn update<C: ConnectionTrait>(db: &C, id: i64, stock: i32) -> Result<(), DbErr> {
        let backend = db.get_database_backend();
        let (old, new) = match backend {
            DbBackend::Postgres => ("was", "stock"),
            _ => ("stock", "?"),
        };
        let diff = encoded::changed(backend, "stock", old, new);
        let recorded = (encoded::key(backend), diff);
        if backend == DbBackend::Postgres {
            let db = with_change_of(db, "update", &recorded);
            return Plain::update(&db, id, stock).await;
        }
        log_by_key(db, "update", &recorded, [stock.into(), id.into()]).await?;
        Plain::update(db, id, stock).await
    }

    async fn delete<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), DbErr> {
        let backend = db.get_database_backend();
        let recorded = (encoded::key(backend), encoded::whole(backend));
        if backend == DbBackend::Postgres {
            return Plain::delete(&with_change_of(db, "delete", &recorded), id).await;
        }
        log_by_key(db, "delete", &recorded, [id.into()]).await?;
        Plain::delete(db, id).await
    }

    async fn link<C: ConnectionTrait>(db: &C, product: i64, tag: i64) -> Result<(), DbErr> {
        let change = change("insert", format!("[{product},{tag}]"), linked(product, tag));
        let ends: [Value; 2] = [product.to_string().into(), tag.to_string().into()];
        if db.get_database_backend() == DbBackend::Postgres {
            let refs = format!(
                "{REFS} SELECT id, end_of, key_of, role_of FROM logged CROSS JOIN \
                 (VALUES ('product', ?, 'product_id'), ('tag', ?, 'tag_id')) AS e (end_of, key_of, role_of)"
            );
            let db = with_change(db, "product_tag", change);
            let db = Along::new(&db, Place::Beside("refs"), refs, ends);
            return Plain::link(&db, product, tag).await;
        }
        Plain::link(db, product, tag).await?;
        let id: Value = log_one(db, "product_tag", change)
            .await?
            .last_insert_id()
            .into();
        let [product, tag] = ends;
        let sql = format!("{REFS} VALUES (?, 'product', ?, 'product_id'), (?, 'tag', ?, 'tag_id')");
        run(db, sql, [id.clone(), product, id, tag]).await.map(drop)
    }

    async fn insert_many<C: ConnectionTrait>(db: &C, count: i64) -> Result<(), DbErr> {
        Plain::insert_many(db, count).await?;
        let diff = encoded::whole(db.get_database_backend());
        log_products(db, "insert", diff, &Which::Newest(count)).await
    }

    async fn update_many<C: ConnectionTrait>(
        db: &C,
        ids: RangeInclusive<i64>,
    ) -> Result<(), DbErr> {
        let diff = encoded::raised(db.get_database_backend());
        log_products(db, "update", diff, &Which::Among(&ids)).await?;
        Plain::update_many(db, ids).await
    }

    async fn delete_many<C: ConnectionTrait>(
        db: &C,
        ids: RangeInclusive<i64>,
    ) -> Result<(), DbErr> {
        let diff = encoded::whole(db.get_database_backend());
        log_products(db, "delete", diff, &Which::Among(&ids)).await?;
        Plain::delete_many(db, ids).await
    }

    async fn link_many<C: ConnectionTrait>(
        db: &C,
        products: RangeInclusive<i64>,
        tag: i64,
    ) -> Result<(), DbErr> {
        let count = products.end() - products.start() + 1;
        let range: [Value; 3] = [
            tag.into(),
            (*products.start()).into(),
            (*products.end()).into(),
        ];
        Plain::link_many(db, products, tag).await?;
        let backend = db.get_database_backend();
        let logged = log_many(
            backend,
            "product_tag",
            "insert",
            &encoded::link(backend),
            |p| {
                format!(
                    "tag_id = {} AND product_id BETWEEN {} AND {}",
                    p[0], p[1], p[2]
                )
            },
        );
        let values = shared().into_iter().chain(range);
        let refs = |from: &str| {
            let [product, tag] = encoded::ends(backend);
            format!(
                "{REFS} SELECT id, 'product', {product}, 'product_id' FROM {from} \
                 UNION ALL SELECT id, 'tag', {tag}, 'tag_id' FROM {from}"
            )
        };
        if backend == DbBackend::Postgres {
            let sql = format!(
                "WITH logged AS ({logged} RETURNING id, diff) {}",
                refs("logged")
            );
            return run(db, sql, values).await.map(drop);
        }
        run(db, logged, values).await?;
        let newest = format!(
            "(SELECT id, diff FROM {0} WHERE id > (SELECT MAX(id) - ? FROM {0})) AS logged",
            table(backend)
        );
        run(db, refs(&newest), [count.into(), count.into()])
            .await
            .map(drop)
    }

    async fn read<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), DbErr> {
        Plain::read(db, id).await
    }

    async fn note<C: ConnectionTrait>(db: &C, number: i64) -> Result<(), DbErr> {
        Plain::note(db, number).await
    }
}

/// Which products are recorded.
enum Which<'a> {
    /// So many that were inserted last.
    Newest(i64),
    Among(&'a RangeInclusive<i64>),
}

/// Records the product that is about to be written; the last of the values is its key.
async fn log_by_key<C: ConnectionTrait>(
    db: &C,
    action: &str,
    recorded: &(String, String),
    values: impl IntoIterator<Item = Value>,
) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let sql = log_many(backend, "product", action, recorded, |_| {
        "id = ?".to_owned()
    });
    let values = shared().into_iter().chain(values);
    run(db, sql, values).await.map(drop)
}

async fn log_products<C: ConnectionTrait>(
    db: &C,
    action: &str,
    diff: String,
    which: &Which<'_>,
) -> Result<(), DbErr> {
    // As parameters: MySQL's driver waits when it has too many texts to keep.
    let values: Vec<Value> = match which {
        Which::Newest(count) => vec![(*count).into()],
        Which::Among(ids) => vec![(*ids.start()).into(), (*ids.end()).into()],
    };
    let backend = db.get_database_backend();
    let recorded = (encoded::key(backend), diff);
    let sql = log_many(
        backend,
        "product",
        action,
        &recorded,
        |places| match which {
            Which::Newest(_) => format!("id > (SELECT MAX(id) - {} FROM product)", places[0]),
            Which::Among(_) => format!("id BETWEEN {} AND {}", places[0], places[1]),
        },
    );
    run(db, sql, shared().into_iter().chain(values))
        .await
        .map(drop)
}

/// What the row of a product says.
fn whole(id: i64) -> serde_json::Value {
    const TIME: &str = "2026-01-01T00:00:00.000000Z";
    let product = a_product(id, Some(id));
    json!({
        "id": id,
        "name": product.name.as_ref(),
        "description": product.description.as_ref(),
        "price": product.price.as_ref().to_string(),
        "stock": product.stock.as_ref(),
        "active": product.active.as_ref(),
        "created_at": TIME,
        "updated_at": TIME,
    })
}

fn linked(product: i64, tag: i64) -> serde_json::Value {
    json!({ "product_id": product, "tag_id": tag })
}
