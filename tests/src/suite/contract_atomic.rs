//! A change is there if and only if its write is.

use changesets_seaorm::{CaptureError, Changeset, Current, InCurrentChangeset, TrackedConnection};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, TransactionTrait};

use crate::TestDb;
use crate::expected::assert_ended;
use crate::oracle::cancel;
use crate::shop::{self, category};
use crate::tracked::{
    assert_replay, headers, lines, names, shop_tables, shop_tracker, tracked_shop,
    tracked_shop_with,
};

pub async fn only_what_is_committed_is_recorded(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let kept = tracked.begin().await?;
    shop::a_tag("kept").insert(&kept).await?;
    let savepoint = kept.begin().await?;
    shop::a_tag("undone").insert(&savepoint).await?;
    savepoint.rollback().await?;
    let dropped = kept.begin().await?;
    shop::a_tag("dropped").insert(&dropped).await?;
    drop(dropped);
    kept.commit().await?;
    let undone = tracked.begin().await?;
    shop::a_tag("rolled back").insert(&undone).await?;
    undone.rollback().await?;
    let dropped = tracked.begin().await?;
    shop::a_tag("dropped").insert(&dropped).await?;
    drop(dropped);
    assert_eq!(lines(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// On SQLite the last of these rows has a form that only Rust encodes: the database has recorded the others
/// by then, and starts anew.
pub async fn a_record_that_fails_half_way_leaves_nothing_of_itself(
    db: TestDb,
) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let odd = match db.backend().is_mysql() {
        true => "2026-11-21 10:30:01",
        false => "2026-11-21 12:30:01+02:00",
    };
    let insert = format!(
        "INSERT INTO product (name, price, stock, active, created_at) VALUES \
         ('a', 1.50, 1, true, '2026-11-21 10:30:00'), ('b', 1.50, 1, true, NULL), \
         ('c', 1.50, 1, true, '{odd}')"
    );
    let tx = tracked.begin().await?;
    shop::a_tag("before").insert(&tx).await?;
    for sql in [insert.as_str(), "DELETE FROM product"] {
        assert_eq!(tx.execute_unprepared(sql).await?.rows_affected(), 3);
    }
    tx.commit().await?;
    let recorded = lines(tracked.untracked()).await.split_off(1);
    let rows = [
        ("a", r#""2026-11-21T10:30:00.000000Z""#),
        ("b", "null"),
        ("c", r#""2026-11-21T10:30:01.000000Z""#),
    ];
    let expected = ["insert", "delete"].into_iter().flat_map(|action| {
        (1..).zip(rows).map(move |(id, (name, created_at))| {
            format!(
                r#"{action} product {id} {{"active":true,"created_at":{created_at},"description":null,"id":{id},"name":"{name}","price":"1.50","stock":1,"supplier_secret":{{"redacted":true}}}}"#
            )
        })
    });
    assert_eq!(recorded, expected.collect::<Vec<_>>());
    Ok(())
}

/// SQLite runs what comes after `RAISE(ROLLBACK)` in no transaction, and PostgreSQL calls it a success to
/// commit a transaction that has failed. For MySQL see `a_transaction_that_a_deadlock_ended_writes_no_more`.
pub async fn a_transaction_that_the_database_ended_commits_nothing(
    db: TestDb,
) -> Result<(), DbErr> {
    if db.backend().is_mysql() {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    if db.backend().is_sqlite() {
        db.sql(
            "CREATE TRIGGER ended BEFORE INSERT ON category WHEN NEW.code = 'ends' \
             BEGIN SELECT RAISE(ROLLBACK, 'ended'); END",
        )
        .await;
    } else {
        db.sql("ALTER TABLE category ADD CONSTRAINT ended CHECK (code <> 'ends')")
            .await;
    }
    let ends = "INSERT INTO category (code, name) VALUES ('ends', 'it')";
    for (how, on_plain_transaction) in [
        ("commit", false),
        ("commit", true),
        ("rollback", false),
        ("drop", false),
    ] {
        let changeset = Changeset::new().open();
        let within = async {
            let ended = tracked.begin().await?;
            shop::a_tag("before").insert(&ended).await?;
            let failed = match on_plain_transaction {
                true => ended.untracked()?.execute_unprepared(ends).await,
                false => ended.execute_unprepared(ends).await,
            };
            let failed = failed.expect_err("it ends the transaction");
            assert_eq!(CaptureError::of(&failed), None, "the database's own");
            let more = shop::a_tag("more").insert(&ended).await;
            more.expect_err("nothing is written any more");
            match how {
                "commit" => assert_ended(ended.commit().await),
                "rollback" => ended.rollback().await?,
                _ => drop(ended),
            }
            // On the same connection: it is as good as new.
            let name = format!("after {how} {on_plain_transaction}");
            shop::a_tag(&name).insert(&tracked).await
        };
        within.in_changeset(&changeset).await?;
        assert_last_header(&tracked, &changeset).await;
    }
    assert_eq!(lines(tracked.untracked()).await.len(), 4);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// The newest header is that of `changeset`.
async fn assert_last_header(tracked: &TrackedConnection, changeset: &Current) {
    let headers = headers(tracked.untracked()).await;
    let last = headers.last().expect("a header");
    assert_eq!(last.id, changeset.id().as_uuid(), "its header is there");
}

/// MySQL commits before it changes the schema, whatever becomes of the transaction.
pub async fn what_the_database_commits_by_itself_is_recorded(db: TestDb) -> Result<(), DbErr> {
    if db.backend().transactional_ddl() {
        return Ok(());
    }
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    for commits in [true, false] {
        let changeset = Changeset::new().open();
        let within = async {
            let transaction = tracked.begin().await?;
            shop::a_tag(&format!("before {commits}"))
                .insert(&transaction)
                .await?;
            // This one does not.
            for sql in ["CREATE TEMPORARY TABLE own (id int)", "SET @a = 1"] {
                transaction.execute_unprepared(sql).await?;
            }
            shop::a_tag(&format!("then {commits}"))
                .insert(&transaction)
                .await?;
            let table = format!("CREATE TABLE made_{commits} (id int)");
            transaction.execute_unprepared(&table).await?;
            assert_ended(shop::a_tag("more").insert(&transaction).await);
            match commits {
                true => transaction.commit().await?,
                false => transaction.rollback().await?,
            }
            tracked
                .execute_unprepared("DROP TEMPORARY TABLE own")
                .await?;
            let name = format!("after {commits}");
            shop::a_tag(&name).insert(&tracked).await
        };
        within.in_changeset(&changeset).await?;
        assert_last_header(&tracked, &changeset).await;
    }
    let names = names(tracked.untracked()).await;
    let expected =
        [true, false].map(|how| ["before", "then", "after"].map(|it| format!("{it} {how}")));
    assert_eq!(names, expected.concat());
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// PostgreSQL refuses what comes after an error, up to the next savepoint: the transaction around that goes on.
pub async fn a_failed_savepoint_is_not_the_end_of_its_transaction(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    shop::a_category("old", None).insert(&tracked).await?;
    let outer = tracked.begin().await?;
    shop::a_tag("first").insert(&outer).await?;
    let inner = outer.begin().await?;
    shop::a_tag("undone").insert(&inner).await?;
    let failed = shop::a_tag("first").insert(&inner).await;
    assert_eq!(CaptureError::of(&failed.expect_err("a tag twice")), None);
    // In steps, as others refer to it.
    let delete = category::Entity::delete_by_id("old").exec(&inner).await;
    assert_eq!(delete.is_err(), db.backend().error_aborts_transaction());
    assert_eq!(delete.err().as_ref().and_then(CaptureError::of), None);
    inner.rollback().await?;
    shop::a_tag("second").insert(&outer).await?;
    outer.commit().await?;
    let names = names(tracked.untracked()).await;
    assert_eq!(names, ["category old", "first", "second"]);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// Drops a write after its first poll, its second, and so on. At every moment the rows and their
/// changes are as many.
pub async fn a_cancelled_write_leaves_both_or_neither(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let mut interrupted = 0;
    for (round, polls) in rounds() {
        let tag = shop::a_tag(&format!("tag {round} {polls}"));
        let answer = cancel::after(Some(polls), tag.insert(&tracked)).await;
        let [tags, changes] = tags_and_changes(&db).await;
        assert_eq!(tags, changes, "after {polls} polls");
        match answer {
            Some(answer) => drop(answer?),
            None => interrupted += 1,
        }
    }
    assert!(interrupted > 0, "no write was interrupted");
    // The pool has one connection: whoever gets it waits for what is still on its way.
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// The same inside a transaction, which goes on after the interruption.
pub async fn a_cancelled_write_in_a_transaction_leaves_both_or_neither(
    db: TestDb,
) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 2).await;
    let mut interrupted = 0;
    for (round, polls) in rounds() {
        let within = tracked.begin().await?;
        let tag = shop::a_tag(&format!("tag {round} {polls}"));
        let answer = cancel::after(Some(polls), tag.insert(&within)).await;
        shop::a_tag(&format!("after {round} {polls}"))
            .insert(&within)
            .await?;
        within.commit().await?;
        let [tags, changes] = tags_and_changes(&db).await;
        assert_eq!(tags, changes, "after {polls} polls");
        match answer {
            Some(answer) => drop(answer?),
            None => interrupted += 1,
        }
    }
    assert!(interrupted > 0, "no write was interrupted");
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// After how many polls to drop, again and again: how many a write takes depends on the moment.
fn rounds() -> impl Iterator<Item = (u32, u32)> {
    (0..8).flat_map(|round| (1..=12).map(move |polls| (round, polls)))
}

/// How many there are, in one look.
async fn tags_and_changes(db: &TestDb) -> [String; 2] {
    let count = |table: &str| {
        let text = if db.backend().is_mysql() {
            "CHAR"
        } else {
            "TEXT"
        };
        let table = db.backend().quote(table);
        format!("CAST((SELECT COUNT(*) FROM {table}) AS {text})")
    };
    let sql = format!("SELECT {}, {}", count("tag"), count("change"));
    let row = db.texts(&sql).await.remove(0);
    [0, 1].map(|n| row[n].clone().expect("a count"))
}
