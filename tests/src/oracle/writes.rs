//! One random write, by any road that SeaORM has.

use futures_util::TryStreamExt;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    QueryOrder, QuerySelect, Statement, StreamTrait, TransactionTrait,
    prelude::Decimal,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, Query},
};

use crate::{
    Backend,
    shop::{self, category, customer, order, order_line, product, product_tag, setting, tag},
};

const KINDS: [&str; 26] = [
    "insert a product",
    "insert many products",
    "save a product",
    "update many products",
    "delete many products",
    "delete a product",
    "raw update with parameters",
    "script",
    "upsert a tag",
    "insert a tag or do nothing",
    "rename a tag",
    "link",
    "unlink",
    "nested save with tags",
    "replace tags",
    "insert a category",
    "delete a category",
    "insert an order with lines",
    "delete a customer",
    "update lines",
    "put a setting",
    "move a setting's key",
    "insert from select",
    "stream a write",
    "writing WITH",
    "replace a setting",
];

fn kind(backend: Backend, rng: &mut StdRng) -> &'static str {
    loop {
        let kind = KINDS[rng.random_range(0..KINDS.len())];
        let there = match kind {
            "writing WITH" => backend.is_postgres(),
            "replace a setting" => !backend.is_postgres(),
            "stream a write" => !matches!(backend, Backend::MySql),
            _ => true,
        };
        if there {
            return kind;
        }
    }
}

/// What [`write`] does with this seed.
pub(super) fn name(backend: Backend, seed: u64) -> &'static str {
    kind(backend, &mut StdRng::seed_from_u64(seed))
}

