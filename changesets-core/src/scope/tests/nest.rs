use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Waker};

use uuid::Uuid;

use crate::{Changeset, ChangesetId, current};

fn current_id() -> Option<ChangesetId> {
    current().map(|current| current.id())
}

#[tokio::test]
async fn a_scope_is_current_inside_and_gone_after() {
    assert!(current().is_none());
    let output = Changeset::new()
        .scope(async {
            tokio::task::yield_now().await;
            assert!(current_id().is_some());
            7
        })
        .await;
    assert_eq!(output, 7);
    assert!(current().is_none());
}

#[tokio::test]
async fn a_nested_scope_has_the_outer_one_as_parent() {
    Changeset::new()
        .scope(async {
            let outer = current_id();
            Changeset::new()
                .scope(async {
                    assert_ne!(current_id(), outer);
                    assert_eq!(current().unwrap().parent(), outer);
                })
                .await;
            assert_eq!(current_id(), outer);
        })
        .await;
}

#[tokio::test]
async fn an_explicit_parent_wins() {
    let parent = ChangesetId::from(Uuid::from_u128(9));
    let nested = Changeset::new().parent(parent);
    Changeset::new()
        .scope(async {
            nested
                .scope(async { assert_eq!(current().unwrap().parent(), Some(parent)) })
                .await;
        })
        .await;
}

#[test]
fn a_sync_scope_nests_and_ends() {
    Changeset::new().sync_scope(|| {
        let outer = current_id();
        Changeset::new().sync_scope(|| assert_eq!(current().unwrap().parent(), outer));
        assert_eq!(current_id(), outer);
    });
    assert!(current().is_none());
}

#[test]
fn a_panic_restores_the_outer_scope() {
    Changeset::new().sync_scope(|| {
        let outer = current_id();
        let caught = catch_unwind(|| Changeset::new().sync_scope(|| panic!("inside")));
        assert!(caught.is_err());
        assert_eq!(current_id(), outer);

        let mut future = Box::pin(Changeset::new().scope(async { panic!("inside") }));
        let mut cx = Context::from_waker(Waker::noop());
        let poll = AssertUnwindSafe(|| future.as_mut().poll(&mut cx).is_ready());
        assert!(catch_unwind(poll).is_err());
        assert_eq!(current_id(), outer);
    });
    assert!(current().is_none());
}

#[test]
fn between_polls_and_after_a_drop_nothing_is_current() {
    struct SeenOnDrop<'a>(&'a std::cell::Cell<Option<ChangesetId>>);

    impl Drop for SeenOnDrop<'_> {
        fn drop(&mut self) {
            self.0.set(current_id());
        }
    }

    let seen = std::cell::Cell::new(None);
    let id = ChangesetId::from(Uuid::from_u128(3));
    {
        let guard = SeenOnDrop(&seen);
        let mut future = Box::pin(Changeset::new().id(id).scope(async move {
            let _guard = guard;
            std::future::pending::<()>().await;
        }));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_pending());
        assert!(current().is_none());
    }
    assert_eq!(
        seen.get(),
        Some(id),
        "what is dropped with the scope is dropped inside it"
    );
    assert!(current().is_none());
}

#[test]
fn interleaved_scopes_do_not_mix() {
    let scope = |n| {
        let id = ChangesetId::from(Uuid::from_u128(n));
        Changeset::new().id(id).scope(async move {
            for _ in 0..3 {
                assert_eq!(current_id(), Some(id));
                tokio::task::yield_now().await;
            }
        })
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (mut one, mut two) = (pin!(scope(1)), pin!(scope(2)));
        let mut cx = Context::from_waker(Waker::noop());
        let mut left = 2;
        while left > 0 {
            left = 0;
            // A finished future is not polled again: both need the same number of polls.
            left += u32::from(one.as_mut().poll(&mut cx).is_pending());
            left += u32::from(two.as_mut().poll(&mut cx).is_pending());
        }
    });
}

#[test]
fn the_future_is_send() {
    fn assert_send<T: Send>(_: &T) {}
    assert_send(&Changeset::new().scope(async { 1 }));
    assert_send(&Changeset::new().open());
}
