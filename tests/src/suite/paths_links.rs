//! Links of a many-to-many relation, as `ActiveModelEx` makes and breaks them: rows 33 to 35 of the
//! write paths.

use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel};

use crate::TestDb;
use crate::expected::{assert_log, link, product as line, tag_deleted, tag_inserted};
use crate::shop::{self, product, tag};
use crate::tracked::{refs, tracked_shop};

/// The references of a change of the link of product 1 and this tag.
fn ends(change: i64, tag: i32) -> [String; 2] {
    [
        format!("{change} product 1 product_id"),
        format!("{change} tag {tag} tag_id"),
    ]
}

fn sorted(ends: impl IntoIterator<Item = [String; 2]>) -> Vec<String> {
    let mut refs: Vec<String> = ends.into_iter().flatten().collect();
    refs.sort();
    refs
}

/// A new tag, and one that is there.
pub async fn many_to_many_append(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let red = shop::a_tag("red").insert(&tracked).await?;
    let mut lamp = shop::a_product("lamp", 100)
        .into_ex()
        .add_tag(red.into_active_model())
        .save(&tracked)
        .await?;
    lamp.tags.convert_to_append().push(shop::a_tag("blue"));
    let lamp = lamp.save(&tracked).await?;
    // Nothing is new: the links are there.
    lamp.save(&tracked).await?;
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            line("insert", 1, "lamp", 10),
            link("insert", 1, 1),
            tag_inserted(2, "blue"),
            link("insert", 1, 2),
        ],
    )
    .await;
    assert_eq!(
        refs(tracked.untracked()).await,
        sorted([ends(3, 1), ends(5, 2)])
    );
    Ok(())
}

/// One link stays, one goes, one comes; then all go.
pub async fn many_to_many_replace_all(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    tag::Entity::insert_many(["red", "blue", "green"].map(shop::a_tag))
        .exec(&tracked)
        .await?;
    let tags = tag::Entity::find().all(&tracked).await?;
    let [red, blue, green] = ["red", "blue", "green"].map(|name| {
        let tag = tags.iter().find(|tag| tag.name == name);
        tag.expect("the tag").clone().into_active_model().into_ex()
    });
    let mut lamp = shop::a_product("lamp", 100)
        .into_ex()
        .add_tag(red)
        .add_tag(blue.clone())
        .save(&tracked)
        .await?;
    lamp.tags.replace_all([blue, green]);
    let mut lamp = lamp.save(&tracked).await?;
    lamp.tags.replace_all([]);
    lamp.save(&tracked).await?;
    assert_log(
        &tracked,
        &[
            tag_inserted(1, "red"),
            tag_inserted(2, "blue"),
            tag_inserted(3, "green"),
            line("insert", 1, "lamp", 10),
            link("insert", 1, 1),
            link("insert", 1, 2),
            link("delete", 1, 1),
            link("insert", 1, 3),
            link("delete", 1, 2),
            link("delete", 1, 3),
        ],
    )
    .await;
    assert_eq!(
        refs(tracked.untracked()).await,
        sorted([
            ends(5, 1),
            ends(6, 2),
            ends(7, 1),
            ends(8, 3),
            ends(9, 2),
            ends(10, 3),
        ])
    );
    Ok(())
}

/// `delete` of either end deletes the links first, in one statement without hooks.
pub async fn model_ex_delete_with_links(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_product("lamp", 100)
        .into_ex()
        .add_tag(shop::a_tag("red"))
        .add_tag(shop::a_tag("blue"))
        .insert(&tracked)
        .await?;
    let red = tag::Entity::find_by_id(1).one(&tracked).await?;
    let gone = red.expect("the tag").into_ex().delete(&tracked).await?;
    assert_eq!(gone.rows_affected, 2);
    let lamp = product::Entity::find_by_id(1).one(&tracked).await?;
    let gone = lamp.expect("the lamp").cascade_delete(&tracked).await?;
    assert_eq!(gone.rows_affected, 2);
    assert_log(
        &tracked,
        &[
            line("insert", 1, "lamp", 10),
            tag_inserted(1, "red"),
            tag_inserted(2, "blue"),
            link("insert", 1, 1),
            link("insert", 1, 2),
            link("delete", 1, 1),
            tag_deleted(1, "red"),
            link("delete", 1, 2),
            line("delete", 1, "lamp", 10),
        ],
    )
    .await;
    assert_eq!(
        refs(tracked.untracked()).await,
        sorted([ends(4, 1), ends(5, 2), ends(6, 1), ends(8, 2)])
    );
    Ok(())
}