/// Writes something.
pub(super) async fn write<C>(db: &C, backend: Backend, seed: u64) -> Result<(), DbErr>
where
    C: ConnectionTrait + TransactionTrait + StreamTrait,
{
    let rng = &mut StdRng::seed_from_u64(seed);
    let kind = kind(backend, rng);
    let price = i64::from(rng.random_range(1..5)) * 100;
    match kind {
        "insert a product" => {
            a_product(rng, price).insert(db).await?;
        }
        "insert many products" => {
            let many = many_products(rng, price);
            product::Entity::insert_many(many).exec(db).await?;
        }
        "save a product" => {
            if let Some(product) = some_product(db, rng).await? {
                let mut product = product.into_active_model();
                product.stock = Set(rng.random_range(0..3));
                product.name = Set(word(rng).to_owned());
                product.supplier_secret = Set(Some(word(rng).to_owned()));
                product.save(db).await?;
            }
        }
        "update many products" => {
            let mut update = product::Entity::update_many().col_expr(
                product::Column::Stock,
                Expr::col(product::Column::Stock).add(1),
            );
            if rng.random_bool(0.7) {
                update = update.filter(product::Column::Name.eq(word(rng)));
            }
            update.exec(db).await?;
        }
        "delete many products" => {
            let few = product::Column::Stock.gt(rng.random_range(8..13));
            product::Entity::delete_many()
                .filter(product::Column::Name.eq(word(rng)).and(few))
                .exec(db)
                .await?;
        }
        "delete a product" => {
            if let Some(product) = some_product(db, rng).await? {
                product.delete(db).await?;
            }
        }
        "raw update with parameters" => {
            let sql = format!(
                "UPDATE product SET description = {}, active = {} WHERE name = {}",
                backend.placeholder(1),
                backend.placeholder(2),
                backend.placeholder(3)
            );
            let description = rng.random_bool(0.5).then(|| "it's \"new\" ⚡\n".to_owned());
            let values = [
                description.into(),
                rng.random_bool(0.5).into(),
                word(rng).into(),
            ];
            let statement = Statement::from_sql_and_values(db.get_database_backend_(), sql, values);
            db.execute_raw(statement).await?;
        }
        "script" => {
            let sql = format!(
                "UPDATE product SET stock = 0 WHERE name = '{}'; DELETE FROM tag WHERE name = '{}';",
                word(rng),
                word(rng)
            );
            db.execute_unprepared(&sql).await?;
        }
        "upsert a tag" => {
            let tags = [shop::a_tag(word(rng)), shop::a_tag(word(rng))];
            let mut conflict = OnConflict::column(tag::Column::Name);
            // The name itself is what conflicts: on the same row, it may become another.
            conflict.value(tag::Column::Name, Expr::val(word(rng)));
            tag::Entity::insert_many(tags)
                .on_conflict(conflict)
                .exec_without_returning(db)
                .await?;
        }
        "insert a tag or do nothing" => {
            tag::Entity::insert_many([shop::a_tag(word(rng)), shop::a_tag(word(rng))])
                .on_conflict_do_nothing_on([tag::Column::Name])
                .exec_without_returning(db)
                .await?;
        }
        "rename a tag" => {
            tag::Entity::update_many()
                .col_expr(tag::Column::Name, Expr::val(word(rng)))
                .filter(tag::Column::Name.eq(word(rng)))
                .exec(db)
                .await?;
        }
        "link" => {
            if let (Some(product), Some(tag)) =
                (some_product(db, rng).await?, some_tag(db, rng).await?)
            {
                let link = product_tag::ActiveModel {
                    product_id: Set(product.id),
                    tag_id: Set(tag.id),
                };
                link.insert(db).await?;
            }
        }
        "unlink" => {
            if let Some(tag) = some_tag(db, rng).await? {
                product_tag::Entity::delete_many()
                    .filter(product_tag::Column::TagId.eq(tag.id))
                    .exec(db)
                    .await?;
            }
        }
        "nested save with tags" => {
            product::ActiveModel::builder()
                .set_name(word(rng))
                .set_price(rust_decimal::Decimal::new(price, 2))
                .set_stock(1)
                .set_active(true)
                .set_description(None)
                .set_supplier_secret(None)
                .set_created_at(None)
                .set_updated_at(None)
                .add_tag(
                    tag::ActiveModel::builder()
                        .set_name(format!("tag {}", rng.random_range(0..40))),
                )
                .save(db)
                .await?;
        }
        "replace tags" => {
            if let (Some(product), Some(tag)) =
                (some_product(db, rng).await?, some_tag(db, rng).await?)
            {
                let mut product = product.into_ex().into_active_model();
                product
                    .tags
                    .replace_all([tag.into_ex().into_active_model()]);
                product.save(db).await?;
            }
        }
        "insert a category" => {
            let codes = category::Entity::find()
                .order_by_asc(category::Column::Code)
                .all(db)
                .await?;
            let parent = pick(&codes, rng).map(|parent| parent.code.clone());
            let code = format!("c{}", rng.random_range(0..30));
            shop::a_category(&code, parent.as_deref())
                .insert(db)
                .await?;
        }
        "delete a category" => {
            let code = format!("c{}", rng.random_range(0..30));
            category::Entity::delete_by_id(code).exec(db).await?;
        }
        "insert an order with lines" => {
            let customer = shop::a_customer(word(rng)).insert(db).await?;
            let order = order::ActiveModel {
                customer_id: Set(customer.id),
                note: Set(None),
                ..Default::default()
            };
            let order = order.insert(db).await?;
            let product = some_product(db, rng).await?.map(|product| product.id);
            let lines = (1..=rng.random_range(1..4)).map(|line_no| order_line::ActiveModel {
                order_id: Set(order.id),
                line_no: Set(line_no),
                product_id: Set(product),
                quantity: Set(1),
            });
            order_line::Entity::insert_many(lines)
                .exec_without_returning(db)
                .await?;
        }
        "delete a customer" => {
            let name = customer::Column::Name.eq(word(rng));
            customer::Entity::delete_many()
                .filter(name)
                .exec(db)
                .await?;
        }
        "update lines" => {
            order_line::Entity::update_many()
                .col_expr(
                    order_line::Column::Quantity,
                    Expr::col(order_line::Column::Quantity).add(1),
                )
                .filter(order_line::Column::LineNo.gt(rng.random_range(0..3)))
                .exec(db)
                .await?;
        }
        "put a setting" => {
            let put = setting::ActiveModel {
                key: Set(vec![0, rng.random_range(0..9)]),
                value: Set(word(rng).to_owned()),
            };
            setting::Entity::insert(put)
                .on_conflict(
                    OnConflict::column(setting::Column::Key)
                        .update_column(setting::Column::Value)
                        .to_owned(),
                )
                .exec_without_returning(db)
                .await?;
        }
        "move a setting's key" => {
            let (from, to): (u8, u8) = (rng.random_range(0..9), rng.random_range(0..9));
            setting::Entity::update_many()
                .col_expr(setting::Column::Key, Expr::val(vec![0_u8, to]))
                .filter(setting::Column::Key.eq(vec![0_u8, from]))
                .exec(db)
                .await?;
        }
        "insert from select" => {
            let columns = ["name", "price", "stock", "active"].map(Alias::new);
            let mut select = Query::select();
            select
                .columns(columns.clone())
                .from(Alias::new("product"))
                .limit(2);
            select.and_where(Expr::col(Alias::new("name")).eq(word(rng)));
            let mut insert = Query::insert();
            insert.into_table(Alias::new("product")).columns(columns);
            insert
                .select_from(select)
                .map_err(|error| DbErr::Custom(error.to_string()))?;
            db.execute(&insert).await?;
        }
        "stream a write" => {
            let mut insert = Query::insert();
            insert
                .into_table(Alias::new("tag"))
                .columns([Alias::new("name")]);
            insert.values_panic([format!("tag {}", rng.random_range(0..40)).into()]);
            insert.returning_all();
            let rows: Vec<_> = db.stream(&insert).await?.try_collect().await?;
            assert_eq!(rows.len(), 1);
        }
        "writing WITH" => {
            let sql = format!(
                "WITH gone AS (DELETE FROM mood WHERE note = '{0}' RETURNING kind), \
                 kept AS (UPDATE tag SET name = name || '!' WHERE name = '{0}' RETURNING id) \
                 INSERT INTO mood (kind, note) SELECT 'sad', '{1}' \
                 WHERE NOT EXISTS (SELECT 1 FROM mood WHERE kind = 'sad') RETURNING kind",
                word(rng),
                word(rng)
            );
            db.query_all_raw(Statement::from_string(db.get_database_backend_(), sql))
                .await?;
        }
        "replace a setting" => {
            let key = backend.quote("key");
            let sql = format!(
                "REPLACE INTO setting ({key}, value) VALUES (X'000{}', '{}')",
                rng.random_range(0..9),
                word(rng)
            );
            db.execute_unprepared(&sql).await?;
        }
        other => unreachable!("{other}"),
    }
    Ok(())
}

