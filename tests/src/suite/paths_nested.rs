//! Nested saves through `ActiveModelEx`: rows 30 to 32 of the write paths, and what `delete` of one
//! takes along, row 35.

use changesets_seaorm::TrackedConnection;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    DbErr, EntityTrait, IntoActiveModel,
};
use uuid::Uuid;

use crate::TestDb;
use crate::expected::{
    ann_line, assert_log, line_row, link, order_row, product as product_line, tag_inserted,
    tag_renamed,
};
use crate::shop::{self, customer, order, order_line, product, product_tag};
use crate::tracked::{refs, tracked_shop};

fn ann() -> customer::ActiveModelEx {
    customer::ActiveModel::builder()
        .set_id(Uuid::nil())
        .set_name("ann")
}

fn an_order() -> order::ActiveModelEx {
    order::ActiveModel::builder().set_note(None)
}

fn a_line(number: i32) -> order_line::ActiveModelEx {
    order_line::ActiveModel::builder()
        .set_line_no(number)
        .set_quantity(2)
}

/// A parent, the order itself, and lines, one of them with a parent of its own.
pub async fn active_model_ex_insert(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let lamp = shop::a_product("lamp", 100).into_ex();
    let order = an_order()
        .set_customer(ann())
        .add_line(a_line(1).set_product(lamp))
        .add_line(a_line(2).set_product_id(None))
        .insert(&tracked)
        .await?;
    assert_eq!(order.customer_id, Uuid::nil());
    assert_log(
        &tracked,
        &[
            ann_line("insert"),
            order_row("insert", 1),
            product_line("insert", 1, "lamp", 10),
            line_row("insert", 1, 1, Some(1)),
            line_row("insert", 1, 2, None),
        ],
    )
    .await;
    Ok(())
}

