use std::future::pending;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use crate::{Changeset, Current, OnExit, current};

#[derive(Default)]
struct Journal(Mutex<Vec<String>>);

impl Journal {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

struct Hook {
    name: &'static str,
    journal: Arc<Journal>,
}

impl Hook {
    fn new(name: &'static str, journal: &Arc<Journal>) -> Arc<Self> {
        Arc::new(Self {
            name,
            journal: Arc::clone(journal),
        })
    }
}

impl OnExit for Hook {
    fn leave<'a>(&'a self, left: &'a Current) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let reason = left.metadata().reason.unwrap_or_default();
            let line = format!("{} {reason}", self.name);
            self.journal.0.lock().unwrap().push(line);
        })
    }
}

#[tokio::test]
async fn hooks_run_once_in_order_after_the_work_and_see_late_metadata() {
    let journal = Arc::new(Journal::default());
    let (one, two) = (Hook::new("one", &journal), Hook::new("two", &journal));
    let output = Changeset::new()
        .scope(async {
            let here = current().unwrap();
            here.on_exit(1, one.clone());
            here.on_exit(2, two);
            here.on_exit(1, one);
            here.set_reason("late");
            assert!(journal.lines().is_empty());
            "done"
        })
        .await;
    assert_eq!(output, "done");
    assert_eq!(journal.lines(), ["one late", "two late"]);
}

#[tokio::test]
async fn a_nested_scope_runs_only_its_own() {
    let journal = Arc::new(Journal::default());
    Changeset::new()
        .reason("outer")
        .scope(async {
            current().unwrap().on_exit(1, Hook::new("hook", &journal));
            Changeset::new()
                .reason("inner")
                .scope(async { current().unwrap().on_exit(1, Hook::new("hook", &journal)) })
                .await;
            assert_eq!(journal.lines(), ["hook inner"]);
        })
        .await;
    assert_eq!(journal.lines(), ["hook inner", "hook outer"]);
}

#[test]
fn a_dropped_scope_skips_them() {
    let journal = Arc::new(Journal::default());
    let hook = Hook::new("hook", &journal);
    let mut future = Box::pin(Changeset::new().scope(async {
        current().unwrap().on_exit(1, hook);
        pending::<()>().await;
    }));
    assert!(
        future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    drop(future);
    assert!(journal.lines().is_empty());
}

#[tokio::test]
async fn a_panic_skips_them() {
    let journal = Arc::new(Journal::default());
    let hook = Hook::new("hook", &journal);
    let task = tokio::spawn(Changeset::new().scope(async {
        current().unwrap().on_exit(1, hook);
        panic!("inside");
    }));
    assert!(task.await.unwrap_err().is_panic());
    assert!(journal.lines().is_empty());
}

#[test]
fn a_sync_scope_skips_them() {
    let journal = Arc::new(Journal::default());
    Changeset::new().sync_scope(|| current().unwrap().on_exit(1, Hook::new("hook", &journal)));
    assert!(journal.lines().is_empty());
}

#[tokio::test]
async fn the_first_hook_of_a_key_stays() {
    let journal = Arc::new(Journal::default());
    Changeset::new()
        .scope(async {
            current().unwrap().on_exit(7, Hook::new("first", &journal));
            current().unwrap().on_exit(7, Hook::new("second", &journal));
        })
        .await;
    assert_eq!(journal.lines(), ["first "]);
}