/// One of few words, so that conditions meet rows and keys meet keys.
/// A few products, or so many that only the first row of their list is read.
fn many_products(rng: &mut StdRng, price: i64) -> Vec<product::ActiveModel> {
    let count = match rng.random_bool(0.2) {
        true => rng.random_range(60..70),
        false => rng.random_range(1..6),
    };
    let odd = rng.random_bool(0.3);
    let a_product = |_| match odd {
        true => a_product(rng, price),
        false => shop::a_product(word(rng), price),
    };
    (0..count).map(a_product).collect()
}

/// Now and then its price has more digits than its column: an eighth, which SeaORM's conversion reads back
/// exactly.
fn a_product(rng: &mut StdRng, price: i64) -> product::ActiveModel {
    let mut product = shop::a_product(word(rng), price);
    if rng.random_bool(0.1) {
        product.price = Set(Decimal::new(rng.random_range(0..80) * 125, 3));
    }
    product
}

fn word(rng: &mut StdRng) -> &'static str {
    ["lamp", "desk", "chair", "rug", "Ω"][rng.random_range(0..5)]
}

fn pick<'r, T>(rows: &'r [T], rng: &mut StdRng) -> Option<&'r T> {
    (!rows.is_empty()).then(|| &rows[rng.random_range(0..rows.len())])
}

async fn some_product<C: ConnectionTrait>(
    db: &C,
    rng: &mut StdRng,
) -> Result<Option<product::Model>, DbErr> {
    let rows = product::Entity::find()
        .order_by_desc(product::Column::Id)
        .limit(20)
        .all(db)
        .await?;
    Ok(pick(&rows, rng).cloned())
}

async fn some_tag<C: ConnectionTrait>(
    db: &C,
    rng: &mut StdRng,
) -> Result<Option<tag::Model>, DbErr> {
    let rows = tag::Entity::find()
        .order_by_desc(tag::Column::Id)
        .limit(20)
        .all(db)
        .await?;
    Ok(pick(&rows, rng).cloned())
}

/// Two traits name the same method; this names one of them.
trait BackendOf: ConnectionTrait {
    fn get_database_backend_(&self) -> sea_orm::DbBackend {
        ConnectionTrait::get_database_backend(self)
    }
}

impl<C: ConnectionTrait> BackendOf for C {}
