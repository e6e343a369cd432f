//! Running one test of the suite on one database.

use std::fmt::Debug;
use std::time::Duration;

use crate::{Backend, TestDb};

/// What a test may return: nothing, or a result, so that it can use `?`.
pub trait Outcome {
    /// Panics when the test failed.
    fn check(self);
}

impl Outcome for () {
    fn check(self) {}
}

impl<E: Debug> Outcome for Result<(), E> {
    fn check(self) {
        if let Err(error) = self {
            panic!("the test returned an error: {error:?}");
        }
    }
}

/// Gives the test a database and a multi-threaded runtime, and removes the database when it passed.
pub fn run<F, Fut>(backend: Backend, name: &str, test: F)
where
    F: FnOnce(TestDb) -> Fut,
    Fut: Future<Output: Outcome>,
{
    if backend.is_left_out() {
        eprintln!("{} left out: CHANGESETS_TEST_ONLY=sqlite", backend.name());
        return;
    }
    let seconds = std::env::var("CHANGESETS_TEST_TIMEOUT")
        .ok()
        .map_or(120, |text| {
            text.parse().expect("CHANGESETS_TEST_TIMEOUT in seconds")
        });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let db = TestDb::new(backend, name).await;
        match tokio::time::timeout(Duration::from_secs(seconds), test(db.clone())).await {
            Ok(outcome) => outcome.check(),
            Err(_) => panic!("{name} still runs after {seconds} s: a deadlock?"),
        }
        db.remove().await;
    });
    // A test may leave tasks behind; none of them may hold up the next.
    runtime.shutdown_timeout(Duration::from_secs(5));
}
