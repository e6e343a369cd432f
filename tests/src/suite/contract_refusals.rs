//! What cannot be recorded faithfully is refused, and does not happen.

use changesets_seaorm::{CaptureError, LogTables};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr};

use crate::TestDb;
use crate::shop;
use crate::tracked::{lines, shop_tracker, tracked_shop, tracked_shop_with};

pub async fn the_log_and_transaction_control_are_not_open_to_text(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_tag("one").insert(&tracked).await?;
    let delete = format!("DELETE FROM {}", LogTables::default().change());
    let error = tracked.execute_unprepared(&delete).await.unwrap_err();
    assert!(
        matches!(
            CaptureError::of(&error),
            Some(CaptureError::Uncapturable { .. })
        ),
        "{error}"
    );
    for text in ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a"] {
        let error = tracked.execute_unprepared(text).await.unwrap_err();
        let typed = CaptureError::of(&error);
        assert!(
            matches!(typed, Some(CaptureError::TransactionControl { .. })),
            "{text}: {error}"
        );
    }
    assert_eq!(lines(tracked.untracked()).await.len(), 1);
    Ok(())
}

pub async fn a_write_outside_a_required_scope_does_not_happen(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop_with(&db, shop_tracker().require_scope(), 2).await;
    let error = shop::a_tag("one").insert(&tracked).await.unwrap_err();
    assert!(
        matches!(
            CaptureError::of(&error),
            Some(CaptureError::ScopeRequired { .. })
        ),
        "{error}"
    );
    assert_eq!(db.count("tag").await, 0);
    Ok(())
}
