//! The end of a transaction: an actor that became known after the first change still reaches the
//! header.

use std::sync::Arc;

use sea_orm::DbErr;

use crate::{
    session::{SessionTransaction, uninterrupted},
    tracker::Shared,
};

use super::{ended, recorder::Recorder};

/// Brings the headers of `transaction` up to date, and commits it.
///
/// # Errors
///
/// What the database answers, or that it has rolled back the transaction; it is rolled back then.
pub(crate) async fn commit(
    shared: Arc<Shared>,
    transaction: SessionTransaction,
) -> Result<(), DbErr> {
    let turn = transaction.session().turn().await?;
    uninterrupted(async move {
        let _turn = turn;
        match prepare(&shared, &transaction).await {
            Ok(()) => transaction.end_in_turn(true).await,
            Err(error) => {
                if let Err(failure) = transaction.end_in_turn(false).await {
                    tracing::warn!(error = %failure, "rolling back after a failed commit failed");
                }
                Err(error)
            }
        }
    })
    .await
}

/// Whatever has to be right before the commit.
async fn prepare(shared: &Shared, transaction: &SessionTransaction) -> Result<(), DbErr> {
    let session = transaction.session();
    ended::check_commit(session, &**transaction.get()?).await?;
    if !session.is_outermost() {
        return Ok(());
    }
    let recorder = Recorder::new(&**transaction.get()?, &shared.log);
    for (headers, current) in session.touched() {
        for row in headers.outdated(&current, session) {
            recorder.update_header(&row).await?;
        }
    }
    Ok(())
}
