//! Writes of single models: rows 1 to 6 of the write paths.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    DbErr, IntoActiveModel, ModelTrait,
};

use crate::TestDb;
use crate::expected::{assert_log, category, product, tag_deleted, tag_inserted, tag_renamed};
use crate::shop::{self, category as shop_category, tag};
use crate::tracked::tracked_shop;

fn renamed(tag: tag::Model, name: &str) -> tag::ActiveModel {
    let mut tag = tag.into_active_model();
    tag.name = Set(name.to_owned());
    tag
}

pub async fn active_model_insert(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let red = shop::a_tag("red").insert(&tracked).await?;
    assert_eq!((red.id, red.name.as_str()), (1, "red"));
    let lamp = shop::a_product("lamp", 100).insert(&tracked).await?;
    assert_eq!((lamp.id, lamp.created_at), (1, None));
    shop::a_category("a", None).insert(&tracked).await?;
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            product("insert", 1, "lamp", 10),
            category("insert", "a", "category a", None),
        ],
    )
    .await;
    Ok(())
}

pub async fn active_model_update(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let red = shop::a_tag("red").insert(&tracked).await?;
    let blue = renamed(red, "blue").update(&tracked).await?;
    assert_eq!((blue.id, blue.name.as_str()), (1, "blue"));
    let missing = tag::ActiveModel {
        id: Unchanged(7),
        name: Set("none".to_owned()),
    };
    let error = missing.update(&tracked).await.unwrap_err();
    assert!(matches!(error, DbErr::RecordNotUpdated), "{error}");
    assert_log(
        &tracked,
        &[tag_inserted(1, "red"), tag_renamed(1, "red", "blue")],
    )
    .await;
    Ok(())
}

pub async fn active_model_update_with_nothing_set(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let red = shop::a_tag("red").insert(&tracked).await?;
    let same = red.clone().into_active_model().update(&tracked).await?;
    assert_eq!(same, red);
    // Set, but to what is there already.
    let same = renamed(red.clone(), "red").update(&tracked).await?;
    assert_eq!(same, red);
    assert_log(&tracked, &[tag_inserted(1, "red")]).await;
    Ok(())
}

pub async fn active_model_update_without_returning(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let red = shop::a_tag("red").insert(&tracked).await?;
    let done = renamed(red, "blue")
        .update_without_returning(&tracked)
        .await?;
    assert_eq!(done.rows_affected, 1);
    assert_log(
        &tracked,
        &[tag_inserted(1, "red"), tag_renamed(1, "red", "blue")],
    )
    .await;
    Ok(())
}

pub async fn active_model_save_inserts_and_updates(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let mut red = shop::a_tag("red").save(&tracked).await?;
    assert_eq!(red.id, Unchanged(1));
    red.name = Set("blue".to_owned());
    let blue = red.save(&tracked).await?;
    assert_eq!(blue.name, Unchanged("blue".to_owned()));
    assert_log(
        &tracked,
        &[tag_inserted(1, "red"), tag_renamed(1, "red", "blue")],
    )
    .await;
    Ok(())
}

pub async fn active_model_delete_and_model_delete(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let red = shop::a_tag("red").insert(&tracked).await?;
    let blue = shop::a_tag("blue").insert(&tracked).await?;
    let done = red.into_active_model().delete(&tracked).await?;
    assert_eq!(done.rows_affected, 1);
    let done = blue.clone().delete(&tracked).await?;
    assert_eq!(done.rows_affected, 1);
    let done = blue.delete(&tracked).await?;
    assert_eq!(done.rows_affected, 0, "it is gone already");
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_inserted(2, "blue"),
            tag_deleted(1, "red"),
            tag_deleted(2, "blue"),
        ],
    )
    .await;
    Ok(())
}

pub async fn model_delete_with_what_cascades(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let a = shop::a_category("a", None).insert(&tracked).await?;
    let b = shop::a_category("b", Some("a")).insert(&tracked).await?;
    let b = shop_category::ActiveModel {
        name: Set("leaf".to_owned()),
        ..b.into_active_model()
    };
    b.update(&tracked).await?;
    a.delete(&tracked).await?;
    assert_log(
        &tracked,
        &[
            category("insert", "a", "category a", None),
            category("insert", "b", "category b", Some("a")),
            r#"update category b {"name":["category b","leaf"]}"#.to_owned(),
            category("delete", "a", "category a", None),
            category("delete", "b", "leaf", Some("a")),
        ],
    )
    .await;
    Ok(())
}