/// The model and its parent both change.
pub async fn active_model_ex_update(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let order = an_order().set_customer(ann()).insert(&tracked).await?;
    let mut order: order::ActiveModelEx = order.into_active_model();
    order.note = Set(Some("soon".to_owned()));
    let bob = customer::ActiveModel {
        id: Unchanged(Uuid::nil()),
        name: Set("bob".to_owned()),
    };
    let order = order.set_customer(bob).update(&tracked).await?;
    assert_eq!(order.note.as_deref(), Some("soon"));
    let nil = Uuid::nil();
    assert_log(
        &tracked,
        &[
            ann_line("insert"),
            order_row("insert", 1),
            format!(r#"update customer {nil} {{"name":["ann","bob"]}}"#),
            r#"update order 1 {"note":[null,"soon"]}"#.to_owned(),
        ],
    )
    .await;
    Ok(())
}

/// Saved twice: the second time only what is new or changed is written.
pub async fn active_model_ex_save(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let mut lamp = shop::a_product("lamp", 100)
        .into_ex()
        .add_tag(shop::a_tag("red").into_ex())
        .save(&tracked)
        .await?;
    lamp.stock = Set(9);
    lamp.tags.as_mut_vec()[0].name = Set("pink".to_owned());
    let lamp = lamp.save(&tracked).await?;
    lamp.save(&tracked).await?;
    assert_log(
        &tracked,
        &[
            product_line("insert", 1, "lamp", 10),
            tag_inserted(1, "red"),
            link("insert", 1, 1),
            r#"update product 1 {"stock":[10,9]}"#.to_owned(),
            tag_renamed(1, "red", "pink"),
        ],
    )
    .await;
    Ok(())
}

/// The foreign key of an order cannot be null: an order left out is deleted, with its lines.
pub async fn has_many_append_and_replace_all(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let customer = ann().insert(&tracked).await?;
    let mut customer: customer::ActiveModelEx = customer.into_active_model();
    customer.orders.push(an_order()).push(an_order());
    let mut customer = customer.save(&tracked).await?;
    let line = order_line::ActiveModel {
        order_id: Set(1),
        line_no: Set(1),
        product_id: Set(None),
        quantity: Set(2),
    };
    line.insert(&tracked).await?;
    let second = customer.orders.as_slice()[1].clone();
    customer.orders.replace_all([second, an_order()]);
    customer.save(&tracked).await?;
    assert_log(
        &tracked,
        &[
            ann_line("insert"),
            order_row("insert", 1),
            order_row("insert", 2),
            line_row("insert", 1, 1, None),
            line_row("delete", 1, 1, None),
            order_row("delete", 1),
            order_row("insert", 3),
        ],
    )
    .await;
    Ok(())
}

/// An order line belongs to its order by its key, so one left out is deleted.
pub async fn has_many_replace_all_with_a_composite_key(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let order = an_order()
        .set_customer(ann())
        .add_line(a_line(1).set_product_id(None))
        .add_line(a_line(2).set_product_id(None))
        .insert(&tracked)
        .await?;
    let mut order: order::ActiveModelEx = order.into_active_model();
    let kept = order.lines.as_slice()[1].clone();
    order.lines.replace_all([kept]);
    order.save(&tracked).await?;
    assert_log(
        &tracked,
        &[
            ann_line("insert"),
            order_row("insert", 1),
            line_row("insert", 1, 1, None),
            line_row("insert", 1, 2, None),
            line_row("delete", 1, 1, None),
        ],
    )
    .await;
    Ok(())
}

async fn lamp_in_an_order(tracked: &TrackedConnection) -> Result<product::ActiveModelEx, DbErr> {
    let lamp = shop::a_product("lamp", 100).into_ex();
    let line = a_line(1).set_product(lamp);
    let order = an_order().set_customer(ann()).add_line(line);
    order.insert(tracked).await?;
    let lamp = product::Entity::find_by_id(1).one(tracked).await?;
    Ok(lamp.expect("the lamp").into_active_model().into_ex())
}

fn lamp_in_an_order_lines() -> Vec<String> {
    vec![
        ann_line("insert"),
        order_row("insert", 1),
        product_line("insert", 1, "lamp", 10),
        line_row("insert", 1, 1, Some(1)),
    ]
}

/// The foreign key of a line to its product can be null: a line left out loses its product.
pub async fn has_many_replace_all_with_a_nullable_key(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let mut lamp = lamp_in_an_order(&tracked).await?;
    lamp.lines.replace_all([]);
    lamp.save(&tracked).await?;
    let mut expected = lamp_in_an_order_lines();
    expected.push(r#"update order_line [1,1] {"product_id":[1,null]}"#.to_owned());
    assert_log(&tracked, &expected).await;
    Ok(())
}

pub async fn active_model_ex_delete(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let lamp = lamp_in_an_order(&tracked).await?;
    shop::a_tag("red").insert(&tracked).await?;
    let linked = product_tag::ActiveModel {
        product_id: Set(1),
        tag_id: Set(1),
    };
    linked.insert(&tracked).await?;
    let gone = lamp.delete(&tracked).await?;
    assert_eq!(gone.rows_affected, 2, "the product and the link");
    let mut expected = lamp_in_an_order_lines();
    expected.extend([
        tag_inserted(1, "red"),
        link("insert", 1, 1),
        r#"update order_line [1,1] {"product_id":[1,null]}"#.to_owned(),
        link("delete", 1, 1),
        product_line("delete", 1, "lamp", 10),
    ]);
    assert_log(&tracked, &expected).await;
    assert_eq!(
        refs(tracked.untracked()).await,
        [
            "6 product 1 product_id",
            "6 tag 1 tag_id",
            "8 product 1 product_id",
            "8 tag 1 tag_id",
        ]
    );
    Ok(())
}

pub async fn model_cascade_delete(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    lamp_in_an_order(&tracked).await?;
    let ann = customer::Entity::find().one(&tracked).await?;
    let gone = ann.expect("the customer").cascade_delete(&tracked).await?;
    assert_eq!(gone.rows_affected, 3, "customer, order and line");
    let mut expected = lamp_in_an_order_lines();
    expected.extend([
        line_row("delete", 1, 1, Some(1)),
        order_row("delete", 1),
        ann_line("delete"),
    ]);
    assert_log(&tracked, &expected).await;
    Ok(())
}
