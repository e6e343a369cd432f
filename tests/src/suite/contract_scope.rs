//! One scope, one changeset.

use changesets_core::Change;
use changesets_seaorm::{Changeset, current};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, TransactionTrait, sea_query::Expr,
};

use crate::TestDb;
use crate::shop::{self, product, tag};
use crate::tracked::{
    assert_replay, changes, headers, shop_tables, shop_tracker, track, tracked_shop,
    tracked_shop_with,
};

pub async fn late_metadata_reaches_the_header_at_the_end_of_the_scope(
    db: TestDb,
) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    Changeset::new()
        .scope(async {
            shop::a_tag("one").insert(&tracked).await?;
            current().expect("a scope").set_actor("insert");
            Ok::<_, DbErr>(())
        })
        .await?;
    Changeset::new()
        .scope(async {
            let rename = Expr::value("two");
            tag::Entity::update_many()
                .col_expr(tag::Column::Name, rename)
                .exec(&tracked)
                .await?;
            current().expect("a scope").set_actor("update");
            Ok::<_, DbErr>(())
        })
        .await?;
    Changeset::new()
        .scope(async {
            let transaction = tracked.begin().await?;
            shop::a_tag("three").insert(&transaction).await?;
            transaction.commit().await?;
            current().expect("a scope").set_actor("transaction");
            Ok::<_, DbErr>(())
        })
        .await?;
    let actors: Vec<_> = headers(tracked.untracked())
        .await
        .into_iter()
        .map(|h| h.actor)
        .collect();
    let expected = ["insert", "update", "transaction"].map(|actor| Some(actor.to_owned()));
    assert_eq!(actors, expected);
    Ok(())
}

/// Whatever road the last write took: a transaction from before the scope, a script.
pub async fn late_metadata_reaches_the_header_of_a_transaction_from_outside(
    db: TestDb,
) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker(), 1).await;
    let late = |actor: &str| current().expect("a scope").set_actor(actor);
    let still_open = tracked.begin().await?;
    Changeset::new()
        .scope(async {
            shop::a_tag("one").insert(&still_open).await?;
            late("open");
            Ok::<_, DbErr>(())
        })
        .await?;
    still_open.commit().await?;
    let outside = tracked.begin().await?;
    Changeset::new()
        .scope(async {
            shop::a_tag("two").insert(&outside).await?;
            outside.commit().await?;
            late("committed");
            Ok::<_, DbErr>(())
        })
        .await?;
    Changeset::new()
        .scope(async {
            tracked
                .execute_unprepared(
                    "UPDATE tag SET name = 'three' WHERE name = 'one'; SELECT 1; \
                     DELETE FROM tag WHERE name = 'two'",
                )
                .await?;
            late("script");
            Ok::<_, DbErr>(())
        })
        .await?;
    let headers = headers(tracked.untracked()).await;
    let actors: Vec<_> = headers
        .iter()
        .map(|header| header.actor.as_deref())
        .collect();
    assert_eq!(actors, [Some("open"), Some("committed"), Some("script")]);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn a_header_rolled_back_is_written_again(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    Changeset::new()
        .scope(async {
            let undone = tracked.begin().await?;
            shop::a_tag("undone").insert(&undone).await?;
            undone.rollback().await?;
            let outer = tracked.begin().await?;
            let savepoint = outer.begin().await?;
            shop::a_tag("undone").insert(&savepoint).await?;
            savepoint.rollback().await?;
            shop::a_tag("kept").insert(&outer).await?;
            outer.commit().await?;
            shop::a_tag("more").insert(&tracked).await?;
            Ok::<_, DbErr>(())
        })
        .await?;
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    assert_replay(&tracked, &shop_tables()).await;
    Changeset::new()
        .scope(async { tag::Entity::find().all(&tracked).await })
        .await?;
    assert_eq!(headers(tracked.untracked()).await.len(), 1);
    Ok(())
}

