//! What cannot be recorded is refused, with an error that names it, and does not happen.

use changesets_seaorm::{CaptureError, LogTables, Tracker, TrackerBuilder, Uncapturable};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr};

use crate::shop::{self, product_tag, setting, tag};
use crate::tracked::{lines, shop_tracker, tracked_shop, tracked_shop_with};
use crate::{Backend, TestDb};

/// Statements of one database that do not say which rows of `setting` or `tag` they change.
fn uncapturable(backend: Backend) -> &'static [(&'static str, &'static str)] {
    match backend {
        Backend::Sqlite => &[(
            "a statement that cannot be parsed",
            "DELETE tag WITHOUT FROM",
        )],
        Backend::Postgres => &[
            ("TRUNCATE", "TRUNCATE setting"),
            (
                "MERGE",
                "MERGE INTO tag USING (SELECT 1 AS id) s ON tag.id = s.id WHEN MATCHED THEN DELETE",
            ),
        ],
        Backend::MySql => &[
            ("TRUNCATE", "TRUNCATE TABLE setting"),
            (
                "a DELETE over several tables",
                "DELETE tag FROM tag JOIN product ON tag.id = product.id",
            ),
        ],
    }
}

pub async fn what_cannot_be_recorded_does_not_happen(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_tag("kept").insert(&tracked).await?;
    let setting = setting::ActiveModel {
        key: Set(vec![0]),
        value: Set("kept".to_owned()),
    };
    setting.insert(&tracked).await?;
    let before = lines(tracked.untracked()).await;
    for (expected, sql) in uncapturable(db.backend()) {
        let error = tracked.execute_unprepared(sql).await.unwrap_err();
        let Some(CaptureError::Uncapturable { table, kind, .. }) = CaptureError::of(&error) else {
            panic!("{sql}: {error}");
        };
        assert!(["setting", "tag"].contains(&table.as_str()), "{table}");
        assert_eq!(kind, expected);
    }
    assert_eq!((db.count("tag").await, db.count("setting").await), (1, 1));
    assert_eq!(lines(tracked.untracked()).await, before);
    Ok(())
}

pub async fn the_policy_lets_it_through_but_never_to_the_log(db: TestDb) -> Result<(), DbErr> {
    let open = shop_tracker().uncapturable(Uncapturable::Allow);
    let tracked = tracked_shop_with(&db, open, 2).await;
    if db.backend() != Backend::Sqlite {
        let put = "INSERT INTO setting VALUES (";
        let key = if db.backend().is_postgres() {
            "'\\x00'"
        } else {
            "X'00'"
        };
        tracked
            .execute_unprepared(&format!("{put}{key}, 'v')"))
            .await?;
        tracked.execute_unprepared("TRUNCATE TABLE setting").await?;
        assert_eq!(db.count("setting").await, 0);
        assert_eq!(lines(tracked.untracked()).await.len(), 1);
    }
    let error = tracked
        .execute_unprepared("DELETE FROM changeset")
        .await
        .unwrap_err();
    assert!(matches!(
        CaptureError::of(&error),
        Some(CaptureError::Uncapturable { .. })
    ));
    Ok(())
}

pub async fn a_tracker_that_cannot_be_says_why(_db: TestDb) {
    let message = |builder: TrackerBuilder| builder.build().unwrap_err().to_string();
    assert_eq!(
        message(
            Tracker::builder()
                .entity::<tag::Entity>()
                .entity::<tag::Entity>()
        ),
        "table `tag` is registered twice: remove one `.entity::<..>()` or `.link::<..>()`"
    );
    assert_eq!(
        message(Tracker::builder().link::<tag::Entity>()),
        "table `tag` is no junction: `.link::<..>()` needs an entity that belongs to exactly two \
         others; register it with `.entity::<..>()`"
    );
    assert!(
        Tracker::builder()
            .link::<product_tag::Entity>()
            .build()
            .is_ok()
    );
    assert!(LogTables::new().prefix("1; DROP TABLE x").is_err());
}
