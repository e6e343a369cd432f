use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Actor, Changeset, ChangesetId, ContextError, MAX_CONTEXT_BYTES, Metadata, Origin};

#[test]
fn nothing_is_set_by_default() {
    let before = Utc::now();
    let opened = Changeset::new().open();
    assert_eq!(opened.metadata(), Metadata::default());
    assert_eq!(opened.metadata().origin, Origin::App);
    assert_eq!(opened.parent(), None);
    assert_eq!(opened.revision(), 0);
    assert_eq!(opened.id().as_uuid().get_version_num(), 7);
    assert!(before <= opened.created_at() && opened.created_at() <= Utc::now());
}

#[test]
fn everything_can_be_set() {
    let id = ChangesetId::from(Uuid::from_u128(1));
    let parent = ChangesetId::from(Uuid::from_u128(2));
    let at: DateTime<Utc> = "2026-03-01T09:30:00Z".parse().unwrap();
    let opened = Changeset::new()
        .id(id)
        .parent(parent)
        .created_at(at)
        .actor(Actor::new("user:42").label("Ann"))
        .reason("sale")
        .context("ip", "203.0.113.7")
        .context("try", 2)
        .origin(Origin::Revert)
        .open();
    assert_eq!(
        (opened.id(), opened.parent(), opened.created_at()),
        (id, Some(parent), at)
    );
    let metadata = opened.metadata();
    assert_eq!(metadata.actor, Some(Actor::new("user:42").label("Ann")));
    assert_eq!(metadata.reason.as_deref(), Some("sale"));
    assert_eq!(
        Value::Object(metadata.context),
        json!({"ip": "203.0.113.7", "try": 2})
    );
    assert_eq!(metadata.origin, Origin::Revert);
}

#[test]
fn an_oversized_context_value_is_replaced() {
    let large = "x".repeat(MAX_CONTEXT_BYTES);
    let opened = Changeset::new()
        .context("small", 1)
        .context("body", large)
        .open();
    let context = Value::Object(opened.metadata().context);
    assert_eq!(context, json!({"small": 1, "body": "(too large)"}));
}

#[test]
fn an_entry_that_does_not_fit_at_all_is_left_out() {
    let key = "k".repeat(MAX_CONTEXT_BYTES);
    let opened = Changeset::new().context("small", 1).context(key, 1).open();
    assert_eq!(
        Value::Object(opened.metadata().context),
        json!({"small": 1})
    );
}

#[test]
fn try_context_refuses_and_says_why() {
    let error = Changeset::new()
        .try_context("body", "x".repeat(MAX_CONTEXT_BYTES))
        .unwrap_err();
    let expected = ContextError::TooLarge {
        key: "body".into(),
        limit: MAX_CONTEXT_BYTES,
    };
    assert_eq!(error, expected);
    assert_eq!(
        error.to_string(),
        "context entry `body` does not fit: the context of a changeset holds 16384 bytes of JSON; \
         store less, or a reference",
    );
}

#[test]
fn the_bound_is_exact_and_counts_all_entries() {
    // {"a":"…"} has eight bytes around the text.
    let fits = "x".repeat(MAX_CONTEXT_BYTES - 8);
    let full = Changeset::new().try_context("a", fits.as_str()).unwrap();
    assert!(
        Changeset::new()
            .try_context("a", format!("{fits}x"))
            .is_err()
    );
    assert!(full.clone().try_context("b", 1).is_err());
    let opened = full.open();
    assert!(opened.set_context("b", 1).is_err());
    assert!(opened.set_context("a", format!("{fits}x")).is_err());
    assert_eq!(
        opened.metadata().context["a"],
        json!(fits),
        "it stays as it was"
    );
    assert_eq!(opened.metadata().context.len(), 1);
}

#[test]
fn an_identity_reads_and_prints() {
    let id = ChangesetId::from(Uuid::from_u128(0xabc));
    assert_eq!(id.to_string(), "00000000-0000-0000-0000-000000000abc");
    assert_eq!(id.to_string().parse(), Ok(id));
    assert_eq!(
        serde_json::to_value(id).unwrap(),
        json!("00000000-0000-0000-0000-000000000abc")
    );
    assert!("no".parse::<ChangesetId>().is_err());
}