/// An update does not tell whether it changed anything, and with that wrote the header. After some of them the
/// header is asked for; what is known then must not outlive what made it so.
pub async fn a_header_that_updates_have_written_is_not_missed(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    let id = shop::a_product("pot", 100).insert(&tracked).await?.id;
    let before = headers(tracked.untracked()).await.len();
    Changeset::new()
        .scope(async {
            let outer = tracked.begin().await?;
            let savepoint = outer.begin().await?;
            restock(&savepoint, id, MANY).await?;
            savepoint.rollback().await?;
            restock(&outer, id, 1).await?;
            outer.commit().await
        })
        .await?;
    Changeset::new()
        .scope(async {
            let undone = tracked.begin().await?;
            restock(&undone, id, MANY).await?;
            undone.rollback().await?;
            let kept = tracked.begin().await?;
            restock(&kept, id, 1).await?;
            kept.commit().await
        })
        .await?;
    Changeset::new()
        .scope(async {
            restock(&tracked, id, MANY).await?;
            let transaction = tracked.begin().await?;
            restock(&transaction, id, 1).await?;
            transaction.rollback().await?;
            current().expect("a changeset").set_reason("stock-taking");
            restock(&tracked, id, 1).await
        })
        .await?;
    Changeset::new()
        .scope(async {
            let transaction = tracked.begin().await?;
            restock(&transaction, id, MANY).await?;
            current().expect("a changeset").set_reason("at last");
            transaction.commit().await
        })
        .await?;
    let headers = headers(tracked.untracked()).await;
    let reasons: Vec<_> = headers.iter().map(|row| row.reason.as_deref()).collect();
    assert_eq!(
        reasons[before..],
        [None, None, Some("stock-taking"), Some("at last")]
    );
    let changes = changes(tracked.untracked()).await;
    let of = |change: &Change| {
        headers
            .iter()
            .position(|row| row.id == change.changeset.as_uuid())
    };
    let counted: Vec<_> = changes.iter().map(of).collect();
    let many = usize::try_from(MANY).expect("a number of rows");
    let mut expected = vec![Some(0), Some(1), Some(2)];
    expected.extend(vec![Some(3); many + 1]);
    expected.extend(vec![Some(4); many]);
    assert_eq!(counted, expected);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

/// PostgreSQL's own log tells. What changes nothing leaves no header, and asks seldom.
pub async fn a_header_that_is_there_is_not_sent_with_every_update(db: TestDb) -> Result<(), DbErr> {
    if !db.backend().is_postgres() {
        return Ok(());
    }
    let setup = tracked_shop(&db).await;
    let id = shop::a_product("pot", 100).insert(&setup).await?.id;
    let mut log = db.log_statements().await;
    let tracked = track(&db, shop_tracker(), 1).await;
    for (sql, sent) in [
        ("UPDATE product SET stock = stock + 1 WHERE id = ", 3),
        ("UPDATE product SET stock = stock WHERE id = ", 20),
    ] {
        log.take();
        Changeset::new()
            .scope(async {
                let transaction = tracked.begin().await?;
                for _ in 0..20 {
                    transaction
                        .execute_unprepared(&format!("{sql}{id}"))
                        .await?;
                }
                transaction.commit().await
            })
            .await?;
        let statements = log.take();
        let with = |part: &str| statements.iter().filter(|sql| sql.contains(part)).count();
        assert_eq!(with("INSERT INTO \"changeset\""), sent, "{statements:#?}");
        assert_eq!(with("SELECT 1 FROM \"changeset\""), 1, "{statements:#?}");
    }
    assert_eq!(headers(tracked.untracked()).await.len(), 2);
    Ok(())
}

/// PostgreSQL gets the header along with each of them, so that it has one text to read. That must not undo what
/// the header was changed to, nor make another one.
pub async fn long_lists_have_one_text_and_one_header(db: TestDb) -> Result<(), DbErr> {
    tracked_shop(&db).await;
    let products = || (0..200).map(|_| shop::a_product("pot", 100));
    let postgres = db.backend().is_postgres();
    let mut log = match postgres {
        true => Some(db.log_statements().await),
        false => None,
    };
    let tracked = track(&db, shop_tracker(), 1).await;
    Changeset::new()
        .reason("import")
        .scope(async {
            product::Entity::insert_many(products())
                .exec(&tracked)
                .await?;
            current().expect("a changeset").set_reason("stock-taking");
            product::Entity::insert_many(products())
                .exec(&tracked)
                .await
        })
        .await?;
    let headers = headers(tracked.untracked()).await;
    let reasons: Vec<_> = headers.iter().map(|row| row.reason.as_deref()).collect();
    assert_eq!(reasons, [Some("stock-taking")]);
    assert_eq!(changes(tracked.untracked()).await.len(), 400);
    if let Some(log) = &mut log {
        let statements = log.take();
        let lists = |sql: &&String| sql.contains("INSERT INTO \"product\"");
        let lists: Vec<_> = statements.iter().filter(lists).collect();
        let [first, second] = lists[..] else {
            panic!("{statements:#?}");
        };
        assert_eq!(first, second);
    }
    Ok(())
}

/// More updates than it takes to ask for the header.
const MANY: i32 = 6;

async fn restock(db: &impl ConnectionTrait, id: i64, times: i32) -> Result<(), DbErr> {
    for _ in 0..times {
        let sql = format!("UPDATE product SET stock = stock + 1 WHERE id = {id}");
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}
