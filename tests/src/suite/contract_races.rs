//! Others write the same rows meanwhile.

use std::time::Duration;

use changesets_seaorm::{CaptureError, Changeset, InCurrentChangeset};
use sea_orm::{
    AccessMode, ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr,
    EntityTrait, IsolationLevel, ModelTrait, QueryFilter, TransactionTrait, sea_query::Expr,
};

use crate::TestDb;
use crate::expected::assert_ended;
use crate::shop::{self, category, setting, tag};
use crate::tracked::{
    assert_replay, headers, lines, shop_tables, shop_tracker, tracked_shop, tracked_shop_with,
};

/// Contract 8 and 10: tasks delete a parent while others write its children. Each delete records
/// exactly the children that it took along.
pub async fn racing_deletes_record_what_they_took_along(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 6).await;
    for code in ["a", "b", "c"] {
        shop::a_category(code, None).insert(&tracked).await?;
    }
    let mut tasks = Vec::new();
    for worker in 0..6 {
        let tracked = tracked.clone();
        tasks.push(tokio::spawn(async move {
            for round in 0..12 {
                let parent = ["a", "b", "c"][round % 3];
                let outcome = if worker < 4 {
                    let code = format!("{parent}{worker}{round}");
                    let child = shop::a_category(&code, Some(parent));
                    child.insert(&tracked).await.map(drop)
                } else {
                    let gone = category::Entity::delete_by_id(parent).exec(&tracked).await;
                    let again = shop::a_category(parent, None).insert(&tracked).await;
                    gone.and(again.map(drop))
                };
                if let Err(error) = outcome {
                    assert_is_the_databases_own(&error);
                }
            }
        }));
    }
    for task in tasks {
        task.await.expect("no panic");
    }
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// A plain program would meet these as well: a parent that has gone, a key that is there, a
/// deadlock of the delete with an insert, a row that is gone when SeaORM reads it back (MySQL).
fn assert_is_the_databases_own(error: &DbErr) {
    assert_eq!(CaptureError::of(error), None, "{error}");
    let text = error.to_string().to_lowercase();
    let expected = [
        "foreign key",
        "unique",
        "duplicate",
        "deadlock",
        "failed to find inserted item",
    ];
    assert!(expected.iter().any(|word| text.contains(word)), "{error}");
}

