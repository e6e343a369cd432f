//! An insert, an update, a change of the key and a delete, for each kind of key.

use changesets_seaorm::CaptureError;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::expected::{assert_log, category as line, product, tag_inserted, tag_renamed};
use crate::shop::{self, category, customer, mood, order, order_line, setting, tag};
use crate::tracked::{lines, shop_tracker, tracked_shop, tracked_shop_with};
use crate::{Backend, TestDb};

pub async fn integer(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_tag("red").insert(&tracked).await?;
    let pink = tag::ActiveModel {
        id: Unchanged(1),
        name: Set("pink".to_owned()),
    };
    pink.update(&tracked).await?;
    tag::Entity::update_many()
        .col_expr(tag::Column::Id, Expr::value(-7))
        .exec(&tracked)
        .await?;
    tag::Entity::delete_by_id(-7).exec(&tracked).await?;
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_renamed(1, "red", "pink"),
            r#"update tag 1 {"id":[1,-7]}"#.to_owned(),
            r#"delete tag -7 {"id":-7,"name":"pink"}"#.to_owned(),
        ],
    )
    .await;
    Ok(())
}

/// With a quote, a space at the end and letters beyond ASCII in the key.
pub async fn string(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let (old, new) = ("it's ", "Ünter \"x\"");
    shop::a_category(old, None).insert(&tracked).await?;
    let named = category::ActiveModel {
        code: Unchanged(old.to_owned()),
        name: Set("n".to_owned()),
        ..category::ActiveModel {
            parent_code: Unchanged(None),
            ..shop::a_category(old, None)
        }
    };
    named.update(&tracked).await?;
    category::Entity::update_many()
        .col_expr(category::Column::Code, Expr::value(new))
        .filter(category::Column::Code.eq(old))
        .exec(&tracked)
        .await?;
    category::Entity::delete_by_id(new).exec(&tracked).await?;
    let escaped = r#"Ünter \"x\""#;
    assert_log(
        &tracked,
        &[
            line("insert", old, "category it's ", None),
            format!(r#"update category {old} {{"name":["category it's ","n"]}}"#),
            format!(r#"update category {old} {{"code":["{old}","{escaped}"]}}"#),
            format!(
                r#"delete category {new} {{"code":"{escaped}","name":"n","parent_code":null}}"#
            ),
        ],
    )
    .await;
    Ok(())
}

pub async fn uuid(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let (old, new) = (
        Uuid::from_u128(0x018f_6b5e_7e8a_7cc0_a2f1_3d5c_1f3a_9b21),
        Uuid::max(),
    );
    let ann = customer::ActiveModel {
        id: Set(old),
        name: Set("ann".to_owned()),
    };
    ann.insert(&tracked).await?;
    let bob = customer::ActiveModel {
        id: Unchanged(old),
        name: Set("bob".to_owned()),
    };
    bob.update(&tracked).await?;
    customer::Entity::update_many()
        .col_expr(customer::Column::Id, Expr::value(new))
        .filter(customer::Column::Id.eq(old))
        .exec(&tracked)
        .await?;
    customer::Entity::delete_by_id(new).exec(&tracked).await?;
    let old = "018f6b5e-7e8a-7cc0-a2f1-3d5c1f3a9b21";
    let new = "ffffffff-ffff-ffff-ffff-ffffffffffff";
    assert_log(
        &tracked,
        &[
            format!(r#"insert customer {old} {{"id":"{old}","name":"ann"}}"#),
            format!(r#"update customer {old} {{"name":["ann","bob"]}}"#),
            format!(r#"update customer {old} {{"id":["{old}","{new}"]}}"#),
            format!(r#"delete customer {new} {{"id":"{new}","name":"bob"}}"#),
        ],
    )
    .await;
    Ok(())
}

/// Bytes that are no text, a zero and a quote among them.
pub async fn binary(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let (old, new) = (vec![0, 0x27, 0xff], vec![0x0a, 0x1b]);
    let row = |key, value: &str| setting::ActiveModel {
        key,
        value: Set(value.to_owned()),
    };
    row(Set(old.clone()), "v").insert(&tracked).await?;
    row(Unchanged(old.clone()), "w").update(&tracked).await?;
    setting::Entity::update_many()
        .col_expr(setting::Column::Key, Expr::value(new.clone()))
        .filter(setting::Column::Key.eq(old))
        .exec(&tracked)
        .await?;
    setting::Entity::delete_by_id(new).exec(&tracked).await?;
    assert_log(
        &tracked,
        &[
            r#"insert setting 0027ff {"key":"0027ff","value":"v"}"#,
            r#"update setting 0027ff {"value":["v","w"]}"#,
            r#"update setting 0027ff {"key":["0027ff","0a1b"]}"#,
            r#"delete setting 0a1b {"key":"0a1b","value":"w"}"#,
        ],
    )
    .await;
    Ok(())
}

pub async fn enumeration(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let row = |kind, note: &str| mood::ActiveModel {
        kind,
        note: Set(Some(note.to_owned())),
    };
    row(Set(mood::Kind::SoSo), "a").insert(&tracked).await?;
    row(Unchanged(mood::Kind::SoSo), "b")
        .update(&tracked)
        .await?;
    let sad = mood::ActiveModel {
        kind: Set(mood::Kind::Sad),
        ..Default::default()
    };
    mood::Entity::update_many()
        .set(sad)
        .filter(mood::Column::Kind.eq(mood::Kind::SoSo))
        .exec(&tracked)
        .await?;
    mood::Entity::delete_by_id(mood::Kind::Sad)
        .exec(&tracked)
        .await?;
    assert_log(
        &tracked,
        &[
            r#"insert mood so so {"kind":"so so","note":"a"}"#,
            r#"update mood so so {"note":["a","b"]}"#,
            r#"update mood so so {"kind":["so so","sad"]}"#,
            r#"delete mood sad {"kind":"sad","note":"b"}"#,
        ],
    )
    .await;
    Ok(())
}

pub async fn composite(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let nil = Uuid::nil();
    let ann = customer::ActiveModel {
        id: Set(nil),
        name: Set("ann".to_owned()),
    };
    ann.insert(&tracked).await?;
    let order = order::ActiveModel {
        customer_id: Set(nil),
        note: Set(None),
        ..Default::default()
    };
    order.insert(&tracked).await?;
    shop::a_product("lamp", 100).insert(&tracked).await?;
    let row = |quantity| order_line::ActiveModel {
        order_id: Set(1),
        line_no: Set(1),
        product_id: Set(Some(1)),
        quantity: Set(quantity),
    };
    row(2).insert(&tracked).await?;
    row(3).update(&tracked).await?;
    order_line::Entity::update_many()
        .col_expr(order_line::Column::LineNo, Expr::value(9))
        .filter(order_line::Column::OrderId.eq(1))
        .exec(&tracked)
        .await?;
    order_line::Entity::delete_by_id((1, 9))
        .exec(&tracked)
        .await?;
    let nil = nil.to_string();
    assert_log(
        &tracked,
        &[
            format!(r#"insert customer {nil} {{"id":"{nil}","name":"ann"}}"#),
            format!(r#"insert order 1 {{"customer_id":"{nil}","id":1,"note":null}}"#),
            product("insert", 1, "lamp", 10),
            r#"insert order_line [1,1] {"line_no":1,"order_id":1,"product_id":1,"quantity":2}"#
                .to_owned(),
            r#"update order_line [1,1] {"quantity":[2,3]}"#.to_owned(),
            r#"update order_line [1,1] {"line_no":[1,9]}"#.to_owned(),
            r#"delete order_line [1,9] {"line_no":9,"order_id":1,"product_id":1,"quantity":3}"#
                .to_owned(),
        ],
    )
    .await;
    Ok(())
}

/// MariaDB and MySQL index 400 characters of a key. A session that is not strict cuts what is longer, and
/// two objects would have one history.
pub async fn too_long_to_index(db: TestDb) -> Result<(), DbErr> {
    if db.backend() != Backend::MySql {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let long = vec![7_u8; 201];
    db.plain()
        .execute_unprepared(&format!(
            "INSERT INTO setting (`key`, value) VALUES (x'{}', 'there')",
            "07".repeat(201)
        ))
        .await?;
    for mode in ["", "STRICT_ALL_TABLES"] {
        let set = format!("SET SESSION sql_mode = '{mode}'");
        tracked.execute_unprepared(&set).await?;
        let new = setting::ActiveModel {
            key: Set([&long[..], b"x"].concat()),
            value: Set("new".to_owned()),
        };
        let update = |pick: Expr| {
            setting::Entity::update_many()
                .col_expr(setting::Column::Value, Expr::value("changed"))
                .filter(pick)
        };
        let [one, many] = [
            update(setting::Column::Key.eq(long.clone())),
            update(setting::Column::Value.eq("there")),
        ];
        let deletes = setting::Entity::delete_many().filter(setting::Column::Value.eq("there"));
        let refused = [
            new.insert(&tracked).await.map(drop),
            one.exec(&tracked).await.map(drop),
            many.exec(&tracked).await.map(drop),
            setting::Entity::delete_by_id(long.clone())
                .exec(&tracked)
                .await
                .map(drop),
            deletes.exec(&tracked).await.map(drop),
        ];
        for (n, outcome) in refused.into_iter().enumerate() {
            let error = outcome.expect_err("a key that is cut");
            assert!(
                matches!(
                    CaptureError::of(&error),
                    Some(CaptureError::KeyTooLong { most: 400, .. })
                ),
                "{mode} {n}: {error}"
            );
        }
    }
    let left = setting::Entity::find().all(&tracked).await?;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].value, "there");
    assert_eq!(lines(tracked.untracked()).await.len(), 0);
    Ok(())
}

/// A key that is another one when it is asked for again: no other row may pass for the one that was
/// inserted. About half of the inserts meet the row that is there.
pub async fn made_by_the_insert(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_category("1", None).insert(&tracked).await?;
    let mut expected = vec![line_of("insert", "1")];
    let insert = match db.backend() {
        Backend::MySql => {
            "INSERT IGNORE INTO category (code, name) VALUES (FLOOR(RAND() * 2), 'made')"
        }
        Backend::Postgres => {
            "INSERT INTO category (code, name) VALUES (floor(random() * 2)::text, 'made') \
             ON CONFLICT DO NOTHING"
        }
        Backend::Sqlite => {
            "INSERT INTO category (code, name) VALUES (CAST(abs(random()) % 2 AS text), 'made') \
             ON CONFLICT DO NOTHING"
        }
    };
    for n in 0..40 {
        // Another statement each time, so that nothing is known of it.
        let insert = insert.replace("made", &n.to_string());
        if tracked.execute_unprepared(&insert).await?.rows_affected() == 1 {
            category::Entity::delete_by_id("0").exec(&tracked).await?;
            expected.extend([line_of("insert", "0"), line_of("delete", "0")]);
        }
    }
    let written = lines(tracked.untracked()).await;
    let written = written.iter().map(|line| {
        let (head, _) = line.split_once(" {").expect("a diff");
        head.to_owned()
    });
    assert_eq!(written.collect::<Vec<_>>(), expected);
    Ok(())
}

fn line_of(action: &str, code: &str) -> String {
    format!("{action} category {code}")
}
