//! Entities that are tracked in two crates, one of which uses the other's: a workspace often has its
//! entities in a crate of their own, and some beside it.

use changesets_seaorm::{HasHistory, Tracker};
use changesets_tests::shop::{self, tag};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, Database};

mod note {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "note")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub text: String,
    }

    changesets_seaorm::track!(ActiveModel);
}

#[tokio::test]
async fn entities_of_two_crates_are_tracked_together() -> Result<(), Box<dyn std::error::Error>> {
    let db = Database::connect("sqlite::memory:").await?;
    shop::create_tables(&db).await?;
    db.get_schema_builder()
        .register(note::Entity)
        .apply(&db)
        .await?;
    changesets_migration::up(&db, &Default::default()).await?;
    let tracker = Tracker::builder()
        .entity::<tag::Entity>()
        .entity::<note::Entity>()
        .build()
        .expect("build the tracker");
    let db = tracker.connect(db);

    let tag = shop::a_tag("theirs").insert(&db).await?;
    let note = note::ActiveModel {
        text: Set("ours".to_owned()),
        ..Default::default()
    };
    let note = note.insert(&db).await?;

    assert_eq!(tag.history().all(&db).await?.len(), 1);
    assert_eq!(note.history().all(&db).await?.len(), 1);
    Ok(())
}
