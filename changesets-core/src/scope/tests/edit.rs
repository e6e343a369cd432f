use std::sync::Arc;

use serde_json::json;

use crate::{Actor, Changeset};

#[test]
fn metadata_can_be_set_mid_scope() {
    let opened = Changeset::new().context("ip", "::1").open();
    opened.set_actor(Actor::new("user:42").label("Ann"));
    opened.set_reason("sale");
    opened.set_context("route", "/prices").unwrap();
    let metadata = opened.metadata();
    assert_eq!(metadata.actor, Some(Actor::new("user:42").label("Ann")));
    assert_eq!(metadata.reason.as_deref(), Some("sale"));
    assert_eq!(metadata.context["ip"], json!("::1"));
    assert_eq!(metadata.context["route"], json!("/prices"));
}

#[test]
fn every_edit_raises_the_revision() {
    let opened = Changeset::new().reason("sale").open();
    assert_eq!(opened.revision(), 0);
    opened.set_reason("other");
    assert_eq!(opened.revision(), 1);
    opened.set_actor("user:42");
    assert_eq!(opened.revision(), 2);
    opened.set_context("a", 1).unwrap();
    assert_eq!(opened.revision(), 3);
}

#[test]
fn clones_share_everything() {
    let opened = Changeset::new().open();
    opened.clone().set_reason("sale");
    assert_eq!(opened.metadata().reason.as_deref(), Some("sale"));
}

#[test]
fn an_extension_is_made_once_per_type_and_key() {
    let opened = Changeset::new().open();
    let first = opened.extension(1, || 10_u32);
    assert_eq!(*opened.clone().extension(1, || 11_u32), 10);
    assert_eq!(*opened.extension(2, || 12_u32), 12);
    assert_eq!(*opened.extension(1, || 13_u64), 13);
    assert!(Arc::ptr_eq(&first, &opened.extension(1, || 14_u32)));
    assert_eq!(*Changeset::new().open().extension(1, || 15_u32), 15);
}