/// READ COMMITTED: rows come into a condition, and leave it, between the look and the write.
pub async fn rows_that_come_between_are_recorded_or_not_written(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().concurrent_writers() {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 6).await;
    let mut tasks = Vec::new();
    for worker in 0..4 {
        let tracked = tracked.clone();
        tasks.push(tokio::spawn(async move {
            for round in 0..20 {
                let level = Some(IsolationLevel::ReadCommitted);
                let within = tracked
                    .begin_with_config(level, Some(AccessMode::ReadWrite))
                    .await?;
                let outcome = if worker < 2 {
                    let code = format!("{worker}-{round}");
                    shop::a_category(&code, None)
                        .insert(&within)
                        .await
                        .map(drop)
                } else {
                    // A delete with a cascade is done in steps on every database.
                    let written = category::Entity::update_many()
                        .col_expr(category::Column::Name, Expr::value(format!("{round}")))
                        .filter(category::Column::Name.ne(format!("{round}")))
                        .exec(&within)
                        .await;
                    let gone = category::Entity::delete_many()
                        .filter(category::Column::Code.like(format!("%-{}", round / 2)))
                        .exec(&within)
                        .await;
                    written.and(gone).map(drop)
                };
                match outcome {
                    Ok(()) => within.commit().await?,
                    Err(error) => {
                        let contended = matches!(
                            CaptureError::of(&error),
                            Some(CaptureError::Contended { .. })
                        );
                        if !contended {
                            assert_is_the_databases_own(&error);
                        }
                        within.rollback().await?;
                    }
                }
            }
            Ok::<_, DbErr>(())
        }));
    }
    for task in tasks {
        task.await.expect("no panic")?;
    }
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// MySQL rolls back all of a transaction that is part of a deadlock, and would run what comes next in no
/// transaction, each statement by itself.
pub async fn a_transaction_that_a_deadlock_ended_writes_no_more(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().concurrent_writers() || db.backend().error_aborts_transaction() {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 3).await;
    for code in ["a", "b", "c"] {
        shop::a_category(code, None).insert(&tracked).await?;
    }
    for (on_plain_transaction, changes_schema) in [(false, false), (true, false), (false, true)] {
        let changeset = Changeset::new().actor("user:1").open();
        let victim = tracked.begin().in_changeset(&changeset).await?;
        let other = tracked.begin().await?;
        // Others have written more, so that the database picks the victim.
        rename("a", &victim).await?;
        for code in ["b", "c"] {
            rename(code, &other).await?;
        }
        let crossed = async {
            match on_plain_transaction {
                true => rename("b", victim.untracked()?).await,
                false => rename("b", &victim).await,
            }
        };
        let (crossed, others) = tokio::join!(crossed.in_changeset(&changeset), rename("a", &other));
        others?;
        other.commit().await?;
        let error = crossed.expect_err("a deadlock");
        assert_is_the_databases_own(&error);

        let of_victim = async {
            if changes_schema {
                // Not what ended it, though it commits what is open.
                let made = "CREATE TABLE made (id int)";
                victim.execute_unprepared(made).await.expect("a table");
            }
            // In one call or statement, in steps, and as text.
            let insert = shop::a_category("d", None).insert(&victim).await.map(drop);
            let delete = category::Entity::delete_by_id("c").exec(&victim).await;
            let text = "UPDATE category SET name = 'text'";
            let text = victim.execute_unprepared(text).await;
            for refused in [insert, delete.map(drop), text.map(drop)] {
                assert_ended(refused);
            }
            assert_ended(victim.commit().await);
        };
        of_victim.in_changeset(&changeset).await;
        // What the changeset knew of its header went with the transaction.
        rename("a", &tracked).in_changeset(&changeset).await?;
        assert_replay(&tracked, &shop_tables()).await;
        let headers = headers(tracked.untracked()).await;
        let known = headers
            .iter()
            .any(|header| header.id == changeset.id().as_uuid());
        assert!(known, "{headers:#?}");
    }
    let ours = lines(tracked.untracked()).await;
    assert_eq!(ours.len(), 3 + 3 * 4, "{ours:#?}");
    Ok(())
}

/// Counts a category's name up.
async fn rename<C: ConnectionTrait>(code: &str, db: &C) -> Result<(), DbErr> {
    let more = Expr::cust("concat(name, '.')");
    let renamed = category::Entity::update_many()
        .col_expr(category::Column::Name, more)
        .filter(category::Column::Code.eq(code))
        .exec(db)
        .await?;
    assert_eq!(renamed.rows_affected, 1);
    Ok(())
}

/// A subquery is asked when the write is made, not as the transaction first saw its tables: on
/// MySQL a write reads them as they are now, while a plain read goes on seeing the old.
pub async fn a_subquery_is_read_as_the_write_reads_it(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().concurrent_writers() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    for code in ["a", "b"] {
        shop::a_category(code, None).insert(&tracked).await?;
    }
    shop::a_tag("a").insert(&tracked).await?;
    let level = Some(IsolationLevel::RepeatableRead);
    for write in [
        "UPDATE category SET name = 'named' WHERE code IN (SELECT name FROM tag)",
        "DELETE FROM category WHERE EXISTS (SELECT 1 FROM tag WHERE tag.name = category.code)",
    ] {
        let old = tracked.begin_with_config(level, None).await?;
        assert_eq!(tag::Entity::find().all(&old).await?.len(), 1);
        let now = "UPDATE tag SET name = CASE name WHEN 'a' THEN 'b' ELSE 'a' END";
        tracked.execute_unprepared(now).await?;
        let done = old.execute_unprepared(write).await?;
        assert_eq!(done.rows_affected(), 1);
        old.commit().await?;
        assert_replay(&tracked, &shop_tables()).await;
    }
    assert_eq!(lines(tracked.untracked()).await.len(), 7);
    Ok(())
}

/// PostgreSQL, a delete in steps: while it waits for a row that it has read, the subquery comes to
/// pick another. As many rows as before, and not the same.
pub async fn a_subquery_that_changes_meanwhile_is_asked_again(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().is_postgres() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    for code in ["a", "b"] {
        shop::a_category(code, None).insert(&tracked).await?;
    }
    shop::a_tag("a").insert(&tracked).await?;
    let holds = tracked.begin().await?;
    holds
        .execute_unprepared("UPDATE category SET name = 'held' WHERE code = 'a'")
        .await?;
    let there = tracked.clone();
    let delete = tokio::spawn(async move {
        let sql = "DELETE FROM category WHERE code IN (SELECT name FROM tag)";
        there.execute_unprepared(sql).await
    });
    wait_for_a_lock(&db).await;
    tracked
        .execute_unprepared("UPDATE tag SET name = 'b'")
        .await?;
    holds.commit().await?;
    let deleted = delete.await.expect("no panic")?;
    assert_eq!(deleted.rows_affected(), 1);
    let left = category::Entity::find().one(&tracked).await?;
    assert_eq!(left.expect("one is left").code, "a");
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// An update that changes nothing is no change, even where the transaction began to look before another
/// one made the same change.
pub async fn an_update_to_what_another_wrote_meanwhile_is_no_change(
    db: TestDb,
) -> Result<(), DbErr> {
    if !db.backend().concurrent_writers() {
        return Ok(());
    }
    let tracked = tracked_shop(&db).await;
    for name in ["one", "two"] {
        shop::a_tag(name).insert(&tracked).await?;
    }
    let others = db.connect(1).await;
    let isolation = Some(IsolationLevel::RepeatableRead);
    let reads = if db.backend().is_postgres() {
        None
    } else {
        isolation
    };
    let transaction = tracked.begin_with_config(reads, None).await?;
    assert_eq!(tag::Entity::find().all(&transaction).await?.len(), 2);
    let rename = |id: i32| {
        tag::Entity::update_many()
            .col_expr(tag::Column::Name, Expr::val(format!("new {id}")))
            .filter(tag::Column::Id.eq(id))
    };
    for id in [1, 2] {
        rename(id).exec(&others).await?;
    }
    rename(1).exec(&transaction).await?;
    let either = rename(2).filter(tag::Column::Name.ne(""));
    either.exec(&transaction).await?;
    tag::Entity::update_many()
        .col_expr(tag::Column::Name, Expr::col(tag::Column::Name))
        .exec(&transaction)
        .await?;
    transaction.commit().await?;
    let changes = lines(tracked.untracked()).await;
    assert_eq!(changes.len(), 2, "{changes:?}");
    Ok(())
}

/// A change gets its number when its row is locked, and not while it waits for that: on MariaDB an
/// `INSERT … SELECT` keeps the numbers from everybody else until it ends.
pub async fn a_delete_that_waits_for_its_rows_holds_up_no_other_write(
    db: TestDb,
) -> Result<(), DbErr> {
    if !db.backend().concurrent_writers() {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 3).await;
    let on = |key: u8| setting::ActiveModel {
        key: Set(vec![key]),
        value: Set("on".to_owned()),
    };
    let others = db.connect(1).await;
    for (many, names) in [(false, ["a", "b", "c"]), (true, ["d", "e", "f"])] {
        for key in [1, 2] {
            on(key).insert(&tracked).await?;
        }
        let holds = others.begin().await?;
        let held = setting::Entity::update_many()
            .col_expr(setting::Column::Value, Expr::val("held"))
            .filter(setting::Column::Key.eq(vec![2_u8]));
        held.exec(&holds).await?;
        let there = tracked.clone();
        let waits = tokio::spawn(async move {
            let pick = match many {
                true => setting::Column::Value.eq("on"),
                false => setting::Column::Key.eq(vec![2_u8]),
            };
            let delete = setting::Entity::delete_many().filter(pick);
            delete.exec(&there).await
        });
        wait_for_a_lock(&db).await;
        let writes = async {
            let [one, two, three] = names.map(shop::a_tag);
            let tag = one.insert(&tracked).await?;
            tag::Entity::insert_many([two, three])
                .exec(&tracked)
                .await?;
            tag.delete(&tracked).await.map(drop)
        };
        tokio::time::timeout(Duration::from_secs(20), writes)
            .await
            .expect("nobody waits")?;
        holds.rollback().await?;
        let deleted = waits.await.expect("no panic")?;
        assert_eq!(deleted.rows_affected, if many { 2 } else { 1 });
        setting::Entity::delete_many().exec(&tracked).await?;
    }
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// Until a connection to this database waits for a lock.
async fn wait_for_a_lock(db: &TestDb) {
    let waiting = if db.backend().is_postgres() {
        "SELECT CAST(pid AS text) FROM pg_stat_activity \
         WHERE wait_event_type = 'Lock' AND datname = current_database()"
    } else {
        "SELECT CAST(p.id AS CHAR) FROM information_schema.innodb_trx AS t \
         JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id \
         WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()"
    };
    while db.texts(waiting).await.is_empty() {
        // InnoDB says what it said before to who asks again within a tenth of a second.
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}
