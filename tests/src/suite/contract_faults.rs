//! What fails between a write and its record takes both along.

use std::time::Duration;

use changesets_seaorm::{CaptureError, Changeset, LogTables, TrackedConnection, Tracker};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, TransactionTrait,
};

use crate::TestDb;
use crate::shop::{self, product, product_tag, tag};
use crate::tracked::{
    assert_replay, headers, lines, shop_tables, shop_tracker, track, tracked_shop,
    tracked_shop_with,
};

/// One product, one tag, nothing between them.
async fn two_ends(db: &TrackedConnection) -> Result<(i64, i32), DbErr> {
    let lamp = shop::a_product("lamp", 100).insert(db).await?;
    let red = shop::a_tag("red").insert(db).await?;
    Ok((lamp.id, red.id))
}

fn link((product, tag): (i64, i32)) -> product_tag::ActiveModel {
    product_tag::ActiveModel {
        product_id: Set(product),
        tag_id: Set(tag),
    }
}

/// The header, the change and the reference are written by steps of their own: each is made to fail.
pub async fn a_log_table_that_is_missing_takes_the_write_along(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let ends = two_ends(&tracked).await?;
    for table in LogTables::default().all() {
        let (there, away) = (db.backend().quote(table), format!("{table}_away"));
        db.sql(&format!("ALTER TABLE {there} RENAME TO {away}"))
            .await;
        let scope = Changeset::new().scope(async {
            let alone = link(ends).insert(&tracked).await.map(drop);
            let within = tracked.begin().await?;
            let inside = link(ends).insert(&within).await.map(drop);
            within.rollback().await?;
            Ok::<_, DbErr>([alone, inside])
        });
        for outcome in scope.await? {
            let error = outcome.unwrap_err();
            let Some(CaptureError::Log { cause, .. }) = CaptureError::of(&error) else {
                panic!("{table}: {error}");
            };
            assert!(cause.contains(table), "{table}: {cause}");
        }
        db.sql(&format!("ALTER TABLE {away} RENAME TO {there}"))
            .await;
        assert_eq!(db.count("product_tag").await, 0, "without `{table}`");
    }
    assert_eq!(lines(tracked.untracked()).await.len(), 2);
    assert_eq!(headers(tracked.untracked()).await.len(), 2);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// The log refuses deletes half-way through a delete that cascades.
pub async fn a_log_that_refuses_a_row_takes_the_cascade_along(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let ends = two_ends(&tracked).await?;
    link(ends).insert(&tracked).await?;
    db.sql(&no_more_changes_of(&db, "product_tag")).await;
    let before = lines(tracked.untracked()).await;
    let error = product::Entity::delete_by_id(ends.0)
        .exec(&tracked)
        .await
        .unwrap_err();
    assert!(
        matches!(CaptureError::of(&error), Some(CaptureError::Log { .. })),
        "{error}"
    );
    assert_eq!(db.count("product").await, 1);
    assert_eq!(db.count("product_tag").await, 1);
    assert_eq!(lines(tracked.untracked()).await, before);
    // The rest of the shop goes on.
    tag::Entity::insert(shop::a_tag("blue"))
        .exec(&tracked)
        .await?;
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// A trigger on the log that lets nothing of `entity` in.
fn no_more_changes_of(db: &TestDb, entity: &str) -> String {
    let backend = db.backend();
    let change = backend.quote("change");
    if backend.is_postgres() {
        format!(
            "ALTER TABLE {change} ADD CONSTRAINT no_more CHECK (entity <> '{entity}') NOT VALID"
        )
    } else if backend.is_mysql() {
        format!(
            "CREATE TRIGGER no_more BEFORE INSERT ON {change} FOR EACH ROW \
             BEGIN IF NEW.entity = '{entity}' THEN SIGNAL SQLSTATE '45000' \
             SET MESSAGE_TEXT = 'no more'; END IF; END"
        )
    } else {
        format!(
            "CREATE TRIGGER no_more BEFORE INSERT ON {change} WHEN NEW.entity = '{entity}' \
             BEGIN SELECT RAISE(ABORT, 'no more'); END"
        )
    }
}

/// The server ends the connection while the record waits behind a lock on the log.
pub async fn a_connection_lost_between_write_and_record_leaves_neither(
    db: TestDb,
) -> Result<(), DbErr> {
    if !db.backend().concurrent_writers() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    let lock = db.connect(1).await;
    let postgres = db.backend().is_postgres();
    let (take, release, waiting) = if postgres {
        (
            "BEGIN; LOCK TABLE change IN ACCESS EXCLUSIVE MODE",
            "COMMIT",
            "SELECT CAST(pid AS text) FROM pg_stat_activity \
             WHERE wait_event_type = 'Lock' AND datname = current_database()",
        )
    } else {
        (
            "LOCK TABLES `change` WRITE",
            "UNLOCK TABLES",
            "SELECT CAST(id AS CHAR) FROM information_schema.processlist \
             WHERE state LIKE 'Waiting for table%' AND db = DATABASE()",
        )
    };
    lock.execute_unprepared(take).await?;
    let there = tracked.clone();
    let write = tokio::spawn(async move { shop::a_tag("lost").insert(&there).await });
    let connection = loop {
        if let Some(row) = db.texts(waiting).await.pop() {
            break row[0].clone().expect("a connection's id");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    db.sql(&if postgres {
        format!("SELECT pg_terminate_backend({connection})")
    } else {
        format!("KILL {connection}")
    })
    .await;
    // Else it may have the lock before it hears of its end.
    while !db.texts(waiting).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    lock.execute_unprepared(release).await?;
    write.await.expect("no panic").unwrap_err();
    assert_eq!(db.count("tag").await, 0);
    assert_eq!(headers(tracked.untracked()).await.len(), 0);
    shop::a_tag("kept").insert(&tracked).await?;
    assert_eq!(lines(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// The log was never created: the first write says what is missing.
pub async fn a_database_without_the_log_says_so(db: TestDb) -> Result<(), DbErr> {
    shop::create_tables(&db.plain()).await?;
    let tracked = track(&db, shop_tracker(), 2).await;
    let error = shop::a_tag("lost").insert(&tracked).await.unwrap_err();
    let text = error.to_string();
    for part in [
        "cannot write the change log (table `chang",
        "have the migrations of `changesets-migration` been run on this database?",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(db.count("tag").await, 0);
    Ok(())
}

/// A tracked table that is not there is the statement's own error.
pub async fn a_missing_table_is_the_statements_own_error(db: TestDb) -> Result<(), DbErr> {
    let tracker = Tracker::builder().entity::<tag::Entity>();
    let tracked = tracked_shop_with(&db, tracker, 2).await;
    db.sql("DROP TABLE product_tag").await;
    db.sql("DROP TABLE tag").await;
    tracked.forget_schema();
    let plain = tag::Entity::insert(shop::a_tag("x"))
        .exec(&db.plain())
        .await;
    let ours = tag::Entity::insert(shop::a_tag("x")).exec(&tracked).await;
    assert_eq!(
        ours.unwrap_err().to_string(),
        plain.unwrap_err().to_string()
    );
    Ok(())
}

/// A column that goes, and comes back: writes that name it fail as they would without a history, and
/// work again.
pub async fn a_column_that_is_missing_is_the_statements_own_error(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let rename = async |name: &str| {
        let renamed = tag::ActiveModel {
            id: Set(1),
            name: Set(name.to_owned()),
        };
        renamed.update(&tracked).await.map(drop)
    };
    for (there, away) in [("name", "label"), ("label", "name")] {
        if there == "name" {
            shop::a_tag("red").insert(&tracked).await?;
            rename("pink").await?;
            tag::Entity::delete_by_id(1).exec(&tracked).await?;
            let again = tag::ActiveModel {
                id: Set(1),
                name: Set("blue".to_owned()),
            };
            again.insert(&tracked).await?;
        } else {
            for failed in [
                rename("green").await,
                shop::a_tag("gray").insert(&tracked).await.map(drop),
                tag::Entity::delete_many()
                    .filter(tag::Column::Name.eq("blue"))
                    .exec(&tracked)
                    .await
                    .map(drop),
            ] {
                let error = failed.expect_err("the column is not there");
                assert!(error.to_string().contains("name"), "{error}");
            }
        }
        let sql = format!("ALTER TABLE tag RENAME COLUMN {there} TO {away}");
        tracked.execute_unprepared(&sql).await?;
    }
    rename("green").await?;
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}
