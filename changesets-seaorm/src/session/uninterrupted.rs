//! Work that goes on when its caller stops waiting.

use std::future::Future;

use sea_orm::DbErr;
use tracing::Instrument;

/// Runs `work` to its end, even when the caller stops waiting for it: in a task of its own.
pub(crate) async fn uninterrupted<T: Send + 'static>(
    work: impl Future<Output = Result<T, DbErr>> + Send + 'static,
) -> Result<T, DbErr> {
    match tokio::spawn(work.in_current_span()).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Err(DbErr::Custom(format!(
                "the runtime is shutting down: {error}"
            ))),
        },
    }
}
